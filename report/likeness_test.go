package report

import "testing"

func likenessAreas(t *testing.T) *Areas {
	t.Helper()
	areas, err := NewAreas([]Area{
		{ID: 1, Code: "430527", Name: "绥宁县"},
		{ID: 2, Parent: 1, Code: "430527100", Name: "长铺镇"},
		{ID: 3, Parent: 2, Code: "430527100001", Name: "长铺社区"},
		{ID: 4, Parent: 2, Code: "430527100004", Name: "江口园社区"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return areas
}

func TestSameEventToldTwice(t *testing.T) {
	areas := likenessAreas(t)
	day := Date(2026, 3, 8)
	event := func(area int64, day Day, figures ...Figure) Report {
		return Report{Activity: "law_publicity", Area: area, Day: day, Figures: figures}
	}
	people := func(n int64) Figure { return Figure{Measure: "participants", Unit: "人次", Value: n} }
	about := func(n int64) Figure {
		return Figure{Measure: "participants", Unit: "人次", Value: n, Approx: true}
	}
	papers := func(n int64) Figure { return Figure{Measure: "materials", Unit: "份", Value: n} }
	advice := Figure{Measure: "people_helped", Unit: "人次", Value: 12}
	one := Figure{Measure: MeasureSessions, Unit: "场", Value: 1}
	village := event(3, day, people(320), papers(500))
	tests := []struct {
		name string
		a, b Report
		same bool
	}{
		{"village, then township with approximate figures and one more", village, event(2, day, about(320), papers(500), advice), true},
		{"township first", event(2, day, about(300), papers(500)), village, true},
		{"county a day later", village, event(1, day+1, about(320)), true},
		{"two days later", village, event(2, day+2, about(320)), false},
		{"neighbouring community", village, event(4, day, people(320), papers(500)), false},
		{"other activity", village, Report{Activity: "anti_drug", Area: 3, Day: day, Figures: village.Figures}, false},
		{"other figures", village, event(2, day, people(45), papers(90)), false},
		{"one figure corrected", village, event(2, day, people(320), papers(600)), true},
		{"only sessions agree", event(3, day, one, people(320)), event(2, day, one, people(50)), false},
		{"nothing in common", event(3, day, people(320)), event(2, day, papers(500)), false},
		{"near 300 is 290", event(3, day, people(290)), event(2, day, about(300)), true},
		{"300 and more is not 410", event(3, day, people(410)), event(2, day, about(300)), false},
		{"exact figures must be equal", event(3, day, people(320)), event(2, day, people(321)), false},
		{"a run of days that includes the day", village, Report{Activity: "law_publicity", Area: 2, Day: day - 5, Until: day, Figures: village.Figures}, true},
	}
	for _, tt := range tests {
		l, possible := areas.Compare(tt.a, tt.b)
		if got := possible && l.Same(); got != tt.same {
			t.Errorf("%s: same = %v (%+v, possible %v), want %v", tt.name, got, l, possible, tt.same)
		}
	}
	if l, _ := areas.Compare(village, event(2, day, about(320), papers(500), advice)); l != (Likeness{Agree: 2, Extra: 1}) {
		t.Errorf("village and township: %+v, want two that agree and one more", l)
	}
}
