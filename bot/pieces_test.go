package bot

import (
	"strings"
	"testing"

	"huibao/store"
)

// TestJoined: the pieces of a text are put together as they were, as far as that can be told.
func TestJoined(t *testing.T) {
	full := strings.Repeat("字", longestText)
	for name, c := range map[string]struct {
		pieces []store.Message
		want   string
	}{
		"one":                         {[]store.Message{{TgMessage: 1, Text: "普法"}}, "普法"},
		"cut at a line":               {[]store.Message{{TgMessage: 1, Text: "普法"}, {TgMessage: 2, Text: "320人"}}, "普法\n320人"},
		"cut in a line":               {[]store.Message{{TgMessage: 1, Text: full}, {TgMessage: 2, Text: "320人"}}, full + "320人"},
		"a pair of units did not fit": {[]store.Message{{TgMessage: 1, Text: full[3:]}, {TgMessage: 2, Text: "🎉"}}, full[3:] + "🎉"},
		"edited": {[]store.Message{{TgMessage: 1, Text: "普法"}, {TgMessage: 1, Version: 7, Text: "家庭教育"}, {TgMessage: 2, Text: "320人"},
			{TgMessage: 2, Version: 8, Text: "32人"}, {TgMessage: 2, Version: 9, Text: "30人"}}, "家庭教育\n30人"},
		"a number cut in two": {[]store.Message{{TgMessage: 1, Text: full[:3*(longestText-9)] + "110105194"}, {TgMessage: 2, Text: "91231002X 来访"}},
			full[:3*(longestText-9)] + "****************** 来访"},
	} {
		if got := joined(c.pieces); got != c.want {
			t.Errorf("%s: got …%s, want …%s", name, tail(got), tail(c.want))
		}
	}
}

func tail(s string) string {
	r := []rune(s)
	return string(r[max(0, len(r)-30):])
}

func TestLong(t *testing.T) {
	for text, want := range map[string]bool{strings.Repeat("字", longPiece-1): false, strings.Repeat("字", longPiece): true,
		strings.Repeat("🎉", longPiece/2): true, strings.Repeat("🎉", longPiece/2-1): false} {
		if long(text) != want {
			t.Errorf("%d units: long is %v", units(text), !want)
		}
	}
}
