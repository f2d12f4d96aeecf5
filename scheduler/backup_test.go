package scheduler

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
	"pgregory.net/rapid"

	"huibao/store"
)

// keeping makes a scheduler that keeps copies in a folder.
func (w *world) keeping(folder string, recipients ...age.Recipient) *Scheduler {
	w.t.Helper()
	return w.scheduler(func(o *Options) { o.Backups = Backups{Folder: folder, Recipients: recipients} })
}

// backUp moves the clock and looks for a backup that is due; it must not fail.
func (w *world) backUp(s *Scheduler, moment string) {
	w.t.Helper()
	w.move(moment)
	if err := s.BackUp(w.t.Context()); err != nil {
		w.t.Fatalf("back up at %s: %v", moment, err)
	}
}

// files lists a folder, without the manifests; each copy must have one.
func (w *world) files(folder string) (names []string) {
	w.t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		w.t.Fatal(err)
	}
	manifests := 0
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			manifests++
			continue
		}
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(e.Name(), "huibao-"), ".db"))
	}
	if manifests != len(names) {
		w.t.Errorf("%d manifests beside %v", manifests, names)
	}
	return names
}

func (w *world) wantFiles(folder string, want ...string) {
	w.t.Helper()
	if got := w.files(folder); !slices.Equal(got, want) {
		w.t.Errorf("copies %v, want %v", got, want)
	}
}

func TestBackups(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	folder := filepath.Join(t.TempDir(), "backups")
	s := w.keeping(folder)
	w.backUp(s, "2026-03-08 12:00:00") // at once, to see that it works
	w.backUp(s, "2026-03-08 12:00:20")
	w.backUp(s, "2026-03-09 03:29:59")
	w.wantFiles(folder, "2026-03-08T1200")
	w.backUp(s, "2026-03-09 03:30:00")
	w.reopen()
	s = w.keeping(folder)
	w.backUp(s, "2026-03-09 03:30:20")
	w.wantFiles(folder, "2026-03-08T1200", "2026-03-09T0330")
	w.backUp(s, "2026-03-12 09:00:00") // the newest of those missed, and once
	w.backUp(s, "2026-03-12 09:00:20")
	w.wantFiles(folder, "2026-03-08T1200", "2026-03-09T0330", "2026-03-12T0900")
	w.wantRuns(store.BackupJob, "2026-03-08T1200 done", "2026-03-09T0330 done", "2026-03-12T0330 done")
	w.backUp(s, "2030-01-01 12:00:00") // a wrong clock …
	w.backUp(s, "2026-03-12 12:00:00")
	w.backUp(s, "2026-03-13 03:30:00") // … stops nothing once it is right
	w.wantFiles(folder, "2026-03-08T1200", "2026-03-09T0330", "2026-03-12T0900", "2026-03-13T0330", "2030-01-01T1200")
	if posts := w.outbox(); len(posts) > 0 {
		t.Errorf("told: %v", posts)
	}
}

func TestNoFolderNoBackups(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	w.backUp(w.scheduler(), "2026-03-09 03:30:00")
	w.wantRuns(store.BackupJob)
	_, err := New(Options{DB: w.db, Now: w.now, Location: w.loc, Backups: Backups{Spec: "nightly"}})
	if !errors.Is(err, errSpec) || !strings.Contains(err.Error(), "job backup") {
		t.Errorf("a bad spec: %v", err)
	}
}

