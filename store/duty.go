package store

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"huibao/report"
)

const (
	selectDuties = `
SELECT area_id, activity, every, days, minute FROM duties`
	selectDutiesNear = `
SELECT d.area_id, d.activity, d.every, d.days, d.minute FROM duties d JOIN areas a ON a.id = d.area_id
WHERE d.every = $1 AND (a.id = $2 OR a.parent_id = $2) AND a.merged_into IS NULL`
)

// Duties gives all duties, in their order.
func (v *View) Duties() ([]report.Duty, error) {
	list, err := v.duties(v.query(selectDuties))
	if err != nil {
		return nil, fmt.Errorf("read the duties: %w", err)
	}
	return list, nil
}

func (v *View) duties(c cursor) ([]report.Duty, error) {
	list, err := collect(c, func(scan scanner) (d report.Duty, err error) {
		return d, scan(&d.Area, &d.Activity, &d.Every, &d.Days, &d.Minute)
	})
	slices.SortFunc(list, report.Duty.Compare)
	return list, err
}

const (
	upsertDuty = `
INSERT INTO duties(area_id, activity, every, days, minute) VALUES($1, $2, $3, $4, $5)
ON CONFLICT(area_id, activity, every) DO UPDATE SET days = excluded.days, minute = excluded.minute`
	deleteDuty = `
DELETE FROM duties WHERE area_id = $1 AND activity = $2 AND every = $3`
)

// ImportDuties adds duties, changes those that are known by area, activity and period, and takes away what the rows say.
func (tx *Tx) ImportDuties(rows []report.DutyRow) (Diff, error) {
	known, err := tx.Duties()
	if err != nil {
		return Diff{}, err
	}
	reference, err := tx.Reference()
	if err != nil {
		return Diff{}, err
	}
	var diff Diff
	for _, row := range rows {
		i, there := slices.BinarySearchFunc(known, row.Duty, report.Duty.Compare)
		name := dutyName(reference, row.Duty)
		switch {
		case row.Remove && there:
			diff.removed("%s", name)
			_, err = tx.exec(deleteDuty, row.Area, row.Activity, string(row.Every))
		case row.Remove || there && known[i] == row.Duty:
			diff.Unchanged++
			continue
		case there:
			diff.changed("%s +%d %s", name, row.Days, report.MinuteText(row.Minute))
		default:
			diff.added("%s +%d %s", name, row.Days, report.MinuteText(row.Minute))
		}
		if err == nil && !row.Remove {
			_, err = tx.exec(upsertDuty, row.Area, row.Activity, string(row.Every), row.Days, row.Minute)
		}
		if err != nil {
			return Diff{}, fmt.Errorf("import the duty %s: %w", name, err)
		}
	}
	return diff, nil
}

func dutyName(r *report.Reference, d report.Duty) string {
	name := "any activity"
	if a, ok := r.Catalogue.Activity(d.Activity); ok {
		name = cmp.Or(a.Short, a.Name)
	}
	return fmt.Sprintf("%s %s %s", r.Areas.Name(d.Area), name, d.Every)
}

// Standings gives how the duties of an area, and of the areas directly below it, stand for a period: those that are owed for
// periods of that kind, in the order of the tree. The duties of deeper areas belong to the view of their own parents.
//
// A duty is met by a report of its activity in its area or below, whose days touch the period. One that is held, was
// found to be the same event as another, or waits for an answer meets it as well, since its sender did report; one that
// was withdrawn does not. Nil reports of just that area meet it where they cover the period. Nothing is owed for a period that
// was over before the county's first message, and nothing before then counts as missed.
func (v *View) Standings(area int64, p report.Period) ([]report.Standing, error) {
	list, err := v.standings(area, p)
	if err != nil {
		return nil, fmt.Errorf("see who reported in %s of area %d: %w", p.Key(), area, err)
	}
	return list, nil
}

func (v *View) standings(area int64, p report.Period) ([]report.Standing, error) {
	duties, err := v.duties(v.query(selectDutiesNear, string(p.Kind), area))
	if err != nil || len(duties) == 0 {
		return nil, err
	}
	begun, ok, err := v.firstDay()
	if err != nil || !ok || p.Last < begun {
		return nil, err
	}
	told, err := v.toldFirst(area, p)
	if err != nil {
		return nil, err
	}
	nils, err := v.nilsOf(area, p)
	if err != nil {
		return nil, err
	}
	list := make([]report.Standing, 0, len(duties))
	missing := false
	for _, d := range duties {
		s := v.standing(d, p, told[dutyAt{d.Area, d.Activity}], nils)
		missing = missing || s.State == report.DutyMissing
		list = append(list, s)
	}
	if missing {
		if err := v.countMissed(area, p, begun, list); err != nil {
			return nil, err
		}
	}
	areas, err := v.Areas()
	if err != nil {
		return nil, err
	}
	order := append([]int64{area}, areas.Children(area)...)
	slices.SortStableFunc(list, func(a, b report.Standing) int {
		return cmp.Compare(slices.Index(order, a.Area), slices.Index(order, b.Area))
	})
	return list, nil
}

