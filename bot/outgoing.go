package bot

import (
	"encoding/json"
	"fmt"
	"time"

	"huibao/digest"
	"huibao/store"
)

// answerLife is how long an answer is worth sending: after an hour without a network the question is stale. Receipts and
// digests carry numbers people rely on and never expire.
const answerLife = time.Hour

// remarkGap is how long a standing sentence is not repeated in a chat.
const remarkGap = time.Hour

// outOptions says how a message goes out; the zero value sends it once, for ever.
type outOptions struct {
	dedupe  string        // a second message with the same key is not sent
	key     string        // by which a later message edits this one
	edit    bool          // edit the message last sent under key, or send anew if there is none
	expires time.Duration // 0: never
}

// enqueue adds a message to the outbox of a chat.
func (b *Bot) enqueue(tx *store.Tx, chat int64, m digest.Message, o outOptions) error {
	return enqueue(tx, chat, m, o)
}

func enqueue(tx *store.Tx, chat int64, m digest.Message, o outOptions) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write a message for the outbox: %w", err)
	}
	out := store.Outgoing{Chat: chat, Method: methodSend, Body: body, Dedupe: o.dedupe, EditKey: o.key,
		Instead: o.edit && m.ReplyTo != 0} // what knows the message it answers can stand for the one that was to be sent
	if o.edit {
		out.Method = methodEdit
	}
	if o.expires > 0 {
		out.Expires = tx.Now().Add(o.expires)
	}
	_, err = tx.Enqueue(out)
	return err
}

// plain makes a message of words alone.
func plain(text string) digest.Message { return digest.Message{Text: text} }

// answer replies to the message with that Telegram id with something that is stale after an hour.
func (t *turn) answer(replyTo int64, m digest.Message) error {
	m.ReplyTo = replyTo
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{expires: answerLife})
}

// remark answers with a standing sentence, at most once an hour in a chat: the last one is known by the time it expires.
func (t *turn) remark(replyTo int64, kind, text string) error {
	key := "remark:" + kind
	until, err := t.tx.LastExpiry(t.chat.ID, key)
	if err != nil || until.Add(remarkGap-answerLife).After(t.tx.Now()) {
		return err
	}
	m := plain(text)
	m.ReplyTo = replyTo
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: key, expires: answerLife})
}

// tellAdministrators sends a note to every administrator who has a chat with the bot.
func (b *Bot) tellAdministrators(tx *store.Tx, text, dedupe string) error {
	return b.tellMembers(tx, text, dedupe, func(m store.Member) bool { return hasRole(m, store.Admin) })
}

// tellGap tells every member once that messages may have been lost since last. Processes that notice it at the same time have
// the stored heartbeat in common.
func (b *Bot) tellGap(tx *store.Tx, last, stored time.Time) error {
	last = last.In(b.loc)
	text := fmt.Sprintf(sayGap, last.Month(), last.Day(), last.Hour(), last.Minute())
	return b.tellMembers(tx, text, fmt.Sprintf("gap:%d", stored.UnixMilli()), func(store.Member) bool { return true })
}

func (b *Bot) tellMembers(tx *store.Tx, text, dedupe string, wanted func(store.Member) bool) error {
	members, err := tx.Members()
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.TgUser == 0 || len(m.Memberships) == 0 || !wanted(m) {
			continue
		}
		c, ok, err := tx.ChatByTg(m.TgUser) // a private chat has its user's id; without one the bot may not write first
		if err != nil {
			return err
		}
		if !ok || c.State != store.ChatActive {
			continue
		}
		err = b.enqueue(tx, c.ID, plain(text), outOptions{dedupe: fmt.Sprintf("%s:%d", dedupe, c.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}
