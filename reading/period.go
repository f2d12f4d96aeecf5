package reading

import "huibao/report"

// periodIn gives the last period that tokens from to to name, the heading's otherwise; zero days where there is none.
func (m *message) periodIn(from, to int) (first, last report.Day) {
	for _, span := range [...][2]int{{from, to}, {0, m.head.to}} {
		for i := span[0]; i < span[1]; i++ {
			if t := &m.toks[i]; t.kind == kDay {
				first, last = m.period(t)
			}
		}
		if first != 0 {
			break
		}
	}
	return first, last
}

// period gives the days that 本周, 上周, 本月 or a date at a token stands for; zero where it names none.
func (m *message) period(t *token) (first, last report.Day) {
	if t.day.first != 0 {
		return t.day.first, t.day.last
	}
	s := m.f.runes[t.from:t.to]
	today := m.ctx.Today
	week, month := report.WeekOf(today), report.MonthOf(today)
	switch {
	case hasAnyAt(s, 0, "上周", "上星期", "上个星期", "上个周", "上礼拜"):
		week = week.Previous()
		return week.First, week.Last
	case hasAnyAt(s, 0, "本周", "这周", "本星期", "这星期", "这个星期"):
		return week.First, week.Last
	case hasAnyAt(s, 0, "上月", "上个月"):
		month = month.Previous()
		return month.First, month.Last
	case hasAnyAt(s, 0, "本月", "这个月", "这月"):
		return month.First, month.Last
	}
	return 0, 0
}

// calendarPeriod gives the days of the one month, quarter, half or year that a message names: 2月无活动. A period that is not
// over yet is taken for one only where it is a month: nobody knows so early that a year will bring nothing.
func (m *message) calendarPeriod() (first, last report.Day) {
	for i := 0; i < len(m.f.runes); {
		x, end, ok := periodAt(m.f.runes, i, m.ctx.Today)
		if !ok {
			i++
			continue
		}
		i = end
		switch {
		case x.bad || first != 0 && x.Kind != report.Range:
			return 0, 0
		case x.Kind == report.Month && x.First <= m.ctx.Today, (x.Kind == report.Quarter || x.Kind == report.Half || x.Kind == report.Year) && x.Last < m.ctx.Today:
			first, last = x.First, x.Last
		}
	}
	return first, last
}
