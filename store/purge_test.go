package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huibao/report"
)

// The words of before a day are nowhere in the database's files any more, those of later are; the numbers are what they were.
func TestPurge(t *testing.T) {
	w := newWorld(t)
	old, recent := "大红伞下讲普法", "新年也讲普法"
	say := func(words string) {
		w.write(func(tx *Tx) {
			w.sent++
			body := []byte("{" + words + "}")
			id, _, err := tx.AddMessage(Message{Chat: w.chat, TgMessage: w.sent, Member: w.li, Sent: tx.Now(), Text: words, Reading: body, Engine: "1"})
			check(err)
			check(tx.KeepAttachment(Attachment{Message: id, Kind: Photo, File: words, Unique: "unique"}))
			r := lecture(community, report.DayOf(tx.Now()).String(), 320)
			r.State, r.By, r.Message, r.Ordinal, r.Org = report.Filed, w.li, id, 1, r.Area
			r = must(tx.File(r, Change{By: w.li, Message: id, Why: "message"}))
			must(tx.Ask(Question{Chat: w.chat, Member: w.li, Report: r.ID, Rev: 1, Field: "doubt", Options: body, Expires: tx.Now().Add(time.Hour)}))
			must(tx.BeginForm(Form{Chat: w.chat, Member: w.li, Message: id, Step: "day", Body: body, Expires: tx.Now().Add(time.Hour)}))
			must(tx.KeepQuery(w.chat, w.li, report.Query{Unread: []string{words}}))
			must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: body}))
		})
		_, err := w.db.Receive(background, []Update{{ID: w.sent, Chat: liTelegram, Body: []byte(words)}})
		w.is(err, nil)
		_, err = w.db.Process(background, 10, func(*Tx, InboxRow) error { return nil }, nil)
		w.is(err, nil)
		rows, err := w.db.Undelivered(background, 0, 10)
		w.is(err, nil)
		w.is(w.db.Record(background, []Outcome{{Seq: rows[0].Seq, Sent: true, TgMessage: 1}}), nil)
	}
	say(old)
	w.clock.move(365 * 24 * time.Hour) // 2027-03-09
	say(recent)
	beginning := date("2027-01-01")

	_, err := w.db.Purge(background, beginning, false, true, 0)
	w.is(err, ErrOpenYear)
	_, err = w.db.Purge(background, beginning+1, true, true, 0)
	w.is(err, ErrOpenYear) // the running year's
	w.write(func(tx *Tx) { must(tx.CloseYear(2026, 1, w.chen)) })

	one := Purged{Messages: 1, Updates: 1, Sent: 1, Attachments: 1, Questions: 1, Forms: 1, Queries: 1}
	shown, err := w.db.Purge(background, beginning, false, false, 0)
	w.is(err, nil)
	w.equal(shown, one)
	if !w.onDisk(old) {
		t.Error("counting has removed words, or the test looks in the wrong place")
	}
	done, err := w.db.Purge(background, beginning, false, true, 0)
	w.is(err, nil)
	w.equal(done, one)
	if w.onDisk(old) {
		t.Error("the words are still on the disk")
	}
	if !w.onDisk(recent) {
		t.Error("words of the running year are gone")
	}
	w.read(func(v *View) {
		w.equal(must(v.MessageByID(1)).Text, report.PurgedWords)
		w.equal(must(v.Attached(0, 0)), Attached{})
		w.equal(must(v.Revisions(1))[0].Report.Figures[0].Value, 320)
	})
	w.equal(w.count(`SELECT COUNT(*) FROM audit WHERE action = 'purge'`), 1)
	w.clean()
	again, err := w.db.Purge(background, beginning, false, true, 0)
	w.is(err, nil)
	w.equal(again, Purged{})

	beside, err := OpenBeside(background, w.db.path, w.clock.options())
	w.is(err, nil)
	_, err = beside.Purge(background, beginning, false, true, 0)
	w.is(err, ErrLocked)
	w.is(beside.Close(), nil)
}

// onDisk tells whether words are in any file of the database.
func (w *world) onDisk(words string) bool {
	files, err := filepath.Glob(w.db.path + "*")
	w.is(err, nil)
	found := false
	for _, file := range files {
		content, err := os.ReadFile(file)
		w.is(err, nil)
		found = found || bytes.Contains(content, []byte(words))
	}
	if len(files) < 3 || !strings.HasSuffix(files[0], ".db") {
		w.Errorf("the database's files are %q", files)
	}
	return found
}
