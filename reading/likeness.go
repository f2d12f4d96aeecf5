package reading

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// The sounds of the characters of GB 2312's first level and of the areas' names, a syllable and its characters a line.
// Taken from the Unihan readings in github.com/mozillazg/go-pinyin v0.21.0 (MIT).
//
//go:embed sounds.txt
var soundTable string

// likeness finds the known word that an unknown one may have been: alike in sound, or all but one character the same.
type likeness struct {
	bySound map[uint64]*word
	pairs   *[1 << 10]uint64 // the first two sounds of the words in bySound
	words   []*word          // what a suggestion may be: names of activities, or areas
	holed   map[string]*word // names of activities of four characters and more, each character in turn left open
}

// The characters sounds are kept for.
const firstHan, lastHan = '\u4e00', '\u9fff'

// soundsOf gives the ways a character sounds, none for one that is not in the table: classes of syllables that many speakers
// do not tell apart.
func soundsOf(r rune) []uint8 {
	if r < firstHan || r > lastHan {
		return nil
	}
	return sounds()[r-firstHan]
}

var sounds = sync.OnceValue(func() [][]uint8 {
	sounds := make([][]uint8, lastHan-firstHan+1)
	classes := map[string]uint8{}
	for line := range strings.Lines(soundTable) {
		syllable, runes, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		c := soundClass(syllable)
		if _, known := classes[c]; !known {
			classes[c] = uint8(len(classes) + 1)
		}
		for _, r := range runes {
			if at := r - firstHan; r >= firstHan && r <= lastHan && !slices.Contains(sounds[at], classes[c]) {
				sounds[at] = append(sounds[at], classes[c])
			}
		}
	}
	return sounds
})

// longestGuess is the most characters a misspelt word may have; a key holds eight sounds.
const longestGuess = 8

func newLikeness() likeness {
	return likeness{bySound: map[uint64]*word{}, pairs: new([1 << 10]uint64), holed: map[string]*word{}}
}

// wordLikeness knows all words of the catalogue; the names of areas are the scopes'.
func wordLikeness(l *lexicon) *likeness {
	k := newLikeness()
	for _, w := range l.list {
		act := slices.ContainsFunc(w.acts, func(v vote) bool { return v.strength == voteStrong })
		if act && w.n >= leastHoled && w.n <= longestGuess {
			for _, s := range holes([]rune(w.text)) {
				k.holed[s] = w
			}
		}
		switch {
		case act:
			k.add(w)
		case w.topical:
			k.sound(w)
		}
	}
	return &k
}

// add takes a name that can be suggested.
func (k *likeness) add(w *word) {
	if w.n >= 2 {
		k.words = append(k.words, w)
		k.sound(w)
	}
}

// sound takes a word that one alike in sound is taken for.
func (k *likeness) sound(w *word) {
	if w.n < 2 || w.n > longestGuess || w.fixed {
		return
	}
	soundKeys([]rune(w.text), func(key uint64, pair uint16) {
		if _, taken := k.bySound[key]; !taken {
			k.bySound[key] = w
			k.pairs[pair>>6] |= 1 << (pair & 63)
		}
	})
}

// leastHoled is how long a name must be for one different character to be likely a slip.
const leastHoled = 4

// holes gives the word with each character in turn left open.
func holes(s []rune) []string {
	list := make([]string, len(s))
	for i := range s {
		list[i] = string(s[:i]) + "*" + string(s[i+1:])
	}
	return list
}

// soundClass folds what southern speakers do not tell apart: zh and z, n and l, ng and n, f and hu.
func soundClass(s string) string {
	s = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s").Replace(s)
	if rest, ok := strings.CutPrefix(s, "l"); ok {
		s = "n" + rest
	}
	if rest, ok := strings.CutPrefix(s, "hu"); ok && rest != "" {
		s = "f" + rest
	}
	return strings.TrimSuffix(s, "g")
}

// soundKeys calls yield with each way a word can sound, at most eight.
func soundKeys(s []rune, yield func(key uint64, pair uint16)) {
	if len(s) < 2 || len(s) > longestGuess {
		return
	}
	var buffer [16]uint64
	ways := buffer[:1]
	for _, r := range s {
		sounds := soundsOf(r)
		if len(sounds) == 0 {
			return
		}
		n := len(ways)
		for _, c := range sounds[1:] { // a further way to say it doubles the ways so far
			for i := 0; i < n && len(ways) < 8; i++ {
				ways = append(ways, ways[i]<<8|uint64(c))
			}
		}
		for i := range n {
			ways[i] = ways[i]<<8 | uint64(sounds[0])
		}
	}
	for _, way := range ways {
		yield(way, uint16(way>>(8*(len(s)-2))))
	}
}

