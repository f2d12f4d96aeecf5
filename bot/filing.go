package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// engine names the rules a reading was made with, kept beside it: a later engine may read the same words otherwise.
const engine = "1"

// file reads a message and does what it says: what is clear is filed, what is doubtful asked about, the rest quoted back.
func (t *turn) file(m *message, messageID int64, words string) error {
	understood, err := t.understand(m, messageID, words)
	if err != nil {
		return err
	}
	if e, ok, err := t.bareCorrection(m, words, understood); ok || err != nil {
		if err != nil {
			return err
		}
		return t.correctInWords(m, messageID, words, reading.Reading{Entries: []reading.Entry{e}})
	}
	if done, err := t.query(m, words); done || err != nil {
		return err
	}
	switch understood.Kind {
	case reading.KindCorrection:
		return t.correctInWords(m, messageID, words, understood)
	case reading.KindWithdrawal:
		return t.withdrawInWords(m, words, understood)
	case reading.KindZero:
		return t.fileNil(m, messageID, understood)
	case reading.KindReport:
		if err := t.attachTo(m, messageID); err != nil {
			return err
		}
		return t.fileEntries(m, messageID, words, understood)
	case reading.KindOther:
		if done, err := t.onPicture(m); done || err != nil {
			return err
		}
	}
	return t.quoteBack(m.ID, words, understood)
}

// understand reads a message and keeps what was understood, unless that was done already.
func (t *turn) understand(m *message, messageID int64, words string) (reading.Reading, error) {
	if r := t.read; r != nil {
		t.read = nil
		return *r, nil
	}
	understood := t.reader.Read(words, t.context(m.Origin != nil))
	return understood, t.keepReading(messageID, understood)
}

// waiting is a report with the question that stands before it.
type waiting struct {
	report   report.Report
	question *asking
}

// fileEntries settles every entry of a message and answers with one receipt, and a question for each entry in doubt.
func (t *turn) fileEntries(m *message, messageID int64, words string, understood reading.Reading) error {
	rc := t.receiptOf(understood)
	var asked []waiting
	var totals []func() error
	for i, e := range understood.Entries {
		if t.whyNot(e) != "" {
			continue
		}
		r := t.reportOf(e)
		r.Message, r.Ordinal = messageID, i+1
		r, q, err := t.settle(r, open{Doubts: t.doubtsOf(e), Words: e.Words, Forwarded: m.Origin != nil},
			store.Change{By: t.member.ID, Message: messageID, Why: whyMessage})
		if err != nil {
			return err
		}
		if q != nil {
			asked = append(asked, waiting{r, q})
			continue
		}
		rc.reports = append(rc.reports, r)
		if d, ok := missingTotal(e); ok {
			totals = append(totals, func() error { return t.askTotal(m.ID, r, d) })
		}
	}
	nils, err := t.fileZeros(messageID, understood)
	if err != nil {
		return err
	}
	rc.reports = append(rc.reports, nils...)
	if elsewhere := t.elsewhere(understood); len(rc.reports) == 0 && len(asked) == 0 && m.Origin != nil && elsewhere != "" {
		return t.answer(m.ID, plain(fmt.Sprintf(sayArchived, elsewhere)))
	}
	if len(rc.reports) == 0 && len(asked) == 0 {
		return t.quoteBack(m.ID, words, understood)
	}
	if len(rc.reports) > 0 {
		if err := t.countAttached(&rc, messageID, 0); err != nil {
			return err
		}
		receipt := t.receiptMessage(rc, rc.reports[0], receiptButtons)
		receipt.ReplyTo = m.ID
		if err := t.bot.enqueue(t.tx, t.chat.ID, receipt, outOptions{key: receiptKey(messageID)}); err != nil {
			return err
		}
	}
	for _, w := range asked {
		if err := t.sendQuestion(m.ID, w.report, w.question, len(rc.reports) == 0 && len(asked) == 1); err != nil {
			return err
		}
	}
	for _, ask := range totals {
		if err := ask(); err != nil {
			return err
		}
	}
	if len(asked) > 0 || len(totals) > 0 {
		return nil // one question at a time
	}
	return t.offerPictures(rc.reports, m.ID)
}