// standing judges one duty by when the first report for it was told, zero for none, and by the nil reports.
func (v *View) standing(d report.Duty, p report.Period, told time.Time, nils []nilSaid) report.Standing {
	s := report.Standing{Duty: d, Period: p, Deadline: d.Deadline(p, v.db.loc), At: told}
	if told.IsZero() {
		s.At = covered(d, p, nils, false)
		s.Nil = !s.At.IsZero()
	} else if before := covered(d, p, nils, true); !before.IsZero() && before.Before(told) {
		s.At = before
	}
	switch {
	case s.At.IsZero() && v.now.After(s.Deadline):
		s.State = report.DutyMissing
	case s.At.IsZero():
		s.State = report.DutyOpen
	case s.At.After(s.Deadline):
		s.State = report.DutyLate
	case s.Nil:
		s.State = report.DutyNil
	default:
		s.State = report.DutyMet
	}
	return s
}

const selectFirstSent = `
SELECT sent FROM messages ORDER BY id LIMIT 1`

// firstDay gives the day of the county's first message; ok is false before it.
func (v *View) firstDay() (d report.Day, ok bool, err error) {
	var sent int64
	ok, err = v.query(selectFirstSent).one(&sent)
	return report.DayOf(v.db.timeOf(sent)), ok, err
}

// dutyAt is an area and an activity, empty for any.
type dutyAt struct {
	area     int64
	activity string
}

// The reports for a period: those of its days, one of the earliest days for each duty (whose days come first in the index), and
// the first message among those of some days for one duty; and those that began before the period and reach into it.
const (
	selectToldEarly = `
SELECT t.area_id, t.activity, m.sent FROM (
  SELECT d.area_id, d.activity, MIN((
    SELECT r.message_id FROM reports r
    WHERE r.area_id = p.leaf AND r.day BETWEEN $1 AND $2 AND r.state <> 'withdrawn' AND r.nil = 0 AND (d.activity = '' OR r.activity = d.activity)
    ORDER BY r.day LIMIT 1)) AS message_id
  FROM duties d JOIN areas a ON a.id = d.area_id JOIN area_paths p ON p.ancestor = d.area_id
  WHERE d.every = $3 AND (a.id = $4 OR a.parent_id = $4)
  GROUP BY d.area_id, d.activity
) t JOIN messages m ON m.id = t.message_id`
	selectToldFirst = `
SELECT sent FROM messages WHERE id = (
  SELECT MIN(r.message_id) FROM area_paths p JOIN reports r ON r.area_id = p.leaf
  WHERE p.ancestor = $1 AND r.day BETWEEN $2 AND $3 AND r.state <> 'withdrawn' AND r.nil = 0 AND ($4 = '' OR r.activity = $4))`
	selectToldLong = `
SELECT f.area_id, f.activity, m.sent FROM (
  SELECT d.area_id, d.activity, MIN(r.message_id) AS message_id
  FROM reports r CROSS JOIN area_paths p JOIN duties d ON d.area_id = p.ancestor JOIN areas a ON a.id = d.area_id
  WHERE r.until >= $1 AND r.day < $1 AND r.state <> 'withdrawn' AND r.nil = 0 AND p.leaf = r.area_id
    AND (d.activity = '' OR r.activity = d.activity) AND d.every = $2 AND (a.id = $3 OR a.parent_id = $3)
  GROUP BY d.area_id, d.activity
) f JOIN messages m ON m.id = f.message_id`
)

// toldFirst gives when the first report for each duty was sent, those owed for periods of the kind of p. Messages are
// numbered as they came in.
//
// A report is told on its day or later, so that behind the day on which one was told there is none that was told before
// it: of a year only the first days are looked at. Where one was told before its day after all, since its day was changed
// later, the time may be that of another report, on the same side of the deadline: that is behind the period's last day,
// or on it.
func (v *View) toldFirst(area int64, p report.Period) (map[dutyAt]time.Time, error) {
	told, err := v.toldAt(selectToldEarly, p.First, p.Last, string(p.Kind), area)
	if err != nil {
		return nil, err
	}
	for at, early := range told {
		var ms int64
		last := min(p.Last, report.DayOf(early.In(v.db.loc)))
		if ok, err := v.query(selectToldFirst, at.area, p.First, last, at.activity).one(&ms); err != nil {
			return nil, err
		} else if first := v.db.timeOf(ms); ok && first.Before(early) {
			told[at] = first
		}
	}
	long, err := v.toldAt(selectToldLong, p.First, string(p.Kind), area)
	for at, sent := range long {
		if first, ok := told[at]; !ok || sent.Before(first) {
			told[at] = sent
		}
	}
	return told, err
}