// guess is a misspelt word that was taken for a known one.
type guess struct {
	tok   int
	text  string
	taken []string
}

// guess takes unknown words that sound like known ones for those. The entry they stand in is asked about.
func (m *message) guess() {
	for i := 0; i < len(m.toks); i++ {
		if m.toks[i].kind != kText {
			continue
		}
		from, to := m.stretch(i)
		if w, at, end := m.soundsLike(from, to, i); w != nil {
			m.replace(at, end, w)
			i = m.tokenAt(end) - 1
		}
	}
}

// stretch gives the runes around the unknown token i in which a misspelt word may lie: up to what is certain.
func (m *message) stretch(i int) (from, to int) {
	a, b := i, i
	for a > 0 && m.uncertain(a-1) && int(m.toks[i].from-m.toks[a-1].from) < longestGuess {
		a--
	}
	for b+1 < len(m.toks) && m.uncertain(b+1) && int(m.toks[b+1].to-m.toks[i].to) < longestGuess {
		b++
	}
	return int(m.toks[a].from), int(m.toks[b].to)
}

func (m *message) uncertain(i int) bool {
	t := &m.toks[i]
	if t.kind != kWord {
		return t.kind == kText
	}
	w := t.w
	full := len(w.areas) > 0 && w.areas[0].full
	return !full && w.venue < 0 && w.n <= 2 && !slices.ContainsFunc(w.acts, func(v vote) bool { return v.strength == voteStrong }) || w.n == 1
}

// soundsLike finds the longest word that some of the runes from to to sound like, with part of token i among them.
func (m *message) soundsLike(from, to, i int) (w *word, at, end int) {
	t := &m.toks[i]
	s := m.f.runes
	for n := min(longestGuess, to-from); n >= 2; n-- {
		for at := max(from, int(t.from)-n+1); at+n <= to && at < int(t.to); at++ {
			if !m.mayBegin(s[at], s[at+1]) || n == 2 && !m.alone(at, at+n) {
				continue
			}
			var found *word
			soundKeys(s[at:at+n], func(key uint64, _ uint16) {
				for _, k := range m.alike() {
					if x := k.bySound[key]; x != nil && x.n == n && found == nil {
						found = x
					}
				}
			})
			if found != nil && found.text != string(s[at:at+n]) && m.sharesRune(found, s[at:at+n]) {
				return m.r.see(m.here, found), at, at + n
			}
		}
	}
	return nil, 0, 0
}

// alike gives the words that one may be like: those of the catalogue, and the names that are known to the sender.
func (m *message) alike() [2]*likeness { return [2]*likeness{m.r.likeness, &m.here.likeness} }

func (m *message) mayBegin(a, b rune) bool {
	for _, x := range soundsOf(a) {
		for _, y := range soundsOf(b) {
			pair := uint16(x)<<8 | uint16(y)
			for _, k := range m.alike() {
				if k.pairs[pair>>6]&(1<<(pair&63)) != 0 {
					return true
				}
			}
		}
	}
	return false
}

// alone tells whether a word of two characters stands between blanks or marks.
func (m *message) alone(from, to int) bool {
	left := from == 0 || isBlank(m.f.runes[from-1]) || isMark(m.f.runes[from-1])
	right := to == len(m.f.runes) || isBlank(m.f.runes[to]) || isMark(m.f.runes[to]) || isDigit(m.f.runes[to])
	return (left || m.inQuestion(from-1)) && (right || m.inQuestion(to))
}

// inQuestion tells whether the rune belongs to a word that ends another in a question: one that asks, a period, an area.
func (m *message) inQuestion(rune int) bool {
	if !m.question {
		return false
	}
	t := &m.toks[m.tokenAt(rune)]
	return t.kind == kAsk || t.kind == kPeriod || t.kind == kWord && len(t.w.areas) > 0
}

// sharesRune tells whether at least one character is the same: otherwise the likeness is chance.
func (m *message) sharesRune(w *word, s []rune) bool {
	i := 0
	for _, r := range w.text {
		if s[i] == r {
			return true
		}
		i++
	}
	return false
}

// replace makes the runes from at to end one word, and keeps what is left of the tokens they cut.
func (m *message) replace(at, end int, w *word) {
	a, b := m.tokenAt(at), m.tokenAt(end-1)
	var list []token
	if int(m.toks[a].from) < at {
		list = append(list, token{kind: kText, from: m.toks[a].from, to: int32(at), figure: -1})
	}
	list = append(list, token{kind: kWord, w: w, from: int32(at), to: int32(end), figure: -1})
	tok := a + len(list) - 1
	if int(m.toks[b].to) > end {
		list = append(list, token{kind: kText, from: int32(end), to: m.toks[b].to, figure: -1})
	}
	m.toks = slices.Replace(m.toks, a, b+1, list...)
	m.guesses = append(m.guesses, guess{tok: tok, text: m.f.text(at, end), taken: []string{w.text}})
	m.hitsOf(w, at)
}

