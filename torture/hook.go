package torture

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"time"
)

const (
	hookPath   = "/hook" // where Telegram posts updates, for the proxy before the bot to pass on
	hookSecret = "torture-secret-of-the-webhook"
	posting    = "a post" // a trap's method: not a call of the bot's
)

// courier passes posts on to the bot, and gives up a bot that does not answer.
var courier = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// post stands between Telegram and the bot that takes posts, as a proxy does. It kills the bot before a post reaches it, or
// between its commit and the 200, and loses, slows and repeats posts.
func (t *telegram) post(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if trap := t.trap.Load(); trap != nil && trap.method == posting && trap.left.Add(-1) == 0 {
		if trap.carried {
			t.onward(httptest.NewRecorder(), r, body)
		}
		trap.sprung <- t.kill()
		panic(http.ErrAbortHandler)
	}
	weather := t.weather.Load()
	if weather == nil {
		weather = fair
	}
	if weather.cut {
		panic(http.ErrAbortHandler)
	}
	if weather.slow > 0 {
		select {
		case <-time.After(time.Duration(t.draw(int(weather.slow)))):
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	if weather.repeat && t.draw(2) == 0 {
		t.onward(httptest.NewRecorder(), r, body)
		if t.draw(2) == 0 {
			panic(http.ErrAbortHandler) // the answer is lost, and Telegram posts it again
		}
	}
	t.onward(w, r, body)
}

// onward passes a post on. Of several bots each has its turn, and who is not there is passed over.
func (t *telegram) onward(w http.ResponseWriter, r *http.Request, body []byte) {
	bots := t.several
	if len(bots) == 0 {
		bots = []string{t.hooked}
	}
	var answer *http.Response
	err := errors.New("no bot")
	for range bots {
		turn := int(t.turns.Add(1)) % len(bots)
		passed, wrong := http.NewRequestWithContext(r.Context(), r.Method, "http://"+bots[turn]+hookPath, bytes.NewReader(body))
		if wrong != nil {
			err = wrong
			break
		}
		passed.Header = r.Header
		if answer, err = courier.Do(passed); !errors.Is(err, syscall.ECONNREFUSED) {
			break
		}
	}
	if err != nil {
		http.Error(w, "nobody there", http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

// byWebhook has the bot take posts during a trial; afterwards it fetches again.
func byWebhook(do func(*arena, *trial) error) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		if err := a.bot.stop(); err != nil {
			return err
		}
		a.bot.adopt("HUIBAO_LISTEN="+a.network.hooked, "HUIBAO_WEBHOOK_URL="+a.network.url+hookPath, "HUIBAO_WEBHOOK_SECRET="+hookSecret)
		if err := do(a, t); err != nil {
			return err
		}
		if err := a.bot.stop(); err != nil {
			return err
		}
		a.bot.adopt()
		return nil
	}
}

// killPosting kills the bot before a post is committed, or between its commit and the answer.
func killPosting(carried bool) func(*arena, *trial) error {
	return byWebhook(func(a *arena, t *trial) error {
		trap := newTrap()
		trap.method, trap.carried = posting, carried
		trap.left.Store(int32(1 + a.r.IntN(8)))
		return a.dying(t, trap, nil)
	})
}
