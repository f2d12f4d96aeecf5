package digest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/report"
)

// DutyLine says in one line how many reports are owed, and how many there are:
//
//	应报17 已报15 零报告1 迟报1 未报2
//
// Nil reports and late ones are among those that are there. It is empty where nothing is owed.
func DutyLine(_ Scene, list []report.Standing) string {
	if len(list) == 0 {
		return ""
	}
	c := countDuties(list)
	parts := []string{"应报" + itoa(len(list)), "已报" + itoa(c.told)}
	for _, p := range []struct {
		name string
		n    int
	}{{"零报告", c.nils}, {"迟报", len(c.late)}, {"未报", len(c.missing)}, {"还没报", len(c.open)}} {
		if p.n > 0 {
			parts = append(parts, p.name+itoa(p.n))
		}
	}
	return strings.Join(parts, " ")
}

// counted is what a list of standings comes to.
type counted struct {
	told, nils          int
	late, missing, open []report.Standing
}

func countDuties(list []report.Standing) (c counted) {
	for _, s := range list {
		switch s.State {
		case report.DutyMissing:
			c.missing = append(c.missing, s)
		case report.DutyOpen:
			c.open = append(c.open, s)
		default:
			c.told++
			if s.State == report.DutyLate {
				c.late = append(c.late, s)
			}
			if s.Nil {
				c.nils++
			}
		}
	}
	return c
}

// Standings says who has reported and who has not, one block for each period and activity that is owed:
//
//	📮 上周(3月2日-8日)
//	未报2：水口乡(连续2周)、
//	东山侗族乡
//	已报15，其中零报告1
//	迟报1：红岩镇
//
// lists are of one area's view; each is of one period. It is for those who supervise that area.
func Standings(s Scene, lists ...[]report.Standing) Text {
	var d draft
	var all []report.Standing
	for _, list := range lists {
		for i, group := range byActivity(list) {
			switch name := s.PeriodName(group[0].Period); {
			case d.lines == 0:
				d.title("📮 ", name+s.ofActivity(group[0].Activity))
			case i == 0:
				d.line(name, s.ofActivity(group[0].Activity))
			default:
				d.line(strings.TrimSpace(s.ofActivity(group[0].Activity)))
			}
			if p := group[0].Period; i == 0 && p.Contains(s.Today) {
				d.line("到", s.day(s.Today, 0), "，还没结束")
			}
			d.all(s.standings(group))
		}
		all = append(all, list...)
	}
	if d.lines == 0 {
		d.title("📮 ", "没有设应报")
	}
	d.all(s.weekdaysOnly(all))
	return d.text()
}

// byActivity divides standings by their activity, those of any activity first.
func byActivity(list []report.Standing) [][]report.Standing {
	var groups [][]report.Standing
	at := map[string]int{}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b report.Standing) int { return strings.Compare(a.Activity, b.Activity) })
	for _, s := range sorted {
		i, ok := at[s.Activity]
		if !ok {
			i = len(groups)
			at[s.Activity] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

func (s Scene) ofActivity(code string) string {
	if code == "" {
		return ""
	}
	return " " + shortName(s.activity(code))
}

// standings writes the lines of one block.
func (s Scene) standings(list []report.Standing) (lines []string) {
	c := countDuties(list)
	if len(c.missing) > 0 {
		lines = append(lines, s.whose("未报", c.missing)...)
	}
	for _, open := range byDeadline(c.open) {
		lines = append(lines, s.whose("还没报", open)...)
		lines = append(lines, indent+"截止"+s.deadline(open[0].Deadline))
	}
	told := "已报" + itoa(c.told)
	if c.told == len(list) && len(list) > 1 {
		told = "已报" + itoa(c.told) + "，都报了"
	}
	if c.nils > 0 {
		told += "，其中零报告" + itoa(c.nils)
	}
	lines = append(lines, told)
	if len(c.late) > 0 {
		lines = append(lines, s.whose("迟报", c.late)...)
	}
	return lines
}

// byDeadline divides standings by when they are due, the earliest first.
func byDeadline(list []report.Standing) [][]report.Standing {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b report.Standing) int { return a.Deadline.Compare(b.Deadline) })
	var groups [][]report.Standing
	for i, s := range sorted {
		if i == 0 || !s.Deadline.Equal(sorted[i-1].Deadline) {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], s)
	}
	return groups
}

// mostNames is how many areas a line of a list names.
const mostNames = 20

// whose names the areas of standings: 未报2：水口乡(连续2周)、东山侗族乡.
func (s Scene) whose(what string, list []report.Standing) []string {
	one := slices.Clone(list)
	for i := range one {
		one[i].Activity = "" // it stands above
	}
	names := s.owers(one, mostNames)
	return pack("", "", atMost(what+itoa(len(list))+"：", names[:min(mostNames, len(names))], len(names)))
}