// askTotal offers the total of an amount for each, for a report that was filed without it.
func (t *turn) askTotal(tgMessage int64, r report.Report, d reading.Doubt) error {
	q := &asking{Field: fieldTotal, Text: digest.PerHead(t.scene(), r, d.Text)}
	for _, choice := range d.Options {
		value, ok := valueIn(choice, report.MoneyUnit)
		if !ok {
			continue
		}
		next := r.Clone()
		next.Figures = append(next.Figures, report.Figure{Measure: d.Measure, Unit: report.MoneyUnit, Value: value})
		q.Options = append(q.Options, option{Text: "计" + digest.Amount(report.MoneyUnit, value), Do: doCorrect, Report: &next},
			option{Text: "写总额", Do: doType, Measure: d.Measure})
	}
	q.Options = append(q.Options, option{Text: "不计金额", Do: doNothing})
	return t.askAbout(tgMessage, r, q)
}

// sendQuestion sends the open question about a report. alone tells that the report is all its message told, so that the
// question and the receipt share one place in the chat.
func (t *turn) sendQuestion(tgMessage int64, r report.Report, q *asking, alone bool) error {
	kept, open, err := t.tx.QuestionOf(r.ID)
	if err != nil || !open {
		return err
	}
	m := questionMessage(kept.ID, q)
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: questionKey(r, alone)})
}

func (t *turn) context(forwarded bool) reading.Context {
	return reading.Context{Today: t.today, Area: ownArea(t.member), Forwarded: forwarded}
}

func (t *turn) keepReading(messageID int64, r reading.Reading) error {
	body, err := reading.Encode(r)
	if err != nil {
		return err
	}
	return t.tx.SetReading(messageID, body, engine)
}

// whyNot says what keeps an entry from being counted or asked about at all, for its sender; empty if nothing does.
func (t *turn) whyNot(e reading.Entry) string {
	switch {
	case !t.sees(e.Area):
		return t.source.Areas.Name(e.Area) + "不在您的辖区"
	case e.Day > t.today:
		return "日期还没到"
	case e.Activity == "" && len(e.Figures) == 0:
		return "没写是什么活动"
	}
	return ""
}

// doubtsOf gives what must be asked about an entry before it is filed: its doubts, without those that are checked against the
// store anyway, and one where it is not clear without saying why.
func (t *turn) doubtsOf(e reading.Entry) []reading.Doubt {
	a, _ := t.source.Catalogue.Activity(e.Activity)
	suspects := a.Suspect(report.Report{Figures: e.Figures}, func(string) int64 { return 0 })
	about := map[string]bool{}
	var doubts, guessed []reading.Doubt
	for _, d := range e.Doubts {
		about[d.About] = true
		suspected := d.About == reading.AboutValue && slices.ContainsFunc(suspects, func(s report.Suspicion) bool {
			return e.Figures[s.Figure].Measure == d.Measure
		})
		switch {
		case d.About == reading.AboutForward, d.About == reading.AboutRunning, d.About == reading.AboutTotal, suspected:
		case d.About == reading.AboutWords:
			guessed = append(guessed, d)
		default:
			doubts = append(doubts, d)
		}
	}
	if len(guessed) > 0 {
		doubts = append([]reading.Doubt{together(guessed)}, doubts...)
	}
	if e.Activity == "" && !about[reading.AboutActivity] {
		doubts = append([]reading.Doubt{{About: reading.AboutActivity}}, doubts...)
	}
	if e.Day == 0 && !about[reading.AboutDate] {
		doubts = append(doubts, reading.Doubt{About: reading.AboutDate})
	}
	if len(e.Doubts) == 0 && !e.Clear && len(doubts) == 0 {
		doubts = append(doubts, reading.Doubt{About: reading.AboutMeasure, Text: e.Words})
	}
	return doubts
}

// together makes one question of several words that were taken for others.
func together(guessed []reading.Doubt) reading.Doubt {
	all := reading.Doubt{About: reading.AboutWords}
	var texts []string
	for _, d := range guessed {
		texts = append(texts, d.Text)
		all.Options = append(all.Options, d.Options...)
	}
	all.Text = strings.Join(texts, "、")
	return all
}

// elsewhere names the place outside the member's areas that a message tells of.
func (t *turn) elsewhere(understood reading.Reading) string {
	for _, e := range understood.Entries {
		if e.Area != 0 && !t.sees(e.Area) {
			return t.source.Areas.Name(e.Area)
		}
		for _, d := range e.Doubts {
			if d.About == reading.AboutArea {
				return d.Text
			}
		}
	}
	return ""
}

