package digest

import (
	"strings"

	"huibao/report"
)

// The questions that stand between a report and the ledger. Each says what is known, then asks one thing; the likely
// answers are buttons and are not repeated in the text.

// Double is a report that may tell of an event that was told already.
type Double struct {
	First   report.Report
	By      string // the name of the first one's sender; empty where it is the asked member's own
	Second  report.Report
	Extra   []report.Figure // figures only the second has
	Exactly bool            // the same hand, area, day and figures
}

// SameEvent asks whether two reports tell of one event. The second is not counted until that is known.
func SameEvent(s Scene, x Double) Text {
	var d draft
	first := itoa(x.First.ID) + "号"
	switch {
	case x.Exactly:
		d.line("❓和", first, "完全一样")
		d.all(s.body(x.First))
		d.line("这条暂未计入。是同一场，还是又一场？")
	case x.By == "":
		d.line("❓和", first, "像是同一场")
		d.all(pack("", " ", []string{first + "：", s.days(x.First), s.area(x.First.Area)}))
		d.all(pack("", " ", []string{"这一条：", s.days(x.Second), s.area(x.Second.Area)}))
		d.line("这条暂未计入。是同一场吗？")
	default:
		d.line("❓可能已有人报过")
		d.all(pack("", " ", []string{first, clean(x.By, 20), s.area(x.First.Area)}))
		d.all(pack("", " ", []string{s.activityName(x.First), s.days(x.First)}))
		d.all(pack("", "、", s.figureParts(x.First)))
		if len(x.Extra) > 0 {
			d.all(pack("", "、", s.extra("您多出：", x)))
		}
		d.line("这条暂未计入。是同一场？")
	}
	return d.text()
}

func (s Scene) extra(lead string, x Double) []string {
	var parts []string
	for _, f := range x.Extra {
		parts = append(parts, Figure(s.measure(x.Second.Activity, f.Measure), f))
	}
	parts[0] = lead + parts[0]
	return parts
}

// Suspicious asks about a figure that is beyond what is usual.
func Suspicious(s Scene, r report.Report, x report.Suspicion) Text {
	var d draft
	f := r.Figures[x.Figure]
	m := s.measure(r.Activity, f.Measure)
	d.all(s.about(r))
	switch x.Why {
	case report.PartTooLarge:
		d.line("❓", Figure(m, f), "，比总数", amount(f.Unit, x.Total), "还多")
		d.line("这条暂未计入，请核对")
	case report.OverUsual:
		d.line("❓", Figure(m, f), "，比您平时多很多")
		d.line("这条暂未计入，数字对吗？")
	default:
		d.line("❓", Figure(m, f), "，比常见的多很多")
		d.line("这条暂未计入，是不是多写了一位？")
	}
	return d.text()
}

// RunningTotal asks what to do with a total so far: known is what the ledger has for the area and year.
func RunningTotal(s Scene, r report.Report, figure int, known int64) Text {
	var d draft
	f := r.Figures[figure]
	name := measureName(s.measure(r.Activity, f.Measure), f.Label)
	d.line("❓这像累计数，先不计")
	d.all(s.about(r))
	d.line(name, "累计 ", amount(f.Unit, f.Value))
	d.all(pack("", "", []string{"系统里" + s.area(r.Area) + "今年有", amount(f.Unit, known)}))
	switch more := f.Value - known; {
	case more > 0:
		d.line("差", amount(f.Unit, more), "，怎么记？")
	case more == 0:
		d.line("数字一样，怎么记？")
	default:
		d.line("比系统里少", amount(f.Unit, -more), "，怎么记？")
	}
	return d.text()
}

// Forwarded asks whether a forwarded text shall be counted at all.
func Forwarded(s Scene, r report.Report) Text {
	var d draft
	d.line("❓这是转发的材料，先不计")
	d.line("读出：")
	d.all(s.body(r))
	if r.Org != 0 && r.Org != r.Area {
		d.line("主办 ", s.area(r.Org), "妇联")
	}
	d.line("要计入吗？")
	return d.text()
}

// PerHead offers the total that an amount for each makes, beside a report that is counted without it.
func PerHead(s Scene, r report.Report, words string) Text {
	var d draft
	d.line("❓", itoa(r.ID), "号只写了", quote(words))
	d.line("没写总额，金额暂未计，怎么记？")
	return d.text()
}

