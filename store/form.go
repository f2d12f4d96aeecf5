package store

import (
	"fmt"
	"time"
)

// Form is a report in the making: what a member is being asked one answer after the other. Nothing of it is a report yet.
type Form struct {
	ID      int64
	Chat    int64
	Member  int64
	Message int64 // our own id of the message that began it
	Step    string
	Rev     int    // counts the answers from 1
	Body    []byte // what was answered so far, in the asker's own form
	At      time.Time
	Expires time.Time // something typed after this is no answer
	Closed  bool
}

const (
	closeOpenForm = `
UPDATE forms SET closed = $1 WHERE chat_id = $2 AND member_id = $3 AND closed = 0`
	insertForm = `
INSERT INTO forms(chat_id, member_id, message_id, step, rev, body, at, expires) VALUES($1, $2, $3, $4, 1, $5, $6, $7)`
)

// BeginForm keeps a new form, asked at the time of the transaction. A member has one open form in a chat: an earlier one
// is closed.
func (tx *Tx) BeginForm(f Form) (Form, error) {
	f.Rev, f.At, f.Closed = 1, tx.now, false
	_, err := tx.exec(closeOpenForm, ms(tx.now), f.Chat, f.Member)
	if err == nil {
		f.ID, _, err = tx.insert(insertForm, f.Chat, f.Member, f.Message, f.Step, blob(f.Body), ms(tx.now), ms(f.Expires))
	}
	if err != nil {
		return Form{}, fmt.Errorf("begin a form of message %d: %w", f.Message, err)
	}
	return f, nil
}

const updateForm = `
UPDATE forms SET step = $1, body = $2, at = $3, expires = $4, rev = rev + 1 WHERE id = $5 AND rev = $6 AND closed = 0`

// StepForm keeps an answer and what is asked next. f is the form as it shall be, with the revision it was made from;
// ErrNotFound where that is not the form's revision, or the form is closed.
func (tx *Tx) StepForm(f Form) (Form, error) {
	err := tx.changeOne(fmt.Sprintf("go on with form %d", f.ID), updateForm, f.Step, blob(f.Body), ms(tx.now), ms(f.Expires), f.ID, f.Rev)
	if err != nil {
		return Form{}, err
	}
	f.Rev, f.At = f.Rev+1, tx.now
	return f, nil
}

const closeForm = `
UPDATE forms SET closed = $1 WHERE id = $2 AND closed = 0`

// CloseForm ends a form; ErrNotFound where it is closed already.
func (tx *Tx) CloseForm(id int64) error {
	return tx.changeOne(fmt.Sprintf("close form %d", id), closeForm, ms(tx.now), id)
}

const selectOpenForm = `
SELECT id, chat_id, member_id, message_id, step, rev, body, at, expires, closed FROM forms
WHERE chat_id = $1 AND member_id = $2 AND closed = 0`

// OpenForm gives the form that a member has not ended in a chat. Its time may be over.
func (v *View) OpenForm(chat, member int64) (f Form, open bool, err error) {
	if q, ok := v.quietIn(chat, member); ok && !q.forms {
		return Form{}, false, nil
	}
	list, err := collect(v.query(selectOpenForm, chat, member), v.scanForm)
	if err != nil {
		return Form{}, false, fmt.Errorf("look for an open form of member %d: %w", member, err)
	}
	if len(list) == 0 {
		return Form{}, false, nil
	}
	return list[0], true, nil
}

const selectForm = `
SELECT id, chat_id, member_id, message_id, step, rev, body, at, expires, closed FROM forms WHERE id = $1`

// FormByID gives a form, open or not, or ErrNotFound.
func (v *View) FormByID(id int64) (Form, error) {
	list, err := collect(v.query(selectForm, id), v.scanForm)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Form{}, fmt.Errorf("form %d: %w", id, err)
	}
	return list[0], nil
}

func (v *View) scanForm(scan scanner) (f Form, err error) {
	var at, expires, closed int64
	err = scan(&f.ID, &f.Chat, &f.Member, &f.Message, &f.Step, &f.Rev, &f.Body, &at, &expires, &closed)
	f.At, f.Expires, f.Closed = v.db.timeOf(at), v.db.timeOf(expires), closed != 0
	return f, err
}
