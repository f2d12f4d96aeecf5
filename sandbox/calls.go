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
	values map[string]value
	files  map[string]string // name and size
	err    *apiError
}

func newCallLog(size int) callLog {
	return callLog{ring: make([]loggedCall, size)}
}

// logCall keeps a call; p is nil when the parameters could not be read. Of files only name and size are kept.
func (s *Server) logCall(m *method, p *params, err *apiError) {
	c := loggedCall{method: m, err: err}
	if p != nil {
		c.values = p.values
		for name, f := range p.files {
			if c.files == nil {
				c.files = make(map[string]string)
			}
			c.files[name] = fmt.Sprintf("file %s, %d bytes", f.name, len(f.content))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.n++
	c.n, c.at = s.calls.n, s.clock.Now()
	s.calls.ring[c.n%len(s.calls.ring)] = c
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
	for name, v := range c.values {
		shown.Params[name] = v.show(c.method.fields[name])
	}
	for name, f := range c.files {
		shown.Params[name] = f
	}
	shown.ChatID = c.values["chat_id"].int()
	return shown
}

// show gives a parameter as JSON: text as a string, whatever is not text as the value it stands for.
func (v value) show(f *field) any {
	if f != nil && f.shape.kind != str && json.Valid([]byte(v.text)) {
		return json.RawMessage(v.text)
	}
	return v.text
}
