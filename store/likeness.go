package store

import (
	"fmt"
	"slices"

	"huibao/report"
)

// mostAround is how many reports are looked at for an event told twice, the newest.
const mostAround = 200

// The areas come first: a county reports an activity in many places on one day. Left to itself SQLite would begin with all
// reports of the activity on these days.
const selectAround = `
SELECT v.body FROM (
  SELECT r.id, r.rev FROM (
    SELECT leaf AS area FROM area_paths WHERE ancestor = $1 UNION SELECT ancestor FROM area_paths WHERE leaf = $1
  ) a CROSS JOIN reports r
  WHERE r.area_id = a.area AND r.day BETWEEN $2 AND $3 AND r.state IN ('filed', 'held') AND r.activity || '' = $4
  UNION ALL
  SELECT l.id, l.rev FROM reports l
  WHERE l.activity = $4 AND l.state IN ('filed', 'held') AND l.until >= $2 AND l.day < $2
    AND EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $1 AND p.leaf = l.area_id OR p.ancestor = l.area_id AND p.leaf = $1)
) r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
ORDER BY r.id DESC LIMIT $5`

// Around gives the filed and held reports of an activity that touch the days first to last or a neighbouring one, in that
// area, above or below it, oldest number first: among them are those that may tell of the same event
// (report.Areas.Compare decides).
func (v *View) Around(activity string, area int64, first, last report.Day) ([]report.Report, error) {
	list, err := collect(v.query(selectAround, area, first-1, last+1, activity, mostAround), v.scanReport)
	if err != nil {
		return nil, fmt.Errorf("look for reports of %s around %s: %w", activity, first, err)
	}
	slices.Reverse(list)
	return list, nil
}

const selectSameAs = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.same_as = $1 AND r.state IN ('held', 'same') ORDER BY r.id`

// SameAs gives the reports that tell, or perhaps tell, of the same event as that one, oldest number first.
func (v *View) SameAs(id int64) ([]report.Report, error) {
	list, err := collect(v.query(selectSameAs, id), v.scanReport)
	if err != nil {
		return nil, fmt.Errorf("look for reports of the same event as %d: %w", id, err)
	}
	return list, nil
}
