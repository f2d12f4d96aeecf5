package digest

import (
	"cmp"
	"slices"

	"huibao/report"
)

// Towns splits a digest by the areas directly below its area, in the order of the tree: it is a table, not a ranking.
// An area's own reports, beside those of the areas below it, stand first under 本级.
func Towns(s Scene, sum report.Summary) Text {
	var d draft
	d.title("📋 ", s.heading(sum)+" "+s.split(sum.Area))
	if sum.Through < sum.Period.Last {
		d.line("到", s.day(sum.Through, 0), "，还没结束")
	}
	by := map[int64][]report.Tally{}
	for _, t := range sum.ByArea {
		by[t.Area] = append(by[t.Area], t)
	}
	const most = 20
	lines := 0
	for _, id := range append([]int64{sum.Area}, s.Areas.Children(sum.Area)...) {
		tallies := by[id]
		if report.EventsOf(tallies, "") == 0 {
			continue
		}
		name := s.area(id)
		if id == sum.Area {
			name += "本级"
		}
		if lines++; lines <= most {
			d.all(s.town(name, tallies))
		}
	}
	switch {
	case lines == 0:
		d.line("这一期还没有记录")
	case lines > most:
		d.line("……还有", itoa(lines-most), "个")
	}
	d.all(s.silent(sum))
	return d.text()
}

// SplitName names a split by the areas directly below one: 按乡镇, 按村.
func SplitName(areas *report.Areas, area int64) string { return Scene{Areas: areas}.split(area) }

// split names the areas directly below.
func (s Scene) split(area int64) string { return "按" + s.rankBelow(area).Plural() }

// rankBelow gives the rank of the areas directly below, or of what could be below where nothing is.
func (s Scene) rankBelow(area int64) report.Rank {
	if below := s.Areas.Below(area); below != report.Unranked {
		return below
	}
	if own := s.Areas.Rank(area); own != report.Unranked && own < report.Village {
		return own + 1
	}
	return report.Unranked
}

// splitOf names how a query's sums are divided by area.
func (s Scene) splitOf(q report.Query) string {
	if q.Rank != report.Unranked {
		return "按" + q.Rank.Plural()
	}
	return s.split(q.Area)
}

// town writes an area's events and, on the same line, as many of its largest activities as fit.
func (s Scene) town(name string, tallies []report.Tally) []string {
	events := slices.DeleteFunc(slices.Clone(tallies), func(t report.Tally) bool { return t.Measure != "" || t.Events == 0 })
	slices.SortFunc(events, func(a, b report.Tally) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(s.place(a.Activity), s.place(b.Activity)))
	})
	parts := []string{name, number(report.EventsOf(tallies, "")) + "场"}
	for _, t := range events {
		parts = append(parts, shortName(s.activity(t.Activity))+number(t.Events))
	}
	lines := pack("", " ", parts)
	if len(lines) > 1 {
		lines = lines[:1]
	}
	return lines
}
