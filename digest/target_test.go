package digest

import (
	"testing"

	"huibao/report"
)

func target(area int64, activity, measure string, done, value int64, edit ...func(*report.Completion)) report.Completion {
	c := report.Completion{Target: report.Target{Year: 2026, Area: area, Activity: activity, Measure: measure, Value: value}, Done: done}
	for _, e := range edit {
		e(&c)
	}
	return c
}

func split(below int64) func(*report.Completion) {
	return func(c *report.Completion) { c.Split, c.Below = true, below }
}

func TestCompletions(t *testing.T) {
	s := world(t)
	today := s.Today
	list := []report.Completion{
		target(county, "law_publicity", "participants", 24000, 20000, func(c *report.Completion) { c.Approx = true }),
		target(county, "family_education", "sessions", 31, 100),
		target(county, "visit_relief", "money_yuan", 8650050, 20000000, split(21000000)),
		target(county, "screening", "screened", 1180, 6000, split(5900)),
	}
	golden(t, "targets", Completions(s, list, today))
	golden(t, "targets-none", Completions(s, nil, today))
	golden(t, "targets-year-over", Completions(s, []report.Completion{target(changpu, "screening", "screened", 0, 300, func(c *report.Completion) { c.Year = 2025 })}, today))
	var many []report.Completion
	for range 40 {
		many = append(many, list[3])
	}
	golden(t, "targets-many", Completions(s, many, today))
	below := []report.Completion{target(changpu, "screening", "screened", 310, 1000), target(hongyan, "screening", "screened", 100, 2000), target(shuikou, "screening", "screened", 40, 1000),
		target(shuikou, "visit_relief", "money_yuan", 1, 2)}
	golden(t, "target", Completion(s, list[3], below, today))
	golden(t, "target-alone", Completion(s, list[1], below, today))
	golden(t, "targets-below", CompletionsBelow(s, list[3], below, today))
	golden(t, "targets-below-none", CompletionsBelow(s, list[1], below, today))
}
