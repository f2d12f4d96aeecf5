package scheduler

import (
	"errors"
	"testing"
	"time"

	"huibao/report"
)

func TestSpecsAreRefusedWithWhatIsExpected(t *testing.T) {
	for _, spec := range []string{"8 * * 1", "0 0 8 * * 1", "0 8 * * 7", "0 24 * * 1", "0 8 31 2 *", "0 8 30 2 *", "@weekly", "@every 20s",
		"TZ=", "CRON_TZ=Asia/Shanghai", "CRON_TZ=UTC 0 8 * *", "TZ=Asia/Shanghai 0 8 * * 1", "a b c d e", "*/0 8 * * 1", "0 8 * * 1-"} {
		s, err := New(Options{Weekly: spec})
		if s != nil || !errors.Is(err, errSpec) {
			t.Errorf("spec %q: %v, want what is expected", spec, err)
		}
		if _, err := New(Options{Yearly: spec}); !errors.Is(err, errSpec) {
			t.Errorf("yearly spec %q: %v", spec, err)
		}
	}
	for _, spec := range []string{"", "0 8 * * 1", "30 7 * * MON", "0 8 29 2 *", "*/5 6-9 1,15 * 1-5"} {
		if _, err := New(Options{Weekly: spec, Yearly: spec}); err != nil {
			t.Errorf("spec %q: %v", spec, err)
		}
	}
}

func TestAPeriodIsDueOnceWhateverTheSpec(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	since, now := time.Date(2026, 3, 2, 0, 0, 0, 0, shanghai), time.Date(2026, 3, 22, 12, 0, 0, 0, shanghai)
	for spec, want := range map[string][]string{
		"* * * * *":    {"2026-W09 03-02 00:01", "2026-W10 03-09 00:00", "2026-W11 03-16 00:00"},
		"0 8 * * *":    {"2026-W09 03-02 08:00", "2026-W10 03-09 08:00", "2026-W11 03-16 08:00"},
		"0 20 * * 0":   {"2026-W09 03-08 20:00", "2026-W10 03-15 20:00"},
		"0 8 1,15 * *": {"2026-W10 03-15 08:00"}, // a week without a due day has no digest
	} {
		schedule, err := parseSpec(spec)
		if err != nil {
			t.Fatal(err)
		}
		runs := job{Job{"week", spec, report.Week, Newest}, schedule}.runs(since, now)
		if len(runs) != len(want) {
			t.Errorf("%s: %d runs, want %q", spec, len(runs), want)
			continue
		}
		for i, r := range runs {
			if got := r.period.Key() + " " + r.due.Format("01-02 15:04"); got != want[i] {
				t.Errorf("%s: run %d is %s, want %s", spec, i, got, want[i])
			}
		}
	}
}

func FuzzSpec(f *testing.F) {
	for _, spec := range []string{"0 8 * * 1", "CRON_TZ=Asia/Shanghai", "TZ= 0 8 * *", "*/5 6-9 1,15 * MON-FRI", "0 8 31 2 *", "? ? ? ? ?"} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		schedule, err := parseSpec(spec) // must not panic
		if (schedule == nil) == (err == nil) {
			t.Errorf("spec %q: schedule %v beside error %v", spec, schedule, err)
		}
		if err != nil && !errors.Is(err, errSpec) {
			t.Errorf("spec %q: %v does not say what is expected", spec, err)
		}
	})
}
