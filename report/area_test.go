package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAreas(t *testing.T) {
	areas, err := NewAreas([]Area{
		{ID: 1, Code: "430527", Name: "绥宁县"},
		{ID: 4, Parent: 2, Code: "430527100001", Name: "长铺社区"},
		{ID: 2, Parent: 1, Code: "430527100", Name: "长铺镇"},
		{ID: 3, Parent: 1, Code: "430527103", Name: "红岩镇", MergedInto: 2},
		{ID: 5, Parent: 3, Code: "430527103201", Name: "红岩村"},
	})
	if err != nil {
		t.Fatal(err)
	}
	root, _ := areas.Root()
	village, _ := areas.ByCode("430527100001")
	if root.ID != 1 || village.ID != 4 || village.Level != 2 || areas.Name(2) != "长铺镇" || areas.Name(9) != "辖区#9" {
		t.Errorf("root %+v, village %+v, names %s %s", root, village, areas.Name(2), areas.Name(9))
	}
	if _, ok := areas.ByCode(""); ok {
		t.Error("no code was found")
	}
	for _, c := range []struct {
		inner, outer int64
		want         bool
	}{{4, 4, true}, {4, 2, true}, {4, 1, true}, {4, 3, false}, {1, 4, false}, {5, 2, false}, {9, 1, false}} {
		if got := areas.Within(c.inner, c.outer); got != c.want {
			t.Errorf("%d within %d: %v", c.inner, c.outer, got)
		}
	}
	for id, want := range map[int64][]int64{1: {1}, 4: {4, 2, 1}, 3: {3, 2, 1}, 5: {5, 3, 2, 1}, 9: nil} {
		if got := areas.Ancestors(id); !slices.Equal(got, want) {
			t.Errorf("ancestors of %d: %v, want %v", id, got, want)
		}
	}
}

func TestAreasRefused(t *testing.T) {
	for name, list := range map[string][]Area{
		"two roots":            {{ID: 1, Name: "a"}, {ID: 2, Name: "b"}},
		"no root":              {{ID: 1, Parent: 2, Name: "a"}, {ID: 2, Parent: 1, Name: "b"}},
		"a circle":             {{ID: 1, Name: "a"}, {ID: 2, Parent: 3, Name: "b"}, {ID: 3, Parent: 2, Name: "c"}},
		"an unknown parent":    {{ID: 1, Name: "a"}, {ID: 2, Parent: 9, Name: "b"}},
		"an unknown successor": {{ID: 1, Name: "a"}, {ID: 2, Parent: 1, MergedInto: 9, Name: "b"}},
		"an id twice":          {{ID: 1, Name: "a"}, {ID: 1, Parent: 1, Name: "b"}},
		"no id":                {{Name: "a"}},
		"a code twice":         {{ID: 1, Code: "430527", Name: "a"}, {ID: 2, Parent: 1, Code: "430527", Name: "b"}},
	} {
		if _, err := NewAreas(list); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// In any tree, even with areas merged in a circle, an area's ancestors are itself, its parents' and its successors'.
func TestAncestorsOfAnyTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 12).Draw(t, "areas")
		list := []Area{{ID: 1, Name: "root"}}
		for id := int64(2); id <= n; id++ {
			list = append(list, Area{ID: id, Parent: rapid.Int64Range(1, id-1).Draw(t, "parent"), MergedInto: rapid.Int64Range(0, n).Draw(t, "successor")})
		}
		areas, err := NewAreas(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range areas.All() {
			above := areas.Ancestors(a.ID)
			want := []int64{a.ID}
			if a.Parent != 0 {
				want = append(want, areas.Ancestors(a.Parent)...)
			}
			if a.MergedInto != 0 {
				want = append(want, areas.Ancestors(a.MergedInto)...)
			}
			slices.Sort(want)
			if got := slices.Sorted(slices.Values(above)); !slices.Equal(got, slices.Compact(want)) {
				t.Fatalf("ancestors of %d: %v, want %v", a.ID, got, want)
			}
			for _, id := range areas.Children(a.ID) {
				if !areas.Within(id, a.ID) || areas.Within(a.ID, id) {
					t.Fatalf("%d is below %d, and Within does not say so", id, a.ID)
				}
			}
		}
	})
}
