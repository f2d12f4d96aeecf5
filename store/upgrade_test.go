package store

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huibao/report"
)

// Every schema that a release has written is brought up to date with its data: testdata/schemaN.db.gz is a database that the
// program of schema N made, with reports in every state, questions, an inbox and an outbox.
func TestUpgradeFromEverySchema(t *testing.T) {
	files, err := filepath.Glob("testdata/schema*.db.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no databases of earlier schemas", err)
	}
	known, err := embedded.ReadDir("migrations/sqlite")
	if err != nil || len(files) != len(known)-1 {
		t.Errorf("%d databases of earlier schemas, and %d migrations: make one with the program as it was before the newest (%v)", len(files), len(known), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".db.gz"), func(t *testing.T) {
			t.Parallel()
			c := newClock()
			before := unpack(t, file)
			w := &world{TB: t, clock: c, db: reopen(t, unpack(t, file), c)}
			w.clean()
			old := connect(before, copying, 1)
			defer old.Close()
			for _, number := range []string{
				`SELECT COUNT(*) FROM reports`, `SELECT COUNT(*) FROM revisions`, `SELECT COUNT(*) FROM messages`, `SELECT SUM(value) FROM facts`,
				`SELECT SUM(events) FROM tally_days`, `SELECT COUNT(*) FROM outbox WHERE state = 'new'`, `SELECT COUNT(*) FROM inbox WHERE state = 'new'`,
				`SELECT COUNT(*) FROM questions WHERE closed = 0`, `SELECT COUNT(*) FROM memberships`,
			} {
				var want int
				if err := old.QueryRow(number).Scan(&want); err != nil {
					t.Fatal(number, err)
				}
				if got := w.count(number); got != want {
					t.Errorf("%s: %d, was %d", number, got, want)
				}
			}
			w.read(func(v *View) {
				root, _ := must(v.Areas()).Root()
				year := report.YearOf(must(v.Report(1)).Day)
				if len(must(v.Tally(root.ID, year, report.Grouping{}))) == 0 {
					t.Errorf("nothing is counted in %s", year.Key())
				}
			})
			w.write(func(tx *Tx) {
				first := must(tx.Report(1))
				next := lecture(first.Area, "2025-03-09", 320)
				next.Org, next.State, next.Message, next.Ordinal, next.By = first.Area, report.Filed, first.Message, 99, first.By
				must(tx.File(next, Change{By: first.By, Message: first.Message, Why: "message"}))
			})
			w.clean()
		})
	}
}

// unpack copies a compressed database.
func unpack(t *testing.T, file string) string {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	from, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "huibao.db")
	to, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
