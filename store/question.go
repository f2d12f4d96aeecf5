package store

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Question is what the bot asked a member about a report and waits to be told.
type Question struct {
	ID      int64
	Chat    int64
	Member  int64
	Report  int64  // 0 where it is not about a report
	Rev     int    // of the report, when it was asked: the question is void once the report has moved on
	Field   string // what it is about, in the asker's own terms
	Options []byte // likely answers, in the asker's own form; nil for none
	At      time.Time
	Expires time.Time // an answer after this is no answer
}

const (
	closeQuestion = `
UPDATE questions SET closed = $1 WHERE report_id = $2 AND closed = 0`
	insertQuestion = `
INSERT INTO questions(chat_id, member_id, report_id, rev, field, options, at, expires) VALUES($1, $2, $3, $4, $5, $6, $7, $8)`
)

// Ask keeps a question, asked at the time of the transaction. A report has one open question: an earlier one is closed.
func (tx *Tx) Ask(q Question) (id int64, err error) {
	_, err = tx.exec(closeQuestion, ms(tx.now), q.Report)
	if err == nil {
		id, _, err = tx.insert(insertQuestion, q.Chat, q.Member, orNull(q.Report), q.Rev, q.Field, q.Options, ms(tx.now), ms(q.Expires))
	}
	if err != nil {
		return 0, fmt.Errorf("ask about report %d: %w", q.Report, err)
	}
	return id, nil
}

const selectOpenQuestions = `
SELECT id, chat_id, member_id, COALESCE(report_id, 0), rev, field, options, at, expires FROM questions
WHERE chat_id = $1 AND ($2 = 0 OR member_id = $2) AND closed = 0 AND expires > $3`

// OpenQuestions gives the questions that a member (0: anyone) was asked in a chat and that still wait for an answer, the
// newest first.
func (v *View) OpenQuestions(chat, member int64) ([]Question, error) {
	if q, ok := v.quietIn(chat, member); ok && !q.questions {
		return nil, nil
	}
	list, err := collect(v.query(selectOpenQuestions, chat, member, ms(v.now)), v.scanQuestion)
	if err != nil {
		return nil, fmt.Errorf("look for open questions to member %d: %w", member, err)
	}
	slices.SortFunc(list, func(a, b Question) int { return cmp.Compare(b.ID, a.ID) })
	return list, nil
}

// OpenQuestion gives the newest of OpenQuestions.
func (v *View) OpenQuestion(chat, member int64) (q Question, open bool, err error) {
	list, err := v.OpenQuestions(chat, member)
	if err != nil || len(list) == 0 {
		return Question{}, false, err
	}
	return list[0], true, nil
}

const selectUnanswered = `
SELECT id, chat_id, member_id, COALESCE(report_id, 0), rev, field, options, at, expires FROM questions
WHERE chat_id = $1 AND member_id = $2 AND field = $3 AND closed = 0 ORDER BY id`

// Unanswered gives the questions about a field that came up with a member in a chat and that nobody has answered, however
// old, the oldest first.
func (v *View) Unanswered(chat, member int64, field string) ([]Question, error) {
	list, err := collect(v.query(selectUnanswered, chat, member, field), v.scanQuestion)
	if err != nil {
		return nil, fmt.Errorf("look for what member %d asked for: %w", member, err)
	}
	return list, nil
}

const selectQuestion = `
SELECT id, chat_id, member_id, COALESCE(report_id, 0), rev, field, options, at, expires FROM questions WHERE id = $1`

// QuestionByID gives a question, open or not, or ErrNotFound.
func (v *View) QuestionByID(id int64) (Question, error) {
	list, err := collect(v.query(selectQuestion, id), v.scanQuestion)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Question{}, fmt.Errorf("question %d: %w", id, err)
	}
	return list[0], nil
}

func (v *View) scanQuestion(scan scanner) (q Question, err error) {
	var at, expires int64
	err = scan(&q.ID, &q.Chat, &q.Member, &q.Report, &q.Rev, &q.Field, &q.Options, &at, &expires)
	q.At, q.Expires = v.db.timeOf(at), v.db.timeOf(expires)
	return q, err
}

const answerQuestion = `
UPDATE questions SET closed = $1, answer = $2 WHERE id = $3 AND closed = 0`

// Answer closes a question with its answer; ErrNotFound where it is not open.
func (tx *Tx) Answer(id int64, answer string) error {
	return tx.changeOne(fmt.Sprintf("answer question %d", id), answerQuestion, ms(tx.now), answer, id)
}

const selectQuestionOf = `
SELECT id, chat_id, member_id, COALESCE(report_id, 0), rev, field, options, at, expires FROM questions
WHERE report_id = $1 AND closed = 0`

// QuestionOf gives the open question about a report.
func (v *View) QuestionOf(report int64) (q Question, open bool, err error) {
	list, err := collect(v.query(selectQuestionOf, report), v.scanQuestion)
	if err != nil {
		return Question{}, false, fmt.Errorf("look for the open question about report %d: %w", report, err)
	}
	if len(list) == 0 {
		return Question{}, false, nil
	}
	return list[0], true, nil
}

const moveQuestion = `
UPDATE questions SET rev = $1 WHERE report_id = $2 AND closed = 0`

// MoveQuestion lets the open question about a report, if there is one, go on to its revision rev: the change did not touch
// what is asked.
func (tx *Tx) MoveQuestion(report int64, rev int) error {
	if _, err := tx.exec(moveQuestion, rev, report); err != nil {
		return fmt.Errorf("move the question about report %d on: %w", report, err)
	}
	return nil
}

const selectQuestionsOf = `
SELECT id, chat_id, member_id, COALESCE(report_id, 0), rev, field, options, at, expires FROM questions
WHERE report_id = $1 ORDER BY id DESC`

// QuestionsOf gives all questions that were asked about a report, open or not, the newest first.
func (v *View) QuestionsOf(report int64) ([]Question, error) {
	list, err := collect(v.query(selectQuestionsOf, report), v.scanQuestion)
	if err != nil {
		return nil, fmt.Errorf("look for the questions about report %d: %w", report, err)
	}
	return list, nil
}
