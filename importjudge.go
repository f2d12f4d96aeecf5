package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"huibao/bot"
	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// readReports reads a file of reports: a copied chat (.txt), JSON lines, CSV or a workbook. Numbers of identity cards, phones
// and bank cards are masked before anything else is done with the words.
func readReports(file string) ([]imported, error) {
	b, err := tableBytes(file)
	if err != nil {
		return nil, err
	}
	var all []imported
	if strings.EqualFold(filepath.Ext(file), ".txt") {
		chat, err := reading.ParseChat(file, b)
		if err != nil {
			return nil, err
		}
		for _, s := range chat {
			all = append(all, imported{file: file, line: s.Line, said: s, text: s.Text})
		}
	} else {
		rows, err := report.ParseRows(file, b)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all = append(all, imported{file: file, line: r.At, row: &r, text: r.Text})
		}
	}
	for i := range all {
		if all[i].text, all[i].masked, err = maskText(all[i].text); err != nil {
			return nil, fmt.Errorf("%s: %w", all[i].at(), err)
		}
	}
	return all, nil
}

// maskText masks the numbers in a text that name a person.
func maskText(text string) (string, []string, error) {
	line, err := reading.Line(text)
	if err != nil {
		return "", nil, err
	}
	masked, kinds, err := bot.MaskUpdate(line)
	if err != nil {
		return "", nil, err
	}
	var out struct{ Text string }
	if err := json.Unmarshal(masked, &out); err != nil {
		return "", nil, fmt.Errorf("mask a text: %w", err)
	}
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return out.Text, names, nil
}

// judge decides of each report of a file whether it can be counted.
type judge struct {
	tx      *store.Tx
	source  *report.Reference
	reader  *reading.Reader
	today   report.Day
	root    report.Area
	area    int64 // of what names none, 0 where that was not said
	by      store.Member
	over    []int64          // the areas that member may answer for
	senders map[string]int64 // where a member of that name reports from
	above   map[string]int
	keys    []int64            // of the messages, in their order
	before  map[event][]placed // what of the file will be counted
	errs    []error
}

// placed is a report of the file that will be counted, and where it stands.
type placed struct {
	report report.Report
	line   int
}

// event is where reports of one event are looked for.
type event struct {
	activity string
	day      report.Day
}

// message makes reports of a message and judges them. What is wrong with the file itself is kept as an error.
func (j *judge) message(t *imported) error {
	ctx := reading.Context{Today: t.said.Day, Area: j.area}
	wrong := len(j.errs)
	if t.row == nil {
		if own := j.senders[t.said.Who]; own != 0 {
			ctx.Area = own
		}
		j.read(t, ctx)
	} else {
		j.row(t)
	}
	j.keys = append(j.keys, j.key(t))
	if len(j.errs) > wrong {
		return nil
	}
	if chat, ok, err := j.tx.ChatByTg(importChat); err != nil {
		return err
	} else if ok {
		kept, err := j.tx.MessageVersions(chat.ID, j.keys[len(j.keys)-1])
		if err != nil {
			return err
		}
		if len(kept) > 0 {
			t.known = kept[0].ID
			return nil
		}
	}
	for i := range t.reports {
		if err := j.check(t, &t.reports[i]); err != nil {
			return err
		}
	}
	return nil
}

