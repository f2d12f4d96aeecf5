package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Duty says who owes a report, how often, and by when (应报).
type Duty struct {
	Area     int64
	Activity string     // code; empty: a report of any activity will do
	Every    PeriodKind // Week to Year
	Days     int        // the deadline is so many days after the period's last day, or the next workday after that
	Minute   int        // and at this minute of the day: 720 is 12:00
}

// Deadline gives the moment until which a report for p is in time. It falls on a workday.
func (d Duty) Deadline(p Period, loc *time.Location) time.Time {
	y, m, day := NextWorkday(p.Last + Day(d.Days)).Date()
	return time.Date(y, m, day, 0, d.Minute, 0, 0, loc)
}

// Compare orders duties: by area, the shortest periods first, of any activity before those of one.
func (d Duty) Compare(e Duty) int {
	return cmp.Or(cmp.Compare(d.Area, e.Area), cmp.Compare(slices.Index(Kinds, d.Every), slices.Index(Kinds, e.Every)), cmp.Compare(d.Activity, e.Activity))
}

// Kinds are the kinds of period of the calendar, the shortest first.
var Kinds = []PeriodKind{Week, Month, Quarter, Half, Year}

// Standing is how a duty stands for one period.
type Standing struct {
	Duty
	Period   Period
	Deadline time.Time
	State    DutyState
	Nil      bool      // what there is is a nil report, also where it came late
	At       time.Time // of the first report or nil report for the period; zero where there is none
	Missed   int       // of a missing one: periods in a row without a report, this included
}

// DutyState is how a duty stands.
type DutyState string

// The states of a duty.
const (
	DutyMet     DutyState = "met"     // 已报
	DutyNil     DutyState = "nil"     // 零报告
	DutyLate    DutyState = "late"    // 迟报: after the deadline
	DutyMissing DutyState = "missing" // 未报: the deadline is over
	DutyOpen    DutyState = "open"    // not reported, the deadline is to come
)

// Told tells whether there is a report or nil report.
func (s Standing) Told() bool { return s.State != DutyMissing && s.State != DutyOpen }

// DutyRow is a line of an import: a duty as it shall be, or one to take away.
type DutyRow struct {
	Duty
	Remove bool
}

// Bounds of a duty.
const (
	maxDutyDays   = 60
	minutesOfADay = 24 * 60
)

// ParseDuties reads duties from CSV with the header area,activity,every,days,time:
//
//	430527/*,,week,1,12:00          each area directly below 430527: a report a week, by Monday 12:00
//	430527100,两癌检查,month,5,17:00   one area, one activity, by the 5th
//	430527213,,week,-,              takes that duty away
//
// A line for one area goes before one for all areas below another. Errors name file and line and what is expected.
func ParseDuties(file string, b []byte, areas *Areas, catalogue *Catalogue) ([]DutyRow, error) {
	t, err := readTable(file, b, "area", "activity", "every", "days", "time")
	if err != nil {
		return nil, err
	}
	type place struct {
		area     int64
		activity string
		every    PeriodKind
	}
	rows := map[place]DutyRow{}
	byName := map[place]bool{}
	for i, r := range t.rows {
		t.at(i)
		of, each := t.dutyAreas(r[0], areas)
		row := t.duty(r, catalogue)
		for _, area := range of {
			row.Area = area
			at := place{area, row.Activity, row.Every}
			_, twice := rows[at]
			switch {
			case twice && each && byName[at]: // the line for that area alone holds
			case twice && each == !byName[at]:
				t.expect(false, "this duty of %s is there twice, expected once", areas.Name(area))
			default:
				rows[at], byName[at] = row, !each
			}
		}
	}
	if err := t.err(); err != nil {
		return nil, err
	}
	list := make([]DutyRow, 0, len(rows))
	for _, row := range rows {
		list = append(list, row)
	}
	slices.SortFunc(list, func(a, b DutyRow) int { return a.Compare(b.Duty) })
	return list, nil
}

