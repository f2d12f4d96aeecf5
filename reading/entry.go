package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// report makes the entries of a message that tells what was done.
func (m *message) report(kind Kind) Reading {
	m.sectionize()
	m.makeRoom()
	for s := range m.sections {
		m.gather(s)
	}
	m.inheritActivities()
	m.nameFigures()
	m.remember()
	for k := range m.runs {
		m.drafts = append(m.drafts, m.draft(k))
	}
	m.mergeDrafts()
	m.sharePlaces()
	m.itemsWithoutNumbers()
	m.eventsWithoutNumbers(kind)
	m.relate()
	out := Reading{Kind: kind}
	m.entries(&out)
	out.Plans = m.plans()
	return out
}

// makeRoom makes the lists of figures and runs as long as they can become.
func (m *message) makeRoom() {
	numbers := 0
	for c := range m.clauses {
		numbers += m.clauses[c].figures
	}
	m.figures = make([]figure, 0, numbers)
	m.runs = make([]run, 0, min(numbers, len(m.clauses))+1)
}

// entries turns the drafts into entries with their doubts.
func (m *message) entries(out *Reading) {
	for k := range m.drafts {
		d := &m.drafts[k]
		e := m.entry(d)
		nothing := len(d.figures) > 0
		for _, i := range d.figures {
			f := &m.figures[i]
			if m.toks[f.tok].num.milli != 0 || m.toks[f.tok].num.vague {
				nothing = false
			}
			if fig, ok := m.figureOf(f); ok {
				e.Figures = append(e.Figures, fig)
			}
		}
		if nothing {
			m.zero(out, d)
			continue
		}
		e.Doubts = m.doubts(d, &e)
		e.Clear = len(e.Doubts) == 0
		out.Entries = append(out.Entries, e)
	}
	m.emptySections(out)
	if len(out.Entries) == 0 && len(out.Zeros) > 0 {
		out.Kind = KindZero
	}
}

// emptySections notes the items of a list that say 无 or 未开展.
func (m *message) emptySections(out *Reading) {
	for s := range m.sections {
		x := &m.sections[s]
		if len(x.runs) > 0 || x.counts || x.spots[0] == x.spots[1] {
			continue
		}
		from, to := m.span(x)
		if !m.saysNone(from, to) {
			continue
		}
		r := run{act: m.head.act, day: -1, section: s, area: m.sectionSpot(&run{section: s})}
		m.runs = append(m.runs, r)
		d := m.draft(len(m.runs) - 1)
		m.zero(out, &d)
	}
}

// saysNone tells whether 无 stands alone, or 未开展 and the like, among tokens from to to.
func (m *message) saysNone(from, to int) bool {
	for i := from; i < to; i++ {
		t := &m.toks[i]
		if t.is(clNone) {
			return true
		}
		if s := string(m.f.runes[t.from:t.to]); (s == "无" || s == "没有" || s == "没") && i == to-1 {
			return true
		}
	}
	return false
}

// entry makes an entry without figures of a draft.
func (m *message) entry(d *draft) Entry {
	e := Entry{Area: d.area, Org: d.org, Day: d.day.first, DayAssumed: d.dayAssumed, Place: d.place}
	if d.day.last > d.day.first {
		e.Until = d.day.last
	}
	if d.act >= 0 {
		e.Activity = m.r.catalogue.Activities[d.act].Code
		e.Title = m.title(d)
	}
	e.Words = strings.TrimSpace(m.words(d.from, d.to))
	return e
}

// zero notes that nothing was done, where all of a draft's numbers are 0 or it says 无: one for each place of a list.
func (m *message) zero(out *Reading, d *draft) {
	z := Zero{Area: d.area, First: d.day.first, Last: d.day.last}
	if d.act >= 0 {
		z.Activity = m.code(d.act)
	}
	if d.dayAssumed {
		z.First, z.Last = 0, 0
	}
	if z.First == 0 {
		z.First, z.Last = m.periodIn(d.from, d.to)
	}
	for _, i := range d.figures {
		m.toks[m.figures[i].tok].why = WhyZero
	}
	if d.spot == nil || len(d.spot.list) == 0 {
		out.Zeros = append(out.Zeros, z)
		return
	}
	for _, id := range slices.Concat(d.spot.ids, d.spot.list) {
		z.Area = id
		out.Zeros = append(out.Zeros, z)
	}
}

