package reading

import (
	"time"

	"huibao/report"
)

// span is a period as a question names it.
type span struct {
	report.Period
	year bool // its year was said, or follows from the words: 上个月; false for 3月
	bad  bool // a period the calendar does not have: 2月30日, 第60周
}

// Period reads a text that is a period and no more than people put around one: 第9周, 上个月, 一季度, 2025年, 3月1日到4月8日,
// 3月以来, 最近一个月, 2026-W09. ok is false for anything else, and for a day the calendar does not have.
func (r *Reader) Period(text string, today report.Day) (p report.Period, ok bool) {
	f := fold(simplified(text))
	s := f.runes
	for i := 0; i < len(s); {
		if x, end, found := periodAt(s, i, today); found {
			if ok || x.bad {
				return report.Period{}, false
			}
			p, ok, i = x.Period, true, end
			continue
		}
		if !isBlank(s[i]) && !isMark(s[i]) && !aroundPeriod.has(s[i]) {
			return report.Period{}, false
		}
		i++
	}
	return p, ok
}

// aroundPeriod are the characters that stand beside a period in a bare answer: 看上周的, 那3月呢.
var aroundPeriod = newRuneSet("的那呢看查下是吧了啊就要我在从期间天")

// periodAt reads the longest period that begins at i. A month or a day without a year is the latest that has begun; a
// quarter, a half or a week is this year's, but last year's where that ended within three months and this year's is to come.
func periodAt(s []rune, i int, today report.Day) (x span, end int, ok bool) {
	if i > 0 && isDigit(s[i]) && (isDigit(s[i-1]) || s[i-1] == '.') {
		return x, i, false
	}
	if !periodStarts.has(s[i]) {
		return x, i, false
	}
	if x, end, ok = keyAt(s, i); ok {
		return x, end, true
	}
	if x, end, ok = runningAt(s, i, today); ok {
		return x, end, true
	}
	c := dater{s: s, today: today}
	if x, end, ok = c.at(i, 0); !ok {
		return x, i, false
	}
	return c.until(x, i, end)
}

var periodStarts = newRuneSet("0123456789零〇一二三四五六七八九十廿元正腊本这当今去上前明下第最近过全截到至年开大昨刚后周星礼首半后几单WQ")

// keyAt reads what report.Period.Key writes: 2026-W09, 2026-03, 2026-Q1, 2026-H1, 2026-03-01..2026-03-08.
func keyAt(s []rune, i int) (span, int, bool) {
	end := i
	for end < len(s) && end < i+22 && s[end] < 0x80 && !isBlank(s[end]) {
		end++
	}
	for ; end >= i+7; end-- {
		if p, err := report.ParsePeriod(string(s[i:end])); err == nil && p.First.Year() >= 1990 && p.Last.Year() <= 2099 && (end == len(s) || !isDigit(s[end]) && s[end] != '-') {
			return span{Period: p, year: true}, end, true
		}
	}
	return span{}, i, false
}

// spanWord is a word for a period that depends on the day alone.
type spanWord struct {
	word string
	of   func(today report.Day) report.Period
}

// before gives the period of a kind that lies n before today's.
func before(kind report.PeriodKind, n int) func(report.Day) report.Period {
	return func(today report.Day) report.Period {
		p := report.PeriodOf(kind, today)
		for range n {
			p = p.Previous()
		}
		return p
	}
}

func after(kind report.PeriodKind) func(report.Day) report.Period {
	return func(today report.Day) report.Period {
		return report.PeriodOf(kind, report.PeriodOf(kind, today).Last+1)
	}
}

