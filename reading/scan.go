package reading

import "huibao/report"

// kind says what a token is.
type kind uint8

const (
	kText     kind = iota // characters the lexicon does not know
	kWord                 // a word of the lexicon
	kNumber               // a numeral, with its unit where one follows
	kDay                  // a date
	kTime                 // 9:00, 九点半
	kOrdinal              // 第三期
	kDocument             // 〔2026〕8号
	kHidden               // a masked or over-long number, which names something
	kItem                 // a list's number: 1、 ① 一是
	kMark                 // punctuation
	kBlank                // blanks and line ends
	kAsk                  // a word of a question
	kPeriod               // a period of a question
)

// token is a piece of a message.
type token struct {
	w        *word   // kWord, kAsk
	num      *number // kNumber
	unit     *word   // kNumber: nil where none follows
	day      *dayRef // kDay
	span     *span   // kPeriod
	why      Why
	from, to int32 // its runes
	mark     rune  // kMark, kBlank: the character (line end if there is one)
	clause   int32
	segment  int32
	part     int32 // the 其中 it stands under: the last one of its segment before it, -1 if none
	figure   int32 // kNumber that counts: index of its figure, -1 otherwise
	kind     kind
	quoted   bool // in “…”
	title    bool // in 《…》
	paren    bool // in (…)
}

func (t *token) is(c class) bool { return t.kind == kWord && t.w.class&c != 0 }

// candidate is a way to read the runes that end at a position.
type candidate struct {
	w     *word // the word, or the number's unit
	from  int32
	score int32
	ref   int32 // the number or date, by its place in the scanner's lists
	kind  kind
}

// scanner cuts a message into tokens.
type scanner struct {
	lex     *lexicon
	r       *Reader // with scope: whose names of areas and venues are known; nil: every word means all it can
	scope   *scope
	s       []rune
	today   report.Day
	best    []candidate // the best way to read all runes before each position
	numbers []number
	days    []dayRef
	asks    *lexicon // the words of questions, nil where a message is no question
	spans   []span
	hits    []hit // words of rules and activities, also inside longer words
}

// hit is a word found at a place, whether or not it became a token.
type hit struct {
	w        *word
	from, to int32
}

// scan cuts runes into tokens: of all ways to cover them with words, numbers and dates, the one that covers most with the
// fewest. So 20万子村 is 20 and 万子村, and 进万家坪社区 holds no 进万家. It takes time in proportion to the length.
func (lex *lexicon) scan(s []rune, today report.Day) ([]token, []hit) {
	sc := scanner{lex: lex, s: s, today: today}
	return sc.scan()
}

// scan is the same with a scope.
func (r *Reader) scan(s []rune, today report.Day, in *scope) ([]token, []hit) {
	sc := scanner{lex: r.lexicon, r: r, scope: in, s: s, today: today}
	return sc.scan()
}

// scan finds the best way and gives its tokens, and the hits.
func (sc *scanner) scan() ([]token, []hit) {
	s := sc.s
	sc.best = make([]candidate, len(s)+1)
	for i := range sc.best {
		sc.best[i].score = -1
	}
	sc.best[0].score = 0
	for i := range s {
		sc.step(i)
	}
	return sc.tokens(), sc.hits
}

func (sc *scanner) offer(from, to int, c candidate, gain int) {
	c.from = int32(from)
	c.score = sc.best[from].score + int32(gain)
	if c.score > sc.best[to].score {
		sc.best[to] = c
	}
}

// offerNumber offers a number with its unit, which may be nil.
func (sc *scanner) offerNumber(from, to int, x number, unit *word, gain int) {
	if sc.best[from].score+int32(gain) > sc.best[to].score {
		sc.numbers = append(sc.numbers, x)
		sc.offer(from, to, candidate{kind: kNumber, w: unit, ref: int32(len(sc.numbers) - 1)}, gain)
	}
}

const perRune, perToken = 10, 8

