package store

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huibao/report"
	"huibao/store/pgtest"
)

// suite is what every database must do. open gives an empty one.
func suite(t *testing.T, open func(testing.TB, *clock) *DB) {
	for name, test := range map[string]func(*testing.T, *world){
		"receive an update once":                receiveOnce,
		"process in order":                      processInOrder,
		"a row that fails is dead":              processDead,
		"a failing database changes nothing":    processUnavailable,
		"prune what was handled":                prune,
		"no wake-up is missed":                  wakeUps,
		"a transaction commits or does not":     writeAtomic,
		"transactions take turns":               writeTurns,
		"a snapshot does not move":              readSnapshot,
		"a message is kept once":                messageOnce,
		"chats follow Telegram":                 chats,
		"a group that migrates":                 migrateGroup,
		"file and revise":                       fileAndRevise,
		"a stale change":                        reviseStale,
		"list reports":                          listReports,
		"facts as they were posted":             exportFacts,
		"tallies of any history":                anyHistory,
		"sums by a rank further down":           deepSums,
		"a report is there for its members":     reportsForMembers,
		"what is posted is settled":             settledAnyhow,
		"what cannot be settled":                settlementFails,
		"merged areas":                          mergedAreas,
		"a summary":                             summaries,
		"verify finds what is wrong":            verifyFinds,
		"the chain finds what was altered":      chainFinds,
		"a chain that was made anew":            chainForged,
		"what is undone is not chained":         chainUndone,
		"one open question a report":            questions,
		"invitations are good once":             invitations,
		"memberships begin and end":             memberships,
		"import members":                        importMembers,
		"import areas":                          importAreas,
		"the reference is cached":               referenceCached,
		"a catalogue keeps the codes in use":    catalogues,
		"the outbox":                            outbox,
		"an edit finds what was sent":           sentMessages,
		"a job runs once":                       runsOnce,
		"vitals":                                vitals,
		"editions of a publication":             publications,
		"a broken line is not remembered":       linesRolledBack,
		"reports within an area are paged":      pageReports,
		"an update in two versions is two rows": receiveReused,
		"what messages brought":                 attachments,
		"an edit replaces a picture":            attachmentReplaced,
		"a question about no report":            questionsBeside,
		"what is incomplete is read when due":   incomplete,
		"what is due and fails is dead":         incompleteDead,
		"pieces of a long text":                 messagePieces,
		"an edit takes the place of a new row":  outboxInstead,
		"an update is forgotten":                forgetUpdates,
		"when the last remark was made":         lastExpiry,
		"a form goes on step by step":           forms,
		"sums of any history reconcile":         anyHistoryReconciles,
		"what changed since it was published":   restatements,
		"a restatement after closing":           restatedAfterClosing,
		"a closed year":                         closeYears,
		"a register":                            register,
		"a closing that failed":                 closingUndone,
		"words are learnt":                      aliases,
		"messages with a word":                  messagesWith,
		"reports of the same event":             sameEvents,
		"how duties stand":                      standings,
		"what meets a duty":                     standingsByState,
		"a nil report in time":                  standingAfterNil,
		"import duties":                         importDuties,
		"targets":                               completions,
		"who is reminded":                       recipients,
		"urges wait for the morning":            urges,
		"answers":                               answers,
		"what is kept about a member":           ownData,
		"blanks of the year's summary":          summaryBlanks,
		"templates of the summary":              templates,
		"a number that was published once":      wasPublishedOnce,
		"answers add up":                        answersAddUp,
		"queries are kept":                      queriesKept,
		"what is open is found":                 expected,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{at: time.Date(2026, 3, 9, 9, 0, 0, 0, shanghai)}
			w := &world{TB: t, clock: c, db: open(t, c)}
			w.found()
			test(t, w)
		})
	}
}

func TestSQLite(t *testing.T) { suite(t, openSQLite) }

