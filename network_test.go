package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huibao/sandbox"
)

// canary is a token that must be seen nowhere.
const canary = "7654321:CANARY-in-a-coal-mine"

// TestTokenIsNowhere runs the bot where something goes wrong, at its most talkative, and looks for the token in all it says
// and keeps.
func TestTokenIsNowhere(t *testing.T) {
	stranger := sandbox.New(sandbox.Options{Token: "7654321:another", Clock: sandbox.NewClock(time.Now)})
	telegram := sandbox.New(sandbox.Options{Token: canary, Clock: sandbox.NewClock(time.Now)})
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.String(), http.StatusBadGateway) })
	garbled := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(r.URL.String())) })
	echo := func(words func(*http.Request) string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":%q}`, words(r))
		})
	}
	for _, c := range []struct {
		name   string
		server http.Handler // or url
		url    string
		says   string
	}{
		{name: "no such host", url: "http://telegram.invalid", says: "cannot reach Telegram"},
		{name: "refused", url: "http://127.0.0.1:1", says: "cannot reach Telegram"},
		{name: "no TLS there", url: "https://127.0.0.1:1", says: "cannot reach Telegram"},
		{name: "token in the address", url: "http://127.0.0.1:1/bot" + canary, says: "cannot reach Telegram"},
		{name: "unauthorized", server: stranger, says: "Telegram refuses the token"},
		{name: "a proxy's page", server: page, says: "cannot reach Telegram"},
		{name: "no JSON", server: garbled, says: "cannot reach Telegram"},
		{name: "an answer with the address", server: echo(func(r *http.Request) string { return r.URL.String() }), says: "getUpdates: 400"},
		{name: "an answer with the address escaped", server: echo(func(r *http.Request) string { return url.QueryEscape(r.URL.String()) }), says: "getUpdates: 400"},
		{name: "all well", server: telegram, says: "connected to Telegram"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.server != nil {
				server := httptest.NewServer(c.server)
				defer server.Close()
				defer server.CloseClientConnections()
				c.url = server.URL
			}
			said, database := runUntil(t, c.url, c.says)
			if strings.Contains(said, canary) || strings.Contains(said, "CANARY") {
				t.Errorf("the token is in what the bot says:\n%s", said)
			}
			for _, ending := range []string{"", "-wal"} {
				if kept, err := os.ReadFile(database + ending); err == nil && strings.Contains(string(kept), "CANARY") {
					t.Errorf("the token is in huibao.db%s", ending)
				}
			}
		})
	}
	stranger.Close()
	telegram.Close()
}

// runUntil runs the bot until it says the words and gives all it said, and its database.
func runUntil(t *testing.T, url, words string) (said, database string) {
	t.Helper()
	database = filepath.Join(t.TempDir(), "huibao.db")
	for name, value := range map[string]string{"TOKEN": canary, "API_URL": url, "DB": database, "LOG": "debug"} {
		t.Setenv("HUIBAO_"+name, value)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	log := newTranscript()
	ended := make(chan int)
	go func() { ended <- run(ctx, []string{"run"}, log, log, time.Now) }()
	if !log.await(ctx, words) {
		t.Errorf("the bot never says %q:\n%s", words, log)
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d:\n%s", code, log)
	}
	return log.String(), database
}

// TestTokenIsInNoHelp looks for the token where settings are printed and quoted.
func TestTokenIsInNoHelp(t *testing.T) {
	t.Setenv("HUIBAO_TOKEN", canary)
	t.Setenv("HUIBAO_DB", filepath.Join(t.TempDir(), "huibao.db"))
	for _, line := range []string{"--help", "run --help", "run " + canary[:3], "rnu", "verify", "run --send-rate fast"} {
		out := newTranscript()
		run(t.Context(), strings.Fields(line), out, out, time.Now)
		if strings.Contains(out.String(), "CANARY") {
			t.Errorf("huibao %s prints the token:\n%s", line, out)
		}
	}
}

// TestStartWithoutNetwork starts the bot while Telegram cannot be reached. It says so, goes on, and receives what was sent
// meanwhile once it can.
func TestStartWithoutNetwork(t *testing.T) {
	var reachable atomic.Bool
	s := newStage(t, func(telegram http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/bot") && !reachable.Load() {
				panic(http.ErrAbortHandler)
			}
			telegram.ServeHTTP(w, r)
		})
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.bot.Start(); err != nil {
		t.Fatal(err)
	}
	if !s.log.await(ctx, "cannot reach Telegram, will try again") {
		t.Fatalf("the bot does not say that it cannot reach Telegram:\n%s", s.log)
	}
	sent, err := s.client.Say(ctx, 100001, "普法 320人 资料500份")
	if err != nil {
		t.Fatal(err)
	}
	reachable.Store(true)
	receipt, err := s.client.WaitMessage(ctx, 100001, sent, func(m sandbox.Message) bool { return m.ReplyTo == sent })
	if err != nil {
		t.Fatalf("%v; the bot says:\n%s", err, s.log)
	}
	if !strings.HasPrefix(receipt.Text, "✅ 已记1号") {
		t.Errorf("the answer is %q", receipt.Text)
	}
}
