package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Filling is what stands in a blank of the year's document, and where it comes from.
type Filling struct {
	Blank
	State    FillState
	Text     string // as it is printed; empty where it is missing or left out
	Value    int64  // of numbers; money in fen
	Approx   bool
	Reports  []int64      // the numbers of the reports behind it,
	More     bool         // the first of many
	Others   []int64      // reports of events that fit as well
	Rule     string       // how it was filled, in words
	Entry    *OfficeEntry // what the office typed, where it did
	Notes    []string     // what the office should know: differences, doubts
	Sentence string       // that it stands in, with ▢ in its place
}

// FillState says how a blank stands.
type FillState string

// The states of a blank.
const (
	Filled  FillState = "filled"
	Missing FillState = "missing"
	Choose  FillState = "choose" // filled with the likeliest of several events: the office may pick another
	LeftOut FillState = "left"   // the office wants nothing printed
)

// OfficeEntry is something the county's office typed for the year's document. Value is a number (money in fen), 余 behind it
// where it is approximate; a day; or words, by the blank's form. An empty one takes back what was typed before.
type OfficeEntry struct {
	ID      int64
	Year    int
	Blank   string // its name, or EventEntry of an event
	Value   string
	By      int64 // the member
	Message int64 // our own id of the message that said it, 0 for a button
	At      time.Time
}

// EntryLeftOut is the value of an entry that leaves an optional blank out.
const EntryLeftOut = "-"

// EventEntry names the entry by which one of several reports is picked for an event: its value is the report's number.
func EventEntry(event string) string { return "event:" + event }

// EntryNumber writes a number as an entry keeps it.
func EntryNumber(value int64, approx bool) string {
	s := strconv.FormatInt(value, 10)
	if approx {
		s += "余"
	}
	return s
}

// SumOf says which sum of the year is wanted.
type SumOf struct {
	Activity, Measure string
	By                By
}

// Summed is a sum of the year, and the first of its reports.
type Summed struct {
	Value   int64
	Approx  bool
	Reports []int64
	More    bool // there are further ones
}

// Material is what a year has to fill a template with.
type Material struct {
	Year      int
	Reference *Reference
	Entries   map[string]OfficeEntry // those in force, by Blank
	Found     map[string][]Report    // the filed reports that fit an event, by its name
	Sums      map[SumOf]Summed
	Targets   map[SumOf]int64 // the county's; By is ByAll
	Claims    []Report        // of the office, with a typed rate
}

// SumsWanted gives the sums that the blanks are filled with.
func (t *Template) SumsWanted() []SumOf {
	var list []SumOf
	add := func(s SumOf) {
		if s.Measure != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	for _, b := range t.Blanks {
		if b.Fill != FillSum && b.Fill != FillTarget && b.Fill != FillRate {
			continue
		}
		for _, m := range b.Measures {
			add(SumOf{b.Activity, m, b.By})
		}
		add(SumOf{b.Activity, b.Of, b.By})
	}
	return list
}

// Fits tells whether a report is one of an event's; words are the original ones. Its days are not looked at.
func (e Event) Fits(areas *Areas, r Report, words string) bool {
	root, _ := areas.Root()
	if r.Activity != e.Activity || r.State != Filed || r.Nil || e.By == ByOffice && r.Org != root.ID {
		return false
	}
	if e.Measure != "" && !slices.ContainsFunc(r.Figures, func(f Figure) bool { return f.Measure == e.Measure && !f.Claim }) {
		return false
	}
	in := func(outer int64) bool { return areas.Within(r.Area, outer) }
	at := func(place string) bool { return strings.Contains(r.Place, place) || strings.Contains(words, place) }
	said := func(word string) bool { return strings.Contains(r.Title+"\n"+r.Place+"\n"+words, word) }
	if len(e.Areas)+len(e.Places) > 0 && !slices.ContainsFunc(e.Areas, in) && !slices.ContainsFunc(e.Places, at) {
		return false
	}
	return len(e.Words) == 0 || slices.ContainsFunc(e.Words, said)
}

// Candidate is what an event can be: a report, or a round of them.
type Candidate []Report

// Candidates divides the reports that fit an event into what it can be, the likeliest first.
func (e Event) Candidates(found []Report) []Candidate {
	if len(found) == 0 {
		return nil
	}
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b Report) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID)) })
	var list []Candidate
	for i, r := range found {
		last := len(list) - 1
		if i > 0 && e.All && (e.Within == 0 || r.Day-found[i-1].Day <= e.Within) {
			list[last] = append(list[last], r)
		} else {
			list = append(list, Candidate{r})
		}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(b.people(), a.people()))
	})
	return list
}

