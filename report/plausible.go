package report

import "slices"

// Suspicion is a figure that had better be asked about once before it is counted.
type Suspicion struct {
	Figure int // its place in the report's figures
	Why    SuspicionKind
	Likely []int64 // values that may have been meant, the written one first
	Total  int64   // of PartTooLarge: the total it is part of
}

// SuspicionKind says what is odd about a figure.
type SuspicionKind string

// The kinds of suspicion.
const (
	OverLimit    SuspicionKind = "limit" // beyond what the catalogue asks about
	OverUsual    SuspicionKind = "usual" // ten times what this sender usually reports, or more
	PartTooLarge SuspicionKind = "part"  // a part larger than its total: closed > cases, found > screened
)

// usualFrom is the least value that is held against its sender's habit: below it, ten times as much is no surprise.
const usualFrom = 100

// usualFactor is how many times its sender's usual value a figure may be before it is asked about.
const usualFactor = 10

// Suspect gives the figures of r, rates and running totals aside, that are beyond the catalogue's limits, at least ten times the sender's usual value, or
// parts larger than their totals. usual gives the median of the sender's earlier values of a measure, 0 for none.
func (a Activity) Suspect(r Report, usual func(measure string) int64) []Suspicion {
	var list []Suspicion
	for i, f := range r.Figures {
		m, ok := a.Measure(f.Measure)
		if !ok || f.Claim || f.Running {
			continue
		}
		limit := m.Ask
		if m.Money() {
			limit *= 100
		}
		if total, ok := totalOf(r, m, f); ok && f.Value > total {
			list = append(list, Suspicion{i, PartTooLarge, []int64{f.Value}, total})
		} else if limit > 0 && f.Value > limit {
			list = append(list, Suspicion{Figure: i, Why: OverLimit, Likely: withOneDigitLess(f.Value)})
		} else if f.Value >= usualFrom {
			if u := usual(f.Measure); u > 0 && f.Value >= usualFactor*u {
				list = append(list, Suspicion{Figure: i, Why: OverUsual, Likely: withOneDigitLess(f.Value)})
			}
		}
	}
	return list
}

// withOneDigitLess offers the value beside what it would be without its last digit, where that is a zero: 3200 and 320.
func withOneDigitLess(v int64) []int64 {
	if v%10 == 0 {
		return []int64{v, v / 10}
	}
	return []int64{v}
}

// totalOf gives the total that a figure is part of, where the report states it.
func totalOf(r Report, m Measure, f Figure) (int64, bool) {
	whole := m.PartOf
	if whole == "" && f.Part {
		whole = f.Measure
	}
	i := slices.IndexFunc(r.Figures, func(of Figure) bool { return whole != "" && of.Measure == whole && !of.Part && !of.Claim })
	if i < 0 {
		return 0, false
	}
	return r.Figures[i].Value, true
}
