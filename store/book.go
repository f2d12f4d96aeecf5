package store

import (
	"fmt"

	"huibao/report"
)

// Book gives what the workbook of an area and period shows; today is the day in the county.
func (v *View) Book(area int64, p report.Period, today report.Day) (b report.Book, err error) {
	if b.Summary, err = v.Summary(area, p, today); err != nil {
		return b, err
	}
	if err := v.explain(&b.Summary); err != nil {
		return b, fmt.Errorf("what changed before %s: %w", p.Key(), err)
	}
	if p.First.Month() == p.Last.Month() {
		return b, nil
	}
	if b.ByMonth, err = v.Tally(area, p, report.Grouping{Month: true}); err != nil {
		return b, fmt.Errorf("the months of %s: %w", p.Key(), err)
	}
	return b, nil
}
