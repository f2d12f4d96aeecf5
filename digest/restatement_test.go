package digest

import (
	"strings"
	"testing"
	"time"

	"huibao/report"
)

// ninthWeek is what became of the week before CHAT's.
func ninthWeek() report.Restatement {
	return report.Restatement{Area: county, Period: report.WeekOf(report.Date(2026, 2, 23)), Published: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		Lines: []report.Restated{
			{Key: key("visit_relief", "money_yuan", "元"), Old: 600000, New: 900050, By: []report.Restating{{Report: 140, Area: hongyan, By: "何军", Late: true, Change: 300050}}},
			{Key: key("law_publicity", "participants", "人次"), Old: 1890, New: 1935, NewApprox: true, By: []report.Restating{
				{Report: 131, Area: hongyan, By: "王芳", Why: "报告", Late: true, Change: 60},
				{Report: 97, Area: changpu, By: "李梅", Why: "编辑原消息", Change: -15}}},
			{Key: report.Key{Activity: "law_publicity"}, Old: 9, New: 10, By: []report.Restating{{Report: 131, Area: hongyan, By: "王芳", Late: true, Change: 1}}},
		}}
}

func TestRestatements(t *testing.T) {
	s := world(t)
	edit := func(f func(*report.Restatement)) report.Restatement { r := ninthWeek(); f(&r); return r }
	for name, r := range map[string]report.Restatement{
		"restatement":           ninthWeek(),
		"restatement-none":      edit(func(r *report.Restatement) { r.Lines = nil }),
		"restatement-never":     edit(func(r *report.Restatement) { r.Lines, r.Published = nil, time.Time{} }),
		"restatement-township":  edit(func(r *report.Restatement) { r.Area, r.Period = changpu, report.MonthOf(report.Date(2026, 2, 1)) }),
		"restatement-in-groups": edit(func(r *report.Restatement) { unnamed(r.Lines) }),
		"restatement-closed": edit(func(r *report.Restatement) {
			r.Period, r.Closed = report.YearOf(report.Date(2025, 1, 1)), true
			r.Lines[1].By[0].Closed, r.Lines[1].By[1].Closed = true, true
		}),
		"restatement-merged": edit(func(r *report.Restatement) {
			r.Lines = r.Lines[1:2]
			r.Lines[0].By = append(r.Lines[0].By, report.Restating{Change: -45})
			r.Lines[0].New = 1890 - 45
		}),
		"restatement-much": edit(func(r *report.Restatement) {
			for i := range 9 {
				line := report.Restated{Key: key("law_publicity", "participants", "人次"), Old: 1, New: 2}
				line.Label = string(rune('甲' + i))
				for n := range int64(12) {
					line.By = append(line.By, report.Restating{Report: 100 + n, Area: hongyan, By: "一个名字非常非常非常长的人", Why: "更正理由写得很长很长很长很长很长很长很长很长很长", Change: n})
				}
				r.Lines = append(r.Lines, line)
			}
		}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, Restatement(s, r)) })
	}
}

func unnamed(lines []report.Restated) {
	for _, line := range lines {
		for i := range line.By {
			line.By[i].By, line.By[i].Why = "", ""
		}
	}
}

// The reports are offered in the order they are named, each once, and never more than fit.
func TestRestatementButtons(t *testing.T) {
	s := world(t)
	r := ninthWeek()
	rows := RestatementButtons(s, r)
	if len(rows) != 1 || len(rows[0]) != 3 || rows[0][0] != (Button{"131", "q:0:find:131"}) || rows[0][1].Text != "97" || rows[0][2].Text != "140" {
		t.Errorf("buttons: %v", rows)
	}
	for n := range int64(20) {
		r.Lines[0].By = append(r.Lines[0].By, report.Restating{Report: 200 + n})
	}
	r.Lines[0].By = append(r.Lines[0].By, report.Restating{}) // merged areas: no report to open
	if rows := RestatementButtons(s, r); len(rows) != 2 || len(rows[0]) != 4 || len(rows[1]) != 4 {
		t.Errorf("many buttons: %v", rows)
	}
}

// reconciled is the tenth week with all there is to say of it.
func reconciled() report.Summary {
	sum := tenthWeek()
	sum.YearToDate = join(tallies("law_publicity", 413, about(of("participants", "人次", 15845))))
	sum.Reconciled = report.Reconciliation{Published: true, Until: report.Date(2026, 3, 1), Current: sum.Current,
		Base:    join(tallies("law_publicity", 375, about(of("participants", "人次", 12380)))),
		Amended: join(tallies("law_publicity", 1, of("participants", "人次", 45)), []report.Tally{{Key: key("visit_relief", "money_yuan", "元"), Value: 300050}})}
	sum.Restated = []report.Restatement{ninthWeek()}
	sum.Duties = []report.Standing{
		{Duty: report.Duty{Area: changpu, Every: report.Week}, Period: sum.Period, State: report.DutyMet},
		{Duty: report.Duty{Area: hongyan, Every: report.Week}, Period: sum.Period, State: report.DutyLate},
		{Duty: report.Duty{Area: shuikou, Every: report.Week}, Period: sum.Period, State: report.DutyMissing, Missed: 2},
	}
	return sum
}

