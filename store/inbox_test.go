package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func update(id int64, text string) Update {
	return Update{ID: id, Chat: liTelegram, Body: fmt.Appendf(nil, `{"update_id":%d,"text":%q}`, id, text)}
}

func (w *world) receive(batch ...Update) int {
	w.Helper()
	n, err := w.db.Receive(background, batch)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// process handles up to limit rows and gives the texts of dead ones.
func (w *world) process(limit int, handle func(*Tx, InboxRow) error) (n int, dead []string, err error) {
	n, err = w.db.Process(background, limit, handle, func(_ *Tx, row InboxRow, cause error) error {
		dead = append(dead, fmt.Sprintf("%d %s", row.UpdateID, cause))
		return nil
	})
	return n, dead, err
}

func done(*Tx, InboxRow) error { return nil }

func receiveOnce(t *testing.T, w *world) {
	w.equal(w.receive(update(1, "a"), update(2, "b")), 2)
	w.equal(w.receive(update(1, "a"), update(2, "b"), update(3, "c")), 1)
	if _, _, err := w.process(10, done); err != nil {
		t.Fatal(err)
	}
	w.equal(w.receive(update(2, "b")), 0)
	w.read(func(v *View) { w.equal(must(v.InboxCounts()), InboxCounts{}) })
}

// Telegram may begin anew with the numbers of updates: another update with a number that is known is another row.
func receiveReused(t *testing.T, w *world) {
	w.receive(update(7, "before the quiet week"))
	w.equal(w.receive(update(7, "after the quiet week")), 1)
	w.read(func(v *View) { w.equal(must(v.InboxCounts()).Waiting, 2) })
}

func processInOrder(t *testing.T, w *world) {
	w.receive(update(3, "c"), update(1, "a"), update(2, "b"))
	w.clock.move(time.Second)
	masked := update(9, "d")
	masked.Masked = []string{"id", "phone"}
	w.receive(Update{ID: 8, Body: []byte("not JSON"), Bad: "not JSON"}, masked)
	w.read(func(v *View) {
		w.equal(must(v.InboxCounts()), InboxCounts{Waiting: 4, Dead: 1, Oldest: w.clock.now().Add(-time.Second)})
	})
	var seen []string
	handle := func(tx *Tx, row InboxRow) error {
		seen = append(seen, fmt.Sprintf("%d %d %v", row.UpdateID, row.Chat, row.Masked))
		return nil
	}
	for _, want := range []int{3, 1, 0} {
		n, dead, err := w.process(3, handle)
		if err != nil || len(dead) > 0 {
			t.Fatal(dead, err)
		}
		w.equal(n, want)
	}
	w.equal(seen, []string{"3 5001 []", "1 5001 []", "2 5001 []", "9 5001 [id phone]"})
}

func processDead(t *testing.T, w *world) {
	w.receive(update(1, "fine"), update(2, "fails"), update(3, "panics"), update(4, "breaks a rule"), update(5, "fine"))
	handle := func(tx *Tx, row InboxRow) error {
		check(tx.SetMeta(fmt.Sprint("handled:", row.UpdateID), "yes"))
		switch row.UpdateID {
		case 2:
			return errors.New("no such word")
		case 3:
			panic("index out of range")
		case 4:
			_, err := tx.Enqueue(Outgoing{Chat: 404, Method: "sendMessage"})
			return err
		}
		return nil
	}
	told := func(tx *Tx, row InboxRow, cause error) error {
		check(tx.SetMeta(fmt.Sprint("told:", row.UpdateID), strings.SplitN(cause.Error(), "\n", 2)[0]))
		if row.UpdateID == 3 {
			return errors.New("nobody to tell")
		}
		return nil
	}
	n, err := w.db.Process(background, 10, handle, told)
	if err != nil {
		t.Fatal(err)
	}
	w.equal(n, 5)
	w.read(func(v *View) {
		w.equal(must(v.InboxCounts()), InboxCounts{Dead: 3})
		for key, want := range map[string]bool{"handled:1": true, "handled:2": false, "handled:3": false, "handled:4": false,
			"handled:5": true, "told:1": false, "told:2": true, "told:3": false, "told:4": true} {
			_, ok, err := v.Meta(key)
			check(err)
			if ok != want {
				t.Errorf("%s: kept %v, want %v", key, ok, want)
			}
		}
	})
	w.equal(w.count(`SELECT COUNT(*) FROM inbox WHERE update_id = 3 AND error LIKE 'panic: index out of range%inbox_test.go%'`), 1)
}

// A database that fails in the middle of a batch undoes all of it, also where the handler hides the error.
func processUnavailable(t *testing.T, w *world) {
	w.receive(update(1, "a"), update(2, "b"))
	broken := fmt.Errorf("%w: disk full", ErrUnavailable)
	handle := func(tx *Tx, row InboxRow) error {
		check(tx.SetMeta(fmt.Sprint("handled:", row.UpdateID), "yes"))
		if row.UpdateID == 2 {
			tx.failed = broken
			_ = tx.SetMeta("after", "no")
		}
		return nil
	}
	n, dead, err := w.process(10, handle)
	w.is(err, ErrUnavailable)
	w.equal(n, 0)
	w.equal(dead, []string{})
	w.read(func(v *View) { w.equal(must(v.InboxCounts()).Waiting, 2) })
	w.equal(w.count(`SELECT COUNT(*) FROM meta WHERE key LIKE 'handled%' OR key = 'after'`), 0)
	n, _, err = w.process(10, done)
	w.is(err, nil)
	w.equal(n, 2)
}

func prune(t *testing.T, w *world) {
	w.receive(update(1, "old"), update(2, "old and dead"))
	w.clock.move(time.Hour)
	w.receive(update(3, "new"))
	if _, _, err := w.process(10, func(_ *Tx, row InboxRow) error {
		if row.UpdateID == 2 {
			return errors.New("dead")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.receive(update(4, "waits"))
	w.clock.move(time.Hour)
	n, err := w.db.PruneInbox(background, w.clock.now().Add(-90*time.Minute))
	w.is(err, nil)
	w.equal(n, 1)
	w.equal(w.count(`SELECT COUNT(*) FROM inbox`), 3)

	// Row numbers never come again, even where everything is pruned.
	if _, _, err := w.process(10, done); err != nil {
		t.Fatal(err)
	}
	newest := w.count(`SELECT MAX(seq) FROM inbox`)
	if _, err := w.db.PruneInbox(background, w.clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.receive(update(5, "next"))
	w.equal(w.count(`SELECT MAX(seq) FROM inbox`), newest+1)
}

func wakeUps(t *testing.T, w *world) {
	inbox, out := w.db.Inbox(), w.db.Outbox()
	signalled := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	w.write(func(tx *Tx) { check(tx.SetMeta("key", "value")) })
	w.equal(signalled(inbox) || signalled(out), false)
	w.receive(update(1, "a"))
	w.equal(signalled(inbox), true)
	inbox = w.db.Inbox()
	w.receive(update(1, "a"))
	w.equal(signalled(inbox), false) // nothing new
	if _, _, err := w.process(1, func(tx *Tx, _ InboxRow) error {
		_, err := tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Dedupe: "one"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.equal(signalled(out), true)
	out = w.db.Outbox()
	w.write(func(tx *Tx) { must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Dedupe: "one"})) })
	w.equal(signalled(out), false) // nothing new
	_ = w.tryWrite(func(tx *Tx) {
		must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage"}))
		check(errors.New("no"))
	})
	w.equal(signalled(out), false) // rolled back
}

func writeAtomic(t *testing.T, w *world) {
	no := errors.New("no")
	w.is(w.tryWrite(func(tx *Tx) { check(tx.SetMeta("a", "1")); check(no) }), no)
	func() {
		defer func() { w.equal(recover(), "out of luck") }()
		w.write(func(tx *Tx) { check(tx.SetMeta("a", "1")); panic("out of luck") })
	}()
	ctx, cancel := context.WithCancel(background)
	err := w.db.Write(ctx, func(tx *Tx) error {
		cancel() // too late: a transaction that has begun is not interrupted
		return tx.SetMeta("b", "2")
	})
	w.is(err, nil)
	w.is(w.db.Write(ctx, func(tx *Tx) error { return tx.SetMeta("c", "3") }), context.Canceled)
	w.equal(w.count(`SELECT COUNT(*) FROM meta WHERE key IN ('a', 'c')`), 0)
	w.equal(w.count(`SELECT COUNT(*) FROM meta WHERE key = 'b'`), 1)
	w.write(func(tx *Tx) {
		began := tx.Now()
		w.clock.move(time.Minute)
		w.equal(tx.Now(), began)
	})
}

func writeTurns(t *testing.T, w *world) {
	const writers, each = 8, 25
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for n := range each {
				switch {
				case i%2 == 0:
					w.receive(update(int64(1000*i+n), "a"))
				default:
					w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 1)) })
				}
			}
		})
		all.Go(func() {
			for range each {
				w.read(func(v *View) {
					must(v.Tally(countyID, period("2026-01-01", "2026-12-31"), byArea))
					must(v.InboxCounts())
				})
			}
		})
	}
	all.Wait()
	w.read(func(v *View) {
		w.equal(must(v.InboxCounts()).Waiting, writers/2*each)
		w.equal(must(v.Tally(countyID, period("2026-03-08", "2026-03-08"), plain))[1].Value, writers/2*each)
	})
	w.clean()
}

func readSnapshot(t *testing.T, w *world) {
	w.read(func(v *View) {
		before := must(v.LedgerPosition())
		w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 320)) })
		w.equal(must(v.LedgerPosition()), before)
	})
	w.read(func(v *View) { w.equal(must(v.LedgerPosition()), 2) })
}

// What was not meant for the bot is not kept, and is known all the same when it comes again.
func forgetUpdates(t *testing.T, w *world) {
	talk := []Update{{ID: 7, Chat: -70, Body: []byte(`{"update_id":7}`)}}
	receive := func() int {
		n, err := w.db.Receive(background, talk)
		w.is(err, nil)
		return n
	}
	w.equal(receive(), 1)
	_, err := w.db.Process(background, 10, func(tx *Tx, row InboxRow) error { return tx.ForgetUpdate(row.Seq) }, nil)
	w.is(err, nil)
	w.equal(receive(), 0)
	w.equal(w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'done' AND length(body) = 0`), 1)
	w.is(w.tryWrite(func(tx *Tx) { check(tx.ForgetUpdate(404)) }), ErrNotFound)
}
