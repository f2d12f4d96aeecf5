package reading

import (
	"os"
	"testing"

	"huibao/report"
)

func testReader(t testing.TB) *Reader {
	t.Helper()
	load := func(name string) []byte {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	list, err := report.ParseAreas("areas.csv", load("areas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	names, err := report.ParseNames("aliases.csv", load("aliases.csv"))
	if err != nil {
		t.Fatal(err)
	}
	venues, err := report.ParseVenues("venues.csv", load("venues.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(report.DefaultCatalogue(), areas, names, venues)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
