package digest

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/report"
)

// thisYear asks about the running year of the small world.
func thisYear(edit func(*report.Answer)) report.Answer {
	a := report.Answer{Query: report.Query{About: report.AboutSums, Area: changpu, Activity: "law_publicity", Period: report.YearOf(report.Date(2026, 1, 1))},
		Through: report.Date(2026, 3, 9)}
	edit(&a)
	return a
}

func inArea(area int64, list []report.Tally) []report.Tally {
	for i := range list {
		list[i].Area = area
	}
	return list
}

func inMonth(month time.Month, list []report.Tally) []report.Tally {
	for i := range list {
		list[i].Month = report.Date(2026, month, 1)
	}
	return list
}

func lawTalks() []report.Tally {
	return tallies("law_publicity", 9, of("sessions", "场", 9), about(of("materials", "份", 5300)), about(of("participants", "人次", 4120)))
}

// TestAnswersEach words answers about several activities.
func TestAnswersEach(t *testing.T) {
	s := world(t)
	family := tallies("family_education", 3, of("sessions", "场", 3), about(of("participants", "人次", 180)))
	both := func(about report.About) (report.Query, []report.Answer) {
		one := thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Area, a.Query.Measure, a.Sums, a.Held = about, county, "participants", lawTalks(), 1
		})
		two, none := one, one
		two.Query.Activity, two.Sums, two.Held = "family_education", family, 0
		none.Query.Activity, none.Query.Measure, none.Sums, none.Held = "screening", "", nil, 0
		q := one.Query
		q.Also = []report.Topic{{Activity: "family_education", Measure: "participants"}, {Activity: "screening"}}
		return q, []report.Answer{one, two, none}
	}
	q, list := both(report.AboutSums)
	golden(t, "answer-each", Answers(s, q, list))
	q.Also = append(q.Also, report.Topic{Activity: "insurance"})
	q.Unread = []string{"第三批"}
	golden(t, "answer-each-many", Answers(s, q, list))
	for i := range list {
		list[i].Query.Against, list[i].Query.Measure = report.AgainstLastYear, ""
		list[i].BaseOf = report.Period{Kind: report.Range, First: report.Date(2025, 1, 1), Last: report.Date(2025, 3, 9)}
		list[i].Base = tallies(list[i].Query.Activity, 6, of("participants", "人次", 90))
	}
	golden(t, "answer-each-compared", Answers(s, q, list[:2]))
	q, list = both(report.AboutCompletion)
	list[2].Targets = []report.Completion{{Target: report.Target{Year: 2026, Area: county, Activity: "screening", Measure: "screened", Value: 6000}, Done: 1180}}
	golden(t, "answer-each-completion", Answers(s, q, list))
	golden(t, "answer-one-by-one", OneByOne(s, q))
}

