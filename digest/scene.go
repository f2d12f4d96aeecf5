package digest

import (
	"slices"

	"huibao/report"
)

// Scene is what a text must know besides its subject: the names of things and the day it is read on.
type Scene struct {
	Catalogue *report.Catalogue
	Areas     *report.Areas
	Today     report.Day // in the county's zone
}

// activity gives the activity with that code; one that is not in the catalogue shows its code.
func (s Scene) activity(code string) report.Activity {
	if a, ok := s.Catalogue.Activity(code); ok {
		return a
	}
	return report.Activity{Code: code, Name: code, Short: code}
}

// measure gives a measure of an activity; one that is not in the catalogue shows its code.
func (s Scene) measure(activity, code string) report.Measure {
	if m, ok := s.activity(activity).Measure(code); ok {
		return m
	}
	return report.Measure{Code: code, Name: code, Short: code}
}

func (s Scene) area(id int64) string { return clean(s.Areas.Name(id), 20) }

// activityName gives the narrow name of what a report is about, with the sender's own title where there is one.
func (s Scene) activityName(r report.Report) string {
	name := shortName(s.activity(r.Activity))
	switch {
	case r.Nil && r.Activity == "":
		return "零报告"
	case r.Nil:
		return "零报告(" + name + ")"
	}
	if r.Title != "" {
		name += "·" + clean(r.Title, 20)
	}
	return name
}

// day writes the day or days of a report: 3月9日(今天), 3月5日(周四), 2025年3月9日(去年), 3月8日-10日.
func (s Scene) day(first, last report.Day) string {
	if last > first {
		return report.Period{Kind: report.Range, First: first, Last: last}.Chinese(s.Today.Year())
	}
	return s.date(first) + "(" + s.nearness(first) + ")"
}

func (s Scene) date(d report.Day) string { return d.Chinese(s.Today.Year()) }

func (s Scene) nearness(d report.Day) string {
	switch {
	case d == s.Today:
		return "今天"
	case d == s.Today-1:
		return "昨天"
	case d == s.Today+1:
		return "明天"
	case d.Year() == s.Today.Year()-1 && s.Today-d > 7:
		return "去年"
	}
	return d.WeekdayName()
}

// figureLines gives a report's figures as they are shown, one a line: parts under their total, claims left out.
func (s Scene) figureLines(r report.Report) []string {
	var lines []string
	for _, f := range parted(s.activity(r.Activity), r.Figures) {
		if f.Claim {
			continue
		}
		line := Figure(s.measure(r.Activity, f.Measure), f)
		if f.Part {
			line = indent + line
		}
		lines = append(lines, line)
	}
	return lines
}

// parted puts every part after the figure it is part of, and keeps the sender's order otherwise.
func parted(a report.Activity, figures []report.Figure) []report.Figure {
	var sorted []report.Figure
	for _, f := range figures {
		if !f.Part {
			sorted = append(sorted, f)
		}
	}
	for _, f := range figures {
		if !f.Part {
			continue
		}
		total := f.Measure
		if m, ok := a.Measure(f.Measure); ok && m.PartOf != "" {
			total = m.PartOf
		}
		at := len(sorted)
		for i, of := range sorted {
			if of.Measure == total && !of.Part {
				at = i + 1
			} else if at == i && of.Part {
				at = i + 1 // after the parts that are there already
			}
		}
		sorted = slices.Insert(sorted, at, f)
	}
	return sorted
}
