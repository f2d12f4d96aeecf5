package reading

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"huibao/report"
)

// describeQuery writes a query on one line: what it is about, period, area, activity.measure, how it is divided, what it is compared
// with, the number, what was not read. A ~ marks what was not said.
func describeQuery(r *Reader, q report.Query) string {
	var b strings.Builder
	assumed := func(is bool) string {
		if is {
			return "~"
		}
		return ""
	}
	period, area := "?", "?"
	if q.Period.First != 0 {
		period = q.Period.Key()
	}
	if q.Area != 0 {
		area = r.areas.Name(q.Area)
	}
	fmt.Fprintf(&b, "%s %s%s %s%s %s", q.About, assumed(q.Assumed.Period), period, assumed(q.Assumed.Area), area, or(q.Activity, "*"))
	if q.Measure != "" {
		fmt.Fprintf(&b, ".%s", q.Measure)
	}
	for _, t := range q.Also {
		fmt.Fprintf(&b, "+%s", t.Activity)
		if t.Measure != "" {
			fmt.Fprintf(&b, ".%s", t.Measure)
		}
	}
	if q.By != report.Whole {
		fmt.Fprintf(&b, " by %s", q.By)
	}
	if q.Rank != report.Unranked {
		fmt.Fprintf(&b, " %d", q.Rank)
	}
	if q.Against != report.AgainstNothing {
		fmt.Fprintf(&b, " against %s", q.Against)
	}
	if q.Number != 0 {
		fmt.Fprintf(&b, " number %d", q.Number)
	}
	if len(q.Unread) > 0 {
		fmt.Fprintf(&b, " unread %s", strings.Join(q.Unread, "|"))
	}
	return b.String()
}

// queryCase is one line of testdata/queries.txt.
type queryCase struct {
	day, area string
	text      string
	after     int // the case it follows up, -1 for none
	want      string
}

// loadQueries reads testdata/queries.txt: "> question" begins anew, ">> question" follows up the one before that was a question;
// then the query as describeQuery writes it, or none. A line "@ DAY AREA" holds for the cases that follow.
func loadQueries(t testing.TB) []queryCase {
	t.Helper()
	b, err := os.ReadFile("testdata/queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []queryCase
	var day, area string
	before := -1
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			words := strings.Fields(line)
			day, area = words[1], words[2]
		case strings.HasPrefix(line, ">> "):
			cases = append(cases, queryCase{day, area, line[3:], before, ""})
		case strings.HasPrefix(line, "> "):
			cases = append(cases, queryCase{day, area, line[2:], -1, ""})
		case len(cases) > 0 && cases[len(cases)-1].want == "":
			cases[len(cases)-1].want = line
			if line != "none" {
				before = len(cases) - 1
			}
		default:
			t.Fatalf("queries.txt: %q stands under no question", line)
		}
	}
	return cases
}

// TestQueries reads every question of testdata/queries.txt, follow-ups behind the query that was read of the one before.
func TestQueries(t *testing.T) {
	r := testReader(t)
	cases := loadQueries(t)
	read := make([]report.Query, len(cases))
	none, half := 0, 0
	for i, x := range cases {
		c := QueryContext{Context: Context{Today: day(t, x.day)}}
		at := slices.IndexFunc(r.areas.All(), func(a report.Area) bool { return a.Name == x.area })
		c.Area = r.areas.All()[at].ID
		if x.after >= 0 {
			c.Last = &read[x.after]
		}
		got := "none"
		if q, ok := r.Query(x.text, c); ok {
			read[i], got = q, describeQuery(r, q)
		}
		if got != x.want {
			t.Errorf("%s\n got  %s\n want %s", x.text, got, x.want)
		}
		if x.want == "none" {
			none++
		}
		if strings.Contains(x.want, " unread ") {
			half++
		}
	}
	if len(cases) < 150 || none < 25 || half < 15 {
		t.Errorf("%d questions, %d of them none, %d half understood: expected 150, 25, 15", len(cases), none, half)
	}
}

// FuzzQuery reads anything as a question, alone and as a follow-up. It never fails; a query has an area or says what was not
// understood, and so for its period; its activity and measure are the catalogue's; what was not read stands in the text.
func FuzzQuery(f *testing.F) {
	r := testReader(f)
	for _, c := range loadQueries(f) {
		f.Add(c.text)
	}
	for _, c := range loadCases(f) {
		f.Add(c.text)
	}
	f.Add("今年\x00普法\xff多少\u200b人１２³①〇廿")
	today := day(f, "2026-03-09")
	last := &report.Query{About: report.AboutSums, Period: report.MonthOf(today), Area: 1, Activity: "law_publicity", Measure: "participants"}
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range []*report.Query{nil, last} {
			q, ok := r.Query(text, QueryContext{Context: Context{Today: today, Area: 1}, Last: l})
			if !ok {
				continue
			}
			if (q.Area == 0 || q.Period.First == 0) && len(q.Unread) == 0 {
				t.Errorf("%q: no area or period, and nothing unread: %s", text, describeQuery(r, q))
			}
			if q.Period.First != 0 {
				if p, err := report.ParsePeriod(q.Period.Key()); err != nil || p != q.Period {
					t.Errorf("%q: period %+v: %v", text, q.Period, err)
				}
			}
			if q.Activity != "" {
				a, known := r.catalogue.Activity(q.Activity)
				if _, has := a.Measure(q.Measure); !known || !has && q.Measure != "" {
					t.Errorf("%q: no such activity or measure: %s", text, describeQuery(r, q))
				}
			}
			for _, one := range q.Each()[1:] {
				a, known := r.catalogue.Activity(one.Activity)
				if _, has := a.Measure(one.Measure); !known || !has && one.Measure != "" || one.Activity == q.Activity {
					t.Errorf("%q: no such other activity or measure: %s", text, describeQuery(r, q))
				}
			}
			for _, u := range q.Unread {
				if !strings.Contains(text, u) {
					t.Errorf("%q: unread %q is not in it", text, u)
				}
			}
		}
	})
}

func BenchmarkQuery(b *testing.B) {
	r := testReader(b)
	c := QueryContext{Context: Context{Today: day(b, "2026-03-09"), Area: 1}}
	b.ReportAllocs()
	for b.Loop() {
		r.Query("麻烦查一下今年3月1日到3月8日红岩镇普法比去年多了多少人", c)
	}
}
