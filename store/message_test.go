package store

import (
	"testing"
	"time"
)

func messageOnce(t *testing.T, w *world) {
	m := Message{Chat: w.chat, TgMessage: 100, Member: w.li, Sent: w.clock.now(), Text: "普法 320人", Origin: "channel"}
	w.write(func(tx *Tx) {
		id, fresh, err := tx.AddMessage(m)
		check(err)
		w.equal(fresh, true)
		check(tx.SetReading(id, []byte("{}"), "1"))
		w.is(tx.SetReading(404, nil, "1"), ErrNotFound)
	})
	w.clock.move(time.Minute)
	w.write(func(tx *Tx) {
		again, fresh, err := tx.AddMessage(m)
		check(err)
		w.equal(fresh, false)
		m.Version, m.Text = 1773019200, "普法 230人"
		edit, fresh, err := tx.AddMessage(m)
		check(err)
		w.equal(fresh, true)
		m.Version = 0
		m.ID, m.Text, m.Reading, m.Engine = again, "普法 320人", []byte("{}"), "1"
		w.equal(must(tx.MessageByID(again)), m)
		versions := must(tx.MessageVersions(w.chat, 100))
		w.equal([]int64{versions[0].ID, versions[1].ID}, []int64{again, edit})
		_, err = tx.MessageByID(404)
		w.is(err, ErrNotFound)
	})
}

func chats(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		c := must(tx.Chat(-70, "group", "绥宁妇联"))
		w.equal(c, Chat{ID: c.ID, TgID: -70, Kind: "group", Title: "绥宁妇联", State: ChatActive})
		renamed := must(tx.Chat(-70, "group", "绥宁县妇联"))
		w.equal(renamed.ID, c.ID)
		w.equal(renamed.Title, "绥宁县妇联")
		check(tx.BindChat(c.ID, countyID, true))
		w.equal(len(must(tx.DigestChats())), 1)
		check(tx.SetChatState(c.ID, ChatBlocked))
		w.equal(len(must(tx.DigestChats())), 0)
		w.equal(must(tx.ChatByID(c.ID)), Chat{c.ID, -70, "group", "绥宁县妇联", ChatBlocked, countyID, true})
		w.is(tx.BindChat(404, countyID, true), ErrNotFound)
		w.is(tx.SetChatState(404, ChatActive), ErrNotFound)
		_, err := tx.ChatByID(404)
		w.is(err, ErrNotFound)
		_, known, err := tx.ChatByTg(404)
		check(err)
		w.equal(known, false)
	})
}

// A group that becomes a supergroup counts its messages anew: the first message there is not the first one of the group.
func migrateGroup(t *testing.T, w *world) {
	var old Chat
	var waiting, sent, late int64
	w.write(func(tx *Tx) {
		old = must(tx.Chat(-70, "group", "绥宁妇联"))
		check(tx.BindChat(old.ID, countyID, true))
		_, fresh, err := tx.AddMessage(Message{Chat: old.ID, TgMessage: 5, Member: w.li, Sent: tx.Now()})
		check(err)
		w.equal(fresh, true)
		sent = must(tx.Enqueue(Outgoing{Chat: old.ID, Method: "sendMessage", EditKey: "receipt:1"}))
		waiting = must(tx.Enqueue(Outgoing{Chat: old.ID, Method: "editMessageText", EditKey: "receipt:1"}))
	})
	w.is(w.db.Record(background, []Outcome{{Seq: sent, Sent: true, TgMessage: 6}}), nil)
	for range 2 { // Telegram tells it twice, in the old chat and in the new one
		w.write(func(tx *Tx) { check(tx.MigrateChat(-70, -10070)) })
	}
	w.write(func(tx *Tx) {
		check(tx.MigrateChat(404, 405)) // never heard of
		next, known, err := tx.ChatByTg(-10070)
		check(err)
		w.equal(known, true)
		w.equal(next, Chat{next.ID, -10070, "supergroup", "绥宁妇联", ChatActive, countyID, true})
		w.equal(must(tx.DigestChats()), []Chat{next})
		w.equal(must(tx.ChatByID(old.ID)).State, ChatMigrated)
		_, fresh, err := tx.AddMessage(Message{Chat: next.ID, TgMessage: 5, Member: w.li, Sent: tx.Now()})
		check(err)
		w.equal(fresh, true)
		_, found, err := tx.SentMessage(next.ID, "receipt:1") // its number means another message there
		check(err)
		w.equal(found, false)
		late = must(tx.Enqueue(Outgoing{Chat: old.ID, Method: "editMessageText", EditKey: "receipt:1"}))
	})
	rows, err := w.db.Undelivered(background, 0, 10)
	w.is(err, nil)
	w.equal(len(rows), 2)
	w.equal([]int64{rows[0].Seq, rows[0].TgChat, rows[1].Seq, rows[1].TgChat}, []int64{waiting, -10070, late, -10070})
}

