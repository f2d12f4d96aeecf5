package digest

import (
	"cmp"
	"slices"

	"huibao/report"
)

// mostCompared is how many figures are compared in one answer.
const mostCompared = 6

// compared writes the sums with what they are compared with below each:
//
//	12场
//	　去年同期10场 ＋20.0%
//	参加 约15,845人次
//	　去年同期12,380人次 ＋28.0%
//	去年同期：2025年1月1日-3月9日
func (s Scene) compared(a report.Answer) []string {
	q := a.Query
	base := baseName(a)
	var lines []string
	if q.Measure == "" || q.Activity != "" {
		lines = append(lines, s.comparedEvents(a, base)...)
	}
	if q.Activity == "" && q.Measure == "" {
		lines = append(lines, s.comparedActivities(a, base)...)
	} else {
		lines = append(lines, s.comparedFigures(a, base)...)
	}
	if missing := s.noBase(a); missing != nil {
		return append(lines, missing...)
	}
	return append(lines, pack("", "", []string{base + "：", a.BaseOf.Chinese(s.Today.Year())})...)
}

func (s Scene) comparedEvents(a report.Answer, base string) []string {
	now, before := report.EventsOf(a.Sums, a.Query.Activity), report.EventsOf(a.Base, a.Query.Activity)
	head := number(now) + "场"
	if a.Query.Activity == "" {
		head = "共 " + head
	}
	if a.NoBase != report.HasBase {
		return []string{head}
	}
	return append([]string{head}, pack(indent, " ", []string{base + number(before) + "场", change(now, before)})...)
}

// comparedActivities has one line an activity: 普法维权 12场(上月10) ＋20.0%.
func (s Scene) comparedActivities(a report.Answer, base string) []string {
	codes := s.codes(slices.Concat(a.Sums, a.Base))
	var lines []string
	for i, code := range codes {
		if i == mostLines-4 {
			return append(lines, "……还有"+itoa(len(codes)-i)+"项")
		}
		now, before := report.EventsOf(a.Sums, code), report.EventsOf(a.Base, code)
		words := shortName(s.activity(code)) + " " + number(now) + "场"
		if a.NoBase == report.HasBase {
			words += "(" + base + number(before) + ") " + change(now, before)
		}
		lines = append(lines, words)
	}
	return lines
}

// codes gives the activities in tallies, in the catalogue's order.
func (s Scene) codes(tallies []report.Tally) []string {
	var codes []string
	for _, t := range tallies {
		if !slices.Contains(codes, t.Activity) {
			codes = append(codes, t.Activity)
		}
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(s.place(a), s.place(b)), cmp.Compare(a, b)) })
	return codes
}

// comparedFigures compares the first figures of an activity, or a measure's total over activities.
func (s Scene) comparedFigures(a report.Answer, base string) []string {
	q := a.Query
	now, before := s.ordered(q, a.Sums), s.ordered(q, a.Base)
	if q.Activity == "" {
		now, before = together(now), together(before)
	}
	for _, b := range before { // what there was and is no more
		if !slices.ContainsFunc(now, func(t report.Tally) bool { return sameSum(q, t, b) }) {
			b.Value, b.Approx = 0, 0
			now = append(now, b)
		}
	}
	var lines []string
	for i, t := range now {
		if i == mostCompared {
			return append(lines, "……还有"+itoa(len(now)-i)+"项")
		}
		m := s.measure(t.Activity, t.Measure)
		name := measureName(m, t.Label)
		if t.Part {
			name = "其中" + name
		}
		if q.Activity == "" {
			name = "共"
		}
		lines = append(lines, name+" "+sum(m, t))
		if a.NoBase != report.HasBase {
			continue
		}
		was := t
		was.Value, was.Approx = 0, 0
		if j := slices.IndexFunc(before, func(b report.Tally) bool { return sameSum(q, t, b) }); j >= 0 {
			was = before[j]
		}
		lines = append(lines, pack(indent, " ", []string{base + sum(m, was), change(t.Value, was.Value)})...)
	}
	return lines
}

func sameSum(q report.Query, a, b report.Tally) bool {
	if q.Activity == "" {
		return a.Unit == b.Unit && a.Label == b.Label
	}
	return a.Key == b.Key
}

// noBase says why there is nothing to compare with; nil where there is.
func (s Scene) noBase(a report.Answer) []string {
	base := baseName(a)
	days := base + "(" + a.BaseOf.Chinese(s.Today.Year()) + ")："
	switch a.NoBase {
	case report.BeforeBegin:
		if a.Begun == 0 {
			return pack("", "", []string{days, "系统还没有数，不能比"})
		}
		began := began(a.Begun) + "，"
		if a.Begun > a.BaseOf.Last {
			return pack("", "", []string{days, began, "没有数，不能比"})
		}
		return pack("", "", []string{days, began, "数不全，不能比"})
	case report.BaseIsZero:
		return pack("", "", []string{days, "没有记录，不能比"})
	case report.BaseIsNone:
		return pack("", "", []string{base + "：—", "(上一年没有第53周)"})
	}
	return nil
}

func monthOf(d report.Day) int64 {
	_, m, _ := d.Date()
	return int64(m)
}

// baseName says what a number is compared with.
func baseName(a report.Answer) string {
	if a.Query.Against == report.AgainstLastYear {
		return "去年同期"
	}
	name := previousName(a.Query.Period.Kind)
	if a.Through < a.Query.Period.Last {
		name += "同期"
	}
	return name
}

// change writes by how much a number grew: ＋12.5%, －3.0%, 持平, and — where there was nothing before.
func change(now, before int64) string {
	switch {
	case before == 0 && now == 0, now == before:
		return "持平"
	case before == 0:
		return "—"
	}
	n := report.PerMille(now-before, before)
	if n < 0 {
		return "－" + perMille(-n)
	}
	return "＋" + perMille(n)
}

// perMille writes tenths of a percent: 12.5%.
func perMille(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "－", -n
	}
	return sign + number(n/10) + "." + itoa(n%10) + "%"
}
