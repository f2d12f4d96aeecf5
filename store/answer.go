package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/report"
)

// ReportsAtOnce is how many reports a page of an answer lists.
const ReportsAtOnce = 6

// MostListed is how many reports are counted for a list: nobody turns more pages, and counting all of a county's year takes
// longer than everything else.
const MostListed = 100 * ReportsAtOnce

// Answer gives what the ledger says to a query about sums, reports, or where a number comes from. Its area is one the asker may
// see: that was judged before. today is the day in the county; of a period that still runs, Through is today, and what the
// sums are compared with ends at the same day of its own period.
func (v *View) Answer(q report.Query, today report.Day) (report.Answer, error) {
	return v.AnswerPage(q, today, 1)
}

// AnswerPage is Answer with that page of the reports, from 1.
func (v *View) AnswerPage(q report.Query, today report.Day, page int) (report.Answer, error) {
	a := report.Answer{Query: q.Plain(), Through: min(q.Period.Last, today), Page: page}
	if q.Area == 0 || q.Period.First == 0 || q.Period.First > today {
		return a, nil
	}
	if err := v.answer(&a, today); err != nil {
		return report.Answer{}, fmt.Errorf("answer about %s of area %d: %w", q.Period.Key(), q.Area, err)
	}
	return a, nil
}

func (v *View) answer(a *report.Answer, today report.Day) error {
	c, err := v.Catalogue()
	if err != nil {
		return err
	}
	if year := a.Query.Period.First.Year(); year == a.Query.Period.Last.Year() {
		if a.Closed, err = v.Closed(year, a.Query.Area); err != nil {
			return err
		}
	}
	if err := v.answerSums(a, c); err != nil {
		return err
	}
	if a.Query.About == report.AboutWhy {
		if err := v.answerWhy(a, c, today); err != nil {
			return err
		}
	}
	if len(a.Sums) == 0 || a.Query.By == report.ByMonth || a.Query.Against != report.AgainstNothing {
		if a.Begun, err = v.begun(); err != nil {
			return err
		}
	}
	if a.Held, a.Asked, err = v.uncounted(a.Query, c); err != nil {
		return err
	}
	switch a.Query.About {
	case report.AboutReports, report.AboutWhy:
		err = v.answerReports(a)
	case report.AboutCompletion:
		err = v.answerTargets(a, c)
	default:
		err = v.answerBase(a, c)
	}
	return err
}

// answerSums adds up the query's period, and divides it where that is asked for.
func (v *View) answerSums(a *report.Answer, c *report.Catalogue) error {
	q := a.Query
	sums, err := v.Tally(q.Area, q.Period, report.Grouping{})
	if err != nil {
		return err
	}
	a.Sums = fitting(q, c, sums)
	if q.By != report.ByArea && q.By != report.ByMonth {
		return nil
	}
	split, err := v.Tally(q.Area, q.Period, report.Grouping{Area: q.By == report.ByArea, Rank: q.Rank, Month: q.By == report.ByMonth})
	if err != nil {
		return err
	}
	a.Split = fitting(q, c, split)
	if q.By == report.ByArea {
		a.Silent, a.Nil, err = v.silent(q.Area, q.Rank, q.Period, a.Split)
	}
	return err
}

// answerTargets says how far the targets of the query's year are reached: those of its measure, where it has one, else all of
// its activity.
func (v *View) answerTargets(a *report.Answer, c *report.Catalogue) (err error) {
	q, year := a.Query, a.Query.Period.First.Year()
	if a.Targets, err = v.Completions(q.Area, year, a.Through); err != nil {
		return err
	}
	a.Targets = slices.DeleteFunc(a.Targets, func(t report.Completion) bool {
		return !q.Fits(c, report.Key{Activity: t.Activity, Measure: t.Measure})
	})
	ofMeasure := func(t report.Completion) bool { return t.Measure == q.Measure }
	if slices.ContainsFunc(a.Targets, ofMeasure) {
		a.Targets = slices.DeleteFunc(a.Targets, func(t report.Completion) bool { return !ofMeasure(t) })
	}
	if len(a.Targets) == 1 {
		a.Below, err = v.CompletionsBelow(q.Area, year, a.Through)
	}
	return err
}

