package bot

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/sandbox"
	"huibao/store"
)

// hookedScripts go by webhook too: they have each kind of update, restarts, gaps and Telegram's repeats.
var hookedScripts = []string{"album", "blocked", "buttons_twice_and_stale", "chat_0?_*", "delivered_twice", "edit_message", "edit_twice_in_a_second",
	"form_restart", "gap", "garbage", "group", "group_migrates", "long_text", "malformed", "pieces", "restart"}

// TestScriptsByWebhook has conversations go word for word as they do when the bot fetches.
func TestScriptsByWebhook(t *testing.T) {
	for _, pattern := range hookedScripts {
		files, err := filepath.Glob("testdata/scripts/" + pattern + ".txt")
		if err != nil || len(files) == 0 {
			t.Errorf("there is no script %s: %v", pattern, err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txt")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				s := parseScript(name, string(text))
				s.hooked = true
				got, want := withoutRepeats(s.play(t, s.begin(t, filepath.Join(t.TempDir(), "huibao.db"), false))), withoutRepeats(string(text))
				if got != want {
					t.Errorf("%s goes otherwise by webhook:\n%s", file, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
				}
			})
		}
	}
}

// withoutRepeats takes out of a script that a press was answered twice: a webhook that is set anew breaks off what is being
// posted at that moment, and Telegram posts it again.
func withoutRepeats(script string) string {
	var kept strings.Builder
	for line := range strings.Lines(script) {
		if !strings.Contains(line, "✗ answerCallbackQuery: Bad Request: query is too old") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// newHooked is a world whose bot takes posts and runs.
func newHooked(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "2026-03-09 09:00")
	w.byWebhook()
	w.start()
	return w
}

// post posts a body to the bot as somebody who has that secret, and gives the status of the answer.
func (w *world) post(method, secret string, body io.Reader) int {
	w.t.Helper()
	r := must(http.NewRequest(method, w.hook.URL, body))
	r.Header.Set(secretHeader, secret)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Error(err)
		return 0
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); strings.Contains(string(text), hookSecret) {
		w.t.Errorf("the secret is in the answer: %s", text)
	}
	return resp.StatusCode
}

