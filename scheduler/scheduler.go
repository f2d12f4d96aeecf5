// Package scheduler says when things happen: which digest is due, and that it goes out exactly once.
//
// Start with Scheduler.Run, an alarm, and Scheduler.Tick, the heart: what is due is worked out anew at every tick from the
// jobs' cron specs on the injected clock, in the county's zone, and from the ledger of runs in the store. Nothing is armed
// and nothing is remembered in memory, so a moved clock, a suspended machine and a restart need no care.
//
// A job is a line of a table (Job). A run, what it published and the messages it put into the outbox are one transaction:
// a crash before the commit has done nothing, and one after it has done everything. Two schedulers on one database do the
// same work once. What is not promised: the minute. A digest goes out at the first tick after it is due, ticks are twenty
// seconds apart, and a job that fails is tried again at the next one.
//
// On a new database nothing is owed: a job begins with its first tick, and what was due before then is never made up.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/robfig/cron/v3"

	"huibao/store"
)

// alarm is how often the scheduler looks for what is due.
const alarm = "@every 20s"

// Options are what a scheduler needs. Every field but Moved and the specs is required; a spec that is empty is the default.
type Options struct {
	DB       *store.DB
	Now      func() time.Time
	Location *time.Location // the county's zone
	Log      *slog.Logger
	Moved    <-chan struct{} // signalled when Now has jumped: a tick follows at once
	// When the digests of each kind of period go out.
	Weekly, Monthly, Quarterly, HalfYearly, Yearly string
	Backups                                        Backups
}

// Scheduler runs jobs when they are due.
type Scheduler struct {
	db    *store.DB
	now   func() time.Time
	loc   *time.Location
	log   *slog.Logger
	moved <-chan struct{}
	jobs  []job
	// warned has the years that were said in the log to have no known holidays.
	warned  map[int]bool
	backups backups
}

// New checks the specs and makes a scheduler. The error of a bad spec names the job and says what is expected.
func New(o Options) (*Scheduler, error) {
	s := &Scheduler{db: o.DB, now: o.Now, loc: o.Location, log: o.Log, moved: o.Moved, warned: map[int]bool{}}
	var err error
	if s.backups, err = newBackups(o.Backups); err != nil {
		return nil, err
	}
	for _, j := range jobs(o) {
		schedule, err := parseSpec(j.Spec)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
		s.jobs = append(s.jobs, job{j, schedule})
	}
	return s, nil
}

// Run ticks until ctx ends: at once, every twenty seconds, and whenever the clock was moved. What fails is logged and tried
// again at the next tick. It returns nil. Of several processes one ticks and the others wait for their turn: the ledger of
// runs would keep them apart too, but each would do the work only to find it done.
func (s *Scheduler) Run(ctx context.Context) error {
	return s.db.Lead(ctx, store.SchedulerLease, func(ctx context.Context, _ func() bool) error { return s.run(ctx) })
}

func (s *Scheduler) run(ctx context.Context) error {
	rings := make(chan struct{}, 1)
	c := cron.New(cron.WithLogger(cron.DiscardLogger))
	_, err := c.AddFunc(alarm, func() {
		select {
		case rings <- struct{}{}:
		default: // a tick is still running: it is followed by one more
		}
	})
	if err != nil {
		return fmt.Errorf("set the alarm %s: %w", alarm, err)
	}
	c.Start()
	defer func() { <-c.Stop().Done() }()
	looks, stop := s.backUpAside(ctx)
	defer stop()
	for {
		if err := s.Tick(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("a job failed, will try again", "error", err)
		}
		select {
		case looks <- struct{}{}:
		default: // it will look once more anyway
		}
		select {
		case <-ctx.Done():
			return nil
		case <-rings:
		case <-s.moved:
		}
	}
}

// Tick does what is due now. A job that fails or panics keeps none of the others from running; the error joins all failures.
func (s *Scheduler) Tick(ctx context.Context) error {
	var failures []error
	for _, j := range s.jobs {
		if err := s.catchUp(ctx, j); err != nil {
			failures = append(failures, fmt.Errorf("job %s: %w", j.Name, err))
		}
	}
	if err := s.remind(ctx); err != nil {
		failures = append(failures, fmt.Errorf("reminders: %w", err))
	}
	return errors.Join(failures...)
}

// catchUp runs a job until it owes nothing. What is due is looked up on a read snapshot, so that an idle tick writes
// nothing, and again inside the transaction, by its own time, so that another scheduler's run is seen.
func (s *Scheduler) catchUp(ctx context.Context, j job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	for ctx.Err() == nil {
		idle, err := s.idle(ctx, j)
		if err != nil || idle {
			return err
		}
		var worked bool
		err = s.db.Write(ctx, func(tx *store.Tx) (err error) {
			worked, err = s.work(tx, j)
			return err
		})
		if errors.Is(err, store.ErrAlreadyRun) {
			return nil // another scheduler was faster
		}
		if err != nil || !worked {
			return err
		}
	}
	return nil
}

func (s *Scheduler) idle(ctx context.Context, j job) (idle bool, err error) {
	err = s.db.Read(ctx, func(v *store.View) error {
		o, err := s.owed(v, j, s.now())
		idle = o.begun && len(o.runs) == 0
		return err
	})
	return idle, err
}

// work does the next thing a job owes, all of it in tx: to keep a run that is left out, or to send one. It is false where
// there was nothing to do.
func (s *Scheduler) work(tx *store.Tx, j job) (bool, error) {
	// First of all: nothing is posted by others from here on, so that numbers agree with each other, and with the ledger's
	// position that is published with them.
	if err := tx.LockLedger(); err != nil {
		return false, err
	}
	o, err := s.owed(&tx.View, j, tx.Now())
	if err != nil {
		return false, err
	}
	if !o.begun {
		return true, s.begin(tx, j)
	}
	if len(o.runs) == 0 {
		return false, nil
	}
	next := o.runs[0]
	done := store.Run{Job: j.Name, Period: next.period.Key(), Due: next.due}
	past, err := beforeRestore(&tx.View, next.due)
	if err != nil {
		return false, err
	}
	if past || j.CatchUp.skips(o.runs) {
		done.State = store.RunSkipped
		if past {
			done.Note = noteRestored
		}
		err = s.keep(tx, j, next.period)
	} else {
		done.State = store.RunDone
		var sent int
		sent, err = s.publish(tx, j, next.period)
		done.Note = fmt.Sprintf("%d messages", sent)
	}
	if err != nil {
		return false, fmt.Errorf("period %s: %w", next.period.Key(), err)
	}
	return true, tx.RecordRun(done)
}
