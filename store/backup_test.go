package store

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
)

func TestBackup(t *testing.T) {
	w := newWorld(t)
	w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 320)) })
	file := filepath.Join(t.TempDir(), "kept.db")
	for range 2 { // the second replaces the first
		if _, err := w.db.BackupTo(background, file); err != nil {
			t.Fatal(err)
		}
	}
	w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 1)) })
	kept := &world{TB: t, clock: w.clock, db: reopen(t, file, w.clock)}
	kept.clean()
	kept.read(func(v *View) {
		w.equal(attendance(must(v.Tally(countyID, period("2026-03-08", "2026-03-08"), plain))), map[int64]int64{0: 320})
	})
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != private {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(file + ".partial"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the unfinished copy is still there: %v", err)
	}
	if _, err := w.db.BackupTo(background, filepath.Join(t.TempDir(), "no", "such", "folder.db")); err == nil {
		t.Error("a copy to nowhere gave no error")
	}
}

// An encrypted copy can be read with the key alone, and nothing of the plain one stays behind.
func TestEncryptedBackup(t *testing.T) {
	w := newWorld(t)
	w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 320)) })
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kept.db.age")
	b, err := w.db.BackupTo(background, file, key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	size, hash, err := checksum(file)
	if err != nil || !b.Encrypted || b.Reports != 1 || b.Size != size || b.SHA256 != hash || !b.At.Equal(w.clock.now()) {
		t.Errorf("the manifest is %+v of a file of %d bytes, %s, %v", b, size, hash, err)
	}
	if body, _ := os.ReadFile(file); bytes.Contains(body, []byte("law_publicity")) || bytes.Contains(body, []byte("SQLite")) {
		t.Error("the copy is not encrypted")
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := age.Decrypt(f, key)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(r); err != nil || !bytes.HasPrefix(plain, []byte("SQLite format 3")) {
		t.Errorf("decrypted it is no database: %v", err)
	}
	if left, _ := filepath.Glob(globQuoted(w.db.path) + ".copy-*"); len(left) > 0 {
		t.Errorf("plain copies stay behind: %v", left)
	}
}

// What is not right in the database does not become a copy, and the copy there was stays.
func TestBackupOfWrongNumbers(t *testing.T) {
	w := newWorld(t)
	w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 320)) })
	file := filepath.Join(t.TempDir(), "kept.db")
	if _, err := w.db.BackupTo(background, file); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(file)
	if _, err := w.db.writer.Exec(`UPDATE tally_days SET value = value + 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.BackupTo(background, file); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
		t.Error("the copy there was is another one now")
	}
	if left, _ := filepath.Glob(filepath.Dir(file) + "/*.partial*"); len(left) > 0 {
		t.Errorf("unfinished copies stay behind: %v", left)
	}
}

// Copies that are made while reports come in are each of one moment, and nobody waits for them.
func TestBackupWhileReportsComeIn(t *testing.T) {
	w := newWorld(t)
	enough, filed := make(chan struct{}), make(chan int64)
	go func() {
		var n int64
		for done := false; !done; {
			w.write(func(tx *Tx) { w.file(tx, lecture(community, "2026-03-08", 1)) })
			n++
			select {
			case <-enough:
				done = true
			default:
			}
		}
		filed <- n
	}()
	var last Backup
	for i := range 5 {
		b, err := w.db.BackupTo(background, filepath.Join(t.TempDir(), "kept.db"))
		if err != nil {
			t.Error(err)
		}
		if i > 0 && b.Reports < last.Reports {
			t.Errorf("a later copy has %d reports, an earlier one %d", b.Reports, last.Reports)
		}
		last = b
	}
	close(enough)
	if n := <-filed; last.Reports > n || n == 0 {
		t.Errorf("a copy has %d reports of %d", last.Reports, n)
	}
}
