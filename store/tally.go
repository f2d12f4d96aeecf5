package store

import (
	"cmp"
	"fmt"
	"slices"

	"huibao/report"
)

// Tally gives the sums of the facts of a period in an area and whatever its totals include: by activity and measure, and
// split further as g says. Lines of nothing are left away; the order is area, month, key.
//
// Split by area, each area directly below has its own total, and what the area did itself stands under its own id. An
// area that was merged into another one below the same area shows in its successor only.
//
// A period is its whole months, from the coarse grain, and the days left over at its ends, from the fine one.
func (v *View) Tally(area int64, p report.Period, g report.Grouping) ([]report.Tally, error) {
	s := summer{v: v, area: area, group: g, sums: map[sumKey]*report.Tally{}}
	err := s.add(p)
	if err == nil {
		err = s.settle()
	}
	if err != nil {
		return nil, fmt.Errorf("tally %s of area %d: %w", p.Key(), area, err)
	}
	return s.list(), nil
}

// summer adds up what the grains give.
type summer struct {
	v     *View
	area  int64
	group report.Grouping
	sums  map[sumKey]*report.Tally
}

type sumKey struct {
	area, line int64
	month      report.Day
}

func (s *summer) add(p report.Period) error {
	head, months, tail := p.First, wholeMonths(p), p.Last
	if s.group.Area {
		if err := s.own(p); err != nil {
			return err
		}
	}
	if months.First > months.Last {
		return s.days(head, tail)
	}
	if err := s.days(head, months.First-1); err != nil {
		return err
	}
	if err := s.months(months); err != nil {
		return err
	}
	return s.days(months.Last+1, tail)
}

// wholeMonths gives the calendar months that lie wholly in p; its Last is before its First where there is none.
func wholeMonths(p report.Period) report.Period {
	whole := report.Period{Kind: report.Range, First: p.First, Last: p.Last}
	if first := report.MonthOf(p.First); first.First != p.First {
		whole.First = first.Last + 1
	}
	if last := report.MonthOf(p.Last); last.Last != p.Last {
		whole.Last = last.First - 1
	}
	return whole
}

const (
	sumMonths = `
SELECT area_id, line_id, '', SUM(value), SUM(approx), SUM(events) FROM tally_months
WHERE area_id = $1 AND year = $2 AND month BETWEEN $3 AND $4 GROUP BY area_id, line_id`
	eachMonth = `
SELECT area_id, line_id, month, value, approx, events FROM tally_months
WHERE area_id = $1 AND year = $2 AND month BETWEEN $3 AND $4`
	sumMonthsBelow = `
SELECT a.id, t.line_id, '', SUM(t.value), SUM(t.approx), SUM(t.events) FROM areas a JOIN tally_months t ON t.area_id = a.id
WHERE a.parent_id = $1 AND t.year = $2 AND t.month BETWEEN $3 AND $4 GROUP BY a.id, t.line_id`
	eachMonthBelow = `
SELECT a.id, t.line_id, t.month, t.value, t.approx, t.events FROM areas a JOIN tally_months t ON t.area_id = a.id
WHERE a.parent_id = $1 AND t.year = $2 AND t.month BETWEEN $3 AND $4`
	selectYears = `
SELECT COALESCE(MIN(year), 0), COALESCE(MAX(year), 0) FROM tally_months WHERE area_id = $1`
)

// months adds whole months. They are asked for year by year, as the rows lie.
func (s *summer) months(p report.Period) error {
	var first, last int
	if _, err := s.v.query(selectYears, s.area).one(&first, &last); err != nil {
		return err
	}
	for year := max(first, p.First.Year()); year <= min(last, p.Last.Year()); year++ {
		var c cursor
		switch s.group {
		case report.Grouping{}:
			c = s.v.query(sumMonths, s.area, year, p.First, p.Last)
		case report.Grouping{Month: true}:
			c = s.v.query(eachMonth, s.area, year, p.First, p.Last)
		case report.Grouping{Area: true}:
			c = s.v.query(sumMonthsBelow, s.area, year, p.First, p.Last)
		case report.Grouping{Area: true, Month: true}:
			c = s.v.query(eachMonthBelow, s.area, year, p.First, p.Last)
		}
		if err := s.take(c); err != nil {
			return err
		}
	}
	return nil
}

