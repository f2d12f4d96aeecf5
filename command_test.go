package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	_ "image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"huibao/sandbox"
	"huibao/store"
	"huibao/store/pgtest"
)

// TestCommands plays the scripts of testdata/commands: what is typed after a $, and below it what is printed, errors after
// a !, and an exit code that is not 0. Files of a script follow it. With -update what is printed is written down anew.
//
//	huibao …        the program; it is 9:00 on Monday, 9 March 2026
//	env NAME=VALUE  for what follows
//	cat FILE
//	kind FILE       says what is in a file, and how wide a picture is
//	sql QUERY       asks the database, or changes it
//	telegram        starts a sandbox for Telegram, until the script ends
//	call METHOD JSON  calls its Bot API as another program with the bot's token would
//	write USER TEXT sends the bot a message
//	bot             starts huibao run against a sandbox, in this process, until the script ends
//	say USER TEXT   sends the bot a message, and prints its answer; ⏎ is a line end
func TestCommands(t *testing.T) {
	files, err := filepath.Glob("testdata/commands/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		file, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) { play(t, file, strings.HasPrefix(name, "server"), *update) })
	}
}

// Commands say the same whichever database they work on, but for those that are about its file.
func TestCommandsOnPostgres(t *testing.T) {
	for _, name := range []string{"import", "import_duties", "import_reports", "invite", "export", "tally_export", "digest", "document"} {
		file, err := filepath.Abs("testdata/commands/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { play(t, file, true, false) })
	}
}

func play(t *testing.T, file string, onServer, update bool) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, dir: t.TempDir()}
	t.Chdir(s.dir)
	if onServer {
		s.database = pgtest.Empty(t)
		t.Setenv("HUIBAO_DB", s.database)
	}
	for _, f := range archive.Files {
		if err := os.WriteFile(f.Name, bytes.ReplaceAll(f.Data, []byte(`\xff`), []byte{0xff}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := string(archive.Comment)
	got := s.play(want)
	if update {
		archive.Comment = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// script is one that is being played.
type script struct {
	t        *testing.T
	dir      string
	database string          // its address, where it is on a server
	client   *sandbox.Client // once there is a sandbox
	url      string          // of its Bot API
}

// play gives the script as it went: comments and commands as they are, and what the commands print.
func (s *script) play(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		command, typed := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
		switch {
		case typed:
			out.WriteString(line)
			out.WriteString(s.settle(s.run(command)))
		case strings.HasPrefix(line, "#"):
			if out.Len() > 0 && !strings.HasSuffix(out.String(), "\n\n") && !strings.HasPrefix(lastLine(out.String()), "#") {
				out.WriteString("\n")
			}
			out.WriteString(line)
		}
	}
	return out.String()
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return lines[len(lines)-1]
}

// settle takes out what is another one at each run.
func (s *script) settle(printed string) string {
	printed = strings.ReplaceAll(printed, s.dir, "$WORK")
	if s.database != "" {
		printed = strings.ReplaceAll(printed, store.Redacted(s.database), "$SERVER")
	}
	return invitation.ReplaceAllString(printed, "${1}CODE")
}

var invitation = regexp.MustCompile(`((?:/start |\?start=))[\w-]{8,}`)

func (s *script) run(line string) string {
	name, rest, _ := strings.Cut(line, " ")
	switch name {
	case "huibao":
		var out, errout bytes.Buffer
		ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
		defer cancel()
		code := run(ctx, words(rest), &out, &errout, func() time.Time { return monday })
		if ctx.Err() != nil {
			s.t.Errorf("huibao %s does not end by itself:\n%s", rest, errout.String())
		}
		return out.String() + complaints(errout.String()) + exit(code)
	case "env":
		key, value, _ := strings.Cut(rest, "=")
		s.t.Setenv(key, strings.ReplaceAll(value, `\n`, "\n"))
		return ""
	case "cat":
		body, err := os.ReadFile(rest)
		if err != nil {
			s.t.Fatal(err)
		}
		return string(body)
	case "kind":
		return s.kind(rest)
	case "sql":
		return s.sql(rest)
	case "telegram":
		s.telegram()
		return ""
	case "call":
		return s.call(rest)
	case "write":
		s.write(s.t.Context(), rest)
		return ""
	case "bot":
		return s.bot()
	case "say":
		return s.say(rest)
	}
	s.t.Fatalf("unknown command %q", line)
	return ""
}

func (s *script) kind(name string) string {
	body, err := os.ReadFile(name)
	if err != nil {
		s.t.Fatal(err)
	}
	kind := http.DetectContentType(body)
	if size, _, err := image.DecodeConfig(bytes.NewReader(body)); err == nil {
		kind += fmt.Sprintf(", %d pixels wide", size.Width)
	}
	return kind + "\n"
}

// words splits a command line at blanks, outside quotes.
func words(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

func complaints(errout string) string {
	var b strings.Builder
	for line := range strings.Lines(errout) {
		b.WriteString("! " + line)
	}
	return b.String()
}

func exit(code int) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprintf("[exit %d]\n", code)
}

func (s *script) sql(query string) string {
	driver, source := "sqlite3", "file:huibao.db?_busy_timeout=5000"
	if s.database != "" {
		driver, source = "pgx", s.database
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		s.t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			s.t.Fatal(err)
		}
		for i, v := range values {
			out.WriteString(strings.Repeat("|", min(i, 1)) + v.String)
		}
		out.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return out.String()
}

// telegram sets up a sandbox.
func (s *script) telegram() {
	clock := sandbox.NewClock(func() time.Time { return monday })
	clock.Freeze(true)
	telegram := sandbox.New(sandbox.Options{Token: demoToken, Username: demoBot, Clock: clock})
	server := httptest.NewServer(telegram)
	s.client, s.url = sandbox.NewClient(server.URL, nil), server.URL
	s.t.Setenv("HUIBAO_TOKEN", demoToken)
	s.t.Setenv("HUIBAO_API_URL", server.URL)
	s.t.Setenv("HUIBAO_SEND_RATE", "0") // no pace: the clock stands still
	s.t.Cleanup(func() {
		telegram.Close()
		server.Close()
	})
}

func (s *script) call(rest string) string {
	method, params, _ := strings.Cut(rest, " ")
	resp, err := http.Post(s.url+"/bot"+demoToken+"/"+method, "application/json", strings.NewReader(params))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(body)) + "\n"
}

// bot runs the bot until the script ends.
func (s *script) bot() string {
	s.telegram()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int)
	log := newTranscript()
	go func() { ended <- run(ctx, []string{"run"}, io.Discard, log, func() time.Time { return monday }) }()
	s.t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			s.t.Errorf("the bot ended with exit code %d:\n%s", code, log)
		}
	})
	soon, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if !log.await(soon, "connected to Telegram") {
		s.t.Fatalf("the bot does not start:\n%s", log)
	}
	return ""
}

func (s *script) say(rest string) string {
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	user, sent := s.write(ctx, rest)
	answer, err := s.client.WaitAnswer(ctx, user, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.Text + "\n"
}

// write sends a message, of a user who is made where they are not there.
func (s *script) write(ctx context.Context, rest string) (user, sent int64) {
	id, text, _ := strings.Cut(rest, " ")
	user, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	state, err := s.client.State(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	known := false
	for _, u := range state.Users {
		known = known || u.ID == user
	}
	if !known {
		if _, err := s.client.User(ctx, sandbox.User{ID: user, FirstName: "用户" + id}); err != nil {
			s.t.Fatal(err)
		}
	}
	sent, err = s.client.Say(ctx, user, strings.ReplaceAll(text, "⏎", "\n"))
	if err != nil {
		s.t.Fatal(err)
	}
	return user, sent
}
