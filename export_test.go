package main

import (
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"huibao/report"
	"huibao/store"
)

// TestExportedReports reads exported reports as import does: all that are counted come back, the same from every form.
func TestExportedReports(t *testing.T) {
	w := newWorld(t, io.Discard, io.Discard)
	w.settings.DB = filepath.Join(t.TempDir(), "huibao.db")
	db := bookWorld(t, w.settings.DB, 7, 150)
	var want []report.Row
	err := db.Read(t.Context(), func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		return v.Register(1, report.Period{Kind: report.Range, First: report.Date(2025, 1, 1), Last: report.Date(2026, 12, 31)}, func(r report.RegisterRow) error {
			if r.Report.State == report.Filed {
				want = append(want, source.Row(r.Report, r.Words))
			}
			return nil
		})
	})
	if err != nil || len(want) < 100 {
		t.Fatalf("%d reports, %v", len(want), err)
	}
	for _, ending := range []string{"jsonl", "csv", "xlsx"} {
		path := filepath.Join(t.TempDir(), "reports."+ending)
		if err := (exportReports{exportScope{From: "2025-01-01", To: "2026-12-31", Output: path}}).Run(w); err != nil {
			t.Fatal(err)
		}
		got, err := parseFile(path, report.ParseRows)
		for i := range got {
			got[i].At = 0
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d reports, %v; want %d\ngot  %+v\nwant %+v", ending, len(got), err, len(want), got[:min(3, len(got))], want[:3])
		}
	}
}

// BenchmarkExportRegister writes the register of 10,000 reports from the database to a file.
func BenchmarkExportRegister(b *testing.B) {
	w := newWorld(b, io.Discard, io.Discard)
	w.settings.DB = filepath.Join(b.TempDir(), "huibao.db")
	bookWorld(b, w.settings.DB, 1, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "register.xlsx")
		if err := (exportRegister{exportScope{From: "2025-01-01", To: "2026-12-31", Output: path}}).Run(w); err != nil {
			b.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			b.Fatal(err)
		}
	}
}
