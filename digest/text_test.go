package digest

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"huibao/report"
)

// FuzzHostileWords puts any words wherever a text shows words from outside, and holds the texts to their promises.
func FuzzHostileWords(f *testing.F) {
	for _, words := range []string{"", "普法 320人", "a\u202eb\u0000\u200dc", "\xff\xfe", "行\n\n行\r", strings.Repeat("😀e\u0301\u0301\u0301", 900), "ㅤ\u2066\U000e0001"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		s := world(t)
		r := with(lawTalk(), func(r *report.Report) {
			r.Activity, r.Title, r.Place = "other", words, words
			r.Figures = append(r.Figures, report.Figure{Measure: "materials", Label: words, Unit: words, Value: 1})
		})
		for _, text := range []Text{
			Receipt(s, Filing{Items: []Item{{Report: r}, {Report: r}}, Unread: []string{words, words}}),
			Changed(s, Amendment{Changes: []Change{{lawTalk(), r}}}),
			Find(s, Found{Report: r, By: words, Words: []string{words, words}, Revisions: []Revision{{Report: r}, {Report: r, By: words, Why: words}}}),
			Mine(s, []report.Report{r}, true),
			NotUnderstood(Unclear{Words: words, Doubts: []Doubt{{About: AboutArea, Words: words, Nearest: []string{words}}}}),
			Welcome(words, words, Cadre),
		} {
			checkText(t, text)
		}
		one := clean(words, 10)
		if clean(one, 11) != one || utf8.RuneCountInString(one) > 11 || strings.ContainsFunc(one, unicode.IsControl) {
			t.Errorf("clean(%q) = %q", words, one)
		}
	})
}
