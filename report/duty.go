package report

import "time"

// Duty says who owes a report, how often, and by when (应报).
type Duty struct {
	Area     int64
	Activity string     // code; empty: a report of any activity will do
	Every    PeriodKind // Week to Year
	Days     int        // the deadline is so many days after the period's last day, or the next workday after that
	Minute   int        // and at this minute of the day: 720 is 12:00
}

// Standing is how a duty stands for one period.
type Standing struct {
	Duty
	Period   Period
	Deadline time.Time
	State    DutyState
	At       time.Time // of the first report or nil report for the period; zero where there is none
	Missed   int       // periods in a row without one, this included; 0 where there is one
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