// row makes a report of a line of a table. Where it gives no measures its words are read.
func (j *judge) row(t *imported) {
	row := t.row
	area, ok := j.place(row)
	if !ok {
		j.wrong(t, "no area %s%s, expected the names or codes of a township and its village", row.Township, row.Village)
		return
	}
	i := slices.IndexFunc(j.source.Catalogue.Activities, func(a report.Activity) bool {
		return row.Activity == a.Code || row.Activity == a.Name || row.Activity == a.Short
	})
	if i < 0 && row.Activity != "" {
		j.wrong(t, "no activity %q, expected a code or name of the catalogue", row.Activity)
		return
	}
	if i < 0 || len(row.Measures) == 0 && row.Text != "" {
		j.read(t, reading.Context{Today: row.Date, Area: area})
		for k := range t.reports {
			r := &t.reports[k]
			switch {
			case i >= 0 && r.report.Activity != j.source.Catalogue.Activities[i].Code:
				r.doubt = "the words tell of another activity"
			case r.report.Day != row.Date:
				r.doubt = "the words tell of another day"
			case !j.source.Areas.Within(r.report.Area, area):
				r.doubt = "the words tell of another area"
			}
		}
		if len(t.reports) == 0 {
			t.reports = []judged{{report: report.Report{Day: row.Date, Area: area, Activity: row.Activity}, doubt: "its words were not understood"}}
		}
		t.silent = false
		return
	}
	a := j.source.Catalogue.Activities[i]
	r := report.Report{State: report.Filed, Activity: a.Code, Area: area, Org: area, Day: row.Date}
	given := 0
	for _, m := range a.Measures {
		for name, n := range row.Measures {
			if name != m.Code && name != strings.ToLower(m.Name) && name != strings.ToLower(m.Short) {
				continue
			}
			given++
			value, ok := m.Value(n)
			if !ok {
				j.wrong(t, "%s %s, expected whole %s", m.Short, n, m.Unit)
			}
			if value != 0 {
				r.Figures = append(r.Figures, report.Figure{Measure: m.Code, Unit: m.Unit, Value: value, Part: m.PartOf != "" || m.Adds == report.PartOnly, Claim: m.Adds == report.Rate})
			}
		}
	}
	if given < len(row.Measures) {
		for _, name := range slices.Sorted(maps.Keys(row.Measures)) {
			if !slices.ContainsFunc(a.Measures, func(m report.Measure) bool {
				return name == m.Code || name == strings.ToLower(m.Name) || name == strings.ToLower(m.Short)
			}) {
				j.wrong(t, "%s has no measure %q, expected a code or name of its measures", a.Short, name)
			}
		}
	}
	if t.text == "" {
		t.text = j.words(r)
	}
	t.reports = []judged{{report: r}}
}

// place gives the area a line names, or the one given for all.
func (j *judge) place(row *report.Row) (int64, bool) {
	if row.Township == "" {
		if j.area != 0 {
			return j.area, true
		}
		return j.root.ID, true
	}
	scope := j.root.ID
	if j.area != 0 {
		scope = j.source.Areas.County(j.area)
	}
	township, ok := j.township(scope, row.Township)
	if !ok || row.Village == "" {
		return township, ok
	}
	return j.below(township, row.Village)
}

// township finds a township of an area by its name, its short name or its code. A name that several have is none.
func (j *judge) township(scope int64, name string) (found int64, ok bool) {
	rank := report.Township
	if j.source.Areas.Rank(scope) == report.Unranked {
		rank = report.Unranked
	}
	for _, id := range j.source.Areas.Parts(scope, rank) {
		if a, _ := j.source.Areas.ByID(id); a.Code == name || a.Name == name || slices.Contains(a.Short, name) {
			if ok && found != id {
				return 0, false
			}
			found, ok = id, true
		}
	}
	return found, ok
}

// below finds the area directly below one by its name, its short name or its code.
func (j *judge) below(id int64, name string) (int64, bool) {
	for _, child := range j.source.Areas.Children(id) {
		if a, _ := j.source.Areas.ByID(child); a.Code == name || a.Name == name || slices.Contains(a.Short, name) {
			return child, true
		}
	}
	return 0, false
}

// read makes reports of words, as the bot would.
func (j *judge) read(t *imported, ctx reading.Context) {
	understood := j.reader.For(ctx.Area).With(j.source.AliasesIn(ctx.Area)).Read(t.text, ctx)
	switch understood.Kind {
	case reading.KindReport:
	case reading.KindZero:
		t.reports = []judged{{report: report.Report{Day: ctx.Today, Area: ctx.Area}, doubt: "a nil report: nothing to count"}}
		return
	case reading.KindCorrection, reading.KindWithdrawal:
		t.reports = []judged{{report: report.Report{Day: ctx.Today, Area: ctx.Area}, doubt: "it changes an earlier message: change that report in the chat"}}
		return
	default:
		t.silent = true
		return
	}
	for _, e := range understood.Entries {
		org := e.Org
		if org == 0 {
			org = cmp.Or(ctx.Area, e.Area)
		}
		r := report.Report{State: report.Filed, Activity: e.Activity, Title: e.Title, Area: e.Area, Org: org, Day: e.Day, Until: e.Until, Place: e.Place, Figures: e.Figures}
		if r.Until == r.Day {
			r.Until = 0
		}
		x := judged{report: r}
		if !e.Clear {
			x.doubt = "not clear"
		}
		for _, d := range e.Doubts {
			x.doubt = strings.TrimSpace(doubtNames[d.About] + " " + d.Text)
		}
		t.reports = append(t.reports, x)
	}
	t.silent = len(t.reports) == 0
}

