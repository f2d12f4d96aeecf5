package bot

import (
	"context"
	"fmt"
	"time"

	"huibao/report"
	"huibao/store"
)

const (
	processAtOnce = 64
	keepInbox     = 7 * 24 * time.Hour
	tidyEvery     = time.Hour
)

// process is the processing loop: one transaction a batch of rows, each row in a savepoint. A row that fails is
// dead-lettered and the others go on; a store that fails takes everything back and is tried again.
func (b *Bot) process(ctx context.Context) error {
	failures := 0
	for ctx.Err() == nil {
		changed := b.db.Inbox() // taken before looking, so that nothing committed after is missed
		n, err := b.db.Process(ctx, processAtOnce, b.handle, b.deadLetter)
		if err == nil {
			err = b.tidy(ctx)
		}
		if err != nil {
			if ctx.Err() == nil {
				failures++
				wait := min(time.Second<<min(failures-1, 5), 30*time.Second)
				b.log.Error("the store failed, nothing is lost, will try again", "error", err, "in", wait)
				pause(ctx, wait)
			}
			continue
		}
		failures = 0
		if n == 0 {
			select {
			case <-ctx.Done():
			case <-changed:
			}
		}
	}
	return nil
}

// tidy prunes the queue of what is long done.
func (b *Bot) tidy(ctx context.Context) error {
	now := b.now()
	if now.Sub(b.lastTidy) < tidyEvery && !now.Before(b.lastTidy) {
		return nil
	}
	if _, err := b.db.PruneInbox(ctx, now.Add(-keepInbox)); err != nil {
		return err
	}
	b.lastTidy = now
	return nil
}

// handle does what one update asks for, inside the row's savepoint.
func (b *Bot) handle(tx *store.Tx, row store.InboxRow) error {
	u, err := decodeUpdate(row.Body)
	if err != nil {
		return err
	}
	switch {
	case u.Message != nil:
		return b.onMessage(tx, row, u.Message)
	case u.EditedMessage != nil:
		return b.onEdit(tx, row, u.EditedMessage)
	case u.CallbackQuery != nil:
		return b.onPress(tx, u.CallbackQuery)
	case u.MyChatMember != nil:
		return b.onMyChatMember(tx, u.MyChatMember)
	}
	return nil // a kind of update we did not ask for
}

// turn is one message or press with all that is known about it. Everything it does happens in tx.
type turn struct {
	*vocabulary
	bot    *Bot
	tx     *store.Tx
	chat   store.Chat
	member store.Member
	sent   time.Time  // when it was written, in the county's zone
	today  report.Day // the day of sent: what 今天 means in it
	masked []string   // kinds of number that were masked in it
	place  outOptions // where what a press brings about is shown: in the place of the question, if there was one
}

// turn finds out who is speaking. ok is false for someone who may not use the bot.
func (b *Bot) turn(tx *store.Tx, c chat, from user, sent time.Time) (t *turn, ok bool, err error) {
	member, ok, err := tx.MemberByTelegram(from.ID)
	if err != nil || !ok || len(member.Memberships) == 0 {
		return nil, false, err
	}
	where, err := tx.Chat(c.ID, c.Type, c.Title)
	if err != nil {
		return nil, false, err
	}
	words, err := b.vocabularyOf(&tx.View)
	if err != nil {
		return nil, false, err
	}
	sent = sent.In(b.loc)
	return &turn{vocabulary: &words, bot: b, tx: tx, chat: where, member: member, sent: sent, today: report.DayOf(sent)}, true, nil
}

// onMessage handles a new message.
func (b *Bot) onMessage(tx *store.Tx, row store.InboxRow, m *message) error {
	if m.MigrateToChat != 0 {
		return tx.MigrateChat(m.Chat.ID, m.MigrateToChat)
	}
	if m.From == nil || m.From.IsBot {
		return nil
	}
	t, known, err := b.turn(tx, m.Chat, *m.From, m.sent())
	if err != nil {
		return err
	}
	if !known {
		return b.onStranger(tx, m)
	}
	t.masked = maskedNames(row.Masked)
	words, addressed, err := t.addressed(m)
	if err != nil || !addressed {
		return err
	}
	id, fresh, err := tx.AddMessage(store.Message{Chat: t.chat.ID, TgMessage: m.ID, Member: t.member.ID, Sent: t.sent,
		Text: words, Origin: originOf(m)})
	if err != nil || !fresh {
		return err // counted already, under another update
	}
	if words == "" {
		return t.onWordless(m)
	}
	if done, err := t.answerTyped(m.ID, id, words); done || err != nil {
		return err
	}
	if c, arg, ok := findCommand(words); ok {
		return c.run(t, arg, m.ID)
	}
	return t.file(m, id, words)
}

// maskedNames gives the kinds of number that were masked as people say them.
func maskedNames(kinds []string) []string {
	var names []string
	for _, kind := range kinds {
		switch SecretKind(kind) {
		case IDCard:
			names = append(names, "身份证号")
		case Phone:
			names = append(names, "手机号")
		case BankCard:
			names = append(names, "银行卡号")
		}
	}
	return names
}

func originOf(m *message) string {
	if m.Origin == nil {
		return ""
	}
	return m.Origin.Type
}

// onWordless answers what cannot be read, politely and once an hour.
func (t *turn) onWordless(m *message) error {
	switch {
	case m.Photo != nil || m.Document != nil || m.Video != nil:
		return t.remark(m.ID, "caption", sayCaption)
	case m.Voice != nil, m.Audio != nil, m.Sticker != nil, m.Location != nil, m.Contact != nil, m.Poll != nil:
		return t.remark(m.ID, "kind", sayTextOnly)
	}
	return nil // a service message of a group
}

// deadLetter keeps a row that failed, tells its sender and alerts the administrators. The sender is known by the chat: a
// private chat has its user's id.
func (b *Bot) deadLetter(tx *store.Tx, row store.InboxRow, cause error) error {
	b.log.Error("an update could not be handled and is kept", "inbox", row.Seq, "error", cause)
	member, known, err := tx.MemberByTelegram(row.Chat)
	if err != nil {
		return err
	}
	if known && len(member.Memberships) > 0 {
		where, err := tx.Chat(row.Chat, "private", "")
		if err != nil {
			return err
		}
		if err := b.enqueue(tx, where.ID, plain(sayDeadLetter), outOptions{}); err != nil {
			return err
		}
	}
	return b.tellAdministrators(tx, fmt.Sprintf(sayDeadLetterAlert, row.Seq), fmt.Sprintf("dead:%d", row.Seq))
}
