package reading

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// reads gives what a message says, without the words it was said in.
func reads(r *Reader, text string, c Context) string {
	x := r.Read(text, c)
	x.Unread = nil
	for i := range x.Entries {
		x.Entries[i].Place = strings.Map(func(r rune) rune {
			if invisible(r) || unicode.IsSpace(r) {
				return -1
			}
			return foldRune(r)
		}, x.Entries[i].Place)
	}
	return describe(r, x)
}

// TestWritingDoesNotMatter: what cannot be seen, the width of digits, and blanks or line ends beside punctuation change nothing.
func TestWritingDoesNotMatter(t *testing.T) {
	r := testReader(t)
	cases := loadCases(t)
	ways := map[string]func(*rapid.T, string) string{
		"zero-width": func(t *rapid.T, s string) string {
			return sprinkle(t, s, "\u200b\u200d\ufeff\u2060\u00ad\u200e\x01", func(_, _ rune) bool { return true })
		},
		"full-width": func(_ *rapid.T, s string) string {
			return strings.Map(func(c rune) rune {
				if isDigit(c) {
					return c - '0' + '０'
				}
				return c
			}, s)
		},
		"line ends": func(t *rapid.T, s string) string {
			return sprinkle(t, s, "\n", func(before, _ rune) bool { return before == '，' })
		},
	}
	for name, change := range ways {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := cases[rapid.IntRange(0, len(cases)-1).Draw(t, "case")]
				ctx := c.context(t, r)
				changed := change(t, c.text)
				if got, want := reads(r, changed, ctx), reads(r, c.text, ctx); got != want {
					t.Fatalf("%q\n got:\n%s want, as of %q:\n%s", changed, got, c.text, want)
				}
			})
		})
	}
}

// sprinkle puts characters of more at random places between two runes where allowed.
func sprinkle(t *rapid.T, s, more string, allowed func(before, after rune) bool) string {
	var b strings.Builder
	runes, extra := []rune(s), []rune(more)
	for i, c := range runes {
		b.WriteRune(c)
		if i+1 < len(runes) && allowed(c, runes[i+1]) && rapid.Bool().Draw(t, "insert") {
			b.WriteRune(rapid.SampledFrom(extra).Draw(t, "rune"))
		}
	}
	return b.String()
}
