package bot

import (
	"context"
	"fmt"
	"time"

	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

const (
	processAtOnce = 128
	keepInbox     = 7 * 24 * time.Hour
	tidyEvery     = time.Hour
)

// process is the processing loop: one transaction a batch of rows, each row in a savepoint. A row that fails is
// dead-lettered and the others go on; a store that fails takes everything back and is tried again.
func (b *Bot) process(ctx context.Context) error {
	failures := 0
	for ctx.Err() == nil {
		changed := b.db.Inbox() // taken before looking, so that nothing committed after is missed
		n, err := b.db.Process(ctx, processAtOnce, b.timed, b.deadLetter)
		var wait time.Duration
		if err == nil && n == 0 {
			wait, err = b.processDue(ctx)
		}
		if err == nil {
			err = b.tidy(ctx)
		}
		if err != nil {
			if ctx.Err() == nil {
				b.pulse.stored(err)
				failures++
				wait = min(time.Second<<min(failures-1, 5), 30*time.Second)
				b.log.Error("the store failed, nothing is lost, will try again", "error", err, "in", wait)
				pause(ctx, wait)
			}
			continue
		}
		if n > 0 || failures > 0 {
			b.pulse.stored(nil)
		}
		failures = 0
		if n == 0 {
			if b.db.Shared() && wait == 0 {
				wait = clockCheck // another process may have received
			}
			await(ctx, changed, wait)
		}
	}
	return nil
}

// processDue reads the messages that waited for more, once nothing more of them is to be had: all updates are processed, and
// Telegram is known to hold no others back. It gives how long to wait for the next one, none for 0.
func (b *Bot) processDue(ctx context.Context) (wait time.Duration, err error) {
	due, waiting, err := b.db.NextDue(ctx)
	if err != nil || !waiting {
		return 0, err
	}
	if left := due.Sub(b.now()); left > 0 || !b.caughtUp.Load() {
		return clockCheck, nil // the clock may be moved meanwhile
	}
	wait = time.Millisecond
	if b.db.Shared() {
		wait = clockCheck // another process may be at work on it
	}
	return wait, b.db.ProcessDue(ctx, b.readLate, b.deadLate)
}

// await waits until something is committed to the inbox, and no longer than wait unless that is 0.
func await(ctx context.Context, changed <-chan struct{}, wait time.Duration) {
	var over <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-ctx.Done():
	case <-changed:
	case <-over:
	}
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
	if _, err := b.db.PruneQueries(ctx, now.Add(-keepQuery)); err != nil {
		return err
	}
	b.lastTidy = now
	return nil
}

// timed handles an update and measures how long that takes.
func (b *Bot) timed(tx *store.Tx, row store.InboxRow) error {
	defer b.meters.handling()()
	return b.handle(tx, row)
}

