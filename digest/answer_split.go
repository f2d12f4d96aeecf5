package digest

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

const (
	mostBars   = 20 // lines
	longestBar = 8  // blocks
)

// piece is one line of a divided answer.
type piece struct {
	name   string
	value  int64
	approx bool
	none   bool // nothing is known of it
}

// divided writes the sums divided by area or month, of one quantity: a measure, or how many events there were.
//
//	绥宁县 家庭教育 场次
//	今年1月1日-3月9日
//	长铺镇 ▇▇▇▇▇▇▇▇ 8
//	红岩镇 ▇▇▇▇▇ 5
//	其余15个乡镇 未报
//	合计 13
func (s Scene) divided(d *draft, a report.Answer) {
	counted := s.quantity(a)
	d.title("", s.subject(a.Query)+counted.title(a.Query))
	d.all(s.daysOf(a))
	if len(a.Sums) == 0 {
		d.all(s.nothing(a))
	}
	if a.Query.By == report.ByMonth {
		bars := s.months(a, counted)
		d.all(counted.lines(bars, mostBars))
	} else {
		bars, without := s.areas(a, counted)
		d.all(counted.lines(bars, mostBars))
		s.unheard(d, a, len(bars), without)
	}
	s.whole(d, a, counted)
}

// quantity is what a divided answer shows of each part.
type quantity struct {
	measure report.Measure
	label   string
	unit    string
	events  bool
}

// quantity chooses what is shown: the measure that was asked for, in the unit most of it is in, else the events.
func (s Scene) quantity(a report.Answer) quantity {
	q := a.Query
	if q.Measure == "" || q.Measure == report.MeasureSessions {
		return quantity{events: true}
	}
	m := s.anywhere(q.Measure)
	if q.Activity != "" {
		m = s.measure(q.Activity, q.Measure)
	}
	best := quantity{measure: m, unit: m.Unit}
	var most int64 = -1
	for _, t := range together(s.ordered(q, a.Sums)) {
		if t.Measure == q.Measure && !t.Part && t.Value > most {
			best.label, best.unit, most = t.Label, t.Unit, t.Value
		}
	}
	return best
}

// title names the quantity with its unit.
func (c quantity) title(q report.Query) string {
	switch {
	case c.events && q.Activity == "":
		return "场次"
	case c.events:
		return " 场次"
	}
	unit := c.unit
	if c.measure.Persons != report.NoPersons && slices.Contains(personUnits, unit) {
		unit = "人次"
	}
	name := " " + measureName(c.measure, c.label)
	if q.Activity == "" {
		name = ""
	}
	return name + "(" + clean(unit, 8) + ")"
}

// of adds up the quantity in tallies.
func (c quantity) of(tallies []report.Tally, activity string) (value int64, approx bool) {
	if c.events {
		return report.EventsOf(tallies, activity), false
	}
	for _, t := range tallies {
		if t.Measure == c.measure.Code && t.Label == c.label && t.Unit == c.unit && !t.Part {
			value += t.Value
			approx = approx || t.Approx != 0
		}
	}
	return value, approx
}

// words writes a value without its unit, which stands in the title.
func (c quantity) words(value int64, approx bool) string {
	words := number(value)
	if c.unit == report.MoneyUnit && !c.events {
		words = money(value)
	}
	if approx {
		return "约" + words
	}
	return words
}

// sum writes a sum of the quantity with its unit.
func (c quantity) sum(value int64, approx bool) string {
	if c.events {
		return number(value) + "场"
	}
	t := report.Tally{Key: report.Key{Label: c.label, Unit: c.unit}, Value: value}
	if approx {
		t.Approx = 1
	}
	return sum(c.measure, t)
}

// areas gives the areas that have something, the most first; without are those with events but nothing of the quantity.
func (s Scene) areas(a report.Answer, c quantity) (bars []piece, without int) {
	by := map[int64][]report.Tally{}
	for _, t := range a.Split {
		by[t.Area] = append(by[t.Area], t)
	}
	q := a.Query
	own := append([]int64{q.Area}, s.Areas.Between(q.Area, q.Rank)...)
	for i, id := range append(slices.Clone(own), s.Areas.Parts(q.Area, q.Rank)...) {
		value, approx := c.of(by[id], a.Query.Activity)
		name := s.area(id)
		if i < len(own) {
			name += "本级"
		}
		switch {
		case value != 0:
			bars = append(bars, piece{name: name, value: value, approx: approx})
		case report.EventsOf(by[id], a.Query.Activity) > 0 && !c.events:
			without++
		}
	}
	slices.SortStableFunc(bars, func(x, y piece) int { return cmp.Compare(y.value, x.value) })
	return bars, without
}

