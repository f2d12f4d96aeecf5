package reading

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"huibao/report"
)

// plain says in words what a Why means.
var plain = map[Why]string{
	WhyFigure: "counted", WhyClaim: "a rate: kept, never added", WhySum: "the sum of numbers counted already", WhyDate: "date",
	WhyTime: "time of day: not counted", WhyLength: "how long, old or far: not counted", WhyOrdinal: "which one, not how many: not counted",
	WhyName: "in a name or title: not counted", WhyFixed: "fixed word: its numeral counts nothing", WhyDocument: "number of a paper: not counted",
	WhyItem: "number of a list's item: not counted", WhyIdentity: "number that names something: not counted",
	WhyEach: "amount for one, no total: not counted", WhyTarget: "target: not counted", WhyPlan: "not done yet: not counted",
	WhyAbsent: "who was not there: not counted", WhyLimit: "limit: not counted", WhyOld: "the value that is put right", WhyArticle: "a, an: not counted",
	WhyFigurative: "figure of speech: not counted", WhyScope: "how many there are or were reached: not counted",
	WhyParty: "those who came to hold it: not counted", WhyCompare: "said of another time: not counted",
	WhyBeside: "the same again in another unit: not counted", WhyZero: "nothing was done", WhyActivity: "activity", WhyArea: "area", WhyVenue: "venue",
	WhyWord: "word", WhyUnknown: "NOT UNDERSTOOD: asked about", WhyNothing: "not used",
}

// String says in words what became of a piece of a message.
func (w Why) String() string { return plain[w] }

// ExplainLine reads what ReadLine reads and tells for people, in lines, what became of each piece of it, then what the
// reading says: its entries with their figures and doubts, and what did not count.
func (r *Reader) ExplainLine(in []byte, defaults Context) (string, error) {
	text, c, err := r.line(in, defaults)
	if err != nil {
		return "", err
	}
	x, tokens := r.Explain(text, c)
	e := explanation{r: r}
	e.pieces(text, tokens)
	e.linef("")
	e.linef("kind: %s", x.Kind)
	for n, entry := range x.Entries {
		e.entry(fmt.Sprintf("entry %d", n+1), &entry)
	}
	for _, entry := range x.Plans {
		e.entry("plan", &entry)
	}
	for _, n := range x.Notes {
		e.linef("not counted: %s (%s)", oneLine(n.Text), strings.TrimSuffix(n.Why.String(), ": not counted"))
	}
	for _, u := range x.Unread {
		e.linef("not understood: %s", oneLine(u))
	}
	return e.String(), nil
}

// explanation is what ExplainLine writes.
type explanation struct {
	strings.Builder
	r *Reader
}

func (e *explanation) linef(format string, args ...any) {
	fmt.Fprintf(e, format, args...)
	e.WriteByte('\n')
}

// piece is one line of the account: neighbours that were not used are one.
type piece struct{ text, why string }

// pieces writes each piece of the message, aligned as a terminal shows Chinese, and what became of it.
func (e *explanation) pieces(text string, tokens []Token) {
	var list []piece
	idle := false
	for _, t := range tokens {
		s := oneLine(text[t.Start:t.End])
		why := t.Why.String()
		if t.Detail != "" {
			why += ": " + t.Detail
		}
		nothing := t.Why == WhyNothing
		if nothing && strings.TrimFunc(s, func(r rune) bool { return isMark(foldRune(r)) }) == "" {
			continue
		}
		if nothing && idle {
			list[len(list)-1].text += s
			continue
		}
		idle = nothing
		list = append(list, piece{s, why})
	}
	wide := 0
	for _, p := range list {
		wide = max(wide, columns(p.text))
	}
	wide = min(wide, widest)
	for _, p := range list {
		e.linef("%s%s  %s", p.text, strings.Repeat(" ", max(0, wide-columns(p.text))), p.why)
	}
}

// widest is the column behind which what became of a piece stands at the latest.
const widest = 40

// entry writes one entry with its figures and doubts.
func (e *explanation) entry(name string, x *Entry) {
	activity := "no activity"
	measures := []report.Measure(nil)
	if i := slices.IndexFunc(e.r.catalogue.Activities, func(a report.Activity) bool { return a.Code == x.Activity }); i >= 0 {
		activity, measures = e.r.catalogue.Activities[i].Name, e.r.catalogue.Activities[i].Measures
	}
	day := x.Day.String()
	switch {
	case x.Day == 0:
		day = "no day"
	case x.Until != 0:
		day += " to " + x.Until.String()
	case x.DayAssumed:
		day += " (no date: the day of the message)"
	}
	area := "no area"
	if x.Area != 0 {
		area = e.r.areas.Name(x.Area)
	}
	e.linef("%s: %s, %s, %s", name, activity, area, day)
	for _, f := range x.Figures {
		label := f.Measure
		if i := slices.IndexFunc(measures, func(m report.Measure) bool { return m.Code == f.Measure }); i >= 0 {
			label = measures[i].Name
		}
		value, unit := shownValue(f)
		e.linef("  %s %s%s%s", label, value, unit, known(f))
	}
	for _, d := range x.Doubts {
		e.linef("  asked: %s %s%s", d.About, oneLine(d.Text), optionList(d.Options))
	}
}

// known tells what else is known of a figure.
func known(f report.Figure) string {
	var list []string
	for _, x := range []struct {
		word string
		is   bool
	}{{"about", f.Approx}, {"a part", f.Part}, {"running total", f.Running}, {"a claim", f.Claim}} {
		if x.is {
			list = append(list, x.word)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

func optionList(options []string) string {
	if len(options) == 0 {
		return ""
	}
	return " [" + strings.Join(options, " ") + "]"
}

func oneLine(s string) string {
	return strings.NewReplacer("\r", "", "\n", "⏎").Replace(strings.TrimSpace(s))
}

// columns is how wide a terminal shows s.
func columns(s string) (n int) {
	for _, r := range s {
		switch {
		case invisible(r):
		case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
