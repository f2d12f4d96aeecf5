package reading

import (
	"slices"
	"strconv"
	"strings"

	"huibao/report"
)

// doubts says why a draft cannot be filed as it is, in the order in which one would ask.
func (m *message) doubts(d *draft, e *Entry) []Doubt {
	var list []Doubt
	add := func(about, text string, options ...string) {
		list = append(list, Doubt{About: about, Text: strings.TrimSpace(text), Options: options})
	}
	if m.ctx.Forwarded {
		add(AboutForward, "")
	}
	m.doubtActivity(d, add)
	m.doubtArea(d, add)
	m.doubtDay(d, add)
	for _, i := range d.figures {
		list = append(list, m.doubtFigure(d, &m.figures[i])...)
	}
	list = append(list, m.doubtNumerals(d)...)
	list = append(list, m.doubtTotals(d, e)...)
	if len(e.Figures) == 0 && len(list) == 0 && !m.told(d) {
		add(AboutValue, e.Words)
	}
	return list
}

type adder func(about, text string, options ...string)

func (m *message) doubtActivity(d *draft, add adder) {
	r := &m.runs[d.run]
	switch {
	case d.act < 0:
		add(AboutActivity, m.words(d.from, d.to), m.likelyActivities(d)...)
	case r.rank == rankWeak && m.otherWeak(d):
		add(AboutActivity, m.words(d.from, d.to), m.code(d.act))
	}
	for _, g := range m.guesses {
		if d.from <= g.tok && g.tok < d.to {
			add(AboutWords, g.text, g.taken...)
		}
	}
}

// otherWeak tells whether weak words of another activity stand in the draft too.
func (m *message) otherWeak(d *draft) bool {
	for k := m.mentionAt(d.from); k < len(m.mentions) && m.mentions[k].tok < d.to; k++ {
		if m.mentions[k].act != d.act {
			return true
		}
	}
	return false
}

func (m *message) code(act int16) string { return m.r.catalogue.Activities[act].Code }

// likelyActivities gives the activities whose measures the numbers were taken for, and weak mentions.
func (m *message) likelyActivities(d *draft) []string {
	var codes []string
	for _, i := range d.figures {
		if f := &m.figures[i]; f.act >= 0 && f.act != m.r.other && f.measure >= 0 && !slices.Contains(codes, m.code(f.act)) {
			codes = append(codes, m.code(f.act))
		}
	}
	for i := d.from; i < d.to; i++ {
		if t := &m.toks[i]; t.kind == kWord {
			for _, v := range t.w.acts {
				if !slices.Contains(codes, m.code(v.act)) {
					codes = append(codes, m.code(v.act))
				}
			}
		}
	}
	return codes
}

func (m *message) doubtArea(d *draft, add adder) {
	codes := func(ids []int64) (list []string) {
		for _, id := range ids {
			if a, ok := m.r.areas.ByID(id); ok {
				list = append(list, a.Code)
			}
		}
		return list
	}
	text := ""
	if d.spot != nil {
		text = m.f.text(int(d.spot.from), int(d.spot.to))
	}
	switch {
	case d.area == 0 && d.spot != nil && d.spot.unknown:
		add(AboutArea, text, m.r.nearestAreas(m.runes(d.spot), m.here)...)
	case d.area == 0:
		add(AboutArea, text, codes(d.options)...)
	case m.ctx.Area != 0 && !m.r.areas.Within(d.area, m.ctx.Area):
		add(AboutArea, text, codes([]int64{d.area})...)
	case d.spot != nil && d.spot.typo:
		add(AboutWords, text, m.r.areas.Name(d.area))
	case m.foreignPlace() != nil:
		p := m.foreignPlace()
		add(AboutArea, m.f.text(int(p.from), int(p.to)))
	}
}

// foreignPlace gives a place of another county that the message names where something was.
func (m *message) foreignPlace() *place {
	for i := range m.spots {
		if p := &m.spots[i]; p.foreign && p.role == placeAt {
			return p
		}
	}
	return nil
}

