package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
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
