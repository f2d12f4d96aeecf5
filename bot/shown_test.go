package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/sandbox/county"
)

// TestShownIsReadTheSame reads what a receipt shows of a report again: cadres copy a receipt, change a number and send it.
func TestShownIsReadTheSame(t *testing.T) {
	reader, areas := countyReader(t)
	scene := digest.Scene{Catalogue: report.DefaultCatalogue(), Areas: areas}
	loc := time.FixedZone("CST", 8*3600)
	from := map[int64]int64{}
	for _, p := range county.People() {
		a, _ := areas.ByCode(p.Area)
		from[p.TelegramID] = a.ID
	}
	all, asked, other := 0, 0, 0
	for _, m := range county.Year(2026, time.Date(2025, 3, 3, 0, 0, 0, 0, loc), time.Date(2026, 3, 9, 0, 0, 0, 0, loc)) {
		c := reading.Context{Today: report.DayOf(m.At), Area: from[m.From]}
		scene.Today = c.Today
		for _, e := range reader.Read(m.Text, c).Entries {
			if !e.Clear {
				continue
			}
			r := report.Report{ID: 1, State: report.Filed, Activity: e.Activity, Title: e.Title, Area: e.Area, Day: e.Day, Until: e.Until, Place: e.Place, Figures: e.Figures}
			_, shown, _ := strings.Cut(digest.Receipt(scene, digest.Filing{Items: []digest.Item{{Report: r}}}).Body, "\n")
			all++
			again := reader.Read(shown, c).Entries
			same := len(again) == 1 && fmt.Sprint(again[0].Activity, again[0].Area, again[0].Day, again[0].Figures) == fmt.Sprint(e.Activity, e.Area, e.Day, e.Figures)
			switch {
			case len(again) != 1 || !again[0].Clear:
				asked++
			case !same:
				if other++; other <= 20 {
					t.Errorf("%s\nis shown as\n%s\nand that is read as %+v\nwant %+v", m.Text, shown, again, e)
				}
			}
		}
	}
	t.Logf("%d reports shown, %d asked about, %d read otherwise", all, asked, other)
	if asked*20 > all {
		t.Errorf("%d of %d shown reports are asked about, at most 5 %%", asked, all)
	}
}

func countyReader(t *testing.T) (*reading.Reader, *report.Areas) {
	t.Helper()
	areas := must(report.NewAreas(must(report.ParseAreas("areas.csv", county.Areas()))))
	names := must(report.ParseNames("aliases.csv", county.Aliases()))
	venues := must(report.ParseVenues("venues.csv", county.Venues()))
	return must(reading.New(report.DefaultCatalogue(), areas, names, venues)), areas
}