func TestAnswers(t *testing.T) {
	s := world(t)
	quarter := report.QuarterOf(report.Date(2026, 1, 1))
	february := report.MonthOf(report.Date(2026, 2, 1))
	lastMarch := report.Period{Kind: report.Range, First: report.Date(2025, 1, 1), Last: report.Date(2025, 3, 9)}
	relief := join(tallies("visit_relief", 11, of("money_yuan", "元", 6150000)), tallies("screening", 3, of("money_yuan", "元", 2500000)))
	for name, a := range map[string]report.Answer{
		"sums":           thisYear(func(a *report.Answer) { a.Query.Measure, a.Sums, a.Held = "participants", lawTalks(), 1 }),
		"sums-materials": thisYear(func(a *report.Answer) { a.Query.Measure, a.Sums, a.Asked = "materials", lawTalks(), 2 }),
		"sums-untold":    thisYear(func(a *report.Answer) { a.Query.Measure, a.Sums = "people_helped", lawTalks() }),
		"sums-events":    thisYear(func(a *report.Answer) { a.Query.Measure, a.Sums = "sessions", tallies("law_publicity", 9) }),
		"sums-none":      thisYear(func(a *report.Answer) { a.Query.Measure, a.Held = "participants", 1 }),
		"sums-half-read": thisYear(func(a *report.Answer) {
			a.Query.Measure, a.Sums, a.Query.Unread = "participants", lawTalks(), []string{"超额的\u202e那种", "第三批"}
		}),
		"sums-all": thisYear(func(a *report.Answer) {
			a.Query.Activity, a.Query.Area, a.Sums, a.Query.Period, a.Through = "", county, tenthWeek().Current, february, february.Last
		}),
		"sums-running": thisYear(func(a *report.Answer) { a.Query.Period, a.Sums = quarter, lawTalks() }),
		"sums-ahead":   thisYear(func(a *report.Answer) { a.Query.Period = report.QuarterOf(report.Date(2026, 4, 1)) }),
		"sums-measure": thisYear(func(a *report.Answer) {
			a.Query.Activity, a.Query.Measure, a.Query.Area, a.Sums = "", "money_yuan", county, relief
		}),
		"sums-measure-none": thisYear(func(a *report.Answer) { a.Query.Activity, a.Query.Measure = "", "money_yuan" }),
		"sums-goods": thisYear(func(a *report.Answer) {
			a.Query.Activity, a.Query.Measure = "", "goods"
			a.Sums = tallies("visit_relief", 2, labelled("油", of("goods", "壶", 12)), labelled("米", of("goods", "包", 12)))
		}),
		"sums-nowhere": thisYear(func(a *report.Answer) { a.Query.Area, a.Query.Unread = 0, []string{"长浦镇"} }),
		"sums-never":   thisYear(func(a *report.Answer) { a.Query.Period, a.Query.Unread = report.Period{}, []string{"2月30日"} }),
		"sums-closed": thisYear(func(a *report.Answer) {
			a.Query.Period, a.Sums, a.Closed = report.YearOf(report.Date(2025, 1, 1)), lawTalks(), true
			a.Through = a.Query.Period.Last
		}),
		"compared": thisYear(func(a *report.Answer) {
			a.Query.Against, a.Query.Area, a.Query.Period, a.BaseOf, a.Sums = report.AgainstLastYear, county, quarter, lastMarch, lawTalks()
			a.Base = tallies("law_publicity", 10, of("participants", "人次", 4120), of("materials", "份", 6000), of("people_helped", "人次", 12))
		}),
		"compared-all": thisYear(func(a *report.Answer) {
			a.Query.Activity, a.Query.Against, a.Query.Period, a.Through, a.BaseOf = "", report.AgainstPrevious, february, february.Last, report.MonthOf(report.Date(2026, 1, 1))
			a.Sums, a.Base = tenthWeek().Current, join(tallies("screening", 8), tallies("law_publicity", 12), tallies("petition", 1))
		}),
		"compared-measure": thisYear(func(a *report.Answer) {
			a.Query.Activity, a.Query.Measure, a.Query.Against, a.BaseOf, a.Sums = "", "money_yuan", report.AgainstLastYear, lastMarch, relief
			a.Base = tallies("visit_relief", 11, of("money_yuan", "元", 9100000))
		}),
		"compared-begun": thisYear(func(a *report.Answer) {
			a.Query.Against, a.Query.Period, a.BaseOf, a.Sums, a.NoBase, a.Begun = report.AgainstLastYear, quarter, lastMarch, lawTalks(), report.BeforeBegin, report.Date(2025, 4, 1)
		}),
		"compared-partly": thisYear(func(a *report.Answer) {
			a.Query.Against, a.Query.Period, a.BaseOf, a.Sums, a.NoBase, a.Begun = report.AgainstLastYear, quarter, lastMarch, lawTalks(), report.BeforeBegin, report.Date(2025, 2, 1)
		}),
		"compared-zero": thisYear(func(a *report.Answer) {
			a.Query.Against, a.BaseOf, a.Sums, a.NoBase = report.AgainstLastYear, lastMarch, lawTalks(), report.BaseIsZero
		}),
		"compared-week": thisYear(func(a *report.Answer) {
			a.Query.Against, a.Query.Period, a.NoBase, a.Sums = report.AgainstLastYear, report.WeekOf(report.Date(2020, 12, 31)), report.BaseIsNone, lawTalks()
			a.Through = a.Query.Period.Last
		}),
		"compared-neither": thisYear(func(a *report.Answer) {
			a.Query.Against, a.BaseOf, a.NoBase = report.AgainstLastYear, lastMarch, report.BaseIsZero
		}),
		"by-area": thisYear(func(a *report.Answer) {
			a.Query.Area, a.Query.By, a.Query.Activity = county, report.ByArea, "family_education"
			a.Split = join(inArea(changpu, tallies("family_education", 5)), inArea(hongyan, tallies("family_education", 8)), inArea(county, tallies("family_education", 1)))
			a.Sums, a.Silent = tallies("family_education", 14), []int64{shuikou}
		}),
		"by-area-money": thisYear(func(a *report.Answer) {
			a.Query.Area, a.Query.By, a.Query.Activity, a.Query.Measure = county, report.ByArea, "", "money_yuan"
			a.Split = join(inArea(changpu, tallies("visit_relief", 5, about(of("money_yuan", "元", 123450)))), inArea(hongyan, tallies("visit_relief", 8, of("money_yuan", "元", 6150000))), inArea(shuikou, tallies("visit_relief", 1)))
			a.Sums = tallies("visit_relief", 14, about(of("money_yuan", "元", 6273450)))
		}),
		"by-area-none": thisYear(func(a *report.Answer) {
			a.Query.Area, a.Query.By = county, report.ByArea
			a.Silent, a.Nil = []int64{hongyan, shuikou}, []int64{changpu}
		}),
		"by-month": thisYear(func(a *report.Answer) {
			a.Query.By = report.ByMonth
			a.Split, a.Sums = join(inMonth(1, tallies("law_publicity", 4)), inMonth(3, tallies("law_publicity", 5))), tallies("law_publicity", 9)
		}),
		"by-month-begun": thisYear(func(a *report.Answer) {
			a.Query.By, a.Query.Activity, a.Query.Period.First, a.Query.Period.Kind, a.Begun = report.ByMonth, "", report.Date(2025, 11, 1), report.Range, report.Date(2026, 1, 1)
			a.Split, a.Sums = inMonth(1, tallies("law_publicity", 4)), tallies("law_publicity", 4)
		}),
		"reports": thisYear(func(a *report.Answer) {
			second := with(lawTalk(), func(r *report.Report) {
				r.ID, r.By, r.Area, r.Day, r.Figures[0].Value = 112, 2, jiangkou, report.Date(2026, 3, 2), 320
			})
			first := with(lawTalk(), func(r *report.Report) { r.By = 1; r.Day--; r.Figures[0].Value = 280 })
			a.Query.About, a.Query.Measure, a.Reports, a.By = report.AboutReports, "participants", []report.Report{first, second}, map[int64]string{1: "李梅", 2: "周\u202e兰"}
			a.Page, a.Pages, a.Total = 1, 3, 17
		}),
		"reports-all": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Activity, a.By, a.Page, a.Pages, a.Total = report.AboutReports, "", map[int64]string{1: "李梅"}, 1, 1, 2
			aid := report.Report{ID: 121, By: 1, State: report.Filed, Activity: "hardship_aid", Area: hongyan, Day: report.Date(2025, 12, 30), Figures: []report.Figure{
				{Measure: "women_two_cancers", Unit: "人", Value: 5}, {Measure: "money_two_cancers", Unit: "元", Value: 6000000}}}
			a.Reports = []report.Report{with(lawTalk(), func(r *report.Report) { r.By, r.Until = 1, r.Day+1 }), aid}
		}),
		"reports-none": thisYear(func(a *report.Answer) { a.Query.About, a.Page, a.Pages = report.AboutReports, 1, 1 }),
		"reports-running": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Activity, a.Query.Measure, a.By, a.Page, a.Pages = report.AboutReports, "insurance", "women", map[int64]string{1: "李梅"}, 1, 1
			a.Reports = []report.Report{{ID: 131, By: 1, State: report.Filed, Activity: "insurance", Area: hongyan, Day: s.Today, Figures: []report.Figure{
				{Measure: "women", Unit: "人", Value: 1200, Base: 980, Running: true}}}}
		}),
		"completion": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Area, a.Query.Activity, a.Held = report.AboutCompletion, county, "screening", 1
			of := func(area, value, done int64) report.Completion {
				return report.Completion{Target: report.Target{Year: 2026, Area: area, Activity: "screening", Measure: "screened", Value: value}, Done: done}
			}
			a.Targets, a.Below = []report.Completion{of(county, 6000, 1180)}, []report.Completion{of(changpu, 1000, 310), of(shuikou, 1000, 40)}
		}),
		"completion-none": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Area, a.Query.Activity = report.AboutCompletion, county, "screening"
			a.Sums = tallies("screening", 12, of("screened", "人", 1180))
		}),
		"completion-nothing": thisYear(func(a *report.Answer) { a.Query.About, a.Query.Activity = report.AboutCompletion, "screening" }),
		"why": thisYear(func(a *report.Answer) {
			a.Found = true
			a.Query.About, a.Query.Measure, a.Query.Number, a.By, a.Page, a.Pages, a.Total = report.AboutWhy, "participants", 4120, map[int64]string{0: "李梅"}, 1, 2, 9
			a.Sums, a.Reports = lawTalks(), []report.Report{lawTalk()}
		}),
		"why-many": thisYear(func(a *report.Answer) {
			a.Found, a.More = true, true
			a.Query.About, a.Query.Measure, a.Query.Number, a.By, a.Page, a.Pages, a.Total = report.AboutWhy, "participants", 4120, map[int64]string{0: "李梅"}, 2, 100, 600
			a.Sums, a.Reports = lawTalks(), []report.Report{lawTalk()}
		}),
		"why-otherwise": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Measure, a.Query.Number, a.By, a.Page, a.Pages, a.Total = report.AboutWhy, "participants", 3214, map[int64]string{0: "李梅"}, 1, 2, 9
			a.Sums, a.Reports = lawTalks(), []report.Report{lawTalk()}
		}),
		"why-which": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Number, a.By, a.Page, a.Pages, a.Total = report.AboutWhy, 3214, map[int64]string{0: "李梅"}, 1, 2, 9
			a.Sums, a.Reports = lawTalks(), []report.Report{lawTalk()}
		}),
		"why-published": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Measure, a.Query.Number, a.By, a.Page, a.Pages, a.Total = report.AboutWhy, "participants", 4075, map[int64]string{0: "李梅"}, 1, 2, 9
			a.Sums, a.Reports = lawTalks(), []report.Report{lawTalk()}
			a.Restated = &report.Restatement{Published: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), Lines: []report.Restated{{Old: 4075, New: 4120, By: []report.Restating{
				{Report: 131, Area: hongyan, Late: true, Change: 60}, {Report: 97, Area: shuikou, Change: -15}}}}}
		}),
		"why-unknown": thisYear(func(a *report.Answer) {
			a.Query.About, a.Query.Activity, a.Query.Number, a.Page, a.Pages, a.Total = report.AboutWhy, "", 3214, 1, 2, 9
			a.Sums = join(lawTalks(), tallies("screening", 3))
		}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, "answer-"+name, Answer(s, a)) })
	}
}

