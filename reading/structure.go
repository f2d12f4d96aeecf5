package reading

// clause is what stands between commas and stops; segment what stands between stops, semicolons, line ends and the
// numbers of a list.
type clause struct {
	from, to int // tokens
	segment  int
	ground   bool // says why: 为进一步…, 在…之际
	topic    bool // says what was talked about
	event    bool // something was done
	intent   int  // token of 拟, 预计 …, -1 if none
	intended bool // a clause before it in the segment has one
	future   int  // token of 明年, 下周 …, -1 if none
	figures  int  // numbers that may count
}

type segment struct {
	from, to int // clauses
	before   rune
	item     bool // begins with a list's number
	running  int  // token of its first 累计, 截至, -1 if none
}

// structure finds what stands in quotes and titles and the numbers of lists, and parts the message into segments and clauses.
func (m *message) structure() {
	m.enclose()
	m.items()
	p := parter{message: m, pending: true}
	m.clauses = make([]clause, 0, len(m.toks)/4+1)
	for i := range m.toks {
		t := &m.toks[i]
		switch {
		case t.kind == kItem:
			p.end(i)
			m.segments = append(m.segments, segment{from: len(m.clauses), to: len(m.clauses), item: true, running: -1})
			p.start, p.pending = i, false
		case t.kind == kBlank && t.mark == '\n' && !t.title:
			p.segment(i, '\n')
		case t.kind != kMark || t.title:
		case t.mark == ',' || t.mark == '.' && !m.dotInside(i):
			p.end(i)
			p.start = i + 1
		case isStop(t.mark):
			p.segment(i, t.mark)
		}
	}
	p.end(len(m.toks))
	for c := range m.clauses {
		m.describe(c)
	}
}

// parter is the state of structure.
type parter struct {
	*message
	start   int  // the first token of the clause
	pending bool // the next clause begins a segment
	before  rune // what ended the segment before
}

// end closes the clause before token i.
func (p *parter) end(i int) {
	if i <= p.start {
		return
	}
	if p.pending {
		p.segments = append(p.segments, segment{from: len(p.clauses), before: p.before, running: -1})
		p.pending = false
	}
	p.clauses = append(p.clauses, clause{from: p.start, to: i, segment: len(p.segments) - 1, intent: -1, future: -1})
	p.segments[len(p.segments)-1].to = len(p.clauses)
}

// segment closes the segment at the mark or line end at token i.
func (p *parter) segment(i int, mark rune) {
	p.end(i)
	p.start, p.pending, p.before = i+1, true, mark
}

// segmentNumbers tells whether a segment whose clauses are described has numbers.
func (m *message) segmentNumbers(s int) bool {
	for c := m.segments[s].from; c < m.segments[s].to; c++ {
		if m.clauses[c].figures > 0 {
			return true
		}
	}
	return false
}

// oneCase reads 一起 as one case where it ends what a label or a verb began: 调解：一起, 接待一起.
func (m *message) oneCase() {
	for i := 1; i < len(m.toks); i++ {
		t, p := &m.toks[i], &m.toks[i-1]
		if t.kind != kWord || t.w.text != "一起" || i+1 < len(m.toks) && m.toks[i+1].kind != kMark && m.toks[i+1].kind != kBlank {
			continue
		}
		if p.kind == kMark && p.mark == ':' || p.kind == kWord && len(p.w.nouns)+len(p.w.verbs) > 0 {
			t.kind, t.w, t.unit, t.num = kNumber, nil, m.r.lexicon.by["起"], &number{milli: 1000, bare: true}
		}
	}
}

// dotInside tells whether a full stop of the Latin kind stands inside something: 1.2, www.x.
func (m *message) dotInside(i int) bool {
	return i+1 < len(m.toks) && i > 0 && m.toks[i+1].kind == kNumber && m.toks[i-1].kind == kNumber
}

