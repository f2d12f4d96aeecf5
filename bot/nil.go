package bot

import (
	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// fileNil keeps a nil report (零报告). Without a stated period it asks which week, early in the week; where the period has
// reports already, it asks whether it is meant.
func (t *turn) fileNil(m *message, messageID int64, understood reading.Reading) error {
	r := report.Report{State: report.Asked, Nil: true, Area: ownArea(t.member), Org: ownArea(t.member), By: t.member.ID, Message: messageID, Ordinal: 1}
	if len(understood.Entries) > 0 {
		e := understood.Entries[0]
		r.Activity, r.Day, r.Until = e.Activity, e.Day, e.Until
		if e.Area != 0 {
			r.Area = e.Area
		}
	}
	if !t.sees(r.Area) {
		return t.answer(m.ID, plain(t.source.Areas.Name(r.Area)+"不在您的辖区，没有计入。"))
	}
	this := report.WeekOf(t.today)
	if r.Day == 0 {
		r.Day, r.Until = this.First, this.Last
		if t.today-this.First <= 1 {
			return t.askNilWeek(m, r, this)
		}
	}
	return t.settleNil(m, r)
}

// askNilWeek asks on a Monday or Tuesday whether the past week or this one is meant.
func (t *turn) askNilWeek(m *message, r report.Report, this report.Period) error {
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
	return t.sendQuestion(m.ID, r, q, true)
}

// settleNil files a nil report unless its period has reports.
func (t *turn) settleNil(m *message, r report.Report) error {
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
		return t.sendQuestion(m.ID, r, q, true)
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
			if r, err = t.tx.Revise(r, c); err != nil {
				return err
			}
			if err := t.keepQuestion(r, q); err != nil {
				return err
			}
			return t.showOutcome(r, q, c.Message != 0)
		}
	}
	r.State = report.Filed
	r, err := t.tx.Revise(r, c)
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
	nils, err := t.tx.NilReports(r.Area, r.Day)
	if err != nil {
		return err
	}
	for _, n := range nils {
		if n.Activity != "" && n.Activity != r.Activity {
			continue
		}
		n.State = report.Withdrawn
		if _, err := t.tx.Revise(n, store.Change{By: t.member.ID, Message: r.Message, Why: whyCancelled}); err != nil {
			return err
		}
	}
	return nil
}
