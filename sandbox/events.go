package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// waitingEvents is how many events a slow listener may be behind before it is cut off; it connects again and catches up.
const waitingEvents = 4096

// hub hands events to the listeners of /control/events. Server.mu guards it.
type hub struct {
	listeners map[chan []byte]struct{}
}

// Event is what /control/events tells, one JSON object each: {"type":…} with the fields of what it is about beside it.
// A message, edit or delete carries the Message; a callback, once it is answered, the Callback; typing the chat_id and action;
// chats the chat_id of a chat whose members changed; phones, process and clock what GET would answer.
type Event struct {
	Type string `json:"type"`
	Message
}

type (
	callbackEvent struct {
		Type string `json:"type"`
		Callback
	}
	chatEvent struct {
		Type   string `json:"type"`
		ChatID int64  `json:"chat_id"`
		Action string `json:"action,omitempty"`
	}
	phonesEvent struct {
		Type   string  `json:"type"`
		Phones []Phone `json:"phones"`
	}
	processEvent struct {
		Type    string `json:"type"`
		Process string `json:"process"`
	}
	clockEvent struct {
		Type string `json:"type"`
		ClockReport
		clockOffset
	}
)

// emit tells every listener. The lock is held.
func (s *Server) emit(e any) {
	if len(s.events.listeners) == 0 {
		return
	}
	body, err := json.Marshal(e)
	if err != nil { // the types of this package always encode
		panic(err)
	}
	for l := range s.events.listeners {
		select {
		case l <- body:
		default:
			delete(s.events.listeners, l)
			close(l)
		}
	}
}

func (s *Server) emitMessage(kind string, c *chat, m *stored) {
	if len(s.events.listeners) == 0 {
		return
	}
	s.emit(Event{Type: kind, Message: s.view(c, m)})
}

func (s *Server) emitCallback(cb *callback) {
	s.emit(callbackEvent{Type: "callback", Callback: cb.view()})
}

func (s *Server) announceProcess() {
	state := s.processState() // outside the lock: it asks the process
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(processEvent{Type: "process", Process: state})
}

// announceClock tells listeners of every change of the clock, until the server closes.
func (s *Server) announceClock() {
	_, changed := s.clock.State()
	for {
		select {
		case <-changed:
			_, changed = s.clock.State()
			s.mu.Lock()
			s.emit(clockEvent{Type: "clock", ClockReport: s.clockReport(), clockOffset: s.clockOffset()})
			s.mu.Unlock()
		case <-s.closed.Done():
			return
		}
	}
}

// streamEvents is GET /control/events.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) {
	l := make(chan []byte, waitingEvents)
	s.mu.Lock()
	if s.events.listeners == nil {
		s.events.listeners = make(map[chan []byte]struct{})
	}
	s.events.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.events.listeners, l)
		s.mu.Unlock()
	}()
	out := newStream(w)
	if !out.comment("listening") {
		return
	}
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	for {
		select {
		case body, ok := <-l:
			if !ok || !out.data(body) {
				return
			}
		case <-beat.C:
			if !out.comment("still here") {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.closed.Done():
			return
		}
	}
}

// streamClock is GET /control/clock/stream: the state at once and at every change.
func (s *Server) streamClock(w http.ResponseWriter, r *http.Request) {
	out := newStream(w)
	for {
		_, changed := s.clock.State()
		body, err := json.Marshal(s.clockOffset())
		if err != nil || !out.data(body) {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.closed.Done():
			return
		}
	}
}

// stream writes server-sent events.
type stream struct {
	w http.ResponseWriter
	c *http.ResponseController
}

func newStream(w http.ResponseWriter) stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return stream{w, http.NewResponseController(w)}
}

// data sends one event; false when the listener has gone.
func (s stream) data(body []byte) bool {
	_, err := fmt.Fprintf(s.w, "data: %s\n\n", body)
	return err == nil && s.c.Flush() == nil
}

func (s stream) comment(text string) bool {
	_, err := fmt.Fprintf(s.w, ": %s\n\n", text)
	return err == nil && s.c.Flush() == nil
}
