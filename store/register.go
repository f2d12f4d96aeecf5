package store

import "huibao/report"

// Register gives the reports of an area and period to yield, one by one, ordered by day and number. What yield returns ends it.
func (v *View) Register(area int64, p report.Period, yield func(report.RegisterRow) error) error {
	return nil
}