// handle does what one update asks for, inside the row's savepoint.
func (b *Bot) handle(tx *store.Tx, row store.InboxRow) error {
	u, ok := b.atHand.take(row.Body)
	if !ok {
		var err error
		if u, err = decodeUpdate(row.Body); err != nil {
			return err
		}
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
	sent   time.Time        // when it was written, in the county's zone
	today  report.Day       // the day of sent: what 今天 means in it
	masked []string         // kinds of number that were masked in it
	read   *reading.Reading // how it was understood and kept, where that was done before
	place  outOptions       // where what a press brings about is shown: in the place of the question, if there was one
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
	return b.turnIn(tx, where, member, sent, nil)
}

// turnIn is the turn of a member in a chat.
func (b *Bot) turnIn(tx *store.Tx, where store.Chat, member store.Member, sent time.Time, masked []string) (t *turn, ok bool, err error) {
	words, err := b.vocabularyOf(&tx.View)
	if err != nil {
		return nil, false, err
	}
	sent = sent.In(b.loc)
	return &turn{vocabulary: words.in(ownArea(member)), bot: b, tx: tx, chat: where, member: member, sent: sent, today: report.DayOf(sent), masked: maskedNames(masked)}, true, nil
}

// onMessage handles a new message.
func (b *Bot) onMessage(tx *store.Tx, row store.InboxRow, m *message) error {
	if m.MigrateToChat != 0 {
		return b.onMigration(tx, m.Chat.ID, m.MigrateToChat)
	}
	if m.From == nil || m.From.IsBot {
		return tx.ForgetUpdate(row.Seq) // a group's administrator who stays anonymous, a channel
	}
	t, known, err := b.turn(tx, m.Chat, *m.From, m.sent())
	if err != nil {
		return err
	}
	if !known && m.Chat.private() {
		if err := b.onStranger(tx, m); err != nil {
			return err
		}
	}
	if !known {
		return tx.ForgetUpdate(row.Seq)
	}
	t.masked = maskedNames(row.Masked)
	if err := tx.Expect(t.chat.ID, t.member.ID, m.ID); err != nil {
		return err
	}
	words, addressed, err := t.addressed(m)
	if err != nil {
		return err
	}
	begun, goesOn, err := t.begun(m)
	if err != nil {
		return err
	}
	ofAlbum, err := t.ofAlbum(m)
	if err != nil {
		return err
	}
	if !addressed && !goesOn && !ofAlbum {
		return tx.ForgetUpdate(row.Seq)
	}
	kept := store.Message{Chat: t.chat.ID, TgMessage: m.ID, Member: t.member.ID, Sent: t.sent, Text: words, Origin: originOf(m), Masked: row.Masked}
	if goesOn {
		kept.PartOf = begun
		if cut, err := t.maskCut(begun, &kept); err != nil {
			return err
		} else if cut {
			if err := tx.ForgetUpdate(row.Seq); err != nil {
				return err
			}
		}
	}
	if begun == 0 && m.Document == nil && !long(m.Text) && tx.Unexpected(t.chat.ID, t.member.ID, m.ID) {
		if err := t.readAtOnce(m, &kept); err != nil {
			return err
		}
	}
	id, fresh, err := tx.AddMessage(kept)
	if err != nil || !fresh {
		return err // counted already, under another update
	}
	if late, err := t.overtaken(m); late || err != nil {
		return err
	}
	if goesOn && long(m.Text) {
		return t.awaitPiece(begun)
	}
	if begun != 0 { // what comes now is its last piece, or none of it
		if err := b.readText(tx, begun); err != nil {
			return err
		}
	}
	if goesOn {
		return nil
	}
	return t.unlessClosed(request{}, func() error { return t.take(m, id, words) })
}

// readAtOnce reads a message that can be nothing but words to be read, so that it is kept together with what was understood.
func (t *turn) readAtOnce(m *message, kept *store.Message) (err error) {
	if _, _, command := findCommand(kept.Text); command || kept.Text == "" {
		return nil
	}
	understood := t.reader.Read(kept.Text, t.context(m.Origin != nil))
	if kept.Reading, err = reading.Encode(understood); err != nil {
		return err
	}
	kept.Engine, t.read = engine, &understood
	return nil
}

// take does what a message asks for that is no further piece of another.
func (t *turn) take(m *message, id int64, words string) error {
	if done, err := t.takeTable(m); done || err != nil {
		return err
	}
	if err := t.keepAttachment(m, id); err != nil {
		return err
	}
	if words == "" {
		return t.onWordless(m)
	}
	if t.read != nil {
		return t.file(m, id, words)
	}
	answers, err := t.answers(m)
	if err != nil {
		return err
	}
	if answers {
		if done, err := t.answerTyped(m.ID, id, words); done || err != nil {
			return err
		}
	}
	if c, arg, ok := findCommand(words); ok {
		return c.run(t, arg, m.ID)
	}
	if long(m.Text) {
		return t.awaitPiece(id)
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
	if done, err := t.onPicture(m); done || err != nil {
		return err
	}
	if m.wordless() {
		return t.remark(m.ID, "kind", sayTextOnly)
	}
	return nil // Telegram tells of the chat itself
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

// deadLate does the same for a message that was to be read later; its words are in the store.
func (b *Bot) deadLate(tx *store.Tx, letter int64, i store.Incomplete, cause error) error {
	b.log.Error("a message could not be handled and is kept", "inbox", letter, "message", i.Message, "error", cause)
	m, err := tx.MessageByID(i.Message)
	if err != nil {
		return err
	}
	told := plain(sayDeadLetter)
	told.ReplyTo = m.TgMessage
	if err := b.enqueue(tx, m.Chat, told, outOptions{}); err != nil {
		return err
	}
	return b.tellAdministrators(tx, fmt.Sprintf(sayDeadLetterAlert, letter), fmt.Sprintf("dead:%d", letter))
}
