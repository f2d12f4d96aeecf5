package report

import (
	"cmp"
	"slices"
)

// Key says what a number counts. Numbers with equal keys add up, others never do.
// The zero Measure is the line that counts events.
type Key struct {
	Activity string
	Measure  string
	Label    string
	Unit     string
	Part     bool
}

// Compare orders keys by activity, measure, label, unit, and the total before its part.
func (k Key) Compare(o Key) int {
	part := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(k.Activity, o.Activity), cmp.Compare(k.Measure, o.Measure), cmp.Compare(k.Label, o.Label),
		cmp.Compare(k.Unit, o.Unit), cmp.Compare(part(k.Part), part(o.Part)))
}

// Fact is one signed line of the ledger (台账分录): what a revision added to, or took from, a number.
// Approx counts the approximate figures in Value and Events the events, both signed like Value.
type Fact struct {
	Report int64
	Rev    int
	Day    Day
	Area   int64
	Org    int64
	Key
	Value  int64
	Approx int64
	Events int64
}

// Post gives the facts that turn what old had counted into what next counts: the only way a number changes. A zero old
// (Rev 0) has counted nothing; a report that is not filed counts nothing. Filing, correcting, withdrawing, restoring and
// moving a report to another day or area are all Post(old, next). Facts that cancel out are left away, so posting an
// unchanged report gives none. Facts carry next's number and revision; their order is fixed.
func Post(old, next Report) []Fact {
	var facts []Fact
	facts = append(facts, lines(old, -1)...)
	facts = append(facts, lines(next, 1)...)
	for i := range facts {
		facts[i].Report, facts[i].Rev = next.ID, next.Rev
	}
	slices.SortStableFunc(facts, func(a, b Fact) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Org, b.Org), a.Key.Compare(b.Key))
	})
	sum := facts[:0]
	for _, f := range facts {
		if n := len(sum); n > 0 && sum[n-1].where() == f.where() && sum[n-1].Key == f.Key {
			sum[n-1].Value += f.Value
			sum[n-1].Approx += f.Approx
			sum[n-1].Events += f.Events
			continue
		}
		sum = append(sum, f)
	}
	return slices.DeleteFunc(sum, func(f Fact) bool { return f.Value == 0 && f.Approx == 0 && f.Events == 0 })
}

type where struct {
	day       Day
	area, org int64
}

func (f Fact) where() where { return where{f.Day, f.Area, f.Org} }

// lines gives what r counts, with the given sign: a line for its events and one for each figure that is no claim.
// A report over several days counts on its first.
func lines(r Report, sign int64) []Fact {
	if r.State != Filed || r.Nil {
		return nil
	}
	base := Fact{Day: r.Day, Area: r.Area, Org: r.Org, Key: Key{Activity: r.Activity}}
	events := base
	events.Events = sign * r.Events()
	facts := []Fact{events}
	for _, f := range r.Figures {
		if f.Claim {
			continue
		}
		line := base
		line.Measure, line.Label, line.Unit, line.Part = f.Measure, f.Label, f.Unit, f.Part
		line.Value = sign * (f.Value - f.Base)
		if f.Approx {
			line.Approx = sign
		}
		facts = append(facts, line)
	}
	return facts
}
