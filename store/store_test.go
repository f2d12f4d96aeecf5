package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"huibao/report"
)

func newClock() *clock { return &clock{at: time.Date(2026, 3, 9, 9, 0, 0, 0, shanghai)} }

func newWorld(t *testing.T) *world {
	w := &world{TB: t, clock: newClock()}
	w.db = openSQLite(t, w.clock)
	w.found()
	return w
}

func TestSecondBotIsRefused(t *testing.T) {
	w := newWorld(t)
	_, err := Open(background, w.db.path, w.clock.options())
	w.is(err, ErrLocked)
	if err == nil || !strings.Contains(err.Error(), w.db.path) {
		t.Errorf("%v does not name the file", err)
	}
	beside, err := OpenBeside(background, w.db.path, w.clock.options())
	if err != nil {
		t.Fatal(err)
	}
	if err := beside.Write(background, func(tx *Tx) error { return tx.SetMeta("beside", "yes") }); err != nil {
		t.Error(err)
	}
	w.is(beside.Close(), nil)
	w.equal(w.count(`SELECT COUNT(*) FROM meta WHERE key = 'beside'`), 1)
}

func TestOpenMakesADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "汇报 a?b#c%25.db")
	db, err := OpenBeside(background, path, newClock().options()) // nobody has it: made, and locked meanwhile
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(background, path, newClock().options())
	if !errors.Is(err, ErrLocked) {
		t.Errorf("got %v, want %v", err, ErrLocked)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != private {
			t.Errorf("%s: mode %v, %v", f, info.Mode(), err)
		}
	}
	if len(files) != 2 { // the database and its lock
		t.Errorf("files after closing: %q", files)
	}
	db = reopen(t, path, newClock())
	err = db.Read(background, func(v *View) error {
		r, err := v.Reference()
		if err == nil && len(r.Areas.All()) != 0 {
			t.Error("a new database has areas")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPragmasOfEveryConnection(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		pool        *sql.DB
		connections int
		want        map[string]string
	}{
		{w.db.writer, 1, map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}},
		{w.db.reader, readers, map[string]string{"journal_mode": "wal", "query_only": "1"}},
	} {
		var held []*sql.Conn // at the same time, so that each is another one
		for range c.connections {
			conn, err := c.pool.Conn(background)
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, conn)
			for name, want := range c.want {
				var got string
				if err := conn.QueryRowContext(background, "PRAGMA "+name).Scan(&got); err != nil || got != want {
					t.Errorf("%s is %q, %v; want %q", name, got, err, want)
				}
			}
		}
		for _, conn := range held {
			w.is(conn.Close(), nil)
		}
	}
	for _, wrong := range []pragma{{"jounal_mode", "WAL", "wal"}, {"synchronous", "FULL", "1"}} {
		if err := connect(w.db.path, use{pragmas: []pragma{wrong}}, 1).Ping(); err == nil {
			t.Errorf("a connection with pragma %s was taken", wrong.name)
		}
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huibao.db")
	db, err := Open(background, path, newClock().options())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.writer.Exec(`INSERT INTO goose_db_version(version_id, is_applied) VALUES(9000, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func(context.Context, string, Options) (*DB, error){Open, OpenBeside} {
		if _, err := open(background, path, newClock().options()); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("got %v, want %v", err, ErrNewerSchema)
		}
	}
}

// An older schema is copied before it is brought up to date; a migration that fails leaves it as it was.
func TestMigrateOlderSchema(t *testing.T) {
	w := newWorld(t)
	path := w.db.path
	now, err := migrations()
	w.is(err, nil)
	known, err := fs.ReadDir(now, ".")
	w.is(err, nil)
	next := fstest.MapFS{}
	for _, file := range known {
		body, err := fs.ReadFile(now, file.Name())
		w.is(err, nil)
		next[file.Name()] = &fstest.MapFile{Data: body}
	}
	more := fmt.Sprintf("%04d_more.sql", len(known)+1)
	next[more] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE more(a INTEGER);\nCREATE TABLE more(a INTEGER);")}
	tables := `SELECT COUNT(*) FROM sqlite_schema WHERE name = 'more'`
	if err := migrate(background, path, next, w.clock.options()); err == nil {
		t.Error("a broken migration gave no error")
	}
	w.equal(w.count(tables), 0)
	current, err := schemaIsCurrent(background, path, next)
	w.is(err, nil)
	w.equal(current, false)

	next[more].Data = []byte("-- +goose Up\nCREATE TABLE more(a INTEGER);")
	w.is(migrate(background, path, next, w.clock.options()), nil)
	w.equal(w.count(tables), 1)
	kept := &world{TB: t, db: reopen(t, fmt.Sprintf("%s.bak-v%d", path, len(known)), w.clock)}
	w.equal(kept.count(tables), 0)
	w.equal(kept.count(`SELECT COUNT(*) FROM members`), 3)
}

// A database of the first release gets its totals of days from the facts it has.
func TestMigrateFacts(t *testing.T) {
	w := newWorld(t)
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 320))
		w.file(tx, lecture(hongyan, "2026-03-08", 45))
		w.file(tx, lecture(countyID, "2026-03-09", 7))
		rows := county()
		rows[hongyan-1].MergedInto = wuyang
		must(tx.ImportAreas(rows))
	})
	path := filepath.Join(t.TempDir(), "first.db")
	now, err := migrations()
	w.is(err, nil)
	first, err := fs.ReadFile(now, "0001_county.sql")
	w.is(err, nil)
	w.is(migrate(background, path, fstest.MapFS{"0001_county.sql": {Data: first}}, w.clock.options()), nil)
	copyRows(t, w.db.path, path)
	forgetChain(t, path)

	old := &world{TB: t, clock: w.clock, db: reopen(t, path, w.clock)}
	old.clean()
	old.read(func(v *View) {
		week := report.WeekOf(date("2026-03-08"))
		w.equal(attendance(must(v.Tally(countyID, week, byArea))), map[int64]int64{changpu: 320, wuyang: 45})
		w.equal(attendance(must(v.Tally(wuyang, period("2026-03-01", "2026-03-09"), plain))), map[int64]int64{0: 45})
	})
}

// forgetChain takes the head of the chain out of a database that is to be older than the chain.
func forgetChain(t *testing.T, path string) {
	pool := connect(path, writing, 1)
	_, err := pool.Exec(`DELETE FROM meta WHERE key = 'chain_head'`)
	if err := errors.Join(err, pool.Close()); err != nil {
		t.Fatal(err)
	}
}

// copyRows fills the tables of a database with the rows of another one.
func copyRows(t *testing.T, from, to string) {
	t.Helper()
	pool := connect(to, writing, 1)
	defer pool.Close()
	run := func(statement string) {
		t.Helper()
		if _, err := pool.Exec(statement); err != nil {
			t.Fatal(statement, err)
		}
	}
	run("ATTACH '" + from + "' AS source")
	rows, err := pool.Query(`SELECT t.name, group_concat(c.name) FROM main.sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'goose%' AND t.name NOT LIKE 'sqlite%' GROUP BY t.name`)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]string{}
	for rows.Next() {
		var table, names string
		if err := rows.Scan(&table, &names); err != nil {
			t.Fatal(err)
		}
		columns[table] = names
	}
	if err := rows.Close(); err != nil || len(columns) < 15 {
		t.Fatal(columns, err)
	}
	run("PRAGMA foreign_keys = OFF")
	for table, names := range columns {
		run("INSERT INTO main." + table + "(" + names + ") SELECT " + names + " FROM source." + table)
	}
}

// A command beside a running bot does not migrate under it.
func TestBesideNeedsTheSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huibao.db")
	lock, err := takeLock(path) // a bot that is about to make the database
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	_, err = OpenBeside(background, path, newClock().options())
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "stop the bot") {
		t.Errorf("got %v, want to be told to stop the bot", err)
	}
}

// A disk that is full in the middle of a batch costs nothing but time.
func TestDiskFull(t *testing.T) {
	w := newWorld(t)
	for i := range int64(20) {
		w.receive(update(i+1, "普法 320人"))
	}
	// The file may grow by some pages only.
	var pages, free int
	if err := w.db.writer.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if err := w.db.writer.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+8)).Scan(&free); err != nil {
		t.Fatal(err)
	}
	handled := 0
	handle := func(hide bool) func(*Tx, InboxRow) error {
		return func(tx *Tx, row InboxRow) error {
			handled++
			err := tx.SetMeta(fmt.Sprint("big:", row.UpdateID), strings.Repeat("长", 2000))
			if hide {
				return nil
			}
			return err
		}
	}
	for _, hide := range []bool{false, true} {
		handled = 0
		n, dead, err := w.process(20, handle(hide))
		w.is(err, ErrUnavailable)
		w.equal(n, 0)
		w.equal(dead, []string{})
		if handled < 2 || handled >= 20 {
			t.Errorf("the disk was full at row %d, wanted in the middle of the batch", handled)
		}
		w.read(func(v *View) { w.equal(must(v.InboxCounts()), InboxCounts{Waiting: 20, Oldest: w.clock.now()}) })
		w.equal(w.count(`SELECT COUNT(*) FROM meta WHERE key LIKE 'big:%'`), 0)
	}
	if err := w.db.writer.QueryRow(`PRAGMA max_page_count = 1000000`).Scan(&free); err != nil {
		t.Fatal(err)
	}
	n, dead, err := w.process(20, handle(false))
	w.is(err, nil)
	w.equal([]int{n, len(dead)}, []int{20, 0})
	w.equal(w.count(`SELECT COUNT(*) FROM meta WHERE key LIKE 'big:%'`), 20)
}

func TestClosed(t *testing.T) {
	w := &world{TB: t, clock: newClock()}
	path := filepath.Join(t.TempDir(), "huibao.db")
	db, err := Open(background, path, w.clock.options())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.is(db.Close(), nil)
	}
	w.is(db.Write(background, func(*Tx) error { return nil }), ErrUnavailable)
	w.is(db.Read(background, func(*View) error { return nil }), ErrUnavailable)
	w.is(reopen(t, path, w.clock).Read(background, func(*View) error { return nil }), nil) // the lock is free
}

// TestUnreadQuery: a query that was begun and not used up, as on the way of an error, holds up nobody.
func TestUnreadQuery(t *testing.T) {
	w := newWorld(t)
	const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n`
	begin := func(v *View) error {
		v.query(many)
		stopped := v.query(many).each(func() error { return ErrNotFound })
		v.query(many)
		return stopped
	}
	for range 2 * readers {
		done := make(chan error, 2)
		go func() { done <- w.db.Read(background, begin) }()
		go func() { done <- w.db.Write(background, func(tx *Tx) error { return begin(&tx.View) }) }()
		for range 2 {
			select {
			case err := <-done:
				w.is(err, ErrNotFound)
			case <-time.After(20 * time.Second):
				t.Fatal("it waits for a query that nobody reads")
			}
		}
	}
	w.is(w.db.Write(background, func(tx *Tx) error { tx.query(many); return nil }), nil)
	w.is(w.db.Read(background, func(*View) error { return nil }), nil)
}

// child is the process that TestKilled kills: it files reports as fast as it can and says how many it has filed.
const childVariable = "HUIBAO_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		if err := fileForEver(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func fileForEver(path string) error {
	db, err := Open(background, path, newClock().options())
	if err != nil {
		return err
	}
	w := &world{clock: newClock(), db: db, chat: 1, li: 1}
	for n := int64(1); ; n++ {
		if _, err := db.Receive(background, []Update{update(time.Now().UnixNano(), "普法 1人")}); err != nil {
			return err
		}
		_, err := db.Process(background, 8, func(tx *Tx, row InboxRow) error {
			return caught(func() {
				w.sent = row.UpdateID
				w.file(tx, lecture(community, "2026-03-08", 1))
				must(tx.Enqueue(Outgoing{Chat: 1, Method: "sendMessage"}))
			})
		}, func(_ *Tx, _ InboxRow, cause error) error { return cause })
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// Whatever the moment a process is killed: what it said was done is done, once, and every number agrees.
func TestKilled(t *testing.T) {
	w := newWorld(t)
	path := w.db.path
	if err := w.db.lock.Unlock(); err != nil { // the file is the child's
		t.Fatal(err)
	}
	said := 0
	for kills := range 6 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for enough := 3 + 17*kills; enough > 0 && lines.Scan(); enough-- {
			said++
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died
			said++
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		received := w.count(`SELECT COUNT(*) FROM inbox`)
		if received < said || received > said+kills+1 {
			t.Errorf("kill %d: %d updates received, the child said %d", kills, received, said)
		}
		filed := w.count(`SELECT COUNT(*) FROM reports`)
		if handled := w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'done'`); filed != handled || filed < said {
			t.Errorf("kill %d: %d reports, %d updates handled, the child said %d", kills, filed, handled, said)
		}
		if queued := w.count(`SELECT COUNT(*) FROM outbox`); queued != filed {
			t.Errorf("kill %d: %d reports, %d answers", kills, filed, queued)
		}
		w.clean()
	}
	w.read(func(v *View) {
		filed := int64(w.count(`SELECT COUNT(*) FROM reports`))
		w.equal(attendance(must(v.Tally(countyID, report.YearOf(date("2026-03-08")), plain))), map[int64]int64{0: filed})
	})
}
