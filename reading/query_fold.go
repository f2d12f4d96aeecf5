package reading

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// The simplified and the traditional form of the characters in the words of questions, the catalogue and the areas, taken
// from OpenCC's TSCharacters in github.com/longbridgeapp/opencc v0.3.13 (Apache 2.0).
//
//go:embed traditional.txt
var traditionalTable string

var simplifiedForms = sync.OnceValue(func() map[rune]rune {
	forms := map[rune]rune{}
	for _, pair := range strings.Fields(traditionalTable) {
		r := []rune(pair)
		forms[r[1]] = r[0]
	}
	return forms
})

// simplified gives a text as it is written with simplified characters, byte for byte as long.
func simplified(text string) string {
	if !utf8.ValidString(text) {
		return text
	}
	forms := simplifiedForms()
	return strings.Map(func(r rune) rune {
		if s, ok := forms[r]; ok {
			return s
		}
		return r
	}, text)
}

// closeUp takes the blanks out of a text that has one between nearly any two characters: 今 年 普 法.
func (f *folded) closeUp() {
	blanks := 0
	for _, r := range f.runes {
		if isBlank(r) {
			blanks++
		}
	}
	if 5*blanks < 2*len(f.runes) {
		return
	}
	n := 0
	for i, r := range f.runes {
		if !isBlank(r) {
			f.runes[n], f.at[n] = r, f.at[i]
			n++
		}
	}
	f.at[n] = f.at[len(f.runes)]
	f.runes, f.at = f.runes[:n], f.at[:n+1]
}
