package store

import (
	"errors"
	"fmt"
	"strings"
)

// DeadLetter is an update that could not be handled and is kept until somebody looks after it.
type DeadLetter struct {
	InboxRow
	Error string // why, for programmers
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
	return d, err
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
func (tx *Tx) RetryDead(d DeadLetter, handle func(*Tx, InboxRow) error) (done bool, err error) {
	cause := tx.attempt(func() error { return handle(tx, d.InboxRow) })
	switch {
	case cause == nil:
		return true, tx.SettleDead(d.Seq)
	case errors.Is(cause, ErrUnavailable):
		return false, cause
	}
	text := cause.Error()
	return false, tx.changeOne(fmt.Sprintf("keep dead letter %d", d.Seq), failDead, text[:min(len(text), longestError)], d.Seq)
}
