package bot

import (
	"testing"
	"time"
)

// TestPace: whatever is asked for, in any window of time no more is let through than Telegram's limits allow, and no less
// than they allow is let through in the long run.
func TestPace(t *testing.T) {
	for name, test := range map[string]struct {
		chats  []int64
		window time.Duration
		most   int // in any window, with the burst that is tolerated
		whole  int // in ten minutes
	}{
		"one private chat": {chats: []int64{1}, window: time.Minute, most: 60 + chatBurst, whole: 600},
		"one group":        {chats: []int64{-1}, window: time.Minute, most: 20 + groupBurst, whole: 200},
		"many chats":       {chats: ids1to(100), window: time.Second, most: 30 + 30, whole: 18000},
		"many groups":      {chats: negative(ids1to(40)), window: time.Minute, most: 40 * (20 + groupBurst), whole: 40 * 200},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPace(30)
			start := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
			var sent []time.Time
			for now := start; now.Before(start.Add(10 * time.Minute)); now = now.Add(100 * time.Millisecond) {
				for _, chat := range test.chats {
					for p.take(chat, now) == 0 {
						sent = append(sent, now)
					}
				}
			}
			if got := len(sent); got < test.whole || got > test.whole+30+len(test.chats)*chatBurst {
				t.Errorf("%d messages in ten minutes, want about %d", got, test.whole)
			}
			first := 0
			for i, at := range sent {
				for at.Sub(sent[first]) >= test.window {
					first++
				}
				if n := i - first + 1; n > test.most {
					t.Fatalf("%d messages within %v, want %d at most", n, test.window, test.most)
				}
			}
		})
	}
}

// TestPaceReservesNothing: who is told to wait has used nothing up, and is let through after that time.
func TestPaceReservesNothing(t *testing.T) {
	p := newPace(30)
	now := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
	for range chatBurst {
		if wait := p.take(1, now); wait != 0 {
			t.Fatalf("told to wait %v within the burst", wait)
		}
	}
	wait := p.take(1, now)
	for range 100 {
		if again := p.take(1, now); again != wait || wait <= 0 || wait > time.Second {
			t.Fatalf("told to wait %v, then %v", wait, again)
		}
	}
	if again := p.take(1, now.Add(wait)); again != 0 {
		t.Errorf("after waiting %v told to wait %v more", wait, again)
	}
}

// TestPaceLifted: with a rate of 0 nothing waits.
func TestPaceLifted(t *testing.T) {
	p := newPace(0)
	for range 1000 {
		if wait := p.take(-1, time.Time{}); wait != 0 {
			t.Fatalf("told to wait %v", wait)
		}
	}
}

// TestPaceForgets: chats that have their whole allowance again are not kept in memory.
func TestPaceForgets(t *testing.T) {
	p := newPace(1e9)
	now := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
	for chat := range int64(50_000) {
		p.take(chat+1, now.Add(time.Duration(chat)*time.Millisecond))
	}
	if n := len(p.chats); n > 20_000 {
		t.Errorf("%d chats are remembered", n)
	}
}

func ids1to(n int64) (list []int64) {
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func negative(list []int64) []int64 {
	for i := range list {
		list[i] = -list[i]
	}
	return list
}
