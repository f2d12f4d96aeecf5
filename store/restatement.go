package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"huibao/report"
)

// Restatement compares the numbers of an area and period as they were first published with those that hold now, and says
// which reports changed them. Where they were never published it has no lines.
func (v *View) Restatement(area int64, p report.Period) (report.Restatement, error) {
	r, err := v.restatement(area, p)
	if err != nil {
		return report.Restatement{}, fmt.Errorf("what changed in %s of area %d: %w", p.Key(), area, err)
	}
	return r, nil
}

func (v *View) restatement(area int64, p report.Period) (report.Restatement, error) {
	r := report.Restatement{Area: area, Period: p}
	first, ok, err := v.firstPublication(area, p)
	if err != nil || !ok {
		return r, err
	}
	r.Published = first.At
	said, err := numbersOf(first)
	if err != nil {
		return r, err
	}
	now, err := v.Tally(area, p, report.Grouping{})
	if err != nil {
		return r, err
	}
	facts, err := v.postedSince(area, first.FactsSeq, p)
	if err != nil {
		return r, err
	}
	r.Lines = report.Restate(said.Current, now, facts)
	return r, v.name(&r, facts)
}

// numbersOf reads what a publication said.
func numbersOf(p Publication) (sum report.Summary, err error) {
	if err := json.Unmarshal(p.Numbers, &sum); err != nil {
		return sum, fmt.Errorf("the numbers published of %s: %w", p.Period.Key(), err)
	}
	return sum, nil
}

const selectChange = `
SELECT m.name, v.why, v.at, teller.name, f.at FROM revisions v JOIN members m ON m.id = v.by_member
JOIN revisions f ON f.report_id = v.report_id AND f.rev = 1 JOIN members teller ON teller.id = f.by_member
WHERE v.report_id = $1 AND v.rev = $2`

// name says of each report in a restatement who told it late, or who changed it last and why.
func (v *View) name(r *report.Restatement, facts []report.Fact) error {
	revisions := map[int64]int{} // the last one of each report
	began := map[int64]bool{}    // whether its first one is among them
	for _, f := range facts {
		revisions[f.Report] = max(revisions[f.Report], f.Rev)
		began[f.Report] = began[f.Report] || f.Rev == 1
	}
	closed, err := v.closedAt(r.Area, r.Period)
	if err != nil {
		return err
	}
	r.Closed = !closed.IsZero()
	named := map[int64]report.Restating{}
	for id, rev := range revisions {
		var one report.Restating
		var changed, told int64
		var teller string
		if _, err := v.query(selectChange, id, rev).one(&one.By, &one.Why, &changed, &teller, &told); err != nil {
			return fmt.Errorf("who changed report %d: %w", id, err)
		}
		one.Late = began[id] || v.db.timeOf(told).After(r.Published)
		if one.Late {
			one.By = teller
		}
		one.Closed = r.Closed && v.db.timeOf(changed).After(closed)
		named[id] = one
	}
	for _, line := range r.Lines {
		for i := range line.By {
			by := &line.By[i]
			one := named[by.Report]
			by.By, by.Why, by.Late, by.Closed = one.By, one.Why, one.Late, one.Closed
		}
	}
	return nil
}

// closedAt gives when the year of a period's last day was closed for an area, zero where it is open.
func (v *View) closedAt(area int64, p report.Period) (time.Time, error) {
	c, _, err := v.ClosedFor(p.Last.Year(), area)
	return c.At, err
}

// What was posted of an area's days after a position of the ledger. Walking from day to day finds the few facts of each
// that came after by their index, where a range of days would be read whole.
const (
	selectPostedSince = `
WITH RECURSIVE days(day) AS (
  SELECT MIN(day) FROM facts WHERE day BETWEEN $1 AND $2
  UNION ALL SELECT (SELECT MIN(day) FROM facts WHERE day > d.day AND day <= $2) FROM days d WHERE d.day IS NOT NULL)
SELECT f.report_id, f.rev, f.day, f.area_id, f.org_id, f.line_id, f.value, f.approx, f.events
FROM days d JOIN facts f ON f.day = d.day AND f.seq > $3 JOIN area_paths p ON p.leaf = f.area_id AND p.ancestor = $4
ORDER BY f.seq`
	sumPostedSince = `
WITH RECURSIVE days(day) AS (
  SELECT MIN(day) FROM facts WHERE day BETWEEN $1 AND $2
  UNION ALL SELECT (SELECT MIN(day) FROM facts WHERE day > d.day AND day <= $2) FROM days d WHERE d.day IS NOT NULL)
SELECT f.day, f.line_id, SUM(f.value), SUM(f.approx), SUM(f.events)
FROM days d JOIN facts f ON f.day = d.day AND f.seq > $3 JOIN area_paths p ON p.leaf = f.area_id AND p.ancestor = $4
GROUP BY f.day, f.line_id`
	countPostedSince = `
WITH RECURSIVE days(day) AS (
  SELECT MIN(day) FROM facts WHERE day BETWEEN $1 AND $2
  UNION ALL SELECT (SELECT MIN(day) FROM facts WHERE day > d.day AND day <= $2) FROM days d WHERE d.day IS NOT NULL)
SELECT COUNT(DISTINCT f.report_id)
FROM days d JOIN facts f ON f.day = d.day AND f.seq > $3 JOIN area_paths p ON p.leaf = f.area_id AND p.ancestor = $4`
)

