package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Target is a year's number to reach (目标任务).
type Target struct {
	Year     int
	Area     int64
	Activity string
	Measure  string
	Value    int64 // in the measure's unit; money in fen
}

// Compare orders targets by year, area, activity and measure.
func (t Target) Compare(u Target) int {
	return cmp.Or(cmp.Compare(t.Year, u.Year), cmp.Compare(t.Area, u.Area), cmp.Compare(t.Activity, u.Activity), cmp.Compare(t.Measure, u.Measure))
}

// TargetRow is a line of an import: a target as it shall be, or one to take away.
type TargetRow struct {
	Target
	Remove bool
}

// Completion is how far a target is reached.
type Completion struct {
	Target
	Done   int64
	Approx bool  // Done has an approximate part
	Below  int64 // the sum of the targets of the areas directly below
	Split  bool  // whether any area directly below has one: then a county target that is not their sum is said
}

// PerMille gives how much of the target is done, in tenths of a percent, rounded half up. It is not bounded: 1,035 is 103.5 %.
func (c Completion) PerMille() int64 { return PerMille(c.Done, c.Value) }

// Counts tells whether a sum is part of what is done towards the target. Of a measure that is part of another one its parts
// are counted, of any other only what stands for itself: a part (其中) is in its total already.
func (t Target) Counts(m Measure, sum Tally) bool {
	return sum.Activity == t.Activity && sum.Measure == t.Measure && m.Takes(sum.Unit) && (!sum.Part || m.PartOf != "")
}

// DoneOf adds up what is done towards a target. A target of sessions counts the events, which many reports do not state.
func (t Target) DoneOf(m Measure, sums []Tally) (done int64, approx bool) {
	for _, s := range sums {
		switch {
		case t.Measure == MeasureSessions && s.Activity == t.Activity && s.Measure == "":
			done += s.Events
		case t.Measure != MeasureSessions && t.Counts(m, s):
			done += s.Value
			approx = approx || s.Approx != 0
		}
	}
	return done, approx
}

// Bounds of a target.
const (
	minTargetYear = 2000
	maxTargetYear = 2100
	maxTarget     = 1_000_000_000_000
)

// ParseTargets reads targets from CSV with the header year,area,activity,measure,value:
//
//	2026,430527,两癌检查,检查,6000
//	2026,长铺镇,visit_relief,money_yuan,50000.00
//	2026,430527213,两癌检查,检查,-
//
// Areas, activities and measures are named by their code or their name, money is in yuan, and - takes a target away. Errors
// name file and line and what is expected.
func ParseTargets(file string, b []byte, areas *Areas, catalogue *Catalogue) ([]TargetRow, error) {
	t, err := readTable(file, b, "year", "area", "activity", "measure", "value")
	if err != nil {
		return nil, err
	}
	var rows []TargetRow
	type place struct {
		year              int
		area              int64
		activity, measure string
	}
	seen := map[place]bool{}
	for i, r := range t.rows {
		t.at(i)
		row, ok := t.target(r, areas, catalogue)
		if !ok {
			continue
		}
		at := place{row.Year, row.Area, row.Activity, row.Measure}
		t.expect(!seen[at], "this target of %s is there twice, expected once", areas.Name(row.Area))
		seen[at] = true
		rows = append(rows, row)
	}
	return rows, t.err()
}

func (t *table) target(r []string, areas *Areas, catalogue *Catalogue) (row TargetRow, ok bool) {
	year, err := strconv.Atoi(r[0])
	okYear := err == nil && year >= minTargetYear && year <= maxTargetYear
	t.expect(okYear, "year %q, expected one such as 2026", r[0])
	area, okArea := t.area(r[1], areas)
	activity, okActivity := t.activity(r[2], catalogue)
	if !okActivity {
		return row, false
	}
	m, okMeasure := t.measure(r[3], activity)
	if !okMeasure {
		return row, false
	}
	row.Target = Target{Year: year, Area: area.ID, Activity: activity.Code, Measure: m.Code}
	if r[4] == removed {
		row.Remove = true
		return row, okYear && okArea
	}
	value, okValue := t.amount(r[4], m)
	row.Value = value
	return row, okYear && okArea && okValue
}

// measure finds a measure by its code or one of its names. A rate is computed, so it cannot be a target.
func (t *table) measure(s string, a Activity) (Measure, bool) {
	var names []string
	for _, m := range a.Measures {
		if m.Adds != Rate {
			names = append(names, cmp.Or(m.Short, m.Name, m.Code))
		}
	}
	expected := strings.Join(names, "、")
	i := slices.IndexFunc(a.Measures, func(m Measure) bool { return s != "" && (s == m.Code || s == m.Name || s == m.Short) })
	if i < 0 {
		t.expect(false, "measure %q, expected one of %s: %s", s, cmp.Or(a.Short, a.Name), expected)
		return Measure{}, false
	}
	rate := a.Measures[i].Adds == Rate
	t.expect(!rate, "measure %q is a rate, which is computed, expected a number to reach: %s", s, expected)
	return a.Measures[i], !rate
}

// amount reads the number to reach: a whole one, or yuan with two decimals at most.
func (t *table) amount(s string, m Measure) (value int64, ok bool) {
	s = strings.ReplaceAll(s, ",", "")
	whole, cents, decimals := strings.Cut(s, ".")
	expected := "a whole number above 0"
	if m.Money() {
		expected = "yuan above 0 with at most two decimals"
	}
	ok = digits(whole) && (!decimals || m.Money() && digits(cents) && len(cents) <= 2)
	if ok {
		value, _ = strconv.ParseInt(whole, 10, 64) // one too long for it is above the bound
		ok = len(whole) <= len("1000000000000")
	}
	most := int64(maxTarget)
	if ok && m.Money() {
		most *= 100
		fen, _ := strconv.ParseInt((cents + "00")[:2], 10, 64) // digits by the check above
		value = value*100 + fen
	}
	ok = ok && value > 0 && value <= most
	t.expect(ok, "value %q, expected %s, or %s to take the target away", s, expected, removed)
	return value, ok
}

// PerMille gives part of whole in tenths of a percent, rounded half up (away from zero below zero); 0 where whole is 0.
func PerMille(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	sign := int64(1)
	if part < 0 {
		part, sign = -part, -sign
	}
	if whole < 0 {
		whole, sign = -whole, -sign
	}
	return sign * ((part/whole)*1000 + ((part%whole)*2000+whole)/(2*whole))
}

// TimeShare gives how much of its year is gone at the end of d, in tenths of a percent, rounded half up (序时进度).
func TimeShare(d Day) int64 {
	year := YearOf(d)
	return PerMille(int64(d-year.First+1), int64(year.Last-year.First+1))
}