// owers names the areas of standings. Where they are many, of several counties, it names those with how many each has, or the
// cities; a few from several counties have the county's name before theirs.
func (s Scene) owers(list []report.Standing, most int) (names []string) {
	if counties := s.grouped(list, report.County); len(list) > most && len(counties) > 1 {
		if cities := s.grouped(list, report.City); len(counties) > most && len(cities) > 1 {
			return cities
		}
		return counties
	}
	several := slices.ContainsFunc(list, func(st report.Standing) bool { return s.Areas.County(st.Area) != s.Areas.County(list[0].Area) })
	for _, st := range list {
		name := s.area(st.Area) + s.ofActivity(st.Activity)
		if county := s.Areas.County(st.Area); several && county != st.Area {
			name = s.area(county) + name
		}
		if st.Missed > 1 {
			name += "(连续" + itoa(st.Missed) + kindUnit(st.Period.Kind) + ")"
		}
		names = append(names, name)
	}
	return names
}

// grouped counts standings by the areas of a rank that theirs lie in, those with the most first.
func (s Scene) grouped(list []report.Standing, rank report.Rank) (names []string) {
	count := map[int64]int{}
	var in []int64
	for _, st := range list {
		area, ok := s.Areas.At(st.Area, rank)
		if !ok {
			area = s.Areas.County(st.Area)
		}
		if count[area]++; count[area] == 1 {
			in = append(in, area)
		}
	}
	slices.SortStableFunc(in, func(a, b int64) int { return count[b] - count[a] })
	for _, area := range in {
		names = append(names, s.area(area)+itoa(count[area])+"个")
	}
	return names
}

func kindUnit(kind report.PeriodKind) string {
	return map[report.PeriodKind]string{report.Week: "周", report.Month: "个月", report.Quarter: "个季度", report.Half: "个半年", report.Year: "年"}[kind]
}

// PeriodName names a period as people speak of it: 上周(3月2日-8日), 第9周(2月23日-3月1日), 2月, 2025年12月, 一季度.
func (s Scene) PeriodName(p report.Period) string {
	this := s.Today.Year()
	days := report.Period{Kind: report.Range, First: p.First, Last: p.Last}.Chinese(this)
	switch {
	case p.Kind == report.Week && p.Contains(s.Today):
		return "本周(" + days + ")"
	case p.Kind == report.Week && p == report.WeekOf(s.Today).Previous():
		return "上周(" + days + ")"
	case p.Kind == report.Week:
		_, week := p.ISOWeek()
		return "第" + itoa(week) + "周(" + days + ")"
	case p.Kind != report.Year && p.First.Year() == this:
		return strings.TrimPrefix(p.Chinese(this), itoa(this)+"年")
	}
	return p.Chinese(this)
}

// deadline writes when something is due: 今天12:00, 明天9:00, 3月5日17:00.
func (s Scene) deadline(t time.Time) string {
	day := report.DayOf(t)
	clock := report.MinuteText(t.Hour()*60 + t.Minute())
	switch day - s.Today {
	case 0:
		return "今天" + clock
	case 1:
		return "明天" + clock
	}
	return s.date(day) + clock
}

// weekdaysOnly says of which years the holidays are not known, so that a deadline may turn out to be one.
func (s Scene) weekdaysOnly(list []report.Standing) []string {
	var years []string
	for _, st := range list {
		if st.Told() || st.Deadline.IsZero() {
			continue
		}
		day := report.DayOf(st.Deadline)
		if _, known := report.Workday(day); !known && !slices.Contains(years, itoa(day.Year())) {
			years = append(years, itoa(day.Year()))
		}
	}
	if len(years) == 0 {
		return nil
	}
	return []string{strings.Join(years, "、") + "年放假安排还没有，", "按周一到周五算"}
}

// OwnStandings says to a cadre how their own area stands, and what can be done.
func OwnStandings(s Scene, area int64, lists ...[]report.Standing) Text {
	var d draft
	d.title("📮 ", s.area(area))
	var all []report.Standing
	var hint []string
	for _, list := range lists {
		for _, st := range list {
			d.line(s.PeriodName(st.Period), s.ofActivity(st.Activity))
			d.line(indent, s.ownState(st))
			if !st.Told() && hint == nil {
				hint = s.nilHint(st)
			}
		}
		all = append(all, list...)
	}
	if len(all) == 0 {
		d.line("没有要报的期限，做了活动随时报")
	}
	d.all(hint)
	d.all(s.weekdaysOnly(all))
	return d.text()
}

func (s Scene) ownState(st report.Standing) string {
	switch st.State {
	case report.DutyMissing:
		return "还没收到，现在报也会计入"
	case report.DutyOpen:
		return "还没收到，截止" + s.deadline(st.Deadline)
	}
	words := "已报"
	if st.Nil {
		words = "已报零报告"
	}
	words += " " + s.moment(st.At)
	if st.State == report.DutyLate {
		words += "，过了截止"
	}
	return words
}

