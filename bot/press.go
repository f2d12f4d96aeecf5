package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// What a button means, the first part of its callback data. The data is verb:report:revision, and an argument for some:
// with the revision a stale button is known for what it is. It stays far below the 64 bytes the Bot API allows.
const (
	pressMenu     = "m" // one report of several in a receipt: show its own buttons
	pressBack     = "b" // leave a choice
	pressDate     = "d" // 改日期
	pressSetDate  = "D" // + day
	pressOtherDay = "o" // ask for the day
	pressFigures  = "n" // 改数字
	pressFigure   = "N" // + index of the figure: ask for the number
	pressWithdraw = "w" // 撤回
	pressUndo     = "u" // 还原: as the revision before
	pressTowns    = "t" // of a digest: + area, period
)

// press is callback data taken apart.
type press struct {
	verb   string
	report int64
	rev    int
	arg    string
}

func (p press) data() string {
	s := fmt.Sprintf("%s:%d:%d", p.verb, p.report, p.rev)
	if p.arg != "" {
		s += ":" + p.arg
	}
	return s
}

func parsePress(data string) (press, bool) {
	parts := strings.SplitN(data, ":", 4)
	if len(parts) < 3 {
		return press{}, false
	}
	id, err1 := strconv.ParseInt(parts[1], 10, 64)
	rev, err2 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil {
		return press{}, false
	}
	p := press{verb: parts[0], report: id, rev: rev}
	if len(parts) == 4 {
		p.arg = parts[3]
	}
	return p, true
}

// onPress handles a button. Data is not trusted: whoever can press can forge it, so rights are checked against the
// report, and what does not parse is ignored.
func (b *Bot) onPress(tx *store.Tx, q *callbackQuery) error {
	if q.Message == nil {
		return nil
	}
	t, known, err := b.turn(tx, q.Message.Chat, q.From, tx.Now())
	if err == nil && !known && q.Message.Chat.private() {
		return b.formerPress(tx, q)
	}
	if err != nil || !known {
		return err
	}
	if lost, err := t.lost(q.Message); err != nil || lost {
		if err == nil {
			err = t.remark(q.Message.ID, "lost", sayLostButton)
		}
		return err
	}
	return t.unlessClosed(request{Data: q.Data, Under: q.Message.ID}, func() error { return t.press(q.Data, q.Message.ID) })
}

