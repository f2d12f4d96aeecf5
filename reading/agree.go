package reading

import (
	"slices"
	"strconv"

	"huibao/report"
)

// doubtTotals asks for a total where only an amount for one was given, and about figures that do not agree.
func (m *message) doubtTotals(d *draft, e *Entry) []Doubt {
	var list []Doubt
	if x, ok := m.missingTotal(d, e); ok {
		list = append(list, x)
	}
	list = append(list, m.doubtParts(d, e)...)
	list = append(list, m.doubtSums(d, e)...)
	list = append(list, m.doubtEach(d, e)...)
	return append(list, m.doubtRepeats(d, e)...)
}

// doubtSums asks where the parts that were named come to more than their total, or where a total that was called one is not
// their sum: 来信1件，来访3批，共7件.
func (m *message) doubtSums(d *draft, e *Entry) []Doubt {
	if !slices.ContainsFunc(d.figures, func(i int) bool { return m.figures[i].part }) || len(d.figures) > relatedDrafts {
		return nil
	}
	for n, i := range d.figures {
		total := &m.figures[i]
		if total.part || total.sum || total.measure < 0 {
			continue
		}
		sum, parts := int64(0), 0
		for k, j := range d.figures {
			if f := &m.figures[j]; k != n && m.partOf(f, total) {
				sum += m.toks[f.tok].num.milli
				parts++
			}
		}
		whole := m.toks[total.tok].num.milli
		if parts > 1 && (sum > whole || total.total && sum != whole && m.namedParts(d, total)) {
			return []Doubt{{About: AboutValue, Text: e.Words, Measure: m.must(total).Code, Options: []string{decimalString(sum), decimalString(whole)}}}
		}
	}
	return nil
}

// partOf tells whether a figure is one of the parts its sentence divides the total into: behind its 其中, or by its measure.
func (m *message) partOf(f, total *figure) bool {
	if !f.part || f.act != total.act || m.countClass(f) != m.countClass(total) && m.must(f).PartOf == "" {
		return false
	}
	if of := m.must(f).PartOf; of != "" {
		return of == m.must(total).Code && len(m.must(f).Verbs) == 0 // 来信, 来访; but 办结 is no share of a division
	}
	mark := m.partMark(f.tok)
	return mark > total.tok && m.toks[f.tok].segment == m.toks[total.tok].segment
}

// namedParts tells whether all of the total's parts are measures of their own.
func (m *message) namedParts(d *draft, total *figure) bool {
	return !slices.ContainsFunc(d.figures, func(i int) bool {
		f := &m.figures[i]
		return f != total && m.partOf(f, total) && m.must(f).PartOf == ""
	})
}

// doubtEach asks where what each got, times those who got it, is not the total, and where it is far from what is usual.
func (m *message) doubtEach(d *draft, e *Entry) []Doubt {
	for _, f := range e.Figures {
		if f.Unit != report.MoneyUnit || d.act < 0 || f.Approx {
			continue
		}
		if product := m.eachProduct(d); product > 0 && product != f.Value && len(e.Figures) == 2 {
			return []Doubt{{About: AboutValue, Text: e.Words, Measure: f.Measure, Options: []string{yuan(product), yuan(f.Value)}}}
		}
		measure := m.r.catalogue.Activities[d.act].Measures[m.measureIndex(d.act, f.Measure)]
		if measure.Each == nil {
			continue
		}
		if heads := e.figure(measure.Each.Of); heads != nil && heads.Value > 0 {
			if one := f.Value / 100 / heads.Value; one < measure.Each.From || one > measure.Each.To {
				return []Doubt{{About: AboutValue, Text: e.Words, Measure: f.Measure, Options: []string{yuan(f.Value)}}}
			}
		}
	}
	return nil
}

// eachProduct gives, in fen, the one amount for one of the entry times those before it; 0 where there is none, or several.
func (m *message) eachProduct(d *draft) int64 {
	product := int64(0)
	for i := d.from; i < d.to; i++ {
		t := &m.toks[i]
		if t.kind != kNumber || t.why != WhyEach || t.unit == nil || !moneyUnits[t.unit.text] {
			continue
		}
		heads := m.headsBefore(d, i)
		if product != 0 || heads == 0 || t.num.milli > maxMilli/1000/max(heads/1000, 1) {
			return 0
		}
		product = heads / 1000 * t.num.milli / 10
	}
	return product
}