// doubtNames says what a doubt is about.
var doubtNames = map[string]string{reading.AboutActivity: "which activity?", reading.AboutArea: "which area?", reading.AboutDate: "which day?", reading.AboutMeasure: "counts what?",
	reading.AboutValue: "is the number right?", reading.AboutTotal: "an amount for each, no total:", reading.AboutRunning: "a running total:", reading.AboutForward: "forwarded", reading.AboutWords: "a word taken for another:"}

// check looks for what keeps a report from being counted: it lies ahead, a number is too large, it was told before.
func (j *judge) check(t *imported, x *judged) error {
	r := &x.report
	a, _ := j.source.Catalogue.Activity(r.Activity)
	suspects := a.Suspect(*r, func(string) int64 { return 0 })
	switch {
	case x.doubt != "":
	case r.Area == 0:
		x.doubt = "which area? The sender is no member and none is named; --area says it"
	case r.Day > j.today:
		x.doubt = "its day is to come"
	case len(suspects) > 0:
		m, _ := a.Measure(r.Figures[suspects[0].Figure].Measure)
		x.doubt = fmt.Sprintf("is %s %s right?", m.Short, digest.Amount(m.Unit, r.Figures[suspects[0].Figure].Value))
	case slices.ContainsFunc(r.Figures, func(f report.Figure) bool { return f.Running }):
		x.doubt = "a running total: only the chat can tell what it adds"
	}
	if r.Area != 0 && j.by.ID != 0 && !slices.ContainsFunc(j.over, func(area int64) bool { return j.source.Areas.Within(r.Area, area) }) {
		j.wrong(t, "%s is not in the areas of %s, expected one who answers for all of the file", j.source.Areas.Name(r.Area), j.by.Name)
	}
	if x.doubt != "" {
		return nil
	}
	stored, err := j.tx.Around(r.Activity, r.Area, r.Day, max(r.Day, r.Until))
	if err != nil {
		return err
	}
	for _, other := range stored {
		if j.alike(other, *r) {
			x.same = fmt.Sprintf("report %d", other.ID)
			return nil
		}
	}
	last := min(max(r.Day, r.Until), r.Day+longestEvent)
	for day := r.Day - 1; day <= last+1; day++ {
		for _, p := range j.before[event{r.Activity, day}] {
			if j.alike(p.report, *r) {
				x.same = fmt.Sprintf("line %d", p.line)
				return nil
			}
		}
	}
	for day := r.Day; day <= last; day++ {
		key := event{r.Activity, day}
		j.before[key] = append(j.before[key], placed{*r, t.line})
	}
	return nil
}

// longestEvent bounds the days that are looked through for one run of days.
const longestEvent = 366

// alike tells whether two reports tell, or may well tell, of one event. Where no numbers can show it, it is the same area on the
// same day.
func (j *judge) alike(a, b report.Report) bool {
	likeness, possible := j.source.Areas.Compare(a, b)
	if !possible {
		return false
	}
	return likeness.Same() || a.Area == b.Area && a.Day == b.Day && a.Until == b.Until && a.Title == b.Title && likeness == report.Likeness{} && a.Events() == b.Events()
}

func (j *judge) wrong(t *imported, format string, args ...any) {
	j.errs = append(j.errs, fmt.Errorf("%s: %s", t.at(), fmt.Sprintf(format, args...)))
}

// words tells a report on one line.
func (j *judge) words(r report.Report) string {
	a, _ := j.source.Catalogue.Activity(r.Activity)
	parts := []string{r.Day.String()}
	if r.Until != 0 {
		parts[0] += ".." + r.Until.String()
	}
	if r.Area != 0 {
		parts = append(parts, j.source.Areas.Name(r.Area))
	}
	if a.Short != "" {
		parts = append(parts, a.Short)
	}
	for _, f := range r.Figures {
		m, _ := a.Measure(f.Measure)
		name := m.Short
		if f.Label != "" {
			name = f.Label
		}
		value := digest.Amount(f.Unit, f.Value)
		if f.Approx {
			value = "约" + value
		}
		parts = append(parts, name+" "+value)
	}
	return strings.Join(parts, " ")
}
