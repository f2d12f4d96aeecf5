package report

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// anyDay is a day of the years 1 to 9999.
var anyDay = rapid.Custom(func(t *rapid.T) Day {
	return Day(rapid.Int32Range(1, int32(Date(9999, time.December, 31))).Draw(t, "day"))
})

func TestDaysAreTheCalendars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay.Draw(t, "day")
		y, m, n := d.Date()
		noon := time.Date(y, m, n, 12, 0, 0, 0, time.UTC)
		if DayOf(noon) != d || d.Weekday() != noon.Weekday() || d.Year() != y {
			t.Fatalf("day %d is %s, its noon %s", d, d, noon)
		}
		if next := DayOf(noon.AddDate(0, 0, 1)); next != d+1 {
			t.Fatalf("the day after %s is %s", d, next)
		}
		if back, ok := ValidDate(y, int(m), n); !ok || back != d {
			t.Fatalf("%d-%d-%d is day %s, %v", y, m, n, back, ok)
		}
		if d.Month() > d || d.Month().String()[8:] != "01" || d.Month().String()[:7] != d.String()[:7] {
			t.Fatalf("the month of %s begins %s", d, d.Month())
		}
	})
}

func TestDayIsWrittenAndRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.OneOf(anyDay, rapid.Just(Day(0))).Draw(t, "day")
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON, fromSQL Day
		if err := json.Unmarshal(text, &fromJSON); err != nil || fromJSON != d {
			t.Fatalf("%s became %s, %v", text, fromJSON, err)
		}
		value, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := fromSQL.Scan(value); err != nil || fromSQL != d {
			t.Fatalf("%v became %s, %v", value, fromSQL, err)
		}
	})
	for _, bad := range []string{"2026-3-8", "2026-02-29", "2026-13-01", "0000-01-01", "8.3.2026", " 2026-03-08", "2026-03-08T00:00:00Z"} {
		if d, err := ParseDay(bad); err == nil {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
	var d Day
	if err := d.Scan(int64(20260308)); err == nil {
		t.Error("a number was read as a day")
	}
}

func TestValidDate(t *testing.T) {
	for _, c := range []struct {
		y, m, d int
		ok      bool
	}{{2024, 2, 29, true}, {2026, 2, 29, false}, {2000, 2, 29, true}, {1900, 2, 29, false}, {2026, 4, 31, false}, {2026, 12, 31, true},
		{2026, 0, 1, false}, {2026, 1, 0, false}, {0, 1, 1, false}, {10000, 1, 1, false}, {2026, 3, 40, false}} {
		if _, ok := ValidDate(c.y, c.m, c.d); ok != c.ok {
			t.Errorf("%d-%d-%d: valid %v, want %v", c.y, c.m, c.d, ok, c.ok)
		}
	}
}

func TestDayInWords(t *testing.T) {
	d := day(t, "2026-03-08")
	for got, want := range map[string]string{
		d.Chinese(2026):  "3月8日",
		d.Chinese(2025):  "2026年3月8日",
		d.WeekdayName():  "周日",
		Day(0).String():  "",
		(d - 1).String(): "2026-03-07",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A host anywhere in the world gives the county's day when it is asked in the county's zone.
func TestDayOfAMoment(t *testing.T) {
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	late := time.Date(2026, 3, 8, 16, 30, 0, 0, time.UTC)
	if got := DayOf(late.In(shanghai)); got != day(t, "2026-03-09") {
		t.Errorf("half past midnight in the county is on %s", got)
	}
	if got := day(t, "2026-03-09").Start(shanghai); !got.Equal(late.Add(-30 * time.Minute)) {
		t.Errorf("the day begins %s", got)
	}
}
