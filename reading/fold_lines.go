package reading

import "slices"

// unwrap drops the line ends that only fold a long line, and cuts the message into tokens again, so that it is read as if they
// had never been there. Clients and people who copy from a paper put them anywhere, also inside a name.
func (m *message) unwrap() {
	var drop []int32 // runes
	stops := false   // the line so far has a comma or a full stop, as prose has
	for i := range m.toks {
		t := &m.toks[i]
		switch {
		case t.kind == kBlank && t.mark == '\n':
			if m.folded(i, stops) {
				drop = m.lineEnds(drop, t)
			} else {
				stops = false
			}
		case t.kind == kWord || t.kind == kNumber:
			drop = m.lineEnds(drop, t)
		}
		stops = stops || t.kind == kMark && isStop(t.mark)
	}
	if len(drop) > 0 {
		m.f.drop(drop)
		m.toks, m.hits = m.r.scan(m.f.runes, m.ctx.Today, m.here)
	}
}

// lineEnds adds the line ends in a token to a list of runes.
func (m *message) lineEnds(list []int32, t *token) []int32 {
	for k := t.from; k < t.to; k++ {
		if m.f.runes[k] == '\n' {
			list = append(list, k)
		}
	}
	return list
}

// drop takes out runes, given in their order. Between numbers a blank is left, so that they do not grow together.
func (f *folded) drop(list []int32) {
	n, next := int(list[0]), 0
	for k := n; k < len(f.runes); k++ {
		r := f.runes[k]
		if next < len(list) && int(list[next]) == k {
			if next++; k+1 == len(f.runes) || !isDigit(f.runes[k+1]) || n > 0 && !isMark(f.runes[n-1]) && !isDigit(f.runes[n-1]) {
				continue
			}
			r = ' '
		}
		f.runes[n], f.at[n] = r, f.at[k]
		n++
	}
	f.at[n] = f.at[len(f.runes)]
	f.runes, f.at = f.runes[:n], f.at[:n+1]
}

// folded tells whether the line end at token i only folds a long line: the words before it want more, those behind it go
// on with what stands before, or it stands in the middle of prose, where stops tells that its line had marks.
func (m *message) folded(i int, stops bool) bool {
	if i == 0 || i+1 >= len(m.toks) {
		return false
	}
	after := &m.toks[i+1]
	if m.bareNumber(i+1) && m.listMark(i+2) && m.toks[i+2].kind == kMark || after.kind == kItem || after.kind == kMark && openers.has(after.mark) {
		return false
	}
	return m.wantsMore(i-1, after) || m.goesOn(&m.toks[i-1], i+1) || stops && m.midProse(&m.toks[i-1], i+1)
}

// wantsMore tells whether what ends with token b cannot be all of it: 共, 其中, 选出, 在和平社区.
func (m *message) wantsMore(b int, after *token) bool {
	before := &m.toks[b]
	switch before.kind {
	case kItem:
		return true
	case kMark:
		switch before.mark {
		case ',', '、', '“', '《', '(':
			return true
		case '.':
			return m.bareNumber(b-1) && m.lineStart(b-1) // 3.⏎地点
		case ':':
			return m.announces(b - 1)
		}
	case kText:
		return m.f.runes[before.to-1] == '的' || m.partOpen(b)
	case kDay:
		return m.begins(b)
	case kWord:
		x := before.w
		if len(x.areas) > 0 {
			return m.begins(b) || after.kind == kWord && after.w.class&(clOrg|clOwn) != 0 && len(after.w.acts) == 0 || m.placed(b)
		}
		if after.kind == kWord && m.r.persons(after.w) && len(after.w.nouns) > 0 && x.class&clEvent != 0 || m.r.persons(x) && m.lineStart(b) {
			return true // 慰问⏎留守儿童24名, 留守儿童⏎慰问24名
		}
		if len(x.acts) > 0 || len(x.nouns) > 0 || x.class&clAt != 0 && m.endsArea(before) {
			return false
		}
		return x.class&(clAt|clFor|clEvent|clTotal|clJoin|clAbout|clEach|clPart|clWith|clNot|clRight|clIntent|clAbsent) != 0 || len(x.verbs) > 0
	}
	return false
}

// partOpen tells whether 其中 stands before token b, and no number yet.
func (m *message) partOpen(b int) bool {
	for ; b >= 0 && m.toks[b].kind != kNumber && m.toks[b].kind != kMark && m.toks[b].mark != '\n'; b-- {
		if m.toks[b].is(clPart) {
			return true
		}
	}
	return false
}

// begins tells whether nothing but days and places stands between a full stop or semicolon and token b: they begin something.
func (m *message) begins(b int) bool {
	for ; b >= 0; b-- {
		switch t := &m.toks[b]; {
		case t.kind == kMark:
			return t.mark == '。' || t.mark == ';'
		case t.kind != kDay && !(t.kind == kWord && len(t.w.areas) > 0) && !(t.kind == kBlank && t.mark == ' '):
			return false
		}
	}
	return false
}

func (m *message) bareNumber(k int) bool {
	return k >= 0 && m.toks[k].kind == kNumber && m.toks[k].unit == nil
}

