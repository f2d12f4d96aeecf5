package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// draft is an entry in the making.
type draft struct {
	act        int16 // -1 where none was named
	run        int   // its first run
	figures    []int
	area       int64
	options    []int64 // areas to choose from, where it must be asked
	spot       *place
	org        int64
	day        dayRef
	dayAssumed bool
	dayMissing bool // others have a date, this one has none
	place      string
	from, to   int // tokens
	section    int
}

// report makes the entries of a message that tells what was done.
func (m *message) report(kind Kind) Reading {
	m.sectionize()
	for s := range m.sections {
		m.gather(s)
	}
	m.inheritActivities()
	m.nameFigures()
	for k := range m.runs {
		m.drafts = append(m.drafts, m.draft(k))
	}
	m.mergeDrafts()
	m.sharePlaces()
	m.eventsWithoutNumbers(kind)
	m.relate()
	out := Reading{Kind: kind}
	m.entries(&out)
	out.Plans = m.plans()
	return out
}

// inheritActivities gives runs without an activity that of the section before, of the list's heading, or the only one there is.
func (m *message) inheritActivities() {
	head := m.heading()
	for k := range m.runs {
		r := &m.runs[k]
		if r.act >= 0 {
			continue
		}
		if m.sections[r.section].item {
			r.act = m.headingAct(head)
		} else if k > 0 {
			r.act = m.runs[k-1].act
		}
		if r.act < 0 {
			r.act = m.onlyAct()
		}
	}
	if len(m.mentions) > 0 || len(m.runs) == 0 || len(m.f.runes) > maxGuessed {
		return
	}
	if act, ok := m.guessActivity(); ok {
		for k := range m.runs {
			m.runs[k].act = act
		}
	}
}

// maxGuessed is the longest message whose unknown words are looked at one by one.
const maxGuessed = 200

// heading gives the token at which the heading of the message ends: what stands before the first item of a list, or
// before the first line that names an activity or counts, where more sections follow.
func (m *message) heading() int {
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
		if m.segmentNames(g) || m.segmentCounts(g) {
			for i := from; i < to; i++ { // 11月20日工作：普法50人；禁毒60人
				if m.toks[i].kind == kMark && m.toks[i].mark == ':' {
					if x, ok := m.naming(from, i, rankQuoted, anyAct); !ok || x.tok > i {
						return i
					}
					break
				}
			}
			return from
		}
	}
	return 0
}

func (m *message) headingAct(head int) int16 {
	if x, ok := m.naming(0, head, rankWeak, anyAct); ok {
		return x.act
	}
	return -1
}

// onlyAct gives the activity of the message's mentions where they name but one.
func (m *message) onlyAct() int16 {
	act := int16(-1)
	best := rankNone
	for _, x := range m.mentions {
		switch {
		case x.rank > best:
			act, best = x.act, x.rank
		case x.rank == best && x.act != act:
			act = -1
		}
	}
	return act
}

// nameFigures chooses each figure's measure.
func (m *message) nameFigures() {
	for k := range m.runs {
		r := &m.runs[k]
		for _, i := range r.figures {
			f := &m.figures[i]
			f.act, f.floor = r.act, r.from
			f.measure, f.sure = m.measureFor(f)
			if f.measure < 0 && i > 0 {
				m.continueSeries(f, &m.figures[i-1])
			}
		}
	}
}

// continueSeries gives a bare number the measure of the one before it: 长铺社区300份、大公坪250、和平150.
func (m *message) continueSeries(f, before *figure) {
	t, p := &m.toks[f.tok], &m.toks[before.tok]
	if before.measure >= 0 && t.clause == p.clause && f.act == before.act && f.before[0] == nil && f.after[0] == nil && (t.unit == nil || t.unit == p.unit) {
		f.measure, f.sure = before.measure, before.sure
	}
}

// measureFor chooses the measure of the figure's activity; of any activity where it has none.
func (m *message) measureFor(f *figure) (int16, int) {
	if f.act >= 0 {
		return m.fit(f, f.act)
	}
	best, score := int16(-1), 0
	if m.r.other >= 0 {
		best, score = m.fit(f, m.r.other)
		f.act = m.r.other
		score += 2 // where nothing speaks for another
	}
	for act := range m.r.catalogue.Activities {
		if j, s := m.fit(f, int16(act)); s > score {
			best, score, f.act = j, s, int16(act)
		}
	}
	return best, score
}

