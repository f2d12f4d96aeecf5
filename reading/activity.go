package reading

import (
	"slices"

	"huibao/report"
)

// mention is a place in the message that names an activity.
type mention struct {
	act  int16
	rank rank
	tok  int
	w    *word
}

// rank says how much a mention tells, from background to a rule of the catalogue.
type rank uint8

const (
	rankNone   rank = iota
	rankWeak        // two words that only together decide
	rankGround      // why it was done: 为进一步提升家庭教育水平
	rankTopic       // what was talked about
	rankForm        // 座谈会, 培训: what kind of event
	rankQuoted      // in quotes, or a title
	rankSoft        // a rule that gives way to a word of its own
	rankNear        // a rule whose second word stands in another clause
	rankStrong      // a word that decides by itself
	rankRule        // a rule whose words stand together
)

// rule is a catalogue's rule with its words found.
type rule struct {
	report.Rule
	act           int16
	with, without []*word
}

// windowRunes bounds how far a rule looks beyond its word, so that a message without stops costs no more than others.
const windowRunes = 80

// cleanHits drops the words found inside names of places, and those of one character that are no word by themselves: 油 in 桐油冲村.
func (m *message) cleanHits() {
	i := 0
	m.hits = slices.DeleteFunc(m.hits, func(h hit) bool {
		for i+1 < len(m.toks) && m.toks[i].to <= h.from {
			i++
		}
		t := &m.toks[i]
		if t.kind != kWord {
			return h.w.n == 1 && t.kind != kNumber
		}
		return t.w.text != h.w.text && (h.w.n == 1 || len(t.w.areas) > 0 && t.w.areas[0].full || t.w.venue >= 0 || t.w.idle)
	})
}

// mentionActivities collects what names an activity, in the order of the message.
func (m *message) mentionActivities() {
	at := 0 // first hit not yet passed
	for c := range m.clauses {
		cl := &m.clauses[c]
		from, to := m.toks[cl.from].from, m.toks[cl.to-1].to
		for at < len(m.hits) && m.hits[at].from < from {
			at++
		}
		end := at
		for end < len(m.hits) && m.hits[end].from < to {
			end++
		}
		m.mentionClause(c, at, end)
		at = end
	}
}

// mentionClause collects the mentions of clause c, whose hits are those from to end.
func (m *message) mentionClause(c, from, end int) {
	cl := &m.clauses[c]
	next := from
	var weak [2]*token
	for i := cl.from; i < cl.to; i++ {
		t := &m.toks[i]
		for next < end && m.hits[next].from < t.to {
			if h := &m.hits[next]; h.from >= t.from {
				m.applyRules(c, i, h, from, end)
				m.mentionInside(cl, i, h)
			}
			next++
		}
		if t.kind != kWord {
			continue
		}
		for _, v := range t.w.acts {
			if v.strength == voteWeak {
				m.weakPair(v.act, i, &weak)
			} else {
				m.mentions = append(m.mentions, mention{v.act, m.rankOf(cl, i, v), i, t.w})
			}
		}
	}
}

// mentionInside makes a mention of an activity's word inside a longer one that names a thing: 禁毒 in 禁毒资料.
func (m *message) mentionInside(c *clause, i int, h *hit) {
	t := &m.toks[i]
	if t.kind != kWord || t.w == h.w || h.to > t.to || len(t.w.acts) > 0 || len(t.w.nouns) == 0 {
		return
	}
	for _, v := range h.w.acts {
		if v.strength == voteStrong {
			m.mentions = append(m.mentions, mention{v.act, m.rankOf(c, i, v), i, h.w})
		}
	}
}

// weakPair makes a mention of two different weak words of one activity in a clause.
func (m *message) weakPair(act int16, i int, seen *[2]*token) {
	t := &m.toks[i]
	for _, other := range seen {
		if other == nil || other.w == t.w {
			continue
		}
		for _, v := range other.w.acts {
			if v.act == act {
				m.mentions = append(m.mentions, mention{act, rankWeak, i, t.w})
			}
		}
	}
	if seen[0] == nil {
		seen[0] = t
	} else if seen[0].w != t.w {
		seen[1] = t
	}
}

// rankOf ranks the strong word at token i.
func (m *message) rankOf(c *clause, i int, v vote) rank {
	t := &m.toks[i]
	switch {
	case t.title || t.quoted:
		return rankQuoted
	case c.ground:
		return rankGround
	case c.topic && !t.is(clEvent) && m.behindTopic(c, i):
		return rankTopic
	case m.isVenue(i):
		return rankGround
	case v.strength == voteForm:
		return rankForm
	}
	return rankStrong
}

// behindTopic tells whether a word like 讲解 stands before token i in its clause.
func (m *message) behindTopic(c *clause, i int) bool {
	for k := c.from; k < i; k++ {
		if m.toks[k].is(clTopic) {
			return true
		}
	}
	return false
}

// isVenue tells whether the word is a place here, as in 走进家长学校, 在妇女之家.
func (m *message) isVenue(i int) bool {
	return i > 0 && m.toks[i-1].is(clAt) && hasSuffix(m.toks[i].w, "家", "学校", "室", "中心", "基地", "课堂", "站")
}

