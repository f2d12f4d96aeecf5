package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func lecture(people int64) Report {
	return Report{ID: 118, Rev: 1, State: Filed, Activity: "law_publicity", Area: 5, Org: 2, Day: 739683,
		Figures: []Figure{{Measure: "participants", Unit: "人次", Value: people, Approx: true}, {Measure: "materials", Unit: "份", Value: 500}}}
}

func TestPost(t *testing.T) {
	first := lecture(320)
	line := func(rev int, k Key, value, approx, events int64) Fact {
		k.Activity = "law_publicity"
		return Fact{Report: 118, Rev: rev, Day: first.Day, Area: 5, Org: 2, Key: k, Value: value, Approx: approx, Events: events}
	}
	people, copies, events := Key{Measure: "participants", Unit: "人次"}, Key{Measure: "materials", Unit: "份"}, Key{}
	corrected := first.Clone()
	corrected.Rev, corrected.Figures[0].Value, corrected.Figures[0].Approx = 2, 280, false
	if first.Figures[0].Value != 320 {
		t.Fatal("changing a clone changed the report")
	}
	withdrawn := corrected.Clone()
	withdrawn.Rev, withdrawn.State = 3, Withdrawn
	claimed := withdrawn.Clone()
	claimed.Rev, claimed.State = 4, Filed
	claimed.Figures = []Figure{{Measure: "rate", Unit: "%", Value: 100, Claim: true}, {Measure: MeasureSessions, Unit: "场", Value: 3}}
	for _, c := range []struct {
		name      string
		old, next Report
		want      []Fact
	}{
		{"filed", Report{}, first, []Fact{line(1, events, 0, 0, 1), line(1, copies, 500, 0, 0), line(1, people, 320, 1, 0)}},
		{"corrected", first, corrected, []Fact{line(2, people, -40, -1, 0)}},
		{"withdrawn", corrected, withdrawn, []Fact{line(3, events, 0, 0, -1), line(3, copies, -500, 0, 0), line(3, people, -280, 0, 0)}},
		{"three sessions, and a rate that is not counted", withdrawn, claimed,
			[]Fact{line(4, events, 0, 0, 3), line(4, Key{Measure: MeasureSessions, Unit: "场"}, 3, 0, 0)}},
		{"unchanged", first, first, nil},
	} {
		if got := Post(c.old, c.next); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

var anyReport = rapid.Custom(func(t *rapid.T) Report {
	figure := rapid.Custom(func(t *rapid.T) Figure {
		return Figure{
			Measure: rapid.SampledFrom([]string{MeasureSessions, "participants", "materials"}).Draw(t, "measure"),
			Label:   rapid.SampledFrom([]string{"", "米"}).Draw(t, "label"),
			Unit:    rapid.SampledFrom([]string{"人次", "份"}).Draw(t, "unit"),
			Value:   rapid.Int64Range(-1000, 1000).Draw(t, "value"),
			Approx:  rapid.Bool().Draw(t, "approx"),
			Part:    rapid.Bool().Draw(t, "part"),
			Claim:   rapid.Bool().Draw(t, "claim"),
		}
	})
	return Report{ID: 118,
		State:    rapid.SampledFrom([]State{Filed, Filed, Asked, Held, Same, Withdrawn}).Draw(t, "state"),
		Activity: rapid.SampledFrom([]string{"law_publicity", "screening"}).Draw(t, "activity"),
		Area:     rapid.Int64Range(1, 3).Draw(t, "area"),
		Org:      rapid.Int64Range(1, 3).Draw(t, "org"),
		Day:      Day(rapid.Int32Range(739683, 739686).Draw(t, "day")),
		Figures:  rapid.SliceOfN(figure, 0, 5).Draw(t, "figures"),
	}
})

// The ledger of any history adds up to what its last revision counts, whatever came between.
func TestLedgerOfAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOfN(anyReport, 1, 8).Draw(t, "history")
		var ledger []Fact
		var old Report
		for i, next := range history {
			next.Rev = i + 1
			posted := Post(old, next)
			for _, f := range posted {
				if f.Report != 118 || f.Rev != i+1 || f.Value == 0 && f.Approx == 0 && f.Events == 0 {
					t.Fatalf("revision %d posts %+v", i+1, f)
				}
			}
			ledger = append(ledger, posted...)
			old = next
		}
		if got, want := Sum(ledger), Sum(Post(Report{}, old)); !slices.Equal(got, want) {
			t.Fatalf("the ledger says %+v\nthe report %+v", got, want)
		}
		// So it does for each place alone: nothing stays behind where a report moves away.
		for area := int64(1); area <= 3; area++ {
			here := func(facts []Fact) []Tally {
				return Sum(slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return f.Area != area }))
			}
			if got, want := here(ledger), here(Post(Report{}, old)); !slices.Equal(got, want) {
				t.Fatalf("in area %d the ledger says %+v\nthe report %+v", area, got, want)
			}
		}
		if events := EventsOf(Sum(ledger), ""); old.State == Filed && events != old.Events() || old.State != Filed && events != 0 {
			t.Fatalf("%d events are counted of a report that is %s and stands for %d", events, old.State, old.Events())
		}
		undone := Post(old, Report{ID: 118, State: Withdrawn, Rev: len(history) + 1})
		if left := Sum(append(ledger, undone...)); len(left) != 0 {
			t.Fatalf("of a withdrawn report %+v stays", left)
		}
	})
}

func TestSumDoesNotMix(t *testing.T) {
	facts := []Fact{
		{Key: Key{Activity: "a", Measure: "materials", Label: "米", Unit: "包"}, Value: 3},
		{Key: Key{Activity: "a", Measure: "materials", Label: "油", Unit: "包"}, Value: 5},
		{Key: Key{Activity: "a", Measure: "materials", Label: "米", Unit: "公斤"}, Value: 7},
		{Key: Key{Activity: "a", Measure: "materials", Label: "米", Unit: "包", Part: true}, Value: 1},
		{Key: Key{Activity: "a", Measure: "materials", Label: "米", Unit: "包"}, Value: 4, Approx: 1},
		{Key: Key{Activity: "a"}, Events: 2},
		{Key: Key{Activity: "b"}, Events: 9},
	}
	got := Sum(facts)
	want := []Tally{
		{Key: Key{Activity: "a"}, Events: 2},
		{Key: facts[0].Key, Value: 7, Approx: 1},
		{Key: facts[3].Key, Value: 1},
		{Key: facts[2].Key, Value: 7},
		{Key: facts[1].Key, Value: 5},
		{Key: Key{Activity: "b"}, Events: 9},
	}
	slices.SortFunc(want, func(a, b Tally) int { return a.Key.Compare(b.Key) })
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if EventsOf(got, "a") != 2 || EventsOf(got, "") != 11 || EventsOf(got, "c") != 0 {
		t.Errorf("events %d, %d, %d", EventsOf(got, "a"), EventsOf(got, ""), EventsOf(got, "c"))
	}
}
