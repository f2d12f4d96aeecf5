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
	head := s.whatIs(q) + "｜" + s.area(q.Area)
	if a.Pages > 1 {
		head += " " + itoa(a.Page) + "／" + s.many(a, a.Pages)
	}
	d.title("", head)
	d.all(s.daysOf(a))
	if q.About == report.AboutWhy {
		if known := s.why(d, a); !known {
			return
		}
	}
	if len(a.Reports) == 0 {
		d.line("没有计入的汇报")
	}
	for _, r := range a.Reports {
		d.all(s.counted(q, r, a.By[r.By]))
	}
}

// many writes a number of reports or pages, 多 where not all of them were counted.
func (Scene) many(a report.Answer, n int) string {
	if a.More {
		return itoa(n) + "多"
	}
	return itoa(n)
}

// whatIs names what the reports are about: 普法维权, of a number 普法维权 参加.
func (s Scene) whatIs(q report.Query) string {
	switch {
	case q.Activity != "" && q.Measure != "" && q.About == report.AboutWhy:
		return shortName(s.activity(q.Activity)) + " " + measureName(s.measure(q.Activity, q.Measure), "")
	case q.Activity != "":
		return shortName(s.activity(q.Activity))
	case q.Measure != "":
		return s.anywhere(q.Measure).Short
	}
	return "活动"
}

// why says what number the listed reports make up, and whether it is the one that was asked about. It is false where no
// number of those days is, and nothing else says which was meant.
func (s Scene) why(d *draft, a report.Answer) bool {
	q := a.Query
	c := s.quantity(a)
	value, approx := c.of(a.Sums, q.Activity)
	switch {
	case a.Restated != nil && len(a.Restated.Lines) > 0:
		d.line(s.date(report.DayOf(a.Restated.Published)), "发布时是", c.words(q.Number, false), "，")
		d.line("后来有", itoa(len(a.Restated.Lines[0].By)), "条改动：")
		d.all(s.restating(a.Restated.Lines[0], c))
		d.line("现在是：")
	case a.Found:
	case q.Activity == "" && q.Measure == "":
		d.line("没有找到", number(q.Number), "这个数")
		d.line("请写明是哪一项，如")
		d.line("普法参加人数为什么是", itoa(q.Number))
		return false
	case q.Activity != "" && q.Measure == "":
		d.line("没有", number(q.Number), "这个数，现在是：")
		d.all(s.ofOne(a))
		return true
	default:
		d.line("没有", c.words(q.Number, false), "这个数，现在是：")
	}
	if a.Total > 0 {
		d.all(pack("", " ", []string{c.sum(value, approx) + " ＝", s.many(a, a.Total) + "条汇报的合计"}))
	}
	return true
}

// mostRestating is how many reports are named that changed a number.
const mostRestating = 5

// restating says which reports changed a number since it was published: ＋60 补报131号 红岩镇.
func (s Scene) restating(l report.Restated, c quantity) []string {
	var lines []string
	for i, by := range l.By {
		if i == mostRestating {
			return append(lines, "……还有"+itoa(len(l.By)-i)+"条")
		}
		sign, n := "＋", by.Change
		if n < 0 {
			sign, n = "－", -n
		}
		what := "辖区合并"
		switch {
		case by.Report != 0 && by.Late:
			what = "补报" + itoa(by.Report) + "号 " + s.area(by.Area)
		case by.Report != 0:
			what = "更正" + itoa(by.Report) + "号 " + s.area(by.Area)
		}
		lines = append(lines, pack(indent, " ", []string{sign + c.words(n, false), what})...)
	}
	return lines
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
	if by = clean(by, 20); by != "" {
		figures = append(figures, by)
	}
	rest := pack(indent, " ", figures)
	if len(rest) > 2 {
		rest = append(rest[:1], indent+"……"+by)
	}
	return append(lines, rest...)
}
