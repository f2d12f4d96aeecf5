package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/store/pgtest"
)

// filled is a database with something in every table.
func filled(t *testing.T, open func(testing.TB, *clock) *DB) *world {
	w := &world{TB: t, clock: newClock()}
	w.db = open(t, w.clock)
	w.found()
	w.write(func(tx *Tx) {
		for i := range 7 {
			w.file(tx, lecture([]int64{community, jiangkou, hongyanVillage}[i%3], fmt.Sprintf("2026-03-%02d", i+1), int64(100+i)))
		}
		check(tx.SetCatalogue(0, "activities.yaml", must(os.ReadFile("../report/catalogue.yaml"))))
		must(tx.Publish(Publication{Kind: "week", Area: countyID, Period: period("2026-03-02", "2026-03-08")}))
	})
	for _, statement := range everyTable {
		var args []any
		if strings.Contains(statement, "$1") {
			args = append(args, []byte("{}\x00\xff"))
		}
		if _, err := w.db.writer.Exec(statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	w.read(func(v *View) {
		tree := must(v.Areas())
		for _, p := range pathsOf(tree) {
			_, err := w.db.writer.Exec(`INSERT INTO area_paths(ancestor, leaf) VALUES($1, $2) ON CONFLICT DO NOTHING`, p.ancestor, p.leaf)
			check(err)
		}
	})
	return w
}

// everyTable adds a row to tables that have none yet. Some refer to rows with a higher number.
var everyTable = []string{
	`INSERT INTO meta(key, value) VALUES('a "quoted" key', '汇报 📈 '' \ %')`,
	`INSERT INTO areas(id, parent_id, code, name, short, merged_into) VALUES(90, 1, '430527190', '旧镇', '[]', 91), (91, 1, '430527191', '新镇', '[]', NULL)`,
	`INSERT INTO area_names(position, alias, code, kind) VALUES(1, '长铺', '430527100', 'short')`,
	`INSERT INTO venues(position, name, aliases, code) VALUES(1, '文化广场', '["广场"]', '430527100001')`,
	`INSERT INTO invites(hash, area_id, role, by_member, expires) VALUES($1, 1, 'cadre', NULL, 9223372036854775807)`,
	`INSERT INTO audit(at, member_id, action, subject, detail) VALUES(1, NULL, 'import', '', '')`,
	`INSERT INTO chats(id, tg_id, kind, title, moved_to) VALUES(50, -50, 'group', '旧群', 51), (51, -51, 'supergroup', '新群', NULL)`,
	`INSERT INTO inbox(update_id, hash, tg_chat, body, masked, at, state) VALUES(1, $1, 7, $1, '', 1, 'done')`,
	`INSERT INTO incomplete(message_id, kind, due) VALUES(1, 'text', 5)`,
	`INSERT INTO outbox(chat_id, method, body, dedupe, not_before, expires) VALUES(50, 'sendMessage', $1, NULL, 0, 0)`,
	`INSERT INTO questions(chat_id, member_id, report_id, rev, field, options, at, expires) VALUES(50, 1, 1, 1, 'day', NULL, 1, 2)`,
	`INSERT INTO attachments(message_id, kind, tg_file, tg_unique, tg_album, told_id, question_id) VALUES(2, 'photo', 'f', 'u', '', 1, 1)`,
	`INSERT INTO forms(chat_id, member_id, message_id, step, rev, body, at, expires) VALUES(50, 1, 1, 'day', 1, $1, 1, 2)`,
	`INSERT INTO aliases(word, kind, target, area_id, by_member, at, state) VALUES('普法课', 'activity', 'law_publicity', 1, 1, 1, 'county')`,
	`INSERT INTO runs(job, period, due, state, at, note) VALUES('week', '2026-W10', 1, 'done', 1, '')`,
	`INSERT INTO duties(area_id, activity, every, days, minute) VALUES(1, 'law_publicity', 'week', 1, 600)`,
	`INSERT INTO urges(area_id, activity, period, by_member, at, due) VALUES(1, 'law_publicity', '2026-W10', 1, 1, 1)`,
	`INSERT INTO targets(year, area_id, activity, measure, value) VALUES(2026, 1, 'law_publicity', 'participants', 5)`,
	`INSERT INTO closings(year, area_id, at, by_member) VALUES(2020, 1, 1, 1)`,
	`INSERT INTO queries(chat_id, member_id, at, body) VALUES(50, 1, 1, '{}')`,
	`INSERT INTO office_entries(year, blank, value, by_member, at) VALUES(2026, 'x', 'y', 1, 1)`,
	`INSERT INTO leases(name, holder, expires) VALUES('sender', 'somebody', 0)`,
	`INSERT INTO inbox_chats(tg_chat) VALUES(7)`,
	`INSERT INTO area_locks(area_id) VALUES(91)`,
}

// dump gives all that a database says, table by table, and is none of the move's doing.
func (w *world) dump(db *DB) map[string][]string {
	w.Helper()
	tables := map[string][]string{}
	query := sqliteSchema
	if db.engine.shared() {
		query = postgresSchema
	}
	for name := range schemaOf(w.TB.(*testing.T), db.reader, query) {
		rows, err := db.reader.Query("SELECT * FROM " + name)
		if err != nil {
			w.Fatal(err)
		}
		columns, _ := rows.Columns()
		tables[name] = []string{}
		for rows.Next() {
			row, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				w.Fatal(err)
			}
			tables[name] = append(tables[name], fmt.Sprintf("%#v", row))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			w.Fatal(err)
		}
		slices.Sort(tables[name])
	}
	return tables
}

func (w *world) sameDump(what string, got, want map[string][]string) {
	w.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[name], want[name]) {
			w.Errorf("%s: table %s\ngot  %s\nwant %s", what, name, strings.Join(got[name], "\n     "), strings.Join(want[name], "\n     "))
		}
	}
	if len(got) != len(want) {
		w.Errorf("%s: %d tables, want %d", what, len(got), len(want))
	}
}

