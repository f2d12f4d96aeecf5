package report

import "slices"

// Query is a question about numbers (查询), read from words or made by a button. The zero value of a field is what was not
// asked for.
type Query struct {
	About    About   `json:"about"`
	Period   Period  `json:"period"`
	Area     int64   `json:"area"`
	Activity string  `json:"activity,omitempty"` // code; empty: all
	Measure  string  `json:"measure,omitempty"`  // code within the activity; empty: all of its measures
	By       Split   `json:"by,omitempty"`
	Also     []Topic `json:"also,omitempty"` // asked about in the same way besides the activity
	Rank     Rank    `json:"rank,omitempty"` // of the areas that sums are divided by; 0: those directly below
	Against  Against `json:"against,omitempty"`
	Number   int64   `json:"number,omitempty"` // of AboutWhy: the number asked about, money in fen
	// Assumed says which fields nobody named and were taken as usual (the running year, the asker's own area).
	Assumed Assumed `json:"assumed"`
	// Unread has the fragments of the question that were not understood: the answer says so.
	Unread []string `json:"unread,omitempty"`
}

// Topic is an activity and what of it is asked for.
type Topic struct {
	Activity string `json:"activity"`
	Measure  string `json:"measure,omitempty"` // empty: all of its measures
}

// Each gives a query about several activities as queries about one each.
func (q Query) Each() []Query {
	list := []Query{q}
	for _, t := range q.Also {
		one := q
		one.Activity, one.Measure = t.Activity, t.Measure
		list = append(list, one)
	}
	for i := range list {
		list[i].Also = nil
	}
	return list
}

// Assumed marks the fields of a query that were not said.
type Assumed struct {
	Period bool `json:"period,omitempty"`
	Area   bool `json:"area,omitempty"`
}

// About says what is asked.
type About string

// What can be asked.
const (
	AboutSums       About = "sums"       // how many, how much: 长铺镇今年普法多少人
	AboutCompletion About = "completion" // against the year's target: 两癌检查完成多少
	AboutDuties     About = "duties"     // who has reported: 谁还没报
	AboutChanges    About = "changes"    // what changed since it was published: 第9周怎么变了
	AboutWhy        About = "why"        // which reports make up a number: 为什么是3214
	AboutReports    About = "reports"    // the reports themselves: 明细
)

// Split says how the sums of a query are divided.
type Split string

// The ways to divide.
const (
	Whole      Split = ""
	ByArea     Split = "area"     // the areas directly below
	ByMonth    Split = "month"    // calendar months
	ByActivity Split = "activity" // kinds of work
)

// Against says what the sums of a query are compared with.
type Against string

// What a period can be compared with.
const (
	AgainstNothing  Against = ""
	AgainstLastYear Against = "year"     // 同比: the same days of the year before
	AgainstPrevious Against = "previous" // 环比: the period just before
)

// Answer is what the ledger says to a query.
type Answer struct {
	Query    Query
	Through  Day          // last day with data: the period's end, or today where the period still runs
	Sums     []Tally      // of the period, the area and the activity; all activities where none is named
	Closed   bool         // the year that the period lies in is closed (封账)
	Split    []Tally      // the same divided as Query.By says, in the order of the tree or the calendar
	Base     []Tally      // what Sums are compared with, empty where Query.Against is nothing
	BaseOf   Period       // the days Base sums up
	NoBase   NoBase       // why there is no Base
	Begun    Day          // the first day anything was counted in the county; zero where nothing was
	Held     int          // reports that fit and wait for a decision: in no sum
	Asked    int          // reports that fit and have an open or expired question: in no sum
	Silent   []int64      // areas directly below without a filed report that fits, where divided by area
	Nil      []int64      // those of them that said there was nothing, and so are not among the silent
	Targets  []Completion // AboutCompletion: of the area, those that fit
	Below    []Completion // and of the areas directly below
	Duties   []Standing
	Found    bool             // AboutWhy: the number asked about is among the sums
	Reports  []Report         // AboutWhy and AboutReports: one page of them, newest day first
	Page     int              // which one, from 1
	Pages    int              // and how many pages there are
	Total    int              // and how many there are on all pages
	More     bool             // there are more than that, too many to list
	By       map[int64]string // names of the members who told the reports
	Restated *Restatement     // AboutWhy: where the number was published once, the line of it that changed since
}

// NoBase says why there is nothing to compare with.
type NoBase string

// Why a base is missing; it is then printed as —, with the reason.
const (
	HasBase     NoBase = ""
	BeforeBegin NoBase = "begin" // the county began to report only later
	BaseIsZero  NoBase = "zero"  // there was nothing in those days
	BaseIsNone  NoBase = "none"  // a week 53, of which the year before has none
)

// Plain gives the query with the events of all activities asked for in one way: by no measure.
func (q Query) Plain() Query {
	if q.Activity == "" && q.Measure == MeasureSessions {
		q.Measure = ""
	}
	return q
}

// Fits tells whether numbers with that key are asked for. The line of an activity's events fits wherever one of its numbers
// can. A measure without an activity is meant wherever an activity has it: people by its code alone (参加, 听课家长), anything
// else only where it is called the same as in the first activity that has it. 慰问金 is never added to 保费.
func (q Query) Fits(c *Catalogue, k Key) bool {
	if q.Activity != "" {
		return k.Activity == q.Activity
	}
	if q.Measure == "" {
		return true
	}
	a, _ := c.Activity(k.Activity)
	m, ok := a.Measure(q.Measure)
	if !ok || k.Measure != "" && (k.Measure != q.Measure || k.Part) {
		return false
	}
	first := c.firstWith(q.Measure)
	return first.Persons != NoPersons && m.Persons != NoPersons || first.Short == m.Short
}

// firstWith gives the measure with that code of the first activity that has one.
func (c *Catalogue) firstWith(code string) Measure {
	for _, a := range c.Activities {
		if m, ok := a.Measure(code); ok {
			return m
		}
	}
	return Measure{}
}

// Pinned gives the query with the activity and measure of the number it asks about, where it does not name them and just one
// of the sums is that number. ok is false where none is, or several are and it cannot be told which was meant. A number of yuan
// that was not said to be one is known by the sum.
func (q Query) Pinned(c *Catalogue, sums []Tally) (pinned Query, ok bool) {
	if q.Number == 0 {
		return q, true
	}
	var found []Key
	for _, t := range sums {
		switch {
		case t.Part, q.Measure != "" && q.Measure != t.Measure, q.Activity != "" && q.Activity != t.Activity:
		case t.Counted() == q.Number, t.Counted() == 100*q.Number && c.measure(t.Key).Money():
			found = append(found, t.Key)
		}
	}
	if len(found) > 1 { // an activity's events are often told as a figure too
		found = slices.DeleteFunc(found, func(k Key) bool { return k.Measure == MeasureSessions })
	}
	if len(found) != 1 {
		all := q.Activity == "" && q.Measure == "" && EventsOf(sums, "") == q.Number
		return q, all && len(found) == 0
	}
	q.Activity, q.Measure = found[0].Activity, found[0].Measure
	q.Number = Find(sums, found[0]).Counted()
	return q, true
}

func (c *Catalogue) measure(k Key) Measure {
	a, _ := c.Activity(k.Activity)
	m, _ := a.Measure(k.Measure)
	return m
}