// peopleMeasures count people who came, in the order in which they tell how large an event was.
var peopleMeasures = []string{"participants", "children", "volunteers_mothers", "households"}

// people gives how many people a candidate had.
func (c Candidate) people() (n int64) {
	for _, r := range c {
		for _, m := range peopleMeasures {
			if f, i := r.Figure(m, "", false); i >= 0 {
				n += f.Value
				break
			}
		}
	}
	return n
}

func (c Candidate) has(report int64) bool {
	return slices.ContainsFunc(c, func(r Report) bool { return r.ID == report })
}

func (c Candidate) numbers() []int64 {
	var ids []int64
	for _, r := range c {
		ids = append(ids, r.ID)
	}
	return ids
}

// Fill fills every blank of a template, in the order of the text.
func (t *Template) Fill(m Material) []Filling {
	f := filler{t: t, m: m, picked: map[string]picked{}}
	for _, e := range t.Events {
		f.pick(e)
	}
	var list []Filling
	for _, b := range t.Blanks {
		x := Filling{Blank: b, State: Missing, Rule: t.ruleWords(b, m.Reference)}
		f.fill(&x)
		f.typed(&x)
		list = append(list, x)
	}
	for i := range list {
		check(&list[i], list)
		list[i].Sentence = t.Sentence(list[i].Name, func(mark string) string { return t.Say(list, m.Year, mark) })
	}
	return list
}

// Say gives what is printed for a mark: 【待填：…】 for what is missing, never a 0.
func (t *Template) Say(list []Filling, year int, mark string) string {
	switch mark {
	case MarkYear:
		return strconv.Itoa(year)
	case MarkNextYear:
		return strconv.Itoa(year + 1)
	}
	i := slices.IndexFunc(list, func(x Filling) bool { return x.Name == mark })
	switch {
	case i < 0:
		return "【待填】"
	case list[i].State == LeftOut:
		return ""
	case list[i].State == Missing && !list[i].Counted():
		return "【待核：" + list[i].Printed + "】"
	case list[i].State == Missing:
		return "【待填：" + list[i].Ask + "】"
	}
	return list[i].Text
}

// filler fills the blanks of one year.
type filler struct {
	t      *Template
	m      Material
	picked map[string]picked
}

// picked is what was taken for an event.
type picked struct {
	reports Candidate
	others  []Candidate
	chosen  bool // by the office
}

// pick decides which reports an event is: those the office picked, else the likeliest.
func (f *filler) pick(e Event) {
	found := slices.Clone(f.m.Found[e.Name])
	for _, other := range e.Except {
		found = slices.DeleteFunc(found, func(r Report) bool { return f.picked[other].reports.has(r.ID) })
	}
	list := e.Candidates(found)
	if len(list) == 0 {
		return
	}
	entry := f.m.Entries[EventEntry(e.Name)]
	id, _ := strconv.ParseInt(entry.Value, 10, 64)
	i := slices.IndexFunc(list, func(c Candidate) bool { return c.has(id) })
	at := max(i, 0)
	p := picked{reports: list[at], chosen: i >= 0}
	for j, c := range list {
		if j != at {
			p.others = append(p.others, c)
		}
	}
	f.picked[e.Name] = p
}

// fill fills one blank from reports.
func (f *filler) fill(x *Filling) {
	switch x.Fill {
	case FillYear:
		x.State, x.Text = Filled, strconv.Itoa(f.m.Year)+"年"
	case FillDate, FillLast, FillDays, FillNumber, FillTimes:
		f.fillEvent(x)
	case FillSum:
		f.fillSum(x)
	case FillTarget:
		f.fillTarget(x)
	case FillRate:
		f.fillRate(x)
	}
}

