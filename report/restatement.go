package report

import "time"

// Restatement is how a published digest's numbers changed later (数据更正).
type Restatement struct {
	Area      int64
	Period    Period
	Published time.Time // when the digest went out; zero: it never did
	Lines     []Restated
}

// Restated is one number that changed.
type Restated struct {
	Key
	Old, New int64 // values; of the line that counts events (no Measure), events
	By       []Restating
}

// Restating is what one report did to a published number.
type Restating struct {
	Report int64
	Area   int64
	By     string // the name of the member who made the last of its changes
	Why    string // of that change, as the store keeps it
	Late   bool   // it was told only after the publication; else it was corrected
	Change int64
}

// Reconciliation says how the sums of a year so far came about. Key by key, Base + Current + Amended is Summary.YearToDate.
type Reconciliation struct {
	Until   Day     // last day of Base; zero where the year begins with this period: then Base and Amended are empty
	Base    []Tally // the year up to Until as it was when the digest of the period before was published (上期累计)
	Current []Tally // this period, as far as it lies in the year (本期)
	Amended []Tally // what changed in the year up to Until since then (补改)
	// Published tells whether the period before was published. Where it was not, Base is as it stands now and Amended empty.
	Published bool
}