// measure gives the figure's measure; ok is false where it has none.
func (m *message) measure(f *figure) (report.Measure, bool) {
	if f.act < 0 || f.measure < 0 {
		return report.Measure{}, false
	}
	return m.r.catalogue.Activities[f.act].Measures[f.measure], true
}

// draft makes a draft of run k, with its place and day.
func (m *message) draft(k int) draft {
	r := &m.runs[k]
	from, to := m.span(&m.sections[r.section])
	d := draft{act: r.act, run: k, figures: r.figures, section: r.section, from: from, to: to}
	m.placeDraft(&d, r)
	m.dayDraft(&d, r)
	return d
}

// placeDraft finds where it was: the run's own place, the section's, the heading's, the venue's area, the organiser's,
// else the sender's own.
func (m *message) placeDraft(d *draft, r *run) {
	d.spot = r.area
	if d.spot == nil {
		d.spot = m.sectionSpot(r)
	}
	if venue := m.venueOf(r); venue != nil {
		d.place = venue.venue
		if d.spot == nil && venue.inside != m.ctx.Area && m.r.areas.Within(venue.inside, m.ctx.Area) {
			d.area = venue.inside
		}
	}
	org := m.organiser(r)
	if org != nil && len(org.ids) == 1 {
		d.org = org.ids[0]
	}
	switch {
	case d.spot != nil && len(d.spot.list) > 0:
		d.area = m.common(append(slices.Clone(d.spot.list), d.spot.ids...))
		d.place = m.f.text(int(d.spot.from), int(d.spot.to))
	case d.spot != nil && len(d.spot.ids) == 1:
		d.area = d.spot.ids[0]
	case d.spot != nil:
		d.area, d.options = 0, d.spot.ids
		if d.spot.unknown && d.place == "" {
			d.place = m.f.text(int(d.spot.from), int(d.spot.to))
		}
	case d.area != 0:
	case org != nil && len(org.ids) == 1 && m.runes(org) != "" && !m.r.areas.Within(m.ctx.Area, org.ids[0]):
		d.area, d.spot = org.ids[0], org
	case org != nil && len(org.ids) != 1:
		d.options, d.spot = org.ids, org
		if org.unknown && d.place == "" {
			d.place = m.f.text(int(org.from), int(org.to))
		}
	default:
		d.area = m.ctx.Area
	}
}

// runes gives the folded words of a place.
func (m *message) runes(p *place) string { return string(m.f.runes[p.from:p.to]) }

// sectionSpot gives the place of a run that names none itself: one its sentences name for all, else the heading's.
func (m *message) sectionSpot(r *run) *place {
	x := &m.sections[r.section]
	var found *place
	if len(x.runs) > 1 || !x.item {
		for _, k := range x.runs {
			if other := &m.runs[k]; other.area != nil {
				found = other.area
				if other.from >= r.from {
					break
				}
			}
		}
	}
	for _, i := range x.spots {
		p := &m.spots[i]
		if found == nil && p.role != placeOrg && !p.pronoun && (p.venue == "" || p.unknown) {
			found = p
		}
	}
	if found != nil {
		return found
	}
	if !x.named && !x.item && r.section > 0 {
		return m.lastSpot(r.section)
	}
	if x.with && r.section > 0 && !x.item {
		return m.lastSpot(r.section)
	}
	head := m.heading()
	for i := range m.spots {
		p := &m.spots[i]
		if (p.tok < head || m.labelItem(p.tok)) && p.role != placeOrg && !p.pronoun && (p.venue == "" || p.unknown) {
			return p
		}
	}
	return m.everySpot()
}

// lastSpot gives the place of the last run before a section.
func (m *message) lastSpot(section int) *place {
	for k := len(m.runs) - 1; k >= 0; k-- {
		if m.runs[k].section < section && m.runs[k].area != nil {
			return m.runs[k].area
		}
	}
	return nil
}

// everySpot gives the place that 都在 names for the whole message.
func (m *message) everySpot() *place {
	for i := range m.spots {
		if k := m.spots[i].tok - 1; k >= 0 && m.toks[k].is(clEvery) {
			return &m.spots[i]
		}
	}
	return nil
}

// venueOf gives the literal place of a run: its own, or one its section names.
func (m *message) venueOf(r *run) *place {
	if r.venue != nil {
		return r.venue
	}
	x := &m.sections[r.section]
	for _, i := range x.spots {
		if p := &m.spots[i]; p.venue != "" && !p.unknown {
			return p
		}
	}
	head := m.heading()
	for i := range m.spots {
		if p := &m.spots[i]; (p.tok < head || m.labelItem(p.tok)) && p.venue != "" && !p.unknown {
			return p
		}
	}
	return nil
}

