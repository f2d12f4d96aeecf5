package bot

import (
	"testing"
	"time"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/sandbox/county"
)

// What a reminder proposes to answer is read as a nil report of just that period and activity.
func TestProposedNilWordsAreUnderstood(t *testing.T) {
	areas := must(report.NewAreas(must(report.ParseAreas("areas.csv", county.Areas()))))
	catalogue := report.DefaultCatalogue()
	reader := must(reading.New(catalogue, areas, nil, nil))
	changpu, _ := areas.ByCode("430527100")
	activities := []string{""}
	for _, a := range catalogue.Activities {
		if a.Code != "other" { // no word means it: what is said is that there was nothing at all
			activities = append(activities, a.Code)
		}
	}
	for _, today := range []report.Day{report.Date(2026, time.March, 9), report.Date(2026, time.January, 5), report.Date(2026, time.July, 1), report.Date(2026, time.May, 31)} {
		scene := digest.Scene{Catalogue: catalogue, Areas: areas, Today: today}
		for _, kind := range report.Kinds {
			for p, n := report.PeriodOf(kind, today), 0; n < 3; p, n = p.Previous(), n+1 {
				if n == 0 && kind != report.Week && kind != report.Month {
					continue // not over: nobody is asked for it
				}
				for _, activity := range activities {
					words := scene.NilWords(p, activity)
					got := reader.Read(words, reading.Context{Today: today, Area: changpu.ID})
					if got.Kind != reading.KindZero || len(got.Zeros) != 1 {
						t.Errorf("%s on %s: %s, %d nil reports", words, today, got.Kind, len(got.Zeros))
						continue
					}
					if z := got.Zeros[0]; z.First != p.First || z.Last != p.Last || z.Activity != activity {
						t.Errorf("%s on %s: %s to %s of %q, want %s to %s of %q", words, today, z.First, z.Last, z.Activity, p.First, p.Last, activity)
					}
				}
			}
		}
	}
}
