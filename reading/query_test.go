package reading

import (
	"fmt"
	"strings"

	"huibao/report"
)

// describeQuery writes a query on one line: what it is about, period, area, activity.measure, how it is divided, what it is compared
// with, the number, what was not read. A ~ marks what was not said.
func describeQuery(r *Reader, q report.Query) string {
	var b strings.Builder
	assumed := func(is bool) string {
		if is {
			return "~"
		}
		return ""
	}
	period, area := "?", "?"
	if q.Period.First != 0 {
		period = q.Period.Key()
	}
	if q.Area != 0 {
		area = r.areas.Name(q.Area)
	}
	fmt.Fprintf(&b, "%s %s%s %s%s %s", q.About, assumed(q.Assumed.Period), period, assumed(q.Assumed.Area), area, or(q.Activity, "*"))
	if q.Measure != "" {
		fmt.Fprintf(&b, ".%s", q.Measure)
	}
	if q.By != report.Whole {
		fmt.Fprintf(&b, " by %s", q.By)
	}
	if q.Against != report.AgainstNothing {
		fmt.Fprintf(&b, " against %s", q.Against)
	}
	if q.Number != 0 {
		fmt.Fprintf(&b, " number %d", q.Number)
	}
	if len(q.Unread) > 0 {
		fmt.Fprintf(&b, " unread %s", strings.Join(q.Unread, "|"))
	}
	return b.String()
}
