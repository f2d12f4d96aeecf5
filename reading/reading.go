// Package reading understands what cadres write: a message becomes a Reading, whatever its form. It works by rules, not
// by a model, and is pure: same catalogue, areas, text and day, same reading.
//
// Start with New and Reader.Read. A message is folded to one width (fold.go) and cut into words, numbers and dates
// (scan.go, number.go, date.go), twice where lines were only folded (fold_lines.go); what is misspelt is taken for what sounds alike (likeness.go). It is parted into clauses
// and segments (structure.go); each numeral gets a reason why it counts or not (role.go, why.go); dates, places and
// activities are found (when.go, place.go, unknown.go, activity.go). Sections keep what belongs together (section.go),
// numbers are gathered into runs of one activity, place and day (run.go) and named (naming.go, figure.go). Runs become
// drafts with place and day (draft.go), whose figures are related (relate.go), and entries (entry.go) with their doubts
// (doubt.go). Corrections and withdrawals go their own way (kind.go, correct.go). Words come from the catalogue, the areas and
// words.go. Reader.Explain and ExplainLine (explain.go) tell what became of each piece.
//
// A question (query.go) is cut by the same scanner, with the words of questions (query_words.go) and periods (query_period.go,
// query_date.go) beside those of messages; what it asks is found in query_when.go, query_where.go, query_topic.go and
// query_about.go, and filled up from the question before it and what is usual in query_fill.go.
//
// Nothing is guessed silently: an Entry is Clear only if every numeral in its words is accounted for; what is doubtful
// carries a Doubt, and what was not used stands in Unread in the sender's own words. What the package does not know is
// what was reported before: a message told twice, or 同上, is for its caller to judge.
package reading

import "huibao/report"

// Kind says what a message is.
type Kind string

// The kinds of message.
const (
	KindReport     Kind = "report"
	KindCorrection Kind = "correction"
	KindWithdrawal Kind = "withdrawal"
	KindZero       Kind = "zero"
	KindPlan       Kind = "plan"
	KindQuery      Kind = "query"
	KindOther      Kind = "other"
)

// Context is what the reader must know besides the words.
type Context struct {
	Today     report.Day // the day the message was sent, in the county's zone
	Area      int64      // the sender's own area; 0 where unknown
	Forwarded bool
}

// Reading is what was understood of a message (识别结果).
type Reading struct {
	Kind    Kind
	Entries []Entry
	Plans   []Entry  // what is planned or set as a target, without numbers: never filed
	Zeros   []Zero   // what was said to be nothing: 零报告
	Refers  Refers   // which earlier report a correction or a withdrawal means
	Unread  []string // fragments that were not used, as they were written
	Notes   []Note   // fragments with numbers that were understood and do not count
}

// Entry is one activity as it was read. Values are as report.Figure has them: fen, counts. In a correction it says what
// the report should say: only the figures, the day, the place that were named.
type Entry struct {
	Activity   string // code, empty where none was named
	Title      string // the sender's own name of the activity, where the catalogue has only 其他
	Area       int64
	Org        int64 // the organiser's area, 0 where not said
	Day, Until report.Day
	DayAssumed bool // no day was written: the sending day was taken
	Place      string
	Figures    []report.Figure
	Was        []report.Figure // in a correction: the figures said to be wrong
	Words      string          // the part of the message it was read from
	Clear      bool
	Doubts     []Doubt
}

// Doubt is why an entry cannot be filed as it was read.
type Doubt struct {
	About   string   // one of the About constants
	Text    string   // the words in question
	Options []string // likely answers, best first: codes of activities or areas, days, values in the measure's unit (yuan)
	Measure string   // the measure's code, where the doubt is about one figure
}

// What a doubt can be about.
const (
	AboutActivity = "activity" // options: activity codes
	AboutArea     = "area"     // options: area codes
	AboutDate     = "date"     // options: YYYY-MM-DD
	AboutMeasure  = "measure"  // a number that fits no measure, or one that needs a decision; options: measure codes
	AboutValue    = "value"    // a number that is vague, too large, or does not agree with another; options: values
	AboutTotal    = "total"    // an amount for one was given, no total; options: the product
	AboutRunning  = "running"  // a running total of a measure whose reports add up
	AboutForward  = "forward"  // a forwarded text
	AboutWords    = "words"    // a word was taken for another: options: the word it was taken for
)

// Zero is a nil report (零报告). Area is the sender's where none was named; Activity is empty for all; the days are zero
// where none were said.
type Zero struct {
	Area        int64
	Activity    string
	First, Last report.Day
}

// Refers says which report a message means: the sender's last one where nothing is set.
type Refers struct {
	Number   int64      // 118号
	Activity string     // 慰问那条
	Sent     report.Day // 昨天报的
}

// Note is a fragment with a number that does not count, and why.
type Note struct {
	Text string
	Why  Why
}

// Token is a piece of a message explained: bytes Start to End of the text, and what became of it.
type Token struct {
	Start, End int
	Why        Why
	Detail     string // the measure's code, the day, the area's name
}