// missingTotal gives the total that an amount for each makes, where the words state none.
func missingTotal(e reading.Entry) (d reading.Doubt, ok bool) {
	for _, d := range e.Doubts {
		if d.About == reading.AboutTotal {
			return d, true
		}
	}
	return reading.Doubt{}, false
}

// reportOf makes the report an entry tells of.
func (t *turn) reportOf(e reading.Entry) report.Report {
	org := e.Org
	if org == 0 {
		org = ownArea(t.member)
	}
	r := report.Report{State: report.Filed, Activity: e.Activity, Title: e.Title, Area: e.Area, Org: org, Day: e.Day, Until: e.Until,
		Place: e.Place, Figures: e.Figures, By: t.member.ID}
	if r.Until == r.Day {
		r.Until = 0
	}
	return r
}

// noteNames says why a number that was understood does not count, where its sender may think that it does.
var noteNames = map[reading.Why]string{reading.WhyTarget: "是任务", reading.WhyPlan: "还没做"}

func receiptKey(messageID int64) string { return fmt.Sprintf("receipt:%d", messageID) }

// receiptOf gives what a receipt says beside the reports.
func (t *turn) receiptOf(understood reading.Reading) receipt {
	rc := receipt{assumed: map[int]bool{}, unread: understood.Unread, masked: t.masked}
	for i, e := range understood.Entries {
		rc.assumed[i+1] = e.DayAssumed
		if why := t.whyNot(e); why != "" {
			rc.unread = append(rc.unread, fmt.Sprintf("%s(%s)", e.Words, why))
		}
	}
	for _, n := range understood.Notes {
		text := n.Text
		for _, e := range understood.Entries {
			if e.Words != text { // what was counted beside it is not quoted
				text = strings.TrimSpace(strings.Replace(text, e.Words, "", 1))
			}
		}
		if why := noteNames[n.Why]; why != "" {
			rc.unread = append(rc.unread, fmt.Sprintf("%s(%s)", text, why))
		}
	}
	for _, z := range understood.Zeros {
		if z.Area != 0 && !t.sees(z.Area) {
			rc.unread = append(rc.unread, t.source.Areas.Name(z.Area)+"的零报告(不在您的辖区)")
		}
	}
	return rc
}

// showReceipt redraws the receipt of the message that told r, with the given buttons for r. What waits for an answer has a
// place of its own in the chat and is not redrawn.
func (t *turn) showReceipt(r report.Report, buttons buttonsFor) error {
	reports, err := t.tx.ReportsOfMessage(r.Message)
	if err != nil {
		return err
	}
	message, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return err
	}
	understood, err := reading.Decode(message.Reading)
	if err != nil {
		return err
	}
	rc := t.receiptOf(understood)
	rc.masked = maskedNames(message.Masked)
	if err := t.countAttached(&rc, message.ID, 0); err != nil {
		return err
	}
	for _, other := range reports {
		if !waits(other) {
			rc.reports = append(rc.reports, other)
			rc.assumed[other.Ordinal] = rc.assumed[other.Ordinal] && other.Day == t.today // changed since, or shown on a later day: no 今天 in it
		}
	}
	if len(rc.reports) == 0 {
		return nil
	}
	if len(rc.reports) == 1 && r.State == report.Same {
		return t.showMerged(r.ID)
	}
	m := t.receiptMessage(rc, r, buttons)
	if message.Chat == t.chat.ID {
		m.ReplyTo = message.TgMessage // where there is none to redraw
	}
	return t.bot.enqueue(t.tx, message.Chat, m, outOptions{key: receiptKey(r.Message), edit: true})
}

// quoteBack answers a message of which nothing was filed: the words, why not, and what to write instead.
func (t *turn) quoteBack(tgMessage int64, words string, r reading.Reading) error {
	if len(r.Entries) > 0 || r.Kind != reading.KindOther {
		return t.answer(tgMessage, t.notFiledMessage(words, r))
	}
	m := t.notUnderstoodMessage(words)
	m.ReplyTo = tgMessage
	o := outOptions{expires: answerLife}
	if roleOf(t.member) == digest.Cadre && !strings.ContainsFunc(words, unicode.IsDigit) && len(t.masked) == 0 { // others ask
		o.dedupe = fmt.Sprintf("unread:%d:%s", t.chat.ID, t.today) // small talk is answered once a day
	}
	return t.bot.enqueue(t.tx, t.chat.ID, m, o)
}