// nilHint says what to answer where there is nothing to report: words the bot reads as a nil report for that period.
func (s Scene) nilHint(st report.Standing) []string {
	return pack("", "", []string{"没有活动请回", "“" + s.NilWords(st.Period, st.Activity) + "”"})
}

// NilWords gives the words that make a nil report for a period, as of today: 上周无活动, 2月1日-28日两癌检查零报告.
func (s Scene) NilWords(p report.Period, activity string) string {
	name := s.PeriodName(p)
	switch this := report.WeekOf(s.Today); {
	case p == this && activity == "":
		name = "本周"
	case p == this.Previous() && activity == "":
		name = "上周"
	case p.Kind == report.Week || p.Kind == report.Month && activity != "": // else the name may go on as a day: 上周三送五促, 2月六一活动
		name = report.Period{Kind: report.Range, First: p.First, Last: p.Last}.Chinese(p.First.Year())
		if p.Last.Year() != p.First.Year() {
			name = p.First.Chinese(p.First.Year()) + "-" + p.Last.Chinese(p.Last.Year())
		}
	}
	if activity == "" {
		return name + "无活动"
	}
	return name + shortName(s.activity(activity)) + "零报告"
}

// Reminder asks a cadre for the report of a period, before the deadline or after it. It blames nobody: the message may be
// under way.
func Reminder(s Scene, st report.Standing, now time.Time) Text {
	var d draft
	name := s.PeriodName(st.Period)
	d.all(pack("", "", []string{"📮 " + name, "还没收到" + s.area(st.Area) + "的" + s.reportOf(st.Activity)}))
	if now.Before(st.Deadline) {
		d.line("截止：", s.deadline(st.Deadline))
	} else {
		d.line("截止时间过了，现在报也会计入")
	}
	d.all(s.nilHint(st))
	return d.text()
}

func (s Scene) reportOf(activity string) string {
	if activity == "" {
		return "汇报"
	}
	return shortName(s.activity(activity)) + "汇报"
}

// Urged is what came of a supervisor's press of [催].
type Urged struct {
	Areas     int // that were asked
	People    int
	At        time.Time
	Morning   bool        // it is night: they are asked at At
	Again     int         // areas that were asked within the hour
	Last      time.Time   // when one of those was asked last
	Unreached []Unreached // areas with people who cannot be written to
}

// Unreached is people of an area who never wrote to the bot or have blocked it; no Names: nobody reports for the area.
type Unreached struct {
	Area  int64
	Names []string
}

// UrgedText answers a press of [催]: 已催2个乡镇5人 9:02. Who was not reached is named in private only.
func UrgedText(s Scene, area int64, u Urged, private bool) Text {
	var d draft
	unit := s.unitBelow(area)
	clock := fmt.Sprintf("%d:%02d", u.At.Hour(), u.At.Minute())
	switch {
	case u.People > 0 && u.Morning:
		d.line("夜里不打扰，", s.deadline(u.At), "催")
		d.line(itoa(u.Areas), unit, itoa(u.People), "人")
	case u.People > 0:
		d.line("已催", itoa(u.Areas), unit, itoa(u.People), "人 ", clock)
	case u.Again > 0 && u.Morning:
		d.line(s.deadline(u.At), "会催，不用再按")
	case u.Again > 0:
		d.line(fmt.Sprintf("一小时内催过了(%d:%02d)，没有再发", u.Last.Hour(), u.Last.Minute()))
	case len(u.Unreached) > 0:
		d.line("没有催到人")
	default:
		d.line("都报了，不用催")
	}
	if u.Again > 0 && u.People > 0 {
		d.line("另", itoa(u.Again), unit, "一小时内催过，没有再发")
	}
	d.all(s.unreached(u.Unreached, private))
	return d.text()
}

// unreached says who was not reached, and names them in private.
func (s Scene) unreached(list []Unreached, private bool) []string {
	if len(list) == 0 {
		return nil
	}
	var parts []string
	for _, u := range list[:min(mostNames, len(list))] {
		words := s.area(u.Area) + "(没有填报人)"
		switch {
		case len(u.Names) > 0 && !private:
			words = s.area(u.Area) + itoa(len(u.Names)) + "人"
		case len(u.Names) > 0:
			names := make([]string, len(u.Names))
			for i, n := range u.Names {
				names[i] = clean(n, 10)
			}
			words = s.area(u.Area) + "(" + strings.Join(names, "、") + ")"
		}
		parts = append(parts, words)
	}
	parts = listed(parts)
	if rest := len(list) - mostNames; rest > 0 {
		parts = append(parts, "……还有"+itoa(rest)+"个")
	}
	return append(pack("", "", append([]string{"没有联系上："}, parts...)), "请让他们点机器人的“开始”")
}

// unitBelow counts the areas directly below: 个乡镇, 个村(社区).
func (s Scene) unitBelow(area int64) string {
	below := s.rankBelow(area)
	if below == report.Village {
		return "个村(社区)"
	}
	return "个" + below.Plural()
}
