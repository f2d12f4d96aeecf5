package digest

import (
	"strings"

	"huibao/report"
)

// AnswerChart draws an answer that is divided by area, month or activity, or says how far targets are reached.
func AnswerChart(s Scene, a report.Answer) (Made, error) {
	picture, err := drawAnswer(s, a).png()
	if err != nil {
		return Made{}, err
	}
	made := Named(s, FileChart, a.Query.Area, a.Query.Period, picture)
	made.Caption = Caption(strings.Join(append([]string{s.subject(a.Query)}, append(s.daysOf(a), s.fresh(a.Held, a.Asked))...), "\n"))
	return made, nil
}

func drawAnswer(s Scene, a report.Answer) *canvas {
	d := newCanvas()
	q := a.Query
	counted := s.quantity(a)
	d.head(s.subject(q), strings.Join(s.daysOf(a), ""))
	switch {
	case q.About == report.AboutCompletion:
		d.goals("目标完成", s.goals(a.Targets, a.Through))
	case q.By == report.ByMonth:
		d.whole(s, a, counted)
		d.columns("各月"+strings.TrimSpace(counted.title(q)), s.answerColumns(a, counted))
	case q.By == report.ByArea:
		d.whole(s, a, counted)
		pieces, _ := s.areas(a, counted)
		d.bars("各"+strings.TrimPrefix(s.splitOf(q), "按")+strings.TrimSpace(counted.title(q)), counted.bars(pieces, "个"))
	default:
		d.bars("各项活动场次", s.activityBars(a.Sums))
	}
	d.foot(append([]string{s.fresh(a.Held, a.Asked)}, s.unheardOf(a)...))
	return d
}

// whole writes the sum of a divided answer.
func (d *canvas) whole(s Scene, a report.Answer, c quantity) {
	value, approx := c.of(a.Sums, a.Query.Activity)
	d.tiles([]tile{{"合计" + strings.TrimSpace(c.title(a.Query)), c.sum(value, approx)}})
}

// bars makes rows of the parts of an answer.
func (c quantity) bars(pieces []piece, unit string) (rows []bar) {
	for _, p := range pieces {
		words := c.sum(p.value, p.approx)
		if p.none {
			words = "—"
		}
		rows = append(rows, bar{p.name, p.value, words})
	}
	if len(rows) <= mostRows {
		return rows
	}
	rest, approx := bar{name: "其余" + itoa(len(rows)-mostRows+1) + unit}, false
	for _, p := range pieces[mostRows-1:] {
		rest.value += p.value
		approx = approx || p.approx
	}
	rest.words = c.sum(rest.value, approx)
	return append(rows[:mostRows-1:mostRows-1], rest)
}

// answerColumns makes columns of the months of an answer.
func (s Scene) answerColumns(a report.Answer, c quantity) (list []column) {
	for _, p := range s.months(a, c) {
		words := c.words(p.value, p.approx)
		if p.none {
			words = "—"
		}
		list = append(list, column{name: p.name, value: p.value, words: words})
	}
	return list
}

// unheardOf names the areas of which there is nothing.
func (s Scene) unheardOf(a report.Answer) []string {
	names := s.silent(report.Summary{Silent: a.Silent, Current: a.Sums})
	if len(names) == 0 {
		return nil
	}
	return []string{strings.Join(names, "")}
}
