package bot

import (
	"fmt"
	"strings"
	"unicode"

	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// engine names the rules a reading was made with, kept beside it: a later engine may read the same words otherwise.
const engine = "1"

// file reads a message, files what is clear in it, and quotes the rest back.
func (t *turn) file(tgMessage, messageID int64, words string, forwarded bool) error {
	understood := t.reader.Read(words, t.context(forwarded))
	if err := t.keepReading(messageID, understood); err != nil {
		return err
	}
	rc := t.receiptOf(understood, forwarded)
	for i, e := range understood.Entries {
		if !t.fileable(e, understood.Kind, forwarded) {
			continue
		}
		r := t.reportOf(e)
		r.Message, r.Ordinal = messageID, i+1
		r, err := t.tx.File(r, store.Change{By: t.member.ID, Message: messageID, Why: whyMessage})
		if err != nil {
			return err
		}
		rc.reports = append(rc.reports, r)
	}
	if len(rc.reports) == 0 {
		return t.quoteBack(tgMessage, words, understood, forwarded)
	}
	m := t.receiptMessage(rc, rc.reports[0], receiptButtons)
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: receiptKey(messageID)})
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

// fileable tells whether an entry is filed without a question.
func (t *turn) fileable(e reading.Entry, kind reading.Kind, forwarded bool) bool {
	return kind == reading.KindReport && e.Clear && !forwarded && t.whyNot(e) == ""
}

// whyNot says what keeps an entry from being filed, for its sender; empty if nothing does.
func (t *turn) whyNot(e reading.Entry) string {
	switch {
	case e.Activity == "":
		return "没写是什么活动"
	case !t.sees(e.Area):
		return t.source.Areas.Name(e.Area) + "不在您的辖区"
	case e.Day == 0:
		return "日期请写清楚，如 3月8日"
	case e.Day > t.today:
		return "日期还没到"
	}
	for _, f := range e.Figures {
		if f.Running {
			return "像是累计数，请报这一次的"
		}
	}
	if len(e.Doubts) > 0 {
		return doubtText(e.Doubts[0])
	}
	if !e.Clear {
		return "有数字没看懂"
	}
	return ""
}

func doubtText(d reading.Doubt) string {
	switch d.About {
	case "date":
		return "日期请写清楚，如 3月8日"
	case "area":
		return fmt.Sprintf("地点请写清楚：%s", d.Text)
	case "activity":
		return "没写清是什么活动"
	}
	return fmt.Sprintf("请核对：%s", d.Text)
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

func receiptKey(messageID int64) string { return fmt.Sprintf("receipt:%d", messageID) }

// receiptOf gives what a receipt says beside the reports.
func (t *turn) receiptOf(understood reading.Reading, forwarded bool) receipt {
	rc := receipt{assumed: map[int]bool{}, unread: understood.Unread, masked: t.masked}
	for i, e := range understood.Entries {
		rc.assumed[i+1] = e.DayAssumed
		if !t.fileable(e, understood.Kind, forwarded) {
			rc.unread = append(rc.unread, fmt.Sprintf("%s(%s)", e.Words, t.whyNot(e)))
		}
	}
	return rc
}

// showReceipt redraws the receipt of the message that told r, with the given buttons for r.
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
	rc := t.receiptOf(understood, message.Origin != "")
	rc.reports, rc.masked = reports, nil
	for _, r := range reports {
		rc.assumed[r.Ordinal] = rc.assumed[r.Ordinal] && r.Day == t.today // changed since, or shown on a later day: no 今天 in it
	}
	return t.bot.enqueue(t.tx, message.Chat, t.receiptMessage(rc, r, buttons), outOptions{key: receiptKey(r.Message), edit: true})
}

// onEdit handles an edited message: it says anew what the message tells. What had been filed from it is corrected, what
// it tells now for the first time is filed, what it no longer tells is withdrawn; but only when all of it is clear.
func (b *Bot) onEdit(tx *store.Tx, row store.InboxRow, m *message) error {
	if m.From == nil || m.From.IsBot {
		return nil
	}
	t, known, err := b.turn(tx, m.Chat, *m.From, m.sent())
	if err != nil || !known {
		return err
	}
	t.masked = maskedNames(row.Masked)
	words, addressed, err := t.addressed(m)
	if err != nil || !addressed || words == "" {
		return err
	}
	versions, err := tx.MessageVersions(t.chat.ID, m.ID)
	if err != nil {
		return err
	}
	version, known := versionOf(m, words, versions)
	if known {
		return nil // delivered again
	}
	id, fresh, err := tx.AddMessage(store.Message{Chat: t.chat.ID, TgMessage: m.ID, Version: version, Member: t.member.ID, Sent: t.sent,
		Text: words, Origin: originOf(m)})
	if err != nil || !fresh {
		return err
	}
	if len(versions) == 0 {
		return t.file(m.ID, id, words, m.Origin != nil) // the original never reached us: the edit is the report
	}
	if versions[len(versions)-1].Text == words {
		return nil // only entities or a picture changed
	}
	first := versions[0].ID
	reports, err := tx.ReportsOfMessage(first)
	if err != nil {
		return err
	}
	if len(reports) == 0 {
		return t.file(m.ID, first, words, m.Origin != nil) // nothing was counted so far: as if it were new
	}
	return t.correct(m.ID, id, first, words, reports)
}