// enclose marks what stands in quotes, titles and brackets. A quote that is never closed ends with its clause.
func (m *message) enclose() {
	for i := 0; i < len(m.toks); i++ {
		t := &m.toks[i]
		if t.kind != kMark {
			continue
		}
		var closing rune
		limit := 40
		switch t.mark {
		case '“', '"', '「', '‘':
			closing = map[rune]rune{'“': '”', '"': '"', '「': '」', '‘': '’'}[t.mark]
		case '《':
			closing = '》'
		case '(':
			closing = ')'
		default:
			continue
		}
		end := m.closing(i, closing, limit)
		for k := i + 1; k < end; k++ {
			switch closing {
			case '》':
				m.toks[k].title = true
			case ')':
				m.toks[k].paren = true
			default:
				m.toks[k].quoted = true
			}
		}
		if closing != ')' && end > i {
			i = end
		}
	}
}

// shortQuote is how far behind its beginning a quote may hold a line end.
const shortQuote = 6

func (m *message) closing(i int, r rune, limit int) int {
	for k := i + 1; k < len(m.toks) && k < i+limit; k++ {
		if m.toks[k].kind == kMark && m.toks[k].mark == r {
			return k
		}
		if m.toks[k].kind == kBlank && m.toks[k].mark == '\n' && r != '》' && k > i+shortQuote {
			return i
		}
	}
	return i
}

// items finds the numbers of lists: 1、 2. 3) (4) ① 一、 一是, where they stand at the beginning and count on.
func (m *message) items() {
	last := 0
	for i := range m.toks {
		t := &m.toks[i]
		if t.kind == kItem {
			t.why = WhyItem
			continue
		}
		if t.quoted || t.title || !m.atStart(i) {
			continue
		}
		n, end := m.itemNumber(i)
		if n == 0 || n != last+1 && !(n <= 50 && m.lineStart(i)) {
			continue
		}
		last = n
		for k := i; k < end; k++ {
			m.toks[k].kind, m.toks[k].why = kBlank, WhyItem
			m.toks[k].mark = ' '
		}
		t.kind = kItem
	}
}

func (m *message) atStart(i int) bool {
	if i == 0 {
		return true
	}
	p := &m.toks[i-1]
	if p.kind == kBlank {
		return true
	}
	if p.kind != kMark {
		return false
	}
	switch p.mark {
	case ';', ':', '。', ',', '!', ')':
		return true
	}
	return false
}

func (m *message) lineStart(i int) bool {
	return i == 0 || m.toks[i-1].kind == kBlank && m.toks[i-1].mark == '\n' || m.toks[i-1].kind == kMark && m.toks[i-1].mark == ':'
}

// itemNumber reads the number of a list's item at token i and gives where its mark ends; 0 if it is none.
func (m *message) itemNumber(i int) (n, end int) {
	t := &m.toks[i]
	bracket := t.kind == kMark && t.mark == '('
	if bracket {
		if i++; i >= len(m.toks) {
			return 0, i
		}
		t = &m.toks[i]
	}
	s := m.f.runes[t.from:t.to]
	switch {
	case t.kind == kNumber && t.unit == nil && t.num.milli%1000 == 0 && t.num.milli <= 50_000 && !t.num.approx:
		n = int(t.num.milli / 1000)
	case (t.kind == kText || t.kind == kWord && t.w.fixed) && len(s) == 1 && chineseDigit(s[0]) > 0:
		n = chineseDigit(s[0])
	case t.kind == kWord && t.w.n == 2 && s[1] == '是' && chineseDigit(s[0]) > 0:
		return chineseDigit(s[0]), i + 1
	default:
		return 0, i
	}
	if i+1 >= len(m.toks) || m.toks[i+1].kind != kMark {
		return 0, i
	}
	switch mark := m.toks[i+1].mark; {
	case mark == ')' && bracket:
		return n, i + 2
	case bracket:
		return 0, i
	case mark == '、' || mark == '.' || mark == ')':
		if i+2 < len(m.toks) && m.toks[i+2].kind == kNumber && m.toks[i+2].unit == nil {
			return 0, i // 1、2、3
		}
		return n, i + 2
	}
	return 0, i
}

