package reading

// run is what becomes an entry: figures of one activity, at one place, on one day.
type run struct {
	act      int16
	rank     rank // of the mention that named the activity, rankNone where it was inherited
	by       *word
	figures  []int
	area     *place
	venue    *place
	day      int // index in m.days, -1 while unknown
	section  int
	from, to int // tokens
}

// gather walks over a section and puts its numbers into runs.
func (m *message) gather(s int) {
	g := gatherer{message: m, s: s, cur: -1, spot: -1, venue: -1, day: -1, lastFigure: -1}
	x := &m.sections[s]
	from, to := m.span(x)
	g.from, g.since = from, from
	spot, day := x.spots[0], x.days[0]
	for i := from; i < to; i++ {
		t := &m.toks[i]
		for ; spot < x.spots[1] && m.spots[spot].tok <= i; spot++ {
			g.place(spot)
		}
		for ; day < x.days[1] && m.days[day].tok <= i; day++ {
			g.day = day
		}
		if t.kind == kNumber && (t.why == WhyFigure || t.why == WhyClaim) {
			g.number(i)
		}
		if t.kind == kMark && isStop(t.mark) || t.kind == kBlank && t.mark == '\n' || i == to-1 {
			g.clauseEnd(i)
		}
	}
	g.finish(to)
}

// gatherer is the state of gather.
type gatherer struct {
	*message
	s          int
	cur        int // run, -1 before the first number
	spot       int // place named since the last number, -1 if none
	venue      int
	day        int // date named since the last number, -1 if none
	from       int
	since      int // token behind the last number
	lastFigure int
	clauseRun  bool // the current clause has a number in cur
}

func (g *gatherer) place(p int) {
	spot := &g.spots[p]
	if spot.venue != "" && !spot.unknown {
		if g.venue < 0 || g.spots[g.venue].role != placeAt {
			g.venue = p
		}
		return
	}
	if spot.role == placeOrg || spot.pronoun {
		return
	}
	if g.spot >= 0 && (g.spots[g.spot].role == placeAt && spot.role != placeAt || spot.unknown && !g.spots[g.spot].unknown) {
		return // 在长铺社区…为江口园居民: the place comes first
	}
	g.spot = p
}

// number puts the number at token i into the current run, or begins a new one where activity, place or day changes.
func (g *gatherer) number(i int) {
	f := g.surround(i)
	if f.floor = g.from; g.cur >= 0 {
		f.floor = g.runs[g.cur].from
	}
	x, found := g.nameFor(&f, i)
	fresh := g.cur < 0
	if !fresh {
		r := &g.runs[g.cur]
		switch {
		case found && r.act >= 0 && x.act != r.act:
			fresh = true
		case g.spot >= 0 && r.area != nil && differ(r.area, &g.spots[g.spot]):
			fresh = true
		case g.venue >= 0 && r.venue != nil && r.venue.venue != g.spots[g.venue].venue:
			fresh = true
		case g.day >= 0 && r.day >= 0 && g.days[g.day].first != g.days[r.day].first && g.days[g.day].first != 0 && g.days[r.day].first != 0:
			fresh = true
		}
	}
	if fresh {
		act := int16(-1)
		if g.cur >= 0 {
			act = g.runs[g.cur].act
		}
		g.runs = append(g.runs, run{act: act, day: -1, section: g.s, from: g.since})
		g.cur = len(g.runs) - 1
		g.sections[g.s].runs = append(g.sections[g.s].runs, g.cur)
	}
	r := &g.runs[g.cur]
	if found {
		r.act, r.rank, r.by = x.act, x.rank, x.w
	}
	g.settle(r)
	f.act = r.act
	g.figures = append(g.figures, f)
	r.figures = append(r.figures, len(g.figures)-1)
	r.to = i + 1
	g.toks[i].figure = int32(len(g.figures) - 1)
	g.since, g.lastFigure, g.clauseRun = i+1, i, true
}

// settle gives the run the place and day named before its number.
func (g *gatherer) settle(r *run) {
	if g.spot >= 0 {
		if r.area == nil || !differ(r.area, &g.spots[g.spot]) {
			r.area = &g.spots[g.spot]
		}
		g.spot = -1
	}
	if g.venue >= 0 {
		if r.venue == nil {
			r.venue = &g.spots[g.venue]
		}
		g.venue = -1
	}
	if g.day >= 0 {
		if r.day < 0 || g.days[r.day].first == 0 {
			r.day = g.day
		}
		g.day = -1
	}
}

