package digest

import "huibao/report"

// reports lists a page of the reports that make up a number:
//
//	普法维权｜长铺镇 1／3
//	今年1月1日-3月9日
//	118号 3月8日 长铺社区
//	　280人次 李梅
func (s Scene) reports(d *draft, a report.Answer) {
	q := a.Query
	what := "活动"
	if q.Activity != "" {
		what = shortName(s.activity(q.Activity))
	} else if q.Measure != "" {
		what = s.anywhere(q.Measure).Short
	}
	head := what + "｜" + s.area(q.Area)
	if a.Pages > 1 {
		head += " " + itoa(a.Page) + "／" + itoa(a.Pages)
	}
	d.title("", head)
	d.all(s.daysOf(q.Period, a.Through))
	if q.About == report.AboutWhy {
		d.all(s.why(a))
	}
	if len(a.Reports) == 0 {
		d.line("没有计入的汇报")
	}
	for _, r := range a.Reports {
		d.all(s.counted(q, r, a.By[r.By]))
	}
}

// why says what number the listed reports make up, and whether it is the one that was asked about.
func (s Scene) why(a report.Answer) []string {
	q := a.Query
	if a.Total == 0 {
		return nil
	}
	c := s.quantity(a)
	value, approx := c.of(a.Sums, q.Activity)
	words := number(value) + "场"
	if !c.events {
		words = sum(c.measure, report.Tally{Key: report.Key{Unit: c.unit, Label: c.label}, Value: value, Approx: boolInt(approx)})
	}
	lines := pack("", " ", []string{words + " ＝", itoa(a.Total) + "条汇报的合计"})
	if q.Number == 0 || q.Number == value || c.unit == report.MoneyUnit && q.Number*100 == value {
		return lines
	}
	asked := number(q.Number)
	return append(pack("", "", []string{"现在的数不是" + asked + "，是：", ""}), lines...)
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// counted writes a report with what it adds to the number, and who told it.
func (s Scene) counted(q report.Query, r report.Report, by string) []string {
	head := []string{itoa(r.ID) + "号", s.days(r), s.area(r.Area)}
	if q.Activity == "" {
		head = append(head, s.activityName(r))
	}
	var figures []string
	for _, f := range r.Figures {
		if q.Measure == "" || q.Measure == report.MeasureSessions || f.Measure != q.Measure || f.Part || f.Claim {
			continue
		}
		f.Value, f.Running, f.Base = f.Value-f.Base, false, 0
		words := figureValue(f)
		if f.Label != "" {
			words = clean(f.Label, 12) + " " + words
		}
		figures = append(figures, words)
	}
	if len(figures) == 0 {
		figures = s.figureParts(r)
	}
	lines := pack("", " ", head)
	rest := pack(indent, " ", append(figures, clean(by, 20)))
	if len(rest) > 2 {
		rest = append(rest[:1], indent+"……"+clean(by, 20))
	}
	return append(lines, rest...)
}
