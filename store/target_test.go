package store

import (
	"testing"

	"huibao/report"
)

func aim(area, value int64, edit ...func(*report.TargetRow)) report.TargetRow {
	row := report.TargetRow{Target: report.Target{Year: 2026, Area: area, Activity: "law_publicity", Measure: "participants", Value: value}}
	for _, e := range edit {
		e(&row)
	}
	return row
}

func completions(t *testing.T, w *world) {
	sessions := func(row *report.TargetRow) { row.Measure = report.MeasureSessions }
	w.write(func(tx *Tx) {
		w.equal(must(tx.Completions(countyID, 2026, date("2026-03-09"))), []report.Completion(nil))
		diff := must(tx.ImportTargets([]report.TargetRow{aim(countyID, 1000), aim(changpu, 300), aim(hongyan, 600), aim(community, 50), aim(countyID, 4, sessions)}))
		w.equal([]any{diff.Added, diff.Lines[0], diff.Lines[4]}, []any{5, "new: 2026 绥宁县 普法维权 参加 1000人次", "new: 2026 绥宁县 普法维权 场次 4场"})
		w.file(tx, lecture(community, "2026-03-05", 320))
		w.file(tx, lecture(hongyan, "2026-03-09", 30))
		w.file(tx, lecture(hongyan, "2026-03-10", 500)) // after the day asked for
		w.file(tx, lecture(hongyan, "2025-12-31", 500)) // last year's
	})
	of := func(row report.TargetRow, done, below int64) report.Completion {
		return report.Completion{Target: row.Target, Done: done, Below: below, Split: below > 0}
	}
	w.read(func(v *View) {
		day := date("2026-03-09")
		w.equal(must(v.Completions(countyID, 2026, day)), []report.Completion{of(aim(countyID, 4, sessions), 2, 0), of(aim(countyID, 1000), 350, 900)})
		w.equal(must(v.CompletionsBelow(countyID, 2026, day)), []report.Completion{of(aim(changpu, 300), 320, 50), of(aim(hongyan, 600), 30, 0)})
		w.equal(must(v.Completions(countyID, 2026, date("2027-03-09")))[1].Done, 850) // to the year's end
		w.equal(must(v.Completions(countyID, 2026, date("2025-03-09")))[1].Done, 0)   // before it begins
		w.equal(must(v.Completions(wuyang, 2026, day)), []report.Completion(nil))
		w.equal(must(v.TargetYears()), []int{2026})
	})
	w.write(func(tx *Tx) {
		gone := func(row *report.TargetRow) { row.Remove = true }
		w.equal(must(tx.ImportTargets([]report.TargetRow{aim(countyID, 1200), aim(changpu, 300), aim(hongyan, 0, gone)})), Diff{Changed: 1, Unchanged: 1, Removed: 1,
			Lines: []string{"changed: 2026 绥宁县 普法维权 参加 1000人次 → 1200人次", "removed: 2026 红岩镇 普法维权 参加"}})
		w.equal(len(must(tx.Targets(2026))), 4)
	})
}
