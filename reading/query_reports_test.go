package reading_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"huibao/reading"
	"huibao/report"
	"huibao/sandbox/county"
)

// TestReportsAreNoQuestions: no report, correction, withdrawal or nil report is taken for a question, with or without one
// before it.
func TestReportsAreNoQuestions(t *testing.T) {
	reader, areas := countyReader(t)
	last := &report.Query{About: report.AboutSums, Period: report.YearOf(report.Date(2026, 1, 1)), Area: 1, Activity: "law_publicity"}
	n := 0
	check := func(text string, c reading.Context) {
		n++
		if q, ok := reader.Query(text, reading.QueryContext{Context: c}); ok {
			t.Errorf("taken for a question: %q: %+v", text, q)
		} else if q, ok := reader.Query(text, reading.QueryContext{Context: c, Last: last}); ok {
			t.Errorf("taken for a follow-up: %q: %+v", text, q)
		}
	}
	f, err := os.Open("testdata/second.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var g struct {
			Text, Today, Area string
			Kind              []string
		}
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.Join(g.Kind, " "), "query") || strings.Contains(strings.Join(g.Kind, " "), "other") {
			continue
		}
		today, err := report.ParseDay(g.Today)
		if err != nil {
			t.Fatal(err)
		}
		area, _ := areas.ByCode(g.Area)
		check(g.Text, reading.Context{Today: today, Area: area.ID})
	}
	for _, text := range []string{"今天在长铺社区开展普法宣传", "3月8日 普法", "昨天长铺镇开展了普法宣传", "上周开展普法", "江口园社区组织慰问", "今天召开执委会", "普法宣传 长铺社区 3月8日"} {
		check(text, reading.Context{Today: report.Date(2026, 3, 9), Area: 1})
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	loc := time.FixedZone("CST", 8*3600)
	root, _ := areas.Root()
	for _, seed := range []uint64{2026, 7} {
		for _, m := range county.Year(seed, time.Date(2025, 3, 3, 0, 0, 0, 0, loc), time.Date(2026, 3, 9, 0, 0, 0, 0, loc)) {
			c := reading.Context{Today: report.DayOf(m.At), Area: root.ID}
			if r := reader.Read(m.Text, c); r.Kind != reading.KindQuery && r.Kind != reading.KindOther {
				check(m.Text, c)
			}
		}
	}
	if n < 3000 {
		t.Errorf("only %d messages", n)
	}
}

// countyReader reads by the demo county.
func countyReader(t testing.TB) (*reading.Reader, *report.Areas) {
	t.Helper()
	list, err := report.ParseAreas("areas.csv", county.Areas())
	if err != nil {
		t.Fatal(err)
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	names, err := report.ParseNames("aliases.csv", county.Aliases())
	if err != nil {
		t.Fatal(err)
	}
	venues, err := report.ParseVenues("venues.csv", county.Venues())
	if err != nil {
		t.Fatal(err)
	}
	reader, err := reading.New(report.DefaultCatalogue(), areas, names, venues)
	if err != nil {
		t.Fatal(err)
	}
	return reader, areas
}