// versionOf numbers an edit by its time. Telegram counts seconds, so a second edit within one gets the next number; known
// tells that this very edit is kept already.
func versionOf(m *message, words string, versions []store.Message) (version int64, known bool) {
	version = m.EditDate
	for _, v := range versions {
		if v.Version >= m.EditDate && v.Text == words {
			return v.Version, true
		}
		version = max(version, v.Version+1)
	}
	return version, false
}

// correct brings the reports of a message in line with its edited words.
func (t *turn) correct(tgMessage, messageID, first int64, words string, reports []report.Report) error {
	for _, r := range reports {
		revisions, err := t.tx.Revisions(r.ID)
		if err != nil {
			return err
		}
		switch why := revisions[len(revisions)-1].Why; {
		case why == whyWithdrawn:
			return t.answer(tgMessage, plain(fmt.Sprintf(sayWithdrawnByHand, r.ID)))
		case why != whyMessage && why != whyEdited:
			return t.answer(tgMessage, plain(fmt.Sprintf(sayChangedByHand, r.ID)))
		}
	}
	understood := t.reader.Read(words, t.context(false))
	if err := t.keepReading(messageID, understood); err != nil {
		return err
	}
	for _, e := range understood.Entries {
		if !t.fileable(e, understood.Kind, false) {
			return t.answer(tgMessage, plain(fmt.Sprintf(sayUnclearEdit, numbersOf(reports))))
		}
	}
	if len(understood.Entries) == 0 {
		return t.answer(tgMessage, plain(fmt.Sprintf(sayUnclearEdit, numbersOf(reports))))
	}
	change := store.Change{By: t.member.ID, Message: messageID, Why: whyEdited}
	var all, changes []pairing
	for _, p := range pairUp(reports, understood.Entries) {
		next := p.next(t, first)
		var err error
		switch {
		case p.old.ID == 0:
			next, err = t.tx.File(next, change)
		case differs(p.old, next) || next.Ordinal != p.old.Ordinal:
			next, err = t.tx.Revise(next, change)
		}
		if err != nil {
			return err
		}
		p.new = next
		if all = append(all, p); p.old.ID == 0 || differs(p.old, next) {
			changes = append(changes, p)
		}
	}
	if len(changes) == 0 {
		changes = all
	}
	now, err := t.tx.ReportsOfMessage(first)
	if err != nil {
		return err
	}
	m := t.editedMessage(changes, now, understood.Unread, t.masked)
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: receiptKey(first), edit: true})
}

// pairing is a report and the entry that now tells of it; one of the two may be missing.
type pairing struct {
	old   report.Report
	entry *reading.Entry
	place int // of the entry in the message
	new   report.Report
}

// pairUp gives each report the entry that tells of it: the one of the same activity and area, else the next of the same
// activity, else the one at the same place in the message.
func pairUp(reports []report.Report, entries []reading.Entry) []pairing {
	pairs := make([]pairing, len(reports))
	taken := make([]bool, len(entries))
	for i, r := range reports {
		pairs[i].old = r
	}
	fits := []func(report.Report, int) bool{
		func(r report.Report, j int) bool {
			return entries[j].Activity == r.Activity && entries[j].Area == r.Area
		},
		func(r report.Report, j int) bool { return entries[j].Activity == r.Activity },
		func(r report.Report, j int) bool { return r.Ordinal == j+1 },
	}
	for _, fit := range fits {
		for i := range pairs {
			for j := range entries {
				if pairs[i].entry == nil && !taken[j] && fit(pairs[i].old, j) {
					pairs[i].entry, pairs[i].place, taken[j] = &entries[j], j+1, true
				}
			}
		}
	}
	for j := range entries {
		if !taken[j] {
			pairs = append(pairs, pairing{entry: &entries[j], place: j + 1})
		}
	}
	return pairs
}

// next gives what the paired report becomes.
func (p pairing) next(t *turn, message int64) report.Report {
	if p.entry == nil {
		next := p.old.Clone()
		next.State = report.Withdrawn
		return next
	}
	next := t.reportOf(*p.entry)
	next.ID, next.Rev, next.Message, next.Ordinal = p.old.ID, p.old.Rev, message, p.place
	return next
}

func numbersOf(reports []report.Report) string {
	var ids []string
	for _, r := range reports {
		ids = append(ids, fmt.Sprintf("%d号", r.ID))
	}
	return strings.Join(ids, "、")
}

// quoteBack answers a message of which nothing was filed: the words, why not, and what to write instead.
func (t *turn) quoteBack(tgMessage int64, words string, r reading.Reading, forwarded bool) error {
	if forwarded && len(r.Entries) > 0 {
		return t.answer(tgMessage, plain(sayForwarded))
	}
	if len(r.Entries) > 0 || r.Kind != reading.KindOther {
		return t.answer(tgMessage, t.notFiledMessage(words, r))
	}
	m := t.notUnderstoodMessage(words)
	m.ReplyTo = tgMessage
	o := outOptions{expires: answerLife}
	if !strings.ContainsFunc(words, unicode.IsDigit) && len(t.masked) == 0 {
		o.dedupe = fmt.Sprintf("unread:%d:%s", t.chat.ID, t.today) // small talk is answered once a day
	}
	return t.bot.enqueue(t.tx, t.chat.ID, m, o)
}