// Over a year and a half there are the last seven days and the first copy of each of the last twelve months.
func TestBackupsKeptOverTheYears(t *testing.T) {
	w := newWorld(t, "2025-03-10 12:00:00")
	folder := filepath.Join(t.TempDir(), "backups")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, time.March, 10, 3, 30, 0, 0, w.loc)
	for range 550 { // what is kept follows from the names alone: empty files do
		name := filepath.Join(folder, backupName(at, false))
		for _, file := range []string{name, name + ".json"} {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := dropOlder(folder, name); err != nil {
			t.Fatal(err)
		}
		at = at.AddDate(0, 0, 1)
	}
	s := w.keeping(folder)
	w.backUp(s, "2026-09-11 03:30:00")
	want := []string{"2025-10-01T0330", "2025-11-01T0330", "2025-12-01T0330", "2026-01-01T0330", "2026-02-01T0330", "2026-03-01T0330",
		"2026-04-01T0330", "2026-05-01T0330", "2026-06-01T0330", "2026-07-01T0330", "2026-08-01T0330", "2026-09-01T0330",
		"2026-09-05T0330", "2026-09-06T0330", "2026-09-07T0330", "2026-09-08T0330", "2026-09-09T0330", "2026-09-10T0330", "2026-09-11T0330"}
	w.wantFiles(folder, want...)
}

// Whatever copies there are: the last seven days and twelve months that have one keep one, other files are left alone, and
// what is kept is kept again.
func TestSuperfluous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"notes.txt", "huibao.db", "huibao-2026-13-45T9999.db.json"}
		days, months := map[string]bool{}, map[string]bool{}
		for _, hours := range rapid.SliceOfDistinct(rapid.IntRange(0, 24*700), func(h int) int { return h }).Draw(t, "hours") {
			at := time.Date(2025, time.January, 1, hours, 0, 0, 0, time.UTC)
			names = append(names, backupName(at, rapid.Bool().Draw(t, "encrypted")))
			days[at.Format(time.DateOnly)], months[at.Format("2006-01")] = true, true
		}
		drop := superfluous(names)
		left := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(drop, n) })
		if again := superfluous(left); len(again) > 0 {
			t.Fatalf("kept and then dropped: %v", again)
		}
		keptDay, keptMonth := map[string]bool{}, map[string]bool{}
		for _, n := range left[3:] {
			keptDay[n[7:17]], keptMonth[n[7:14]] = true, true
		}
		if left[0] != "notes.txt" || left[2] != names[2] || len(keptMonth) < min(len(months), keptMonths) ||
			len(keptDay) < min(len(days), keptDays) || len(left)-3 > keptDays+keptMonths {
			t.Fatalf("of %d copies of %d days and %d months %v stay", len(names)-3, len(days), len(months), left)
		}
	})
}

// A backup that cannot be made leaves the others alone, is told to the administrators once a day, and is tried every hour.
func TestBackupFails(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	folder := filepath.Join(t.TempDir(), "disk", "backups")
	if err := os.Mkdir(filepath.Dir(folder), 0o700); err != nil {
		t.Fatal(err)
	}
	s := w.keeping(folder)
	w.backUp(s, "2026-03-08 12:00:00")
	away := filepath.Dir(folder) + "-away"
	if err := os.Rename(filepath.Dir(folder), away); err != nil { // the disk is pulled out
		t.Fatal(err)
	}
	fails := func(moment string, tried bool) {
		t.Helper()
		w.move(moment)
		if err := s.BackUp(t.Context()); (err != nil) != tried {
			t.Errorf("at %s: %v, tried should be %t", moment, err, tried)
		}
	}
	fails("2026-03-09 03:30:00", true)
	fails("2026-03-09 03:30:20", false)
	fails("2026-03-09 04:30:00", true)
	fails("2026-03-09 05:29:59", false)
	w.wantHeadings(hu, "⚠️ 数据备份没有做成")
	w.wantHeadings(chen)
	if text := w.outbox()[0].text; !strings.Contains(text, "文件夹找不到") || !strings.Contains(text, "上次备份：3月8日 12:00") {
		t.Errorf("told:\n%s", text)
	}
	fails("2026-03-10 03:30:00", true)
	w.wantHeadings(hu, "⚠️ 数据备份没有做成", "⚠️ 数据备份没有做成")
	if err := os.Rename(away, filepath.Dir(folder)); err != nil {
		t.Fatal(err)
	}
	w.backUp(s, "2026-03-10 04:30:00")
	w.wantFiles(folder, "2026-03-08T1200", "2026-03-10T0430")
	w.wantRuns(store.BackupJob, "2026-03-08T1200 done", "2026-03-09T0330 failed", "2026-03-10T0330 done")
}

