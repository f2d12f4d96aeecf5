package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// telegram stands around the sandbox's handler: the network between Telegram and the bot. It kills the bot around a call,
// loses calls, slows them, and mixes up what is handed over.
type telegram struct {
	sandbox http.Handler
	kill    func() error
	trap    atomic.Pointer[trap]
	weather atomic.Pointer[weather]
	lost    atomic.Int32 // answers to sendMessage that were lost on the way
	url     string       // of this server
	hooked  string       // where the bot takes posts, when it does
	several []string     // the same of several bots, which take turns
	turns   atomic.Uint32
	watch   func(method string, body []byte) // nil: nobody wants to know

	mu     sync.Mutex
	r      *rand.Rand
	passed []json.RawMessage // updates that were handed over, for handing them over again
}

// weather is how the network is.
type weather struct {
	cut     bool
	slow    time.Duration // each call, at most
	shuffle bool          // updates come in any order
	repeat  bool          // updates come again
}

const (
	passedKept = 300
	unreadable = "no number" // is in what poison hands over
)

func (t *telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == hookPath {
		t.post(w, r)
		return
	}
	if !strings.HasPrefix(r.URL.Path, "/bot") {
		t.sandbox.ServeHTTP(w, r)
		return
	}
	method := path.Base(r.URL.Path)
	trap := t.trap.Load()
	if trap == nil || trap.method != method || trap.left.Add(-1) != 0 {
		t.pass(w, r, method)
		return
	}
	defer func() {
		trap.sprung <- t.kill()
		panic(http.ErrAbortHandler) // nobody is there to hear the answer
	}()
	if trap.carried {
		t.sandbox.ServeHTTP(httptest.NewRecorder(), r)
	}
}

// pass lets a call through, as the weather is.
func (t *telegram) pass(w http.ResponseWriter, r *http.Request, method string) {
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
	if method == "getUpdates" && (weather.shuffle || weather.repeat) {
		t.mix(w, r, weather)
		return
	}
	if t.watch != nil {
		body := new(bytes.Buffer)
		if _, err := body.ReadFrom(r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = bodyOf(body.Bytes())
		defer t.watch(method, body.Bytes())
	}
	answered := false
	defer func() {
		if !answered && method == "sendMessage" {
			t.lost.Add(1)
		}
	}()
	t.sandbox.ServeHTTP(w, r)
	answered = true
}

var fair = &weather{}

func (t *telegram) draw(n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.r.IntN(n)
}

// mix answers getUpdates with the updates in another order, and some that were handed over before among them: under the ids
// they had, and under lower ones. The highest id of an answer stays what it was, so nothing else is confirmed by it.
func (t *telegram) mix(w http.ResponseWriter, r *http.Request, weather *weather) {
	kept := httptest.NewRecorder()
	t.sandbox.ServeHTTP(kept, r)
	var answer struct {
		OK     bool              `json:"ok"`
		Result []json.RawMessage `json:"result"`
	}
	if json.Unmarshal(kept.Body.Bytes(), &answer) == nil && answer.OK && len(answer.Result) > 0 {
		t.mu.Lock()
		fresh := answer.Result
		if weather.repeat && len(t.passed) > 0 {
			for range 1 + t.r.IntN(2*len(fresh)) {
				again := t.passed[t.r.IntN(len(t.passed))]
				if t.r.IntN(2) == 0 {
					again = underLowerID(again)
				}
				at := t.r.IntN(len(answer.Result))
				answer.Result = append(answer.Result[:at:at], append([]json.RawMessage{again}, answer.Result[at:]...)...)
			}
		}
		for _, update := range fresh {
			if !bytes.Contains(update, []byte(unreadable)) { // each time it would be one more that cannot be read
				t.passed = append(t.passed, update)
			}
		}
		t.passed = t.passed[max(0, len(t.passed)-passedKept):]
		if weather.shuffle {
			t.r.Shuffle(len(answer.Result), func(i, j int) {
				answer.Result[i], answer.Result[j] = answer.Result[j], answer.Result[i]
			})
		}
		t.mu.Unlock()
		if mixed, err := json.Marshal(answer); err == nil {
			kept.Body = bytes.NewBuffer(mixed)
		}
	}
	maps.Copy(w.Header(), kept.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(kept.Code)
	_, _ = w.Write(kept.Body.Bytes())
}

// forget drops what was handed over.
func (t *telegram) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.passed = nil
}

func underLowerID(update json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	var id int64
	if json.Unmarshal(update, &fields) != nil || json.Unmarshal(fields["update_id"], &id) != nil || id < 2 {
		return update
	}
	fields["update_id"] = json.RawMessage(fmt.Sprint(id / 2))
	lower, err := json.Marshal(fields)
	if err != nil {
		return update
	}
	return lower
}
