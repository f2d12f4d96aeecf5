package bot

import "testing"

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