// ends gives each kind of target, empty.
func ends(t testing.TB) map[string]func() string {
	return map[string]func() string{
		"SQLite":     func() string { return filepath.Join(t.TempDir(), "to.db") },
		"PostgreSQL": func() string { return pgtest.Empty(t) },
	}
}

func address(db *DB) string {
	if e, ok := db.engine.(*postgres); ok {
		return e.config.ConnString()
	}
	return db.path
}

func quietly(MoveStep) {}

func TestMoveThereAndBack(t *testing.T) {
	w := filled(t, openSQLite)
	want := w.dump(w.db)
	for name, rows := range want {
		if len(rows) == 0 {
			t.Errorf("table %s has no row: add one to everyTable", name)
		}
	}
	w.is(w.db.Close(), nil)
	from := w.db.path
	for _, to := range []string{pgtest.Empty(t), pgtest.Empty(t), filepath.Join(t.TempDir(), "b.db"), filepath.Join(t.TempDir(), "c.db")} {
		var steps []MoveKind
		if err := Move(background, from, to, w.clock.options(), func(s MoveStep) { steps = append(steps, s.Kind) }); err != nil {
			t.Fatal(err)
		}
		if last := steps[len(steps)-1]; last != MoveVerified {
			t.Errorf("the last step is %v", last)
		}
		there := &world{TB: t, clock: w.clock, db: reopen(t, to, w.clock)}
		there.sameDump(Redacted(to), there.dump(there.db), want)
		there.is(there.db.Close(), nil)
		from = to
	}
	for _, end := range ends(t) {
		to := end()
		w.is(Move(background, from, to, w.clock.options(), quietly), nil)
		there := &world{TB: t, clock: w.clock, db: reopen(t, to, w.clock), chat: w.chat, li: w.li, sent: w.sent}
		there.write(func(tx *Tx) { there.file(tx, lecture(community, "2026-03-08", 5)) }) // with numbers nobody has
		there.clean()
	}
}

// The schema of a target is what it would be without a move.
func TestMoveKeepsTheSchema(t *testing.T) {
	w := filled(t, openSQLite)
	w.is(w.db.Close(), nil)
	for name, end := range ends(t) {
		to := end()
		w.is(Move(background, w.db.path, to, w.clock.options(), quietly), nil)
		got, fresh, query := reopen(t, to, w.clock), openSQLite(t, w.clock), sqliteSchema
		if name == "PostgreSQL" {
			fresh, query = openPostgresCopy(t, w.clock), postgresSchema
		}
		one, other := schemaOf(t, got.reader, query), schemaOf(t, fresh.reader, query)
		for table := range other {
			w.equal(one[table], other[table])
		}
		w.equal(len(one), len(other))
	}
}

