package digest

import "huibao/report"

// Answer words what the ledger says to a query.
func Answer(s Scene, a report.Answer) Text {
	var d draft
	d.title("", s.area(a.Query.Area))
	return d.text()
}
