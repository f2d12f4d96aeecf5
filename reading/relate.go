package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// relate finds how the figures of each entry stand to one another: parts of a total, sums of others, running totals.
func (m *message) relate() {
	m.sumsOverPlaces()
	for k := range m.drafts {
		d := &m.drafts[k]
		for n, i := range d.figures {
			f := &m.figures[i]
			measure, ok := m.measure(f)
			if !ok {
				continue
			}
			f.running = m.runningAt(f, measure)
			f.part = measure.Adds == report.PartOnly || measure.Adds != report.Parallel && m.partAt(d, n)
		}
		m.partsBySum(d)
		m.repeated(d)
		if m.targets || m.hasRate(d) {
			m.runningTogether(d)
		}
	}
}

// hasRate tells whether the entry gives its rate of the year's target.
func (m *message) hasRate(d *draft) bool {
	return slices.ContainsFunc(d.figures, func(i int) bool { return m.must(&m.figures[i]).Code == codeOfTarget })
}

// codeOfTarget is the measure of how much of the year's target is reached, in every activity that has one.
const codeOfTarget = "percent_of_target"

// runningTogether makes running totals of all that stands beside one in a form: 任务200人 完成146人 宫颈癌146人.
func (m *message) runningTogether(d *draft) {
	any := false // a rate of the target says so too
	for _, i := range d.figures {
		measure, ok := m.measure(&m.figures[i])
		any = any || ok && (measure.Running && m.figures[i].running || measure.Code == codeOfTarget)
	}
	for _, i := range d.figures {
		if measure, ok := m.measure(&m.figures[i]); ok && measure.Running && any {
			m.figures[i].running = true
		}
	}
}

// sumsOverPlaces drops 合计700份 behind the numbers of several places that it adds up.
func (m *message) sumsOverPlaces() {
	for k := range m.drafts {
		d := &m.drafts[k]
		for _, i := range d.figures {
			f := &m.figures[i]
			if !f.total {
				continue
			}
			sum, n := int64(0), 0
			for at := k; at >= 0 && m.drafts[at].section == d.section && k-at < relatedDrafts; at-- {
				o := &m.drafts[at]
				for _, j := range o.figures {
					if g := &m.figures[j]; g.tok < f.tok && m.sameCount(f, g) {
						sum += m.toks[g.tok].num.milli
						n++
					}
				}
			}
			if n > 1 && sum == m.toks[f.tok].num.milli && k > 0 && m.drafts[k-1].section == d.section && len(d.figures) > 1 {
				f.sum = true
			}
		}
	}
}

// relatedDrafts bounds how many places a sum is looked for over.
const relatedDrafts = 300

// sameCount tells whether two numbers count the same kind of thing.
func (m *message) sameCount(f, g *figure) bool {
	a, b := m.countClass(f), m.countClass(g)
	return a == b || a == "" || b == "" || a == "个" || b == "个" // 来电3个
}

// countClass gives what a number's unit counts: people and households are one class, since either can be part of the other.
func (m *message) countClass(f *figure) string {
	u := m.toks[f.tok].unit
	if u == nil {
		return ""
	}
	return countClassOf(u.text)
}

func countClassOf(unit string) string {
	switch unit {
	case "人", "人次", "名", "位", "户", "家":
		return "people"
	case "元", "块", "块钱", "元钱":
		return "money"
	case "件", "起", "宗", "例", "批", "条":
		return "cases"
	case "份", "册", "本", "张", "套":
		return "papers"
	}
	return unit
}

// partAt tells whether figure n of the draft stands behind 其中 with a total before it.
func (m *message) partAt(d *draft, n int) bool {
	f := &m.figures[d.figures[n]]
	mark := m.partMark(f.tok)
	if mark < 0 {
		return false
	}
	for _, i := range d.figures[max(0, n-relatedFigures):n] {
		g := &m.figures[i]
		if g.tok < mark && m.sameCount(f, g) && m.toks[g.tok].num.milli >= m.toks[f.tok].num.milli {
			return true
		}
	}
	return false
}

// partMark gives the 其中 that a number stands under: the last one of its segment before it, -1 if there is none.
func (m *message) partMark(tok int) int {
	return int(m.toks[tok].part)
}