// A move that ends at any moment goes on, and until it is done nobody can use the target.
func TestMoveCutOffAnywhere(t *testing.T) {
	w := filled(t, openSQLite)
	want := w.dump(w.db)
	w.is(w.db.Close(), nil)
	for name, end := range ends(t) {
		t.Run(name, func(t *testing.T) {
			w := &world{TB: t, clock: w.clock, db: w.db}
			to, tries := end(), 0
			for err := context.Canceled; err != nil; tries++ {
				ctx, cancel := context.WithCancel(background)
				err = w.moveUntil(ctx, cancel, to, tries)
				cancel()
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				if err != nil && tries > 0 {
					_, err := Open(background, to, w.clock.options())
					w.is(err, ErrUnfinished)
				}
				if tries > 200 {
					t.Fatal("it does not come to an end")
				}
			}
			if tries < 40 {
				t.Errorf("done at the try %d", tries)
			}
			there := &world{TB: t, clock: w.clock, db: reopen(t, to, w.clock)}
			there.sameDump(name, there.dump(there.db), want)
			there.clean()
		})
	}
}

// moveUntil moves with small batches, and is cut off at one of its steps: another one at each try, or after one batch.
func (w *world) moveUntil(ctx context.Context, cancel func(), to string, try int) error {
	source, err := openSource(ctx, w.db.path, w.clock.options())
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := openTarget(ctx, to, w.clock.options())
	if err != nil {
		return err
	}
	defer target.close()
	kinds := map[MoveKind]bool{}
	m := &move{source: source, target: target, resting: true, atOnce: 3, after: cancel}
	m.tell = func(s MoveStep) {
		if s.Kind == MoveLooked && try == 0 || s.Kind > MoveCopied && !kinds[s.Kind] && target.at.Built && w.sent%4 == int64(s.Kind)-int64(MoveBuilt) {
			w.sent++
			cancel()
		}
		kinds[s.Kind] = true
	}
	return m.run(ctx)
}

func TestMoveRefuses(t *testing.T) {
	w := filled(t, openSQLite)
	from := w.db.path
	refused := func(what, from, to string, want error, words string) {
		t.Helper()
		err := Move(background, from, to, w.clock.options(), quietly)
		if err == nil || want != nil && !errors.Is(err, want) || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, want %v, %q", what, err, want, words)
		}
	}
	fresh := func() string { return filepath.Join(t.TempDir(), "to.db") }
	refused("a bot runs", from, fresh(), ErrLocked, from)
	w.is(w.db.Close(), nil)
	refused("the same file", from, from, nil, "same")
	refused("no source", fresh(), fresh(), fs.ErrNotExist, "")
	refused("no source on PostgreSQL", pgtest.Empty(t), fresh(), fs.ErrNotExist, "")
	other := filled(t, openSQLite)
	refused("a target in use", from, other.db.path, ErrLocked, "")
	w.is(other.db.Close(), nil)
	refused("a target with other content", from, other.db.path, ErrNotEmpty, "aliases")

	pg := filled(t, openPostgresCopy)
	refused("a target with other content on PostgreSQL", from, address(pg.db), ErrNotEmpty, "aliases")
	if _, err := pg.db.writer.Exec(`UPDATE leases SET expires = $1`, w.clock.now().Add(time.Second).UnixMilli()); err != nil {
		t.Fatal(err)
	}
	refused("a bot runs on PostgreSQL", address(pg.db), fresh(), ErrLocked, "sender")

	stranger := fresh()
	pool := connect(stranger, use{}, 1)
	_, err := pool.Exec(`CREATE TABLE songs(id INTEGER PRIMARY KEY)`)
	w.is(errors.Join(err, pool.Close()), nil)
	refused("another program's file", from, stranger, ErrNotEmpty, "not huibao's")
	refused("from another program's file", stranger, fresh(), nil, "no database of huibao")
	text := fresh()
	w.is(os.WriteFile(text, []byte(strings.Repeat("no database ", 100)), private), nil)
	refused("a file that is none", from, text, nil, "not a database")
}

