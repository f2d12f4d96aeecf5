package store

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/report"
)

// published is what a test remembers of a publication.
type published struct {
	area     int64
	period   report.Period
	position int64
	numbers  report.Summary
	trees    int // how often the areas had changed
}

// publish keeps the digest of an area and period, as the scheduler does.
func publish(tx *Tx, area int64, p report.Period, today report.Day) report.Summary {
	sum := must(tx.Summary(area, p, today))
	kept := sum
	kept.ByArea = nil
	must(tx.Publish(Publication{Kind: string(p.Kind), Area: area, Period: p, FactsSeq: sum.FactsSeq, Numbers: must(json.Marshal(kept))}))
	return sum
}

// upTo is the history up to a position of the ledger.
func (h *history) upTo(position int64) *history {
	before := *h
	before.facts = h.facts[:position]
	return &before
}

// anyHistoryReconciles: whatever happens to reports and areas, whichever digests go out and when, the year so far is what
// was published, this period, and what changed since; and a restatement says which reports made a number another.
func anyHistoryReconciles(t *testing.T, w *world) {
	h := &history{w: w}
	w.read(func(v *View) { h.areas = must(v.Areas()) })
	trees := 0
	today := date("2026-03-09")
	var digests []published
	kinds := []report.PeriodKind{report.Week, report.Week, report.Month, report.Quarter, report.Year}
	rapid.Check(t, func(t *rapid.T) {
		area := rapid.SampledFrom(h.areas.All()).Draw(t, "area").ID
		p := report.PeriodOf(rapid.SampledFrom(kinds).Draw(t, "kind"), date("2025-11-25")+report.Day(rapid.IntRange(0, 104).Draw(t, "day")))
		next := rapid.SliceOfN(steps(), 1, 8).Draw(t, "steps")
		w.write(func(tx *Tx) {
			before := h.areas
			for _, s := range next {
				h.do(tx, s)
			}
			if h.areas != before {
				trees++
			}
			same := func(d published) bool { return d.area == area && d.period == p }
			if rapid.Bool().Draw(t, "publish") && !slices.ContainsFunc(digests, same) {
				sum := publish(tx, area, p, today)
				digests = append(digests, published{area, p, sum.FactsSeq, sum, trees})
			}
		})
		find := func(p report.Period) (published, bool) {
			i := slices.IndexFunc(digests, func(d published) bool { return d.area == area && d.period == p })
			if i < 0 {
				return published{}, false
			}
			return digests[i], true
		}
		w.read(func(v *View) {
			before, ok := find(p.Previous())
			checkReconciled(t, h, must(v.Summary(area, p, today)), before, ok, trees)
			this, ok := find(p)
			checkRestated(t, h, must(v.Restatement(area, p)), this, ok, trees)
			for _, r := range must(v.Summary(area, p, today)).Restated {
				earlier, ok := find(r.Period)
				if !ok || r.Period.Last >= p.First || r.Published.IsZero() {
					t.Fatalf("%s: %s is said to be restated", p.Key(), r.Period.Key())
				}
				checkSince(t, h, r, before, earlier)
			}
		})
	})
}

