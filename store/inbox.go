package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Update is one raw update as it came from Telegram, masked.
type Update struct {
	ID   int64 // Telegram's update_id
	Chat int64 // Telegram's id of the chat, 0 where there is none
	Body []byte
	// Masked names the kinds of number that were masked in Body; the names have no comma.
	Masked []string
	Bad    string // why it cannot be read: it is kept but never processed; empty for most
}

const insertUpdate = `
INSERT INTO inbox(update_id, hash, tg_chat, body, masked, at, state, error) VALUES($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT(update_id, hash) DO NOTHING`

// Receive adds a batch of updates to the inbox, in one transaction and in their order. An update that is there already is
// not added again; stored counts the others. Once it gives nil the batch may be confirmed to Telegram.
func (db *DB) Receive(ctx context.Context, batch []Update) (stored int, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		stored = 0
		if db.engine.shared() {
			if err := tx.meetChats(batch); err != nil {
				return err
			}
		}
		for _, u := range batch {
			state := "new"
			if u.Bad != "" {
				state = "dead"
			}
			hash := sha256.Sum256(u.Body)
			n, err := tx.exec(insertUpdate, u.ID, hash[:], u.Chat, blob(u.Body), strings.Join(u.Masked, ","), ms(tx.now), state, u.Bad)
			if err != nil {
				return fmt.Errorf("receive update %d: %w", u.ID, err)
			}
			stored += int(n)
		}
		tx.received = stored > 0
		return nil
	})
	if err != nil {
		return 0, err
	}
	return stored, nil
}

// InboxRow is an update waiting in the inbox.
type InboxRow struct {
	Seq, UpdateID int64
	Chat          int64 // Telegram's id of the chat, 0 where there is none
	Body          []byte
	Masked        []string  // kinds of number that were masked in Body
	At            time.Time // when it was received
}

const (
	selectWaiting = `
SELECT seq, update_id, tg_chat, body, masked, at FROM inbox WHERE state = 'new' ORDER BY seq LIMIT $1`
	updateDead = `
UPDATE inbox SET state = 'dead', error = $1 WHERE seq = $2`
	updateDone = `
UPDATE inbox SET state = 'done' WHERE state = 'new' AND seq <= $1`
)

// longestError bounds what is kept of an error: a stack can be long.
const longestError = 4000

// Process handles the next rows of the inbox, at most limit of them, in their order and in one transaction; n counts them.
//
// Each row has its own savepoint, as soon as one of them fails. Where handle fails or panics, what it did for this row is undone, the row is kept as
// dead with its error, and dead is called with it, in a savepoint too; the rows after it go on. A failure of the
// database undoes everything and is returned as ErrUnavailable: the rows stay as they were and the same call may be
// repeated.
//
// Where several processes work on the database, the rows are those of chats that no other process is at work on, in their
// order within each chat, and n counts those that were handled: it may be 0 while rows wait.
func (db *DB) Process(ctx context.Context, limit int, handle func(*Tx, InboxRow) error, dead func(*Tx, InboxRow, error) error) (n int, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		n = 0
		if db.engine.shared() {
			rows, err := tx.claim(limit)
			if err == nil {
				n, err = tx.processClaimed(rows, handle, dead)
			}
			return err
		}
		rows, err := tx.waiting(limit)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if err := tx.process(row, handle, dead); err != nil {
				return err
			}
		}
		n = len(rows)
		if _, err := tx.exec(updateDone, rows[n-1].Seq); err != nil {
			return fmt.Errorf("mark inbox rows as done: %w", err)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (tx *Tx) waiting(limit int) ([]InboxRow, error) {
	rows, err := collect(tx.query(selectWaiting, limit), tx.scanInboxRow)
	if err != nil {
		return nil, fmt.Errorf("read the inbox: %w", err)
	}
	return rows, nil
}

func (v *View) scanInboxRow(scan scanner) (r InboxRow, err error) {
	var masked string
	var at int64
	err = scan(&r.Seq, &r.UpdateID, &r.Chat, &r.Body, &masked, &at)
	if masked != "" {
		r.Masked = strings.Split(masked, ",")
	}
	r.At = v.db.timeOf(at)
	return r, err
}

// handled runs f with a savepoint and locks, or in the hope that it needs none.
func (tx *Tx) handled(chat int64, f func() error) error {
	if tx.care == bold {
		return tx.hopefully(f)
	}
	return tx.attemptLocked(chat, f)
}

func (tx *Tx) process(row InboxRow, handle func(*Tx, InboxRow) error, dead func(*Tx, InboxRow, error) error) error {
	cause := tx.handled(row.Chat, func() error { return handle(tx, row) })
	if cause == nil || errors.Is(cause, ErrUnavailable) || errors.Is(cause, errHope) || errors.Is(cause, errAreaTaken) {
		return cause
	}
	text := cause.Error()
	if _, err := tx.exec(updateDead, text[:min(len(text), longestError)], row.Seq); err != nil {
		return fmt.Errorf("keep inbox row %d as dead: %w", row.Seq, err)
	}
	err := tx.attempt(func() error { return dead(tx, row, cause) })
	if err != nil && !errors.Is(err, ErrUnavailable) {
		tx.db.log.Error("nobody could be told of a dead inbox row", "inbox", row.Seq, "error", err)
		return nil
	}
	return err
}

const forgetUpdate = `
UPDATE inbox SET body = $1 WHERE seq = $2`

// ForgetUpdate drops what an update said, for one that was not meant for the bot. Its id and hash stay, so that it is known
// when it comes again.
func (tx *Tx) ForgetUpdate(seq int64) error {
	return tx.changeOne(fmt.Sprintf("forget inbox row %d", seq), forgetUpdate, []byte{}, seq)
}

// The newest row stays, so that numbers of rows are never used again.
const deleteDone = `
DELETE FROM inbox WHERE state = 'done' AND at < $1 AND seq < (SELECT MAX(seq) FROM inbox)`

// PruneInbox forgets rows that were handled and came before that time. Dead rows stay.
func (db *DB) PruneInbox(ctx context.Context, before time.Time) (pruned int, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := tx.exec(deleteDone, ms(before))
		pruned = int(n)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune the inbox: %w", err)
	}
	return pruned, nil
}

// InboxCounts says how the inbox stands.
type InboxCounts struct {
	Waiting, Dead int
	Oldest        time.Time // when the oldest waiting row was received; zero where none waits
}

const countInbox = `
SELECT (SELECT COUNT(*) FROM inbox WHERE state = 'new'),
  (SELECT COUNT(*) FROM inbox WHERE state = 'dead'),
  COALESCE((SELECT at FROM inbox WHERE state = 'new' ORDER BY seq LIMIT 1), 0)`

// InboxCounts counts the rows of the inbox that wait and that are dead.
func (v *View) InboxCounts() (InboxCounts, error) {
	var c InboxCounts
	var oldest int64
	if _, err := v.query(countInbox).one(&c.Waiting, &c.Dead, &oldest); err != nil {
		return InboxCounts{}, fmt.Errorf("count the inbox: %w", err)
	}
	c.Oldest = v.db.timeOf(oldest)
	return c, nil
}
