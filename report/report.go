package report

import (
	"slices"
	"time"
)

// State is what became of a report.
type State string

// The states of a report. Only a filed one is counted.
const (
	Asked     State = "asked"     // a question about it is open or expired: 待确认
	Held      State = "held"      // perhaps an event that was told already: 待核
	Filed     State = "filed"     // counted
	Same      State = "same"      // the same event as another report, into which its extra figures went
	Withdrawn State = "withdrawn" // taken back by its sender; can be restored
)

// Report is one activity in one area on one day, or a run of days, with its figures. ID is the number (编号) people
// see. Rev counts its revisions from 1.
type Report struct {
	ID       int64    `json:"id"`
	Rev      int      `json:"rev"`
	State    State    `json:"state"`
	Activity string   `json:"activity"` // code in the catalogue
	Title    string   `json:"title,omitempty"`
	Area     int64    `json:"area"` // where it was
	Org      int64    `json:"org"`  // whose event it was: the organiser's area
	Day      Day      `json:"day"`
	Until    Day      `json:"until,omitempty"` // last day of a run of days, zero for a single day
	Place    string   `json:"place,omitempty"` // literal venue, beside the area
	Figures  []Figure `json:"figures,omitempty"`
	// Nil marks a nil report (零报告): said that nothing happened from Day to Until, of one activity or of all. It counts nothing.
	Nil bool `json:"nil,omitempty"`
	// SameAs is the report that tells of the same event, for a report in state Held (perhaps) or Same (someone said so).
	SameAs int64 `json:"same_as,omitempty"`
	// Message and Ordinal say which message told it and at which place in it, from 1. By is the member.
	Message int64     `json:"message"`
	Ordinal int       `json:"ordinal"`
	By      int64     `json:"by"`
	At      time.Time `json:"at"` // when the latest revision was made
}

// Figure is one measure's value in a report, in the measure's own unit: fen for money, counts otherwise.
type Figure struct {
	Measure string `json:"measure"`         // code in the catalogue, within the report's activity
	Label   string `json:"label,omitempty"` // what was counted where the measure takes any goods: 米, 油
	Unit    string `json:"unit"`            // 人次, 份, 元 …: figures with different units never add up
	Value   int64  `json:"value"`
	Approx  bool   `json:"approx,omitempty"`  // 余, 多, 近, 约
	Part    bool   `json:"part,omitempty"`    // 其中: shown under its total, never added to it
	Running bool   `json:"running,omitempty"` // 累计: a total so far, not an addition
	Base    int64  `json:"base,omitempty"`    // of a running total, what was counted of it before: only the rest is posted
	Claim   bool   `json:"claim,omitempty"`   // a rate the sender typed: kept and compared, never posted
	From    int64  `json:"from,omitempty"`    // the report of the same event that told it; 0 for the report's own
}

// MeasureSessions is the code every activity uses for the number of its events (场次).
const MeasureSessions = "sessions"

// Events gives how many events the report stands for: the sessions it states, else one.
func (r Report) Events() int64 {
	for _, f := range r.Figures {
		if f.Measure == MeasureSessions && !f.Part && !f.Claim && f.Value > 0 {
			return f.Value
		}
	}
	return 1
}

// Clone gives a copy whose figures can be changed without changing r.
func (r Report) Clone() Report {
	r.Figures = slices.Clone(r.Figures)
	return r
}

// Figure gives the first figure of that measure, label and part, and its place in Figures; -1 where there is none.
func (r Report) Figure(measure, label string, part bool) (Figure, int) {
	i := slices.IndexFunc(r.Figures, func(f Figure) bool {
		return f.Measure == measure && f.Label == label && f.Part == part
	})
	if i < 0 {
		return Figure{}, -1
	}
	return r.Figures[i], i
}
