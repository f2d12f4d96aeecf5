package digest

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

// activities writes one block an activity: its events and first figure, and below it the others.
func (s Scene) activities(tallies []report.Tally) []string {
	return fitted(s.blocks(tallies), mostLines)
}

// fitted writes blocks into so many lines at most.
func fitted(blocks []block, most int) []string {
	if len(blocks) == 0 {
		return []string{"这一期还没有记录"}
	}
	for detail := everything; detail >= headlines; detail-- {
		var lines []string
		for _, b := range blocks {
			lines = append(lines, b.lines(detail)...)
		}
		if len(lines) <= most {
			return lines
		}
	}
	var lines []string
	for _, b := range blocks[:most-1] {
		lines = append(lines, b.head)
	}
	return append(lines, "……还有"+itoa(len(blocks)-len(lines))+"项")
}

// How much a digest says of an activity.
const (
	headlines  = iota // events and the first figure
	withMoney         // and the money
	everything        // and all other figures
)

// block is what a digest says of one activity.
type block struct {
	activity string
	name     string
	events   int64
	head     string
	money    []string
	others   []string // all figures below the head, money among them
}

func (b block) lines(detail int) []string {
	switch detail {
	case headlines:
		return []string{b.head}
	case withMoney:
		return append([]string{b.head}, pack(indent, " ", b.money)...)
	}
	return append([]string{b.head}, pack(indent, " ", b.others)...)
}

// blocks groups tallies by activity, in the catalogue's order; activities it does not know come last.
func (s Scene) blocks(tallies []report.Tally) []block {
	by := map[string][]report.Tally{}
	for _, t := range tallies {
		by[t.Activity] = append(by[t.Activity], t)
	}
	codes := make([]string, 0, len(by))
	for code := range by {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.place(a), s.place(b)), cmp.Compare(a, b))
	})
	blocks := make([]block, len(codes))
	for i, code := range codes {
		blocks[i] = newBlock(s.activity(code), by[code])
	}
	return blocks
}

// place gives an activity's place in the catalogue.
func (s Scene) place(code string) int {
	i := slices.IndexFunc(s.Catalogue.Activities, func(a report.Activity) bool { return a.Code == code })
	if i < 0 {
		return len(s.Catalogue.Activities)
	}
	return i
}

// newBlock sorts an activity's sums by the catalogue's order of measures. The first of them needs no name beside the
// activity's, unless it is money, goods, or not what the activity is mainly about.
func newBlock(a report.Activity, tallies []report.Tally) block {
	place := func(t report.Tally) int {
		return slices.IndexFunc(a.Measures, func(m report.Measure) bool { return m.Code == t.Measure })
	}
	tallies = slices.Clone(tallies)
	slices.SortStableFunc(tallies, func(x, y report.Tally) int {
		return cmp.Or(cmp.Compare(place(x), place(y)), x.Key.Compare(y.Key))
	})
	b := block{activity: a.Code, name: shortName(a), events: report.EventsOf(tallies, a.Code)}
	head := []string{b.name, number(b.events) + "场"}
	first := true
	for _, t := range tallies {
		if t.Measure == "" || t.Measure == report.MeasureSessions && !t.Part {
			continue
		}
		m, known := a.Measure(t.Measure)
		if !known {
			m = report.Measure{Code: t.Measure, Name: t.Measure, Short: t.Measure}
		}
		words := sum(m, t)
		name := measureName(m, t.Label)
		if t.Part {
			name = "其中" + name
		}
		if first && !t.Part && !m.Money() {
			if t.Label != "" || !leads(a, m) || outdone(a, t, tallies) {
				words = name + " " + words
			}
			head = append(head, words)
			first = false
			continue
		}
		words = name + " " + words
		if m.Money() {
			b.money = append(b.money, words)
		}
		b.others = append(b.others, words)
	}
	b.head = strings.Join(head, " ")
	return b
}

// leads tells whether m is the measure an activity is mainly about: its first beside the events.
func leads(a report.Activity, m report.Measure) bool {
	i := slices.IndexFunc(a.Measures, func(m report.Measure) bool { return m.Code != report.MeasureSessions })
	return i >= 0 && a.Measures[i].Code == m.Code
}

// outdone tells whether more people than t are counted beside it: 困难救助 71场 救助 12人次, where 118 had 两癌救助.
func outdone(a report.Activity, t report.Tally, tallies []report.Tally) bool {
	people := func(t report.Tally) bool {
		m, ok := a.Measure(t.Measure)
		return ok && m.Persons != report.NoPersons && slices.Contains(personUnits, t.Unit)
	}
	return people(t) && slices.ContainsFunc(tallies, func(other report.Tally) bool {
		return !other.Part && people(other) && other.Value > t.Value
	})
}

func shortName(a report.Activity) string {
	if a.Short == "" {
		return a.Name
	}
	return a.Short
}
