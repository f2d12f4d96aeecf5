package reading

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

// topic finds the activity and the measure a question asks about.
func (x *question) topic() {
	if y, ok := x.naming(0, len(x.toks), rankForm, anyAct); ok {
		x.topics(y)
	}
	if x.act < 0 {
		x.weakTopic()
	}
	if x.act >= 0 {
		x.measure = x.measureIn(x.act)
		if len(x.also) == 0 {
			x.sharedMoney()
		}
		return
	}
	x.measureAnywhere()
	if x.unit == "条" && !x.noun { // 报了几条
		x.act, x.measure = -1, ""
		x.asks |= askReports
	}
}

// topics takes the activities that were named, in the order of the words; main is the one that would be asked about alone.
func (x *question) topics(main mention) {
	x.act = main.act
	list := []mention{main}
	for _, y := range x.mentions {
		t := &x.toks[y.tok]
		known := slices.ContainsFunc(list, func(o mention) bool { return o.act == y.act || o.tok == y.tok })
		if !known && y.rank >= rankStrong && !y.w.namesMeasureOf(x.act) && !t.w.votes(x.act) {
			list = append(list, y)
		}
	}
	slices.SortFunc(list, func(a, b mention) int { return cmp.Compare(a.tok, b.tok) })
	x.act, x.also = list[0].act, list[1:]
}

// others gives what is asked of the other activities.
func (x *question) others() (list []report.Topic) {
	first := x.act
	defer func() { x.act = first }()
	for _, y := range x.also {
		x.act = y.act
		list = append(list, report.Topic{Activity: x.r.catalogue.Activities[y.act].Code, Measure: x.measureIn(y.act)})
	}
	return list
}

// votes tells whether the word names the activity, however surely.
func (w *word) votes(act int16) bool {
	return slices.ContainsFunc(w.acts, func(v vote) bool { return v.act == act })
}

// weakTopic takes a word that alone says little for the activity whose name has it: 两癌, 保险.
func (x *question) weakTopic() {
	best := 0
	for i := range x.toks {
		if x.toks[i].kind != kWord {
			continue
		}
		w := x.toks[i].w
		for _, v := range w.acts {
			a := &x.r.catalogue.Activities[v.act]
			score := 0
			switch at := strings.Index(a.Name, w.text); {
			case at == 0:
				score = 2
			case at > 0:
				score = 1
			}
			if score > best {
				best, x.act, x.weak = score, v.act, true
			}
		}
	}
}

// sharedMoney widens a question that names its activity only by a kind of money several activities have: 慰问金.
func (x *question) sharedMoney() {
	if x.measure == "" {
		return
	}
	own, _ := x.r.catalogue.Activities[x.act].Measure(x.measure)
	if !own.Money() {
		return
	}
	alone, others := false, 0 // named by that word only; other activities that have it
	for i := range x.toks {
		t := &x.toks[i]
		if t.kind != kWord || len(t.w.acts) == 0 {
			continue
		}
		if !slices.Contains(own.Nouns, t.w.text) {
			return
		}
		alone = true
		for _, r := range t.w.nouns {
			m := x.r.catalogue.Activities[r.act].Measures[r.measure]
			if r.act != x.act && m.Code == own.Code && m.Short == own.Short {
				others++
			}
		}
	}
	if alone && others > 0 {
		x.act, x.noun = -1, true
	}
}

// measureIn gives the code of the activity's measure that is asked for, empty where none is.
func (x *question) measureIn(act int16) string {
	a := &x.r.catalogue.Activities[act]
	best, most := -1, 0
	for j := range a.Measures {
		if n, _ := x.suits(ref{act, int16(j)}); n > most {
			best, most = j, n
		}
	}
	if best < 0 {
		return ""
	}
	x.use(ref{act, int16(best)})
	return a.Measures[best].Code
}

