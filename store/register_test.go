package store

import (
	"errors"
	"testing"
	"time"

	"huibao/report"
)

// register lists reports of every state with what belongs to them, in the order of their days.
func register(t *testing.T, w *world) {
	march := period("2026-03-01", "2026-03-31")
	var first, second, taken report.Report
	w.write(func(tx *Tx) {
		picture := w.picture(tx, "a", "", Photo)
		again := w.picture(tx, "a", "", Photo)
		paper := w.picture(tx, "b", "", Document)
		second = w.file(tx, lecture(community, "2026-03-08", 320))
		check(tx.Attach(picture, second.Message, 0))
		check(tx.Attach(again, second.Message, 0))
		check(tx.Attach(paper, second.Message, second.ID))
		_, _, err := tx.AddMessage(Message{Chat: w.chat, TgMessage: 900, Member: w.li, Sent: tx.Now(), Text: "……资料500份", PartOf: second.Message})
		check(err)
		first = w.file(tx, lecture(hongyanVillage, "2026-03-02", 15))
		check(tx.Attach(w.picture(tx, "c", "", Photo), second.Message, first.ID)) // not of the second report
		taken = w.file(tx, lecture(changpu, "2026-03-31", 7))
		next := taken.Clone()
		next.State = report.Withdrawn
		taken = must(tx.Revise(next, Change{By: w.li, Why: "button"}))
		w.file(tx, lecture(community, "2026-04-01", 9))
		w.file(tx, report.Report{State: report.Asked, Activity: "law_publicity", Area: community})
	})
	rows := func(v *View, area int64) (list []report.RegisterRow) {
		check(v.Register(area, march, func(r report.RegisterRow) error { list = append(list, r); return nil }))
		return list
	}
	w.read(func(v *View) {
		now := v.Now()
		w.equal(rows(v, countyID), []report.RegisterRow{
			{Report: first, By: "李梅", Told: now, Words: "普法 320人"},
			{Report: second, By: "李梅", Told: now, Words: "普法 320人……资料500份", Photos: 1, Files: 1},
			{Report: taken, By: "李梅", Told: now, Words: "普法 320人", Revisions: 1}})
		w.equal(len(rows(v, changpu)), 2)
		w.equal(len(rows(v, wuyang)), 0)
		stop := errors.New("stop")
		w.is(v.Register(countyID, march, func(report.RegisterRow) error { return stop }), stop)
	})

	// What is told after a digest of its week went out is late.
	w.write(func(tx *Tx) {
		must(tx.Publish(Publication{Kind: "week", Area: countyID, Period: report.WeekOf(date("2026-03-02"))}))
	})
	w.clock.move(time.Hour)
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-03", 1))
		w.file(tx, lecture(community, "2026-03-09", 1))
	})
	w.read(func(v *View) {
		var late []bool
		for _, r := range rows(v, countyID) {
			late = append(late, r.Late)
		}
		w.equal(late, []bool{false, true, false, false, false})
	})
}
