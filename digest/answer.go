package digest

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

// Answer words what the ledger says to a query:
//
//	长铺镇 普法维权
//	今年1月1日-3月9日
//	9场 参加 约4,120人次
//	资料 约5,300份
//	另有待核1条，未计入
//
// It names its area and days, what waits and is in no sum, and, where the question was not wholly understood, what was asked in
// the end. Split by area or month it is a table with bars (answer_split.go), compared it has the change below each figure
// (answer_compare.go), and it lists reports with who told them (answer_reports.go).
func Answer(s Scene, a report.Answer) Text {
	var d draft
	q := a.Query
	switch {
	case q.Area == 0:
		d.line("没认出是哪个地方：")
		d.all(pack("", "", []string{quotes(q.Unread)}))
		if root, _ := s.Areas.Root(); s.Areas.County(root.ID) == root.ID && s.rankBelow(root.ID) < report.Township && s.rankBelow(root.ID) != report.Unranked {
			d.line("请写明县、乡镇或村，再问一次")
			return d.text()
		}
		d.line("请写明乡镇或村，再问一次")
		return d.text()
	case q.Period.First == 0:
		d.line("没看懂是哪段时间：")
		d.all(pack("", "", []string{quotes(q.Unread)}))
		d.line("请写如：2月、第9周、今年")
		return d.text()
	case q.Period.First > s.Today:
		d.all(pack("", "", []string{q.Period.Chinese(s.Today.Year()), "还没开始，没有数"}))
		return d.text()
	}
	switch {
	case q.About == report.AboutReports || q.About == report.AboutWhy:
		s.reports(&d, a)
	case q.About == report.AboutCompletion:
		s.completed(&d, a)
	case q.By == report.ByArea || q.By == report.ByMonth:
		s.divided(&d, a)
	default:
		d.title("", s.subject(q))
		d.all(s.daysOf(a))
		d.all(s.sums(a))
	}
	d.all(waiting(a))
	d.all(s.readAs(q))
	return d.text()
}

// completed says how far the target is reached that was asked for; where none was set, what was done.
func (s Scene) completed(d *draft, a report.Answer) {
	switch {
	case len(a.Targets) == 1 && a.Query.By == report.ByArea:
		d.begin(CompletionsBelow(s, a.Targets[0], a.Below, a.Through))
	case len(a.Targets) == 1:
		d.begin(Completion(s, a.Targets[0], a.Below, a.Through))
	case len(a.Targets) > 1:
		d.begin(Completions(s, a.Targets, a.Through))
	default:
		d.title("🎯 ", s.subject(a.Query))
		d.all(s.daysOf(a))
		if len(a.Sums) > 0 {
			d.line("没有设目标，只有完成数：")
		} else {
			d.line("没有设目标")
		}
		d.all(s.sums(a))
	}
}

// subject names what a query is about: 长铺镇 普法维权.
func (s Scene) subject(q report.Query) string {
	switch {
	case q.Activity != "":
		return s.area(q.Area) + " " + shortName(s.activity(q.Activity))
	case q.Measure != "":
		return s.area(q.Area) + " " + s.anywhere(q.Measure).Short
	}
	return s.area(q.Area) + " 活动"
}

// anywhere gives a measure as the first activity that has it calls it.
func (s Scene) anywhere(code string) report.Measure {
	for _, a := range s.Catalogue.Activities {
		if m, ok := a.Measure(code); ok {
			return m
		}
	}
	return report.Measure{Code: code, Name: code, Short: code}
}

// daysOf names an answer's period, and the last day with data where it still runs.
func (s Scene) daysOf(a report.Answer) []string {
	p, through := a.Query.Period, a.Through
	name := p.Chinese(s.Today.Year())
	if a.Closed {
		name += "(已封账)"
	}
	switch {
	case through >= p.Last:
		return []string{name}
	case p.Kind == report.Year:
		return []string{"今年" + report.Period{Kind: report.Range, First: p.First, Last: through}.Chinese(s.Today.Year())}
	}
	return pack("", "", []string{name + "，", "还没完(到" + s.date(through) + ")"})
}

// sums writes the sums of one activity, of all, or of one measure wherever activities have it.
func (s Scene) sums(a report.Answer) []string {
	q := a.Query
	if len(a.Sums) == 0 && len(a.Base) == 0 {
		return append(s.nothing(a), s.noBase(a)...)
	}
	switch {
	case q.Against != report.AgainstNothing:
		return s.compared(a)
	case q.Activity != "":
		return s.ofOne(a)
	case q.Measure != "":
		return s.ofMeasure(a)
	}
	return append([]string{"共 " + number(report.EventsOf(a.Sums, "")) + "场"}, s.activities(a.Sums)...)
}

// nothing says that there is no number, which is not the same as 0 before the county began to report.
func (s Scene) nothing(a report.Answer) []string {
	switch {
	case a.Through < a.Query.Period.Last:
		return []string{"还没有记录"}
	case a.Begun > a.Query.Period.Last:
		return pack("", "", []string{began(a.Begun) + "，", "那时还没有数"})
	}
	return []string{"没有记录"}
}

// began says when the county began to report.
func began(d report.Day) string {
	return "系统" + itoa(d.Year()) + "年" + itoa(monthOf(d)) + "月启用"
}

