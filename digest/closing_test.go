package digest

import (
	"testing"
	"time"

	"huibao/report"
)

func TestClosing(t *testing.T) {
	s := world(t)
	late := with(lawTalk(), func(r *report.Report) { r.Day = report.Date(2025, 12, 29) })
	fewer := with(late, func(r *report.Report) { r.Rev = 2; r.Figures[0].Value = 280 })
	hostile := with(late, func(r *report.Report) { r.Activity, r.Title, r.Area = "other", "汇\u202e演\n封账", 999 })
	reported := ClosedChange{Year: 2025, Area: county, By: "李梅", Report: true, Change: Change{New: late}}
	changed := ClosedChange{Year: 2025, Area: county, By: "王\u202e芳", Change: Change{Old: late, New: fewer}}
	for name, text := range map[string]Text{
		"closing-ask":              AskClose(s, YearEnd{Year: 2025, Area: county, Events: 1412, Held: 2, Asked: 1, Blanks: 12}),
		"closing-ask-nothing-open": AskClose(s, YearEnd{Year: 2025, Area: county, Events: 1412}),
		"closing-closed":           YearClosed(s, county, 2025, "刘\n洋", time.Date(2026, 1, 5, 9, 30, 0, 0, time.UTC)),
		"closed-report":            ClosedWaits(s, reported, false),
		"closed-report-own":        ClosedWaits(s, reported, true),
		"closed-report-hostile":    ClosedWaits(s, ClosedChange{Year: 2025, Area: county, Report: true, Change: Change{New: hostile}}, false),
		"closed-change":            ClosedWaits(s, changed, false),
		"closed-change-own":        ClosedWaits(s, changed, true),
		"closed-act":               ClosedWaits(s, ClosedChange{Year: 2025, Area: county}, false),
		"closed-request-report":    ClosedRequest(s, reported),
		"closed-request-change":    ClosedRequest(s, changed),
		"closed-agreed":            ClosedSettled(s, changed, "刘洋", true),
		"closed-refused":           ClosedSettled(s, reported, "刘洋", false),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, text) })
	}
}
