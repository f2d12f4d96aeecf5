package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/report"
)

// answersAddUp: whatever happened to reports, an answer's sums are what the reports it lists say, all pages together, and the
// parts of a divided answer make the whole.
func answersAddUp(t *testing.T, w *world) {
	h := &history{w: w}
	w.read(func(v *View) { h.areas = must(v.Areas()) })
	rapid.Check(t, func(t *rapid.T) {
		next := rapid.SliceOfN(steps(), 1, 8).Draw(t, "steps")
		w.write(func(tx *Tx) {
			for _, s := range next {
				if s.kind != "merge" { // an area merged into another below a different one counts in both
					h.do(tx, s)
				}
			}
		})
		q := anyQuery(h).Draw(t, "query")
		today := q.Period.Last - report.Day(rapid.IntRange(-3, 3).Draw(t, "days to go"))
		w.read(func(v *View) {
			c := must(v.Catalogue())
			whole := must(v.Answer(q, today))
			if fault := partsAddUp(v, q, today, whole); fault != "" {
				t.Fatal(fault)
			}
			if fault := reportsAddUp(v, c, q, whole, 1+rapid.IntRange(0, 5).Draw(t, "size")); fault != "" {
				t.Fatal(fault)
			}
		})
	})
}

// anyQuery asks about any area, period, activity and measure.
func anyQuery(h *history) *rapid.Generator[report.Query] {
	return rapid.Custom(func(t *rapid.T) report.Query {
		first := date("2025-11-20") + report.Day(rapid.IntRange(0, 110).Draw(t, "first"))
		p := report.Period{Kind: report.Range, First: first, Last: first + report.Day(rapid.IntRange(0, 100).Draw(t, "length"))}
		if kind := rapid.SampledFrom([]report.PeriodKind{report.Range, report.Week, report.Month, report.Quarter, report.Year}).Draw(t, "kind"); kind != report.Range {
			p = report.PeriodOf(kind, first)
		}
		return report.Query{About: report.AboutSums, Period: p, Area: rapid.SampledFrom(h.areas.All()).Draw(t, "area").ID,
			Activity: rapid.SampledFrom([]string{"", "law_publicity", "family_education", "screening"}).Draw(t, "activity"),
			Measure:  rapid.SampledFrom([]string{"", "", "participants", "materials", "sessions"}).Draw(t, "measure")}
	})
}

// partsAddUp says where the parts of an answer differ from the whole.
func partsAddUp(v *View, q report.Query, today report.Day, whole report.Answer) string {
	for _, by := range []report.Split{report.ByArea, report.ByMonth} {
		q.By = by
		parts := must(v.Answer(q, today))
		if today < q.Period.First {
			continue
		}
		if got, want := adding(parts.Split), adding(whole.Sums); got != want {
			return fmt.Sprintf("%+v: by %s the parts are %s, the whole is %s", q, by, got, want)
		}
	}
	return ""
}

// adding adds up tallies key by key, and writes them in order.
func adding(tallies []report.Tally) string {
	var facts []report.Fact
	for _, t := range tallies {
		facts = append(facts, report.Fact{Key: t.Key, Value: t.Value, Approx: t.Approx, Events: t.Events})
	}
	return fmt.Sprint(report.Sum(facts))
}

