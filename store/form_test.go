package store

import (
	"testing"
	"time"
)

func forms(t *testing.T, w *world) {
	var first, second Form
	w.write(func(tx *Tx) {
		first = must(tx.BeginForm(Form{Chat: w.chat, Member: w.li, Message: w.message(tx), Step: "activity", Body: []byte("{}"),
			Expires: tx.Now().Add(time.Hour)}))
	})
	w.clock.move(time.Minute)
	w.write(func(tx *Tx) {
		stale := first
		first.Step, first.Body = "day", []byte(`{"activity":1}`)
		first = must(tx.StepForm(first))
		w.equal(must(tx.FormByID(first.ID)), first)
		w.equal(first.Rev, 2)
		w.equal(first.At, w.clock.now())
		_, err := tx.StepForm(stale)
		w.is(err, ErrNotFound)
	})
	w.write(func(tx *Tx) {
		second = must(tx.BeginForm(Form{Chat: w.chat, Member: w.li, Message: w.message(tx), Step: "activity", Expires: tx.Now()}))
		open, ok, err := tx.OpenForm(w.chat, w.li)
		check(err)
		w.equal(ok, true)
		w.equal(open.ID, second.ID)
		w.equal(must(tx.FormByID(first.ID)).Closed, true)
		_, err = tx.StepForm(first)
		w.is(err, ErrNotFound)
		_, ok, err = tx.OpenForm(w.chat, w.wang)
		check(err)
		w.equal(ok, false)
	})
	w.write(func(tx *Tx) {
		check(tx.CloseForm(second.ID))
		w.is(tx.CloseForm(second.ID), ErrNotFound)
		_, ok, err := tx.OpenForm(w.chat, w.li)
		check(err)
		w.equal(ok, false)
		_, err = tx.FormByID(404)
		w.is(err, ErrNotFound)
	})
	w.equal(w.count(`SELECT COUNT(*) FROM reports`), 0)
}
