package reading

import (
	"math"

	"github.com/6tail/lunar-go/calendar"

	"huibao/report"
)

// feasts are the days of the lunar calendar that people name instead of a date.
var feasts = []struct {
	word       string
	month, day int
}{
	{"元宵节", 1, 15}, {"元宵", 1, 15}, {"端午节", 5, 5}, {"端午", 5, 5}, {"七夕节", 7, 7}, {"七夕", 7, 7}, {"中秋节", 8, 15}, {"中秋", 8, 15},
	{"重阳节", 9, 9}, {"重阳", 9, 9}, {"腊八节", 12, 8}, {"腊八", 12, 8}, {"小年", 12, 24}, {"除夕", 12, -1}, {"大年三十", 12, -1},
	{"大年初一", 1, 1},
}

// lunarDay reads 正月十五, 腊月二十四, 农历四月初八, 初五, and the feasts: the latest such day.
func lunarDay(s []rune, i int, today report.Day) (dayRef, int, bool) {
	if !lunarStarts.has(s[i]) && !lunarMonthAt(s, i) {
		return dayRef{}, i, false
	}
	for _, f := range feasts {
		if hasAt(s, i, f.word) {
			day, ok := latestLunar(f.month, f.day, today)
			ref := dayRef{first: day, last: day, sure: true, feast: true}
			return ref, i + len([]rune(f.word)), ok
		}
	}
	e, said := i, false
	for _, w := range []string{"农历", "阴历", "旧历", "老历"} {
		if hasAt(s, e, w) {
			e, said = e+2, true
		}
	}
	month := 0
	switch {
	case hasAt(s, e, "正月"):
		month, e, said = 1, e+2, true
	case hasAt(s, e, "冬月"):
		month, e, said = 11, e+2, true
	case hasAt(s, e, "腊月"):
		month, e, said = 12, e+2, true
	default:
		if m, e2 := dateNumber(s, e, 12); m > 0 && e2 < len(s) && s[e2] == '月' && (said || hasAt(s, e2+1, "初")) {
			month, e, said = m, e2+1, true
		}
	}
	first := hasAt(s, e, "初")
	if first {
		e++
	}
	d, e2 := dateNumber(s, e, 30)
	if d == 0 || isDigit(s[e]) && !said || first && d > 10 || !said && !first {
		return dayRef{}, i, false
	}
	if !said && (e2 < len(s) && unitLike(s[e2]) || hasAnyAt(s, e2, "级", "中", "高")) { // 初三级: a class at school
		return dayRef{}, i, false
	}
	if e2 < len(s) && (s[e2] == '日' || s[e2] == '号') {
		e2++
	}
	day, ok := latestLunar(month, d, today)
	return dayRef{first: day, last: day, sure: true}, e2, ok
}

var lunarStarts = newRuneSet("元端七中重腊小除大农阴旧老正冬初")

// lunarMonthAt tells whether 月初 follows within a month's numeral: 九月初九.
func lunarMonthAt(s []rune, i int) bool {
	for k := i + 1; k <= i+2 && k+1 < len(s); k++ {
		if s[k] == '月' {
			return s[k+1] == '初'
		}
	}
	return false
}

// eitherCalendar is 三月三 or 四月八, which people say of either calendar.
func eitherCalendar(m, d, end int, today report.Day) (dayRef, int, bool) {
	solar, _, ok1 := latest(m, d, end, today)
	lunar, ok2 := latestLunar(m, d, today)
	if !ok1 || !ok2 {
		return dayRef{}, end, false
	}
	return dayRef{first: lunar, last: lunar, sure: true, doubt: dayTwo, options: [2]report.Day{lunar, solar.first}}, end, true
}

// latestLunar gives the last day not after today that is the lunar month's day; day -1 is the month's last. Month 0 is
// any month: the last such day of a month.
func latestLunar(month, day int, today report.Day) (report.Day, bool) {
	year := today.Year()
	best := report.Day(0)
	for y := year - 1; y <= year; y++ {
		for m := 1; m <= 12; m++ {
			if month != 0 && m != month {
				continue
			}
			if d, ok := lunarDate(y, m, day); ok && d <= today && d > best {
				best = d
			}
		}
	}
	return best, best != 0
}

// lunarDate gives the day of lunar year y, month m (no leap month) and day d.
func lunarDate(y, m, d int) (report.Day, bool) {
	if y < 1900 || y > 2100 {
		return 0, false
	}
	month := calendar.NewLunarYear(y).GetMonth(m)
	if month == nil {
		return 0, false
	}
	if d == -1 {
		d = month.GetDayCount()
	}
	if d < 1 || d > month.GetDayCount() {
		return 0, false
	}
	const julianDayOne = 1721426 // the Julian day number of 1 January of year 1, which is Day 1
	return report.Day(int(math.Floor(month.GetFirstJulianDay()+0.5)) - julianDayOne + d), true
}
