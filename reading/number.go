package reading

import "slices"

// number is a numeral as it was written: its value in thousandths, so that 2.46 is exact.
type number struct {
	milli  int64
	upper  int64 // the upper end of 八九十 or 80-90, in thousandths; 0 for a single value
	approx bool
	vague  bool // 几十, 数百: no value to count
	spaced bool // 3 2 0: the digits stood apart
	bare   bool // one Chinese numeral, or 百, 千, 万 alone: a count only beside a unit
	digits bool // Arabic digits were used
	lead0  bool // begins with a 0 that says nothing, as an identifier does
}

// maxMilli bounds a value: beyond a trillion nothing a county counts is meant.
const maxMilli = 1_000_000_000_000 * 1000

// scanNumber reads the numeral that begins at i and gives where it ends: the longest reading first, then, where it ends in
// 万, 千 or 百, the one without, since a name may begin there (20万子村).
func scanNumber(s []rune, i int) (readings [2]struct {
	number
	end int
}, n int) {
	add := func(x number, end int) {
		if end > i && n < len(readings) {
			readings[n].number, readings[n].end = x, end
			n++
		}
	}
	x, end, ok := numeral(s, i, len(s))
	if !ok {
		return readings, 0
	}
	add(x, end)
	for cut := end; cut > i+1; cut-- {
		if scaleOf(s[cut-1]) < 100 {
			continue
		}
		if y, e, ok := numeral(s, i, cut-1); ok && e < end {
			add(y, e)
			break
		}
	}
	return readings, n
}

// numeral reads Arabic or Chinese digits in s[i:limit], with their multipliers and 余, 多, 来.
func numeral(s []rune, i, limit int) (x number, end int, ok bool) {
	s = s[:limit]
	switch {
	case i >= limit:
		return x, i, false
	case isDigit(s[i]):
		x, end, ok = arabic(s, i)
	case s[i] == '几' || s[i] == '数':
		return someOf(s, i)
	case chineseDigit(s[i]) >= 0 || scaleOf(s[i]) > 0 || s[i] == '廿' || s[i] == '卅':
		x, end, ok = chinese(s, i)
	}
	if !ok || x.milli > maxMilli || x.upper > maxMilli {
		return number{}, i, false
	}
	return hedged(x, s, end)
}

// hedged takes the 余, 多, 来, + and 几 after a numeral.
func hedged(x number, s []rune, end int) (number, int, bool) {
	if end < len(s) {
		switch s[end] {
		case '余', '多', '来', '+', '把':
			if s[end] == '来' && end+1 < len(s) && slices.Contains([]rune("了自到访电信的"), s[end+1]) {
				break // 200来自, 3来访: 来 begins a word
			}
			x.approx = true
			x.bare = false
			end++
			// 200多万 is 2,000,000 and more: the multiplier may stand behind the hedge
			if end < len(s) && scaleOf(s[end]) >= 1000 {
				if k := scaleOf(s[end]); x.milli <= maxMilli/k {
					x.milli *= k
					end++
				}
			}
		case '几':
			if scaleEnds(s, end) { // 十几, 二十几: 10 to 19
				k := scaleOf(s[end-1])
				x.approx, x.bare = true, false
				x.upper = x.milli + (k-1)*1000
				end++
			}
		}
	}
	return x, end, true
}

func scaleEnds(s []rune, end int) bool { return end > 0 && scaleOf(s[end-1]) == 10 }

// someOf reads 几, 几十, 数百: how many is not said.
func someOf(s []rune, i int) (number, int, bool) {
	end := i + 1
	for end < len(s) && scaleOf(s[end]) > 0 {
		end++
	}
	if end == i+1 && s[i] == '数' {
		return number{}, i, false // 数 alone is a word
	}
	if end < len(s) && (s[end] == '余' || s[end] == '多') {
		end++
	}
	return number{vague: true, approx: true}, end, true
}

// arabic reads 320, 1,200, 2.46, 1.2万, 1千2, 1万2千 and digits an input method set apart (3 2 0).
func arabic(s []rune, i int) (number, int, bool) {
	x := number{digits: true}
	end := i
	x.milli, end = decimal(s, i)
	if end == i {
		return x, i, false
	}
	x.lead0 = s[i] == '0' && end-i > 1 && isDigit(s[i+1])
	if end == i+1 {
		if milli, e := spacedDigits(s, i); e > end {
			x.milli, x.spaced = milli, true
			end = e
		}
	}
	milli, e, ok := scaled(s, x.milli, end)
	if !ok {
		return x, i, false
	}
	x.milli = milli
	return x, e, true
}

