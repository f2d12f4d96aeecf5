package bot

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"go.uber.org/goleak"

	"huibao/report"
	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/sandbox/province"
	"huibao/store"
	"huibao/store/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testToken is the bot's token in these tests. Its colon tells a bare token from one that was escaped for a URL.
const testToken = "7002:Script-secret_0123456789abcdefghijk"

// people are the members every world has: a village and a township cadre of 长铺镇, another village of it, the
// supervisor and the administrator of the county, and a cadre of another township.
const people = `telegram_id,name,role,area
1001,李梅,cadre,430527100001
1002,王芳,cadre,430527100
1003,周兰,cadre,430527100004
1004,赵敏,supervisor,430527
1005,孙洁,admin,430527
1006,何军,cadre,430527103
`

// provincial are more of them, where the county is one of a province: an administrator and a supervisor at each level, a second
// county of the same city, and a city with a district.
const provincial = people + `2001,省办,admin,430000
2002,省领导,supervisor,430000
2003,邵阳办,admin,430500
2004,邵阳领导,supervisor,430500
2005,岳阳领导,supervisor,430600
2006,武冈办,admin,430581
2007,武冈领导,supervisor,430581
2008,鳌山干部,cadre,430581001001
2009,岳阳楼干部,cadre,430602001
`

// provincialAreas is a province with two of its cities, and of them what the people are of.
func provincialAreas() []report.Area {
	rows := strings.SplitAfter(string(must(province.Areas())), "\n")
	var kept strings.Builder
	for i, row := range rows {
		code, _, _ := strings.Cut(row, ",")
		if i == 0 || report.RankOf(code) <= report.City || strings.HasPrefix(code, "430527") || strings.HasPrefix(code, "430581") || strings.HasPrefix(code, "430602") {
			kept.WriteString(row)
		}
	}
	return must(report.ParseAreas("areas.csv", []byte(kept.String())))
}

// world is a sandbox of Telegram, a county's store and a bot between them, on one clock that only moves by hand.
type world struct {
	t      testing.TB
	clock  *sandbox.Clock
	client *sandbox.Client
	url    string // of the sandbox
	zone   *time.Location
	file   string // of the store; with PostgreSQL its address
	db     *store.DB
	raw    *sql.DB // the same, to look at rows
	log    *logBook
	rate   float64  // Options.SendRate of the bot
	hook   *Webhook // nil: the bot fetches
	races  bool     // each transaction is run twice
	hooked atomic.Pointer[Bot]
	losing atomic.Int32 // how many answers to posts are lost
	end    func() error
	cancel context.CancelFunc
}

// newWorld begins at the given moment of the county, as 2006-01-02 15:04. The bot is not running yet.
func newWorld(t testing.TB, moment string) *world {
	t.Helper()
	w := emptyWorld(t, moment, filepath.Join(t.TempDir(), "huibao.db"), false)
	w.found(countyAreas(), people)
	return w
}

func countyAreas() []report.Area { return must(report.ParseAreas("areas.csv", county.Areas())) }

// emptyWorld begins without a county, on a database of its own: an address of the store. With races every transaction is run
// twice, as where it lost a race.
func emptyWorld(t testing.TB, moment, address string, races bool) *world {
	t.Helper()
	w := &world{t: t, log: &logBook{}, file: address, races: races}
	w.zone = must(time.LoadLocation("Asia/Shanghai"))
	at := must(time.ParseInLocation(minute, moment, w.zone))
	w.clock = sandbox.NewClock(func() time.Time { return at })
	w.clock.Freeze(true)
	telegram := sandbox.New(sandbox.Options{Token: testToken, Clock: w.clock, WebhookPause: time.Millisecond})
	server := httptest.NewServer(telegram)
	t.Cleanup(func() {
		telegram.Close()
		server.Close()
	})
	w.url, w.client = server.URL, sandbox.NewClient(server.URL, server.Client())
	w.open()
	return w
}

const minute = "2006-01-02 15:04"

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// open opens the store. The clock gives UTC, as a host elsewhere does: the county's zone comes from the options alone.
func (w *world) open() {
	w.t.Helper()
	w.reopen()
	w.t.Cleanup(func() {
		w.stop()
		if err := errors.Join(w.raw.Close(), w.db.Close()); err != nil {
			w.t.Error(err)
		}
	})
}

