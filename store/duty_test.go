package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/report"
)

// weekly is a duty of an area to report each week by Monday 12:00.
func weekly(area int64) report.DutyRow {
	return report.DutyRow{Duty: report.Duty{Area: area, Every: report.Week, Days: 1, Minute: 720}}
}

func monthlyTalks(area int64) report.DutyRow {
	return report.DutyRow{Duty: report.Duty{Area: area, Activity: "law_publicity", Every: report.Month, Days: 5, Minute: 17 * 60}}
}

func nothing(area int64, first, last, activity string) report.Report {
	return report.Report{Nil: true, Activity: activity, Area: area, Day: date(first), Until: date(last)}
}

func (w *world) moveTo(moment string) {
	w.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, shanghai)
	if err != nil {
		w.Fatal(err)
	}
	w.clock.move(at.Sub(w.clock.now()))
}

// standing writes the standings of an area as "area state at missed", in their order.
func (w *world) standing(area int64, p report.Period) []string {
	w.Helper()
	list := []string{}
	w.read(func(v *View) {
		for _, s := range must(v.Standings(area, p)) {
			line := fmt.Sprintf("%d %s", s.Area, s.State)
			if s.Nil && s.State != report.DutyNil {
				line += " nil"
			}
			if s.Activity != "" {
				line = s.Activity + " " + line
			}
			if !s.At.IsZero() {
				line += s.At.Format(" 02 15:04")
			}
			if s.Missed > 0 {
				line += fmt.Sprintf(" ×%d", s.Missed)
			}
			list = append(list, line)
		}
	})
	return list
}

func standings(t *testing.T, w *world) {
	week := report.WeekOf(date("2026-03-02"))
	w.moveTo("2026-02-10 09:00")
	w.write(func(tx *Tx) {
		must(tx.ImportDuties([]report.DutyRow{weekly(changpu), weekly(hongyan), weekly(wuyang), weekly(community)}))
	})
	w.equal(w.standing(countyID, week), []string{}) // nobody has written yet
	w.write(func(tx *Tx) { w.file(tx, lecture(hongyanVillage, "2026-02-10", 5)) })
	w.equal(w.standing(countyID, report.WeekOf(date("2026-01-30"))), []string{}) // over before the first message
	w.moveTo("2026-03-09 11:00")
	w.equal(w.standing(countyID, week), []string{"2 open", "3 open", "4 open"})
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 5)) // below 长铺镇
		w.file(tx, nothing(wuyang, "2026-03-02", "2026-03-08", ""))
	})
	w.moveTo("2026-03-09 13:00")
	w.equal(w.standing(countyID, week), []string{"2 met 09 11:00", "3 missing ×3", "4 nil 09 11:00"})
	w.equal(w.standing(changpu, week), []string{"2 met 09 11:00", "5 met 09 11:00"}) // with what is directly below
	w.equal(w.standing(countyID, report.MonthOf(date("2026-03-02"))), []string{})    // nothing is owed for months
	w.write(func(tx *Tx) { w.file(tx, lecture(hongyan, "2026-03-02", 5)) })
	w.equal(w.standing(countyID, week), []string{"2 met 09 11:00", "3 late 09 13:00", "4 nil 09 11:00"})
	w.moveTo("2026-03-16 13:00")
	w.equal(w.standing(countyID, report.WeekOf(date("2026-03-09"))), []string{"2 missing ×1", "3 missing ×1", "4 missing ×1"})
}

