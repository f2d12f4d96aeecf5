package county

// An Exchange is a member's step in a story, to be followed by the bot's answer.
type Exchange struct {
	Note  string   // what it shows, in English
	From  int64    // telegram id
	Text  string   // what is sent; # stands for the number of the report that exchange Of made
	Of    int      // the exchange this one is about, counted from 1; 0 for none
	Edit  bool     // Text replaces the message of exchange Of
	Press []string // buttons pressed one after the other, by their labels, on the receipt of exchange Of; Text is empty
	Want  []Entry  // what is counted afterwards because of this exchange, if it is not taken back
}

// Today is when the exchanges happen, RFC 3339: the Monday after the demo's year, at nine.
const Today = "2026-03-09T09:00:00+08:00"

// Exchanges returns ten steps that show a bot at work on the morning of Today.
func Exchanges() []Exchange {
	return []Exchange{
		{
			Note: "a short line: what, how many", From: LiMei,
			Text: "普法 320人 资料500份",
			Want: []Entry{{Activity: "law_publicity", Day: "2026-03-09", Area: "430527100001",
				Measures: map[string]int64{"participants": 320, "materials": 500}}},
		},
		{
			Note: "a form with labels", From: WangFang,
			Text: "家庭教育讲座\n地点：大公坪社区\n时间：3月6日\n参加：86人\n资料：100份",
			Want: []Entry{{Activity: "family_education", Day: "2026-03-06", Area: "430527100005",
				Measures: map[string]int64{"participants": 86, "materials": 100}}},
		},
		{
			Note: "a sentence, as in a newsletter", From: ZhouLan,
			Text: "3月7日，江口园社区妇联开展三八维权周普法宣传活动，参加群众120余人，发放资料300余份，接受咨询12人次。",
			Want: []Entry{{Activity: "law_publicity", Day: "2026-03-07", Area: "430527100004",
				Measures: map[string]int64{"participants": 120, "materials": 300, "people_helped": 12},
				Approx:   []string{"participants", "materials"}}},
		},
		{
			Note: "Chinese numerals, and yesterday", From: LiMei,
			Text: "走访慰问 昨天 十二户 慰问金六千元",
			Want: []Entry{{Activity: "visit_relief", Day: "2026-03-08", Area: "430527100001",
				Measures: map[string]int64{"households": 12, "money_yuan": 6000}}},
		},
		{
			Note: "several activities, one a line", From: WangFang,
			Text: "禁毒宣传 65人 资料200份\n两癌检查 48人\n安康保险 12份 保费2400元",
			Want: []Entry{
				{Activity: "anti_drug", Day: "2026-03-09", Area: "430527100", Measures: map[string]int64{"participants": 65, "materials": 200}},
				{Activity: "screening", Day: "2026-03-09", Area: "430527100", Measures: map[string]int64{"screened": 48}},
				{Activity: "insurance", Day: "2026-03-09", Area: "430527100", Measures: map[string]int64{"policies": 12, "money_yuan": 2400}},
			},
		},
		{
			Note: "not a report: quoted back, nothing is counted", From: ZhouLan,
			Text: "今天辛苦大家了",
		},
		{
			Note: "the first message is edited: a correction", From: LiMei, Of: 1, Edit: true,
			Text: "普法 230人 资料500份",
			Want: []Entry{{Activity: "law_publicity", Day: "2026-03-09", Area: "430527100001",
				Measures: map[string]int64{"participants": 230, "materials": 500}}},
		},
		{
			Note: "taken back by a button, and restored", From: ZhouLan, Of: 3,
			Press: []string{"撤回", "还原"},
		},
		{
			Note: "the supervisor asks for last week", From: ChenJing,
			Text: "/week",
		},
		{
			Note: "where a number comes from: original words and changes", From: ChenJing, Of: 1,
			Text: "/find #",
		},
	}
}
