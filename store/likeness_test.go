package store

import (
	"testing"
	"time"

	"huibao/report"
)

// sameEvents looks for those that tell of one event, and for what was asked about them.
func sameEvents(t *testing.T, w *world) {
	var first, held report.Report
	w.write(func(tx *Tx) {
		first = w.file(tx, lecture(community, "2026-03-08", 320))
		second := lecture(community, "2026-03-08", 320)
		second.State, second.SameAs = report.Held, first.ID
		held = w.file(tx, second)
		w.equal(must(tx.SameAs(first.ID)), []report.Report{held})
		w.equal(len(must(tx.SameAs(held.ID))), 0)
		ask := func(field string) int64 {
			return must(tx.Ask(Question{Chat: w.chat, Member: w.li, Report: held.ID, Rev: held.Rev, Field: field, Expires: tx.Now().Add(time.Hour)}))
		}
		earlier, later := ask("doubt"), ask("same")
		asked := must(tx.QuestionsOf(held.ID))
		w.equal([]int64{asked[0].ID, asked[1].ID}, []int64{later, earlier})
	})
	w.write(func(tx *Tx) {
		next := held.Clone()
		next.Figures[0].Value = 321
		held = must(tx.Revise(next, Change{By: w.li}))
		if err := tx.MoveQuestion(held.ID, held.Rev); err != nil {
			t.Fatal(err)
		}
		asked := must(tx.QuestionsOf(held.ID))
		w.equal([]int{asked[0].Rev, asked[1].Rev}, []int{held.Rev, 1}) // only the open one goes on
	})
	w.write(func(tx *Tx) {
		next := held.Clone()
		next.State = report.Withdrawn
		must(tx.Revise(next, Change{By: w.li}))
		w.equal(len(must(tx.SameAs(first.ID))), 0)
	})
	w.clean()
}
