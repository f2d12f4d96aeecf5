package province_test

import (
	"testing"

	"huibao/report"
	"huibao/sandbox/province"
)

// TestAreas reads the tables as an import does and counts what is there at each level.
func TestAreas(t *testing.T) {
	b, err := province.Areas()
	if err != nil {
		t.Fatal(err)
	}
	list, err := report.ParseAreas("areas.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	count := map[report.Rank]int{}
	above := map[report.Rank]report.Rank{report.Village: report.Township, report.Township: report.County, report.County: report.City, report.City: report.Province}
	for _, a := range areas.All() {
		rank := areas.Rank(a.ID)
		count[rank]++
		if a.Parent != 0 && areas.Rank(a.Parent) != above[rank] {
			t.Errorf("%s %s lies in %s", a.Code, a.Name, areas.Name(a.Parent))
		}
	}
	want := map[report.Rank]int{report.Province: 1, report.City: 14, report.County: 134, report.Township: 2008, report.Village: 29534}
	for rank, n := range want {
		if count[rank] != n {
			t.Errorf("rank %d: %d areas, want %d", rank, count[rank], n)
		}
	}
	b, err = province.Members("430500")
	if err != nil {
		t.Fatal(err)
	}
	members, err := report.ParseMembers("members.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if _, ok := areas.ByCode(m.Area); !ok {
			t.Fatalf("%s is of area %s, which is not there", m.Name, m.Area)
		}
	}
	t.Logf("%d areas, %d members", len(list), len(members))
}