// fillEvent fills a blank with something told of an event.
func (f *filler) fillEvent(x *Filling) {
	p := f.picked[x.Event]
	if len(p.reports) == 0 {
		return
	}
	x.State, x.Reports = Filled, p.reports.numbers()
	for _, c := range p.others {
		x.Others = append(x.Others, c.numbers()...)
	}
	if len(p.others) > 0 && !p.chosen {
		x.State = Choose
		x.Notes = append(x.Notes, "也符合的："+listReports(x.Others)+"，可在补填里另选")
	}
	first, last := p.reports[0].Day, p.reports[0].Day
	days := map[Day]bool{}
	for _, r := range p.reports {
		first, last = min(first, r.Day), max(last, r.Day, r.Until)
		days[r.Day] = true
	}
	switch x.Fill {
	case FillDate:
		x.Text = first.Chinese(f.m.Year)
	case FillLast:
		if len(days) < 2 {
			x.State = Missing
			x.Notes = append(x.Notes, "全年只找到一次")
			return
		}
		x.Text = p.reports[len(p.reports)-1].Day.Chinese(f.m.Year)
	case FillDays:
		x.Text = first.Chinese(f.m.Year)
		if last > first {
			x.Text = daysWords(first, last, f.m.Year)
		}
	case FillTimes:
		x.Value = int64(len(days))
		x.Text = x.Print(x.Value, false)
		if len(days) < 2 {
			x.State = Missing // 先后一次: the sentence has to be written anew
			x.Notes = append(x.Notes, "全年只找到一次")
		}
	case FillNumber:
		f.fillNumber(x, p.reports)
	}
}

// daysWords writes a run of days: 5月28日—29日, 9月30日—10月2日.
func daysWords(first, last Day, year int) string {
	to := last.Chinese(year)
	if first.Month() == last.Month() {
		_, _, day := last.Date()
		to = strconv.Itoa(day) + "日"
	}
	return first.Chinese(year) + "—" + to
}

// fillNumber adds up a figure of the reports of an event.
func (f *filler) fillNumber(x *Filling, reports Candidate) {
	told := 0
	for _, r := range reports {
		value, approx, ok := f.figure(r, x.Measures)
		if !ok {
			x.Notes = append(x.Notes, fmt.Sprintf("%d号没有这个数", r.ID))
			continue
		}
		told++
		x.Value += value
		x.Approx = x.Approx || approx
	}
	if told == 0 || x.Value == 0 {
		x.State = Missing
		return
	}
	x.Text = x.Print(x.Value, x.Approx)
}

// figure gives what a report counts of some measures.
func (f *filler) figure(r Report, measures []string) (value int64, approx, ok bool) {
	for _, code := range measures {
		if code == MeasureSessions {
			value, ok = value+r.Events(), true
			continue
		}
		a, _ := f.m.Reference.Catalogue.Activity(r.Activity)
		m, _ := a.Measure(code)
		for _, fact := range Post(Report{}, r) {
			if m.Counts(fact.Key) {
				value, ok = value+fact.Value, true
				approx = approx || fact.Approx != 0
			}
		}
	}
	return value, approx, ok
}

// Counts tells whether a line of the ledger is part of the measure's own sum: not one of its parts, nor in another unit.
func (m Measure) Counts(k Key) bool {
	return k.Measure == m.Code && k.Unit == m.Unit && (!k.Part || m.Adds == PartOnly)
}

// fillSum fills a blank with sums of the year.
func (f *filler) fillSum(x *Filling) {
	for _, m := range x.Measures {
		s := f.m.Sums[SumOf{x.Activity, m, x.By}]
		x.Value += s.Value
		x.Approx = x.Approx || s.Approx
		x.More = x.More || s.More
		for _, id := range s.Reports {
			if !slices.Contains(x.Reports, id) {
				x.Reports = append(x.Reports, id)
			}
		}
	}
	if x.Value != 0 {
		x.State, x.Text = Filled, x.Print(x.Value, x.Approx)
	}
}

