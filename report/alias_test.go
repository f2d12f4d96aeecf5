package report

import (
	"slices"
	"testing"
)

func TestAliasesNearestFirst(t *testing.T) {
	r := &Reference{Areas: likenessAreas(t), Aliases: []Alias{
		{ID: 1, Word: "夜校", Target: "family_education", Area: 4, State: AliasCounty},
		{ID: 2, Word: "夜校", Target: "training", Area: 2, State: AliasLocal},
		{ID: 3, Word: "夜校", Target: "law_publicity", Area: 3, State: AliasLocal},
		{ID: 4, Word: "两岸检查", Target: "screening", Area: 3, State: AliasLocal},
		{ID: 5, Word: "坝坝会", Target: "organization", Area: 2, State: AliasOnce},
	}}
	for area, want := range map[int64][]int64{
		1: {1},    // the county itself: what was taught below is not known above
		2: {2},    // the township's own
		3: {4, 3}, // the village's own before the township's
		4: {2},    // the township's before the county's
	} {
		var got []int64
		for _, a := range r.AliasesIn(area) {
			got = append(got, a.ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("area %d: aliases %v, want %v", area, got, want)
		}
	}
}