// announces tells whether token k, which a colon follows, only says what comes: 地点：, 参加：.
func (m *message) announces(k int) bool {
	if k < 0 || m.toks[k].kind != kWord {
		return false
	}
	x := m.toks[k].w
	return len(x.acts) == 0 && (x.class&clAt != 0 || len(x.nouns) > 0 || x.text == "时间" || x.text == "日期")
}

// placed tells whether 在 or 到 stands before the area at token k: then what was done there must follow.
func (m *message) placed(k int) bool {
	return k > 0 && m.toks[k-1].is(clAt) && m.toks[k-1].w.n == 1
}

// goesOn tells whether a line that begins with token a cannot be a new one: 的任务, 左右, 120人 behind a noun, 老人 behind 20位.
func (m *message) goesOn(before *token, a int) bool {
	after := &m.toks[a]
	switch after.kind {
	case kMark:
		return true
	case kText:
		return before.kind == kText || m.f.runes[after.from] == '的' || before.kind == kDay && hasAnyAt(m.f.runes, int(after.from), "报", "发", "那")
	case kNumber:
		return before.kind == kWord && !after.num.lead0 && (after.unit != nil || len(before.w.areas) > 0 && !m.listMark(a+1))
	case kWord:
		return m.wordGoesOn(before, a)
	}
	return false
}

// wordGoesOn tells whether the word at token a, which begins a line, belongs to the one before.
func (m *message) wordGoesOn(before *token, a int) bool {
	x := m.toks[a].w
	switch before.kind {
	case kText:
		return x.class&clAbove != 0 || x.class&clAt != 0 && endingAt(m.f.runes, int(m.toks[a].from), areaEndings) != nil // 大工坪⏎社区
	case kDay:
		return x.class&(clOnDay|clAround) != 0 || earlierWords[x.text] || x.text == "报"
	case kNumber:
		if m.endsLine(a) && (len(x.nouns) > 0 && m.r.persons(x) || len(x.verbs) > 0 && len(x.nouns)+len(x.acts) == 0) {
			return true // 12个⏎志愿者, 50人⏎参加
		}
		return x.class&clAbove != 0 || x.text[0] == '/' || before.unit != nil && personUnits[before.unit.text] && m.r.persons(x) && !m.labels(a)
	case kWord:
		return x.class&(clAbove|clOnDay) != 0 || m.r.persons(before.w) && m.r.persons(x) && !m.labels(a)
	}
	return false
}

// listMark tells whether token k is the mark behind the number of a list: 1、 2.
func (m *message) listMark(k int) bool {
	if k < len(m.toks) && m.toks[k].kind == kBlank {
		k++
	}
	return k < len(m.toks) && m.toks[k].kind == kMark && (m.toks[k].mark == '、' || m.toks[k].mark == '.' || m.toks[k].mark == ')')
}

// endsLine tells whether the word at token a has its line, or what is left of the sentence, to itself, and no number in the next.
func (m *message) endsLine(a int) bool {
	if a++; a < len(m.toks) && m.toks[a].kind == kBlank && m.toks[a].mark == '\n' {
		return a+1 == len(m.toks) || m.toks[a+1].kind != kNumber && m.toks[a+1].kind != kMark
	}
	return a >= len(m.toks) || m.toks[a].kind == kMark && isStop(m.toks[a].mark)
}

// labels tells whether the word at token a names the number or the words behind it, or has nothing behind it.
func (m *message) labels(a int) bool {
	if a++; a < len(m.toks) && m.toks[a].kind == kBlank {
		a++
	}
	if a >= len(m.toks) {
		return true
	}
	t := &m.toks[a]
	return t.kind == kNumber || t.kind == kMark && t.mark == ':'
}

// midProse tells whether a line end stands inside a sentence: no mark before it in a line that has some, and more of them in
// the line that begins with token a. What ends with a number, a day or a place may be a report of its own.
func (m *message) midProse(before *token, a int) bool {
	switch before.kind {
	case kText:
	case kWord:
		if len(before.w.areas) > 0 || before.w.venue >= 0 {
			return false
		}
	case kNumber:
		if !m.toks[a].is(clAt) || m.toks[a].w.n > 1 {
			return false // 12人⏎到敬老院看望
		}
	default:
		return false
	}
	for k := a; k < len(m.toks); k++ {
		t := &m.toks[k]
		switch {
		case t.kind == kBlank && t.mark == '\n', t.kind == kMark && t.mark == ':':
			return false
		case t.kind == kMark && isStop(t.mark):
			return true
		}
	}
	return false
}

// persons tells whether a word names people a measure counts, or people at all.
func (r *Reader) persons(w *word) bool {
	if w.person {
		return true
	}
	strong := func(v vote) bool { return v.strength != voteWeak }
	counts := func(x ref) bool { return r.catalogue.Activities[x.act].Measures[x.measure].Persons != "" }
	return !slices.ContainsFunc(w.acts, strong) && slices.ContainsFunc(w.nouns, counts)
}

// openers are marks a line may begin with.
var openers = newRuneSet("(“【#《[-·●■◆★")
