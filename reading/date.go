package reading

import (
	"time"

	"huibao/report"
)

// dayRef is a day, or a run of days, as it was written. doubt says why it cannot be taken as it is.
type dayRef struct {
	first, last report.Day // zero where no day can be said
	next        report.Day // the coming such day where the year or month was left out, 0 if none
	doubt       dayDoubt
	options     [2]report.Day // likely days, best first, where there is a doubt
	sure        bool          // cannot be anything else: 3月8日, 昨天; 11.20 could be an amount
	feast       bool          // the name of a feast, which may only be an occasion
}

// dayDoubt is why a day must be asked about.
type dayDoubt string

// The reasons.
const (
	dayCertain   dayDoubt = ""
	dayVague     dayDoubt = "vague"     // 近日, 上旬, 11月: no day
	dayLastYear  dayDoubt = "last year" // the latest such day lies in last year, whose numbers may be closed
	dayOtherTime dayDoubt = "month"     // 28号, said on the 24th: last month's
	dayFuture    dayDoubt = "future"
	dayTwo       dayDoubt = "calendar" // 三月三: by either calendar
)

// scanDay reads the date that begins at i.
func scanDay(s []rune, i int, today report.Day) (d dayRef, end int, ok bool) {
	if i > 0 && isDigit(s[i]) && (isDigit(s[i-1]) || s[i-1] == '.' || s[i-1] == '*' || s[i-1] == '-' && i > 1 && isDigit(s[i-2])) {
		return d, i, false
	}
	if isDigit(s[i]) || chineseDigit(s[i]) >= 0 || s[i] == '十' || s[i] == '廿' {
		return firstDay(s, i, today, numericDays[:])
	}
	return firstDay(s, i, today, namedDays[:])
}

type dayScanner func(s []rune, i int, today report.Day) (dayRef, int, bool)

// The forms of a date that begin with a numeral, and those that begin with a word.
var (
	numericDays = [...]dayScanner{lunarDay, yearDay, monthDay, bareDay, quarter}
	namedDays   = [...]dayScanner{lunarDay, yearDay, monthDay, weekday, relativeDay}
)

func firstDay(s []rune, i int, today report.Day, forms []dayScanner) (d dayRef, end int, ok bool) {
	for _, scan := range forms {
		if d, end, ok = scan(s, i, today); ok {
			return d, end, true
		}
	}
	return d, i, false
}

// dateNumber reads 1 to 31 at i, Arabic or Chinese, as dates have them.
func dateNumber(s []rune, i, most int) (n, end int) {
	end = i
	for end < len(s) && end < i+2 && isDigit(s[end]) {
		n = n*10 + int(s[end]-'0')
		end++
	}
	if end > i {
		if end < len(s) && isDigit(s[end]) || n > most {
			return 0, i
		}
		return n, end
	}
	ten := false
	for end < len(s) && end < i+3 {
		d := chineseDigit(s[end])
		switch {
		case (s[end] == '十' || s[end] == '拾') && !ten:
			if ten = true; n == 0 {
				n = 1
			}
			n *= 10
		case s[end] == '廿' && end == i:
			n, ten = 20, true
		case d > 0 && s[end] != '两' && (end == i || ten && n%10 == 0):
			n += d
		default:
			d = -1
			if n == 0 || n > most {
				return 0, i
			}
			return n, end
		}
		end++
	}
	if n == 0 || n > most {
		return 0, i
	}
	return n, end
}

// yearDay reads a date with its year: 2026年11月20日, 2026.11.20, 26年11月20日, 20261120, 二〇二六年十一月二十日, 去年12月4日.
func yearDay(s []rune, i int, today report.Day) (dayRef, int, bool) {
	year, end := yearAt(s, i, today)
	if year == 0 {
		return dayRef{}, i, false
	}
	if end-i == 8 && isDigit(s[end-1]) { // 20261120
		m, d := int(s[i+4]-'0')*10+int(s[i+5]-'0'), int(s[i+6]-'0')*10+int(s[i+7]-'0')
		return dated(year, m, d, end, today)
	}
	m, e := dateNumber(s, end, 12)
	if m == 0 || e >= len(s) {
		return monthOnly(s, i, end, year, m, e)
	}
	sep := s[e]
	if sep != '月' && (sep != '.' && sep != '-' && sep != '/' || s[end-1] != sep) {
		return monthOnly(s, i, end, year, m, e)
	}
	d, e2 := dateNumber(s, e+1, 31)
	if d == 0 {
		return monthOnly(s, i, end, year, m, e)
	}
	if e2 < len(s) && (s[e2] == '日' || s[e2] == '号') {
		e2++
	}
	ref, e3, ok := dated(year, m, d, e2, today)
	if ok {
		ref.last, e3 = rangeEnd(s, e3, year, m, ref.first)
	}
	return ref, e3, ok
}

