package county

import "time"

// A kind of work a cadre reports, and the words for it. kinds is the county's year; the numbers a week are for the whole
// county and add up to about forty reports in an ordinary week.
type kind struct {
	activity string   // code in the catalogue
	words    []string // what it is called in a short line or above a form
	prose    string   // the clause for it in a sentence
	townOnly bool     // villages do not report it
	seasons  []season
	measures []measure
}

// A season is a part of the year, both days included (MM-DD), and how many reports of a kind are made in a week of it.
// Seasons that overlap add up.
type season struct {
	from, to string
	weekly   float64
}

func allYear(weekly float64) season { return season{"01-01", "12-31", weekly} }

// A measure is a number reported with a kind. In the words for it # stands for the number, and | between alternatives.
type measure struct {
	code               string // in the catalogue
	short, form, prose string
	low, high, step    int64
	odds               float64 // the share of the reports that give it
	vague              bool    // may be given as 320余
	each               []int64 // if set, the number is one of these for each of the first measure: yuan a household
}

var kinds = []kind{
	{
		activity: "law_publicity", words: []string{"普法", "普法宣传", "法治宣传"}, prose: "开展普法宣传活动",
		seasons:  []season{allYear(3.4), {"05-06", "05-31", 3}},
		measures: atStall,
	},
	{
		activity: "law_publicity", words: []string{"三八维权周普法", "三八维权周宣传"}, prose: "开展三八维权周普法宣传活动",
		seasons:  []season{{"03-01", "03-10", 26}},
		measures: atStall,
	},
	{
		activity: "law_publicity", words: []string{"反家暴宣传", "反家暴"}, prose: "开展反家庭暴力宣传活动",
		seasons:  []season{allYear(0.8), {"11-20", "11-30", 14}},
		measures: atStall,
	},
	{
		activity: "law_publicity", words: []string{"宪法宣传"}, prose: "开展宪法宣传活动",
		seasons:  []season{{"12-01", "12-08", 14}},
		measures: atStall,
	},
	{
		activity: "family_education", words: []string{"家庭教育", "家庭教育讲座", "家教讲座"}, prose: "开展家庭教育讲座",
		seasons: []season{allYear(1.4), {"03-01", "06-20", 2}, {"09-01", "12-20", 2}, {"05-11", "05-20", 9}},
		measures: []measure{
			{"participants", "#人", "参加：#人|家长：#人", "参加家长#人", 30, 200, 5, 1, true, nil},
			{"materials", "资料#份", "资料：#份", "发放资料#份", 30, 300, 10, 0.4, true, nil},
		},
	},
	{
		activity: "family_education", words: []string{"亲子阅读"}, prose: "开展亲子阅读活动",
		seasons: []season{allYear(0.6)},
		measures: []measure{
			{"participants", "家长#人", "家长：#人", "参加家长#人", 20, 80, 1, 1, false, nil},
			{"children", "儿童#名", "儿童：#名", "儿童#名", 20, 90, 1, 0.6, false, nil},
		},
	},
	{
		activity: "anti_drug", words: []string{"禁毒宣传", "禁毒"}, prose: "开展禁毒宣传活动",
		seasons: []season{allYear(1), {"06-01", "06-14", 6}, {"06-15", "06-30", 24}},
		measures: []measure{
			{"participants", "#人", "参加：#人", "参加群众#人", 30, 300, 5, 0.9, true, nil},
			{"materials", "资料#份", "资料：#份", "发放禁毒资料#份", 50, 600, 10, 1, true, nil},
			{"banners", "横幅#条", "横幅：#条", "悬挂横幅#条", 1, 6, 1, 0.2, false, nil},
			{"volunteers_mothers", "禁毒妈妈#名", "禁毒妈妈：#名", "禁毒妈妈#名参加", 5, 30, 1, 0.15, false, nil},
			{"pledges", "承诺书#份", "承诺书：#份", "签订家庭禁毒承诺书#份", 20, 200, 10, 0.15, false, nil},
		},
	},
	{
		activity: "childrens_day", words: []string{"六一慰问"}, prose: "开展六一慰问活动",
		seasons: []season{{"05-24", "06-03", 24}},
		measures: []measure{
			{"children", "儿童#名", "慰问儿童：#名", "慰问儿童#名", 5, 40, 1, 1, false, nil},
			{"money_yuan", "慰问金#元", "慰问金：#元", "发放慰问金#元", 0, 0, 1, 0.8, false, []int64{100, 200, 300}},
			{"materials", "书包#个", "书包：#个", "赠送书包#个", 0, 0, 1, 0.3, false, []int64{1}},
		},
	},
	{
		activity: "childrens_day", words: []string{"庆六一", "六一活动"}, prose: "开展庆六一活动",
		seasons: []season{{"05-24", "06-03", 12}},
		measures: []measure{
			{"participants", "#人", "参加：#人", "参加师生家长#人", 80, 600, 10, 1, true, nil},
		},
	},
	{
		activity: "visit_relief", words: []string{"走访慰问", "慰问"}, prose: "开展走访慰问",
		seasons:  []season{allYear(1.9)},
		measures: atTheDoor,
	},
	{
		activity: "visit_relief", words: []string{"春节慰问", "送温暖"}, prose: "开展春节走访慰问",
		seasons:  []season{{"01-22", "02-14", 20}},
		measures: atTheDoor,
	},
	{
		activity: "visit_relief", words: []string{"中秋慰问"}, prose: "开展中秋走访慰问",
		seasons:  []season{{"09-26", "10-05", 12}},
		measures: atTheDoor,
	},
	{
		activity: "visit_relief", words: []string{"重阳慰问"}, prose: "开展重阳走访慰问",
		seasons:  []season{{"10-25", "10-29", 16}},
		measures: atTheDoor,
	},
	{
		activity: "hardship_aid", words: []string{"两癌救助"}, prose: "发放两癌救助金", townOnly: true,
		seasons: []season{allYear(0.5), {"11-15", "12-15", 2}},
		measures: []measure{
			{"women_two_cancers", "#名", "救助妇女：#名", "救助两癌妇女#名", 1, 6, 1, 1, false, nil},
			{"money_two_cancers", "救助金#元", "救助金：#元", "发放救助金#元", 0, 0, 1, 1, false, []int64{10000}},
		},
	},
	{
		activity: "hardship_aid", words: []string{"金秋助学"}, prose: "开展金秋助学活动", townOnly: true,
		seasons: []season{{"08-12", "09-05", 6}},
		measures: []measure{
			{"children_school", "#名", "受助学生：#名", "资助学生#名", 2, 20, 1, 1, false, nil},
			{"money_school", "助学金#元", "助学金：#元", "发放助学金#元", 0, 0, 1, 1, false, []int64{500, 800, 1000}},
		},
	},
	{
		activity: "hardship_aid", words: []string{"母亲邮包"}, prose: "发放母亲邮包", townOnly: true,
		seasons: []season{allYear(0.1), {"05-05", "05-15", 5}},
		measures: []measure{
			{"materials", "邮包#个", "邮包：#个", "发放邮包#个", 3, 20, 1, 1, false, nil},
		},
	},
	{
		activity: "three_send", words: []string{"三送五促", "入户走访"}, prose: "开展三送五促入户走访",
		seasons: []season{allYear(3.4)},
		measures: []measure{
			{"households", "#户", "走访：#户", "走访群众#户", 5, 60, 1, 1, true, nil},
			{"cases", "收集问题#件", "收集问题：#件", "收集问题#件", 1, 8, 1, 0.35, false, nil},
		},
	},
	{
		activity: "insurance", words: []string{"安康保险", "女性安康保险"}, prose: "推进女性安康保险工作",
		seasons: []season{allYear(1.5), {"04-01", "06-30", 2}, {"10-08", "11-20", 2}},
		measures: []measure{
			{"women", "参保#人", "参保：#人", "参保妇女#人", 5, 60, 1, 1, false, nil},
			{"money_yuan", "保费#元", "保费：#元", "完成保费#元", 0, 0, 1, 0.9, false, []int64{100, 200}},
		},
	},
	{
		activity: "insurance", words: []string{"安康保险", "安康险"}, prose: "推进女性安康保险工作",
		seasons: []season{allYear(0.8)},
		measures: []measure{
			{"policies", "#份", "份数：#份", "办理保险#份", 3, 40, 1, 1, false, nil},
			{"money_yuan", "保费#元", "保费：#元", "完成保费#元", 0, 0, 1, 1, false, []int64{100, 200}},
		},
	},
	{
		activity: "screening", words: []string{"两癌检查", "两癌筛查"}, prose: "开展两癌免费检查",
		seasons: []season{allYear(0.3), {"04-08", "05-31", 5}, {"09-08", "11-10", 5}},
		measures: []measure{
			{"screened", "#人", "检查：#人", "检查适龄妇女#人", 15, 120, 1, 1, false, nil},
		},
	},
	{
		activity: "left_behind_project", words: []string{"儿童之家活动", "爱心托管"}, prose: "开展儿童之家活动",
		seasons: []season{allYear(0.7), {"07-05", "08-25", 4}},
		measures: []measure{
			{"children", "儿童#名", "儿童：#名", "受益儿童#名", 10, 60, 1, 1, false, nil},
		},
	},
	{
		activity: "plan_supervision", words: []string{"两规督导"}, prose: "开展两个规划督导", townOnly: true,
		seasons: []season{allYear(0.35)},
		measures: []measure{
			{"sessions", "#次", "督导：#次", "督导#次", 1, 2, 1, 1, false, nil},
			{"participants", "参会#人", "参会：#人", "参会#人", 8, 40, 1, 0.7, false, nil},
		},
	},
	{
		activity: "petition", words: []string{"来信来访", "信访接待"}, prose: "做好来信来访接待工作",
		seasons: []season{allYear(2.3)},
		measures: []measure{
			{"cases", "接待#起", "接待：#起", "接待来信来访#起", 1, 6, 1, 1, false, nil},
			{"cases_mediated", "调解#起", "调解：#起", "调解纠纷#起", 1, 3, 1, 0.4, false, nil},
			{"people_helped", "法律咨询#人次", "法律咨询：#人次", "提供法律咨询#人次", 1, 12, 1, 0.3, false, nil},
		},
	},
	{
		activity: "organization", words: []string{"执委会议", "妇联工作会议"}, prose: "召开执委会议",
		seasons: []season{allYear(1.6)},
		measures: []measure{
			{"participants", "参会#人", "参会：#人", "参会#人", 8, 45, 1, 1, false, nil},
		},
	},
	{
		activity: "organization", words: []string{"妇联换届"}, prose: "完成妇联换届",
		seasons: []season{{"11-01", "12-20", 5}},
		measures: []measure{
			{"participants", "参会#人", "参会：#人", "参会#人", 15, 60, 1, 1, false, nil},
			{"members_elected", "选出执委#名", "选出执委：#名", "选出执委#名", 7, 17, 2, 0.8, false, nil},
		},
	},
	{
		activity: "training", words: []string{"技能培训", "家政培训", "实用技术培训", "月嫂培训"}, prose: "举办技能培训班", townOnly: true,
		seasons: []season{allYear(1.3), {"02-24", "03-20", 2}},
		measures: []measure{
			{"participants", "#人", "学员：#人|参加：#人", "参训妇女#人", 20, 80, 1, 1, true, nil},
			{"people_jobs", "帮助就业#人", "帮助就业：#人", "帮助就业#人", 2, 20, 1, 0.25, false, nil},
		},
	},
	{
		activity: "beautiful_family", words: []string{"最美家庭"}, prose: "开展寻找最美家庭活动", townOnly: true,
		seasons: []season{{"04-15", "05-20", 6}},
		measures: []measure{
			{"households_nominated", "推荐#户", "推荐：#户", "推荐最美家庭#户", 2, 12, 1, 1, false, nil},
		},
	},
	{
		activity: "beautiful_family", words: []string{"好家风活动", "家风家训活动"}, prose: "开展好家风活动",
		seasons: []season{allYear(0.9)},
		measures: []measure{
			{"participants", "#人", "参加：#人", "参加群众#人", 20, 150, 5, 1, true, nil},
		},
	},
	{
		activity: "other", words: []string{"学雷锋志愿服务"}, prose: "开展学雷锋志愿服务活动",
		seasons: []season{{"03-01", "03-08", 7}},
		measures: []measure{
			{"volunteers", "志愿者#人", "志愿者：#人", "志愿者#人参加", 8, 50, 1, 1, false, nil},
		},
	},
	{
		activity: "other", words: []string{"清洁家园"}, prose: "开展清洁家园活动",
		seasons: []season{allYear(1.3)},
		measures: []measure{
			{"volunteers", "志愿者#人", "志愿者：#人", "志愿者#人参加", 8, 50, 1, 1, false, nil},
		},
	},
	{
		activity: "other", words: []string{"防溺水"}, prose: "开展防溺水宣传活动",
		seasons: []season{{"06-20", "08-25", 3.5}},
		measures: []measure{
			{"participants", "#人", "参加：#人", "参加群众#人", 30, 150, 5, 1, true, nil},
			{"materials", "资料#份", "资料：#份", "发放资料#份", 50, 300, 10, 0.7, true, nil},
		},
	},
}

