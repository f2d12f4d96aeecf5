package store

import "sync"

// signal tells everyone who waits that something happened.
type signal struct {
	mu   sync.Mutex
	next chan struct{}
}

func newSignal() *signal { return &signal{next: make(chan struct{})} }

// wait gives a channel that is closed at the next send.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

func (s *signal) send() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.next)
	s.next = make(chan struct{})
}

// Inbox gives a channel that is closed when rows have next been committed to the inbox by this DB. Take it before looking
// at the inbox: then nothing that comes after the look is missed.
func (db *DB) Inbox() <-chan struct{} { return db.inbox.wait() }

// Outbox is the same for the outbox.
func (db *DB) Outbox() <-chan struct{} { return db.outbox.wait() }