// clauseEnd gives a place or day that follows the numbers of its clause to their run: 50人 长铺社区.
func (g *gatherer) clauseEnd(int) {
	if g.clauseRun && g.cur >= 0 {
		r := &g.runs[g.cur]
		if g.spot >= 0 && r.area == nil {
			r.area, g.spot = &g.spots[g.spot], -1
		}
		if g.day >= 0 && r.day < 0 {
			r.day, g.day = g.day, -1
		}
	}
	g.clauseRun = false
}

// nameFor finds the activity that the words since the last number, or those behind this one, give it.
func (g *gatherer) nameFor(f *figure, i int) (mention, bool) {
	act := int16(-1)
	if g.cur >= 0 {
		act = g.runs[g.cur].act
	}
	fits := func(other int16) bool {
		_, score := g.fit(f, other)
		return score > 0
	}
	least := rankWeak
	if act >= 0 {
		least = rankForm
	}
	x, ok := g.naming(g.since, i, least, fits)
	if act < 0 && ok && x.rank <= rankQuoted {
		if y, better := g.naming(i+1, g.clauseTail(i), rankNear, fits); better {
			return y, true // “爱心妈妈”12人到敬老院看望老人
		}
	}
	if ok && (act < 0 || g.switches(x, act, f)) {
		return x, true
	}
	if act < 0 || g.clauseFirst(i) {
		y, ok := g.naming(i+1, g.tail(i), max(least, rankWeak), fits)
		if ok && (act < 0 || y.rank >= rankStrong && g.switches(y, act, f) && g.takesPart(i, y.tok)) {
			return y, true
		}
	}
	if act < 0 || !fits(act) { // it suits neither: then what was named last is meant, and the number is asked about
		if x, ok := g.naming(g.since, i, rankStrong, anyAct); ok && x.act != act {
			return x, true
		}
	}
	return mention{}, false
}

// clauseTail gives the end of the clause of token i.
func (g *gatherer) clauseTail(i int) int { return g.clauses[g.toks[i].clause].to }

// switches tells whether a mention turns away from the current activity: not where it only names one of its measures.
func (g *gatherer) switches(x mention, act int16, f *figure) bool {
	if x.act == act {
		return true
	}
	if x.w.namesMeasureOf(act) && !g.alsoNamed(x, act) {
		if _, score := g.fit(f, act); score > 0 {
			return false
		}
	}
	return true
}

// alsoNamed tells whether another word since the last number names the same activity, and no measure of the current one.
func (g *gatherer) alsoNamed(x mention, act int16) bool {
	for k := g.mentionAt(g.since); k < len(g.mentions) && g.mentions[k].tok < x.tok; k++ {
		if y := g.mentions[k]; y.act == x.act && y.rank >= rankNear && !y.w.namesMeasureOf(act) {
			return true
		}
	}
	return false
}

// clauseFirst tells whether the number is the first of its clause.
func (g *gatherer) clauseFirst(i int) bool {
	return g.lead(i) <= g.clauses[g.toks[i].clause].from
}

// takesPart tells whether 参加, 接受 … stand between the number and what it is told of.
func (g *gatherer) takesPart(i, to int) bool {
	for k := i + 1; k < to; k++ {
		if t := &g.toks[k]; t.kind == kWord && (t.w.text == "参加" || t.w.text == "参与" || t.w.text == "接受" || t.w.text == "聆听" || t.w.text == "参加了" || t.w.text == "观看") {
			return true
		}
	}
	return false
}

// finish gives what was named behind the last number to the runs that lack it, and an activity to those without.
func (g *gatherer) finish(to int) {
	x := &g.sections[g.s]
	for _, k := range x.runs {
		r := &g.runs[k]
		if g.spot >= 0 && r.area == nil {
			r.area = &g.spots[g.spot]
		}
		if g.venue >= 0 && r.venue == nil {
			r.venue = &g.spots[g.venue]
		}
		if g.day >= 0 && r.day < 0 {
			r.day = g.day
		}
	}
	for n, k := range x.runs {
		r := &g.runs[k]
		if r.act >= 0 {
			continue
		}
		if y, ok := g.naming(r.to, to, rankWeak, anyAct); ok {
			r.act, r.rank, r.by = y.act, y.rank, y.w
		} else if n+1 < len(x.runs) && g.runs[x.runs[n+1]].act >= 0 {
			r.act = g.runs[x.runs[n+1]].act
		}
	}
}

// differ tells whether two places are different areas, none inside the other's list.
func differ(a, b *place) bool {
	if len(a.ids) == 1 && len(b.ids) == 1 {
		return a.ids[0] != b.ids[0]
	}
	return a.venue != b.venue || len(a.ids) != len(b.ids)
}
