package scheduler

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
	"huibao/store/pgtest"
)

// The people of these tests, by their Telegram ids, which are also their private chats'.
const (
	chen  = 1001 // supervisor of the county
	liu   = 1002 // supervisor of 长铺镇
	wu    = 1003 // supervisor of the county who blocked the bot
	zhao  = 1004 // supervisor of the county who never wrote to the bot
	limei = 1005 // cadre of 长铺镇
	hu    = 1006 // supervisor of the county and of 长铺镇, and administrator
	group = -2001
	quiet = -2002 // a group without digests
)

// clock is a clock that tests move. It shows UTC, as a machine elsewhere would.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time     { return time.UnixMilli(c.at.Load()).UTC() }
func (c *clock) set(when time.Time) { c.at.Store(when.UnixMilli()) }

// world is a county with a store, people and a clock.
type world struct {
	*clock
	t    *testing.T
	file string
	db   *store.DB
	loc  *time.Location
	told int64 // messages so far
}

// newWorld makes the county at a moment in its own zone.
func newWorld(t *testing.T, moment string) *world {
	t.Helper()
	if os.Getenv(envPostgres) != "" {
		pgtest.Template(t, "huibao", func(address string) error {
			db, err := store.Open(t.Context(), address, store.Options{Now: time.Now, Location: time.UTC, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				return err
			}
			return db.Close()
		})
		return newWorldOn(t, pgtest.Copy(t, "huibao"), moment)
	}
	return newWorldOn(t, filepath.Join(t.TempDir(), "huibao.db"), moment)
}

// envPostgres, set, lets the worlds be on PostgreSQL.
const envPostgres = "HUIBAO_TEST_POSTGRES"

// The tests of the scheduler hold on PostgreSQL as well, but for those about the copies of a file, those that are on
// PostgreSQL anyway, and one that makes a hundred databases: all of them are run again, in a process of their own.
func TestAllOnPostgres(t *testing.T) {
	if os.Getenv(envPostgres) != "" {
		t.Fatal("it runs itself")
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.count=1", "-test.v",
		"-test.skip=OnPostgres|Backup|Folder|Superfluous|DiskFull|NothingOfThePast|RunTakesTurns|OfAnyYear")
	again.Env = append(os.Environ(), envPostgres+"=1")
	out, err := again.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if ran := strings.Count(string(out), "\n--- PASS"); ran < 30 {
		t.Errorf("%d tests ran", ran)
	}
}

// newWorldOn makes it in a database that is empty.
func newWorldOn(t *testing.T, database, moment string) *world {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{clock: &clock{}, t: t, file: database, loc: loc}
	w.move(moment)
	w.open()
	t.Cleanup(func() { w.db.Close() })
	w.write(w.settle)
	return w
}

func (w *world) open() {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), w.file, store.Options{Now: w.now, Location: w.loc, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.db = db
}

// reopen is what a restart of the program does to the store.
func (w *world) reopen() {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

// move sets the clock to a moment in the county's zone: 2026-03-09 08:00:00.
func (w *world) move(moment string) {
	w.t.Helper()
	when, err := time.ParseInLocation(time.DateTime, moment, w.loc)
	if err != nil {
		w.t.Fatal(err)
	}
	w.set(when)
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

// settle brings in areas, people and chats.
func (w *world) settle(tx *store.Tx) error {
	areas, err := report.ParseAreas("areas.csv", []byte(`code,level,parent,name,short
430527,county,,绥宁县,绥宁
430527100,township,430527,长铺镇,长铺
430527105,township,430527,红岩镇,红岩
`))
	if err != nil {
		return err
	}
	if _, err := tx.ImportAreas(areas); err != nil {
		return err
	}
	member := func(id int64, name, role, area string) report.MemberRow {
		return report.MemberRow{TelegramID: id, Name: name, Role: role, Area: area}
	}
	_, err = tx.ImportMembers([]report.MemberRow{member(chen, "陈主席", "supervisor", "430527"), member(liu, "刘书记", "supervisor", "430527100"),
		member(wu, "吴", "supervisor", "430527"), member(zhao, "赵", "supervisor", "430527"), member(limei, "李梅", "cadre", "430527100"),
		member(hu, "胡", "supervisor", "430527"), member(hu, "胡", "supervisor", "430527100"), member(hu, "胡", "admin", "430527")})
	if err != nil {
		return err
	}
	for _, id := range []int64{chen, liu, wu, limei, hu} {
		c, err := tx.Chat(id, "private", "")
		if err != nil {
			return err
		}
		if id == wu {
			if err := tx.SetChatState(c.ID, store.ChatBlocked); err != nil {
				return err
			}
		}
	}
	for _, id := range []int64{group, quiet} {
		c, err := tx.Chat(id, "group", "群")
		if err != nil {
			return err
		}
		if err := tx.BindChat(c.ID, w.area(tx, "430527"), id == group); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) area(tx *store.Tx, code string) int64 {
	w.t.Helper()
	areas, err := tx.Areas()
	if err != nil {
		w.t.Fatal(err)
	}
	a, ok := areas.ByCode(code)
	if !ok {
		w.t.Fatalf("no area %s", code)
	}
	return a.ID
}

// count files one 普法 with so many participants in 长铺镇 on a day.
func (w *world) count(day string, participants int64) {
	w.t.Helper()
	d, err := report.ParseDay(day)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		member, _, err := tx.MemberByTelegram(limei)
		if err != nil {
			return err
		}
		chat, _, err := tx.ChatByTg(limei)
		if err != nil {
			return err
		}
		w.told++
		message, _, err := tx.AddMessage(store.Message{Chat: chat.ID, TgMessage: w.told, Member: member.ID, Sent: w.now(), Text: "普法"})
		if err != nil {
			return err
		}
		area := w.area(tx, "430527100")
		_, err = tx.File(report.Report{State: report.Filed, Activity: "law_publicity", Area: area, Org: area, Day: d, Message: message, By: member.ID, Ordinal: 1,
			Figures: []report.Figure{{Measure: "participants", Unit: "人次", Value: participants}}}, store.Change{By: member.ID, Message: message, Why: "message"})
		return err
	})
}

// scheduler makes a scheduler on the world's store, as a fresh start of the program does.
func (w *world) scheduler(edit ...func(*Options)) *Scheduler {
	w.t.Helper()
	o := Options{DB: w.db, Now: w.now, Location: w.loc, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	for _, e := range edit {
		e(&o)
	}
	s, err := New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// tick moves the clock and ticks; it must not fail.
func (w *world) tick(s *Scheduler, moment string) {
	w.t.Helper()
	w.move(moment)
	if err := s.Tick(w.t.Context()); err != nil {
		w.t.Fatalf("tick at %s: %v", moment, err)
	}
}

// runs lists the ledger of runs of a job as "period state", oldest period first.
func (w *world) runs(job string) []string {
	w.t.Helper()
	var list []string
	w.read(func(v *store.View) error {
		runs, err := v.Runs(job)
		for _, r := range runs {
			list = append(list, r.Period+" "+string(r.State))
		}
		return err
	})
	slices.Sort(list)
	return list
}

// post is a message waiting in the outbox.
type post struct {
	to   int64 // Telegram's id of the chat
	text string
	body []byte
}

// outbox lists the messages waiting, by chat and then in their order.
func (w *world) outbox() []post {
	w.t.Helper()
	rows, err := w.db.Undelivered(w.t.Context(), 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	var posts []post
	for _, r := range rows {
		var m digest.Message
		if err := json.Unmarshal(r.Body, &m); err != nil {
			w.t.Fatal(err)
		}
		posts = append(posts, post{r.TgChat, m.Text, r.Body})
	}
	slices.SortStableFunc(posts, func(a, b post) int { return int(b.to - a.to) })
	return posts
}

// headings lists the first lines of the messages to a chat.
func (w *world) headings(to int64) []string {
	w.t.Helper()
	var list []string
	for _, p := range w.outbox() {
		if p.to == to {
			heading, _, _ := strings.Cut(p.text, "\n")
			list = append(list, heading)
		}
	}
	return list
}

// sql runs a statement beside the store: it is how these tests make the database fail.
func (w *world) sql(statement string) {
	w.t.Helper()
	driver := "sqlite3"
	if store.OnServer(w.file) {
		driver, statement = "pgx", onServer(statement)
	}
	db, err := sql.Open(driver, w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(w.t.Context(), statement); err != nil {
		w.t.Fatal(err)
	}
}

var trigger = regexp.MustCompile(`^CREATE TRIGGER (\w+) (\w+) INSERT ON (\w+)( WHEN (.+))? BEGIN SELECT RAISE\(ABORT, '(\w+)'\); END$`)

// onServer gives the statement that does the same on PostgreSQL.
func onServer(statement string) string {
	if m := trigger.FindStringSubmatch(statement); m != nil {
		when := ""
		if m[5] != "" {
			when = " WHEN (" + m[5] + ")"
		}
		return fmt.Sprintf(`CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%s'; END $$;
CREATE TRIGGER %[1]s %[3]s INSERT ON %[4]s FOR EACH ROW%[5]s EXECUTE FUNCTION %[1]s()`, m[1], m[6], m[2], m[3], when)
	}
	if name, ok := strings.CutPrefix(statement, "DROP TRIGGER "); ok {
		return "DROP FUNCTION " + name + " CASCADE"
	}
	return statement
}

func (w *world) wantRuns(job string, want ...string) {
	w.t.Helper()
	if got := w.runs(job); !slices.Equal(got, want) {
		w.t.Errorf("runs of %s: %q, want %q", job, got, want)
	}
}

func (w *world) wantHeadings(to int64, want ...string) {
	w.t.Helper()
	if got := w.headings(to); !slices.Equal(got, want) {
		w.t.Errorf("sent to %d: %q, want %q", to, got, want)
	}
}
