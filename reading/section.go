package reading

import "sort"

// section is a part of the message that tells of things together: a list's item, or sentences until a new activity comes.
type section struct {
	from, to  int // segments
	before    rune
	item      bool
	with      bool    // 同时, 当天: at the same time as what stands before
	named     bool    // names an activity itself
	counts    bool    // has a number that may count
	strongest mention // of its mentions, the last of several
	runs      []int
	days      [2]int // the dates in it: m.days[days[0]:days[1]]
	spots     [2]int // the places in it
	lastDay   int    // the date the runs before it had last, -1 if none
	lastSpot  *place // the place the runs before it had last
}

// sectionize parts the message: at each item of a list, and wherever a new sentence, line or half-sentence begins a new
// activity after one with numbers.
func (m *message) sectionize() {
	for s := range m.segments {
		g := &m.segments[s]
		from, to := m.segmentTokens(g)
		now := section{from: s, to: s + 1, before: g.before, item: g.item, counts: m.segmentCounts(g), strongest: m.strongest(from, to)}
		now.named = now.strongest.rank >= rankForm
		if n := len(m.sections); n > 0 && !g.item {
			last := &m.sections[n-1]
			fresh := now.counts && last.counts && (now.named && last.named && m.newActivity(g, &now, last) || m.otherDay(g, last))
			if !fresh {
				last.to = s + 1
				last.named, last.counts = last.named || now.named, last.counts || now.counts
				last.strongest = stronger(last.strongest, now.strongest)
				continue
			}
		}
		m.sections = append(m.sections, now)
	}
	d, p := 0, 0
	for s := range m.sections {
		x := &m.sections[s]
		from, to := m.span(x)
		for i := from; i < min(to, from+4); i++ {
			x.with = x.with || m.toks[i].is(clWith)
		}
		x.days[0], x.spots[0] = d, p
		for d < len(m.days) && m.days[d].tok < to {
			d++
		}
		for p < len(m.spots) && m.spots[p].tok < to {
			p++
		}
		x.days[1], x.spots[1] = d, p
	}
	m.findHeading()
}

// span gives the tokens of a section.
func (m *message) span(x *section) (from, to int) {
	return m.clauses[m.segments[x.from].from].from, m.clauses[m.segments[x.to-1].to-1].to
}

func (m *message) segmentTokens(g *segment) (from, to int) {
	return m.clauses[g.from].from, m.clauses[g.to-1].to
}

func (m *message) segmentCounts(g *segment) bool {
	from, to := m.segmentTokens(g)
	for i := from; i < to; i++ {
		if m.toks[i].kind == kNumber && (m.toks[i].why == WhyFigure || m.toks[i].why == WhyTarget) {
			return true
		}
	}
	return false
}

// otherDay tells whether a half-sentence or line has a date of its own where what stands before has one too.
func (m *message) otherDay(g *segment, last *section) bool {
	if g.before != ';' && g.before != '\n' {
		return false
	}
	from, to := m.segmentTokens(g)
	lastFrom, lastTo := m.span(last)
	return m.hasDay(from, to) && m.hasDay(lastFrom, lastTo)
}

// stronger gives the mention that decides of two that follow one another.
func stronger(a, b mention) mention {
	if b.rank == rankNone || b.rank < a.rank || a.rank >= rankStrong && a.act != b.act && b.w.namesMeasureOf(a.act) {
		return a
	}
	return b
}

// newActivity tells whether a segment begins something new: it names an activity that the section before does not have
// and that is no measure of it; or it names one again with its own place or day.
func (m *message) newActivity(g *segment, now, last *section) bool {
	x, before := now.strongest, last.strongest
	if x.act != before.act {
		return (x.rank >= rankNear || x.rank >= before.rank) && !x.w.namesMeasureOf(before.act)
	}
	from, to := m.segmentTokens(g)
	return g.before != '。' && (m.hasDay(from, to) || m.hasSpot(from, to))
}