// What a report must be to meet a duty.
func standingsByState(t *testing.T, w *world) {
	week := report.WeekOf(date("2026-03-02"))
	w.moveTo("2026-02-10 09:00")
	w.write(func(tx *Tx) {
		must(tx.ImportDuties([]report.DutyRow{weekly(changpu), monthlyTalks(changpu)}))
		w.file(tx, lecture(changpu, "2026-02-10", 5))
	})
	w.moveTo("2026-03-09 11:00")
	state := func(state report.State, edit ...func(*report.Report)) string {
		w.Helper()
		var r report.Report
		w.write(func(tx *Tx) {
			next := lecture(community, "2026-03-04", 5)
			next.State = state
			for _, e := range edit {
				e(&next)
			}
			r = w.file(tx, next)
		})
		got := w.standing(countyID, week)[0]
		w.write(func(tx *Tx) {
			r.State = report.Withdrawn
			must(tx.Revise(r, Change{By: w.li, Why: "withdrawn"}))
		})
		return got
	}
	for _, s := range []report.State{report.Filed, report.Held, report.Asked, report.Same} {
		w.equal(state(s), "2 met 09 11:00")
	}
	w.equal(state(report.Withdrawn), "2 open")
	w.equal(state(report.Filed, func(r *report.Report) { r.Day, r.Until = date("2026-02-26"), date("2026-03-02") }), "2 met 09 11:00") // runs into the week
	w.equal(state(report.Filed, func(r *report.Report) { r.Day, r.Until = date("2026-02-26"), date("2026-03-01") }), "2 open")
	w.equal(state(report.Filed, func(r *report.Report) { *r = nothing(changpu, "2026-03-02", "2026-03-08", "") }), "2 nil 09 11:00")
	w.equal(state(report.Filed, func(r *report.Report) { *r = nothing(changpu, "2026-03-01", "2026-03-31", "") }), "2 nil 09 11:00")
	w.equal(state(report.Filed, func(r *report.Report) { *r = nothing(changpu, "2026-03-02", "2026-03-07", "") }), "2 open")              // not all of it
	w.equal(state(report.Filed, func(r *report.Report) { *r = nothing(changpu, "2026-03-02", "2026-03-08", "law_publicity") }), "2 open") // of one activity
	w.equal(state(report.Filed, func(r *report.Report) { *r = nothing(community, "2026-03-02", "2026-03-08", "") }), "2 open")            // of one village
	w.equal(state(report.Asked, func(r *report.Report) { r.Nil, r.Until = true, date("2026-03-08") }), "2 open")                          // which week is asked

	month := report.MonthOf(date("2026-02-10"))
	w.equal(w.standing(countyID, month), []string{"law_publicity 2 met 10 09:00"})
	w.write(func(tx *Tx) {
		march := lecture(community, "2026-03-04", 5)
		march.Activity = "family_education"
		w.file(tx, march)
	})
	w.moveTo("2026-04-08 09:00")
	w.equal(w.standing(countyID, report.MonthOf(date("2026-03-10"))), []string{"law_publicity 2 missing ×1"})
	w.write(func(tx *Tx) { // a month can be made up of nil reports of weeks
		w.file(tx, nothing(changpu, "2026-02-23", "2026-03-15", "law_publicity"))
		w.file(tx, nothing(changpu, "2026-03-16", "2026-03-29", ""))
	})
	w.equal(w.standing(countyID, report.MonthOf(date("2026-03-10"))), []string{"law_publicity 2 missing ×1"})
	w.write(func(tx *Tx) { w.file(tx, nothing(changpu, "2026-03-30", "2026-03-31", "")) })
	w.equal(w.standing(countyID, report.MonthOf(date("2026-03-10"))), []string{"law_publicity 2 late nil 08 09:00"})
}

// Who said in time that there was nothing is in time, though a report came later.
func standingAfterNil(t *testing.T, w *world) {
	week := report.WeekOf(date("2026-03-02"))
	w.moveTo("2026-03-01 11:00")
	w.write(func(tx *Tx) { w.file(tx, lecture(hongyan, "2026-03-01", 5)) })
	w.moveTo("2026-03-09 11:00")
	var said report.Report
	w.write(func(tx *Tx) {
		must(tx.ImportDuties([]report.DutyRow{weekly(changpu)}))
		said = w.file(tx, nothing(changpu, "2026-03-02", "2026-03-08", ""))
	})
	w.moveTo("2026-03-10 15:00")
	w.write(func(tx *Tx) {
		w.file(tx, lecture(changpu, "2026-03-04", 5))
		said.State = report.Withdrawn
		must(tx.Revise(said, Change{By: w.li, Why: "cancelled"}))
	})
	w.equal(w.standing(countyID, week), []string{"2 met 09 11:00"})
}

