package store

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"huibao/report"
)

var reportsInBench = flag.Int("reports", 100_000, "reports in the ledger that the tallies are measured on")

// bigCounty is a county as large as 绥宁县: 17 townships, 255 villages; five in a hundred reports are a township's own, one
// the county's.
func bigCounty() []report.Area {
	areas := []report.Area{{ID: 1, Code: "430527", Name: "县"}}
	for town := range int64(17) {
		areas = append(areas, report.Area{ID: 2 + town, Parent: 1, Code: fmt.Sprintf("430527%03d", town), Name: fmt.Sprintf("镇%d", town)})
	}
	for village := range int64(255) {
		town := 2 + village/15
		areas = append(areas, report.Area{ID: 19 + village, Parent: town, Code: fmt.Sprintf("430527%03d%03d", town, village),
			Name: fmt.Sprintf("村%d", village)})
	}
	return areas
}

// randomReport is a report of one of 16 activities with its events and one to four of five figures, on one of the seven
// days up to that day of 2026: reports come in the order of the days, more or less.
func randomReport(r *rand.Rand, day int) report.Report {
	area := 19 + r.Int64N(255)
	switch n := r.IntN(100); {
	case n == 0:
		area = 1
	case n < 6:
		area = 2 + r.Int64N(17)
	}
	next := report.Report{State: report.Filed, Activity: fmt.Sprintf("activity_%02d", r.IntN(16)), Area: area, Org: area,
		Day: date("2026-01-01") + report.Day(max(0, day-r.IntN(7))), Place: "长铺社区广场", Ordinal: 1}
	for _, measure := range []string{"participants", "materials", "people_helped", "households", "relief_money"}[r.IntN(2):][:1+r.IntN(4)] {
		next.Figures = append(next.Figures, report.Figure{Measure: measure, Unit: "人次", Value: r.Int64N(500), Approx: r.IntN(4) == 0})
	}
	return next
}

// bench opens a database with the big county and its people.
func bench(b *testing.B) *world {
	w := &world{TB: b, clock: &clock{at: time.Date(2026, 12, 31, 9, 0, 0, 0, shanghai)}}
	w.db = openSQLite(b, w.clock)
	w.write(func(tx *Tx) {
		must(tx.ImportAreas(bigCounty()))
		must(tx.ImportMembers([]report.MemberRow{{TelegramID: liTelegram, Name: "李梅", Role: "cadre", Area: "430527"}}))
		w.chat = must(tx.Chat(liTelegram, "private", "")).ID
		w.li = must(tx.Members())[0].ID
	})
	return w
}