// strongest gives the mention of the best rank among tokens from to to, the last of several.
func (m *message) strongest(from, to int) mention {
	x, _ := m.naming(from, to, rankWeak, anyAct)
	return x
}

func (m *message) hasDay(from, to int) bool {
	i := sort.Search(len(m.days), func(i int) bool { return m.days[i].tok >= from })
	return i < len(m.days) && m.days[i].tok < to
}

func (m *message) hasSpot(from, to int) bool {
	for i := sort.Search(len(m.spots), func(i int) bool { return m.spots[i].tok >= from }); i < len(m.spots) && m.spots[i].tok < to; i++ {
		if m.spots[i].role != placeOrg {
			return true
		}
	}
	return false
}

// heading is what the beginning of a message says for all that follows: what stands before the first item of a list, or
// before the first line that names an activity or counts, and what labelled items say (2.时间：11月15日).
type heading struct {
	to          int // its last token and one
	act         int16
	day         int // index in m.days, -1 if none
	spot, venue *place
	every       *place // the place 都在 names, wherever it stands
	org         *place // the message's first organiser
}

// findHeading fills in m.head.
func (m *message) findHeading() {
	h := heading{to: m.headingEnd(), act: -1, day: -1}
	if x, ok := m.naming(0, h.to, rankWeak, anyAct); ok {
		h.act = x.act
	}
	tail := m.tailStart()
	for i := range m.days {
		if d := &m.days[i]; (d.tok < h.to || d.tok >= tail || m.labelItem(d.tok)) && (h.day < 0 || m.days[h.day].first == 0) {
			h.day = i
		}
	}
	for i := range m.spots {
		p := &m.spots[i]
		shared := p.tok < h.to || p.tok >= tail || m.labelItem(p.tok)
		switch {
		case p.role == placeOrg:
			if h.org == nil {
				h.org = p
			}
		case p.venue != "" && !p.unknown:
			if shared && h.venue == nil {
				h.venue = p
			}
		case p.pronoun:
		case shared && h.spot == nil:
			h.spot = p
		}
		if p.tok > 0 && m.toks[p.tok-1].is(clEvery) && h.every == nil {
			h.every = p
		}
	}
	m.head = h
}

// tailStart gives the token from which on the message names no activity and counts nothing: the place or date there is all the
// sections': …；家教60人。（11月20日）
func (m *message) tailStart() int {
	end := len(m.toks)
	for s := len(m.segments) - 1; s > 0; s-- {
		g := &m.segments[s]
		from, to := m.segmentTokens(g)
		if g.before == ';' || m.segmentCounts(g) || m.strongest(from, to).rank > rankNone {
			break
		}
		end = from
	}
	return end
}

// headingEnd gives the token at which the heading ends.
func (m *message) headingEnd() int {
	for s := range m.sections {
		if m.sections[s].item {
			from, _ := m.span(&m.sections[s])
			return from
		}
	}
	if len(m.sections) < 2 {
		return 0
	}
	for s := range m.segments {
		g := &m.segments[s]
		from, to := m.segmentTokens(g)
		if m.strongest(from, to).rank < rankForm && !m.segmentCounts(g) {
			continue
		}
		for i := from; i < to; i++ { // 11月20日工作：普法50人；禁毒60人
			if m.toks[i].kind == kMark && m.toks[i].mark == ':' {
				if m.strongest(from, i).rank < rankForm {
					return i
				}
				break
			}
		}
		return from
	}
	return 0
}

// labelItem tells whether a token stands in an item that only says when or where: 2.时间：11月15日.
func (m *message) labelItem(tok int) bool {
	seg := &m.segments[m.toks[tok].segment]
	if !seg.item || m.segmentCounts(seg) {
		return false
	}
	from, to := m.segmentTokens(seg)
	for i := from; i < to && i < from+6; i++ {
		if m.toks[i].kind == kMark && m.toks[i].mark == ':' {
			return i < tok
		}
	}
	return false
}
