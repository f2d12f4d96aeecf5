package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huibao/report"
)

var errUndo = errors.New("undo")

// act is something that a transaction does: it files a report, looks at the numbers, or attempts a list of acts.
type act struct {
	area, people int64
	day          report.Day
	look         string
	attempt      []act
	fails        bool
}

func acts(depth int) *rapid.Generator[act] {
	return rapid.Custom(func(t *rapid.T) act {
		switch n := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case n < 2:
			return act{look: rapid.SampledFrom([]string{"tally", "months", "head", "position"}).Draw(t, "look")}
		case n < 5 && depth > 0:
			return act{attempt: rapid.SliceOfN(acts(depth-1), 0, 4).Draw(t, "attempt"), fails: rapid.Bool().Draw(t, "fails")}
		}
		return act{
			area:   rapid.SampledFrom([]int64{countyID, changpu, hongyan, community, jiangkou, hongyanVillage}).Draw(t, "area"),
			people: rapid.Int64Range(1, 50).Draw(t, "people"),
			day:    date("2026-02-25") + report.Day(rapid.IntRange(0, 9).Draw(t, "day")),
		}
	})
}

// settlement is what the acts must have come to.
type settlement struct {
	w               *world
	reports, people int64
}

func (s *settlement) do(tx *Tx, a act) {
	switch {
	case a.look != "":
		s.look(tx, a.look)
	case a.people > 0:
		s.w.file(tx, report.Report{Activity: "law_publicity", Area: a.area, Day: a.day,
			Figures: []report.Figure{{Measure: "participants", Unit: "人次", Value: a.people}}})
		s.reports++
		s.people += a.people
	default:
		before := *s
		err := tx.Attempt(func() error {
			for _, a := range a.attempt {
				s.do(tx, a)
			}
			if a.fails {
				return errUndo
			}
			return nil
		})
		if a.fails {
			s.reports, s.people = before.reports, before.people
		} else {
			check(err)
		}
	}
}

// look sees in the middle of a transaction what it has posted so far.
func (s *settlement) look(tx *Tx, what string) {
	var got, want int64
	switch what {
	case "tally":
		got, want = attendance(must(tx.Tally(countyID, period("2026-02-20", "2026-03-20"), report.Grouping{})))[0], s.people
	case "months":
		got, want = attendance(must(tx.Tally(countyID, period("2026-01-01", "2026-12-31"), report.Grouping{})))[0], s.people
	case "head":
		got, want = must(tx.ChainHead()).Seq, s.reports
	case "position":
		got, want = must(tx.LedgerPosition()), 2*s.reports // one of the event, one of the people
	}
	if got != want {
		check(fmt.Errorf("%s is %d in the middle of the transaction, want %d", what, got, want))
	}
}

func settledAnyhow(t *testing.T, w *world) {
	s := &settlement{w: w}
	rapid.Check(t, func(t *rapid.T) { // one history, which grows
		list := rapid.SliceOfN(acts(2), 1, 12).Draw(t, "acts")
		w.write(func(tx *Tx) {
			for _, a := range list {
				s.do(tx, a)
			}
		})
		w.read(func(v *View) {
			if got := attendance(must(v.Tally(countyID, period("2026-02-20", "2026-03-20"), report.Grouping{})))[0]; got != s.people {
				t.Fatalf("%d people, want %d", got, s.people)
			}
			if got := must(v.ChainHead()).Seq; got != s.reports {
				t.Fatalf("%d revisions, want %d", got, s.reports)
			}
		})
		if problems, err := w.db.Verify(background); err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	})
}

// A fact that cannot be written is found out at the end of the transaction only, and still only its own message is dead.
func settlementFails(t *testing.T, w *world) {
	w.receive(update(1, "fine"), update(2, "of an organiser nobody knows"), update(3, "fine"))
	n, dead, err := w.process(10, func(tx *Tx, u InboxRow) error {
		r := lecture(community, "2026-03-08", 7)
		if u.UpdateID == 2 {
			r.Org = 404
		}
		w.file(tx, r)
		return nil
	})
	if err != nil || n != 3 || len(dead) != 1 || !strings.Contains(strings.ToLower(fmt.Sprint(dead)), "foreign key") {
		t.Fatal(n, dead, err)
	}
	w.equal(w.count(`SELECT COUNT(*) FROM reports`), 2)
	w.read(func(v *View) {
		w.equal(attendance(must(v.Tally(countyID, period("2026-03-08", "2026-03-08"), report.Grouping{})))[0], 14)
	})
	w.clean()
	if err := w.tryWrite(func(tx *Tx) { r := lecture(community, "2026-03-08", 7); r.Org = 404; w.file(tx, r) }); err == nil {
		t.Error("a report of an organiser nobody knows was kept")
	}
	w.clean()
}

func TestManyRows(t *testing.T) {
	m := manyOf("\nINSERT INTO t(a, b)\nVALUES($1, $2)\nON CONFLICT DO NOTHING")
	if m.columns != 2 || m.texts[len(m.texts)-1] != "\nINSERT INTO t(a, b)\nVALUES ($1, $2)\nON CONFLICT DO NOTHING" {
		t.Errorf("%d columns: %s", m.columns, m.texts)
	}
	for i, text := range m.texts {
		if got := placeholders(t, "many", text); got != 2*rowsAtOnce[i] {
			t.Errorf("%d placeholders in %s", got, text)
		}
	}
	if !strings.Contains(m.texts[1], "VALUES ($1, $2), ($3, $4), ($5, $6)") {
		t.Error(m.texts[1])
	}
}
