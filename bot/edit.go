package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// onEdit handles an edited message: it says anew what the message tells. What had been filed from it is corrected, what
// it tells now for the first time is filed, what it no longer tells is withdrawn; but only when all of it is clear.
func (b *Bot) onEdit(tx *store.Tx, row store.InboxRow, m *message) error {
	if m.From == nil || m.From.IsBot {
		return tx.ForgetUpdate(row.Seq)
	}
	t, known, err := b.turn(tx, m.Chat, *m.From, m.sent())
	if err != nil {
		return err
	}
	if !known {
		return tx.ForgetUpdate(row.Seq)
	}
	t.masked = maskedNames(row.Masked)
	versions, err := tx.MessageVersions(t.chat.ID, m.ID)
	if err != nil {
		return err
	}
	words, addressed, err := t.addressed(m)
	if err != nil {
		return err
	}
	if !addressed && len(versions) == 0 {
		return tx.ForgetUpdate(row.Seq)
	}
	if len(versions) > 0 {
		if err := t.keepAttachment(m, versions[0].ID); err != nil {
			return err
		}
	}
	if words == "" {
		return nil // a picture without words, a place that moves
	}
	version, known := versionOf(m, words, versions)
	if known {
		return nil // delivered again
	}
	kept := store.Message{Chat: t.chat.ID, TgMessage: m.ID, Version: version, Member: t.member.ID, Sent: t.sent,
		Text: words, Origin: originOf(m), Masked: row.Masked}
	if len(versions) > 0 {
		kept.PartOf = versions[0].PartOf
	}
	id, fresh, err := tx.AddMessage(kept)
	if err != nil || !fresh {
		return err
	}
	if len(versions) == 0 {
		if err := t.keepAttachment(m, id); err != nil {
			return err
		}
		return t.file(m, id, words) // the original never reached us: the edit is the report
	}
	if versions[len(versions)-1].Text == words {
		return nil // only entities or a picture changed
	}
	return t.unlessClosed(request{Edit: id}, func() error { return t.readAnew(m, id, versions, words) })
}

// overtaken tells whether an edit of the message came before the message itself: then that is what counts. A webhook's updates
// need not come in order.
func (t *turn) overtaken(m *message) (bool, error) {
	versions, err := t.tx.Versions(t.chat.ID, m.ID)
	return versions > 1, err
}

// readAnew reads an edited message, or the long text that it is a piece of.
func (t *turn) readAnew(m *message, messageID int64, versions []store.Message, words string) error {
	original := versions[0]
	first := cmp.Or(original.PartOf, original.ID)
	pieces, err := t.tx.MessagePieces(first)
	if err != nil {
		return err
	}
	if pieces[len(pieces)-1].TgMessage != pieces[0].TgMessage {
		words = joined(pieces)
	}
	begun, waits, err := t.tx.Awaited(t.chat.ID, t.member.ID, store.IncompleteText)
	if err != nil || waits && begun.Message == first {
		return err // it is read when all of it is there
	}
	told := []int64{first}
	for _, v := range versions[1:] { // an edit that came first told them
		told = append(told, v.ID)
	}
	reports, err := t.tx.ReportsOfMessage(told...)
	if err != nil {
		return err
	}
	if len(reports) == 0 {
		return t.file(m, first, words) // nothing was counted so far: as if it were new
	}
	return t.correct(m, messageID, first, words, reports)
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

// correct brings the reports of a message in line with its edited words. Words that are not clear change nothing of what is
// counted, and neither does an edit of what was changed by hand since: then one question is asked.
func (t *turn) correct(m *message, messageID, first int64, words string, reports []report.Report) error {
	if slices.ContainsFunc(reports, func(r report.Report) bool { return !t.mayChange(r) }) {
		return t.answer(m.ID, plain(fmt.Sprintf(sayEditElsewhere, numbersOf(reports)))) // the sender has moved since
	}
	understood := t.reader.Read(words, t.context(false))
	if err := t.keepReading(messageID, understood); err != nil {
		return err
	}
	clear := understood.Kind == reading.KindReport && len(understood.Entries) > 0
	for _, e := range understood.Entries {
		clear = clear && t.whyNot(e) == "" && len(t.doubtsOf(e)) == 0
	}
	if !clear {
		return t.answer(m.ID, plain(fmt.Sprintf(sayUnclearEdit, numbersOf(reports))))
	}
	pairs := pairUp(reports, understood.Entries)
	for _, p := range pairs {
		byHand, err := t.changedByHand(p.old)
		if err != nil {
			return err
		}
		if byHand && p.old.State != report.Filed {
			return t.answer(m.ID, plain(fmt.Sprintf(sayWithdrawnByHand, p.old.ID)))
		}
		if next := p.next(t, first); byHand && differs(p.old, next) {
			return t.askConflict(m.ID, p.old, next)
		}
	}
	change := store.Change{By: t.member.ID, Message: messageID, Why: whyEdited}
	var changes []pairing
	var asked []waiting
	for _, p := range pairs {
		next, q, err := t.takeEdit(p, first, change)
		if err != nil {
			return err
		}
		if q != nil {
			asked = append(asked, waiting{next, q})
			continue
		}
		p.new = next
		changes = append(changes, p)
	}
	return t.showEdit(m, first, changes, asked, understood.Unread)
}

// takeEdit applies an edit to one report. What was counted stays counted as it was while a question about its new numbers is
// open.
func (t *turn) takeEdit(p pairing, first int64, c store.Change) (report.Report, *asking, error) {
	next := p.next(t, first)
	if p.old.ID == 0 || p.old.State != report.Filed && p.old.State != report.Same {
		if p.entry == nil {
			r, err := t.post(next, c)
			return r, nil, err
		}
		return t.settle(next, open{Words: p.entry.Words}, c)
	}
	if next.State == report.Filed {
		q, err := t.nextQuestion(next, open{Passed: append(t.toldBefore(p.old), fieldClosed)})
		if err != nil {
			return next, nil, err
		}
		if q != nil {
			q.Field = fieldConflict
			q.Options = []option{{Text: "按编辑的改", Do: doCorrect, Report: &next}, {Text: "不改", Do: doNothing}}
			return p.old, q, t.keepQuestion(p.old, q)
		}
	}
	if !differs(p.old, next) && next.Ordinal == p.old.Ordinal {
		return p.old, nil, nil
	}
	r, err := t.post(next, c)
	return r, nil, err
}

// toldBefore gives the checks for double telling that a filed report has behind it: with everything that was there when it
// was filed.
func (t *turn) toldBefore(r report.Report) []string {
	others, err := t.tx.Around(r.Activity, r.Area, r.Day, max(r.Day, r.Until))
	if err != nil {
		return nil // the store's failure is remembered by the transaction
	}
	var passed []string
	for _, other := range others {
		passed = append(passed, fieldSame+strconv.FormatInt(other.ID, 10))
	}
	return passed
}

// showEdit answers an edited message: in the receipt's place what changed, and the questions that came up.
func (t *turn) showEdit(m *message, first int64, changes []pairing, asked []waiting, unread []string) error {
	now, err := t.tx.ReportsOfMessage(first)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		edited := t.editedMessage(changes, now, unread, t.masked)
		if allNew(changes) {
			rc := receipt{unread: unread, masked: t.masked}
			for _, p := range changes {
				rc.reports = append(rc.reports, p.new)
			}
			edited = t.receiptMessage(rc, rc.reports[0], receiptButtons)
		}
		if err := t.bot.enqueue(t.tx, t.chat.ID, edited, outOptions{key: receiptKey(first), edit: true}); err != nil {
			return err
		}
	}
	for _, w := range asked {
		if err := t.sendQuestion(m.ID, w.report, w.question, len(now) == 1); err != nil {
			return err
		}
	}
	return nil
}

