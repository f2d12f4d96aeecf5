//go:build linux || darwin

package store

import "testing"

// A statement that joins is planned once and not with each run, which would take ten times as long.
func BenchmarkReport(b *testing.B) {
	w := bench(b)
	var id int64
	w.write(func(tx *Tx) { id = w.file(tx, lecture(1, "2026-03-08", 320)).ID })
	w.write(func(tx *Tx) {
		for b.Loop() {
			must(tx.Report(id))
		}
	})
}