func (w *world) reopen() {
	w.t.Helper()
	db, err := store.Open(context.Background(), w.file, store.Options{Now: w.clock.Now, Location: w.zone, Log: w.logger(), LoseRaces: w.races})
	if err != nil {
		w.t.Fatal(err)
	}
	w.db, w.raw = db, must(w.connect())
}

// connect opens the store's database to look at rows.
func (w *world) connect() (*sql.DB, error) {
	if w.onPostgres() {
		return sql.Open("pgx", w.file)
	}
	return sql.Open("sqlite3", (&url.URL{Scheme: "file", Path: w.file, RawQuery: "mode=ro&_query_only=1"}).String())
}

func (w *world) onPostgres() bool { return strings.HasPrefix(w.file, "postgres:") }

// emptyPostgres gives the address of an empty store on the server of the tests.
func emptyPostgres(t testing.TB) string {
	t.Helper()
	pgtest.Template(t, "huibao", func(address string) error {
		db, err := store.Open(context.Background(), address, store.Options{Now: time.Now, Location: time.UTC, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		return db.Close()
	})
	return pgtest.Copy(t, "huibao")
}

func (w *world) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// found brings the county and its people into the store, and the people onto Telegram.
func (w *world) found(areas []report.Area, people string) {
	w.t.Helper()
	names := must(report.ParseNames("aliases.csv", county.Aliases()))
	venues := must(report.ParseVenues("venues.csv", county.Venues()))
	members := must(report.ParseMembers("members.csv", []byte(people)))
	w.write(func(tx *store.Tx) error {
		_, err1 := tx.ImportAreas(areas)
		_, err2 := tx.ImportMembers(members)
		return errors.Join(err1, err2, tx.SetNames(names), tx.SetVenues(venues))
	})
	for _, m := range members {
		must(w.client.User(w.t.Context(), sandbox.User{ID: m.TelegramID, FirstName: m.Name}))
	}
}

func (w *world) write(f func(*store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(f func(*store.View) error) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// options are those of the world's bot.
func (w *world) options() Options {
	return Options{Token: testToken, APIURL: w.url, DB: w.db, Now: w.clock.Now, Location: w.zone, Log: w.logger(), SendRate: w.rate, Webhook: w.hook}
}

// start runs the bot until stop, and returns once it waits for messages and knows its own name.
func (w *world) start() {
	w.t.Helper()
	w.run()
	w.until("the bot waits for messages", func() bool {
		var named int
		w.scan(&named, `SELECT COUNT(*) FROM meta WHERE key = ?`, MetaUsername)
		return named == 1 && w.listening()
	})
}

// run runs the bot until stop.
func (w *world) run() {
	w.t.Helper()
	b, err := New(w.options())
	if err != nil {
		w.t.Fatal(err)
	}
	w.hooked.Store(b)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	w.cancel, w.end = cancel, func() error { return <-ended }
}

// listening tells whether updates reach the bot, one way or the other. One that has a webhook notes it once it has seen it.
func (w *world) listening() bool {
	if w.hook == nil {
		return w.state().Polling
	}
	var beats int
	w.scan(&beats, `SELECT COUNT(*) FROM meta WHERE key = ? AND value = ?`, metaHeartbeat, fmt.Sprint(w.clock.Now().UnixMilli()))
	return beats == 1 && w.hooked.Load().caughtUp.Load()
}

// byWebhook has the world's bot take its updates by webhook.
func (w *world) byWebhook() {
	front := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if w.losing.Load() > 0 {
			w.hooked.Load().ServeHTTP(httptest.NewRecorder(), r)
			w.losing.Add(-1)
			panic(http.ErrAbortHandler) // the answer is lost
		}
		w.hooked.Load().ServeHTTP(out, r)
	}))
	w.t.Cleanup(front.Close)
	w.hook = &Webhook{URL: front.URL + "/huibao", Secret: hookSecret}
}

// hookSecret is the webhook's secret in these tests.
const hookSecret = "Hook-secret_0123456789"

// stop ends the bot and waits for it.
func (w *world) stop() {
	if w.cancel == nil {
		return
	}
	w.cancel()
	if err := w.end(); err != nil {
		w.t.Error(err)
	}
	w.cancel = nil
}

func (w *world) state() sandbox.State {
	w.t.Helper()
	return must(w.client.State(w.t.Context()))
}

// scan reads one value of one row of the store's file.
func (w *world) scan(into any, query string, args ...any) {
	w.t.Helper()
	if w.onPostgres() {
		for n := 1; strings.Contains(query, "?"); n++ {
			query = strings.Replace(query, "?", fmt.Sprint("$", n), 1)
		}
	}
	if err := w.raw.QueryRow(query, args...).Scan(into); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// patience is how long a test waits for something before it gives up. Nothing takes a part of it unless it is broken.
const patience = 30 * time.Second

// until waits until a condition holds. The store announces new rows but not what became of them, so the condition is
// looked at again and again.
func (w *world) until(what string, holds func() bool) {
	w.t.Helper()
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	over := time.NewTimer(patience)
	defer over.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-over.C:
			w.t.Fatalf("waited %v in vain until %s; the log:\n%s", patience, what, w.log)
		}
	}
}

