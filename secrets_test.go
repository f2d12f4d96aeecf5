package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huibao/sandbox"
)

// What must be seen nowhere: a token, a webhook's secret, and the private key of backups.
const (
	canary       = "7654321:CANARY-in-a-coal-mine"
	canarySecret = "CANARY-of-the-webhook_0123"
	canaryKey    = "AGE-SECRET-KEY-1CANARY0QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQ"
)

// quiet demands that none of them is in words, nor any other writing of the token.
func quiet(t *testing.T, where, words string) {
	t.Helper()
	if at := strings.Index(strings.ToUpper(words), "CANARY"); at >= 0 {
		t.Errorf("%s tells a secret: …%s…", where, words[max(0, at-200):min(len(words), at+40)])
	}
}

// TestTokenIsNowhere runs the bot where something goes wrong, at its most talkative, and looks for the token in all it says
// and keeps.
func TestTokenIsNowhere(t *testing.T) {
	stranger := sandbox.New(sandbox.Options{Token: "7654321:another", Clock: sandbox.NewClock(time.Now)})
	telegram := sandbox.New(sandbox.Options{Token: canary, Clock: sandbox.NewClock(time.Now)})
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another server was called: %s, Referer %q", r.URL, r.Referer())
	}))
	defer thief.Close()
	locked := httptest.NewUnstartedServer(telegram)
	locked.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains that nobody trusts it
	locked.StartTLS()
	defer locked.Close()
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
		doctor string // says the doctor of it
	}{
		{name: "no such host", url: "http://telegram.invalid", says: "cannot reach Telegram", doctor: "FAIL  token"},
		{name: "refused", url: "http://127.0.0.1:1", says: "cannot reach Telegram", doctor: "FAIL  token"},
		{name: "no TLS there", url: "https://127.0.0.1:1", says: "cannot reach Telegram", doctor: "FAIL  token"},
		{name: "a certificate that nobody knows", url: locked.URL, says: "failed to verify certificate", doctor: "failed to verify certificate"},
		{name: "TLS where there is none", url: strings.Replace(thief.URL, "http:", "https:", 1), says: "server gave HTTP response", doctor: "server gave HTTP response"},
		{name: "token in the address", url: "http://127.0.0.1:1/bot" + canary, says: "cannot reach Telegram", doctor: "FAIL  token"},
		{name: "token in the address, escaped", url: "http://127.0.0.1:1/bot" + url.QueryEscape(canary), says: "cannot reach Telegram", doctor: "FAIL  token"},
		{name: "unauthorized", server: stranger, says: "Telegram refuses the token", doctor: "401 Unauthorized"},
		{name: "another address", server: http.RedirectHandler(thief.URL, http.StatusFound), says: "cannot reach Telegram", doctor: "is not that of a Bot API server"},
		{name: "a proxy's page", server: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.String(), http.StatusBadGateway) }),
			says: "cannot reach Telegram", doctor: "HTTP 502"},
		{name: "no JSON", server: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL) }), says: "cannot reach Telegram", doctor: "FAIL  token"},
		{name: "an answer with the address", server: echo(func(r *http.Request) string { return r.URL.String() }), says: "getUpdates: 400", doctor: "/bot***/getMe"},
		{name: "an answer with the address escaped", server: echo(func(r *http.Request) string { return url.QueryEscape(r.URL.String()) }), says: "getUpdates: 400",
			doctor: "bot***%2FgetMe"},
		{name: "all well", server: telegram, says: "connected to Telegram", doctor: "ok    token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.server != nil {
				server := httptest.NewServer(c.server)
				defer server.Close()
				defer server.CloseClientConnections()
				c.url = server.URL
			}
			said, database := runUntil(t, c.url, c.says)
			quiet(t, "the log", said)
			doctor := newTranscript()
			run(t.Context(), []string{"doctor"}, doctor, doctor, time.Now)
			if !strings.Contains(doctor.String(), c.doctor) {
				t.Errorf("the doctor does not say %q:\n%s", c.doctor, doctor)
			}
			quiet(t, "the doctor", doctor.String())
			backup := filepath.Join(t.TempDir(), "copy.db")
			if code := run(t.Context(), []string{"backup", backup}, doctor, doctor, time.Now); code != 0 {
				t.Errorf("no backup:\n%s", doctor)
			}
			for _, pattern := range []string{database + "*", backup + "*"} {
				files, err := filepath.Glob(pattern)
				if err != nil || len(files) == 0 {
					t.Errorf("there is no %s: %v", pattern, err)
				}
				for _, file := range files {
					kept, err := os.ReadFile(file)
					if err != nil {
						t.Error(err)
					}
					quiet(t, filepath.Base(file), string(kept))
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

// TestSecretsAreInNoComplaint puts secrets where they belong and where they do not, and reads what the program says.
func TestSecretsAreInNoComplaint(t *testing.T) {
	folder := t.TempDir()
	blind := filepath.Join(folder, "token.txt") // it has a second line
	if err := os.WriteFile(blind, []byte(canary+"\n"+canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	hook := "LISTEN=127.0.0.1:0 WEBHOOK_SECRET=" + canarySecret + " WEBHOOK_URL=https://bot.example.org/"
	for i, c := range []struct{ line, settings, says string }{
		{"--help", "TOKEN=" + canary, "HUIBAO_TOKEN"},
		{"run --help", "TOKEN=" + canary + " " + hook, "HUIBAO_WEBHOOK_URL"},
		{"run " + canary[:3], "TOKEN=" + canary, "unexpected argument"},
		{"rnu", "TOKEN=" + canary, "rnu"},
		{"verify", "TOKEN=" + canary, "verify:"},
		{"version", "TOKEN=" + canary + " " + hook, "huibao"},
		{"run --send-rate fast", "TOKEN=" + canary, "fast"},
		{"run --token=" + canary + " --send-rate=" + canary, "", "send-rate"},
		{"run", "TOKEN=" + canary + "\n", "cannot reach Telegram"},
		{"run", "TOKEN=" + canary + "?", "the bot token must look like"},
		{"run", "TOKEN_FILE=" + blind, "the bot token must look like"},
		{"run", "TOKEN_FILE=" + canary, "read the token from HUIBAO_TOKEN_FILE"},
		{"run", "TOKEN=" + canary + " API_URL=telegram/bot" + canary, "HUIBAO_API_URL"},
		{"run", "TOKEN=" + canary + " API_URL=ftp://telegram/bot" + url.QueryEscape(canary), "HUIBAO_API_URL"},
		{"run", "TOKEN=1234567:another API_URL=http:/" + canary, "HUIBAO_API_URL"},
		{"run", "TOKEN=" + canary + " LISTEN=" + canary, "HUIBAO_LISTEN"},
		{"run", "TOKEN=" + canary + " DB=" + folder + "/no/" + canary + "/huibao.db", "no such file"},
		{"run", "TOKEN=" + canary + " TZ=" + canary, "HUIBAO_TZ"},
		{"run", "TOKEN=" + canary + " LOG=" + canary, "log-level"},
		{"run", "TOKEN=" + canary + " WEEKLY=" + canary, "job week"},
		{"run", "TOKEN=" + canary + " CATALOGUE=" + canary, "read the catalogue"},
		{"run", "TOKEN=" + canary + " TEMPLATE=" + canary, "read the template"},
		{"run", "TOKEN=" + canary + " CLOCK_URL=http://127.0.0.1:1/" + canary, "follow the clock"},
		{"run", "TOKEN=" + canary + " " + hook + canary, "HUIBAO_WEBHOOK_URL holds"},
		{"run", "TOKEN=" + canary + " " + hook + url.QueryEscape(canary), "HUIBAO_WEBHOOK_URL holds"},
		{"run", "TOKEN=" + canary + " " + hook + canary[8:], "HUIBAO_WEBHOOK_URL holds"},
		{"run", "TOKEN=" + canary + " " + hook + canarySecret, "HUIBAO_WEBHOOK_URL holds"},
		{"run", "TOKEN=" + canary + " " + hook + "huibao", "cannot reach Telegram"},
		{"run", "TOKEN=" + canary + " LISTEN=127.0.0.1:0 WEBHOOK_URL=https://bot.example.org/ WEBHOOK_SECRET=" + canarySecret + "!", "HUIBAO_WEBHOOK_SECRET"},
		{"run", "TOKEN=" + canary + " BACKUP_KEY=" + canaryKey, "holds a private key"},
		{"run", "TOKEN=" + canary + " BACKUP_KEY=" + strings.ToLower(canaryKey), "holds a private key"},
		{"run", "TOKEN=" + canary + " BACKUP_KEY_FILE=" + canaryKey, "read whom backups"},
		{"backup " + canaryKey + ".age", "BACKUP_KEY=" + canaryKey, "holds a private key"},
		{"backup " + folder + "/a.age", "", "would be encrypted"},
		{"restore --yes " + canaryKey + ".age", "", "restore"},
		{"doctor", "TOKEN=" + canary + " DB=" + folder + "/" + canary + ".db BACKUPS=" + folder + "/" + canaryKey, "FAIL  backup"},
		{"verify", "DB=postgres://huibao:CANARY@127.0.0.1:1/huibao", "huibao"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Setenv("HUIBAO_DB", filepath.Join(t.TempDir(), "huibao.db"))
			t.Setenv("HUIBAO_API_URL", "http://127.0.0.1:1")
			for setting := range strings.SplitSeq(c.settings, " ") {
				name, value, _ := strings.Cut(setting, "=")
				t.Setenv("HUIBAO_"+name, value)
			}
			said := newTranscript()
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				run(ctx, strings.Fields(c.line), said, said, time.Now)
				stop()
			}()
			said.await(ctx, c.says)
			stop()
			<-ended
			if !strings.Contains(said.String(), c.says) {
				t.Errorf("%s, %s: it does not say %q:\n%s", c.line, c.settings, c.says, said)
			}
			quiet(t, c.line+", "+c.settings, said.String())
		})
	}
}

// TestPanicTellsNoSecret: the words of a mistake in the program that a request meets are in the log, in one line and without the
// secrets.
func TestPanicTellsNoSecret(t *testing.T) {
	for name, value := range map[string]string{"TOKEN": canary, "WEBHOOK_SECRET": canarySecret} {
		t.Setenv("HUIBAO_"+name, value)
	}
	log := newTranscript()
	w := newWorld(t, log, &said{log, &settings{Token: canary, HookSecret: canarySecret}})
	w.settings.Listen = "127.0.0.1:0"
	f, err := w.listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	f.server.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("a mistake at /bot" + canary + "/getMe?secret=" + canarySecret + "\nlevel=ERROR msg=forged")
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.run(ctx) }()
	conn, err := net.Dial("tcp", f.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Error(err)
	}
	conn.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if want := "a mistake at /bot***/getMe?secret=***"; !strings.Contains(log.String(), want) || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("it does not say %q in one line:\n%s", want, log)
	}
	quiet(t, "the log", log.String())
}
