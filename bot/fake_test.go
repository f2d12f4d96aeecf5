package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tg "github.com/go-telegram/bot"

	"huibao/report"
	"huibao/store"
)

// telegram is a Bot API in memory, for tests that run in a bubble of package synctest: there time moves by itself as soon
// as everything waits, which a real connection would not allow. What is asked of a real one is asked of package sandbox.
type telegram struct {
	answer func(method string, params map[string]string) (status int, body string)

	mu    sync.Mutex
	calls []apiCall
}

// apiCall is a call the bot made, and when.
type apiCall struct {
	method string
	params map[string]string
	files  map[string]int64 // bytes of those it brought
	at     time.Time
	ok     bool
}

// RoundTrip answers a call. An empty body without a status is a connection that breaks, with the token in the error as Go has it.
func (f *telegram) RoundTrip(r *http.Request) (*http.Response, error) {
	defer r.Body.Close()
	params, files := map[string]string{}, map[string]int64{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, io.EOF) { // EOF: a call without parameters
			return nil, err
		}
		for name := range r.Form {
			params[name] = r.Form.Get(name)
		}
		if r.MultipartForm != nil {
			for name, parts := range r.MultipartForm.File {
				files[name] = parts[0].Size
			}
		}
	} else {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		params["json"] = string(body)
	}
	method := path.Base(r.URL.Path)
	status, body := f.answer(method, params)
	f.mu.Lock()
	f.calls = append(f.calls, apiCall{method, params, files, time.Now(), status == http.StatusOK})
	f.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if status == 0 {
		return nil, fmt.Errorf("%s: connection reset", r.URL)
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// of gives the calls of one method so far.
func (f *telegram) of(method string) (calls []apiCall) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if c.method == method {
			calls = append(calls, c)
		}
	}
	return calls
}

// result is a call that was carried out.
func result(body string) (int, string) { return http.StatusOK, `{"ok":true,"result":` + body + `}` }

// refusal is one that was not.
func refusal(code int, description, parameters string) (int, string) {
	return code, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q,"parameters":{%s}}`, code, description, parameters)
}

// sentAs is the answer to sendMessage.
func sentAs(id int64) (int, string) {
	return result(fmt.Sprintf(`{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}`, id))
}

// bubble is a bot that speaks to a telegram in memory, with a store of its own. Its clock is the bubble's.
type bubble struct {
	*Bot
	t        testing.TB
	telegram *telegram
	log      *logBook
	file     string // of the store
	options  store.Options
}

// newBubble makes the bot, of a county with one cadre, 李梅, and one administrator, 孙洁.
func newBubble(t testing.TB, rate float64, answer func(method string, params map[string]string) (int, string)) *bubble {
	t.Helper()
	w := &bubble{t: t, telegram: &telegram{answer: answer}, log: &logBook{}, file: filepath.Join(t.TempDir(), "huibao.db")}
	logger := (&world{log: w.log}).logger()
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	w.options = store.Options{Now: time.Now, Location: zone, Log: logger}
	db, err := store.Open(t.Context(), w.file, w.options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	const url = "http://telegram.invalid"
	if w.Bot, err = New(Options{Token: testToken, APIURL: url, DB: db, Now: time.Now, Location: zone, Log: logger, SendRate: rate}); err != nil {
		t.Fatal(err)
	}
	w.poller.client = &http.Client{Transport: w.telegram}
	w.api.lib = must(tg.New(testToken, tg.WithSkipGetMe(), tg.WithServerURL(url),
		tg.WithHTTPClient(callTimeout, &http.Client{Transport: w.telegram}), tg.WithErrorsHandler(func(error) {})))
	w.write(func(tx *store.Tx) error {
		if _, err := tx.ImportAreas(must(report.ParseAreas("areas.csv", []byte("code,level,parent,name,short\n430527,county,,绥宁县,绥宁\n")))); err != nil {
			return err
		}
		_, err := tx.ImportMembers([]report.MemberRow{{TelegramID: 1001, Name: "李梅", Role: "cadre", Area: "430527"},
			{TelegramID: 1005, Name: "孙洁", Role: "admin", Area: "430527"}})
		return err
	})
	return w
}

func (w *bubble) write(f func(*store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// run starts a loop of the bot; the function it gives ends it and waits.
func (w *bubble) run(loop func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- loop(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	}
}

// pass lets the bubble's clock run for d: whatever is due before then happens before it returns.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
