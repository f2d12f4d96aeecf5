package reading

import "slices"

// eventsWithoutNumbers makes a draft where the message tells of something done and counts nothing.
func (m *message) eventsWithoutNumbers(kind Kind) {
	if len(m.drafts) > 0 || kind == KindZero || slices.ContainsFunc(m.sections, m.plansOnly) {
		return
	}
	if x, ok := m.naming(0, len(m.toks), rankForm, anyAct); ok {
		m.drafts = append(m.drafts, m.mentioned(x))
	}
}

// itemsWithoutNumbers makes drafts of a list's items that tell of something done, somewhere or on some day, and count nothing.
func (m *message) itemsWithoutNumbers() {
	for s := range m.sections {
		x := &m.sections[s]
		if !x.item || len(x.runs) > 0 || x.strongest.rank < rankNear || m.plansOnly(*x) || x.days[0] == x.days[1] && x.spots[0] == x.spots[1] {
			continue
		}
		if from, to := m.span(x); m.anyIn(from, to, clEvent) && !m.saysNone(from, to) {
			d := m.mentioned(x.strongest)
			at := slices.IndexFunc(m.drafts, func(o draft) bool { return o.from > d.from })
			if at < 0 {
				at = len(m.drafts)
			}
			m.drafts = slices.Insert(m.drafts, at, d)
		}
	}
}

func anyAct(int16) bool { return true }

// mentioned makes a draft of an activity that is named with no number.
func (m *message) mentioned(x mention) draft {
	s := slices.IndexFunc(m.sections, func(s section) bool { from, to := m.span(&s); return from <= x.tok && x.tok < to })
	m.runs = append(m.runs, run{act: x.act, rank: x.rank, by: x.w, day: -1, section: s})
	k := len(m.runs) - 1
	r := &m.runs[k]
	for i := m.sections[s].spots[0]; i < m.sections[s].spots[1] && r.area == nil; i++ {
		if p := &m.spots[i]; p.names() {
			r.area = p
		}
	}
	d := m.draft(k)
	m.sections[s].runs = append(m.sections[s].runs, k)
	return d
}

// plansOnly tells whether a section looks ahead: it has targets or planned numbers, or says 拟, 将, and counts nothing.
func (m *message) plansOnly(x section) bool {
	from, to := m.span(&x)
	ahead := false
	for i := from; i < to; i++ {
		switch m.toks[i].why {
		case WhyPlan, WhyTarget:
			ahead = true
		case WhyFigure:
			if m.toks[i].kind == kNumber {
				return false
			}
		}
	}
	for c := m.segments[x.from].from; c < m.segments[x.to-1].to; c++ {
		ahead = ahead || m.clauses[c].intent >= 0
	}
	return ahead
}

// plans makes entries of what is planned or set as a target: what, where and when, without numbers.
func (m *message) plans() []Entry {
	var list []Entry
	for s := range m.sections {
		x := m.sections[s]
		if !m.plansOnly(x) {
			continue
		}
		from, to := m.span(&x)
		named, ok := m.naming(from, to, rankWeak, anyAct)
		if !ok {
			continue
		}
		d := m.mentioned(named)
		e := m.entry(&d)
		if d.day.next != 0 {
			e.Day, e.Until = d.day.next, 0
		}
		list = append(list, e)
	}
	return list
}
