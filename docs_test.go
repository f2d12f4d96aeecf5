package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// unsaid are settings that are no business of an operator: the demo sets them.
var unsaid = []string{"HUIBAO_CLOCK_URL"}

// TestReadmeHasAll: the README's tables have every command and every setting of the program, and none that is not there.
func TestReadmeHasAll(t *testing.T) {
	body, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(body)
	parser, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	var settings, known []string
	for _, f := range parser.Model.Flags {
		settings = append(settings, f.Envs...)
	}
	for _, leaf := range parser.Model.Leaves(false) {
		name := leaf.Name
		for up := leaf.Parent; up != nil && up.Type == kong.CommandNode; up = up.Parent {
			name = up.Name + " " + name
		}
		known = append(known, name)
	}
	if len(settings) < 20 || len(known) < 20 {
		t.Fatalf("%d settings and %d commands found", len(settings), len(known))
	}
	said := regexp.MustCompile(`HUIBAO_[A-Z_]+`).FindAllString(readme, -1)
	for _, s := range settings {
		if !slices.Contains(unsaid, s) && !strings.Contains(readme, "`"+s+"`") {
			t.Errorf("the README does not have the setting %s", s)
		}
	}
	for _, s := range said {
		if !slices.Contains(settings, s) {
			t.Errorf("the README has %s, which is no setting", s)
		}
	}
	found := map[string]bool{}
	for _, span := range regexp.MustCompile("`huibao ([^`]+)`").FindAllStringSubmatch(readme, -1) {
		names := namesIn(span[1], known)
		if len(names) == 0 {
			t.Errorf("the README has huibao %s, which is no command", span[1])
		}
		for _, n := range names {
			found[n] = true
		}
	}
	for _, name := range known {
		if !found[name] {
			t.Errorf("the README does not have huibao %s", name)
		}
	}
}

// namesIn gives the commands that a line names: its first word, or its first two, of which the second may be several with a
// bar between.
func namesIn(line string, known []string) (names []string) {
	words := strings.Fields(strings.ReplaceAll(line, `\|`, "|"))
	if slices.Contains(known, words[0]) {
		return words[:1]
	}
	if len(words) < 2 {
		return nil
	}
	for _, second := range strings.Split(words[1], "|") {
		if name := words[0] + " " + second; slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	return names
}