// TestAnswerOfManyAreas shows more areas than fit, with the longest names of the county.
func TestAnswerOfManyAreas(t *testing.T) {
	list := []report.Area{{ID: county, Code: "430527", Name: "绥宁县"}}
	for i := range int64(33) {
		list = append(list, report.Area{ID: 100 + i, Parent: county, Code: fmt.Sprintf("4305272%02d", i), Name: []string{"长铺子苗族侗族乡", "红岩镇", "黄桑坪苗族乡"}[i%3]})
	}
	s := world(t)
	s.Areas, _ = report.NewAreas(list)
	a := thisYear(func(a *report.Answer) {
		a.Query.Area, a.Query.By, a.Query.Measure = county, report.ByArea, "participants"
		for i := range int64(24) {
			a.Split = append(a.Split, inArea(100+i, tallies("law_publicity", 1, about(of("participants", "人次", 100000*i*i+1))))...)
		}
		a.Sums = tallies("law_publicity", 24, about(of("participants", "人次", 300000000)))
		for i := range int64(9) {
			a.Silent = append(a.Silent, 124+i)
		}
	})
	golden(t, "answer-by-area-many", Answer(s, a))
	a.Split = nil
	golden(t, "answer-by-area-silent", Answer(s, a))
}

func TestChangeInWords(t *testing.T) {
	for _, c := range []struct {
		now, before int64
		want        string
	}{
		{12, 10, "＋20.0%"}, {10, 12, "－16.7%"}, {1125, 1000, "＋12.5%"}, {2001, 2000, "＋0.1%"}, {1999, 2000, "－0.1%"}, {20001, 20000, "＋0.0%"},
		{5, 5, "持平"}, {0, 0, "持平"}, {3, 0, "—"}, {0, 3, "－100.0%"}, {970, 1000, "－3.0%"}, {math.MaxInt32, 1, "＋214,748,364,600.0%"},
	} {
		if got := change(c.now, c.before); got != c.want {
			t.Errorf("from %d to %d: %s, want %s", c.before, c.now, got, c.want)
		}
	}
}

