package digest

import "huibao/report"

// goal is a target and how far it is reached.
type goal struct {
	bar        // its value: tenths of a percent
	time int64 // the share of the year that is gone, the same
}

// goals gives targets in the order they come in.
func (s Scene) goals(list []report.Completion, through report.Day) (rows []goal) {
	for _, c := range list {
		rows = append(rows, s.goal(s.targetName(c), c, through))
	}
	return rows
}

func (s Scene) goal(name string, c report.Completion, through report.Day) goal {
	done, end := amount("", c.Done), min(through, report.YearOf(report.Date(c.Year, 1, 1)).Last)
	m := s.measure(c.Activity, c.Measure)
	if m.Money() {
		done = money(c.Done)
	}
	if c.Approx {
		done = "约" + done
	}
	words := done + "／" + amount(m.Unit, c.Value) + "  " + perMille(c.PerMille())
	return goal{bar{name, c.PerMille(), words}, report.TimeShare(end)}
}

// goals draws how far targets are reached: the end of a track is the target, or the farthest where one is beyond it; a line
// marks the share of the year that is gone.
func (d *canvas) goals(heading string, goals []goal) {
	if len(goals) == 0 {
		return
	}
	d.heading(heading)
	farthest := int64(1000)
	for _, g := range goals {
		farthest = max(farthest, g.value)
	}
	for _, g := range goals {
		d.write(margin, d.y+rowHeight-16, styleBody, black, d.fit(styleBody, g.name, inner-20-d.width(styleValue, g.words)))
		d.writeRight(margin+inner, d.y+rowHeight-16, styleValue, black, g.words)
		d.y += rowHeight
		d.box(margin, d.y, share(1000, farthest, inner), 24, track)
		d.box(margin, d.y, share(g.value, farthest, inner), 24, rose)
		d.box(margin+share(g.time, farthest, inner)-2, d.y-2, 4, 36, black)
		d.y += 40
	}
	d.paragraph(styleNote, grey, "竖线：时间进度 "+perMille(goals[0].time))
}
