package store

import (
	"fmt"
	"slices"

	"huibao/report"
)

// mostAround is how many reports are looked at for an event told twice, the newest.
const mostAround = 200

const selectAround = `
SELECT v.body FROM (
  SELECT id, rev, area_id FROM reports
  WHERE activity = $1 AND state IN ('filed', 'held') AND day BETWEEN $2 AND $3
  UNION ALL
  SELECT id, rev, area_id FROM reports
  WHERE activity = $1 AND state IN ('filed', 'held') AND until >= $2 AND day < $2
) r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $4 AND p.leaf = r.area_id OR p.ancestor = r.area_id AND p.leaf = $4)
ORDER BY r.id DESC LIMIT $5`

// Around gives the filed and held reports of an activity that touch the days first to last or a neighbouring one, in that
// area, above or below it, oldest number first: among them are those that may tell of the same event
// (report.Areas.Compare decides).
func (v *View) Around(activity string, area int64, first, last report.Day) ([]report.Report, error) {
	list, err := collect(v.query(selectAround, activity, first-1, last+1, area, mostAround), v.scanReport)
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
