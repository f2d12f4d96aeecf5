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

// TestLineEnds puts a line end between any two words of every message: only few readings may change (a real line is a report
// of its own), and hardly any so that something else would be filed without a question.
func TestLineEnds(t *testing.T) {
	r := testReader(t)
	tries, changed, wrong := 0, 0, 0
	for _, c := range loadCases(t) {
		ctx := c.context(t, r)
		want := plainly(r, c.text, ctx)
		f := fold(c.text)
		toks, _ := r.lexicon.scan(f.runes, ctx.Today)
		for k := 1; k < len(toks); k++ {
			a, b := &toks[k-1], &toks[k]
			if a.kind == kBlank || b.kind == kBlank || a.kind == kNumber && b.kind == kNumber {
				continue
			}
			tries++
			at := f.at[b.from]
			got := plainly(r, c.text[:at]+"\n"+c.text[at:], ctx)
			if got == want {
				continue
			}
			changed++
			for line := range strings.Lines(got) {
				if entry, clear := strings.CutSuffix(line, "| clear\n"); clear && !strings.Contains(want, entry) {
					wrong++
					t.Logf("%s⏎%s: %s", c.text[:at], c.text[at:], line)
					break
				}
			}
		}
	}
	t.Logf("of %d line ends %d change a reading, %d one that is filed at once", tries, changed, wrong)
	if tries < 3000 || changed*100 > 2*tries || wrong*1000 > 3*tries {
		t.Errorf("of %d line ends %d change a reading (at most 2 %%), %d one that is filed at once (at most 0.3 %%)", tries, changed, wrong)
	}
}

// plainly gives what a message counts: no venue, organiser or words left over.
func plainly(r *Reader, text string, c Context) string {
	x := r.Read(text, c)
	x.Unread, x.Notes = nil, nil
	for i := range x.Entries {
		x.Entries[i].Place, x.Entries[i].Org = "", 0
	}
	return describe(r, x)
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