// reportsAddUp says where the reports that make up an answer do not: each is listed once, newest day first, and what they
// count is the sum.
func reportsAddUp(v *View, c *report.Catalogue, q report.Query, whole report.Answer, size int) string {
	var facts []report.Fact
	var listed []report.Report
	for page := 1; ; page++ {
		reports, total, err := v.ReportsPage(q, page, size)
		check(err)
		listed = append(listed, reports...)
		if len(reports) == 0 {
			if len(listed) != total {
				return fmt.Sprintf("%+v: %d reports on all pages, %d are said", q, len(listed), total)
			}
			break
		}
	}
	for i, r := range listed {
		if i > 0 && (listed[i-1].Day < r.Day || listed[i-1].Day == r.Day && listed[i-1].ID <= r.ID) {
			return fmt.Sprintf("%+v: %d of %s is listed after %d of %s", q, r.ID, r.Day, listed[i-1].ID, listed[i-1].Day)
		}
		facts = append(facts, report.Post(report.Report{}, r)...)
	}
	asked := func(list []report.Tally) []report.Tally {
		return slices.DeleteFunc(list, func(t report.Tally) bool {
			return !q.Fits(c, t.Key) || q.Measure != "" && q.Measure != report.MeasureSessions && t.Measure != q.Measure || q.Measure == report.MeasureSessions && t.Measure != ""
		})
	}
	withoutNothing := func(list []report.Tally) []report.Tally {
		for i := range list {
			list[i].Approx = 0 // a figure of 0 can be approximate, and makes no report worth listing
		}
		return slices.DeleteFunc(list, func(t report.Tally) bool { return t.Value == 0 && t.Events == 0 })
	}
	got, want := withoutNothing(asked(report.Sum(facts))), withoutNothing(asked(slices.Clone(whole.Sums)))
	if whole.Through < q.Period.First {
		return ""
	}
	if !slices.Equal(got, want) {
		return fmt.Sprintf("%+v: the reports make %v, the answer says %v", q, got, want)
	}
	return ""
}

func answers(t *testing.T, w *world) {
	year := report.YearOf(date("2026-01-01"))
	today := date("2026-03-09")
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2025-03-05", 100))
		w.file(tx, lecture(community, "2025-03-20", 1000)) // after the days that are compared
		w.file(tx, lecture(community, "2026-03-05", 320))
		w.file(tx, lecture(jiangkou, "2026-02-05", 30))
		w.file(tx, lecture(hongyan, "2026-03-08", 7))
		held := lecture(community, "2026-03-05", 9)
		held.State = report.Held
		w.file(tx, held)
		held.Activity, held.State = "family_education", report.Asked
		w.file(tx, held)
	})
	ask := func(v *View, edit func(*report.Query)) report.Answer {
		q := report.Query{About: report.AboutSums, Period: year, Area: countyID, Activity: "law_publicity", Measure: "participants"}
		edit(&q)
		return must(v.Answer(q, today))
	}
	w.read(func(v *View) {
		a := ask(v, func(q *report.Query) { q.Against, q.By = report.AgainstLastYear, report.ByArea })
		w.equal(attendance(a.Sums), map[int64]int64{0: 357})
		w.equal(attendance(a.Split), map[int64]int64{changpu: 350, hongyan: 7})
		w.equal([]any{a.Through, a.Held, a.Asked, a.Silent}, []any{today, 1, 0, []int64{wuyang}})
		w.equal([]any{a.BaseOf.Key(), a.NoBase, a.Begun}, []any{"2025-01-01..2025-03-09", report.BeforeBegin, date("2025-03-01")})

		a = ask(v, func(q *report.Query) { q.Against, q.Period = report.AgainstLastYear, report.MonthOf(today) })
		w.equal([]any{a.BaseOf.Key(), a.NoBase, attendance(a.Base)}, []any{"2025-03-01..2025-03-09", report.HasBase, map[int64]int64{0: 100}})
		a = ask(v, func(q *report.Query) { q.Against, q.Period = report.AgainstPrevious, report.MonthOf(today) })
		w.equal([]any{a.BaseOf.Key(), attendance(a.Base)}, []any{"2026-02-01..2026-02-09", map[int64]int64{0: 30}})
		a = ask(v, func(q *report.Query) {
			q.Against, q.Period = report.AgainstPrevious, report.MonthOf(date("2026-02-01"))
		})
		w.equal([]any{a.BaseOf.Key(), a.NoBase}, []any{"2026-01", report.BaseIsZero})

		a = ask(v, func(q *report.Query) { q.Activity, q.Area = "", changpu })
		w.equal([]any{attendance(a.Sums), a.Held, a.Asked}, []any{map[int64]int64{0: 350}, 1, 1})
		a = ask(v, func(q *report.Query) { q.About, q.Activity, q.Measure, q.Number = report.AboutWhy, "", "", 357 })
		w.equal([]any{a.Query.Activity, a.Query.Measure, a.Total, a.Pages}, []any{"law_publicity", "participants", 3, 1})
		w.equal([]any{ids(a.Reports), a.By[w.li]}, []any{[]int64{5, 3, 4}, "李梅"})
		a = ask(v, func(q *report.Query) { q.Period = report.YearOf(date("2027-01-01")) })
		w.equal([]any{len(a.Sums), a.Held}, []any{0, 0})
		a = must(v.AnswerPage(report.Query{About: report.AboutReports, Period: year, Area: changpu}, today, 99))
		w.equal([]any{ids(a.Reports), a.Page, a.Pages}, []any{[]int64{3, 4}, 1, 1})
	})
}

