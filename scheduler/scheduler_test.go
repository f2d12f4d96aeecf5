package scheduler

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/report"
	"huibao/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestWeeklyDigestIsDueOnMondayAtEightInTheCountysZone(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00") // the clock shows UTC: Monday 8:00 is midnight there
	s := w.scheduler()
	w.tick(s, "2026-03-08 12:00:00")
	w.tick(s, "2026-03-09 07:59:59")
	w.wantRuns("week")
	w.tick(s, "2026-03-09 08:00:00")
	w.wantRuns("week", "2026-W10 done")
	w.wantHeadings(chen, "📋 第10周 3月2日-8日")
	for _, later := range []string{"2026-03-09 08:00:20", "2026-03-10 08:00:00", "2026-03-15 23:59:59"} {
		w.tick(s, later)
	}
	w.wantHeadings(chen, "📋 第10周 3月2日-8日")
	w.tick(s, "2026-03-16 08:00:00")
	w.wantHeadings(chen, "📋 第10周 3月2日-8日", "📋 第11周 3月9日-15日")
}

func TestWeekOverNewYear(t *testing.T) {
	w := newWorld(t, "2026-01-03 12:00:00")
	s := w.scheduler()
	w.count("2025-12-29", 10)
	w.count("2026-01-04", 20)
	w.tick(s, "2026-01-03 12:00:00")
	w.tick(s, "2026-01-05 08:00:00")
	w.wantRuns("week", "2026-W01 done")
	w.wantHeadings(chen, "📋 第1周 2025年12月29日-2026年1月4日")
	if text := w.outbox()[0].text; !strings.Contains(text, "2场 30人次") {
		t.Errorf("both days belong to the week:\n%s", text)
	}
}

func TestYearTotalsAreDueOnNewYearsDayAtEight(t *testing.T) {
	w := newWorld(t, "2025-12-30 12:00:00")
	s := w.scheduler()
	w.tick(s, "2025-12-30 12:00:00")
	w.tick(s, "2026-01-01 07:59:59")
	w.wantRuns("year")
	w.tick(s, "2026-01-01 08:00:00")
	w.tick(s, "2026-01-01 08:00:20")
	w.wantRuns("year", "2025 done")
	w.wantHeadings(chen, "📋 2025年12月", "📋 2025年四季度", "📋 2025年下半年", "📋 2025年")
}

func TestDigestsOfEveryPeriod(t *testing.T) {
	w := newWorld(t, "2026-03-31 12:00:00")
	s := w.scheduler()
	w.tick(s, "2026-03-31 12:00:00")
	for _, c := range []struct {
		moment string
		sent   []string
	}{
		{"2026-04-01 07:59:59", nil},
		{"2026-04-01 08:00:00", []string{"📋 2026年3月", "📋 2026年一季度"}},
		{"2026-04-01 08:00:20", nil},
		{"2026-05-01 08:00:00", []string{"📋 第17周 4月20日-26日", "📋 2026年4月"}}, // the machine was off on Mondays
		{"2026-06-01 08:00:00", []string{"📋 第22周 5月25日-31日", "📋 2026年5月"}}, // a Monday
		{"2026-07-01 08:00:00", []string{"📋 第26周 6月22日-28日", "📋 2026年6月", "📋 2026年二季度", "📋 2026年上半年"}},
		{"2026-10-01 09:00:00", []string{"📋 第39周 9月21日-27日", "📋 2026年7月", "📋 2026年8月", "📋 2026年9月", "📋 2026年三季度"}},
	} {
		before := len(w.headings(chen))
		w.tick(s, c.moment)
		if got := w.headings(chen)[before:]; !slices.Equal(got, c.sent) {
			t.Errorf("%s: sent %q, want %q", c.moment, got, c.sent)
		}
	}
}

