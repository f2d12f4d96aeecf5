package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// word is an entry of the lexicon, with everything it can mean.
type word struct {
	text    string
	n       int // runes
	class   class
	acts    []vote // activities it names
	nouns   []ref  // measures it names
	verbs   []ref  // measures it leads to
	areas   []areaSense
	venue   int32 // index in Reader.venues, -1 if none
	venues  []int32
	fixed   bool // a numeral in it counts nothing
	idle    bool
	person  bool
	inRule  bool
	topical bool  // seen in the catalogue at all: a candidate for what a misspelt word may have been
	asks    asks  // a word of a question: what it asks
	takers  []ref // a unit: the measures that take it
	same    *word // a unit: the plainer one it means, 个人 for 人
	taught  bool  // by a member
}

// vote says that a word names an activity, and how surely.
type vote struct {
	act int16
	strength
}

// strength is how surely a word names an activity.
type strength uint8

const (
	voteWeak   strength = iota // only with another word
	voteForm                   // where no other activity is named
	voteStrong                 // by itself
)

// ref is a measure of an activity, by their places in the catalogue.
type ref struct{ act, measure int16 }

// areaSense is an area a word can mean.
type areaSense struct {
	id   int64
	full bool // the name with 村, 镇 …, which is nothing else
	kind report.NameKind
}

// lexicon finds words by the characters they begin with.
type lexicon struct {
	root   *[1 << 16]*node // by first character
	learnt *node           // words that were taught, nil for none (Reader.With)
	list   []*word
	by     map[string]*word
	named  map[int64][]*word // the words that name an area
	placed []*word           // other names of areas, and venues
}

// node is a step in a word: the characters that may follow, few enough to be looked through.
type node struct {
	next []edge
	word *word
}

type edge struct {
	r  rune
	to *node
}

func (n *node) follow(r rune) *node {
	for i := range n.next {
		if n.next[i].r == r {
			return n.next[i].to
		}
	}
	return nil
}

// newPlainLexicon gives a lexicon without words.
func newPlainLexicon() *lexicon {
	return &lexicon{root: new([1 << 16]*node), by: map[string]*word{}, named: map[int64][]*word{}}
}

func newLexicon() *lexicon {
	l := newPlainLexicon()
	for _, g := range grammar {
		for _, w := range g.words {
			l.add(w).class |= g.class
		}
	}
	for _, w := range idle {
		l.add(w).idle = true
	}
	for _, w := range people {
		l.add(w).person = true
	}
	for _, pair := range sameUnits {
		l.add(pair[0]).same = l.add(pair[1])
		l.by[pair[0]].class |= clUnit
	}
	return l
}

// add gives the word's entry, made if need be. Words are matched as fold leaves them.
func (l *lexicon) add(text string) *word {
	f := fold(text)
	text = string(f.runes)
	if w, ok := l.by[text]; ok {
		return w
	}
	w := &word{text: text, n: len(f.runes), venue: -1}
	l.by[text] = w
	l.list = append(l.list, w)
	if len(f.runes) == 0 {
		return w
	}
	first := l.begin(f.runes[0])
	if first == nil {
		first = &node{}
		if r := f.runes[0]; r < rune(len(l.root)) {
			l.root[r] = first
		}
	}
	first.put(f.runes[1:], w)
	return w
}

// put makes w the word that the runes lead to.
func (n *node) put(runes []rune, w *word) {
	for _, r := range runes {
		next := n.follow(r)
		if next == nil {
			next = &node{}
			n.next = append(n.next, edge{r, next})
		}
		n = next
	}
	n.word = w
}

// begin gives the node of the words that begin with r, nil if there are none.
func (l *lexicon) begin(r rune) *node {
	if r < 0 || r >= rune(len(l.root)) {
		return nil
	}
	return l.root[r]
}

// match calls found with each word that begins at i. A line end inside a word is passed over, since long lines are cut
// anywhere; end-i is then more than the word's length.
func (l *lexicon) match(s []rune, i int, found func(w *word, end int)) {
	if i >= len(s) {
		return
	}
	if l.learnt != nil {
		l.learnt.follow(s[i]).match(s, i+1, found) // first: what is found again as a miswriting is settled
	}
	l.begin(s[i]).match(s, i+1, found)
}

// match goes on from a node that the characters before i led to, nil for none.
func (n *node) match(s []rune, i int, found func(w *word, end int)) {
	for ; n != nil; i++ {
		if n.word != nil {
			found(n.word, i)
		}
		for i < len(s) && s[i] == '\n' {
			i++
		}
		if i == len(s) {
			return
		}
		n = n.follow(s[i])
	}
}

// longest gives the longest word of the class that begins at i.
func (l *lexicon) longest(s []rune, i int, c class) (w *word, end int) {
	l.match(s, i, func(m *word, e int) {
		if m.class&c != 0 {
			w, end = m, e
		}
	})
	return w, end
}

