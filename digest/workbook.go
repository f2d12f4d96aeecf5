package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"huibao/report"
)

// Workbook makes the workbook (XLSX) of a period's sums: the digest's numbers by activity and measure, by area, by month,
// who owes a report, what was restated, and how to read it all. Totals are formulas, and their values are the ledger's.
func Workbook(s Scene, b report.Book) ([]byte, error) {
	title := s.area(b.Area) + " " + s.periodTitle(b.Period)
	if b.Activity != "" {
		title += " " + clean(shortName(s.activity(b.Activity)), 20)
	}
	file, err := newWorkbook(title, b.At)
	if err != nil {
		return nil, fmt.Errorf("workbook of %s: %w", b.Period.Key(), err)
	}
	w := bookWriter{Scene: s, Book: b, title: title, lines: s.bookLines(b)}
	for _, t := range w.sheets() {
		if err := file.add(t); err != nil {
			return nil, fmt.Errorf("workbook of %s: %w", b.Period.Key(), err)
		}
	}
	bytes, err := file.bytes()
	if err != nil {
		return nil, fmt.Errorf("workbook of %s: %w", b.Period.Key(), err)
	}
	return bytes, nil
}

// bookWriter is a workbook in the making.
type bookWriter struct {
	Scene
	report.Book
	title string
	lines []bookLine
}

// bookLine is what is counted in one line of the first sheet, one column of others.
type bookLine struct {
	key      report.Key
	activity string
	name     string // of the measure
	unit     string // as it is shown
}

func (w bookWriter) sheets() []grid {
	list := []grid{w.summary()}
	if len(w.Areas.Children(w.Area)) > 0 {
		list = append(list, w.byArea())
	}
	if w.Period.First.Month() != w.Period.Last.Month() {
		list = append(list, w.byMonth())
	}
	if w.reconciles() {
		list = append(list, w.reconciliation())
	}
	if len(w.Duties) > 0 {
		list = append(list, w.duties())
	}
	if len(w.Restated) > 0 {
		list = append(list, w.restated())
	}
	return append(list, w.notes())
}

// periodTitle names a period in the head of a file, which is read years later: 2026年第10周 3月2日-8日.
func (s Scene) periodTitle(p report.Period) string {
	switch p.Kind {
	case report.Week:
		year, _ := p.ISOWeek()
		return fmt.Sprintf("%d年%s", year, p.Chinese(year))
	case report.Range:
		return p.Chinese(0)
	}
	return p.Chinese(s.Today.Year())
}

// bookLines gives all that is counted anywhere in a book, in the catalogue's order.
func (s Scene) bookLines(b report.Book) []bookLine {
	seen := map[report.Key]bool{}
	for _, tallies := range [][]report.Tally{b.Current, b.Previous, b.LastYear, b.YearToDate, b.ByArea, b.ByMonth} {
		for _, t := range tallies {
			seen[t.Key] = true
		}
	}
	for _, c := range b.Targets {
		m := s.measure(c.Activity, c.Measure)
		seen[report.Key{Activity: c.Activity, Measure: c.Measure, Unit: m.Unit}] = true
	}
	var lines []bookLine
	for k := range seen {
		if k.Measure == report.MeasureSessions && !k.Part {
			continue // the events say it
		}
		lines = append(lines, s.bookLine(k))
	}
	slices.SortFunc(lines, func(x, y bookLine) int {
		a, b := x.key, y.key
		return cmp.Or(cmp.Compare(s.place(a.Activity), s.place(b.Activity)), cmp.Compare(a.Activity, b.Activity),
			cmp.Compare(s.placeOfMeasure(a), s.placeOfMeasure(b)), a.Compare(b))
	})
	return lines
}

func (s Scene) bookLine(k report.Key) bookLine {
	l := bookLine{key: k, activity: clean(shortName(s.activity(k.Activity)), 40), name: "场次", unit: "场"}
	if k.Measure == "" {
		return l
	}
	m := s.measure(k.Activity, k.Measure)
	if l.name = clean(m.Name, 40); l.name == "" {
		l.name = clean(measureName(m, ""), 40)
	}
	if k.Label != "" {
		l.name = measureName(m, k.Label)
	}
	if k.Part {
		l.name = "其中" + l.name
	}
	l.unit = clean(sumUnit(m, k.Unit), 8)
	return l
}

// placeOfMeasure gives a key's place among the measures of its activity; events come first, measures that are gone last.
func (s Scene) placeOfMeasure(k report.Key) int {
	if k.Measure == "" {
		return -1
	}
	measures := s.activity(k.Activity).Measures
	i := slices.IndexFunc(measures, func(m report.Measure) bool { return m.Code == k.Measure })
	if i < 0 {
		return len(measures)
	}
	return i
}

// bookValues finds a line's number among tallies.
type bookValues map[report.Key]report.Tally

func valuesOf(tallies []report.Tally) bookValues {
	values := bookValues{}
	for _, t := range tallies {
		values[t.Key] = t
	}
	return values
}

// of gives a line's number: events for the line that counts them.
func (v bookValues) of(l bookLine) (n int64, about bool) {
	t := v[l.key]
	if l.key.Measure == "" {
		return t.Events, false
	}
	return t.Value, t.Approx != 0
}

func (v bookValues) cell(l bookLine) cell {
	n, about := v.of(l)
	return numberCell(l.key.Unit, n, about)
}

