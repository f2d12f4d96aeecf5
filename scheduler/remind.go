package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// remindJob is the name of reminders in the ledger of runs.
const remindJob = "remind"

// reminder is what goes out at one moment: before or after the deadline that several areas have in common.
type reminder struct {
	which  string // before, after
	duty   report.Duty
	areas  []int64
	period report.Period
	window report.Window
}

// key names the reminder in the ledger of runs: 2026-W10:before::1:720.
func (r reminder) key() string {
	return fmt.Sprintf("%s:%s:%s:%d:%d", r.period.Key(), r.which, r.duty.Activity, r.duty.Days, r.duty.Minute)
}

// remind sends the reminders whose time it is, once before a deadline and once after it, to those who have not reported by
// then; and what supervisors asked at night. A reminder has a window of at most four hours: if the machine was off in it,
// the reminder is never sent. Looking and sending are one transaction with its row in the ledger of runs, so that a restart or
// a second scheduler sends nothing twice, and nobody is reminded after a report that was handled before.
func (s *Scheduler) remind(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	var idle bool
	err = s.db.Read(ctx, func(v *store.View) (err error) {
		idle, err = s.nothingToRemind(v)
		return err
	})
	if err != nil || idle {
		return err
	}
	return s.db.Write(ctx, s.remindNow)
}

// nothingToRemind tells whether remindNow would change nothing, so that an idle tick writes nothing.
func (s *Scheduler) nothingToRemind(v *store.View) (bool, error) {
	due, err := s.reminders(v)
	if err != nil {
		return false, err
	}
	for _, r := range due {
		if ran, err := v.Ran(remindJob, r.key()); err != nil || !ran {
			return false, err
		}
	}
	urges, err := v.DueUrges()
	return len(urges) == 0, err
}

func (s *Scheduler) remindNow(tx *store.Tx) error {
	due, err := s.reminders(&tx.View)
	if err != nil {
		return err
	}
	for _, r := range due {
		ran, err := tx.Ran(remindJob, r.key())
		if err == nil && !ran {
			err = s.sendReminder(tx, r)
		}
		if err != nil {
			return fmt.Errorf("remind %s: %w", r.key(), err)
		}
	}
	return s.sendUrges(tx)
}

// reminders gives the reminders whose window is open, whether they went out already or not.
func (s *Scheduler) reminders(v *store.View) ([]reminder, error) {
	duties, err := v.Duties()
	if err != nil {
		return nil, err
	}
	var due []reminder
	for _, g := range sameDeadline(duties) {
		for _, p := range s.nearPeriods(g.duty, v.Now()) {
			deadline := g.duty.Deadline(p, s.loc)
			s.warnOfHolidays(report.DayOf(deadline))
			if w := report.BeforeDeadline(deadline); w.Contains(v.Now()) {
				due = append(due, reminder{"before", g.duty, g.areas, p, w})
			}
			if w := report.AfterDeadline(deadline); w.Contains(v.Now()) {
				due = append(due, reminder{"after", g.duty, g.areas, p, w})
			}
		}
	}
	restored, ok, err := v.Restored()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(due, func(r reminder) bool { return ok && !r.window.From.After(restored.At) }), nil
}

// deadlines is areas that owe the same by the same time. The area of its duty is not set.
type deadlines struct {
	duty  report.Duty
	areas []int64
}

func sameDeadline(duties []report.Duty) []deadlines {
	var groups []deadlines
	for _, d := range duties {
		area := d.Area
		d.Area = 0
		i := slices.IndexFunc(groups, func(g deadlines) bool { return g.duty == d })
		if i < 0 {
			i = len(groups)
			groups = append(groups, deadlines{duty: d})
		}
		groups[i].areas = append(groups[i].areas, area)
	}
	return groups
}

// daysMoved is how far a deadline may lie from its plain day, and a reminder from its deadline: the longest holidays.
const daysMoved = 14

// nearPeriods gives the periods whose deadline, and so a reminder, may be about now.
func (s *Scheduler) nearPeriods(d report.Duty, now time.Time) (near []report.Period) {
	plain := report.DayOf(now) - report.Day(d.Days) // the last day of a period that is due today, but for holidays
	for p := report.PeriodOf(d.Every, plain+daysMoved); p.Last >= plain-2*daysMoved; p = p.Previous() {
		near = append(near, p)
	}
	return near
}

