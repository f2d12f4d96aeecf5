package sandbox

import (
	"fmt"
	"math"
	"time"
)

// Telegram's sending limits, as its FAQ for bots states them: about 30 messages a second over all chats, one a second in a
// chat with short bursts tolerated, 20 a minute in a group. How long a burst may be is not published; five is chosen here.
// Each message of an album counts; edits, answers and other calls do not. Time is the sandbox's clock, so that a test
// that stops the clock decides when the limit is over.
var (
	overallRate = rate{burst: 30, each: time.Second / 30}
	privateRate = rate{burst: 5, each: time.Second}
	groupRate   = rate{burst: 20, each: time.Minute / 20}
)

// rate allows a burst and after it one message in each time.
type rate struct {
	burst int
	each  time.Duration
}

// sendLimits holds the overall bucket; each chat has its own.
type sendLimits struct {
	on      bool
	overall bucket
}

// bucket remembers when it will be full again and when it was last used; the zero bucket is full.
type bucket struct {
	fullAt, usedAt time.Time
}

// take lets n messages to the chat pass, or says how long to wait.
func (l *sendLimits) take(now time.Time, to *chat, n int) *apiError {
	if !l.on {
		return nil
	}
	own := privateRate
	if to.isGroup() {
		own = groupRate
	}
	wait := max(l.overall.wait(now, overallRate, n), to.limit.wait(now, own, n))
	if wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		return &apiError{code: 429, description: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds}
	}
	l.overall.fill(now, overallRate, n)
	to.limit.fill(now, own, n)
	return nil
}

// wait is how long until n more fit, or as many of them as a burst allows. A clock moved back starts the bucket anew.
func (b *bucket) wait(now time.Time, r rate, n int) time.Duration {
	if now.Before(b.usedAt) {
		*b = bucket{}
	}
	return max(b.fullAt.Sub(now), 0) - time.Duration(r.burst-min(n, r.burst))*r.each
}

func (b *bucket) fill(now time.Time, r rate, n int) {
	if b.fullAt.Before(now) {
		b.fullAt = now
	}
	b.fullAt = b.fullAt.Add(time.Duration(n) * r.each)
	b.usedAt = now
}
