package digest

import (
	"cmp"
	"slices"

	"huibao/report"
)

// Completions lists how far the targets of one area are reached, beside the share of the year that is gone:
//
//	🎯 目标任务 2026年
//	时间进度 18.6%(到3月9日)
//	两癌检查 1,180／6,000人 19.7%
//	　乡镇合计5,900，差100
//
// list is of one area and year. Over 100 % is shown as it is.
func Completions(s Scene, list []report.Completion, through report.Day) Text {
	var d draft
	if len(list) == 0 {
		d.title("🎯 ", "目标任务")
		d.line("没有设目标")
		return d.text()
	}
	d.title("🎯 ", s.ofArea(list[0].Area)+"目标任务 "+itoa(list[0].Year)+"年")
	d.line(s.TimeShare(list[0].Year, through))
	const most = 24
	for i, c := range list {
		lines := append(pack("", " ", []string{s.targetName(c), s.CompletionLine(c)}), s.uneven(c, indent)...)
		if d.lines+len(lines) > most {
			d.line("……还有", itoa(len(list)-i), "项")
			break
		}
		d.all(lines)
	}
	return d.text()
}

// Completion shows one target, and of the areas directly below who is furthest and who is least far:
//
//	🎯 两癌检查 2026年
//	1,180／6,000人 19.7%
//	时间进度 18.6%
//	最快 长铺镇 31.0%
//	最慢 水口乡 4.0%
func Completion(s Scene, c report.Completion, below []report.Completion, through report.Day) Text {
	var d draft
	d.title("🎯 ", s.ofArea(c.Area)+s.targetName(c)+" "+itoa(c.Year)+"年")
	d.line(s.CompletionLine(c))
	d.line(s.TimeShare(c.Year, through))
	d.all(s.uneven(c, ""))
	var same []report.Completion
	for _, b := range below {
		if b.Activity == c.Activity && b.Measure == c.Measure && b.Year == c.Year {
			same = append(same, b)
		}
	}
	if len(same) > 1 {
		byShare := func(a, b report.Completion) int { return cmp.Compare(a.PerMille(), b.PerMille()) }
		fastest, slowest := slices.MaxFunc(same, byShare), slices.MinFunc(same, byShare)
		if fastest.PerMille() > slowest.PerMille() {
			d.line("最快 ", s.area(fastest.Area), " ", perMille(fastest.PerMille()))
			d.line("最慢 ", s.area(slowest.Area), " ", perMille(slowest.PerMille()))
		}
	}
	return d.text()
}

// CompletionsBelow lists how far one target is reached by the areas directly below, in the order of the tree.
func CompletionsBelow(s Scene, c report.Completion, below []report.Completion, through report.Day) Text {
	var d draft
	d.title("🎯 ", s.targetName(c)+" "+itoa(c.Year)+"年 "+s.split(c.Area))
	d.line(s.TimeShare(c.Year, through))
	const most = 24
	lines := 0
	for _, b := range below {
		if b.Activity != c.Activity || b.Measure != c.Measure {
			continue
		}
		if lines++; lines <= most {
			d.all(pack("", " ", []string{s.area(b.Area), s.CompletionLine(b)}))
		}
	}
	switch {
	case lines == 0:
		d.line("没有分到下面的目标")
	case lines > most:
		d.line("……还有", itoa(lines-most), "个")
	}
	return d.text()
}

// CompletionLine says how far a target is reached, without its name: 1,180／6,000人 19.7%.
func (s Scene) CompletionLine(c report.Completion) string {
	m := s.measure(c.Activity, c.Measure)
	done := number(c.Done)
	if m.Money() {
		done = money(c.Done)
	}
	if c.Approx {
		done = "约" + done
	}
	return done + "／" + amount(m.Unit, c.Value) + " " + perMille(c.PerMille())
}

// TimeShare says how much of a year is gone: 时间进度 18.6%(到3月9日).
func (s Scene) TimeShare(year int, through report.Day) string {
	end := report.YearOf(report.Date(year, 12, 31))
	through = max(min(through, end.Last), end.First)
	line := "时间进度 " + perMille(report.TimeShare(through))
	if through < end.Last {
		line += "(到" + s.date(through) + ")"
	}
	return line
}

// targetName names what a target is for: the activity alone where its first measure is meant, else with the measure.
func (s Scene) targetName(c report.Completion) string {
	a := s.activity(c.Activity)
	m := s.measure(c.Activity, c.Measure)
	if leads(a, m) && !m.Money() {
		return shortName(a)
	}
	return shortName(a) + " " + measureName(m, "")
}

// ofArea names an area that is not the whole county, for a title.
func (s Scene) ofArea(id int64) string {
	if root, ok := s.Areas.Root(); ok && root.ID == id {
		return ""
	}
	return s.area(id) + " "
}

// uneven says that a target is not the sum of those of the areas directly below: 乡镇合计5,900，差100.
func (s Scene) uneven(c report.Completion, lead string) []string {
	if !c.Split || c.Below == c.Value {
		return nil
	}
	m := s.measure(c.Activity, c.Measure)
	write := number
	if m.Money() {
		write = money
	}
	apart := "，差" + write(c.Value-c.Below)
	if c.Below > c.Value {
		apart = "，多" + write(c.Below-c.Value)
	}
	name := "下级合计"
	if below := s.rankBelow(c.Area); below != report.Unranked && below < report.Village {
		name = below.Plural() + "合计"
	}
	return pack(lead, "", []string{name + write(c.Below) + apart})
}