// decimal reads digits with commas by threes and a decimal point, in thousandths. It stops where the value grows too big.
func decimal(s []rune, i int) (milli int64, end int) {
	var whole int64
	end = i
	for end < len(s) && isDigit(s[end]) {
		if whole = whole*10 + int64(s[end]-'0'); whole > maxMilli/1000 {
			whole = maxMilli // too big: refused by the caller
		}
		end++
	}
	if end-i <= 3 && end > i {
		for end+3 < len(s) && s[end] == ',' && isDigit(s[end+1]) && isDigit(s[end+2]) && isDigit(s[end+3]) && !(end+4 < len(s) && isDigit(s[end+4])) {
			for k := 1; k <= 3; k++ {
				if whole = whole*10 + int64(s[end+k]-'0'); whole > maxMilli/1000 {
					whole = maxMilli
				}
			}
			end += 4
		}
	}
	if whole >= maxMilli/1000 {
		return maxMilli + 1, end
	}
	milli = whole * 1000
	if end+1 < len(s) && s[end] == '.' && isDigit(s[end+1]) && end > i {
		unit := int64(100)
		for end++; end < len(s) && isDigit(s[end]); end++ {
			milli += int64(s[end]-'0') * unit
			unit /= 10
		}
	}
	return milli, end
}

// spacedDigits reads single digits with single blanks between them, three or more: 3 2 0.
func spacedDigits(s []rune, i int) (milli int64, end int) {
	n := int64(0)
	count := 0
	for k := i; k < len(s) && isDigit(s[k]) && count < 9; k += 2 {
		if k+1 < len(s) && isDigit(s[k+1]) {
			return 0, i
		}
		n, count, end = n*10+int64(s[k]-'0'), count+1, k+1
		if k+2 >= len(s) || s[k+1] != ' ' {
			break
		}
	}
	if count < 3 {
		return 0, i
	}
	return n * 1000, end
}

// scaled takes the multipliers after digits: 1.2万, 1千2百, 1千2, 3万5千, 1万2000.
func scaled(s []rune, milli int64, end int) (int64, int, bool) {
	var total int64
	last := int64(0)
	part := milli
	for {
		k, e := scaleAt(s, end)
		if k == 0 {
			break
		}
		if last != 0 && k >= last || part > maxMilli/k {
			return 0, end, false
		}
		total += part * k
		last, end = k, e
		next, e := decimal(s, end)
		if e == end { // also 1千二百
			if d := digitAt(s, end); d > 0 && end+1 < len(s) && scaleOf(s[end+1]) > 0 {
				next, e = d*1000, end+1
			} else {
				break
			}
		}
		if m, _ := scaleAt(s, e); m > 0 {
			part, end = next, e
			continue
		}
		switch {
		case e == end+1 && k >= 100: // 1千2, 1万2
			total += next * k / 10
		case next < k*1000: // 1万2000
			total += next
		default:
			return total, end, true
		}
		return total, e, true
	}
	if last == 0 {
		return milli, end, true
	}
	return total, end, true
}

func digitAt(s []rune, i int) int64 {
	if i < len(s) {
		return int64(chineseDigit(s[i]))
	}
	return -1
}

// scaleAt reads 百, 千, 万, 亿 and their products (百万, 千万) at i.
func scaleAt(s []rune, i int) (k int64, end int) {
	if i >= len(s) || scaleOf(s[i]) < 10 {
		return 0, i
	}
	k = scaleOf(s[i])
	if i+1 < len(s) && k < 10_000 && scaleOf(s[i+1]) >= 10_000 {
		return k * scaleOf(s[i+1]), i + 2
	}
	return k, i + 1
}

func scaleOf(r rune) int64 {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1000
	case '万', '萬':
		return 10_000
	case '亿', '億':
		return 100_000_000
	}
	return 0
}

func chineseDigit(r rune) int {
	switch r {
	case '零', '〇', '○':
		return 0
	case '一', '壹':
		return 1
	case '二', '贰', '两', '貳':
		return 2
	case '三', '叁', '參':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆', '陸':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}
