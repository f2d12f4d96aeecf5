package sandbox

import (
	"strconv"
	"time"
)

// answerableFor is how long a pressed button waits for its answer. Telegram does not publish the time; this one is chosen, so
// that a bot that was away for long meets the error.
const answerableFor = 15 * time.Minute

// callbacks are the pressed buttons, in order.
type callbacks struct {
	all        []*callback
	byID       map[string]*callback
	unanswered int
}

type callback struct {
	id       string
	user     *user
	chat     *chat
	message  int64
	data     string
	at       time.Time
	answered bool
	text     string
	alert    bool
}

func newCallbacks() callbacks {
	return callbacks{byID: make(map[string]*callback)}
}

// add records a press; the id looks like Telegram's, a large number.
func (cs *callbacks) add(cb callback) *callback {
	cb.id = strconv.FormatInt(4382600000000000000+int64(len(cs.all)+1)*1009, 10)
	cs.all = append(cs.all, &cb)
	cs.byID[cb.id] = &cb
	cs.unanswered++
	return &cb
}

// answerCallbackQuery stops the button's spinner. A query is answered once, and in time.
func (s *Server) answerCallbackQuery(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cb := s.callbacks.byID[c.text("callback_query_id")]
	if cb == nil || cb.answered || s.clock.Now().Sub(cb.at) > answerableFor {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	if c.text("url") != "" {
		return nil, badRequest("URL_INVALID")
	}
	cb.answered, cb.text, cb.alert = true, c.text("text"), c.bool("show_alert")
	s.callbacks.unanswered--
	s.emitCallback(cb)
	return yes, nil
}