// postedSince gives the facts of an area's days that were posted after a position of the ledger, in their order.
func (v *View) postedSince(area, after int64, p report.Period) ([]report.Fact, error) {
	var lines []int64
	facts, err := collect(v.query(selectPostedSince, p.First, p.Last, after, area), func(scan scanner) (f report.Fact, err error) {
		var line int64
		err = scan(&f.Report, &f.Rev, &f.Day, &f.Area, &f.Org, &line, &f.Value, &f.Approx, &f.Events)
		lines = append(lines, line)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("what was posted after position %d: %w", after, err)
	}
	return facts, v.keys(facts, lines)
}

// summedSince is postedSince with the facts of a day and line added up: they name neither report nor area.
func (v *View) summedSince(area, after int64, p report.Period) ([]report.Fact, error) {
	var lines []int64
	facts, err := collect(v.query(sumPostedSince, p.First, p.Last, after, area), func(scan scanner) (f report.Fact, err error) {
		var line int64
		err = scan(&f.Day, &line, &f.Value, &f.Approx, &f.Events)
		lines = append(lines, line)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("what was posted after position %d: %w", after, err)
	}
	return facts, v.keys(facts, lines)
}

// keys gives facts the keys of their lines.
func (v *View) keys(facts []report.Fact, lines []int64) (err error) {
	for i, line := range lines {
		if facts[i].Key, err = v.key(line); err != nil {
			return err
		}
	}
	return nil
}

// restatedSince gives the published periods of p's kind that lie before it, in the year of its first day or in the one
// before, and have changed since a position of the ledger, oldest first, without the reports that did it.
func (v *View) restatedSince(area, after int64, p report.Period) ([]report.Restatement, error) {
	if p.Kind == report.Range {
		return nil, nil
	}
	before := report.Period{Kind: report.Range, First: report.Date(p.First.Year()-1, time.January, 1), Last: p.First - 1}
	facts, err := v.summedSince(area, after, before)
	if err != nil || len(facts) == 0 {
		return nil, err
	}
	changed := map[report.Period][]report.Fact{}
	for _, f := range facts {
		in := report.PeriodOf(p.Kind, f.Day)
		changed[in] = append(changed[in], f)
	}
	var list []report.Restatement
	for in, facts := range changed {
		r, ok, err := v.restatedBy(area, in, report.Sum(facts))
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b report.Restatement) int { return int(a.Period.First - b.Period.First) })
	return list, nil
}

// restatedBy says what a change did to a period; false where it was never published or comes to nothing.
func (v *View) restatedBy(area int64, p report.Period, change []report.Tally) (r report.Restatement, ok bool, err error) {
	first, published, err := v.firstPublication(area, p)
	if err != nil || !published || len(change) == 0 {
		return r, false, err
	}
	now, err := v.Tally(area, p, report.Grouping{})
	if err != nil {
		return r, false, err
	}
	closed, err := v.closedAt(area, p)
	if err != nil {
		return r, false, err
	}
	r = report.Restatement{Area: area, Period: p, Published: first.At, Closed: !closed.IsZero(),
		Lines: report.Restate(report.Less(now, change), now, nil)}
	for i := range r.Lines {
		r.Lines[i].By = nil
	}
	return r, len(r.Lines) > 0, nil
}

// explain says which reports changed the periods that a summary calls restated.
func (v *View) explain(s *report.Summary) error {
	if len(s.Restated) == 0 {
		return nil
	}
	before, _, err := v.firstPublication(s.Area, s.Period.Previous())
	if err != nil {
		return err
	}
	for i := range s.Restated {
		r := &s.Restated[i]
		facts, err := v.postedSince(s.Area, before.FactsSeq, r.Period)
		if err != nil {
			return err
		}
		now, err := v.Tally(s.Area, r.Period, report.Grouping{})
		if err != nil {
			return err
		}
		r.Lines = report.Restate(report.Less(now, report.Sum(facts)), now, facts)
		if err := v.name(r, facts); err != nil {
			return err
		}
	}
	return nil
}

const selectPosted = `
SELECT seq, at FROM facts WHERE seq >= $1 ORDER BY seq LIMIT 1`

// positionAt gives the ledger's position at a moment: the last fact that had been posted by then. Facts are posted in the
// order of time, so that halving finds it.
func (v *View) positionAt(moment time.Time) (int64, error) {
	last, err := v.LedgerPosition()
	if err != nil {
		return 0, err
	}
	low, high := int64(0), last // what was posted by then ends at low or after it, and at high or before it
	for low < high {
		middle := low + (high-low+1)/2
		var seq, at int64
		if _, err := v.query(selectPosted, middle).one(&seq, &at); err != nil {
			return 0, fmt.Errorf("the ledger's position at %s: %w", moment, err)
		}
		if at <= ms(moment) {
			low = seq
		} else {
			high = middle - 1
		}
	}
	return low, nil
}