// describe notes what clause c does: says why, says what was talked about, plans, or tells of something done.
func (m *message) describe(c int) {
	cl := &m.clauses[c]
	seg := &m.segments[cl.segment]
	part := int32(-1)
	if c > seg.from {
		before := &m.clauses[c-1]
		cl.intended = before.intended || before.intent >= 0
		if part = m.toks[before.to-1].part; m.toks[before.to-1].is(clPart) {
			part = int32(before.to - 1)
		}
	} else if s := cl.segment; s > 0 && seg.before == '\n' && !m.segmentNumbers(s-1) {
		seg.running = m.segments[s-1].running // 截至目前：⏎参保135人
	}
	first := true
	for i := cl.from; i < cl.to; i++ {
		t := &m.toks[i]
		t.clause, t.segment, t.part = int32(c), int32(cl.segment), part
		if t.is(clPart) {
			part = int32(i)
		}
		if t.is(clRunning) && seg.running < 0 {
			seg.running = i
		}
		m.describeWord(cl, i, first)
		first = first && (t.kind == kBlank || t.kind == kItem)
	}
}

// describeWord notes what the word at token i does in its clause, of which it may be the first.
func (m *message) describeWord(c *clause, i int, first bool) {
	t := &m.toks[i]
	switch {
	case t.kind == kNumber && !t.title:
		c.figures++
	case t.kind != kWord:
		return
	}
	if t.is(clGround) && (first || hasSuffix(t.w, "之际", "契机")) {
		c.ground = true
	}
	if t.is(clTopic) && c.figures == 0 {
		c.topic = true
	}
	if t.is(clEvent) {
		c.event = true
	}
	if t.is(clFuture) && c.future < 0 {
		c.future = i
	}
	if t.is(clIntent) && c.intent < 0 && m.intends(i) {
		c.intent = i
	}
}

// intends tells whether 将, 计划 … at token i looks ahead: 将资料发放 and 按计划 do not.
func (m *message) intends(i int) bool {
	w := m.toks[i].w
	if w.text != "将" && w.text != "计划" && w.text != "准备" && w.text != "安排" && w.text != "争取" {
		return true
	}
	n := m.nextSolid(i)
	if n < 0 {
		return false
	}
	t := &m.toks[n]
	if w.text != "将" && (i == 0 || m.toks[i-1].kind == kBlank || m.toks[i-1].kind == kMark && m.toks[i-1].mark != '“' && m.toks[i-1].mark != '《') && t.kind == kWord {
		return t.mark != ':' && t.w.class&clOrg == 0 // 计划本月底慰问
	}
	if i > 0 && hasAnyAt(m.f.runes, int(m.toks[i].from)-1, "按", "原", "照", "据") {
		return false
	}
	return t.kind == kDay || t.kind == kNumber && w.text != "将" || t.is(clEvent|clAt|clFor) || w.text != "将" && len(t.wordVerbs()) > 0
}

// nextSolid gives the next token that is no blank within the clause, -1 at its end.
func (m *message) nextSolid(i int) int {
	for i++; i < len(m.toks); i++ {
		switch m.toks[i].kind {
		case kBlank:
			continue
		case kMark:
			if isStop(m.toks[i].mark) {
				return -1
			}
		}
		return i
	}
	return -1
}

func isStop(r rune) bool {
	return r == ',' || r == '。' || r == ';' || r == '!' || r == '?' || r == '…'
}

func hasSuffix(w *word, endings ...string) bool {
	for _, e := range endings {
		if len(w.text) >= len(e) && w.text[len(w.text)-len(e):] == e {
			return true
		}
	}
	return false
}
