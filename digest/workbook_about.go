package digest

import (
	"fmt"
	"slices"

	"huibao/report"
)

// Sheets of a workbook that say how its numbers came about: the year's totals reconciled, who owed a report, what was
// restated, and how to read it all.

// reconciles tells whether there is anything to reconcile with.
func (w bookWriter) reconciles() bool { return w.Reconciled.Until != 0 }

// reconciliation shows how the year's totals came about.
func (w bookWriter) reconciliation() grid {
	t := grid{name: "累计", title: w.title + " 累计", note: w.note(), side: 3,
		heads: [][]string{{"活动类别", "指标", "单位", "上期累计\n到" + w.Reconciled.Until.Chinese(w.Through.Year()), "本期", "补改以前", "累计\n到" + w.Through.Chinese(w.Through.Year())}},
		feet:  []string{"注：累计＝上期累计＋本期＋补改以前各期。"}}
	if !w.Reconciled.Published {
		t.feet = append(t.feet, "上一期没有发过，上期累计按现在的数，补改为0。")
	}
	base, current, amended, year := valuesOf(w.Reconciled.Base), valuesOf(w.Reconciled.Current), valuesOf(w.Reconciled.Amended), valuesOf(w.YearToDate)
	for _, l := range w.lines {
		n, about := year.of(l)
		row := t.firstRow() + len(t.rows)
		sum := numberCell(l.key.Unit, n, about)
		sum.formula = fmt.Sprintf("D%d+E%d+F%d", row, row, row)
		t.add(textCell(l.activity), textCell(l.name), textCell(l.unit), base.cell(l), current.cell(l), amended.cell(l), sum)
	}
	return t
}

// duties shows who owed a report for the period.
func (w bookWriter) duties() grid {
	t := grid{name: "应报", title: w.title + " 应报情况", note: w.note(), side: 1,
		heads: [][]string{{"辖区", "内容", "统计期", "截止", "状态", "报送时间", "连续未报"}}}
	count := map[report.DutyState]int{}
	for _, x := range w.Duties {
		count[x.State]++
		what, at, missed := "任何活动", "—", cell{}
		if x.Activity != "" {
			what = shortName(w.activity(x.Activity))
		}
		if !x.At.IsZero() {
			at = x.At.Format("2006-01-02 15:04")
		}
		if x.Missed > 0 {
			missed = numberCell("期", int64(x.Missed), false)
		}
		t.add(textCell(w.area(x.Area)), textCell(what), textCell(w.periodTitle(x.Period)), textCell(x.Deadline.Format("2006-01-02 15:04")),
			textCell(dutyName(x.State)), textCell(at), missed)
	}
	words := "应报" + itoa(len(w.Duties))
	for _, state := range []report.DutyState{report.DutyMet, report.DutyNil, report.DutyLate, report.DutyMissing, report.DutyOpen} {
		words += "　" + dutyName(state) + itoa(count[state])
	}
	t.feet = []string{words}
	return t
}

func dutyName(state report.DutyState) string {
	switch state {
	case report.DutyMet:
		return "已报"
	case report.DutyNil:
		return "零报告"
	case report.DutyLate:
		return "迟报"
	case report.DutyMissing:
		return "未报"
	case report.DutyOpen:
		return "未到期"
	}
	return string(state)
}

// restated shows what changed of numbers published earlier, report by report.
func (w bookWriter) restated() grid {
	t := grid{name: "更正", title: w.title + " 以前各期的更正", note: w.note(), side: 1,
		heads: [][]string{{"统计期", "活动类别", "指标", "单位", "原数", "现数", "增减", "报告编号", "地点", "报告人", "原因"}}}
	for _, r := range w.Restated {
		for _, x := range r.Lines {
			l := w.bookLine(x.Key)
			head := []cell{textCell(w.periodTitle(r.Period)), textCell(l.activity), textCell(l.name), textCell(l.unit),
				numberCell(x.Unit, x.Old, false), numberCell(x.Unit, x.New, false)}
			if len(x.By) == 0 {
				t.add(append(head, numberCell(x.Unit, x.New-x.Old, false), cell{}, cell{}, cell{}, cell{})...)
			}
			for _, by := range x.By {
				why := "更正"
				if by.Late {
					why = "补报"
				}
				t.add(append(slices.Clone(head), numberCell(x.Unit, by.Change, false), cell{value: by.Report, columns: 8},
					textCell(w.area(by.Area)), textCell(by.By), textCell(why))...)
			}
		}
	}
	t.feet = []string{"注：一个数由几条报告改动的，每条一行，原数、现数相同。"}
	return t
}

// notes is the last sheet: what the numbers count and what they do not.
func (w bookWriter) notes() grid {
	t := grid{name: "说明", title: w.title + " 说明", note: w.note(), heads: [][]string{{"项目", "说明"}}, wide: []float64{16, 90}}
	add := func(what, words string) {
		t.add(textCell(what), cell{value: clean(words, 2000), look: look{form: formLong}})
	}
	add("统计期", w.Period.First.Chinese(0)+"至"+w.Period.Last.Chinese(0)+"，按活动日期计，不按报送日期；几天的活动计在第一天。")
	add("数据截至", w.Through.Chinese(0)+"；制表 "+w.At.Format("2006-01-02 15:04")+"；台账第"+itoa(w.FactsSeq)+"笔。")
	if w.Through < w.Period.Last {
		add("本期还没结束", "上期是整期的数，所以不算环比；去年同期只算到同一天。")
	}
	add("辖区", "按活动地点计，不按主办单位。")
	add("不在内", fmt.Sprintf("待核%d条、待确认%d条，未计入；撤回的、同一场重复报的不计。", w.Held, w.Asked))
	add("人次", "多次参加按次计，人次之和不是人数。")
	add("其中", "“其中”的数已含在总数里，不再相加。")
	add("约", "前面有“约”的数含约数（余、多、近、约）。")
	add("—", "没有可比的数：系统启用前没有记录，或基数是0。与0不同。")
	if len(w.Silent) > 0 {
		add("未报", w.names(w.Silent))
	}
	if len(w.Nil) > 0 {
		add("零报告", w.names(w.Nil))
	}
	if len(w.Targets) > 0 {
		add("时间进度", fmt.Sprintf("到%s，本年已过%s。", w.Through.Chinese(w.Through.Year()), perMille(report.TimeShare(w.Through))))
	}
	for _, c := range w.Targets {
		if c.Split && c.Below != c.Value {
			l := w.bookLine(report.Key{Activity: c.Activity, Measure: c.Measure, Unit: w.measure(c.Activity, c.Measure).Unit})
			add("目标不一致", l.activity+"·"+l.name+"：本级目标"+amount(l.unit, c.Value)+"，下级目标合计"+amount(l.unit, c.Below)+"。")
		}
	}
	return t
}

func (w bookWriter) names(areas []int64) string {
	words := ""
	for i, id := range areas {
		if i > 0 {
			words += "、"
		}
		words += w.area(id)
	}
	return words
}
