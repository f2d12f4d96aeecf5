package reading

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// goldMessage is one message of testdata/second.jsonl with its right reading: a list holds the answers that are right, null is
// not scored.
type goldMessage struct {
	ID, Text, Today, Area string
	Forwarded             bool
	Kind                  []string
	Entries               []goldEntry
	Never                 []float64 // numbers that may not be a value
	Masked                []string
}

type goldEntry struct {
	Activity, Date, Area []*string
	Clear                *bool // true: filed without a question; false: asked about
	Optional             bool
	Measures             []goldMeasure
}

type goldMeasure struct {
	Measure               []string
	Value                 float64
	Approx, Part, Running *bool
	Optional              bool
}

// leastExact is the share of messages, in percent, that must be read right in everything.
const leastExact = 97

// TestSecond scores the messages of testdata/second.jsonl, which were written before the rules that read them: no entry may
// be wrong that is filed without a question, and nearly all must be right in everything.
func TestSecond(t *testing.T) {
	r := testReader(t)
	f, err := os.Open("testdata/second.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, exact := 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var g goldMessage
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		text := g.Text
		for _, secret := range g.Masked { // as the bot does before anything is read
			text = strings.ReplaceAll(text, secret, strings.Repeat("*", len(secret)))
		}
		c := Context{Today: day(t, g.Today), Forwarded: g.Forwarded}
		if a, ok := r.areas.ByCode(g.Area); ok {
			c.Area = a.ID
		}
		b, err := r.encodeLine(r.Read(text, c))
		if err != nil {
			t.Fatal(err)
		}
		var out lineOut
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
		wrong, silent := g.judge(&out)
		all++
		switch {
		case silent:
			t.Errorf("%s filed wrong without a question: %q: %v\n%s", g.ID, g.Text, wrong, b)
		case len(wrong) > 0:
			t.Logf("%s %q: %v", g.ID, g.Text, wrong)
		default:
			exact++
		}
	}
	t.Logf("%d of %d messages are read right in everything", exact, all)
	if err := lines.Err(); err != nil || all < 200 || exact*100 < leastExact*all {
		t.Errorf("%d of %d messages right, expected %d %% of at least 200 (%v)", exact, all, leastExact, err)
	}
}

// judge says what is wrong in a reading, and whether any of it was marked clear.
func (g *goldMessage) judge(out *lineOut) (wrong []string, silent bool) {
	note := func(clear bool, text string) {
		wrong = append(wrong, text)
		silent = silent || clear
	}
	if !slices.Contains(g.Kind, string(out.Kind)) {
		note(false, "kind "+string(out.Kind))
	}
	free := slices.Clone(out.Entries)
	for i := range g.Entries {
		x := &g.Entries[i]
		best, most := -1, 0
		for j := range free {
			if n := x.likeness(&free[j]); n > most {
				best, most = j, n
			}
		}
		if best < 0 {
			if !x.Optional {
				note(false, "an entry is missing")
			}
			continue
		}
		e := free[best]
		free = slices.Delete(free, best, best+1)
		x.judge(&e, func(text string) { note(e.Clear, text) })
		if x.Clear != nil && *x.Clear != e.Clear {
			note(e.Clear, "clear or asked")
		}
	}
	for _, e := range free {
		if e.Clear && (out.Kind == KindReport || out.Kind == KindCorrection) {
			note(true, "an entry too many")
		}
	}
	for _, e := range out.Entries {
		for _, m := range e.Measures {
			if v, _ := m.Value.Float64(); slices.Contains(g.Never, v) {
				note(e.Clear, "forbidden "+m.Value.String())
			}
		}
	}
	return wrong, silent
}

func allowed(list []*string, got *string) bool {
	return list == nil || slices.ContainsFunc(list, func(x *string) bool { return x == nil && got == nil || x != nil && got != nil && *x == *got })
}

// likeness tells how well an entry fits, 0 where it is another one.
func (x *goldEntry) likeness(e *lineEntry) int {
	n := 1
	if allowed(x.Activity, e.Activity) {
		n += 100
	} else if x.Activity != nil && len(x.Measures) == 0 {
		return 0
	}
	for _, want := range x.Measures {
		if slices.ContainsFunc(e.Measures, func(m lineFigure) bool { return want.is(m) }) {
			n += 10
		}
	}
	if allowed(x.Area, e.Area) {
		n += 2
	}
	if allowed(x.Date, e.Date) {
		n++
	}
	return n
}

func (want goldMeasure) is(m lineFigure) bool {
	v, _ := m.Value.Float64()
	return v == want.Value && slices.Contains(want.Measure, m.Measure)
}

func (x *goldEntry) judge(e *lineEntry, wrong func(string)) {
	if !allowed(x.Activity, e.Activity) {
		wrong("activity")
	}
	if !allowed(x.Date, e.Date) {
		wrong("date")
	}
	if !allowed(x.Area, e.Area) {
		wrong("area")
	}
	left := slices.Clone(x.Measures)
	for _, m := range e.Measures {
		i := slices.IndexFunc(left, func(want goldMeasure) bool { return want.is(m) })
		if i < 0 {
			wrong("false " + m.Measure + " " + m.Value.String())
			continue
		}
		want := left[i]
		left = slices.Delete(left, i, i+1)
		differs := func(want *bool, got bool) bool { return want != nil && *want != got }
		if !want.Optional && (differs(want.Approx, m.Approx) || differs(want.Part, m.Part) || differs(want.Running, m.Running)) {
			wrong("marks of " + m.Measure)
		}
	}
	for _, want := range left {
		if !want.Optional {
			wrong("missed " + want.Measure[0])
		}
	}
}