// spanWords are matched in this order: a longer one before one it begins with.
var spanWords = [...]spanWord{
	{"上上个星期", before(report.Week, 2)}, {"上上星期", before(report.Week, 2)}, {"上上个礼拜", before(report.Week, 2)}, {"上上周", before(report.Week, 2)}, {"大上周", before(report.Week, 2)},
	{"上个星期", before(report.Week, 1)}, {"上个礼拜", before(report.Week, 1)}, {"上星期", before(report.Week, 1)}, {"上礼拜", before(report.Week, 1)},
	{"上一周", before(report.Week, 1)}, {"上个周", before(report.Week, 1)}, {"上周", before(report.Week, 1)}, {"前一周", before(report.Week, 1)},
	{"这个星期", before(report.Week, 0)}, {"这个礼拜", before(report.Week, 0)}, {"这星期", before(report.Week, 0)}, {"这礼拜", before(report.Week, 0)}, {"本星期", before(report.Week, 0)},
	{"这一周", before(report.Week, 0)}, {"这个周", before(report.Week, 0)}, {"这周", before(report.Week, 0)}, {"本周", before(report.Week, 0)}, {"今周", before(report.Week, 0)},
	{"下个星期", after(report.Week)}, {"下星期", after(report.Week)}, {"下个礼拜", after(report.Week)}, {"下周", after(report.Week)},
	{"上上个月", before(report.Month, 2)}, {"上上月", before(report.Month, 2)},
	{"上个月份", before(report.Month, 1)}, {"上个月", before(report.Month, 1)}, {"上一个月", before(report.Month, 1)}, {"上月份", before(report.Month, 1)}, {"上月", before(report.Month, 1)},
	{"这个月份", before(report.Month, 0)}, {"这个月", before(report.Month, 0)}, {"本月份", before(report.Month, 0)}, {"本月", before(report.Month, 0)}, {"当月", before(report.Month, 0)}, {"这月", before(report.Month, 0)},
	{"下个月", after(report.Month)}, {"下月", after(report.Month)},
	{"上上季度", before(report.Quarter, 2)}, {"上个季度", before(report.Quarter, 1)}, {"上一季度", before(report.Quarter, 1)}, {"上一个季度", before(report.Quarter, 1)}, {"上季度", before(report.Quarter, 1)}, {"上季", before(report.Quarter, 1)},
	{"这个季度", before(report.Quarter, 0)}, {"本季度", before(report.Quarter, 0)}, {"这季度", before(report.Quarter, 0)}, {"当季", before(report.Quarter, 0)}, {"本季", before(report.Quarter, 0)},
	{"下个季度", after(report.Quarter)}, {"下季度", after(report.Quarter)},
	{"今年以来", before(report.Year, 0)}, {"今年到现在", before(report.Year, 0)}, {"今年至今", before(report.Year, 0)}, {"今年到目前", before(report.Year, 0)},
	{"年初到现在", before(report.Year, 0)}, {"年初至今", before(report.Year, 0)}, {"年初到今天", before(report.Year, 0)}, {"年初到目前", before(report.Year, 0)}, {"年初以来", before(report.Year, 0)}, {"开年以来", before(report.Year, 0)}, {"开年到现在", before(report.Year, 0)},
	{"截至目前", before(report.Year, 0)}, {"截止目前", before(report.Year, 0)}, {"截至现在", before(report.Year, 0)}, {"截止现在", before(report.Year, 0)}, {"到目前为止", before(report.Year, 0)}, {"到目前", before(report.Year, 0)}, {"至今", before(report.Year, 0)},
}

// yearWords name a year; a month, quarter or half may follow.
var yearWords = [...]struct {
	word string
	back int
}{
	{"本年度", 0}, {"本年", 0}, {"今年全年", 0}, {"今年", 0}, {"全年", 0}, {"这一年", 0}, {"这年", 0}, {"当年", 0}, {"去年全年", 1}, {"去年一年", 1}, {"去年", 1}, {"上年度", 1}, {"上年", 1}, {"上一年", 1}, {"大前年", 3}, {"前年", 2}, {"明年", -1}, {"下一年", -1},
}

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
				return span{Period: w.of(c.today), year: true}, i + len([]rune(w.word)), true
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
	for _, read := range [...]func(dater, int, int) (span, int, bool){dater.week, dater.quarter, dater.half, dater.month} {
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

// runningAt reads a run of days that ends today: 最近一个月, 近7天, 过去两周, 这三个月.
func runningAt(s []rune, i int, today report.Day) (span, int, bool) {
	at := i
	for _, w := range [...]string{"最近这", "最近的", "最近", "过去的", "过去", "近", "前", "这"} {
		if hasAt(s, i, w) {
			at += len([]rune(w))
			break
		}
	}
	if at == i {
		return span{}, i, false
	}
	n, end := dateNumber(s, at, 99)
	switch {
	case n != 0:
	case hasAt(s, at, "两"):
		n, end = 2, at+1
	case hasAt(s, at, "半年") && hasAnyAt(s, i, "最近", "近", "过去"):
		return backFrom(today, 6), at + 2, true
	default:
		return span{}, i, false
	}
	switch {
	case hasAt(s, end, "个月"):
		return backFrom(today, n), end + 2, true
	case hasAnyAt(s, end, "天", "日"):
		return lastDays(today, n), end + 1, true
	case hasAnyAt(s, end, "个星期", "个礼拜"):
		return lastDays(today, 7*n), end + 3, true
	case hasAt(s, end, "周"):
		return lastDays(today, 7*n), end + 1, true
	case hasAt(s, end, "年"):
		return backFrom(today, 12*n), end + 1, true
	}
	return span{}, i, false
}

func lastDays(today report.Day, n int) span {
	return span{Period: report.Period{Kind: report.Range, First: today - report.Day(n) + 1, Last: today}, year: true}
}

// backFrom gives the n months that end today.
func backFrom(today report.Day, n int) span {
	y, m, d := today.Date()
	first := report.Date(y, m-time.Month(n), 1)
	if month := report.MonthOf(first); first+report.Day(d) > month.Last { // from 31 March a month back is all of March
		first = month.Last + 1
	} else {
		first += report.Day(d)
	}
	return span{Period: report.Period{Kind: report.Range, First: first, Last: today}, year: true}
}
