package bot

import (
	"cmp"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// fileNil keeps the nil reports (零报告) of a message that has nothing else. Without a stated period, or for this week while
// it has hardly begun, it asks which week; where the period has reports already, it asks whether it is meant.
func (t *turn) fileNil(m *message, messageID int64, understood reading.Reading) error {
	zeros := understood.Zeros
	if len(zeros) == 0 {
		zeros = []reading.Zero{{}}
	}
	for i, z := range zeros {
		r := t.nilReport(z, messageID, i+1)
		if !t.sees(r.Area) {
			if err := t.answer(m.ID, plain(t.source.Areas.Name(r.Area)+"不在您的辖区，没有计入。")); err != nil {
				return err
			}
			continue
		}
		this := report.WeekOf(t.today)
		young := t.today-this.First <= 1
		var err error
		switch {
		case young && (z.First == 0 || z.First == this.First && z.Last == this.Last):
			err = t.askNilWeek(m, r, this, len(zeros) == 1)
		case z.First == 0:
			r.Day, r.Until = this.First, this.Last
			err = t.settleNil(m, r, len(zeros) == 1)
		default:
			err = t.settleNil(m, r, len(zeros) == 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fileZeros keeps the nil reports that stand beside others in a message: 枫木团 0 in a list. One for days that have reports
// already says nothing and is left away.
func (t *turn) fileZeros(messageID int64, understood reading.Reading) ([]report.Report, error) {
	var filed []report.Report
	for i, z := range understood.Zeros {
		r := t.nilReport(z, messageID, len(understood.Entries)+i+1)
		if !t.sees(r.Area) {
			continue // said on the receipt
		}
		if r.Day == 0 {
			r.Day = t.today
		}
		q, err := t.nilDoubt(r)
		if err != nil {
			return nil, err
		}
		if q != nil {
			continue
		}
		r.State = report.Filed
		if r, err = t.post(r, store.Change{By: t.member.ID, Message: messageID, Why: whyMessage}); err != nil {
			return nil, err
		}
		filed = append(filed, r)
	}
	return filed, nil
}

// nilReport makes the nil report that was read.
func (t *turn) nilReport(z reading.Zero, messageID int64, ordinal int) report.Report {
	area := cmp.Or(z.Area, ownArea(t.member))
	r := report.Report{State: report.Asked, Nil: true, Activity: z.Activity, Area: area, Org: ownArea(t.member), Day: z.First,
		By: t.member.ID, Message: messageID, Ordinal: ordinal}
	if z.Last > z.First {
		r.Until = z.Last
	}
	return r
}

// askNilWeek asks on a Monday or Tuesday whether the past week or this one is meant.
func (t *turn) askNilWeek(m *message, r report.Report, this report.Period, alone bool) error {
	r.Day, r.Until = this.First, this.Last // until it is answered, so that the digest shows it as waiting
	q := &asking{Field: fieldNil, State: report.Asked, Text: digest.AskNilWeek(t.scene())}
	for _, w := range []report.Period{this.Previous(), this} {
		next := r.Clone()
		next.Day, next.Until = w.First, w.Last
		name := "上周 "
		if w == this {
			name = "本周 "
		}
		q.Options = append(q.Options, option{Text: name + report.Period{Kind: report.Range, First: w.First, Last: w.Last}.Chinese(t.today.Year()), Do: doFile, Report: &next})
	}
	r, err := t.tx.File(r, store.Change{By: t.member.ID, Message: r.Message, Why: whyMessage})
	if err != nil {
		return err
	}
	if err := t.keepQuestion(r, q); err != nil {
		return err
	}
	return t.sendQuestion(m.ID, r, q, alone)
}

// settleNil files a nil report unless its period has reports.
func (t *turn) settleNil(m *message, r report.Report, alone bool) error {
	q, err := t.nilDoubt(r)
	if err != nil {
		return err
	}
	if q == nil {
		r.State = report.Filed
	}
	r, err = t.tx.File(r, store.Change{By: t.member.ID, Message: r.Message, Why: whyMessage})
	if err != nil {
		return err
	}
	if q != nil {
		if err := t.keepQuestion(r, q); err != nil {
			return err
		}
		return t.sendQuestion(m.ID, r, q, alone)
	}
	receipt := t.receiptMessage(receipt{reports: []report.Report{r}}, r, receiptButtons)
	receipt.ReplyTo = m.ID
	return t.bot.enqueue(t.tx, t.chat.ID, receipt, outOptions{key: receiptKey(r.Message)})
}

// fileNilAs files a nil report in the form that was chosen, after one more look whether the period has reports.
func (t *turn) fileNilAs(r report.Report, sure bool, c store.Change) error {
	if !sure {
		q, err := t.nilDoubt(r)
		if err != nil {
			return err
		}
		if q != nil {
			r.State = report.Asked
			if r, err = t.post(r, c); err != nil {
				return err
			}
			if err := t.keepQuestion(r, q); err != nil {
				return err
			}
			return t.showOutcome(r, q, c.Message != 0)
		}
	}
	r.State = report.Filed
	r, err := t.post(r, c)
	if err != nil {
		return err
	}
	return t.showOutcome(r, nil, c.Message != 0)
}

// nilDoubt gives the question to ask where the period has a report already.
func (t *turn) nilDoubt(r report.Report) (*asking, error) {
	p := report.Period{Kind: report.Range, First: r.Day, Last: max(r.Day, r.Until)}
	reports, err := t.tx.Reports(store.ReportFilter{Within: r.Area, Period: &p, Activity: r.Activity, States: []report.State{report.Filed, report.Held}})
	if err != nil {
		return nil, err
	}
	for _, old := range reports {
		if old.Nil {
			continue
		}
		filed := r.Clone()
		q := &asking{Field: fieldNilSure, State: report.Asked, Text: digest.NilBesideReport(t.scene(), r, old)}
		q.Options = []option{{Text: "不记", Do: doDrop}, {Text: "还是记零报告", Do: doFile, Report: &filed}}
		return q, nil
	}
	return nil, nil
}

// cancelNil takes back the nil reports that a newly filed report proves wrong.
func (t *turn) cancelNil(r report.Report) error {
	if r.State != report.Filed || r.Nil {
		return nil
	}
	nils, err := t.tx.NilReports(r.Area, r.Day, report.Filed)
	if err != nil {
		return err
	}
	for _, n := range nils {
		if n.Activity != "" && n.Activity != r.Activity {
			continue
		}
		n.State = report.Withdrawn
		if n, err = t.tx.Revise(n, store.Change{By: t.member.ID, Message: r.Message, Why: whyCancelled}); err != nil {
			return err
		}
		if err := t.showReceipt(n, receiptButtons); err != nil {
			return err
		}
	}
	return nil
}

// restoreNil puts the nil reports in force again that a report had cancelled which no longer counts there, unless another
// one proves them wrong as well.
func (t *turn) restoreNil(old, next report.Report) error {
	if old.State != report.Filed || old.Nil || next.State == report.Filed && next.Area == old.Area && next.Day == old.Day && next.Activity == old.Activity {
		return nil
	}
	nils, err := t.tx.NilReports(old.Area, old.Day, report.Withdrawn)
	if err != nil {
		return err
	}
	for _, n := range nils {
		revisions, err := t.tx.Revisions(n.ID)
		if err != nil {
			return err
		}
		if revisions[len(revisions)-1].Why != whyCancelled || n.Activity != "" && n.Activity != old.Activity {
			continue
		}
		doubt, err := t.nilDoubt(n)
		if err != nil {
			return err
		}
		if doubt != nil {
			continue
		}
		n.State = report.Filed
		if n, err = t.tx.Revise(n, store.Change{By: t.member.ID, Message: next.Message, Why: whyReinstate}); err != nil {
			return err
		}
		if err := t.showReceipt(n, receiptButtons); err != nil {
			return err
		}
	}
	return nil
}
