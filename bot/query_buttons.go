package bot

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/report"
)

// mostLikely is how many areas a question about a place that was not understood offers.
const mostLikely = 6

// likelyAreas offers the areas that may have been meant, of those the member may see.
func (t *turn) likelyAreas(id int64, q report.Query) [][]digest.Button {
	var rows [][]digest.Button
	for i, area := range t.nearest(q.Unread) {
		b := queryButton(t.source.Areas.Name(area), id, view{pressAt, strconv.FormatInt(area, 10)})
		if i%2 == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return rows
}

// nearest gives the areas of the member whose names have most of the characters of one of the words, the best first.
func (t *turn) nearest(words []string) []int64 {
	type likely struct {
		area  int64
		score int
	}
	var list []likely
	for _, a := range t.source.Areas.All() {
		best := 0
		for _, name := range append([]string{a.Name}, a.Short...) {
			for _, w := range words {
				best = max(best, alike(name, w))
			}
		}
		if best > 0 && t.sees(a.ID) {
			list = append(list, likely{a.ID, best})
		}
	}
	slices.SortStableFunc(list, func(a, b likely) int { return cmp.Compare(b.score, a.score) })
	var ids []int64
	for _, l := range list[:min(mostLikely, len(list))] {
		ids = append(ids, l.area)
	}
	return ids
}

// alike tells in percent how many characters of a name stand in words, 0 for less than half of it or a single one.
func alike(name, words string) int {
	letters := []rune(name)
	found := 0
	for _, r := range letters {
		if strings.ContainsRune(words, r) {
			found++
		}
	}
	if found < 2 || found*2 < len(letters) {
		return 0
	}
	return 100 * found / len(letters)
}

// answerButtons are those under an answer: the reports of a list, and the other ways to show what was asked.
func (t *turn) answerButtons(id int64, q report.Query, w view, a report.Answer) [][]digest.Button {
	var rows [][]digest.Button
	if len(a.Reports) > 0 {
		for i, r := range a.Reports {
			if t.chat.Kind != "private" {
				break // not all who read along may see the words of a report
			}
			if i%3 == 0 {
				rows = append(rows, nil)
			}
			rows[len(rows)-1] = append(rows[len(rows)-1], openButton(r))
		}
		var pages []digest.Button
		if a.Page > 1 {
			pages = append(pages, queryButton("上一页", id, view{viewReports, strconv.Itoa(a.Page - 1)}))
		}
		if a.Page < a.Pages {
			pages = append(pages, queryButton("下一页", id, view{viewReports, strconv.Itoa(a.Page + 1)}))
		}
		if pages != nil {
			rows = append(rows, pages)
		}
	}
	rows = append(rows, t.viewButtons(id, q, a)...)
	if quantities := t.quantityButtons(id, a); quantities != nil {
		rows = append(rows, quantities)
	}
	if w.name != "" && w.name != viewAsked {
		rows = append(rows, row(queryButton("返回", id, view{name: viewAsked})))
	}
	return rows
}

// viewButtons lead to the other views, three in a row.
func (t *turn) viewButtons(id int64, q report.Query, a report.Answer) (rows [][]digest.Button) {
	if q.Period.First > t.today || len(a.Sums) == 0 && len(a.Base) == 0 {
		return nil
	}
	var buttons []digest.Button
	offer := func(text string, v view) { buttons = append(buttons, queryButton(text, id, v)) }
	shown := a.Query
	if shown.About != report.AboutReports && shown.About != report.AboutWhy && len(a.Sums) > 0 {
		offer("明细", view{name: viewReports})
	}
	if (shown.By != report.ByArea || shown.About != report.AboutSums) && len(t.source.Areas.Children(q.Area)) > 0 {
		offer(digest.SplitName(t.source.Areas, q.Area), view{viewAreas, q.Measure})
	}
	if shown.By != report.ByMonth && q.Period.First.Month() != min(q.Period.Last, t.today).Month() {
		offer("按月", view{viewMonths, q.Measure})
	}
	if shown.About == report.AboutSums && len(a.Sums) > 0 {
		if shown.Against != report.AgainstLastYear {
			offer("去年同期", view{name: viewLastYear})
		}
		offer("图", view{pressChart, shownAs(shown)})
		offer("Excel", view{pressTable, shownAs(shown)})
	}
	for chunk := range slices.Chunk(buttons, 3) {
		rows = append(rows, chunk)
	}
	return rows
}

// quantityButtons switch what a divided answer shows: how many events, or a measure of the activity.
func (t *turn) quantityButtons(id int64, a report.Answer) (buttons []digest.Button) {
	var name string
	q := a.Query
	switch q.By {
	case report.ByArea:
		name = viewAreas
	case report.ByMonth:
		name = viewMonths
	default:
		return nil
	}
	if q.Activity != "" && q.Measure != "" && q.Measure != report.MeasureSessions {
		buttons = append(buttons, queryButton("场次", id, view{name: name}))
	}
	activity, ok := t.source.Catalogue.Activity(q.Activity)
	if !ok {
		return buttons
	}
	for _, m := range activity.Measures {
		counted := slices.ContainsFunc(a.Sums, func(s report.Tally) bool { return s.Measure == m.Code && !s.Part })
		if m.Code != q.Measure && m.Code != report.MeasureSessions && counted && len(buttons) < 3 {
			buttons = append(buttons, queryButton(m.Short, id, view{name, m.Code}))
		}
	}
	return buttons
}