// Doubtful asks about words that were not understood well enough.
func Doubtful(s Scene, r report.Report, words string, x Doubt) Text {
	var d draft
	d.line("❓", x.question())
	if w := clean(words, 60); w != "" && w != clean(x.Words, 60) {
		d.line("“", w, "”")
	}
	if x.About == AboutWords || x.About == AboutMeasure || x.About == AboutValue {
		d.line("看懂的是：")
		const most = 12
		body := s.body(r)
		d.all(body[:min(len(body), most)])
		if len(body) > most {
			d.line("……还有", itoa(len(body)-most), "项")
		}
	}
	d.line("这条暂未计入，请选：")
	return d.text()
}

func (x Doubt) question() string {
	words := quote(x.Words)
	switch {
	case x.About == AboutActivity && x.Words == "":
		return "是什么活动？"
	case x.About == AboutActivity:
		return "没认出" + words + "是什么活动"
	case x.About == AboutDate && x.Words == "":
		return "是哪一天？"
	case x.About == AboutDate:
		return words + "是哪一天？"
	case x.About == AboutArea && x.Words == "":
		return "在哪里？"
	case x.About == AboutArea:
		return words + "是哪里？"
	case x.About == AboutWords:
		return words + "是" + strings.Join(x.Nearest, "、") + "吗？"
	case x.About == AboutMeasure:
		return words + "没看懂记在哪一项"
	}
	return words + "数字对吗？"
}

// about names a report that has no number people know yet.
func (s Scene) about(r report.Report) []string {
	where := s.area(r.Area)
	if name := s.activityName(r); name != "" { // it may be what is asked
		where = name + "｜" + where
	}
	return pack("", " ", []string{where, s.days(r)})
}

// Merged says that a report was the same event as another, and what it added.
func Merged(s Scene, x Double) Text {
	var d draft
	d.line("✅ 与", itoa(x.First.ID), "号是同一场，只计一次")
	if len(x.Extra) > 0 {
		d.all(pack("", "、", s.extra("已补：", x)))
	} else {
		d.line("数字以", itoa(x.First.ID), "号为准")
	}
	return d.text()
}

// Released asks whether a report counts, now that the one it was, or perhaps was, the same event as was taken back.
func Released(s Scene, r, first report.Report) Text {
	var d draft
	d.line("❓", itoa(first.ID), "号已撤回")
	d.line("您的", itoa(r.ID), "号和它像是同一场，没有计入：")
	d.all(s.body(r))
	d.line("现在要计入吗？")
	return d.text()
}

// Dropped says that something will not be counted, quoting its words.
func Dropped(words string) Text {
	var d draft
	d.line("好的，没有计入：")
	d.line(quote(words))
	return d.text()
}

// Told tells an author what someone else changed in a report of theirs, and why.
func Told(s Scene, c Change, by, reason string) Text {
	var d draft
	d.line("✏️ ", clean(by, 20), "改了您的", itoa(c.New.ID), "号")
	d.all(s.differences(c))
	if reason = strings.TrimSpace(reason); reason != "" {
		d.line("原因：", clean(reason, 60))
	}
	return d.text()
}

// AskWithdraw asks for one press before a report is taken back.
func AskWithdraw(s Scene, r report.Report) Text {
	var d draft
	d.line("❓要撤回", itoa(r.ID), "号吗？")
	d.all(s.body(r))
	return d.text()
}

// AskNilWeek asks which week a nil report is for.
func AskNilWeek(s Scene) Text {
	var d draft
	d.line("❓今天", s.Today.WeekdayName(), "，零报告是哪周？")
	return d.text()
}

// NilBesideReport asks about a nil report for a period that has a report already.
func NilBesideReport(s Scene, r, old report.Report) Text {
	var d draft
	d.line("❓", s.days(r), "已有", itoa(old.ID), "号：")
	d.all(s.body(old))
	d.line("还记零报告吗？")
	return d.text()
}

// AskReason asks a superior why a report of someone else is changed.
func AskReason(s Scene, c Change) Text {
	var d draft
	d.line("❓要改", itoa(c.Old.ID), "号(别人报的)：")
	d.all(s.differences(c))
	d.line("请发一句原因，会告诉报告人")
	return d.text()
}

// Conflict asks which of two values holds, where an edited message and a later change disagree.
func Conflict(s Scene, now, edited report.Report) Text {
	var d draft
	d.line("❓", itoa(now.ID), "号后来改过，")
	d.line("和您编辑的消息不一样：")
	d.all(s.differences(Change{now, edited}))
	d.line("以哪个为准？")
	return d.text()
}
