package reading

// chinese reads a numeral in Chinese characters: 三百二十, 三百二, 一万二, 一百零五, 廿五, 叁佰贰拾, 八九十, 二〇二六,
// and 百, 千, 万 by themselves, which mean a count only with a hedge or a unit (近百名).
func chinese(s []rune, i int) (number, int, bool) {
	if x, end, ok := chineseRange(s, i); ok {
		return x, end, true
	}
	if x, end, ok := chineseDigits(s, i); ok {
		return x, end, true
	}
	var p chineseSum
	end := i
	for end < len(s) && p.take(s, end) {
		end++
		if p.decimal {
			return number{milli: p.sum()*1000 + p.tenth*100}, end + 1, true
		}
	}
	if end == i {
		return number{}, i, false
	}
	x := number{milli: p.sum() * 1000}
	x.bare = end == i+1
	if p.sum() > maxMilli/1000 {
		return x, i, false
	}
	return x, end, true
}

// chineseSum adds a numeral up character by character.
type chineseSum struct {
	total, section int64
	digit          int64 // pending, -1 if none
	last           int64 // the multiplier taken last
	any, zero      bool
	decimal        bool
	tenth          int64
}

// take adds the character at i; false where the numeral ends before it.
func (p *chineseSum) take(s []rune, i int) bool {
	r := s[i]
	if !p.any {
		p.digit = -1
	}
	if r == '廿' || r == '卅' {
		if p.any {
			return false
		}
		p.section, p.last, p.any = 20, 10, true
		if r == '卅' {
			p.section = 30
		}
		return true
	}
	if d := chineseDigit(r); d >= 0 {
		if p.digit >= 0 {
			return false
		}
		if d == 0 {
			if !p.any || p.zero { // a numeral does not begin with 零; 零零 is no numeral
				return false
			}
			p.zero = true
			return true
		}
		p.digit, p.any = int64(d), true
		return true
	}
	k := scaleOf(r)
	if k == 0 {
		return r == '点' && p.fraction(s, i)
	}
	return p.multiply(k)
}

// fraction reads 点 and one digit: 二点五.
func (p *chineseSum) fraction(s []rune, i int) bool {
	if !p.any || i+1 >= len(s) || chineseDigit(s[i+1]) < 0 || i+2 < len(s) && s[i+2] != '万' && s[i+2] != '元' && chineseDigit(s[i+2]) < 0 {
		return false
	}
	if i+2 < len(s) && s[i+2] == '万' {
		return false // 二点五万 is rare; the figure is asked about
	}
	p.decimal, p.tenth = true, int64(chineseDigit(s[i+1]))
	return true
}

func (p *chineseSum) multiply(k int64) bool {
	d := p.digit
	if d < 0 {
		d = 1
		if p.any && k < 10_000 && p.last != 0 && k >= p.last { // 百百
			return false
		}
		if p.any && k < 10_000 && (p.last == 0 || !p.zero) {
			return false
		}
	}
	if k >= 10_000 {
		sum := p.section
		if p.digit >= 0 {
			sum += p.digit
		}
		if !p.any {
			sum = 1
		}
		if sum == 0 || p.total > 0 && k > 10_000 {
			return false
		}
		p.total += sum * k
		p.section, p.digit, p.last, p.any, p.zero = 0, -1, k, true, false
		return p.total <= maxMilli/1000
	}
	if p.last != 0 && p.last < 10_000 && k >= p.last {
		return false
	}
	p.section += d * k
	p.digit, p.last, p.any, p.zero = -1, k, true, false
	return true
}

// sum closes the numeral: a digit behind a multiplier without 零 is colloquial (三百二 is 320, 一万二 is 12000).
func (p *chineseSum) sum() int64 {
	n := p.total + p.section
	if p.digit > 0 {
		if p.last >= 100 && !p.zero {
			return n + p.digit*p.last/10
		}
		return n + p.digit
	}
	return n
}

// chineseDigits reads digits said one by one: 二〇二六, 一二〇. Two digits are no such numeral.
func chineseDigits(s []rune, i int) (number, int, bool) {
	var n int64
	end := i
	zero := false
	for end < len(s) && end-i < 12 && chineseDigit(s[end]) >= 0 && s[end] != '两' {
		n = n*10 + int64(chineseDigit(s[end]))
		zero = zero || chineseDigit(s[end]) == 0
		end++
	}
	count := end - i
	if count < 3 && !(count == 2 && zero) || end < len(s) && scaleOf(s[end]) > 0 {
		return number{}, i, false
	}
	return number{milli: n * 1000, lead0: chineseDigit(s[i]) == 0}, end, true
}

// chineseRange reads two neighbouring digits as a range: 八九十 is 80 to 90, 三四个 is 3 to 4, 十七八 is 17 to 18,
// 一两百 is 100 to 200, 三五十 is 30 to 50.
func chineseRange(s []rune, i int) (number, int, bool) {
	at := func(k int) int64 {
		if k >= len(s) {
			return -1
		}
		return int64(chineseDigit(s[k]))
	}
	var base int64
	k := i
	if k < len(s) && at(k) > 0 && k+1 < len(s) && scaleOf(s[k+1]) == 10 && at(k+2) > 0 && at(k+3) > at(k+2) { // 二十三四
		base, k = at(k)*10, k+2
	} else if k < len(s) && scaleOf(s[k]) == 10 && at(k+1) > 0 && at(k+2) > at(k+1) { // 十七八
		base, k = 10, k+1
	}
	low, high := at(k), at(k+1)
	if low <= 0 || high <= low || high > low+2 || high == low+2 && !(low == 3 && high == 5) || at(k+2) >= 0 {
		return number{}, i, false
	}
	end := k + 2
	scale := int64(1)
	if base == 0 {
		for end < len(s) && scaleOf(s[end]) > 0 {
			if scaleOf(s[end]) > maxMilli/1000/scale/10 {
				return number{}, i, false
			}
			scale *= scaleOf(s[end])
			end++
		}
	}
	x := number{milli: (base + low*scale) * 1000, upper: (base + high*scale) * 1000, approx: true}
	return x, end, true
}
