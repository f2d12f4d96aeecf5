package digest

import (
	"huibao/report"
)

// column is a month of a chart.
type column struct {
	name  string
	value int64
	words string // exactly
	last  int64  // the same month a year before, 0 for none or unknown
}

// monthColumns gives the events of the months of a period, of a single month those of the year up to it.
func (s Scene) monthColumns(c Charted) (list []column) {
	if len(c.Months) == 0 {
		return nil
	}
	first := c.Period.First
	if c.Period.Kind == report.Month {
		first = report.YearOf(first).First
	}
	now, before := eventsByMonth(c.Months), eventsByMonth(c.LastYear)
	begun := len(before) > 0
	for day := first; day <= c.Through; day = report.MonthOf(day).Last + 1 {
		y, m, _ := day.Date()
		words := number(now[day])
		if begun = begun || now[day] != 0; !begun {
			words = "—" // nothing was ever counted by then
		}
		list = append(list, column{itoa(int(m)) + "月", now[day], words, before[report.Date(y-1, m, 1)]})
	}
	return list
}

func eventsByMonth(tallies []report.Tally) map[report.Day]int64 {
	events := map[report.Day]int64{}
	for _, t := range tallies {
		if t.Measure == "" {
			events[t.Month] += t.Events
		}
	}
	return events
}

// columns draws months side by side, each beside the one a year before in pale, or as rows where the numbers are too long
// to stand above their columns.
func (d *canvas) columns(heading string, months []column) {
	if len(months) == 0 {
		return
	}
	const tall, most = 220, 90 // of a column
	slot := inner / len(months)
	highest, twins := int64(1), false
	for _, m := range months {
		highest = max(highest, m.value, m.last)
		twins = twins || m.last > 0
		if d.width(styleNote, m.words) > slot-4 || d.width(styleNote, m.name) > slot-4 {
			d.bars(heading, monthRows(months))
			return
		}
	}
	d.heading(heading)
	d.y += 44 // for the numbers
	foot := d.y + tall
	for i, m := range months {
		wide := min(slot*3/4, most)
		if twins {
			wide = min(slot*3/8, most)
		}
		x := margin + i*slot + slot/2 - wide/2
		if twins {
			x -= wide / 2
			h := share(m.last, highest, tall)
			d.box(x, foot-h, wide, h, pale)
			x += wide
		}
		h := share(m.value, highest, tall)
		d.box(x, foot-h, wide, h, rose)
		d.centre(margin+i*slot+slot/2, foot-max(h, share(m.last, highest, tall))-10, styleNote, black, m.words)
		d.centre(margin+i*slot+slot/2, foot+44, styleNote, grey, m.name)
	}
	d.box(margin, foot, slot*len(months), 2, rule)
	d.y = foot + 56
	if twins {
		d.paragraph(styleNote, grey, "浅色：去年同月(整月)")
	}
}

func monthRows(months []column) (rows []bar) {
	for _, m := range months {
		rows = append(rows, bar{m.name, m.value, m.words})
	}
	return rows
}

// centre puts words on a baseline around x.
func (s *canvas) centre(x, y int, st style, colour ink, words string) {
	s.write(x-s.width(st, words)/2, y, st, colour, words)
}
