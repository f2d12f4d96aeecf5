package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"time"
)

// ambush kills the bot at a chosen instant: after a time, when it writes its database, or when it calls the Bot API,
// before the call is carried out or after, with the answer lost. It stands around the sandbox's handler.
type ambush struct {
	sandbox http.Handler
	kill    func() error
	trap    atomic.Pointer[trap]
	lost    atomic.Int32 // answers to sendMessage that a fault lost
}

// trap is one way to die.
type trap struct {
	name    string
	method  string // of the Bot API; empty for other traps
	carried bool   // after the call was carried out
	left    atomic.Int32
	sprung  chan error
}

func (a *ambush) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := a.trap.Load()
	if t == nil || t.method == "" || !strings.HasPrefix(r.URL.Path, "/bot") || path.Base(r.URL.Path) != t.method || t.left.Add(-1) != 0 {
		a.serve(w, r)
		return
	}
	defer func() {
		t.sprung <- a.kill()
		panic(http.ErrAbortHandler) // nobody is there to hear the answer
	}()
	if t.carried {
		a.sandbox.ServeHTTP(httptest.NewRecorder(), r)
	}
}

// serve counts the answers that are lost on the way.
func (a *ambush) serve(w http.ResponseWriter, r *http.Request) {
	answered := false
	defer func() {
		if !answered && path.Base(r.URL.Path) == "sendMessage" {
			a.lost.Add(1)
		}
	}()
	a.sandbox.ServeHTTP(w, r)
	answered = true
}

// methods are the calls around which something commits: fetching, which confirms the batch before; sending and editing,
// which come after processing and before the record of what was sent; the spinner, which comes after intake.
var methods = []string{"getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery"}

// set lays a trap.
func (a *ambush) set(ctx context.Context, r *rand.Rand, database string) *trap {
	t := &trap{sprung: make(chan error, 1)}
	switch n := r.IntN(10); {
	case n < 3:
		after := time.Duration(r.Int64N(int64(1200 * time.Millisecond)))
		t.name = fmt.Sprintf("%v after the start", after.Round(time.Millisecond))
		go a.strike(ctx, t, time.After(after))
	case n < 6:
		writes := 1 + r.IntN(15)
		t.name = fmt.Sprintf("write %d to the database", writes)
		go a.strike(ctx, t, written(ctx, database+"-wal", writes))
	default:
		t.method, t.carried = methods[r.IntN(len(methods))], r.IntN(2) == 0
		count := 1 + r.IntN(3)
		t.left.Store(int32(count))
		t.name = fmt.Sprintf("%s %d, carried out: %t", t.method, count, t.carried)
	}
	a.trap.Store(t)
	return t
}

func (a *ambush) strike(ctx context.Context, t *trap, when <-chan time.Time) {
	select {
	case <-when:
		t.sprung <- a.kill()
	case <-ctx.Done():
	}
}

// written tells when a file was written to that many times. It looks a thousand times a second, so that the writer is
// likely to be in the middle of a transaction.
func written(ctx context.Context, file string, times int) <-chan time.Time {
	told := make(chan time.Time)
	go func() {
		look := time.NewTicker(time.Millisecond)
		defer look.Stop()
		var last time.Time
		for times > 0 {
			select {
			case <-look.C:
			case <-ctx.Done():
				return
			}
			if info, err := os.Stat(file); err == nil && info.ModTime() != last {
				last = info.ModTime()
				times--
			}
		}
		close(told)
	}()
	return told
}