// What is counted where a table with leaflets stands, and on a round of visits.
var (
	atStall = []measure{
		{"participants", "#人", "参加：#人|参加人数：#人", "参加群众#人", 30, 300, 5, 1, true, nil},
		{"materials", "资料#份", "资料：#份|宣传资料：#份", "发放资料#份|发放宣传资料#份", 50, 700, 10, 0.8, true, nil},
		{"banners", "横幅#条", "横幅：#条", "悬挂横幅#条", 1, 6, 1, 0.12, false, nil},
		{"people_helped", "咨询#人次", "咨询：#人次", "接受咨询#人次", 3, 30, 1, 0.2, false, nil},
	}
	atTheDoor = []measure{
		{"households", "#户|走访#户", "慰问：#户|走访：#户", "慰问困难家庭#户", 3, 25, 1, 1, false, nil},
		{"money_yuan", "慰问金#元", "慰问金：#元", "发放慰问金#元", 0, 0, 1, 0.9, false, []int64{200, 300, 500, 600}},
		{"money_goods", "慰问品折款#元", "慰问品折款：#元", "慰问品折款#元", 0, 0, 1, 0.15, false, []int64{100, 150}},
	}
)

// The part of a week's work that falls on each weekday from Sunday, and the part of it that is done on holidays.
var (
	weekdays = [7]float64{0.04, 0.17, 0.18, 0.18, 0.18, 0.19, 0.06}
	holidays = []struct {
		from, to string
		share    float64
	}{
		{"01-01", "01-03", 0.1},
		{"02-15", "02-23", 0.1}, // Spring Festival
		{"04-04", "04-06", 0.3},
		{"05-01", "05-05", 0.2},
		{"10-01", "10-08", 0.2},
	}
)

// liveliness is how much a township reports, compared with an ordinary one; 1 where it is not listed.
var liveliness = map[string]float64{
	"430527100": 1.8, // 长铺镇, the county seat
	"430527101": 1.4,
	"430527103": 1.7,
	"430527203": 1.3,
	"430527105": 0.6,
	"430527107": 0.6,
	"430527200": 0.5,
	"430527204": 0.5,
	"430527212": 0.7,
	"430527217": 0.4,
}

// silent townships send nothing in the last days of the year: someone must be missing in the last digests.
var silent = map[string]int{
	"430527217": 14, // 水口乡
	"430527200": 7,  // 东山侗族乡
}

// daily is how many reports of the kind the county makes on a day.
func (k *kind) daily(day time.Time) float64 {
	date, sum := day.Format("01-02"), 0.0
	for _, s := range k.seasons {
		if s.from <= date && date <= s.to {
			sum += s.weekly
		}
	}
	sum *= weekdays[day.Weekday()]
	for _, h := range holidays {
		if h.from <= date && date <= h.to {
			sum *= h.share
		}
	}
	return sum
}
