package digest

import (
	"fmt"
	"math"
	"testing"

	"huibao/report"
)

// week makes the tallies of one activity: its events and the given sums.
func tallies(activity string, events int64, sums ...report.Tally) []report.Tally {
	list := []report.Tally{{Key: report.Key{Activity: activity}, Events: events}}
	for _, t := range sums {
		t.Activity = activity
		list = append(list, t)
	}
	return list
}

func of(measure, unit string, value int64) report.Tally {
	return report.Tally{Key: report.Key{Measure: measure, Unit: unit}, Value: value}
}

func about(t report.Tally) report.Tally { t.Approx = 1; return t }

func labelled(label string, t report.Tally) report.Tally { t.Label = label; return t }

func part(t report.Tally) report.Tally { t.Part = true; return t }

func join(lists ...[]report.Tally) []report.Tally {
	var all []report.Tally
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// tenthWeek is the week of CHAT's supervisor on Monday 9 March 2026.
func tenthWeek() report.Summary {
	return report.Summary{Area: county, Period: report.WeekOf(report.Date(2026, 3, 2)), Through: report.Date(2026, 3, 8), HasPrevious: true,
		Current: join(
			tallies("screening", 5, of("screened", "人", 240)),
			tallies("visit_relief", 11, of("households", "户", 62), of("money_yuan", "元", 3100000), labelled("油", of("goods", "壶", 12)), labelled("米", of("goods", "包", 12))),
			tallies("law_publicity", 12, of("sessions", "场", 12), about(of("participants", "人次", 3420)), about(of("materials", "份", 5300)), of("people_helped", "人次", 120)),
			tallies("family_education", 9, of("participants", "人次", 610), part(of("children", "人", 45)))),
		Previous:   tallies("law_publicity", 32),
		YearToDate: tallies("law_publicity", 412),
		Held:       2, Silent: []int64{hongyan, shuikou}}
}

func TestSummaries(t *testing.T) {
	s := world(t)
	edit := func(f func(*report.Summary)) report.Summary { sum := tenthWeek(); f(&sum); return sum }
	many := func(detailed bool) []report.Tally {
		var all []report.Tally
		for i := range 24 {
			sums := []report.Tally{of("participants", "人次", int64(100*i))}
			if detailed {
				sums = append(sums, of("money", "元", 100))
			}
			all = append(all, tallies(fmt.Sprintf("activity%02d", i), int64(i+1), sums...)...)
		}
		return all
	}
	for name, sum := range map[string]report.Summary{
		"week":       tenthWeek(),
		"week-first": edit(func(s *report.Summary) { s.HasPrevious, s.Previous, s.YearToDate = false, nil, s.Current }),
		"week-empty": edit(func(s *report.Summary) {
			s.Current, s.Held, s.Silent = nil, 0, []int64{changpu, hongyan, shuikou}
		}),
		"week-running": edit(func(s *report.Summary) {
			s.Period, s.Through = report.WeekOf(report.Date(2026, 3, 9)), report.Date(2026, 3, 9)
		}),
		"week-missed": edit(func(s *report.Summary) {
			s.Missed = []report.Period{report.WeekOf(report.Date(2026, 2, 16)), report.WeekOf(report.Date(2026, 2, 23))}
		}),
		"week-new-year": edit(func(s *report.Summary) {
			s.Period, s.Through = report.WeekOf(report.Date(2025, 12, 31)), report.Date(2026, 1, 4)
		}),
		"week-township": edit(func(s *report.Summary) { s.Area, s.Silent = changpu, []int64{jiangkou} }),
		"week-huge": edit(func(s *report.Summary) {
			s.Current = tallies("visit_relief", math.MaxInt64, of("households", "户", math.MaxInt64), about(of("money_yuan", "元", math.MaxInt64)))
		}),
		"week-many":  edit(func(s *report.Summary) { s.Current = many(false) }),
		"week-dense": edit(func(s *report.Summary) { s.Current = join(many(true)[:27], s.Current) }),
		"month": edit(func(s *report.Summary) {
			s.Period, s.Through = report.MonthOf(report.Date(2026, 2, 1)), report.Date(2026, 2, 28)
		}),
		"quarter": edit(func(s *report.Summary) {
			s.Period, s.Through = report.QuarterOf(report.Date(2026, 1, 1)), report.Date(2026, 3, 9)
		}),
		"half": edit(func(s *report.Summary) {
			s.Period, s.Through = report.HalfOf(report.Date(2025, 1, 1)), report.Date(2025, 6, 30)
		}),
		"range": edit(func(s *report.Summary) {
			s.Period, s.Through = report.Period{Kind: report.Range, First: report.Date(2026, 3, 1), Last: report.Date(2026, 3, 8)}, report.Date(2026, 3, 8)
			s.Silent = []int64{90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008}
		}),
		"year": edit(func(s *report.Summary) {
			s.Period, s.Through, s.HasPrevious = report.YearOf(report.Date(2025, 1, 1)), report.Date(2025, 12, 31), false
			s.Held, s.Silent = 0, nil
		}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, Summary(s, sum)) })
	}
}

func TestTowns(t *testing.T) {
	s := world(t)
	at := func(area int64, list []report.Tally) []report.Tally {
		for i := range list {
			list[i].Area = area
		}
		return list
	}
	sum := tenthWeek()
	sum.ByArea = join(
		at(hongyan, tallies("law_publicity", 5, of("participants", "人次", 5))),
		at(changpu, join(tallies("screening", 3), tallies("family_education", 7), tallies("law_publicity", 3))),
		at(county, tallies("other", 1)))
	sum.Silent = []int64{shuikou}
	golden(t, "towns", Towns(s, sum))
	sum.Current, sum.ByArea, sum.Silent = nil, nil, []int64{changpu, hongyan, shuikou}
	golden(t, "towns-empty", Towns(s, sum))
}