func (sc *scanner) step(i int) {
	s := sc.s
	r := s[i]
	if isMark(r) || isBlank(r) {
		k := kMark
		if isBlank(r) {
			k = kBlank
		}
		sc.offer(i, i+1, candidate{kind: k}, 0)
	} else {
		sc.offer(i, i+1, candidate{kind: kText}, 0)
	}
	if sc.asks != nil {
		sc.question(i)
	}
	sc.lex.match(s, i, func(w *word, end int) {
		if sc.asks != nil && w.saidInReports() {
			return
		}
		if w.inRule || len(w.acts) > 0 {
			sc.hits = append(sc.hits, hit{w, int32(i), int32(end)})
		}
		if sc.scope != nil {
			if w = sc.r.see(sc.scope, w); w == nil {
				return
			}
		}
		if isDigit(w.lastRune()) && end < len(s) && isDigit(s[end]) || isDigit(r) && i > 0 && isDigit(s[i-1]) {
			return
		}
		gain := perRune*w.n - perToken
		if end-i > w.n {
			gain -= perRune // a line end inside: only where nothing else fits
		}
		if w.fixed || len(w.areas) > 0 && w.areas[0].full {
			gain++
		}
		sc.offer(i, end, candidate{kind: kWord, w: w}, gain)
	})
	switch {
	case isDigit(r) || chineseDigit(r) >= 0 || scaleOf(r) > 0 || r == '几' || r == '数' || r == '廿' || r == '卅' || r == '百':
		sc.numerals(i)
	case r == '第':
		sc.ordinal(i)
	case r == '俩' || r == '仨':
		sc.couple(i)
	case r == '*':
		sc.hidden(i)
	case r == '①' || r > '①' && r <= '⑳':
		sc.offer(i, i+1, candidate{kind: kItem}, perRune)
	}
	if r == '〔' || r == '[' || r == '(' || r == '【' {
		sc.document(i)
	}
	if dayStart(r) {
		if d, end, ok := scanDay(s, i, sc.today); ok {
			sc.days = append(sc.days, d)
			sc.offer(i, end, candidate{kind: kDay, ref: int32(len(sc.days) - 1)}, perRune*(end-i)-perToken+4)
		}
	}
}

func (w *word) lastRune() (last rune) {
	for _, r := range w.text {
		last = r
	}
	return last
}

// dayStart tells whether a date can begin with r.
func dayStart(r rune) bool {
	if isDigit(r) || chineseDigit(r) >= 0 || r == '十' || r == '廿' {
		return true
	}
	return dayStarts.has(r)
}

var dayStarts = newRuneSet("今昨前大明后刚上下本这去周星礼正冬腊农阴旧老初元端七中重小除近日最月年一二三四")

func isMark(r rune) bool { return marks.has(r) }

var marks = newRuneSet(",;:.!?。、…()[]【】〔〕《》“”\"'‘’「」-~·/|+=#@&*><_^\\●■◆★→–{}")

// runeSet tells in one step whether a character is one of many.
type runeSet [1 << 10]uint64

func newRuneSet(s string) *runeSet {
	set := new(runeSet)
	for _, r := range s {
		set[r>>6] |= 1 << (r & 63)
	}
	return set
}

func (s *runeSet) has(r rune) bool { return r>>6 < rune(len(s)) && s[r>>6]&(1<<(r&63)) != 0 }

// numerals offers the numerals at i: with their unit, without, and cut before 万, 千 or 百; clock times too.
func (sc *scanner) numerals(i int) {
	s := sc.s
	if i > 0 && (isDigit(s[i]) && (isDigit(s[i-1]) || s[i-1] == '.' && i > 1 && isDigit(s[i-2]))) {
		return // inside a number
	}
	if end := clock(s, i); end > i {
		sc.offer(i, end, candidate{kind: kTime}, perRune*(end-i)-perToken+5)
	}
	if end := percentWords(s, i); end > i {
		x, e, ok := numeral(s, i+3, len(s))
		if ok {
			w := sc.lex.by["%"]
			sc.offerNumber(i, e, x, w, perRune*(e-i)-perToken+5)
		}
	}
	if isDigit(s[i]) && sc.identifier(i) {
		return
	}
	readings, n := scanNumber(s, i)
	for _, x := range readings[:n] {
		sc.number(i, x.end, x.number)
		if end := numberRange(s, x.end); end > x.end { // 80-90人
			if y, e, ok := numeral(s, end, len(s)); ok && y.milli > x.milli && y.upper == 0 {
				num := x.number
				num.upper, num.approx, num.bare = y.milli, true, false
				if x.milli < 1000*1000 && y.milli >= 10_000*1000 && scaleOf(s[e-1]) >= 10_000 { // 3-5万
					num.milli *= scaleOf(s[e-1])
				}
				sc.number(i, e, num)
			}
		}
	}
}

func numberRange(s []rune, i int) int {
	if i+1 < len(s) && (s[i] == '-' || s[i] == '~' || s[i] == '至' || s[i] == '到') && (isDigit(s[i+1]) || chineseDigit(s[i+1]) > 0) {
		return i + 1
	}
	return i
}

