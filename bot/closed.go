package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Changes of a closed year. The store refuses them unless an administrator agreed, wherever they come from, so nothing need be
// known here of the ways that lead there. A report that is not counted yet waits as one that was asked about, with the
// administrators as those who are asked (askClosed). Any other act is undone as a whole and kept as a request: as the very
// change it asked for where it was said in words, since words could mean another report later; else as the button or the
// edited message, which are known for stale when they are. Agreed to, it is done again, and shows as a restatement.

// fieldClosed is the field of a question to the administrators: whether a closed year changes. Its asker cannot answer it in
// words, so it is kept as one that has expired for its chat.
const fieldClosed = "closed"

// request is a change of a closed year that waits for an administrator.
type request struct {
	Year int   `json:"year"`
	Area int64 `json:"area,omitempty"` // that was closed; 0: all there is
	// What is to be done: one of these.
	Report *report.Report `json:"report,omitempty"` // the form a report shall get,
	Change store.Change   `json:"change,omitzero"`  // and who says so
	Data   string         `json:"data,omitempty"`   // of a button,
	Under  int64          `json:"under,omitempty"`  // Telegram's id of the message it was under
	Edit   int64          `json:"edit,omitempty"`   // an edited message
	// Old and New are what it changes first, for people.
	Old report.Report `json:"old,omitzero"`
	New report.Report `json:"new,omitzero"`
}

// unlessClosed does what a message or a press asks for. If that touches a closed year it is undone and kept for the
// administrators; way says how it can be done again, the zero request: by the change that was refused.
func (t *turn) unlessClosed(way request, f func() error) error {
	years, err := t.tx.ClosedYears()
	if err != nil {
		return err
	}
	if len(years) == 0 || t.tx.AgreedBy() != 0 {
		return f()
	}
	place := t.place
	if err = t.tx.Attempt(f); !errors.Is(err, store.ErrClosed) {
		return err
	}
	t.place = place
	var r *refusedChange
	if errors.As(err, &r) {
		way.Old, way.New = r.old, r.next
		if way.Year, way.Area, err = t.closedIn(report.Post(r.old, r.next)); err != nil {
			return err
		}
	}
	if way.Data == "" && way.Edit == 0 {
		if r == nil || r.next.ID == 0 {
			return t.bot.enqueue(t.tx, t.chat.ID, plain(fmt.Sprintf(sayClosedElse, t.source.Areas.Office(ownArea(t.member)))), outOptions{expires: answerLife})
		}
		way.Report, way.Change = &r.next, r.change
	}
	return t.putRequest(way)
}

// closedIn gives the closed year that facts lie in, and the area it was closed for; 0 for none.
func (t *turn) closedIn(facts []report.Fact) (year int, area int64, err error) {
	for _, f := range facts {
		if c, closed, err := t.tx.ClosedFor(f.Day.Year(), f.Area); closed || err != nil {
			return c.Year, c.Area, err
		}
	}
	return 0, 0, nil
}

// of gives the area that a request's year was closed for.
func (t *turn) of(w request) int64 {
	if w.Area == 0 {
		root, _ := t.source.Areas.Root()
		return root.ID
	}
	return w.Area
}

// putRequest keeps a request and tells both sides. An administrator's own is one press away.
func (t *turn) putRequest(w request) error {
	q := &asking{Field: fieldClosed, Request: &w}
	waiting, err := t.tx.Unanswered(t.chat.ID, t.member.ID, fieldClosed)
	if err != nil {
		return err
	}
	body, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("write a request: %w", err)
	}
	for _, old := range waiting {
		if bytes.Equal(old.Options, body) {
			return t.showRequest(old.ID, w) // pressed again
		}
	}
	id, err := t.putQuestion(report.Report{}, q)
	if err != nil {
		return err
	}
	if err := t.showRequest(id, w); err != nil || t.decides(t.of(w)) {
		return err
	}
	return t.askOffice(id, t.closedChange(w, t.member.Name))
}

func requestKey(question int64) string { return fmt.Sprintf("request:%d", question) }
func officeKey(question int64) string  { return fmt.Sprintf("office:%d", question) }

// showRequest tells the member that the change waits.
func (t *turn) showRequest(id int64, w request) error {
	buttons := row(closingButton("不改了", id, closedDrop))
	if t.decides(t.of(w)) {
		buttons = row(closingButton("更正", id, closedAgree), closingButton("不改", id, closedDrop))
	}
	m := digest.ClosedWaits(t.sceneNow(), t.closedChange(w, t.member.Name), t.decides(t.of(w))).Message(buttons)
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: requestKey(id)})
}

// askOffice asks the administrators.
func (t *turn) askOffice(id int64, c digest.ClosedChange) error {
	agree, refuse := "同意", "不改"
	if c.Report {
		agree, refuse = "计入", "不计"
	}
	m := digest.ClosedRequest(t.sceneNow(), c).Message(row(closingButton(agree, id, closedAgree), closingButton(refuse, id, closedRefuse)))
	return t.toAdministrators(c.Area, m, outOptions{key: officeKey(id)})
}