// toldAt reads for duties when a report was sent.
func (v *View) toldAt(text string, args ...any) (map[dutyAt]time.Time, error) {
	told := map[dutyAt]time.Time{}
	c := v.query(text, args...)
	err := c.each(func() error {
		var at dutyAt
		var ms int64
		err := c.rows.Scan(&at.area, &at.activity, &ms)
		told[at] = v.db.timeOf(ms)
		return err
	})
	return told, err
}

// nilSaid is a nil report that is in force, or was until a report cancelled it.
type nilSaid struct {
	dutyAt
	first, last report.Day
	sent        time.Time
	cancelled   bool
}

const selectNilsNear = `
SELECT r.area_id, r.activity, r.day, COALESCE(r.until, r.day), m.sent, CASE WHEN r.state = 'filed' THEN 0 ELSE 1 END
FROM areas a JOIN reports r ON r.area_id = a.id JOIN messages m ON m.id = r.message_id
WHERE (a.id = $1 OR a.parent_id = $1) AND r.nil = 1
  AND (r.state = 'filed' OR EXISTS (SELECT 1 FROM revisions v WHERE v.report_id = r.id AND v.rev = r.rev AND v.why = 'cancelled'))
  AND r.day <= $2 AND COALESCE(r.until, r.day) >= $3
ORDER BY r.message_id, r.id`

// nilsOf gives the nil reports that touch p, of an area and the areas directly below, in the order they were told.
func (v *View) nilsOf(area int64, p report.Period) ([]nilSaid, error) {
	return collect(v.query(selectNilsNear, area, p.Last, p.First), func(scan scanner) (n nilSaid, err error) {
		var sent int64
		err = scan(&n.area, &n.activity, &n.first, &n.last, &sent, &n.cancelled)
		n.sent = v.db.timeOf(sent)
		return n, err
	})
}

// covered gives when it was said for every day of p that a duty had nothing to report, zero where it was not: four weeks
// and a rest may make up a month. With cancelled, also what a later report proved wrong was said.
func covered(d report.Duty, p report.Period, nils []nilSaid, cancelled bool) time.Time {
	said := make([]bool, p.Last-p.First+1)
	left := len(said)
	for _, n := range nils {
		if n.area != d.Area || n.activity != "" && n.activity != d.Activity || n.cancelled && !cancelled {
			continue
		}
		for day := max(p.First, n.first); day <= min(p.Last, n.last); day++ {
			if !said[day-p.First] {
				said[day-p.First] = true
				left--
			}
		}
		if left == 0 {
			return n.sent
		}
	}
	return time.Time{}
}

const selectToldLast = `
SELECT d.area_id, d.activity, MAX(COALESCE((
  SELECT COALESCE(r.until, r.day) FROM reports r
  WHERE r.area_id = p.leaf AND r.day < $1 AND r.state <> 'withdrawn' AND (d.activity = '' OR r.activity = d.activity OR r.activity = '' AND r.nil = 1)
    AND (r.nil = 0 OR r.area_id = d.area_id AND r.state = 'filed')
  ORDER BY r.day DESC LIMIT 1), ''))
FROM duties d JOIN areas a ON a.id = d.area_id JOIN area_paths p ON p.ancestor = d.area_id
WHERE d.every = $2 AND (a.id = $3 OR a.parent_id = $3)
GROUP BY d.area_id, d.activity`

// countMissed says of what is missing for p for how many periods in a row it is.
func (v *View) countMissed(area int64, p report.Period, begun report.Day, list []report.Standing) error {
	last := map[dutyAt]report.Day{}
	c := v.query(selectToldLast, p.First, string(p.Kind), area)
	err := c.each(func() error {
		var at dutyAt
		var day report.Day
		err := c.rows.Scan(&at.area, &at.activity, &day)
		last[at] = day
		return err
	})
	for i := range list {
		if s := &list[i]; s.State == report.DutyMissing {
			s.Missed = missedSince(p, max(last[dutyAt{s.Area, s.Activity}]+1, begun))
		}
	}
	return err
}

// missedSince counts p and the periods in a row before it that began on or after a day: what was begun before then had a
// report, or was before the county's first message.
func missedSince(p report.Period, since report.Day) int {
	n := 1
	for before := p.Previous(); before.First >= since; before = before.Previous() {
		n++
	}
	return n
}
