package county

import (
	"slices"
	"testing"
)

func TestAreasAreATree(t *testing.T) {
	known := map[string]bool{"": true}
	levels := map[string]int{}
	for _, row := range rows("areas.csv", Areas()) {
		code, level, parent := row[0], row[1], row[2]
		if known[code] {
			t.Errorf("area %s stands twice", code)
		}
		if !known[parent] {
			t.Errorf("area %s comes before its parent %s", code, parent)
		}
		known[code] = true
		levels[level]++
	}
	if levels["county"] != 1 || levels["township"] != 17 || levels["village"] != 241 {
		t.Errorf("areas by level: %v", levels)
	}
}

func TestTablesNameAreasThatExist(t *testing.T) {
	known := areaCodes()
	for _, row := range rows("aliases.csv", Aliases()) {
		if row[1] != "" && !known[row[1]] {
			t.Errorf("alias %s: no area %s", row[0], row[1])
		}
	}
	for _, row := range rows("venues.csv", Venues()) {
		if !known[row[2]] {
			t.Errorf("venue %s: no area %s", row[0], row[2])
		}
	}
}

func TestPeople(t *testing.T) {
	known, seen := areaCodes(), map[int64]string{}
	roles, townships := map[string]int{}, map[string]int{}
	for _, m := range People() {
		if seen[m.TelegramID] != "" {
			t.Errorf("%s has the telegram id of %s", m.Name, seen[m.TelegramID])
		}
		seen[m.TelegramID] = m.Name
		if !known[m.Area] {
			t.Errorf("%s: no area %s", m.Name, m.Area)
		}
		roles[m.Role]++
		if m.Role == "cadre" && len(m.Area) == 9 {
			townships[m.Area]++
		}
		if (m.Role == "cadre") == (m.Area == Code) {
			t.Errorf("%s is %s of %s", m.Name, m.Role, m.Area)
		}
	}
	if len(townships) != 17 || roles["admin"] != 2 || roles["supervisor"] != 3 || roles["cadre"] != 27 {
		t.Errorf("roles %v, %d townships with a cadre", roles, len(townships))
	}
	for id, name := range map[int64]string{LiMei: "李梅", WangFang: "王芳", ZhouLan: "周兰", ChenJing: "陈静", LiuYang: "刘洋"} {
		if seen[id] != name {
			t.Errorf("%d is %q, want %s", id, seen[id], name)
		}
	}
}

// What a caller does to a table must not change the county.
func TestTablesAreCopies(t *testing.T) {
	for _, table := range []func() []byte{Areas, Aliases, Venues, Members} {
		table()[0] = '!'
		if table()[0] == '!' {
			t.Error("a table was changed")
		}
	}
}

func TestNames(t *testing.T) {
	g := newGazetteer()
	for code, name := range map[string]string{
		"430527100": "长铺镇", "430527201": "鹅公岭乡", "430527207": "长铺子乡", "430527217": "水口乡", "430527100001": "长铺社区",
	} {
		if g.names[code] != name {
			t.Errorf("%s is called %q, want %s", code, g.names[code], name)
		}
	}
	if slices.Contains(g.villages["430527107"], "430527107213") {
		t.Error("自然村 is offered as a place")
	}
}

func areaCodes() map[string]bool {
	known := map[string]bool{}
	for _, row := range rows("areas.csv", areas) {
		known[row[0]] = true
	}
	return known
}
