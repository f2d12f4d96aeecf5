package reading

import (
	"strings"
	"sync"

	"huibao/report"
)

// Number is a number someone typed as an answer.
type Number struct {
	Milli  int64  // its value in thousandths: 1.5万 is 15,000,000
	Unit   string // the unit written, empty if none
	Approx bool
}

// In gives the value in the ledger's terms for a figure of that unit: fen for 元, whole counts otherwise. ok is false for a
// fraction of a thing.
func (n Number) In(unit string) (value int64, ok bool) {
	switch unit {
	case report.MoneyUnit:
		return n.Milli / 10, n.Milli%10 == 0
	case "‰":
		return n.Milli / 100, n.Milli%100 == 0
	}
	return n.Milli / 1000, n.Milli%1000 == 0
}

var plainLexicon = sync.OnceValue(newLexicon)

// ReadNumber reads an answer that is one number, in any form, with or without a unit and 约, 余: 320, 约三百二十人, 1.2万.
// ok is false where there is no number, more than one, or one that says no value (几十).
func ReadNumber(text string) (n Number, ok bool) {
	f := fold(text)
	tokens, _ := plainLexicon().scan(f.runes, 0)
	for i := range tokens {
		t := &tokens[i]
		switch {
		case t.kind == kNumber && !ok && !t.num.vague:
			n.Milli, n.Approx, ok = t.num.milli, n.Approx || t.num.approx, true
			if t.unit != nil {
				n.Unit = t.unit.text
			}
		case t.kind == kNumber, t.kind == kHidden, t.kind == kOrdinal, t.kind == kDocument, t.kind == kTime:
			return Number{}, false
		case t.kind == kDay: // 11.20 alone may be an amount
			x, end, read := numeral(f.runes, int(t.from), len(f.runes))
			if !read || end != int(t.to) || ok {
				return Number{}, false
			}
			n.Milli, ok = x.milli, true
		case t.is(clAbout | clAbove):
			n.Approx = true
		}
	}
	return n, ok
}

// ReadDay reads an answer that is a date or a run of days, in any form, and no more than people put around one: 是3月8日那天.
// ok is false where there is none, or one that names no day (近日), and for 今天辛苦大家了. first equals last for a single
// day. The day may lie in the future.
func ReadDay(text string, today report.Day) (first, last report.Day, ok bool) {
	f := fold(text)
	tokens, _ := plainLexicon().scan(f.runes, today)
	for i := range tokens {
		t := &tokens[i]
		if (t.kind == kText || t.kind == kWord) && strings.ContainsFunc(f.text(int(t.from), int(t.to)), notAroundDay) {
			return 0, 0, false
		}
		if t.kind != kDay || t.day.first == 0 {
			continue
		}
		if ok {
			return 0, 0, false
		}
		first, last, ok = t.day.first, t.day.last, true
	}
	if ok {
		return first, last, true
	}
	return bareMonthDay(f.runes, today)
}

// notAroundDay tells of a character that does not stand beside a date in a bare answer.
func notAroundDay(r rune) bool {
	return !strings.ContainsRune("是的了吧呢啊在从到改成为应该那这天日号上下午晚早中傍星期周礼拜活动", r)
}

// bareMonthDay reads 1120 or 0308 where nothing but a date can be meant.
func bareMonthDay(s []rune, today report.Day) (first, last report.Day, ok bool) {
	var digits []int
	for _, r := range s {
		if isBlank(r) {
			continue
		}
		if !isDigit(r) {
			return 0, 0, false
		}
		digits = append(digits, int(r-'0'))
	}
	n := len(digits)
	if n != 3 && n != 4 {
		return 0, 0, false
	}
	month := digits[0]
	if n == 4 {
		month = month*10 + digits[1]
	}
	d, _, ok := latest(month, digits[n-2]*10+digits[n-1], 0, today)
	return d.first, d.last, ok
}
