package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"huibao/store"
)

// ask is what a getUpdates asks for.
type ask struct {
	Offset  int64    `json:"offset"`
	Limit   int      `json:"limit"`
	Timeout int      `json:"timeout"`
	Allowed []string `json:"allowed_updates"`
}

// asks gives what was asked of getUpdates so far.
func (f *telegram) asks() (asks []ask) {
	for _, c := range f.of("getUpdates") {
		var a ask
		if err := json.Unmarshal([]byte(c.params["json"]), &a); err != nil {
			panic(err)
		}
		asks = append(asks, a)
	}
	return asks
}

func offsets(asks []ask) (list []int64) {
	for _, a := range asks {
		list = append(list, a.Offset)
	}
	return list
}

// reply is an answer to getUpdates.
type reply func() (status int, body string)

func says(updates ...string) reply {
	return func() (int, string) { return result("[" + strings.Join(updates, ",") + "]") }
}

func refuses(code int, description, parameters string) reply {
	return func() (int, string) { return refusal(code, description, parameters) }
}

func garbles(body string) reply { return func() (int, string) { return http.StatusOK, body } }

func breaks() (int, string) { return 0, "" }

// feed gives one reply after the other, then empty ones as a long poll does when nothing comes.
func feed(replies ...reply) func(string, map[string]string) (int, string) {
	return func(method string, _ map[string]string) (int, string) {
		if method != "getUpdates" {
			return result("true")
		}
		if len(replies) == 0 {
			<-time.After(pollSeconds * time.Second)
			return result("[]")
		}
		next := replies[0]
		replies = replies[1:]
		return next()
	}
}

