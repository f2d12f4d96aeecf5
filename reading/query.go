package reading

import (
	"strings"

	"huibao/report"
)

// QueryContext is what must be known besides the words of a question.
type QueryContext struct {
	Context
	Last *report.Query // the question this may follow up, nil for none
}

// longestQuestion is the most characters a question has; what is longer tells something.
const longestQuestion = 60

// Query reads a question about numbers. ok is false where the words ask none: a report, a greeting, talk, how to use the bot,
// or a follow-up (那去年呢) of no question. It judges by itself, whatever Read says the words are.
//
// What was not said is filled in as usual and marked in Assumed: the running year (for who has reported and for what
// changed, the week before this one), and the asker's own area. What was said and could not be understood stands in Unread,
// in the asker's words, and nothing else is put in its place: Area is 0 where a place was named that is none of the county
// or may be several, Period is zero where a day or period was named that the calendar does not have. Measure without
// Activity means that measure wherever activities have it. Number is in fen where the words say yuan, and as written
// otherwise.
func (r *Reader) Query(text string, c QueryContext) (q report.Query, ok bool) {
	text = strings.TrimSpace(text)
	m := &message{r: r, here: r.scopeFor(c.Context), ctx: c.Context, f: fold(simplified(text))}
	if len(m.f.raw) == len(text) {
		m.f.raw = text // what was not understood is quoted as it was written
	}
	if n := len(m.f.runes); n == 0 || n > longestQuestion || strings.Count(m.f.raw, "\n") > 1 {
		return report.Query{}, false
	}
	m.f.closeUp()
	m.question = true
	sc := scanner{lex: r.lexicon, r: r, scope: m.here, s: m.f.runes, today: c.Today, asks: questionWords()}
	m.toks, m.hits = sc.scan()
	m.oneCase()
	m.guess()
	x := &question{message: m, last: c.Last, act: -1, money: -1}
	x.survey()
	if x.tells() {
		return report.Query{}, false
	}
	m.cleanHits()
	m.structure()
	x.when()
	m.places()
	m.mentionActivities()
	x.where()
	x.topic()
	x.about()
	if !x.asked() {
		return report.Query{}, false
	}
	return x.fill(), true
}

// question is a message being read as a question.
type question struct {
	*message
	last  *report.Query
	asks  asks
	money int    // the token of 多少钱's 钱, -1 for none
	unit  string // behind 多少 or 几; empty where none stands there
	many  bool   // a number is asked for
	mark  bool   // a question mark
	num   *token // the number asked about

	periods []int // tokens
	period  report.Period
	badDay  bool
	against report.Against

	area    int64
	noArea  bool     // a place was named that is none
	unclear [][2]int // the runes that were not understood

	act     int16
	measure string
	also    []mention // other activities asked about
	noun    bool      // the topic is a noun of measures: 资料
	weak    bool      // the activity is no more than a word that alone says little
	q       report.Query
	used    map[int]bool // word tokens that said something
}

// survey collects what the words of a question say.
func (x *question) survey() {
	x.used = map[int]bool{}
	for i := range x.toks {
		t := &x.toks[i]
		switch t.kind {
		case kAsk:
			x.asks |= t.w.asks
			if t.w.asks&(askMany|askOther) != 0 {
				x.many = true
				if x.askUnit(i + 1); x.unit == "" && strings.Contains(t.w.text, "万") {
					x.unit = report.MoneyUnit
				}
			}
		case kNumber:
			if x.someNumber(t) {
				x.many = true
				if t.unit != nil {
					x.unit = t.unit.text
				}
			} else if x.num == nil {
				x.num = t
			}
		case kPeriod:
			x.periods = append(x.periods, i)
		case kMark:
			x.mark = x.mark || t.mark == '?'
		}
	}
	if x.asks&askCheck != 0 && (x.num == nil || x.num.unit == nil) {
		x.asks |= askWhy
	}
}

// someNumber tells whether the number is 几 and so asked for.
func (x *question) someNumber(t *token) bool {
	return t.num.vague && x.f.runes[t.from] == '几'
}

// askUnit takes the unit or 钱 behind 多少.
func (x *question) askUnit(i int) {
	for i < len(x.toks) && x.toks[i].kind == kBlank {
		i++
	}
	if i == len(x.toks) || x.unit != "" {
		return
	}
	switch t := &x.toks[i]; {
	case t.kind == kWord && t.w.class&clUnit != 0:
		if x.unit = t.w.text; t.w.same != nil {
			x.unit = t.w.same.text
		}
	case t.kind == kWord && (t.w.text == "钱" || t.w.text == "资金"):
		x.unit, x.money = report.MoneyUnit, i
	}
}

// tells tells whether the words report, correct or announce something, or ask for something that is no number.
func (x *question) tells() bool {
	if x.asks&askNever != 0 || x.asks&askEach != 0 && x.many {
		return true
	}
	for i, r := range x.f.runes {
		if r == '请' && hasAnyAt(x.f.runes, i+1, "各", "大家", "于", "及时", "按", "将", "把", "上报", "报送", "务必", "尽快", "你们") {
			return true
		}
	}
	numbers := 0
	for i := range x.toks {
		t := &x.toks[i]
		switch t.kind {
		case kNumber:
			if !x.someNumber(t) {
				numbers++
			} else if t.unit != nil && t.unit.class&clUnit == 0 {
				return true // 几号, 几点
			}
		case kDocument, kHidden, kItem, kTime:
			return true
		case kWord:
			switch c := t.w.class; {
			case c&(clUndo|clWrong|clIdentity) != 0, c&clRight != 0 && x.asks&(askChanges|askWhy) == 0, c&clNotice != 0 && t.w.asks == 0:
				return true
			case c&clNone != 0 && x.asks&(askWhich|askWho) == 0, c&clIntent != 0 && x.asks&askDone == 0:
				return true
			}
		}
	}
	return numbers > 1 || numbers == 1 && x.asks&askWhy == 0
}
