package scheduler

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huibao/report"
	"huibao/store"
)

// owe makes the two townships owe a report a week, by Monday 12:00.
func (w *world) owe(lines ...string) {
	w.t.Helper()
	if len(lines) == 0 {
		lines = []string{"430527/*,,week,1,12:00"}
	}
	w.write(func(tx *store.Tx) error {
		r, err := tx.Reference()
		if err != nil {
			return err
		}
		rows, err := report.ParseDuties("duties.csv", []byte("area,activity,every,days,time\n"+strings.Join(lines, "\n")+"\n"), r.Areas, r.Catalogue)
		if err != nil {
			return err
		}
		_, err = tx.ImportDuties(rows)
		return err
	})
}

// reminders lists the reminders to a chat, in their order.
func (w *world) reminders(to int64) []string {
	w.t.Helper()
	var list []string
	for _, p := range w.outbox() {
		if p.to == to && strings.HasPrefix(p.text, "📮") {
			list = append(list, strings.ReplaceAll(p.text, "\n", "⏎"))
		}
	}
	return list
}

func (w *world) wantReminders(to int64, want ...string) {
	w.t.Helper()
	if got := w.reminders(to); !slices.Equal(got, want) {
		w.t.Errorf("reminders to %d:\n%s\nwant:\n%s", to, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const (
	remindBefore = "📮 上周(3月2日-8日)还没收到长铺镇的汇报⏎截止：今天12:00⏎没有活动请回“上周无活动”"
	remindAfter  = "📮 上周(3月2日-8日)还没收到长铺镇的汇报⏎截止时间过了，现在报也会计入⏎没有活动请回“上周无活动”"
)

// begun gives the county its first message, long before: without one nothing is owed.
func begun(t *testing.T, moment string) *world {
	w := newWorld(t, moment)
	day := report.DayOf(w.now().In(w.loc)) - 30
	w.count(day.String(), 10)
	return w
}

func TestRemindersGoOutBeforeAndAfterTheDeadline(t *testing.T) {
	w := begun(t, "2026-03-02 09:00:00")
	w.owe()
	s := w.scheduler()
	for _, quiet := range []string{"2026-03-08 18:00:00", "2026-03-08 23:00:00", "2026-03-09 07:59:59"} { // Sunday is no workday
		w.tick(s, quiet)
	}
	w.wantReminders(limei)
	w.tick(s, "2026-03-09 08:00:00")
	w.wantReminders(limei, remindBefore)
	w.tick(s, "2026-03-09 08:00:20")
	w.tick(s, "2026-03-09 12:00:00")
	w.wantReminders(limei, remindBefore)
	w.tick(s, "2026-03-09 12:01:00")
	w.tick(s, "2026-03-09 12:01:20")
	w.tick(s, "2026-03-10 09:00:00")
	w.wantReminders(limei, remindBefore, remindAfter)
	for _, other := range []int64{chen, liu, wu, hu, group} { // supervisors owe nothing, and groups are told nothing
		w.wantReminders(other)
	}
}

func TestNobodyIsRemindedAfterAReport(t *testing.T) {
	w := begun(t, "2026-03-02 09:00:00")
	w.owe()
	s := w.scheduler()
	w.tick(s, "2026-03-09 08:00:00")
	w.move("2026-03-09 11:00:00")
	w.count("2026-03-05", 20)
	w.tick(s, "2026-03-09 12:01:00")
	w.wantReminders(limei, remindBefore)
	w.count("2026-03-11", 20)
	w.tick(s, "2026-03-16 08:00:00")
	w.tick(s, "2026-03-16 12:01:00")
	w.wantReminders(limei, remindBefore)
}

func TestRemindersAreNeverCaughtUp(t *testing.T) {
	for _, moment := range []string{"2026-03-09 16:01:00", "2026-03-09 21:00:00", "2026-03-10 09:00:00", "2026-03-15 09:00:00"} {
		w := begun(t, "2026-03-02 09:00:00")
		w.owe()
		w.tick(w.scheduler(), moment)
		w.wantReminders(limei)
		w.wantRuns(remindJob)
	}
	w := begun(t, "2026-03-02 09:00:00") // but a short absence does no harm
	w.owe()
	w.tick(w.scheduler(), "2026-03-09 10:30:00")
	w.wantReminders(limei, remindBefore)
}

func TestRemindersExpireWithTheirWindow(t *testing.T) {
	w := begun(t, "2026-03-02 09:00:00")
	w.owe()
	w.tick(w.scheduler(), "2026-03-09 08:00:00")
	rows, err := w.db.Undelivered(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(d store.Delivery) bool { return d.TgChat == limei })
	if got := rows[i].Expires.In(w.loc).Format(time.DateTime); got != "2026-03-09 12:00:00" {
		t.Errorf("the reminder expires at %s, want at the deadline", got)
	}
}

func TestRemindersOverHolidays(t *testing.T) {
	w := begun(t, "2026-02-02 09:00:00")
	w.owe()
	s := w.scheduler()
	// The week of 9 February is due on Monday the 16th, in the holidays of 春节: the first workday after it is the 24th.
	for d := report.Date(2026, 2, 14); d < report.Date(2026, 2, 24); d++ {
		for _, clock := range []string{"08:00:00", "12:01:00", "18:00:00"} {
			w.tick(s, d.String()+" "+clock)
		}
	}
	w.wantReminders(limei)
	w.tick(s, "2026-02-24 08:00:00")
	const until = "⏎还没收到长铺镇的汇报⏎截止：今天12:00⏎没有活动请回“" // the week of the 16th is due then as well
	w.wantReminders(limei, "📮 上周(2月16日-22日)"+until+"上周无活动”", "📮 第7周(2月9日-15日)"+until+"2月9日-15日无活动”")
}

func TestRemindersOfAnActivity(t *testing.T) {
	w := begun(t, "2026-02-02 09:00:00")
	w.owe("长铺镇,两癌检查,month,5,17:00")
	w.count("2026-02-10", 5) // 普法
	s := w.scheduler()
	w.tick(s, "2026-03-04 20:00:00")
	w.wantReminders(limei)
	w.tick(s, "2026-03-05 08:00:00")
	w.wantReminders(limei, "📮 2月还没收到长铺镇的两癌检查汇报⏎截止：今天17:00⏎没有活动请回⏎“2月1日-28日两癌检查零报告”")
}

func TestTwoSchedulersAndRestartsRemindOnce(t *testing.T) {
	w := begun(t, "2026-03-02 09:00:00")
	w.owe()
	one, two := w.scheduler(), w.scheduler()
	w.tick(one, "2026-03-09 08:00:00")
	w.tick(two, "2026-03-09 08:00:00")
	w.reopen()
	w.tick(w.scheduler(), "2026-03-09 08:00:10")
	w.wantReminders(limei, remindBefore)
	w.wantRuns(remindJob, "2026-W10:before::1:720 done")
}

func TestAFailureBetweenRemindersAndTheirRunSendsNothing(t *testing.T) {
	w := begun(t, "2026-03-02 09:00:00")
	w.owe()
	w.sql(`CREATE TRIGGER broken BEFORE INSERT ON runs WHEN NEW.job = 'remind' BEGIN SELECT RAISE(ABORT, 'broken'); END`)
	s := w.scheduler()
	w.move("2026-03-09 08:00:00")
	if err := s.Tick(t.Context()); err == nil {
		t.Fatal("no failure")
	}
	w.wantReminders(limei)
	w.sql(`DROP TRIGGER broken`)
	w.tick(s, "2026-03-09 08:00:20")
	w.wantReminders(limei, remindBefore)
}

func TestAnIdleTickWritesNoReminders(t *testing.T) {
	w := begun(t, "2026-03-02 09:00:00")
	w.owe()
	s := w.scheduler()
	w.tick(s, "2026-03-09 08:00:00")
	w.sql(`CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'broken'); END`)
	w.tick(s, "2026-03-09 09:00:00") // within the same window
}

// An urge of the night reaches those who have not reported by the morning.
func TestUrgesOfTheNight(t *testing.T) {
	week := report.WeekOf(report.Date(2026, 2, 23))
	urge := func(w *world) {
		w.write(func(tx *store.Tx) error {
			boss, _, err := tx.MemberByTelegram(chen)
			if err != nil {
				return err
			}
			return tx.Urge(store.Urge{Area: w.area(tx, "430527100"), Period: week, By: boss.ID, Due: report.AfterQuiet(tx.Now())})
		})
	}
	const urged = "📮 第9周(2月23日-3月1日)⏎还没收到长铺镇的汇报⏎截止时间过了，现在报也会计入⏎没有活动请回“2月23日-3月1日无活动”"
	for name, c := range map[string]struct {
		then func(*world, *Scheduler)
		want []string
	}{
		"in the morning": {func(w *world, s *Scheduler) {
			w.tick(s, "2026-03-12 07:59:59")
			w.wantReminders(limei)
			w.tick(s, "2026-03-12 08:00:00")
			w.tick(s, "2026-03-12 08:00:20")
		}, []string{urged}},
		"not after a report": {func(w *world, s *Scheduler) {
			w.count("2026-02-25", 7)
			w.tick(s, "2026-03-12 08:00:00")
		}, nil},
		"later that day":  {func(w *world, s *Scheduler) { w.tick(s, "2026-03-12 19:00:00") }, []string{urged}},
		"not a day later": {func(w *world, s *Scheduler) { w.tick(s, "2026-03-13 08:00:00") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := begun(t, "2026-02-02 09:00:00")
			w.owe()
			w.move("2026-03-11 21:30:00")
			urge(w)
			c.then(w, w.scheduler())
			w.wantReminders(limei, c.want...)
		})
	}
}

func TestAYearWithoutHolidaysIsSaidOnce(t *testing.T) {
	w := begun(t, "2032-01-02 09:00:00")
	w.owe()
	var log strings.Builder
	s := w.scheduler(func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	w.tick(s, "2032-01-05 08:00:00")
	w.tick(s, "2032-01-05 08:00:20")
	w.tick(s, "2032-01-12 08:00:20")
	if n := strings.Count(log.String(), "year=2032"); n != 1 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
}

// Whatever is reported and withdrawn, and whenever the machine is on: nobody is reminded at night, on a day off, after a
// report, or more than twice for a duty and a period.
func TestRemindersOfAnyYear(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := begun(t, "2026-01-20 09:00:00")
		w.owe(fmt.Sprintf("长铺镇,,week,%d,%02d:%02d", rapid.IntRange(0, 4).Draw(rt, "days"), rapid.IntRange(0, 23).Draw(rt, "hour"), rapid.IntRange(0, 59).Draw(rt, "minute")))
		s := w.scheduler()
		told := map[string]bool{} // periods with a report
		sent := map[string]int{}
		seen := 0
		at := w.now().In(w.loc)
		for range rapid.IntRange(20, 80).Draw(rt, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(1, 20*60).Draw(rt, "minutes")) * time.Minute)
			w.set(at)
			if rapid.IntRange(0, 9).Draw(rt, "what") == 0 {
				d := report.DayOf(at) - report.Day(rapid.IntRange(0, 9).Draw(rt, "ago"))
				w.count(d.String(), 3)
				told[report.WeekOf(d).Key()] = true
				continue
			}
			if err := s.Tick(t.Context()); err != nil {
				rt.Fatal(err)
			}
			works, _ := report.Workday(report.DayOf(at))
			all := w.reminders(limei)
			for _, text := range all[seen:] {
				if report.Quiet(at) || !works {
					rt.Fatalf("reminded at %s", at)
				}
				p := periodOf(rt, text, at)
				if told[p.Key()] {
					rt.Fatalf("reminded of %s, which was reported: %s", p.Key(), text)
				}
				if sent[p.Key()]++; sent[p.Key()] > 2 {
					rt.Fatalf("reminded of %s for the third time", p.Key())
				}
			}
			seen = len(all)
		}
	})
}

// periodOf finds the week a reminder speaks of.
func periodOf(t *rapid.T, text string, at time.Time) report.Period {
	for p := report.WeekOf(report.DayOf(at)); ; p = p.Previous() {
		days := report.Period{Kind: report.Range, First: p.First, Last: p.Last}.Chinese(2026)
		if strings.Contains(text, days) {
			return p
		}
		if p.Last < report.DayOf(at)-60 {
			t.Fatalf("no week in %s", text)
		}
	}
}