// note is what stands below a sheet's title.
func (w bookWriter) note() string {
	words := "数据截至" + w.Through.Chinese(0) + "　" + w.At.Format("2006-01-02 15:04") + "制表　金额单位：元"
	if w.Through < w.Period.Last {
		words += "　本期还没结束"
	}
	if w.Closed {
		words += "　已封账"
	}
	return words
}

// summary is the first sheet: a line for each measure of each activity, beside what it is compared with.
func (w bookWriter) summary() grid {
	t := grid{name: "汇总", title: w.title + " 汇总", note: w.note(), side: 3, feet: []string{"注：“约”的数含约数；“—”是没有可比的数，与0不同。"}}
	yearly, targets := w.Period.Kind == report.Year, len(w.Targets) > 0
	head := []string{"活动类别", "指标", "单位", "本期\n" + w.short(w.Period), previousHead(w.Period.Kind) + "\n" + w.short(w.Period.Previous()), "环比", "去年同期", "同比"}
	if !yearly {
		head = append(head, w.yearHead())
	}
	if targets {
		head = append(head, "年度目标", "完成率")
	}
	t.heads = [][]string{head}
	current, previous, lastYear, year := valuesOf(w.Current), valuesOf(w.Previous), valuesOf(w.LastYear), valuesOf(w.YearToDate)
	var events []int
	for _, l := range w.lines {
		row := t.firstRow() + len(t.rows)
		now, _ := current.of(l)
		cells := []cell{textCell(l.activity), textCell(l.name), textCell(l.unit), current.cell(l)}
		cells = append(cells, compared(previous.cell(l), w.HasPrevious, w.Through < w.Period.Last, now, row, "E")...)
		cells = append(cells, compared(lastYear.cell(l), w.HasLastYear, false, now, row, "G")...)
		done := "D"
		if !yearly {
			done = "I"
			cells = append(cells, year.cell(l))
		}
		if targets {
			cells = append(cells, w.target(l, year, fmt.Sprintf("%s%d/%s%d", done, row, columnName(len(cells)+1), row))...)
		}
		if l.key.Measure == "" {
			events = append(events, row)
		}
		t.add(cells...)
	}
	if len(events) > 0 {
		w.allEvents(&t, events, yearly)
	}
	return t
}

// compared gives a base and how the number grew against it; — where there is none, and no growth from nothing or of a part
// against a whole. The base stands in that column of the row, the number in D.
func compared(base cell, has, partly bool, now int64, row int, column string) []cell {
	if !has {
		return []cell{dash(), dash()}
	}
	growth := dash()
	if !partly {
		growth = shareCell(now-base.n, base.n, fmt.Sprintf("(D%d-%s%d)/%s%d", row, column, row, column, row))
	}
	return []cell{base, growth}
}

// target gives a line's target and how far it is reached.
func (w bookWriter) target(l bookLine, year bookValues, formula string) []cell {
	m := w.measure(l.key.Activity, l.key.Measure)
	i := slices.IndexFunc(w.Targets, func(c report.Completion) bool {
		return c.Activity == l.key.Activity && c.Measure == l.key.Measure && l.key.Measure != "" && l.key.Label == "" && l.key.Unit == m.Unit
	})
	if i < 0 {
		return []cell{dash(), dash()}
	}
	c := w.Targets[i]
	if n, _ := year.of(l); n != c.Done {
		formula = ""
	}
	return []cell{numberCell(l.key.Unit, c.Value, false), shareCell(c.Done, c.Value, formula)}
}

// allEvents adds the row of all events.
func (w bookWriter) allEvents(t *grid, rows []int, yearly bool) {
	sum := func(column string, tallies []report.Tally) cell {
		c := numberCell("场", report.EventsOf(tallies, ""), false)
		var places []string
		for _, row := range rows {
			places = append(places, fmt.Sprintf("%s%d", column, row))
		}
		c.formula = "SUM(" + strings.Join(places, ",") + ")"
		return c
	}
	row, now := t.firstRow()+len(t.rows), report.EventsOf(w.Current, "")
	cells := []cell{textCell("合计"), textCell("场次"), textCell("场"), sum("D", w.Current)}
	cells = append(cells, compared(sum("E", w.Previous), w.HasPrevious, w.Through < w.Period.Last, now, row, "E")...)
	cells = append(cells, compared(sum("G", w.LastYear), w.HasLastYear, false, now, row, "G")...)
	if !yearly {
		cells = append(cells, sum("I", w.YearToDate))
	}
	for len(cells) < len(t.heads[0]) {
		cells = append(cells, cell{})
	}
	for i := range cells {
		cells[i] = inBold(cells[i])
	}
	t.add(cells...)
}

// short names a period in a heading.
func (w bookWriter) short(p report.Period) string {
	switch p.Kind {
	case report.Week:
		_, week := p.ISOWeek()
		return fmt.Sprintf("第%d周", week)
	case report.Range:
		return p.First.String() + "\n至" + p.Last.String()
	}
	return p.Chinese(0)
}

func previousHead(kind report.PeriodKind) string {
	if name := previousName(kind); kind != report.Half && kind != report.Range {
		return name
	}
	return "上期"
}

// yearHead names the year's total so far.
func (w bookWriter) yearHead() string {
	_, m, d := w.Through.Date()
	return fmt.Sprintf("%d年累计\n到%d月%d日", w.Through.Year(), m, d)
}