func checkReconciled(t *rapid.T, h *history, s report.Summary, before published, had bool, trees int) {
	r := s.Reconciled
	year := report.Period{Kind: report.Range, First: report.YearOf(s.Period.Last).First, Last: s.Through}
	if got := h.tally(s.Area, year, plain); !slices.Equal(s.YearToDate, got) {
		t.Fatalf("%s: the year\n%s", s.Period.Key(), difference(s.YearToDate, got))
	}
	if left := report.Less(report.Less(report.Less(s.YearToDate, r.Base), r.Current), r.Amended); len(left) > 0 {
		t.Fatalf("%s: the year is not what was published, this period and what changed: %+v", s.Period.Key(), left)
	}
	current := report.Period{Kind: report.Range, First: max(year.First, s.Period.First), Last: s.Through}
	if want := h.tally(s.Area, current, plain); !slices.Equal(r.Current, want) {
		t.Fatalf("%s: this period's part of the year\n%s", s.Period.Key(), difference(r.Current, want))
	}
	if s.Period.First <= year.First {
		if r.Until != 0 || len(r.Base)+len(r.Amended) > 0 {
			t.Fatalf("%s begins the year and goes on from %+v", s.Period.Key(), r)
		}
		return
	}
	if r.Published != had || r.Until != s.Period.First-1 {
		t.Fatalf("%s: %+v, and the one before was published: %v", s.Period.Key(), r, had)
	}
	if !had {
		if len(r.Amended) > 0 {
			t.Fatalf("%s: changes of what was never published: %+v", s.Period.Key(), r.Amended)
		}
		return
	}
	if !slices.Equal(r.Base, before.numbers.YearToDate) {
		t.Fatalf("%s: not what was published\n%s", s.Period.Key(), difference(r.Base, before.numbers.YearToDate))
	}
	upTo := report.Period{Kind: report.Range, First: year.First, Last: r.Until}
	if want := h.upTo(before.position).tally(s.Area, upTo, plain); before.trees == trees && !slices.Equal(r.Base, want) {
		t.Fatalf("%s: not what the ledger said then\n%s", s.Period.Key(), difference(r.Base, want))
	}
}

func checkRestated(t *rapid.T, h *history, r report.Restatement, this published, had bool, trees int) {
	if !had {
		if len(r.Lines) > 0 || !r.Published.IsZero() {
			t.Fatalf("%s was never published and changed: %+v", r.Period.Key(), r)
		}
		return
	}
	now := h.tally(r.Area, r.Period, plain)
	lines := 0
	for _, change := range report.Less(now, this.numbers.Current) {
		if change.Counted() != 0 {
			lines++
		}
	}
	if len(r.Lines) != lines {
		t.Fatalf("%s: %d lines changed, %d are said to", r.Period.Key(), lines, len(r.Lines))
	}
	later := h.facts[this.position:]
	for _, line := range r.Lines {
		if line.Old != report.Find(this.numbers.Current, line.Key).Counted() || line.New != report.Find(now, line.Key).Counted() {
			t.Fatalf("%s: %+v", r.Period.Key(), line)
		}
		sum := int64(0)
		for _, by := range line.By {
			sum += by.Change
			if by.Report == 0 {
				if this.trees == trees {
					t.Fatalf("%s: no report explains %+v", r.Period.Key(), line)
				}
				continue
			}
			posted := slices.ContainsFunc(later, func(f report.Fact) bool { return f.Report == by.Report && f.Key == line.Key && f.Area == by.Area })
			if by.By != "李梅" || by.Why == "" || by.Change == 0 || !posted {
				t.Fatalf("%s: %+v", r.Period.Key(), by)
			}
		}
		if sum != line.New-line.Old {
			t.Fatalf("%s: the reports changed %d of %+v", r.Period.Key(), sum, line)
		}
	}
}

func checkSince(t *rapid.T, h *history, r report.Restatement, before, earlier published) {
	now, then := h.tally(r.Area, r.Period, plain), h.upTo(before.position).tally(r.Area, r.Period, plain)
	for _, line := range r.Lines {
		if line.Old != report.Find(then, line.Key).Counted() || line.New != report.Find(now, line.Key).Counted() || line.Old == line.New {
			t.Fatalf("%s: %+v, published at %d", r.Period.Key(), line, earlier.position)
		}
	}
}

