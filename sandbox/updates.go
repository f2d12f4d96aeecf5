package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// keptFor is how long Telegram keeps an update nobody fetches.
const keptFor = 24 * time.Hour

// longestPoll is the most seconds Telegram lets a getUpdates wait.
const longestPoll = 50

// updateQueue holds what the bot has not confirmed yet, by ascending id. Server.mu guards it.
type updateQueue struct {
	items   []update
	next    int64           // id of the next update
	poll    *poll           // the getUpdates that waits now
	wake    chan struct{}   // tells the webhook's worker of news; nil without webhook
	empty   chan struct{}   // closed when the last update is gone; nil while nobody waits for that
	allowed map[string]bool // kinds to keep; nil: Telegram's default
	listed  []string        // the same as the bot gave it
}

type update struct {
	id   int64
	at   time.Time // by the sandbox's clock
	body []byte    // JSON
}

// poll is a getUpdates that waits for news.
type poll struct {
	wake chan struct{}
	end  *apiError // set when another call ended it
}

// unlisted kinds are sent only to a bot that asks for them by name.
var unlisted = map[string]bool{"chat_member": true, "message_reaction": true, "message_reaction_count": true}

// push queues an update of the kind for the bot, unless it does not want that kind.
func (s *Server) push(kind string, content any) {
	if q := &s.queue; q.allowed != nil && !q.allowed[kind] || q.allowed == nil && unlisted[kind] {
		return
	}
	raw, err := json.Marshal(content)
	if err != nil { // the types of this package always encode
		panic(err)
	}
	id := s.queue.next
	body := make([]byte, 0, len(raw)+len(kind)+40)
	body = append(body, `{"update_id":`...)
	body = strconv.AppendInt(body, id, 10)
	body = append(body, `,"`...)
	body = append(body, kind...)
	body = append(body, `":`...)
	body = append(body, raw...)
	body = append(body, '}')
	s.queue.add(update{id: id, at: s.clock.Now(), body: body})
}

// add puts an update into its place and wakes whoever waits.
func (q *updateQueue) add(u update) {
	i := len(q.items)
	for i > 0 && q.items[i-1].id > u.id {
		i--
	}
	q.items = slices.Insert(q.items, i, u)
	q.next = max(q.next, u.id+1)
	if q.poll != nil {
		signal(q.poll.wake)
	}
	if q.wake != nil {
		signal(q.wake)
	}
}

// signal fills a channel of capacity one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// expire drops what is too old.
func (q *updateQueue) expire(now time.Time) {
	n := 0
	for n < len(q.items) && now.Sub(q.items[n].at) > keptFor {
		n++
	}
	q.drop(n)
}

// confirm forgets what an offset says the bot has: everything below it, or with a negative offset all but the last.
// An offset far above the newest id means nothing to Telegram, as after a jump of the ids.
func (q *updateQueue) confirm(offset int64) {
	switch {
	case offset < 0:
		q.drop(max(0, len(q.items)+int(offset)))
	case offset > q.next+10:
	default:
		n := 0
		for n < len(q.items) && q.items[n].id < offset {
			n++
		}
		q.drop(n)
	}
}

// drop forgets the first n and lets go of their memory.
func (q *updateQueue) drop(n int) {
	clear(q.items[:n])
	q.items = q.items[n:]
	if len(q.items) == 0 {
		q.items = nil
		if q.empty != nil {
			close(q.empty)
			q.empty = nil
		}
	}
}

// emptied gives a channel that is closed once the bot has confirmed all updates, or they have expired.
func (q *updateQueue) emptied() <-chan struct{} {
	if len(q.items) == 0 {
		now := make(chan struct{})
		close(now)
		return now
	}
	if q.empty == nil {
		q.empty = make(chan struct{})
	}
	return q.empty
}

// batch encodes the first updates as a JSON array.
func (q *updateQueue) batch(limit int) json.RawMessage {
	items := q.items[:min(limit, len(q.items))]
	size := 2
	for _, u := range items {
		size += len(u.body) + 1
	}
	out := append(make([]byte, 0, size), '[')
	for i, u := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, u.body...)
	}
	return append(out, ']')
}

// endPoll answers the waiting getUpdates with an error.
func (q *updateQueue) endPoll(description string) {
	if q.poll != nil {
		q.poll.end = &apiError{code: 409, description: description}
		signal(q.poll.wake)
		q.poll = nil
	}
}

// getUpdates waits up to timeout seconds of real time. A second one ends the first, as two running bots do to each other.
func (s *Server) getUpdates(c *call) (any, *apiError) {
	limit := int(either(c.int("limit"), 100))
	timeout := c.int("timeout")
	if timeout < 0 {
		return nil, badRequest("parameter \"timeout\" must be positive")
	}
	allowed, kinds, err := s.allowedUpdates(c)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook != nil {
		return nil, &apiError{code: 409, description: "Conflict: can't use getUpdates method while webhook is active; " +
			"use deleteWebhook to delete the webhook first"}
	}
	s.queue.endPoll("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
	if allowed != nil {
		s.queue.listed, s.queue.allowed = allowed, kinds
	}
	s.queue.expire(s.clock.Now())
	offset := c.int("offset")
	s.queue.confirm(offset)
	if len(s.queue.items) == 0 && timeout > 0 {
		return s.await(c, max(offset, 0), limit, time.Duration(min(timeout, longestPoll))*time.Second)
	}
	return s.queue.batch(limit), nil
}

// await holds the call until there is news. It is called, and returns, with the lock held.
func (s *Server) await(c *call, offset int64, limit int, timeout time.Duration) (any, *apiError) {
	p := &poll{wake: make(chan struct{}, 1)}
	s.queue.poll = p
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for over := false; ; {
		s.mu.Unlock()
		select {
		case <-p.wake:
		case <-timer.C:
			over = true
		case <-c.ctx.Done():
			over = true
		case <-s.closed.Done():
			over = true
		}
		s.mu.Lock()
		if p.end != nil {
			return nil, p.end
		}
		s.queue.confirm(offset)
		if over || len(s.queue.items) > 0 {
			s.queue.poll = nil
			return s.queue.batch(limit), nil
		}
	}
}

// allowedUpdates reads the parameter: nil when it is absent, and kinds nil when the list is empty, which means the default.
func (s *Server) allowedUpdates(c *call) (list []string, kinds map[string]bool, err *apiError) {
	if err := c.decode("allowed_updates", &list); err != nil {
		return nil, nil, err
	}
	for _, k := range list {
		if !s.rules.kinds[k] {
			return nil, nil, badRequest("allowed_updates has %q, which is no kind of update", k)
		}
		if kinds == nil {
			kinds = make(map[string]bool)
		}
		kinds[k] = true
	}
	return list, kinds, nil
}

// pushRaw queues what a test made up. text need not be a valid update, not even JSON; its update_id is used when it has one.
func (s *Server) pushRaw(text []byte) (int64, error) {
	var head struct {
		ID *int64 `json:"update_id"`
	}
	id := s.queue.next
	if json.Unmarshal(text, &head) == nil && head.ID != nil {
		if *head.ID <= 0 {
			return 0, fmt.Errorf("update_id is %d: expected a positive number", *head.ID)
		}
		id = *head.ID
	}
	s.queue.add(update{id: id, at: s.clock.Now(), body: text})
	return id, nil
}