func TestPostgres(t *testing.T) { suite(t, openPostgresCopy) }

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func (c *clock) options() Options {
	return Options{Now: c.now, Location: shanghai, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// openSQLite opens a copy of an empty database: migrating one for each test would take most of the time.
func openSQLite(t testing.TB, c *clock) *DB {
	empty, err := emptySQLite()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "huibao.db")
	if err := os.WriteFile(path, empty, private); err != nil {
		t.Fatal(err)
	}
	return reopen(t, path, c)
}

// openPostgresCopy opens a copy of an empty database on the server of the tests.
func openPostgresCopy(t testing.TB, c *clock) *DB {
	return reopen(t, emptyPostgres(t), c)
}

// emptyPostgres gives the address of an empty database with its schema.
func emptyPostgres(t testing.TB) string {
	pgtest.Template(t, "huibao", func(address string) error {
		db, err := Open(background, address, (&clock{at: time.UnixMilli(1)}).options())
		if err != nil {
			return err
		}
		return db.Close()
	})
	return pgtest.Copy(t, "huibao")
}

// reopen opens a database until the end of the test.
func reopen(t testing.TB, path string, c *clock) *DB {
	db, err := Open(t.Context(), path, c.options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

var emptySQLite = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "huibao-store-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "empty.db")
	db, err := Open(background, path, (&clock{at: time.UnixMilli(1)}).options())
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// world is a database with a small county: areas, three people, a chat.
type world struct {
	testing.TB
	clock *clock
	db    *DB
	chat  int64 // of li
	li    int64 // a cadre of 长铺社区
	wang  int64 // a cadre of 长铺镇
	chen  int64 // the supervisor of the county
	sent  int64 // messages so far
}

// The county's areas, with the ids they get.
const (
	countyID, changpu, hongyan, wuyang  int64 = 1, 2, 3, 4
	community, jiangkou, hongyanVillage int64 = 5, 6, 7
)

func county() []report.Area {
	return []report.Area{
		{ID: countyID, Code: "430527", Name: "绥宁县"},
		{ID: changpu, Parent: countyID, Code: "430527100", Name: "长铺镇", Short: []string{"长铺"}},
		{ID: hongyan, Parent: countyID, Code: "430527103", Name: "红岩镇"},
		{ID: wuyang, Parent: countyID, Code: "430527101", Name: "武阳镇"},
		{ID: community, Parent: changpu, Code: "430527100001", Name: "长铺社区"},
		{ID: jiangkou, Parent: changpu, Code: "430527100002", Name: "江口园社区"},
		{ID: hongyanVillage, Parent: hongyan, Code: "430527103201", Name: "红岩村"},
	}
}

const liTelegram = 5001

func (w *world) found() {
	w.write(func(tx *Tx) {
		must(tx.ImportAreas(county()))
		must(tx.ImportMembers([]report.MemberRow{
			{TelegramID: liTelegram, Name: "李梅", Role: "cadre", Area: "430527100001"},
			{TelegramID: 5002, Name: "王芳", Role: "cadre", Area: "430527100"},
			{TelegramID: 5003, Name: "陈主席", Role: "supervisor", Area: "430527"},
		}))
		w.chat = must(tx.Chat(liTelegram, "private", "")).ID
		members := must(tx.Members())
		w.li, w.wang, w.chen = members[0].ID, members[1].ID, members[2].ID
	})
}

// failure is what must panics with; write and read end the test with it.
type failure struct{ error }

// must gives a value that has to be there. It is for functions given to write and read.
func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// caught turns a failure back into an error.
func caught(f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			err = p.error
		default:
			panic(p)
		}
	}()
	f()
	return nil
}

func (w *world) tryWrite(f func(*Tx)) error {
	return w.db.writeIn(background, allAreas, func(tx *Tx) error { return caught(func() { f(tx) }) })
}

func (w *world) write(f func(*Tx)) {
	w.Helper()
	if err := w.tryWrite(f); err != nil {
		w.Fatal(err)
	}
}

func (w *world) read(f func(*View)) {
	w.Helper()
	if err := w.db.Read(background, func(v *View) error { return caught(func() { f(v) }) }); err != nil {
		w.Fatal(err)
	}
}

// message adds a message of 李梅 for a report to stand in.
func (w *world) message(tx *Tx) int64 {
	w.sent++
	id, _, err := tx.AddMessage(Message{Chat: w.chat, TgMessage: w.sent, Member: w.li, Sent: tx.Now(), Text: "普法 320人"})
	check(err)
	return id
}

// file files a report of 李梅.
func (w *world) file(tx *Tx, r report.Report) report.Report {
	r.Message, r.Ordinal, r.By = w.message(tx), 1, w.li
	if r.State == "" {
		r.State = report.Filed
	}
	if r.Org == 0 {
		r.Org = r.Area
	}
	return must(tx.File(r, Change{By: w.li, Message: r.Message, Why: "message"}))
}

// lecture is a report of 普法 with attendance.
func lecture(area int64, day string, people int64) report.Report {
	return report.Report{Activity: "law_publicity", Area: area, Day: date(day), Figures: []report.Figure{{Measure: "participants", Unit: "人次", Value: people}}}
}

func date(s string) report.Day { return must(report.ParseDay(s)) }

func period(first, last string) report.Period {
	return report.Period{Kind: report.Range, First: date(first), Last: date(last)}
}

// clean checks that every number agrees.
func (w *world) clean() {
	w.Helper()
	problems, err := w.db.Verify(background)
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range problems {
		w.Error("verify: " + p)
	}
}

// count gives the number of rows that a query of the test counts.
func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	if err := w.db.reader.QueryRow(query, args...).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) equal(got, want any) {
	w.Helper()
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		w.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func (w *world) is(err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("got error %v, want %v", err, want)
	}
}

func ids(reports []report.Report) []int64 {
	list := []int64{}
	for _, r := range reports {
		list = append(list, r.ID)
	}
	return list
}
