package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The arrangement of the State Council for 2026 (国办发明电〔2025〕7号), and days around it.
func TestWorkdays(t *testing.T) {
	for day, want := range map[string]bool{
		"2026-01-01": false, "2026-01-02": false, "2026-01-03": false, "2026-01-04": true, // 元旦, Sunday worked
		"2026-02-14": true, "2026-02-15": false, "2026-02-16": false, "2026-02-23": false, "2026-02-24": true, "2026-02-28": true, // 春节
		"2026-03-07": false, "2026-03-08": false, "2026-03-09": true,
		"2026-04-06": false, "2026-04-07": true, // 清明
		"2026-05-01": false, "2026-05-05": false, "2026-05-06": true, "2026-05-09": true, // 劳动节, Saturday worked
		"2026-09-20": true, "2026-09-25": false, "2026-09-27": false, // 中秋
		"2026-10-01": false, "2026-10-07": false, "2026-10-08": true, "2026-10-10": true, // 国庆
	} {
		d, err := ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		if works, known := Workday(d); works != want || !known {
			t.Errorf("%s %s: works %v, known %v, want %v", day, d.WeekdayName(), works, known, want)
		}
	}
}

func TestAYearWithoutDataHasWeekdays(t *testing.T) {
	for _, year := range []int{1990, 2001, 2033, 2090} {
		for d := Date(year, time.January, 1); d.Year() == year; d++ {
			works, known := Workday(d)
			if weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday; works == weekend || known {
				t.Fatalf("%s %s: works %v, known %v", d, d.WeekdayName(), works, known)
			}
		}
	}
	for year := 2002; year <= 2026; year++ {
		if _, known := Workday(Date(year, time.July, 1)); !known {
			t.Errorf("%d has no data", year)
		}
	}
}

func TestNextWorkday(t *testing.T) {
	for from, want := range map[string]string{
		"2026-03-09": "2026-03-09", "2026-03-07": "2026-03-09",
		"2026-02-15": "2026-02-24", // all of 春节
		"2026-02-28": "2026-02-28", // a Saturday that is worked
		"2026-10-01": "2026-10-08",
		"2026-10-10": "2026-10-10",
	} {
		d, _ := ParseDay(from)
		if got := NextWorkday(d); got.String() != want {
			t.Errorf("from %s: %s, want %s", from, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(1, 900_000).Draw(t, "day"))
		next := NextWorkday(d)
		if works, _ := Workday(next); !works || next < d || next-d > 12 {
			t.Fatalf("from %s: %s", d, next)
		}
	})
}

func BenchmarkWorkday(b *testing.B) {
	d := Date(2026, time.October, 1)
	for b.Loop() {
		Workday(d)
	}
}
