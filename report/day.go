package report

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Day is a calendar date in the county's zone, counted in days from 1 January of year 1, which is day 1.
// The zero Day is no day. Days compare and subtract as integers.
type Day int32

const unixEpochDay = 719163 // 1970-01-01

// DayOf gives the date that t shows in t's own location; callers pass times in the county's zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Date(y, m, d)
}

// Date gives the day of year y, month m, day d. Values out of range roll over, as in time.Date.
func Date(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400 + unixEpochDay)
}

// ValidDate gives the day of y, m and d, and false where the calendar has no such day.
func ValidDate(y, m, d int) (Day, bool) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	day := Date(y, time.Month(m), d)
	_, _, back := day.Date()
	return day, back == d
}

// ParseDay reads YYYY-MM-DD, the form Day has in SQL, JSON and on the command line.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, fmt.Errorf("day %q: expected YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Start gives midnight at the beginning of d in loc.
func (d Day) Start(loc *time.Location) time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, loc)
}

func (d Day) utc() time.Time { return time.Unix(int64(d-unixEpochDay)*86400, 0).UTC() }

// Date gives the year, month and day of the month of d.
func (d Day) Date() (year int, month time.Month, day int) { return d.utc().Date() }

// Year gives the calendar year of d.
func (d Day) Year() int { return d.utc().Year() }

// Weekday gives the day of the week of d.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Month gives the first day of d's month, the key of the ledger's totals of months.
func (d Day) Month() Day {
	y, m, _ := d.Date()
	return Date(y, m, 1)
}

// String writes d as YYYY-MM-DD; no day is the empty string.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// Chinese writes d for people: 3月8日, or 2025年3月8日 where its year is not thisYear (GB/T 15835: no filler zero).
func (d Day) Chinese(thisYear int) string {
	y, m, day := d.Date()
	if y == thisYear {
		return fmt.Sprintf("%d月%d日", m, day)
	}
	return fmt.Sprintf("%d年%d月%d日", y, m, day)
}

// WeekdayName gives 周一 … 周日.
func (d Day) WeekdayName() string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[d.Weekday()]
}

// MarshalText implements encoding.TextMarshaler as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler: YYYY-MM-DD or nothing.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	day, err := ParseDay(string(b))
	*d = day
	return err
}

// Value implements driver.Valuer: TEXT, and NULL for no day.
func (d Day) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return d.String(), nil
}

// Scan implements sql.Scanner for a TEXT column that may be NULL.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = 0
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("day from %T: expected text", src)
}