// warnOfHolidays says once in the log that a year's holidays are not known.
func (s *Scheduler) warnOfHolidays(d report.Day) {
	if _, known := report.Workday(d); known || s.warned[d.Year()] {
		return
	}
	s.warned[d.Year()] = true
	s.log.Warn("the public holidays of the year are not known to this version: Monday to Friday are taken for workdays", "year", d.Year())
}

// sendReminder puts one reminder into the outbox, for everybody who owes it still.
func (s *Scheduler) sendReminder(tx *store.Tx, r reminder) error {
	names, err := s.scene(tx)
	if err != nil {
		return err
	}
	list, err := owing(&tx.View, names.Areas, r.areas, r.period)
	if err != nil {
		return err
	}
	sent := 0
	for _, st := range list {
		if st.Activity != r.duty.Activity {
			continue
		}
		n, err := tell(tx, names, st, r.window.Until, r.which)
		if err != nil {
			return err
		}
		sent += n
	}
	return tx.RecordRun(store.Run{Job: remindJob, Period: r.key(), Due: r.window.From, State: store.RunDone, Note: fmt.Sprintf("%d messages", sent)})
}

// owing gives the duties of areas that nobody has met for a period. They are seen from above: one look for all areas below
// another.
func owing(v *store.View, areas *report.Areas, of []int64, p report.Period) (list []report.Standing, err error) {
	views := map[int64][]report.Standing{}
	for _, id := range of {
		a, ok := areas.ByID(id)
		if !ok || a.MergedInto != 0 {
			continue
		}
		above := a.Parent
		if above == 0 {
			above = id
		}
		if _, seen := views[above]; !seen {
			if views[above], err = v.Standings(above, p); err != nil {
				return nil, err
			}
		}
		for _, st := range views[above] {
			if st.Area == id && !st.Told() {
				list = append(list, st)
			}
		}
	}
	return list, nil
}

// tell sends one reminder to everybody who reports for an area, each in their own chat, and gives how many they are.
func tell(tx *store.Tx, names digest.Scene, st report.Standing, until time.Time, which string) (sent int, err error) {
	people, err := tx.Recipients(st.Area)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(digest.Reminder(names, st, tx.Now()).Message())
	if err != nil {
		return 0, fmt.Errorf("write a reminder: %w", err)
	}
	for _, r := range people {
		if r.Chat == 0 {
			continue
		}
		_, err := tx.Enqueue(store.Outgoing{Chat: r.Chat, Method: "sendMessage", Body: body, Expires: until,
			Dedupe: fmt.Sprintf("remind:%s:%d:%s:%s:%d", which, st.Area, st.Activity, st.Period.Key(), r.Chat)})
		if err != nil {
			return 0, err
		}
		sent++
	}
	return sent, nil
}

// sendUrges sends what supervisors asked at night, to those who have not reported by the morning. Who gets a reminder now
// gets no second one. An urge that its day is over for is dropped.
func (s *Scheduler) sendUrges(tx *store.Tx) error {
	urges, err := tx.DueUrges()
	if err != nil || len(urges) == 0 {
		return err
	}
	names, err := s.scene(tx)
	if err != nil {
		return err
	}
	for _, u := range urges {
		if err := tx.SettleUrge(u.ID); err != nil {
			return err
		}
		evening := report.Evening(u.Due)
		if !tx.Now().Before(evening) {
			continue
		}
		list, err := owing(&tx.View, names.Areas, []int64{u.Area}, u.Period)
		if err != nil {
			return err
		}
		for _, st := range list {
			if st.Activity != u.Activity || remindedNow(st, tx.Now()) {
				continue
			}
			if _, err := tell(tx, names, st, evening, fmt.Sprintf("urge%d", u.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// remindedNow tells whether a duty's reminder goes out at about this moment.
func remindedNow(st report.Standing, now time.Time) bool {
	return report.BeforeDeadline(st.Deadline).Contains(now) || report.AfterDeadline(st.Deadline).Contains(now)
}
