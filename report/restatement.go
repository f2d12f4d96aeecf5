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
	Lines     []Restated
}

// Restated is one number that changed.
type Restated struct {
	Key
	Old, New int64 // values; of the line that counts events (no Measure), events
	Approx   bool  // New has an approximate part
	By       []Restating
}

// Restating is what one report did to a published number. Where areas have merged since, one without a Report is what
// that did.
type Restating struct {
	Report int64
	Area   int64
	By     string // the name of the member who made the last of its changes
	Why    string // of that change, as the store keeps it
	Late   bool   // it was told only after the publication; else it was corrected
	Closed bool   // that change was made after the year was closed (封账后更正)
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
	var lines []Restated
	for _, t := range Less(now, published) {
		if t.Counted() == 0 {
			continue // only what is approximate in it changed
		}
		line := Restated{Key: t.Key, Old: Find(published, t.Key).Counted(), By: restating(t.Key, t.Counted(), facts)}
		current := Find(now, t.Key)
		line.New, line.Approx = current.Counted(), current.Approx != 0
		lines = append(lines, line)
	}
	return lines
}

// restating divides a change of a line among the reports whose facts made it.
func restating(k Key, change int64, facts []Fact) []Restating {
	var by []Restating
	for _, f := range facts {
		if f.Key != k {
			continue
		}
		i := slices.IndexFunc(by, func(r Restating) bool { return r.Report == f.Report })
		if i < 0 {
			i = len(by)
			by = append(by, Restating{Report: f.Report})
		}
		n := Tally{Key: k, Value: f.Value, Events: f.Events}.Counted()
		by[i].Area = f.Area
		by[i].Change += n
		change -= n
	}
	by = slices.DeleteFunc(by, func(r Restating) bool { return r.Change == 0 })
	if change != 0 {
		by = append(by, Restating{Change: change})
	}
	return by
}

// Reconcile works out what changed: Base, Current and toDate are given.
func (r Reconciliation) Reconcile(toDate []Tally) Reconciliation {
	r.Amended = Less(Less(toDate, r.Base), r.Current)
	return r
}