func importDuties(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		w.equal(must(tx.ImportDuties([]report.DutyRow{weekly(changpu), monthlyTalks(changpu)})),
			Diff{Added: 2, Lines: []string{"new: 长铺镇 any activity week +1 12:00", "new: 长铺镇 普法维权 month +5 17:00"}})
		later := weekly(changpu)
		later.Days = 2
		gone, never := monthlyTalks(changpu), weekly(hongyan)
		gone.Remove, never.Remove = true, true
		w.equal(must(tx.ImportDuties([]report.DutyRow{later, gone, never})),
			Diff{Changed: 1, Removed: 1, Unchanged: 1, Lines: []string{"changed: 长铺镇 any activity week +2 12:00", "removed: 长铺镇 普法维权 month"}})
		w.equal(must(tx.Duties()), []report.Duty{later.Duty})
	})
}

// Standings agree with a plain look at all reports, whatever was told, withdrawn and said to be nothing.
func TestStandingsOfAnyHistory(t *testing.T) {
	kinds := []report.PeriodKind{report.Week, report.Month}
	rapid.Check(t, func(rt *rapid.T) {
		c := &clock{at: time.Date(2026, 1, 5, 9, 0, 0, 0, shanghai)}
		w := &world{TB: t, clock: c, db: openSQLite(t, c)}
		defer w.db.Close()
		w.found()
		var duties []report.DutyRow
		for _, area := range []int64{changpu, hongyan, community} {
			for _, kind := range kinds {
				d := weekly(area)
				d.Every, d.Days = kind, rapid.IntRange(0, 5).Draw(rt, "days")
				if rapid.Bool().Draw(rt, "of one activity") {
					d.Activity = "law_publicity"
				}
				duties = append(duties, d)
			}
		}
		type known struct {
			report.Report
			sent time.Time
		}
		var all []known
		w.write(func(tx *Tx) { must(tx.ImportDuties(duties)) })
		for range rapid.IntRange(1, 25).Draw(rt, "reports") {
			c.move(time.Duration(rapid.IntRange(1, 96).Draw(rt, "hours")) * time.Hour)
			day := report.DayOf(c.now()) - report.Day(rapid.IntRange(0, 12).Draw(rt, "ago"))
			r := lecture(rapid.SampledFrom([]int64{changpu, hongyan, community, hongyanVillage}).Draw(rt, "area"), day.String(), 5)
			r.Activity = rapid.SampledFrom([]string{"law_publicity", "family_education"}).Draw(rt, "activity")
			r.State = rapid.SampledFrom([]report.State{report.Filed, report.Held, report.Withdrawn}).Draw(rt, "state")
			if rapid.IntRange(0, 3).Draw(rt, "several days") == 0 {
				r.Until = day + report.Day(rapid.IntRange(1, 20).Draw(rt, "until"))
			}
			w.write(func(tx *Tx) { all = append(all, known{w.file(tx, r), tx.Now()}) })
		}
		first := report.DayOf(all[0].sent)
		areas := must(report.NewAreas(county()))
		plain := func(d report.Duty, p report.Period) (told time.Time) {
			for _, r := range all {
				if r.State != report.Withdrawn && areas.Within(r.Area, d.Area) && (d.Activity == "" || d.Activity == r.Activity) &&
					r.Day <= p.Last && max(r.Day, r.Until) >= p.First && (told.IsZero() || r.sent.Before(told)) {
					told = r.sent
				}
			}
			return told
		}
		for _, view := range []int64{countyID, changpu} {
			kind := rapid.SampledFrom(kinds).Draw(rt, "kind")
			p := report.PeriodOf(kind, report.DayOf(c.now())-report.Day(rapid.IntRange(0, 40).Draw(rt, "back")))
			var list []report.Standing
			w.read(func(v *View) { list = must(v.Standings(view, p)) })
			for _, d := range duties {
				a, _ := areas.ByID(d.Area)
				seen := d.Every == kind && (d.Area == view || a.Parent == view) && p.Last >= first
				i := slices.IndexFunc(list, func(s report.Standing) bool { return s.Duty == d.Duty })
				if seen != (i >= 0) {
					rt.Fatalf("%+v from %d for %s: found at %d", d, view, p.Key(), i)
				}
				if !seen {
					continue
				}
				told := plain(d.Duty, p)
				if s := list[i]; !s.At.Equal(told) || s.Told() == told.IsZero() || (s.State == report.DutyLate) != told.After(s.Deadline) {
					rt.Fatalf("%+v for %s: %+v, told at %v", d, p.Key(), s, told)
				}
			}
		}
	})
}

