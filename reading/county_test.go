package reading_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huibao/reading"
	"huibao/report"
	"huibao/sandbox/county"
)

// TestCountyYear reads a made-up year of plain reports, of which the generator knows the truth. Filing a wrong number
// without a question is the worst a reader can do: none may be, and nearly all must be read without a question.
func TestCountyYear(t *testing.T) {
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
	from := map[int64]int64{}
	for _, p := range county.People() {
		a, _ := areas.ByCode(p.Area)
		from[p.TelegramID] = a.ID
	}
	loc := time.FixedZone("CST", 8*3600)
	var all, asked, wrong int
	for _, seed := range []uint64{2026, 7, 77} {
		for _, m := range county.Year(seed, time.Date(2025, 3, 3, 0, 0, 0, 0, loc), time.Date(2026, 3, 9, 0, 0, 0, 0, loc)) {
			if m.Want == nil {
				continue
			}
			all++
			r := reader.Read(m.Text, reading.Context{Today: report.DayOf(m.At), Area: from[m.From]})
			why := compare(areas, r, m.Want)
			switch {
			case why == "":
			case r.Kind != reading.KindReport, doubtful(r):
				if asked++; asked <= 40 {
					t.Logf("asked: %s [%s] %s", strings.ReplaceAll(m.Text, "\n", "⏎"), m.At.Format(time.DateOnly), why)
				}
			default:
				if wrong++; wrong <= 40 {
					t.Errorf("filed wrong without a question: %s [%s] %s", strings.ReplaceAll(m.Text, "\n", "⏎"), m.At.Format(time.DateOnly), why)
				}
			}
		}
	}
	t.Logf("%d clear reports: %d asked about, %d filed wrong", all, asked, wrong)
	if wrong > 0 || asked*100 > all {
		t.Errorf("%d of %d asked about (at most 1 %%), %d filed wrong (none)", asked, all, wrong)
	}
}

func doubtful(r reading.Reading) bool {
	for _, e := range r.Entries {
		if !e.Clear {
			return true
		}
	}
	return false
}

// compare says what of a reading differs from the truth, and that something is in doubt.
func compare(areas *report.Areas, r reading.Reading, want []county.Entry) string {
	if len(r.Entries) != len(want) {
		return fmt.Sprintf("%d entries, want %d", len(r.Entries), len(want))
	}
	for i, w := range want {
		e := r.Entries[i]
		area, _ := areas.ByID(e.Area)
		got := map[string]int64{}
		for _, f := range e.Figures {
			got[f.Measure] = f.Value
			if f.Unit == report.MoneyUnit {
				got[f.Measure] = f.Value / 100
			}
		}
		if e.Activity != w.Activity || e.Day.String() != w.Day || area.Code != w.Area || fmt.Sprint(got) != fmt.Sprint(w.Measures) {
			return fmt.Sprintf("got %s %s %s %v, want %s %s %s %v", e.Activity, e.Day, area.Code, got, w.Activity, w.Day, w.Area, w.Measures)
		}
		if !e.Clear {
			return fmt.Sprintf("in doubt: %+v", e.Doubts)
		}
	}
	return ""
}
