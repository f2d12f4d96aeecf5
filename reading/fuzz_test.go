package reading

import (
	"strings"
	"testing"
	"unicode/utf8"

	"huibao/report"
)

// FuzzRead reads anything. It never fails; a clear entry holds no numeral that nothing explains; pieces lie in order in the
// text; and every figure comes from a numeral of it.
func FuzzRead(f *testing.F) {
	r := testReader(f)
	for _, c := range loadCases(f) {
		f.Add(c.text, false)
	}
	f.Add(prose, true)
	f.Add("\x00\xff\u200b１２³①〇廿", false)
	today := day(f, "2026-11-24")
	f.Fuzz(func(t *testing.T, text string, forwarded bool) {
		x, tokens := r.Explain(text, Context{Today: today, Area: 2, Forwarded: forwarded})
		numerals, end := 0, 0
		for _, k := range tokens {
			if k.Start < end || k.End <= k.Start || k.End > len(text) {
				t.Fatalf("piece %d to %d behind %d of %d bytes", k.Start, k.End, end, len(text))
			}
			end = k.End
			if k.Why == WhyFigure || k.Why == WhyClaim {
				numerals++
			}
		}
		figures := 0
		for _, e := range x.Entries {
			figures += len(e.Figures)
			if x.Kind == KindReport {
				checkEntry(t, r, e)
			}
		}
		if figures > numerals && !strings.Contains(text, "各") {
			t.Errorf("%d figures of %d numerals: %s", figures, numerals, describe(r, x))
		}
		clear := len(x.Entries) > 0
		for _, e := range x.Entries {
			clear = clear && e.Clear
		}
		for _, k := range tokens {
			if clear && k.Why == WhyUnknown {
				t.Errorf("clear, but nothing explains %q: %s", text[k.Start:k.End], describe(r, x))
			}
		}
		for _, u := range x.Unread {
			if !strings.Contains(text, u) && utf8.ValidString(text) {
				t.Errorf("unread %q is not in the text", u)
			}
		}
	})
}

func checkEntry(t *testing.T, r *Reader, e Entry) {
	t.Helper()
	if e.Clear && (e.Activity == "" || e.Area == 0 || e.Day == 0 || len(e.Doubts) > 0) {
		t.Errorf("clear without activity, area or day, or with doubts: %+v", e)
	}
	if e.Clear && e.Day > day(t, "2026-11-24") {
		t.Errorf("clear, but on %s, which is to come", e.Day)
	}
	a, _ := r.catalogue.Activity(e.Activity)
	for _, f := range e.Figures {
		m, ok := a.Measure(f.Measure)
		if e.Clear && (!ok || f.Value <= 0 || f.Unit != m.Unit && !m.Goods && f.Unit != "‰") {
			t.Errorf("%s has no such figure: %+v", e.Activity, f)
		}
		if f.Claim != (f.Unit == "%" || f.Unit == "‰") {
			t.Errorf("a rate and a claim are the same: %+v", f)
		}
	}
}

// FuzzReadNumber and FuzzReadDay read anything typed as an answer.
func FuzzReadNumber(f *testing.F) {
	for _, s := range []string{"320", "约320人", "1.2万", "三百二十", "3 2 0", "11.20", "几十", "12户5户", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, ok := ReadNumber(text); ok && (n.Milli < 0 || n.Milli > maxMilli) {
			t.Errorf("%q is %d thousandths", text, n.Milli)
		}
	})
}

func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"昨天", "3月8日", "3.8", "0308", "11月16日至18日", "正月十五", "近日", "", "2月30日"} {
		f.Add(s)
	}
	today := day(f, "2026-11-24")
	f.Fuzz(func(t *testing.T, text string) {
		first, last, ok := ReadDay(text, today)
		if ok && (first <= 0 || last < first || first > report.Date(2101, 1, 1)) {
			t.Errorf("%q is %s to %s", text, first, last)
		}
	})
}
