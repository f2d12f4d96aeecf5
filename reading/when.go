package reading

import (
	"slices"

	"huibao/report"
)

// dayAt is a date where it stands.
type dayAt struct {
	tok int
	dayRef
}

// findDays collects the dates, and turns the name of a feast into one where 当天 says so.
func (m *message) findDays() {
	written := report.Day(0) // the day in a news agency's dateline, which its 今天 means
	for i := range m.toks {
		t := &m.toks[i]
		onDay := m.followed(i, clOnDay)
		switch {
		case t.kind == kDay && !t.title && (!t.quoted || onDay):
			d := *t.day
			if d.feast && !onDay && m.occasion(i, &d) {
				continue
			}
			if !d.sure && d.doubt == dayCertain && m.partOfNumbers(i) {
				continue
			}
			if i > 0 && (m.toks[i-1].is(clCompare) || hasAnyAt(m.f.runes, int(m.toks[i-1].to)-1, "比", "较")) {
				continue
			}
			if m.deadline(i) || d.first == 0 && (m.followed(i, clRunning) || m.since(i)) || m.since(i) && m.onwards(i) {
				continue
			}
			if before, ok := m.explainedDay(i); ok {
				if d.first != before.first && !(m.weekdayWord(i) && d.first.Weekday() == before.first.Weekday()) {
					before.options, before.doubt = [2]report.Day{before.first, d.first}, dayTwo
				}
				continue
			}
			if m.dateline(i) {
				written = d.first
				continue
			}
			if written != 0 && d.first == m.ctx.Today && d.doubt == dayCertain {
				d = dayRef{first: written, last: written}
			}
			m.days = append(m.days, dayAt{i, d})
		case t.kind == kNumber && m.dateLine(i):
			if d, ok := m.digitsDay(i); ok {
				t.kind, t.day, t.why = kDay, &d, WhyDate
				m.days = append(m.days, dayAt{i, d})
			}
		case t.kind == kWord && len(t.w.acts) > 0 && !t.title && !t.quoted && m.feastInside(i):
		case t.kind == kWord && onDay && !t.title:
			if f, ok := solarFeasts[t.w.text]; ok {
				if d, _, ok := latest(f[0], f[1], 0, m.ctx.Today); ok {
					m.days = append(m.days, dayAt{i, d})
				}
			}
		}
	}
	m.datesBeforeFeasts()
}

// explainedDay gives the date that the one at token i only explains: 3月8日(周六), 3月3日（昨天）, 3月8日 星期六.
func (m *message) explainedDay(i int) (*dayRef, bool) {
	n := len(m.days)
	if n == 0 || m.days[n-1].doubt != dayCertain || m.days[n-1].first == 0 {
		return nil, false
	}
	bracket := false
	for k := m.days[n-1].tok + 1; k < i; k++ {
		switch t := &m.toks[k]; {
		case t.kind == kBlank && t.mark != '\n':
		case t.kind == kMark && t.mark == '(':
			bracket = true
		default:
			return nil, false
		}
	}
	return &m.days[n-1].dayRef, bracket || m.weekdayWord(i)
}

// weekdayWord tells whether the date at token i is the name of a weekday, without a week.
func (m *message) weekdayWord(i int) bool {
	return hasAnyAt(m.f.runes, int(m.toks[i].from), "周", "星期", "礼拜")
}

// justAfter is how long what is named after a feast, 重阳慰问, may well have been on the day it is told.
const justAfter = 15

// feastInside finds the feast in the name of an activity told long after it: 中秋慰问, 四月八姑娘节.
func (m *message) feastInside(i int) bool {
	t := &m.toks[i]
	d, end, ok := lunarDay(m.f.runes, int(t.from), m.ctx.Today)
	if !ok && hasAnyAt(m.f.runes, int(t.from), "三月三", "四月八") {
		d, end, ok = eitherCalendar(chineseDigit(m.f.runes[t.from]), chineseDigit(m.f.runes[t.from+2]), int(t.from)+3, m.ctx.Today)
	}
	if !ok || end > int(t.to) || !d.feast && d.doubt != dayTwo || max(d.first, d.options[1])+justAfter >= m.ctx.Today {
		return false
	}
	if d.feast = true; !m.occasion(i, &d) {
		m.days = append(m.days, dayAt{i, d})
	}
	return true
}

// datesBeforeFeasts drops the names of feasts where a date says when it was.
func (m *message) datesBeforeFeasts() {
	if slices.ContainsFunc(m.days, func(d dayAt) bool { return !d.feast && d.first != 0 }) {
		m.days = slices.DeleteFunc(m.days, func(d dayAt) bool { return d.feast })
	}
}