// BenchmarkFile files reports in transactions of 64.
func BenchmarkFile(b *testing.B) {
	w := bench(b)
	r := rand.New(rand.NewPCG(1, 2))
	b.ResetTimer()
	for n := 0; n < b.N; n += 64 {
		w.write(func(tx *Tx) {
			for range min(64, b.N-n) {
				w.file(tx, randomReport(r, n/200%365))
			}
		})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}

// BenchmarkProcess takes updates from the inbox to the outbox in batches of 64, with all that the bot asks and keeps for one.
func BenchmarkProcess(b *testing.B) {
	w := bench(b)
	r := rand.New(rand.NewPCG(1, 2))
	batch := make([]Update, 0, 100)
	b.ResetTimer()
	for n := 0; n < b.N; {
		batch = batch[:0]
		for ; n < b.N && len(batch) < cap(batch); n++ {
			batch = append(batch, update(int64(n), "普法 320人 资料500份，三八维权周在长铺社区开展"))
		}
		w.receive(batch...)
		for {
			done, dead, err := w.process(64, func(tx *Tx, row InboxRow) error { return likeTheBot(w, tx, row, randomReport(r, n/200%365)) })
			if err != nil || len(dead) > 0 {
				b.Fatal(dead, err)
			}
			if done == 0 {
				break
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func likeTheBot(w *world, tx *Tx, row InboxRow, r report.Report) error {
	return caught(func() {
		member, _, err := tx.MemberByTelegram(liTelegram)
		check(err)
		chat := must(tx.Chat(liTelegram, "private", ""))
		must(tx.Reference())
		id, _, err := tx.AddMessage(Message{Chat: chat.ID, TgMessage: row.UpdateID, Member: member.ID, Sent: row.At, Text: "普法 320人 资料500份"})
		check(err)
		_, _, err = tx.OpenQuestion(chat.ID, member.ID)
		check(err)
		check(tx.SetReading(id, []byte(`{"kind":"report","entries":[{"activity":"law_publicity"}]}`), "1"))
		r.Message, r.By = id, member.ID
		must(tx.File(r, Change{By: member.ID, Message: id, Why: "message"}))
		must(tx.Enqueue(Outgoing{Chat: chat.ID, Method: "sendMessage", Body: []byte(`{"text":"✅ 已记118号\n普法维权｜长铺社区"}`),
			EditKey: fmt.Sprint("receipt:", id)}))
	})
}

// fill files -reports reports of a year, and publishes its weeks as they end.
func (w *world) fill() {
	r := rand.New(rand.NewPCG(1, 2))
	began := time.Now()
	for n := 0; n < *reportsInBench; n += 1000 {
		day := n * 365 / *reportsInBench
		w.write(func(tx *Tx) {
			for range 1000 {
				w.file(tx, randomReport(r, day))
			}
			if week := report.WeekOf(date("2026-01-01") + report.Day(day)).Previous(); len(must(tx.Publications("week", 1, week))) == 0 {
				publish(tx, 1, week, week.Last+1)
			}
		})
	}
	w.Logf("%d reports filed at %.0f a second", *reportsInBench, float64(*reportsInBench)/time.Since(began).Seconds())
}

// BenchmarkTally asks a ledger of -reports reports for what a county asks, beside a plain GROUP BY of the facts.
func BenchmarkTally(b *testing.B) {
	w := bench(b)
	w.fill()
	year := report.YearOf(date("2026-01-01"))
	for _, c := range []struct {
		name  string
		tally func(*View) ([]report.Tally, error)
	}{
		{"year, county, by activity", func(v *View) ([]report.Tally, error) { return v.Tally(1, year, plain) }},
		{"year, township × activity", func(v *View) ([]report.Tally, error) { return v.Tally(1, year, byArea) }},
		{"year, county, by month", func(v *View) ([]report.Tally, error) { return v.Tally(1, year, byMonth) }},
		{"year, one township, by village", func(v *View) ([]report.Tally, error) { return v.Tally(2, year, byArea) }},
		{"week, county", func(v *View) ([]report.Tally, error) { return v.Tally(1, report.WeekOf(date("2026-03-04")), plain) }},
		{"week, one township", func(v *View) ([]report.Tally, error) { return v.Tally(2, report.WeekOf(date("2026-03-04")), plain) }},
		{"9 January to 20 November, county", func(v *View) ([]report.Tally, error) {
			return v.Tally(1, period("2026-01-09", "2026-11-20"), plain)
		}},
		{"year, county, plain GROUP BY", func(v *View) ([]report.Tally, error) { return v.tallyByGroupBy(1, year) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			lines := 0
			for b.Loop() {
				w.read(func(v *View) { lines = len(must(c.tally(v))) })
			}
			b.ReportMetric(float64(lines), "lines")
		})
	}
	w.write(func(tx *Tx) { // every township owes a report each week and each year
		var duties []report.DutyRow
		for town := range int64(17) {
			for _, every := range []report.PeriodKind{report.Week, report.Year} {
				duties = append(duties, report.DutyRow{Duty: report.Duty{Area: 2 + town, Every: every, Days: 1, Minute: 720}})
			}
		}
		must(tx.ImportDuties(duties))
	})
	newest := report.WeekOf(date("2026-12-23"))
	for _, c := range []struct {
		name  string
		area  int64
		p     report.Period
		today string
	}{
		{"summary of the newest week", 1, newest, "2026-12-28"},
		{"summary of an old week", 1, report.WeekOf(date("2026-03-04")), "2026-12-31"},
		{"summary of the newest week, one township", 2, newest, "2026-12-28"},
		{"summary of the running month", 1, report.MonthOf(date("2026-12-01")), "2026-12-30"},
		{"summary of the year", 1, year, "2027-01-01"},
		{"restatement of the newest week", 1, newest, ""},
		{"restatement of an old week", 1, report.WeekOf(date("2026-03-04")), ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w.read(func(v *View) {
					if c.today == "" {
						must(v.Restatement(c.area, c.p))
						return
					}
					must(v.Summary(c.area, c.p, date(c.today)))
				})
			}
		})
	}
	for _, p := range []report.Period{newest, year} {
		b.Run("who reported in "+p.Key(), func(b *testing.B) {
			for b.Loop() {
				w.read(func(v *View) { must(v.Standings(1, p)) })
			}
		})
	}
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			w.clean()
		}
	})
}
