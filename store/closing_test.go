package store

import (
	"testing"

	"huibao/report"
)

// closeYears: once a year is closed, nothing changes its numbers but what an administrator agreed to; what counts nothing
// there goes on as before.
func closeYears(t *testing.T, w *world) {
	var old, waiting report.Report
	w.write(func(tx *Tx) {
		old = w.file(tx, lecture(community, "2025-12-30", 320))
		asked := lecture(community, "2025-12-31", 40)
		asked.State = report.Asked
		waiting = w.file(tx, asked)
		w.equal(must(tx.Closed(2025, 1)), false)
		w.equal(must(tx.CloseYear(2025, 1, w.chen)), true)
		w.equal(must(tx.Closed(2025, 1)), true)
	})
	year := report.YearOf(date("2025-06-01"))
	w.read(func(v *View) {
		w.equal(must(v.ClosedYears()), []ClosedYear{{2025, 1, w.clock.now(), w.chen}})
		held, asked, err := v.OpenReports(1, year)
		w.equal([]any{held, asked, err}, []any{0, 1, nil})
	})
	change := Change{By: w.li, Why: "button"}
	fewer, moved, counted := old.Clone(), old.Clone(), waiting.Clone()
	fewer.Figures[0].Value = 280
	moved.Day = date("2026-01-02")
	counted.State = report.Filed
	for name, next := range map[string]report.Report{"a figure": fewer, "a day that leaves the year": moved, "one that waited": counted} {
		if err := w.tryWrite(func(tx *Tx) { must(tx.Revise(next, change)) }); err == nil {
			t.Errorf("%s was changed in a closed year", name)
		} else {
			w.is(err, ErrClosed)
		}
	}
	w.is(w.tryWrite(func(tx *Tx) { w.file(tx, lecture(community, "2025-03-08", 1)) }), ErrClosed)
	w.equal(w.count(`SELECT COUNT(*) FROM revisions`), 2)

	w.write(func(tx *Tx) {
		w.equal(must(tx.CloseYear(2025, 1, w.li)), false)
		w.file(tx, lecture(community, "2026-01-02", 7))
		none := report.Report{Nil: true, Area: community, Day: date("2025-12-22"), Until: date("2025-12-28")}
		w.file(tx, none)
		check(tx.Agreed(w.chen, func() error {
			_, err := tx.Revise(fewer, change)
			return err
		}))
	})
	w.is(w.tryWrite(func(tx *Tx) { must(tx.Revise(counted, change)) }), ErrClosed) // agreed to once, not for ever
	w.read(func(v *View) {
		revisions := must(v.Revisions(old.ID))
		w.equal([]any{revisions[0].Agreed, revisions[1].Agreed, revisions[1].By}, []any{0, w.chen, w.li})
	})
	w.equal(w.count(`SELECT COUNT(*) FROM audit WHERE action = 'close'`), 1)
	w.equal(w.count(`SELECT COUNT(*) FROM audit WHERE action = 'change closed' AND subject = '2025'`), 1)
	w.clean()
}

// closingUndone: a year that was closed in a savepoint that failed is open.
func closingUndone(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		err := tx.Attempt(func() error {
			must(tx.CloseYear(2025, 1, w.chen))
			must(tx.Closed(2025, 1))
			return ErrStale
		})
		w.is(err, ErrStale)
		w.equal(must(tx.Closed(2025, 1)), false)
		w.file(tx, lecture(community, "2025-12-30", 320))
	})
	w.clean()
}
