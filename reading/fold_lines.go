package reading

// unwrap drops the line ends that only fold a long line, so that what they part stands together again. Clients and people
// who copy from a paper put them anywhere, also between a name and the number it gives.
func (m *message) unwrap() {
	w := unwrapper{message: m, out: m.toks[:0]}
	for i := range m.toks {
		t := &m.toks[i]
		if t.kind == kBlank && t.mark == '\n' {
			if w.folded(i) {
				continue
			}
			w.stops = false
		}
		w.stops = w.stops || t.kind == kMark && isStop(t.mark)
		w.out = append(w.out, *t)
	}
	m.toks = w.out
}

// unwrapper is the state of unwrap.
type unwrapper struct {
	*message
	out   []token // the tokens kept
	stops bool    // the line so far has a comma or a full stop, as prose has
}

// folded tells whether the line end at token i only folds a long line: the words before it want more, those behind it go
// on with what stands before, or it stands in the middle of prose.
func (w *unwrapper) folded(i int) bool {
	if len(w.out) == 0 || i+1 >= len(w.toks) {
		return false
	}
	before, after := &w.out[len(w.out)-1], &w.toks[i+1]
	if after.kind == kItem || after.kind == kMark && openers.has(after.mark) {
		return false
	}
	return w.wantsMore(before, after) || w.goesOn(before, i+1) || w.midProse(before, i+1)
}

// wantsMore tells whether the end of a line cannot be the end of what it says: 共, 其中, 选出, 在和平社区.
func (w *unwrapper) wantsMore(before, after *token) bool {
	switch before.kind {
	case kItem:
		return true
	case kMark:
		switch before.mark {
		case ',', '、', '“', '《', '(':
			return true
		case ':':
			return w.label(len(w.out)-2) && after.kind != kBlank
		}
	case kWord:
		x := before.w
		if len(x.areas) > 0 {
			return after.kind == kWord && after.w.class&(clOrg|clOwn) != 0 && len(after.w.acts) == 0 || w.placed(len(w.out)-1)
		}
		if len(x.acts) > 0 || len(x.nouns) > 0 {
			return false
		}
		return x.class&(clAt|clFor|clEvent|clTotal|clJoin|clAbout|clEach|clPart|clWith|clNot|clRight|clIntent|clAbsent) != 0 || len(x.verbs) > 0
	}
	return false
}

// label tells whether the kept token k, which a colon follows, only says what comes: 地点：, 参加：.
func (w *unwrapper) label(k int) bool {
	if k < 0 || w.out[k].kind != kWord {
		return false
	}
	x := w.out[k].w
	return len(x.acts) == 0 && (x.class&clAt != 0 || len(x.nouns) > 0 || x.text == "时间" || x.text == "日期")
}

// placed tells whether 在 or 到 stands before the kept area k: then what was done there must follow.
func (w *unwrapper) placed(k int) bool {
	return k > 0 && w.out[k-1].is(clAt) && w.out[k-1].w.n == 1
}

// goesOn tells whether a line that begins with token a cannot be a new one: 的任务, 左右, 120人 behind a noun, 老人 behind 20位.
func (w *unwrapper) goesOn(before *token, a int) bool {
	after := &w.toks[a]
	switch after.kind {
	case kMark:
		return true
	case kText:
		return w.f.runes[after.from] == '的'
	case kNumber:
		return before.kind == kWord && !after.num.lead0 && (after.unit != nil || len(before.w.areas) > 0 && !w.listMark(a+1))
	case kWord:
		if after.w.class&clAbove != 0 {
			return true
		}
		return before.kind == kNumber && before.unit != nil && personUnits[before.unit.text] && w.r.persons(after.w) && !w.labels(a)
	}
	return false
}

// listMark tells whether token k is the mark behind the number of a list: 1、 2.
func (w *unwrapper) listMark(k int) bool {
	return k < len(w.toks) && w.toks[k].kind == kMark && (w.toks[k].mark == '、' || w.toks[k].mark == '.' || w.toks[k].mark == ')')
}

// labels tells whether the word at token a names the number or the words behind it, or has nothing behind it.
func (w *unwrapper) labels(a int) bool {
	if a+1 >= len(w.toks) {
		return true
	}
	t := &w.toks[a+1]
	return t.kind == kNumber || t.kind == kMark && t.mark == ':'
}

// midProse tells whether a line end stands inside a sentence: no mark before it in a line that has some, and more of them in
// the line that begins with token a. What ends with a number, a day or a place may be a report of its own.
func (w *unwrapper) midProse(before *token, a int) bool {
	switch before.kind {
	case kText:
	case kWord:
		if len(before.w.areas) > 0 || before.w.venue >= 0 {
			return false
		}
	default:
		return false
	}
	if !w.stops {
		return false
	}
	for k := a; k < len(w.toks); k++ {
		t := &w.toks[k]
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
	for _, x := range w.nouns {
		if r.catalogue.Activities[x.act].Measures[x.measure].Persons != "" && len(w.acts) == 0 {
			return true
		}
	}
	return false
}

// openers are marks a line may begin with.
var openers = newRuneSet("(“【#《[-·●■◆★")
