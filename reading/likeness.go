package reading

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed sounds.txt
var soundTable string

// likeness finds the known words that an unknown one may have been: alike in sound, or all but one character the same.
type likeness struct {
	sounds map[rune][]string
	words  []*word
}

func newLikeness(l *lexicon) *likeness {
	k := &likeness{sounds: map[rune][]string{}}
	return k
}

// guess is a misspelt word that was taken for a known one.
type guess struct {
	tok   int
	text  string
	taken []string
}

func (m *message) guess() {}

// nearestAreas gives the codes of the areas whose names are most like name.
func (r *Reader) nearestAreas(string) []string { return nil }

var _ = slices.Contains[[]int]
var _ = strings.Fields