// monthOnly takes 2026年11月 or 今年 as a date without a day: only where a month was said, else it is context.
func monthOnly(s []rune, i, end, year, m, e int) (dayRef, int, bool) {
	if m == 0 || e >= len(s) || s[e] != '月' {
		return dayRef{}, i, false
	}
	if e+1 < len(s) && s[e+1] == '份' {
		e++
	}
	return dayRef{doubt: dayVague, sure: true}, e + 1, true
}

func dated(y, m, d, end int, today report.Day) (dayRef, int, bool) {
	day, ok := report.ValidDate(y, m, d)
	if !ok {
		return dayRef{}, end, false
	}
	ref := dayRef{first: day, last: day, sure: true}
	if day > today {
		ref.doubt, ref.next = dayFuture, day
		ref.options[0] = day
	}
	return ref, end, true
}

// yearAt reads the year and the mark behind it; for 20261120 it gives the end of all eight digits.
func yearAt(s []rune, i int, today report.Day) (year, end int) {
	switch {
	case hasAt(s, i, "今年"):
		return today.Year(), i + 2
	case hasAt(s, i, "去年"):
		return today.Year() - 1, i + 2
	case hasAt(s, i, "前年"):
		return today.Year() - 2, i + 2
	}
	n := 0
	for end = i; end < len(s) && end-i < 8; end++ {
		d := -1
		if isDigit(s[end]) {
			d = int(s[end] - '0')
		} else if !isDigit(s[i]) {
			d = chineseDigit(s[end])
		}
		if d < 0 {
			break
		}
		n = n*10 + d
	}
	switch {
	case end-i == 8 && isDigit(s[i]) && (end == len(s) || !isDigit(s[end])) && n/10000 >= 1990 && n/10000 <= 2099:
		return n / 10000, end
	case end >= len(s) || end-i != 4 && end-i != 2:
		return 0, i
	case s[end] == '年' && end-i == 4 && n >= 1900 && n <= 2100:
		return n, end + 1
	case s[end] == '年' && end-i == 2 && n >= 10 && n <= 99:
		return 2000 + n, end + 1
	case (s[end] == '.' || s[end] == '-' || s[end] == '/') && end-i == 4 && n >= 1990 && n <= 2099 && isDigit(s[i]):
		return n, end + 1
	}
	return 0, i
}

// monthDay reads a date without a year: 11月20日, 11.20, 11-20, 11/20, 三月六号, 6·26, and 11月 without a day.
func monthDay(s []rune, i int, today report.Day) (dayRef, int, bool) {
	start := i
	thisMonth := 0
	switch {
	case hasAt(s, i, "本月") || hasAt(s, i, "这月"):
		thisMonth, i = monthBefore(today, 0), i+2
	case hasAt(s, i, "上月"):
		thisMonth, i = monthBefore(today, 1), i+2
	case hasAt(s, i, "上个月"):
		thisMonth, i = monthBefore(today, 1), i+3
	case hasAt(s, i, "这个月"):
		thisMonth, i = monthBefore(today, 0), i+3
	}
	if thisMonth != 0 {
		d, e := dateNumber(s, i, 31)
		if d == 0 || e >= len(s) || s[e] != '日' && s[e] != '号' {
			for _, part := range []string{"底", "初", "上旬", "中旬", "下旬"} {
				if hasAt(s, i, part) {
					i += len([]rune(part))
					break
				}
			}
			return dayRef{doubt: dayVague, sure: true}, i, true
		}
		return dated(thisMonth/100, thisMonth%100, d, e+1, today)
	}
	m, e := dateNumber(s, i, 99)
	if m == 0 || e >= len(s) {
		return dayRef{}, start, false
	}
	if s[e] == '月' {
		if d, end, ok := monthDayWords(s, start, m, e+1, today); ok {
			return d, end, true
		}
		return noSuchDay(s, start, e+1)
	}
	if m > 12 {
		return dayRef{}, start, false
	}
	return monthDayDigits(s, start, m, e, today)
}

// noSuchDay reads 11月31日 and 13月5日, which the calendar does not have: a date to be asked about.
func noSuchDay(s []rune, start, i int) (dayRef, int, bool) {
	d, e := dateNumber(s, i, 99)
	if d == 0 || e >= len(s) || s[e] != '日' && s[e] != '号' {
		return dayRef{}, start, false
	}
	return dayRef{doubt: dayVague, sure: true}, e + 1, true
}

