package reading

import (
	"strings"

	"huibao/report"
)

// placeRole says what a place is in its sentence.
type placeRole uint8

const (
	placeNamed placeRole = iota // just named: 普法 长铺社区 50人
	placeAt                     // behind 在, 到, 地点
	placeWith                   // 联合江口园社区: it took part
	placeOrg                    // 长铺镇妇联: it organised
)

// place is an area or venue as it was mentioned.
type place struct {
	tok      int     // where
	ids      []int64 // the areas it may mean; several where they must be asked about
	list     []int64 // further areas of a list: 长铺社区、江口园社区
	role     placeRole
	typo     bool
	venue    string // literal name of a place that is no area
	inside   int64  // area the venue lies in
	unknown  bool   // looks like an area, but is none of this county
	foreign  bool   // … and of a level that cannot lie inside it
	pronoun  bool
	from, to int32 // runes
}

// places finds the areas and venues the message names, and resolves each name by what stands beside it and by the sender.
func (m *message) places() {
	township := int64(0) // the last one named: a list of villages inherits it
	for i := 0; i < len(m.toks); i++ {
		t := &m.toks[i]
		if t.kind != kWord || t.title {
			continue
		}
		switch {
		case len(t.w.areas) > 0 && m.namesArea(i):
			p := m.areaPlace(i, township)
			if n := len(m.spots); n > 0 && m.nested(&m.spots[n-1], &p) {
				i = p.tok
				m.spots[n-1] = p
			} else if p.ids != nil || p.unknown {
				m.spots = append(m.spots, p)
			}
			if len(m.spots) == 0 {
				continue
			}
			last := &m.spots[len(m.spots)-1]
			if len(last.ids) == 1 && len(m.r.areas.Children(last.ids[0])) > 0 {
				township = last.ids[0]
			}
		case t.w.class&clOwn != 0 && m.foreignBefore(i):
		case t.w.class&clOwn != 0 && !m.afterArea(i):
			if id := m.ownBy(t.w.text); id != 0 {
				m.spots = append(m.spots, place{tok: i, ids: []int64{id}, role: placeOrg, from: t.from, to: t.to})
			}
		case t.w.venue >= 0:
			v := &m.r.venues[t.w.venue]
			p := place{tok: i, venue: v.name, inside: v.area, role: placeAt, from: t.from, to: t.to}
			if i > 0 && m.toks[i-1].is(clFor) {
				p.role = placeNamed // 为二小的家长: who came, not where
			}
			m.spots = append(m.spots, p)
		}
	}
	m.joinLists()
	m.unknownPlaces()
}

// foreignBefore tells whether 德庆 stands before 县妇联: an organiser this county does not have.
func (m *message) foreignBefore(i int) bool {
	from, _ := m.nameBefore(int(m.toks[i].from))
	return int(m.toks[i].from)-from >= 2
}

// venueAt is a venue with the area it lies in.
type venueAt struct {
	name string
	area int64
}

// namesArea tells whether the word at token i means the area here: a bare name of two characters, or a family's, is a
// place only between borders.
func (m *message) namesArea(i int) bool {
	t := &m.toks[i]
	if i > 0 && m.toks[i-1].kind == kNumber && m.toks[i-1].unit != nil && m.toks[i-1].unit.text == "个" {
		return false // 3个自然村
	}
	for _, a := range t.w.areas {
		if a.full {
			return true
		}
	}
	if t.w.n > 2 {
		return true
	}
	left, right := m.border(i, -1), m.border(i, 1)
	if strings.HasSuffix(t.w.text, "家") {
		return left == borderArea
	}
	return left != borderNone && right != borderNone
}

type border uint8

const (
	borderNone  border = iota
	borderSpace        // the message's end, a blank or a mark
	borderWord         // a preposition, an activity, a verb, a number
	borderArea
)