func TestSpecsOfEveryKind(t *testing.T) {
	w := newWorld(t, "2026-06-29 12:00:00")
	s := w.scheduler(func(o *Options) {
		o.Weekly, o.Monthly, o.Quarterly, o.HalfYearly, o.Yearly = "0 9 * * 2", "0 9 5 * *", "0 9 6 1,4,7,10 *", "0 9 7 1,7 *", "0 9 8 1 *"
	})
	w.tick(s, "2026-06-29 12:00:00")
	for _, c := range []struct{ moment, sent string }{
		{"2026-06-30 09:00:00", "📋 第26周 6月22日-28日"},
		{"2026-07-05 09:00:00", "📋 2026年6月"},
		{"2026-07-06 09:00:00", "📋 2026年二季度"},
		{"2026-07-07 08:59:00", ""},
		{"2026-07-07 09:00:00", "📋 第27周 6月29日-7月5日"}, // also a Tuesday
	} {
		before := len(w.headings(chen))
		w.tick(s, c.moment)
		sent := w.headings(chen)[before:]
		if c.sent == "" != (len(sent) == 0) || len(sent) > 0 && sent[0] != c.sent {
			t.Errorf("%s: sent %q, want %q", c.moment, sent, c.sent)
		}
	}
	w.wantRuns("half", "2026-H1 done")
}

func TestAFirstStartOwesNothing(t *testing.T) {
	for _, moment := range []string{"2026-03-09 08:00:00", "2026-03-11 09:00:00", "2026-01-01 08:00:01"} {
		w := newWorld(t, moment)
		s := w.scheduler()
		w.tick(s, moment)
		if err := s.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantRuns("week")
		w.wantRuns("year")
	}
}

func TestAfterThreeMonthsOffOneWeeklyDigestSaysWhatWasMissed(t *testing.T) {
	w := newWorld(t, "2025-11-05 12:00:00")
	w.tick(w.scheduler(), "2025-11-05 12:00:00")
	w.reopen()
	w.tick(w.scheduler(), "2026-02-05 10:30:00")
	w.wantRuns("week", "2025-W45 skipped", "2025-W46 skipped", "2025-W47 skipped", "2025-W48 skipped", "2025-W49 skipped",
		"2025-W50 skipped", "2025-W51 skipped", "2025-W52 skipped", "2026-W01 skipped", "2026-W02 skipped", "2026-W03 skipped",
		"2026-W04 skipped", "2026-W05 done")
	w.wantRuns("year", "2025 done")
	w.wantHeadings(chen, "📋 第5周 1月26日-2月1日", "📋 2025年11月", "📋 2025年12月", "📋 2026年1月", "📋 2025年四季度", "📋 2025年下半年", "📋 2025年")
	if text := w.outbox()[0].text; !strings.HasSuffix(text, "另有12周未发，可查 /week 2025-W45") {
		t.Errorf("the digest does not say what was missed:\n%s", text)
	}
	w.tick(w.scheduler(), "2026-02-05 10:30:20")
	w.tick(w.scheduler(), "2026-02-09 08:00:00")
	if got := w.headings(chen)[7:]; !slices.Equal(got, []string{"📋 第6周 2月2日-8日"}) {
		t.Errorf("after it was caught up: %q", got)
	}
	for _, p := range w.outbox() {
		if strings.Contains(p.text, "第6周") && strings.Contains(p.text, "未发") {
			t.Errorf("what was missed is told twice:\n%s", p.text)
		}
	}
}

// What was not sent is kept as if it had been: the next digest goes on from it, and later changes are told of it.
func TestWhatIsSkippedIsPublishedAllTheSame(t *testing.T) {
	w := newWorld(t, "2026-02-18 12:00:00")
	w.count("2026-02-17", 100)
	w.tick(w.scheduler(), "2026-02-18 12:00:00")
	w.tick(w.scheduler(), "2026-03-09 08:00:00")
	w.wantRuns("week", "2026-W08 skipped", "2026-W09 skipped", "2026-W10 done")
	w.count("2026-02-18", 20)
	w.read(func(v *store.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		root, _ := areas.Root()
		eighth, _ := report.ParsePeriod("2026-W08")
		r, err := v.Restatement(root.ID, eighth)
		if len(r.Lines) != 2 || r.Lines[1].Old != 100 || r.Lines[1].New != 120 {
			t.Errorf("what changed in a week that was skipped: %+v", r.Lines)
		}
		sum, err2 := v.Summary(root.ID, report.WeekOf(report.Date(2026, 3, 9)), report.Date(2026, 3, 9))
		if !sum.Reconciled.Published || len(sum.Restated) != 1 || sum.Restated[0].Period != eighth {
			t.Errorf("the next week: %+v, %+v", sum.Reconciled, sum.Restated)
		}
		return errors.Join(err, err2)
	})
}

