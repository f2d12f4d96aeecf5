package reading

import (
	"time"

	"huibao/report"
)

// dater reads periods by the calendar.
type dater struct {
	s     []rune
	today report.Day
}

// at reads one period at i. year is the year it lies in where one was said before, 0 otherwise.
func (c dater) at(i, year int) (span, int, bool) {
	if year == 0 {
		for _, w := range spanWords {
			if !isDigit(c.s[i]) && hasAt(c.s, i, w.word) {
				if d, end, ok := weekday(c.s, i, c.today); ok && d.first != 0 { // 上周五
					return oneDay(d, true), end, true
				}
				p, end := w.of(c.today), i+len([]rune(w.word))
				if p.Kind == report.Month { // 上个月28号
					if x, e, ok := c.dayOfMonth(end, int(monthOf(p)), p.First.Year()); ok && hasAnyAt(c.s, e-1, "日", "号", "旬") {
						x.year = true
						return x, e, true
					}
				}
				return span{Period: p, year: true}, end, true
			}
		}
		for _, w := range yearWords {
			if hasAt(c.s, i, w.word) {
				return c.inYear(i+len([]rune(w.word)), c.today.Year()-w.back)
			}
		}
		if d, end, ok := yearDay(c.s, i, c.today); ok && d.first != 0 {
			return oneDay(d, true), end, true
		}
		if y, end := c.year(i); y != 0 {
			if sep := c.s[end-1]; sep == '-' || sep == '.' || sep == '/' { // 2026-02-30
				for end < len(c.s) && (isDigit(c.s[end]) || c.s[end] == sep) {
					end++
				}
				return span{bad: true}, end, true
			}
			return c.inYear(end, y)
		}
		if x, end, ok := c.day(i); ok {
			return x, end, true
		}
	}
	for _, read := range [...]func(dater, int, int) (span, int, bool){dater.week, dater.quarter, dater.half, dater.month, dater.firstMonths} {
		if x, end, ok := read(c, i, year); ok {
			x.year = year != 0
			return x, end, true
		}
	}
	return span{}, i, false
}

// year reads 2025年, 二〇二五年, 25年, 2025年度, and 2025 alone.
func (c dater) year(i int) (year, end int) {
	y, end := yearAt(c.s, i, c.today)
	if y == 0 || end-i >= 8 {
		n := 0
		for end = i; end < len(c.s) && isDigit(c.s[end]); end++ {
			n = n*10 + int(c.s[end]-'0')
		}
		if end-i == 4 && n >= 2000 && n <= 2099 && (end == len(c.s) || !unitLike(c.s[end]) && c.s[end] != '.' && c.s[end] != '-' && c.s[end] != '/') {
			return n, end
		}
		return 0, i
	}
	if hasAt(c.s, end, "度") {
		end++
	} else if hasAt(c.s, end, "全年") {
		end += 2
	}
	return y, end
}

// inYear reads what of a year is meant, the whole year where no more is said.
func (c dater) inYear(i, year int) (span, int, bool) {
	at := i
	for at < len(c.s) && (c.s[at] == '的' || c.s[at] == ' ') {
		at++
	}
	if x, end, ok := c.at(at, year); ok {
		return x, end, true
	}
	for _, w := range [...]string{"以来", "至今", "到现在", "到目前"} {
		if hasAt(c.s, i, w) && year == c.today.Year() {
			i += len([]rune(w))
			break
		}
	}
	return span{Period: report.YearOf(report.Date(year, time.January, 1)), year: true}, i, true
}

// day reads a single day, or a run of days of one month, as messages write them.
func (c dater) day(i int) (span, int, bool) {
	d, end, ok := scanDay(c.s, i, c.today)
	if !ok || d.first == 0 || d.feast || hasAt(c.s, end, "月") || !d.sure && i > 0 && !isBlank(c.s[i-1]) && isDigit(c.s[i-1]) {
		return span{}, i, false
	}
	return oneDay(d, !isDigit(c.s[i]) && chineseDigit(c.s[i]) < 0), end, true
}

func oneDay(d dayRef, year bool) span {
	return span{Period: report.Period{Kind: report.Range, First: d.first, Last: max(d.first, d.last)}, year: year}
}

// nth reads a number of at most two digits, which may be marked as an ordinal: 第9, 9, 九.
func (c dater) nth(i int) (n, end int, ordinal bool) {
	if hasAt(c.s, i, "第") {
		i, ordinal = i+1, true
		for i < len(c.s) && c.s[i] == ' ' {
			i++
		}
	}
	if i < len(c.s) && c.s[i] == '0' {
		i++
	}
	n, end = dateNumber(c.s, i, 99)
	for end > i && end < len(c.s) && c.s[end] == ' ' {
		end++
	}
	return n, end, ordinal
}

