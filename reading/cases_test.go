package reading

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"huibao/report"
)

var update = flag.Bool("update", false, "rewrite the readings in testdata/cases.txt")

// readingCase is one message of testdata/cases.txt: who sent it and when, and how it must be read.
type readingCase struct {
	head string // blank lines, comments and @ lines before it, as they stand
	ctx  string
	text string
	want string
}

// loadCases reads testdata/cases.txt: "> message" (⏎ is a line end), then the reading as describe writes it. A line
// "@ DAY AREA [forwarded]" holds for the cases that follow.
func loadCases(t testing.TB) []readingCase {
	t.Helper()
	b, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []readingCase
	var head, ctx string
	open := false
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "> "):
			cases = append(cases, readingCase{head: head, ctx: ctx, text: strings.ReplaceAll(line[2:], "⏎", "\n")})
			head, open = "", true
		case line == "" || line[0] == '#' || line[0] == '@':
			if line != "" && line[0] == '@' {
				ctx = line[1:]
			}
			head += line + "\n"
			open = false
		case open:
			cases[len(cases)-1].want += line + "\n"
		default:
			t.Fatalf("cases.txt: %q stands under no message", line)
		}
	}
	return cases
}

func (c readingCase) context(t testing.TB, r *Reader) Context {
	t.Helper()
	words := strings.Fields(c.ctx)
	ctx := Context{Today: day(t, words[0]), Forwarded: slices.Contains(words, "forwarded")}
	for _, a := range r.areas.All() {
		if a.Name == words[1] {
			ctx.Area = a.ID
		}
	}
	if ctx.Area == 0 {
		t.Fatalf("cases.txt: no area %s", words[1])
	}
	return ctx
}

// TestCases reads every message of testdata/cases.txt.
func TestCases(t *testing.T) {
	r := testReader(t)
	var out strings.Builder
	for _, c := range loadCases(t) {
		got := describe(r, r.Read(c.text, c.context(t, r)))
		if got != c.want && !*update {
			t.Errorf("%s\n got:\n%s want:\n%s", c.text, got, c.want)
		}
		fmt.Fprintf(&out, "%s> %s\n%s", c.head, strings.ReplaceAll(c.text, "\n", "⏎"), got)
	}
	if *update {
		if err := os.WriteFile("testdata/cases.txt", []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// describe writes a reading in a few lines: its kind; - activity, days, area, place, figures, and whether it is clear or
// what is asked. ~ approximate, ^ part, + running, ! claim.
func describe(r *Reader, x Reading) string {
	var b strings.Builder
	b.WriteString(string(x.Kind))
	if x.Refers != (Refers{}) {
		fmt.Fprintf(&b, " of %d %s %s", x.Refers.Number, x.Refers.Activity, x.Refers.Sent)
	}
	b.WriteString("\n")
	entry := func(mark string, e Entry) {
		fmt.Fprintf(&b, "%s %s", mark, or(e.Activity, "?"))
		if e.Title != "" {
			fmt.Fprintf(&b, "(%s)", e.Title)
		}
		fmt.Fprintf(&b, " | %s", or(e.Day.String(), "?"))
		if e.Until != 0 {
			fmt.Fprintf(&b, "..%s", e.Until)
		}
		area, ok := r.areas.ByID(e.Area)
		fmt.Fprintf(&b, " | %s", or(area.Name, "?"))
		if _, known := r.areas.ByID(e.Org); known && ok {
			fmt.Fprintf(&b, " by %s", r.areas.Name(e.Org))
		}
		if e.Place != "" {
			fmt.Fprintf(&b, " at %s", e.Place)
		}
		b.WriteString(" |")
		figures(&b, e.Figures)
		if len(e.Was) > 0 {
			b.WriteString(" not")
			figures(&b, e.Was)
		}
		if e.Clear {
			b.WriteString(" | clear")
		}
		for _, d := range e.Doubts {
			fmt.Fprintf(&b, " | ask %s", d.About)
			if len(d.Options) > 0 {
				fmt.Fprintf(&b, " %s", strings.Join(d.Options, ","))
			}
		}
		b.WriteString("\n")
	}
	for _, e := range x.Entries {
		entry("-", e)
	}
	for _, e := range x.Plans {
		e.Doubts = nil
		entry("plan", e)
	}
	for _, z := range x.Zeros {
		fmt.Fprintf(&b, "zero %s %s %s..%s\n", or(z.Activity, "all"), r.areas.Name(z.Area), z.First, z.Last)
	}
	for _, u := range x.Unread {
		fmt.Fprintf(&b, "unread %s\n", strings.ReplaceAll(u, "\n", "⏎"))
	}
	return b.String()
}

func figures(b *strings.Builder, list []report.Figure) {
	for _, f := range list {
		value, unit := shownValue(f)
		mark := func(is bool, s string) {
			if is {
				b.WriteString(s)
			}
		}
		fmt.Fprintf(b, " %s", f.Measure)
		if f.Label != "" {
			fmt.Fprintf(b, "[%s]", f.Label)
		}
		b.WriteString(" ")
		mark(f.Approx, "~")
		b.WriteString(string(value) + unit)
		mark(f.Part, "^")
		mark(f.Running, "+")
		mark(f.Claim, "!")
	}
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