// dateLine tells whether the number at token i stands alone on its line, or behind 时间 or 日期, where 1120 is a date.
func (m *message) dateLine(i int) bool {
	left := i - 1
	if left >= 0 && m.toks[left].kind == kMark && m.toks[left].mark == ':' {
		left--
	}
	label := left >= 0 && (hasAnyAt(m.f.runes, int(m.toks[left].from), "时间", "日期", "活动时间"))
	before := i == 0 || m.toks[i-1].kind == kBlank && m.toks[i-1].mark == '\n'
	after := i+1 == len(m.toks) || m.toks[i+1].kind == kBlank && m.toks[i+1].mark == '\n'
	return m.toks[i].unit == nil && (before || label) && after && (label || len(m.segments) > 1)
}

// digitsDay reads 1120 or 0308 as a month and a day.
func (m *message) digitsDay(i int) (dayRef, bool) {
	s := m.f.runes[m.toks[i].from:m.toks[i].to]
	if len(s) != 4 {
		return dayRef{}, false
	}
	for _, r := range s {
		if !isDigit(r) {
			return dayRef{}, false
		}
	}
	d, _, ok := latest(int(s[0]-'0')*10+int(s[1]-'0'), int(s[2]-'0')*10+int(s[3]-'0'), 0, m.ctx.Today)
	return d, ok
}

// dateline tells whether the date at token i is a news agency's: 新华社北京5月23日电.
func (m *message) dateline(i int) bool {
	if i+1 >= len(m.toks) {
		return false
	}
	from := int(m.toks[i+1].from)
	return hasAnyAt(m.f.runes, from, "电", "讯") && !hasAnyAt(m.f.runes, from, "电商", "电话", "电影", "电信", "电动")
}

// solarFeasts are the days people name instead of a date, where 当天 stands behind.
var solarFeasts = map[string][2]int{
	"三八": {3, 8}, "三八节": {3, 8}, "三八妇女节": {3, 8}, "妇女节": {3, 8}, "六一": {6, 1}, "六一儿童节": {6, 1}, "儿童节": {6, 1}, "国际儿童节": {6, 1}, "五一": {5, 1}, "七一": {7, 1}, "八一": {8, 1},
	"国际禁毒日": {6, 26}, "禁毒日": {6, 26}, "6·26": {6, 26}, "6.26": {6, 26}, "6·1": {6, 1}, "6.1": {6, 1}, "宪法日": {12, 4}, "国家宪法日": {12, 4}, "元旦": {1, 1}, "国庆": {10, 1}, "国庆节": {10, 1},
}

// followed tells whether a word of the class stands behind token i; a closing quote may stand between.
func (m *message) followed(i int, c class) bool {
	for k := i + 1; k < len(m.toks) && k <= i+2; k++ {
		t := &m.toks[k]
		if t.is(c) {
			return true
		}
		if t.kind != kMark || t.mark != '”' && t.mark != '"' {
			return false
		}
	}
	return false
}

// occasionDays is how long before a feast its name may be only the occasion of what is told.
const occasionDays = 20

// occasion tells whether a feast's name at token i is no date: it is still to come. Where 前夕 or 期间 follows it becomes
// vague, and one of last year is asked about.
func (m *message) occasion(i int, d *dayRef) bool {
	const leastLunarYear = 353
	if m.ctx.Today-d.first >= leastLunarYear-occasionDays {
		return true
	}
	switch {
	case m.followed(i, clAround):
		d.options[0], d.doubt = d.first, dayVague
		d.first, d.last = 0, 0
	case d.first.Year() < m.ctx.Today.Year():
		d.options[0], d.doubt = d.first, dayLastYear
	}
	return false
}

// partOfNumbers tells whether 3.5 or 11-20 at token i stands among other bare numbers, so that it is none.
func (m *message) partOfNumbers(i int) bool {
	return i > 0 && m.toks[i-1].kind == kMark && m.toks[i-1].mark == '.' || i+1 < len(m.toks) && m.toks[i+1].kind == kMark && (m.toks[i+1].mark == '%' || m.toks[i+1].mark == '.' && i+2 < len(m.toks) && m.toks[i+2].kind == kNumber)
}

// deadline tells whether 前 or 之前 stands behind the date: by then something is to be done.
func (m *message) deadline(i int) bool {
	if i+1 >= len(m.toks) {
		return false
	}
	t := &m.toks[i+1]
	s := m.f.runes[t.from:t.to]
	return s[0] == '前' && !(len(s) > 1 && (s[1] == '往' || s[1] == '来' || s[1] == '夕')) && m.toks[i].kind == kDay && m.toks[i].day.first != 0 && !m.toks[i].day.feast || hasAt(s, 0, "之前") || hasAt(s, 0, "以前")
}

// since tells whether the month or year at token i is where a span of time begins: 从去年8月份以来.
func (m *message) since(i int) bool {
	if i == 0 {
		return false
	}
	t := &m.toks[i-1]
	s := m.f.runes[t.from:t.to]
	last := s[len(s)-1]
	return last == '自' || last == '从'
}

// onwards tells whether 以来, 起 or 至今 follows the date at token i.
func (m *message) onwards(i int) bool {
	return i+1 < len(m.toks) && hasAnyAt(m.f.runes, int(m.toks[i+1].from), "以来", "起", "至今", "开始", "到现在")
}
