package digest

import (
	"slices"

	"huibao/report"
)

// Sheets of a workbook that split its numbers: a row for each area or month, a column for each measure.

// byArea has a row for each area directly below and a column for each line.
func (w bookWriter) byArea() grid {
	t := w.columnsOf(w.split(w.Area), "辖区", w.ByArea)
	by := map[int64][]report.Tally{}
	for _, x := range w.ByArea {
		by[x.Area] = append(by[x.Area], x)
	}
	for _, id := range append([]int64{w.Area}, w.Areas.Children(w.Area)...) {
		name := w.area(id)
		if id == w.Area {
			if name += "本级"; len(by[id]) == 0 {
				continue
			}
		} else if a, _ := w.Areas.ByID(id); a.MergedInto != 0 && len(by[id]) == 0 {
			continue
		}
		w.addRow(&t, name, valuesOf(by[id]), w.remark(id))
	}
	w.addTotals(&t, "区划调整，减去重复")
	return t
}

// remark says of an area without numbers whether it said so itself.
func (w bookWriter) remark(id int64) string {
	switch {
	case slices.Contains(w.Nil, id):
		return "零报告"
	case slices.Contains(w.Silent, id):
		return "未报"
	}
	return ""
}

// byMonth has a row for each calendar month and a column for each line.
func (w bookWriter) byMonth() grid {
	t := w.columnsOf("按月", "月份", w.ByMonth)
	by := map[report.Day][]report.Tally{}
	for _, x := range w.ByMonth {
		by[x.Month] = append(by[x.Month], x)
	}
	for p := report.MonthOf(w.Period.First); p.First <= w.Period.Last; p = report.MonthOf(p.Last + 1) {
		remark := ""
		switch {
		case p.First > w.Through:
			remark = "还没到"
		case p.Last > w.Through:
			remark = "到" + w.Through.Chinese(w.Through.Year())
		case p.First < w.Period.First || p.Last > w.Period.Last:
			remark = "只算本期的日子"
		}
		w.addRow(&t, p.First.String()[:len("2026-03")], valuesOf(by[p.First]), remark)
	}
	w.addTotals(&t, "其他")
	return t
}

// columnsOf makes an empty sheet with a column for each line that the tallies have a number of.
func (w bookWriter) columnsOf(name, first string, tallies []report.Tally) grid {
	t := grid{name: name, title: w.title + " " + name, note: w.note(), side: 1, heads: [][]string{{first}, {""}, {""}}}
	last := ""
	has := valuesOf(tallies)
	for _, l := range w.lines {
		if _, ok := has[l.key]; !ok {
			continue
		}
		activity := l.activity
		if l.key.Activity == last {
			activity = ""
		}
		last = l.key.Activity
		t.heads[0] = append(t.heads[0], activity)
		t.heads[1] = append(t.heads[1], l.name)
		t.heads[2] = append(t.heads[2], l.unit)
	}
	t.heads[0], t.heads[1], t.heads[2] = append(t.heads[0], "备注"), append(t.heads[1], ""), append(t.heads[2], "")
	return t
}

// shown gives the lines that have a column in the sheet.
func (w bookWriter) shown(t *grid) []bookLine {
	tallies := w.ByArea
	if t.name == "按月" {
		tallies = w.ByMonth
	}
	has := valuesOf(tallies)
	return slices.DeleteFunc(slices.Clone(w.lines), func(l bookLine) bool { _, ok := has[l.key]; return !ok })
}

// addRow adds an area or month. A number it has nothing of is left empty.
func (w bookWriter) addRow(t *grid, name string, values bookValues, remark string) {
	cells := []cell{textCell(name)}
	for _, l := range w.shown(t) {
		if _, ok := values[l.key]; !ok {
			cells = append(cells, cell{})
			continue
		}
		cells = append(cells, values.cell(l))
	}
	t.add(append(cells, textCell(remark))...)
}

// addTotals adds the sums of the columns. They are the ledger's for the whole: where the rows add up to something else, since
// an area was merged across the border of two of them, a row says by how much.
func (w bookWriter) addTotals(t *grid, correction string) {
	first, last := t.firstRow(), t.firstRow()+len(t.rows)-1
	if len(t.rows) == 0 {
		return
	}
	whole := valuesOf(w.Current)
	lines := w.shown(t)
	corrected := []cell{textCell(correction)}
	need := false
	for x, l := range lines {
		n, about := whole.of(l)
		for _, row := range t.rows {
			n -= row[x+1].n
		}
		if n == 0 {
			corrected = append(corrected, cell{})
			continue
		}
		need = true
		corrected = append(corrected, numberCell(l.key.Unit, n, about))
	}
	if need {
		t.add(append(corrected, cell{value: ""})...)
		last++
	}
	total := []cell{inBold(textCell("合计"))}
	for x, l := range lines {
		n, about := whole.of(l)
		total = append(total, sumCell(l.key.Unit, n, about, x+2, first, last))
	}
	t.add(append(total, inBold(cell{}))...)
}
