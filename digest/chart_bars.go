package digest

import (
	"slices"
	"strings"

	"huibao/report"
)

// bar is a row of a chart: a name, a length, and the exact words of it.
type bar struct {
	name  string
	value int64
	words string
}

const (
	rowHeight = 54
	barHeight = 30
	mostRows  = 24
	leastBar  = 220 // pixels that the longest bar needs beside its words; else it goes below them
	fewRows   = 6   // more stand in two columns, where they fit: Telegram makes a tall picture small
)

// bars draws rows under a heading.
func (d *canvas) bars(heading string, rows []bar) {
	d.heading(heading)
	if len(rows) == 0 {
		d.paragraph(styleBody, grey, "这一期还没有记录")
		return
	}
	names, words := 0, 0
	longest := int64(1)
	for _, r := range rows {
		names = max(names, d.width(styleBody, r.name))
		words = max(words, d.width(styleValue, r.words))
		longest = max(longest, r.value)
	}
	if len(rows) > fewRows && d.twoColumns(rows, longest) {
		return
	}
	const gap = 20
	room := inner - names - words - 2*gap
	for _, r := range rows {
		if room >= leastBar {
			d.row(r, margin+names+gap, room, longest)
		} else {
			d.tallRow(r, longest)
		}
	}
}

// twoColumns draws rows in two columns, down the first and then the second, each bar below its words. It gives false, and draws
// nothing, where words do not fit.
func (d *canvas) twoColumns(rows []bar, longest int64) bool {
	const gap, tall = 40, 66
	wide := (inner - gap) / 2
	value := style{styleNote.size, true}
	for _, r := range rows {
		if d.width(styleNote, r.name)+12+d.width(value, r.words) > wide {
			return false
		}
	}
	half := (len(rows) + 1) / 2
	for i, r := range rows {
		x, y := margin+i/half*(wide+gap), d.y+i%half*tall
		d.write(x, y+36, styleNote, black, r.name)
		d.writeRight(x+wide, y+36, value, black, r.words)
		d.box(x, y+46, wide, 10, track)
		d.box(x, y+46, share(r.value, longest, wide), 10, rose)
	}
	d.y += half * tall
	return true
}

// row draws name, bar and number on one line.
func (d *canvas) row(r bar, x, room int, longest int64) {
	d.write(margin, d.y+rowHeight-16, styleBody, black, r.name)
	d.box(x, d.y+(rowHeight-barHeight)/2, room, barHeight, track)
	d.box(x, d.y+(rowHeight-barHeight)/2, share(r.value, longest, room), barHeight, rose)
	d.writeRight(margin+inner, d.y+rowHeight-16, styleValue, black, r.words)
	d.y += rowHeight
}

// tallRow draws the bar below name and number, for those that are long.
func (d *canvas) tallRow(r bar, longest int64) {
	words := d.wrap(styleValue, r.words, inner)
	name := d.fit(styleBody, r.name, inner)
	if len(words) == 1 {
		name = d.fit(styleBody, r.name, max(inner-20-d.width(styleValue, words[0]), inner/4))
	}
	d.write(margin, d.y+rowHeight-16, styleBody, black, name)
	if d.width(styleBody, name)+20+d.width(styleValue, words[0]) > inner {
		d.y += rowHeight
	}
	for _, line := range words {
		d.writeRight(margin+inner, d.y+rowHeight-16, styleValue, black, line)
		d.y += rowHeight
	}
	d.box(margin, d.y, inner, 16, track)
	d.box(margin, d.y, share(r.value, longest, inner), 16, rose)
	d.y += 28
}

// share gives the pixels of value where all take width; something that is not nothing is seen.
func share(value, all int64, width int) int {
	if value <= 0 || all <= 0 {
		return 0
	}
	return max(int(float64(width)*float64(value)/float64(all)), 3)
}

// activityBars gives a row an activity: its events, and its first figure in words.
func (s Scene) activityBars(tallies []report.Tally) (rows []bar) {
	for _, b := range s.blocks(tallies) {
		rows = append(rows, bar{b.name, b.events, strings.TrimPrefix(b.head, b.name+" ")})
	}
	return folded(rows, "类活动")
}

// areaBars gives a row for each area directly below that has events, and for what the area did itself.
func (s Scene) areaBars(area int64, tallies []report.Tally) (rows []bar) {
	by := map[int64][]report.Tally{}
	for _, t := range tallies {
		by[t.Area] = append(by[t.Area], t)
	}
	for _, id := range append([]int64{area}, s.Areas.Children(area)...) {
		events := report.EventsOf(by[id], "")
		if events == 0 {
			continue
		}
		name := s.area(id)
		if id == area {
			name += "本级"
		}
		rows = append(rows, bar{name, events, number(events) + "场"})
	}
	return folded(rows, "个")
}

// folded adds up the rows that are too many for a picture.
func folded(rows []bar, unit string) []bar {
	if len(rows) <= mostRows {
		return rows
	}
	rest := bar{name: "其余" + itoa(len(rows)-mostRows+1) + unit}
	for _, r := range rows[mostRows-1:] {
		rest.value += r.value
	}
	rest.words = "共" + number(rest.value) + "场"
	return append(slices.Clone(rows[:mostRows-1]), rest)
}
