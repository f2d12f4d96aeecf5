package store

import (
	"context"
	"fmt"
	"time"
)

// Outgoing is a call to Telegram that is to be made.
type Outgoing struct {
	Chat      int64  // our own id
	Method    string // of the Bot API
	Body      []byte
	Dedupe    string    // a second row with the same key is not added; empty: always added
	EditKey   string    // by which a later row finds the message that was sent for this one; empty: by none
	Instead   bool      // of adding a row, change the body of one with the same EditKey that this transaction added
	NotBefore time.Time // zero: at once
	Expires   time.Time // zero: never
}

const (
	insertOutgoing = `
INSERT INTO outbox(chat_id, method, body, dedupe, edit_key, not_before, expires, added)
VALUES(COALESCE((SELECT moved_to FROM chats WHERE id = $1), $1), $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT(dedupe) DO NOTHING`
	selectDeduped = `
SELECT seq FROM outbox WHERE dedupe = $1`
)

const (
	selectAdded = `
SELECT seq FROM outbox WHERE chat_id = $1 AND edit_key = $2 AND seq >= $3 ORDER BY seq DESC LIMIT 1`
	updateAdded = `
UPDATE outbox SET body = $1, expires = $2 WHERE seq = $3`
)

// Enqueue adds a row to the outbox and gives its number, by which rows are sent in order within a chat. Where a row with
// the same Dedupe is there, nothing is added and seq is that row's.
func (tx *Tx) Enqueue(o Outgoing) (seq int64, err error) {
	if o.Instead && tx.firstAdded != 0 {
		found, err := tx.query(selectAdded, o.Chat, o.EditKey, tx.firstAdded).one(&seq)
		if err == nil && found {
			_, err = tx.exec(updateAdded, blob(o.Body), ms(o.Expires), seq)
		}
		if err != nil || found {
			return seq, err
		}
	}
	seq, added, err := tx.insert(insertOutgoing, o.Chat, o.Method, blob(o.Body), orNull(o.Dedupe), orNull(o.EditKey), ms(o.NotBefore), ms(o.Expires), ms(tx.now))
	if err == nil && !added {
		_, err = tx.query(selectDeduped, o.Dedupe).one(&seq)
	}
	if err != nil {
		return 0, fmt.Errorf("add to the outbox of chat %d: %w", o.Chat, err)
	}
	if added && tx.firstAdded == 0 {
		tx.firstAdded = seq
	}
	return seq, nil
}

// Delivery is a row of the outbox that was not sent yet.
type Delivery struct {
	Seq       int64
	Chat      int64 // our own id
	TgChat    int64 // Telegram's id of the chat, as of now
	Method    string
	Body      []byte
	EditKey   string
	Attempts  int       // that failed and are to be repeated
	NotBefore time.Time // zero: at once
	Expires   time.Time // zero: never
}

const selectUndelivered = `
SELECT o.seq, o.chat_id, c.tg_id, o.method, o.body, COALESCE(o.edit_key, ''), o.attempts, o.not_before, o.expires
FROM outbox o JOIN chats c ON c.id = o.chat_id WHERE o.state = 'new' AND o.seq > $1 ORDER BY o.seq LIMIT $2`

