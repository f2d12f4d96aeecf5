package reading

import (
	"os"
	"sync"
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

// TestExplain: each numeral of a message has its reason.
func TestExplain(t *testing.T) {
	r := testReader(t)
	text := "根据绥妇字〔2026〕8号文件，第三期月嫂班11月9日上午9:00在二楼开班，任务50人，参加42人，为期10天，每人补助300元，完成率84%"
	want := map[string]Why{"〔2026〕8号": WhyDocument, "第三期": WhyOrdinal, "11月9日": WhyDate, "9:00": WhyTime, "二楼": WhyLength,
		"50人": WhyTarget, "42人": WhyFigure, "10天": WhyLength, "300元": WhyEach, "84%": WhyClaim}
	_, tokens := r.Explain(text, Context{Today: day(t, "2026-11-24"), Area: 2})
	for _, k := range tokens {
		piece := text[k.Start:k.End]
		if why, ok := want[piece]; ok && why != k.Why {
			t.Errorf("%s: got %s, want %s", piece, k.Why, why)
		}
		delete(want, piece)
	}
	if len(want) > 0 {
		t.Errorf("no piece for %v", want)
	}
}

func TestNewRefuses(t *testing.T) {
	r := testReader(t)
	if _, err := New(r.catalogue, r.areas, nil, []report.Venue{{Name: "二小", Area: "110000"}}); err == nil {
		t.Error("a venue in no area was taken")
	}
	bad := *r.catalogue
	bad.Rules = []report.Rule{{Word: "两癌", With: []string{"检查"}, Activity: "nothing"}}
	if _, err := New(&bad, r.areas, nil, nil); err == nil {
		t.Error("a rule for no activity was taken")
	}
}

// TestReaderIsShared reads from several goroutines; the race detector watches.
func TestReaderIsShared(t *testing.T) {
	r := testReader(t)
	cases := loadCases(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, c := range cases {
				r.Read(c.text, c.context(t, r))
			}
		})
	}
	wg.Wait()
}