// months gives the months of the period so far. Before the county began there is no number, not 0.
func (s Scene) months(a report.Answer, c quantity) []piece {
	by := map[report.Day][]report.Tally{}
	for _, t := range a.Split {
		by[t.Month] = append(by[t.Month], t)
	}
	var bars []piece
	one := a.Query.Period.First.Year() == a.Through.Year()
	for m := a.Query.Period.First.Month(); m <= a.Through; m = report.MonthOf(m).Last + 1 {
		year, month, _ := m.Date()
		name := itoa(int(month)) + "月"
		if !one {
			name = itoa(year) + "年" + name
		}
		value, approx := c.of(by[m], a.Query.Activity)
		bars = append(bars, piece{name, value, approx, a.Begun != 0 && m < a.Begun})
	}
	return bars
}

// lines writes bars under each other: names as wide as the widest, bars to scale.
func (c quantity) lines(bars []piece, most int) []string {
	var widest, largest int
	var top int64
	for _, b := range bars[:min(most, len(bars))] {
		widest = max(widest, columns(b.name))
		largest = max(largest, columns(c.words(b.value, b.approx)))
		top = max(top, b.value)
	}
	long := int64(min(longestBar, max(1, (lineWidth-widest-largest-2)/2)))
	var lines []string
	for i, b := range bars {
		if i == most {
			return append(lines, "……还有"+itoa(len(bars)-most)+"个")
		}
		words := c.words(b.value, b.approx)
		if b.none {
			lines = append(lines, fill(b.name, widest)+" —")
			continue
		}
		if n := length(b.value, top, long); n > 0 {
			words = strings.Repeat("▇", n) + " " + words
		}
		lines = append(lines, fill(b.name, widest)+" "+words)
	}
	return lines
}

// length gives how many blocks a value is long, at least one where it is anything.
func length(value, top, long int64) int {
	if value <= 0 || top <= 0 {
		return 0
	}
	part := report.PerMille(value, top)
	return int(max(1, (part*long+500)/1000))
}

// fill widens a name by full-width blanks. Names are full-width, but for digits before 月.
func fill(name string, widest int) string {
	missing := widest - columns(name)
	if missing%2 == 1 {
		name = " " + name
	}
	return name + strings.Repeat(indent, missing/2)
}

// unheard says of how many areas there is nothing.
func (s Scene) unheard(d *draft, a report.Answer, shown, without int) {
	kind := strings.TrimPrefix(s.splitOf(a.Query), "按")
	if without > 0 {
		d.line(itoa(without), "个", kind, "有活动，没报这个数")
	}
	if n := len(a.Nil); n > 0 {
		d.line("零报告", itoa(n), "个")
	}
	switch n := len(a.Silent); {
	case n == 0:
	case shown == 0 || n <= 2:
		names := make([]string, 0, n)
		for _, id := range a.Silent[:min(n, 6)] {
			names = append(names, s.area(id))
		}
		names = append([]string{"未报" + itoa(n) + "："}, listed(names)...)
		if n > 6 {
			names = append(names, "……还有"+itoa(n-6)+"个")
		}
		d.all(pack("", "", names))
	default:
		d.line("其余", itoa(n), "个", kind, " 未报")
	}
}

// whole adds up a divided answer, and compares the sum where that is asked for.
func (s Scene) whole(d *draft, a report.Answer, c quantity) {
	value, approx := c.of(a.Sums, a.Query.Activity)
	if value == 0 {
		return
	}
	d.line("合计 ", c.sum(value, approx))
	if missing := s.noBase(a); missing != nil {
		d.all(missing)
		return
	}
	if a.Query.Against == report.AgainstNothing {
		return
	}
	before, _ := c.of(a.Base, a.Query.Activity)
	d.all(pack("", " ", []string{baseName(a) + c.words(before, false), change(value, before)}))
	d.all(pack("", "", []string{baseName(a) + "：", a.BaseOf.Chinese(s.Today.Year())}))
}
