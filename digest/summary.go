package digest

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

const (
	// mostLines is how many lines the activities of a digest may take,
	mostLines = 20
	// leastLines how many they have where there is much else to say,
	leastLines = 8
	// and screen how many all of it has at most between the two: one phone screen.
	screen = 28
)

// Summary writes the digest of a week, a month, a year or any other period:
//
//	📋 第10周 3月2日-8日
//	活动 37场(上周32)
//	普法维权 12场 约3,420人次
//	走访慰问 11场 62户
//	　慰问金 31,000元
//	补改以前：普法维权＋45人次
//	普法维权累计约15,845人次
//	＝上期12,380＋本周3,420＋补改45
//	待核2条(未计入)
//	应报17 已报15 零报告1 未报2
//	未报：水口乡(连续2周)、东山侗族乡
//
// Activities stand in the catalogue's order, so that a reader finds each where it was last time. Where they do not fit,
// first the smaller figures go, then the money, then the activities at the end, which are counted: ……还有N项. Months and
// longer periods stand beside the same days of the year before, and say how far the year's targets are.
func Summary(s Scene, sum report.Summary) Text {
	above, below := s.opening(sum), s.closingLines(sum)
	room := min(max(screen-1-len(above)-len(below), leastLines), mostLines)
	var d draft
	d.title("📋 ", s.heading(sum))
	d.all(above)
	d.all(fitted(s.besideLastYear(sum), room))
	d.all(below)
	return d.text()
}

// opening is what stands between the heading and the activities.
func (s Scene) opening(sum report.Summary) (lines []string) {
	if sum.Through < sum.Period.Last {
		lines = append(lines, "到"+s.day(sum.Through, 0)+"，还没结束")
	}
	return append(lines, s.total(sum)...)
}

// closingLines is what stands under them.
func (s Scene) closingLines(sum report.Summary) (lines []string) {
	lines = append(lines, s.yearToDate(sum)...)
	lines = append(lines, s.amended(sum)...)
	lines = append(lines, s.targets(sum)...)
	if sum.Corrected > 0 {
		lines = append(lines, "封账后更正"+itoa(sum.Corrected)+"条")
	}
	if sum.Held > 0 {
		lines = append(lines, "待核"+itoa(sum.Held)+"条(未计入)")
	}
	if sum.Asked > 0 {
		lines = append(lines, "待确认"+itoa(sum.Asked)+"条(未计入)")
	}
	lines = append(lines, s.owing(sum)...)
	return append(lines, missed(sum.Missed)...)
}

// heading names the period, and the area where it is not the whole county.
func (s Scene) heading(sum report.Summary) string {
	words := sum.Period.Chinese(s.Today.Year())
	if root, ok := s.Areas.Root(); !ok || root.ID != sum.Area {
		words = s.area(sum.Area) + " " + words
	}
	if sum.Closed {
		words += "(已封账)"
	}
	return words
}

// total says how many events there were, beside the period before and, for months and longer, the same days of the year
// before.
func (s Scene) total(sum report.Summary) []string {
	now := "活动 " + number(report.EventsOf(sum.Current, "")) + "场"
	before := previousName(sum.Period.Kind)
	if !sum.HasPrevious {
		return pack("", "", []string{now, "(" + before + "—，系统还没有数)"})
	}
	if sum.Through < sum.Period.Last {
		before += "共" // all of it, beside a part of this one
	}
	before += number(report.EventsOf(sum.Previous, ""))
	beside, why := s.lastYear(sum)
	if beside == "" {
		return append(pack("", "", []string{now, "(" + before + ")"}), why...)
	}
	return pack("", "", []string{now, "(" + before + "，", beside + ")"})
}

// lastYear says how many events the same days of the year before had, or why that is not known. A week is not compared
// with one, and a whole year has it as the period before already.
func (s Scene) lastYear(sum report.Summary) (beside string, why []string) {
	switch sum.Period.Kind {
	case report.Week, report.Range:
		return "", nil
	}
	whole := sum.Period.Kind == report.Year && sum.Through == sum.Period.Last
	begun := report.MonthOf(sum.Begun).Chinese(0)
	switch {
	case sum.HasLastYear && whole:
		return "", nil
	case sum.HasLastYear:
		return s.sameDays(sum) + number(report.EventsOf(sum.LastYear, "")), nil
	case sum.Begun == 0:
		return "", nil
	case whole:
		return "", []string{"上年的数从" + begun + "起"}
	}
	return "", pack("", "", []string{s.sameDays(sum) + "—，", "系统" + begun + "起有数"})
}

