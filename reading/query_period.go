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
	{"上一周", before(report.Week, 1)}, {"上个周", before(report.Week, 1)}, {"上周", before(report.Week, 1)}, {"前一周", before(report.Week, 1)}, {"前一个月", before(report.Month, 1)}, {"前一个季度", before(report.Quarter, 1)},
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

// runningAt reads a run of days that ends today: 最近一个月, 近7天, 过去两周, 这三个月.
func runningAt(s []rune, i int, today report.Day) (span, int, bool) {
	at := i
	for _, w := range [...]string{"最近这", "最近的", "最近", "过去的", "过去", "近", "这"} {
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
