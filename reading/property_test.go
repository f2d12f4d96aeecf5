package reading

import (
	"strings"
	"testing"
	"unicode"
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

// TestWritingDoesNotMatter changes every message of testdata/cases.txt in ways that change nothing: what cannot be seen,
// anywhere; the width of digits; a line end behind a comma, as a client that folds long lines makes it.
func TestWritingDoesNotMatter(t *testing.T) {
	r := testReader(t)
	for _, c := range loadCases(t) {
		ctx := c.context(t, r)
		want := reads(r, c.text, ctx)
		same := func(way, changed string) {
			if got := reads(r, changed, ctx); got != want {
				t.Errorf("%s: %q\n got:\n%s want:\n%s", way, changed, got, want)
			}
		}
		same("full-width digits", wideDigits(c.text))
		for i, hidden := range []rune("\u200b\u200d\ufeff\u2060\u00ad\u200e\x01") {
			same("invisible character", between(c.text, hidden, func(at int, _, _ rune) bool { return at%7 == i }))
		}
		same("invisible characters", between(c.text, '\u200b', func(int, rune, rune) bool { return true }))
		same("line ends", between(c.text, '\n', func(_ int, before, after rune) bool { return before == '，' && !unicode.IsDigit(after) }))
	}
}

func wideDigits(s string) string {
	return strings.Map(func(c rune) rune {
		if isDigit(c) {
			return c - '0' + '０'
		}
		return c
	}, s)
}

// between puts a character between each two for which put says so.
func between(s string, extra rune, put func(at int, before, after rune) bool) string {
	var b strings.Builder
	runes := []rune(s)
	for i, c := range runes {
		b.WriteRune(c)
		if i+1 < len(runes) && put(i, c, runes[i+1]) {
			b.WriteRune(extra)
		}
	}
	return b.String()
}