func outbox(t *testing.T, w *world) {
	var seqs []int64
	w.write(func(tx *Tx) {
		o := Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte("1"), Dedupe: "digest:1", EditKey: "d", NotBefore: tx.Now().Add(time.Minute)}
		seqs = append(seqs, must(tx.Enqueue(o)))
		w.equal(must(tx.Enqueue(o)), seqs[0])
		for _, body := range []string{"2", "3", "4"} {
			seqs = append(seqs, must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte(body), Expires: tx.Now().Add(time.Hour)})))
		}
	})
	undelivered := func(after int64, limit int) []Delivery {
		rows, err := w.db.Undelivered(background, after, limit)
		w.is(err, nil)
		return rows
	}
	now := w.clock.now()
	w.equal(undelivered(0, 2), []Delivery{
		{Seq: seqs[0], Chat: w.chat, TgChat: liTelegram, Method: "sendMessage", Body: []byte("1"), EditKey: "d", NotBefore: now.Add(time.Minute)},
		{Seq: seqs[1], Chat: w.chat, TgChat: liTelegram, Method: "sendMessage", Body: []byte("2"), Expires: now.Add(time.Hour)},
	})
	w.is(w.db.Record(background, []Outcome{
		{Seq: seqs[0], Sent: true, TgMessage: 900},
		{Seq: seqs[1], Retry: now.Add(5 * time.Second)},
		{Seq: seqs[2], Failed: "blocked"},
	}), nil)
	left := undelivered(0, 10)
	w.equal(len(left), 2)
	w.equal([]any{left[0].Seq, left[0].Attempts, left[0].NotBefore}, []any{seqs[1], 1, now.Add(5 * time.Second)})
	w.equal(left[1].Seq, seqs[3])
	w.equal(len(undelivered(seqs[1], 10)), 1)
	w.write(func(tx *Tx) {
		w.equal(must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Dedupe: "digest:1"})), seqs[0]) // sent long ago
	})
	w.equal(w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'failed' AND error = 'blocked'`), 1)
}

func sentMessages(t *testing.T, w *world) {
	enqueue := func(key string) (seq int64) {
		w.write(func(tx *Tx) { seq = must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", EditKey: key})) })
		return seq
	}
	find := func(chat int64) (message int64) {
		w.read(func(v *View) {
			var err error
			message, _, err = v.SentMessage(chat, "receipt:1")
			check(err)
		})
		return message
	}
	first, second, other := enqueue("receipt:1"), enqueue("receipt:1"), enqueue("receipt:2")
	w.equal(find(w.chat), 0)
	w.is(w.db.Record(background, []Outcome{{Seq: first, Sent: true, TgMessage: 11}, {Seq: other, Sent: true, TgMessage: 13}}), nil)
	w.equal(find(w.chat), 11)
	w.is(w.db.Record(background, []Outcome{{Seq: second, Sent: true, TgMessage: 12}}), nil)
	w.equal(find(w.chat), 12)
	w.equal(find(404), 0)
}

func lastExpiry(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		w.equal(must(tx.LastExpiry(w.chat, "remark:kind")), time.Time{})
		for _, minutes := range []time.Duration{1, 60} {
			must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", EditKey: "remark:kind", Expires: tx.Now().Add(minutes * time.Minute)}))
		}
		w.equal(must(tx.LastExpiry(w.chat, "remark:kind")), tx.Now().Add(time.Hour))
		w.equal(must(tx.LastExpiry(w.chat, "remark:caption")), time.Time{})
	})
}

// What shall change a message that the same transaction adds goes out with it: nobody has seen that message yet.
func outboxInstead(t *testing.T, w *world) {
	add := func(tx *Tx, method, body string, instead bool) int64 {
		return must(tx.Enqueue(Outgoing{Chat: w.chat, Method: method, Body: []byte(body), EditKey: "receipt:1", Instead: instead}))
	}
	var first int64
	w.write(func(tx *Tx) {
		first = add(tx, "sendMessage", "one picture", true)
		must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte("other")}))
		w.equal(add(tx, "editMessageText", "two pictures", true), first)
	})
	w.write(func(tx *Tx) {
		add(tx, "editMessageText", "three pictures", true) // the delivery may be sending the first by now
		must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte("new"), EditKey: "receipt:1"}))
	})
	rows, err := w.db.Undelivered(background, 0, 10)
	w.is(err, nil)
	var got []string
	for _, r := range rows {
		got = append(got, r.Method+" "+string(r.Body))
	}
	w.equal(got, []string{"sendMessage two pictures", "sendMessage other", "editMessageText three pictures", "sendMessage new"})
}