func (m *message) doubtDay(d *draft, add adder) {
	options := func() (list []string) {
		for _, day := range d.day.options {
			if day != 0 {
				list = append(list, day.String())
			}
		}
		return list
	}
	switch {
	case d.dayMissing:
		var list []string
		for _, x := range m.days {
			if x.first != 0 && x.first <= m.ctx.Today && !slices.Contains(list, x.first.String()) {
				list = append(list, x.first.String())
			}
		}
		add(AboutDate, "", append(list, m.ctx.Today.String())...)
	case d.day.doubt != dayCertain:
		text := ""
		for _, x := range m.days {
			if x.dayRef == d.day {
				text = m.words(x.tok, x.tok+1)
			}
		}
		add(AboutDate, text, options()...)
	case d.dayAssumed:
		if day, text := m.feastNamed(d); text != "" && (day+nearFeast < m.ctx.Today) {
			add(AboutDate, text, day.String(), m.ctx.Today.String())
		}
	}
}

// nearFeast is how long after a feast, or before the next, what is told of it without a date may be of the day it is told.
const nearFeast = 45

// feastNamed gives the last day of a feast that the draft names without a date, where the next is not near either.
func (m *message) feastNamed(d *draft) (report.Day, string) {
	for i := d.from; i < d.to; i++ {
		t := &m.toks[i]
		if t.kind != kWord || t.title {
			continue
		}
		text := strings.TrimPrefix(strings.TrimPrefix(t.w.text, "庆"), "迎")
		for _, feast := range longFeasts {
			if rest, ok := strings.CutPrefix(text, feast); !ok || strings.HasPrefix(rest, "红旗") {
				continue
			}
			f := solarFeasts[feast]
			if day, _, ok := latest(f[0], f[1], 0, m.ctx.Today); ok && (day.next == 0 || m.ctx.Today+nearFeast < day.next) {
				return day.first, m.words(i, i+1)
			}
		}
	}
	return 0, ""
}

// longFeasts are the feasts of the solar calendar that stand for what is done around them.
var longFeasts = []string{"三八", "妇女节", "六一", "儿童节", "国际儿童节", "国际禁毒日", "禁毒日", "6·26", "6.26", "宪法日", "国家宪法日"}

// doubtFigure says what must be asked about one number.
func (m *message) doubtFigure(d *draft, f *figure) []Doubt {
	t := &m.toks[f.tok]
	text := m.clauseText(f.tok)
	measure, ok := m.measure(f)
	if f.sum || t.why == WhyScope || t.why == WhyParty || t.why == WhyBeside {
		return nil
	}
	if !ok {
		return []Doubt{{About: AboutMeasure, Text: text, Options: m.likelyMeasures(f)}}
	}
	about := func(about string, options ...string) []Doubt {
		return []Doubt{{About: about, Text: text, Options: options, Measure: measure.Code}}
	}
	if t.num.vague {
		return about(AboutValue)
	}
	value, _, whole := m.value(f, measure)
	switch shown := decimalString(t.num.milli); {
	case !whole:
		return about(AboutValue)
	case t.num.spaced:
		return about(AboutValue, shown)
	case t.num.upper != 0 && m.someWritten(t):
		return about(AboutValue, shown, decimalString(t.num.upper))
	case tooLarge(measure, value) && !f.running:
		return about(AboutValue, shown)
	case f.running && !measure.Running && measure.Adds != report.Rate:
		return about(AboutRunning, shown)
	case measure.Adds == report.Yearly && (m.inTownship(d.area) || m.honoured(f)) && !m.proposed(f):
		return about(AboutMeasure, measure.Code)
	}
	return nil
}

// likelyMeasures gives the measures that a number without a noun may be of: those of its activity that take its unit.
func (m *message) likelyMeasures(f *figure) []string {
	if f.act < 0 {
		return nil
	}
	var codes []string
	unit := m.toks[f.tok].unit
	for _, x := range m.r.catalogue.Activities[f.act].Measures {
		if len(codes) < 4 && x.Adds != report.Rate && (unit == nil || x.Takes(unit.text)) {
			codes = append(codes, x.Code)
		}
	}
	return codes
}

