package digest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huibao/report"
)

// at makes a moment of March 2026 in the county's zone.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.March, day, hour, minute, 0, 0, time.FixedZone("CST", 8*3600))
}

// standing is one of the week of 2 March, due on Monday 9 March at 12:00.
func standing(area int64, state report.DutyState, edit ...func(*report.Standing)) report.Standing {
	s := report.Standing{Duty: report.Duty{Area: area, Every: report.Week, Days: 1, Minute: 720}, Period: report.WeekOf(report.Date(2026, 3, 2)),
		Deadline: at(9, 12, 0), State: state, Nil: state == report.DutyNil}
	if s.Told() {
		s.At = at(8, 17, 5)
	}
	for _, e := range edit {
		e(&s)
	}
	return s
}

func inARow(n int) func(*report.Standing) { return func(s *report.Standing) { s.Missed = n } }

func screening(s *report.Standing) {
	s.Activity, s.Every, s.Period, s.Deadline = "screening", report.Month, report.MonthOf(report.Date(2026, 2, 1)), at(5, 17, 0)
}

func TestDutyLine(t *testing.T) {
	s := world(t)
	var list []report.Standing
	for i := range 17 {
		state := report.DutyMet
		switch i {
		case 3, 9:
			state = report.DutyMissing
		case 4:
			state = report.DutyNil
		case 5:
			state = report.DutyLate
		}
		list = append(list, standing(int64(i+1), state))
	}
	if got, want := DutyLine(s, list), "应报17 已报15 零报告1 迟报1 未报2"; got != want || columns(got) > lineWidth {
		t.Errorf("%s, want %s", got, want)
	}
	list[3].State = report.DutyOpen
	if got, want := DutyLine(s, list[:4]), "应报4 已报3 还没报1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := DutyLine(s, nil); got != "" {
		t.Errorf("nothing owed: %q", got)
	}
}

func TestStandings(t *testing.T) {
	s := world(t)
	week := []report.Standing{standing(changpu, report.DutyMet), standing(hongyan, report.DutyMissing, inARow(1)), standing(shuikou, report.DutyMissing, inARow(2))}
	month := []report.Standing{standing(changpu, report.DutyLate, screening), standing(hongyan, report.DutyNil, screening), standing(shuikou, report.DutyMissing, screening, inARow(3))}
	var many []report.Standing
	for i := range 60 {
		many = append(many, standing(int64(90001+i), report.DutyMissing, inARow(i)))
	}
	for name, lists := range map[string][][]report.Standing{
		"standings":          {week},
		"standings-kinds":    {week, month},
		"standings-both":     {append(week[:2:2], month...)},
		"standings-all-told": {{standing(changpu, report.DutyMet), standing(hongyan, report.DutyNil), standing(shuikou, report.DutyLate)}},
		"standings-open": {{standing(changpu, report.DutyMet), standing(hongyan, report.DutyOpen),
			standing(shuikou, report.DutyOpen, func(s *report.Standing) { s.Deadline = at(10, 9, 0) })}},
		"standings-none": {},
		"standings-many": {many},
		"standings-unknown-year": {{standing(hongyan, report.DutyOpen, func(s *report.Standing) {
			s.Period, s.Deadline = report.YearOf(report.Date(2026, 3, 9)), time.Date(2027, 1, 11, 10, 0, 0, 0, s.Deadline.Location())
		})}},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, Standings(s, lists...)) })
	}
	for name, lists := range map[string][][]report.Standing{
		"own-standings":         {{standing(changpu, report.DutyMet)}, {standing(changpu, report.DutyMissing, screening)}},
		"own-standings-open":    {{standing(changpu, report.DutyOpen)}},
		"own-standings-late":    {{standing(changpu, report.DutyLate, func(s *report.Standing) { s.At, s.Nil = at(9, 13, 30), true })}},
		"own-standings-no-duty": {},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, OwnStandings(s, changpu, lists...)) })
	}
}

func TestReminders(t *testing.T) {
	s := world(t)
	golden(t, "reminder-before", Reminder(s, standing(changpu, report.DutyOpen), at(9, 8, 0)))
	golden(t, "reminder-after", Reminder(s, standing(changpu, report.DutyMissing), at(9, 12, 0)))
	golden(t, "reminder-activity", Reminder(s, standing(changpu, report.DutyMissing, screening), at(5, 17, 1)))
}

