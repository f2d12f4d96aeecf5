package store

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/report"
)

var (
	plain          = report.Grouping{}
	byArea         = report.Grouping{Area: true}
	byMonth        = report.Grouping{Month: true}
	byAreaAndMonth = report.Grouping{Area: true, Month: true}
	groupings      = []report.Grouping{plain, byArea, byMonth, byAreaAndMonth}
)

// history does random things to reports, and remembers what a ledger kept by hand would say.
type history struct {
	w       *world
	areas   *report.Areas
	reports []report.Report
	facts   []report.Fact
}

// step is one thing that happens.
type step struct {
	kind  string
	says  report.Report
	which int // of the reports or areas, modulo their number
	other int
}

func figures() *rapid.Generator[report.Figure] {
	return rapid.Custom(func(t *rapid.T) report.Figure {
		return report.Figure{
			Measure: rapid.SampledFrom([]string{"participants", "materials", "sessions", "relief_money"}).Draw(t, "measure"),
			Label:   rapid.SampledFrom([]string{"", "", "米", "油"}).Draw(t, "label"),
			Unit:    rapid.SampledFrom([]string{"人次", "份", "元"}).Draw(t, "unit"),
			Value:   rapid.Int64Range(0, 1_000_000).Draw(t, "value"),
			Approx:  rapid.Bool().Draw(t, "approx"),
			Part:    rapid.Bool().Draw(t, "part"),
			Claim:   rapid.IntRange(0, 9).Draw(t, "claim") == 0,
		}
	})
}

func steps() *rapid.Generator[step] {
	kinds := []string{"file", "file", "file", "file", "change", "change", "withdraw", "restore", "fail", "fail", "merge"}
	areas := rapid.Int64Range(1, int64(len(county())))
	return rapid.Custom(func(t *rapid.T) step {
		return step{
			kind:  rapid.SampledFrom(kinds).Draw(t, "kind"),
			which: rapid.IntRange(0, 1000).Draw(t, "which"),
			other: rapid.IntRange(0, 1000).Draw(t, "other"),
			says: report.Report{
				State:    rapid.SampledFrom([]report.State{report.Filed, report.Filed, report.Filed, report.Withdrawn, report.Held}).Draw(t, "state"),
				Activity: rapid.SampledFrom([]string{"law_publicity", "family_education", "screening"}).Draw(t, "activity"),
				Area:     areas.Draw(t, "area"),
				Org:      areas.Draw(t, "org"),
				Day:      date("2025-11-25") + report.Day(rapid.IntRange(0, 100).Draw(t, "day")),
				Figures:  rapid.SliceOfN(figures(), 0, 4).Draw(t, "figures"),
			},
		}
	})
}

// do lets a step happen in the store and in the history.
func (h *history) do(tx *Tx, s step) {
	switch {
	case s.kind == "file":
		r := h.w.file(tx, s.says)
		h.facts = append(h.facts, report.Post(report.Report{}, r)...)
		h.reports = append(h.reports, r)
	case s.kind == "fail":
		before := *h
		before.reports = slices.Clone(h.reports)
		h.w.is(tx.attempt(func() error {
			h.do(tx, step{kind: "file", says: s.says})
			h.do(tx, step{kind: "withdraw", which: s.which})
			return ErrStale
		}), ErrStale)
		*h = before
	case s.kind == "merge":
		h.merge(tx, s)
	case len(h.reports) > 0:
		h.revise(tx, s)
	}
}

func (h *history) revise(tx *Tx, s step) {
	i := s.which % len(h.reports)
	old := h.reports[i]
	next := old.Clone()
	switch s.kind {
	case "withdraw":
		next.State = report.Withdrawn
	case "restore":
		next.State = report.Filed
	default:
		next.State, next.Activity, next.Area, next.Org, next.Day, next.Figures =
			s.says.State, s.says.Activity, s.says.Area, s.says.Org, s.says.Day, s.says.Figures
	}
	next = must(tx.Revise(next, Change{By: h.w.li, Why: "button"}))
	h.facts = append(h.facts, report.Post(old, next)...)
	h.reports[i] = next
}

// merge gives an area a successor.
func (h *history) merge(tx *Tx, s step) {
	all := slices.Clone(h.areas.All())
	merged, into := 1+s.which%(len(all)-1), 1+s.other%(len(all)-1)
	if s.says.State != report.Held || slices.Contains(h.areas.Ancestors(all[into].ID), all[merged].ID) {
		return
	}
	all[merged].MergedInto = all[into].ID
	must(tx.ImportAreas(all))
	h.areas = must(tx.Areas())
}

