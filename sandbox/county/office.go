package county

import (
	"maps"
	"slices"
	"time"
)

// office is what the county's own office reports in the demo's year: the events that its yearly summary tells one by
// one. The administrator sends them on the day itself.
var office = []struct {
	day, text, activity, area string
	measures                  map[string]int64
	approx                    []string
}{
	{"2025-03-07", "普法宣传\n地点：长铺镇长铺社区\n参加：320余人\n资料：1500余份", "law_publicity", "430527100001",
		map[string]int64{"participants": 320, "materials": 1500}, []string{"participants", "materials"}},
	{"2025-03-12", "普法讲座 江口园社区 民族大酒店 80余人", "law_publicity", "430527100004",
		map[string]int64{"participants": 80}, []string{"participants"}},
	{"2025-05-15", "家庭教育讲座 江口园社区 民族大酒店 家长90余人", "family_education", "430527100004",
		map[string]int64{"participants": 90}, []string{"participants"}},
	{"2025-05-28", "六一慰问 鹅公乡 儿童12名 慰问金3600元", "childrens_day", "430527201",
		map[string]int64{"children": 12, "money_yuan": 3600}, nil},
	{"2025-05-28", "六一慰问 李熙桥镇双元村 儿童10名 慰问金3000元", "childrens_day", "430527102212",
		map[string]int64{"children": 10, "money_yuan": 3000}, nil},
	{"2025-05-29", "六一慰问 李熙桥镇大龙村 儿童8名 慰问金2400元", "childrens_day", "430527102203",
		map[string]int64{"children": 8, "money_yuan": 2400}, nil},
	{"2025-06-03", "最美儿童 市级3名", "beautiful_family", Code, map[string]int64{"children_awarded_city": 3}, nil},
	{"2025-06-12", "三送五促 李熙桥镇双元村 走访14户", "three_send", "430527102212", map[string]int64{"households": 14}, nil},
	{"2025-06-26", "禁毒宣传\n地点：长铺镇绿洲文化广场\n参加：900余人\n展板：30块\n资料：3000多份", "anti_drug", "430527100",
		map[string]int64{"participants": 900, "panels": 30, "materials": 3000}, []string{"participants", "materials"}},
	{"2025-06-30", "禁毒宣传 江口园社区 禁毒妈妈20余名", "anti_drug", "430527100004",
		map[string]int64{"volunteers_mothers": 20}, []string{"volunteers_mothers"}},
	{"2025-07-01", "来信来访 接待31起 办结31起", "petition", Code, map[string]int64{"cases": 31, "cases_closed": 31}, nil},
	{"2025-08-20", "春蕾助学 女童10名 助学金12000元", "hardship_aid", Code,
		map[string]int64{"children_school": 10, "money_school": 12000}, nil},
	{"2025-09-24", "走访慰问 长铺乡川石村 6户 慰问金3000元", "visit_relief", "430527207214",
		map[string]int64{"households": 6, "money_yuan": 3000}, nil},
	{"2025-09-24", "走访慰问 长铺乡道口村 5户 慰问金2500元", "visit_relief", "430527207238",
		map[string]int64{"households": 5, "money_yuan": 2500}, nil},
	{"2025-09-25", "走访慰问 关峡乡梅口村 8户 慰问金4000元", "visit_relief", "430527206215",
		map[string]int64{"households": 8, "money_yuan": 4000}, nil},
	{"2025-10-15", "三送五促 李熙桥镇大龙村 走访11户", "three_send", "430527102203", map[string]int64{"households": 11}, nil},
	{"2025-11-05", "妇儿工委成员单位会议 参会36人", "plan_supervision", Code, map[string]int64{"participants": 36}, nil},
	{"2025-11-10", "最美家庭 市级5户", "beautiful_family", Code, map[string]int64{"households_awarded_city": 5}, nil},
	{"2025-11-12", "两癌救助 19名 救助金19万元", "hardship_aid", Code,
		map[string]int64{"women_two_cancers": 19, "money_two_cancers": 190000}, nil},
	{"2025-12-04", "宪法宣传 长铺镇绿洲文化广场 260人 资料800份", "law_publicity", "430527100",
		map[string]int64{"participants": 260, "materials": 800}, nil},
	{"2025-12-11", "来信来访 陪审案件9起 涉及妇女儿童6起", "petition", Code,
		map[string]int64{"cases_jury": 9, "cases_jury_women_children": 6}, nil},
	{"2025-12-15", "困难救助 贫困母亲12名 困难救助金24000元", "hardship_aid", Code,
		map[string]int64{"people_hardship": 12, "money_hardship": 24000}, nil},
	{"2025-12-18", "法律顾问 法律咨询 120人次", "petition", Code, map[string]int64{"people_helped": 120}, nil},
	{"2025-12-22", "来信来访 接待37起 办结35起", "petition", Code, map[string]int64{"cases": 37, "cases_closed": 35}, nil},
	{"2026-02-05", "春节慰问 关峡乡花园角村 10户 慰问金6000元", "visit_relief", "430527206216",
		map[string]int64{"households": 10, "money_yuan": 6000}, nil},
	{"2026-03-04", "普法宣传\n地点：长铺镇长铺社区\n参加：360余人\n资料：1200余份", "law_publicity", "430527100001",
		map[string]int64{"participants": 360, "materials": 1200}, []string{"participants", "materials"}},
}

// tellOffice files what the office reports within the year.
func (y *year) tellOffice() {
	for _, o := range office {
		day, err := time.ParseInLocation(time.DateOnly, o.day, y.from.Location())
		if err != nil {
			panic("county: office: " + err.Error()) // the table is part of the program
		}
		at := y.timeOfDay(day)
		if at.Before(y.from) || !at.Before(y.to) {
			continue
		}
		y.take(o.activity, o.area, day)
		y.drafts = append(y.drafts, &draft{
			Message: Message{
				At: at, From: LiuYang, Text: o.text,
				Want: []Entry{{Activity: o.activity, Day: o.day, Area: o.area, Measures: maps.Clone(o.measures), Approx: slices.Clone(o.approx)}},
			},
			by: Member{TelegramID: LiuYang, Area: Code},
		})
	}
}

// leaveOutExchanges keeps the days and places free that Exchanges report.
func (y *year) leaveOutExchanges() {
	for _, e := range Exchanges() {
		for _, w := range e.Want {
			if day, err := time.ParseInLocation(time.DateOnly, w.Day, y.from.Location()); err == nil {
				y.take(w.Activity, w.Area, day)
			}
		}
	}
}
