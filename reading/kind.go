package reading

import (
	"slices"
	"strings"
)

// kind says what the message is. What corrects, withdraws, asks or plans is told by a few words; everything else with a
// number or an activity is a report.
func (m *message) kind() Kind {
	s := m.survey()
	switch {
	case s.undo && len(m.f.runes) <= 80 && !s.right:
		return KindWithdrawal
	case s.corrects(m):
		return KindCorrection
	case s.counts == 0 && !s.who && (s.none || s.zeros > 0 && s.zeros == s.numbers || m.bareNothing()):
		return KindZero
	case s.counts == 0 && (s.ask || s.some && m.openPeriod()):
		return KindQuery
	case s.notice && (s.counts == 0 || m.noticeFirst()):
		return KindOther
	case s.counts == 0 && (s.ahead || s.intent || m.onlyFuture()):
		return KindPlan
	case s.counts == 0 && m.onlyPeriod():
		return KindQuery
	case s.counts > 0 || s.vague || s.zeros > 0:
		return KindReport
	case s.named && s.event:
		return KindReport
	}
	return KindOther
}

// survey is what the words of a message say about its kind.
type survey struct {
	numbers, counts, zeros        int
	vague, ahead, intent          bool
	undo, wrong, right, weakRight bool
	not, none, ask, notice        bool
	named, event, earlier, places bool
	who                           bool // 谁, 哪些: asks for areas, as no nil report does
	some                          bool // 几场: asked for, or not said
}

func (m *message) survey() (s survey) {
	for i := range m.toks {
		t := &m.toks[i]
		switch t.kind {
		case kNumber:
			s.number(t)
			s.some = s.some || t.num.vague && m.f.runes[t.from] == '几' && t.unit != nil && int(t.to-t.from) <= 1+t.unit.n
		case kMark:
			s.ask = s.ask || t.mark == '?'
		case kWord:
			m.surveyWord(&s, i)
		}
	}
	s.places = len(m.spots) > 0
	s.intent = slices.ContainsFunc(m.clauses, func(c clause) bool { return c.intent >= 0 })
	for _, x := range m.mentions {
		s.named = s.named || x.rank >= rankWeak
	}
	return s
}

func (s *survey) number(t *token) {
	switch t.why {
	case WhyFigure:
		s.numbers++
		switch {
		case t.num.vague:
			s.vague = true
		case t.num.milli == 0:
			s.zeros++
		default:
			s.counts++
		}
	case WhyTarget, WhyPlan:
		s.ahead = true
	case WhyUnknown:
		s.vague = true
	}
}

func (m *message) surveyWord(s *survey, i int) {
	w := m.toks[i].w
	if m.toks[i].title {
		return
	}
	c := w.class
	s.undo = s.undo || c&clUndo != 0
	s.wrong = s.wrong || c&clWrong != 0
	s.none = s.none || c&clNone != 0
	s.ask = s.ask || c&clAsk != 0
	s.who = s.who || c&clAsk != 0 && (strings.HasPrefix(w.text, "哪") || w.text == "谁")
	s.notice = s.notice || c&clNotice != 0 && (w.text != "请" || i == 0)
	s.event = s.event || c&(clEvent|clDone) != 0
	if c&clRight != 0 && m.valueBehind(i) {
		if weakRights[w.text] {
			s.weakRight = true
		} else {
			s.right = true
		}
	}
	if c&clNot != 0 && m.valueBehind(i) {
		s.not = true
	}
	s.earlier = s.earlier || earlierWords[w.text]
}

// openPeriod tells whether the message names a period and no day: 本月报了几场.
func (m *message) openPeriod() bool {
	for i := range m.toks {
		if t := &m.toks[i]; t.kind == kWord && periods[t.w.text] {
			return true
		}
	}
	return len(m.days) > 0 && !slices.ContainsFunc(m.days, func(d dayAt) bool { return d.first != 0 })
}

// onlyFuture tells whether every date lies ahead: 明天开展普法宣传.
func (m *message) onlyFuture() bool {
	return len(m.days) > 0 && !slices.ContainsFunc(m.days, func(d dayAt) bool { return d.first == 0 || d.first <= m.ctx.Today })
}

// weakRights also say what really was in a report: 计划50人，实际为60人.
var weakRights = map[string]bool{"应该是": true, "应是": true, "应该为": true, "实际是": true, "实际为": true, "实为": true, "其实是": true}

// earlierWords point at what was sent before.
var earlierWords = map[string]bool{"刚才": true, "刚才那条": true, "那条": true, "上一条": true, "上条": true, "刚发的": true, "刚报的": true, "前面那条": true, "之前那条": true, "刚才发的": true, "刚才报的": true, "报的": true}

// valueBehind tells whether a number, a date or a place follows the word at token i in its clause.
func (m *message) valueBehind(i int) bool {
	for k := i + 1; k < len(m.toks) && k < i+6; k++ {
		t := &m.toks[k]
		if t.kind == kNumber || t.kind == kDay || t.kind == kWord && (len(t.w.areas) > 0 || t.w.venue >= 0) {
			return true
		}
		if t.kind == kMark && isStop(t.mark) {
			return false
		}
	}
	return false
}

func (s *survey) corrects(m *message) bool {
	if len(m.f.runes) > 200 {
		return false
	}
	return s.wrong || s.right || s.not && (s.counts > 0 || len(m.days) > 0 || s.places) || s.weakRight && (s.not || s.earlier || !s.named)
}

// bareNothing tells whether the whole message is 无, 没有 or 0.
func (m *message) bareNothing() bool {
	var text []rune
	for _, r := range m.f.runes {
		if !isBlank(r) && !isMark(r) {
			text = append(text, r)
		}
	}
	switch string(text) {
	case "无", "没有", "没", "0", "零", "〇", "本周无", "本月无", "暂无", "无事", "上周无":
		return true
	}
	return false
}

// noticeFirst tells whether the message begins as a notice.
func (m *message) noticeFirst() bool {
	for i := range m.toks {
		if i > 4 {
			return false
		}
		if m.toks[i].is(clNotice) && (hasSuffix(m.toks[i].w, "通知", "提醒") || strings.HasPrefix(m.toks[i].w.text, "请各")) {
			return true
		}
	}
	return false
}

// onlyPeriod tells whether the message is no more than a period, with or without an area or activity: 上周, 长铺镇今年普法.
func (m *message) onlyPeriod() bool {
	period := false
	for i := range m.toks {
		t := &m.toks[i]
		switch {
		case t.kind == kDay && t.day.first == 0, t.kind == kOrdinal, t.kind == kWord && periods[t.w.text]:
			period = true
		case t.kind == kBlank, t.kind == kMark, t.kind == kWord && (len(t.w.areas) > 0 || len(t.w.acts) > 0 || t.w.class&clAsk != 0):
		default:
			return false
		}
	}
	return period
}

var periods = map[string]bool{"今年": true, "去年": true, "全年": true, "本月": true, "上月": true, "本年度": true, "今年以来": true}
