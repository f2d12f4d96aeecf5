package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"huibao/report"
)

// smallTemplate has a blank of each kind.
const smallTemplate = `---
events:
  普法: {activity: law_publicity, areas: [430527100], places: [民族大酒店], from: 03-01, to: 03-15}
  全县普法: {activity: law_publicity, from: 03-01, to: 03-15, by: all, all: true}
  会议: {activity: plan_supervision, words: [成员单位]}
blanks:
  日期: {ask: 日期, fill: date, event: 普法}
  人数: {ask: 人数, fill: number, event: 普法, measure: participants, unit: 人}
  全县: {ask: 全县, fill: number, event: 全县普法, measure: participants, unit: 人}
  会议: {ask: 会议, fill: date, event: 会议}
  候选: {ask: 候选, fill: sum, activity: beautiful_family, measure: households_nominated, by: townships, unit: 户}
  检查: {ask: 检查, fill: sum, activity: screening, measure: screened, by: all, unit: 人}
  完成: {ask: 完成, fill: target, activity: screening, measure: screened}
  接访: {ask: 接访, fill: sum, activity: petition, measure: cases, by: office, unit: 起}
  办结: {ask: 办结, fill: rate, activity: petition, measure: cases_closed, of: cases, by: office}
  文号: {ask: 文号, fill: office, form: document, prefix: 绥妇发}
---
{{日期}}，{{人数}}，{{全县}}，{{会议}}，{{候选}}，{{检查}}，{{完成}}，{{接访}}，{{办结}}，{{文号}}。
`

// summaryBlanks fills each kind of blank from what was told by whom, and traces it.
func summaryBlanks(t *testing.T, w *world) {
	w.found()
	figure := func(measure, unit string, value int64) report.Figure {
		return report.Figure{Measure: measure, Unit: unit, Value: value}
	}
	tell := func(tx *Tx, by, org, area int64, activity, day, text string, figures ...report.Figure) report.Report {
		w.sent++
		id, _, err := tx.AddMessage(Message{Chat: w.chat, TgMessage: w.sent, Member: by, Sent: tx.Now(), Text: text})
		check(err)
		r := report.Report{State: report.Filed, Activity: activity, Area: area, Org: org, Day: date(day), Figures: figures, Message: id, Ordinal: 1, By: by}
		return must(tx.File(r, Change{By: by, Message: id, Why: "message"}))
	}
	var lecture, withdrawn report.Report
	w.write(func(tx *Tx) {
		check(tx.SetTemplate("小.md", []byte(smallTemplate)))
		lecture = tell(tx, w.chen, countyID, community, "law_publicity", "2025-03-07", "普法 320余人", report.Figure{Measure: "participants", Unit: "人次", Value: 320, Approx: true})
		tell(tx, w.li, community, community, "law_publicity", "2025-03-08", "普法 60人", figure("participants", "人次", 60))    // not the county's
		tell(tx, w.chen, countyID, community, "law_publicity", "2025-04-07", "普法 990人", figure("participants", "人次", 990)) // too late
		tell(tx, w.chen, countyID, community, "law_publicity", "2024-03-07", "普法 980人", figure("participants", "人次", 980)) // another year
		tell(tx, w.chen, countyID, wuyang, "law_publicity", "2025-03-10", "普法 970人", figure("participants", "人次", 970))    // elsewhere
		withdrawn = tell(tx, w.chen, countyID, community, "law_publicity", "2025-03-11", "普法 960人", figure("participants", "人次", 960))
		withdrawn.State = report.Withdrawn
		must(tx.Revise(withdrawn, Change{By: w.chen, Why: "withdrawn"}))
		tell(tx, w.chen, countyID, countyID, "plan_supervision", "2025-10-20", "两规督导 12人", figure("participants", "人", 12))
		tell(tx, w.chen, countyID, countyID, "plan_supervision", "2025-11-05", "妇儿工委成员单位会议 36人", figure("participants", "人", 36))
		tell(tx, w.wang, changpu, changpu, "beautiful_family", "2025-05-06", "推荐5户", figure("households_nominated", "户", 5))
		tell(tx, w.li, community, community, "beautiful_family", "2025-05-07", "推荐2户", figure("households_nominated", "户", 2)) // the township's list has them
		tell(tx, w.wang, hongyan, hongyan, "beautiful_family", "2025-05-08", "推荐3户", figure("households_nominated", "户", 3))
		tell(tx, w.chen, countyID, countyID, "beautiful_family", "2025-05-09", "县直推荐1户", figure("households_nominated", "户", 1))
		tell(tx, w.wang, changpu, changpu, "screening", "2025-06-01", "检查240人", figure("screened", "人", 240))
		tell(tx, w.li, community, community, "screening", "2025-07-01", "检查50人", figure("screened", "人", 50))
		tell(tx, w.chen, countyID, countyID, "petition", "2025-07-01", "接访8起 办结7起", figure("cases", "起", 8),
			report.Figure{Measure: "cases_closed", Unit: "起", Value: 7, Part: true})
		tell(tx, w.wang, changpu, changpu, "petition", "2025-07-02", "接访3起", figure("cases", "起", 3)) // the county's own only
		must(tx.ImportTargets([]report.TargetRow{{Target: report.Target{Year: 2025, Area: countyID, Activity: "screening", Measure: "screened", Value: 300}}}))
	})
	w.equal(strings.Join(w.filled(2025), " "), "日期=3月7日 人数=320余人 全县=1350余人 会议=11月5日 候选=9户 检查=290人 完成=96.7% 接访=8起 办结=87.5% 文号=")
	w.equal(strings.Join(w.filled(2023), " "), "日期= 人数= 全县= 会议= 候选= 检查= 完成= 接访= 办结= 文号=")

	w.write(func(tx *Tx) {
		check(tx.KeepOfficeEntry(report.OfficeEntry{Year: 2025, Blank: "文号", Value: "绥妇发〔2025〕5号", By: w.chen}))
		check(tx.KeepOfficeEntry(report.OfficeEntry{Year: 2025, Blank: "文号", Value: "绥妇发〔2025〕6号", By: w.chen, Message: lecture.Message}))
		check(tx.KeepOfficeEntry(report.OfficeEntry{Year: 2025, Blank: "检查", Value: "300", By: w.chen}))
		check(tx.KeepOfficeEntry(report.OfficeEntry{Year: 2025, Blank: "接访", Value: "9", By: w.chen}))
		check(tx.KeepOfficeEntry(report.OfficeEntry{Year: 2025, Blank: "接访", By: w.chen})) // taken back
		check(tx.KeepOfficeEntry(report.OfficeEntry{Year: 2024, Blank: "人数", Value: "1", By: w.chen}))
	})
	w.equal(strings.Join(w.filled(2025)[5:], " "), "检查=300人 完成=100% 接访=8起 办结=87.5% 文号=绥妇发〔2025〕6号")
	w.read(func(v *View) {
		w.equal(len(must(v.OfficeEntries(2025))), 5)
		list := must(v.Sources(must(v.Fillings(must(v.Template()), 2025))))
		w.equal(fmt.Sprint(list[1].Reports, list[1].Words, list[1].By), fmt.Sprintf("[%d] [普法 320余人] [陈主席]", lecture.ID))
		w.equal(fmt.Sprint(list[5].Notes, list[5].By), "[汇报是290人，办公室填300人，相差10人] [陈主席 王芳 李梅]")
		w.equal(fmt.Sprint(list[9].Words, list[9].By), "[普法 320余人] [陈主席]")
	})
	w.clean()
}