// answerReports lists a page of the reports that make up the sums, with the names of those who told them. A page after the last
// is the last.
func (v *View) answerReports(a *report.Answer) (err error) {
	a.Reports, a.Total, err = v.ReportsPage(a.Query, a.Page, ReportsAtOnce)
	a.More = a.Total > MostListed
	a.Total = min(a.Total, MostListed)
	a.Pages = max(1, (a.Total+ReportsAtOnce-1)/ReportsAtOnce)
	if err == nil && a.Page > a.Pages {
		a.Page = a.Pages
		a.Reports, _, err = v.ReportsPage(a.Query, a.Page, ReportsAtOnce)
	}
	if err != nil {
		return err
	}
	a.By = map[int64]string{}
	for _, r := range a.Reports {
		if _, ok := a.By[r.By]; ok {
			continue
		}
		m, err := v.Member(r.By)
		if err != nil {
			return err
		}
		a.By[r.By] = m.Name
	}
	return nil
}

func fitting(q report.Query, c *report.Catalogue, tallies []report.Tally) []report.Tally {
	return slices.DeleteFunc(tallies, func(t report.Tally) bool { return !q.Fits(c, t.Key) })
}

// answerBase adds up what the sums are compared with, where the county reported by then.
func (v *View) answerBase(a *report.Answer, c *report.Catalogue) error {
	q := a.Query
	if q.Against == report.AgainstNothing {
		return nil
	}
	var ok bool
	if a.BaseOf, ok = baseOf(q, a.Through); !ok {
		a.NoBase = report.BaseIsNone
		return nil
	}
	if !report.Covered(a.BaseOf, a.Begun) {
		a.NoBase = report.BeforeBegin
		return nil
	}
	base, err := v.Tally(q.Area, a.BaseOf, report.Grouping{})
	if err != nil {
		return err
	}
	if a.Base = fitting(q, c, base); len(a.Base) == 0 {
		a.NoBase = report.BaseIsZero
	}
	return nil
}

// baseOf gives the days that a query's sums are compared with: as many of them as its own period has had. ok is false for a
// period without a counterpart.
func baseOf(q report.Query, through report.Day) (base report.Period, ok bool) {
	if q.Against == report.AgainstLastYear {
		return q.Period.LastYearTo(through)
	}
	base = q.Period.Previous()
	if through < q.Period.Last {
		base = report.Period{Kind: report.Range, First: base.First, Last: min(base.Last, base.First+through-q.Period.First)}
	}
	return base, true
}

const selectBegun = `
SELECT COALESCE(MIN(year * 100 + month), 0) FROM tally_months WHERE area_id = $1 AND events <> 0`

// begun gives the first day of the month in which anything was first counted in the county, zero where nothing was.
func (v *View) begun() (report.Day, error) {
	areas, err := v.Areas()
	if err != nil {
		return 0, err
	}
	root, _ := areas.Root()
	var month int
	if _, err := v.query(selectBegun, root.ID).one(&month); err != nil || month == 0 {
		return 0, err
	}
	return report.Date(month/100, time.Month(month%100), 1), nil
}

const countWaiting = `
SELECT COALESCE(SUM(CASE WHEN r.state = 'held' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN r.state = 'asked' THEN 1 ELSE 0 END), 0)
FROM reports r JOIN area_paths p ON p.leaf = r.area_id
WHERE r.state IN ('asked', 'held') AND r.day BETWEEN $1 AND $2 AND p.ancestor = $3
  AND ($4 = '' OR $4 LIKE '%|' || r.activity || '|%')`

// uncounted counts the reports that fit a query and are in no sum: held ones, and those with a question.
func (v *View) uncounted(q report.Query, c *report.Catalogue) (held, asked int, err error) {
	_, err = v.query(countWaiting, q.Period.First, q.Period.Last, q.Area, among(q, c)).one(&held, &asked)
	return held, asked, err
}

// among lists the activities that a query is about, for LIKE; empty where it is about all.
func among(q report.Query, c *report.Catalogue) string {
	if q.Activity == "" && q.Measure == "" {
		return ""
	}
	var list strings.Builder
	for _, a := range c.Activities {
		if q.Fits(c, report.Key{Activity: a.Code}) {
			list.WriteString("|" + a.Code)
		}
	}
	if list.Len() == 0 {
		return "|" + q.Activity + "|"
	}
	return list.String() + "|"
}