// lunarHabit are the days people mostly mean by the lunar calendar when they say month and day without 日.
var lunarHabit = map[[2]int]bool{{2, 2}: true, {3, 3}: true, {4, 8}: true, {5, 5}: true, {6, 6}: true, {7, 7}: true, {7, 15}: true, {8, 15}: true, {9, 9}: true}

func monthDayWords(s []rune, start, m, e int, today report.Day) (dayRef, int, bool) {
	if m > 12 {
		return dayRef{}, start, false
	}
	d, e2 := dateNumber(s, e, 31)
	if d == 0 {
		if e < len(s) && s[e] == '份' {
			e++
		}
		for _, part := range []string{"上旬", "中旬", "下旬", "月底", "底", "初"} {
			if hasAt(s, e, part) {
				e += len([]rune(part))
				break
			}
		}
		return dayRef{doubt: dayVague, sure: true}, e, true
	}
	marked := e2 < len(s) && (s[e2] == '日' || s[e2] == '号')
	if !marked && !isDigit(s[e2-1]) && !isDigit(s[start]) && lunarHabit[[2]int{m, d}] {
		return eitherCalendar(m, d, e2, today)
	}
	if !marked && e2 < len(s) && unitLike(s[e2]) {
		return dayRef{}, start, false // 11月20人
	}
	if marked {
		e2++
	}
	ref, e3, ok := latest(m, d, e2, today)
	if ok {
		y, _, _ := ref.first.Date()
		ref.last, e3 = rangeEnd(s, e3, y, m, ref.first)
	}
	ref.sure = true
	return ref, e3, ok
}

// monthDayDigits reads 11.20, 11-20, 11/20, 6·26: only where nothing shows that it is an amount or a range of numbers.
func monthDayDigits(s []rune, start, m, e int, today report.Day) (dayRef, int, bool) {
	sep := s[e]
	if !isDigit(s[start]) || sep != '.' && sep != '-' && sep != '/' && sep != '·' {
		return dayRef{}, start, false
	}
	d, e2 := dateNumber(s, e+1, 31)
	if d == 0 || !isDigit(s[e+1]) {
		return dayRef{}, start, false
	}
	if e2 < len(s) && (s[e2] == '.' || s[e2] == '/' && (sep == '/' || !isDigit(s[min(e2+1, len(s)-1)])) || s[e2] == '%' || s[e2] == '*' || unitLike(s[e2]) || scaleOf(s[e2]) > 0) {
		return dayRef{}, start, false
	}
	if start > 1 && (s[start-1] == '.' || s[start-1] == '/' || s[start-1] == '-') && isDigit(s[start-2]) {
		return dayRef{}, start, false
	}
	if e2 < len(s) && (s[e2] == '日' || s[e2] == '号') {
		e2++
	}
	ref, e3, ok := latest(m, d, e2, today)
	if ok {
		y, _, _ := ref.first.Date()
		ref.last, e3 = rangeEnd(s, e3, y, m, ref.first)
	}
	return ref, e3, ok
}

// unitLike tells whether a rune behind 3.5 or 11-20 shows that it counts something.
func unitLike(r rune) bool {
	return unitRunes.has(r)
}

var unitRunes = newRuneSet("人名位户家份册本张套条幅块场次期堂件起宗例元个只万千百余多来岁天时点分斤吨袋包桶壶箱床公亩米平度倍左几")

// latest gives the last such day that is not after today.
func latest(m, d, end int, today report.Day) (dayRef, int, bool) {
	year := today.Year()
	day, ok := report.ValidDate(year, m, d)
	if ok && day <= today {
		return dayRef{first: day, last: day}, end, true
	}
	for back := 1; back <= 8; back++ { // 29 February may lie eight years back
		past, was := report.ValidDate(year-back, m, d)
		if !was {
			continue
		}
		ref := dayRef{first: past, last: past, doubt: dayLastYear, options: [2]report.Day{past, day}}
		if ok {
			ref.next = day
		}
		return ref, end, true
	}
	return dayRef{}, end, false
}

