package sandbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// callLog keeps the last calls in a ring.
type callLog struct {
	ring []loggedCall
	n    int // calls so far; the latest has this number
}

type loggedCall struct {
	n      int
	at     time.Time
	method *method
	params *params // nil when they could not be read
	err    *apiError
}

func newCallLog(size int) callLog {
	return callLog{ring: make([]loggedCall, size)}
}

func (s *Server) logCall(m *method, p *params, err *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.n++
	s.calls.ring[s.calls.n%len(s.calls.ring)] = loggedCall{s.calls.n, s.clock.Now(), m, p, err}
}

// after lists the kept calls with greater numbers.
func (l *callLog) after(n int) []Call {
	n = max(n, l.n-len(l.ring), 0)
	list := make([]Call, 0, l.n-n)
	for ; n < l.n; n++ {
		list = append(list, l.ring[(n+1)%len(l.ring)].show())
	}
	return list
}

func (c loggedCall) show() Call {
	shown := Call{N: c.n, At: c.at, Method: c.method.name, OK: c.err == nil, Params: map[string]any{}}
	if c.err != nil {
		shown.Error = c.err.text()
	}
	if c.params == nil {
		return shown
	}
	for name, v := range c.params.values {
		shown.Params[name] = v.show(c.method.fields[name])
	}
	for name, f := range c.params.files {
		shown.Params[name] = fmt.Sprintf("file %s, %d bytes", f.name, len(f.content))
	}
	shown.ChatID = c.params.int("chat_id")
	return shown
}

// show gives a parameter as JSON: text as a string, whatever is not text as the value it stands for.
func (v value) show(f *field) any {
	if f != nil && f.shape.kind != str && json.Valid([]byte(v.text)) {
		return json.RawMessage(v.text)
	}
	return v.text
}
