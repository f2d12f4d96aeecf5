package sandbox

import (
	"sync"
	"time"
)

// Clock is the sandbox's time: the base clock moved by an offset, or standing still. It is safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	base    func() time.Time
	offset  time.Duration
	frozen  time.Time     // where it stands; zero when it runs
	changed chan struct{} // closed and replaced at every change
}

// NewClock starts a clock that agrees with base, usually time.Now.
func NewClock(base func() time.Time) *Clock {
	return &Clock{base: base, changed: make(chan struct{})}
}

// Now is the sandbox's time, in UTC and without a monotonic reading.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// Set moves the clock to t; it goes on running, or standing, from there.
func (c *Clock) Set(t time.Time) {
	c.change(func() { c.moveTo(t) })
}

// Advance moves the clock by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.change(func() { c.moveTo(c.now().Add(d)) })
}

// Freeze stops the clock, or lets it run on from where it stands.
func (c *Clock) Freeze(on bool) {
	c.change(func() {
		now := c.now()
		c.frozen = time.Time{}
		c.moveTo(now)
		if on {
			c.frozen = now
		}
	})
}

// ClockState says how to compute the sandbox's time elsewhere: real time plus Offset, or FrozenAt while it stands.
type ClockState struct {
	Offset   time.Duration
	FrozenAt *time.Time // nil when the clock runs
}

// State returns the state and a channel that is closed at the next change.
func (c *Clock) State() (ClockState, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := ClockState{Offset: c.offset}
	if !c.frozen.IsZero() {
		at := c.frozen
		s.FrozenAt = &at
	}
	return s, c.changed
}

func (c *Clock) change(move func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	move()
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Clock) now() time.Time {
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return c.base().Round(0).UTC().Add(c.offset)
}

func (c *Clock) moveTo(t time.Time) {
	c.offset = t.Sub(c.base().Round(0))
	if !c.frozen.IsZero() {
		c.frozen = t.Round(0).UTC()
	}
}