// fillTarget fills a blank with the completion of the county's target.
func (f *filler) fillTarget(x *Filling) {
	of := SumOf{x.Activity, x.Measures[0], ByAll}
	done, target := f.m.Sums[SumOf{x.Activity, x.Measures[0], x.By}], f.m.Targets[of]
	x.Reports, x.More = done.Reports, done.More
	entry, typed := f.entryFor(of)
	if typed {
		done.Value = entry
		x.Notes = append(x.Notes, "按办公室填的完成数算")
	}
	switch {
	case target == 0:
		x.Notes = append(x.Notes, fmt.Sprintf("%d年没有设县的目标", f.m.Year))
		return
	case done.Value == 0:
		return
	}
	f.rate(x, done.Value, target)
}

// entryFor gives what the office typed for a blank that is this very sum.
func (f *filler) entryFor(of SumOf) (int64, bool) {
	for _, b := range f.t.Blanks {
		if b.Fill == FillSum && len(b.Measures) == 1 && (SumOf{b.Activity, b.Measures[0], b.By}) == of {
			return f.entryNumber(b.Name)
		}
	}
	return 0, false
}

func (f *filler) entryNumber(blank string) (int64, bool) {
	v, err := strconv.ParseInt(strings.TrimSuffix(f.m.Entries[blank].Value, "余"), 10, 64)
	return v, err == nil
}

// fillRate fills a blank with the share of one sum in another.
func (f *filler) fillRate(x *Filling) {
	part, of := f.m.Sums[SumOf{x.Activity, x.Measures[0], x.By}], f.m.Sums[SumOf{x.Activity, x.Of, x.By}]
	x.Reports, x.More = of.Reports, of.More
	if part.Value == 0 || of.Value == 0 {
		return
	}
	f.rate(x, part.Value, of.Value)
}

// rate fills a blank with one number's share in another; one that would be printed as 0 is left to the office.
func (f *filler) rate(x *Filling, part, whole int64) {
	if x.Value = PerMille(part, whole); x.Value == 0 {
		x.Notes = append(x.Notes, "不到0.1%")
		return
	}
	x.State, x.Text = Filled, printRate(x.Value)
	x.Notes = append(x.Notes, f.claims(x)...)
}

// claims names the rates that the office's own reports stated and that differ from the computed one.
func (f *filler) claims(x *Filling) []string {
	var notes []string
	for _, r := range f.m.Claims {
		for _, c := range r.Figures {
			if c.Claim && r.Activity == x.Activity && c.PerMille() != x.Value {
				notes = append(notes, fmt.Sprintf("%d号报的是%s，算出来是%s", r.ID, printRate(c.PerMille()), x.Text))
			}
		}
	}
	return notes
}

// PerMille gives a typed rate in tenths of a percent.
func (f Figure) PerMille() int64 {
	if f.Unit == "‰" {
		return f.Value
	}
	return f.Value * 10
}

// typed lets what the office typed stand over what reports say, and notes the difference.
func (f *filler) typed(x *Filling) {
	e, ok := f.m.Entries[x.Name]
	if !ok || e.Value == "" {
		return
	}
	x.Entry = &e
	if e.Value == EntryLeftOut {
		x.State, x.Text = LeftOut, ""
		return
	}
	computed, had := x.Text, x.State != Missing
	x.State, x.Text, x.Approx = Filled, e.Value, strings.HasSuffix(e.Value, "余")
	switch x.Typed() {
	case FormNumber, FormMoney:
		old := x.Value
		x.Value, _ = f.entryNumber(x.Name)
		x.Text = x.Print(x.Value, x.Approx)
		if had && x.Value != old {
			x.Notes = append(x.Notes, fmt.Sprintf("汇报是%s，办公室填%s，相差%s", computed, x.Text, x.Print(max(x.Value-old, old-x.Value), false)))
		}
		return
	case FormDate:
		if d, err := ParseDay(e.Value); err == nil {
			x.Text = d.Chinese(f.m.Year)
		}
	}
	if had && computed != x.Text {
		x.Notes = append(x.Notes, fmt.Sprintf("汇报是%s，办公室填%s", computed, x.Text))
	}
}