// The reports that make up the sums of a query: of one activity, as the index lies, and of several or all.
const (
	countOfActivity = `
SELECT COUNT(*) FROM (SELECT 1 FROM reports r
WHERE r.activity = $1 AND r.state IN ('filed', 'held') AND r.state = 'filed' AND r.nil = 0 AND r.day BETWEEN $2 AND $3
  AND EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $4 AND p.leaf = r.area_id)
  AND ($5 = '' OR EXISTS (SELECT 1 FROM facts f JOIN lines l ON l.id = f.line_id
    WHERE f.report_id = r.id AND l.activity = r.activity AND l.measure = $5 GROUP BY l.id HAVING SUM(f.value) <> 0)) LIMIT $6) n`
	countOfAny = `
SELECT COUNT(*) FROM (SELECT 1 FROM reports r
WHERE ($1 = '' OR $1 LIKE '%|' || r.activity || '|%') AND r.state = 'filed' AND r.nil = 0 AND r.day BETWEEN $2 AND $3
  AND EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $4 AND p.leaf = r.area_id)
  AND ($5 = '' OR EXISTS (SELECT 1 FROM facts f JOIN lines l ON l.id = f.line_id
    WHERE f.report_id = r.id AND l.activity = r.activity AND l.measure = $5 GROUP BY l.id HAVING SUM(f.value) <> 0)) LIMIT $6) n`
	pageOfActivity = `
SELECT v.body FROM (
  SELECT r.id, r.rev, r.day FROM reports r
  WHERE r.activity = $1 AND r.state IN ('filed', 'held') AND r.state = 'filed' AND r.nil = 0 AND r.day BETWEEN $2 AND $3
    AND EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $4 AND p.leaf = r.area_id)
    AND ($5 = '' OR EXISTS (SELECT 1 FROM facts f JOIN lines l ON l.id = f.line_id
      WHERE f.report_id = r.id AND l.activity = r.activity AND l.measure = $5 GROUP BY l.id HAVING SUM(f.value) <> 0))
  ORDER BY r.day DESC, r.id DESC LIMIT $6 OFFSET $7) n JOIN revisions v ON v.report_id = n.id AND v.rev = n.rev
ORDER BY n.day DESC, n.id DESC`
	pageOfAny = `
SELECT v.body FROM (
  SELECT r.id, r.rev, r.day FROM reports r
  WHERE ($1 = '' OR $1 LIKE '%|' || r.activity || '|%') AND r.state = 'filed' AND r.nil = 0 AND r.day BETWEEN $2 AND $3
    AND EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $4 AND p.leaf = r.area_id)
    AND ($5 = '' OR EXISTS (SELECT 1 FROM facts f JOIN lines l ON l.id = f.line_id
      WHERE f.report_id = r.id AND l.activity = r.activity AND l.measure = $5 GROUP BY l.id HAVING SUM(f.value) <> 0))
  ORDER BY r.day DESC, r.id DESC LIMIT $6 OFFSET $7) n JOIN revisions v ON v.report_id = n.id AND v.rev = n.rev
ORDER BY n.day DESC, n.id DESC`
)

// ReportsPage gives one page, from 1, of the reports that make up the sums of a query, newest day first, and how many there
// are in all; MostListed+1 stands for any number above MostListed. Whose they are is in its WHERE: they lie in the query's area.
func (v *View) ReportsPage(q report.Query, page, size int) ([]report.Report, int, error) {
	c, err := v.Catalogue()
	if err != nil {
		return nil, 0, err
	}
	list, total, err := v.reportsPage(q, among(q, c), int64(size), int64(page-1)*int64(size))
	if err != nil {
		return nil, 0, fmt.Errorf("list the reports of %s in area %d: %w", q.Period.Key(), q.Area, err)
	}
	return list, total, nil
}

func (v *View) reportsPage(q report.Query, activities string, size, skip int64) (list []report.Report, total int, err error) {
	first, last, measure := q.Period.First, q.Period.Last, q.Measure
	if measure == report.MeasureSessions {
		measure = "" // every report is an event
	}
	var count, page cursor
	if q.Activity != "" {
		count = v.query(countOfActivity, q.Activity, first, last, q.Area, measure, MostListed+1)
	} else {
		count = v.query(countOfAny, activities, first, last, q.Area, measure, MostListed+1)
	}
	if _, err := count.one(&total); err != nil {
		return nil, 0, err
	}
	if q.Activity != "" {
		page = v.query(pageOfActivity, q.Activity, first, last, q.Area, measure, size, skip)
	} else {
		page = v.query(pageOfAny, activities, first, last, q.Area, measure, size, skip)
	}
	list, err = collect(page, v.scanReport)
	return list, total, err
}
