package store

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// DeadLetter is what could not be handled and is kept until somebody looks after it: an update, or a message that was to be
// read later and whose words are among the messages.
type DeadLetter struct {
	InboxRow
	Unread *Incomplete // the message; nil: it is an update
	Error  string      // why, for programmers
}

const selectDead = `
SELECT seq, update_id, tg_chat, body, masked, at, error FROM inbox WHERE state = 'dead' ORDER BY seq DESC LIMIT $1`

// DeadLetters gives the updates that could not be handled, at most limit of them, the newest first.
func (v *View) DeadLetters(limit int) ([]DeadLetter, error) {
	list, err := collect(v.query(selectDead, limit), v.scanDead)
	if err != nil {
		return nil, fmt.Errorf("read the dead letters: %w", err)
	}
	return list, nil
}

const selectDeadLetter = `
SELECT seq, update_id, tg_chat, body, masked, at, error FROM inbox WHERE state = 'dead' AND seq = $1`

// DeadLetter gives one of them, or ErrNotFound where it is none, or no longer.
func (v *View) DeadLetter(seq int64) (DeadLetter, error) {
	list, err := collect(v.query(selectDeadLetter, seq), v.scanDead)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return DeadLetter{}, fmt.Errorf("dead letter %d: %w", seq, err)
	}
	return list[0], nil
}

func (v *View) scanDead(scan scanner) (d DeadLetter, err error) {
	var masked string
	var at int64
	err = scan(&d.Seq, &d.UpdateID, &d.Chat, &d.Body, &masked, &at, &d.Error)
	if masked != "" {
		d.Masked = strings.Split(masked, ",")
	}
	d.At = v.db.timeOf(at)
	if err == nil && d.UpdateID < 0 && len(d.Body) > 0 {
		err = json.Unmarshal(d.Body, &d.Unread)
	}
	return d, err
}

// A message that is kept among the dead updates has an update id that Telegram never gives, its own made negative.
const insertUnread = `
INSERT INTO inbox(update_id, hash, tg_chat, body, masked, at, state, error)
SELECT -m.id, $1, c.tg_id, $2, '', $3, 'dead', $4 FROM messages m JOIN chats c ON c.id = m.chat_id WHERE m.id = $5
ON CONFLICT(update_id, hash) DO UPDATE SET state = 'dead', at = excluded.at, error = excluded.error RETURNING seq`

// keepUnread makes a message that could not be read a dead letter.
func (tx *Tx) keepUnread(i Incomplete, cause error) (seq int64, err error) {
	i.Due = time.Time{}
	body, err := json.Marshal(i)
	if err != nil {
		return 0, err
	}
	hash := sha256.Sum256(body)
	text := cause.Error()
	if _, err := tx.query(insertUnread, hash[:], body, ms(tx.now), text[:min(len(text), longestError)], i.Message).one(&seq); err != nil {
		return 0, fmt.Errorf("keep message %d as dead: %w", i.Message, err)
	}
	return seq, nil
}

const (
	settleDead = `
UPDATE inbox SET state = 'done' WHERE seq = $1 AND state = 'dead'`
	failDead = `
UPDATE inbox SET error = $1 WHERE seq = $2 AND state = 'dead'`
)

// SettleDead lets a dead letter rest: it is pruned like any row that was handled. ErrNotFound where it is none.
func (tx *Tx) SettleDead(seq int64) error {
	return tx.changeOne(fmt.Sprintf("settle dead letter %d", seq), settleDead, seq)
}

// RetryDead handles a dead letter again, in a savepoint of its own, and tells whether that worked; where it did not, the letter
// stays dead with the new error. It is not put back among the rows that wait: the batch that is being processed would end by
// taking it for done.
func (tx *Tx) RetryDead(d DeadLetter, handle func(*Tx, DeadLetter) error) (done bool, err error) {
	cause := tx.attempt(func() error { return handle(tx, d) })
	switch {
	case cause == nil:
		return true, tx.SettleDead(d.Seq)
	case errors.Is(cause, ErrUnavailable):
		return false, cause
	}
	text := cause.Error()
	return false, tx.changeOne(fmt.Sprintf("keep dead letter %d", d.Seq), failDead, text[:min(len(text), longestError)], d.Seq)
}
