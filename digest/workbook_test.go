package digest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"huibao/report"
)

var bookMorning = time.Date(2026, 3, 9, 9, 2, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))

func rowsOfArea(area int64, list []report.Tally) []report.Tally {
	for i := range list {
		list[i].Area = area
	}
	return list
}

func rowsOfMonth(month report.Day, list []report.Tally) []report.Tally {
	for i := range list {
		list[i].Month = month
	}
	return list
}

// addedUp adds tallies up line by line.
func addedUp(lists ...[]report.Tally) (sums []report.Tally) {
	for _, t := range join(lists...) {
		i := slices.IndexFunc(sums, func(sum report.Tally) bool { return sum.Key == t.Key })
		if i < 0 {
			sums = append(sums, t)
			continue
		}
		sums[i].Value, sums[i].Approx, sums[i].Events = sums[i].Value+t.Value, sums[i].Approx+t.Approx, sums[i].Events+t.Events
	}
	return sums
}

// weekBook is the book of CHAT's week.
func weekBook() report.Book {
	b := report.Book{Summary: tenthWeek()}
	b.At, b.FactsSeq = bookMorning, 812
	b.ByArea = join(
		rowsOfArea(county, tallies("law_publicity", 1, of("participants", "人次", 320))),
		rowsOfArea(changpu, join(
			tallies("screening", 5, of("screened", "人", 240)),
			tallies("law_publicity", 11, of("sessions", "场", 11), about(of("participants", "人次", 3100)), about(of("materials", "份", 5300)), of("people_helped", "人次", 120)),
			tallies("family_education", 9, of("participants", "人次", 610), part(of("children", "人", 45))))),
		rowsOfArea(hongyan, tallies("visit_relief", 11, of("households", "户", 62), of("money_yuan", "元", 3100000), labelled("油", of("goods", "壶", 12)), labelled("米", of("goods", "包", 12)))))
	b.Previous = join(tallies("law_publicity", 32, of("participants", "人次", 2400)), tallies("screening", 0))
	b.Silent, b.Nil = nil, []int64{shuikou}
	b.Targets = []report.Completion{{Target: report.Target{Year: 2026, Area: county, Activity: "screening", Measure: "screened", Value: 6000},
		Done: 1180, Below: 5900, Split: true}}
	b.Duties = []report.Standing{
		{Duty: report.Duty{Area: changpu}, Period: b.Period, Deadline: bookMorning, State: report.DutyMet, At: bookMorning.Add(-24 * time.Hour)},
		{Duty: report.Duty{Area: hongyan}, Period: b.Period, Deadline: bookMorning, State: report.DutyLate, At: bookMorning.Add(time.Hour)},
		{Duty: report.Duty{Area: shuikou, Activity: "petition"}, Period: b.Period, Deadline: bookMorning, State: report.DutyMissing, Missed: 2}}
	b.Restated = []report.Restatement{{Area: county, Period: report.WeekOf(report.Date(2026, 2, 23)), Lines: []report.Restated{{
		Key: report.Key{Activity: "law_publicity", Measure: "participants", Unit: "人次"}, Old: 1890, New: 1935,
		By: []report.Restating{{Report: 131, Area: hongyan, By: "王芳", Change: 60, Late: true}, {Report: 97, Area: changpu, By: "=李梅", Change: -15}}}}}}
	b.Reconciled = report.Reconciliation{Until: report.Date(2026, 3, 1), Published: true,
		Base:    join(tallies("law_publicity", 400, about(of("participants", "人次", 12380))), tallies("screening", 15, of("screened", "人", 940)), tallies("petition", 3, of("cases", "件", 3))),
		Current: b.Current,
		Amended: tallies("law_publicity", 1, of("participants", "人次", 45))}
	b.YearToDate = addedUp(b.Reconciled.Base, b.Reconciled.Current, b.Reconciled.Amended)
	return b
}

// yearBook is the book of a year that has been closed.
func yearBook() report.Book {
	b := weekBook()
	b.Period, b.Through, b.Closed = report.YearOf(report.Date(2025, 1, 1)), report.Date(2025, 12, 31), true
	b.HasPrevious, b.Previous = false, nil
	b.HasLastYear, b.LastYear = true, tallies("law_publicity", 10, of("participants", "人次", 3000), of("materials", "份", 0))
	b.YearToDate, b.Duties, b.Restated, b.Reconciled = b.Current, nil, nil, report.Reconciliation{}
	b.ByMonth = join(rowsOfMonth(report.Date(2025, 3, 1), join(tallies("law_publicity", 12, of("participants", "人次", 3420)))),
		rowsOfMonth(report.Date(2025, 10, 1), join(tallies("screening", 5, of("screened", "人", 240)), tallies("visit_relief", 11, of("money_yuan", "元", 3100000)))),
		rowsOfMonth(report.Date(2025, 12, 1), tallies("family_education", 9, of("participants", "人次", 610))))
	return b
}

func books(t *testing.T) map[string][]byte {
	t.Helper()
	s := world(t)
	running := weekBook()
	running.Period, running.Through = report.QuarterOf(report.Date(2026, 1, 1)), report.Date(2026, 3, 9)
	running.ByMonth = rowsOfMonth(report.Date(2026, 3, 1), append([]report.Tally{}, running.Current...))
	made := map[string][]byte{}
	for name, b := range map[string]report.Book{"week": weekBook(), "year": yearBook(), "quarter": running.Only("law_publicity"),
		"empty": {Summary: report.Summary{Area: shuikou, Period: report.MonthOf(report.Date(2026, 2, 1)), Through: report.Date(2026, 2, 28), At: bookMorning}}} {
		content, err := Workbook(s, b)
		if err != nil {
			t.Fatal(err)
		}
		made[name] = content
	}
	return made
}

// TestWorkbooks has every sheet as LibreOffice shows and calculates it.
func TestWorkbooks(t *testing.T) {
	for name, csv := range asCSV(t, books(t)) {
		t.Run(name, func(t *testing.T) { goldenFile(t, "workbook-"+name+".golden", csv) })
	}
}

func goldenFile(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s (rewrite with -update):\n%s\nwant:\n%s", name, got, want)
	}
}
