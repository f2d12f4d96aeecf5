package store

import "fmt"

// Of most people the bot awaits nothing, and what they write is a message like any other. One look tells so, in place of one
// for everything that could be open.

// quiet is what a member's chat is known to have nothing of, as the transaction found it. A statement that could change that
// ends what is known.
type quiet struct {
	chat, member                                        int64 // 0: nothing is known
	incomplete, questions, forms, queries, loosePicture bool  // that there is one
	tgMessage                                           int64 // a message of which no version was kept then, else 0
	message                                             int64 // our own id of it, once it is kept
}

// mayBeOpen are the tables that quiet knows of. A message is kept by AddMessage alone.
var mayBeOpen = &tables{names: []string{"incomplete", "questions", "forms", "queries", "attachments"}}

const selectOpen = `
SELECT EXISTS(SELECT 1 FROM incomplete i CROSS JOIN messages m WHERE m.id = i.message_id AND m.chat_id = $1 AND m.member_id = $2),
  EXISTS(SELECT 1 FROM questions WHERE chat_id = $1 AND member_id = $2 AND closed = 0),
  EXISTS(SELECT 1 FROM forms WHERE chat_id = $1 AND member_id = $2 AND closed = 0),
  EXISTS(SELECT 1 FROM queries WHERE chat_id = $1 AND member_id = $2),
  EXISTS(SELECT 1 FROM attachments a CROSS JOIN messages m
    WHERE a.told_id IS NULL AND a.question_id IS NULL AND m.id = a.message_id AND m.chat_id = $1 AND m.member_id = $2),
  EXISTS(SELECT 1 FROM messages WHERE chat_id = $1 AND tg_message = $3)`

// Expect looks at once at all that could be open between the bot and a member who wrote a message. What is asked about
// that chat afterwards is answered without the database, where there is nothing.
func (tx *Tx) Expect(chat, member, tgMessage int64) error {
	q := quiet{chat: chat, member: member, tgMessage: tgMessage}
	var known bool
	_, err := tx.query(selectOpen, chat, member, tgMessage).one(&q.incomplete, &q.questions, &q.forms, &q.queries, &q.loosePicture, &known)
	if err != nil {
		return fmt.Errorf("look for what is open with member %d: %w", member, err)
	}
	if known {
		q.tgMessage = 0
	}
	tx.quiet = q
	return nil
}

// Unexpected tells that a message that was looked out for (Expect) was not kept before, and that neither a question nor a form
// waits for it.
func (tx *Tx) Unexpected(chat, member, tgMessage int64) bool {
	q, ok := tx.quietIn(chat, member)
	return ok && q.tgMessage == tgMessage && q.message == 0 && !q.questions && !q.forms
}

// quietIn gives what is known of a member's chat; ok is false where that is nothing.
func (v *View) quietIn(chat, member int64) (q quiet, ok bool) {
	if v.tx == nil || chat == 0 || v.tx.quiet.chat != chat || v.tx.quiet.member != member {
		return quiet{}, false
	}
	return v.tx.quiet, true
}

// kept notes that a first version of a message was kept.
func (q *quiet) kept(m Message, id int64) {
	if q.chat == m.Chat && q.tgMessage == m.TgMessage && q.message == 0 {
		q.message = id
	} else if q.tgMessage == m.TgMessage {
		q.tgMessage = 0
	}
}

// stir ends what is known where a statement could change it.
func (tx *Tx) stir(statement string) {
	if tx.quiet.chat != 0 && mayBeOpen.in(statement) {
		tx.quiet = quiet{}
	}
}
