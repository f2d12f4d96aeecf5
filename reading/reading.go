// Package reading understands what cadres write: a message becomes a Reading, whatever its form. It works by rules, not
// by a model, and is pure: same catalogue, areas, text and day, same reading.
//
// Start with Reader.Read. Nothing is guessed silently: an Entry is Clear only if every numeral in its words is accounted
// for; what is doubtful carries a Doubt, and what was not used stands in Unread in the sender's own words.
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
	Unread  []string // fragments that were not used, as they were written
}

// Entry is one activity as it was read. Values are as report.Figure has them: fen, counts.
type Entry struct {
	Activity   string // code, empty where none was named
	Title      string // the sender's own name of the activity, where the catalogue has only 其他
	Area       int64
	Org        int64 // the organiser's area, 0 where not said
	Day, Until report.Day
	DayAssumed bool // no day was written: the sending day was taken
	Place      string
	Figures    []report.Figure
	Words      string // the part of the message it was read from
	Clear      bool
	Doubts     []Doubt
}

// Doubt is why an entry cannot be filed as it was read.
type Doubt struct {
	About   string   // activity, date, area, measure, value …
	Text    string   // the words in question
	Options []string // likely answers, best first: codes, days, values
}
