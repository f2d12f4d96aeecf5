package digest

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

// mostLines is how many lines the activities of a digest may take, so that all of it stays on one phone screen.
const mostLines = 20

// Summary writes the digest of a week, a month, a year or any other period:
//
//	📋 第10周 3月2日-8日
//	活动 37场(上周32)
//	普法维权 12场 约3,420人次
//	走访慰问 11场 62户
//	　慰问金 31,000元
//	待核2条(未计入)
//	未报：水口乡、东山侗族乡
//
// Activities stand in the catalogue's order, so that a reader finds each where it was last time. Where they do not fit,
// first the smaller figures go, then the money, then the activities at the end, which are counted: ……还有N项.
func Summary(s Scene, sum report.Summary) Text {
	var d draft
	d.title("📋 ", s.heading(sum))
	if sum.Through < sum.Period.Last {
		d.line("到", s.day(sum.Through, 0), "，还没结束")
	}
	d.all(s.total(sum))
	d.all(s.activities(sum.Current))
	d.all(s.yearToDate(sum))
	if sum.Held > 0 {
		d.line("待核", itoa(sum.Held), "条(未计入)")
	}
	if sum.Asked > 0 {
		d.line("待确认", itoa(sum.Asked), "条(未计入)")
	}
	if len(sum.Nil) > 0 {
		d.line("零报告", itoa(len(sum.Nil)), "个")
	}
	d.all(s.silent(sum))
	d.all(missed(sum.Missed))
	return d.text()
}

// heading names the period, and the area where it is not the whole county.
func (s Scene) heading(sum report.Summary) string {
	words := sum.Period.Chinese(s.Today.Year())
	if root, ok := s.Areas.Root(); !ok || root.ID != sum.Area {
		words = s.area(sum.Area) + " " + words
	}
	return words
}

// total says how many events there were, beside the period before.
func (s Scene) total(sum report.Summary) []string {
	now := "活动 " + number(report.EventsOf(sum.Current, "")) + "场"
	before := previousName(sum.Period.Kind)
	if !sum.HasPrevious {
		return pack("", "", []string{now, "(" + before + "—，系统还没有数)"})
	}
	if sum.Through < sum.Period.Last {
		before += "共" // all of it, beside a part of this one
	}
	return pack("", "", []string{now, "(" + before + number(report.EventsOf(sum.Previous, "")) + ")"})
}

// yearToDate says how many events the year has had so far, where that is not the same number again.
func (s Scene) yearToDate(sum report.Summary) []string {
	n := report.EventsOf(sum.YearToDate, "")
	if sum.Period.Kind == report.Year || n == report.EventsOf(sum.Current, "") {
		return nil
	}
	year := "今年"
	if sum.Through.Year() != s.Today.Year() {
		year = "当年"
	}
	return []string{year + "到" + s.date(sum.Through) + " 共" + number(n) + "场"}
}

func previousName(kind report.PeriodKind) string {
	switch kind {
	case report.Week:
		return "上周"
	case report.Month:
		return "上月"
	case report.Quarter:
		return "上季"
	case report.Year:
		return "上年"
	}
	return "前一期"
}

// activities writes one block an activity: its events and first figure, and below it the others.
func (s Scene) activities(tallies []report.Tally) []string {
	blocks := s.blocks(tallies)
	if len(blocks) == 0 {
		return []string{"这一期还没有记录"}
	}
	for detail := everything; detail >= headlines; detail-- {
		var lines []string
		for _, b := range blocks {
			lines = append(lines, b.lines(detail)...)
		}
		if len(lines) <= mostLines {
			return lines
		}
	}
	var lines []string
	for _, b := range blocks[:mostLines-1] {
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
	name   string
	events int64
	head   string
	money  []string
	others []string // all figures below the head, money among them
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
	b := block{name: shortName(a), events: report.EventsOf(tallies, a.Code)}
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
			if t.Label != "" || !leads(a, m) {
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

func shortName(a report.Activity) string {
	if a.Short == "" {
		return a.Name
	}
	return a.Short
}

// silent names the areas directly below that have nothing in the period.
func (s Scene) silent(sum report.Summary) []string {
	if len(sum.Silent) == 0 || len(sum.Current) == 0 {
		return nil // that there is nothing at all was said above already
	}
	const most = 6
	var names []string
	for _, id := range sum.Silent[:min(most, len(sum.Silent))] {
		names = append(names, s.area(id))
	}
	names = append([]string{"未报" + itoa(len(sum.Silent)) + "："}, listed(names)...)
	if rest := len(sum.Silent) - most; rest > 0 {
		names = append(names, "……还有"+itoa(rest)+"个")
	}
	return pack("", "", names)
}

// missed says which earlier digests were not sent, and how to read them.
func missed(periods []report.Period) []string {
	if len(periods) == 0 {
		return nil
	}
	kind := periods[0].Kind
	unit := map[report.PeriodKind]string{report.Week: "周", report.Month: "个月", report.Quarter: "个季度", report.Half: "个半年",
		report.Year: "年", report.Range: "期"}[kind]
	line := "另有" + itoa(len(periods)) + unit + "未发，可查"
	return pack("", "", []string{line, " /" + string(kind) + " " + periods[0].Key()})
}
