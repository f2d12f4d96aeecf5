package store

import (
	"testing"
	"time"

	"huibao/report"
)

// vitals: each number is what it says.
func vitals(t *testing.T, w *world) {
	look := func() (found Vitals) {
		w.read(func(v *View) { found = must(v.Vitals()) })
		return found
	}
	if empty := look(); !empty.Inbox.Oldest.IsZero() || !empty.OldestOut.IsZero() || !empty.Digest.IsZero() || !empty.Backup.IsZero() || empty.Outbox != 0 {
		t.Errorf("an empty store: %+v", empty)
	}
	began := w.clock.at
	if _, err := w.db.Receive(background, []Update{{ID: 1, Body: []byte("{}")}, {ID: 2, Body: []byte("[]"), Bad: "bad"}}); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *Tx) {
		must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte("{}")}))
		w.file(tx, lecture(changpu, "2026-03-08", 320))
	})
	w.clock.at = began.Add(time.Minute)
	w.write(func(tx *Tx) {
		must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte("{}")}))
		must(tx.Publish(Publication{Kind: "week", Area: changpu, Period: must(report.ParsePeriod("2026-W10"))}))
		check(tx.RecordRun(Run{Job: BackupJob, Period: "1", State: RunDone}))
	})
	w.clock.at = began.Add(2 * time.Minute)
	w.write(func(tx *Tx) { check(tx.RecordRun(Run{Job: BackupJob, Period: "2", State: RunFailed})) })
	v := look()
	if v.Inbox.Waiting != 1 || v.Inbox.Dead != 1 || v.Outbox != 2 || v.Reports != 1 || v.Members == 0 {
		t.Errorf("counts: %+v", v)
	}
	if !v.Inbox.Oldest.Equal(began) || !v.OldestOut.Equal(began) || !v.Digest.Equal(began.Add(time.Minute)) || !v.Backup.Equal(began.Add(time.Minute)) {
		t.Errorf("times from %v: %+v", began, v)
	}
}
