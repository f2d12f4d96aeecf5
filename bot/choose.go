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

// pressAnswer is the button of a likely answer: a, number of the question, index of the option.
const pressAnswer = "a"

func answerData(question int64, i int) string {
	return fmt.Sprintf("%s:%d:%d", pressAnswer, question, i)
}

// questionMessage words a question, with a button for each likely answer: two in a row where they are short.
func questionMessage(id int64, q *asking) digest.Message {
	var rows [][]digest.Button
	for i, o := range q.Options {
		b := digest.Button{Text: o.Text, Data: answerData(id, i)}
		if n := len(rows); i > 0 && n > 0 && len(rows[n-1]) == 1 && len([]rune(rows[n-1][0].Text))+len([]rune(o.Text)) <= 14 {
			rows[n-1] = append(rows[n-1], b)
			continue
		}
		rows = append(rows, []digest.Button{b})
	}
	return q.Text.Message(rows...)
}

// onAnswer handles the press of a likely answer. A question is answered once; a press on one that is closed, or about a
// report that has moved on, shows how things stand.
func (t *turn) onAnswer(id int64, choice int) error {
	q, err := t.tx.QuestionByID(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if q.Field == fieldPhoto {
		return t.onPlaced(q, choice)
	}
	if q.Report == 0 {
		return nil
	}
	r, err := t.tx.Report(q.Report)
	if err != nil {
		return err
	}
	if q.Member != t.member.ID || !t.mayChange(r) {
		return nil
	}
	if r.Rev != q.Rev {
		return t.showReceipt(r, receiptButtons)
	}
	kept, err := decodeAsking(q)
	if err != nil {
		return err
	}
	if choice < 0 || choice >= len(kept.Options) {
		return nil
	}
	return t.choose(q, kept, r, kept.Options[choice], 0)
}

// askKey is where the question about a filed report stands in the chat.
func askKey(question int64) string { return fmt.Sprintf("%s:%d", placeAsk, question) }

func decodeAsking(q store.Question) (asking, error) {
	kept := asking{Field: q.Field}
	if err := json.Unmarshal(q.Options, &kept); err != nil {
		return asking{}, fmt.Errorf("read question %d: %w", q.ID, err)
	}
	return kept, nil
}

// choose does what an option says. messageID is the message that typed it, 0 for a button.
func (t *turn) choose(q store.Question, kept asking, r report.Report, o option, messageID int64) error {
	switch o.Do {
	case doType:
		what := t.measureName(r.Activity, o.Measure)
		if o.Measure == "" {
			what = t.figureText(r.Activity, r.Figures[o.Figure])
		}
		return t.bot.enqueue(t.tx, t.chat.ID, plain(fmt.Sprintf(sayTypeFigure, what)), outOptions{expires: answerLife})
	case doDay:
		return t.bot.enqueue(t.tx, t.chat.ID, plain(sayTypeDay), outOptions{expires: answerLife})
	}
	if err := t.closeQuestion(q, o.Text); err != nil {
		return err
	}
	change := store.Change{By: t.member.ID, Message: messageID, Why: whyAnswer}
	switch o.Do {
	case doDrop:
		if kept.Field == fieldClosed {
			if err := t.tellDropped(q.ID, *kept.Request); err != nil {
				return err
			}
		}
		return t.drop(r, kept, change)
	case doMerge, doMove:
		return t.merge(r, o, kept, change)
	case doCorrect:
		return t.correctTo(*o.Report, messageID)
	case doFile:
		next := o.Report.Clone()
		next.ID, next.Rev = r.ID, r.Rev
		return t.fileNilAs(next, kept.Field == fieldNilSure, change)
	case doNothing:
		return t.bot.enqueue(t.tx, t.chat.ID, plain(sayUnchanged), t.place)
	}
	next := r
	if o.Report != nil {
		next = o.Report.Clone()
		next.ID, next.Rev = r.ID, r.Rev
	}
	kept.Open.Lesson = t.lessonIn(kept, next)
	if kept.Field == fieldClosed && kept.Request != nil && t.decides(t.of(*kept.Request)) {
		return t.takeOwn(next, kept, change)
	}
	return t.goOn(next, kept, change)
}

func (t *turn) closeQuestion(q store.Question, answer string) error {
	err := t.tx.Answer(q.ID, answer)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it had expired: a button still answers it
	}
	return err
}

// goOn takes a report that was asked about past the question just answered: to the next one, or into the ledger.
func (t *turn) goOn(r report.Report, kept asking, c store.Change) error {
	o := kept.Open
	switch kept.Field {
	case fieldDoubt:
		o.Doubts = o.Doubts[1:]
	case fieldForward: // what was read stood in the question: words taken for others are agreed to with it
		o.Passed = append(slices.Clone(o.Passed), kept.Field)
		o.Doubts = slices.DeleteFunc(slices.Clone(o.Doubts), func(d reading.Doubt) bool { return d.About == reading.AboutWords })
	case fieldAgain: // another may stand where the one taken back was
	default:
		o.Passed = append(slices.Clone(o.Passed), kept.Field)
	}
	r, next, err := t.settle(r, o, c)
	if err != nil {
		return err
	}
	if err := t.showOutcome(r, next, c.Message != 0); err != nil || next != nil {
		return err
	}
	return t.offerLesson(o.Lesson)
}

