package main

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huibao/report"
	"huibao/sandbox/county"
	"huibao/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDemoOnce runs the demo as a person does: a county, its year through the chat, ten exchanges, the digests, every number
// recomputed. The bot in it is this test binary.
func TestDemoOnce(t *testing.T) {
	dir := t.TempDir()
	out, errout := newTranscript(), newTranscript()
	if code := run(t.Context(), []string{"demo", "--once", "--dir", dir}, out, errout, time.Now); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errout)
	}
	if errout.String() != "" {
		t.Errorf("the demo complains:\n%s", errout)
	}
	_, exchanges, _ := strings.Cut(out.String(), "条\n")
	golden(t, "demo-once", exchanges)
	checkYear(t, filepath.Join(dir, "huibao.db"))
}

// golden compares a text with a file of testdata, or with -update writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// checkYear compares each message of the demo's year with its truth: the ledger has from it what it says, or nothing where
// the bot had a question. Where nobody reports the event twice, that hardly ever happens.
func checkYear(t *testing.T, database string) {
	t.Helper()
	messages := county.Year(demoSeed, demoBegins.Start(china), monday)
	ledger := ledgerByMessage(t, database)
	truth, position := map[string]map[number]int64{}, map[int64]int{}
	texts, where, repeats := map[string]string{}, map[int]string{}, map[string]bool{}
	for _, m := range messages {
		if m.EditOf == 0 {
			position[m.From]++
			where[m.ID] = fmt.Sprintf("%d of %d", position[m.From], m.From)
		} else {
			where[m.ID] = where[m.EditOf]
		}
		truth[where[m.ID]], texts[where[m.ID]] = sums(m.Want), m.Text
		repeats[where[m.ID]] = repeats[where[m.ID]] || m.Repeats != 0
	}
	asked := 0
	for place, want := range truth {
		got := ledger[place]
		if len(got) < len(want) && within(got, want) { // of a message that tells two things one may be asked about
			if !repeats[place] {
				asked++
				t.Logf("asked about: %s", texts[place])
			}
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", texts[place], diff)
		}
	}
	if asked*100 > len(truth) {
		t.Errorf("the bot asked about %d of %d messages", asked, len(truth))
	}
}

// within tells whether all numbers of part are those of whole.
func within(part, whole map[number]int64) bool {
	for n, value := range part {
		if whole[n] != value {
			return false
		}
	}
	return true
}

// sums gives the numbers of what a message says.
func sums(entries []county.Entry) map[number]int64 {
	all := map[number]int64{}
	for _, e := range entries {
		day, err := report.ParseDay(e.Day)
		if err != nil {
			panic(err) // the county writes its days so
		}
		for measure, value := range e.Measures {
			all[number{e.Area, e.Activity, measure, day}] += value
		}
	}
	return all
}

// ledgerByMessage gives the ledger's numbers by the message they come from: "3 of 100001" is the third that member wrote,
// commands aside. Money is in yuan; events are left away.
func ledgerByMessage(t *testing.T, database string) map[string]map[number]int64 {
	t.Helper()
	db := openCopy(t, database)
	defer db.Close()
	rows, err := db.Query(`SELECT r.id, m.tg_user, (SELECT COUNT(*) FROM messages o WHERE o.chat_id = w.chat_id AND o.version = 0
		AND o.text NOT LIKE '/%' AND o.tg_message <= w.tg_message)
		FROM reports r JOIN messages w ON w.id = r.message_id JOIN members m ON m.id = r.by_member`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	places := map[int64]string{}
	for rows.Next() {
		var id, member int64
		var position int
		if err := rows.Scan(&id, &member, &position); err != nil {
			t.Fatal(err)
		}
		places[id] = fmt.Sprintf("%d of %d", position, member)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	ledger := map[string]map[number]int64{}
	read(t, database, func(v *store.View, source *report.Reference) error {
		return v.Facts(0, func(_ int64, _ time.Time, f report.Fact) error {
			if f.Measure == "" {
				return nil
			}
			area, _ := source.Areas.ByID(f.Area)
			value := f.Value
			if f.Unit == report.MoneyUnit {
				value /= 100
			}
			if ledger[places[f.Report]] == nil {
				ledger[places[f.Report]] = map[number]int64{}
			}
			ledger[places[f.Report]][number{area.Code, f.Activity, f.Measure, f.Day}] += value
			return nil
		})
	})
	for _, numbers := range ledger {
		maps.DeleteFunc(numbers, func(_ number, value int64) bool { return value == 0 })
	}
	return ledger
}

// openCopy opens a copy of a database that no process has open.
func openCopy(t *testing.T, database string) *sql.DB {
	t.Helper()
	dir := t.TempDir()
	for _, ending := range []string{"", "-wal"} {
		body, err := os.ReadFile(database + ending)
		if err != nil && !(errors.Is(err, os.ErrNotExist) && ending != "") {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "huibao.db"+ending), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite3", filepath.Join(dir, "huibao.db"))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// number is what is summed: the events of an activity where the measure is empty.
type number struct {
	Area, Activity, Measure string
	Day                     report.Day
}
