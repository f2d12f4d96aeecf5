package report

// Book is what a workbook shows of one area and period: the digest's numbers, and the same by calendar month.
type Book struct {
	Summary
	ByMonth  []Tally // of the period, where it holds more than one calendar month
	Activity string  // code, where it has one activity only
}

// Only leaves the sums of one activity in a book: the workbook of an answer about it. Nothing named leaves all.
func (b Book) Only(activity string) Book {
	if activity == "" {
		return b
	}
	b.Activity = activity
	of := func(tallies []Tally) (kept []Tally) {
		for _, t := range tallies {
			if t.Activity == activity {
				kept = append(kept, t)
			}
		}
		return kept
	}
	b.Current, b.Previous, b.LastYear, b.YearToDate = of(b.Current), of(b.Previous), of(b.LastYear), of(b.YearToDate)
	b.ByArea, b.ByMonth = of(b.ByArea), of(b.ByMonth)
	r := &b.Reconciled
	r.Base, r.Current, r.Amended = of(r.Base), of(r.Current), of(r.Amended)
	var targets []Completion
	for _, c := range b.Targets {
		if c.Activity == activity {
			targets = append(targets, c)
		}
	}
	b.Targets = targets
	return b
}
