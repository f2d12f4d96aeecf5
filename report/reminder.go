package report

import "time"

// The hours of the day in which people may be reminded, in minutes.
const (
	dayBegins = 8 * 60
	dayEnds   = 20*60 + 30
	afternoon = 14 * 60
)

// How a reminder stands to its deadline, and how long it may be late itself: what was not sent then is not sent at all.
const (
	reminderLead = 18 * time.Hour
	reminderLag  = time.Minute
	reminderLife = 4 * time.Hour
)

// Quiet tells whether t is in the hours in which nobody is reminded, 20:30 to 8:00.
func Quiet(t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	return minute < dayBegins || minute >= dayEnds
}

// AfterQuiet gives t where it is not in the quiet hours, else their end.
func AfterQuiet(t time.Time) time.Time {
	if !Quiet(t) {
		return t
	}
	d := DayOf(t)
	if t.Hour()*60+t.Minute() >= dayEnds {
		d++
	}
	return atMinute(d, dayBegins, t.Location())
}

// Evening gives when the quiet hours of t's day begin.
func Evening(t time.Time) time.Time { return atMinute(DayOf(t), dayEnds, t.Location()) }

func atMinute(d Day, minute int, loc *time.Location) time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, minute, 0, 0, loc)
}

// Window is when a reminder may go out: from From, and before Until.
type Window struct{ From, Until time.Time }

// Contains tells whether t lies in w.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.Until) }

// BeforeDeadline gives when a reminder of a coming deadline goes out: from 18 hours before it, the afternoon before for a
// deadline at noon, or from the first moment after that on a workday that is not in the quiet hours. Where there is none
// before the deadline, as for one early on a Monday, it is the afternoon of the last workday.
func BeforeDeadline(deadline time.Time) Window {
	w := reminderFrom(deadline.Add(-reminderLead))
	if w.Until.After(deadline) {
		w.Until = deadline
	}
	if w.From.Before(w.Until) {
		return w
	}
	day := DayOf(deadline) - 1
	for works, _ := Workday(day); !works; works, _ = Workday(day) {
		day--
	}
	return reminderFrom(atMinute(day, afternoon, deadline.Location()))
}

// AfterDeadline gives when a reminder of a deadline that has passed goes out: at once, or from the first moment on a workday
// that is not in the quiet hours.
func AfterDeadline(deadline time.Time) Window { return reminderFrom(deadline.Add(reminderLag)) }

// reminderFrom gives the window that opens at t, or at the first moment after it when people may be reminded.
func reminderFrom(t time.Time) Window {
	t = AfterQuiet(t)
	if day := DayOf(t); NextWorkday(day) != day {
		t = atMinute(NextWorkday(day), dayBegins, t.Location())
	}
	w := Window{t, t.Add(reminderLife)}
	if evening := Evening(t); w.Until.After(evening) {
		w.Until = evening
	}
	return w
}