// ofOne writes the figures of one activity, the one that was asked for first.
func (s Scene) ofOne(a report.Answer) []string {
	q := a.Query
	figures := s.figures(a)
	var lines []string
	events := number(report.EventsOf(a.Sums, q.Activity)) + "场"
	switch {
	case len(figures) == 0 && q.Measure != "" && q.Measure != report.MeasureSessions:
		return []string{events, "没有报" + measureName(s.measure(q.Activity, q.Measure), "") + "的数"}
	case len(figures) == 0:
		return []string{events}
	}
	lines = pack("", " ", []string{events, figures[0]})
	if q.Measure != "" && q.Measure != report.MeasureSessions && !slices.ContainsFunc(a.Sums, func(t report.Tally) bool { return t.Measure == q.Measure }) {
		lines = []string{events, "没有报" + measureName(s.measure(q.Activity, q.Measure), "") + "的数", figures[0]}
	}
	for i, f := range figures[1:] {
		if i == mostLines-3 {
			return append(lines, "……还有"+itoa(len(figures)-1-i)+"项")
		}
		lines = append(lines, f)
	}
	return lines
}

// figures writes the sums of one activity in the order of its measures, the one that was asked for first: 参加 约4,120人次.
func (s Scene) figures(a report.Answer) []string {
	var list []string
	for _, t := range s.ordered(a.Query, a.Sums) {
		m := s.measure(t.Activity, t.Measure)
		name := measureName(m, t.Label)
		if t.Part {
			name = "其中" + name
		}
		list = append(list, name+" "+sum(m, t))
	}
	return list
}

// ordered gives the sums that are figures in the order they are told: what was asked for, then as the catalogue has them.
// What counts the events a second time is left out.
func (s Scene) ordered(q report.Query, tallies []report.Tally) []report.Tally {
	tallies = slices.DeleteFunc(slices.Clone(tallies), func(t report.Tally) bool {
		return t.Measure == "" || t.Measure == report.MeasureSessions && !t.Part
	})
	place := func(t report.Tally) int {
		if t.Measure == q.Measure && !t.Part {
			return -2
		}
		return slices.IndexFunc(s.activity(t.Activity).Measures, func(m report.Measure) bool { return m.Code == t.Measure })
	}
	slices.SortStableFunc(tallies, func(x, y report.Tally) int {
		return cmp.Or(cmp.Compare(s.place(x.Activity), s.place(y.Activity)), cmp.Compare(place(x), place(y)), x.Key.Compare(y.Key))
	})
	return tallies
}

// ofMeasure adds up one measure over the activities that have it, and says which:
//
//	共 86,500元
//	走访慰问 61,500元
//	三送五促 25,000元
func (s Scene) ofMeasure(a report.Answer) []string {
	parts := s.ordered(a.Query, a.Sums)
	if len(parts) == 0 {
		return s.nothing(a)
	}
	var lines []string
	sums := together(parts)
	if len(s.codes(parts)) == 1 {
		sums = nil // one activity has it all
	}
	for _, t := range sums {
		words := []string{"共", sum(s.measure(t.Activity, t.Measure), t)}
		if t.Label != "" {
			words = slices.Insert(words, 1, clean(t.Label, 12))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	if len(lines) > 6 {
		lines = append(lines[:5], "……还有"+itoa(len(lines)-5)+"项")
	}
	for i, t := range parts {
		if i >= mostLines-2 {
			return append(lines, "……还有"+itoa(len(parts)-i)+"项")
		}
		name := shortName(s.activity(t.Activity))
		if t.Label != "" {
			name += " " + clean(t.Label, 12)
		}
		lines = append(lines, name+" "+sum(s.measure(t.Activity, t.Measure), t))
	}
	return lines
}

// together adds up sums of the same unit and label over activities.
func together(parts []report.Tally) []report.Tally {
	var list []report.Tally
	for _, t := range parts {
		i := slices.IndexFunc(list, func(o report.Tally) bool { return o.Unit == t.Unit && o.Label == t.Label })
		if i < 0 {
			list = append(list, t)
			continue
		}
		list[i].Value += t.Value
		list[i].Approx += t.Approx
	}
	return list
}

// waiting says what fits and is in no sum.
func waiting(a report.Answer) []string {
	var lines []string
	if a.Held > 0 {
		lines = append(lines, "另有待核"+itoa(a.Held)+"条，未计入")
	}
	if a.Asked > 0 {
		lines = append(lines, "另有待确认"+itoa(a.Asked)+"条，未计入")
	}
	return lines
}

// readAs says, where a question was not wholly understood, what was answered instead.
func (s Scene) readAs(q report.Query) []string {
	if len(q.Unread) == 0 {
		return nil
	}
	words := []string{s.area(q.Area), s.spoken(q.Period)}
	for _, one := range q.Each() {
		if one.Activity != "" {
			words = append(words, shortName(s.activity(one.Activity)))
		}
		switch {
		case one.Measure == "" || len(q.Also) > 0:
		case one.Activity != "":
			words = append(words, measureName(s.measure(one.Activity, one.Measure), ""))
		default:
			words = append(words, s.anywhere(one.Measure).Short)
		}
	}
	words[0] = "按“" + words[0]
	for i := range words[:len(words)-1] {
		words[i] += "、"
	}
	words[len(words)-1] += "”查的"
	lines := pack("", "", words)
	return append(lines, pack("", "", []string{"没看懂：", quotes(q.Unread)})...)
}

// spoken names a period as people do.
func (s Scene) spoken(p report.Period) string {
	if p.Kind == report.Year {
		switch s.Today.Year() - p.First.Year() {
		case 0:
			return "今年"
		case 1:
			return "去年"
		}
	}
	return p.Chinese(s.Today.Year())
}