// tally sums by hand what Tally promises.
func (h *history) tally(area int64, p report.Period, g report.Grouping) []report.Tally {
	type group struct {
		area  int64
		month report.Day
	}
	groups := map[group][]report.Fact{}
	for _, f := range h.facts {
		above := h.areas.Ancestors(f.Area)
		if !p.Contains(f.Day) || !slices.Contains(above, area) {
			continue
		}
		var month report.Day
		if g.Month {
			month = f.Day.Month()
		}
		if !g.Area {
			groups[group{0, month}] = append(groups[group{0, month}], f)
			continue
		}
		itself := true
		for _, below := range h.areas.Children(area) {
			if slices.Contains(above, below) && !mergedBelow(h.areas, below, area) {
				groups[group{below, month}] = append(groups[group{below, month}], f)
				itself = false
			}
		}
		if itself {
			groups[group{area, month}] = append(groups[group{area, month}], f)
		}
	}
	tallies := []report.Tally{}
	for of, facts := range groups {
		for _, sum := range report.Sum(facts) {
			sum.Area, sum.Month = of.area, of.month
			tallies = append(tallies, sum)
		}
	}
	slices.SortFunc(tallies, func(a, b report.Tally) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Month, b.Month), a.Key.Compare(b.Key))
	})
	return tallies
}

const naive = `
SELECT l.activity, l.measure, l.label, l.unit, l.part, SUM(f.value), SUM(f.approx), SUM(f.events)
FROM facts f JOIN lines l ON l.id = f.line_id JOIN area_paths p ON p.leaf = f.area_id
WHERE p.ancestor = $1 AND f.day BETWEEN $2 AND $3
GROUP BY 1, 2, 3, 4, 5 HAVING SUM(f.value) <> 0 OR SUM(f.approx) <> 0 OR SUM(f.events) <> 0 ORDER BY 1, 2, 3, 4, 5`

// tallyByGroupBy sums the facts themselves.
func (v *View) tallyByGroupBy(area int64, p report.Period) ([]report.Tally, error) {
	return collect(v.query(naive, area, p.First, p.Last), func(scan scanner) (t report.Tally, err error) {
		return t, scan(&t.Activity, &t.Measure, &t.Label, &t.Unit, &t.Part, &t.Value, &t.Approx, &t.Events)
	})
}

// anyHistory: whatever happens to reports and areas, every tally is the sum of the facts, and verify agrees.
func anyHistory(t *testing.T, w *world) {
	h := &history{w: w}
	w.read(func(v *View) { h.areas = must(v.Areas()) })
	rapid.Check(t, func(t *rapid.T) { // one history, checked again and again as it grows
		next := rapid.SliceOfN(steps(), 1, 8).Draw(t, "steps")
		w.write(func(tx *Tx) {
			for _, s := range next {
				h.do(tx, s)
			}
		})
		first := date("2025-11-20") + report.Day(rapid.IntRange(0, 100).Draw(t, "first"))
		p := report.Period{Kind: report.Range, First: first, Last: first + report.Day(rapid.IntRange(0, 100).Draw(t, "days"))}
		if rapid.Bool().Draw(t, "months") {
			p.First, p.Last = p.First.Month(), report.MonthOf(p.Last).Last
		}
		area := rapid.SampledFrom(h.areas.All()).Draw(t, "area").ID
		w.read(func(v *View) {
			for _, g := range groupings {
				got, want := must(v.Tally(area, p, g)), h.tally(area, p, g)
				if !slices.Equal(got, want) {
					t.Fatalf("area %d, %s, %+v\n%s", area, p.Key(), g, difference(got, want))
				}
			}
			if got, want := must(v.tallyByGroupBy(area, p)), must(v.Tally(area, p, plain)); !slices.Equal(got, want) {
				t.Fatalf("area %d, %s: GROUP BY disagrees\n%s", area, p.Key(), difference(got, want))
			}
		})
		problems, err := w.db.Verify(background)
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	})
}

