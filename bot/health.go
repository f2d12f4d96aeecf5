package bot

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"huibao/store"
)

// Silences after which something is wrong: a poll comes back within a minute, a look at the webhook is taken each minute, and
// the loop that sends turns four times a second. An update is handled as soon as it is in.
const (
	longestSilence = 2 * time.Minute
	longestWait    = 5 * time.Minute
)

// pulse remembers when the loops last did what they are for. Its clock is not put into the county's zone, which would take
// from the machine's clock what makes it run evenly when it is set.
type pulse struct {
	now              func() time.Time
	telegram, sender atomic.Pointer[time.Time] // nil: another process does it
	storing          atomic.Pointer[string]    // why the store could not be written to, when that was last tried
}

func newPulse(now func() time.Time) *pulse {
	p := &pulse{now: now}
	p.heard()
	p.delivers()
	return p
}

// heard notes an answer of Telegram's, and that the store has what it brought.
func (p *pulse) heard() { mark(&p.telegram, p.now()) }

func (p *pulse) delivers() { mark(&p.sender, p.now()) }

// standBy notes that this process does not do it, now or any more.
func standBy(at *atomic.Pointer[time.Time]) { at.Store(nil) }

// silence tells for how long a loop has not done what it is for; none where another process does it.
func (p *pulse) silence(at *atomic.Pointer[time.Time]) time.Duration {
	last := at.Load()
	if last == nil {
		return 0
	}
	return p.now().Sub(*last)
}

func mark(at *atomic.Pointer[time.Time], now time.Time) { at.Store(&now) }

// stored notes how a try to write to the store ended.
func (p *pulse) stored(err error) {
	if err == nil {
		p.storing.Store(nil)
		return
	}
	reason := "the store cannot be written to"
	p.storing.Store(&reason)
}

// Health tells what keeps the bot from its work, nil if nothing does. The error is short and fit for anybody's eyes.
func (b *Bot) Health(ctx context.Context) error {
	var problems []error
	if silent := b.pulse.silence(&b.pulse.telegram); silent > longestSilence {
		problems = append(problems, fmt.Errorf("no answer from Telegram for %s", silent.Round(time.Second)))
	}
	if silent := b.pulse.silence(&b.pulse.sender); silent > longestSilence {
		problems = append(problems, fmt.Errorf("sending: stands still for %s", silent.Round(time.Second)))
	}
	if reason := b.pulse.storing.Load(); reason != nil {
		problems = append(problems, errors.New(*reason))
	}
	return errors.Join(append(problems, b.storeHealth(ctx))...)
}

func (b *Bot) storeHealth(ctx context.Context) error {
	var counts store.InboxCounts
	err := b.db.Read(ctx, func(v *store.View) (err error) {
		counts, err = v.InboxCounts()
		return err
	})
	if err != nil {
		b.log.Error("the store does not answer", "error", err)
		return errors.New("the store does not answer")
	}
	if counts.Waiting > 0 && b.now().Sub(counts.Oldest) > longestWait {
		return fmt.Errorf("processing: %d updates wait, the oldest for more than %s", counts.Waiting, longestWait)
	}
	return nil
}
