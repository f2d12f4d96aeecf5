package reading

import (
	"slices"

	"huibao/report"
)

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
	listed   bool
}

// section is a part of the message that tells of things together: a list's item, or sentences until a new activity comes.
type section struct {
	from, to int // segments
	before   rune
	item     bool
	with     bool // 同时, 当天: at the same time as what stands before
	runs     []int
	days     []int // indices in m.days
	spots    []int // indices in m.spots
	named    bool  // names an activity itself
	counts   bool  // has a number that may count
}

// dayAt is a date where it stands.
type dayAt struct {
	tok int
	dayRef
}

// sections parts the message: at each item of a list, and wherever a new sentence, line or half-sentence begins a new
// activity after one with numbers.
func (m *message) sectionize() {
	for s := range m.segments {
		g := &m.segments[s]
		named := m.segmentNames(g)
		counts := m.segmentCounts(g)
		if n := len(m.sections); n > 0 && !g.item {
			last := &m.sections[n-1]
			fresh := named && counts && last.named && last.counts && m.newActivity(g, last)
			if !fresh {
				last.to = s + 1
				last.named, last.counts = last.named || named, last.counts || counts
				continue
			}
		}
		m.sections = append(m.sections, section{from: s, to: s + 1, before: g.before, item: g.item, named: named, counts: counts})
	}
	for s := range m.sections {
		x := &m.sections[s]
		from, to := m.span(x)
		for i := from; i < to; i++ {
			if m.toks[i].is(clWith) && i < from+4 {
				x.with = true
			}
		}
		for d := range m.days {
			if from <= m.days[d].tok && m.days[d].tok < to {
				x.days = append(x.days, d)
			}
		}
		for p := range m.spots {
			if from <= m.spots[p].tok && m.spots[p].tok < to {
				x.spots = append(x.spots, p)
			}
		}
	}
}

// span gives the tokens of a section.
func (m *message) span(x *section) (from, to int) {
	return m.clauses[m.segments[x.from].from].from, m.clauses[m.segments[x.to-1].to-1].to
}

func (m *message) segmentTokens(g *segment) (from, to int) {
	return m.clauses[g.from].from, m.clauses[g.to-1].to
}

