package store

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"huibao/report"
	"huibao/sandbox/province"
)

// The province is measured on a database that is kept, since filling it takes longer than all else:
//
//	go test ./store -run xxx -bench Province -facts 1000000 -database /var/tmp/province.db
//	go test ./store -run xxx -bench Province -facts 1000000 -database postgres://…
var (
	provinceFacts    = flag.Int64("facts", 20_000, "facts of the province that is measured; those that are missing are added")
	provinceDatabase = flag.String("database", "", "the province's database, kept; none: one that is thrown away")
)

// provincial is a province of 31,691 areas with a year of reports.
type provincial struct {
	*world
	areas                     *report.Areas
	villages, towns, counties []report.Area
	root, city, county, town  int64
}

func openProvince(b *testing.B) *provincial {
	w := &world{TB: b, clock: &clock{at: time.Date(2026, 12, 31, 9, 0, 0, 0, shanghai)}}
	if *provinceDatabase != "" {
		w.db = reopen(b, *provinceDatabase, w.clock)
	} else {
		w.db = openSQLite(b, w.clock)
	}
	p := &provincial{world: w}
	w.write(func(tx *Tx) {
		if len(must(tx.Areas()).All()) == 0 {
			must(tx.ImportAreas(must(report.ParseAreas("areas.csv", must(province.Areas())))))
			must(tx.ImportMembers([]report.MemberRow{{TelegramID: liTelegram, Name: "李梅", Role: "cadre", Area: "430000"}}))
			must(tx.Chat(liTelegram, "private", ""))
			var duties []report.DutyRow
			for _, a := range must(tx.Areas()).All() {
				if report.RankOf(a.Code) == report.Township {
					duties = append(duties, report.DutyRow{Duty: report.Duty{Area: a.ID, Every: report.Week, Days: 1, Minute: 720}})
				}
			}
			must(tx.ImportDuties(duties))
		}
		w.chat = must(tx.Chat(liTelegram, "private", "")).ID
		w.li = must(tx.Members())[0].ID
		p.areas = must(tx.Areas())
	})
	for _, a := range p.areas.All() {
		switch p.areas.Rank(a.ID) {
		case report.Village:
			p.villages = append(p.villages, a)
		case report.Township:
			p.towns = append(p.towns, a)
		case report.County:
			p.counties = append(p.counties, a)
		}
		switch a.Code {
		case "430000":
			p.root = a.ID
		case "430500":
			p.city = a.ID
		case "430527":
			p.county = a.ID
		case "430527100":
			p.town = a.ID
		}
	}
	return p
}

// random is a report like a county's, from anywhere in the province: six in a hundred are a township's own, one a county's.
func (p *provincial) random(r *rand.Rand, day int) report.Report {
	next := randomReport(r, day)
	list := p.villages
	switch n := r.IntN(100); {
	case n == 0:
		list = p.counties
	case n < 7:
		list = p.towns
	}
	next.Area = list[r.IntN(len(list))].ID
	next.Org = next.Area
	return next
}

// mostFiled is how many facts are filed as reports are; the others are copies of them in other villages.
const mostFiled = 300_000

// fill adds facts until there are as many as -facts says.
func (p *provincial) fill() {
	var have int64
	p.read(func(v *View) { have = must(v.LedgerPosition()) })
	r := rand.New(rand.NewPCG(uint64(have), 2))
	first, began, filed := have, time.Now(), 0
	tgMessage := have * 10
	for have < min(mostFiled, *provinceFacts) {
		day := int((have - first) * 365 / (min(mostFiled, *provinceFacts) - first))
		p.write(func(tx *Tx) {
			tgMessage++
			message, _, err := tx.AddMessage(Message{Chat: p.chat, TgMessage: tgMessage, Member: p.li, Sent: tx.Now(), Text: "普法 320人 资料500份"})
			check(err)
			for n := range 1000 {
				next := p.random(r, day)
				next.By, next.Message, next.Ordinal = p.li, message, n+1
				must(tx.File(next, Change{By: p.li, Message: message, Why: "message"}))
			}
			filed += 1000
			if week := report.WeekOf(date("2026-01-01") + report.Day(day)).Previous(); len(must(tx.Publications("week", p.root, week))) == 0 {
				publish(tx, p.root, week, week.Last+1)
			}
		})
		p.read(func(v *View) { have = must(v.LedgerPosition()) })
	}
	if filed > 0 {
		fmt.Printf("# %d reports, %d facts more: %.0f facts a second\n", filed, have-first, float64(have-first)/time.Since(began).Seconds())
	}
	p.copies(have)
}