// check notes what does not agree with other blanks.
func check(x *Filling, list []Filling) {
	of := func(name string) int64 {
		for _, o := range list {
			if o.Name == name && o.State != Missing {
				return o.Value
			}
		}
		return 0
	}
	if n := of(x.AtMost); x.AtMost != "" && n > 0 && x.Value > n {
		x.Notes = append(x.Notes, fmt.Sprintf("%s大于%s，请核对", x.Name, x.AtMost))
	}
	if x.Each != nil && x.Value > 0 {
		if n := of(x.Each.Of); n > 0 && (x.Value/100/n < x.Each.From || x.Value/100/n > x.Each.To) {
			x.Notes = append(x.Notes, fmt.Sprintf("平均每名%s元，不在%d至%d元之间，请核对", decimal(x.Value/n, 2, 2), x.Each.From, x.Each.To))
		}
	}
}

// listReports names reports, the first few.
func listReports(ids []int64) string {
	const most = 6
	var names []string
	for _, id := range ids[:min(len(ids), most)] {
		names = append(names, strconv.FormatInt(id, 10)+"号")
	}
	words := strings.Join(names, "、")
	if len(ids) > most {
		words += fmt.Sprintf("等%d条", len(ids))
	}
	return words
}

// ruleWords says how a blank is filled, for whoever checks the document.
func (t *Template) ruleWords(b Blank, r *Reference) string {
	a, _ := r.Catalogue.Activity(b.Activity)
	var measures []string
	for _, code := range b.Measures {
		m, _ := a.Measure(code)
		measures = append(measures, m.Name)
	}
	whose := map[By]string{ByOffice: "县妇联自己报的", ByTownships: "县和乡镇报的", ByAll: "全县"}[b.By]
	switch b.Fill {
	case FillYear:
		return "文件的年份"
	case FillOffice:
		return "办公室填"
	case FillSum:
		return fmt.Sprintf("%s：%s %s，全年合计", whose, a.Short, strings.Join(measures, "＋"))
	case FillTarget:
		return fmt.Sprintf("%s %s÷县当年目标", a.Short, measures[0])
	case FillRate:
		of, _ := a.Measure(b.Of)
		return fmt.Sprintf("%s：%s %s÷%s", whose, a.Short, measures[0], of.Name)
	}
	e, _ := t.Event(b.Event)
	return e.words(a, r.Areas) + map[Fill]string{FillDate: "的日期", FillLast: "最后一次的日期", FillDays: "的起止日期", FillTimes: "的次数",
		FillNumber: "的" + strings.Join(measures, "＋")}[b.Fill]
}

// words says which reports an event is looked for among.
func (e Event) words(a Activity, areas *Areas) string {
	parts := []string{a.Short}
	var where []string
	for _, id := range e.Areas {
		where = append(where, areas.Name(id))
	}
	if where = append(where, e.Places...); len(where) > 0 {
		parts = append(parts, strings.Join(where, "或"))
	}
	if len(e.Words) > 0 {
		parts = append(parts, "提到"+strings.Join(e.Words, "或"))
	}
	if e.from.day > 0 || e.to.day > 0 {
		days := e.Days(2024)
		parts = append(parts, days.First.Chinese(2024)+"至"+days.Last.Chinese(2024))
	}
	whose := "县妇联自己报的"
	if e.By == ByAll {
		whose = "全县报的"
	}
	return whose + "“" + e.Name + "”（" + strings.Join(parts, "，") + "）"
}

// InForce gives the entry of each blank that holds: the newest, unless it takes back what was typed.
func InForce(entries []OfficeEntry) map[string]OfficeEntry {
	list := map[string]OfficeEntry{}
	for _, e := range entries {
		if list[e.Blank] = e; e.Value == "" {
			delete(list, e.Blank)
		}
	}
	return list
}

// Source is a filling with what was said about it: a line of the sheet of sources (数据来源).
type Source struct {
	Filling
	Words []string // the original messages, oldest first
	By    []string // the names of those who sent or typed them
	At    time.Time
}