// suits says how well a measure suits the words, 0 for not at all, and whether one of its nouns is among them. A unit that
// was asked for must be one it takes.
func (x *question) suits(r ref) (score int, noun bool) {
	m := &x.r.catalogue.Activities[r.act].Measures[r.measure]
	if x.unit != "" {
		if !m.Takes(x.unit) {
			return 0, false
		}
		score = 2
		if m.Unit == x.unit && m.PartOf == "" && x.act == r.act {
			score++
		}
	}
	for i := range x.toks {
		t := &x.toks[i]
		if t.kind != kWord || t.w.class&clUnit != 0 || i == x.money {
			continue
		}
		if slices.Contains(t.w.nouns, r) && (len(t.w.acts) == 0 || !x.weak || x.unit != "") {
			if score, noun = score+4+t.w.n, true; len(t.w.acts) > 0 {
				score -= t.w.n + 2 // the activity's own name: 异常 in 两癌检查查出异常 says more
			} else if x.act == r.act {
				score += shared(t.w.text, m.Name) // 困难妇女 are women rather than households
			}
			if x.act == r.act && (m.Short == t.w.text || m.Name == t.w.text) {
				score++
			}
		}
		if slices.Contains(t.w.verbs, r) && (x.unit != "" || len(t.w.acts) == 0 && x.many) {
			score++
			if m.Short == t.w.text {
				score += 2
			}
		}
	}
	return score, noun
}

// shared counts the characters of a word that a name has.
func shared(word, name string) (n int) {
	for _, r := range word {
		if strings.ContainsRune(name, r) {
			n++
		}
	}
	return n
}

// use marks the words that led to a measure. A word for some of those it counts is not all of them: it is said not to be
// understood.
func (x *question) use(r ref) {
	m := &x.r.catalogue.Activities[r.act].Measures[r.measure]
	for i := range x.toks {
		t := &x.toks[i]
		if t.kind != kWord || t.w.class&clUnit != 0 || !slices.Contains(t.w.nouns, r) {
			continue
		}
		x.used[i] = true
		if m.Persons != "" && !madeOf(t.w.text, m.Name) && !strings.Contains(t.w.text, m.Short) && !anybody[t.w.text] && len(t.w.acts) == 0 {
			x.unread(int(t.from), int(t.to))
		}
	}
}

// madeOf tells whether every character of a word is in a name: 两癌妇女 in 两癌救助妇女.
func madeOf(word, name string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return !strings.ContainsRune(name, r) })
}

// anybody are words for whoever came.
var anybody = map[string]bool{"人数": true, "参加人数": true, "参与人数": true, "到场人数": true, "参会人数": true, "听课人数": true, "群众": true, "来人": true, "参与": true, "人次": true, "人": true, "培训人数": true,
	"参训人数": true, "慰问人数": true, "检查人数": true, "筛查人数": true, "参保人数": true, "投保人数": true, "咨询人数": true, "妇女群众": true, "适龄妇女": true, "慰问对象": true, "志愿者人数": true, "异常人数": true, "阳性人数": true}

// measureAnywhere finds the measure of a question that names no activity: in the one activity whose noun it is, or wherever
// activities have it.
func (x *question) measureAnywhere() {
	type candidate struct {
		ref
		n int // activities that have it
	}
	var codes []string
	candidates := map[string]*candidate{}
	most, noun := 0, false
	for i, a := range x.r.catalogue.Activities {
		best, score, named := -1, 0, false
		for j := range a.Measures {
			if n, is := x.suits(ref{int16(i), int16(j)}); n > score {
				best, score, named = j, n, is
			}
		}
		if best < 0 || score < most {
			continue
		}
		if score > most {
			codes, most, noun = nil, score, named
			clear(candidates)
		}
		code := a.Measures[best].Code
		if candidates[code] == nil {
			codes = append(codes, code)
			candidates[code] = &candidate{ref: ref{int16(i), int16(best)}}
		}
		candidates[code].n++
	}
	if len(codes) == 0 {
		return
	}
	x.measure, x.noun = codes[0], noun
	for _, code := range codes[1:] {
		if candidates[code].n > candidates[x.measure].n {
			x.measure = code
		}
	}
	best := candidates[x.measure]
	if best.n == 1 && len(codes) == 1 {
		x.act = best.act
	}
	if noun {
		x.use(best.ref)
	}
}
