package torture

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// trap is one way to die.
type trap struct {
	method  string // of the Bot API; empty for other traps
	carried bool   // after the call was carried out
	left    atomic.Int32
	sprung  chan error
}

// methods are the calls around which something commits: fetching, which confirms the batch before; sending and editing,
// which come after processing and before the record of what was sent; the spinner, which comes after intake.
var methods = []string{"getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery"}

func newTrap() *trap { return &trap{sprung: make(chan error, 1)} }

// strike kills when it is time.
func (t *trap) strike(ctx context.Context, kill func() error, when <-chan time.Time) {
	select {
	case <-when:
		t.sprung <- kill()
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

func bodyOf(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
