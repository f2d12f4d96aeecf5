package digest

import (
	"slices"
	"strings"

	"huibao/report"
)

// Charted is what the picture of a period shows.
type Charted struct {
	report.Summary
	Months   []report.Tally // of the period's year, by month; only for months and longer periods
	LastYear []report.Tally // of the year before, by month
}

// Chart draws a period's numbers as one picture that a leader can forward: whose and which period, the events beside those
// of other periods, each activity, each area below, the months, the targets, and what the numbers do not hold. Activities
// stand in the catalogue's order and areas in the tree's: it is a table, not a ranking.
func Chart(s Scene, c Charted) (Made, error) {
	picture, err := drawChart(s, c).png()
	if err != nil {
		return Made{}, err
	}
	made := Named(s, FileChart, c.Area, c.Period, picture)
	if _, waiting, ok := strings.Cut(s.fresh(c.Held, c.Asked), "，"); ok {
		made.Caption = Caption(made.Caption + "，" + waiting)
	}
	return made, nil
}

func drawChart(s Scene, c Charted) *canvas {
	d := newCanvas()
	title := s.office(c.Area) + " " + titleOf(c.Period)
	if c.Closed {
		title += "(已封账)"
	}
	d.head(title, running(s, c.Summary))
	d.tiles(s.headline(c.Summary))
	d.bars("各项活动场次", s.activityBars(c.Current))
	if len(s.Areas.Children(c.Area)) > 0 && report.EventsOf(c.ByArea, "") > 0 {
		d.bars(s.below(c.Area)+"场次", s.areaBars(c.Area, c.ByArea))
	}
	d.columns("各月场次", s.monthColumns(c))
	d.goals("目标完成", s.goals(c.Targets, c.Through))
	d.foot(s.notes(c.Summary))
	return d
}

// titleOf names a period with its year, once: 2026年第10周 3月2日-8日.
func titleOf(p report.Period) string {
	year, _ := p.ISOWeek()
	if p.Kind == report.Week && p.First.Year() == year && p.Last.Year() == year {
		return itoa(year) + "年" + p.Chinese(year)
	}
	return p.Chinese(0)
}

// office names the federation of an area.
func (s Scene) office(area int64) string { return s.area(area) + "妇联" }

// below names the areas directly below.
func (s Scene) below(area int64) string { return "各" + strings.TrimPrefix(s.split(area), "按") }

func running(s Scene, sum report.Summary) string {
	if sum.Through < sum.Period.Last {
		return "到" + sum.Through.Chinese(s.Today.Year()) + "，还没结束"
	}
	return ""
}

// head writes the title, smaller or in two lines where it is long.
func (d *canvas) head(title, under string) {
	d.box(0, 0, canvasWidth, 16, rose)
	st := d.shrink(styleTitle, title, inner)
	if st.size < styleHeading.size {
		st = style{40, true}
	}
	for _, line := range d.wrap(st, title, inner) {
		d.y += st.size * 3 / 2
		d.write(margin, d.y-st.size/3, st, black, line)
	}
	if under != "" {
		d.paragraph(styleNote, grey, under)
	}
}

// tile is a number with what it is above it.
type tile struct{ name, value string }

// headline gives the number of events beside those of other periods.
func (s Scene) headline(sum report.Summary) []tile {
	events := func(tallies []report.Tally) string { return number(report.EventsOf(tallies, "")) + "场" }
	before := previousName(sum.Period.Kind)
	if sum.Through < sum.Period.Last {
		before += "全期"
	}
	tiles := []tile{{"活动", events(sum.Current)}, {before, "—"}}
	if sum.HasPrevious {
		tiles[1].value = events(sum.Previous)
	}
	if sum.HasLastYear && !(sum.Period.Kind == report.Year && sum.Through == sum.Period.Last) { // else it is the year before
		tiles = append(tiles, tile{"去年同期", events(sum.LastYear)})
	}
	if sum.Period.Kind != report.Year {
		year := "今年累计"
		if sum.Through.Year() != s.Today.Year() {
			year = "当年累计"
		}
		tiles = append(tiles, tile{year, events(sum.YearToDate)})
	}
	return tiles
}

// tiles writes numbers side by side.
func (d *canvas) tiles(tiles []tile) {
	const gap = 24
	d.y += 28
	wide := (inner - gap*(len(tiles)-1)) / len(tiles)
	for i, t := range tiles {
		x := margin + i*(wide+gap)
		colour := black
		if i == 0 {
			colour = rose
		}
		d.box(x, d.y, wide, 152, track)
		d.write(x+22, d.y+50, styleNote, grey, d.fit(styleNote, t.name, wide-30))
		d.write(x+22, d.y+124, d.shrink(styleNumber, t.value, wide-36), colour, t.value)
	}
	d.y += 152
}

// heading begins a part of the picture.
func (d *canvas) heading(words string) {
	d.y += 84
	d.write(margin, d.y-20, styleHeading, black, words)
}

// foot writes what must be known beside the numbers.
func (d *canvas) foot(notes []string) {
	d.y += 30
	d.box(margin, d.y, inner, 2, rule)
	d.y += 12
	for _, n := range notes {
		d.paragraph(styleNote, grey, n)
	}
}

// fresh says how old the numbers are, and how many reports wait and are in none of them.
func (s Scene) fresh(held, asked int) string {
	words := "数据截至" + s.Today.Chinese(0)
	if held > 0 {
		words += "，待核" + itoa(held) + "条未计入"
	}
	if asked > 0 {
		words += "，待确认" + itoa(asked) + "条未计入"
	}
	return words
}

// notes says how fresh the numbers are, and what they do not hold.
func (s Scene) notes(sum report.Summary) []string {
	notes := []string{s.fresh(sum.Held, sum.Asked)}
	if len(sum.Duties) > 0 {
		c := countDuties(sum.Duties)
		notes = append(notes, DutyLine(s, sum.Duties))
		notes = append(notes, strings.Join(s.owe("未报：", c.missing), ""), strings.Join(s.owe("还没报：", c.open), ""))
	} else {
		if len(sum.Nil) > 0 {
			notes = append(notes, "零报告"+itoa(len(sum.Nil))+"个")
		}
		notes = append(notes, strings.Join(s.silent(sum), ""))
	}
	return slices.DeleteFunc(notes, func(n string) bool { return n == "" })
}