func TestNilWords(t *testing.T) {
	s := world(t)
	for _, c := range []struct {
		p        report.Period
		activity string
		want     string
	}{
		{report.WeekOf(report.Date(2026, 3, 9)), "", "本周无活动"},
		{report.WeekOf(report.Date(2026, 3, 2)), "", "上周无活动"},
		{report.WeekOf(report.Date(2026, 2, 23)), "", "2月23日-3月1日无活动"},
		{report.MonthOf(report.Date(2026, 2, 23)), "screening", "2月1日-28日两癌检查零报告"},
		{report.QuarterOf(report.Date(2026, 2, 23)), "", "一季度无活动"},
		{report.MonthOf(report.Date(2025, 12, 1)), "", "2025年12月无活动"},
	} {
		if got := s.NilWords(c.p, c.activity); got != c.want {
			t.Errorf("%s: %s, want %s", c.p.Key(), got, c.want)
		}
	}
}

func TestUrged(t *testing.T) {
	s := world(t)
	for name, u := range map[string]Urged{
		"urged":             {Areas: 2, People: 5, At: at(9, 9, 2)},
		"urged-night":       {Areas: 2, People: 5, At: at(10, 8, 0), Morning: true},
		"urged-again":       {Again: 2, Last: at(9, 8, 40), At: at(9, 9, 2)},
		"urged-night-again": {Again: 2, Last: at(9, 21, 2), At: at(10, 8, 0), Morning: true},
		"urged-some":        {Areas: 1, People: 2, Again: 1, Last: at(9, 8, 40), At: at(9, 9, 2), Unreached: []Unreached{{shuikou, []string{"杨秀兰", "石\u202e某"}}, {hongyan, nil}}},
		"urged-nobody":      {At: at(9, 9, 2), Unreached: []Unreached{{shuikou, []string{"杨秀兰"}}}},
		"urged-all-there":   {At: at(9, 9, 2)},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, UrgedText(s, county, u, true)) })
	}
	var many []Unreached
	for i := range 40 {
		many = append(many, Unreached{int64(90001 + i), []string{strings.Repeat("长", 30), fmt.Sprint(i)}})
	}
	checkText(t, UrgedText(s, county, Urged{Unreached: many, At: at(9, 9, 2)}, true))
	golden(t, "urged-in-group", UrgedText(s, county, Urged{Areas: 1, People: 2, At: at(9, 9, 2), Unreached: []Unreached{{shuikou, []string{"杨秀兰"}}, {hongyan, nil}}}, false))
}

// TestOwersOfAProvince: many who owe are told by county, very many by city; a few have their county's name.
func TestOwersOfAProvince(t *testing.T) {
	list := []report.Area{{ID: 1, Code: "430000", Name: "湖南省"}}
	for city := range int64(3) {
		list = append(list, report.Area{ID: 10 + city, Parent: 1, Code: fmt.Sprintf("430%d00", 1+city), Name: fmt.Sprintf("市%d", city)})
		for county := range int64(9) {
			id := 100 + city*10 + county
			list = append(list, report.Area{ID: id, Parent: 10 + city, Code: fmt.Sprintf("430%d2%d", 1+city, county), Name: fmt.Sprintf("县%d%d", city, county)})
			for town := range int64(2) {
				list = append(list, report.Area{ID: id*10 + town, Parent: id, Code: fmt.Sprintf("430%d2%d10%d", 1+city, county, town), Name: "城关镇"})
			}
		}
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	s := Scene{Areas: areas}
	var owe []report.Standing
	for _, a := range list {
		if areas.Rank(a.ID) == report.Township {
			owe = append(owe, report.Standing{Duty: report.Duty{Area: a.ID}, State: report.DutyMissing})
		}
	}
	for name, c := range map[string]struct {
		list []report.Standing
		most int
		want []string
	}{
		"all of a province": {owe, 20, []string{"市018个", "市118个", "市218个"}},
		"a city's":          {owe[:18], 10, []string{"县002个", "县012个", "县022个", "县032个", "县042个", "县052个", "县062个", "县072个", "县082个"}},
		"of two counties":   {owe[1:3], 6, []string{"县00城关镇", "县01城关镇"}},
		"of one":            {owe[:2], 6, []string{"城关镇", "城关镇"}},
		"many of one":       {owe[:2], 1, []string{"城关镇", "城关镇"}},
	} {
		if got := s.owers(c.list, c.most); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
