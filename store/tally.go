package store

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"huibao/report"
)

// Tally gives the sums of the facts of a period in an area and whatever its totals include: by activity and measure, and
// split further as g says. Lines of nothing are left away; the order is area, month, key.
//
// Split by area, each area directly below has its total, and what the area did itself stands under its own id, with what
// was merged into it. An area that was merged into another one below the same area shows in its successor only.
//
// Split by the areas of a rank further down, each of those has its total, and each area between them and the one asked for has
// what it did itself.
//
// A period is its whole months, from the totals of months, and the days left over at its ends, from those of days.
func (v *View) Tally(area int64, p report.Period, g report.Grouping) ([]report.Tally, error) {
	tallies, err := v.tally(area, p, g)
	if err != nil {
		return nil, fmt.Errorf("tally %s of area %d: %w", p.Key(), area, err)
	}
	return tallies, nil
}

func (v *View) tally(area int64, p report.Period, g report.Grouping) ([]report.Tally, error) {
	areas, err := v.Areas()
	if err != nil {
		return nil, err
	}
	s := summer{v: v, areas: areas, area: area, group: g}
	if s.split() && g.Rank != report.Unranked && areas.Below(area) != g.Rank {
		return s.deep(p)
	}
	if err := s.add(p); err != nil {
		return nil, err
	}
	return s.tallies()
}

// deep adds up the areas of a rank further down, one after the other.
func (s *summer) deep(p report.Period) ([]report.Tally, error) {
	all := *s
	all.group.Area = false
	sum := func(id, shown int64) error {
		part := all
		part.area, part.sums = id, nil
		if err := part.add(p); err != nil {
			return err
		}
		for _, n := range part.sums {
			n.area = shown
			s.sums = append(s.sums, n)
		}
		return nil
	}
	for _, id := range append([]int64{s.area}, s.areas.Between(s.area, s.group.Rank)...) {
		if err := sum(own(id), id); err != nil {
			return nil, err
		}
	}
	for _, id := range s.areas.Parts(s.area, s.group.Rank) {
		if mergedBelow(s.areas, id, s.area) {
			continue
		}
		if err := sum(id, id); err != nil {
			return nil, err
		}
	}
	return s.tallies()
}

// summer adds up what the totals of days and months give.
type summer struct {
	v     *View
	areas *report.Areas
	area  int64
	group report.Grouping
	sums  []sum // in no order; some are of the same place
}

// sum is a line of a tally in the making.
type sum struct {
	area                  int64
	month                 report.Day
	line                  int64
	rank                  int // of the line
	value, approx, events int64
}

// split tells whether there is more than one area to show.
func (s *summer) split() bool { return s.group.Area && len(s.areas.Children(s.area)) > 0 }

