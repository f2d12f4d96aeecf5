package report

import "time"

// Summary is what a digest says of one area and period, before it is made into words, a picture or a workbook.
// Sums are by place: where an activity was, not who organised it.
type Summary struct {
	Area     int64
	Period   Period
	Through  Day       // last day with data: the period's end, or the day it was made where the period still runs
	At       time.Time // when it was made
	FactsSeq int64     // the ledger's position it was made at
	Current  []Tally   // this period
	Previous []Tally   // the period before; empty where HasPrevious is false
	// HasPrevious tells whether the area had any fact on or before the previous period's last day: without it there is no base to compare with.
	HasPrevious bool
	YearToDate  []Tally  // 1 January of the period's last year to Through
	ByArea      []Tally  // this period, split by the areas directly below
	Held        int      // reports of the period waiting for a decision: not in any sum
	Asked       int      // reports of the period with an open or expired question: not in any sum
	Nil         []int64  // areas directly below that sent a nil report for the period
	Silent      []int64  // areas directly below without a filed report in the period
	Missed      []Period // earlier periods whose digest was not sent, oldest first: set when one catches up
	// LastYear has the same days of the year before, for 同比; HasLastYear is false where the county began only later, or
	// where that year has no such week.
	LastYear    []Tally
	HasLastYear bool
	Begun       Day // the first day of the month in which the county first counted anything, zero where it never did
	Reconciled  Reconciliation
	// Restated has the periods of the same kind that were published earlier and have changed since the digest before this
	// one, oldest first. Which reports did it is left to Restatement.
	Restated  []Restatement
	Duties    []Standing   // of the period; empty where the county set none: then Silent says who sent nothing
	Targets   []Completion // of the area, for months and longer
	Closed    bool         // the period's year is closed (封账)
	Corrected int          // how many of the period's reports have changed a number since then (封账后更正)
}

// EventsOf adds up the events in tallies: of one activity, or of all where activity is empty.
func EventsOf(tallies []Tally, activity string) int64 {
	var n int64
	for _, t := range tallies {
		if t.Measure == "" && (activity == "" || t.Activity == activity) {
			n += t.Events
		}
	}
	return n
}
