package store

import (
	"fmt"
	"strings"
	"time"
)

// Message is one version of a message that a member wrote.
type Message struct {
	ID        int64
	Chat      int64 // our own id of the chat
	TgMessage int64
	Version   int64 // 0, or the time of the edit as Telegram gives it
	Member    int64
	Sent      time.Time
	Text      string
	Origin    string // where it was forwarded from; empty if it was not
	// Masked names the kinds of number that were masked in Text; the names have no comma.
	Masked []string
	// PartOf is the first piece of the long text that this one goes on with, 0 for a message of its own.
	PartOf  int64
	Reading []byte // as it was understood then; nil where nothing was read
	Engine  string // the rules it was read with
}

const (
	insertMessage = `
INSERT INTO messages(chat_id, tg_message, version, member_id, sent, text, origin, masked, part_of, reading, engine)
VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT(chat_id, tg_message, version) DO NOTHING`
	selectMessageID = `
SELECT id FROM messages WHERE chat_id = $1 AND tg_message = $2 AND version = $3`
)

// AddMessage keeps a version of a message. Chat, TgMessage and Version are its identity for ever: where that version is
// kept already, fresh is false, id is the kept one's, and whatever it told is counted already.
func (tx *Tx) AddMessage(m Message) (id int64, fresh bool, err error) {
	id, fresh, err = tx.insert(insertMessage, m.Chat, m.TgMessage, m.Version, m.Member, ms(m.Sent), m.Text, m.Origin,
		strings.Join(m.Masked, ","), orNull(m.PartOf), m.Reading, m.Engine)
	if err == nil && fresh {
		tx.quiet.kept(m, id)
	}
	if err == nil && !fresh {
		_, err = tx.query(selectMessageID, m.Chat, m.TgMessage, m.Version).one(&id)
	}
	if err != nil {
		return 0, false, fmt.Errorf("keep message %d of chat %d: %w", m.TgMessage, m.Chat, err)
	}
	return id, fresh, nil
}

const maskMessage = `
UPDATE messages SET text = $1 WHERE id = $2`

// MaskMessage keeps a message with other words: those with a number masked that only showed with the piece that came after it.
func (tx *Tx) MaskMessage(id int64, text string) error {
	return tx.changeOne(fmt.Sprintf("mask message %d", id), maskMessage, text, id)
}

const updateReading = `
UPDATE messages SET reading = $1, engine = $2 WHERE id = $3`

// SetReading keeps how a message was understood, and by which rules.
func (tx *Tx) SetReading(id int64, reading []byte, engine string) error {
	return tx.changeOne(fmt.Sprintf("keep the reading of message %d", id), updateReading, reading, engine, id)
}

const countVersions = `
SELECT COUNT(*) FROM messages WHERE chat_id = $1 AND tg_message = $2`

// Versions counts what is kept of a message: itself and its edits.
func (v *View) Versions(chat, tgMessage int64) (n int, err error) {
	if v.tx != nil && v.tx.quiet.message != 0 && v.tx.quiet.chat == chat && v.tx.quiet.tgMessage == tgMessage {
		return 1, nil
	}
	if _, err := v.query(countVersions, chat, tgMessage).one(&n); err != nil {
		return 0, fmt.Errorf("count the versions of message %d of chat %d: %w", tgMessage, chat, err)
	}
	return n, nil
}

const selectVersions = `
SELECT id, chat_id, tg_message, version, member_id, sent, text, origin, masked, COALESCE(part_of, 0), reading, engine FROM messages
WHERE chat_id = $1 AND tg_message = $2 ORDER BY version`

// MessageVersions gives a message and its edits, oldest first.
func (v *View) MessageVersions(chat, tgMessage int64) ([]Message, error) {
	list, err := collect(v.query(selectVersions, chat, tgMessage), v.scanMessage)
	if err != nil {
		return nil, fmt.Errorf("read message %d of chat %d: %w", tgMessage, chat, err)
	}
	return list, nil
}

const selectPieces = `
SELECT id, chat_id, tg_message, version, member_id, sent, text, origin, masked, COALESCE(part_of, 0), reading, engine FROM messages
WHERE part_of = $1 ORDER BY tg_message, version`

// MessagePieces gives a message and the further pieces of its text, each with its edits behind it, in the order they were
// sent. id is that of the message's first version. ErrNotFound where there is no such message.
func (v *View) MessagePieces(id int64) ([]Message, error) {
	first, err := v.MessageByID(id)
	if err != nil {
		return nil, err
	}
	versions, err := v.MessageVersions(first.Chat, first.TgMessage)
	if err != nil {
		return nil, err
	}
	more, err := collect(v.query(selectPieces, id), v.scanMessage)
	if err != nil {
		return nil, fmt.Errorf("read the pieces of message %d: %w", id, err)
	}
	return append(versions, more...), nil
}

const selectMessage = `
SELECT id, chat_id, tg_message, version, member_id, sent, text, origin, masked, COALESCE(part_of, 0), reading, engine FROM messages
WHERE id = $1`

// MessageByID gives a message by our own id, or ErrNotFound.
func (v *View) MessageByID(id int64) (Message, error) {
	list, err := collect(v.query(selectMessage, id), v.scanMessage)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Message{}, fmt.Errorf("message %d: %w", id, err)
	}
	return list[0], nil
}

func (v *View) scanMessage(scan scanner) (m Message, err error) {
	var sent int64
	var masked string
	err = scan(&m.ID, &m.Chat, &m.TgMessage, &m.Version, &m.Member, &sent, &m.Text, &m.Origin, &masked, &m.PartOf, &m.Reading, &m.Engine)
	m.Sent = v.db.timeOf(sent)
	if masked != "" {
		m.Masked = strings.Split(masked, ",")
	}
	return m, err
}
