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

func (h *history) figures() *rapid.Generator[report.Figure] {
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

// say fills what a report says.
func (h *history) say(t *rapid.T, r *report.Report) {
	all := h.areas.All()
	r.State = rapid.SampledFrom([]report.State{report.Filed, report.Filed, report.Filed, report.Withdrawn, report.Held}).Draw(t, "state")
	r.Activity = rapid.SampledFrom([]string{"law_publicity", "family_education", "screening"}).Draw(t, "activity")
	r.Area = rapid.SampledFrom(all).Draw(t, "area").ID
	r.Org = rapid.SampledFrom(all).Draw(t, "org").ID
	r.Day = date("2025-11-25") + report.Day(rapid.IntRange(0, 100).Draw(t, "day"))
	r.Figures = rapid.SliceOfN(h.figures(), 0, 4).Draw(t, "figures")
}

func (h *history) file(t *rapid.T, tx *Tx) {
	r := report.Report{}
	h.say(t, &r)
	state := r.State
	r = h.w.file(tx, r)
	if r.State != state {
		t.Fatalf("filed as %s, kept as %s", state, r.State)
	}
	h.facts = append(h.facts, report.Post(report.Report{}, r)...)
	h.reports = append(h.reports, r)
}

func (h *history) revise(t *rapid.T, tx *Tx) {
	if len(h.reports) == 0 {
		return
	}
	i := rapid.IntRange(0, len(h.reports)-1).Draw(t, "report")
	old := h.reports[i]
	next := old.Clone()
	switch rapid.IntRange(0, 3).Draw(t, "change") {
	case 0:
		next.State = report.Withdrawn
	case 1:
		next.State = report.Filed
	default:
		h.say(t, &next)
	}
	next = must(tx.Revise(next, Change{By: h.w.li, Why: "button"}))
	h.facts = append(h.facts, report.Post(old, next)...)
	h.reports[i] = next
}

// fail does something and takes it back.
func (h *history) fail(t *rapid.T, tx *Tx) {
	reports, facts := slices.Clone(h.reports), slices.Clone(h.facts)
	err := tx.attempt(func() error {
		return caught(func() {
			h.file(t, tx)
			h.revise(t, tx)
			check(ErrStale)
		})
	})
	if err == nil {
		t.Fatal("a failed attempt gave no error")
	}
	h.reports, h.facts = reports, facts
}

// merge gives an area a successor.
func (h *history) merge(t *rapid.T, tx *Tx) {
	all := slices.Clone(h.areas.All())
	i, j := rapid.IntRange(1, len(all)-1).Draw(t, "merged"), rapid.IntRange(1, len(all)-1).Draw(t, "successor")
	if i == j || slices.Contains(h.areas.Ancestors(all[j].ID), all[i].ID) {
		return
	}
	all[i].MergedInto = all[j].ID
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
		if f.Area == area {
			groups[group{area, month}] = append(groups[group{area, month}], f)
		}
		for _, below := range h.areas.Children(area) {
			if slices.Contains(above, below) && !mergedBelow(h.areas, below, area) {
				groups[group{below, month}] = append(groups[group{below, month}], f)
			}
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
		w.write(func(tx *Tx) {
			for range rapid.IntRange(1, 8).Draw(t, "steps") {
				step := rapid.SampledFrom([]func(*rapid.T, *Tx){h.file, h.file, h.file, h.revise, h.revise, h.fail}).Draw(t, "step")
				step(t, tx)
			}
			if rapid.IntRange(0, 19).Draw(t, "merge") == 0 {
				h.merge(t, tx)
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
