package report

import (
	"slices"
	"strconv"
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

// Source is a filling with what was said about it: a line of the sheet of sources (数据来源).
type Source struct {
	Filling
	Words []string // the original messages, oldest first
	By    []string // the names of those who sent or typed them
	At    time.Time
}