// week reads 第9周, W09.
func (c dater) week(i, year int) (span, int, bool) {
	at, latin := i, hasAt(c.s, i, "W")
	if latin {
		at++
	}
	n, end, ordinal := c.nth(at)
	switch {
	case n == 0 || !ordinal && !latin && year == 0:
		return span{}, i, false
	case latin:
	case hasAnyAt(c.s, end, "个星期", "个礼拜"):
		end += 3
	case hasAnyAt(c.s, end, "星期", "礼拜"):
		end += 2
	case hasAt(c.s, end, "周") && !hasAnyAt(c.s, end, "周年", "周岁"):
		end++
	default:
		return span{}, i, false
	}
	of := func(y int) report.Period { return weekOfYear(y, n) }
	p := c.recent(year, of)
	return span{Period: p, bad: p == report.Period{}}, end, true
}

// weekOfYear gives a year's week by its number, no period where it has none.
func weekOfYear(year, n int) report.Period {
	p := report.WeekOf(report.Date(year, time.January, 4))
	p.First, p.Last = p.First+report.Day(7*(n-1)), p.Last+report.Day(7*(n-1))
	if y, w := p.ISOWeek(); y != year || w != n {
		return report.Period{}
	}
	return p
}

// lately is how long ago a period of last year may have ended that is still meant without its year.
const lately = 92

// recent gives the period of the year that was said; without one this year's, last year's where this year's is to come and
// last year's has just ended.
func (c dater) recent(year int, of func(year int) report.Period) report.Period {
	if year != 0 {
		return of(year)
	}
	p := of(c.today.Year())
	if last := of(c.today.Year() - 1); p.First > c.today && last.Last+lately >= c.today && last.First != 0 {
		return last
	}
	return p
}

// quarter reads 一季度, 第1季度, 首季, Q1, 三四季度 not.
func (c dater) quarter(i, year int) (span, int, bool) {
	at, n := i, 0
	var end int
	switch {
	case hasAt(c.s, i, "Q"):
		n, end, _ = c.nth(i + 1)
	case hasAt(c.s, i, "首季"):
		n, end = 1, i+1
	default:
		n, end, _ = c.nth(at)
	}
	if n == 0 {
		return span{}, i, false
	}
	switch {
	case hasAt(c.s, i, "Q"):
	case hasAnyAt(c.s, end, "个季度"):
		end += 3
	case hasAnyAt(c.s, end, "季度"):
		end += 2
	case hasAt(c.s, end, "季") && !hasAnyAt(c.s, end, "季节"):
		end++
	default:
		return span{}, i, false
	}
	if n > 4 {
		return span{bad: true}, end, true
	}
	p := c.recent(year, func(y int) report.Period { return report.QuarterOf(report.Date(y, time.Month(3*n), 1)) })
	return span{Period: p}, end, true
}

// half reads 上半年, 下半年, 前半年, 后半年.
func (c dater) half(i, year int) (span, int, bool) {
	month := time.January
	switch {
	case hasAnyAt(c.s, i, "上半年", "前半年"):
	case hasAnyAt(c.s, i, "下半年", "后半年"):
		month = time.December
	default:
		return span{}, i, false
	}
	p := c.recent(year, func(y int) report.Period { return report.HalfOf(report.Date(y, month, 1)) })
	return span{Period: p}, i + 3, true
}

// month reads 3月, 三月份, 元月, 3月8日, 1到3月, 1-3月份. A day the calendar does not have makes it bad.
func (c dater) month(i, year int) (span, int, bool) {
	first, end, _ := c.monthNumber(i)
	if first == 0 {
		return span{}, i, false
	}
	last := first
	if hasAnyAt(c.s, end, "-", "~", "至", "到", "—") { // 1-3月
		if n, e, marked := c.monthNumber(end + 1); n != 0 && marked {
			last, end = n, e
		}
	}
	marked := end > i && (c.s[end-1] == '月' || c.s[end-1] == '份')
	if !marked {
		return span{}, i, false
	}
	if first > 12 || last > 12 {
		return span{bad: true}, end, true
	}
	if x, e, ok := c.dayOfMonth(end, first, year); ok && last == first {
		return x, e, true
	}
	if year == 0 {
		year = c.today.Year()
		if report.Date(year, time.Month(first), 1) > c.today {
			year--
		}
	}
	p := report.MonthOf(report.Date(year, time.Month(first), 1))
	if last != first {
		until := year
		if last < first {
			until++
		}
		p = report.Period{Kind: report.Range, First: p.First, Last: report.MonthOf(report.Date(until, time.Month(last), 1)).Last}
	}
	return span{Period: p}, end, true
}

// monthNumber reads the number of a month and, where it stands there, 月 or 月份.
func (c dater) monthNumber(i int) (n, end int, marked bool) {
	if hasAnyAt(c.s, i, "元月", "正月") && !hasAt(c.s, i, "正月") {
		n, end = 1, i+1
	} else if n, end, _ = c.nth(i); n == 0 {
		return 0, i, false
	}
	if hasAt(c.s, end, "月") {
		end++
		marked = true
		if hasAt(c.s, end, "份") {
			end++
		}
	}
	return n, end, marked
}

