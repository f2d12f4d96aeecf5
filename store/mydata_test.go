package store

import (
	"testing"

	"huibao/report"
)

// What is kept about a person is all there, and of nobody else; also of one who has left.
func ownData(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		r := w.file(tx, lecture(community, "2026-03-08", 320)) // by li
		next := r
		next.State = report.Withdrawn
		must(tx.Revise(next, Change{By: w.wang, Why: "withdrawn"}))
		check(tx.KeepAttachment(Attachment{Message: r.Message, Kind: Photo, File: "f", Unique: "u"}))
		check(tx.Audit(w.wang, "invite", "cadre", "area 3"))
		li := must(tx.Member(w.li))
		check(tx.Revoke(w.li, li.Memberships[0].Area, li.Memberships[0].Role))
	})
	w.read(func(v *View) {
		li, wang := must(v.Member(w.li)), must(v.Member(w.wang))
		d := must(v.OwnData(li))
		w.equal([]int{d.Messages, d.Purged, d.Reports, d.Counted, d.Changes, d.Photos, d.Deeds}, []int{1, 0, 1, 0, 0, 1, 0})
		w.equal([]any{d.Name, d.Telegram, len(d.Roles), d.Roles[0].Until.IsZero()}, []any{li.Name, li.TgUser, 1, false})
		var told []report.OwnMessage
		check(v.OwnMessages(li, func(m report.OwnMessage) error { told = append(told, m); return nil }))
		w.equal(len(told), 1)
		w.equal([]any{told[0].Brought, told[0].Group}, []any{"photo", ""})

		d = must(v.OwnData(wang))
		w.equal([]int{d.Messages, d.Reports, d.Changes, d.Photos, d.Deeds}, []int{0, 0, 1, 0, 1})
		var changes []report.OwnChange
		check(v.OwnChanges(w.wang, func(c report.OwnChange) error { changes = append(changes, c); return nil }))
		w.equal([]any{len(changes), changes[0].Rev, changes[0].Before.State, changes[0].After.State}, []any{1, int64(2), report.Filed, report.Withdrawn})
		w.equal(must(v.OwnDeeds(w.wang))[0].Action, "invite")
		w.equal(len(must(v.OwnDeeds(w.li))), 0)
		w.equal(len(must(v.OwnWords(w.li))), 0)
	})
}
