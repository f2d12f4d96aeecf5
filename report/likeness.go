package report

// Likeness is how much two reports look like one event told twice.
type Likeness struct {
	Agree    int // figures of the same kind whose values agree
	Conflict int // figures of the same kind whose values do not
	Extra    int // figures of the second that the first has not
}

// Same tells whether the two should be held to be one event until someone says otherwise: some figures agree, and no
// fewer than disagree.
func (l Likeness) Same() bool { return l.Agree > 0 && l.Agree >= l.Conflict }

// Compare tells how much b looks like a, and false where the two cannot be one event: they are of different activities,
// neither area lies inside the other, or their days are more than one apart. Village, township and county may tell of
// one event in any order, with exact or approximate figures; a figure of sessions, nearly always 1, proves nothing.
func (t *Areas) Compare(a, b Report) (l Likeness, possible bool) {
	if a.Activity != b.Activity || !(t.Within(a.Area, b.Area) || t.Within(b.Area, a.Area)) || daysApart(a, b) > 1 {
		return Likeness{}, false
	}
	for _, g := range b.Figures {
		if g.Measure == MeasureSessions || g.Claim {
			continue
		}
		f, i := a.Figure(g.Measure, g.Label, g.Part)
		switch {
		case i < 0 || f.Unit != g.Unit:
			l.Extra++
		case agree(f, g):
			l.Agree++
		default:
			l.Conflict++
		}
	}
	return l, true
}

// daysApart gives the days between two runs of days, 0 where they touch.
func daysApart(a, b Report) int {
	lastA, lastB := max(a.Day, a.Until), max(b.Day, b.Until)
	return int(max(0, a.Day-lastB, b.Day-lastA))
}

// agree tells whether two values may be the same number. An approximate value stands for all up to the next step of its
// last written digit: 320余 for 320 to 329, 300余 for 300 to 399, 近百 (100, approximate) for anything around it as well.
func agree(a, b Figure) bool {
	if a.Value == b.Value {
		return true
	}
	if !a.Approx && !b.Approx {
		return false
	}
	lower, upper := a, b
	if lower.Value > upper.Value {
		lower, upper = upper, lower
	}
	gap := upper.Value - lower.Value
	if lower.Approx && gap < step(lower.Value) {
		return true // 300余 and 320
	}
	return upper.Approx && gap*10 <= upper.Value // 近300 and 290
}

// step is the place value of the last digit that is not zero: 10 for 320, 100 for 300, 1 for 0.
func step(v int64) int64 {
	s := int64(1)
	for v != 0 && v%(s*10) == 0 {
		s *= 10
	}
	return s
}