func (sc *scanner) number(from, to int, x number) {
	s := sc.s
	unit, end := sc.unitAt(to)
	if x.bare && unit == nil && chineseDigit(s[from]) >= 0 {
		return // a single Chinese numeral beside no unit is part of a word
	}
	if x.bare && scaleOf(s[from]) > 0 && (unit == nil || unit.class&clUnit == 0) && !hedgeBefore(s, from) {
		return // 百姓, 千山
	}
	if unit == nil || unit.class&clUnit != 0 && unit.n == 1 {
		sc.offerNumber(from, to, x, nil, perRune*(to-from)-perToken)
	}
	if unit != nil {
		end, x = afterUnit(s, end, x)
		gain := perRune*(end-from) - perToken
		if blanks := sc.blanks(to, end); blanks > 0 {
			gain -= perRune * blanks
		}
		if x.digits || !x.bare {
			gain += 2
		}
		sc.offerNumber(from, end, x, unit, gain)
	}
}

func (sc *scanner) blanks(from, to int) (n int) {
	for _, r := range sc.s[from:to] {
		if isBlank(r) {
			n++
		}
	}
	return n
}

func hedgeBefore(s []rune, i int) bool {
	for i > 0 && s[i-1] == '\n' {
		i--
	}
	return i > 0 && (s[i-1] == '近' || s[i-1] == '上' || s[i-1] == '约' || s[i-1] == '超' || s[i-1] == '逾' || s[i-1] == '过')
}

// unitAt finds the unit behind a number; a blank or a line end may stand between.
func (sc *scanner) unitAt(i int) (*word, int) {
	for k := i; k < len(sc.s) && k <= i+2; k++ {
		if w, end := sc.lex.longestUnbroken(sc.s, k, clUnit|clNonCount|clPercent); w != nil {
			if k > i && w.n == 1 && w.class&clUnit == 0 {
				return nil, i
			}
			if w.text == "号人" && isDigit(sc.s[i-1]) {
				return sc.lex.by["号"], end - 1 // 118号人数, but 一百号人
			}
			if w.same != nil {
				w = w.same
			}
			return w, end
		}
		if !isBlank(sc.s[k]) {
			break
		}
	}
	return nil, i
}

// afterUnit takes what may stand behind a unit: 人(次), 人多, 户多.
func afterUnit(s []rune, end int, x number) (int, number) {
	if end+1 < len(s) && s[end] == '(' && unitLike(s[end+1]) {
		for k := end + 1; k < len(s) && k <= end+3; k++ {
			if s[k] == ')' && k > end+1 {
				return k + 1, x
			}
		}
	}
	if end < len(s) && (s[end] == '多' || s[end] == '余') {
		x.approx = true
		return end + 1, x
	}
	return end, x
}

// identifier offers a run of digits that names something: masked, longer than ten, or grown together with letters (MP3).
func (sc *scanner) identifier(i int) bool {
	s := sc.s
	end := i
	hidden := false
	for end < len(s) && (isDigit(s[end]) || s[end] == '*') {
		hidden = hidden || s[end] == '*'
		end++
	}
	letter := i > 0 && isLetter(s[i-1]) || end < len(s) && isLetter(s[end]) && !sc.latinUnit(end)
	if !hidden && !letter && end-i <= 10 && !(i > 0 && s[i-1] == '*') {
		return false
	}
	if end-i <= 10 && !hidden && !letter {
		return false
	}
	sc.offer(i, end, candidate{kind: kHidden}, perRune*(end-i)-perToken+1)
	return true
}

func (sc *scanner) latinUnit(i int) bool {
	w, _ := sc.lex.longest(sc.s, i, clUnit|clNonCount)
	return w != nil
}

func isLetter(r rune) bool { return 'A' <= r && r <= 'Z' }

func (sc *scanner) hidden(i int) {
	end := i
	for end < len(sc.s) && (sc.s[end] == '*' || isDigit(sc.s[end])) {
		end++
	}
	sc.offer(i, end, candidate{kind: kHidden}, perRune*(end-i)-perToken+1)
}

// ordinal offers 第三期, 第108个, 第1.
func (sc *scanner) ordinal(i int) {
	readings, n := scanNumber(sc.s, i+1)
	for _, x := range readings[:n] {
		end := x.end
		if w, e := sc.lex.longest(sc.s, end, clUnit|clNonCount); w != nil {
			end = e
		}
		sc.offer(i, end, candidate{kind: kOrdinal}, perRune*(end-i)-perToken+2)
	}
}