// sceneNow is the scene of the present day, whenever the message was written that a turn is about.
func (t *turn) sceneNow() digest.Scene {
	s := t.scene()
	s.Today = report.DayOf(t.tx.Now().In(t.bot.loc))
	return s
}

func (t *turn) closedChange(w request, by string) digest.ClosedChange {
	return digest.ClosedChange{Year: w.Year, Area: t.of(w), By: by, Change: digest.Change{Old: w.Old, New: w.New}}
}

// askClosed asks the administrators whether a report that is not counted yet shall count in a closed year.
func (t *turn) askClosed(r report.Report, o open) (*asking, error) {
	if t.tx.AgreedBy() != 0 {
		return nil, nil
	}
	r = r.Clone()
	r.State = report.Filed
	year, area, err := t.closedIn(report.Post(report.Report{}, r))
	if err != nil || year == 0 {
		return nil, err
	}
	q := &asking{Field: fieldClosed, State: report.Asked, Open: o, Request: &request{Year: year, Area: area}}
	if t.decides(area) {
		q.Options = []option{{Text: "计入", Do: doTake}}
	}
	q.Options = append(q.Options, option{Text: "不计入", Do: doDrop})
	return q, nil
}

// referred completes a question to the administrators once the report has its number, and asks them.
func (t *turn) referred(r report.Report, q *asking) error {
	c := t.closedReport(r, *q.Request, t.member.Name)
	q.Text = digest.ClosedWaits(t.sceneNow(), c, t.decides(c.Area))
	id, err := t.putQuestion(r, q)
	if err != nil || t.decides(c.Area) {
		return err
	}
	return t.askOffice(id, c)
}

func (t *turn) closedReport(r report.Report, w request, by string) digest.ClosedChange {
	return digest.ClosedChange{Year: w.Year, Area: t.of(w), By: by, Report: true, Change: digest.Change{New: r}}
}

// takeOwn counts an administrator's own report in a closed year.
func (t *turn) takeOwn(r report.Report, kept asking, c store.Change) error {
	return t.tx.Agreed(t.member.ID, func() error { return t.goOn(r, kept, c) })
}

// decide takes an administrator's word on a change that waits. The first one decides.
func (t *turn) decide(id int64, agreed bool) error {
	q, kept, ok, err := t.requested(id)
	if err != nil || !ok || !t.decides(t.of(*kept.Request)) {
		return err
	}
	word := "不计"
	if agreed {
		word = "计入"
	}
	if err := t.tx.Answer(id, word); errors.Is(err, store.ErrNotFound) {
		return t.bot.enqueue(t.tx, t.chat.ID, plain(sayClosedDecided), outOptions{expires: answerLife})
	} else if err != nil {
		return err
	}
	by, err := t.memberName(q.Member)
	if err != nil {
		return err
	}
	change := t.closedChange(*kept.Request, by)
	before, err := t.tx.LedgerPosition()
	if err != nil {
		return err
	}
	if q.Report != 0 {
		change, err = t.decideReport(q, kept, agreed, by)
	} else {
		err = t.decideRequest(q, *kept.Request, agreed)
	}
	if err != nil {
		return err
	}
	after, err := t.tx.LedgerPosition()
	if err != nil {
		return err
	}
	shown := digest.ClosedSettled(t.sceneNow(), change, t.member.Name, agreed).Message()
	if agreed && before == after { // nothing was left to be done
		shown = plain(sayClosedMoved)
	}
	if !agreed || before == after { // else each revision is noted
		if err := t.tx.Audit(t.member.ID, "closed "+word, fmt.Sprint(kept.Request.Year), fmt.Sprintf("question %d", id)); err != nil {
			return err
		}
	}
	if q.Member == t.member.ID {
		return nil // what came of it stands where it was asked
	}
	return t.toAdministrators(change.Area, shown, outOptions{key: officeKey(id), edit: true})
}

// requested gives a question about a closed year; ok is false for any other.
func (t *turn) requested(id int64) (q store.Question, kept asking, ok bool, err error) {
	q, err = t.tx.QuestionByID(id)
	if errors.Is(err, store.ErrNotFound) {
		return q, kept, false, nil
	}
	if err != nil || q.Field != fieldClosed {
		return q, kept, false, err
	}
	kept, err = decodeAsking(q)
	return q, kept, kept.Request != nil, err
}

// decideReport counts a report that waited, or drops it, and tells its sender.
func (t *turn) decideReport(q store.Question, kept asking, agreed bool, by string) (digest.ClosedChange, error) {
	r, err := t.tx.Report(q.Report)
	change := t.closedReport(r, *kept.Request, by)
	if err != nil || r.Rev != q.Rev {
		return change, err
	}
	author, err := t.as(r)
	if err != nil {
		return change, err
	}
	if !agreed {
		r.State, r.SameAs = report.Withdrawn, 0
		if _, err := author.post(r, store.Change{By: t.member.ID, Why: whyRefused}); err != nil {
			return change, err
		}
		return change, author.tellDecision(fmt.Sprintf(sayClosedNotCounted, t.source.Areas.Office(change.Area), r.ID, kept.Request.Year))
	}
	c := store.Change{By: t.member.ID, Why: whyAnswer}
	if err := t.tx.Agreed(t.member.ID, func() error { return author.goOn(r, kept, c) }); err != nil {
		return change, err
	}
	if r, err = t.tx.Report(r.ID); err != nil || r.State != report.Filed {
		return change, err
	}
	return change, author.tellDecision(fmt.Sprintf(sayClosedCounted, t.source.Areas.Office(change.Area), r.ID, kept.Request.Year))
}