// dutyAreas gives the areas a line is for; each tells that they are those below another.
func (t *table) dutyAreas(s string, areas *Areas) (ids []int64, each bool) {
	code, each := strings.CutSuffix(s, "/*")
	a, known := t.area(code, areas)
	if !known {
		return nil, each
	}
	if !each {
		return []int64{a.ID}, false
	}
	for _, id := range areas.Children(a.ID) {
		if below, _ := areas.ByID(id); below.MergedInto == 0 {
			ids = append(ids, id)
		}
	}
	t.expect(len(ids) > 0, "area %q, expected an area with others below it before /*", s)
	return ids, true
}

// area finds an area by its code, or by a name that only one area has.
func (t *table) area(s string, areas *Areas) (Area, bool) {
	if a, ok := areas.ByCode(s); ok {
		return a, true
	}
	var found []Area
	for _, a := range areas.All() {
		if s != "" && a.Name == s {
			found = append(found, a)
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	t.expect(false, "area %q, expected the code of an area, or a name that only one area has", s)
	return Area{}, false
}

// activity finds an activity by its code or one of its names.
func (t *table) activity(s string, catalogue *Catalogue) (Activity, bool) {
	i := slices.IndexFunc(catalogue.Activities, func(a Activity) bool { return s != "" && (s == a.Code || s == a.Name || s == a.Short) })
	if i < 0 {
		var names []string
		for _, a := range catalogue.Activities {
			names = append(names, cmp.Or(a.Short, a.Name, a.Code))
		}
		t.expect(false, "activity %q, expected one of %s", s, strings.Join(names, "、"))
		return Activity{}, false
	}
	return catalogue.Activities[i], true
}

var everyWords = map[string]PeriodKind{"week": Week, "周": Week, "month": Month, "月": Month, "quarter": Quarter, "季": Quarter, "季度": Quarter,
	"half": Half, "半年": Half, "year": Year, "年": Year}

// duty reads what a line says beside its area.
func (t *table) duty(r []string, catalogue *Catalogue) (row DutyRow) {
	if r[1] != "" {
		a, _ := t.activity(r[1], catalogue)
		row.Activity = a.Code
	}
	every, ok := everyWords[strings.TrimPrefix(strings.ToLower(r[2]), "每")]
	t.expect(ok, "every %q, expected week, month, quarter, half or year (周、月、季、半年、年)", r[2])
	row.Every = every
	if r[3] == removed {
		row.Remove = true
		t.expect(r[4] == "" || r[4] == removed, "time %q beside days %s, expected nothing: the duty is taken away", r[4], removed)
		return row
	}
	days, err := strconv.Atoi(r[3])
	t.expect(err == nil && days >= 0 && days <= maxDutyDays, "days %q, expected 0 to %d days after the period's last day, or %s to take the duty away", r[3], maxDutyDays, removed)
	minute, ok := parseMinute(r[4])
	t.expect(ok, "time %q, expected HH:MM such as 12:00", r[4])
	row.Days, row.Minute = days, minute
	return row
}

// removed stands for what an import takes away.
const removed = "-"

// parseMinute reads a time of day as the minute it is: 12:00, 9:05, or 12:00:00 as sheets show it.
func parseMinute(s string) (minute int, ok bool) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, strings.ReplaceAll(s, "：", ":")); err == nil && t.Second() == 0 {
			return t.Hour()*60 + t.Minute(), true
		}
	}
	fraction, err := strconv.ParseFloat(s, 64) // of a day: how a workbook keeps a time
	if err != nil || !strings.HasPrefix(s, "0.") || fraction >= 1 {
		return 0, false
	}
	return int(fraction*minutesOfADay + 0.5), true
}

// MinuteText writes a minute of the day as people read it: 12:00, 9:05.
func MinuteText(minute int) string { return fmt.Sprintf("%d:%02d", minute/60, minute%60) }
