package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

// backedUp is a county with one report in a copy, and another one filed since.
func backedUp(t *testing.T, recipients ...age.Recipient) (w *world, file string) {
	w = newWorld(t)
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 320))
		w.enqueue(tx, "已记")
	})
	file = filepath.Join(t.TempDir(), "kept.db")
	if _, err := w.db.BackupTo(background, file, recipients...); err != nil {
		t.Fatal(err)
	}
	w.clock.move(72 * time.Hour)
	w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-09", 5)) })
	return w, file
}

func (w *world) enqueue(tx *Tx, text string) {
	chat := must(tx.Chat(777, "private", ""))
	must(tx.Enqueue(Outgoing{Chat: chat.ID, Method: "sendMessage", Body: []byte(text)}))
}

func (w *world) restore(file string, unlisted bool, keys ...age.Identity) error {
	w.Helper()
	r, err := PrepareRestore(background, w.db.path, file, w.clock.options(), unlisted, keys...)
	if err != nil {
		return err
	}
	_, err = r.Replace(background)
	return errors.Join(err, r.Close())
}

func TestRestore(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, encrypted := range []bool{false, true} {
		t.Run(fmt.Sprintf("encrypted %t", encrypted), func(t *testing.T) {
			var recipients []age.Recipient
			if encrypted {
				recipients = append(recipients, key.Recipient())
			}
			w, file := backedUp(t, recipients...)
			copied := w.clock.now().Add(-72 * time.Hour)
			if err := w.restore(file, false, key); !errors.Is(err, ErrLocked) {
				t.Fatalf("while a bot runs: %v, want ErrLocked", err)
			}
			w.is(w.db.Close(), nil)
			w.is(w.restore(file, false, key), nil)
			db := &world{TB: t, clock: w.clock, db: reopen(t, w.db.path, w.clock)}
			db.clean()
			db.read(func(v *View) {
				w.equal(attendance(must(v.Tally(countyID, period("2026-03-08", "2026-03-09"), plain))), map[int64]int64{0: 320})
				r, ok, err := v.Restored()
				if err != nil || !ok || !r.From.Equal(copied) || !r.At.Equal(w.clock.now()) {
					t.Errorf("restored %+v %t %v", r, ok, err)
				}
			})
			if rows, err := db.db.Undelivered(background, 0, 10); err != nil || len(rows) > 0 {
				t.Errorf("%d messages of the past would be sent: %v", len(rows), err)
			}
			kept, _ := filepath.Glob(globQuoted(w.db.path) + ".before-restore-*")
			if len(kept) != 1 {
				t.Fatalf("the database there was is kept as %v", kept)
			}
			old := &world{TB: t, clock: w.clock, db: reopen(t, kept[0], w.clock)}
			old.read(func(v *View) {
				w.equal(attendance(must(v.Tally(countyID, period("2026-03-08", "2026-03-09"), plain))), map[int64]int64{0: 325})
			})
		})
	}
}

// A database that is damaged does not keep its copy from being restored.
func TestRestoreOverDamagedDatabase(t *testing.T) {
	w, file := backedUp(t)
	w.is(w.db.Close(), nil)
	garbage := bytes.Repeat([]byte("garbage "), 2000)
	w.is(os.WriteFile(w.db.path, garbage, private), nil)
	w.is(os.WriteFile(w.db.path+"-wal", garbage, private), nil)
	w.is(w.restore(file, false), nil)
	restored := &world{TB: t, clock: w.clock, db: reopen(t, w.db.path, w.clock)}
	restored.clean()
	kept, _ := filepath.Glob(globQuoted(w.db.path) + ".before-restore-*")
	if slices.Sort(kept); len(kept) != 2 || !strings.HasSuffix(kept[1], "-wal") {
		t.Fatalf("kept %v, want the damaged file and its log", kept)
	}
	if body, _ := os.ReadFile(kept[0]); !bytes.Equal(body, garbage) {
		t.Error("the damaged file is not kept as it was")
	}
}