// hitsOf adds to the hits those a word that was put in holds.
func (m *message) hitsOf(w *word, at int) {
	s := []rune(w.text)
	for i := range s {
		m.r.lexicon.match(s, i, func(x *word, end int) {
			if x.inRule || len(x.acts) > 0 {
				m.hits = append(m.hits, hit{x, int32(at + i), int32(at + end)})
			}
		})
	}
	slices.SortStableFunc(m.hits, func(a, b hit) int { return cmp.Compare(a.from, b.from) })
}

func (m *message) tokenAt(rune int) int {
	i, _ := slices.BinarySearchFunc(m.toks, int32(rune), func(t token, r int32) int {
		if t.to <= r {
			return -1
		}
		return 1
	})
	return min(i, len(m.toks))
}

// guessActivity finds, in a message that names no activity, words that differ from an activity's name in one character.
func (m *message) guessActivity() (act int16, ok bool) {
	s := m.f.runes
	for n := longestGuess; n >= leastHoled; n-- {
		for at := 0; at+n <= len(s); at++ {
			if strings.ContainsFunc(string(s[at:at+n]), func(r rune) bool { return isBlank(r) || isMark(r) || isDigit(r) }) {
				continue
			}
			if w := m.r.lexicon.by[string(s[at:at+n])]; w != nil && m.r.see(m.here, w) != nil {
				continue
			}
			for _, key := range holes(s[at : at+n]) {
				w := m.r.likeness.holed[key]
				if w == nil {
					continue
				}
				m.guesses = append(m.guesses, guess{tok: m.tokenAt(at), text: m.f.text(at, at+n), taken: m.r.nearestNames(string(s[at:at+n]), m.here)})
				return w.acts[0].act, true
			}
		}
	}
	return -1, false
}

// Nearest gives the known names of activities and areas most like a word, best first, at most five: for an answer
// like 没有“两岸检查”，您是说. It is empty where nothing is alike.
func (r *Reader) Nearest(text string) []string { return r.nearestNames(text, r.own()) }

func (r *Reader) nearestNames(text string, in *scope) []string {
	var names []string
	for _, w := range r.nearest(text, in) {
		names = append(names, w.text)
	}
	return names
}

// nearest gives the words at the least distance from text, alike in sound first.
func (r *Reader) nearest(text string, in *scope) []*word {
	s := fold(text).runes
	if len(s) < 2 || len(s) > 12 {
		return nil
	}
	type near struct {
		w    *word
		cost int
	}
	var list []near
	for _, w := range slices.Concat(r.likeness.words, in.likeness.words) {
		if abs(w.n-len(s)) > 2 {
			continue
		}
		if d := distance(s, []rune(w.text)); d <= costBound(len(s)) {
			list = append(list, near{r.see(in, w), d})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(a.cost, b.cost) })
	var words []*word
	for _, x := range list {
		if len(words) < 5 && x.cost <= list[0].cost+1 {
			words = append(words, x.w)
		}
	}
	return words
}

func abs(n int) int { return max(n, -n) }

// costs of a character that differs: in writing only, or in sound as well.
const costSound, costOther = 1, 3

// costBound allows one different character, two in a word of five and more.
func costBound(n int) int {
	if n >= 5 {
		return 2 * costOther
	}
	return costOther
}

// distance is the least cost to make b of a, by changing, adding or leaving away characters.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j * costOther
	}
	for i, x := range a {
		last := row[0]
		row[0] = (i + 1) * costOther
		for j, y := range b {
			change := last
			if x != y {
				change += costOf(x, y)
			}
			last = row[j+1]
			row[j+1] = min(change, row[j+1]+costOther, row[j]+costOther)
		}
	}
	return row[len(b)]
}

func costOf(x, y rune) int {
	for _, c := range soundsOf(x) {
		if slices.Contains(soundsOf(y), c) {
			return costSound
		}
	}
	return costOther
}

// nearestAreas gives the codes of the areas whose names are most like name.
func (r *Reader) nearestAreas(name string, in *scope) []string {
	var codes []string
	for _, w := range r.nearest(name, in) {
		for _, s := range w.areas {
			if a, ok := r.areas.ByID(s.id); ok && !slices.Contains(codes, a.Code) {
				codes = append(codes, a.Code)
			}
		}
	}
	return codes
}
