package store

import (
	"fmt"

	"huibao/report"
)

// longestEvent is for how many days before it an event of several days is looked for.
const longestEvent = 31

const selectAround = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.activity = $1 AND r.state IN ('filed', 'held') AND r.day BETWEEN $2 AND $3
ORDER BY r.id`

// Around gives the filed and held reports of an activity that may touch the days first to last or a neighbouring one, oldest
// number first: among them are those that may tell of the same event (report.Areas.Compare decides).
func (v *View) Around(activity string, first, last report.Day) ([]report.Report, error) {
	list, err := collect(v.query(selectAround, activity, first-1-longestEvent, last+1), v.scanReport)
	if err != nil {
		return nil, fmt.Errorf("look for reports of %s around %s: %w", activity, first, err)
	}
	return list, nil
}