func difference(got, want []report.Tally) (text string) {
	for _, line := range got {
		if !slices.Contains(want, line) {
			text += fmt.Sprintf("got  %+v\n", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			text += fmt.Sprintf("want %+v\n", line)
		}
	}
	return text
}

// attendance gives the people in a tally, by area.
func attendance(tallies []report.Tally) map[int64]int64 {
	people := map[int64]int64{}
	for _, t := range tallies {
		if t.Measure == "participants" {
			people[t.Area] += t.Value
		}
	}
	return people
}

func mergedAreas(t *testing.T, w *world) {
	year := report.YearOf(date("2026-01-01"))
	week := period("2026-03-02", "2026-03-08")
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 1))
		w.file(tx, lecture(hongyanVillage, "2026-03-08", 10))
		w.file(tx, lecture(hongyan, "2026-03-08", 100))
		w.file(tx, lecture(countyID, "2026-03-08", 1000))
	})
	// 红岩镇 goes into 武阳镇; later its village reports once more, under the old name.
	w.write(func(tx *Tx) {
		rows := county()
		rows[hongyan-1].MergedInto = wuyang
		diff := must(tx.ImportAreas(rows))
		w.equal([]any{diff.Changed, diff.Lines}, []any{1, []string{"changed: 430527103 红岩镇"}})
		w.file(tx, lecture(hongyanVillage, "2026-03-09", 10_000))
	})
	w.write(func(tx *Tx) { must(tx.ImportAreas(county())) }) // a list that does not name the successor keeps it
	w.read(func(v *View) {
		w.equal(attendance(must(v.Tally(wuyang, year, plain))), map[int64]int64{0: 10_110})
		w.equal(attendance(must(v.Tally(hongyan, year, plain))), map[int64]int64{0: 10_110})
		w.equal(attendance(must(v.Tally(countyID, year, plain))), map[int64]int64{0: 11_111})
		w.equal(attendance(must(v.Tally(countyID, year, byArea))), map[int64]int64{countyID: 1000, changpu: 1, wuyang: 10_110})
		w.equal(attendance(must(v.Tally(countyID, week, byArea))), map[int64]int64{countyID: 1000, changpu: 1, wuyang: 110})
		w.equal(attendance(must(v.Tally(hongyan, year, byArea))), map[int64]int64{hongyan: 100, hongyanVillage: 10_010})
		w.equal(must(v.Summary(countyID, week, date("2026-03-09"))).Silent, []int64{})
	})
	w.clean()
}

func summaries(t *testing.T, w *world) {
	week := report.WeekOf(date("2026-03-04"))
	w.write(func(tx *Tx) {
		held := lecture(community, "2026-03-05", 9)
		held.State = report.Held
		w.file(tx, held)
		w.file(tx, lecture(community, "2026-03-05", 320))
		w.file(tx, lecture(community, "2026-03-09", 50)) // after the week
		w.file(tx, lecture(countyID, "2026-03-08", 7))
	})
	w.read(func(v *View) {
		s := must(v.Summary(countyID, week, date("2026-03-09")))
		w.equal([]any{s.Area, s.Period, s.Through, s.At}, []any{countyID, week, week.Last, w.clock.now()})
		w.equal([]any{s.FactsSeq, s.Held, s.HasPrevious, len(s.Previous)}, []any{6, 1, false, 0})
		w.equal(attendance(s.Current), map[int64]int64{0: 327})
		w.equal(report.EventsOf(s.Current, ""), 2)
		w.equal(attendance(s.YearToDate), map[int64]int64{0: 327})
		w.equal(attendance(s.ByArea), map[int64]int64{countyID: 7, changpu: 320})
		w.equal(s.Silent, []int64{hongyan, wuyang})
	})
	w.write(func(tx *Tx) { w.file(tx, lecture(hongyan, "2025-12-30", 1)) })
	w.read(func(v *View) {
		running := must(v.Summary(countyID, report.WeekOf(date("2026-03-09")), date("2026-03-09")))
		w.equal([]any{running.Through, running.HasPrevious}, []any{date("2026-03-09"), true})
		w.equal(attendance(running.Previous), map[int64]int64{0: 327})
		w.equal(attendance(running.YearToDate), map[int64]int64{0: 377})
		newYear := must(v.Summary(countyID, report.WeekOf(date("2026-01-01")), date("2026-03-09")))
		w.equal(attendance(newYear.Current), map[int64]int64{0: 1})
		w.equal(attendance(newYear.YearToDate), map[int64]int64{}) // the year of the week's end
		w.equal(must(v.Summary(hongyan, week, date("2026-03-09"))).HasPrevious, true)
		w.equal(must(v.Summary(wuyang, week, date("2026-03-09"))).HasPrevious, false)
	})
}

// A span of many years asks for the years there are.
func TestTallyOfAllTime(t *testing.T) {
	w := &world{TB: t, clock: &clock{at: time.Date(2026, 3, 9, 9, 0, 0, 0, shanghai)}}
	w.db = openSQLite(t, w.clock)
	w.found()
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2024-02-29", 1))
		w.file(tx, lecture(community, "2026-03-08", 2))
	})
	w.read(func(v *View) {
		always := report.Period{Kind: report.Range, First: 1, Last: date("9999-12-31")}
		w.equal(attendance(must(v.Tally(countyID, always, plain))), map[int64]int64{0: 3})
		w.equal(len(must(v.Tally(countyID, always, byAreaAndMonth))), 4)
		w.equal(must(v.Tally(countyID, period("2024-03-01", "2026-03-07"), byMonth)), []report.Tally{})
	})
}
