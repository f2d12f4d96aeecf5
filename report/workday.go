package report

import (
	"sync"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// Workday tells whether people work on d: public holidays and the weekends that are worked in exchange for them (调休) are
// known for the years the State Council has announced them for. For any other year known is false, and Monday to Friday
// are worked.
func Workday(d Day) (works, known bool) {
	years := announced()
	weekday := d.Weekday()
	works = weekday >= 1 && weekday <= 5
	year, ok := years[d.Year()]
	if !ok {
		return works, false
	}
	if exception, ok := year[d]; ok {
		works = exception
	}
	return works, true
}

// NextWorkday gives d where it is a workday, else the first one after it.
func NextWorkday(d Day) Day {
	for {
		if works, _ := Workday(d); works {
			return d
		}
		d++
	}
}

// firstAnnounced is the first year with data.
const firstAnnounced = 2002

// announced gives, for each year with data, the days that differ from their weekday or confirm it: true is worked. The
// library looks each day up in one long text; a table is a thousand times faster.
var announced = sync.OnceValue(func() map[int]map[Day]bool {
	years := map[int]map[Day]bool{}
	for year := firstAnnounced; ; year++ {
		list := HolidayUtil.GetHolidaysByYear(year)
		if list.Len() == 0 {
			return years
		}
		days, complete := map[Day]bool{}, false
		for e := list.Front(); e != nil; e = e.Next() {
			h := e.Value.(*HolidayUtil.Holiday)
			d, err := ParseDay(h.GetDay())
			if err != nil {
				continue // no such day in the library's data
			}
			days[d] = h.IsWork()
			_, month, _ := d.Date()
			complete = complete || month == 10 // the days before New Year belong to the next year's announcement
		}
		if complete {
			years[year] = days
		}
	}
})
