package reading

import (
	"strings"

	"huibao/report"
)

// correction reads what is to be put right, and in which report. Its entry holds only what was named.
func (m *message) correction() Reading {
	out := Reading{Kind: KindCorrection, Refers: m.refers()}
	m.sectionize()
	e := Entry{Words: m.f.raw}
	m.correctActivity(&e, &out)
	m.correctDay(&e)
	m.correctPlace(&e)
	m.correctFigures(&e)
	e.Clear = len(e.Doubts) == 0 && m.corrects(&e, &out)
	if !m.corrects(&e, &out) {
		e.Doubts = append(e.Doubts, Doubt{About: AboutValue, Text: e.Words})
	}
	out.Entries = []Entry{e}
	return out
}

// corrects tells whether anything was named that could be put right.
func (m *message) corrects(e *Entry, out *Reading) bool {
	return len(e.Figures) > 0 || e.Day != 0 || e.Area != 0 || e.Place != "" || e.Activity != "" && e.Activity != out.Refers.Activity
}

// correctActivity reads which activity is meant, and where 不是 stands before one, that it was taken for.
func (m *message) correctActivity(e *Entry, out *Reading) {
	for _, x := range m.mentions {
		switch {
		case x.rank < rankForm:
		case m.wrongValue(x.tok):
			out.Refers.Activity = m.code(x.act)
		default:
			e.Activity = m.code(x.act)
		}
	}
}

// withdrawal reads which report is taken back.
func (m *message) withdrawal() Reading {
	for i := range m.toks {
		if t := &m.toks[i]; t.kind == kNumber && t.why == WhyFigure {
			t.why = WhyOld
		}
	}
	return Reading{Kind: KindWithdrawal, Refers: m.refers()}
}

// refers finds which report is meant: 118号, 慰问那条, 昨天报的.
func (m *message) refers() (r Refers) {
	if x, ok := m.naming(0, len(m.toks), rankForm, anyAct); ok {
		r.Activity = m.code(x.act)
	}
	for i := range m.toks {
		t := &m.toks[i]
		switch {
		case t.kind == kNumber && t.unit != nil && t.unit.text == "号" && t.num.milli%1000 == 0 && t.num.milli > 0:
			r.Number, t.why = t.num.milli/1000, WhyIdentity
		case t.kind == kDay && m.sent(i) && t.day.first != 0:
			r.Sent = t.day.first
		}
	}
	return r
}

// sent tells whether 报的, 发的 or 上报 follows the date at token i: then it says when the report was sent.
func (m *message) sent(i int) bool {
	if i+1 >= len(m.toks) {
		return false
	}
	from := m.toks[i+1].from
	return hasAnyAt(m.f.runes, int(from), "报", "发", "上报", "填", "交", "写", "我报", "我发", "那条")
}

func (m *message) correctDay(e *Entry) {
	for _, d := range m.days {
		if m.sent(d.tok) || m.wrongValue(d.tok) || m.replaced(d.tok, kDay) {
			continue
		}
		e.Day = d.first
		if d.last > d.first {
			e.Until = d.last
		}
		if d.doubt != dayCertain {
			x := Doubt{About: AboutDate, Text: m.words(d.tok, d.tok+1)}
			for _, day := range d.options {
				if day != 0 {
					x.Options = append(x.Options, day.String())
				}
			}
			e.Doubts = append(e.Doubts, x)
		}
	}
}

func (m *message) correctPlace(e *Entry) {
	for i := range m.spots {
		p := &m.spots[i]
		switch {
		case p.role == placeOrg || p.pronoun || m.wrongValue(p.tok) || m.replaced(p.tok, kWord):
		case p.venue != "" && !p.unknown:
			e.Place = p.venue
		case len(p.ids) == 1:
			e.Area = p.ids[0]
			if m.ctx.Area != 0 && !m.r.areas.Within(e.Area, m.ctx.Area) {
				e.Doubts = append(e.Doubts, Doubt{About: AboutArea, Text: m.runes(p)})
			}
		case len(p.ids) > 1:
			x := Doubt{About: AboutArea, Text: m.runes(p)}
			for _, id := range p.ids {
				a, _ := m.r.areas.ByID(id)
				x.Options = append(x.Options, a.Code)
			}
			e.Doubts = append(e.Doubts, x)
		}
	}
}