func (s *summer) add(p report.Period) error {
	whole := wholeMonths(p)
	if whole.First > whole.Last { // p lies in one month, or in two that follow each other
		middle := min(report.MonthOf(p.First).Last, p.Last)
		if err := s.days(p.First, middle); err != nil {
			return err
		}
		return s.days(middle+1, p.Last)
	}
	if err := s.days(p.First, whole.First-1); err != nil {
		return err
	}
	if err := s.months(whole); err != nil {
		return err
	}
	return s.days(whole.Last+1, p.Last)
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
SELECT area_id, line_id, 0, SUM(value), SUM(approx), SUM(events) FROM tally_months
WHERE area_id = $1 AND year = $2 AND month BETWEEN $3 AND $4 GROUP BY area_id, line_id`
	eachMonth = `
SELECT area_id, line_id, month, value, approx, events FROM tally_months
WHERE area_id = $1 AND year = $2 AND month BETWEEN $3 AND $4`
	sumMonthsBelow = `
SELECT a.id, t.line_id, 0, SUM(t.value), SUM(t.approx), SUM(t.events) FROM areas a JOIN tally_months t ON t.area_id = a.id
WHERE a.parent_id = $1 AND t.year = $2 AND t.month BETWEEN $3 AND $4 GROUP BY a.id, t.line_id`
	eachMonthBelow = `
SELECT a.id, t.line_id, t.month, t.value, t.approx, t.events FROM areas a JOIN tally_months t ON t.area_id = a.id
WHERE a.parent_id = $1 AND t.year = $2 AND t.month BETWEEN $3 AND $4`
	// The same for all months of a year: comparing months takes a quarter of the time.
	sumYear = `
SELECT area_id, line_id, 0, SUM(value), SUM(approx), SUM(events) FROM tally_months
WHERE area_id = $1 AND year = $2 GROUP BY area_id, line_id`
	sumYearBelow = `
SELECT a.id, t.line_id, 0, SUM(t.value), SUM(t.approx), SUM(t.events) FROM areas a JOIN tally_months t ON t.area_id = a.id
WHERE a.parent_id = $1 AND t.year = $2 GROUP BY a.id, t.line_id`
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
		in := report.Period{First: max(p.First, report.Date(year, time.January, 1)), Last: min(p.Last, report.Date(year, time.December, 31))}
		if err := s.monthsOf(year, in); err != nil {
			return err
		}
	}
	return nil
}

func (s *summer) monthsOf(year int, p report.Period) error {
	_, m, _ := p.First.Date()
	_, n, _ := p.Last.Date()
	first, last := int(m), int(n)
	whole := first == 1 && last == 12 && !s.group.Month
	of := func(area int64) cursor {
		switch {
		case whole:
			return s.v.query(sumYear, area, year)
		case s.group.Month:
			return s.v.query(eachMonth, area, year, first, last)
		}
		return s.v.query(sumMonths, area, year, first, last)
	}
	if !s.split() {
		return s.take(of(s.area), year)
	}
	if err := s.take(of(own(s.area)), year); err != nil {
		return err
	}
	switch {
	case whole:
		return s.take(s.v.query(sumYearBelow, s.area, year), year)
	case s.group.Month:
		return s.take(s.v.query(eachMonthBelow, s.area, year, first, last), year)
	}
	return s.take(s.v.query(sumMonthsBelow, s.area, year, first, last), year)
}

// What an area's days come to is what was posted of the area itself and what was posted of others that count towards it.
const (
	sumDays = `
SELECT area_id, line_id, CAST($1 AS BIGINT), SUM(value), SUM(approx), SUM(events) FROM tally_days
WHERE area_id = $2 AND day BETWEEN $3 AND $4 GROUP BY area_id, line_id`
	sumDayTotals = `
SELECT area_id, line_id, CAST($1 AS BIGINT), SUM(value), SUM(approx), SUM(events) FROM tally_day_totals
WHERE area_id = $2 AND day BETWEEN $3 AND $4 GROUP BY area_id, line_id`
	sumDaysBelow = `
SELECT a.id, t.line_id, CAST($1 AS BIGINT), SUM(t.value), SUM(t.approx), SUM(t.events)
FROM areas a JOIN tally_days t ON t.area_id = a.id
WHERE a.parent_id = $2 AND t.day BETWEEN $3 AND $4 GROUP BY a.id, t.line_id`
	sumDayTotalsBelow = `
SELECT a.id, t.line_id, CAST($1 AS BIGINT), SUM(t.value), SUM(t.approx), SUM(t.events)
FROM areas a JOIN tally_day_totals t ON t.area_id = a.id
WHERE a.parent_id = $2 AND t.day BETWEEN $3 AND $4 GROUP BY a.id, t.line_id`
)

// days adds days of one month.
func (s *summer) days(first, last report.Day) error {
	if first > last {
		return nil
	}
	year, month, _ := first.Date()
	m := int(month)
	self := max(s.area, own(s.area)) // of own(), what was posted of the area itself
	if err := s.take(s.v.query(sumDays, m, self, first, last), year); err != nil {
		return err
	}
	if !s.split() {
		return s.take(s.v.query(sumDayTotals, m, s.area, first, last), year)
	}
	if err := s.take(s.v.query(sumDayTotals, m, own(s.area), first, last), year); err != nil {
		return err
	}
	if err := s.take(s.v.query(sumDaysBelow, m, s.area, first, last), year); err != nil {
		return err
	}
	return s.take(s.v.query(sumDayTotalsBelow, m, s.area, first, last), year)
}

// take adds rows of area, line, month of the year, and sums.
func (s *summer) take(c cursor, year int) error {
	var n sum
	var month int
	into := []any{&n.area, &n.line, &month, &n.value, &n.approx, &n.events}
	return c.each(func() error {
		if err := c.rows.Scan(into...); err != nil {
			return err
		}
		if s.group.Month {
			n.month = report.Date(year, time.Month(month), 1)
		}
		switch {
		case !s.group.Area:
			n.area = 0
		case n.area == own(s.area):
			n.area = s.area
		}
		s.sums = append(s.sums, n)
		return nil
	})
}

// tallies names the sums, puts them in order, adds up those of the same place, and leaves away what is not to be shown.
func (s *summer) tallies() ([]report.Tally, error) {
	keys, err := s.rank()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(s.sums, func(a, b sum) int {
		return cmp.Or(cmp.Compare(a.area, b.area), cmp.Compare(a.month, b.month), cmp.Compare(a.rank, b.rank))
	})
	list := make([]report.Tally, 0, len(s.sums))
	for _, n := range s.sums {
		t := report.Tally{Area: n.area, Month: n.month, Key: keys[n.rank]}
		if last := len(list) - 1; last < 0 || list[last].Area != t.Area || list[last].Month != t.Month || list[last].Key != t.Key {
			list = append(list, t)
		}
		same := &list[len(list)-1]
		same.Value += n.value
		same.Approx += n.approx
		same.Events += n.events
	}
	merged := map[int64]bool{}
	for _, id := range s.areas.Children(s.area) {
		merged[id] = s.group.Area && mergedBelow(s.areas, id, s.area)
	}
	return slices.DeleteFunc(list, func(t report.Tally) bool {
		return merged[t.Area] || t.Value == 0 && t.Approx == 0 && t.Events == 0
	}), nil
}

// rank gives the keys of the lines in their order, and each sum its line's place among them: a tally has few lines but
// many sums, and keys are slow to compare.
func (s *summer) rank() ([]report.Key, error) {
	named := map[int64]report.Key{}
	var keys []report.Key
	for _, n := range s.sums {
		if _, ok := named[n.line]; ok {
			continue
		}
		k, err := s.v.key(n.line)
		if err != nil {
			return nil, err
		}
		named[n.line] = k
		keys = append(keys, k)
	}
	slices.SortFunc(keys, report.Key.Compare)
	ranks := map[int64]int{}
	for line, k := range named {
		ranks[line], _ = slices.BinarySearchFunc(keys, k, report.Key.Compare)
	}
	for i := range s.sums {
		s.sums[i].rank = ranks[s.sums[i].line]
	}
	return keys, nil
}
