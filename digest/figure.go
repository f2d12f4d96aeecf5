package digest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huibao/report"
)

// Figure writes one figure of a report as its receipt shows it: 参加 320人次, 参加 约320人次, 慰问金 6,000元, 米 12包,
// 2场, 累计 1,200人, 其中妇女 12人.
func Figure(m report.Measure, f report.Figure) string {
	if name := figureName(m, f); name != "" {
		return name + " " + figureValue(f)
	}
	return figureValue(f)
}

// figureName gives what stands before a figure; nothing before a number of events, whose unit says it all.
func figureName(m report.Measure, f report.Figure) string {
	switch {
	case f.Part:
		return "其中" + measureName(m, f.Label)
	case m.Code == report.MeasureSessions && f.Label == "":
		return ""
	}
	return measureName(m, f.Label)
}

func figureValue(f report.Figure) string {
	words := amount(f.Unit, f.Value)
	if f.Approx {
		words = "约" + words
	}
	if f.Running {
		words = "累计" + words
		if f.Base > 0 {
			words += "(本次" + signed(f.Value-f.Base) + ")"
		}
	}
	return words
}

// sum writes the value of a tally without its name. A sum with an approximate figure in it says 约; people summed over
// reports are attendances, whatever a single report calls them.
func sum(m report.Measure, t report.Tally) string {
	unit := sumUnit(m, t.Unit)
	if t.Approx != 0 {
		return "约" + amount(unit, t.Value)
	}
	return amount(unit, t.Value)
}

// sumUnit gives the unit of a sum over reports.
func sumUnit(m report.Measure, unit string) string {
	if m.Persons != report.NoPersons && slices.Contains(personUnits, unit) {
		return "人次"
	}
	return unit
}

var personUnits = []string{"人", "名", "位"}

// measureName gives what stands before a figure: what was counted, where the measure takes any goods, else the measure.
func measureName(m report.Measure, label string) string {
	switch {
	case label != "":
		return clean(label, 12)
	case m.Short != "":
		return m.Short
	case m.Name != "":
		return m.Name
	}
	return m.Code
}

func signed(n int64) string {
	if n < 0 {
		return "－" + number(-n)
	}
	return "＋" + number(n)
}

// Amount writes a value with its unit as a button shows it; money comes in fen.
func Amount(unit string, value int64) string { return amount(unit, value) }

// amount writes a value with its unit; money comes in fen.
func amount(unit string, value int64) string {
	if unit == report.MoneyUnit {
		return money(value) + unit
	}
	return number(value) + clean(unit, 8)
}

// Yuan writes fen as yuan for tables and programs, without commas and needless decimals: 13800, 1.5, 0.05.
func Yuan(fen int64) string {
	sign, yuan, cents := yuanParts(fen)
	return sign + yuan + cents
}

// money writes fen as yuan for people: 13,800.
func money(fen int64) string {
	sign, yuan, cents := yuanParts(fen)
	return sign + commas(yuan) + cents
}

func yuanParts(fen int64) (sign, yuan, cents string) {
	digits := strconv.FormatInt(fen, 10)
	if fen < 0 {
		sign, digits = "-", digits[1:]
	}
	digits = fmt.Sprintf("%03s", digits)
	yuan, cents = digits[:len(digits)-2], strings.TrimRight(digits[len(digits)-2:], "0")
	if cents != "" {
		cents = "." + cents
	}
	return sign, yuan, cents
}

// number writes a count with commas by threes.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	if n < 0 {
		return "-" + commas(digits[1:])
	}
	return commas(digits)
}

func commas(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// itoa writes a number that is no amount: a report's number, a count of items.
func itoa[T int | int64](n T) string { return strconv.FormatInt(int64(n), 10) }
