package digest

import (
	"slices"
	"strings"

	"huibao/report"
)

// Amendment is what a correction did, by a message, a button, or by editing the original message.
type Amendment struct {
	Changes []Change
	Edited  bool     // the sender edited the original message in Telegram
	Unread  []string // fragments of the new words that were not counted
	Masked  []string // as in Filing
}

// Change is a report before and after. An Old of revision 0 is a report that came in newly.
type Change struct{ Old, New report.Report }

// Changed says what a correction changed, from what to what:
//
//	✏️ 118号已改
//	参加 320→280人次
//	其余不变，汇总已同步
func Changed(s Scene, a Amendment) Text {
	var d draft
	if len(a.Changes) == 1 {
		s.changedOne(&d, a.Changes[0], a.Edited)
	} else {
		s.changedSeveral(&d, a)
	}
	notCounted(&d, a.Unread, a.Masked)
	return d.text()
}

func (s Scene) changedOne(d *draft, c Change, edited bool) {
	id := itoa(c.New.ID) + "号"
	differences := s.differences(c)
	switch {
	case len(differences) == 0:
		d.line("✏️ ", id, "没有变化")
		return
	case edited:
		d.line("✏️ ", id, "按您编辑的改了")
	default:
		d.line("✏️ ", id, "已改")
	}
	d.all(differences)
	if c.Old.State != c.New.State {
		d.line("汇总已同步")
		return
	}
	d.line("其余不变，汇总已同步")
}

func (s Scene) changedSeveral(d *draft, a Amendment) {
	how := "✏️ 已改"
	if a.Edited {
		how = "✏️ 按您编辑的改了"
	}
	changes := slices.DeleteFunc(slices.Clone(a.Changes), func(c Change) bool { return len(s.differences(c)) == 0 })
	d.line(how, itoa(len(changes)), "项")
	for i, c := range changes {
		if i == mostItems {
			d.line("……还有", itoa(len(changes)-mostItems), "项，发 /mine 可查")
			break
		}
		lines := s.differences(c)
		d.line(itoa(c.New.ID), "号 ", s.activityName(c.New))
		for _, l := range lines {
			d.line(indent, l)
		}
	}
	if same := len(a.Changes) - len(changes); same > 0 {
		d.line("其余", itoa(same), "项不变")
	}
	d.line("汇总已同步")
}

// differences gives a line for each thing that is not as it was.
func (s Scene) differences(c Change) []string {
	before, after := c.Old, c.New
	if before.Rev == 0 {
		return append([]string{"新增 " + s.area(after.Area) + " " + s.date(after.Day)}, s.figureLines(after)...)
	}
	var lines []string
	arrow := func(what, from, to string) {
		if from != to {
			lines = append(lines, pack("", "", []string{what + " " + blank(from), "→" + blank(to)})...)
		}
	}
	if before.State != after.State {
		lines = append(lines, stateChange(before.State, after.State))
	}
	arrow("活动", s.activityName(before), s.activityName(after))
	if before.Area != after.Area {
		arrow("地点", s.area(before.Area), s.area(after.Area))
	}
	if before.Org != after.Org {
		arrow("主办", s.area(before.Org), s.area(after.Org))
	}
	arrow("场地", clean(before.Place, 20), clean(after.Place, 20))
	if before.Day != after.Day || before.Until != after.Until {
		arrow("日期", s.days(before), s.days(after))
	}
	return append(lines, s.figureChanges(before, after)...)
}

func blank(s string) string {
	if s == "" {
		return "(无)"
	}
	return s
}

func (s Scene) days(r report.Report) string {
	if r.Until > r.Day {
		return s.day(r.Day, r.Until)
	}
	return s.date(r.Day)
}

func stateChange(before, after report.State) string {
	switch {
	case after == report.Withdrawn:
		return "撤回，不再计入"
	case before == report.Withdrawn && after == report.Filed:
		return "还原，重新计入"
	}
	return "状态 " + stateName(before) + "→" + stateName(after)
}

func stateName(state report.State) string {
	switch state {
	case report.Asked:
		return "待确认，未计入"
	case report.Held:
		return "待核，未计入"
	case report.Filed:
		return "已计入"
	case report.Same:
		return "与另一条是同一场"
	case report.Withdrawn:
		return "已撤回，不计入"
	}
	return string(state)
}

// figureChanges pairs the figures before and after by what they count, and tells those that differ.
func (s Scene) figureChanges(before, after report.Report) []string {
	var lines []string
	left := slices.Clone(after.Figures)
	for _, old := range before.Figures {
		i := slices.IndexFunc(left, func(f report.Figure) bool { return sameKind(f, old) })
		if i < 0 {
			lines = append(lines, "去掉 "+Figure(s.measure(before.Activity, old.Measure), old))
			continue
		}
		if left[i] != old {
			lines = append(lines, figureChange(s.measure(after.Activity, old.Measure), old, left[i]))
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		lines = append(lines, "增加 "+Figure(s.measure(after.Activity, f.Measure), f))
	}
	return lines
}

// sameKind tells whether two figures answer the same question.
func sameKind(a, b report.Figure) bool {
	return a.Measure == b.Measure && a.Label == b.Label && a.Part == b.Part && a.Claim == b.Claim
}

// figureChange writes 参加 320→280人次; the unit stands once where it stays the same.
func figureChange(m report.Measure, from, to report.Figure) string {
	name, old := figureName(m, to), figureValue(from)
	if name == "" {
		name = "场次"
	}
	if from.Unit == to.Unit {
		old = strings.TrimSuffix(old, to.Unit)
	}
	return name + " " + old + "→" + figureValue(to)
}
