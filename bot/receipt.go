package bot

import (
	"fmt"
	"slices"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// scene is what digest must know to word something for this turn.
func (t *turn) scene() digest.Scene {
	return digest.Scene{Catalogue: t.source.Catalogue, Areas: t.source.Areas, Today: t.today}
}

// receipt is what a message became, as its receipt shows it.
type receipt struct {
	reports []report.Report
	assumed map[int]bool // ordinals whose day was not written
	unread  []string
	masked  []string
	store.Attached
}

// countAttached puts into a receipt what belongs to all that a message told, or to one report of it.
func (t *turn) countAttached(rc *receipt, message, only int64) (err error) {
	rc.Attached, err = t.tx.Attached(message, only)
	return err
}

// receiptMessage words a receipt, with the given buttons for the report chosen.
func (t *turn) receiptMessage(rc receipt, chosen report.Report, buttons buttonsFor) digest.Message {
	keyboard := buttons(t, rc.reports, chosen)
	if len(rc.reports) == 1 && rc.reports[0].State == report.Withdrawn {
		return digest.Withdrawn(t.scene(), rc.reports[0]).Message(keyboard...)
	}
	filing := digest.Filing{Photos: rc.Photos, Files: rc.Files, Unread: rc.unread, Masked: rc.masked}
	for _, r := range rc.reports {
		filing.Items = append(filing.Items, digest.Item{Report: r, DayAssumed: rc.assumed[r.Ordinal]})
	}
	return digest.Receipt(t.scene(), filing).Message(keyboard...)
}

// buttonsFor makes the keyboard under a receipt, for the report chosen in it.
type buttonsFor func(t *turn, reports []report.Report, chosen report.Report) [][]digest.Button

// receiptButtons are what a receipt has at rest: the report's own buttons, or one button a report where it tells several.
func receiptButtons(t *turn, reports []report.Report, _ report.Report) [][]digest.Button {
	if len(reports) == 1 {
		return [][]digest.Button{ownButtons(reports[0])}
	}
	var rows [][]digest.Button
	for i, r := range reports {
		if i%4 == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], button(fmt.Sprintf("改%d", r.ID), press{pressMenu, r.ID, r.Rev, ""}))
		if i == 39 {
			break // a keyboard holds a hundred buttons at most
		}
	}
	return rows
}

func ownButtons(r report.Report) []digest.Button {
	if r.State == report.Withdrawn || r.State == report.Same {
		return row(button("还原", press{pressUndo, r.ID, r.Rev, ""}))
	}
	buttons := row(button("改日期", press{pressDate, r.ID, r.Rev, ""}))
	if len(r.Figures) > 0 {
		buttons = append(buttons, button("改数字", press{pressFigures, r.ID, r.Rev, ""}))
	}
	return append(buttons, button("撤回", press{pressWithdraw, r.ID, r.Rev, ""}))
}

// reportButtons are those of one report in a receipt of several.
func reportButtons(_ *turn, _ []report.Report, r report.Report) [][]digest.Button {
	buttons := ownButtons(r)
	for i := range buttons {
		buttons[i].Text = fmt.Sprintf("%d号%s", r.ID, buttons[i].Text)
	}
	return [][]digest.Button{buttons, {button("返回", press{pressBack, r.ID, r.Rev, ""})}}
}

// dateButtons offer the likely days.
func dateButtons(t *turn, _ []report.Report, r report.Report) [][]digest.Button {
	var days []digest.Button
	for i, name := range []string{"今天", "昨天", "前天"} {
		d := t.today - report.Day(i)
		days = append(days, button(name+" "+d.Chinese(t.today.Year()), press{pressSetDate, r.ID, r.Rev, d.String()}))
	}
	return [][]digest.Button{days[:2], {days[2], button("其他日期", press{pressOtherDay, r.ID, r.Rev, ""})},
		{button("返回", press{pressBack, r.ID, r.Rev, ""})}}
}

// figureButtons offer the figures of a report.
func figureButtons(t *turn, _ []report.Report, r report.Report) [][]digest.Button {
	var rows [][]digest.Button
	for i, f := range r.Figures {
		rows = append(rows, row(button(t.figureText(r.Activity, f), press{pressFigure, r.ID, r.Rev, fmt.Sprint(i)})))
	}
	return append(rows, row(button("返回", press{pressBack, r.ID, r.Rev, ""})))
}

// measureName gives what stands before a figure of a measure: 参加.
func (t *turn) measureName(activity, code string) string {
	a, _ := t.source.Catalogue.Activity(activity)
	m, _ := a.Measure(code)
	return m.Short
}

func (t *turn) figureText(activity string, f report.Figure) string {
	a, _ := t.source.Catalogue.Activity(activity)
	m, ok := a.Measure(f.Measure)
	if !ok {
		m = report.Measure{Code: f.Measure, Short: f.Measure}
	}
	return digest.Figure(m, f)
}

// changedMessage says what a correction changed, with a button that takes it back.
func (t *turn) changedMessage(old, next report.Report) digest.Message {
	changed := digest.Changed(t.scene(), digest.Amendment{Changes: []digest.Change{{Old: old, New: next}}})
	return changed.Message(row(button("还原", press{pressUndo, next.ID, next.Rev, ""})))
}

// editedMessage says in the receipt's place what an edited message changed.
func (t *turn) editedMessage(pairs []pairing, now []report.Report, unread, masked []string) digest.Message {
	a := digest.Amendment{Edited: true, Unread: unread, Masked: masked}
	for _, p := range pairs {
		a.Changes = append(a.Changes, digest.Change{Old: p.old, New: p.new})
	}
	now = slices.DeleteFunc(slices.Clone(now), waits)
	return digest.Changed(t.scene(), a).Message(receiptButtons(t, now, report.Report{})...)
}
