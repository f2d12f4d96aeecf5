package store

import (
	"fmt"
	"slices"
	"time"

	"huibao/report"
)

// ClosedYear is a year that was closed (封账): its numbers change only by an administrator's word.
type ClosedYear struct {
	Year int
	At   time.Time
	By   int64 // the member who closed it
}

const selectClosedYears = `
SELECT year, at, by_member FROM closed_years ORDER BY year`

// ClosedYears gives the years that were closed, the earliest first.
func (v *View) ClosedYears() ([]ClosedYear, error) {
	if v.closedYears != nil {
		return v.closedYears, nil
	}
	list, err := collect(v.query(selectClosedYears), func(scan scanner) (c ClosedYear, err error) {
		var at int64
		err = scan(&c.Year, &at, &c.By)
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

// Closed tells whether a year was closed.
func (v *View) Closed(year int) (bool, error) {
	years, err := v.ClosedYears()
	return slices.ContainsFunc(years, func(c ClosedYear) bool { return c.Year == year }), err
}

const insertClosedYear = `
INSERT INTO closed_years(year, at, by_member) VALUES($1, $2, $3) ON CONFLICT(year) DO NOTHING`

// CloseYear closes a year for good; closed tells whether it was open. What was not counted by then waits as before, but to
// count it takes an administrator.
func (tx *Tx) CloseYear(year int, by int64) (closed bool, err error) {
	if err := tx.LockLedger(); err != nil { // what others have posted and not committed yet comes before, or finds it closed
		return false, err
	}
	n, err := tx.exec(insertClosedYear, year, ms(tx.now), by)
	if err == nil && n > 0 {
		tx.closedYears = nil
		err = tx.Audit(by, "close", fmt.Sprint(year), "")
	}
	if err != nil {
		return false, fmt.Errorf("close the year %d: %w", year, err)
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
		closed, err := tx.Closed(f.Day.Year())
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
FROM reports WHERE state IN ('asked', 'held') AND nil = 0 AND day BETWEEN $1 AND $2`

// OpenReports counts the reports of a period that wait: held for being perhaps told twice, and with a question about them.
func (v *View) OpenReports(p report.Period) (held, asked int, err error) {
	if _, err := v.query(countOpen, p.First, p.Last).one(&held, &asked); err != nil {
		return 0, 0, fmt.Errorf("count the reports of %s that wait: %w", p.Key(), err)
	}
	return held, asked, nil
}