// restless counts outbox rows that could be sent now: the first of each chat, unless it waits for a later time.
const restless = `
SELECT COUNT(*) FROM outbox o WHERE o.state = 'new' AND o.not_before <= $1
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'new' AND e.chat_id = o.chat_id AND e.seq < o.seq)`

// settle waits until everything that was sent to the bot is done: received, processed, answered. What waits for the clock
// to move stays.
func (w *world) settle() {
	w.t.Helper()
	w.until("the bot has done everything", func() bool {
		var waiting, going, due int
		if s := w.state(); s.Pending > 0 || !s.Polling && s.Webhook == "" || s.Unanswered > 0 {
			return false
		}
		w.scan(&waiting, `SELECT COUNT(*) FROM inbox WHERE state = 'new'`)
		w.scan(&due, `SELECT COUNT(*) FROM incomplete WHERE due <= ?`, w.clock.Now().UnixMilli())
		w.scan(&going, restless, w.clock.Now().UnixMilli()) // last: all else ends in the outbox
		return waiting == 0 && going == 0 && due == 0
	})
}

// sums checks that the ledger and its tallies follow from the reports.
func (w *world) sums() {
	w.t.Helper()
	problems, err := w.db.Verify(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range problems {
		w.t.Error("verify: " + p)
	}
}

// bytesOfStore gives every byte the store has written.
func (w *world) bytesOfStore() []byte {
	w.t.Helper()
	if w.onPostgres() {
		return w.rowsOfStore()
	}
	var all []byte
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(w.file + suffix)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// rowsOfStore gives every row of every table, as text. What bytes a server writes is not looked at.
func (w *world) rowsOfStore() (all []byte) {
	var tables string
	w.scan(&tables, `SELECT string_agg(format('SELECT t::text FROM %I t', table_name), ' UNION ALL ') FROM information_schema.tables WHERE table_schema = 'public'`)
	rows := must(w.raw.Query(tables))
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			w.t.Fatal(err)
		}
		all = append(append(all, row...), '\n')
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	for _, bytes := range hexed.FindAll(all, -1) { // bodies are bytes, and shown as digits
		all = append(all, must(hex.DecodeString(string(bytes[2:])))...)
	}
	return all
}

var hexed = regexp.MustCompile(`\\x(?:[0-9a-f]{2})+`)

// nowhere checks that words are in no line of the log, in no byte of the store and on no phone.
func (w *world) nowhere(words string) {
	w.t.Helper()
	if strings.Contains(w.log.String(), words) {
		w.t.Errorf("%q is in the log", words)
	}
	if bytes.Contains(w.bytesOfStore(), []byte(words)) {
		w.t.Errorf("%q is in the store", words)
	}
	for _, call := range w.calls(0) {
		if strings.Contains(fmt.Sprint(call.Params), words) {
			w.t.Errorf("%q was sent by the bot: %v", words, call)
		}
	}
}

func (w *world) calls(after int) []sandbox.Call {
	w.t.Helper()
	return must(w.client.Calls(w.t.Context(), after))
}

// tokenIsSecret checks that the token is nowhere, as it is and as a URL has it.
func (w *world) tokenIsSecret() {
	w.t.Helper()
	for _, form := range []string{testToken, url.QueryEscape(testToken), url.PathEscape(testToken), strings.SplitN(testToken, ":", 2)[1]} {
		w.nowhere(form)
	}
}

// logBook keeps what is logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// count tells how many log lines have all of the words.
func (l *logBook) count(words ...string) (n int) {
	for line := range strings.Lines(l.String()) {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
			n++
		}
	}
	return n
}
