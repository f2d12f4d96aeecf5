package report

import (
	"fmt"
	"slices"
)

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