// Whatever byte of a copy is another one, and wherever it is cut off: the restore is refused and the database stays.
func TestDamageIsDetected(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, recipients := range map[string][]age.Recipient{"plain": nil, "encrypted": {key.Recipient()}} {
		for _, listed := range []bool{true, false} {
			if name == "plain" && !listed {
				continue // that is what the manifest is for
			}
			t.Run(fmt.Sprintf("%s, manifest %t", name, listed), func(t *testing.T) {
				w, file := backedUp(t, recipients...)
				w.is(w.db.Close(), nil)
				if !listed {
					w.is(os.Remove(manifestOf(file)), nil)
				}
				w.refusesDamage(file, key)
			})
		}
	}
}

func (w *world) refusesDamage(file string, key age.Identity) {
	w.Helper()
	whole := must(os.ReadFile(file))
	present := must(os.ReadFile(w.db.path))
	refused := func(what string, damaged []byte) {
		w.Helper()
		w.is(os.WriteFile(file, damaged, private), nil)
		r, err := PrepareRestore(background, w.db.path, file, w.clock.options(), false, key)
		if err == nil {
			r.Close()
			w.Errorf("%s: restored", what)
		} else if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoManifest) && !errors.Is(err, ErrKey) {
			w.Errorf("%s: %v, want ErrDamaged", what, err)
		}
	}
	step := max(1, len(whole)/60)
	for at := 0; at < len(whole); at += step {
		damaged := bytes.Clone(whole)
		damaged[at] ^= byte(1 << (at % 8))
		refused(fmt.Sprintf("byte %d changed", at), damaged)
		refused(fmt.Sprintf("cut off at %d", at), whole[:at])
	}
	for at := range 64 { // the heads of both kinds of file
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		refused(fmt.Sprintf("byte %d changed", at), damaged)
	}
	refused("cut off at the last byte", whole[:len(whole)-1])
	refused("one byte too many", append(bytes.Clone(whole), 0))
	if !bytes.Equal(must(os.ReadFile(w.db.path)), present) {
		w.Error("the database is another one now")
	}
	if left, _ := filepath.Glob(globQuoted(w.db.path) + ".*restor*"); len(left) > 0 {
		w.Errorf("left behind: %v", left)
	}
	w.is(os.WriteFile(file, whole, private), nil)
	w.is(w.restore(file, false, key), nil)
}

// A manifest that says something else than it did is no proof any more.
func TestDamagedManifest(t *testing.T) {
	w, file := backedUp(t)
	w.is(w.db.Close(), nil)
	whole := must(os.ReadFile(manifestOf(file)))
	for _, change := range [][2]string{{`"reports": 1`, `"reports": 2`}, {`"ledger": `, `"ledger": 9`}, {`"schema": `, `"schema": 1`},
		{`"chain": "`, `"chain": "0`}, {`"sha256": "`, `"sha256": "0`}, {`"size": `, `"size": 1`}, {`"at": "2026`, `"at": "2025`},
		{`"encrypted": false`, `"encrypted": true`}, {`"huibao_backup": 1`, `"huibao_backup": 2`}, {`{`, `[`}, {`"at"`, `"as"`}} {
		damaged := bytes.Replace(whole, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(damaged, whole) {
			t.Fatalf("the manifest has no %s:\n%s", change[0], whole)
		}
		w.is(os.WriteFile(manifestOf(file), damaged, private), nil)
		if err := w.restore(file, false); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", change[1], err)
		}
	}
	w.is(os.Remove(manifestOf(file)), nil)
	if err := w.restore(file, false); !errors.Is(err, ErrNoManifest) {
		t.Errorf("without a manifest: %v, want ErrNoManifest", err)
	}
	w.is(w.restore(file, true), nil)
}

// A copy made by a newer program is refused, one made by an older program is brought up to date.
func TestRestoreOtherSchema(t *testing.T) {
	w, file := backedUp(t)
	w.is(w.db.Close(), nil)
	pool := connect(file, use{}, 1)
	if _, err := pool.Exec(`INSERT INTO goose_db_version(version_id, is_applied) VALUES(99, 1)`); err != nil {
		t.Fatal(err)
	}
	w.is(pool.Close(), nil)
	w.is(os.Remove(manifestOf(file)), nil)
	if err := w.restore(file, true); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("got %v, want ErrNewerSchema", err)
	}
}
