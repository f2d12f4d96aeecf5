package digest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huibao/report"
)

// TestAnswerChart draws answers of each kind.
func TestAnswerChart(t *testing.T) {
	wide := county17(t)
	year := report.YearOf(wide.Today)
	ask := func(q report.Query) report.Query {
		q.Area, q.Period = county, year
		if q.About == "" {
			q.About = report.AboutSums
		}
		return q
	}
	people := func(value, approx int64) report.Tally {
		return report.Tally{Key: key("law_publicity", "participants", "人次"), Value: value, Approx: approx}
	}
	var towns, months []report.Tally
	for i, id := range wide.Areas.Children(county)[:9] {
		n := people(int64(i*i*137+20), int64(i%2))
		n.Area = id
		towns = append(towns, n)
	}
	for _, m := range monthly(2026, 11, 31) {
		n := people(m.Events*41, m.Events%2)
		n.Month = m.Month
		months = append(months, n)
	}
	sums := []report.Tally{{Key: key("law_publicity", "", ""), Events: 120}, people(27_960, 4)}
	law := report.Query{Activity: "law_publicity", Measure: "participants"}
	byArea, byMonth, goals, kinds := law, law, report.Query{About: report.AboutCompletion}, report.Query{By: report.ByActivity}
	byArea.By, byMonth.By = report.ByArea, report.ByMonth
	for name, a := range map[string]report.Answer{
		"areas":      {Query: ask(byArea), Sums: sums, Split: towns, Silent: wide.Areas.Children(county)[9:], Held: 2},
		"months":     {Query: ask(byMonth), Sums: sums, Split: months},
		"completion": {Query: ask(goals), Targets: targets()},
		"activities": {Query: ask(kinds), Sums: weekSummary().Current, Asked: 1},
		"nothing":    {Query: ask(byArea)},
	} {
		t.Run(name, func(t *testing.T) {
			a.Through = wide.Today
			d := drawAnswer(wide, a)
			var drawn strings.Builder
			for _, m := range d.marks {
				fmt.Fprintln(&drawn, m)
			}
			goldenBytes(t, "chart-answer-"+name, drawn.String())
			d.check(t)
			made, err := AnswerChart(wide, a)
			if err != nil || len(made.Bytes) > 300<<10 || !made.Photo || units(made.Caption) > maxCaption {
				t.Errorf("%d bytes, caption %q, %v", len(made.Bytes), made.Caption, err)
			}
			if dir := os.Getenv("HUIBAO_CHARTS"); dir != "" { // to look at
				if err := os.WriteFile(filepath.Join(dir, "answer-"+name+".png"), made.Bytes, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
