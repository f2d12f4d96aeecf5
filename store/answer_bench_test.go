package store

import (
	"testing"

	"huibao/report"
)

// BenchmarkAnswer asks a ledger of -reports reports what people ask.
func BenchmarkAnswer(b *testing.B) {
	w := bench(b)
	w.fill()
	today := date("2026-12-30")
	year, week, month := report.YearOf(today), report.WeekOf(date("2026-03-04")), report.MonthOf(date("2026-11-04"))
	for _, c := range []struct {
		name string
		q    report.Query
	}{
		{"activity, county, year", report.Query{About: report.AboutSums, Period: year, Area: 1, Activity: "activity_03"}},
		{"activity, county, year, by area", report.Query{About: report.AboutSums, Period: year, Area: 1, Activity: "activity_03", By: report.ByArea}},
		{"all, county, year, by month", report.Query{About: report.AboutSums, Period: year, Area: 1, By: report.ByMonth}},
		{"all, county, month against the one before", report.Query{About: report.AboutSums, Period: month, Area: 1, Against: report.AgainstPrevious}},
		{"all, township, week, by area", report.Query{About: report.AboutSums, Period: week, Area: 2, By: report.ByArea}},
		{"reports, activity, county, year", report.Query{About: report.AboutReports, Period: year, Area: 1, Activity: "activity_03", Measure: "materials"}},
		{"reports, all, county, year", report.Query{About: report.AboutReports, Period: year, Area: 1}},
		{"reports, all, township, week", report.Query{About: report.AboutReports, Period: week, Area: 2}},
		{"reports, activity, township, year", report.Query{About: report.AboutReports, Period: year, Area: 2, Activity: "activity_03"}},
		{"why, county, year", report.Query{About: report.AboutWhy, Period: year, Area: 1, Number: 3214, Assumed: report.Assumed{Period: true}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w.read(func(v *View) { must(v.Answer(c.q, today)) })
			}
		})
	}
}