// partsBySum finds parts without 其中: two or more numbers that add up to the total right before or behind them.
func (m *message) partsBySum(d *draft) {
	for n, i := range d.figures {
		total := &m.figures[i]
		if total.part || m.toks[total.tok].num.milli == 0 {
			continue
		}
		for _, step := range [...]int{1, -1} {
			if step < 0 && !total.total {
				continue
			}
			sum, count := int64(0), 0
			for k := n + step; k >= 0 && k < len(d.figures) && k <= n+relatedFigures && k >= n-relatedFigures; k += step {
				g := &m.figures[d.figures[k]]
				if !m.sameCount(total, g) || g.sum {
					if m.toks[g.tok].unit != nil && m.countClass(g) == "money" {
						continue // 31名每人1000元
					}
					break
				}
				sum += m.toks[g.tok].num.milli
				count++
				if sum == m.toks[total.tok].num.milli && count > 1 {
					for p := n + step; p != k+step; p += step {
						if q := &m.figures[d.figures[p]]; m.sameCount(total, q) {
							q.part = true
							m.namePart(q, total)
						}
					}
					break
				}
			}
		}
	}
}

// namePart gives a part the measure that is one of the total's, where the word before it ends in its name: 接待来访2起，来电3个，共5件.
func (m *message) namePart(f, total *figure) {
	if f.measure != total.measure || f.act != total.act || f.measure < 0 || f.tok == 0 || m.toks[f.tok-1].kind != kWord {
		return
	}
	for j, x := range m.r.catalogue.Activities[f.act].Measures {
		if x.PartOf == m.must(total).Code && slices.ContainsFunc(x.Nouns, func(n string) bool { return strings.HasSuffix(m.toks[f.tok-1].w.text, n) }) {
			f.measure = int16(j)
		}
	}
}

// relatedFigures bounds how far back a figure is compared with others of its entry.
const relatedFigures = 40

// repeated makes a part of a later number of the same measure that says what became of the first: 收集问题6条，已解决4条.
func (m *message) repeated(d *draft) {
	for n, i := range d.figures {
		f := &m.figures[i]
		if f.part || f.measure < 0 || n == 0 || !m.outcome(f.tok) {
			continue
		}
		for _, j := range d.figures[max(0, n-relatedFigures):n] {
			g := &m.figures[j]
			if (g.measure == f.measure && g.act == f.act || m.countClass(f) == m.countClass(g) && m.countClass(f) == "people" && m.toks[f.tok].unit == m.toks[g.tok].unit && j == d.figures[0]) && m.toks[f.tok].num.milli <= m.toks[g.tok].num.milli {
				f.part = true
			}
		}
	}
}

// outcome tells whether 已, 解决 or 办结 stands before the number at tok.
func (m *message) outcome(tok int) bool {
	for k := m.lead(tok); k < tok; k++ {
		if t := &m.toks[k]; t.kind == kWord {
			switch t.w.text {
			case "已", "已经", "解决", "办结", "已解决", "已办结", "化解", "整改", "评为", "获评":
				return true
			}
		}
	}
	return tok+1 < len(m.toks) && hasAnyAt(m.f.runes, int(m.toks[tok+1].from), "评上", "评为", "获评", "荣获", "获得", "入选", "是省", "是市", "是全国", "被评")
}

// runningAt tells whether the number is a total so far: 累计, 截至 before it in its sentence, or done beside a target.
func (m *message) runningAt(f *figure, measure *report.Measure) bool {
	if mark := m.segments[m.toks[f.tok].segment].running; mark >= 0 && mark < f.tok {
		return true
	}
	if !measure.Running {
		return false
	}
	return m.targets && m.doneBefore(f.tok)
}

// doneBefore tells whether 完成, 已 or a word that begins with it stands before a number.
func (m *message) doneBefore(tok int) bool {
	for k := m.lead(tok); k < tok; k++ {
		if t := &m.toks[k]; t.is(clDone) || t.kind == kWord && strings.HasPrefix(t.w.text, "已") {
			return true
		}
	}
	return false
}
