package report

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// PeriodKind says how a period was named.
type PeriodKind string

// The kinds of period, also the words of the command line.
const (
	Week    PeriodKind = "week"
	Month   PeriodKind = "month"
	Quarter PeriodKind = "quarter"
	Half    PeriodKind = "half"
	Year    PeriodKind = "year"
	Range   PeriodKind = "range"
)

// Period is a run of days, both ends included, in the county's zone.
type Period struct {
	Kind        PeriodKind
	First, Last Day
}

// WeekOf gives the Monday-to-Sunday week that holds d.
func WeekOf(d Day) Period {
	monday := d - Day((int(d.Weekday())+6)%7)
	return Period{Week, monday, monday + 6}
}

// MonthOf gives the calendar month that holds d.
func MonthOf(d Day) Period { return months(Month, d, 1) }

// QuarterOf gives the calendar quarter that holds d.
func QuarterOf(d Day) Period { return months(Quarter, d, 3) }

// HalfOf gives the half year that holds d.
func HalfOf(d Day) Period { return months(Half, d, 6) }

// YearOf gives the calendar year that holds d.
func YearOf(d Day) Period { return months(Year, d, 12) }

func months(kind PeriodKind, d Day, n int) Period {
	y, m, _ := d.Date()
	first := (int(m)-1)/n*n + 1
	return Period{kind, Date(y, time.Month(first), 1), Date(y, time.Month(first+n), 1) - 1}
}

// PeriodOf gives the period of that kind that holds d. A Range has no such period and panics: it is a mistake of the caller.
func PeriodOf(kind PeriodKind, d Day) Period {
	switch kind {
	case Week:
		return WeekOf(d)
	case Month:
		return MonthOf(d)
	case Quarter:
		return QuarterOf(d)
	case Half:
		return HalfOf(d)
	case Year:
		return YearOf(d)
	}
	panic(fmt.Sprintf("report: no period of kind %q", kind))
}

// Previous gives the period of the same kind (for a Range: of the same length) just before p.
func (p Period) Previous() Period {
	if p.Kind == Range {
		return Period{Range, p.First - (p.Last - p.First + 1), p.First - 1}
	}
	return PeriodOf(p.Kind, p.First-1)
}

// LastYear gives the same period of the year before: the week of the same number, the same month, the same dates. It is
// false for a week 53 where the year before has none.
func (p Period) LastYear() (Period, bool) {
	switch p.Kind {
	case Week:
		year, week := p.ISOWeek()
		last, err := ParsePeriod(fmt.Sprintf("%04d-W%02d", year-1, week))
		return last, err == nil
	case Range:
		return Period{Range, yearBefore(p.First), yearBefore(p.Last)}, true
	}
	return PeriodOf(p.Kind, yearBefore(p.First)), true
}

// LastYearTo is LastYear of a period that has run to the end of through: as many days of it, as a Range where that is not
// all of it.
func (p Period) LastYearTo(through Day) (Period, bool) {
	last, ok := p.LastYear()
	switch {
	case !ok || through >= p.Last:
		return last, ok
	case p.Kind == Week:
		return Period{Range, last.First, last.First + (through - p.First)}, true
	}
	return Period{Range, last.First, yearBefore(through)}, true
}

// yearBefore gives the same date of the year before; 28 February stands for the 29th.
func yearBefore(d Day) Day {
	y, m, day := d.Date()
	if m == time.February {
		day = min(day, 28)
	}
	return Date(y-1, m, day)
}

// Contains tells whether d lies in p.
func (p Period) Contains(d Day) bool { return p.First <= d && d <= p.Last }

// ISOWeek gives the year and number of the week that holds p's first day: weeks begin on Monday and belong to the year
// that holds their Thursday (ISO 8601, as GB/T 7408 has it), so 2026-W01 begins on 29 December 2025.
func (p Period) ISOWeek() (year, week int) { return p.First.utc().ISOWeek() }

