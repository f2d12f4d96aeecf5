package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/report"
	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/sandbox/page"
	"huibao/store"
)

// TestMain lets the test binary be the program: started with one of its commands, as childBot and torture do, it is that.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"run", "verify", "backup"}, os.Args[1]) {
		main()
	}
	for _, e := range os.Environ() { // settings of a real bot on this machine
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "HUIBAO_") && name != "HUIBAO_SCREENSHOTS" {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// monday is the moment at which the tests begin, the demo's morning.
var monday = time.Date(2026, time.March, 9, 9, 0, 0, 0, china)

var china = time.FixedZone("Asia/Shanghai", 8*3600)

// stage is the demo's county without its year: the sandbox in this process, and the bot, not started yet, as a child.
type stage struct {
	*demo
	t     *testing.T
	clock *sandbox.Clock
	log   *transcript // of the bot
}

// newStage sets a stage up. around, if it is not nil, goes around the sandbox's handler.
func newStage(t *testing.T, around func(http.Handler) http.Handler) *stage {
	t.Helper()
	log := newTranscript()
	w := newWorld(t, io.Discard, log)
	s := &stage{demo: &demo{world: w, database: filepath.Join(t.TempDir(), "huibao.db")}, t: t, log: log}
	if err := w.found(s.database, county.Members()); err != nil {
		t.Fatal(err)
	}
	s.clock = sandbox.NewClock(time.Now)
	s.clock.Set(monday)
	s.bot = &childBot{database: s.database, log: log}
	telegram := sandbox.New(sandbox.Options{Token: demoToken, Username: demoBot, Clock: s.clock, Process: s.bot, Page: page.Handler(),
		CallsKept: 100_000, WebhookPause: 20 * time.Millisecond})
	handler := http.Handler(telegram)
	if around != nil {
		handler = around(handler)
	}
	server := httptest.NewServer(handler)
	s.url, s.bot.url = server.URL, server.URL
	s.client = sandbox.NewClient(server.URL, nil)
	t.Cleanup(func() {
		if err := s.bot.Kill(); err != nil {
			t.Error(err)
		}
		telegram.Close()
		server.CloseClientConnections()
		server.Close()
	})
	if err := s.people(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// newWorld is the world of a command under test, on the morning of monday.
func newWorld(t testing.TB, out, errout io.Writer) *world {
	return &world{ctx: t.Context(), out: out, err: errout, now: func() time.Time { return monday }, settings: &settings{}, zone: china,
		log: slog.New(slog.NewTextHandler(errout, &slog.HandlerOptions{Level: slog.LevelWarn}))}
}

// read looks into a database, whether a bot runs on it or not.
func read(t *testing.T, database string, f func(*store.View, *report.Reference) error) {
	t.Helper()
	w := newWorld(t, io.Discard, os.Stderr)
	db, err := store.OpenBeside(t.Context(), database, w.storeOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(t.Context(), func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		return f(v, source)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// transcript keeps what is written to it, from any goroutine, and lets a test wait for words in it.
type transcript struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed and replaced at every write
}

func newTranscript() *transcript { return &transcript{grown: make(chan struct{})} }

func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.grown)
	t.grown = make(chan struct{})
	return t.text.Write(b)
}

func (t *transcript) String() string {
	text, _ := t.now()
	return text
}

func (t *transcript) now() (text string, grown <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String(), t.grown
}

// await waits until the words are written, and tells whether they were before ctx ended.
func (t *transcript) await(ctx context.Context, words string) bool {
	for {
		text, grown := t.now()
		if strings.Contains(text, words) {
			return true
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return false
		}
	}
}
