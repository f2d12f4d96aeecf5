package digest

import (
	"slices"

	"huibao/report"
)

// MostTopics is how many activities one answer has; briefFigures how many figures each, where none was asked for.
const (
	MostTopics   = 4
	briefFigures = 3
)

// ActivityName gives an activity's short name, as on a button.
func ActivityName(s Scene, code string) string { return shortName(s.activity(code)) }

// Answers words what the ledger says to a query about several activities, each in short:
//
//	绥宁县
//	今年1月1日-3月9日
//	普法维权
//	9场 参加 约4,120人次
//	家庭教育
//	3场 参加 180人次
func Answers(s Scene, q report.Query, list []report.Answer) Text {
	var d draft
	if q.About == report.AboutCompletion {
		d.title("🎯 ", s.area(q.Area))
		d.line(s.TimeShare(q.Period.First.Year(), list[0].Through))
	} else {
		d.title("", s.area(q.Area))
		d.all(s.daysOf(list[0]))
	}
	for _, a := range list {
		d.title("", shortName(s.activity(a.Query.Activity)))
		var lines []string
		if q.About == report.AboutCompletion {
			lines = s.briefTargets(a)
		} else {
			lines = s.brief(a)
		}
		d.all(append(lines, waiting(a)...))
	}
	if more := len(q.Each()) - len(list); more > 0 {
		d.line("一次最多答", itoa(len(list)), "项，其余请按下面")
	}
	d.all(s.readAs(q))
	return d.text()
}

// brief gives the sums of an activity with the figure that was asked for, or with the first few.
func (s Scene) brief(a report.Answer) []string {
	asked := a.Query.Measure
	figures := s.ordered(a.Query, slices.Concat(a.Sums, a.Base))
	if len(figures) > 0 && figures[0].Measure != asked {
		asked = ""
	}
	most := briefFigures
	if a.Query.Against != report.AgainstNothing {
		most = 1 // each has two lines
	}
	shown := map[string]bool{"": true, report.MeasureSessions: true}
	for _, t := range figures {
		if asked == t.Measure || asked == "" && a.Query.Measure == "" && len(shown) < most+2 {
			shown[t.Measure] = true
		}
	}
	left := func(t report.Tally) bool { return !shown[t.Measure] }
	a.Sums, a.Base = slices.DeleteFunc(slices.Clone(a.Sums), left), slices.DeleteFunc(slices.Clone(a.Base), left)
	return s.sums(a)
}

// briefTargets gives how far the targets of an activity are reached; where none was set, what was done.
func (s Scene) briefTargets(a report.Answer) []string {
	if len(a.Targets) == 0 {
		return append([]string{"没有设目标"}, s.brief(a)...)
	}
	var lines []string
	for _, c := range a.Targets[:min(briefFigures, len(a.Targets))] {
		lines = append(lines, pack("", " ", []string{measureName(s.measure(c.Activity, c.Measure), ""), s.CompletionLine(c)})...)
	}
	if n := len(a.Targets) - briefFigures; n > 0 {
		lines = append(lines, "……还有"+itoa(n)+"项")
	}
	return lines
}

// OneByOne asks for which of its activities a query is to be answered first: a list or a table is of one.
func OneByOne(s Scene, q report.Query) Text {
	var d draft
	d.title("", s.area(q.Area))
	d.line("明细和分表一次看一项，请选：")
	d.all(s.readAs(q))
	return d.text()
}