func (m *message) measureIndex(act int16, code string) int {
	return slices.IndexFunc(m.r.catalogue.Activities[act].Measures, func(x report.Measure) bool { return x.Code == code })
}

func yuan(fen int64) string { return decimalString(fen * 10) }

// doubtParts asks about a measure that is larger than the one it is part of: 来访3起 办结5起.
func (m *message) doubtParts(d *draft, e *Entry) (list []Doubt) {
	if d.act < 0 {
		return nil
	}
	for _, measure := range m.r.catalogue.Activities[d.act].Measures {
		if measure.PartOf == "" {
			continue
		}
		f, whole := e.figure(measure.Code), e.figure(measure.PartOf)
		if f != nil && whole != nil && !whole.Part && f.Value > whole.Value {
			list = append(list, Doubt{About: AboutValue, Text: e.Words, Measure: f.Measure, Options: []string{strconv.FormatInt(whole.Value, 10)}})
		}
	}
	return list
}

// doubtRepeats asks where one measure has two totals that nothing tells apart: 参加50人…参加60人.
func (m *message) doubtRepeats(d *draft, e *Entry) []Doubt {
	for n, i := range d.figures {
		f := &m.figures[i]
		for _, j := range d.figures[max(0, n-relatedFigures):n] {
			g := &m.figures[j]
			if f.measure < 0 || f.measure != g.measure || f.act != g.act || f.part || g.part || f.sum || g.sum || m.label(f, m.must(f)) != m.label(g, m.must(g)) {
				continue
			}
			if f.before[0] != nil && g.before[0] != nil && f.before[0] != g.before[0] || m.differentThings(f, g) {
				continue
			}
			return []Doubt{{About: AboutValue, Text: e.Words, Measure: m.must(f).Code,
				Options: []string{decimalString(m.toks[g.tok].num.milli), decimalString(m.toks[f.tok].num.milli), decimalString(m.toks[f.tok].num.milli + m.toks[g.tok].num.milli)}}}
		}
	}
	return nil
}

func (m *message) must(f *figure) *report.Measure {
	measure, _ := m.measure(f)
	return measure
}

func (m *message) differentThings(f, g *figure) bool {
	return f.after[0] != nil && g.after[0] != nil && f.after[0] != g.after[0]
}

// missingTotal finds 每人1.2万元 with no total beside it, and offers the product with those it goes to.
func (m *message) missingTotal(d *draft, e *Entry) (Doubt, bool) {
	for i := d.from; i < d.to; i++ {
		t := &m.toks[i]
		if t.kind != kNumber || t.why != WhyEach || t.unit == nil || !moneyUnits[t.unit.text] {
			continue
		}
		money := slices.ContainsFunc(e.Figures, func(f report.Figure) bool { return f.Unit == report.MoneyUnit })
		measure, takes := m.moneyMeasure(d)
		if money || !takes {
			continue
		}
		x := Doubt{About: AboutTotal, Text: m.clauseText(i), Measure: measure}
		if heads := m.headsBefore(d, i); heads > 0 {
			x.Options = []string{decimalString(heads * t.num.milli / 1000)}
		}
		return x, true
	}
	return Doubt{}, false
}

// moneyMeasure gives the first measure of money of the draft's activity.
func (m *message) moneyMeasure(d *draft) (string, bool) {
	if d.act < 0 {
		return "", false
	}
	list := m.r.catalogue.Activities[d.act].Measures
	if i := slices.IndexFunc(list, report.Measure.Money); i >= 0 {
		return list[i].Code, true
	}
	return "", false
}

// headsBefore gives the number, in thousandths, of those that an amount for one goes to: the nearest before it.
func (m *message) headsBefore(d *draft, tok int) int64 {
	for k := len(d.figures) - 1; k >= 0; k-- {
		f := &m.figures[d.figures[k]]
		if f.tok < tok && m.countClass(f) == "people" {
			return m.toks[f.tok].num.milli
		}
	}
	return 0
}