// BenchmarkStandings asks who has reported, in a county of -reports reports in a year; one township has sent nothing.
func BenchmarkStandings(b *testing.B) {
	w := bench(b)
	r := rand.New(rand.NewPCG(1, 2))
	for n := 0; n < *reportsInBench; n += 1000 {
		w.clock.at = time.Date(2026, 1, 1, 9, 0, 0, 0, shanghai).AddDate(0, 0, n*365 / *reportsInBench)
		w.write(func(tx *Tx) {
			for range 1000 {
				next := randomReport(r, n*365 / *reportsInBench)
				if next.Area == 2 || next.Area >= 19 && next.Area < 34 {
					next.Area = 3
				}
				if r.IntN(20) == 0 {
					next.Until = next.Day + 3
				}
				w.file(tx, next)
			}
		})
	}
	w.clock.at = time.Date(2026, 12, 31, 9, 0, 0, 0, shanghai)
	var duties []report.DutyRow
	for area := int64(2); area < 19+255; area++ {
		duties = append(duties, weekly(area))
		for _, activity := range []string{"", "activity_03", "activity_04"} {
			d := weekly(area)
			d.Every, d.Activity = report.Month, activity
			duties = append(duties, d)
			d.Every = report.Year
			duties = append(duties, d)
		}
	}
	w.write(func(tx *Tx) { must(tx.ImportDuties(duties)) })
	for _, c := range []struct {
		name string
		area int64
		p    report.Period
	}{
		{"week, county", 1, report.WeekOf(date("2026-12-20"))},
		{"week, township", 3, report.WeekOf(date("2026-12-20"))},
		{"week, silent township", 2, report.WeekOf(date("2026-12-20"))},
		{"week in spring, county", 1, report.WeekOf(date("2026-03-04"))},
		{"month, three duties, county", 1, report.MonthOf(date("2026-11-20"))},
		{"year, three duties, county", 1, report.YearOf(date("2026-11-20"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			owed := 0
			for b.Loop() {
				w.read(func(v *View) { owed = len(must(v.Standings(c.area, c.p))) })
			}
			b.ReportMetric(float64(owed), "duties")
		})
	}
	var targets []report.TargetRow
	for area := int64(1); area < 19; area++ {
		targets = append(targets, aim(area, 1000))
	}
	w.write(func(tx *Tx) { must(tx.ImportTargets(targets)) })
	b.Run("targets, county", func(b *testing.B) {
		for b.Loop() {
			w.read(func(v *View) { must(v.Completions(1, 2026, date("2026-12-30"))) })
		}
	})
	b.Run("targets, townships", func(b *testing.B) {
		for b.Loop() {
			w.read(func(v *View) { must(v.CompletionsBelow(1, 2026, date("2026-12-30"))) })
		}
	})
}
