package digest

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"huibao/report"
)

func TestReceipts(t *testing.T) {
	s := world(t)
	one := func(r report.Report) Filing { return Filing{Items: []Item{{Report: r}}} }
	onDay := func(y int, m time.Month, d int) Filing {
		return one(with(lawTalk(), func(r *report.Report) { r.Day = report.Date(y, m, d) }))
	}
	for name, filing := range map[string]Filing{
		"receipt":           one(lawTalk()),
		"receipt-yesterday": onDay(2026, 3, 8),
		"receipt-weekday":   onDay(2026, 3, 5),
		"receipt-last-year": onDay(2025, 3, 9),
		"receipt-range": one(with(lawTalk(), func(r *report.Report) {
			r.Day, r.Until, r.Place = report.Date(2026, 3, 5), report.Date(2026, 3, 8), "文化广场"
		})),
		"receipt-titled": {Photos: 3, Items: []Item{{Report: report.Report{ID: 126, Activity: "other", Title: "三八汇演", Area: community,
			Day: s.Today, Figures: []report.Figure{
				{Measure: "participants", Unit: "人次", Value: 500, Approx: true}, {Measure: "materials", Unit: "份", Value: 600}}}, DayAssumed: true}}},
		"receipt-goods": one(report.Report{ID: 124, Activity: "visit_relief", Area: community, Day: s.Today, Figures: []report.Figure{
			{Measure: "households", Unit: "户", Value: 12}, {Measure: "money_yuan", Unit: "元", Value: 600000},
			{Measure: "goods", Label: "米", Unit: "包", Value: 12}, {Measure: "goods", Label: "油", Unit: "壶", Value: 12}}}),
		"receipt-part": one(report.Report{ID: 130, Activity: "family_education", Area: jiangkou, Day: s.Today, Figures: []report.Figure{
			{Measure: "children", Unit: "人", Value: 45, Part: true}, {Measure: "sessions", Unit: "场", Value: 2}, persons(120)}}),
		"receipt-running": one(report.Report{ID: 131, Activity: "insurance", Area: hongyan, Day: s.Today, Figures: []report.Figure{
			{Measure: "money_yuan", Unit: "元", Value: 1380050, Running: true}, {Measure: "women", Unit: "人", Value: 138, Approx: true, Running: true}}}),
		"receipt-masked": {Masked: []string{"身份证号"}, Items: []Item{{Report: report.Report{ID: 129, Activity: "petition", Area: community,
			Day: s.Today, Figures: []report.Figure{{Measure: "cases_mediated", Unit: "件", Value: 1}, {Measure: "percent_closed", Unit: "%", Value: 100, Claim: true}}}}}},
		"receipt-unread": {Unread: []string{"辛苦大家", "明天还有两场", "一", "二", "三", "四"}, Items: []Item{{Report: lawTalk()}}},
		"receipt-hostile": {Unread: []string{"\u202e场两\u202c\u200b\n\x00 末尾", strings.Repeat("很长", 400)}, Items: []Item{{Report: with(lawTalk(), func(r *report.Report) {
			r.Activity, r.Title, r.Place = "other", "汇\u202e演\x07", "\u2066广场\u2069\n换行"
			r.Figures = append(r.Figures, report.Figure{Measure: "materials", Label: "\u200f册\u00ad子", Unit: "本\u202e", Value: math.MaxInt64})
		})}}},
		"receipt-huge": one(report.Report{ID: math.MaxInt64, Activity: "visit_relief", Area: 999, Day: report.Date(9999, 12, 31), Figures: []report.Figure{
			{Measure: "households", Unit: "户", Value: math.MaxInt64}, {Measure: "money_yuan", Unit: "元", Value: math.MinInt64},
			{Measure: "gone", Unit: "", Value: -1}}}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, Receipt(s, filing)) })
	}
}