// dayOfMonth reads the day behind a month: 8日, 8号, 8.
func (c dater) dayOfMonth(i, month, year int) (span, int, bool) {
	if x, end, ok := c.tenDays(i, month, year); ok {
		return x, end, true
	}
	d, end := dateNumber(c.s, i, 99)
	if d == 0 {
		return span{}, i, false
	}
	if hasAnyAt(c.s, end, "日", "号") {
		end++
	} else if end < len(c.s) && unitLike(c.s[end]) && !hasAnyAt(c.s, end, "到") {
		return span{}, i, false
	}
	y := year
	if y == 0 {
		y = c.today.Year()
	}
	day, ok := report.ValidDate(y, month, d)
	if ok && year == 0 && day > c.today {
		day, ok = report.ValidDate(y-1, month, d)
	}
	if !ok {
		return span{bad: true}, end, true
	}
	return span{Period: report.Period{Kind: report.Range, First: day, Last: day}}, end, true
}

// tenDays reads 上旬, 中旬, 下旬 behind a month.
func (c dater) tenDays(i, month, year int) (span, int, bool) {
	for n, word := range [...]string{"上旬", "中旬", "下旬"} {
		if !hasAt(c.s, i, word) {
			continue
		}
		y := year
		if y == 0 {
			y = c.today.Year()
		}
		first := report.Date(y, time.Month(month), 10*n+1)
		if year == 0 && first > c.today {
			first = report.Date(y-1, time.Month(month), 10*n+1)
		}
		last := first + 9
		if n == 2 {
			last = report.MonthOf(first).Last
		}
		return span{Period: report.Period{Kind: report.Range, First: first, Last: last}}, i + 2, true
	}
	return span{}, i, false
}

func monthOf(p report.Period) time.Month {
	_, m, _ := p.First.Date()
	return m
}

// until reads what may follow a period that was read from i to end: 以来, 至今, or where a run of days ends.
func (c dater) until(x span, i, end int) (span, int, bool) {
	for _, w := range [...]string{"以来", "至今", "起至今", "到现在", "到今天", "到目前", "开始到现在", "开始", "以后", "之后", "后至今", "起"} {
		if hasAt(c.s, end, w) && x.First <= c.today && !x.bad {
			x.Period = report.Period{Kind: report.Range, First: x.First, Last: c.today}
			if x.Period == (report.Period{Kind: report.Range, First: report.YearOf(c.today).First, Last: c.today}) {
				x.Period = report.YearOf(c.today)
			}
			return x, end + len([]rune(w)), true
		}
	}
	at := end
	for at < len(c.s) && c.s[at] == ' ' {
		at++
	}
	joined := at
	for at < len(c.s) && (c.s[at] == '-' || c.s[at] == '~' || c.s[at] == '至' || c.s[at] == '到' || c.s[at] == ' ') {
		at++
	}
	if at == joined || at >= len(c.s) || x.Kind == report.Range && x.First != x.Last {
		return x, end, true
	}
	last, e, ok := c.end(at, x)
	if !ok {
		return x, end, true
	}
	p := report.Period{Kind: report.Range, First: x.First, Last: last.Last}
	bad := x.bad || last.bad || p.Last < p.First
	return span{Period: p, year: x.year, bad: bad}, e, true
}

// end reads where a run of days that began with x ends: 4月8日, 8日, 4月, 今天. A month without a year lies in the year of
// the beginning, or in the next where that is over.
func (c dater) end(i int, x span) (span, int, bool) {
	year, month, _ := x.First.Date()
	if x.Kind == report.Range {
		if d, end := dateNumber(c.s, i, 99); d != 0 && (hasAnyAt(c.s, end, "日", "号") || end == len(c.s)) { // 3月1日到8日
			if hasAnyAt(c.s, end, "日", "号") {
				end++
			}
			day, ok := report.ValidDate(year, int(month), d)
			return span{Period: report.Period{Kind: report.Range, First: day, Last: day}, bad: !ok}, end, true
		}
	}
	if last, end, ok := (dater{c.s, x.First}).month(i, year); ok { // 到4月, 到4月8日
		if next, e, _ := c.month(i, year+1); !last.bad && last.Last < x.First && next.Last <= c.today { // 11月到2月
			return next, e, true
		}
		return last, end, ok
	}
	return c.at(i, 0)
}

// firstMonths reads 前三个月: those of the year.
func (c dater) firstMonths(i, year int) (span, int, bool) {
	if !hasAt(c.s, i, "前") {
		return span{}, i, false
	}
	n, end := dateNumber(c.s, i+1, 12)
	if n < 2 || !hasAt(c.s, end, "个月") {
		return span{}, i, false
	}
	if year == 0 {
		year = c.today.Year()
	}
	last := report.MonthOf(report.Date(year, time.Month(n), 1)).Last
	return span{Period: report.Period{Kind: report.Range, First: report.Date(year, time.January, 1), Last: last}}, end + 2, true
}
