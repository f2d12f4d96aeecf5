package reading

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// maxRunes bounds what is read of a message: Telegram cuts at 4,096, a joined message may be longer.
const maxRunes = 20_000

// folded is a message made uniform for matching, with the way back to what was written. Nothing in it is ever printed:
// quotes are cut from raw.
type folded struct {
	raw   string
	runes []rune
	at    []int32 // byte offset in raw of each rune, and of the end
}

// fold makes letters and digits half-width and upper-case, and leaves away what cannot be seen. NFKC is not used: it would
// make 1 of ① and m2 of ㎡. Emoji become blanks, so that they part words; an emoji digit becomes ①, a list's number.
func fold(raw string) folded {
	f := folded{raw: raw, runes: make([]rune, 0, len(raw)/2+1), at: make([]int32, 0, len(raw)/2+2)}
	for i, r := range raw {
		if len(f.runes) == maxRunes {
			break
		}
		n := len(f.runes)
		switch {
		case 0x4e00 <= r && r <= 0x9fff || ' ' <= r && r < 'a':
		case r == '\u20e3' && n > 0 && isDigit(f.runes[n-1]): // the keycap around a digit
			if d := f.runes[n-1] - '0'; d > 0 {
				f.runes[n-1] = '①' + d - 1
			}
			continue
		case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			r = '\n'
		case r == '\t':
			r = ' '
		case invisible(r):
			continue
		default:
			r = foldRune(r)
		}
		f.runes = append(f.runes, r)
		f.at = append(f.at, int32(i))
	}
	f.at = append(f.at, int32(len(raw)))
	return f
}

func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	case 0x4e00 <= r && r <= 0x9fff:
		return r
	case r == '－' || r == '–' || r == '—' || r == '―' || r == '─':
		return '-'
	case r == '〜' || r == '∼':
		return '~'
	case r == '•' || r == '・' || r == '‧' || r == '∙':
		return '·'
	case r == '﹒' || r == '。' || r == '、':
		return r
	case r == '两' || r == '“' || r == '”' || r == '《' || r == '》':
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.So, r) && !(r >= '①' && r <= '⓿'):
		return ' '
	}
	if n := width.LookupRune(r).Folded(); n != 0 {
		if 'a' <= n && n <= 'z' {
			return n - 'a' + 'A'
		}
		return n
	}
	return r
}

// invisible tells whether a rune leaves no mark: controls, zero-width and direction marks, joiners, variation selectors.
func invisible(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x80 && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Me) || r == utf8.RuneError || r == '\u3164')
}

// text cuts the words of runes from to to out of what was written.
func (f *folded) text(from, to int) string { return f.raw[f.at[from]:f.at[to]] }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isBlank(r rune) bool { return r == ' ' || r == '\n' }
