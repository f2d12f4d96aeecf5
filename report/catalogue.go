package report

import (
	"fmt"
	"slices"
)

// Catalogue says what is counted: the activities, their measures, and the words people use for them.
type Catalogue struct {
	Version    int        `yaml:"version"`
	Fixed      []string   `yaml:"fixed"` // words with a numeral that count nothing: 三八, 两癌
	Rules      []Rule     `yaml:"rules"`
	Activities []Activity `yaml:"activities"`
}

// Rule decides between activities for a word that several of them use: Word together with one of With, and none of
// Without, means Activity. With dates (MM-DD, both included) it holds only on those days of the year.
type Rule struct {
	Word     string   `yaml:"word"`
	With     []string `yaml:"with"`
	Without  []string `yaml:"without"`
	From     string   `yaml:"from"`
	To       string   `yaml:"to"`
	Activity string   `yaml:"activity"`
	Soft     bool     `yaml:"soft"` // gives way where a word of its own names another activity
}

// Holds tells whether the rule holds on d.
func (r Rule) Holds(d Day) bool {
	if r.From == "" {
		return true
	}
	_, m, day := d.Date()
	md := fmt.Sprintf("%02d-%02d", m, day)
	return r.From <= md && md <= r.To
}

// Activity is a kind of work that is counted (活动类别).
type Activity struct {
	Code     string    `yaml:"code"`
	Name     string    `yaml:"name"`  // 普法维权宣传: documents, menus
	Short    string    `yaml:"short"` // 普法维权: receipts and digests, where a line is narrow
	Section  string    `yaml:"section"`
	Words    []string  `yaml:"words"` // decide the activity by themselves, longest first
	Forms    []string  `yaml:"forms"` // decide where no other activity is named: 座谈会, 培训
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
	Named   bool     `yaml:"named"`   // only where a noun or verb says so: 3,000 元 of a course are no loan
	Nouns   []string `yaml:"nouns"`   // name what is counted: 资料, 适龄妇女
	Verbs   []string `yaml:"verbs"`   // say what happened to it: 参加, 发放
	Unless  []string `yaml:"unless"`  // words in whose clause it is not meant, but for its own verb: 两癌讲座 is no screening
	Each    *Each    `yaml:"each"`    // what one of those it goes to usually gets
	// Labels folds names of the same goods: 大米 is 米.
	Labels map[string]string `yaml:"labels"`
	Ask    int64             `yaml:"ask"` // a value above it is asked about, in the unit (yuan for money); 0: never
}

// Each says how much of a measure usually goes to one of another: an amount off that is asked about. From and To are in the
// measure's unit (yuan for money), both included.
type Each struct {
	Of   string `yaml:"of"` // the other measure's code
	From int64  `yaml:"from"`
	To   int64  `yaml:"to"`
}

// MoneyUnit is the unit of money; its values are stored in fen.
const MoneyUnit = "元"

// Money tells whether the measure's values are fen.
func (m Measure) Money() bool { return m.Unit == MoneyUnit }

// Takes tells whether a number with that unit can be this measure's as it stands; no unit at all always can.
func (m Measure) Takes(unit string) bool {
	return unit == "" || unit == m.Unit || slices.Contains(m.Units, unit)
}

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
