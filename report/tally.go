package report

import "slices"

// Tally is one line of a sum of facts over a period and an area (汇总). Area is zero where the sum is not split by area,
// Month where it is not split by month. The line whose Measure is empty carries the events of its activity.
type Tally struct {
	Area  int64
	Month Day
	Key
	Value  int64
	Approx int64 // how many approximate figures are in Value: a sum with any is said with 约
	Events int64
}

// Grouping says how a tally is split; activity and measure always are.
type Grouping struct {
	Area  bool // by the areas directly below the one asked for (its own facts under its own id)
	Rank  Rank // with Area: by those of a rank further down, and those between them by what they did themselves; 0: directly below
	Month bool // by calendar month
}

// Sum adds facts up to tallies that are split by neither area nor month, ordered by key; lines of nothing are left away.
func Sum(facts []Fact) []Tally {
	at := map[Key]int{}
	var tallies []Tally
	for _, f := range facts {
		i, ok := at[f.Key]
		if !ok {
			i = len(tallies)
			at[f.Key] = i
			tallies = append(tallies, Tally{Key: f.Key})
		}
		tallies[i].Value += f.Value
		tallies[i].Approx += f.Approx
		tallies[i].Events += f.Events
	}
	tallies = slices.DeleteFunc(tallies, func(t Tally) bool { return t.Value == 0 && t.Approx == 0 && t.Events == 0 })
	slices.SortFunc(tallies, func(a, b Tally) int { return a.Key.Compare(b.Key) })
	return tallies
}

// Counted gives what a line of a tally counts: its events, where it is the line of its activity's events, else its value.
func (t Tally) Counted() int64 {
	if t.Measure == "" {
		return t.Events
	}
	return t.Value
}

// Find gives the line with that key of tallies that are split by neither area nor month, a line of nothing where there is none.
func Find(tallies []Tally, k Key) Tally {
	i := slices.IndexFunc(tallies, func(t Tally) bool { return t.Key == k })
	if i < 0 {
		return Tally{Key: k}
	}
	return tallies[i]
}

// Less takes tallies away from others, key by key; neither is split by area or month. The order is that of the keys, and
// lines of nothing are left away.
func Less(a, b []Tally) []Tally {
	facts := make([]Fact, 0, len(a)+len(b))
	for _, t := range a {
		facts = append(facts, Fact{Key: t.Key, Value: t.Value, Approx: t.Approx, Events: t.Events})
	}
	for _, t := range b {
		facts = append(facts, Fact{Key: t.Key, Value: -t.Value, Approx: -t.Approx, Events: -t.Events})
	}
	return Sum(facts)
}
