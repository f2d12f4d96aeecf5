package reading

import "huibao/report"

// weekday reads 周一, 上周五, 上上星期天, 本周三, 下周二.
func weekday(s []rune, i int, today report.Day) (dayRef, int, bool) {
	e, week, named := i, 0, false
	for e < len(s) && (s[e] == '上' || s[e] == '下') {
		if s[e] == '上' {
			week--
		} else {
			week++
		}
		named = true
		e++
	}
	if e < len(s) && (s[e] == '本' || s[e] == '这') && !named {
		named = true
		e++
	}
	if e < len(s) && s[e] == '个' && named {
		e++
	}
	switch {
	case hasAnyAt(s, e, "星期", "礼拜"):
		e += 2
	case hasAt(s, e, "周"):
		e++
	default:
		return dayRef{}, i, false
	}
	n := weekdayNumber(s, e)
	monday := report.WeekOf(today).First
	if n == 0 {
		if !named || hasAnyAt(s, e, "年", "岁", "期") {
			return dayRef{}, i, false
		}
		return dayRef{doubt: dayVague, sure: true}, e, true // 本周, 上周: no day
	}
	day := monday + report.Day(7*week+n-1)
	if !named && day > today {
		day -= 7
	}
	ref := dayRef{first: day, last: day, sure: true}
	if day > today {
		ref.doubt, ref.next, ref.options[0] = dayFuture, day, day
	}
	e++
	if e+1 < len(s) && (s[e] == '至' || s[e] == '到' || s[e] == '-') { // 周一至周三
		if until, e2, ok := weekday(s, e+1, day+6); ok && until.first > day {
			ref.last, e = until.first, e2
		}
	}
	return ref, e, true
}

func weekdayNumber(s []rune, i int) int {
	if i >= len(s) {
		return 0
	}
	switch s[i] {
	case '日', '天', '末':
		if s[i] == '末' {
			return 0
		}
		return 7
	case '1', '2', '3', '4', '5', '6', '7':
		if i+1 < len(s) && (isDigit(s[i+1]) || unitLike(s[i+1])) {
			return 0
		}
		return int(s[i] - '0')
	}
	if d := chineseDigit(s[i]); d >= 1 && d <= 6 && s[i] != '两' {
		return d
	}
	return 0
}

var relativeDays = []struct {
	word string
	back report.Day
}{
	{"大前天", 3}, {"大前日", 3}, {"前天", 2}, {"前日", 2}, {"前晚", 2}, {"昨天", 1}, {"昨日", 1}, {"昨晚", 1}, {"昨", 1},
	{"今天", 0}, {"今日", 0}, {"今早", 0}, {"今晚", 0}, {"今晨", 0}, {"刚刚", 0}, {"明天", -1}, {"明日", -1}, {"后天", -2},
}

var vagueDays = []string{"前几天", "前些天", "前几日", "前段时间", "近日", "日前", "近期", "最近", "月初", "月底", "月中", "月末", "上旬", "中旬", "下旬", "年初", "年底", "上半年", "下半年", "上年", "周末"}

// relativeDay reads 昨天, 前天, and the words that name no day.
func relativeDay(s []rune, i int, today report.Day) (dayRef, int, bool) {
	if !relativeStarts.has(s[i]) {
		return dayRef{}, i, false
	}
	for _, w := range relativeDays {
		if !hasAt(s, i, w.word) {
			continue
		}
		day := today - w.back
		ref := dayRef{first: day, last: day, sure: true}
		if day > today {
			ref.doubt, ref.next, ref.options[0] = dayFuture, day, day
		}
		return ref, i + len([]rune(w.word)), true
	}
	for _, w := range vagueDays {
		if hasAt(s, i, w) {
			return dayRef{doubt: dayVague, sure: true}, i + len([]rune(w)), true
		}
	}
	return dayRef{}, i, false
}

var relativeStarts = newRuneSet("大前昨今刚明后近日最月上中下年周")

// quarter reads 一季度, which names no day.
func quarter(s []rune, i int, _ report.Day) (dayRef, int, bool) {
	if hasAt(s, i+1, "季度") {
		return dayRef{doubt: dayVague, sure: true}, i + 3, true
	}
	return dayRef{}, i, false
}