// couple offers 俩, 仨: two or three of what follows.
func (sc *scanner) couple(i int) {
	x := number{milli: 2000}
	if sc.s[i] == '仨' {
		x.milli = 3000
	}
	end := i + 1
	if hasAt(sc.s, end, "人") {
		end++
	}
	sc.offerNumber(i, end, x, sc.lex.by["个"], perRune*(end-i)-perToken)
}

// document offers 〔2026〕8号.
func (sc *scanner) document(i int) {
	s := sc.s
	k := i + 1
	for k < len(s) && isDigit(s[k]) {
		k++
	}
	if k-i-1 != 4 || k >= len(s) || s[k] != '〕' && s[k] != ']' && s[k] != ')' && s[k] != '】' {
		return
	}
	k++
	if k < len(s) && s[k] == '第' {
		k++
	}
	digits := k
	for k < len(s) && isDigit(s[k]) {
		k++
	}
	if k == digits || k >= len(s) || s[k] != '号' {
		return
	}
	sc.offer(i, k+1, candidate{kind: kDocument}, perRune*(k+1-i)+5)
}

// percentWords tells where the number of 百分之八十七点八 begins, i if there is none.
func percentWords(s []rune, i int) int {
	if hasAt(s, i, "百分之") {
		return i + 3
	}
	return i
}

// clock reads 9:00, 9点, 九点半, 9时30分, 8:30-10:00 and gives the end, i if there is no time.
func clock(s []rune, i int) int {
	hour, e := dateNumber(s, i, 24)
	if e == i && i < len(s) && s[i] == '0' && i+1 < len(s) && isDigit(s[i+1]) {
		hour, e = int(s[i+1]-'0'), i+2
	}
	if e == i || e >= len(s) || hour > 24 {
		return i
	}
	end := i
	switch {
	case s[e] == ':' && e+2 < len(s) && isDigit(s[e+1]) && isDigit(s[e+2]) && (e+3 == len(s) || !isDigit(s[e+3])) && s[e+1] < '6':
		end = e + 3
	case s[e] == '点' || s[e] == '时':
		end = e + 1
		if s[e] == '时' && hasAnyAt(s, end, "间", "期", "候", "代") || hasAnyAt(s, end, "意见", "建议", "要求", "希望", "做法", "体会", "措施", "内容") {
			return i
		}
		if s[e] == '点' && end < len(s) && isDigit(s[end]) && hasAnyAt(s, end+1, "万", "亿") {
			return i
		}
		switch {
		case hasAt(s, end, "半") || hasAt(s, end, "整") || hasAt(s, end, "许") || hasAt(s, end, "钟"):
			end++
		case hasAnyAt(s, end, "一刻", "三刻"):
			end += 2
		default:
			if _, m := dateNumber(s, end, 59); m > end && m < len(s) && s[m] == '分' {
				end = m + 1
			} else if m > end && isDigit(s[end]) && m == end+2 && (m == len(s) || !unitLike(s[m])) {
				end = m
			}
		}
	default:
		return i
	}
	if end+1 < len(s) && (s[end] == '-' || s[end] == '~' || s[end] == '至' || s[end] == '到') {
		if until := clock(s, end+1); until > end+1 {
			return until
		}
	}
	return end
}

// tokens walks back from the end over the best candidates. Neighbouring unknown characters are one token, and so are blanks.
func (sc *scanner) tokens() []token {
	n := 0
	for i := len(sc.s); i > 0; i = int(sc.best[i].from) {
		if c := &sc.best[i]; !sc.continues(c) {
			n++
		}
	}
	list := make([]token, n)
	for i := len(sc.s); i > 0; {
		c := &sc.best[i]
		n--
		t := &list[n]
		t.kind, t.to, t.figure, t.part = c.kind, int32(i), -1, -1
		switch c.kind {
		case kNumber:
			t.num, t.unit = &sc.numbers[c.ref], c.w
		case kDay:
			t.day = &sc.days[c.ref]
		case kPeriod:
			t.span = &sc.spans[c.ref]
		case kWord, kAsk:
			t.w = c.w
		case kMark:
			t.mark = sc.s[c.from]
		case kBlank:
			t.mark = ' '
		}
		for {
			if c.kind == kBlank && sc.s[c.from] == '\n' {
				t.mark = '\n'
			}
			i = int(c.from)
			if !sc.continues(c) {
				break
			}
			c = &sc.best[i]
		}
		t.from = int32(i)
	}
	return list
}

// continues tells whether a candidate is joined to the one before it.
func (sc *scanner) continues(c *candidate) bool {
	return (c.kind == kText || c.kind == kBlank) && c.from > 0 && sc.best[c.from].kind == c.kind
}
