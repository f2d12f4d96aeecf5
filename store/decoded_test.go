package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

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

// What is remembered of a new report is what its body says.
func TestDecodedNew(t *testing.T) {
	c := &clock{at: time.Date(2026, 3, 9, 9, 0, 0, 7e6, shanghai)}
	v := &View{db: openSQLite(t, c)}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.StringMatching(`[a-z普法<&"\\]{0,3}`), rapid.Just("\uFFFD"), rapid.Just("\xff"))
		r := report.Report{ID: rapid.Int64().Draw(t, "id"), State: report.Filed, Title: words.Draw(t, "title"), Place: words.Draw(t, "place"),
			Day: date("2026-03-08"), Nil: rapid.Bool().Draw(t, "nil"), At: v.db.time()}
		r.Figures = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) report.Figure {
			return report.Figure{Label: words.Draw(t, "label"), Value: rapid.Int64().Draw(t, "value"), Approx: rapid.Bool().Draw(t, "approx")}
		}), 0, 3).Draw(t, "figures")
		body, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		want, err := v.decodeReport(string(body))
		if err != nil {
			t.Fatal(err)
		}
		d := newDecodedReports()
		d.putNew(string(body), r)
		if got, ok := d.get(string(body)); ok && !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v is remembered, want %+v", got, want)
		}
	})
	d := newDecodedReports()
	if d.putNew("{}", report.Report{}); len(d.latest) != 1 {
		t.Error("nothing is remembered")
	}
}
