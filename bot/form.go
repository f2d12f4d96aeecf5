package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// The guided form (/report), for those who would rather press than write: activity, day, place, figures one by one, photos,
// confirm. It is a row that holds what was answered, so it goes on after a restart; it becomes a report, and gets a number,
// when it is confirmed. A message that is no bare answer to its question is a message of its own and leaves it alone.
//
// A form stands in one message, which changes from step to step; after something was typed the next step stands below it,
// where the reader looks. The receipt takes the same place.

// sheet is a form with what was answered so far.
type sheet struct {
	form     store.Form
	Report   report.Report `json:"report"`
	Measures []string      `json:"measures,omitempty"` // that are offered, in this order
	Page     int           `json:"page,omitempty"`     // of the choices shown
}

// stepFigure is the step that asks for a figure: + code of the measure. The other steps are those of package digest.
const stepFigure = string(digest.FormFigure) + ":"

// pressForm is a button of a form: g, number and revision of the form, what it does, argument.
const pressForm = "g"

// What a button of a form does, with its argument.
const (
	formActivity = "a" // code
	formDay      = "d" // day
	formPlace    = "p" // id of an area
	formFigure   = "m" // code of the measure
	formRemove   = "r" // not this figure
	formFigures  = "s" // no more figures
	formPhotos   = "f" // no more photos
	formConfirm  = "y"
	formPage     = "n" // number of the page
	formBack     = "b"
	formLeave    = "x"
)

// formPress is the callback data of a form's button taken apart.
type formPress struct {
	form    int64
	rev     int
	do, arg string
}

func parseForm(data string) (p formPress, ok bool) {
	parts := strings.Split(data, ":")
	if len(parts) != 5 || parts[0] != pressForm {
		return formPress{}, false
	}
	id, err1 := strconv.ParseInt(parts[1], 10, 64)
	rev, err2 := strconv.Atoi(parts[2])
	return formPress{id, rev, parts[3], parts[4]}, err1 == nil && err2 == nil
}

// beginForm answers /report: with words behind it, those are a report like any other.
func (t *turn) beginForm(arg string, tgMessage int64) error {
	versions, err := t.tx.MessageVersions(t.chat.ID, tgMessage)
	if err != nil {
		return err
	}
	if arg != "" {
		return t.file(&message{ID: tgMessage}, versions[0].ID, arg)
	}
	old, open, err := t.tx.OpenForm(t.chat.ID, t.member.ID)
	if err != nil {
		return err
	}
	if open {
		if err := t.endForm(old); err != nil {
			return err
		}
	}
	own := ownArea(t.member)
	s := sheet{Report: report.Report{State: report.Filed, Org: own, By: t.member.ID, Message: versions[0].ID, Ordinal: 1}}
	s.form = store.Form{Chat: t.chat.ID, Member: t.member.ID, Message: versions[0].ID, Step: string(digest.FormActivity), Expires: t.tx.Now().Add(questionLife)}
	if s.form.Body, err = json.Marshal(s); err != nil {
		return fmt.Errorf("write a form: %w", err)
	}
	if s.form, err = t.tx.BeginForm(s.form); err != nil {
		return err
	}
	m, err := t.formMessage(s, "")
	if err != nil {
		return err
	}
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: receiptKey(s.form.Message)})
}

func sheetOf(f store.Form) (sheet, error) {
	s := sheet{form: f}
	if err := json.Unmarshal(f.Body, &s); err != nil {
		return sheet{}, fmt.Errorf("read form %d: %w", f.ID, err)
	}
	return s, nil
}

// onForm handles a button of a form. A button of an earlier step shows how the form stands.
func (t *turn) onForm(p formPress) error {
	f, err := t.tx.FormByID(p.form)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if f.Member != t.member.ID || f.Chat != t.chat.ID {
		return nil
	}
	if f.Closed {
		return t.showEnded(f)
	}
	s, err := sheetOf(f)
	if err != nil {
		return err
	}
	if p.rev != f.Rev {
		return t.showForm(s, "", false)
	}
	return t.fill(s, p.do, p.arg, false)
}

// showEnded shows what became of a form that has ended.
func (t *turn) showEnded(f store.Form) error {
	reports, err := t.tx.ReportsOfMessage(f.Message)
	if err != nil {
		return err
	}
	if len(reports) == 0 {
		return t.bot.enqueue(t.tx, t.chat.ID, plain(sayFormLeft), outOptions{key: receiptKey(f.Message), edit: true})
	}
	return t.showReceipt(reports[0], receiptButtons)
}

// answerForm takes words as the answer to what a form asks: one of its buttons in words, a day, a place, a number. Anything
// else is not touched.
func (t *turn) answerForm(f store.Form, words string) (done bool, err error) {
	if _, _, ok := findCommand(words); ok || strings.HasPrefix(words, "/") {
		return false, nil
	}
	s, err := sheetOf(f)
	if err != nil {
		return false, err
	}
	bare := strings.TrimRight(strings.TrimSpace(words), "。.!！")
	if p, ok, err := t.pressMeant(s, bare); ok || err != nil {
		return ok, errors.Join(err, t.fillTyped(s, p.do, p.arg))
	}
	next, note, ok := t.typedInto(s, bare)
	if !ok {
		return false, nil
	}
	if err := t.retire(s); err != nil {
		return true, err
	}
	if note != "" {
		return true, t.showForm(s, note, true)
	}
	step := next.after(f.Step)
	if f.Step == string(digest.FormFigures) {
		step = f.Step // there may be more
	}
	return true, t.goTo(next, step, true)
}

// fillTyped does what a button does when its words were typed.
func (t *turn) fillTyped(s sheet, do, arg string) error {
	if do == "" {
		return nil
	}
	if err := t.retire(s); err != nil {
		return err
	}
	return t.fill(s, do, arg, true)
}

