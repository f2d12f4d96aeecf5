package digest

import (
	"strings"
	"time"
)

// Closing a year (封账), and what somebody wants to change of it afterwards.

// YearEnd is how a year stands before it is closed.
type YearEnd struct {
	Year        int
	Area        int64 // whose year
	Events      int64
	Held, Asked int // reports that wait and would stay uncounted
	Blanks      int // blanks of the year's document that have no value
}

// AskClose asks whether a year shall be closed, after saying what would be left as it is.
func AskClose(s Scene, y YearEnd) Text {
	var d draft
	d.line("❓", s.ofArea(y.Area), yearName(y.Year), "要封账吗？")
	d.line("活动 ", number(y.Events), "场")
	var left []string
	if y.Held > 0 {
		left = append(left, "待核"+itoa(y.Held)+"条")
	}
	if y.Asked > 0 {
		left = append(left, "待确认"+itoa(y.Asked)+"条")
	}
	if len(left) > 0 {
		d.line("还没计入：", strings.Join(left, "、"))
	}
	if y.Blanks > 0 {
		d.line("年终总结还有", itoa(y.Blanks), "处未填")
	}
	d.line("封账后要改这一年的数，")
	d.line("须", s.Areas.Office(y.Area), "办公室逐条同意。")
	d.line("封了不能再打开。")
	return d.text()
}

// YearClosed says that a year is closed, by whom and when.
func YearClosed(s Scene, area int64, year int, by string, at time.Time) Text {
	var d draft
	d.line("🔒 ", s.ofArea(area), yearName(year), "已封账")
	d.line(clean(by, 20), " ", s.moment(at))
	d.line("以后要改，由", s.Areas.Office(area), "办公室逐条定")
	return d.text()
}

// ClosedChange is a change of a closed year that waits for an administrator.
type ClosedChange struct {
	Year int
	Area int64  // that was closed; its office decides
	By   string // the name of the member who wants it
	Change
	// Report tells that New is a report that came in only now.
	Report bool
}

// ClosedWaits tells the sender of a report that it lies in a closed year and waits for the office; own: who is to say so is
// the sender.
func ClosedWaits(s Scene, c ClosedChange, own bool) Text {
	var d draft
	d.line("🔒 ", yearName(c.Year), "已封账")
	s.closedChange(&d, c)
	switch {
	case own && c.Report:
		d.line("要在封账后计入吗？")
	case own:
		d.line("要在封账后更正吗？")
	case c.Report:
		d.line("先不计入，已转给", s.Areas.Office(c.Area), "办公室定")
	default:
		d.line("先不改，已转给", s.Areas.Office(c.Area), "办公室定")
	}
	return d.text()
}

// ClosedRequest asks the administrators whether a change of a closed year shall be made.
func ClosedRequest(s Scene, c ClosedChange) Text {
	var d draft
	d.line("❓", yearName(c.Year), "已封账，", clean(c.By, 20), "要", verbOf(c))
	s.closedChange(&d, c)
	if c.Report {
		d.line("计入的话，算封账后更正")
	} else {
		d.line("同意的话，算封账后更正")
	}
	return d.text()
}

func verbOf(c ClosedChange) string {
	if c.Report {
		return "补报"
	}
	return "改"
}

// ClosedSettled says what was decided about it, and by whom.
func ClosedSettled(s Scene, c ClosedChange, by string, agreed bool) Text {
	var d draft
	if agreed {
		d.line("✅ ", clean(by, 20), "同意了，已作封账后更正")
	} else {
		d.line("✏️ ", clean(by, 20), "没有同意，", yearName(c.Year), "的数没有变")
	}
	d.line(clean(c.By, 20), "要", verbOf(c), "的：")
	s.closedChange(&d, c)
	return d.text()
}

// closedChange writes what a change is about: the report, and what would be different in it.
func (s Scene) closedChange(d *draft, c ClosedChange) {
	switch {
	case c.New.ID == 0:
		d.line("这一步会改动", yearName(c.Year), "的数")
	case c.Report:
		body := s.body(c.New)
		d.line(itoa(c.New.ID), "号 ", body[0])
		d.all(body[1:])
	default:
		d.all(pack("", "｜", []string{itoa(c.New.ID) + "号 " + s.activityName(c.Old), s.area(c.Old.Area)}))
		d.line(s.days(c.Old))
		d.all(s.differences(c.Change))
	}
}

func yearName(year int) string { return itoa(year) + "年" }
