package scheduler

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"huibao/report"
	"huibao/store"
)

// Job is one line of the table of what happens when: the digest of a kind of period, due at the first moment of its spec in
// the period that follows.
type Job struct {
	Name    string // in the ledger of runs and of publications: its Kind
	Spec    string // cron, five fields, in the county's zone
	Kind    report.PeriodKind
	CatchUp CatchUp
}

// CatchUp says what becomes of runs that should have been while the machine was off.
type CatchUp int

// The policies of catching up.
const (
	Newest CatchUp = iota // the newest is sent; those before it are kept as if they had been, and recorded as skipped
	Each                  // all are made, oldest first
)

// The specs of the jobs where the settings name none.
const (
	DefaultWeekly     = "0 8 * * 1"        // Monday 8:00
	DefaultMonthly    = "0 8 1 * *"        // the first of a month 8:00
	DefaultQuarterly  = "0 8 1 1,4,7,10 *" // the first of a quarter 8:00
	DefaultHalfYearly = "0 8 1 1,7 *"      // 1 January and 1 July 8:00
	DefaultYearly     = "0 8 1 1 *"        // 1 January 8:00
)

// jobs is the table. Digests that are due at once go out in its order, the shortest period first.
func jobs(o Options) []Job {
	return []Job{
		{"week", orElse(o.Weekly, DefaultWeekly), report.Week, Newest},
		{"month", orElse(o.Monthly, DefaultMonthly), report.Month, Each},
		{"quarter", orElse(o.Quarterly, DefaultQuarterly), report.Quarter, Each},
		{"half", orElse(o.HalfYearly, DefaultHalfYearly), report.Half, Each},
		{"year", orElse(o.Yearly, DefaultYearly), report.Year, Each},
	}
}

func orElse(spec, normally string) string {
	if spec == "" {
		return normally
	}
	return spec
}

// job is a Job with its spec read.
type job struct {
	Job
	schedule cron.Schedule
}

// run is one period a job owes, and since when.
type run struct {
	due    time.Time
	period report.Period
}

// owed is what a job has to do.
type owed struct {
	begun bool  // false before the job's first tick
	runs  []run // oldest first
}

// skips tells whether the oldest of several runs is not to be sent.
func (c CatchUp) skips(runs []run) bool { return c == Newest && len(runs) > 1 }

// owed works out what a job owes at a moment: every period whose due time lies between the job's first tick and now and
// which is later than the last one in the ledger of runs.
func (s *Scheduler) owed(v *store.View, j job, now time.Time) (owed, error) {
	since, begun, err := s.since(v, j)
	if err != nil || !begun || now.Before(since) {
		return owed{}, err // a first tick in the future was made by a wrong clock: begin anew
	}
	last, ran, err := v.LastRun(j.Name)
	if err != nil {
		return owed{}, err
	}
	if ran {
		p, err := report.ParsePeriod(last.Period)
		if err != nil {
			return owed{}, fmt.Errorf("the ledger of runs: %w", err)
		}
		since = following(p).end(s.loc)
	}
	return owed{begun: true, runs: j.runs(since, now.In(s.loc))}, nil
}

// runs lists what becomes due after since and not after now, at most one a period. Both are read in now's location.
func (j job) runs(since, now time.Time) []run {
	var list []run
	loc := now.Location()
	for due := j.schedule.Next(since.In(loc)); !due.IsZero() && !due.After(now); {
		current := calendar{report.PeriodOf(j.Kind, report.DayOf(due))}
		list = append(list, run{due, current.Previous()})
		due = j.schedule.Next(current.end(loc))
	}
	return list
}

// calendar is a period of the calendar, as the time it lasts.
type calendar struct{ report.Period }

// following gives the period in which the digest of p becomes due.
func following(p report.Period) calendar { return calendar{report.PeriodOf(p.Kind, p.Last+1)} }

// end gives the last moment before the next period begins.
func (c calendar) end(loc *time.Location) time.Time {
	return (c.Last + 1).Start(loc).Add(-time.Nanosecond)
}

// since gives the moment of the job's first tick.
func (s *Scheduler) since(v *store.View, j job) (time.Time, bool, error) {
	value, ok, err := v.Meta(j.metaKey())
	if err != nil || !ok {
		return time.Time{}, false, err
	}
	ms, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("%s in the store: expected Unix milliseconds: %w", j.metaKey(), err)
	}
	return time.UnixMilli(ms), true, nil
}

// begin notes the job's first tick, so that it owes nothing from before.
func (s *Scheduler) begin(tx *store.Tx, j job) error {
	return tx.SetMeta(j.metaKey(), strconv.FormatInt(tx.Now().UnixMilli(), 10))
}

func (j job) metaKey() string { return "scheduler.since." + j.Name }

// errSpec is what every bad spec is told.
var errSpec = errors.New(`expected five fields: minute hour day-of-month month day-of-week (0 is Sunday), such as "0 8 * * 1" for Monday 8:00`)

// parseSpec reads a five-field spec that fires some day. Zones and descriptors such as @every are refused: the zone is the
// county's, and what is due must follow from the calendar. A zone without fields would also make the parser panic
// (robfig/cron issue 554), so none gets there.
func parseSpec(spec string) (cron.Schedule, error) {
	if len(strings.Fields(spec)) != 5 || strings.Contains(spec, "TZ=") {
		return nil, fmt.Errorf("spec %q: %w", spec, errSpec)
	}
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, fmt.Errorf("spec %q: %w: %w", spec, err, errSpec)
	}
	if schedule.Next(time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("spec %q names a day that never comes: %w", spec, errSpec)
	}
	return schedule, nil
}
