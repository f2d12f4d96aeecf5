package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Blank is a number of the year's document that is missing until it is filled (空), and the rule by which it is.
type Blank struct {
	Name     string
	Ask      string // what it is, as people say it: printed where it is missing, asked in chat
	Fill     Fill
	Event    string   // its name, for what is told of an event
	Activity string   // code
	Measures []string // codes: their sum
	Of       string   // of a rate: the measure it is a share of
	By       By
	Form     Form   // of what the office types
	Unit     string // printed behind a number; 万元 for money divides it
	Prefix   string // of a document's number: the issuer's sign
	Tail     string // of a month: 旬 or 底
	Printed  string // a number the prose had, which is no blank but must agree with the year
	Like     string // an example of what to type
	Near     bool   // 近千 for 900 to 999 and the like
	Optional bool   // may be left out
	AtMost   string // a blank it cannot be larger than
	Each     *Ratio
	money    bool
}

// Fill says how a blank is filled.
type Fill string

// The ways to fill a blank.
const (
	FillYear   Fill = "year"
	FillDate   Fill = "date"   // an event's day
	FillLast   Fill = "last"   // the day of the last of several
	FillDays   Fill = "days"   // the first day to the last
	FillNumber Fill = "number" // a figure of an event
	FillTimes  Fill = "times"  // how many reports the event has
	FillSum    Fill = "sum"    // over the year
	FillTarget Fill = "target" // the year's sum against its target
	FillRate   Fill = "rate"   // one sum against another
	FillOffice Fill = "office" // typed
)

var fills = []Fill{FillYear, FillDate, FillLast, FillDays, FillNumber, FillTimes, FillSum, FillTarget, FillRate, FillOffice}

// By says whose reports count.
type By string

// Whose reports count.
const (
	ByOffice    By = "office"    // the county's own
	ByTownships By = "townships" // of the county and its townships for themselves, not of villages: a list is told once
	ByAll       By = "all"
)

// Form says what the office may type.
type Form string

// The forms of what is typed.
const (
	FormNumber   Form = "number"
	FormMoney    Form = "money"
	FormDate     Form = "date"
	FormDocument Form = "document" // 绥妇发〔2026〕6号
	FormMonth    Form = "month"    // 3月下旬
	FormYears    Form = "years"    // 2021—2030
	FormPercent  Form = "percent"
	FormText     Form = "text"
)

var forms = []Form{FormNumber, FormMoney, FormDate, FormDocument, FormMonth, FormYears, FormPercent, FormText}

// Ratio is what of one blank usually goes to one of another; money in yuan.
type Ratio struct {
	Of       string
	From, To int64
}

// tenThousand is the unit of money in ten thousands.
const tenThousand = "万元"

// Counted tells whether it is one of the blanks, and no number that the prose prints anyway.
func (b Blank) Counted() bool { return b.Printed == "" }

// Typed gives the form in which the office may type it; empty where it cannot be typed.
func (b Blank) Typed() Form {
	switch b.Fill {
	case FillOffice:
		return b.Form
	case FillDate, FillLast:
		return FormDate
	case FillDays:
		return FormText
	case FillNumber, FillSum:
		if b.money {
			return FormMoney
		}
		return FormNumber
	case FillTarget, FillRate:
		return FormPercent
	}
	return ""
}

// Example gives something that may be typed for it.
func (b Blank) Example(year int) string {
	switch b.Typed() {
	case FormNumber:
		return "19" + b.Unit
	case FormMoney:
		return "19" + b.Unit
	case FormDate:
		return "3月8日"
	case FormDocument:
		return fmt.Sprintf("%s〔%d〕6号", b.Prefix, year)
	case FormMonth:
		return "3月" + b.Tail
	case FormYears:
		return "2021—2030"
	case FormPercent:
		return "96.5%"
	}
	if b.Like == "" && b.Fill == FillDays {
		return "9月24日—25日"
	}
	return b.Like
}

var (
	documentWords = regexp.MustCompile(`^([^\d\[［【〔(（]*)[\[［【〔(（]?(20\d\d)[\]］】〕)）年]?第?0*(\d{1,4})号?$`)
	numberWords   = regexp.MustCompile(`^第?0*(\d{1,4})号?$`)
	monthWords    = regexp.MustCompile(`^(1[0-2]|0?[1-9])月?(份|上旬|中旬|下旬|初|中|底|末)?$`)
	yearsWords    = regexp.MustCompile(`^((?:19|20)\d\d)年?(?:[-－—–~～至到]+)((?:19|20)\d\d)年?$`)
	percentWords  = regexp.MustCompile(`^(\d{1,4}(?:\.\d{1,2})?)[%％]?$`)
)

