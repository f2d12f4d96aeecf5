package reading

import (
	"slices"

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
	merged     bool // of several runs
}

// draft makes a draft of run k, with its place and day. Several runs of a section share its words out among them.
func (m *message) draft(k int) draft {
	r := &m.runs[k]
	x := &m.sections[r.section]
	from, to := m.span(x)
	if n := slices.Index(x.runs, k); n > 0 {
		from = r.from
	}
	if n := slices.Index(x.runs, k); n >= 0 && n+1 < len(x.runs) {
		to = m.runs[x.runs[n+1]].from
	}
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
		if venue := m.venueOf(r); venue != nil && venue.inside != 0 && m.r.areas.Within(venue.inside, d.area) {
			d.area = venue.inside // 李熙桥镇大龙村小
		}
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

// names tells whether a place says where something was: no organiser, no 我镇, no literal place.
func (p *place) names() bool {
	return p.role != placeOrg && !p.pronoun && (p.venue == "" || p.unknown)
}

// sectionSpot gives the place of a run that names none itself: one its sentences name for all, the one before where the
// sentence goes on, else the heading's.
func (m *message) sectionSpot(r *run) *place {
	x := &m.sections[r.section]
	var found *place
	for _, k := range x.runs {
		if other := &m.runs[k]; other.area != nil {
			found = other.area
			if other.from >= r.from {
				break
			}
		}
	}
	for i := x.spots[0]; i < x.spots[1] && found == nil; i++ {
		if p := &m.spots[i]; p.names() {
			found = p
		}
	}
	switch {
	case found != nil:
		return found
	case !x.item && r.section > 0 && (!x.named || x.with):
		return x.lastSpot
	case m.head.spot != nil:
		return m.head.spot
	}
	return m.head.every
}

// venueOf gives the literal place of a run: its own, one its section names, or the heading's.
func (m *message) venueOf(r *run) *place {
	if r.venue != nil {
		return r.venue
	}
	x := &m.sections[r.section]
	for i := x.spots[0]; i < x.spots[1]; i++ {
		if p := &m.spots[i]; p.venue != "" && !p.unknown {
			return p
		}
	}
	return m.head.venue
}

// organiser gives who held it: the first organiser the section names, else the message's first.
func (m *message) organiser(r *run) *place {
	x := &m.sections[r.section]
	for i := x.spots[0]; i < x.spots[1]; i++ {
		if m.spots[i].role == placeOrg {
			return &m.spots[i]
		}
	}
	if x.item {
		return nil
	}
	return m.head.org
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
		k = x.lastDay
	}
	if k < 0 {
		k = m.head.day
	}
	switch {
	case k >= 0:
		d.day = m.days[k].dayRef
	case len(m.days) > 0:
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

// sameDay gives the date of a section all of whose dates are one; a date beats words that name no day.
func (m *message) sameDay(x *section) (day int, ok bool) {
	day = -1
	for k := x.days[0]; k < x.days[1]; k++ {
		switch {
		case day < 0 || m.days[day].first == 0:
			day = k
		case m.days[k].first != 0 && m.days[k].first != m.days[day].first:
			return -1, false
		}
	}
	return day, day >= 0
}

// remember notes for each section the place and the date its forerunners had last.
func (m *message) remember() {
	day, spot := -1, (*place)(nil)
	for s := range m.sections {
		x := &m.sections[s]
		x.lastDay, x.lastSpot = day, spot
		for _, k := range x.runs {
			if r := &m.runs[k]; r.area != nil {
				spot = r.area
			}
			if r := &m.runs[k]; r.day >= 0 {
				day = r.day
			} else if one, ok := m.sameDay(x); ok {
				day = one
			}
		}
	}
}

// mergeDrafts joins drafts that tell of the same activity, place and day, unless they count the same thing twice.
func (m *message) mergeDrafts() {
	type event struct {
		act  int16
		area int64
		day  report.Day
	}
	out := m.drafts[:0]
	last := map[event]int{}
	for _, d := range m.drafts {
		key := event{d.act, d.area, d.day.first}
		at, known := last[key]
		if !known || !m.sameEvent(&out[at], &d) {
			last[key] = len(out)
			out = append(out, d)
			continue
		}
		o := &out[at]
		if !o.merged { // the figures are the run's until now
			o.figures, o.merged = slices.Clone(o.figures), true
		}
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

// sameEvent tells whether two drafts of one activity, area and day are one report.
func (m *message) sameEvent(a, b *draft) bool {
	if a.dayMissing != b.dayMissing || a.place != b.place && m.runs[a.run].venue != nil && m.runs[b.run].venue != nil {
		return false
	}
	x := &m.sections[b.section]
	if a.section != b.section && (x.item || x.before == ';' || x.before == '\n') {
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
