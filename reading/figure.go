package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// figure is a number that may count, with what it was taken for.
type figure struct {
	tok     int
	act     int16 // -1 while unknown
	measure int16 // -1 where no measure of the activity fits
	sure    int   // how well it fits
	total   bool  // 共, 合计
	part    bool  // 其中
	running bool  // 累计
	sum     bool  // the sum of others: not counted again
	after   [4]*word
	before  [4]*word // nearest first
	leadIn  [4]*word // verbs before, nearest first
	trail   [3]*word // verbs behind
	floor   int      // the first token of its run: what stands before tells of something else
}

// What a figure's surroundings weigh when its measure is chosen.
const (
	weightAfter   = 9 // 120名适龄妇女: the thing counted stands behind
	weightBefore  = 7 // 资料500份
	weightFarther = 2 // … with another noun between
	weightVerb    = 4 // 来了50人
	weightTrail   = 4 // 50人参加
	weightUnit    = 2 // a unit that means the same
	weightContext = 1 // the noun stood earlier in the sentence
	leastNoun     = 4 // what a number without a telling unit needs
)

// surround collects the words around the number at token i.
func (m *message) surround(i int) figure {
	f := figure{tok: i, act: -1, measure: -1}
	lead, tail := m.lead(i), m.tail(i)
	nb, nl := 0, 0
	for k := i - 1; k >= lead; k-- {
		t := &m.toks[k]
		if t.kind != kWord || t.title {
			continue
		}
		if t.w.class&clTotal != 0 {
			f.total = true
		}
		if len(t.w.nouns) > 0 && nb < len(f.before) {
			f.before[nb] = t.w
			nb++
		}
		if len(t.w.verbs) > 0 && nl < len(f.leadIn) {
			f.leadIn[nl] = t.w
			nl++
		}
	}
	m.behind(&f, i, tail)
	if f.before[0] != nil && m.labelled(i) && tail < len(m.toks) && m.toks[tail].kind == kNumber && m.nounAt(tail-1) {
		f.after = [4]*word{} // 米12包油12壶: each noun stands before its number
	}
	return f
}

// labelled tells whether a noun stands right before the number at i, or a colon after one.
func (m *message) labelled(i int) bool {
	if i > 0 && m.toks[i-1].kind == kMark && m.toks[i-1].mark == ':' {
		i--
	}
	return m.nounAt(i - 1)
}

func (m *message) nounAt(i int) bool {
	return i >= 0 && m.toks[i].kind == kWord && len(m.toks[i].w.nouns) > 0
}

// behind collects the nouns of the phrase that follows the number, and the verbs behind it.
func (m *message) behind(f *figure, i, tail int) {
	na, nt := 0, 0
	phrase := true
	for k := i + 1; k < tail; k++ {
		t := &m.toks[k]
		if t.kind == kMark && t.mark == '、' && tail < len(m.toks) && m.toks[tail].kind == kNumber {
			return // what follows is the next number's
		}
		switch {
		case t.kind == kBlank, t.kind == kMark && !t.quoted && t.mark != '“' && t.mark != '”' && t.mark != '、':
			if t.kind == kBlank && k == i+1 && k+1 < tail && m.personAt(k+1) && m.soleNoun(k+1) {
				continue // 20位 老人
			}
			if t.kind == kBlank {
				return
			}
			phrase = false
		case t.kind == kWord && len(t.w.nouns) > 0 && phrase && !t.title:
			if na < len(f.after) {
				f.after[na] = t.w
				na++
			}
			if len(t.w.verbs) > 0 && nt < len(f.trail) && na == 0 {
				f.trail[nt] = t.w
				nt++
			}
		case t.kind == kWord && len(t.w.verbs) > 0:
			phrase = false
			if nt < len(f.trail) {
				f.trail[nt] = t.w
				nt++
			}
		case t.is(clAt | clFor | clPart | clTotal | clDone | clEvent | clEach):
			phrase = false
		}
	}
}

func (m *message) personAt(k int) bool {
	t := &m.toks[k]
	return t.kind == kWord && t.w.person
}

