package county

import (
	"math"
	"slices"
	"time"
)

// anyKind draws one of the kinds of work that are done on a day.
func (y *year) anyKind(day time.Time) *kind {
	return &kinds[y.weighted(len(kinds), func(i int) float64 { return kinds[i].daily(day) })]
}

// anyone draws a cadre for a kind of work, by how lively the township is. Villages do less than townships.
func (y *year) anyone(k *kind) Member {
	return y.people[y.weighted(len(y.people), func(i int) float64 {
		m := y.people[i]
		if !doneBy(k, m) {
			return 0
		}
		share, listed := liveliness[township(m.Area)]
		if !listed {
			share = 1
		}
		if m.isVillage() {
			share *= 0.5
		}
		return share
	})]
}

func doneBy(k *kind, m Member) bool { return !k.townOnly || !m.isVillage() }

func (m Member) isVillage() bool { return len(m.Area) == 12 }

// weighted draws one of n by their weights, which are not all 0.
func (y *year) weighted(n int, weight func(int) float64) int {
	total := 0.0
	for i := range n {
		total += weight(i)
	}
	left, drawn := y.r.Float64()*total, 0
	for i := range n {
		if w := weight(i); w > 0 {
			drawn = i
			if left -= w; left < 0 {
				break
			}
		}
	}
	return drawn
}

// place is the cadre's own area, or for a township half of the time one of its villages that has no cadre of its own.
func (y *year) place(m Member) string {
	if m.isVillage() || y.r.IntN(2) == 0 {
		return m.Area
	}
	villages := y.places.villages[m.Area]
	village := villages[y.r.IntN(len(villages))]
	if slices.ContainsFunc(y.people, func(other Member) bool { return other.Area == village }) {
		return m.Area
	}
	return village
}

// figures draws the numbers of a work.
func (y *year) figures(k *kind, m Member) []figure {
	var figures []figure
	for i := range k.measures {
		f := figure{measure: &k.measures[i]}
		if y.r.Float64() >= f.odds {
			continue
		}
		if f.each != nil {
			f.value = figures[0].value * f.each[y.r.IntN(len(f.each))]
		} else {
			f.value = y.amount(f.measure, m.isVillage())
		}
		f.approx = f.vague && f.value%10 == 0 && y.r.Float64() < 0.2
		figures = append(figures, f)
	}
	return figures
}

// amount draws a number between low and high. Small ones are more frequent than large ones, large ones are round, and
// those of villages are smaller.
func (y *year) amount(f *measure, village bool) int64 {
	high := f.high
	if village {
		high = (f.low + f.high) / 2
	}
	u := y.r.Float64()
	n := f.low + int64(math.Pow(u, 1.6)*float64(high-f.low))
	n = f.low + (n-f.low)/f.step*f.step
	if n >= 100 && y.r.IntN(3) > 0 {
		n -= n % 10
	}
	return n
}

// tellingTime is when work of a day is reported: most on the same day, some the next, few weeks later, and never in
// another year.
func (y *year) tellingTime(day time.Time) time.Time {
	days := 0
	switch n := y.r.IntN(100); {
	case n < 68:
	case n < 88:
		days = 1
	case n < 97:
		days = 2 + y.r.IntN(5)
	default:
		days = 7 + y.r.IntN(18)
	}
	if day.AddDate(0, 0, days).Year() != day.Year() {
		days = 0
	}
	return y.timeOfDay(day.AddDate(0, 0, days))
}

// timeOfDay draws a time at which people write: in the morning, in the afternoon, less in the evening.
func (y *year) timeOfDay(day time.Time) time.Time {
	hours := []int{8, 9, 9, 9, 10, 10, 10, 10, 11, 11, 12, 14, 15, 15, 15, 16, 16, 16, 16, 17, 17, 17, 18, 19, 20, 20, 21}
	return time.Date(day.Year(), day.Month(), day.Day(), hours[y.r.IntN(len(hours))], y.r.IntN(60), y.r.IntN(60), 0, day.Location())
}

// canSend says whether a member may write at a time: within the year, and not in a silent township.
func (y *year) canSend(m Member, at time.Time) bool {
	quiet := y.to
	days := silent[township(m.Area)]
	if idle[township(m.Area)] {
		days = 7
	}
	if days > 0 {
		quiet = startOfDay(y.to).AddDate(0, 0, -days)
	}
	return !at.Before(y.from) && at.Before(quiet)
}

// poisson draws how often something happens that happens mean times on average (Knuth).
func (y *year) poisson(mean float64) int {
	n, p, limit := 0, y.r.Float64(), math.Exp(-mean)
	for p > limit {
		p *= y.r.Float64()
		n++
	}
	return n
}
