package store

import (
	"errors"
	"testing"
	"time"
)

func incomplete(t *testing.T, w *world) {
	var text, album int64
	w.write(func(tx *Tx) {
		text, album = w.message(tx), w.message(tx)
		check(tx.Await(Incomplete{text, IncompleteText, tx.Now().Add(2 * time.Second)}))
		check(tx.Await(Incomplete{album, IncompleteAlbum, tx.Now().Add(3 * time.Second)}))
		check(tx.Await(Incomplete{text, IncompleteText, tx.Now().Add(4 * time.Second)}))
		got, ok, err := tx.Awaited(w.chat, w.li, IncompleteText)
		check(err)
		w.equal([]any{got, ok}, []any{Incomplete{text, IncompleteText, w.clock.now().Add(4 * time.Second)}, true})
		_, ok, err = tx.Awaited(w.chat, w.wang, IncompleteText)
		check(err)
		w.equal(ok, false)
	})
	due, ok, err := w.db.NextDue(background)
	w.is(err, nil)
	w.equal([]any{due, ok}, []any{w.clock.now().Add(3 * time.Second), true})

	var handled []Incomplete
	note := func(_ *Tx, i Incomplete) error { handled = append(handled, i); return nil }
	w.clock.move(3 * time.Second)
	w.is(w.db.ProcessDue(background, note, nil), nil)
	w.equal(len(handled), 1)
	w.equal(handled[0].Message, album)
	w.clock.move(time.Second)
	_, err = w.db.Receive(background, []Update{{ID: 1, Chat: liTelegram, Body: []byte("{}")}})
	w.is(err, nil)
	w.is(w.db.ProcessDue(background, note, nil), nil)
	w.equal(len(handled), 1) // the update may be what is awaited
	w.write(func(tx *Tx) { check(tx.Complete(text)); check(tx.Complete(text)) })
	_, ok, err = w.db.NextDue(background)
	w.is(err, nil)
	w.equal(ok, false)
}

// What cannot be handled is told of once and not tried again; what came with it is handled.
func incompleteDead(t *testing.T, w *world) {
	var bad, good int64
	w.write(func(tx *Tx) {
		bad, good = w.message(tx), w.message(tx)
		check(tx.Await(Incomplete{bad, IncompleteText, tx.Now()}))
		check(tx.Await(Incomplete{good, IncompleteText, tx.Now()}))
	})
	var told []int64
	dead := func(_ *Tx, letter int64, i Incomplete, cause error) error {
		told = append(told, i.Message, letter)
		return errors.New("nobody is there")
	}
	for range 2 {
		w.is(w.db.ProcessDue(background, func(tx *Tx, i Incomplete) error {
			check(tx.SetMeta("handled", "yes"))
			if i.Message == bad {
				panic("a mistake")
			}
			return nil
		}, dead), nil)
	}
	w.equal(len(told), 2) // once
	w.equal(told[0], bad)
	w.write(func(tx *Tx) {
		d := must(tx.DeadLetter(told[1]))
		w.equal([]any{*d.Unread, d.Chat}, []any{Incomplete{Message: bad, Kind: IncompleteText}, int64(liTelegram)})
		again := func(_ *Tx, d DeadLetter) error { told = append(told, d.Unread.Message); return nil }
		w.equal(must(tx.RetryDead(d, again)), true)
		w.equal(told[2], bad)
		w.equal(len(must(tx.DeadLetters(9))), 0)
		w.equal(must(tx.keepUnread(*d.Unread, errors.New("again"))), d.Seq)
		w.equal(must(tx.DeadLetter(d.Seq)).Error, "again")
	})
	w.read(func(v *View) {
		_, ok, err := v.Meta("handled")
		check(err)
		w.equal(ok, true)
	})
}

// The pieces of a long text are one message, whichever of them is edited or replied to.
func messagePieces(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		r := w.file(tx, lecture(community, "2026-03-08", 320))
		first := must(tx.MessageByID(r.Message))
		add := func(m Message) int64 {
			m.Chat, m.Member, m.Sent, m.PartOf = w.chat, w.li, tx.Now(), r.Message
			id, _, err := tx.AddMessage(m)
			check(err)
			return id
		}
		third := add(Message{TgMessage: 902, Text: "三", Masked: []string{"phone", "id"}})
		second := add(Message{TgMessage: 901, Text: "二"})
		edited := add(Message{TgMessage: 901, Version: 1, Text: "贰"})
		var got []int64
		pieces := must(tx.MessagePieces(first.ID))
		for _, p := range pieces {
			got = append(got, p.ID)
		}
		w.equal(got, []int64{first.ID, second, edited, third})
		w.equal([]any{pieces[3].PartOf, pieces[3].Masked}, []any{first.ID, []string{"phone", "id"}})
		w.equal(ids(must(tx.ReportsOfTelegramMessage(w.chat, 901))), []int64{r.ID})
		w.equal(ids(must(tx.ReportsOfTelegramMessage(w.chat, 902))), []int64{r.ID})
		_, err := tx.MessagePieces(404)
		w.is(err, ErrNotFound)
	})
}