// Key names p in the ledger of runs and on the command line: 2026-W10, 2026-03, 2026-Q1, 2026-H1, 2026, or 2026-03-01..2026-03-08.
func (p Period) Key() string {
	y, m, _ := p.First.Date()
	switch p.Kind {
	case Week:
		year, week := p.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case Month:
		return fmt.Sprintf("%04d-%02d", y, m)
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", y, (int(m)+2)/3)
	case Half:
		return fmt.Sprintf("%04d-H%d", y, (int(m)+5)/6)
	case Year:
		return fmt.Sprintf("%04d", y)
	}
	return p.First.String() + ".." + p.Last.String()
}

// Chinese names p for people: 第10周 3月2日-8日, 2026年3月, 2026年一季度, 2026年上半年, 2026年, 3月1日-4月8日.
func (p Period) Chinese(thisYear int) string {
	y, m, _ := p.First.Date()
	switch p.Kind {
	case Week:
		year, week := p.ISOWeek()
		if year != thisYear {
			return fmt.Sprintf("%d年第%d周 %s", year, week, p.days(thisYear))
		}
		return fmt.Sprintf("第%d周 %s", week, p.days(thisYear))
	case Month:
		return fmt.Sprintf("%d年%d月", y, m)
	case Quarter:
		return fmt.Sprintf("%d年%s季度", y, [...]string{"一", "二", "三", "四"}[(int(m)-1)/3])
	case Half:
		return fmt.Sprintf("%d年%s半年", y, [...]string{"上", "下"}[(int(m)-1)/6])
	case Year:
		return fmt.Sprintf("%d年", y)
	}
	return p.days(thisYear)
}

// days writes the two ends without repeating what they share: 3月2日-8日, 3月30日-4月5日, 2025年12月29日-2026年1月4日.
func (p Period) days(thisYear int) string {
	y1, m1, _ := p.First.Date()
	y2, m2, d2 := p.Last.Date()
	switch {
	case p.First == p.Last:
		return p.First.Chinese(thisYear)
	case y1 != y2:
		return p.First.Chinese(0) + "-" + p.Last.Chinese(0)
	case m1 == m2:
		return fmt.Sprintf("%s-%d日", p.First.Chinese(thisYear), d2)
	}
	return fmt.Sprintf("%s-%d月%d日", p.First.Chinese(thisYear), m2, d2)
}

var periodKey = regexp.MustCompile(`^(\d{4})(?:-(?:W(\d{1,2})|Q([1-4])|H([12])|(\d{1,2})))?$`)

// ParsePeriod reads what Key writes. Its error says what is expected.
func ParsePeriod(s string) (Period, error) {
	bad := fmt.Errorf("period %q: expected 2026-W10, 2026-03, 2026-Q1, 2026-H1, 2026 or 2026-03-01..2026-03-08", s)
	if len(s) == len("2026-03-01..2026-03-08") && s[10:12] == ".." {
		first, err1 := ParseDay(s[:10])
		last, err2 := ParseDay(s[12:])
		if err1 != nil || err2 != nil || last < first {
			return Period{}, bad
		}
		return Period{Range, first, last}, nil
	}
	m := periodKey.FindStringSubmatch(s)
	if m == nil || m[1] == "0000" {
		return Period{}, bad
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n } // digits only: checked by the pattern
	year := number(1)
	switch {
	case m[2] != "":
		week := Period{Kind: Week}
		week.First = WeekOf(Date(year, time.January, 4)).First + Day(7*(number(2)-1))
		week.Last = week.First + 6
		if y, w := week.ISOWeek(); y != year || w != number(2) {
			return Period{}, fmt.Errorf("period %q: %d has no week %d", s, year, number(2))
		}
		return week, nil
	case m[3] != "":
		return QuarterOf(Date(year, time.Month(3*number(3)), 1)), nil
	case m[4] != "":
		return HalfOf(Date(year, time.Month(6*number(4)), 1)), nil
	case m[5] != "":
		if number(5) < 1 || number(5) > 12 {
			return Period{}, bad
		}
		return MonthOf(Date(year, time.Month(number(5)), 1)), nil
	}
	return YearOf(Date(year, time.January, 1)), nil
}

// Covered tells whether all of p was counted by a county that began in the month of begun, zero where it never did: only then
// is it a base to compare with.
func Covered(p Period, begun Day) bool { return begun != 0 && p.First.Month() >= begun }