// longestEntry is how many characters a text typed by the office may have.
const longestEntry = 60

// Repair brings what was typed into the form the document needs: brackets, leading zeros, the tail of a month. ok is false
// where it does not have that form. Numbers, money and days are read by whoever reads messages, not here.
func (b Blank) Repair(words string, year int) (value string, ok bool) {
	words = strings.Join(strings.Fields(words), "")
	switch b.Typed() {
	case FormDocument:
		if m := documentWords.FindStringSubmatch(words); m != nil {
			if m[1] == "" {
				m[1] = b.Prefix
			}
			return fmt.Sprintf("%s〔%s〕%s号", m[1], m[2], m[3]), m[3] != "0"
		}
		if m := numberWords.FindStringSubmatch(words); m != nil {
			return fmt.Sprintf("%s〔%d〕%s号", b.Prefix, year, m[1]), m[1] != "0"
		}
	case FormMonth:
		if m := monthWords.FindStringSubmatch(words); m != nil {
			tail := strings.TrimSuffix(m[2], "份")
			if m[2] == "" {
				tail = b.Tail
			}
			return strings.TrimPrefix(m[1], "0") + "月" + tail, true
		}
	case FormYears:
		if m := yearsWords.FindStringSubmatch(words); m != nil && m[1] < m[2] {
			return m[1] + "—" + m[2], true
		}
	case FormPercent:
		if m := percentWords.FindStringSubmatch(words); m != nil {
			return m[1] + "%", true
		}
	case FormText:
		return words, words != "" && len([]rune(words)) <= longestEntry
	}
	return "", false
}

// Print writes a number as the document prints it: 320余人, 19.2万元, 近千名, 两次.
func (b Blank) Print(value int64, approx bool) string {
	more := ""
	if approx {
		more = "余"
	}
	switch {
	case b.Unit == tenThousand && value < 10_000*100:
		return decimal(value, 2, 2) + more + MoneyUnit // two decimals of 万 would lose of it
	case b.Unit == tenThousand:
		return decimal(value, 6, 2) + "万" + more + "元"
	case b.money:
		return decimal(value, 2, 2) + more + b.Unit
	case b.Printed != "" && !b.Near && !approx && value >= 1 && value <= 10:
		return smallNumerals[value] + b.Unit
	case b.Near:
		if word, ok := nearRound(value); ok {
			return word + b.Unit
		}
	}
	return strconv.FormatInt(value, 10) + more + b.Unit
}

// smallNumerals writes numbers before a measure word.
var smallNumerals = [11]string{"零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"}

// nearRound gives 近百, 近千, 近万 for a number in the last tenth before it.
func nearRound(value int64) (string, bool) {
	for _, r := range []struct {
		word string
		n    int64
	}{{"近百", 100}, {"近千", 1000}, {"近万", 10000}} {
		if value >= r.n/10*9 && value < r.n {
			return r.word, true
		}
	}
	return "", false
}

// decimal writes value/10^scale with at most so many decimals, rounded half up, without needless zeros.
func decimal(value int64, scale, decimals int) string {
	sign := ""
	if value < 0 {
		sign, value = "-", -value
	}
	cut := int64(1)
	for range scale - decimals {
		cut *= 10
	}
	value = value/cut + value%cut*2/cut
	digits := fmt.Sprintf("%0*d", decimals+1, value)
	whole, rest := digits[:len(digits)-decimals], strings.TrimRight(digits[len(digits)-decimals:], "0")
	if rest != "" {
		whole += "." + rest
	}
	return sign + whole
}

// printRate writes tenths of a percent: 96.5%, 100%.
func printRate(perMille int64) string { return decimal(perMille, 1, 1) + "%" }

// Event is something the document tells of, found among the reports of the year.
type Event struct {
	Name     string
	Activity string
	Areas    []int64 // in one of them,
	Places   []string
	Words    []string // one of them in its title, place or original words
	from, to monthDay
	All      bool // all that fit, else one
	Within   Day  // of All: those at most so many days apart are one round; 0: the whole year is
	Measure  string
	Except   []string // events whose reports are not taken again
	By       By
}

// monthDay is a day of any year.
type monthDay struct {
	month time.Month
	day   int
}

// Days gives the days of a year on which an event may have been.
func (e Event) Days(year int) Period {
	p := YearOf(Date(year, time.January, 1))
	p.Kind = Range
	if e.from.day > 0 {
		p.First = Date(year, e.from.month, e.from.day)
	}
	if e.to.day > 0 {
		p.Last = Date(year, e.to.month, e.to.day)
	}
	return p
}