// filled gives what stands in the blanks of a year.
func (w *world) filled(year int) (list []string) {
	w.Helper()
	w.read(func(v *View) {
		for _, x := range must(v.Fillings(must(v.Template()), year)) {
			list = append(list, x.Name+"="+x.Text)
		}
	})
	return list
}

// templates keeps a county's own template only where it is right, and goes back to the program's.
func templates(t *testing.T, w *world) {
	w.found()
	err := w.tryWrite(func(tx *Tx) { check(tx.SetTemplate("坏.md", []byte("---\nblanks: {}\n---\n{{B01}}"))) })
	if !report.IsTemplateError(err) || !strings.Contains(err.Error(), "坏.md:4:1") {
		t.Errorf("a broken template: %v", err)
	}
	w.write(func(tx *Tx) { check(tx.SetTemplate("小.md", []byte(smallTemplate))) })
	w.read(func(v *View) { w.equal(len(must(v.Template()).Blanks), 10) })
	w.write(func(tx *Tx) { check(tx.SetTemplate("", nil)) })
	w.read(func(v *View) {
		_, err := v.Template() // the program's is of a county with other villages
		if !report.IsTemplateError(err) || !strings.Contains(err.Error(), "430527100004") {
			t.Errorf("the program's template in another county: %v", err)
		}
	})
}

// BenchmarkFillings fills the summary of a year with -reports reports, one in a hundred the office's own.
func BenchmarkFillings(b *testing.B) {
	w := bench(b)
	file, err := os.ReadFile("../sandbox/county/areas.csv")
	if err != nil {
		b.Fatal(err)
	}
	areas := must(report.ParseAreas("areas.csv", file))
	w.db = openSQLite(b, w.clock)
	var office, other int64
	w.write(func(tx *Tx) {
		must(tx.ImportAreas(areas))
		must(tx.ImportMembers([]report.MemberRow{{TelegramID: 1, Name: "刘洋", Role: "admin", Area: "430527"}, {TelegramID: liTelegram, Name: "李梅", Role: "cadre", Area: "430527100"}}))
		w.chat = must(tx.Chat(liTelegram, "private", "")).ID
		members := must(tx.Members())
		office, other = members[0].ID, members[1].ID
	})
	catalogue := report.DefaultCatalogue()
	r := rand.New(rand.NewPCG(1, 2))
	for n := 0; n < *reportsInBench; n += 1000 {
		w.write(func(tx *Tx) {
			for range 1000 {
				a := catalogue.Activities[r.IntN(len(catalogue.Activities))]
				next := report.Report{State: report.Filed, Activity: a.Code, Area: areas[r.IntN(len(areas))].ID, Ordinal: 1, Day: date("2026-01-01") + report.Day(r.IntN(365))}
				next.Org, w.li = next.Area, other
				if r.IntN(100) == 0 {
					next.Org, w.li = areas[0].ID, office
				}
				for _, m := range a.Measures[:min(3, len(a.Measures))] {
					if !m.Goods && m.Adds != report.Rate {
						next.Figures = append(next.Figures, report.Figure{Measure: m.Code, Unit: m.Unit, Value: r.Int64N(500), Part: m.Adds == report.PartOnly})
					}
				}
				w.file(tx, next)
			}
		})
	}
	for b.Loop() {
		w.read(func(v *View) {
			t := must(v.Template())
			must(v.Fillings(t, 2026))
		})
	}
}