// wasPublishedOnce: a number of last week's digest that changed since is known by it, with what changed it.
func wasPublishedOnce(t *testing.T, w *world) {
	week := report.WeekOf(date("2026-03-04"))
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-05", 320))
		w.file(tx, lecture(community, "2026-02-05", 11))
		publish(tx, countyID, week, week.Last+1)
	})
	w.clock.move(time.Hour)
	w.write(func(tx *Tx) { w.file(tx, lecture(hongyan, "2026-03-06", 60)) })
	q := report.Query{About: report.AboutWhy, Period: report.YearOf(week.First), Area: countyID, Assumed: report.Assumed{Period: true}}
	w.read(func(v *View) {
		q.Number = 320
		a := must(v.Answer(q, week.Last+1))
		w.equal([]any{a.Found, a.Query.Period, a.Query.Activity, a.Query.Measure, a.Total}, []any{false, week, "law_publicity", "participants", 2})
		if a.Restated == nil || len(a.Restated.Lines) != 1 || len(a.Restated.Lines[0].By) != 1 {
			t.Fatalf("what changed is not said: %+v", a.Restated)
		}
		by := a.Restated.Lines[0].By[0]
		w.equal([]any{by.Report, by.Change, by.Late}, []any{3, 60, true})
		q.Number = 380 // the week's, as it is now
		a = must(v.Answer(q, week.Last+1))
		w.equal([]any{a.Found, a.Query.Period, a.Restated == nil}, []any{true, week, true})
		q.Number = 391 // the year's
		a = must(v.Answer(q, week.Last+1))
		w.equal([]any{a.Found, a.Query.Period.Kind}, []any{true, report.Year})
		q.Number = 12345
		a = must(v.Answer(q, week.Last+1))
		w.equal([]any{a.Found, a.Restated == nil}, []any{false, true})
	})
}

func queriesKept(t *testing.T, w *world) {
	q := report.Query{About: report.AboutSums, Period: report.WeekOf(date("2026-03-09")), Area: changpu, Activity: "law_publicity",
		By: report.ByArea, Against: report.AgainstLastYear, Number: 3214, Assumed: report.Assumed{Area: true}, Unread: []string{"超额"}}
	var id int64
	began := w.clock.now()
	w.write(func(tx *Tx) {
		must(tx.KeepQuery(w.chat, w.li, report.Query{}))
		id = must(tx.KeepQuery(w.chat, w.li, q))
		must(tx.KeepQuery(w.chat, w.wang, report.Query{}))
	})
	w.read(func(v *View) {
		kept := must(v.QueryByID(id))
		w.equal(kept, Asked{ID: id, Chat: w.chat, Member: w.li, At: began, Query: q})
		last, ok, err := v.LastQuery(w.chat, w.li, began)
		w.equal([]any{last.ID, ok, err}, []any{id, true, nil})
		_, ok, _ = v.LastQuery(w.chat, w.li, began.Add(1e6))
		w.equal(ok, false)
		_, ok, _ = v.LastQuery(w.chat+1, w.li, began)
		w.equal(ok, false)
		_, err = v.QueryByID(id + 7)
		w.is(err, ErrNotFound)
	})
	w.equal(must(w.db.PruneQueries(t.Context(), began)), 0)
	w.equal(must(w.db.PruneQueries(t.Context(), began.Add(1e6))), 3)
	w.read(func(v *View) {
		_, err := v.QueryByID(id)
		w.is(err, ErrNotFound)
	})
}
