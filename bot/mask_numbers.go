package bot

// This file says what an identity card, a mobile phone and a bank card number are, and in which groups of digits people
// write them. A cadre's message is full of other numbers (counts, amounts, dates, papers, area codes), often in a row
// with nothing but spaces between, and none of those may be lost. So a number must fill its groups completely, and the
// weaker its own proof (a check digit, a date, a prefix), the fewer ways of writing it are believed.

// maxDigits is the length of the longest number, a bank card.
const maxDigits = 19

// company tells whether other groups of digits stand beside a number: in its chain, and in its line.
type company struct{ chain, line bool }

// kindOf says whether the digits, written in these groups and in that company, are a number to mask.
func kindOf(digits []byte, groups []group, in company) (kind SecretKind, ok bool) {
	switch {
	case len(digits) < 11:
		return "", false
	case len(digits) == 18 && isIDCard(digits[:17], digits[17]):
		return IDCard, true // date and check digit are proof enough for any grouping
	case len(digits) == 18 && isMistypedIDCard(digits[:17]) && written(groups, in, idCardShapes):
		return IDCard, true
	case isOldIDCard(digits) && written(groups, in, oldIDCardShapes):
		return IDCard, true
	case isBankCard(digits) && written(groups, in, bankCardShapes):
		return BankCard, true
	case len(groups) == 1 && isMistypedBankCard(digits):
		return BankCard, true
	case isPhone(digits) && written(groups, in, phoneShapes) && !endsWithDay(groups):
		return Phone, true
	}
	return "", false
}

// A shape is the lengths of the groups of a number, first to last, the unused ones 0.
type shape [5]int

// How freely a shape is believed.
type trust bool

const (
	anyGap   trust = true
	markOnly trust = false // only with marks (138-123-45678): with spaces it is more likely a list of counts
)

var phoneShapes = map[shape]trust{
	{3, 4, 4}: anyGap,
	{3, 8}:    anyGap,
	{7, 4}:    anyGap,
	{5, 4, 4}: anyGap, // 86138 1234 5678
	{7, 4, 4}: anyGap, // 0086138 1234 5678
	{4, 4, 3}: markOnly,
	{4, 3, 4}: markOnly,
	{3, 3, 5}: markOnly,
	{3, 5, 3}: markOnly,
	{5, 6}:    markOnly,
}

var idCardShapes = map[shape]trust{
	{6, 8, 4}:    anyGap,
	{6, 4, 4, 4}: anyGap,
	{6, 8, 3}:    anyGap, // and an X
	{14, 4}:      markOnly,
}

var oldIDCardShapes = map[shape]trust{ // not 12-3: that is an area code (GB/T 10114) and a count
	{6, 6, 3}:       anyGap,
	{6, 9}:          anyGap,
	{4, 4, 4, 3}:    anyGap,
	{6, 2, 2, 2, 3}: markOnly,
}

var bankCardShapes = map[shape]trust{
	{4, 4, 4, 4}:    anyGap,
	{4, 4, 4, 4, 1}: anyGap,
	{4, 4, 4, 4, 2}: anyGap,
	{4, 4, 4, 4, 3}: anyGap,
	{4, 4, 4, 3}:    anyGap,
	{4, 4, 4, 2}:    anyGap,
	{4, 4, 4, 1}:    anyGap,
	{4, 6, 5}:       anyGap, // American Express
	{4, 6, 4}:       anyGap, // Diners Club
	{6, 4, 4, 5}:    anyGap,
	{6, 4, 4, 4}:    anyGap,
	{6, 4, 4, 2}:    anyGap,
	{6, 13}:         anyGap, // the bank's number, then the rest
	{6, 12}:         anyGap,
	{6, 10}:         anyGap,
	{8, 8}:          anyGap,
	{8, 11}:         anyGap,
}

// written says whether a number of these groups is written as people write one: in one piece, broken once by a line
// end, digit by digit with nothing else near, or in one of the shapes.
func written(groups []group, in company, shapes map[shape]trust) bool {
	var s shape
	lines, marks, round := 0, 0, 0
	for i := range groups {
		g := &groups[i]
		if i < len(s) {
			s[i] = g.n
		}
		if i > 0 {
			lines += g.gap.lines
			marks += g.gap.marks
			if number(g.digits[:g.n])%100 == 0 {
				round++
			}
		}
	}
	gaps := len(groups) - 1
	switch {
	case gaps == 0:
		return true
	case lines > 1:
		return false // a column
	case gaps == 1 && lines == 1:
		return true
	case gaps >= len(s):
		return !in.line && allSingle(groups)
	case round == gaps && gaps > 1 && marks == 0 && in.chain:
		return false // 320 150 3200 7000: a list of round counts
	}
	t, known := shapes[s]
	return known && (t == anyGap || marks == gaps)
}

func allSingle(groups []group) bool {
	for i := range groups {
		if groups[i].n != 1 {
			return false
		}
	}
	return true
}

