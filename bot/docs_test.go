package bot

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGuidesHaveAll: the guides for users have every command of the menus, by its name or by a word that means the same, and none
// that is not there.
func TestGuidesHaveAll(t *testing.T) {
	var all strings.Builder
	files := must(filepath.Glob("../docs/guide-*.md"))
	for _, file := range files {
		all.Write(must(os.ReadFile(file)))
	}
	if len(files) != 2 {
		t.Fatalf("the guides are %v", files)
	}
	guides := all.String()
	for _, m := range regexp.MustCompile("`/([a-z]+)").FindAllStringSubmatch(guides, -1) {
		if _, _, ok := findCommand("/" + m[1]); !ok {
			t.Errorf("the guides have /%s, which is no command", m[1])
		}
	}
	for _, c := range commands() {
		if c.menu == "" {
			continue
		}
		has := strings.Contains(guides, "`/"+c.name)
		for _, w := range c.words {
			w, _, _ = strings.Cut(w, "=")
			has = has || strings.Contains(guides, "`"+w)
		}
		if !has {
			t.Errorf("the guides do not have /%s", c.name)
		}
	}
}