// tellDecision tells a member what the office decided.
func (t *turn) tellDecision(text string) error {
	return t.bot.enqueue(t.tx, t.chat.ID, plain(text), outOptions{})
}

// decideRequest does what a request asks for, as the member who made it, or tells that member that nothing changes.
func (t *turn) decideRequest(q store.Question, w request, agreed bool) error {
	member, err := t.tx.Member(q.Member)
	if err != nil {
		return err
	}
	where, err := t.tx.ChatByID(q.Chat)
	if err != nil {
		return err
	}
	if len(member.Memberships) == 0 {
		return nil // has left meanwhile
	}
	author, _, err := t.bot.turnIn(t.tx, where, member, t.sent, nil)
	if err != nil {
		return err
	}
	if !agreed {
		return author.tellRequest(q.ID, fmt.Sprintf(sayClosedUnchanged, t.source.Areas.Office(t.of(w)), w.Year))
	}
	before, err := t.tx.LedgerPosition()
	if err == nil {
		err = t.tx.Agreed(t.member.ID, func() error { return author.redo(w) })
	}
	if err != nil {
		return err
	}
	after, err := t.tx.LedgerPosition()
	switch {
	case err != nil:
		return err
	case before == after:
		return author.tellRequest(q.ID, sayClosedMoved)
	case t.member.ID == member.ID:
		return author.tellRequest(q.ID, fmt.Sprintf(sayClosedDone, w.Year))
	}
	return author.tellRequest(q.ID, fmt.Sprintf(sayClosedAgreed, t.source.Areas.Office(t.of(w)), w.Year))
}

func (t *turn) tellRequest(id int64, text string) error {
	return t.bot.enqueue(t.tx, t.chat.ID, plain(text), outOptions{key: requestKey(id), edit: true})
}

// redo does what a request asks for, if that still means the same.
func (t *turn) redo(w request) error {
	switch {
	case w.Report != nil:
		return t.redoChange(*w.Report, w.Change)
	case w.Edit != 0:
		return t.redoEdit(w.Edit)
	}
	if question, _, ok := parseAnswer(w.Data); ok {
		q, err := t.tx.QuestionByID(question)
		if err != nil {
			return err
		}
		if still, open, err := t.tx.QuestionOf(q.Report); err != nil || !open || still.ID != question {
			return err // answered otherwise meanwhile
		}
	}
	return t.press(w.Data, w.Under)
}

// redoChange gives a report the form that was asked for in words.
func (t *turn) redoChange(next report.Report, c store.Change) error {
	r, err := t.tx.Report(next.ID)
	if err != nil || r.Rev != next.Rev || !t.mayChange(r) {
		return err
	}
	changed, err := t.post(next, c)
	if err != nil {
		return err
	}
	if r.By == t.member.ID {
		err = t.showReceipt(changed, receiptButtons)
	} else {
		err = t.tellAuthor(r, changed, strings.TrimPrefix(c.Why, whySuperior))
	}
	if err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, t.changedMessage(r, changed), outOptions{})
}

// redoEdit reads an edited message, unless it was edited again.
func (t *turn) redoEdit(id int64) error {
	m, err := t.tx.MessageByID(id)
	if err != nil {
		return err
	}
	versions, err := t.tx.MessageVersions(m.Chat, m.TgMessage)
	if err != nil || versions[len(versions)-1].ID != id {
		return err
	}
	author, ok, err := t.bot.turnOf(t.tx, m)
	if err != nil || !ok {
		return err
	}
	return author.readAnew(messageOf(m, author.chat), id, versions, m.Text)
}

// dropRequest takes a request back, at the word of the one who made it.
func (t *turn) dropRequest(id int64) error {
	q, kept, ok, err := t.requested(id)
	if err != nil || !ok || q.Member != t.member.ID || q.Report != 0 {
		return err
	}
	if err := t.tx.Answer(id, "不改了"); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	} else if err != nil {
		return nil // decided meanwhile, which was told
	}
	if err := t.tellRequest(id, sayUnchanged); err != nil {
		return err
	}
	return t.tellDropped(id, *kept.Request)
}

// tellDropped tells the administrators that there is nothing to decide any more.
func (t *turn) tellDropped(id int64, w request) error {
	if t.decides(t.of(w)) {
		return nil
	}
	return t.toAdministrators(t.of(w), plain(fmt.Sprintf(sayClosedDropped, t.member.Name, w.Year)), outOptions{key: officeKey(id), edit: true})
}