func TestMoveRefusesOtherSchemas(t *testing.T) {
	w := filled(t, openSQLite)
	w.is(w.db.Close(), nil)
	for what, c := range map[string]struct {
		statement string
		want      error
	}{
		"newer":            {`INSERT INTO goose_db_version(version_id, is_applied) VALUES(99, true)`, ErrNewerSchema},
		"a column more":    {`ALTER TABLE facts ADD COLUMN colour BIGINT`, nil},
		"a table more":     {`CREATE TABLE colours(id BIGINT PRIMARY KEY)`, nil},
		"a column missing": {`ALTER TABLE outbox DROP COLUMN added`, nil},
	} {
		to := emptyPostgres(t)
		db := reopen(t, to, w.clock)
		if _, err := db.writer.Exec(c.statement); err != nil {
			t.Fatal(err)
		}
		err := Move(background, w.db.path, to, w.clock.options(), quietly)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
		if c.want == nil && err != nil && !strings.Contains(err.Error(), "only") {
			t.Errorf("%s: %v", what, err)
		}
		if n := (&world{TB: t, db: db}).count(`SELECT COUNT(*) FROM areas`); n > 0 {
			t.Errorf("%s: %d areas were copied", what, n)
		}
	}
	older := filepath.Join(t.TempDir(), "older.db")
	w.is((sqlite{w.db.path}).copyRows(background, older, w.clock.now()), nil)
	pool := connect(older, use{}, 1)
	_, err := pool.Exec(`DELETE FROM goose_db_version WHERE version_id = 4`)
	w.is(errors.Join(err, pool.Close()), nil)
	w.is(Move(background, w.db.path, older, w.clock.options(), quietly), ErrNotEmpty)
}

// What the source says while it is copied, and between two tries, is what the target says, or the target is no database.
func TestMoveFromMovingSource(t *testing.T) {
	for _, change := range []string{
		`UPDATE members SET name = '李梅梅' WHERE id = 1`, // as many rows as before
		`DELETE FROM runs`,
		`INSERT INTO meta(key, value) VALUES('zzz', '')`,
	} {
		w := filled(t, openSQLite)
		w.is(w.db.Close(), nil)
		to := filepath.Join(t.TempDir(), "to.db")
		err := Move(background, w.db.path, to, w.clock.options(), func(s MoveStep) {
			if s.Kind == MoveBuilt {
				w.alter(w.db.path, change)
			}
		})
		w.is(err, ErrMoved)
		w.is(Move(background, w.db.path, to, w.clock.options(), quietly), ErrMoved)
		_, err = Open(background, to, w.clock.options())
		w.is(err, ErrUnfinished)
		_, err = OpenBeside(background, to, w.clock.options())
		w.is(err, ErrUnfinished)
		w.is(Move(background, to, filepath.Join(t.TempDir(), "on.db"), w.clock.options(), quietly), ErrUnfinished)
	}
}

func (w *world) alter(path, statement string, args ...any) {
	w.Helper()
	pool := connect(path, use{}, 1)
	_, err := pool.Exec(statement, args...)
	if err := errors.Join(err, pool.Close()); err != nil {
		w.Fatal(err)
	}
}

// What becomes of the target's rows on the way is found.
func TestMoveFindsDamage(t *testing.T) {
	for _, damage := range []string{
		`UPDATE tally_days SET value = value + 1 WHERE rowid = 1`,
		`UPDATE messages SET text = text || ' ' WHERE id = 1`,
		`DELETE FROM queries`,
	} {
		w := filled(t, openSQLite)
		w.is(w.db.Close(), nil)
		if strings.Contains(damage, "tally_days") {
			damage = `UPDATE tally_days SET value = value + 1`
		}
		to := filepath.Join(t.TempDir(), "to.db")
		err := Move(background, w.db.path, to, w.clock.options(), func(s MoveStep) {
			if s.Kind == MoveBuilt {
				w.alter(to, damage)
			}
		})
		w.is(err, ErrDamaged)
		_, err = Open(background, to, w.clock.options())
		w.is(err, ErrUnfinished)
	}
	// What is wrong in the source is wrong in the target.
	w := filled(t, openSQLite)
	w.is(w.db.Close(), nil)
	w.alter(w.db.path, `UPDATE tally_days SET value = value + 1`)
	for _, end := range ends(t) {
		w.is(Move(background, w.db.path, end(), w.clock.options(), quietly), ErrDamaged)
	}
}

