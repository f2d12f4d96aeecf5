package bot

import "unicode/utf8"

// A SecretKind names a kind of number that points at one person. Huibao counts people and never needs to know who they
// are, so such a number is masked in memory before anything is stored.
type SecretKind string

// The kinds of number that are masked.
const (
	IDCard   SecretKind = "id_card"   // resident identity card, GB 11643: 18 characters, or 15 on cards made before 1999
	Phone    SecretKind = "phone"     // mobile telephone of mainland China
	BankCard SecretKind = "bank_card" // payment card, ISO/IEC 7812
)

// A secret is one number found, and the bytes from:to of the text where it stands.
type secret struct {
	kind     SecretKind
	from, to int
}

// mask replaces each digit (and a check digit X) of the identity card, mobile phone and bank card numbers in text by
// '*'. The separators inside a number stay, and the text keeps its length in UTF-16 units, so that the offsets of
// message entities hold. Masking twice changes nothing more.
//
// Half and full width digits are read, written in one piece, in the groups people use (138 1234 5678,
// 430527-19800101-1234, …), digit by digit, with invisible characters inside, or broken once by a line end. What counts
// as such a number is in mask_numbers.go. Not read: numbers in Chinese numerals (一三八…), circled and other
// decorated digits. A wrong check digit is forgiven where the rest is plain. The time is linear in the length of text.
func mask(text string) (masked string, found []secret) {
	src := []byte(text)
	found = findSecrets(src, false)
	if len(found) == 0 {
		return text, nil
	}
	return string(appendMasked(nil, src, found, false)), found
}

// findSecrets returns the secrets in src by their position; they may overlap. With escaped, src is the inside of a JSON
// string and its escapes are seen through.
func findSecrets(src []byte, escaped bool) []secret {
	var c chain
	for i := 0; i < len(src); {
		r, width := runeAt(src[i:], escaped)
		c.read(r, i, i+width)
		i += width
	}
	c.end()
	return c.found
}

// appendMasked appends src to dst with the digits inside the found secrets replaced.
func appendMasked(dst, src []byte, found []secret, escaped bool) []byte {
	done := 0
	for _, s := range found {
		if s.from > done {
			dst = append(dst, src[done:s.from]...)
			done = s.from
		}
		for done < s.to {
			r, width := runeAt(src[done:], escaped)
			if _, class := classify(r); class == classDigit || class == classCross {
				dst = append(dst, '*')
			} else {
				dst = append(dst, src[done:done+width]...)
			}
			done += width
		}
	}
	return append(dst, src[done:]...)
}

// A chain is a run of digit groups so close to each other that some of them may be one number: between two groups
// stand at most a few spaces, one mark and one line end. It is fed rune by rune and searched for numbers when it ends.
//
// Asterisks form groups too. They are no digits and match nothing, but they keep a masked chain the same chain, with
// groups in the same order. That is why masking a second time finds nothing.
type chain struct {
	groups [2 * maxDigits]group
	n      int  // groups in use
	slid   bool // earlier groups of this chain were searched and dropped
	open   bool // the last group goes on if a digit comes next
	gap    gap  // what was read since the last group
	cross  int  // where the X right behind the last group ends; 0 if there is none
	found  []secret
}

// A group is an unbroken run of digits, or of asterisks.
type group struct {
	digits   [maxDigits]byte // the values 0–9 of the first of them
	n        int
	from, to int
	stars    bool
	gap      gap // between the group before and this one
}

// A gap counts the characters between two groups.
type gap struct{ spaces, marks, lines int }

func (g gap) joins() bool { return g.spaces <= 3 && g.marks <= 1 && g.lines <= 1 }

func (c *chain) read(r rune, from, to int) {
	value, class := classify(r)
	switch class {
	case classDigit, classStar:
		c.extend(value, class == classStar, from, to)
	case classInvisible:
	case classSpace:
		c.gap.spaces++
		c.open = false
	case classMark:
		c.gap.marks++
		c.open = false
	case classLine:
		c.gap.lines++
		c.open = false
	case classCross:
		if c.gap.joins() {
			c.cross = to
		}
		c.end()
	default:
		c.end()
	}
}

// extend adds a digit or an asterisk to the last group, or opens a new one.
func (c *chain) extend(value byte, stars bool, from, to int) {
	if !c.open || c.groups[c.n-1].stars != stars {
		c.newGroup(stars, from)
	}
	g := &c.groups[c.n-1]
	if g.n < maxDigits {
		g.digits[g.n] = value
	}
	g.n++
	g.to = to
}

func (c *chain) newGroup(stars bool, from int) {
	if !c.gap.joins() {
		c.end()
	}
	if c.n == len(c.groups) {
		c.slide()
	}
	c.groups[c.n] = group{from: from, stars: stars, gap: c.gap}
	c.n++
	c.gap, c.open = gap{}, true
}