// correctFigures reads the right values, and the wrong ones that were named.
func (m *message) correctFigures(e *Entry) {
	act := int16(-1)
	for k, a := range m.r.catalogue.Activities {
		if a.Code == e.Activity && e.Activity != "" {
			act = int16(k)
		}
	}
	for i := range m.toks {
		t := &m.toks[i]
		if t.kind != kNumber || t.why != WhyFigure && t.why != WhyClaim {
			continue
		}
		f := m.surround(i)
		m.borrowNouns(&f, i)
		f.act = act
		if f.measure, f.sure = m.fitAny(&f); f.measure < 0 {
			m.bareValue(e, i)
			continue
		}
		old := m.wrongValue(i) || m.replaced(i, kNumber)
		m.figures = append(m.figures, f)
		t.figure = int32(len(m.figures) - 1)
		fig, ok := m.figureOf(&f)
		if measure, _ := m.measure(&f); !ok && t.num.milli == 0 { // corrected to nothing
			value, unit, _ := m.value(&f, measure)
			fig, ok = report.Figure{Measure: measure.Code, Unit: unit, Value: value}, true
		}
		switch {
		case !ok:
			e.Doubts = append(e.Doubts, Doubt{About: AboutValue, Text: m.clauseText(i)})
		case old:
			t.why = WhyOld
			e.Was = append(e.Was, fig)
		default:
			t.why = WhyFigure
			e.Figures = append(e.Figures, fig)
		}
	}
}

// bareValue takes a value said without a noun (120改为102): a figure with no measure, to be found by the wrong value.
func (m *message) bareValue(e *Entry, i int) {
	t := &m.toks[i]
	f := report.Figure{Value: t.num.milli / 1000}
	if m.wrongValue(i) || m.replaced(i, kNumber) {
		t.why = WhyOld
		e.Was = append(e.Was, f)
		return
	}
	t.why = WhyFigure
	e.Figures = append(e.Figures, f)
	e.Doubts = append(e.Doubts, Doubt{About: AboutMeasure, Text: m.clauseText(i), Options: []string{decimalString(t.num.milli)}})
}

// fitAny fits the figure to the activity named, else to any: 保费 is said of one activity only.
func (m *message) fitAny(f *figure) (int16, int) {
	if f.act >= 0 {
		if j, score := m.fit(f, f.act); j >= 0 {
			return j, score
		}
	}
	f.act = -1
	return m.measureFor(f)
}

// borrowNouns lets a value without a noun of its own have the one said before it: 人数写错了，应该是320.
func (m *message) borrowNouns(f *figure, i int) {
	if f.before[0] != nil || f.after[0] != nil {
		return
	}
	for k := i - 1; k >= 0; k-- {
		if t := &m.toks[k]; t.kind == kWord && len(t.w.nouns) > 0 && !t.title {
			f.before[0] = t.w
			return
		}
	}
}

// wrongValue tells whether 不是 stands before token i: the value there is the wrong one.
func (m *message) wrongValue(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		t := &m.toks[k]
		if t.is(clNot) || t.kind == kWord && (strings.Contains(t.w.text, "成") && t.is(clWrong)) {
			return true
		}
		if t.is(clRight) || t.kind == kNumber || t.kind == kMark && isStop(t.mark) {
			return false
		}
	}
	return false
}

// replaced tells whether 改成 and another value of the kind follow the one at token i: 120改成130, 由3月8日改为3月9日.
func (m *message) replaced(i int, k kind) bool {
	if i > 0 && m.toks[i-1].is(clRight) {
		return false
	}
	right := false
	for n := i + 1; n < len(m.toks); n++ {
		t := &m.toks[n]
		switch {
		case t.is(clRight):
			right = true
		case t.kind == k && k == kWord:
			if right && len(t.w.areas) > 0 {
				return true
			}
		case t.kind == k:
			return right
		case t.kind == kMark && (t.mark == '。' || t.mark == ';'):
			return false
		}
	}
	return false
}
