package reading

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

// continues tells whether the question takes over from the one before what it does not say itself.
func (x *question) continues() bool {
	switch {
	case x.last == nil || x.q.About == report.AboutDuties:
		return false
	case x.goesOn():
		return true
	case x.q.About == report.AboutCompletion && x.asks&(askYes|askMany) != 0 && x.act >= 0:
		return false
	case x.act >= 0:
		return x.bare() && len(x.periods) == 0 && x.area == 0 // 慰问金
	case x.whole():
		return false
	case x.noun:
		return x.inLast() || x.bare() && len(x.periods) == 0 && x.area == 0
	case x.asks&askTotal != 0 && len(x.periods) > 0:
		return false
	case x.bare() && len(x.periods) > 0 && x.area == 0 && x.unit == "": // 上周, as by itself
		return false
	}
	return true
}

// whole tells whether the words name no activity since they mean all: 3月份搞了几场活动, 今年各项活动多少场, 红岩镇上周报了什么.
func (x *question) whole() bool {
	if len(x.periods) == 0 {
		return false
	}
	return x.asks&askKinds != 0 || x.noun && x.many && x.measure == report.MeasureSessions ||
		x.q.About == report.AboutReports && x.area != 0
}

// inLast tells whether the activity of the question before has the measure.
func (x *question) inLast() bool {
	a, _ := x.r.catalogue.Activity(x.last.Activity)
	_, ok := a.Measure(x.measure)
	return ok
}

// fill makes the query of what was found, of the question before, and of what is usual.
func (x *question) fill() report.Query {
	q := report.Query{About: x.q.About}
	if x.continues() {
		q = x.continued()
	}
	if x.area != 0 {
		if q.Area != x.area && x.r.areas.Within(x.area, q.Area) && q.By == report.ByArea {
			q.By = report.Whole // 长铺镇呢, behind a list of townships
		}
		q.Area, q.Assumed.Area = x.area, false
	}
	if q.Area == 0 {
		q.Area, q.Assumed.Area = x.ownArea(), true
	}
	if x.period.First != 0 {
		q.Period, q.Assumed.Period = x.period, false
	}
	if q.Period.First == 0 {
		q.Period, q.Assumed.Period = x.usualPeriod(), true
	}
	x.fillTopic(&q)
	x.divided(&q)
	if x.against != report.AgainstNothing {
		q.Against = x.against
	}
	if q.About == report.AboutDuties || q.About == report.AboutChanges {
		q.By, q.Against = report.Whole, report.AgainstNothing
	}
	if q.About != report.AboutSums && q.About != report.AboutCompletion && q.About != report.AboutReports {
		x.justOne(&q)
	}
	if q.About == report.AboutWhy {
		q.Number, q.By, q.Against = x.number(), report.Whole, report.AgainstNothing
	}
	if x.badDay {
		q.Period, q.Assumed.Period = report.Period{}, false
	}
	x.leftOver()
	if x.noArea {
		q.Area, q.Assumed.Area = 0, false
	}
	q.Unread = x.quoted()
	return q
}

// continued gives the question before, as far as this one leaves it as it was.
func (x *question) continued() report.Query {
	q := *x.last
	q.Unread, q.Number = nil, 0
	if x.many && x.asks&askCompares == 0 && !x.goesOn() {
		q.Against = report.AgainstNothing // 今年来了多少人 compares with nothing
	}
	about := x.q.About
	switch {
	case about != report.AboutSums:
		q.About = about
	case q.About == report.AboutWhy, q.About == report.AboutReports && x.asks&(askDivides|askCompares|askTotal) != 0,
		q.About != report.AboutReports && q.About != report.AboutCompletion && (x.many || x.asks&(askDivides|askCompares|askTotal) != 0 || x.act >= 0 || x.noun):
		q.About = report.AboutSums
	case q.About == report.AboutCompletion && x.asks&(askMonths|askCompares|askKinds) != 0:
		q.About = report.AboutSums
	}
	if about == report.AboutReports {
		q.By, q.Against = report.Whole, report.AgainstNothing
	}
	if about == report.AboutCompletion && q.Period.Kind != report.Year {
		q.Period = report.YearOf(q.Period.Last)
	}
	return q
}

// fillTopic sets the activity and the measure where they were named.
func (x *question) fillTopic(q *report.Query) {
	switch {
	case x.act >= 0:
		q.Activity, q.Measure = x.r.catalogue.Activities[x.act].Code, x.measure
		q.Also = x.others()
	case x.measure == "":
	case q.Activity != "" && x.last != nil && x.takeMeasure(q):
	case x.noun || q.Activity == "":
		q.Activity, q.Measure, q.Also = "", x.measure, nil
	}
	if x.asks&askTotal != 0 && x.act < 0 && !x.noun && x.unit == "" && len(x.periods) > 0 {
		q.Activity, q.Measure, q.Also = "", "", nil
	}
}