// wrote is an update: a message of 李梅's.
func wrote(id int, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1773018000,"from":{"id":1001,"is_bot":false,"first_name":"李梅"},`+
		`"chat":{"id":1001,"type":"private"},"text":%q}}`, 700_000_000+id, 5000+id, text)
}

func (w *world) count(query string) (n int) {
	w.t.Helper()
	w.scan(&n, query)
	return n
}

// TestWebhookRefuses: only what brings the secret, in the right way and size, comes near the store.
func TestWebhookRefuses(t *testing.T) {
	w := newHooked(t)
	update := wrote(1, "普法 320人")
	for _, c := range []struct {
		method, secret, body string
		status               int
	}{
		{"POST", "", update, 401},
		{"POST", hookSecret[1:], update, 401},
		{"POST", hookSecret + "0", update, 401},
		{"POST", strings.ToLower(hookSecret), update, 401},
		{"POST", "", strings.Repeat("x", longestPost+1), 401},
		{"GET", hookSecret, "", 405},
		{"PUT", hookSecret, update, 405},
		{"POST", hookSecret, strings.Repeat("x", longestPost+1), 413},
	} {
		if got := w.post(c.method, c.secret, strings.NewReader(c.body)); got != c.status {
			t.Errorf("%s of %d bytes with the secret %q: %d, want %d", c.method, len(c.body), c.secret, got, c.status)
		}
	}
	if n := w.count(`SELECT COUNT(*) FROM inbox`); n != 0 {
		t.Errorf("%d rows came into the inbox", n)
	}
	if got := w.post("POST", hookSecret, strings.NewReader(update)); got != 200 {
		t.Errorf("with the secret: %d", got)
	}
	w.settle()
	if n := w.count(`SELECT COUNT(*) FROM reports WHERE state = 'filed'`); n != 1 {
		t.Errorf("%d reports", n)
	}
	w.tokenIsSecret()
	if strings.Contains(w.log.String(), hookSecret) || bytes.Contains(w.bytesOfStore(), []byte(hookSecret)) {
		t.Error("the secret is in the log or in the store")
	}
}

// TestWebhookGarbled: what will never be read is kept once, told of once, and confirmed each time, or it would come for a day.
func TestWebhookGarbled(t *testing.T) {
	w := newHooked(t)
	for _, body := range []string{`{"update_id":17,"message":{"chat":{"id":1001`, "\xff\xfe", "", `[]`} {
		for range 3 {
			if got := w.post("POST", hookSecret, strings.NewReader(body)); got != 200 {
				t.Errorf("%q: %d", body, got)
			}
		}
	}
	w.settle()
	if n := w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'dead'`); n != 4 {
		t.Errorf("%d dead rows, want 4", n)
	}
}

// TestWebhookShares: a hundred posts at the same time are a few commits, each in the order of their ids, and each is counted.
func TestWebhookShares(t *testing.T) {
	w := newHooked(t)
	const posts = 100
	var all sync.WaitGroup
	w.write(func(*store.Tx) error { // nobody else can commit meanwhile
		for i := range posts {
			all.Go(func() {
				text := fmt.Sprintf("%d月%d日 普法 %d人", 1+i%2, 1+i%28, 100+i)
				if got := w.post("POST", hookSecret, strings.NewReader(wrote(i, text))); got != 200 {
					t.Errorf("post %d: %d", i, got)
				}
			})
		}
		w.until("all posts are inside", func() bool { return w.hooked.Load().hook.within.Load() == posts })
		return nil
	})
	all.Wait()
	w.settle()
	commits := w.log.count("msg=received") // two, but for posts that were just about to wait
	if commits > posts/10 {
		t.Errorf("%d commits", commits)
	}
	if n := w.count(`SELECT COUNT(*) FROM inbox`); n != posts {
		t.Errorf("%d rows, want %d", n, posts)
	}
	if n := w.count(`SELECT COUNT(*) FROM inbox a JOIN inbox b ON b.seq = a.seq + 1 WHERE a.update_id > b.update_id`); n >= commits {
		t.Errorf("%d rows come before one with a lower id", n)
	}
	w.sums()
}

// TestWebhookStoreFails: while nothing can be committed Telegram is told so, and what it repeats is counted once.
func TestWebhookStoreFails(t *testing.T) {
	w := newHooked(t)
	source := url.URL{Scheme: "file", Path: w.file, RawQuery: "_busy_timeout=5000"}
	other := must(sql.Open("sqlite3", source.String()))
	defer other.Close()
	must(other.Exec(`CREATE TRIGGER broken BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`))
	if got := w.post("POST", hookSecret, strings.NewReader(wrote(1, "普法 320人"))); got != 503 {
		t.Errorf("without a store: %d", got)
	}
	if err := w.hooked.Load().Health(t.Context()); err == nil || err.Error() != "the store cannot be written to" {
		t.Errorf("the bot says it is well: %v", err)
	}
	id := must(w.client.Say(t.Context(), 1001, "家庭教育讲座 60人"))
	w.until("Telegram was told so", func() bool { return w.log.count("Telegram is told to deliver again") > 3 })
	must(other.Exec(`DROP TRIGGER broken`))
	w.settle()
	if n := w.count(`SELECT COUNT(*) FROM reports WHERE state = 'filed'`); n != 1 {
		t.Errorf("%d reports of message %d", n, id)
	}
	if err := w.hooked.Load().Health(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestWebhookAnswerLost: an update that was committed and whose 200 never arrived comes again and is counted once; its
// button's spinner stops.
func TestWebhookAnswerLost(t *testing.T) {
	w := newHooked(t)
	w.losing.Store(2)
	must(w.client.Say(t.Context(), 1001, "普法 320人"))
	w.settle()
	if left := w.losing.Load(); left > 0 {
		t.Errorf("%d answers were not lost", left)
	}
	if n := w.count(`SELECT COUNT(*) FROM reports`); n != 1 {
		t.Errorf("%d reports", n)
	}
	chat := must(w.client.Messages(t.Context(), 1001, 0))
	w.losing.Store(1)
	must(w.client.Press(t.Context(), sandbox.Press{UserID: 1001, MessageID: chat[len(chat)-1].MessageID, Text: "撤回"}))
	w.settle()
	if n := w.count(`SELECT COUNT(*) FROM revisions`); n != 2 {
		t.Errorf("%d revisions, want 2", n)
	}
	if must(w.client.RepeatWebhook(t.Context())) != 200 {
		t.Error("a repeat was not taken")
	}
	w.settle()
	if n := w.count(`SELECT COUNT(*) FROM revisions`); n != 2 {
		t.Errorf("after a repeat %d revisions, want 2", n)
	}
}

// TestWebhookStopsWell: a post that is inside when the bot is stopped is committed and answered.
func TestWebhookStopsWell(t *testing.T) {
	w := newHooked(t)
	var all sync.WaitGroup
	w.write(func(*store.Tx) error {
		for i := range int32(2) { // one is being committed, one waits
			all.Go(func() {
				if got := w.post("POST", hookSecret, strings.NewReader(wrote(int(i), "普法 320人"))); got != 200 {
					t.Errorf("a post that was inside: %d", got)
				}
			})
			w.until("the post is inside", func() bool { return w.hooked.Load().hook.within.Load() == i+1 })
		}
		w.cancel()
		w.until("the bot lets nobody in", func() bool {
			_, leave, ok := w.hooked.Load().hook.enter()
			if ok {
				leave()
			}
			return !ok
		})
		if got := w.post("POST", hookSecret, strings.NewReader(wrote(3, "普法 321人"))); got != 503 {
			t.Errorf("a post to a bot that stops: %d", got)
		}
		return nil
	})
	all.Wait()
	w.stop()
	if n := w.count(`SELECT COUNT(*) FROM inbox`); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

// TestPollingAfterWebhook: a bot that fetches again takes its own webhook away, and nothing that waited is dropped. One
// that somebody else has set stays.
func TestPollingAfterWebhook(t *testing.T) {
	w := newHooked(t)
	w.stop()
	must(w.client.Say(t.Context(), 1001, "普法 320人"))
	w.hook = nil
	w.start()
	w.settle()
	if n := w.count(`SELECT COUNT(*) FROM reports WHERE state = 'filed'`); n != 1 {
		t.Errorf("%d reports", n)
	}
	w.stop()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	if err := w.hooked.Load().api.setWebhook(t.Context(), Webhook{URL: other.URL}); err != nil {
		t.Fatal(err)
	}
	w.run()
	w.until("the bot complains", func() bool { return w.log.count("another program receives this bot's messages") > 0 })
	if w.state().Webhook != other.URL {
		t.Error("the webhook of another program was taken away")
	}
}

// TestWebhookTaken: a bot whose webhook was taken away says so.
func TestWebhookTaken(t *testing.T) {
	w := newHooked(t)
	if err := w.hooked.Load().api.deleteWebhook(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(hookEvery)
	w.hooked.Load().hook.askLook()
	w.until("the bot complains", func() bool { return w.log.count("another program receives this bot's messages") > 0 })
	if n := w.log.count("the webhook is no longer ours"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

// TestEditOvertakes: an edited message that comes before the message itself is counted once, with the edit's number.
func TestEditOvertakes(t *testing.T) {
	w := newBubble(t, 0, nil)
	message := wrote(1, "普法 320人")
	edit := strings.NewReplacer(`"message":`, `"edited_message":`, `"date":`, `"edit_date":1773018060,"date":`, "320", "230", "700000001", "700000002").Replace(message)
	w.receives(edit, message)
	w.processes(func(store.InboxRow) {})
	if got := w.filed(); !cmp.Equal(got, []int64{230}) {
		t.Errorf("filed %v, want the 230 of the edit", got)
	}
}

// posted is a bot that takes posts while a fuzz target runs, and a look at its inbox.
type posted struct {
	*Bot
	rows *sql.DB
}

func newPosted(f *testing.F) posted {
	w := newBubble(f, 0, func(string, map[string]string) (int, string) { return result("true") })
	p := posted{w.Bot, must(sql.Open("sqlite3", w.file))}
	p.hook = newHook(&Webhook{Secret: hookSecret})
	ctx, stop := context.WithCancel(context.Background())
	p.hook.open(ctx)
	var loop sync.WaitGroup
	loop.Go(func() { _ = p.receivePosts(ctx) })
	f.Cleanup(func() {
		stop()
		loop.Wait()
		if err := errors.Join(p.spinners.Wait(), p.rows.Close()); err != nil {
			f.Error(err)
		}
	})
	return p
}

func (p posted) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := p.rows.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// takes posts something, and gives the status of the answer.
func (p posted) takes(t *testing.T, method, secret string, body []byte) int {
	t.Helper()
	r := httptest.NewRequest(method, "/", bytes.NewReader(body))
	r.Header.Set(secretHeader, secret)
	out := httptest.NewRecorder()
	p.ServeHTTP(out, r)
	if said := out.Body.String(); said != "" && said != http.StatusText(out.Code)+"\n" {
		t.Errorf("%d with %q", out.Code, said)
	}
	return out.Code
}

// FuzzWebhook: what is posted with the secret is confirmed once it is in the inbox, masked and once, and never else; what comes
// without it, in another way, or while the store fails changes nothing.
func FuzzWebhook(f *testing.F) {
	methods := []string{"POST", "GET", "PUT", "HEAD", "DELETE"}
	for _, seed := range []string{wrote(1, "普法 320人"), `{"update_id":-1}`, "{", "\xff", "", `{"update_id":1e99,"callback_query":{"id":7}}`, `{"update_id":7,"callback_query":{"id":"8"}}`,
		`{"update_id":9223372036854775808}`, `{"update_id":"5","message":{"chat":{"id":"x"}}}`, wrote(2, "张某 430527198001011232"), "{\"update_id\":3,\"x\":\"\xff\"}", "null", strings.Repeat("[", 20_000),
		strings.Repeat("x", longestPost+1)} {
		f.Add([]byte(seed), hookSecret, byte(0))
		f.Add([]byte(seed), hookSecret+"0", byte(0))
		f.Add([]byte(seed), "", byte(1))
		f.Add([]byte(seed), hookSecret, byte(1))
	}
	well, broken := newPosted(f), newPosted(f)
	if _, err := broken.rows.Exec(`ALTER TABLE inbox RENAME TO gone`); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, secret string, way byte) {
		method := methods[int(way)%len(methods)]
		want := 200
		switch {
		case method != "POST":
			want = 405
		case secret != hookSecret:
			want = 401
		case len(body) > longestPost:
			want = 413
		}
		before := well.count(t, `SELECT COUNT(*) FROM inbox`)
		got := well.takes(t, method, secret, body)
		after := well.count(t, `SELECT COUNT(*) FROM inbox`)
		if got != want || want != 200 && after != before {
			t.Errorf("%s %q with %q: %d, want %d; %d rows, then %d", method, body, secret, got, want, before, after)
		}
		if failed := broken.takes(t, method, secret, body); want == 200 && failed != 503 || want != 200 && failed != want {
			t.Errorf("%s %q with %q while the store fails: %d", method, body, secret, failed)
		}
		if want != 200 || got != 200 {
			return
		}
		row := inboxUpdate(body)
		if n := well.count(t, `SELECT COUNT(*) FROM inbox WHERE update_id = ? AND body = ? AND state = 'new'`, row.ID, blobOf(row.Body)); n != 1 {
			t.Errorf("%q was confirmed and is in the inbox %d times", body, n)
		}
		if got := well.takes(t, method, secret, body); got != 200 || well.count(t, `SELECT COUNT(*) FROM inbox`) != after {
			t.Errorf("%q posted again: %d", body, got)
		}
	})
}

// blobOf keeps nothing at all from being NULL.
func blobOf(b []byte) []byte { return append([]byte{}, b...) }
