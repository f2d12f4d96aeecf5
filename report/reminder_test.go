package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReminderWindows(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	const form = "01-02 15:04"
	moment := func(s string) time.Time {
		m, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct{ deadline, before, after string }{
		{"2026-03-09 12:00", "03-09 08:00 to 03-09 12:00", "03-09 12:01 to 03-09 16:01"}, // Monday: 18:00 on Sunday is no workday
		{"2026-03-10 12:00", "03-09 18:00 to 03-09 20:30", "03-10 12:01 to 03-10 16:01"},
		{"2026-03-11 17:00", "03-11 08:00 to 03-11 12:00", "03-11 17:01 to 03-11 20:30"},
		{"2026-03-13 21:00", "03-13 08:00 to 03-13 12:00", "03-16 08:00 to 03-16 12:00"}, // Friday night: Monday
		{"2026-03-09 07:00", "03-06 14:00 to 03-06 18:00", "03-09 08:00 to 03-09 12:00"},
		{"2026-02-24 12:00", "02-24 08:00 to 02-24 12:00", "02-24 12:01 to 02-24 16:01"}, // the first day after 春节
		{"2026-03-02 12:00", "03-02 08:00 to 03-02 12:00", "03-02 12:01 to 03-02 16:01"},
		{"2026-02-14 20:00", "02-14 08:00 to 02-14 12:00", "02-14 20:01 to 02-14 20:30"}, // a Saturday that is worked
		{"2026-02-14 20:29", "02-14 08:00 to 02-14 12:00", "02-24 08:00 to 02-24 12:00"},
		{"2026-10-08 12:00", "10-08 08:00 to 10-08 12:00", "10-08 12:01 to 10-08 16:01"},
	} {
		got := func(w Window) string { return w.From.Format(form) + " to " + w.Until.Format(form) }
		if before := got(BeforeDeadline(moment(c.deadline))); before != c.before {
			t.Errorf("before %s: %s, want %s", c.deadline, before, c.before)
		}
		if after := got(AfterDeadline(moment(c.deadline))); after != c.after {
			t.Errorf("after %s: %s, want %s", c.deadline, after, c.after)
		}
	}
}

func TestNobodyIsRemindedAtNight(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	rapid.Check(t, func(t *rapid.T) {
		deadline := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "deadline"), 0).In(zone)
		after := AfterDeadline(deadline)
		before := BeforeDeadline(deadline)
		for _, w := range []Window{after, before} {
			last := w.Until.Add(-time.Second)
			works, _ := Workday(DayOf(w.From))
			if Quiet(w.From) || Quiet(last) || !works || DayOf(last) != DayOf(w.From) || !w.From.Before(w.Until) {
				t.Fatalf("deadline %v: %v", deadline, w)
			}
		}
		if !after.From.After(deadline) || before.Until.After(deadline) {
			t.Fatalf("deadline %v: before %v, after %v", deadline, before, after)
		}
		if next := AfterQuiet(deadline); Quiet(next) || next.Before(deadline) || next.Sub(deadline) > 12*time.Hour {
			t.Fatalf("after the night of %v: %v", deadline, next)
		}
	})
}