// figureOf makes the report's figure; false where the number counts nothing or fits no measure.
func (m *message) figureOf(f *figure) (report.Figure, bool) {
	t := &m.toks[f.tok]
	measure, ok := m.measure(f)
	switch {
	case f.sum:
		t.why = WhySum
		return report.Figure{}, false
	case t.num.vague, t.why == WhyParty, t.why == WhyBeside:
		return report.Figure{}, false
	case m.scope(f.tok) && !m.ownNoun(f):
		t.why = WhyScope
		return report.Figure{}, false
	case !ok:
		t.why = WhyUnknown
		return report.Figure{}, false
	case t.num.milli == 0:
		t.why = WhyZero
		return report.Figure{}, false
	}
	value, unit, whole := m.value(f, measure)
	if !whole {
		t.why = WhyUnknown
		return report.Figure{}, false
	}
	rate := measure.Adds == report.Rate
	if !rate {
		t.why = WhyFigure
	}
	return report.Figure{Measure: measure.Code, Label: m.label(f, measure), Unit: unit, Value: value, Approx: m.approx(f),
		Part: f.part, Running: f.running && !rate, Claim: rate}, true
}

// scopeWords are what an activity reaches, which no measure counts: 8个社区, 16个班, 企业26家.
var scopeWords = []string{"社区", "成员单位", "自然村", "村", "乡镇", "乡", "镇", "学校", "班级", "班", "单位", "部门", "小组", "组", "企业", "县", "市", "省", "单元", "摊点", "摊位", "点", "分会场", "会场", "行政村", "院落", "网格", "街道", "岗位", "商家", "女企业"}

// scope tells whether the number says how many villages, classes or offices were reached, or posts offered.
func (m *message) scope(tok int) bool {
	t := &m.toks[tok]
	if t.unit == nil || !strings.Contains("个所家处", t.unit.text) {
		return false
	}
	if hasAnyAt(m.f.runes, int(t.to), scopeWords...) {
		return true
	}
	return tok > 0 && m.toks[tok-1].to == t.from && slices.Contains(scopeWords, string(m.f.runes[m.toks[tok-1].from:m.toks[tok-1].to]))
}

// ownNoun tells whether the figure's measure counts just what stands next to the number: 督导单位8个.
func (m *message) ownNoun(f *figure) bool {
	measure, ok := m.measure(f)
	if !ok {
		return false
	}
	for _, w := range [...]*word{f.after[0], f.before[0]} {
		if w != nil && slices.Contains(scopeWords, w.text) && slices.Contains(measure.Nouns, w.text) {
			return true
		}
	}
	return false
}

// approx tells whether the number was said to be approximate, by itself or by the words beside it.
func (m *message) approx(f *figure) bool {
	t := &m.toks[f.tok]
	if t.num.approx {
		return true
	}
	if k := f.tok - 1; k >= 0 && m.toks[k].is(clAbout) && (m.toks[k].w.text != "上" || !t.num.digits) {
		return true
	}
	return f.tok+1 < len(m.toks) && m.toks[f.tok+1].is(clAbove)
}

// title gives the sender's own name of an activity the catalogue only has as 其他.
func (m *message) title(d *draft) string {
	title, n := "", 0
	for k := m.mentionAt(d.from); d.act == m.r.other && k < len(m.mentions) && m.mentions[k].tok < d.to; k++ {
		x := m.mentions[k]
		length := x.w.n
		if x.w.fixed {
			length = 1 // 三八 says less than 拔河
		}
		if x.act == d.act && length >= n {
			title, n = x.w.text, length
		}
	}
	return title
}

// words gives what was written from token from to token to.
func (m *message) words(from, to int) string {
	if from >= to {
		return ""
	}
	return m.f.text(int(m.toks[from].from), int(m.toks[to-1].to))
}