func restatements(t *testing.T, w *world) {
	ninth, tenth := report.WeekOf(date("2026-02-25")), report.WeekOf(date("2026-03-04"))
	var wrong, gone report.Report
	w.write(func(tx *Tx) {
		wrong = w.file(tx, lecture(wuyang, "2026-02-24", 315))
		gone = w.file(tx, lecture(community, "2026-02-25", 70))
		w.file(tx, lecture(community, "2026-02-26", 1575))
	})
	w.write(func(tx *Tx) { publish(tx, countyID, ninth, date("2026-03-02")) })
	w.clock.move(time.Hour)
	w.read(func(v *View) {
		r := must(v.Restatement(countyID, ninth))
		w.equal([]any{len(r.Lines), r.Published.IsZero()}, []any{0, false})
		w.equal(must(v.Restatement(changpu, ninth)).Published.IsZero(), true)
	})
	w.write(func(tx *Tx) {
		w.file(tx, lecture(hongyan, "2026-02-27", 60))
		w.file(tx, lecture(hongyan, "2026-03-03", 8)) // of the next week
		wrong.Figures[0].Value = 300
		must(tx.Revise(wrong, Change{By: w.li, Why: "button"}))
		gone.State = report.Withdrawn
		must(tx.Revise(gone, Change{By: w.li, Why: "withdraw"}))
	})
	w.read(func(v *View) {
		r := must(v.Restatement(countyID, ninth))
		w.equal(len(r.Lines), 1) // as many events as before: one more, one less
		line := r.Lines[0]
		w.equal([]any{line.Measure, line.Old, line.New}, []any{"participants", int64(1960), int64(1935)})
		w.equal(line.By, []report.Restating{
			{Report: 4, Area: hongyan, By: "李梅", Why: "message", Late: true, Change: 60},
			{Report: wrong.ID, Area: wuyang, By: "李梅", Why: "button", Change: -15},
			{Report: gone.ID, Area: community, By: "李梅", Why: "withdraw", Change: -70},
		})
		s := must(v.Summary(countyID, tenth, date("2026-03-09")))
		w.equal([]any{len(s.Restated), s.Restated[0].Period, s.Restated[0].Lines[0].Old, s.Restated[0].Lines[0].New},
			[]any{1, ninth, int64(1960), int64(1935)})
		b := must(v.Book(countyID, tenth, date("2026-03-09")))
		w.equal(b.Restated[0].Lines[0].By, line.By)
		w.equal(attendance(s.Reconciled.Base), map[int64]int64{0: 1960})
		w.equal(attendance(s.Reconciled.Current), map[int64]int64{0: 8})
		w.equal(attendance(s.Reconciled.Amended), map[int64]int64{0: -25})
	})
	// A week later what was told once is not told again.
	w.write(func(tx *Tx) { publish(tx, countyID, tenth, date("2026-03-09")) })
	w.read(func(v *View) {
		w.equal(len(must(v.Summary(countyID, report.WeekOf(date("2026-03-09")), date("2026-03-16"))).Restated), 0)
	})
}

func restatedAfterClosing(t *testing.T, w *world) {
	year := report.YearOf(date("2025-01-01"))
	w.write(func(tx *Tx) { w.file(tx, lecture(community, "2025-12-20", 100)) })
	w.write(func(tx *Tx) { publish(tx, countyID, year, date("2026-01-01")) })
	w.clock.move(time.Hour)
	w.write(func(tx *Tx) { w.file(tx, lecture(hongyan, "2025-12-21", 20)) })
	w.clock.move(time.Hour)
	w.write(func(tx *Tx) { must(tx.CloseYear(2025, 1, w.li)) })
	w.clock.move(time.Hour)
	w.write(func(tx *Tx) {
		check(tx.Agreed(w.li, func() error { return caught(func() { w.file(tx, lecture(wuyang, "2025-12-22", 3)) }) }))
	})
	w.read(func(v *View) {
		s := must(v.Summary(countyID, year, date("2026-03-09")))
		w.equal([]any{s.Closed, s.Corrected}, []any{true, 1})
		by := must(v.Restatement(countyID, year)).Lines[1].By
		w.equal([]any{len(by), by[0].Closed, by[1].Closed}, []any{2, false, true})
		s = must(v.Summary(countyID, report.YearOf(date("2026-01-01")), date("2026-03-09")))
		w.equal([]any{s.Closed, s.Corrected}, []any{false, 0})
	})
}
