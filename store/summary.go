package store

import (
	"fmt"
	"time"

	"huibao/report"
)

// Summary gives what a digest says of an area and period. today is the day in the county; of a period that still runs,
// Through is today.
func (v *View) Summary(area int64, p report.Period, today report.Day) (report.Summary, error) {
	s, err := v.summary(area, p, today)
	if err != nil {
		return report.Summary{}, fmt.Errorf("sum up %s of area %d: %w", p.Key(), area, err)
	}
	return s, nil
}

func (v *View) summary(area int64, p report.Period, today report.Day) (s report.Summary, err error) {
	s = report.Summary{Area: area, Period: p, Through: min(p.Last, today), At: v.now}
	for _, part := range []func(*report.Summary) error{v.sumUp, v.compare, v.reconcile, v.waiting, v.owed, v.correctedAfterClosing} {
		if err := part(&s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// sumUp adds up the period, the year so far, and the areas below.
func (v *View) sumUp(s *report.Summary) (err error) {
	if s.FactsSeq, err = v.LedgerPosition(); err != nil {
		return err
	}
	if s.Current, err = v.Tally(s.Area, s.Period, report.Grouping{}); err != nil {
		return err
	}
	toDate := yearUpTo(s.Period, s.Through)
	s.YearToDate = s.Current
	if toDate.First != s.Period.First || toDate.Last != s.Period.Last {
		if s.YearToDate, err = v.Tally(s.Area, toDate, report.Grouping{}); err != nil {
			return err
		}
	}
	if s.ByArea, err = v.Tally(s.Area, s.Period, report.Grouping{Area: true}); err != nil {
		return err
	}
	s.Silent, s.Nil, err = v.silent(s.Area, report.Unranked, s.Period, s.ByArea)
	return err
}

// yearUpTo gives the days from 1 January of the year of p's last day to through.
func yearUpTo(p report.Period, through report.Day) report.Period {
	return report.Period{Kind: report.Range, First: report.Date(p.Last.Year(), time.January, 1), Last: through}
}

// compare adds up the period before and the same days of the year before.
func (v *View) compare(s *report.Summary) (err error) {
	previous := s.Period.Previous()
	if s.HasPrevious, err = v.countedBy(s.Area, previous.Last); err != nil {
		return err
	}
	if s.HasPrevious {
		if s.Previous, err = v.Tally(s.Area, previous, report.Grouping{}); err != nil {
			return err
		}
	}
	if s.Begun, err = v.begun(); err != nil {
		return err
	}
	lastYear, ok := s.Period.LastYearTo(s.Through)
	if !ok || !report.Covered(lastYear, s.Begun) {
		return nil
	}
	s.HasLastYear = true
	s.LastYear, err = v.Tally(s.Area, lastYear, report.Grouping{})
	return err
}

// reconcile says how the year so far came about, and which earlier periods changed, since the digest before this one.
func (v *View) reconcile(s *report.Summary) error {
	toDate := yearUpTo(s.Period, s.Through)
	before, published, err := v.firstPublication(s.Area, s.Period.Previous())
	if err != nil {
		return err
	}
	r := report.Reconciliation{Published: published, Current: s.Current}
	switch {
	case s.Period.First <= toDate.First: // the year begins with or in this period
		r.Current = s.YearToDate
	case published:
		said, err := numbersOf(before)
		if err != nil {
			return err
		}
		r.Until, r.Base = s.Period.First-1, said.YearToDate
	default:
		r.Until, r.Base = s.Period.First-1, report.Less(s.YearToDate, s.Current)
	}
	s.Reconciled = r.Reconcile(s.YearToDate)
	if published {
		s.Restated, err = v.restatedSince(s.Area, before.FactsSeq, s.Period)
	}
	return err
}

// waiting counts the reports of the period that are in no sum.
func (v *View) waiting(s *report.Summary) (err error) {
	if s.Held, err = v.inState(report.Held, s.Area, s.Period); err != nil {
		return err
	}
	s.Asked, err = v.inState(report.Asked, s.Area, s.Period)
	return err
}

// owed says how the period's duties and the year's targets stand.
func (v *View) owed(s *report.Summary) (err error) {
	if s.Duties, err = v.Standings(s.Area, s.Period); err != nil {
		return err
	}
	if s.Period.Kind == report.Week || s.Period.Kind == report.Range {
		return nil
	}
	s.Targets, err = v.Completions(s.Area, s.Period.Last.Year(), s.Through)
	return err
}

// correctedAfterClosing tells whether the period's year is closed, and counts the reports that changed a number since.
func (v *View) correctedAfterClosing(s *report.Summary) error {
	closed, err := v.closedAt(s.Area, s.Period)
	if err != nil || closed.IsZero() {
		return err
	}
	s.Closed = true
	position, err := v.positionAt(closed)
	if err != nil {
		return err
	}
	_, err = v.query(countPostedSince, s.Period.First, s.Period.Last, position, s.Area).one(&s.Corrected)
	return err
}

const selectCounted = `
SELECT EXISTS (SELECT 1 FROM tally_days WHERE area_id = $1 AND day <= $2)
  OR EXISTS (SELECT 1 FROM tally_day_totals WHERE area_id = $1 AND day <= $2)`

// countedBy tells whether anything was ever counted in an area on or before a day.
func (v *View) countedBy(area int64, day report.Day) (counted bool, err error) {
	_, err = v.query(selectCounted, area, day).one(&counted)
	return counted, err
}

const countInState = `
SELECT COUNT(*) FROM reports r JOIN area_paths p ON p.leaf = r.area_id
WHERE r.state IN ('asked', 'held') AND r.state = $1 AND r.day BETWEEN $2 AND $3 AND p.ancestor = $4`

func (v *View) inState(state report.State, area int64, p report.Period) (n int, err error) {
	_, err = v.query(countInState, string(state), p.First, p.Last, area).one(&n)
	return n, err
}

const selectNilAreas = `
SELECT r.area_id FROM areas a JOIN reports r ON r.area_id = a.id
WHERE a.parent_id = $1 AND r.nil = 1 AND r.state = 'filed' AND r.activity = '' AND r.day <= $2 AND r.until >= $3`

// nilAreas adds the areas directly below one that said nothing happened in all of p.
func (v *View) nilAreas(area int64, p report.Period, said map[int64]bool) error {
	list, err := collect(v.query(selectNilAreas, area, p.First, p.Last), func(scan scanner) (id int64, err error) { return id, scan(&id) })
	for _, id := range list {
		said[id] = true
	}
	return err
}

// silent gives the areas directly below, or of a rank further down, of which byArea has no event, without those that have merged into another: first
// those that said nothing, then those that sent a nil report for the period.
func (v *View) silent(area int64, rank report.Rank, p report.Period, byArea []report.Tally) (silent, said []int64, err error) {
	areas, err := v.Areas()
	if err != nil {
		return nil, nil, err
	}
	nils := map[int64]bool{}
	for _, parent := range append([]int64{area}, areas.Between(area, rank)...) {
		if err := v.nilAreas(parent, p, nils); err != nil {
			return nil, nil, err
		}
	}
	reported := map[int64]bool{}
	for _, t := range byArea {
		reported[t.Area] = reported[t.Area] || t.Events > 0
	}
	for _, id := range areas.Parts(area, rank) {
		a, _ := areas.ByID(id)
		switch {
		case a.MergedInto != 0 || reported[id]:
		case nils[id]:
			said = append(said, id)
		default:
			silent = append(silent, id)
		}
	}
	return silent, said, nil
}