// applyRules makes a mention of the first rule that holds for the word found at hit h, which lies in token i.
func (m *message) applyRules(c, i int, h *hit, from, end int) {
	for _, k := range m.r.rules[h.w] {
		r := &m.r.ruleList[k]
		if !r.Holds(m.ruleDay()) || m.toks[i].title {
			continue
		}
		near := m.hitNear(r.without, h, from, end)
		if near {
			continue
		}
		if m.hitNear(r.with, h, from, end) {
			rk := rankRule
			switch {
			case m.clauses[c].ground:
				rk = rankGround
			case r.Soft:
				rk = rankSoft
			}
			m.mentions = append(m.mentions, mention{r.act, rk, i, m.spoken(i, h)})
			return
		}
		if at := m.hitInSegment(r.with, r.without, c, h); at >= 0 {
			rk := rankNear
			switch {
			case r.Soft:
				rk = rankSoft
			case c > 0 && m.tokenClause(at) == c-1 && m.clauses[c-1].figures == 0:
				rk = rankRule // “六一”前夕，走访慰问…
			}
			m.mentions = append(m.mentions, mention{r.act, rk, i, m.spoken(i, h)})
			return
		}
	}
}

// spoken gives the word a rule's word was found in: 走访慰问 for 走访.
func (m *message) spoken(i int, h *hit) *word {
	if t := &m.toks[i]; t.kind == kWord {
		return t.w
	}
	return h.w
}

// ruleDay is the day a rule with dates asks about: the message's first date, else the sending day.
func (m *message) ruleDay() report.Day {
	if len(m.days) > 0 && m.days[0].first != 0 {
		return m.days[0].first
	}
	return m.ctx.Today
}

// hitNear tells whether one of the words was found in the clause whose hits are from to end, not inside h itself only.
func (m *message) hitNear(words []*word, h *hit, from, end int) bool {
	for k := from; k < end; k++ {
		o := &m.hits[k]
		if o.from > h.to+windowRunes {
			return false
		}
		if o.to < h.from-windowRunes || o.w == h.w {
			continue
		}
		for _, w := range words {
			if o.w == w {
				return true
			}
		}
	}
	return false
}

// hitInSegment looks for the words in the rest of the segment and gives the rune where one stands, -1 if none does.
func (m *message) hitInSegment(with, without []*word, c int, h *hit) int32 {
	seg := &m.segments[m.clauses[c].segment]
	low, high := m.toks[m.clauses[seg.from].from].from, m.toks[m.clauses[seg.to-1].to-1].to
	found := int32(-1)
	for k := range m.hitsBetween(max(low, h.from-windowRunes), min(high, h.to+windowRunes)) {
		o := &m.hits[k]
		if slices.Contains(without, o.w) {
			return -1
		}
		if o.w != h.w && o.w.class&clEvent == 0 && slices.Contains(with, o.w) { // 慰问 in another clause tells of something else
			found = o.from
		}
	}
	return found
}

// tokenClause gives the clause of the token at a rune.
func (m *message) tokenClause(rune int32) int {
	return int(m.toks[m.tokenAt(int(rune))].clause)
}

// hitsBetween yields the places in hits of those that lie between two runes.
func (m *message) hitsBetween(low, high int32) func(func(int) bool) {
	return func(yield func(int) bool) {
		i, j := 0, len(m.hits)
		for i < j {
			if h := (i + j) / 2; m.hits[h].from < low {
				i = h + 1
			} else {
				j = h
			}
		}
		for ; i < len(m.hits) && m.hits[i].from < high; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// naming gives the mention that decides among those in tokens from to to: the best rank that fits; of several the last,
// but the first of those that 、 joins. fits says whether the activity has a measure for what is counted.
func (m *message) naming(from, to int, least rank, fits func(act int16) bool) (mention, bool) {
	var best mention
	strong := false
	for k := m.mentionAt(from); k < len(m.mentions) && m.mentions[k].tok < to; k++ {
		x := m.mentions[k]
		strong = strong || x.rank >= rankStrong
		if x.rank < least || x.rank < best.rank || !fits(x.act) {
			continue
		}
		if x.rank == best.rank && best.act != x.act && m.conjoined(best.tok, x.tok) {
			continue
		}
		if best.rank >= rankStrong && x.act != best.act && x.w.namesMeasureOf(best.act) {
			continue // 慰问⏎走访：17户
		}
		best = x
	}
	if best.rank == rankSoft && strong {
		return mention{}, false // 禁毒入户宣传，走访56户: the visits are how it was done
	}
	return best, best.rank > rankNone
}

// mentionAt gives the first mention at or behind a token.
func (m *message) mentionAt(tok int) int {
	i, j := 0, len(m.mentions)
	for i < j {
		if h := (i + j) / 2; m.mentions[h].tok < tok {
			i = h + 1
		} else {
			j = h
		}
	}
	return i
}

// conjoined tells whether only 、 or 和 stands between two tokens: 普法、禁毒宣传.
func (m *message) conjoined(a, b int) bool {
	if b-a > 3 {
		return false
	}
	join := false
	for k := a + 1; k < b; k++ {
		if m.toks[k].is(clJoin) || m.toks[k].kind == kMark && m.toks[k].mark == '、' {
			join = true
		}
	}
	return join
}

// namesMeasureOf tells whether a word is a noun or verb of the activity's own measures: then it names no other activity.
func (w *word) namesMeasureOf(act int16) bool {
	for _, r := range w.nouns {
		if r.act == act {
			return true
		}
	}
	for _, r := range w.verbs {
		if r.act == act {
			return true
		}
	}
	return false
}