func TestYearsAreMadeUpEach(t *testing.T) {
	w := newWorld(t, "2023-06-01 12:00:00")
	s := w.scheduler()
	w.tick(s, "2023-06-01 12:00:00")
	w.tick(s, "2026-06-01 12:00:00")
	w.wantRuns("year", "2023 done", "2024 done", "2025 done")
	if got := w.headings(chen); !slices.Equal(got[len(got)-3:], []string{"📋 2023年", "📋 2024年", "📋 2025年"}) {
		t.Errorf("years sent: %q", got)
	}
}

func TestARestartRepeatsNothing(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	w.tick(w.scheduler(), "2026-03-08 12:00:00")
	w.reopen()
	w.tick(w.scheduler(), "2026-03-09 08:00:00")
	w.reopen()
	w.tick(w.scheduler(), "2026-03-09 08:00:00")
	w.wantHeadings(chen, "📋 第10周 3月2日-8日")
}

func TestAChangedSpecRepeatsNothing(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	w.tick(w.scheduler(), "2026-03-08 12:00:00")
	w.tick(w.scheduler(), "2026-03-09 08:00:00")
	evening := w.scheduler(func(o *Options) { o.Weekly = "0 20 * * 1" })
	w.tick(evening, "2026-03-09 20:00:00")
	w.wantRuns("week", "2026-W10 done")
	w.tick(evening, "2026-03-16 19:59:00")
	w.wantRuns("week", "2026-W10 done")
	w.tick(evening, "2026-03-16 20:00:00")
	w.wantRuns("week", "2026-W10 done", "2026-W11 done")
}

func TestAClockMovedBackRepeatsNothing(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	s := w.scheduler()
	w.tick(s, "2026-03-08 12:00:00")
	w.tick(s, "2026-03-16 08:00:00")
	w.tick(s, "2026-03-09 08:00:00")
	w.tick(s, "2026-03-16 08:00:00")
	w.wantRuns("week", "2026-W10 skipped", "2026-W11 done")
	w.wantHeadings(chen, "📋 第11周 3月9日-15日")
}

func TestAClockThatWasWrongAtFirstDoesNotSilenceTheBot(t *testing.T) {
	w := newWorld(t, "2040-01-01 12:00:00")
	s := w.scheduler()
	w.tick(s, "2040-01-01 12:00:00")
	w.tick(s, "2026-03-08 12:00:00")
	w.tick(s, "2026-03-09 08:00:00")
	w.wantRuns("week", "2026-W10 done")
}

func TestAFailureAnywhereLeavesNothingAndIsMadeUpOnce(t *testing.T) {
	for _, table := range []string{"runs", "publications", "outbox"} {
		t.Run(table, func(t *testing.T) {
			w := newWorld(t, "2026-03-01 12:00:00")
			s := w.scheduler()
			w.count("2026-03-05", 320)
			w.tick(s, "2026-03-01 12:00:00")
			w.sql(`CREATE TRIGGER broken AFTER INSERT ON ` + table + ` BEGIN SELECT RAISE(ABORT, 'injected'); END`)
			w.move("2026-03-09 08:00:00")
			if err := s.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "job week") {
				t.Fatalf("error %v, want one that names the job", err)
			}
			if runs := w.runs("week"); slices.Contains(runs, "2026-W10 done") {
				t.Errorf("runs after a failure: %q", runs)
			}
			if posts := w.outbox(); len(posts) > 0 {
				t.Errorf("%d messages of a run that failed", len(posts))
			}
			w.wantPublications("2026-W10", 0)
			w.sql(`DROP TRIGGER broken`)
			w.tick(s, "2026-03-09 08:00:20")
			w.wantRuns("week", "2026-W09 skipped", "2026-W10 done")
			w.wantHeadings(chen, "📋 第10周 3月2日-8日")
			w.wantPublications("2026-W10", 1)
		})
	}
}

func TestAFailingJobDoesNotBlockTheOther(t *testing.T) {
	w := newWorld(t, "2025-12-30 12:00:00")
	s := w.scheduler()
	w.tick(s, "2025-12-30 12:00:00")
	w.sql(`CREATE TRIGGER broken AFTER INSERT ON runs WHEN NEW.job = 'week' BEGIN SELECT RAISE(ABORT, 'injected'); END`)
	w.move("2026-01-05 08:00:00")
	if err := s.Tick(t.Context()); err == nil {
		t.Error("no error from a tick with a failing job")
	}
	w.wantRuns("week")
	w.wantRuns("year", "2025 done")
	w.wantHeadings(chen, "📋 2025年12月", "📋 2025年四季度", "📋 2025年下半年", "📋 2025年")
}

