package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var kinds = []PeriodKind{Week, Month, Quarter, Half, Year}

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		kind        PeriodKind
		day         string
		first, last string
		key         string
		chinese     string // in 2026
	}{
		{Week, "2026-03-04", "2026-03-02", "2026-03-08", "2026-W10", "第10周 3月2日-8日"},
		{Week, "2026-04-05", "2026-03-30", "2026-04-05", "2026-W14", "第14周 3月30日-4月5日"},
		{Week, "2025-12-29", "2025-12-29", "2026-01-04", "2026-W01", "第1周 2025年12月29日-2026年1月4日"},
		{Week, "2026-01-04", "2025-12-29", "2026-01-04", "2026-W01", "第1周 2025年12月29日-2026年1月4日"},
		{Week, "2026-12-31", "2026-12-28", "2027-01-03", "2026-W53", "第53周 2026年12月28日-2027年1月3日"},
		{Week, "2025-03-09", "2025-03-03", "2025-03-09", "2025-W10", "2025年第10周 2025年3月3日-9日"},
		{Month, "2026-02-10", "2026-02-01", "2026-02-28", "2026-02", "2026年2月"},
		{Month, "2024-02-29", "2024-02-01", "2024-02-29", "2024-02", "2024年2月"},
		{Quarter, "2026-06-30", "2026-04-01", "2026-06-30", "2026-Q2", "2026年二季度"},
		{Half, "2026-07-01", "2026-07-01", "2026-12-31", "2026-H2", "2026年下半年"},
		{Year, "2026-07-01", "2026-01-01", "2026-12-31", "2026", "2026年"},
	} {
		p := PeriodOf(c.kind, day(t, c.day))
		if p.First.String() != c.first || p.Last.String() != c.last || p.Key() != c.key || p.Chinese(2026) != c.chinese {
			t.Errorf("%s of %s: %s..%s %s %s", c.kind, c.day, p.First, p.Last, p.Key(), p.Chinese(2026))
		}
	}
	spring := Period{Range, day(t, "2026-03-01"), day(t, "2026-04-08")}
	if spring.Chinese(2026) != "3月1日-4月8日" || spring.Key() != "2026-03-01..2026-04-08" || spring.Previous().Key() != "2026-01-21..2026-02-28" {
		t.Errorf("%s, %s, before it %s", spring.Chinese(2026), spring.Key(), spring.Previous().Key())
	}
	if one := (Period{Range, spring.First, spring.First}); one.Chinese(2026) != "3月1日" {
		t.Errorf("one day is %s", one.Chinese(2026))
	}
}

func TestLastYear(t *testing.T) {
	for _, c := range []struct{ period, through, want string }{
		{"2026-W10", "2026-03-08", "2025-W10"},
		{"2026-W10", "2026-03-04", "2025-03-03..2025-03-05"}, // as many days of the week of that number
		{"2026-W01", "2026-01-04", "2025-W01"},
		{"2026-W53", "2027-01-03", ""}, // 2025 has 52
		{"2026-03", "2026-03-31", "2025-03"},
		{"2025-02", "2025-02-28", "2024-02"}, // all of it: 29 days
		{"2024-02", "2024-02-29", "2023-02"}, // 28 days
		{"2024-Q1", "2024-02-29", "2023-01-01..2023-02-28"},
		{"2026-Q1", "2026-03-09", "2025-01-01..2025-03-09"},
		{"2026-H2", "2026-12-31", "2025-H2"},
		{"2026", "2026-03-09", "2025-01-01..2025-03-09"},
		{"2026", "2027-01-01", "2025"},
		{"2026-03-01..2026-03-08", "2026-03-08", "2025-03-01..2025-03-08"},
		{"2024-02-29..2024-03-01", "2024-03-01", "2023-02-28..2023-03-01"},
	} {
		p, err := ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := p.LastYearTo(day(t, c.through))
		if ok != (c.want != "") || ok && got.Key() != c.want {
			t.Errorf("a year before %s to %s: %s, %v", c.period, c.through, got.Key(), ok)
		}
	}
}

// Periods of a kind cover every day once, and each is found again under its key.
func TestPeriodsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Years of four digits; the periods just before and after have them too.
		d := Day(rapid.Int32Range(int32(Date(1001, time.January, 1)), int32(Date(9998, time.December, 31))).Draw(t, "day"))
		p := PeriodOf(rapid.SampledFrom(kinds).Draw(t, "kind"), d)
		if !p.Contains(d) || p.Contains(p.First-1) || p.Contains(p.Last+1) || PeriodOf(p.Kind, p.First) != p || PeriodOf(p.Kind, p.Last) != p {
			t.Fatalf("%s of %s is %s..%s", p.Kind, d, p.First, p.Last)
		}
		if before := p.Previous(); before.Last != p.First-1 || PeriodOf(p.Kind, before.First) != before {
			t.Fatalf("before %s is %s", p.Key(), before.Key())
		}
		if back, err := ParsePeriod(p.Key()); err != nil || back != p {
			t.Fatalf("%s became %+v, %v", p.Key(), back, err)
		}
		whole := Period{Range, p.First, p.Last}
		if back, err := ParsePeriod(whole.Key()); err != nil || back != whole {
			t.Fatalf("%s became %+v, %v", whole.Key(), back, err)
		}
	})
}

func TestParsePeriodRefuses(t *testing.T) {
	for _, bad := range []string{"", "26", "2026-W00", "2026-W54", "2025-W53", "2026-Q5", "2026-H3", "2026-13", "2026-00", "0000",
		"2026-03-08", "2026-03-08..2026-03-01", "2026-02-30..2026-03-01", "2026-03-01...2026-03-08", "上周"} {
		if p, err := ParsePeriod(bad); err == nil {
			t.Errorf("%q was read as %s", bad, p.Key())
		}
	}
}

func TestRangeOfADayIsAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a range that holds a day was found")
		}
	}()
	PeriodOf(Range, 1)
}