// slide searches the first half of a long chain and drops it, so that the memory used does not grow with the text. No
// number has more groups than the half that stays.
func (c *chain) slide() {
	c.search(maxDigits)
	copy(c.groups[:], c.groups[maxDigits:])
	c.n -= maxDigits
	c.slid = true
}

func (c *chain) end() {
	if c.n > 0 {
		c.search(c.n)
	}
	c.n, c.slid, c.open, c.gap, c.cross = 0, false, false, gap{}, 0
}

// search finds the longest number that begins at each of the first groups.
func (c *chain) search(groups int) {
	for first := range groups {
		s, ok := c.longestFrom(first)
		if ok && (len(c.found) == 0 || s.to > c.found[len(c.found)-1].to) {
			c.found = append(c.found, s)
		}
	}
}

// longestFrom returns the longest number made of whole groups, beginning with the first given.
func (c *chain) longestFrom(first int) (longest secret, ok bool) {
	var digits [maxDigits]byte
	n := 0
	for last := first; last < c.n; last++ {
		g := &c.groups[last]
		if g.stars || n+g.n > maxDigits {
			return longest, ok
		}
		n += copy(digits[n:], g.digits[:g.n])
		in := company{
			chain: first > 0 || c.slid || last < c.n-1,
			line:  first > 0 && c.groups[first].gap.lines == 0 || first == 0 && c.slid || last < c.n-1 && c.groups[last+1].gap.lines == 0,
		}
		if kind, is := kindOf(digits[:n], c.groups[first:last+1], in); is {
			longest, ok = secret{kind, c.groups[first].from, g.to}, true
		}
	}
	if c.cross > 0 && (isIDCard(digits[:n], 10) || n == 17 && isMistypedIDCard(digits[:n]) && written(c.groups[first:c.n], company{true, true}, idCardShapes)) {
		longest, ok = secret{IDCard, c.groups[first].from, c.cross}, true
	}
	return longest, ok
}

// A class says what a rune means for a chain.
type class int

const (
	classOther class = iota
	classDigit
	classStar
	classCross // X, the check digit ten
	classSpace
	classMark
	classLine
	classInvisible
)

// classify returns the class of r and, for a digit, its value.
func classify(r rune) (value byte, c class) {
	switch {
	case '0' <= r && r <= '9':
		return byte(r - '0'), classDigit
	case '０' <= r && r <= '９':
		return byte(r - '０'), classDigit
	case 0x4E00 <= r && r <= 0x9FFF: // Chinese characters, most of a text: decided early
		return 0, classOther
	}
	switch r {
	case '*':
		return 0, classStar
	case 'X', 'x', 'Ｘ', 'ｘ', 'Ⅹ', 'ⅹ': // the standard means the Roman ten
		return 0, classCross
	case ' ', '\r', '\u00A0', '\u1680', '\u202F', '\u205F', '\u3000':
		return 0, classSpace
	case '-', '‐', '‑', '‒', '–', '—', '―', '−', '﹣', '－', '.', '．', '·', '•', '‧', '∙', '・', '･', '_', '＿':
		return 0, classMark
	case '\n', '\u0085', '\u2028', '\u2029':
		return 0, classLine
	case '\u00AD', '\u034F', '\u061C', '\u180E', '\uFEFF':
		return 0, classInvisible
	}
	switch {
	case '\u2000' <= r && r <= '\u200A':
		return 0, classSpace
	case '\u200B' <= r && r <= '\u200F', '\u202A' <= r && r <= '\u202E', '\u2060' <= r && r <= '\u206F',
		'\uFE00' <= r && r <= '\uFE0F':
		return 0, classInvisible
	}
	return 0, classOther
}

// runeAt decodes the first rune of src, which is not empty, and its width in bytes. With escaped it sees through an
// escape of JSON; a broken escape is a backslash and what follows.
func runeAt(src []byte, escaped bool) (r rune, width int) {
	if src[0] != '\\' || !escaped || len(src) < 2 {
		if src[0] < utf8.RuneSelf {
			return rune(src[0]), 1
		}
		return utf8.DecodeRune(src)
	}
	switch src[1] {
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 'b', 'f', 't', '"', '\\', '/':
		return utf8.RuneError, 2 // none of these joins digits
	case 'u':
		if r, ok := hexRune(src); ok {
			return r, 6 // a surrogate comes as two halves, neither of which means anything here
		}
	}
	return '\\', 1
}

// hexRune decodes \uXXXX at the start of src.
func hexRune(src []byte) (r rune, ok bool) {
	if len(src) < 6 {
		return 0, false
	}
	for _, b := range src[2:6] {
		switch {
		case '0' <= b && b <= '9':
			r = r<<4 | rune(b-'0')
		case 'a' <= b|0x20 && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
