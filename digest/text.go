package digest

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/width"
)

// Limits of a text.
const (
	MaxUnits  = 4096 // UTF-16 units in one message (Bot API, sendMessage)
	lineWidth = 40   // columns of a phone line: twenty full-width characters
	indent    = "　"  // before what belongs to the line above
)

// Text is a plain text with the parts that are shown bold. It holds at most MaxUnits UTF-16 units.
type Text struct {
	Body string
	Bold []Range
}

// Range is a part of a text in UTF-16 code units, as the Bot API counts entities.
type Range struct{ Offset, Length int }

// draft builds a Text line by line.
type draft struct {
	body  strings.Builder
	units int
	lines int
	bold  []Range
}

// title adds a line whose words after the mark are bold.
func (d *draft) title(mark, words string) {
	d.line(mark + words)
	length := units(words)
	d.bold = append(d.bold, Range{d.units - length, length})
}

// line adds one line; its parts are written one after the other.
func (d *draft) line(parts ...string) {
	if d.lines++; d.lines > 1 {
		d.write("\n")
	}
	for _, p := range parts {
		d.write(p)
	}
}

// begin puts what another text says at the beginning.
func (d *draft) begin(t Text) {
	d.all(strings.Split(t.Body, "\n"))
	d.bold = append(d.bold, t.Bold...)
}

// all adds lines.
func (d *draft) all(lines []string) {
	for _, l := range lines {
		d.line(l)
	}
}

func (d *draft) write(s string) {
	d.body.WriteString(s)
	d.units += units(s)
}

// text gives what was written. The lists in it were cut where they were made; what is still too long loses its last lines.
func (d *draft) text() Text {
	t := Text{Body: d.body.String(), Bold: d.bold}
	if d.units <= MaxUnits {
		return t
	}
	const rest = "\n……"
	t.Body = cutUnits(t.Body, MaxUnits-units(rest))
	if end := strings.LastIndexByte(t.Body, '\n'); end > 0 {
		t.Body = t.Body[:end]
	}
	t.Body += rest
	left := units(t.Body)
	t.Bold = nil
	for _, r := range d.bold {
		if r.Offset+r.Length <= left {
			t.Bold = append(t.Bold, r)
		}
	}
	return t
}

// units counts UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cutUnits gives the longest beginning of s with at most limit UTF-16 units.
func cutUnits(s string, limit int) string {
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > limit {
			return s[:i]
		}
	}
	return s
}

// columns gives the width of s on a phone: two for a full-width character, one for a half-width one.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
			n += 2
		default:
			n++
		}
	}
	return n
}

// pack joins parts by sep into as few lines as fit the width, each beginning with lead. A part is never broken.
func pack(lead, sep string, parts []string) []string {
	var lines []string
	for _, p := range parts {
		if n := len(lines); n > 0 && columns(lines[n-1]+sep+p) <= lineWidth {
			lines[n-1] += sep + p
			continue
		}
		lines = append(lines, lead+p)
	}
	return lines
}

// clean makes words from outside fit for one line: control, bidi and invisible characters go, white space becomes single
// blanks, and what is longer than limit characters ends in ….
func clean(s string, limit int) string {
	s = strings.Join(strings.Fields(visible(s)), " ")
	return shorten(s, limit)
}

// cleanLines is clean for words of several lines: it keeps the line ends and drops empty lines.
func cleanLines(s string, limit int) string {
	var kept []string
	for _, l := range strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n") {
		if l = clean(l, limit); l != "" {
			kept = append(kept, l)
		}
	}
	return shorten(strings.Join(kept, "\n"), limit)
}

// visible replaces line ends and the like by blanks and drops what has no picture of its own: Cc, Cf (bidi marks, zero
// width joiners, byte order marks), private use, unassigned halves of surrogates, and combining marks piled up beyond two.
func visible(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > 2 {
				return -1
			}
			return r
		}
		marks = 0
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.Is(unicode.C, r), r == unicode.ReplacementChar, r == 'ㅤ', r == 'ᅠ', r == 'ᅟ', r == 'ﾠ':
			return -1
		}
		return r
	}, s)
}

// shorten ends s in … where it has more than limit characters.
func shorten(s string, limit int) string {
	n := 0
	for i := range s {
		if n++; n > limit {
			return strings.TrimRight(s[:i], " \n") + "…"
		}
	}
	return s
}

// quote puts words of the sender between quotation marks, as they were written.
func quote(words string) string { return "“" + clean(words, 60) + "”" }

// quotes quotes each of several fragments, at most five, joined by 、.
func quotes(fragments []string) string {
	const most = 5
	var shown []string
	for _, f := range fragments[:min(most, len(fragments))] {
		shown = append(shown, quote(f))
	}
	words := strings.Join(shown, "、")
	if rest := len(fragments) - most; rest > 0 {
		words += "……还有" + itoa(rest) + "处"
	}
	return words
}

// listed puts 、 after each of several words but the last, to be packed into lines.
func listed(words []string) []string {
	parts := make([]string, len(words))
	for i, w := range words {
		if parts[i] = w; i < len(words)-1 {
			parts[i] += "、"
		}
	}
	return parts
}