const (
	copyFacts = `
INSERT INTO facts(seq, report_id, rev, at, day, area_id, org_id, line_id, value, approx, events)
SELECT seq + $1, report_id, rev, at, day, CASE WHEN area_id >= $2 THEN $2 + (area_id - $2 + $3) % $4 ELSE area_id END, org_id, line_id, value, approx, events
FROM facts WHERE seq > $5 AND seq <= $6`
	sumFacts = `
INSERT INTO tally_days(area_id, day, line_id, value, approx, events)
SELECT area_id, day, line_id, SUM(value), SUM(approx), SUM(events) FROM facts GROUP BY area_id, day, line_id`
)

// copies adds the facts that are missing as copies in other villages, and makes the tallies anew.
func (p *provincial) copies(have int64) {
	if have >= *provinceFacts {
		return
	}
	const atOnce = 500_000
	began, first := time.Now(), have
	for have < *provinceFacts {
		source := min(have, *provinceFacts-have)
		for from := int64(0); from < source; from += atOnce {
			p.write(func(tx *Tx) {
				must(tx.exec(copyFacts, have, p.villages[0].ID, have%7919+13, int64(len(p.villages)), from, min(from+atOnce, source)))
			})
		}
		have += source
	}
	fmt.Printf("# %d facts copied in %s\n", have-first, time.Since(began).Round(time.Second))
	began = time.Now()
	p.write(func(tx *Tx) {
		must(tx.exec("DELETE FROM tally_days"))
		must(tx.exec(sumFacts))
		check(tx.remakeDayTotals())
		check(tx.remakeMonths())
		must(tx.exec("UPDATE publications SET facts_seq = $1", have)) // they are not all late reports
	})
	if p.db.engine.shared() {
		must(p.db.writer.Exec("ANALYZE"))
	}
	fmt.Printf("# the tallies of %d facts made in %s\n", have, time.Since(began).Round(time.Second))
}

// BenchmarkProvince asks for what a province, a city and a county ask for.
func BenchmarkProvince(b *testing.B) {
	p := openProvince(b)
	p.fill()
	year, week := report.YearOf(date("2026-01-01")), report.WeekOf(date("2026-03-04"))
	counties := report.Grouping{Area: true, Rank: report.County}
	for _, c := range []struct {
		name string
		do   func(*View) int
	}{
		{"year, province, by activity", func(v *View) int { return len(must(v.Tally(p.root, year, plain))) }},
		{"year, province, by month", func(v *View) int { return len(must(v.Tally(p.root, year, byMonth))) }},
		{"year, province, city × activity", func(v *View) int { return len(must(v.Tally(p.root, year, byArea))) }},
		{"year, province, county × activity", func(v *View) int { return len(must(v.Tally(p.root, year, counties))) }},
		{"year, city, county × activity", func(v *View) int { return len(must(v.Tally(p.city, year, byArea))) }},
		{"year, county, township × activity", func(v *View) int { return len(must(v.Tally(p.county, year, byArea))) }},
		{"year, township, village × activity", func(v *View) int { return len(must(v.Tally(p.town, year, byArea))) }},
		{"9 January to 20 November, province", func(v *View) int { return len(must(v.Tally(p.root, period("2026-01-09", "2026-11-20"), plain))) }},
		{"week, province, by activity", func(v *View) int { return len(must(v.Tally(p.root, week, plain))) }},
		{"week, county, township × activity", func(v *View) int { return len(must(v.Tally(p.county, week, byArea))) }},
		{"digest of a week, province", func(v *View) int { return len(must(v.Summary(p.root, week, week.Last+1)).Current) }},
		{"digest of a week, county", func(v *View) int { return len(must(v.Summary(p.county, week, week.Last+1)).Current) }},
		{"digest of the year, province", func(v *View) int { return len(must(v.Summary(p.root, year, date("2027-01-01"))).Current) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				p.read(func(v *View) { n = c.do(v) })
			}
			b.ReportMetric(float64(n), "lines")
		})
	}
	b.Run("file a report", func(b *testing.B) {
		r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3))
		for n := 0; n < b.N; n += 64 {
			p.write(func(tx *Tx) {
				tg := tx.Now().UnixNano() + r.Int64N(1<<40)
				message, _, err := tx.AddMessage(Message{Chat: p.chat, TgMessage: tg, Member: p.li, Sent: tx.Now(), Text: "普法 320人"})
				check(err)
				for i := range min(64, b.N-n) {
					next := p.random(r, 364)
					next.By, next.Message, next.Ordinal = p.li, message, i+1
					must(tx.File(next, Change{By: p.li, Message: message, Why: "message"}))
				}
			})
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
	})
	b.Run("year, province, plain GROUP BY of the facts", func(b *testing.B) {
		for b.Loop() {
			p.read(func(v *View) { must(v.tallyByGroupBy(p.root, year)) })
		}
	})
	if path := *provinceDatabase; path != "" && !strings.Contains(path, "://") {
		if info, err := os.Stat(path); err == nil {
			p.Logf("the file: %d MiB", info.Size()>>20)
		}
	}
}