func TestReceiptsOfSeveral(t *testing.T) {
	s := world(t)
	family := report.Report{ID: 120, Activity: "beautiful_family", Area: hongyan, Day: s.Today,
		Figures: []report.Figure{{Measure: "households_nominated", Unit: "户", Value: 12}}}
	aid := report.Report{ID: 121, Activity: "hardship_aid", Area: hongyan, Day: s.Today, Figures: []report.Figure{
		{Measure: "women_two_cancers", Unit: "人", Value: 5}, {Measure: "money_two_cancers", Unit: "元", Value: 6000000}}}
	insurance := report.Report{ID: 122, Activity: "insurance", Area: hongyan, Day: s.Today,
		Figures: []report.Figure{{Measure: "women", Unit: "人", Value: 82}}}
	lesson := func(id, area, n int64) report.Report {
		return report.Report{ID: id, Activity: "family_education", Area: area, Day: report.Date(2026, 3, 6),
			Figures: []report.Figure{{Measure: "sessions", Unit: "场", Value: 1}, persons(n)}}
	}
	gone := func(r report.Report) report.Report {
		return with(r, func(r *report.Report) { r.State = report.Withdrawn })
	}
	var many []Item
	for i := range int64(35) {
		many = append(many, Item{Report: lesson(200+i, jiangkou, 1000000+i)})
	}
	for name, filing := range map[string]Filing{
		"several":            {Items: []Item{{family, true}, {aid, true}, {insurance, true}}, Unread: []string{"筛查300名的任务"}},
		"several-one-kind":   {Items: []Item{{Report: lesson(127, community, 60)}, {Report: lesson(128, jiangkou, 45)}}},
		"several-mixed-days": {Items: []Item{{family, true}, {Report: lesson(127, community, 60)}}},
		"several-many":       {Items: many},
		"several-withdrawn":  {Items: []Item{{family, true}, {gone(aid), true}, {insurance, true}}},
		"several-one-left":   {Items: []Item{{family, true}, {gone(aid), true}, {gone(insurance), true}}},
		"several-none-left":  {Items: []Item{{gone(aid), true}, {gone(insurance), true}}},
		"several-not":        {Items: []Item{{gone(aid), true}}},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, Receipt(s, filing)) })
	}
}

func TestChanges(t *testing.T) {
	s := world(t)
	to := func(edit func(*report.Report)) Change {
		return Change{lawTalk(), with(lawTalk(), func(r *report.Report) { r.Rev = 2; edit(r) })}
	}
	figure := to(func(r *report.Report) { r.Figures[0].Value = 280 })
	added := Change{New: with(lawTalk(), func(r *report.Report) { r.ID, r.Area = 140, jiangkou })}
	withdrawn := to(func(r *report.Report) { r.ID = 141; r.State = report.Withdrawn })
	for name, a := range map[string]Amendment{
		"changed-figure":  {Changes: []Change{figure}},
		"changed-edited":  {Changes: []Change{figure}, Edited: true, Unread: []string{"大概"}},
		"changed-day":     {Changes: []Change{to(func(r *report.Report) { r.Day-- })}},
		"changed-year":    {Changes: []Change{to(func(r *report.Report) { r.Day -= 365; r.Until = r.Day + 2 })}},
		"changed-nothing": {Changes: []Change{to(func(*report.Report) {})}},
		"changed-much": {Changes: []Change{to(func(r *report.Report) {
			r.Activity, r.Title, r.Area, r.Org, r.Place = "other", "汇演", jiangkou, changpu, "广场"
			r.Figures = []report.Figure{{Measure: "participants", Unit: "人次", Value: 320, Approx: true}, {Measure: "sessions", Unit: "场", Value: 2}}
		})}},
		"changed-unit":    {Changes: []Change{to(func(r *report.Report) { r.Figures[1].Unit, r.Figures[1].Approx = "册", true })}},
		"changed-several": {Changes: []Change{figure, added, withdrawn, to(func(*report.Report) {})}, Edited: true, Masked: []string{"手机号", "银行卡号"}},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, Changed(s, a)) })
	}
	t.Run("withdrawn", func(t *testing.T) { golden(t, "withdrawn", Withdrawn(s, lawTalk())) })
}