func TestAPanicIsAFailure(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	w.tick(w.scheduler(), "2026-03-08 12:00:00")
	w.move("2026-03-09 08:00:00")
	calls := 0
	s := w.scheduler(func(o *Options) {
		o.Now = func() time.Time {
			if calls++; calls == 1 {
				panic("out of order")
			}
			return w.now()
		}
	})
	if err := s.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "job week: panic: out of order") {
		t.Fatalf("error %v, want the panic of job week", err)
	}
	w.tick(s, "2026-03-09 08:00:20")
	w.wantRuns("week", "2026-W10 done")
}

func TestTwoSchedulersSendOnce(t *testing.T) {
	w := newWorld(t, "2023-06-01 12:00:00")
	first, second := w.scheduler(), w.scheduler()
	w.tick(first, "2023-06-01 12:00:00")
	w.move("2026-06-01 12:00:00")
	var race sync.WaitGroup
	for _, s := range []*Scheduler{first, second, first, second} {
		race.Go(func() {
			if err := s.Tick(t.Context()); err != nil {
				t.Errorf("the slower one must be quiet: %v", err)
			}
		})
	}
	race.Wait()
	w.wantRuns("year", "2023 done", "2024 done", "2025 done")
	sent := w.headings(chen)
	slices.Sort(sent)
	const all = 1 + 36 + 12 + 6 + 3 // one week, and months, quarters, halves and years each
	if once := slices.Compact(slices.Clone(sent)); len(sent) != all || len(once) != all {
		t.Errorf("sent %q", sent)
	}
}

func TestWhoGetsTheDigest(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	s := w.scheduler()
	w.count("2026-03-05", 320)
	w.tick(s, "2026-03-08 12:00:00")
	w.tick(s, "2026-03-09 08:00:00")
	const ofCounty, ofTownship = "📋 第10周 3月2日-8日", "📋 长铺镇 第10周 3月2日-8日"
	w.wantHeadings(chen, ofCounty)
	w.wantHeadings(liu, ofTownship)
	w.wantHeadings(hu, ofCounty, ofTownship)
	w.wantHeadings(group, ofCounty)
	for _, to := range []int64{wu, zhao, limei, quiet} {
		w.wantHeadings(to)
	}
	w.wantPublications("2026-W10", 1)
}

// wantPublications checks how often the county's digest of a week was published, and that its numbers were kept.
func (w *world) wantPublications(period string, want int) {
	w.t.Helper()
	p, err := report.ParsePeriod(period)
	if err != nil {
		w.t.Fatal(err)
	}
	w.read(func(v *store.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		root, _ := areas.Root()
		list, err := v.Publications("week", root.ID, p)
		if len(list) != want {
			w.t.Errorf("%d publications of %s, want %d", len(list), period, want)
		}
		position, _ := v.LedgerPosition()
		for _, one := range list {
			if one.FactsSeq != position || !strings.Contains(string(one.Numbers), `"Value":320`) {
				w.t.Errorf("published at %d of %d: %s", one.FactsSeq, position, one.Numbers)
			}
		}
		return err
	})
}

func TestTheMessageInTheOutbox(t *testing.T) {
	w := newWorld(t, "2026-02-20 12:00:00")
	s := w.scheduler()
	w.count("2026-02-28", 280)
	w.count("2026-03-05", 320)
	w.tick(s, "2026-02-20 12:00:00")
	w.tick(s, "2026-03-09 08:00:00")
	var all strings.Builder
	for _, p := range w.outbox() {
		fmt.Fprintf(&all, "-- to %d --\n%s\n%s\n", p.to, p.text, p.body[strings.Index(string(p.body), `,"entities"`):])
	}
	file := filepath.Join("testdata", "outbox.golden")
	if *update {
		if err := os.WriteFile(file, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := all.String(); got != string(want) {
		t.Errorf("outbox (rewrite with -update):\n%s\nwant:\n%s", got, want)
	}
}

func TestRunTicksAtOnceAndWhenTheClockIsMoved(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	moved := make(chan struct{}) // without a buffer: a signal is taken only between ticks
	s := w.scheduler(func(o *Options) { o.Moved = moved })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	moved <- struct{}{} // the first tick is over
	moved <- struct{}{}
	w.move("2026-03-09 08:00:00")
	moved <- struct{}{}
	moved <- struct{}{} // the tick after the move is over
	w.wantRuns("week", "2026-W10 done")
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run after an orderly stop: %v", err)
	}
}
