package bot

import (
	"strings"
	"testing"
)

// TestMentioned: a name is a mention in any case, as a whole word.
func TestMentioned(t *testing.T) {
	for words, want := range map[string]string{
		"@huibao_bot 普法 320人":      "@huibao_bot",
		"普法 320人 @Huibao_Bot":      "@Huibao_Bot",
		"普法@huibao_bot，320人":       "@huibao_bot",
		"@@huibao_bot":             "@huibao_bot",
		"@huibao_bot2 @huibao_bot": "@huibao_bot",
		"@huibao_bot2":             "",
		"@other @huibao":           "",
		"huibao_bot 普法":            "",
		"İ@huibao_bot":             "@huibao_bot",
		"@":                        "",
		"":                         "",
	} {
		got := ""
		if from, to := mentioned(words, "huibao_bot"); from >= 0 {
			got = words[from:to]
		}
		if got != want {
			t.Errorf("%q mentions %q, want %q", words, got, want)
		}
	}
	if from, _ := mentioned("@ 普法", ""); from >= 0 {
		t.Error("a bot that does not know its name was mentioned")
	}
}

// TestTalkOfOthersIsForgotten: what people say who may not use the bot, or not to it, is kept in no row.
func TestTalkOfOthersIsForgotten(t *testing.T) {
	w := newWorld(t, "2026-03-09 09:00")
	b := must(New(w.options()))
	s := &speaker{id: 1000, date: w.clock.Now().Unix()}
	anonymous := strings.Replace(s.in(theGroup, 1087968824, "message", `"text":"私事一"`), `"first_name"`, `"is_bot":true,"first_name"`, 1)
	w.takes(b, anonymous, s.text(9009, "私事二"), s.in(9009, 9009, "edited_message", `"edit_date":1,"text":"私事三"`), s.in(theGroup, 9009, "message", `"text":"私事四"`),
		s.in(theGroup, 9009, "edited_message", `"edit_date":1,"text":"私事五"`), s.in(theGroup, 1001, "message", `"text":"私事六"`),
		s.in(theGroup, 1001, "edited_message", `"edit_date":1,"text":"私事七"`))
	var kept string
	w.scan(&kept, `SELECT COALESCE(group_concat(body), '') || (SELECT COALESCE(group_concat(text), '') FROM messages) FROM inbox`)
	if strings.Contains(kept, "私事") {
		t.Errorf("kept: %s", kept)
	}
}

// TestNameIsMasked: a number in two halves is one once the parts of a name are joined.
func TestNameIsMasked(t *testing.T) {
	if name := (user{LastName: "1381234", FirstName: "5678"}).name(); name != "***********" {
		t.Errorf("the name is %q", name)
	}
}
