package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huibao/report"
	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/store"
)

const hookSecret = "Hook-secret_0123456789"

// door stands before a bot that takes posts, as a proxy does, and kills it: before a post reaches it, or between its commit
// and the 200.
type door struct {
	bot   string // where it listens
	kill  func() error
	left  atomic.Int32 // posts until it is killed
	after atomic.Bool  // the commit
	dead  chan error
}

func (s *stage) byWebhook() *door {
	s.t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	d := &door{bot: "http://" + free.Addr().String(), kill: s.bot.Kill, dead: make(chan error, 1)}
	if err := free.Close(); err != nil {
		s.t.Fatal(err)
	}
	front := httptest.NewServer(d)
	s.t.Cleanup(front.Close)
	s.bot.settings = []string{"HUIBAO_LISTEN=" + strings.TrimPrefix(d.bot, "http://"), "HUIBAO_WEBHOOK_URL=" + front.URL + "/huibao",
		"HUIBAO_WEBHOOK_SECRET=" + hookSecret}
	return d
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.left.Add(-1) != 0 {
		d.pass(w, r)
		return
	}
	if d.after.Load() {
		d.pass(httptest.NewRecorder(), r)
	}
	d.dead <- d.kill()
	panic(http.ErrAbortHandler)
}

func (d *door) pass(w http.ResponseWriter, r *http.Request) {
	onward, err := http.NewRequestWithContext(r.Context(), r.Method, d.bot+r.URL.Path, r.Body)
	if err == nil {
		onward.Header = r.Header
		var resp *http.Response
		if resp, err = http.DefaultClient.Do(onward); err == nil {
			defer resp.Body.Close()
			w.WriteHeader(resp.StatusCode)
			_, err = io.Copy(w, resp.Body)
		}
	}
	if err != nil {
		http.Error(w, "nobody there", http.StatusBadGateway)
	}
}

// TestKilledByWebhook: a bot that takes posts is killed before a commit and between a commit and its 200, and each message
// is counted once.
func TestKilledByWebhook(t *testing.T) {
	s := newStage(t, nil)
	d := s.byWebhook()
	var who int64
	for _, m := range county.People() {
		if m.Role == "cadre" && len(m.Area) == len("430527100") {
			who = m.TelegramID
		}
	}
	const kills = 6
	told := 0
	for kill := range kills {
		d.after.Store(kill%2 == 1)
		d.left.Store(int32(2 + kill/2))
		if err := s.bot.start(0); err != nil {
			t.Fatal(err)
		}
		for range 2 + kill/2 {
			if _, err := s.client.Say(t.Context(), who, fmt.Sprintf("%d月%d日 普法 %d人", 1+told%2, 1+told, 100+told)); err != nil {
				t.Fatal(err)
			}
			told++
		}
		select {
		case err := <-d.dead:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("kill %d never came: %s", kill, s.log)
		}
	}
	if err := s.bot.start(0); err != nil {
		t.Fatal(err)
	}
	last, err := s.client.Say(t.Context(), who, "/mine")
	if err != nil {
		t.Fatal(err)
	}
	s.answered(who, last)
	if err := s.bot.Stop(); err != nil {
		t.Fatal(err)
	}
	read(t, s.database, func(v *store.View, _ *report.Reference) error {
		vitals, err := v.Vitals()
		if vitals.Reports != told || vitals.Inbox.Waiting+vitals.Inbox.Dead != 0 {
			t.Errorf("%d messages were told: %+v", told, vitals)
		}
		return err
	})
}

// answered waits for the answer to a message.
func (s *stage) answered(who, message int64) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	_, err := s.client.WaitMessage(ctx, who, message, func(m sandbox.Message) bool { return m.From.IsBot && m.ReplyTo == message })
	if err != nil {
		s.t.Fatal(err, s.log)
	}
}