// TestAnswersFit words answers with any numbers: every line but the longest names fits a phone, all of it one message.
func TestAnswersFit(t *testing.T) {
	s := world(t)
	rapid.Check(t, func(r *rapid.T) {
		number := rapid.Int64Range(-5, math.MaxInt64/1000)
		some := func(area int64, month time.Month) (list []report.Tally) {
			for _, a := range s.Catalogue.Activities {
				if !rapid.Bool().Draw(r, "has") {
					continue
				}
				one := tallies(a.Code, rapid.Int64Range(0, 1000).Draw(r, "events"))
				for _, m := range a.Measures {
					one = append(one, report.Tally{Key: report.Key{Activity: a.Code, Measure: m.Code, Unit: m.Unit}, Value: number.Draw(r, "value"), Approx: rapid.Int64Range(0, 1).Draw(r, "approx")})
				}
				list = append(list, inArea(area, inMonth(month, one))...)
			}
			return list
		}
		activity := rapid.SampledFrom(s.Catalogue.Activities).Draw(r, "activity")
		a := thisYear(func(a *report.Answer) {
			a.Query.About = rapid.SampledFrom([]report.About{report.AboutSums, report.AboutWhy, report.AboutReports}).Draw(r, "about")
			a.Query.Activity, a.Query.By = activity.Code, rapid.SampledFrom([]report.Split{report.Whole, report.ByArea, report.ByMonth}).Draw(r, "by")
			a.Query.Against = rapid.SampledFrom([]report.Against{report.AgainstNothing, report.AgainstLastYear, report.AgainstPrevious}).Draw(r, "against")
			a.Query.Measure = rapid.SampledFrom(append([]report.Measure{{}}, activity.Measures...)).Draw(r, "measure").Code
			if rapid.Bool().Draw(r, "any") {
				a.Query.Activity = ""
			}
			a.Sums, a.Base, a.Split = some(0, 1), some(0, 1), join(some(changpu, 1), some(hongyan, 2), some(county, 3))
			a.BaseOf, a.Page, a.Pages, a.Total = report.MonthOf(report.Date(2025, 1, 1)), 1, 1, 3
		})
		text := Answer(s, a)
		if len(strings.Split(text.Body, "\n")) > 34 {
			r.Fatalf("too long:\n%s", text.Body)
		}
		if strings.Contains(text.Body, "\n\n") || text.Body == "" {
			r.Fatalf("an empty line:\n%s", text.Body)
		}
		if fmt.Sprint(Answer(s, a)) != fmt.Sprint(text) {
			r.Fatal("the same answer is worded in two ways")
		}
	})
}
