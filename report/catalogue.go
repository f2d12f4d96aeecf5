package report

import (
	"slices"
)

// Catalogue says what is counted: the activities, their measures, and the words people use for them.
type Catalogue struct {
	Version    int        `yaml:"version"`
	Activities []Activity `yaml:"activities"`
}

// Activity is a kind of work that is counted (活动类别).
type Activity struct {
	Code     string    `yaml:"code"`
	Name     string    `yaml:"name"`  // 普法维权宣传: documents, menus
	Short    string    `yaml:"short"` // 普法维权: receipts and digests, where a line is narrow
	Section  string    `yaml:"section"`
	Words    []string  `yaml:"words"` // decide the activity by themselves, longest first
	Weak     []string  `yaml:"weak"`  // decide only together with another word
	Measures []Measure `yaml:"measures"`
}

// Adds says how a measure's values add up.
type Adds string

// The ways a measure adds up.
const (
	Flow     Adds = "flow"     // over days and areas
	Yearly   Adds = "yearly"   // once a year: the same list may be told twice
	Parallel Adds = "parallel" // over days and areas, but never to another measure of the same people
	PartOnly Adds = "part"     // to itself only, never to the total it is part of
	Rate     Adds = "rate"     // never: a typed rate is kept as a claim
)

// Persons says what a measure that counts people counts.
type Persons string

// What is counted of people: attendances or persons.
const (
	NoPersons Persons = ""
	Times     Persons = "times"    // 人次: the same woman may be counted again
	Distinct  Persons = "distinct" // 人, within one report
)

// Measure is a number counted for an activity (指标).
type Measure struct {
	Code    string   `yaml:"code"`
	Name    string   `yaml:"name"`  // 参加人次
	Short   string   `yaml:"short"` // 参加: before the figure in a receipt
	Unit    string   `yaml:"unit"`  // the unit sums are printed in; 元 is stored in fen
	Units   []string `yaml:"units"` // other units that mean the same
	Adds    Adds     `yaml:"adds"`
	Persons Persons  `yaml:"persons"`
	PartOf  string   `yaml:"part_of"` // the measure this one is part of
	Running bool     `yaml:"running"` // a running total replaces the one before it
	Goods   bool     `yaml:"goods"`   // takes any goods: the label says which
	Ask     int64    `yaml:"ask"`     // a value above it is asked about, in the unit (yuan for money); 0: never
}

// MoneyUnit is the unit of money; its values are stored in fen.
const MoneyUnit = "元"

// Money tells whether the measure's values are fen.
func (m Measure) Money() bool { return m.Unit == MoneyUnit }

// Activity gives the activity with that code.
func (c *Catalogue) Activity(code string) (Activity, bool) {
	i := slices.IndexFunc(c.Activities, func(a Activity) bool { return a.Code == code })
	if i < 0 {
		return Activity{}, false
	}
	return c.Activities[i], true
}

// Measure gives the activity's measure with that code.
func (a Activity) Measure(code string) (Measure, bool) {
	i := slices.IndexFunc(a.Measures, func(m Measure) bool { return m.Code == code })
	if i < 0 {
		return Measure{}, false
	}
	return a.Measures[i], true
}