// organiser gives who held it: the first organiser the section names, else the message's first.
func (m *message) organiser(r *run) *place {
	from, to := m.span(&m.sections[r.section])
	var first *place
	for i := range m.spots {
		p := &m.spots[i]
		if p.role != placeOrg {
			continue
		}
		if from <= p.tok && p.tok < to {
			return p
		}
		if first == nil {
			first = p
		}
	}
	if !m.sections[r.section].item {
		return first
	}
	return nil
}

// common gives the smallest area that holds all of ids.
func (m *message) common(ids []int64) int64 {
	for _, up := range m.r.areas.Ancestors(ids[0]) {
		holds := func(id int64) bool { return !m.r.areas.Within(id, up) }
		if !slices.ContainsFunc(ids, holds) {
			return up
		}
	}
	return 0
}

// dayDraft finds when it was: the run's own date, the section's, the sentence's before where one goes on, the heading's,
// else the sending day; but where others have a date and this has none, it is missing.
func (m *message) dayDraft(d *draft, r *run) {
	x := &m.sections[r.section]
	k := r.day
	if k < 0 || m.days[k].first == 0 {
		if one, ok := m.sameDay(x); ok && (k < 0 || m.days[one].first != 0) {
			k = one
		}
	}
	if k < 0 {
		k = m.neighbourDay(r)
	}
	if k < 0 && !x.item && r.section > 0 && (!x.named || x.with) {
		k = m.lastDay(r.section)
	}
	if k < 0 {
		k = m.headingDay()
	}
	switch {
	case k >= 0:
		d.day = m.days[k].dayRef
	case m.anyDay():
		d.dayMissing = true
	default:
		d.day = dayRef{first: m.ctx.Today, last: m.ctx.Today}
		d.dayAssumed = true
	}
}

// neighbourDay gives the date of the run before, or behind, in the same section.
func (m *message) neighbourDay(r *run) int {
	day := -1
	for _, k := range m.sections[r.section].runs {
		other := &m.runs[k]
		if other.day < 0 {
			continue
		}
		if other.from > r.from && day >= 0 {
			break
		}
		day = other.day
	}
	return day
}

func (m *message) lastDay(section int) int {
	for k := len(m.runs) - 1; k >= 0; k-- {
		if m.runs[k].section < section {
			if m.runs[k].day >= 0 {
				return m.runs[k].day
			}
			if one, ok := m.sameDay(&m.sections[m.runs[k].section]); ok {
				return one
			}
		}
	}
	return -1
}

func (m *message) headingDay() int {
	head, day := m.heading(), -1
	for i := range m.days {
		if (m.days[i].tok < head || m.labelItem(m.days[i].tok)) && (day < 0 || m.days[day].first == 0) {
			day = i
		}
	}
	return day
}

func (m *message) anyDay() bool { return len(m.days) > 0 }

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

// mergeDrafts joins drafts that tell of the same activity, place and day, unless they count the same thing twice.
func (m *message) mergeDrafts() {
	out := m.drafts[:0]
	for _, d := range m.drafts {
		at := -1
		for k := range out {
			if m.sameEvent(&out[k], &d) {
				at = k
			}
		}
		if at < 0 {
			out = append(out, d)
			continue
		}
		o := &out[at]
		o.figures = append(o.figures, d.figures...)
		o.to = max(o.to, d.to)
		if o.place == "" {
			o.place = d.place
		}
		if o.spot == nil {
			o.spot = d.spot
		}
	}
	m.drafts = out
}

func (m *message) sameEvent(a, b *draft) bool {
	if a.act != b.act || a.area != b.area || a.place != b.place && m.runs[a.run].venue != nil && m.runs[b.run].venue != nil || a.day.first != b.day.first || a.dayMissing != b.dayMissing {
		return false
	}
	if a.section == b.section {
		return true
	}
	x := &m.sections[b.section]
	if x.item || x.before == ';' || x.before == '\n' {
		return !m.countsAgain(a, b)
	}
	return true
}

// countsAgain tells whether two drafts have a measure in common.
func (m *message) countsAgain(a, b *draft) bool {
	for _, i := range a.figures {
		for _, j := range b.figures {
			if f, g := &m.figures[i], &m.figures[j]; f.measure >= 0 && f.measure == g.measure && f.act == g.act {
				return true
			}
		}
	}
	return false
}

