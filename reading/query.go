package reading

import "huibao/report"

// QueryContext is what must be known besides the words of a question.
type QueryContext struct {
	Context
	Last *report.Query // the question this may follow up, nil for none
}

// Query reads a question about numbers. ok is false where the words ask none: a report, a greeting, talk, or a follow-up
// (那去年呢) of no question.
func (r *Reader) Query(text string, c QueryContext) (q report.Query, ok bool) {
	return report.Query{}, false
}
