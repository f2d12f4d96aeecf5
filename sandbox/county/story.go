package county

import (
	"maps"
	"slices"
	"time"
)

// An Act is what a member does beside writing messages: a command, or a press of a button.
type Act struct {
	At    time.Time
	From  int64  // telegram id
	Text  string // a command; else
	Press string // the label of a button,
	On    string // under the latest of the bot's messages that has it and these words
}

// What happens once in the demo's year, so that each button has something to show: reports and corrections that come after
// their week's digest, events told twice and not yet decided, a nil report, a late one, a word nobody understood, and the
// year 2025, which is closed and changed once after that.
var story = []struct {
	at     string
	from   int64
	text   string
	want   *Entry
	edits  int // the line whose message this one replaces, from 1
	repeat int // the line whose event it tells again
}{
	{at: "2026-01-22 10:20", from: suXiaoling, text: "2025年12月24日 走访慰问 15户 慰问金7500元",
		want: tells("visit_relief", "2025-12-24", "430527104", map[string]int64{"households": 15, "money_yuan": 7500})},
	{at: "2026-03-01 17:00", from: xiaoYan, text: "普法 3月1日 150人 资料200份",
		want: tells("law_publicity", "2026-03-01", "430527101", map[string]int64{"participants": 150, "materials": 200})},
	{at: "2026-03-03 10:05", from: xieHong, text: "2月26日 家庭教育讲座 65人 资料80份",
		want: tells("family_education", "2026-02-26", "430527103", map[string]int64{"participants": 65, "materials": 80})},
	{at: "2026-03-03 16:10", from: xiaoYan, text: "普法 3月1日 135人 资料200份", edits: 2,
		want: tells("law_publicity", "2026-03-01", "430527101", map[string]int64{"participants": 135, "materials": 200})},
	{at: "2026-03-04 09:30", from: lanJinlian, text: "2月28日 禁毒宣传 75人 资料150份",
		want: tells("anti_drug", "2026-02-28", "430527212", map[string]int64{"participants": 75, "materials": 150})},
	{at: "2026-03-05 10:00", from: heShuilian, text: "普法 88人 资料150份",
		want: tells("law_publicity", "2026-03-05", "430527101201", map[string]int64{"participants": 88, "materials": 150})},
	{at: "2026-03-06 09:20", from: xiaoYan, text: "3月5日，六王村开展普法宣传活动，参加群众88人，发放资料150份。", repeat: 6,
		want: tells("law_publicity", "2026-03-05", "430527101201", map[string]int64{"participants": 88, "materials": 150})},
	{at: "2026-03-07 15:00", from: chenMeirong, text: "走访慰问 9户 慰问金4500元",
		want: tells("visit_relief", "2026-03-07", "430527206215", map[string]int64{"households": 9, "money_yuan": 4500})},
	{at: "2026-03-08 10:00", from: shiMeihua, text: "3月7日 梅口村 走访慰问9户 慰问金4500元", repeat: 8,
		want: tells("visit_relief", "2026-03-07", "430527206215", map[string]int64{"households": 9, "money_yuan": 4500})},
	{at: "2026-03-08 16:20", from: zengYuzhen, text: "两岸检查 45人"},
	{at: "2026-03-08 17:30", from: liangXiaofeng, text: "本周无活动"},
	{at: "2026-03-09 08:20", from: wuDongmei, text: "3月6日 家庭教育讲座 52人 资料60份",
		want: tells("family_education", "2026-03-06", "430527201", map[string]int64{"participants": 52, "materials": 60})},
}

// The members of the story, beside those that stories are told about.
const (
	xiaoYan       int64 = 100009 // 武阳镇
	xieHong       int64 = 100011 // 红岩镇
	suXiaoling    int64 = 100012 // 唐家坊镇
	wuDongmei     int64 = 100017 // 鹅公岭侗族苗族乡
	shiMeihua     int64 = 100020 // 关峡苗族乡
	liangXiaofeng int64 = 100022 // 麻塘苗族瑶族乡
	lanJinlian    int64 = 100023 // 河口苗族乡
	zengYuzhen    int64 = 100025 // a community of 长铺镇
	heShuilian    int64 = 100026 // 六王村, 武阳镇
	chenMeirong   int64 = 100031 // 梅口村, 关峡苗族乡
)

// idle are the townships of the story that report nothing else in the last week, by code.
var idle = map[string]bool{"430527210": true, "430527201": true}

func tells(activity, day, area string, measures map[string]int64) *Entry {
	return &Entry{Activity: activity, Day: day, Area: area, Measures: measures}
}

// Acts returns what is done beside Year's messages, by time: the closing of 2025, and the one change it sees afterwards.
func Acts(from, to time.Time) []Act {
	acts := []Act{
		{At: moment("2026-01-20 09:10", from), From: LiuYang, Text: "/close 2025"},
		{At: moment("2026-01-20 09:11", from), From: LiuYang, Press: "确认封账", On: "2025年要封账吗"},
		{At: moment("2026-01-22 15:05", from), From: LiuYang, Press: "计入", On: "苏小玲要补报"},
	}
	return slices.DeleteFunc(acts, func(a Act) bool { return a.At.Before(from) || !a.At.Before(to) })
}

func moment(s string, in time.Time) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", s, in.Location())
	if err != nil {
		panic("county: story: " + err.Error()) // the table is part of the program
	}
	return at
}

// tellStory adds the story's messages that lie within the year, before anything else takes their days and places.
func (y *year) tellStory() {
	people := map[int64]Member{}
	for _, m := range y.people {
		people[m.TelegramID] = m
	}
	drafts := make([]*draft, len(story))
	for i, s := range story {
		at := moment(s.at, y.from)
		if at.Before(y.from) || !at.Before(y.to) {
			continue
		}
		d := &draft{Message: Message{At: at, From: s.from, Text: s.text}, by: people[s.from]}
		if s.want != nil {
			want := *s.want
			want.Measures = maps.Clone(want.Measures)
			d.Want = []Entry{want}
			y.take(want.Activity, want.Area, moment(want.Day+" 00:00", y.from))
		}
		if s.edits > 0 {
			d.editOf = drafts[s.edits-1]
		}
		if s.repeat > 0 {
			d.repeats = drafts[s.repeat-1]
		}
		if (s.edits > 0 && d.editOf == nil) || (s.repeat > 0 && d.repeats == nil) {
			continue // what it is about lies before the year
		}
		drafts[i] = d
		y.drafts = append(y.drafts, d)
	}
}