// text is an update with a message of 李梅.
func text(updateID, messageID int, words string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"from":{"id":1001,"first_name":"李梅"},`+
		`"chat":{"id":1001,"type":"private"},"date":1773018000,"text":%q}}`, updateID, messageID, words)
}

// kept gives the updates in the inbox and takes them out.
func (w *bubble) kept() (ids []int64) {
	w.t.Helper()
	nobody := func(*store.Tx, store.InboxRow, error) error { return nil }
	_, err := w.db.Process(w.t.Context(), 1000, func(_ *store.Tx, row store.InboxRow) error {
		ids = append(ids, row.UpdateID)
		return nil
	}, nobody)
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// receiving runs the intake loop for a time of the bubble.
func receiving(t *testing.T, d time.Duration, replies ...reply) *bubble {
	w := newBubble(t, 0, feed(replies...))
	stop := w.run(w.receive)
	pass(d)
	stop()
	return w
}

// TestReceiveConfirms: a batch is confirmed by the next call's offset. After an empty answer the offset goes back to 0, so
// that lower ids, as Telegram may give after a quiet week, are seen.
func TestReceiveConfirms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := receiving(t, time.Second, says(text(700, 1, "一"), text(702, 2, "二")), says(), says(text(5, 3, "三")), says())
		if got, want := offsets(w.telegram.asks()), []int64{0, 703, 0, 6}; !slices.Equal(got[:4], want) {
			t.Errorf("asked for offsets %v, want %v", got, want)
		}
		for i, timeout := range []int{0, pollSeconds} { // first of all what is there
			if a := w.telegram.asks()[i]; a.Limit != 100 || a.Timeout != timeout || !slices.Equal(a.Allowed, allowedUpdates) {
				t.Errorf("asked for %+v", a)
			}
		}
		if got := w.kept(); !slices.Equal(got, []int64{700, 702, 5}) {
			t.Errorf("kept %v", got)
		}
	})
}

// TestReceiveKeepsBeforeItConfirms: while the store fails the same batch is asked for again and again.
func TestReceiveKeepsBeforeItConfirms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w *bubble
		var now *store.DB // while it fails
		w = newBubble(t, 0, func(string, map[string]string) (int, string) {
			if now != nil {
				w.db = now // from the first call on
			}
			return result("[" + text(700, 1, "普法 320人") + "]")
		})
		shut := must(store.OpenBeside(t.Context(), w.file, w.options))
		if err := shut.Close(); err != nil {
			t.Fatal(err)
		}
		whole := w.db
		now = shut
		stop := w.run(w.receive)
		pass(time.Minute)
		stop()
		asks := w.telegram.asks()
		if got := offsets(asks); len(got) < 4 || slices.Max(got) != 0 {
			t.Errorf("with a failing store it asked for offsets %v, want 0 each time", got)
		}
		if len(asks) > 10 {
			t.Errorf("with a failing store it asked %d times in a minute", len(asks))
		}
		w.db, now = whole, nil
		stop = w.run(w.receive)
		pass(time.Second)
		stop()
		if got := offsets(w.telegram.asks()[len(asks):]); got[0] != 0 || got[1] != 701 {
			t.Errorf("with the store back it asked for offsets %v, want 0 and 701", got)
		}
		if got := w.kept(); !slices.Equal(got, []int64{700}) {
			t.Errorf("kept %v", got)
		}
	})
}

// TestReceiveDoesNotSpin: a server that sends what was confirmed again and again is asked once a second.
func TestReceiveDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, 0, func(string, map[string]string) (int, string) {
			return result("[" + text(700, 1, "普法 320人") + "]")
		})
		stop := w.run(w.receive)
		pass(time.Minute)
		stop()
		if n := len(w.telegram.asks()); n > 65 {
			t.Errorf("asked %d times in a minute", n)
		}
	})
}

// TestReceiveSurvives: whatever getUpdates answers, intake waits as long as is right and goes on.
func TestReceiveSurvives(t *testing.T) {
	const bad = `{"update_id":8,"message":{"text":"\q"}}`
	long := `{"update_id":7,"message":{"message_id":1,"chat":{"id":1},"date":1,"text":"` + strings.Repeat("字", 10<<20/3) + `"}}`
	for name, test := range map[string]struct {
		replies []reply
		limits  []int         // asked for, from the second call on
		wait    time.Duration // at least, before the second call
		kept    []int64
		logged  string
	}{
		"a wrong token":              {replies: []reply{refuses(401, "Unauthorized", "")}, wait: time.Minute, logged: "check HUIBAO_TOKEN"},
		"another bot":                {replies: []reply{refuses(409, "Conflict: terminated by other getUpdates request", "")}, wait: 15 * time.Second, logged: "another program"},
		"too many requests":          {replies: []reply{refuses(429, "Too Many Requests: retry after 7", `"retry_after":7`)}, wait: 7 * time.Second, logged: "asks to wait"},
		"too many, no time given":    {replies: []reply{refuses(429, "Too Many Requests", "")}, wait: time.Second},
		"an error of Telegram's":     {replies: []reply{refuses(500, "Internal Server Error", "")}, wait: time.Second, logged: "will try again"},
		"a proxy's page":             {replies: []reply{func() (int, string) { return 502, "<html>502</html>" }}, wait: time.Second},
		"a broken connection":        {replies: []reply{breaks}, wait: time.Second},
		"ok without a result":        {replies: []reply{garbles(`{"ok":true}`)}},
		"an answer that is no JSON":  {replies: []reply{garbles(`{"ok":tr`), says(text(7, 1, "普法"))}, limits: []int{1, 100}, kept: []int64{7}, wait: time.Second},
		"one bad update among three": {replies: []reply{garbles(`{"ok":true,"result":[` + text(7, 1, "一") + `,` + bad + `,` + text(9, 2, "二") + `]}`), says(text(7, 1, "一")), garbles(`{"ok":true,"result":[` + bad + `]}`), garbles(`{"ok":true,"result":[` + bad + `]}`), says(text(9, 2, "二"))}, limits: []int{1, 100, 1, 1, 100}, kept: []int64{7, 8, 9}},
		"10 MB in one answer":        {replies: []reply{says(long)}, kept: []int64{7}},
		"no id at all":               {replies: []reply{says(`{}`, `7`, `null`)}, kept: []int64{0, 0, 0}, wait: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := receiving(t, 3*time.Minute, test.replies...)
				polls := w.telegram.of("getUpdates")
				if len(polls) <= len(test.replies) {
					t.Fatalf("intake stopped after %d calls", len(polls))
				}
				if got := polls[1].at.Sub(polls[0].at); got < test.wait || got > test.wait+pollSeconds*time.Second {
					t.Errorf("called again after %v, want %v", got, test.wait)
				}
				for i, want := range test.limits {
					if got := w.telegram.asks()[i+1].Limit; got != want {
						t.Errorf("call %d asked for %d updates, want %d", i+2, got, want)
					}
				}
				if got := w.kept(); !slices.Equal(got, test.kept) {
					t.Errorf("kept %v, want %v", got, test.kept)
				}
				if test.logged != "" && w.log.count(test.logged) == 0 {
					t.Errorf("%q is not in the log:\n%s", test.logged, w.log)
				}
				if strings.Contains(w.log.String(), testToken) {
					t.Errorf("the token is in the log:\n%s", w.log)
				}
			})
		})
	}
}

// TestPauses: failures in a row are waited for longer and longer, but never for more than half a minute.
func TestPauses(t *testing.T) {
	log := (&world{log: &logBook{}}).logger()
	var got []time.Duration
	for failures := 1; failures <= 8; failures++ {
		got = append(got, pauseAfter(errGarbled, failures, log)/time.Second)
	}
	if want := []time.Duration{1, 2, 4, 8, 16, 30, 30, 30}; !slices.Equal(got, want) {
		t.Errorf("pauses of %v s, want %v", got, want)
	}
}

// TestToken: a token with a blank or a line end, as it comes out of a file, is refused without being repeated.
func TestToken(t *testing.T) {
	for _, wrong := range []string{"", "123", "123:", ":abc", " 123:abc", "123:abc\n", "123:abc def", "bot123:abc"} {
		err := CheckToken(wrong)
		if err == nil || len(wrong) > 3 && strings.Contains(err.Error(), strings.TrimSpace(wrong)) {
			t.Errorf("CheckToken(%q): %v", wrong, err)
		}
	}
	if err := CheckToken(testToken); err != nil {
		t.Error(err)
	}
}

// TestStopsAtOnce: a bot that waits for messages ends as soon as it is told to.
func TestStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, 30, nil)
		w.telegram.answer = func(method string, _ map[string]string) (int, string) {
			if method == "getMe" {
				return result(`{"id":1,"is_bot":true,"first_name":"汇报","username":"huibao_bot"}`)
			}
			return 0, ""
		}
		began := time.Now()
		stop := w.run(w.Run)
		pass(10 * time.Second)
		stop()
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("it took %v to stop", took-10*time.Second)
		}
	})
}

// TestStartsWithoutNetwork: a bot that cannot reach Telegram says so, goes on trying, and is there when it can.
func TestStartsWithoutNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		connected := feed(says(text(700, 1, "普法 320人")))
		w := newBubble(t, 30, nil)
		w.inChats()
		w.telegram.answer = func(method string, p map[string]string) (int, string) {
			switch {
			case !up.Load():
				return 0, ""
			case method == "getMe":
				return result(`{"id":1,"is_bot":true,"first_name":"汇报","username":"huibao_bot"}`)
			case method == methodSend:
				return sentAs(1)
			}
			return connected(method, p)
		}
		stop := w.run(w.Run)
		pass(5 * time.Minute)
		if w.log.count("cannot reach Telegram") == 0 {
			t.Errorf("the log does not say that Telegram cannot be reached:\n%s", w.log)
		}
		up.Store(true)
		pass(time.Minute)
		stop()
		if w.log.count("connected to Telegram", "@huibao_bot") != 1 {
			t.Errorf("the log does not say that it is connected:\n%s", w.log)
		}
		if got := len(w.telegram.sent()["1001"]); got != 1 {
			t.Errorf("%d answers were sent, want the receipt", got)
		}
	})
}

// TestGap: after more than a day without Telegram, restarted or not, everyone is told once; after less nobody is, nor
// after quiet days on which the calls succeeded.
func TestGap(t *testing.T) {
	for name, test := range map[string]struct {
		outage, quiet time.Duration
		told          int
	}{
		"a day and an hour": {outage: 25 * time.Hour, told: 1},
		"an afternoon":      {outage: 5 * time.Hour},
		"quiet days":        {quiet: 100 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t, 0, feed())
				w.inChats()
				began := time.Now()
				whole := w.telegram.answer
				w.telegram.answer = func(method string, p map[string]string) (int, string) {
					if now := time.Since(began); now > time.Hour && now < time.Hour+test.outage {
						return 0, ""
					}
					return whole(method, p)
				}
				stop := w.run(w.receive)
				pass(2*time.Hour + test.outage + test.quiet)
				stop()
				for _, member := range []int64{1001, 1005} {
					if got := len(w.texts(member)); got != test.told {
						t.Errorf("member %d is told %d times, want %d: %q", member, got, test.told, w.texts(member))
					}
				}
			})
		})
	}
}

// TestPauseBlames: a full disk is not taken for a broken network.
func TestPauseBlames(t *testing.T) {
	for err, says := range map[error]string{
		fmt.Errorf("COMMIT: %w", store.ErrUnavailable): "the store failed",
		errors.New("connection refused"):               "cannot reach Telegram",
	} {
		var said strings.Builder
		if d := pauseAfter(err, 3, slog.New(slog.NewTextHandler(&said, nil))); d != 4*time.Second {
			t.Errorf("%v: waits %v", err, d)
		}
		if !strings.Contains(said.String(), says) {
			t.Errorf("%v: says %s", err, &said)
		}
	}
}
