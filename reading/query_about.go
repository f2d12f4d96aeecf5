package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// about decides what is asked: the first that the words say.
func (x *question) about() {
	q := &x.q
	switch a := x.asks; {
	case a&askChanges != 0 && x.num == nil:
		q.About = report.AboutChanges
	case a&askWhy != 0 && (x.num != nil || a&askMissing == 0):
		q.About = report.AboutWhy
	case a&askMissing != 0, a&(askWho|askWhich) != 0 && x.nilReports(), a&askReported != 0 && a&(askWho|askWhich|askYes) != 0 && a&(askRank|askMany) == 0:
		q.About = report.AboutDuties
	case a&askDone != 0:
		q.About = report.AboutCompletion
	case a&askReports != 0:
		q.About = report.AboutReports
	default:
		q.About = report.AboutSums
	}
}

// nilReports tells whether the words speak of nil reports: 零报告有哪些.
func (x *question) nilReports() bool {
	return slices.ContainsFunc(x.toks, func(t token) bool {
		return t.kind == kWord && strings.HasSuffix(t.w.text, "报告") && t.w.class&clNone != 0
	})
}

const (
	askDivides  = askTowns | askVillages | askCounties | askCities | askAreas | askMonths | askKinds | askRank
	askCompares = askLastYear | askPrevious | askMore | askThan
)

// asked tells whether the words ask for numbers: by themselves, or as a follow-up.
func (x *question) asked() bool {
	if x.overRead() {
		return false
	}
	return x.byItself() || x.followsUp()
}

// overRead tells whether most of the words are none the reader knows.
func (x *question) overRead() bool {
	all := 0
	for _, t := range x.toks {
		if t.kind != kBlank && t.kind != kMark {
			all += int(t.to - t.from)
		}
	}
	unknown := x.unknown()
	return unknown > 12 || 2*unknown > all && !x.noArea
}

// unknown counts the characters of words the reader does not know.
func (x *question) unknown() (n int) {
	for _, t := range x.toks {
		if t.kind == kText {
			n += int(t.to - t.from)
		}
	}
	return n
}

// byItself tells whether the words are a whole question.
func (x *question) byItself() bool {
	period := len(x.periods) > 0
	topic := x.act >= 0 || x.noun
	switch x.q.About {
	case report.AboutWhy:
		return x.num != nil || topic || period && x.last == nil
	case report.AboutChanges:
		return period || topic
	case report.AboutDuties:
		return true
	case report.AboutCompletion:
		_, to := x.asking(askDone)
		return topic || to > 0 && (x.mark || x.many || x.asks&(askYes|askShow|askDivides) != 0 || period) && x.last == nil
	case report.AboutReports:
		return topic || period || x.area != 0 && x.last == nil || x.noArea
	}
	if x.badDay && !topic && x.area == 0 {
		return x.interrogative()
	}
	return x.sumsAsked(topic, period)
}

// owned tells whether a period was said besides the one to compare with.
func (x *question) owned() bool {
	return len(x.periods) > 1 || len(x.periods) == 1 && x.asks&(askLastYear|askPrevious|askStrange) != 0
}

// interrogative tells whether the words ask or tell to show, beyond naming what.
func (x *question) interrogative() bool {
	return x.many || x.mark || x.asks&(askYes|askShow|askTotal|askWhich|askDivides|askCompares|askDone) != 0
}

// sumsAsked tells whether the words ask for sums by themselves.
func (x *question) sumsAsked(topic, period bool) bool {
	day := x.period.Kind == report.Range && x.period.First == x.period.Last
	switch {
	case x.asks&(askCompares|askStrange) != 0 && (topic || x.owned() || x.asks&(askMore|askYes) != 0 && period):
		return true
	case x.many && (topic || x.measure != "" && (period || x.area != 0 || x.acts()) && (x.last == nil || period && x.area != 0)):
		return true
	case x.asks&askTotal != 0 && (topic || period || x.area != 0 || x.noArea):
		return true
	case x.asks&(askDivides|askOutside|askAbove) != 0 && (topic || period) && !(day && !x.interrogative()):
		return true
	case topic && (x.mark || x.asks&(askYes|askWhich) != 0):
		return true
	case (topic || period) && x.asks&askShow != 0 && (!day || x.asks&askSee != 0):
		return true
	case period && x.many:
		return true
	case x.goesOn() && x.last == nil:
		return false
	case period && !topic && x.area == 0 && !x.noArea:
		return x.bare()
	}
	return period && !day && x.bare()
}

// acts tells whether a word says what happened: 多少人参加了活动, but not 多少钱.
func (x *question) acts() bool {
	return slices.ContainsFunc(x.toks, func(t token) bool { return t.kind == kWord && len(t.w.verbs) > 0 })
}

// bare tells whether the words do no more than name a period, an area, an activity, a measure.
func (x *question) bare() bool {
	for i := range x.toks {
		t := &x.toks[i]
		switch t.kind {
		case kBlank, kMark, kPeriod:
		case kAsk:
			if t.w.asks&^(askFill|askGoOn|askShow|askOnly|askWholes|askOwn|askOwnTown) != 0 {
				return false
			}
		case kWord:
			if len(t.w.areas) == 0 && len(t.w.acts) == 0 && len(t.w.nouns) == 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// followsUp tells whether the words change something of the question before.
func (x *question) followsUp() bool {
	if x.last == nil {
		return false
	}
	said := x.act >= 0 || x.measure != "" || len(x.periods) > 0 || x.area != 0 || x.noArea ||
		x.asks&(askDivides|askCompares|askReports|askWhy|askChanges|askDone|askTotal) != 0
	day := x.period.Kind == report.Range && x.period.First == x.period.Last
	if day && x.act >= 0 && !x.interrogative() && !x.goesOn() { // 3月8日 普法: a report begins so
		return false
	}
	if day && len(x.periods) > 0 && x.act < 0 && x.measure == "" && x.area == 0 && x.unknown() > 0 { // 今天天气怎么样
		return false
	}
	return said && (x.bare() || x.interrogative() || x.goesOn() || x.asks&(askReports|askWhy|askChanges) != 0)
}
