package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// IncompleteKind says what more may come of a message.
type IncompleteKind string

// What can be incomplete.
const (
	IncompleteText  IncompleteKind = "text"  // clients cut a long text into messages
	IncompleteAlbum IncompleteKind = "album" // each picture of an album is a message, and any of them may have the caption
)

// Incomplete is a message that is read later, since more of it may come.
type Incomplete struct {
	Message int64 // our own id of the first
	Kind    IncompleteKind
	Due     time.Time // when it is read, whatever has come
}

const upsertIncomplete = `
INSERT INTO incomplete(message_id, kind, due) VALUES($1, $2, $3)
ON CONFLICT(message_id) DO UPDATE SET due = excluded.due`

// Await keeps a message as incomplete until it is Complete or due. One that is kept already becomes due later.
func (tx *Tx) Await(i Incomplete) error {
	if _, err := tx.exec(upsertIncomplete, i.Message, string(i.Kind), ms(i.Due)); err != nil {
		return fmt.Errorf("wait for more of message %d: %w", i.Message, err)
	}
	return nil
}

const deleteIncomplete = `
DELETE FROM incomplete WHERE message_id = $1`

// Complete tells that no more is awaited of a message, whether it was or not.
func (tx *Tx) Complete(message int64) error {
	if _, err := tx.exec(deleteIncomplete, message); err != nil {
		return fmt.Errorf("wait no longer for more of message %d: %w", message, err)
	}
	return nil
}

// Few messages are incomplete at a time, but a chat has many: CROSS JOIN makes SQLite begin with those.
const selectAwaited = `
SELECT i.message_id, i.kind, i.due FROM incomplete i CROSS JOIN messages m
WHERE m.id = i.message_id AND m.chat_id = $1 AND m.member_id = $2 AND i.kind = $3 ORDER BY i.message_id DESC LIMIT 1`

// Awaited gives the newest message of that kind of which the member's chat awaits more.
func (v *View) Awaited(chat, member int64, kind IncompleteKind) (i Incomplete, ok bool, err error) {
	if q, known := v.quietIn(chat, member); known && !q.incomplete {
		return Incomplete{}, false, nil
	}
	list, err := collect(v.query(selectAwaited, chat, member, string(kind)), v.scanIncomplete)
	if err != nil {
		return Incomplete{}, false, fmt.Errorf("look for what member %d has not finished: %w", member, err)
	}
	if len(list) == 0 {
		return Incomplete{}, false, nil
	}
	return list[0], true, nil
}

func (v *View) scanIncomplete(scan scanner) (i Incomplete, err error) {
	var due int64
	err = scan(&i.Message, &i.Kind, &due)
	i.Due = v.db.timeOf(due)
	return i, err
}

const selectNextDue = `
SELECT due FROM incomplete ORDER BY due LIMIT 1`

// NextDue gives when the next incomplete message is due; ok is false where there is none.
func (db *DB) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	err = db.Read(ctx, func(v *View) error {
		var at int64
		ok, err = v.query(selectNextDue).one(&at)
		due = db.timeOf(at)
		return err
	})
	if err != nil {
		return time.Time{}, false, fmt.Errorf("look for incomplete messages: %w", err)
	}
	return due, ok, nil
}

const selectDue = `
SELECT message_id, kind, due FROM incomplete WHERE due <= $1 ORDER BY due, message_id`

// ProcessDue handles the incomplete messages that are due, in one transaction and each in a savepoint of its own, as Process
// does with the inbox. None of them is incomplete afterwards, whatever became of it: one that fails is a dead letter, and dead
// is called with its number in the inbox. While rows wait in the inbox it does nothing: one of them may be what is awaited.
// Where several processes work on the database, it leaves out chats with such rows, and those another process is at work on.
func (db *DB) ProcessDue(ctx context.Context, handle func(*Tx, Incomplete) error, dead func(tx *Tx, letter int64, i Incomplete, cause error) error) error {
	return db.Write(ctx, func(tx *Tx) error {
		if !db.engine.shared() {
			if rows, err := tx.waiting(1); err != nil || len(rows) > 0 {
				return err
			}
		}
		list, err := collect(tx.query(selectDue, ms(tx.now)), tx.scanIncomplete)
		if err != nil {
			return fmt.Errorf("read the incomplete messages: %w", err)
		}
		for _, i := range list {
			chat, ours, err := tx.claimDue(i)
			if err == nil && ours {
				err = tx.processDue(chat, i, handle, dead)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

const countDue = `
SELECT COUNT(*) FROM incomplete WHERE message_id = $1 AND due <= $2`

// claimDue tells whether nobody else can be at work on an incomplete message or on more of it, and its chat on Telegram.
func (tx *Tx) claimDue(i Incomplete) (tgChat int64, ours bool, err error) {
	if !tx.db.engine.shared() {
		return 0, true, nil
	}
	m, err := tx.MessageByID(i.Message)
	if err != nil {
		return 0, false, err
	}
	chat, err := tx.ChatByID(m.Chat)
	if err != nil {
		return 0, false, err
	}
	if ours, err = tx.claimOne(chat.TgID); err != nil || !ours {
		return chat.TgID, false, err
	}
	due := 0
	_, err = tx.query(countDue, i.Message, ms(tx.now)).one(&due) // it was somebody else's until a moment ago, perhaps
	return chat.TgID, due > 0, err
}

func (tx *Tx) processDue(chat int64, i Incomplete, handle func(*Tx, Incomplete) error, dead func(tx *Tx, letter int64, i Incomplete, cause error) error) error {
	cause := tx.attemptLocked(chat, func() error {
		if err := tx.Complete(i.Message); err != nil {
			return err
		}
		return handle(tx, i)
	})
	switch {
	case cause == nil || errors.Is(cause, errAreaTaken): // then it is due still
		return nil
	case errors.Is(cause, ErrUnavailable):
		return cause
	}
	if err := tx.Complete(i.Message); err != nil {
		return err
	}
	letter, err := tx.keepUnread(i, cause)
	if err != nil {
		return err
	}
	err = tx.attempt(func() error { return dead(tx, letter, i, cause) })
	if err != nil && !errors.Is(err, ErrUnavailable) {
		tx.db.log.Error("nobody could be told of a message that could not be read", "message", i.Message, "error", err)
		return nil
	}
	return err
}