// someWritten tells whether the number was written with 几: 十几个.
func (m *message) someWritten(t *token) bool {
	return slices.Contains(m.f.runes[t.from:t.to], '几')
}

// proposed tells whether 推荐 or 上报 stands before the number: a list for the level above, not one's own choice.
func (m *message) proposed(f *figure) bool {
	for k := m.lead(f.tok); k < f.tok; k++ {
		if t := &m.toks[k]; t.kind == kWord && (t.w.text == "推荐" || t.w.text == "上报" || t.w.text == "申报" || t.w.text == "候选" || t.w.text == "推选") {
			return true
		}
	}
	return false
}

// honoured tells whether 表彰 stands before the number: who was chosen, not who was put forward.
func (m *message) honoured(f *figure) bool {
	for k := m.lead(f.tok); k < f.tok; k++ {
		if hasAnyAt(m.f.runes, int(m.toks[k].from), "表彰", "命名", "授予", "颁奖") {
			return true
		}
	}
	return false
}

func tooLarge(measure *report.Measure, value int64) bool {
	if measure.Money() {
		value /= 100
	}
	return measure.Ask > 0 && value > measure.Ask
}

// inTownship tells whether an area is a part of a township: a village.
func (m *message) inTownship(id int64) bool {
	if rank := m.r.areas.Rank(id); rank != report.Unranked {
		return rank > report.Township
	}
	a, _ := m.r.areas.ByID(id)
	return a.Level > 1
}

// doubtNumerals quotes the numerals in the entry's words that nothing explains.
func (m *message) doubtNumerals(d *draft) []Doubt {
	var list []Doubt
	for i := d.from; i < d.to; i++ {
		t := &m.toks[i]
		if t.kind == kNumber && (t.why == WhyUnknown || t.why == WhyFigure && t.figure < 0) || m.hugeCount(i) {
			text := m.clauseText(i)
			if !slices.ContainsFunc(list, func(x Doubt) bool { return x.Text == text }) && !m.doubted(d, i) {
				list = append(list, Doubt{About: AboutMeasure, Text: text})
			}
		}
	}
	return list
}

// hugeCount tells whether the digits at token i, too many for any count, have a unit all the same: 99999999999999999元.
func (m *message) hugeCount(i int) bool {
	t := &m.toks[i]
	return t.kind == kHidden && i+1 < len(m.toks) && m.toks[i+1].is(clUnit) &&
		!slices.ContainsFunc(m.f.runes[t.from:t.to], func(r rune) bool { return !isDigit(r) })
}

// doubted tells whether the number at token i is one of the draft's figures, whose doubts are known already.
func (m *message) doubted(d *draft, i int) bool {
	return slices.ContainsFunc(d.figures, func(k int) bool { return m.figures[k].tok == i })
}

// figure gives the entry's first figure of a measure, nil if it has none.
func (e *Entry) figure(measure string) *report.Figure {
	for i := range e.Figures {
		if f := &e.Figures[i]; f.Measure == measure {
			return f
		}
	}
	return nil
}

// told tells whether something was said to have been done, at a place or on a day, so that it counts without a number.
func (m *message) told(d *draft) bool {
	if m.runs[d.run].rank < rankForm {
		return false
	}
	event := false
	for i := d.from; i < d.to; i++ {
		event = event || m.toks[i].is(clEvent) || m.toks[i].is(clDone)
	}
	return event && (d.spot != nil || !d.dayAssumed || d.place != "")
}

// clauseText gives the clause around a token as it was written.
func (m *message) clauseText(tok int) string {
	c := &m.clauses[m.toks[tok].clause]
	return strings.TrimSpace(strings.Trim(m.words(c.from, c.to), "，。；！？、：,;:!? \n"))
}

// decimalString writes thousandths without needless zeros.
func decimalString(milli int64) string {
	s := strconv.FormatInt(milli/1000, 10)
	if rest := milli % 1000; rest != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return s
}