// soleNoun tells whether the noun at token k ends the clause, so that it is no label of the next number.
func (m *message) soleNoun(k int) bool {
	return k+1 >= len(m.toks) || m.toks[k+1].kind == kMark && m.toks[k+1].mark != ':'
}

// fit gives the measure of an activity that suits the figure best, and how well; -1 if none does.
func (m *message) fit(f *figure, act int16) (measure int16, score int) {
	a := &m.r.catalogue.Activities[act]
	var points [maxMeasures]int
	unit := m.toks[f.tok].unit
	if unit != nil {
		for _, r := range unit.takers {
			if r.act != act {
				continue
			}
			points[r.measure] = weightUnit
		}
	} else {
		for j := range a.Measures {
			if a.Measures[j].Adds != report.Rate {
				points[j] = weightUnit
			}
		}
	}
	base := points
	m.weigh(f, act, &points, &base)
	for j := range a.Measures {
		if x := a.Measures[j].Adds; (x == report.Parallel || x == report.PartOnly) && points[j] < weightUnit+weightVerb {
			base[j] = 0 // said of the same things as another measure: only where it is named
		}
		if base[j] > 0 && len(a.Measures[j].Unless) > 0 && m.ruledOut(f, ref{act, int16(j)}, a.Measures[j].Unless) {
			base[j] = 0
		}
	}
	least := 1
	if unit == nil || vagueUnit(unit) {
		least = leastNoun + weightUnit
	}
	best := -1
	for j := range a.Measures {
		need := least
		if unit != nil && countClassOf(unit.text) == "people" && countClassOf(a.Measures[j].Unit) != "people" {
			need = leastNoun + weightUnit // 45户 may be 承诺书, where that is said
		}
		if unit != nil && a.Measures[j].Unit == unit.text && unit.text != "个" {
			need = 1 // its own unit says enough
		}
		if base[j] > 0 && points[j] >= need && (best < 0 || points[j] > points[best]) {
			best = j
		}
	}
	if best < 0 || points[best] <= weightUnit && m.attends(f, act) || m.otherThing(f, ref{act, int16(best)}, points[best]) {
		return -1, 0
	}
	return int16(best), points[best]
}

// otherThing tells whether only the unit speaks for a measure, while what was counted is named, and is something that another
// activity counts: 两癌检查 志愿者15名, 普法 收集问题6条. Whoever came is counted as such.
func (m *message) otherThing(f *figure, r ref, points int) bool {
	measure := &m.r.catalogue.Activities[r.act].Measures[r.measure]
	if points >= weightUnit+weightVerb {
		return false
	}
	if measure.Named {
		return true
	}
	w := f.after[0]
	if k := f.tok - 1; w == nil && m.labelled(f.tok) && (k == 0 || m.toks[k-1].kind != kNumber) { // but 3个班135人
		w = f.before[0]
	}
	if w == nil || len(w.nouns) == 0 || slices.ContainsFunc(w.nouns, func(x ref) bool { return x.act == r.act }) {
		return false
	}
	who := m.counted(w, codeCame)
	if (w.person || who) && m.countClass(f) != "people" {
		return false // 来访群众6起
	}
	return measure.Code != codeCame || !w.person && !who || !who && m.counted(w, "volunteers") // 志愿者 held it
}

// codeCame is the measure of those who came, in every activity that has one.
const codeCame = "participants"

// attends tells whether 参加 or 到场 stands beside the number while the activity counts nobody who only came: 慰问活动 50人参加.
func (m *message) attends(f *figure, act int16) bool {
	if m.countClass(f) == "money" {
		return false
	}
	for _, list := range [...][]*word{f.trail[:], f.leadIn[:1]} {
		for _, w := range list {
			if w == nil {
				continue
			}
			came, counted := false, false
			for _, r := range w.verbs {
				came = came || r == m.r.came
				counted = counted || r.act == act
			}
			if came && !counted {
				return true
			}
		}
	}
	return false
}

