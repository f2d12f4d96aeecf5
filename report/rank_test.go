package report

import "testing"

func TestRankOf(t *testing.T) {
	for code, want := range map[string]Rank{
		"": Unranked, "1": Unranked, "43": Unranked, "430000": Province, "430000000000": Province, "4305": Unranked, "430500": City,
		"430500000000": City, "430527": County, "430527000": County, "430527000000": County, "430527100": Township,
		"430527100000": Township, "430527100001": Village, "429004": County,
	} {
		if got := RankOf(code); got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
}

func TestCounty(t *testing.T) {
	province, err := NewAreas([]Area{
		{ID: 1, Code: "430000", Name: "湖南省"}, {ID: 2, Parent: 1, Code: "430500", Name: "邵阳市"}, {ID: 3, Parent: 2, Code: "430527", Name: "绥宁县"},
		{ID: 4, Parent: 3, Code: "430527100", Name: "长铺镇"}, {ID: 5, Parent: 4, Code: "430527100001", Name: "长铺社区"},
		{ID: 6, Parent: 1, Code: "431900", Name: "没有县的市"}, {ID: 7, Parent: 6, Code: "431900100", Name: "直属镇"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[int64]int64{1: 1, 2: 2, 3: 3, 4: 3, 5: 3, 6: 6, 7: 6, 99: 1} {
		if got := province.County(id); got != want {
			t.Errorf("area %d is of %d, want %d", id, got, want)
		}
	}
	if at, ok := province.At(5, City); !ok || at != 2 {
		t.Errorf("a village's city: %d %v", at, ok)
	}
	if _, ok := province.At(2, County); ok {
		t.Error("a city lies in a county")
	}
	strange, err := NewAreas([]Area{{ID: 8, Code: "1", Name: "单位"}, {ID: 9, Parent: 8, Code: "101", Name: "科室"}})
	if err != nil || strange.County(9) != 8 {
		t.Errorf("without ranks: %d %v, want the root", strange.County(9), err)
	}
}
