package store

import (
	"slices"

	"huibao/report"
)

// answerWhy finds the number that is asked about: among the sums, and where no period was named, in those that digests were
// made of lately. A number that is no more may be one that was published: then it is said what changed it.
func (v *View) answerWhy(a *report.Answer, c *report.Catalogue, today report.Day) error {
	periods := []report.Period{a.Query.Period}
	if a.Query.Assumed.Period && a.Query.Number != 0 {
		week, month := report.WeekOf(today), report.MonthOf(today)
		periods = append(periods, week.Previous(), week, month.Previous(), month, report.YearOf(today).Previous())
	}
	for _, p := range periods {
		q := a.Query
		q.Period = p
		sums, err := v.Tally(q.Area, p, report.Grouping{})
		if err != nil {
			return err
		}
		if pinned, ok := q.Pinned(c, fitting(q, c, sums)); ok {
			a.Query, a.Through, a.Found = pinned, min(p.Last, today), true
			a.Sums = fitting(pinned, c, sums)
			return nil
		}
	}
	for _, p := range periods {
		if found, err := v.wasPublished(a, c, p, today); found || err != nil {
			return err
		}
	}
	return nil
}

// wasPublished tells whether the number asked about stood in the digest of a period, and takes over which it is.
func (v *View) wasPublished(a *report.Answer, c *report.Catalogue, p report.Period, today report.Day) (bool, error) {
	r, err := v.Restatement(a.Query.Area, p)
	if err != nil {
		return false, err
	}
	q := a.Query
	q.Period = p
	var old []report.Tally
	for _, l := range r.Lines {
		if q.Fits(c, l.Key) {
			t := report.Tally{Key: l.Key, Value: l.Old}
			if l.Measure == "" {
				t = report.Tally{Key: l.Key, Events: l.Old}
			}
			old = append(old, t)
		}
	}
	pinned, ok := q.Pinned(c, old)
	if !ok {
		return false, nil
	}
	r.Lines = slices.DeleteFunc(r.Lines, func(l report.Restated) bool {
		return l.Activity != pinned.Activity || l.Measure != pinned.Measure || l.Old != pinned.Number
	})
	sums, err := v.Tally(q.Area, p, report.Grouping{})
	a.Query, a.Through, a.Restated = pinned, min(p.Last, today), &r
	a.Sums = fitting(pinned, c, sums)
	return true, err
}
