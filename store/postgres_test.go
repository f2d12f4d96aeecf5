package store

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// Two transactions that wait for each other both come to their end: one of them runs again.
func TestDeadlockIsRunAgain(t *testing.T) {
	db := openPostgresCopy(t, newClock())
	set := func(tx *Tx, key string) { check(tx.SetMeta(key, "x")) }
	if err := db.Write(background, func(tx *Tx) error { return caught(func() { set(tx, "a"); set(tx, "b") }) }); err != nil {
		t.Fatal(err)
	}
	var runs atomic.Int64
	var both, all sync.WaitGroup
	both.Add(2)
	for _, keys := range [][2]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			first := true
			err := db.Write(background, func(tx *Tx) error {
				runs.Add(1)
				return caught(func() {
					set(tx, keys[0])
					if first { // each has its first row now
						first = false
						both.Done()
						both.Wait()
					}
					set(tx, keys[1])
				})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := runs.Load(); n < 3 {
		t.Errorf("%d runs: was there a deadlock?", n)
	}
}

// A connection that ends in the middle of a transaction costs nothing but the time to do it again; nothing is done twice.
func TestLostConnectionIsRunAgain(t *testing.T) {
	address := emptyPostgres(t)
	w := &world{TB: t, clock: newClock()}
	w.db = reopen(t, address, w.clock)
	w.found()
	runs := 0
	w.write(func(tx *Tx) {
		runs++
		w.file(tx, lecture(community, "2026-03-08", 320))
		if runs == 1 {
			var pid int64
			_, err := tx.query(`SELECT pg_backend_pid()`).one(&pid)
			check(err)
			_, err = w.db.reader.Exec(`SELECT pg_terminate_backend($1)`, pid)
			check(err)
		}
	})
	w.equal(runs, 2)
	w.equal(w.count(`SELECT COUNT(*) FROM reports`), 1)
	w.clean()
}

// A statement that was refused ends its attempt, even if that hides the error, and nothing else.
func TestRefusedStatementIsNotHidden(t *testing.T) {
	db := openPostgresCopy(t, newClock())
	err := db.Write(background, func(tx *Tx) error {
		if err := tx.attempt(func() error {
			_, _ = tx.exec(`INSERT INTO meta(key) VALUES('no value')`)
			return nil
		}); err == nil || errors.Is(err, ErrUnavailable) {
			t.Errorf("the attempt gives %v", err)
		}
		return tx.SetMeta("after", "yes")
	})
	if err != nil {
		t.Error(err)
	}
}

// Copies lie where nobody else looks.
func TestShelterOfCopies(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	e := &postgres{}
	name, err := e.beside()
	if err != nil || name == "" {
		t.Fatal(name, err)
	}
	if _, err := e.beside(); err != nil {
		t.Error("a second time:", err)
	}
	folder := name[:len(name)-len("/database")]
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := e.beside(); err == nil {
		t.Error("a folder that others may look into was taken")
	}
}