const (
	sumDays = `
SELECT p.ancestor, t.line_id, substr(t.day, 1, 7) || '-01', SUM(t.value), SUM(t.approx), SUM(t.events)
FROM area_paths p JOIN tally_days t ON t.area_id = p.leaf
WHERE p.ancestor = $1 AND t.day BETWEEN $2 AND $3 GROUP BY 1, 2, 3`
	sumDaysBelow = `
SELECT a.id, t.line_id, substr(t.day, 1, 7) || '-01', SUM(t.value), SUM(t.approx), SUM(t.events)
FROM areas a JOIN area_paths p ON p.ancestor = a.id JOIN tally_days t ON t.area_id = p.leaf
WHERE a.parent_id = $1 AND t.day BETWEEN $2 AND $3 GROUP BY 1, 2, 3`
	sumDaysOwn = `
SELECT area_id, line_id, substr(day, 1, 7) || '-01', SUM(value), SUM(approx), SUM(events) FROM tally_days
WHERE area_id = $1 AND day BETWEEN $2 AND $3 GROUP BY 1, 2, 3`
)

func (s *summer) days(first, last report.Day) error {
	switch {
	case first > last:
		return nil
	case s.group.Area:
		return s.take(s.v.query(sumDaysBelow, s.area, first, last))
	}
	return s.take(s.v.query(sumDays, s.area, first, last))
}

// own adds what the area did itself, beside the areas below it.
func (s *summer) own(p report.Period) error {
	return s.take(s.v.query(sumDaysOwn, s.area, p.First, p.Last))
}

func (s *summer) take(c cursor) error {
	var k sumKey
	var month string
	var value, approx, events int64
	into := []any{&k.area, &k.line, &month, &value, &approx, &events}
	return c.each(func() (err error) {
		if err := c.rows.Scan(into...); err != nil {
			return err
		}
		if k.month = 0; s.group.Month {
			if k.month, err = report.ParseDay(month); err != nil {
				return err
			}
		}
		sum := s.sums[k]
		if sum == nil {
			sum = &report.Tally{Month: k.month}
			if s.group.Area {
				sum.Area = k.area
			}
			s.sums[k] = sum
		}
		sum.Value += value
		sum.Approx += approx
		sum.Events += events
		return nil
	})
}

// settle names the lines and drops what is not to be shown.
func (s *summer) settle() error {
	areas, err := s.v.Areas()
	if err != nil {
		return err
	}
	for k, sum := range s.sums {
		merged := s.group.Area && k.area != s.area && mergedBelow(areas, k.area, s.area)
		if merged || sum.Value == 0 && sum.Approx == 0 && sum.Events == 0 {
			delete(s.sums, k)
			continue
		}
		if sum.Key, err = s.v.key(k.line); err != nil {
			return err
		}
	}
	return nil
}

// mergedBelow tells whether an area has a successor below outer, in whose line its facts are already.
func mergedBelow(areas *report.Areas, area, outer int64) bool {
	a, ok := areas.ByID(area)
	return ok && a.MergedInto != 0 && a.MergedInto != outer && slices.Contains(areas.Ancestors(a.MergedInto), outer)
}

func (s *summer) list() []report.Tally {
	list := make([]report.Tally, 0, len(s.sums))
	for _, sum := range s.sums {
		list = append(list, *sum)
	}
	slices.SortFunc(list, func(a, b report.Tally) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Month, b.Month), a.Key.Compare(b.Key))
	})
	return list
}
