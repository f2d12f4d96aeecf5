package store

import (
	"fmt"
	"time"
)

// RunState is what became of a job's run for a period.
type RunState string

// The states of a run.
const (
	RunDone    RunState = "done"
	RunSkipped RunState = "skipped" // a later run caught up for it
	RunFailed  RunState = "failed"  // may be recorded again
)

// Run is a job's run for a period, in the ledger of runs.
type Run struct {
	Job    string
	Period string    // report.Period.Key
	Due    time.Time // when it should have run
	State  RunState
	At     time.Time // when it was recorded
	Note   string
}

const insertRun = `
INSERT INTO runs(job, period, due, state, at, note) VALUES($1, $2, $3, $4, $5, $6)
ON CONFLICT(job, period) DO UPDATE SET due = excluded.due, state = excluded.state, at = excluded.at, note = excluded.note
WHERE runs.state = 'failed'`

// RecordRun adds a run at the time of the transaction. What is done or skipped is so for ever: a second run of the job
// for the period is an ErrAlreadyRun, so that what a run does in the same transaction is done exactly once.
func (tx *Tx) RecordRun(r Run) error {
	n, err := tx.exec(insertRun, r.Job, r.Period, ms(r.Due), string(r.State), ms(tx.now), r.Note)
	if err == nil && n == 0 {
		err = ErrAlreadyRun
	}
	if err != nil {
		return fmt.Errorf("record the run of %s for %s: %w", r.Job, r.Period, err)
	}
	return nil
}

const selectRuns = `
SELECT job, period, due, state, at, note FROM runs WHERE job = $1 ORDER BY due, period`

// Runs gives all runs of a job, in the order they were due.
func (v *View) Runs(job string) ([]Run, error) {
	list, err := collect(v.query(selectRuns, job), v.scanRun)
	if err != nil {
		return nil, fmt.Errorf("read the runs of %s: %w", job, err)
	}
	return list, nil
}

const selectLastRun = `
SELECT job, period, due, state, at, note FROM runs WHERE job = $1 ORDER BY due DESC, period DESC LIMIT 1`

// LastRun gives the run of a job that was due last; ok is false where there is none.
func (v *View) LastRun(job string) (r Run, ok bool, err error) {
	list, err := collect(v.query(selectLastRun, job), v.scanRun)
	if err != nil {
		return Run{}, false, fmt.Errorf("read the last run of %s: %w", job, err)
	}
	if len(list) == 0 {
		return Run{}, false, nil
	}
	return list[0], true, nil
}

func (v *View) scanRun(scan scanner) (r Run, err error) {
	var due, at int64
	err = scan(&r.Job, &r.Period, &due, &r.State, &at, &r.Note)
	r.Due, r.At = v.db.timeOf(due), v.db.timeOf(at)
	return r, err
}

const selectRan = `
SELECT COUNT(*) FROM runs WHERE job = $1 AND period = $2 AND state <> 'failed'`

// Ran tells whether a job is done with a period, or has skipped it.
func (v *View) Ran(job, period string) (bool, error) {
	var n int
	if _, err := v.query(selectRan, job, period).one(&n); err != nil {
		return false, fmt.Errorf("look for the run of %s for %s: %w", job, period, err)
	}
	return n > 0, nil
}
