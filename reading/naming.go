package reading

import (
	"slices"

	"huibao/report"
)

// inheritActivities gives runs without an activity that of the section before, of the list's heading, or the only one there is.
func (m *message) inheritActivities() {
	only := m.onlyAct()
	for k := range m.runs {
		r := &m.runs[k]
		if r.act >= 0 {
			continue
		}
		if m.sections[r.section].item {
			r.act = m.head.act
		} else if k > 0 {
			r.act = m.runs[k-1].act
		}
		if r.act < 0 {
			r.act = only
		}
	}
	if len(m.mentions) > 0 || len(m.runs) == 0 || len(m.f.runes) > maxGuessed {
		return
	}
	if act, ok := m.guessActivity(); ok {
		for k := range m.runs {
			m.runs[k].act = act
		}
	}
}

// maxGuessed is the longest message whose unknown words are looked at one by one.
const maxGuessed = 200

// onlyAct gives the activity of the message's mentions where they name but one.
func (m *message) onlyAct() int16 {
	act := int16(-1)
	best := rankNone
	for _, x := range m.mentions {
		switch {
		case x.rank > best:
			act, best = x.act, x.rank
		case x.rank == best && x.act != act:
			act = -1
		}
	}
	return act
}

// nameFigures chooses each figure's measure.
func (m *message) nameFigures() {
	for k := range m.runs {
		r := &m.runs[k]
		for _, i := range r.figures {
			f := &m.figures[i]
			f.act, f.floor = r.act, r.from
			f.measure, f.sure = m.measureFor(f)
			if f.measure < 0 && i > 0 {
				m.continueSeries(f, &m.figures[i-1])
			}
			if f.measure < 0 && r.act >= 0 && m.volunteers(f) {
				m.toks[f.tok].why = WhyParty // where the activity does not count them, they only held it
			}
		}
		for _, i := range r.figures {
			if m.peopleOfCase(r, &m.figures[i]) {
				m.toks[m.figures[i].tok].why = WhyBeside
			}
		}
	}
}

// peopleOfCase tells whether a number that fits no measure is of the people of cases that are counted: 来访1人，已调解1件.
func (m *message) peopleOfCase(r *run, f *figure) bool {
	t := &m.toks[f.tok]
	if f.measure >= 0 || t.unit == nil || !personUnits[t.unit.text] {
		return false
	}
	return slices.ContainsFunc(r.figures, func(i int) bool {
		measure, ok := m.measure(&m.figures[i])
		return ok && measure.Unit == "起"
	})
}

// volunteers tells whether the word beside the number names volunteers, and nobody whom the activity counts.
func (m *message) volunteers(f *figure) bool {
	for _, w := range [...]*word{f.after[0], f.before[0]} {
		if w != nil && m.counted(w, "volunteers") {
			return !slices.ContainsFunc(w.nouns, func(x ref) bool { return x.act == f.act })
		}
		if w != nil {
			return false
		}
	}
	return false
}

// counted tells whether a word names what the measures with a code count.
func (m *message) counted(w *word, code string) bool {
	return slices.ContainsFunc(w.nouns, func(x ref) bool { return m.r.catalogue.Activities[x.act].Measures[x.measure].Code == code })
}

// continueSeries gives a bare number the measure of the one before it: 长铺社区300份、大公坪250、和平150.
func (m *message) continueSeries(f, before *figure) {
	t, p := &m.toks[f.tok], &m.toks[before.tok]
	if before.measure >= 0 && (t.clause == p.clause || m.onlyPlaces(before.tok+1, f.tok)) && f.act == before.act && f.before[0] == nil && f.after[0] == nil && (t.unit == nil || t.unit == p.unit) {
		f.measure, f.sure = before.measure, before.sure
	}
}

// onlyPlaces tells whether nothing but places and commas stands from one token to another: 江口园200，大公坪180.
func (m *message) onlyPlaces(from, to int) bool {
	for k := from; k < to; k++ {
		if t := &m.toks[k]; t.kind != kBlank && !(t.kind == kMark && (t.mark == ',' || t.mark == '、')) && !(t.kind == kWord && len(t.w.areas) > 0) {
			return false
		}
	}
	return true
}

// measureFor chooses the measure of the figure's activity; of any activity where it has none.
func (m *message) measureFor(f *figure) (int16, int) {
	if f.act >= 0 {
		return m.fit(f, f.act)
	}
	best, score := int16(-1), 0
	if m.scope(f.tok) {
		return -1, 0
	}
	if m.r.other >= 0 {
		best, score = m.fit(f, m.r.other)
		f.act = m.r.other
		score += 2 // where nothing speaks for another
	}
	for act := range m.r.catalogue.Activities {
		if j, s := m.fit(f, int16(act)); s > score {
			best, score, f.act = j, s, int16(act)
		}
	}
	return best, score
}

// noMeasure stands for the measure of a figure that has none.
var noMeasure report.Measure

// measure gives the figure's measure; ok is false where it has none.
func (m *message) measure(f *figure) (x *report.Measure, ok bool) {
	if f.act < 0 || f.measure < 0 {
		return &noMeasure, false
	}
	return &m.r.catalogue.Activities[f.act].Measures[f.measure], true
}