// sameDays names the same days of the year before.
func (s Scene) sameDays(sum report.Summary) string {
	switch {
	case sum.Period.Kind == report.Year && sum.Through == sum.Period.Last:
		return "上年"
	case sum.Period.Last.Year() == s.Today.Year():
		return "去年同期"
	}
	return "上年同期"
}

// besideLastYear gives the blocks of the activities, the three with the most events beside the year before.
func (s Scene) besideLastYear(sum report.Summary) []block {
	blocks := s.blocks(sum.Current)
	if !sum.HasLastYear || sum.Period.Kind == report.Week || sum.Period.Kind == report.Range {
		return blocks
	}
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(blocks[b].events, blocks[a].events) })
	for _, i := range order[:min(3, len(order))] {
		b := &blocks[i]
		beside := s.sameDays(sum) + number(report.EventsOf(sum.LastYear, b.activity)) + "场"
		b.money, b.others = slices.Insert(b.money, 0, beside), slices.Insert(b.others, 0, beside)
	}
	return blocks
}

// yearToDate says how many events the year has had so far, where that is not the same number again, and what that is made
// of where the period before was published.
func (s Scene) yearToDate(sum report.Summary) []string {
	n, r := report.EventsOf(sum.YearToDate, ""), sum.Reconciled
	if sum.Period.Kind == report.Year || n == report.EventsOf(sum.Current, "") {
		return nil
	}
	year := "今年"
	if sum.Through.Year() != s.Today.Year() {
		year = "当年"
	}
	lines := []string{year + "到" + s.date(sum.Through) + " 共" + number(n) + "场"}
	if r.Until == 0 || !r.Published {
		return lines
	}
	return append(lines, equation(sum.Period.Kind, number, report.EventsOf(r.Base, ""), report.EventsOf(r.Current, ""), report.EventsOf(r.Amended, ""))...)
}

func previousName(kind report.PeriodKind) string {
	switch kind {
	case report.Week:
		return "上周"
	case report.Month:
		return "上月"
	case report.Quarter:
		return "上季"
	case report.Half:
		return "上个半年"
	case report.Year:
		return "上年"
	}
	return "前一期"
}

// targets says how far the year's targets are reached, beside the share of the year that is gone.
func (s Scene) targets(sum report.Summary) []string {
	if len(sum.Targets) == 0 {
		return nil
	}
	const most = 4
	var lines []string
	for _, c := range sum.Targets[:min(most, len(sum.Targets))] {
		lines = append(lines, pack("", " ", []string{"🎯 " + s.targetName(c), s.CompletionLine(c)})...)
	}
	if rest := len(sum.Targets) - most; rest > 0 {
		lines = append(lines, "……还有"+itoa(rest)+"项目标")
	}
	if sum.Through.Year() == sum.Targets[0].Year && sum.Through < report.YearOf(sum.Through).Last {
		lines = append(lines, s.TimeShare(sum.Targets[0].Year, sum.Through))
	}
	return lines
}

// mostSilent is how many areas a digest names that have not reported.
const mostSilent = 6

// owing says who has reported and who has not: by the duties, where there are any, else by what was counted.
func (s Scene) owing(sum report.Summary) (lines []string) {
	if len(sum.Duties) == 0 {
		if len(sum.Nil) > 0 {
			lines = append(lines, "零报告"+itoa(len(sum.Nil))+"个")
		}
		return append(lines, s.silent(sum)...)
	}
	c := countDuties(sum.Duties)
	lines = append(lines, pack("", " ", strings.Fields(DutyLine(s, sum.Duties)))...)
	lines = append(lines, s.owe("未报：", c.missing)...)
	return append(lines, s.owe("还没报：", c.open)...)
}

// owe names the areas of standings.
func (s Scene) owe(what string, list []report.Standing) []string {
	if len(list) == 0 {
		return nil
	}
	names := s.owers(list, mostSilent)
	return pack("", "", atMost(what, names[:min(mostSilent, len(names))], len(names)))
}

// atMost puts words before a list of names and after it how many more there are.
func atMost(what string, names []string, all int) []string {
	parts := listed(names)
	parts[0] = what + parts[0]
	if rest := all - len(names); rest > 0 {
		parts = append(parts, "……还有"+itoa(rest)+"个")
	}
	return parts
}

// silent names the areas directly below that have nothing in the period.
func (s Scene) silent(sum report.Summary) []string {
	if len(sum.Silent) == 0 || len(sum.Current) == 0 {
		return nil // that there is nothing at all was said above already
	}
	var names []string
	for _, id := range sum.Silent[:min(mostSilent, len(sum.Silent))] {
		names = append(names, s.area(id))
	}
	return pack("", "", atMost("未报"+itoa(len(sum.Silent))+"：", names, len(sum.Silent)))
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
