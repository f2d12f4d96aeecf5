package store

import (
	"fmt"
	"time"
)

// AttachmentKind says what an attachment is. Telegram takes it back only as what it was sent as.
type AttachmentKind string

// The kinds of attachments that are kept.
const (
	Photo    AttachmentKind = "photo"
	Image    AttachmentKind = "image" // a picture sent as a file
	Document AttachmentKind = "document"
	Video    AttachmentKind = "video"
)

// Attachment is a picture or file that came with a message. It stays with Telegram.
type Attachment struct {
	Message  int64 // our own id of the message that brought it; a message brings one at most
	Kind     AttachmentKind
	File     string // Telegram's file_id: fetches it
	Unique   string // Telegram's file_unique_id: the same for the same file, whoever sends it
	Album    string // Telegram's media_group_id; empty where it was sent alone
	Told     int64  // the message whose reports it belongs to, 0 for none yet
	Report   int64  // the one of them it belongs to, 0 for all that message told
	Question int64  // that asked where it belongs, 0 for none
}

const upsertAttachment = `
INSERT INTO attachments(message_id, kind, tg_file, tg_unique, tg_album) VALUES($1, $2, $3, $4, $5)
ON CONFLICT(message_id) DO UPDATE SET kind = excluded.kind, tg_file = excluded.tg_file, tg_unique = excluded.tg_unique`

// KeepAttachment keeps what a message brought. Where it brought something before, an edit has put the new one in its
// place, and what it belongs to stays.
func (tx *Tx) KeepAttachment(a Attachment) error {
	if _, err := tx.exec(upsertAttachment, a.Message, string(a.Kind), a.File, a.Unique, a.Album); err != nil {
		return fmt.Errorf("keep what message %d brought: %w", a.Message, err)
	}
	return nil
}

const (
	selectAttachment = `
SELECT a.message_id, a.kind, a.tg_file, a.tg_unique, a.tg_album, COALESCE(a.told_id, 0), COALESCE(a.report_id, 0), COALESCE(a.question_id, 0)
FROM attachments a JOIN messages m ON m.id = a.message_id
WHERE m.chat_id = $1 AND m.tg_message = $2`
	selectAlbum = `
SELECT a.message_id, a.kind, a.tg_file, a.tg_unique, a.tg_album, COALESCE(a.told_id, 0), COALESCE(a.report_id, 0), COALESCE(a.question_id, 0)
FROM attachments a JOIN messages m ON m.id = a.message_id
WHERE m.chat_id = $1 AND a.tg_album = $2 AND a.tg_album <> '' ORDER BY a.message_id`
	selectAskedAttachments = `
SELECT message_id, kind, tg_file, tg_unique, tg_album, COALESCE(told_id, 0), COALESCE(report_id, 0), COALESCE(question_id, 0)
FROM attachments WHERE question_id = $1 ORDER BY message_id`
	selectLooseAttachments = `
SELECT a.message_id, a.kind, a.tg_file, a.tg_unique, a.tg_album, COALESCE(a.told_id, 0), COALESCE(a.report_id, 0), COALESCE(a.question_id, 0)
FROM attachments a CROSS JOIN messages m
WHERE a.told_id IS NULL AND a.question_id IS NULL AND m.id = a.message_id AND m.chat_id = $1 AND m.member_id = $2 AND m.sent >= $3 ORDER BY a.message_id`
)

// AttachmentOf gives what the message with that number on Telegram brought; ok is false where it brought nothing. chat is
// our own id.
func (v *View) AttachmentOf(chat, tgMessage int64) (a Attachment, ok bool, err error) {
	list, err := collect(v.query(selectAttachment, chat, tgMessage), scanAttachment)
	if err != nil {
		return Attachment{}, false, fmt.Errorf("look for what message %d in chat %d brought: %w", tgMessage, chat, err)
	}
	if len(list) == 0 {
		return Attachment{}, false, nil
	}
	return list[0], true, nil
}

// Album gives what has come so far of an album, by Telegram's media_group_id; nothing for an empty one.
func (v *View) Album(chat int64, album string) ([]Attachment, error) {
	list, err := collect(v.query(selectAlbum, chat, album), scanAttachment)
	if err != nil {
		return nil, fmt.Errorf("read album %s in chat %d: %w", album, chat, err)
	}
	return list, nil
}

// AskedAttachments gives what a question asked about.
func (v *View) AskedAttachments(question int64) ([]Attachment, error) {
	list, err := collect(v.query(selectAskedAttachments, question), scanAttachment)
	if err != nil {
		return nil, fmt.Errorf("read what question %d is about: %w", question, err)
	}
	return list, nil
}

// LooseAttachments gives what a member sent in a chat since then that belongs to no report and was not asked about.
func (v *View) LooseAttachments(chat, member int64, since time.Time) ([]Attachment, error) {
	if q, ok := v.quietIn(chat, member); ok && !q.loosePicture {
		return nil, nil
	}
	list, err := collect(v.query(selectLooseAttachments, chat, member, ms(since)), scanAttachment)
	if err != nil {
		return nil, fmt.Errorf("look for pictures of member %d: %w", member, err)
	}
	return list, nil
}

func scanAttachment(scan scanner) (a Attachment, err error) {
	return a, scan(&a.Message, &a.Kind, &a.File, &a.Unique, &a.Album, &a.Told, &a.Report, &a.Question)
}

const (
	updateTold = `
UPDATE attachments SET told_id = $1, report_id = $2 WHERE message_id = $3`
	updateAsked = `
UPDATE attachments SET question_id = $1 WHERE message_id = $2`
)

// Attach makes an attachment belong to the reports that the message told: to one of them, or to all (report 0).
func (tx *Tx) Attach(a Attachment, told, report int64) error {
	return tx.changeOne(fmt.Sprintf("attach what message %d brought", a.Message), updateTold, told, orNull(report), a.Message)
}

// AskAttachment notes the question that asks where an attachment belongs.
func (tx *Tx) AskAttachment(a Attachment, question int64) error {
	return tx.changeOne(fmt.Sprintf("ask about what message %d brought", a.Message), updateAsked, question, a.Message)
}

// Attached counts what belongs to reports. The same file sent twice counts once.
type Attached struct{ Photos, Files int }

const selectAttached = `
SELECT DISTINCT tg_unique, CASE WHEN kind IN ('photo', 'image') THEN 1 ELSE 0 END FROM attachments
WHERE told_id = $1 AND ($2 = 0 OR report_id IS NULL OR report_id = $2)`

// Attached counts what belongs to one report that a message told, or to all of them (report 0).
func (v *View) Attached(told, report int64) (a Attached, err error) {
	if v.tx != nil && v.tx.quiet.message == told && told != 0 {
		return Attached{}, nil // nothing was attached since it was kept
	}
	found := v.query(selectAttached, told, report)
	err = found.each(func() error {
		var unique string
		var photo bool
		if err := found.rows.Scan(&unique, &photo); err != nil {
			return err
		}
		if photo {
			a.Photos++
		} else {
			a.Files++
		}
		return nil
	})
	if err != nil {
		return Attached{}, fmt.Errorf("count what belongs to message %d: %w", told, err)
	}
	return a, nil
}