// longestUnbroken is longest without words that a line end parts.
func (l *lexicon) longestUnbroken(s []rune, i int, c class) (w *word, end int) {
	l.match(s, i, func(m *word, e int) {
		if m.class&c != 0 && e-i == m.n {
			w, end = m, e
		}
	})
	return w, end
}

// addCatalogue brings in the words of activities, measures and rules.
func (l *lexicon) addCatalogue(c *report.Catalogue) {
	for _, text := range c.Fixed {
		l.add(text).fixed = true
	}
	for i, a := range c.Activities {
		for _, text := range a.Words {
			l.topic(text).vote(i, voteStrong)
		}
		for _, text := range a.Forms {
			l.topic(text).vote(i, voteForm)
		}
		for _, text := range a.Weak {
			l.topic(text).vote(i, voteWeak)
		}
		for j, m := range a.Measures {
			r := ref{int16(i), int16(j)}
			for _, text := range m.Nouns {
				w := l.topic(text)
				w.nouns = append(w.nouns, r)
			}
			for _, text := range m.Verbs {
				w := l.add(text)
				w.verbs = append(w.verbs, r)
			}
			for _, unit := range units(m) {
				w := l.add(unit)
				w.takers = append(w.takers, r)
				if unit != "%" && unit != "‰" {
					w.class |= clUnit
				}
			}
		}
	}
	for _, r := range c.Rules {
		for _, text := range slices.Concat([]string{r.Word}, r.With, r.Without) {
			l.add(text).inRule = true
		}
	}
}

// units gives every unit the measure's numbers may have.
func units(m report.Measure) []string {
	all := append([]string{m.Unit}, m.Units...)
	if m.Money() {
		all = append(all, "块", "块钱", "元钱")
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(u string) bool { return u == "百分之" || u == "％" })
}

func (l *lexicon) topic(text string) *word {
	w := l.add(text)
	w.topical = true
	return w
}

func (w *word) vote(act int, s strength) {
	w.acts = append(w.acts, vote{int16(act), s})
}

// addAreas brings in the names of areas: in full, with what people put behind them, and bare.
func (l *lexicon) addAreas(areas *report.Areas) {
	for _, a := range areas.All() {
		l.area(a.Name, areaSense{id: a.ID, full: true})
		for _, variant := range variants(a.Name) {
			l.area(variant, areaSense{id: a.ID, full: true})
		}
		for _, short := range a.Short {
			full := strings.HasSuffix(short, "乡") || strings.HasSuffix(short, "镇") || len([]rune(short)) >= 4
			l.area(short, areaSense{id: a.ID, full: full})
		}
	}
}

// variants are the other endings of a village's or community's name: 居委会 and 社区 are the same unit, 村委会 is the village's.
func variants(name string) []string {
	if bare, ok := strings.CutSuffix(name, "社区"); ok {
		return []string{name + "居委会", bare + "居委会", bare + "居委", name + "居民委员会"}
	}
	if strings.HasSuffix(name, "村") {
		return []string{name + "委会", name + "委", name + "民委员会"}
	}
	return nil
}

func (l *lexicon) area(name string, sense areaSense) {
	w := l.add(name)
	for _, s := range w.areas {
		if s.id == sense.id {
			return
		}
	}
	w.areas = append(w.areas, sense)
	l.named[sense.id] = append(l.named[sense.id], w)
}

// addNames brings in what else people call an area. A name that is ambiguous with a code has that area first.
func (l *lexicon) addNames(names []report.Name, areas *report.Areas) {
	for _, n := range names {
		a, known := areas.ByCode(n.Code)
		if n.Code != "" && !known {
			continue // names may cover more than this tree
		}
		w := l.add(n.Alias)
		l.placed = append(l.placed, w)
		full := len([]rune(n.Alias)) >= 3 || n.Kind == report.NamePronoun
		sense := areaSense{id: a.ID, full: full, kind: n.Kind}
		if n.Code == "" && n.Kind == report.NameAmbiguous && len(w.areas) > 0 {
			continue // its areas are known by the tree itself
		}
		if i := slices.IndexFunc(w.areas, func(s areaSense) bool { return s.id == a.ID }); i >= 0 {
			w.areas[0], w.areas[i] = w.areas[i], w.areas[0]
			w.areas[0].kind = n.Kind
			continue
		}
		w.areas = append([]areaSense{sense}, w.areas...)
	}
}

func (l *lexicon) addVenues(venues []report.Venue) {
	for i, v := range venues {
		for _, name := range append([]string{v.Name}, v.Aliases...) {
			w := l.add(name)
			w.venue, w.venues = int32(i), append(w.venues, int32(i))
			l.placed = append(l.placed, w)
		}
	}
}