// retire takes the buttons from the message a form stands in: the next step stands below.
func (t *turn) retire(s sheet) error {
	m, err := t.formMessage(s, "")
	if err != nil {
		return err
	}
	m.Keyboard = nil
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: receiptKey(s.form.Message), edit: true})
}

// pressMeant finds the button whose words were typed.
func (t *turn) pressMeant(s sheet, words string) (p formPress, ok bool, err error) {
	m, err := t.formMessage(s, "")
	if err != nil {
		return formPress{}, false, err
	}
	none := words == "没有" || words == "无" || words == "没"
	for _, b := range slices.Concat(m.Keyboard...) {
		p, _ := parseForm(b.Data)
		yes := p.do == formConfirm && (words == "是" || words == "对" || words == "好")
		if b.Text == words || yes || none && (p.do == formFigures || p.do == formPhotos) {
			return p, true, nil
		}
	}
	return formPress{}, false, nil
}

// fill takes an answer and goes on. An answer that does not belong to the form's step changes nothing: data can be forged.
func (t *turn) fill(s sheet, do, arg string, typed bool) error {
	step, figure := s.form.Step, strings.HasPrefix(s.form.Step, stepFigure)
	switch {
	case do == formLeave:
		return t.endForm(s.form)
	case do == formBack:
		return t.goTo(s, s.before(step), typed)
	case do == formPage:
		s.Page, _ = strconv.Atoi(arg) // what is no page shows the first
		return t.goTo(s, step, typed)
	case do == formActivity && step == string(digest.FormActivity):
		if err := t.setActivity(&s, arg); err != nil {
			return err
		}
	case do == formDay && step == string(digest.FormDay):
		day, err := report.ParseDay(arg)
		if err != nil || day > t.today {
			return nil
		}
		s.Report.Day, s.Report.Until = day, 0
	case do == formPlace && step == string(digest.FormPlace):
		id, err := strconv.ParseInt(arg, 10, 64)
		if _, known := t.source.Areas.ByID(id); err != nil || !known || !t.sees(id) {
			return nil
		}
		s.Report.Area, s.Report.Place = id, ""
	case do == formFigure && step == string(digest.FormFigures):
		if !slices.Contains(s.Measures, arg) {
			return nil
		}
		return t.goTo(s, stepFigure+arg, typed)
	case do == formRemove && figure:
		s.removeFigures(strings.TrimPrefix(step, stepFigure))
	case do == formFigures && step == string(digest.FormFigures):
	case do == formPhotos && step == string(digest.FormPhotos):
	case do == formConfirm && step == string(digest.FormConfirm):
		return t.fileForm(s, typed)
	default:
		return nil
	}
	return t.goTo(s, s.after(step), typed)
}

// goTo keeps what was answered and asks for the step.
func (t *turn) goTo(s sheet, step string, typed bool) error {
	if step != s.form.Step {
		s.Page = 0
	}
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write form %d: %w", s.form.ID, err)
	}
	s.form.Step, s.form.Body, s.form.Expires = step, body, t.tx.Now().Add(questionLife)
	if s.form, err = t.tx.StepForm(s.form); err != nil {
		return err
	}
	return t.showForm(s, "", typed)
}

// showForm shows a form as it stands: in its place, or below what was typed.
func (t *turn) showForm(s sheet, note string, typed bool) error {
	m, err := t.formMessage(s, note)
	if err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: receiptKey(s.form.Message), edit: !typed})
}

// endForm closes a form that becomes no report.
func (t *turn) endForm(f store.Form) error {
	if err := t.tx.CloseForm(f.ID); err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, plain(sayFormLeft), outOptions{key: receiptKey(f.Message), edit: true})
}

// formTakes gives a picture to the form that asks for photos. The form then stands below it, and below the first picture of
// an album.
func (t *turn) formTakes(a store.Attachment) (done bool, err error) {
	f, open, err := t.tx.OpenForm(t.chat.ID, t.member.ID)
	if err != nil || !open || f.Step != string(digest.FormPhotos) || !f.Expires.After(t.tx.Now()) {
		return false, err
	}
	s, err := sheetOf(f)
	if err != nil {
		return false, err
	}
	album, err := t.tx.Album(t.chat.ID, a.Album)
	if err != nil {
		return false, err
	}
	further := slices.ContainsFunc(album, func(other store.Attachment) bool { return other.Told == f.Message })
	if !further {
		err = t.retire(s)
	}
	if err == nil {
		err = t.tx.Attach(a, f.Message, 0)
	}
	if err != nil {
		return true, err
	}
	return true, t.showForm(s, "", !further)
}

// fileForm makes a report of a form, by the same way every report takes.
func (t *turn) fileForm(s sheet, typed bool) error {
	r := s.Report
	if !t.sees(r.Area) {
		return t.goTo(s, string(digest.FormPlace), typed) // the area was taken from the member meanwhile
	}
	if err := t.tx.CloseForm(s.form.ID); err != nil {
		return err
	}
	if err := t.keepReading(r.Message, reading.Reading{Kind: reading.KindReport}); err != nil {
		return err
	}
	c := store.Change{By: t.member.ID, Message: r.Message, Why: whyForm}
	r, q, err := t.settle(r, open{Words: t.formWords(r)}, c)
	if err != nil {
		return err
	}
	return t.showOutcome(r, q, typed)
}

// formWords says in one line what a form holds, for the places that quote the words of a report.
func (t *turn) formWords(r report.Report) string {
	a, _ := t.source.Catalogue.Activity(r.Activity)
	words := []string{a.Short}
	for _, f := range r.Figures {
		words = append(words, t.figureText(r.Activity, f))
	}
	return strings.Join(words, " ")
}