// allNew tells whether nothing that an edit touched was counted before.
func allNew(changes []pairing) bool {
	return !slices.ContainsFunc(changes, func(p pairing) bool {
		return p.new.State != report.Filed || p.old.State == report.Filed
	})
}

// changedByHand tells whether the latest change of a report did not come from the message that told it.
func (t *turn) changedByHand(r report.Report) (bool, error) {
	if r.ID == 0 || waits(r) {
		return false, nil
	}
	revisions, err := t.tx.Revisions(r.ID)
	if err != nil {
		return false, err
	}
	for _, v := range slices.Backward(revisions) {
		switch v.Why {
		case whyRebase, whyMerged, whyReleased, whyRefused: // by others
			continue
		case whyMessage, whyEdited, whyAnswer, whyLearnt:
			return false, nil
		}
		return true, nil
	}
	return false, nil
}

// askConflict asks which holds: what a report was changed to by hand, or its edited message.
func (t *turn) askConflict(tgMessage int64, now, edited report.Report) error {
	q := &asking{Field: fieldConflict, Text: digest.Conflict(t.scene(), now, edited)}
	keep, take := "保持现在的", "按编辑的"
	if f, g, ok := onlyDifference(now, edited); ok {
		keep, take = digest.Amount(f.Unit, f.Value), digest.Amount(g.Unit, g.Value)
	}
	q.Options = []option{{Text: keep, Do: doNothing}, {Text: take, Do: doCorrect, Report: &edited}}
	return t.askAbout(tgMessage, now, q)
}

// onlyDifference gives the figure in which alone two forms of a report differ, as each has it.
func onlyDifference(a, b report.Report) (f, g report.Figure, ok bool) {
	if len(a.Figures) != len(b.Figures) {
		return f, g, false
	}
	found := -1
	for i := range a.Figures {
		if a.Figures[i] == b.Figures[i] {
			continue
		}
		if found >= 0 {
			return f, g, false
		}
		found = i
	}
	if found < 0 {
		return f, g, false
	}
	f, g = a.Figures[found], b.Figures[found]
	a.Figures, b.Figures = nil, nil
	return f, g, f.Value != g.Value && !differs(a, b)
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
	if p.old.State == report.Same { // still told by the other one
		next.State, next.SameAs = report.Same, p.old.SameAs
	}
	for _, f := range p.old.Figures {
		if _, i := next.Figure(f.Measure, f.Label, f.Part); f.From != 0 && i < 0 {
			next.Figures = append(next.Figures, f)
		}
	}
	return next
}

func numbersOf(reports []report.Report) string {
	var ids []string
	for _, r := range reports {
		ids = append(ids, fmt.Sprintf("%d号", r.ID))
	}
	return strings.Join(ids, "、")
}
