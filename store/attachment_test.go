package store

import (
	"testing"
	"time"
)

// picture keeps a message of 李梅 that brought a picture.
func (w *world) picture(tx *Tx, unique, album string, kind AttachmentKind) Attachment {
	a := Attachment{Message: w.message(tx), Kind: kind, File: "file-" + unique, Unique: unique, Album: album}
	check(tx.KeepAttachment(a))
	return a
}

func attachments(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		first := w.picture(tx, "a", "9", Photo)
		second := w.picture(tx, "b", "9", Image)
		alone := w.picture(tx, "c", "", Photo)
		w.equal(must(tx.Album(w.chat, "9")), []Attachment{first, second})
		w.equal(len(must(tx.Album(w.chat, ""))), 0)
		w.equal(len(must(tx.Album(404, "9"))), 0)
		w.equal(must(tx.LooseAttachments(w.chat, w.li, tx.Now())), []Attachment{first, second, alone})
		w.equal(len(must(tx.LooseAttachments(w.chat, w.wang, tx.Now()))), 0)
		w.equal(len(must(tx.LooseAttachments(w.chat, w.li, tx.Now().Add(time.Second)))), 0)

		r := w.file(tx, lecture(community, "2026-03-08", 320))
		check(tx.Attach(first, r.Message, 0))
		check(tx.Attach(second, r.Message, r.ID))
		w.equal(must(tx.Attached(r.Message, r.ID)), Attached{Photos: 2})
		w.equal(must(tx.Attached(r.Message, r.ID+1)), Attached{Photos: 1})
		w.equal(must(tx.Attached(alone.Message, 0)), Attached{})
		w.equal(must(tx.LooseAttachments(w.chat, w.li, tx.Now())), []Attachment{alone})

		again := w.picture(tx, "a", "", Photo) // the same file once more
		paper := w.picture(tx, "d", "", Document)
		check(tx.Attach(again, r.Message, 0))
		check(tx.Attach(paper, r.Message, 0))
		w.equal(must(tx.Attached(r.Message, 0)), Attached{Photos: 2, Files: 1})
		w.is(tx.Attach(Attachment{Message: 404}, r.Message, 0), ErrNotFound)

		question := must(tx.Ask(Question{Chat: w.chat, Member: w.li, Field: "photo", Expires: tx.Now().Add(time.Hour)}))
		check(tx.AskAttachment(alone, question))
		alone.Question = question
		w.equal(must(tx.AskedAttachments(question)), []Attachment{alone})
		w.equal(len(must(tx.LooseAttachments(w.chat, w.li, tx.Now()))), 0)
		w.is(tx.AskAttachment(Attachment{Message: 404}, question), ErrNotFound)
	})
}

// An edit puts another picture in the place of the first one: it belongs where that belonged.
func attachmentReplaced(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		a := w.picture(tx, "a", "9", Photo)
		r := w.file(tx, lecture(community, "2026-03-08", 320))
		check(tx.Attach(a, r.Message, r.ID))
		a.Unique, a.File, a.Album = "b", "file-b", ""
		check(tx.KeepAttachment(a))
		m := must(tx.MessageByID(a.Message))
		got, ok, err := tx.AttachmentOf(w.chat, m.TgMessage)
		check(err)
		w.equal(ok, true)
		a.Album, a.Told, a.Report = "9", r.Message, r.ID
		w.equal(got, a)
		_, ok, err = tx.AttachmentOf(w.chat, 404)
		check(err)
		w.equal(ok, false)
	})
}

// A question about no report is beside the one that a report has.
func questionsBeside(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		r := w.file(tx, lecture(community, "2026-03-08", 320))
		expires := tx.Now().Add(time.Hour)
		about := must(tx.Ask(Question{Chat: w.chat, Member: w.li, Report: r.ID, Rev: r.Rev, Field: "day", Expires: expires}))
		first := must(tx.Ask(Question{Chat: w.chat, Member: w.li, Field: "photo", Expires: expires}))
		other := must(tx.Ask(Question{Chat: w.chat, Member: w.wang, Field: "photo", Expires: expires}))
		var asked []int64
		for _, q := range must(tx.OpenQuestions(w.chat, w.li)) {
			asked = append(asked, q.ID)
		}
		w.equal(asked, []int64{first, about})
		w.equal(len(must(tx.OpenQuestions(w.chat, 0))), 3)
		w.equal(must(tx.QuestionByID(other)).Report, 0)
		check(tx.Answer(first, "是"))
		newest, ok, err := tx.OpenQuestion(w.chat, w.li)
		check(err)
		w.equal([]any{newest.ID, ok}, []any{about, true})
	})
}