// rangeEnd reads the end of a run of days that began with first: -22日, 至18日, ~22, 、21日, 至11月22日.
func rangeEnd(s []rune, i, year, month int, first report.Day) (report.Day, int) {
	last, end := first, i
	for {
		e := end
		switch {
		case e < len(s) && (s[e] == '-' || s[e] == '~' || s[e] == '至' || s[e] == '到'):
			for e++; e < len(s) && (s[e] == '-' || s[e] == '~'); e++ {
			}
		case e < len(s) && (s[e] == '、' || s[e] == '和' || s[e] == ','):
			e++
		default:
			return last, end
		}
		list := s[e-1] == '、' || s[e-1] == '和' || s[e-1] == ','
		day, e2, ok := rangeDay(s, e, year, month, first, list)
		if !ok || day < last {
			return last, end
		}
		last, end = day, e2
	}
}

// rangeDay reads the last day of a range: a day of the same month, or a month and a day. In a list it must have 日 or 号.
func rangeDay(s []rune, e, year, month int, first report.Day, list bool) (report.Day, int, bool) {
	n, e2 := dateNumber(s, e, 31)
	if n == 0 {
		return 0, e, false
	}
	if e2 < len(s) && (s[e2] == '月' || (s[e2] == '.' || s[e2] == '/') && n <= 12 && isDigit(s[e2-1])) && n <= 12 {
		d, e3 := dateNumber(s, e2+1, 31)
		if d == 0 {
			return 0, e, false
		}
		if e3 < len(s) && (s[e3] == '日' || s[e3] == '号') {
			e3++
		} else if list {
			return 0, e, false
		}
		if n < month {
			year++
		}
		day, ok := report.ValidDate(year, n, d)
		return day, e3, ok
	}
	marked := e2 < len(s) && (s[e2] == '日' || s[e2] == '号')
	if !marked && (list || e2 < len(s) && (unitLike(s[e2]) || s[e2] == ':')) {
		return 0, e, false
	}
	if marked {
		e2++
	}
	_, m, _ := first.Date()
	day, ok := report.ValidDate(year, int(m), n)
	return day, e2, ok
}

// bareDay reads 8号, 16日, 20、21、22号, 16至18日: the latest such day, of last month if need be.
func bareDay(s []rune, i int, today report.Day) (dayRef, int, bool) {
	d, e := dateNumber(s, i, 31)
	if d == 0 || e >= len(s) {
		return dayRef{}, i, false
	}
	end := e
	for s[e] == '、' || s[e] == '-' || s[e] == '~' || s[e] == '至' || s[e] == '到' {
		n, e2 := dateNumber(s, e+1, 31)
		if n <= d || e2 >= len(s) {
			return dayRef{}, i, false
		}
		end, e = e2, e2
	}
	if s[e] != '日' && s[e] != '号' || hasAnyAt(s, e+1, "楼", "栋", "文", "室", "院", "线", "车", "桌", "会议", "令", "内", "铺", "门") {
		return dayRef{}, i, false
	}
	lastDay, _ := 0, 0
	if end != e || e > i {
		k := e
		for k > i && s[k-1] != '、' && s[k-1] != '-' && s[k-1] != '~' && s[k-1] != '至' && s[k-1] != '到' {
			k--
		}
		lastDay, _ = dateNumber(s, k, 31)
	}
	ref, ok := latestOfMonth(d, max(lastDay, d), today)
	return ref, e + 1, ok
}

func latestOfMonth(d, last int, today report.Day) (dayRef, bool) {
	for back := range 3 {
		ym := monthBefore(today, back)
		first, ok := report.ValidDate(ym/100, ym%100, d)
		if !ok || first > today {
			continue
		}
		until, ok := report.ValidDate(ym/100, ym%100, last)
		if !ok {
			until = first
		}
		ref := dayRef{first: first, last: until, sure: true}
		if back > 0 {
			ref.doubt = dayOtherTime
			ref.options[0] = first
			if next, ok := report.ValidDate(today.Year(), int(monthBefore(today, 0)%100), d); ok {
				ref.next, ref.options[1] = next, next
			}
		}
		return ref, true
	}
	return dayRef{}, false
}

// monthBefore gives year*100+month of the month that lies n before today's.
func monthBefore(today report.Day, n int) int {
	y, m, _ := today.Date()
	y, m, _ = report.Date(y, m-time.Month(n), 1).Date()
	return y*100 + int(m)
}

func hasAt(s []rune, i int, word string) bool {
	if i < 0 {
		return false
	}
	for _, r := range word {
		if i >= len(s) || s[i] != r {
			return false
		}
		i++
	}
	return true
}

func hasAnyAt(s []rune, i int, words ...string) bool {
	for _, w := range words {
		if hasAt(s, i, w) {
			return true
		}
	}
	return false
}