// justOne leaves a query the activity it is about first: why a number is what it is can be said of one.
func (x *question) justOne(q *report.Query) {
	q.Also = nil
	for _, y := range x.also {
		t := &x.toks[y.tok]
		x.unread(int(t.from), int(t.to))
	}
}

// takeMeasure finds what is asked for in the activities of the question before.
func (x *question) takeMeasure(q *report.Query) (found bool) {
	take := func(activity string, measure *string) {
		act := slices.IndexFunc(x.r.catalogue.Activities, func(a report.Activity) bool { return a.Code == activity })
		if act < 0 {
			return
		}
		if code := x.measureIn(int16(act)); code != "" {
			*measure, found = code, true
		}
	}
	take(q.Activity, &q.Measure)
	q.Also = slices.Clone(q.Also)
	for i := range q.Also {
		take(q.Also[i].Activity, &q.Also[i].Measure)
	}
	return found
}

func (x *question) ownArea() int64 {
	if x.ctx.Area != 0 {
		return x.ctx.Area
	}
	root, _ := x.r.areas.Root()
	return root.ID
}

// usualPeriod is what is meant where no period was said.
func (x *question) usualPeriod() report.Period {
	switch x.q.About {
	case report.AboutDuties, report.AboutChanges:
		return report.WeekOf(x.ctx.Today).Previous()
	}
	return report.YearOf(x.ctx.Today)
}

// number gives the number asked about, fen where yuan were said.
func (x *question) number() int64 {
	if x.num == nil {
		return 0
	}
	if x.num.unit != nil && (x.num.unit.text == report.MoneyUnit || strings.HasPrefix(x.num.unit.text, "块") || x.num.unit.text == "元钱") {
		return x.num.num.milli / 10
	}
	return x.num.num.milli / 1000
}

// unread notes runes that were not understood.
func (x *question) unread(from, to int) {
	if to > from {
		x.unclear = append(x.unclear, [2]int{from, to})
	}
}

// quoted gives what was not understood in the asker's words, in their order; what stands together is one piece.
func (x *question) quoted() []string {
	slices.SortFunc(x.unclear, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	var list []string
	for i := 0; i < len(x.unclear); {
		from, to := x.unclear[i][0], x.unclear[i][1]
		for i++; i < len(x.unclear) && x.unclear[i][0] <= to; i++ {
			to = max(to, x.unclear[i][1])
		}
		if text := strings.TrimSpace(x.f.text(from, to)); text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// leftOver notes the words nothing was made of. One that ends as an area does, where no area was found, is a place the county
// does not have.
func (x *question) leftOver() {
	for i := range x.toks {
		t := &x.toks[i]
		switch {
		case t.kind == kText:
			if x.inSpot(t) || x.particle(t) {
				continue
			}
			x.unread(int(t.from), int(t.to))
			if last := x.f.runes[t.to-1]; x.area == 0 && strings.ContainsRune("乡镇村县市区", last) {
				x.noArea = true
			}
		case t.kind == kNumber && t != x.num && !x.someNumber(t), t.kind == kOrdinal, t.kind == kDay:
			x.unread(int(t.from), int(t.to))
		case t.kind == kWord && occasions[t.w.text] && !slices.ContainsFunc(t.w.acts, func(v vote) bool { return v.strength == voteStrong }):
			x.unread(int(t.from), int(t.to))
		case t.kind == kWord && !x.used[i] && t.w.person && len(t.w.acts) == 0 && !anybody[t.w.text] && len(t.w.areas) == 0:
			x.unread(int(t.from), int(t.to))
		}
	}
}

// occasions are no periods; where one names no activity it was not understood.
var occasions = map[string]bool{"春节": true, "中秋": true, "重阳": true, "端午": true, "三八节": true, "三八": true, "三八妇女节": true, "国庆": true, "元旦": true, "五一": true, "七一": true, "母亲节": true}

func (x *question) inSpot(t *token) bool {
	return slices.ContainsFunc(x.spots, func(p place) bool { return p.from <= t.from && t.to <= p.to })
}

// particle tells whether an unknown piece is one character that says nothing.
func (x *question) particle(t *token) bool {
	return t.to-t.from == 1 && strings.ContainsRune("了的吗呢啊吧么哈呀嘛哦噢哎喂诶将又再来去之其所只才", x.f.runes[t.from])
}