// press does what a button means.
func (t *turn) press(data string, tgMessage int64) error {
	if area, period, ok := parseTowns(data); ok {
		return t.towns(tgMessage, area, period)
	}
	if p, ok := parseForm(data); ok {
		return t.onForm(p)
	}
	if alias, do, ok := parseAlias(data); ok {
		return t.onAlias(alias, do)
	}
	for _, on := range []func(*turn, string, int64) (bool, error){(*turn).onQuery, (*turn).onFile, (*turn).onDuty, (*turn).onChanges, (*turn).onClosing, (*turn).onDocument, (*turn).onOffice, (*turn).onOwn} {
		if done, err := on(t, data, tgMessage); done || err != nil {
			return err
		}
	}
	if err := t.takePlace(tgMessage); err != nil {
		return err
	}
	if question, choice, ok := parseAnswer(data); ok {
		return t.onAnswer(question, choice)
	}
	p, ok := parsePress(data)
	if !ok {
		return nil
	}
	r, err := t.tx.ReportFor(p.report, t.member.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !t.mayChange(r) {
		return nil
	}
	if p.rev != r.Rev || waits(r) {
		return t.showReceipt(r, receiptButtons) // a stale button changes nothing: show how things stand
	}
	return t.do(p, r)
}

// waits tells whether a question stands between a report and the ledger: only its answer moves it on.
func waits(r report.Report) bool { return r.State == report.Asked || r.State == report.Held }

// takePlace makes what a press brings about appear where its button was, if that message asked something or told a change.
// A receipt is redrawn anyway, and a change of it is told below, where it is seen.
func (t *turn) takePlace(tgMessage int64) error {
	key, ok, err := t.tx.KeyOfSent(t.chat.ID, tgMessage)
	if err != nil || !ok {
		return err
	}
	if kind, _, _ := strings.Cut(key, ":"); kind == placeAsk || kind == placeChange {
		t.place = outOptions{key: key, edit: true}
	}
	return nil
}

// Places in a chat that later messages take, the first part of an edit key.
const (
	placeAsk    = "ask"    // a question about a filed report
	placeChange = "change" // what was changed in a report
)

// mayChange tells whether the member may change the report: its author may, wherever the author's areas still include it,
// and so may a member of an area above it, with a reason that the author is told.
func (t *turn) mayChange(r report.Report) bool {
	if r.By == t.member.ID {
		return t.sees(r.Area)
	}
	if t.chat.Kind != "private" {
		return false // nobody is corrected in public
	}
	for _, s := range t.member.Memberships {
		if s.Area != r.Area && t.source.Areas.Within(r.Area, s.Area) {
			return true
		}
	}
	return false
}

func (t *turn) do(p press, r report.Report) error {
	switch p.verb {
	case pressMenu:
		return t.showReceipt(r, reportButtons)
	case pressBack:
		return t.showReceipt(r, receiptButtons)
	case pressDate:
		return t.showReceipt(r, dateButtons)
	case pressFigures:
		if len(r.Figures) == 1 {
			return t.askFigure(r, 0)
		}
		return t.showReceipt(r, figureButtons)
	case pressSetDate:
		day, err := report.ParseDay(p.arg)
		if err != nil || day > t.today {
			return nil
		}
		return t.change(r, 0, whyButton, func(next *report.Report) { next.Day, next.Until = day, 0 })
	case pressOtherDay:
		return t.askDay(r)
	case pressFigure:
		i, err := strconv.Atoi(p.arg)
		if err != nil || i < 0 || i >= len(r.Figures) {
			return nil
		}
		return t.askFigure(r, i)
	case pressWithdraw:
		if r.State != report.Filed {
			return t.showReceipt(r, receiptButtons)
		}
		withdraw := func(next *report.Report) { next.State = report.Withdrawn }
		if r.By != t.member.ID {
			return t.change(r, 0, whyWithdrawn, withdraw)
		}
		return t.revise(r, store.Change{By: t.member.ID, Why: whyWithdrawn}, withdraw)
	case pressUndo:
		return t.undo(r)
	}
	return nil
}

// Why a revision was made, as it is stored.
const (
	whyMessage   = "message"   // the message that told it
	whyEdited    = "edited"    // the message was edited
	whyButton    = "button"    // a button, and what was typed after it
	whyWithdrawn = "withdrawn" // 撤回
	whyUndo      = "undo"      // 还原
	whyInWords   = "words"     // a correction said in words
	whyAnswer    = "answer"    // the answer to a question
	whyMerged    = "merged"    // another report of the same event
	whyReleased  = "released"  // the report it was the same as was taken back
	whyRebase    = "rebase"    // an earlier running total changed
	whyReinstate = "reinstate" // the report that had cancelled it was taken back
	whyCancelled = "cancelled" // a report came in for a period that had been said to have none
	whyForm      = "form"      // the guided form was confirmed
	whyLearnt    = "learnt"    // a word of its message was taught
	whyRefused   = "refused"   // an administrator does not count it in a closed year
	whySuperior  = "superior:" // + the reason
)

// WhyImport says of a revision that it came from a file.
const WhyImport = "import"

// undo makes the report what it was before its latest revision. What was not counted then is asked about again, and so is
// whether another is the same event, where that was what changed it.
func (t *turn) undo(r report.Report) error {
	change := store.Change{By: t.member.ID, Why: whyUndo}
	if r.State == report.Same && r.By == t.member.ID {
		return t.unmerge(r, change)
	}
	revisions, err := t.tx.Revisions(r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(revisions, func(v store.Revision) bool { return v.Rev == r.Rev-1 })
	if i < 0 {
		return t.showReceipt(r, receiptButtons)
	}
	before := revisions[i].Report.Clone()
	before.Rev = r.Rev
	switch {
	case r.By == t.member.ID && before.Nil && before.State == report.Filed:
		return t.fileNilAs(before, false, change)
	case before.State != report.Filed && before.State != report.Withdrawn:
		return t.undoAnswer(r, before, change)
	case r.By == t.member.ID && r.State == report.Withdrawn:
		if asked, err := t.askToldMeanwhile(r, before, change); asked || err != nil {
			return err
		}
	}
	if err := t.change(r, 0, whyUndo, func(next *report.Report) { *next = before }); err != nil {
		return err
	}
	if r.By == t.member.ID && revisions[len(revisions)-1].Why == whyMerged {
		return t.unmergeFrom(r, revisions[len(revisions)-1].Message, change)
	}
	return nil
}

// askToldMeanwhile holds a report that comes back, and asks, where its event was told by another while it was taken back. asked
// is false where it was not.
func (t *turn) askToldMeanwhile(r, back report.Report, c store.Change) (asked bool, err error) {
	o, err := t.openOf(r)
	if err != nil {
		return false, err
	}
	others, err := t.tx.Around(back.Activity, back.Area, back.Day, max(back.Day, back.Until))
	if err != nil {
		return false, err
	}
	for _, other := range others {
		for _, pair := range [][2]int64{{r.ID, other.ID}, {other.ID, r.ID}} {
			two, err := t.saidTwo(pair[0], pair[1])
			if err != nil {
				return false, err
			}
			if two {
				o.Passed = append(slices.Clone(o.Passed), fieldSame+strconv.FormatInt(other.ID, 10))
			}
		}
	}
	q, err := t.askSame(back, o)
	if q == nil || err != nil {
		return false, err
	}
	back.State, back.SameAs = q.State, q.SameAs
	if back, err = t.post(back, c); err != nil {
		return false, err
	}
	if err := t.keepQuestion(back, q); err != nil {
		return false, err
	}
	return true, t.showOutcome(back, q, false)
}

// saidTwo tells whether the sender of a report answered that it is another event than the one it was held for.
func (t *turn) saidTwo(id, other int64) (bool, error) {
	revisions, err := t.tx.Revisions(id)
	for i := 1; i < len(revisions); i++ {
		held, answered := revisions[i-1], revisions[i]
		if held.Report.State == report.Held && held.Report.SameAs == other && held.Why != whyReleased && answered.Why == whyAnswer &&
			(answered.Report.State == report.Filed || waits(answered.Report)) {
			return true, err
		}
	}
	return false, err
}

// undoAnswer asks again what stood between a report and the ledger. A nil report just stays as it is.
func (t *turn) undoAnswer(r, before report.Report, c store.Change) error {
	if r.By != t.member.ID || r.Nil {
		return t.showReceipt(r, receiptButtons)
	}
	o, err := t.openOf(r)
	if err != nil {
		return err
	}
	next, q, err := t.settle(before, o, c)
	if err != nil {
		return err
	}
	return t.showOutcome(next, q, false)
}

// change revises a report and says what changed in a message of its own, since a receipt that changes far above is easily
// overlooked. messageID is the message that asked for it, 0 for a button.
func (t *turn) change(r report.Report, messageID int64, why string, edit func(*report.Report)) error {
	next := r.Clone()
	edit(&next)
	if r.By != t.member.ID {
		return t.askReason(next)
	}
	if !differs(r, next) {
		return t.showReceipt(r, receiptButtons)
	}
	next, err := t.revised(r, store.Change{By: t.member.ID, Message: messageID, Why: why}, edit)
	if err != nil {
		return err
	}
	if t.place.key == "" {
		t.place.key = fmt.Sprintf("%s:%d:%d", placeChange, next.ID, next.Rev)
	}
	return t.bot.enqueue(t.tx, t.chat.ID, t.changedMessage(r, next), t.place)
}

// differs tells whether a change of a report is one: in what it counts or in what people read of it.
func differs(old, next report.Report) bool {
	return len(report.Post(old, next)) > 0 || next.State != old.State || next.Until != old.Until || next.Place != old.Place ||
		next.Title != old.Title || !slices.Equal(next.Figures, old.Figures)
}

// revise posts the new state of a report and redraws its receipt.
func (t *turn) revise(r report.Report, c store.Change, edit func(*report.Report)) error {
	_, err := t.revised(r, c, edit)
	return err
}

func (t *turn) revised(r report.Report, c store.Change, edit func(*report.Report)) (report.Report, error) {
	next := r.Clone()
	edit(&next)
	next, err := t.post(next, c)
	if err != nil {
		return next, err
	}
	return next, t.showReceipt(next, receiptButtons)
}

// row makes one row of buttons.
func row(buttons ...digest.Button) []digest.Button { return buttons }

func button(text string, p press) digest.Button { return digest.Button{Text: text, Data: p.data()} }