// ruledOut tells whether the figure's clause, or the one before it in the sentence, has a word in whose company the measure is
// not meant, and none of the measure's own verbs stands beside the number.
func (m *message) ruledOut(f *figure, r ref, unless []string) bool {
	for _, w := range f.leadIn {
		if w != nil && slices.Contains(w.verbs, r) && w.class&clEvent == 0 {
			return false
		}
	}
	c := m.toks[f.tok].clause
	if c > 0 && m.clauses[c-1].segment == m.clauses[c].segment {
		c--
	}
	from, to := m.toks[m.clauses[c].from].from, m.toks[m.clauses[m.toks[f.tok].clause].to-1].to
	text := string(m.f.runes[from:to])
	return slices.ContainsFunc(unless, func(w string) bool { return strings.Contains(text, w) })
}

// maxMeasures bounds the measures of one activity.
const maxMeasures = 32

func (m *message) weigh(f *figure, act int16, points, base *[maxMeasures]int) {
	give := func(refs []ref, n int) bool {
		given := false
		for _, r := range refs {
			if r.act == act && base[r.measure] > 0 {
				points[r.measure] += n
				given = true
			}
		}
		return given
	}
	behind := false
	for _, w := range f.after {
		if w != nil && give(w.nouns, weightAfter) {
			behind = true
		}
	}
	near := weightBefore
	if behind {
		near = weightFarther
	}
	for _, w := range f.before {
		if w != nil && give(w.nouns, near) && !(f.total && near == weightBefore) {
			near = weightFarther // but 老兵、困难妇女共15人 is all of them
		}
	}
	verb := weightVerb
	for _, w := range f.leadIn {
		if w != nil && give(w.verbs, verb) {
			verb = weightFarther
		}
	}
	for _, w := range f.trail {
		if w != nil {
			give(w.verbs, weightTrail)
		}
	}
	if f.total && f.before[0] == nil && f.after[0] == nil {
		m.leaveParts(act, base) // 共6件 is no part
	}
	for k := f.tok - 1; k >= f.floor && k >= f.tok-contextTokens; k-- {
		t := &m.toks[k]
		if t.kind == kItem || t.kind == kMark && t.mark == ';' {
			break
		}
		if t.kind == kWord && len(t.w.nouns) > 0 {
			give(t.w.nouns, weightContext)
		}
	}
}

// leaveParts takes away the measures that are only parts of others.
func (m *message) leaveParts(act int16, base *[maxMeasures]int) {
	list := m.r.catalogue.Activities[act].Measures
	for j := range list {
		if list[j].Adds == report.PartOnly {
			base[j] = 0
		}
	}
}

// contextTokens bounds how far back a noun still says what is counted.
const contextTokens = 60

// vagueUnit tells whether a unit counts so many things that a noun must say which.
func vagueUnit(w *word) bool {
	switch w.text {
	case "个", "次", "条", "家", "块", "面", "项", "处", "所", "只", "台", "把", "双", "席", "对", "封", "通", "株", "包", "袋", "间", "座":
		return true
	}
	return false
}

// value gives the figure's value as report.Figure has it: fen, or whole counts. ok is false for a fraction of a thing.
func (m *message) value(f *figure, measure *report.Measure) (value int64, unit string, ok bool) {
	x := *m.toks[f.tok].num
	switch {
	case measure.Money():
		return x.milli / 10, report.MoneyUnit, x.milli%10 == 0
	case measure.Adds == report.Rate:
		if x.milli%1000 == 0 {
			return x.milli / 1000, "%", true
		}
		return (x.milli + 50) / 100, "‰", true // one decimal is what rates are printed with
	case measure.Goods && m.toks[f.tok].unit != nil:
		unit = m.toks[f.tok].unit.text
	default:
		unit = measure.Unit
	}
	return x.milli / 1000, unit, x.milli%1000 == 0
}

// label gives the goods counted, where the measure takes any.
func (m *message) label(f *figure, measure *report.Measure) string {
	if !measure.Goods {
		return ""
	}
	name := ""
	for _, list := range [...][]*word{f.after[:], f.before[:]} {
		for _, w := range list {
			if w == nil || name != "" {
				continue
			}
			for _, n := range measure.Nouns {
				if n == w.text {
					name = n
				}
			}
		}
	}
	if same, ok := measure.Labels[name]; ok {
		return same
	}
	return name
}
