package digest

import "huibao/report"

// Mine lists a member's own reports, newest first. More tells that there are older ones.
func Mine(s Scene, reports []report.Report, more bool) Text {
	var d draft
	if len(reports) == 0 {
		d.line("您还没有汇报")
		d.line("活动做完写一句就行，如")
		d.line(Example)
		return d.text()
	}
	const most = 10
	d.title("📝 ", "我的汇报")
	for i, r := range reports {
		if i == most {
			more = true
			break
		}
		d.all(s.entry(r))
	}
	if more {
		d.line("……还有更早的")
	}
	d.line("发 /find 编号 看原话和改动")
	return d.text()
}

// entry writes a report in two lines, or three where its figures need it.
func (s Scene) entry(r report.Report) []string {
	head := []string{itoa(r.ID) + "号", s.days(r), s.activityName(r)}
	lines := pack("", " ", head)
	parts := append([]string{s.area(r.Area)}, s.figureParts(r)...)
	if r.State != report.Filed {
		parts = append(parts, "("+stateName(r.State)+")")
	}
	return append(lines, pack(indent, " ", parts)...)
}