// border says what stands beside token i.
func (m *message) border(i, step int) border {
	k := i + step
	if k < 0 || k >= len(m.toks) {
		return borderSpace
	}
	t := &m.toks[k]
	switch t.kind {
	case kBlank, kMark, kItem:
		return borderSpace
	case kNumber, kDay, kTime, kAsk, kPeriod:
		return borderWord
	case kWord:
		switch {
		case len(t.w.areas) > 0:
			return borderArea
		case step < 0 && t.w.class&(clAt|clFor|clJoin|clEvent|clTotal|clWith|clAbout) != 0, step < 0 && len(t.w.acts) > 0, step < 0 && t.w.fixed,
			step > 0 && (t.w.class&(clEvent|clOrg|clAt|clTotal|clDone|clJoin|clAsk|clRunning|clOnDay|clNone|clIntent) != 0 || len(t.w.acts) > 0 || len(t.w.verbs) > 0 || t.w.text == "妇联" || len(t.w.nouns) > 0):
			return borderWord
		}
	case kText:
		s := m.f.runes[t.from:t.to]
		if step < 0 && (s[len(s)-1] == '的' || s[len(s)-1] == '由' || s[len(s)-1] == '从' || s[len(s)-1] == '是') || step > 0 && (s[0] == '的' || s[0] == '那' || s[0] == '有' || s[0] == '这' || s[0] == '发' || s[0] == '来' || s[0] == '做' || s[0] == '报') {
			return borderWord
		}
	}
	return borderNone
}

// afterArea tells whether an area stands right before token i.
func (m *message) afterArea(i int) bool {
	return i > 0 && m.toks[i-1].kind == kWord && len(m.toks[i-1].w.areas) > 0
}

// areaPlace makes a place of the area named at token i.
func (m *message) areaPlace(i int, township int64) place {
	t := &m.toks[i]
	p := place{tok: i, from: t.from, to: t.to, role: m.placeRole(i)}
	var ids []int64
	for _, s := range t.w.areas {
		switch {
		case s.kind == report.NamePronoun:
			p.pronoun = true
			if id := m.pronoun(t.w.text, s.id); id != 0 {
				ids = append(ids, id)
			}
			continue
		case s.kind == report.NameTypo:
			p.typo = true
		}
		if s.id != 0 {
			ids = append(ids, s.id)
		} else {
			p.unknown = true // a name with no area of today: ask
		}
	}
	p.ids = m.narrow(ids, township, t.w)
	if p.pronoun && len(p.ids) == 0 {
		p.ids = []int64{m.ctx.Area}
	}
	if len(p.ids) > 0 {
		p.unknown = false
	}
	return p
}

// narrow leaves of several areas of one name those under the township just named, else those in the sender's area, else
// those in the sender's township. A bare name the sender's own village bears means the village.
func (m *message) narrow(ids []int64, township int64, w *word) []int64 {
	if own, ok := m.r.areas.ByID(m.ctx.Area); ok && len(ids) == 1 && ids[0] == own.Parent && strings.HasPrefix(own.Name, w.text) && !w.areas[0].full {
		return []int64{own.ID}
	}
	if len(ids) < 2 {
		return ids
	}
	for _, outer := range []int64{township, m.ctx.Area, m.sendersTownship(), m.r.areas.County(m.ctx.Area)} {
		if outer == 0 {
			continue
		}
		var inside []int64
		for _, id := range ids {
			if m.r.areas.Within(id, outer) {
				inside = append(inside, id)
			}
		}
		if len(inside) > 0 {
			return m.preferParent(inside)
		}
	}
	return m.preferParent(ids)
}

// preferParent takes the township where its own village bears the same bare name.
func (m *message) preferParent(ids []int64) []int64 {
	if len(ids) != 2 {
		return ids
	}
	a, _ := m.r.areas.ByID(ids[0])
	b, _ := m.r.areas.ByID(ids[1])
	if b.Parent == a.ID {
		return ids[:1]
	}
	return ids
}

func (m *message) sendersTownship() int64 {
	a, ok := m.r.areas.ByID(m.ctx.Area)
	if rank := m.r.areas.Rank(m.ctx.Area); rank != report.Unranked {
		if town, below := m.r.areas.At(m.ctx.Area, report.Township); below {
			return town
		}
		return m.ctx.Area
	}
	if !ok || a.Level < 2 {
		return m.ctx.Area
	}
	return a.Parent
}

