package store

import (
	"fmt"
	"slices"
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
	if s.FactsSeq, err = v.LedgerPosition(); err != nil {
		return s, err
	}
	if s.Current, err = v.Tally(area, p, report.Grouping{}); err != nil {
		return s, err
	}
	previous := p.Previous()
	if s.HasPrevious, err = v.countedBy(area, previous.Last); err != nil {
		return s, err
	}
	if s.HasPrevious {
		if s.Previous, err = v.Tally(area, previous, report.Grouping{}); err != nil {
			return s, err
		}
	}
	newYear := report.Date(p.Last.Year(), time.January, 1)
	toDate := report.Period{Kind: report.Range, First: newYear, Last: s.Through}
	if s.YearToDate, err = v.Tally(area, toDate, report.Grouping{}); err != nil {
		return s, err
	}
	if s.ByArea, err = v.Tally(area, p, report.Grouping{Area: true}); err != nil {
		return s, err
	}
	if s.Held, err = v.inState(report.Held, area, p); err != nil {
		return s, err
	}
	if s.Asked, err = v.inState(report.Asked, area, p); err != nil {
		return s, err
	}
	s.Silent, s.Nil, err = v.silent(area, p, s.ByArea)
	return s, err
}

const selectCounted = `
SELECT EXISTS (SELECT 1 FROM area_paths p JOIN tally_days t ON t.area_id = p.leaf WHERE p.ancestor = $1 AND t.day <= $2)`

// countedBy tells whether anything was ever counted in an area on or before a day.
func (v *View) countedBy(area int64, day report.Day) (counted bool, err error) {
	_, err = v.query(selectCounted, area, day).one(&counted)
	return counted, err
}

const countInState = `
SELECT COUNT(*) FROM reports r JOIN area_paths p ON p.leaf = r.area_id
WHERE r.state = $1 AND r.day BETWEEN $2 AND $3 AND p.ancestor = $4`

func (v *View) inState(state report.State, area int64, p report.Period) (n int, err error) {
	_, err = v.query(countInState, string(state), p.First, p.Last, area).one(&n)
	return n, err
}

const selectNilAreas = `
SELECT r.area_id FROM reports r WHERE r.nil = 1 AND r.state = 'filed' AND r.activity = '' AND r.day <= $1 AND r.until >= $2`

// nilAreas gives the areas that said nothing happened in all of p.
func (v *View) nilAreas(p report.Period) (map[int64]bool, error) {
	said := map[int64]bool{}
	list, err := collect(v.query(selectNilAreas, p.First, p.Last), func(scan scanner) (id int64, err error) {
		err = scan(&id)
		return id, err
	})
	for _, id := range list {
		said[id] = true
	}
	return said, err
}

// silent gives the areas directly below of which byArea has no event, without those that have merged into another: first
// those that said nothing, then those that sent a nil report for the period.
func (v *View) silent(area int64, p report.Period, byArea []report.Tally) (silent, said []int64, err error) {
	areas, err := v.Areas()
	if err != nil {
		return nil, nil, err
	}
	nils, err := v.nilAreas(p)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range areas.Children(area) {
		a, _ := areas.ByID(id)
		reported := slices.ContainsFunc(byArea, func(t report.Tally) bool { return t.Area == id && t.Events > 0 })
		switch {
		case a.MergedInto != 0 || reported:
		case nils[id]:
			said = append(said, id)
		default:
			silent = append(silent, id)
		}
	}
	return silent, said, nil
}