// Undelivered gives the rows after afterSeq that were neither sent nor given up, at most limit of them, in order. Rows whose
// time has not come and rows whose time is over are among them. There is no mark for a row that is being sent: what was
// not recorded as sent is sent again after a crash.
func (db *DB) Undelivered(ctx context.Context, afterSeq int64, limit int) (rows []Delivery, err error) {
	err = db.Read(ctx, func(v *View) (err error) {
		rows, err = collect(v.query(selectUndelivered, afterSeq, limit), v.scanDelivery)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return rows, nil
}

const (
	selectUnsettled = `
SELECT seq FROM outbox WHERE state = 'new' AND seq <= $1 ORDER BY seq`
	selectDelivery = `
SELECT o.seq, o.chat_id, c.tg_id, o.method, o.body, COALESCE(o.edit_key, ''), o.attempts, o.not_before, o.expires
FROM outbox o JOIN chats c ON c.id = o.chat_id WHERE o.state = 'new' AND o.seq = $1`
)

// Overtaken gives the rows up to a number that are neither sent nor given up and not among the known ones, in order. Where
// several processes write, a row may be committed after another that has a higher number.
func (db *DB) Overtaken(ctx context.Context, upTo int64, known map[int64]bool) (late []Delivery, err error) {
	if db.alone() {
		return nil, nil
	}
	err = db.Read(ctx, func(v *View) error {
		rows, err := collect(v.query(selectUnsettled, upTo), func(scan scanner) (seq int64, err error) { return seq, scan(&seq) })
		if err != nil {
			return err
		}
		for _, seq := range rows {
			if known[seq] {
				continue
			}
			row, err := collect(v.query(selectDelivery, seq), v.scanDelivery)
			if err != nil {
				return err
			}
			late = append(late, row...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return late, nil
}

func (v *View) scanDelivery(scan scanner) (d Delivery, err error) {
	var notBefore, expires int64
	err = scan(&d.Seq, &d.Chat, &d.TgChat, &d.Method, &d.Body, &d.EditKey, &d.Attempts, &notBefore, &expires)
	d.NotBefore, d.Expires = v.db.timeOf(notBefore), v.db.timeOf(expires)
	return d, err
}

const selectSentMessage = `
SELECT tg_message FROM outbox WHERE chat_id = $1 AND edit_key = $2 AND state = 'sent' AND tg_message <> 0 ORDER BY seq DESC LIMIT 1`

// SentMessage gives Telegram's number of the message that was last sent under an edit key in a chat: what an edit edits.
func (v *View) SentMessage(chat int64, editKey string) (tgMessage int64, ok bool, err error) {
	ok, err = v.query(selectSentMessage, chat, editKey).one(&tgMessage)
	if err != nil {
		return 0, false, fmt.Errorf("look for the message %s in chat %d: %w", editKey, chat, err)
	}
	return tgMessage, ok, nil
}

const selectLastExpiry = `
SELECT expires FROM outbox WHERE chat_id = $1 AND edit_key = $2 AND state <> 'failed' ORDER BY seq DESC LIMIT 1`

// LastExpiry gives when the newest row under an edit key in a chat expires, of those that were sent or are to be; zero where
// there is none.
func (v *View) LastExpiry(chat int64, editKey string) (time.Time, error) {
	var expires int64
	if _, err := v.query(selectLastExpiry, chat, editKey).one(&expires); err != nil {
		return time.Time{}, fmt.Errorf("look for the last message %s in chat %d: %w", editKey, chat, err)
	}
	return v.db.timeOf(expires), nil
}

const selectKeyOfSent = `
SELECT edit_key FROM outbox WHERE chat_id = $1 AND tg_message = $2 AND edit_key IS NOT NULL ORDER BY seq DESC LIMIT 1`

// KeyOfSent gives the edit key of the message that has that number on Telegram: what a reply to it is about.
func (v *View) KeyOfSent(chat, tgMessage int64) (editKey string, ok bool, err error) {
	ok, err = v.query(selectKeyOfSent, chat, tgMessage).one(&editKey)
	if err != nil {
		return "", false, fmt.Errorf("look for what message %d in chat %d is about: %w", tgMessage, chat, err)
	}
	return editKey, ok, nil
}

// Outcome is what became of an attempt to send a row: it was sent, or is to be tried again at Retry, or has Failed for
// good with that reason.
type Outcome struct {
	Seq       int64
	Sent      bool
	TgMessage int64 // Telegram's number of the message sent, 0 where the call makes none
	Retry     time.Time
	Failed    string
}

const (
	updateSent = `
UPDATE outbox SET state = 'sent', settled = $1, tg_message = $2 WHERE seq = $3`
	updateRetry = `
UPDATE outbox SET attempts = attempts + 1, not_before = $1 WHERE seq = $2 AND state = 'new'`
	updateFailed = `
UPDATE outbox SET state = 'failed', settled = $1, error = $2 WHERE seq = $3 AND state = 'new'`
)

// Record keeps a batch of outcomes, in one transaction. What was sent stays so, whatever another process says later.
func (db *DB) Record(ctx context.Context, outcomes []Outcome) error {
	return db.Write(ctx, func(tx *Tx) error {
		for _, o := range outcomes {
			var err error
			switch {
			case o.Sent:
				_, err = tx.exec(updateSent, ms(tx.now), o.TgMessage, o.Seq)
			case o.Failed != "":
				_, err = tx.exec(updateFailed, ms(tx.now), o.Failed, o.Seq)
			default:
				_, err = tx.exec(updateRetry, ms(o.Retry), o.Seq)
			}
			if err != nil {
				return fmt.Errorf("record what became of outbox row %d: %w", o.Seq, err)
			}
		}
		return nil
	})
}
