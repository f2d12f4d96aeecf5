package store

import (
	"fmt"
	"slices"
	"time"

	"huibao/report"
)

// ClosedYear is a year that was closed (封账) for an area and all that is in it: its numbers change only by an administrator's
// word.
type ClosedYear struct {
	Year int
	Area int64
	At   time.Time
	By   int64 // the member who closed it
}

const selectClosings = `
SELECT year, area_id, at, by_member FROM closings ORDER BY year, at, area_id`

// ClosedYears gives the years that were closed, the earliest first.
func (v *View) ClosedYears() ([]ClosedYear, error) {
	if v.closedYears != nil {
		return v.closedYears, nil
	}
	list, err := collect(v.query(selectClosings), func(scan scanner) (c ClosedYear, err error) {
		var at int64
		err = scan(&c.Year, &c.Area, &at, &c.By)
		c.At = v.db.timeOf(at)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the closed years: %w", err)
	}
	if list == nil {
		list = []ClosedYear{} // known to be none
	}
	v.closedYears = list
	return list, nil
}

// ClosedFor gives the closing of a year that an area is in: of the widest area where there are several. ok is false where the
// year is open there.
func (v *View) ClosedFor(year int, area int64) (c ClosedYear, ok bool, err error) {
	years, err := v.ClosedYears()
	if err != nil || !slices.ContainsFunc(years, func(c ClosedYear) bool { return c.Year == year }) {
		return c, false, err
	}
	areas, err := v.Areas()
	if err != nil {
		return c, false, err
	}
	for _, x := range years {
		if x.Year == year && areas.Within(area, x.Area) && (!ok || areas.Within(c.Area, x.Area)) {
			c, ok = x, true
		}
	}
	return c, ok, nil
}

// Closed tells whether a year was closed for an area.
func (v *View) Closed(year int, area int64) (bool, error) {
	_, ok, err := v.ClosedFor(year, area)
	return ok, err
}

const insertClosing = `
INSERT INTO closings(year, area_id, at, by_member) VALUES($1, $2, $3, $4) ON CONFLICT(year, area_id) DO NOTHING`

// CloseYear closes a year of an area for good; closed tells whether it was open. What was not counted by then waits as before,
// but to count it takes an administrator.
func (tx *Tx) CloseYear(year int, area, by int64) (closed bool, err error) {
	if err := tx.LockLedger(); err != nil { // what others have posted and not committed yet comes before, or finds it closed
		return false, err
	}
	if already, err := tx.Closed(year, area); already || err != nil {
		return false, err
	}
	n, err := tx.exec(insertClosing, year, area, ms(tx.now), by)
	if err == nil && n > 0 {
		tx.closedYears = nil
		var areas *report.Areas
		if areas, err = tx.Areas(); err == nil {
			a, _ := areas.ByID(area)
			err = tx.Audit(by, "close", fmt.Sprint(year), a.Code)
		}
	}
	if err != nil {
		return false, fmt.Errorf("close the year %d of area %d: %w", year, area, err)
	}
	return n > 0, nil
}

// Agreed runs f, in which numbers of closed years may change: an administrator said so. Each revision that does keeps who.
func (tx *Tx) Agreed(by int64, f func() error) error {
	before := tx.agreed
	tx.agreed = by
	defer func() { tx.agreed = before }()
	return f()
}

// AgreedBy gives the administrator in whose Agreed this runs, 0 outside of any.
func (tx *Tx) AgreedBy() int64 { return tx.agreed }

// closedBy gives the closed year that facts would change, 0 for none.
func (tx *Tx) closedBy(facts []report.Fact) (int, error) {
	for _, f := range facts {
		closed, err := tx.Closed(f.Day.Year(), f.Area)
		if closed || err != nil {
			return f.Day.Year(), err
		}
	}
	return 0, nil
}

// agreedBy gives the administrator by whose word facts are posted: 0 where none of them lies in a closed year, ErrClosed
// where nobody agreed.
func (tx *Tx) agreedBy(r report.Report, facts []report.Fact) (int64, error) {
	year, err := tx.closedBy(facts)
	if err != nil || year == 0 {
		return 0, err
	}
	if tx.agreed == 0 {
		return 0, fmt.Errorf("%w: %d", ErrClosed, year)
	}
	return tx.agreed, tx.Audit(tx.agreed, "change closed", fmt.Sprint(year), fmt.Sprintf("report %d revision %d", r.ID, r.Rev))
}

const countOpen = `
SELECT COALESCE(SUM(CASE WHEN state = 'held' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'asked' THEN 1 ELSE 0 END), 0)
FROM reports r WHERE state IN ('asked', 'held') AND nil = 0 AND day BETWEEN $1 AND $2
  AND EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $3 AND p.leaf = r.area_id)`

// OpenReports counts the reports of an area and period that wait: held for being perhaps told twice, and with a question about them.
func (v *View) OpenReports(area int64, p report.Period) (held, asked int, err error) {
	if _, err := v.query(countOpen, p.First, p.Last, area).one(&held, &asked); err != nil {
		return 0, 0, fmt.Errorf("count the reports of %s that wait: %w", p.Key(), err)
	}
	return held, asked, nil
}
