package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// questionLife is how long a typed answer is still taken for one.
const questionLife = 24 * time.Hour

// Fields a question can be about.
const (
	fieldDay    = "day"
	fieldFigure = "figure:" // + index
)

// askDay asks for a day to be typed.
func (t *turn) askDay(r report.Report) error {
	return t.ask(r, fieldDay, fmt.Sprintf(sayAskDay, r.ID, t.howToAnswer()))
}

// askFigure asks for the number of one figure to be typed.
func (t *turn) askFigure(r report.Report, i int) error {
	f := r.Figures[i]
	return t.ask(r, fieldFigure+strconv.Itoa(i), fmt.Sprintf(sayAskFigure, r.ID, t.figureText(r.Activity, f), t.howToAnswer()))
}

// howToAnswer says how an answer reaches the bot: in a group it sees only what replies to it.
func (t *turn) howToAnswer() string {
	if t.chat.Kind == "private" {
		return sayAnswerPrivately
	}
	return sayAnswerInGroup
}

// ask puts a question. It is a row, so it survives a restart; a report has one open question at most.
func (t *turn) ask(r report.Report, field, text string) error {
	_, err := t.tx.Ask(store.Question{Chat: t.chat.ID, Member: t.member.ID, Report: r.ID, Rev: r.Rev, Field: field,
		At: t.tx.Now(), Expires: t.tx.Now().Add(questionLife)})
	if err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, digest.Message{Text: text}, outOptions{expires: answerLife})
}

// answerTyped takes words that are a bare answer to the open question. Anything else is not touched and goes on as a new
// message: a report is never swallowed by a question.
func (t *turn) answerTyped(tgMessage, messageID int64, words string) (done bool, err error) {
	q, open, err := t.tx.OpenQuestion(t.chat.ID, t.member.ID)
	if err != nil {
		return false, err
	}
	f, filling, err := t.tx.OpenForm(t.chat.ID, t.member.ID)
	if err != nil {
		return false, err
	}
	if filling && f.Expires.After(t.tx.Now()) && !(open && q.At.After(f.At)) {
		return t.answerForm(f, words) // it was asked last
	}
	if open && strings.HasPrefix(q.Field, fieldBlank) {
		return t.answerBlank(q, tgMessage, messageID, words)
	}
	if open && strings.HasPrefix(q.Field, fieldOffice) {
		if done, err := t.answerOffice(q, tgMessage, words); done || err != nil {
			return done, err
		}
		if q, open, err = t.otherQuestion(); err != nil {
			return false, err
		}
	}
	if open && q.Field == fieldPhoto {
		if done, err := t.placedInWords(q, words); done || err != nil {
			return done, err
		}
		if q, open, err = t.otherQuestion(); err != nil {
			return false, err
		}
	}
	if !open || !t.bare(q.Field, words) {
		return false, err
	}
	r, err := t.tx.Report(q.Report)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if r.Rev != q.Rev || !t.mayChange(r) {
		return false, nil // the report has moved on: the question is void
	}
	if q.Options != nil {
		return t.typedChoice(q, r, words, messageID)
	}
	edit, understood := t.editFor(q.Field, words, r)
	if !understood {
		return false, nil
	}
	if edit == nil {
		return true, t.answer(tgMessage, plain(fmt.Sprintf(sayDayAhead, r.ID)))
	}
	if err := t.tx.Answer(q.ID, words); err != nil {
		return false, err
	}
	return true, t.change(r, messageID, whyButton, edit)
}

// otherQuestion gives the newest open question that is about a report: one about pictures, or an
// administrator's, does not stand before it.
func (t *turn) otherQuestion() (store.Question, bool, error) {
	questions, err := t.tx.OpenQuestions(t.chat.ID, t.member.ID)
	for _, q := range questions {
		if q.Field != fieldPhoto && !strings.HasPrefix(q.Field, fieldOffice) {
			return q, true, nil
		}
	}
	return store.Question{}, false, err
}

// longestAnswer is how many characters a bare answer has at most.
const longestAnswer = 20

// bare tells whether words can be an answer and no message of their own: short, no command, and naming no activity, known or
// not. A reason may be any words.
func (t *turn) bare(field, words string) bool {
	if strings.HasPrefix(words, "/") || len([]rune(words)) > longestAnswer && field != fieldReason {
		return false
	}
	if _, asks := t.reader.Query(words, reading.QueryContext{Context: t.context(false)}); asks && field == fieldDoubt {
		return false // 今年普法多少人 names an activity, and does not say what another word means
	}
	for _, e := range t.reader.Read(words, t.context(false)).Entries {
		if e.Activity != "" && field != fieldReason && (len(e.Figures) > 0 || field != fieldDoubt) {
			return false
		}
		if len(e.Figures) > 0 && field != fieldReason && t.ofUnknown(e) {
			return false
		}
	}
	return true
}

// ofUnknown tells whether an entry may be about an activity that the bot does not know (巾帼夜校 45人). 人数 and the like are
// none.
func (t *turn) ofUnknown(e reading.Entry) bool {
	return slices.ContainsFunc(e.Doubts, func(d reading.Doubt) bool {
		word, ok := t.reader.Strange(d.Text)
		return ok && d.About == reading.AboutActivity && !strings.HasSuffix(word, "数")
	})
}

// editFor makes the change that a typed answer to a question about field asks for; none where it names a day to come.
func (t *turn) editFor(field, words string, r report.Report) (edit func(*report.Report), understood bool) {
	if field == fieldDay {
		first, last, ok := reading.ReadDay(words, t.today)
		if !ok {
			return nil, false
		}
		if first > t.today || t.perhapsAhead(words, first) {
			return nil, true
		}
		return func(next *report.Report) {
			next.Day, next.Until = first, 0
			if last > first {
				next.Until = last
			}
		}, true
	}
	i, err := strconv.Atoi(strings.TrimPrefix(field, fieldFigure))
	if err != nil || i < 0 || i >= len(r.Figures) {
		return nil, false
	}
	figure := r.Figures[i]
	value, approx, ok := t.typedValue(r.Activity, figure, words)
	if !ok {
		return nil, false
	}
	return func(next *report.Report) { next.Figures[i].Value, next.Figures[i].Approx = value, approx }, true
}

// perhapsAhead tells whether a day without a year may be one that has not come: as the last such day it lies far back.
func (t *turn) perhapsAhead(words string, day report.Day) bool {
	const far = 183
	named := strings.ContainsAny(words, "年") || strings.Contains(words, strconv.Itoa(day.Year()))
	return t.today-day > far && !named
}

// typedValue reads a bare number meant for a figure, in the figure's own unit or one that means the same.
func (t *turn) typedValue(activity string, f report.Figure, words string) (value int64, approx, ok bool) {
	n, ok := reading.ReadNumber(words)
	if !ok {
		return 0, false, false
	}
	a, _ := t.source.Catalogue.Activity(activity)
	m, _ := a.Measure(f.Measure)
	if !m.Takes(n.Unit) && n.Unit != f.Unit {
		return 0, false, false
	}
	value, ok = n.In(f.Unit)
	return value, n.Approx, ok
}