// Numbers that do not agree do not become a copy: those there are may be the last right ones.
func TestWrongNumbersAreNoBackup(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	w.count("2026-03-08", 10)
	folder := filepath.Join(t.TempDir(), "backups")
	s := w.keeping(folder)
	w.backUp(s, "2026-03-08 12:00:00")
	w.sql(`UPDATE tally_days SET value = value + 1`)
	w.move("2026-03-09 03:30:00")
	if err := s.BackUp(t.Context()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	w.wantFiles(folder, "2026-03-08T1200")
	if text := w.outbox()[0].text; !strings.Contains(text, "核对不上") {
		t.Errorf("told:\n%s", text)
	}
}

// A disk that is full in the middle of a copy costs that copy alone.
func TestDiskFullDuringBackup(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	folder := filepath.Join(t.TempDir(), "backups")
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	w.backUp(w.keeping(folder), "2026-03-08 12:00:00")
	w.reopen() // what its log holds goes into the file, which is now larger than what may be written
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	defer func() {
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
		signal.Reset(syscall.SIGXFSZ)
	}()
	small := syscall.Rlimit{Cur: 200_000, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatal(err)
	}
	for i, recipients := range [][]age.Recipient{nil, {key.Recipient()}} {
		s := w.keeping(folder, recipients...)
		w.move(fmt.Sprintf("2026-03-%02d 03:30:00", 9+i))
		if err := s.BackUp(t.Context()); !errors.Is(err, store.ErrNoSpace) {
			t.Errorf("got %v, want ErrNoSpace", err)
		}
		w.wantFiles(folder, "2026-03-08T1200")
		if left, _ := filepath.Glob(w.file + ".copy-*"); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	if text := w.outbox()[0].text; !strings.Contains(text, "备份盘满了") {
		t.Errorf("told:\n%s", text)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	w.backUp(w.keeping(folder), "2026-03-10 05:30:00")
	w.wantFiles(folder, "2026-03-08T1200", "2026-03-10T0530")
}

// What a backup that was cut off has left goes at the next start, and nothing else.
func TestUnfinishedBackupsAreRemoved(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	folder := t.TempDir()
	stays := []string{filepath.Join(folder, "huibao-2026-03-08T0330.db"), filepath.Join(folder, "mine.partial"),
		fmt.Sprintf("%s.copy-%d", w.file, os.Getppid())} // that process is at it
	goes := []string{filepath.Join(folder, "huibao-2026-03-08T1200.db.partial"), filepath.Join(folder, "huibao-2026-03-08T1200.db.age.partial"),
		filepath.Join(folder, "huibao-2026-03-08T1200.db.json.partial"), w.file + ".copy-999999999", w.file + ".copy-999999999-journal"}
	for _, file := range slices.Concat(stays, goes) {
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := w.keeping(folder)
	_, stop := s.backUpAside(t.Context())
	stop()
	for _, file := range stays {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	for _, file := range goes {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s is still there", file)
		}
	}
}

// A program that ends while it makes a copy has not failed.
func TestBackupCutOff(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	folder := filepath.Join(t.TempDir(), "backups")
	ctx, cancel := context.WithCancel(t.Context())
	s := w.scheduler(func(o *Options) {
		o.Backups.Folder = folder
		o.Now = func() time.Time { cancel(); return w.now() } // asked for the copy's name, just before it is made
	})
	if err := s.BackUp(ctx); err != nil {
		t.Error(err)
	}
	w.wantRuns(store.BackupJob)
	if posts := w.outbox(); len(posts) > 0 {
		t.Errorf("told: %v", posts)
	}
}
