package reading

import "testing"

func TestReadNumber(t *testing.T) {
	for _, c := range []struct {
		in     string
		milli  int64
		unit   string
		approx bool
		ok     bool
	}{
		{"320", 320_000, "", false, true},
		{" 320 人", 320_000, "人", false, true},
		{"３２０人次", 320_000, "人次", false, true},
		{"约320", 320_000, "", true, true},
		{"三百二十余人", 320_000, "人", true, true},
		{"1.2万元", 12_000_000, "元", false, true},
		{"12.5元", 12_500, "元", false, true},
		{"11.20", 11_200, "", false, true},
		{"0", 0, "", false, true},
		{"是320人。", 320_000, "人", false, true},
		{"几十人", 0, "", false, false},
		{"30人50份", 0, "", false, false},
		{"第3场", 0, "", false, false},
		{"九点半", 0, "", false, false},
		{"不知道", 0, "", false, false},
		{"", 0, "", false, false},
	} {
		n, ok := ReadNumber(c.in)
		if ok != c.ok || ok && (n != Number{c.milli, c.unit, c.approx}) {
			t.Errorf("%q: got %+v, %v", c.in, n, ok)
		}
	}
}

func TestNumberIn(t *testing.T) {
	for _, c := range []struct {
		milli int64
		unit  string
		value int64
		ok    bool
	}{
		{12_500, "元", 1250, true},
		{12_505, "元", 1250, false},
		{320_000, "人次", 320, true},
		{1_500, "户", 1, false},
		{97_500, "‰", 975, true},
	} {
		if value, ok := (Number{Milli: c.milli}).In(c.unit); value != c.value || ok != c.ok {
			t.Errorf("%d in %s: got %d, %v", c.milli, c.unit, value, ok)
		}
	}
}

func TestReadDay(t *testing.T) {
	today := day(t, "2026-11-24")
	for _, c := range []struct{ in, first, last string }{
		{"昨天", "2026-11-23", ""},
		{"3.8", "2026-03-08", ""},
		{"是3月8日的", "2026-03-08", ""},
		{"0308", "2026-03-08", ""},
		{"308", "2026-03-08", ""},
		{"1120", "2026-11-20", ""},
		{"11月16日至18日", "2026-11-16", "2026-11-18"},
		{"明天", "2026-11-25", ""},
		{"近日", "", ""},
		{"320", "2026-03-20", ""},
		{"999", "", ""},
		{"3月8日和3月9日", "2026-03-08", "2026-03-09"},
		{"3月8日，还有5月1日", "", ""},
		{"", "", ""},
	} {
		first, last, ok := ReadDay(c.in, today)
		if c.last == "" {
			c.last = c.first
		}
		if first.String() != c.first || last.String() != c.last || ok != (c.first != "") {
			t.Errorf("%q: got %s to %s, %v", c.in, first, last, ok)
		}
	}
}