func TestNotUnderstood(t *testing.T) {
	for name, u := range map[string]Unclear{
		"unclear-asked":  {Words: "明天下雨吗", Asks: true},
		"unclear":        {Words: "今天辛苦大家了"},
		"unclear-masked": {Words: "张某 ****************** 来访", Masked: []string{"身份证号"}},
		"unclear-activity": {Words: "两岸检查 45人", Doubts: []Doubt{
			{About: AboutActivity, Words: "两岸检查", Nearest: []string{"两癌检查", "其他活动", "民主监督检查工作活动", "两个规划督导", "再一个"}}}},
		"unclear-much": {Words: "普法 2月30日 川石村 45", Doubts: []Doubt{{About: AboutDate, Words: "2月30日"}, {About: AboutArea, Words: "川石村"},
			{About: AboutMeasure, Words: "45"}, {About: AboutValue, Words: "45"}, {About: "weather", Words: "雨"}}},
		"unclear-silent": {Words: "普法", Doubts: []Doubt{{About: AboutMeasure}, {About: AboutArea}, {About: AboutDate}, {About: AboutActivity}, {}}},
		"unclear-long":   {Words: strings.Repeat("长", 4096)},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, NotUnderstood(u)) })
	}
}

// TestFirstFigure: the first figure of an activity needs no name, unless others beside it count more people.
func TestFirstFigure(t *testing.T) {
	s := Scene{Catalogue: report.DefaultCatalogue()}
	of := func(measure, unit string, value int64) report.Tally {
		return report.Tally{Key: report.Key{Activity: "hardship_aid", Measure: measure, Unit: unit}, Value: value}
	}
	few, more := of("people_hardship", "名", 12), of("women_two_cancers", "名", 118)
	for want, tallies := range map[string][]report.Tally{
		"困难救助 0场 12人次":    {few, of("women_two_cancers", "名", 3), of("households", "户", 40), of("money_school", "元", 2400000)},
		"困难救助 0场 救助 12人次": {few, more},
	} {
		if got := s.blocks(tallies)[0].head; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLists(t *testing.T) {
	s := world(t)
	second := with(lawTalk(), func(r *report.Report) {
		r.ID, r.State, r.Day = 112, report.Withdrawn, report.Date(2025, 12, 30)
	})
	var many []report.Report
	for i := range int64(12) {
		many = append(many, with(lawTalk(), func(r *report.Report) { r.ID -= i; r.Day -= report.Day(i) }))
	}
	golden(t, "mine", Mine(s, []report.Report{lawTalk(), second}, false))
	golden(t, "mine-none", Mine(s, nil, false))
	golden(t, "mine-many", Mine(s, many, false))
}

func TestFind(t *testing.T) {
	s := world(t)
	shanghai := time.FixedZone("CST", 8*3600)
	at := func(d, h, m int) time.Time { return time.Date(2026, 3, d, h, m, 0, 0, shanghai) }
	first := lawTalk()
	second := with(first, func(r *report.Report) { r.Rev = 2; r.Figures[0].Value = 280 })
	third := with(second, func(r *report.Report) { r.Rev, r.State, r.Org = 3, report.Withdrawn, changpu })
	history := []Revision{{first, at(9, 10, 2), "李梅", "", ""}, {second, at(9, 11, 30), "李梅", "更正", ""}, {third, at(10, 9, 5), "王芳\u202e", "撤回", "刘\u202e洋"}}
	golden(t, "find", Find(s, Found{Report: first, By: "李梅", Words: []string{"普法 320人 资料500份"}, Revisions: history[:1]}))
	same := second
	same.ID, same.State, same.SameAs = 120, report.Same, first.ID
	golden(t, "find-told-elsewhere", Find(s, Found{Report: same, By: "王芳", Same: []Double{{First: first, By: "李梅"}}}))
	golden(t, "find-perhaps-told", Find(s, Found{Report: first, By: "李梅", Same: []Double{{First: held(same), By: "王芳"}}}))
	golden(t, "released", Released(s, held(same), first))
	golden(t, "find-history", Find(s, Found{Report: third, By: "李梅", Photos: 2, Revisions: history,
		Words: []string{"普法 320人\r\n资料500份", "刚才普法那条人数写错了，是280"}}))
	long := []Revision{history[0]}
	for i := range 30 {
		long = append(long, Revision{with(first, func(r *report.Report) { r.Rev = i + 2; r.Figures[0].Value += int64(i + 1) }), at(9, 12, i), "李梅", "更正", ""})
	}
	golden(t, "find-long", Find(s, Found{Report: first, By: "李梅", Words: []string{strings.Repeat("很长的原话", 300), "第二条"}, Revisions: long}))
	for _, state := range []report.State{report.Asked, report.Held, report.Same} {
		golden(t, "find-"+string(state), Find(s, Found{Report: with(first, func(r *report.Report) { r.State = state; r.Day++ }), Revisions: []Revision{
			{first, at(9, 10, 2), "李梅", "", ""}, {with(first, func(r *report.Report) { r.State = state }), at(9, 11, 0), "王芳", "核对", ""}}}))
	}
	golden(t, "find-none", NoReport(4711))
}

func TestPeople(t *testing.T) {
	for _, role := range []Role{Cadre, Supervisor, Admin} {
		golden(t, "welcome-"+string(role), Welcome("李\u202e梅\x1b[31m", "长铺社区", role))
		golden(t, "help-"+string(role), Help(role))
	}
}

func TestYuan(t *testing.T) {
	for fen, want := range map[int64]string{0: "0", 1: "0.01", 10: "0.1", 150: "1.5", 100: "1", 1380000: "13,800", -5: "-0.05",
		-123456: "-1,234.56", math.MaxInt64: "92,233,720,368,547,758.07", math.MinInt64: "-92,233,720,368,547,758.08"} {
		if got := money(fen); got != want {
			t.Errorf("money(%d) = %s, want %s", fen, got, want)
		}
		if got, want := Yuan(fen), strings.ReplaceAll(want, ",", ""); got != want {
			t.Errorf("Yuan(%d) = %s, want %s", fen, got, want)
		}
	}
}

func TestTextsAreCutToWhatTelegramTakes(t *testing.T) {
	var d draft
	d.title("📋 ", "一")
	for range 300 {
		d.line(strings.Repeat("😀", 20))
	}
	d.title("", "最后")
	text := d.text()
	checkText(t, text)
	if len(text.Bold) != 1 || !strings.HasSuffix(text.Body, "😀\n……") {
		t.Errorf("bold %v, end %q: want the first title bold and whole lines before ……", text.Bold, text.Body[len(text.Body)-12:])
	}
}

func TestMessage(t *testing.T) {
	s := world(t)
	sum := report.Summary{Area: county, Period: report.WeekOf(report.Date(2026, 3, 2))}
	m := Text{Body: "📋 第10周", Bold: []Range{{3, 4}}}.Message(SummaryButtons(s, sum)...)
	body, err := json.Marshal(m)
	const want = `{"text":"📋 第10周","entities":[{"type":"bold","offset":3,"length":4}],"keyboard":[[{"text":"按乡镇","data":"t:1:2026-W10"},` +
		`{"text":"图","data":"g:1:2026-W10"},{"text":"Excel","data":"x:1:2026-W10"},{"text":"未报","data":"l:1:2026-W10"}]]}`
	if err != nil || string(body) != want {
		t.Errorf("body %s, %v, want %s", body, err, want)
	}
	sum.Area = changpu
	if got := SummaryButtons(s, sum)[0][0]; got != (Button{"按村", "t:2:2026-W10"}) {
		t.Errorf("below a township: %+v", got)
	}
	sum.Area = community
	if got := SummaryButtons(s, sum); len(got) != 1 || got[0][0].Text != "图" {
		t.Errorf("below a village: %+v, want its picture and workbook alone", got)
	}
	sum.Period = report.YearOf(report.Date(2026, 3, 2))
	if got := SummaryButtons(s, sum); len(got) != 1 {
		t.Errorf("below a village's year: %+v, want no document", got)
	}
	sum.Area = county
	if got := SummaryButtons(s, sum); len(got) != 2 || got[1][0] != (Button{"Word总结", "W:1:2026"}) || got[1][1] != (Button{"数据来源", "S:1:2026"}) {
		t.Errorf("below the county's year: %+v", got)
	}
}

func held(r report.Report) report.Report {
	r.State = report.Held
	return r
}
