package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"huibao/report"
	"huibao/store"
	"huibao/store/pgtest"
)

// Three schedulers on one database, each with its own connections as three processes have them, publish each digest once and
// send it once to each who gets it, while reports come in; and the numbers of each publication are those of the ledger up to the
// position it names.
func TestThreeSchedulersOnPostgres(t *testing.T) {
	w := newWorldOn(t, pgtest.Empty(t), "2026-01-01 12:00:00")
	var all []*Scheduler
	for range 3 {
		db, err := store.Open(t.Context(), w.file, store.Options{Now: w.now, Location: w.loc, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		all = append(all, w.scheduler(func(o *Options) { o.DB = db }))
	}
	w.tick(all[0], "2026-01-01 12:00:00")
	days := []string{"2026-01-05", "2026-02-10", "2026-03-05", "2026-03-31", "2026-06-30"}
	for _, moment := range []string{"2026-01-19 12:00:00", "2026-03-09 12:00:00", "2026-04-06 12:00:00", "2026-07-06 12:00:00"} {
		w.move(moment)
		var race sync.WaitGroup
		for _, s := range slices.Concat(all, all) {
			race.Go(func() {
				if err := s.Tick(t.Context()); err != nil {
					t.Errorf("the slower ones must be quiet: %v", err)
				}
			})
		}
		for n := range 15 {
			w.count(days[n%len(days)], int64(100+n))
		}
		race.Wait()
	}
	w.wantRuns("quarter", "2026-Q1 done", "2026-Q2 done")
	w.wantRuns("half", "2026-H1 done")
	w.wantRuns("month", "2026-01 done", "2026-02 done", "2026-03 done", "2026-04 done", "2026-05 done", "2026-06 done")
	sent := w.headings(chen)
	slices.Sort(sent)
	const most = 4 + 6 + 2 + 1 // a week of each moment; months, quarters and halves each
	if once := slices.Compact(slices.Clone(sent)); len(sent) != most || len(once) != most {
		t.Errorf("sent %d, of them %d different, want %d: %q", len(sent), len(once), most, sent)
	}
	w.wantConsistent("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
}

// wantConsistent compares what was published of the county's months with the ledger as it was then.
func (w *world) wantConsistent(months ...string) {
	w.t.Helper()
	w.read(func(v *store.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		root, _ := areas.Root()
		for _, key := range months {
			p, err := report.ParsePeriod(key)
			if err != nil {
				return err
			}
			list, err := v.Publications("month", root.ID, p)
			if err != nil || len(list) != 1 {
				return fmt.Errorf("%d publications of %s: %w", len(list), key, err)
			}
			var sum report.Summary
			if err := json.Unmarshal(list[0].Numbers, &sum); err != nil {
				return err
			}
			if got, want := eventsOf(sum.Current), w.eventsUpTo(v, list[0].FactsSeq, p.First, p.Last); got != want {
				w.t.Errorf("%s was published with %d events, the ledger had %d then", key, got, want)
			}
			if got, want := eventsOf(sum.YearToDate), w.eventsUpTo(v, list[0].FactsSeq, report.Date(2026, 1, 1), p.Last); got != want {
				w.t.Errorf("the year to %s was published with %d events, the ledger had %d then", key, got, want)
			}
		}
		return nil
	})
}

func eventsOf(tallies []report.Tally) int64 { return report.EventsOf(tallies, "") }

func (w *world) eventsUpTo(v *store.View, position int64, first, last report.Day) (n int64) {
	err := v.Facts(0, func(seq int64, _ time.Time, f report.Fact) error {
		if seq <= position && f.Measure == "" && f.Day >= first && f.Day <= last {
			n += f.Events
		}
		return nil
	})
	if err != nil {
		w.t.Error(err)
	}
	return n
}

// Of schedulers that run, one at a time ticks. The next one goes on where one ends.
func TestRunTakesTurns(t *testing.T) {
	w := newWorldOn(t, pgtest.Empty(t), "2026-03-08 12:00:00")
	for _, moment := range []string{"2026-03-08 12:00:00", "2026-03-09 12:00:00"} {
		w.move(moment)
		db, err := store.Open(t.Context(), w.file, store.Options{Now: w.now, Location: w.loc, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		looked := make(chan struct{}, 100)
		s := w.scheduler(func(o *Options) {
			o.DB = db
			o.Now = func() time.Time { looked <- struct{}{}; return w.now() }
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		for range len(s.jobs) { // each job looks at the clock
			<-looked
		}
		stop()
		for running := true; running; {
			select {
			case <-looked:
			case err := <-ended:
				if running = false; err != nil {
					t.Error(err)
				}
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	w.wantRuns("week", "2026-W10 done")
}