// endsWithDay says whether two groups are a count and a recent day (150 20260308) rather than a phone.
func endsWithDay(groups []group) bool {
	if len(groups) != 2 || groups[1].n != 8 || groups[1].gap.marks > 0 {
		return false
	}
	year := number(groups[1].digits[:4])
	return 2020 <= year && year < 2040 && isMonthDay(year, groups[1].digits[4:8])
}

// isPhone knows 1[3-9] and nine digits, alone or behind 86, 0086 or the 0 once dialled for another district. Landlines
// and service numbers belong to offices and stay.
func isPhone(d []byte) bool {
	switch len(d) {
	case 11:
	case 12:
		if d[0] != 0 {
			return false
		}
	case 13:
		if number(d[:2]) != 86 {
			return false
		}
	case 15:
		if d[0] != 0 || d[1] != 0 || number(d[2:4]) != 86 {
			return false
		}
	default:
		return false
	}
	d = d[len(d)-11:]
	return d[0] == 1 && d[1] >= 3
}

// isIDCard checks the 17 digits of an identity card against the check digit, 10 for X (GB 11643-1999): a province, a
// birth date from 1900 to 2099, and the sum after ISO 7064 MOD 11-2. The permanent residence cards for foreigners made
// since 2023 are numbered alike, with a 9 before the province.
func isIDCard(d []byte, check byte) bool {
	if len(d) != 17 {
		return false
	}
	if !isProvince(d[0], d[1]) && (d[0] != 9 || !isProvince(d[1], d[2])) {
		return false
	}
	if year := number(d[6:10]); year < 1900 || year > 2099 || !isMonthDay(year, d[10:14]) {
		return false
	}
	sum := int(check)
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(d[i]) * weight
	}
	return sum%11 == 1
}

// isMistypedIDCard tells whether 17 digits and one more are an identity card of which one digit may be wrong: a province and a
// birth date of someone who is of school age at least, since the form numbers of offices have an area's code and a recent day.
func isMistypedIDCard(d []byte) bool {
	year := number(d[6:10])
	return isProvince(d[0], d[1]) && 1900 <= year && year < 2020 && isMonthDay(year, d[10:14])
}

// isOldIDCard checks an identity card of 15 digits (GB 11643-1989): a province and a birth date in the 20th century.
// It has no check digit.
func isOldIDCard(d []byte) bool {
	return len(d) == 15 && isProvince(d[0], d[1]) && isMonthDay(1900+number(d[6:8]), d[8:12])
}

// isProvince knows the first two digits of GB/T 2260, and 81–83 of the residence permits for people of Hong Kong, Macau
// and Taiwan.
func isProvince(a, b byte) bool {
	last := [10]byte{1: 5, 2: 3, 3: 7, 4: 6, 5: 4, 6: 5, 7: 1, 8: 3}
	return b <= last[a] && (b > 0 || a == 5)
}

// isMonthDay says whether the four digits MMDD are a day of that year.
func isMonthDay(year int, d []byte) bool {
	month, day := number(d[:2]), number(d[2:])
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return day <= days
}

// isBankCard checks a card's prefix and length (the registries of UnionPay and the international schemes, ISO/IEC 7812)
// and its last digit (Luhn).
func isBankCard(d []byte) bool {
	return len(d) >= 13 && isIssuer(d) && luhn(d)
}

// isMistypedBankCard tells whether digits in one piece are a bank card of which one digit may be wrong: of UnionPay, by its
// prefix. Those of other schemes begin like codes of areas and years.
func isMistypedBankCard(d []byte) bool {
	return (len(d) == 16 || len(d) == 19) && number(d[:2]) == 62
}

func isIssuer(d []byte) bool {
	n, two, four := len(d), number(d[:2]), number(d[:4])
	switch {
	case two == 62, two == 60, two == 81, two == 65, two == 69: // UnionPay, and the Chinese debit cards older than it
		return n >= 16
	case four == 9558, four == 9559: // the first cards of two of the state banks
		return n >= 16
	case d[0] == 4: // Visa, and Chinese cards of its range with 19 digits
		return n == 13 || n == 16 || n == 19
	case 50 <= two && two <= 58: // Mastercard, Maestro
		return n == 16 || n == 19
	case 2221 <= four && four <= 2720: // Mastercard
		return n == 16
	case two == 35: // JCB
		return n == 16
	case two == 34, two == 37: // American Express
		return n == 15
	case two == 30, two == 36, two == 38: // Diners Club
		return n == 14
	}
	return false
}

func luhn(d []byte) bool {
	sum := 0
	for i, v := range d {
		if (len(d)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += int(v)
	}
	return sum%10 == 0
}

// number is the value of a few digits.
func number(d []byte) int {
	n := 0
	for _, v := range d {
		n = 10*n + int(v)
	}
	return n
}