// upper tells whether the sender's area is no township nor part of one.
func (m *message) upper() bool {
	root, _ := m.r.areas.Root()
	rank := m.r.areas.Rank(m.ctx.Area)
	return m.ctx.Area == root.ID || rank != report.Unranked && rank <= report.County
}

// pronoun resolves 我镇, 全县, 本村 by the sender: named is the area the word always means, 0 if it depends.
func (m *message) pronoun(text string, named int64) int64 {
	if named != 0 {
		return named
	}
	if strings.Contains(text, "镇") || strings.Contains(text, "乡") {
		return m.sendersTownship()
	}
	return m.ctx.Area
}

// ownBy gives the organiser's area of 县妇联, 镇妇联, 村妇联: the sender's own or one above it.
func (m *message) ownBy(text string) int64 {
	switch {
	case strings.HasPrefix(text, "县"):
		county := m.r.areas.County(m.ctx.Area)
		if rank := m.r.areas.Rank(county); rank != report.Unranked && rank < report.County {
			return 0 // said above the counties: one of many
		}
		return county
	case strings.HasPrefix(text, "镇"), strings.HasPrefix(text, "乡"):
		if m.upper() {
			return 0
		}
		return m.sendersTownship()
	}
	return m.ctx.Area
}

func (m *message) placeRole(i int) placeRole {
	if n := i + 1; n < len(m.toks) && m.toks[n].is(clOrg) {
		return placeOrg
	}
	k := i - 1
	for k >= 0 && (m.toks[k].kind == kBlank || m.toks[k].kind == kMark && m.toks[k].mark == ':' || m.toks[k].kind == kWord && len(m.toks[k].w.areas) > 0) {
		k--
	}
	if k < 0 || m.toks[k].kind != kWord {
		return placeNamed
	}
	switch w := m.toks[k].w; {
	case w.text == "联合" || w.text == "会同" || w.text == "与" || w.text == "配合":
		return placeWith
	case w.class&clAt != 0:
		return placeAt
	}
	return placeNamed
}

// nested joins a village to the township named right before it: 长铺乡川石村.
func (m *message) nested(outer, inner *place) bool {
	if outer.tok+1 != inner.tok && !(outer.tok+2 == inner.tok && m.toks[outer.tok+1].kind == kBlank) {
		return false
	}
	if len(outer.ids) != 1 || outer.venue != "" || len(inner.ids) == 0 {
		return false
	}
	var inside []int64
	for _, id := range inner.ids {
		if id != outer.ids[0] && m.r.areas.Within(id, outer.ids[0]) {
			inside = append(inside, id)
		}
	}
	if len(inside) == 0 {
		return false
	}
	inner.ids = inside
	inner.from = outer.from
	if inner.role == placeNamed {
		inner.role = outer.role
	}
	return true
}

// joinLists puts areas that only 、 or 和 part into one place with several: one total for all of them.
func (m *message) joinLists() {
	out := m.spots[:0]
	for _, p := range m.spots {
		if n := len(out); n > 0 && m.joined(&out[n-1], &p) {
			last := &out[n-1]
			last.list = append(last.list, p.ids...)
			last.to, last.tok = p.to, p.tok
			continue
		}
		out = append(out, p)
	}
	m.spots = out
}

func (m *message) joined(a, b *place) bool {
	if len(a.ids) != 1 || len(b.ids) != 1 || a.venue != "" || b.venue != "" || a.role == placeOrg || b.role == placeOrg || b.tok-a.tok > 4 {
		return false
	}
	join := false
	for k := a.tok + 1; k < b.tok; k++ {
		t := &m.toks[k]
		switch {
		case t.is(clJoin), t.kind == kMark && t.mark == '、':
			join = true
		case t.kind == kBlank && t.mark != '\n', t.kind == kWord && len(t.w.areas) > 0, t.is(clAt):
		default:
			return false
		}
	}
	return join
}