func (m *message) segmentNames(g *segment) bool {
	from, to := m.segmentTokens(g)
	for k := m.mentionAt(from); k < len(m.mentions) && m.mentions[k].tok < to; k++ {
		if m.mentions[k].rank >= rankQuoted {
			return true
		}
	}
	return false
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

// newActivity tells whether a segment begins something new: it names an activity that the section before does not have
// and that is no measure of it; or it names one again with its own place or day.
func (m *message) newActivity(g *segment, last *section) bool {
	from, to := m.segmentTokens(g)
	lastFrom, lastTo := m.span(last)
	before := m.strongest(lastFrom, lastTo)
	now := m.strongest(from, to)
	if now.rank == rankNone || before.rank == rankNone {
		return false
	}
	if now.act != before.act {
		return now.rank >= rankNear && !now.w.namesMeasureOf(before.act) || now.rank >= before.rank && now.rank >= rankQuoted && !now.w.namesMeasureOf(before.act)
	}
	return g.before != '。' && (m.hasDay(from, to) || m.hasSpot(from, to))
}

// strongest gives the mention of the best rank among tokens from to to, the last of several.
func (m *message) strongest(from, to int) mention {
	x, _ := m.naming(from, to, rankWeak, func(int16) bool { return true })
	return x
}

func (m *message) hasDay(from, to int) bool {
	for _, d := range m.days {
		if from <= d.tok && d.tok < to {
			return true
		}
	}
	return false
}

func (m *message) hasSpot(from, to int) bool {
	for _, p := range m.spots {
		if from <= p.tok && p.tok < to && p.role != placeOrg {
			return true
		}
	}
	return false
}

// findDays collects the dates, and turns the name of a feast into one where 当天 says so.
func (m *message) findDays() {
	written := report.Day(0) // the day in a news agency's dateline, which its 今天 means
	for i := range m.toks {
		t := &m.toks[i]
		onDay := m.followed(i, clOnDay)
		switch {
		case t.kind == kDay && !t.title && (!t.quoted || onDay):
			d := t.day
			if d.feast && !onDay && m.occasion(i, &d) {
				continue
			}
			if !d.sure && d.doubt == dayCertain && m.partOfNumbers(i) {
				continue
			}
			if m.deadline(i) || d.first == 0 && (m.followed(i, clRunning) || m.since(i)) || m.since(i) && m.onwards(i) {
				continue
			}
			if m.dateline(i) {
				written = d.first
				continue
			}
			if written != 0 && d.first == m.ctx.Today && d.doubt == dayCertain {
				d = dayRef{first: written, last: written}
			}
			m.days = append(m.days, dayAt{i, d})
		case t.kind == kNumber && m.dateLine(i):
			if d, ok := m.digitsDay(i); ok {
				t.kind, t.day, t.why = kDay, d, WhyDate
				m.days = append(m.days, dayAt{i, d})
			}
		case t.kind == kWord && onDay && !t.title:
			if f, ok := solarFeasts[t.w.text]; ok {
				if d, _, ok := latest(f[0], f[1], 0, m.ctx.Today); ok {
					m.days = append(m.days, dayAt{i, d})
				}
			}
		}
	}
	m.datesBeforeFeasts()
}

// dateLine tells whether the number at token i stands alone on its line, or behind 时间 or 日期, where 1120 is a date.
func (m *message) dateLine(i int) bool {
	left := i - 1
	if left >= 0 && m.toks[left].kind == kMark && m.toks[left].mark == ':' {
		left--
	}
	label := left >= 0 && (hasAnyAt(m.f.runes, int(m.toks[left].from), "时间", "日期", "活动时间"))
	before := i == 0 || m.toks[i-1].kind == kBlank && m.toks[i-1].mark == '\n'
	after := i+1 == len(m.toks) || m.toks[i+1].kind == kBlank && m.toks[i+1].mark == '\n'
	return m.toks[i].unit == nil && (before || label) && after && (label || len(m.segments) > 1)
}

// digitsDay reads 1120 or 0308 as a month and a day.
func (m *message) digitsDay(i int) (dayRef, bool) {
	s := m.f.runes[m.toks[i].from:m.toks[i].to]
	if len(s) != 4 {
		return dayRef{}, false
	}
	for _, r := range s {
		if !isDigit(r) {
			return dayRef{}, false
		}
	}
	d, _, ok := latest(int(s[0]-'0')*10+int(s[1]-'0'), int(s[2]-'0')*10+int(s[3]-'0'), 0, m.ctx.Today)
	return d, ok
}

// dateline tells whether the date at token i is a news agency's: 新华社北京5月23日电.
func (m *message) dateline(i int) bool {
	if i+1 >= len(m.toks) {
		return false
	}
	from := int(m.toks[i+1].from)
	return hasAnyAt(m.f.runes, from, "电", "讯") && !hasAnyAt(m.f.runes, from, "电商", "电话", "电影", "电信", "电动")
}

// datesBeforeFeasts drops the names of feasts where a date says when it was.
func (m *message) datesBeforeFeasts() {
	if slices.ContainsFunc(m.days, func(d dayAt) bool { return !d.feast && d.first != 0 }) {
		m.days = slices.DeleteFunc(m.days, func(d dayAt) bool { return d.feast })
	}
}

// solarFeasts are the days people name instead of a date, where 当天 stands behind.
var solarFeasts = map[string][2]int{
	"三八": {3, 8}, "三八节": {3, 8}, "三八妇女节": {3, 8}, "妇女节": {3, 8}, "六一": {6, 1}, "六一儿童节": {6, 1}, "儿童节": {6, 1}, "国际儿童节": {6, 1}, "五一": {5, 1}, "七一": {7, 1}, "八一": {8, 1},
	"国际禁毒日": {6, 26}, "禁毒日": {6, 26}, "6·26": {6, 26}, "6.26": {6, 26}, "6·1": {6, 1}, "6.1": {6, 1}, "宪法日": {12, 4}, "国家宪法日": {12, 4}, "元旦": {1, 1}, "国庆": {10, 1}, "国庆节": {10, 1},
}

// followed tells whether a word of the class stands behind token i; a closing quote may stand between.
func (m *message) followed(i int, c class) bool {
	for k := i + 1; k < len(m.toks) && k <= i+2; k++ {
		t := &m.toks[k]
		if t.is(c) {
			return true
		}
		if t.kind != kMark || t.mark != '”' && t.mark != '"' {
			return false
		}
	}
	return false
}

// occasionDays is how long before a feast its name may be only the occasion of what is told.
const occasionDays = 20

// occasion tells whether a feast's name at token i is no date: it is still to come. Where 前夕 or 期间 follows it becomes
// vague, and one of last year is asked about.
func (m *message) occasion(i int, d *dayRef) bool {
	const leastLunarYear = 353
	if m.ctx.Today-d.first >= leastLunarYear-occasionDays {
		return true
	}
	switch {
	case m.followed(i, clAround):
		d.options[0], d.doubt = d.first, dayVague
		d.first, d.last = 0, 0
	case d.first.Year() < m.ctx.Today.Year():
		d.options[0], d.doubt = d.first, dayLastYear
	}
	return false
}

// partOfNumbers tells whether 3.5 or 11-20 at token i stands among other bare numbers, so that it is none.
func (m *message) partOfNumbers(i int) bool {
	return i > 0 && m.toks[i-1].kind == kMark && m.toks[i-1].mark == '.' || i+1 < len(m.toks) && m.toks[i+1].kind == kMark && (m.toks[i+1].mark == '%' || m.toks[i+1].mark == '.' && i+2 < len(m.toks) && m.toks[i+2].kind == kNumber)
}

// deadline tells whether 前 or 之前 stands behind the date: by then something is to be done.
func (m *message) deadline(i int) bool {
	if i+1 >= len(m.toks) {
		return false
	}
	t := &m.toks[i+1]
	s := m.f.runes[t.from:t.to]
	return s[0] == '前' && !(len(s) > 1 && (s[1] == '往' || s[1] == '来' || s[1] == '夕')) && m.toks[i].day.first != 0 && !m.toks[i].day.feast || hasAt(s, 0, "之前") || hasAt(s, 0, "以前")
}

// since tells whether the month or year at token i is where a span of time begins: 从去年8月份以来.
func (m *message) since(i int) bool {
	if i == 0 {
		return false
	}
	t := &m.toks[i-1]
	s := m.f.runes[t.from:t.to]
	last := s[len(s)-1]
	return last == '自' || last == '从'
}

// onwards tells whether 以来, 起 or 至今 follows the date at token i.
func (m *message) onwards(i int) bool {
	return i+1 < len(m.toks) && hasAnyAt(m.f.runes, int(m.toks[i+1].from), "以来", "起", "至今", "开始", "到现在")
}

// gather walks over a section and puts its numbers into runs.
func (m *message) gather(s int) {
	g := gatherer{message: m, s: s, cur: -1, spot: -1, venue: -1, day: -1, lastFigure: -1}
	x := &m.sections[s]
	from, to := m.span(x)
	g.from, g.since = from, from
	nextSpot, nextDay := 0, 0
	for i := from; i < to; i++ {
		t := &m.toks[i]
		for nextSpot < len(x.spots) && m.spots[x.spots[nextSpot]].tok <= i {
			g.place(x.spots[nextSpot])
			nextSpot++
		}
		for nextDay < len(x.days) && m.days[x.days[nextDay]].tok <= i {
			g.day = x.days[nextDay]
			nextDay++
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
		least = rankQuoted
		own := fits
		fits = func(other int16) bool { return own(other) }
	}
	x, ok := g.naming(g.since, i, least, fits)
	if ok && (act < 0 || g.switches(x, act, f)) {
		return x, true
	}
	if act < 0 || g.clauseFirst(i) {
		y, ok := g.naming(i+1, g.tail(i), max(least, rankWeak), fits)
		if ok && (act < 0 || y.rank >= rankStrong && g.switches(y, act, f) && g.takesPart(i, y.tok)) {
			return y, true
		}
	}
	return mention{}, false
}

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
		if y, ok := g.naming(r.to, to, rankWeak, func(int16) bool { return true }); ok {
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

// dayOf gives the run's date, the zero dayRef where none was said.
func (m *message) dayOf(r *run) dayRef {
	if r.day < 0 {
		return dayRef{}
	}
	return m.days[r.day].dayRef
}

// sameDay tells whether all dates of a section are one.
func (m *message) sameDay(x *section) (d int, ok bool) {
	d = -1
	for _, k := range x.days {
		if d >= 0 && m.days[k].first != m.days[d].first {
			if m.days[d].first == 0 {
				d = k
				continue
			}
			if m.days[k].first == 0 {
				continue
			}
			return -1, false
		}
		d = k
	}
	return d, d >= 0
}
