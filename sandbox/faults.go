package sandbox

import (
	"fmt"
	"net/http"
)

// The kinds of Fault.
const (
	LoseAnswer      = "lose_answer"     // the call is carried out, the connection ends without an answer
	TooManyRequests = "429"             // with RetryAfter
	ServerError     = "500"             // an error of Telegram's own
	HTMLAnswer      = "html"            // a 502 with a page from a proxy
	Timeout         = "timeout"         // no answer until the caller gives up
	DropConnection  = "drop_connection" // nothing is carried out, the connection ends
)

// Fault makes the next Times calls of Method go wrong. The method "" or "*" stands for every method.
type Fault struct {
	Method     string `json:"method"`
	Kind       string `json:"kind"`
	Times      int    `json:"times"`       // default 1
	RetryAfter int    `json:"retry_after"` // seconds, for 429; default 1
}

func (f *Fault) validate(r *rules) error {
	switch f.Kind {
	case LoseAnswer, TooManyRequests, ServerError, HTMLAnswer, Timeout, DropConnection:
	default:
		return fmt.Errorf("kind is %q: expected lose_answer, 429, 500, html, timeout or drop_connection", f.Kind)
	}
	if f.Times < 0 || f.RetryAfter < 0 {
		return fmt.Errorf("times is %d and retry_after %d: expected positive numbers", f.Times, f.RetryAfter)
	}
	f.Times, f.RetryAfter = either(f.Times, 1), either(f.RetryAfter, 1)
	if f.Method == "" {
		f.Method = "*"
	}
	if f.Method == "*" {
		return nil
	}
	for _, m := range r.methods {
		if m.name == f.Method {
			return nil
		}
	}
	return fmt.Errorf("method is %q: expected a method of the sandbox, spelled as in the Bot API, or *", f.Method)
}

// takeFault uses up one turn of the fault that is next for the method; nil when there is none.
func (s *Server) takeFault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []string{method, "*"} {
		if waiting := s.faults[key]; len(waiting) > 0 {
			next := waiting[0]
			next.Times--
			if next.Times == 0 {
				s.faults[key] = waiting[1:]
			}
			return next
		}
	}
	return nil
}

// fail answers a call that is not carried out.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, m *method, f *Fault) {
	err := &apiError{code: 500, description: "Internal Server Error"}
	switch f.Kind {
	case TooManyRequests:
		err = &apiError{code: 429, description: fmt.Sprintf("Too Many Requests: retry after %d", f.RetryAfter), retryAfter: f.RetryAfter}
	case HTMLAnswer:
		err = &apiError{code: 502, description: "an HTML page"}
	case Timeout, DropConnection:
		err = &apiError{code: 0, description: "no answer: " + f.Kind}
	}
	p, readErr := readParams(w, r)
	if readErr != nil {
		p = nil // the fault is the answer, whatever was sent
	}
	s.logCall(m, p, err)
	switch f.Kind {
	case TooManyRequests, ServerError:
		writeError(w, err)
	case HTMLAnswer:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"))
	case Timeout:
		select {
		case <-r.Context().Done():
		case <-s.closed.Done():
		}
		panic(http.ErrAbortHandler)
	case DropConnection:
		panic(http.ErrAbortHandler)
	}
}
