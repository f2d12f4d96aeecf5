package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"huibao/report"
	"huibao/sandbox/county"
	"huibao/store"
)

// TestBackupsOfRunningBot lets a bot run for ten days. Each night a copy appears that only the private key opens; a week of
// them stays, with the month's first; the newest brings back what was told.
func TestBackupsOfRunningBot(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(keys, []byte(key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "copies")
	s := newStage(t, nil)
	s.bot.settings = []string{"HUIBAO_BACKUPS=" + folder, "HUIBAO_BACKUP_KEY=" + key.Recipient().String(), "HUIBAO_LOG=info"}
	if err := s.bot.Start(); err != nil {
		t.Fatal(err)
	}
	s.backedUp(folder, "2026-03-09T09")
	said, err := s.client.Say(t.Context(), county.LiMei, "普法 320人 资料500份")
	if err != nil {
		t.Fatal(err)
	}
	s.answered(county.LiMei, said)
	for day := range 10 {
		s.clock.Set(time.Date(2026, time.March, 10+day, 3, 31, 0, 0, china))
		s.backedUp(folder, time.Date(2026, time.March, 10+day, 0, 0, 0, 0, china).Format("2006-01-02")+"T033")
	}
	if err := s.bot.Stop(); err != nil {
		t.Fatal(err)
	}

	copies, files := sealedCopies(t, folder)
	var days []string
	for _, c := range copies {
		days = append(days, filepath.Base(c)[len("huibao-2026-"):][:len("03-09")])
	}
	if want := strings.Fields("03-09 03-13 03-14 03-15 03-16 03-17 03-18 03-19"); !slices.Equal(days, want) {
		t.Errorf("copies of %v are left, want %v", days, want)
	}
	if files != 2*len(copies) {
		t.Errorf("%d files for %d copies, want each with its manifest and nothing else", files, len(copies))
	}
	if strings.Contains(s.log.String(), "AGE-SECRET") || strings.Contains(s.log.String(), "level=ERROR") {
		t.Error(s.log)
	}
	comeBack(t, copies[len(copies)-1], keys)
}

// backedUp waits for the copy whose moment begins so.
func (s *stage) backedUp(folder, moment string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	if !s.log.await(ctx, filepath.Join(folder, "huibao-"+moment)) {
		s.t.Fatalf("no copy of %s:\n%s", moment, s.log)
	}
}

// sealedCopies gives the copies in a folder, oldest first, and how many files there are in all.
func sealedCopies(t *testing.T, folder string) (copies []string, files int) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := filepath.Join(folder, e.Name())
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"普法", "李梅", "SQLite format"} {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s can be read without the key: %s", e.Name(), secret)
			}
		}
		if strings.HasSuffix(name, ".age") {
			copies = append(copies, name)
		}
	}
	return copies, len(entries)
}

// comeBack restores a copy onto an empty machine, and finds there what was told.
func comeBack(t *testing.T, copied, keys string) {
	t.Helper()
	database := filepath.Join(t.TempDir(), "huibao.db")
	t.Setenv("HUIBAO_DB", database)
	for _, args := range [][]string{{"restore", copied, "--key", keys, "--yes"}, {"verify"}} {
		var out bytes.Buffer
		if code := run(t.Context(), args, io.Writer(&out), &out, func() time.Time { return monday }); code != 0 {
			t.Fatalf("huibao %s: exit %d\n%s", args[0], code, &out)
		}
	}
	read(t, database, func(v *store.View, _ *report.Reference) error {
		sums, err := v.Tally(1, report.MonthOf(report.Date(2026, time.March, 1)), report.Grouping{})
		if err == nil && report.EventsOf(sums, "law_publicity") != 1 {
			t.Errorf("the copy has %v, want what 李梅 told", sums)
		}
		return err
	})
}
