package store

import (
	"testing"
	"time"

	"huibao/report"
)

func recipients(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		w.equal(must(tx.Recipients(community)), []Recipient{{w.li, "李梅", w.chat}})
		w.equal(must(tx.Recipients(changpu)), []Recipient{{w.wang, "王芳", 0}}) // never wrote
		w.equal(must(tx.Recipients(countyID)), []Recipient(nil))              // a supervisor owes nothing
		check(tx.SetChatState(w.chat, ChatBlocked))
		w.equal(must(tx.Recipients(community)), []Recipient{{w.li, "李梅", 0}})
	})
	w.clock.move(time.Minute)
	w.write(func(tx *Tx) { check(tx.Revoke(w.li, community, Cadre)) })
	w.clock.move(time.Minute)
	w.read(func(v *View) { w.equal(must(v.Recipients(community)), []Recipient(nil)) })
}

func urges(t *testing.T, w *world) {
	week := report.WeekOf(date("2026-03-02"))
	morning := w.clock.now().Add(12 * time.Hour)
	w.write(func(tx *Tx) {
		check(tx.Urge(Urge{Area: changpu, Period: week, By: w.chen, Due: tx.Now()}))
		check(tx.Urge(Urge{Area: hongyan, Activity: "law_publicity", Period: week, By: w.chen, Due: morning}))
	})
	w.read(func(v *View) {
		last, ok, err := v.LastUrge(changpu, "", week)
		check(err)
		w.equal([]any{ok, last.At, last.By}, []any{true, w.clock.now(), w.chen})
		_, ok, err = v.LastUrge(hongyan, "", week)
		check(err)
		w.equal(ok, false)
		w.equal(len(must(v.DueUrges())), 0)
	})
	w.clock.move(12 * time.Hour)
	w.write(func(tx *Tx) {
		due := must(tx.DueUrges())
		w.equal([]any{len(due), due[0].Area, due[0].Activity, due[0].Period}, []any{1, hongyan, "law_publicity", week})
		check(tx.SettleUrge(due[0].ID))
		w.equal(len(must(tx.DueUrges())), 0)
	})
}