// References to rows that are not there: SQLite may hold them, where another program has written.
func TestMoveFindsStrangers(t *testing.T) {
	w := filled(t, openSQLite)
	w.is(w.db.Close(), nil)
	w.alter(w.db.path, `UPDATE chats SET moved_to = 4711 WHERE id = 50`)
	for name, end := range ends(t) {
		err := Move(background, w.db.path, end(), w.clock.options(), quietly)
		if err == nil {
			t.Errorf("%s: moved", name)
		}
	}
}

// Texts that PostgreSQL cannot hold are named before anything is written.
func TestMoveTextsThatCannotBe(t *testing.T) {
	w := filled(t, openSQLite)
	w.is(w.db.Close(), nil)
	w.alter(w.db.path, `UPDATE messages SET text = 'a' || char(0) || 'b' WHERE id = 3`)
	w.alter(w.db.path, `UPDATE runs SET note = CAST(x'ff41' AS TEXT)`)
	to := pgtest.Empty(t)
	err := Move(background, w.db.path, to, w.clock.options(), quietly)
	w.is(err, ErrText)
	for _, words := range []string{"messages.text of row 3 has a NUL", `runs.note of row "week", "2026-W10" is no UTF-8`} {
		if !strings.Contains(fmt.Sprint(err), words) {
			t.Errorf("%v\ndoes not say %q", err, words)
		}
	}
	w.equal((&world{TB: t, db: reopen(t, to, w.clock)}).count(`SELECT COUNT(*) FROM areas`), 0)
	file := filepath.Join(t.TempDir(), "to.db")
	w.is(Move(background, w.db.path, file, w.clock.options(), quietly), nil)
	there := &world{TB: t, db: reopen(t, file, w.clock)}
	there.equal(there.count(`SELECT COUNT(*) FROM messages WHERE CAST(text AS BLOB) = x'610062'`), 1)
}

// Whatever is in the columns arrives, and comes back.
func TestMoveAnything(t *testing.T) {
	word := rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r > 0 && r < 0xd800 || r > 0xdfff }), 0, 20, -1)
	body := rapid.SliceOfN(rapid.Byte(), 0, 20)
	anything := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) []any {
		return []any{rapid.Int64().Draw(r, "seq"), append([]byte{}, body.Draw(r, "hash")...), rapid.Int64().Draw(r, "chat"), append([]byte{}, body.Draw(r, "body")...),
			word.Draw(r, "masked"), rapid.Int64().Draw(r, "at"), word.Draw(r, "error")}
	}), 20, 200)
	for seed := range 3 {
		c := newClock()
		w := &world{TB: t, clock: c, db: openSQLite(t, c)}
		for i, row := range anything.Example(seed) {
			_, err := w.db.writer.Exec(`INSERT INTO inbox(seq, hash, tg_chat, body, masked, at, error, update_id, state) VALUES($1, $2, $3, $4, $5, $6, $7, $8, 'done') ON CONFLICT DO NOTHING`,
				append(slices.Clone(row), i)...)
			if err == nil {
				_, err = w.db.writer.Exec(`INSERT INTO runs(due, job, at, period, note, state) VALUES($1, $2, $3, $4, $5, 'done')`,
					row[0], fmt.Sprint(row[4], i), row[2], row[6], row[4])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		want, between, back := w.dump(w.db), pgtest.Empty(t), filepath.Join(t.TempDir(), "back.db")
		w.is(w.db.Close(), nil)
		w.is(Move(background, w.db.path, between, c.options(), quietly), nil)
		w.is(Move(background, between, back, c.options(), quietly), nil)
		w.sameDump("there and back", w.dump(reopen(t, back, c)), want)
	}
}
