package report

import (
	"slices"
	"time"
)

// Restatement is how a published digest's numbers changed later (数据更正).
type Restatement struct {
	Area      int64
	Period    Period
	Published time.Time // when the digest went out; zero: it never did
	Closed    bool      // the period's year is closed (封账)
	Lines     []Restated
}

// Restated is one number that changed.
type Restated struct {
	Key
	Old, New int64 // values; of the line that counts events (no Measure), events
	// Whether they have an approximate part.
	OldApprox, NewApprox bool
	By                   []Restating
}

// Restating is what one report did to a published number. Where areas have merged since, one without a Report is what
// that did.
type Restating struct {
	Report int64
	Area   int64
	By     string // the name of the member who told it late, else of the one who made the last of its changes
	Why    string // of its last change, as the store keeps it
	Late   bool   // it was told only after the publication; else it was corrected
	Closed bool   // its last change was made after the year was closed (封账后更正)
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

// Restate compares what was published with what holds now, line by line, in the order of the keys. facts are those
// posted since then, of the same area and period: the changes of one report to a line add up, and what no fact explains
// stands last, under no report.
func Restate(published, now []Tally, facts []Fact) []Restated {
	posted := map[Key][]Fact{}
	for _, f := range facts {
		posted[f.Key] = append(posted[f.Key], f)
	}
	var lines []Restated
	for _, t := range Less(now, published) {
		if t.Counted() == 0 {
			continue // only what is approximate in it changed
		}
		was, is := Find(published, t.Key), Find(now, t.Key)
		lines = append(lines, Restated{Key: t.Key, Old: was.Counted(), New: is.Counted(), OldApprox: was.Approx != 0, NewApprox: is.Approx != 0,
			By: restating(t, posted[t.Key])})
	}
	return lines
}

// restating divides the change of a line among the reports whose facts made it.
func restating(change Tally, facts []Fact) []Restating {
	left := change.Counted()
	at := map[int64]int{} // of the reports
	var by []Restating
	for _, f := range facts {
		i, ok := at[f.Report]
		if !ok {
			i = len(by)
			at[f.Report] = i
			by = append(by, Restating{Report: f.Report})
		}
		n := Tally{Key: f.Key, Value: f.Value, Events: f.Events}.Counted()
		by[i].Area = f.Area
		by[i].Change += n
		left -= n
	}
	by = slices.DeleteFunc(by, func(r Restating) bool { return r.Change == 0 })
	if left != 0 {
		by = append(by, Restating{Change: left})
	}
	return by
}

// Reconcile works out what changed: Base, Current and toDate are given.
func (r Reconciliation) Reconcile(toDate []Tally) Reconciliation {
	r.Amended = Less(Less(toDate, r.Base), r.Current)
	return r
}