// deepSums: sums divided by a rank further down have what each area of it has, and what those between did themselves, and come
// to the whole.
func deepSums(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		must(tx.ImportAreas([]report.Area{
			{ID: 1, Code: "430000", Name: "省"}, {ID: 2, Parent: 1, Code: "430500", Name: "市"}, {ID: 3, Parent: 1, Code: "439000", Name: "没有县的市"},
			{ID: 4, Parent: 2, Code: "430527", Name: "县"}, {ID: 5, Parent: 2, Code: "430528", Name: "县二"}, {ID: 6, Parent: 3, Code: "439000100", Name: "镇"},
		}))
		areas := must(tx.Areas())
		for i, code := range []string{"430000", "430500", "439000", "430527", "430528", "439000100", "430527100", "430527100001"} {
			a, ok := areas.ByCode(code)
			if !ok {
				t.Fatal(code)
			}
			w.file(tx, report.Report{State: report.Filed, Activity: "law_publicity", Area: a.ID, Org: a.ID, Day: date("2026-03-05") + report.Day(i%2), Ordinal: 1,
				Figures: []report.Figure{{Measure: "participants", Unit: "人次", Value: 1 << i}}})
		}
	})
	w.read(func(v *View) {
		areas := must(v.Areas())
		root, _ := areas.ByCode("430000")
		for _, p := range []report.Period{report.YearOf(date("2026-03-01")), report.WeekOf(date("2026-03-05")), period("2026-02-10", "2026-03-05")} {
			got := map[string]int64{}
			var sum int64
			for _, t := range must(v.Tally(root.ID, p, report.Grouping{Area: true, Rank: report.County})) {
				if a, _ := areas.ByID(t.Area); t.Measure == "participants" {
					got[a.Code] += t.Value
					sum += t.Value
				}
			}
			whole := must(v.Tally(root.ID, p, plain))
			w.equal(sum, whole[len(whole)-1].Value)
			if p.Kind == report.Year {
				w.equal(fmt.Sprint(got), "map[430000:1 430500:2 430527:200 430528:16 439000:4 439000100:32]")
			}
		}
		w.equal(len(areas.Between(root.ID, report.County)), 2)
	})
}

// reportsForMembers: a report is there for who told it and for the members of its area and of those above, and for nobody else.
func reportsForMembers(t *testing.T, w *world) {
	var told report.Report
	w.write(func(tx *Tx) {
		must(tx.ImportAreas([]report.Area{{ID: 1, Code: "430000", Name: "省"}, {ID: 2, Parent: 1, Code: "430500", Name: "市"}, {ID: 3, Parent: 1, Code: "430600", Name: "市二"},
			{ID: 4, Parent: 2, Code: "430527", Name: "县"}, {ID: 5, Parent: 2, Code: "430528", Name: "县二"}}))
		must(tx.ImportMembers([]report.MemberRow{{TelegramID: 1, Name: "省", Role: "supervisor", Area: "430000"}, {TelegramID: 2, Name: "市", Role: "admin", Area: "430500"},
			{TelegramID: 3, Name: "市二", Role: "supervisor", Area: "430600"}, {TelegramID: 4, Name: "县", Role: "cadre", Area: "430527"}, {TelegramID: 5, Name: "县二", Role: "admin", Area: "430528"},
			{TelegramID: 6, Name: "乡", Role: "cadre", Area: "430527101"}}))
		told = w.file(tx, lecture(community, "2026-03-08", 320))
	})
	for tg, sees := range map[int64]bool{1: true, 2: true, 3: false, 4: true, 5: false, 6: false, liTelegram: true, 5002: true} {
		w.read(func(v *View) {
			m, _, err := v.MemberByTelegram(tg)
			check(err)
			got, err := v.ReportFor(told.ID, m.ID)
			if sees {
				w.is(err, nil)
				w.equal(got.ID, told.ID)
			} else {
				w.is(err, ErrNotFound)
			}
			_, err = v.ReportFor(told.ID+1, m.ID)
			w.is(err, ErrNotFound)
		})
	}
	w.write(func(tx *Tx) { // once a role has ended its area is closed to the member
		m, _, err := tx.MemberByTelegram(2)
		check(err)
		must(tx.exec("UPDATE memberships SET until = since + 1 WHERE member_id = $1", m.ID))
	})
	w.clock.move(time.Minute)
	w.read(func(v *View) {
		m, _, err := v.MemberByTelegram(2)
		check(err)
		_, err = v.ReportFor(told.ID, m.ID)
		w.is(err, ErrNotFound)
	})
}
