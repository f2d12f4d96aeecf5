package scheduler

import (
	"path/filepath"
	"strings"
	"testing"

	"huibao/store"
)

// restore brings a copy back, as huibao restore does while the bot is stopped.
func (w *world) restore(file string) {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
	r, err := store.PrepareRestore(w.t.Context(), w.file, file, store.Options{Now: w.now, Location: w.loc, Log: w.scheduler().log}, false)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := r.Replace(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

// What was due between a copy and its restore may have been sent: it is not sent again, whatever the policy, and it is not
// said that it was missed. What is due after it goes out, and tells from what was kept.
func TestNothingOfThePastIsSentAfterARestore(t *testing.T) {
	w := newWorld(t, "2026-02-20 12:00:00")
	s := w.scheduler()
	w.tick(s, "2026-02-20 12:00:00")
	w.tick(s, "2026-02-23 08:00:00") // waits in the outbox when the copy is made
	w.count("2026-02-24", 30)
	file := filepath.Join(t.TempDir(), "kept.db")
	if _, err := w.db.BackupTo(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	w.tick(s, "2026-03-02 08:00:00")
	w.move("2026-03-10 09:00:00")
	w.restore(file)
	s = w.scheduler()
	w.tick(s, "2026-03-10 09:00:20")
	w.wantHeadings(chen)
	w.wantRuns("week", "2026-W08 done", "2026-W09 skipped", "2026-W10 skipped")
	w.wantRuns("month", "2026-02 skipped")
	w.tick(s, "2026-03-16 08:00:00")
	w.wantHeadings(chen, "📋 第11周 3月9日-15日")
	if text := w.outbox()[0].text; strings.Contains(text, "第10周") {
		t.Errorf("it is said that a week was missed:\n%s", text)
	}
	w.tick(s, "2026-04-01 08:00:00")
	w.wantRuns("month", "2026-02 skipped", "2026-03 done")
}
