package county

// chinese writes a count from 1 to 99,999,999 in Chinese numerals, as it is said before a unit: 两户, 十二户, 一百零五人,
// 两千六百元, 一万三千两百元.
func chinese(n int64) string {
	switch {
	case n == 2:
		return "两"
	case n >= 10000:
		return chinese(n/10000) + "万" + remainder(n%10000, 1000)
	case 10 <= n && n < 20:
		return "十" + remainder(n%10, 0)
	}
	return belowWan(n)
}

// remainder writes what follows a larger unit, with 零 if it is smaller than the next unit.
func remainder(n, next int64) string {
	switch {
	case n == 0:
		return ""
	case n < next:
		return "零" + belowWan(n)
	}
	return belowWan(n)
}

// belowWan writes a part below 10,000; 2 is 两 before 百 and 千.
func belowWan(n int64) string {
	ones := [10]string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	before := ones
	before[2] = "两"
	switch {
	case n >= 1000:
		return before[n/1000] + "千" + remainder(n%1000, 100)
	case n >= 100:
		return before[n/100] + "百" + remainder(n%100, 10)
	case n >= 10:
		return ones[n/10] + "十" + ones[n%10]
	}
	return ones[n]
}
