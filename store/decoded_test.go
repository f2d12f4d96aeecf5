package store

import (
	"fmt"
	"testing"

	"huibao/report"
)

// What is remembered of a body is not changed through what was given out, and some of it is forgotten.
func TestDecodedReports(t *testing.T) {
	d := newDecodedReports()
	kept := report.Report{ID: 1, Figures: []report.Figure{{Measure: "participants", Value: 320}}}
	d.put("first", kept)
	kept.Figures[0].Value = 1
	got, ok := d.get("first")
	if !ok || got.Figures[0].Value != 320 {
		t.Fatalf("%+v %t is remembered, want 320", got, ok)
	}
	got.Figures[0].Value = 2
	for i := range mostDecoded * 3 / 2 {
		d.put(fmt.Sprint(i), report.Report{ID: int64(i)})
	}
	if got, ok = d.get("first"); !ok || got.Figures[0].Value != 320 {
		t.Errorf("%+v %t is remembered of what was asked for lately, want 320", got, ok)
	}
	for i := range 2 * mostDecoded {
		d.put(fmt.Sprint("other", i), report.Report{ID: int64(i)})
	}
	if got, ok := d.get("first"); ok {
		t.Errorf("%+v is still remembered", got)
	}
	if n := len(d.latest) + len(d.older); n > 2*mostDecoded {
		t.Errorf("%d bodies are remembered", n)
	}
}