// eventsWithoutNumbers makes a draft where the message tells of something done and counts nothing.
func (m *message) eventsWithoutNumbers(kind Kind) {
	if len(m.drafts) > 0 || kind == KindZero || slices.ContainsFunc(m.sections, m.plansOnly) {
		return
	}
	if x, ok := m.naming(0, len(m.toks), rankQuoted, anyAct); ok {
		m.drafts = append(m.drafts, m.mentioned(x))
	}
}

func anyAct(int16) bool { return true }

// mentioned makes a draft of an activity that is named with no number.
func (m *message) mentioned(x mention) draft {
	s := slices.IndexFunc(m.sections, func(s section) bool { from, to := m.span(&s); return from <= x.tok && x.tok < to })
	m.runs = append(m.runs, run{act: x.act, rank: x.rank, by: x.w, day: -1, section: s})
	k := len(m.runs) - 1
	r := &m.runs[k]
	for _, i := range m.sections[s].spots {
		if p := &m.spots[i]; p.role != placeOrg && !p.pronoun && (p.venue == "" || p.unknown) && r.area == nil {
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

// sharePlaces makes a draft for each place of a list whose numbers are each place's: 长铺社区、江口园社区各50份.
func (m *message) sharePlaces() {
	var list []draft
	for _, d := range m.drafts {
		notEach := func(i int) bool { return !m.eachPlace(i) }
		if d.spot == nil || len(d.spot.list) == 0 || !slices.ContainsFunc(d.figures, m.eachPlace) {
			list = append(list, d)
			continue
		}
		if slices.ContainsFunc(d.figures, notEach) { // …各1场，共130人: the total is no place's own
			for _, i := range d.figures {
				if m.eachPlace(i) {
					m.toks[m.figures[i].tok].why = WhyEach
				}
			}
			d.figures = slices.DeleteFunc(d.figures, m.eachPlace)
			list = append(list, d)
			continue
		}
		for _, id := range append(slices.Clone(d.spot.ids), d.spot.list...) {
			one := d
			one.area, one.place = id, ""
			list = append(list, one)
		}
	}
	m.drafts = list
}

// eachPlace tells whether 各 stands before the figure's number.
func (m *message) eachPlace(i int) bool {
	tok := m.figures[i].tok
	for k := m.lead(tok); k < tok; k++ {
		if t := &m.toks[k]; t.kind == kWord && t.w.text == "各" {
			return true
		}
	}
	return false
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

// emptySections notes the items of a list that say 无 or 未开展.
func (m *message) emptySections(out *Reading) {
	for s := range m.sections {
		x := &m.sections[s]
		if len(x.runs) > 0 || x.counts || len(x.spots) == 0 {
			continue
		}
		from, to := m.span(x)
		if !m.saysNone(from, to) {
			continue
		}
		r := run{act: m.headingAct(m.heading()), day: -1, section: s, area: m.sectionSpot(&run{section: s})}
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

// zero notes that nothing was done, where all of a draft's numbers are 0.
func (m *message) zero(out *Reading, d *draft) {
	z := Zero{Area: d.area}
	if d.act >= 0 {
		z.Activity = m.r.catalogue.Activities[d.act].Code
	}
	if !d.dayAssumed {
		z.First, z.Last = d.day.first, d.day.last
	}
	for _, i := range d.figures {
		m.toks[m.figures[i].tok].why = WhyZero
	}
	out.Zeros = append(out.Zeros, z)
}

// figureOf makes the report's figure; false where the number counts nothing or fits no measure.
func (m *message) figureOf(f *figure) (report.Figure, bool) {
	t := &m.toks[f.tok]
	measure, ok := m.measure(f)
	switch {
	case f.sum:
		t.why = WhySum
		return report.Figure{}, false
	case t.num.vague:
		return report.Figure{}, false
	case !ok && m.scope(f):
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

// scopeWords are what an activity reaches, which no measure counts: 8个社区, 16个班.
var scopeWords = []string{"社区", "村", "乡镇", "乡", "镇", "学校", "班", "单位", "部门", "小组", "组", "企业", "县", "市", "省", "单元", "摊点", "点", "分会场", "会场", "行政村", "院落", "网格", "街道"}

// scope tells whether the number says how many villages, classes or offices were reached.
func (m *message) scope(f *figure) bool {
	t := &m.toks[f.tok]
	if t.unit == nil || !strings.Contains("个所家处", t.unit.text) {
		return false
	}
	for k := int(t.to); k < int(t.to)+6 && k < len(m.f.runes) && !isMark(m.f.runes[k]); k++ {
		if hasAnyAt(m.f.runes, k, scopeWords...) {
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