// TestHealthAndMetrics looks at a bot that works, from outside: it says so, its numbers are those of what happened, and
// nothing in them is anybody's business.
func TestHealthAndMetrics(t *testing.T) {
	s := newStage(t, nil)
	a := s.byWebhook()
	if err := s.bot.start(0); err != nil {
		t.Fatal(err)
	}
	who := county.People()[len(county.People())-1]
	said, err := s.client.Say(t.Context(), who.TelegramID, "普法 320人 资料500份")
	if err != nil {
		t.Fatal(err)
	}
	s.answered(who.TelegramID, said)
	if status, body := get(t, a.bot+healthPath); status != 200 || body != "ok\n" {
		t.Errorf("/healthz: %d %q", status, body)
	}
	_, text := get(t, a.bot+metricsPath)
	for _, want := range []string{`huibao_build_info\{version="[^"]+",go="go1[^"]*"\} 1`, `huibao_store_up 1`, `huibao_inbox_waiting 0`, `huibao_inbox_dead 0`,
		`huibao_inbox_oldest_seconds 0`, `huibao_outbox_waiting \d`, `huibao_outbox_oldest_seconds \d`, `huibao_updates_received_total [1-9]`,
		`huibao_updates_repeated_total 0`, `huibao_sends_total\{result="failed"\} 0`, `huibao_telegram_429_total 0`, `huibao_webhook_posts_total\{code="200"\} [1-9]`,
		`huibao_processing_seconds_bucket\{le="\+Inf"\} [1-9]`, `huibao_processing_seconds_count [1-9]`, `huibao_reports 1`, `huibao_members [1-9]`,
		`go_goroutines [1-9]`, `process_resident_memory_bytes [1-9]`} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(text) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	for _, secret := range []string{demoToken, hookSecret, who.Name, "普法", fmt.Sprint(who.TelegramID)} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the metrics", secret)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	for path, want := range map[string]int{"/": 404, "/huibao/": 404, "/huibao": 405, "/debug/pprof/": 404} {
		if status, _ := get(t, a.bot+path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestWebhookSettings: a setting that cannot work ends the start with what is expected, and without the secret.
func TestWebhookSettings(t *testing.T) {
	good := settings{Token: demoToken, APIURL: "https://api.telegram.org", Listen: "127.0.0.1:0", HookURL: "https://bot.example.org/huibao", HookSecret: hookSecret}
	for want, change := range map[string]func(*settings){
		"":                             func(*settings) {},
		"expected an address":          func(s *settings) { s.HookURL = "bot.example.org/huibao" },
		"such as https://bot.example":  func(s *settings) { s.HookURL = "http://bot.example.org/huibao" },
		"holds the bot's token":        func(s *settings) { s.HookURL += "/" + demoToken },
		"a path alone":                 func(s *settings) { s.HookURL += "?a=b" },
		"host and a path alone":        func(s *settings) { s.HookURL = "https://a:b@bot.example.org/" },
		"the path /metrics is taken":   func(s *settings) { s.HookURL = "https://bot.example.org/metrics" },
		"needs HUIBAO_LISTEN":          func(s *settings) { s.Listen = "" },
		"expected 16 to 256 letters":   func(s *settings) { s.HookSecret = "Hook-secret_012" },
		"HUIBAO_WEBHOOK_SECRET: expec": func(s *settings) { s.HookSecret = hookSecret + "\n" },
	} {
		s := good
		change(&s)
		hook, err := s.webhook()
		if want == "" {
			if err != nil || hook == nil || hook.URL != s.HookURL {
				t.Errorf("good settings: %v, %v", hook, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		} else if strings.Contains(err.Error(), demoToken) || strings.Contains(err.Error(), strings.TrimSpace(s.HookSecret)) && s.HookSecret != "" {
			t.Errorf("the error holds a secret: %v", err)
		}
	}
	none := settings{APIURL: good.APIURL}
	if hook, err := none.webhook(); hook != nil || err != nil {
		t.Errorf("without a webhook: %v, %v", hook, err)
	}
}

// TestSlowRequests: one that sends its header a byte at a time loses the connection, and the others are answered meanwhile.
func TestSlowRequests(t *testing.T) {
	w := newWorld(t, io.Discard, &bytes.Buffer{})
	w.settings.Listen = "127.0.0.1:0"
	f, err := w.listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	f.server.ReadHeaderTimeout = 50 * time.Millisecond
	ended := make(chan error, 1)
	go func() { ended <- f.run(ctx) }()
	slow, err := net.Dial("tcp", f.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := slow.Write([]byte("GET /healthz HTTP/1.1\r\nX: ")); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, "http://"+f.listener.Addr().String()+"/nothing"); status != 404 {
		t.Errorf("meanwhile: %d", status)
	}
	if n, err := io.Copy(io.Discard, slow); err != nil || n > 200 {
		t.Errorf("the slow one got %d bytes, %v", n, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := w.listen(nil); err != nil {
		t.Error("the port is not free again:", err)
	}
}