func TestReconciledSummaries(t *testing.T) {
	s := world(t)
	edit := func(f func(*report.Summary)) report.Summary { sum := reconciled(); f(&sum); return sum }
	targets := []report.Completion{
		{Target: report.Target{Year: 2026, Area: county, Activity: "screening", Measure: "screened", Value: 6000}, Done: 1180},
		{Target: report.Target{Year: 2026, Area: county, Activity: "visit_relief", Measure: "money_yuan", Value: 1000000}, Done: 1035000, Approx: true},
	}
	month := func(s *report.Summary) {
		s.Period, s.Through = report.MonthOf(report.Date(2026, 2, 1)), report.Date(2026, 2, 28)
		s.HasLastYear, s.Begun = true, report.Date(2025, 1, 1)
		s.LastYear = join(tallies("law_publicity", 10), tallies("visit_relief", 30))
		s.Targets, s.Restated = targets, nil
		s.Reconciled.Amended, s.Reconciled.Until = nil, report.Date(2026, 1, 31)
		s.Reconciled.Base = tallies("law_publicity", 376)
	}
	for name, sum := range map[string]report.Summary{
		"week-reconciled": reconciled(),
		"week-taken-back": edit(func(s *report.Summary) {
			s.Restated[0].Lines[1].New, s.Restated[0].Lines[2].New = 1800, 8
			s.Reconciled.Base = join(tallies("law_publicity", 377, about(of("participants", "人次", 12515))))
			s.Reconciled.Amended = join(tallies("law_publicity", -1, of("participants", "人次", -90)))
		}),
		"week-closed-year": edit(func(s *report.Summary) {
			s.Restated[0].Closed, s.Restated[0].Period = true, report.WeekOf(report.Date(2025, 12, 22))
			s.Reconciled.Amended, s.Reconciled.Base = nil, tallies("law_publicity", 376)
		}),
		"week-open": edit(func(s *report.Summary) {
			for i := range s.Duties {
				s.Duties[i].State = report.DutyOpen
			}
			s.Duties[1].Activity = "screening"
		}),
		"week-full": edit(func(s *report.Summary) {
			for i := range 24 {
				s.Current = append(s.Current, tallies("activity"+string(rune('a'+i)), 1, of("participants", "人次", 5))...)
			}
		}),
		"month-compared": edit(month),
		"month-begun": edit(func(s *report.Summary) {
			month(s)
			s.HasLastYear, s.LastYear, s.Begun = false, nil, report.Date(2025, 4, 1)
		}),
		"quarter-compared": edit(func(s *report.Summary) {
			month(s)
			s.Period, s.Through = report.QuarterOf(report.Date(2026, 1, 1)), report.Date(2026, 3, 9)
		}),
		"half-compared": edit(func(s *report.Summary) {
			month(s)
			s.Period, s.Through = report.HalfOf(report.Date(2025, 1, 1)), report.Date(2025, 6, 30)
			s.Targets = nil
		}),
		"year-running": edit(func(s *report.Summary) {
			month(s)
			s.Period, s.Through = report.YearOf(report.Date(2026, 1, 1)), report.Date(2026, 3, 9)
		}),
		"year-closed": edit(func(s *report.Summary) {
			month(s)
			s.Period, s.Through = report.YearOf(report.Date(2025, 1, 1)), report.Date(2025, 12, 31)
			s.Closed, s.Corrected, s.Duties, s.Silent, s.Held = true, 2, nil, nil, 0
			for i := range s.Targets {
				s.Targets[i].Year = 2025
			}
		}),
		"year-begun": edit(func(s *report.Summary) {
			month(s)
			s.Period, s.Through = report.YearOf(report.Date(2025, 1, 1)), report.Date(2025, 12, 31)
			s.HasLastYear, s.Begun, s.Targets = false, report.Date(2024, 4, 1), nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, Summary(s, sum))
		})
	}
}

func TestChangesButtons(t *testing.T) {
	sum := reconciled()
	rows := SummaryButtons(world(t), sum)
	if last := rows[len(rows)-1]; len(last) != 1 || last[0] != (Button{"第9周变化", "v:" + itoa(int64(county)) + ":2026-W09"}) {
		t.Errorf("buttons of a digest: %v", rows)
	}
}

// TestLineName: a measure that is called like its activity is named once.
func TestLineName(t *testing.T) {
	s := world(t)
	for _, a := range s.Catalogue.Activities {
		for _, m := range a.Measures {
			name := s.lineName(report.Key{Activity: a.Code, Measure: m.Code})
			if first, rest, _ := strings.Cut(name, " "); first == rest {
				t.Errorf("%s of %s is called %s", m.Code, a.Code, name)
			}
		}
	}
}