// showOutcome shows what became of a report after an answer: its receipt or the next question, in the place of the question
// for a button, as a new message for something typed, since that is where the reader looks.
func (t *turn) showOutcome(r report.Report, next *asking, typed bool) error {
	alone, err := t.tellsOne(r.Message)
	if err != nil {
		return err
	}
	key := questionKey(r, alone)
	if next != nil {
		q, open, err := t.tx.QuestionOf(r.ID)
		if err != nil || !open {
			return err
		}
		return t.bot.enqueue(t.tx, t.chat.ID, questionMessage(q.ID, next), outOptions{key: key, edit: !typed})
	}
	rc := receipt{reports: []report.Report{r}}
	if err := t.countAttached(&rc, r.Message, r.ID); err != nil {
		return err
	}
	m := t.receiptMessage(rc, r, receiptButtons)
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: key, edit: !typed})
}

// tellsOne tells whether a message told just one report, so that its question and its receipt share one place in the chat.
func (t *turn) tellsOne(message int64) (bool, error) {
	reports, err := t.tx.ReportsOfMessage(message)
	return len(reports) == 1, err
}

func questionKey(r report.Report, alone bool) string {
	if alone {
		return receiptKey(r.Message)
	}
	return fmt.Sprintf("question:%d", r.ID)
}

// drop leaves a report uncounted for good, at its sender's word.
func (t *turn) drop(r report.Report, kept asking, c store.Change) error {
	r.State, r.SameAs = report.Withdrawn, 0
	r, err := t.post(r, c)
	if err != nil {
		return err
	}
	alone, err := t.tellsOne(r.Message)
	if err != nil {
		return err
	}
	words := kept.Open.Words
	if words == "" {
		message, err := t.tx.MessageByID(r.Message)
		if err != nil {
			return err
		}
		words = message.Text
	}
	return t.bot.enqueue(t.tx, t.chat.ID, digest.Dropped(words).Message(), outOptions{key: questionKey(r, alone), edit: true})
}

// tellAuthor lets the sender of a report know what someone else changed in it.
func (t *turn) tellAuthor(old, next report.Report, reason string) error {
	if old.By == t.member.ID {
		return nil
	}
	author, err := t.tx.Member(old.By)
	if err != nil {
		return err
	}
	where, ok, err := t.tx.ChatByTg(author.TgUser)
	if err != nil || !ok {
		return err
	}
	if err := t.showReceipt(next, receiptButtons); err != nil {
		return err
	}
	told := digest.Told(t.scene(), digest.Change{Old: old, New: next}, t.member.Name, reason)
	return t.bot.enqueue(t.tx, where.ID, told.Message(), outOptions{})
}

// typedChoice takes words as the answer to an open question that stands before the ledger: one of its buttons in words, a
// number or a day where one is asked for.
func (t *turn) typedChoice(q store.Question, r report.Report, words string, messageID int64) (done bool, err error) {
	kept, err := decodeAsking(q)
	if err != nil {
		return false, err
	}
	if kept.Field == fieldReason {
		return true, t.correctForReason(q, *kept.Options[0].Report, words, messageID)
	}
	bare := strings.TrimRight(strings.TrimSpace(words), "。.!！")
	for i, o := range kept.Options {
		yes := i == 0 && (bare == "是" || bare == "是的" || bare == "对")
		no := i == len(kept.Options)-1 && (bare == "不是" || bare == "否")
		if o.says(bare) || yes || no {
			return true, t.unlessClosed(request{Data: answerData(q.ID, i)}, func() error { return t.choose(q, kept, r, o, messageID) })
		}
	}
	if len(kept.Open.Doubts) > 0 && kept.Field == fieldDoubt && kept.Open.Doubts[0].About == reading.AboutActivity {
		if chosen, label, ok := t.chosen(r, kept.Open, kept.Open.Doubts[0], t.activityIn(bare)); ok {
			return true, t.choose(q, kept, r, option{Text: label, Do: doTake, Report: &chosen}, messageID)
		}
	}
	for _, o := range kept.Options {
		next := r.Clone()
		switch o.Do {
		case doType:
			if o.Measure != "" {
				f := t.noFigure(r.Activity, o.Measure)
				var ok bool
				if f.Value, f.Approx, ok = t.typedValue(r.Activity, f, bare); !ok {
					continue
				}
				next.Figures = append(next.Figures, f)
				break
			}
			value, approx, ok := t.typedValue(r.Activity, r.Figures[o.Figure], bare)
			if !ok {
				continue
			}
			next.Figures[o.Figure].Value, next.Figures[o.Figure].Approx = value, approx
		case doDay:
			first, last, ok := reading.ReadDay(bare, t.today)
			if !ok || first > t.today {
				continue
			}
			next.Day, next.Until = first, 0
			if last > first {
				next.Until = last
			}
		default:
			continue
		}
		if err := t.closeQuestion(q, words); err != nil {
			return true, err
		}
		if r.State == report.Filed {
			return true, t.correctTo(next, messageID)
		}
		return true, t.goOn(next, kept, store.Change{By: t.member.ID, Message: messageID, Why: whyAnswer})
	}
	return false, nil
}

// says tells whether bare words are this answer: its button's words, the name before its dates (上周), or its number
// without the unit.
func (o option) says(bare string) bool {
	name, _, _ := strings.Cut(o.Text, " ")
	if o.Text == bare || name == bare && o.Do == doFile {
		return true
	}
	n, ok := reading.ReadNumber(bare)
	m, also := reading.ReadNumber(o.Text)
	return ok && also && n.Milli == m.Milli && (n.Unit == "" || n.Unit == m.Unit)
}

// parseAnswer takes the callback data of a likely answer apart.
func parseAnswer(data string) (question int64, choice int, ok bool) {
	parts := strings.Split(data, ":")
	if len(parts) != 3 || parts[0] != pressAnswer {
		return 0, 0, false
	}
	question, err1 := strconv.ParseInt(parts[1], 10, 64)
	choice, err2 := strconv.Atoi(parts[2])
	return question, choice, err1 == nil && err2 == nil
}
