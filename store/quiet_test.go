package store

import (
	"errors"
	"testing"
	"time"

	"huibao/report"
)

// seen is all that Expect looks at, as the looks themselves give it.
type seen struct {
	awaited, questions, form, query, pictures bool
	versions                                  int
	attached                                  Attached
}

func (w *world) seen(tx *Tx, m int64) (s seen) {
	var err error
	_, s.awaited, err = tx.Awaited(w.chat, w.li, IncompleteText)
	check(err)
	s.questions = len(must(tx.OpenQuestions(w.chat, w.li))) > 0
	_, s.form, err = tx.OpenForm(w.chat, w.li)
	check(err)
	_, s.query, err = tx.LastQuery(w.chat, w.li, tx.Now())
	check(err)
	s.pictures = len(must(tx.LooseAttachments(w.chat, w.li, tx.Now()))) > 0
	s.versions = must(tx.Versions(w.chat, 900))
	s.attached = must(tx.Attached(m, 0))
	return s
}

// first gives the number of a message that was kept.
func first(id int64, _ bool, err error) int64 { return must(id, err) }

// Whatever opens something after all was looked at is found, and undone it is gone again.
func expected(t *testing.T, w *world) {
	undone := errors.New("undone")
	for name, act := range map[string]func(tx *Tx, m int64) seen{
		"nothing": func(*Tx, int64) seen { return seen{versions: 1} },
		"a piece": func(tx *Tx, m int64) seen {
			check(tx.Await(Incomplete{Message: m, Kind: IncompleteText, Due: tx.Now().Add(time.Second)}))
			return seen{versions: 1, awaited: true}
		},
		"a question": func(tx *Tx, _ int64) seen {
			must(tx.Ask(Question{Chat: w.chat, Member: w.li, Field: "photo", Expires: tx.Now().Add(time.Hour)}))
			return seen{versions: 1, questions: true}
		},
		"a form": func(tx *Tx, m int64) seen {
			must(tx.BeginForm(Form{Chat: w.chat, Member: w.li, Message: m, Step: "activity", Expires: tx.Now().Add(time.Hour)}))
			return seen{versions: 1, form: true}
		},
		"a query": func(tx *Tx, _ int64) seen {
			must(tx.KeepQuery(w.chat, w.li, report.Query{}))
			return seen{versions: 1, query: true}
		},
		"a picture": func(tx *Tx, m int64) seen {
			check(tx.KeepAttachment(Attachment{Message: m, Kind: Photo, File: "f", Unique: "u"}))
			return seen{versions: 1, pictures: true}
		},
		"its own picture": func(tx *Tx, m int64) seen {
			a := Attachment{Message: m, Kind: Photo, File: "f", Unique: "u"}
			check(tx.KeepAttachment(a))
			check(tx.Attach(a, m, 0))
			return seen{versions: 1, attached: Attached{Photos: 1}}
		},
		"an edit": func(tx *Tx, _ int64) seen {
			first(tx.AddMessage(Message{Chat: w.chat, TgMessage: 900, Version: 7, Member: w.li, Sent: tx.Now()}))
			return seen{versions: 2}
		},
	} {
		w.is(w.tryWrite(func(tx *Tx) {
			var m int64
			err := tx.Attempt(func() error {
				check(tx.Expect(w.chat, w.li, 900))
				w.equal(w.seen(tx, 0), seen{})
				m = first(tx.AddMessage(Message{Chat: w.chat, TgMessage: 900, Member: w.li, Sent: tx.Now()}))
				w.is(tx.Attempt(func() error { act(tx, m); return undone }), undone)
				w.equal(w.seen(tx, m), seen{versions: 1})
				check(tx.Expect(w.chat, w.li, 900)) // the message is kept by now
				want := act(tx, m)
				if got := w.seen(tx, m); got != want {
					t.Errorf("%s: %+v is seen, expected %+v", name, got, want)
				}
				check(tx.Expect(w.chat, w.li, 900))
				w.equal(w.seen(tx, m), want)
				return undone
			})
			w.is(err, undone)
			check(tx.Expect(w.chat, w.li, 900))
			m = first(tx.AddMessage(Message{Chat: w.chat, TgMessage: 900, Member: w.li, Sent: tx.Now()}))
			want := act(tx, m)
			if got := w.seen(tx, m); got != want {
				t.Errorf("%s: %+v is seen after all was looked at, expected %+v", name, got, want)
			}
			w.is(tx.Attempt(func() error { return undone }), undone)
			if got := w.seen(tx, m); got != want {
				t.Errorf("%s: %+v is seen without having looked, expected %+v", name, got, want)
			}
			check(undone)
		}), undone)
	}
}
