package bot

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"huibao/store"
)

// After a restore the bot remembers the moment of the copy, not what came after it. Members are told once to send that
// again; what was counted already is recognised, as after a gap. Buttons of messages from that time name reports and questions
// that are lost, or by now are others: they do nothing.

const (
	metaRestoredTold = "restored_told" // Unix ms of the restore that members were told about

	sayRestored   = "📡 系统用备份恢复了。\n%d月%d日%d:%02d以后发的消息请再发一次，\n已计入的会认出来，不会重复计。\n那以后收到的按钮都失效了。"
	sayLostButton = "这个按钮是恢复备份以前的，已失效。\n请把那条汇报再发一次，\n或用 /mine 看现在有的。"
)

// announceRestore tells every member that the database was restored, before anything else is done.
func (b *Bot) announceRestore(ctx context.Context) {
	for failures := 1; ctx.Err() == nil; failures++ {
		err := b.db.Write(ctx, b.tellRestored)
		if err == nil {
			return
		}
		if ctx.Err() == nil {
			pause(ctx, pauseAfter(err, failures, b.log))
		}
	}
}

// tellRestored tells it once for each restore. It is told with it what a gap would be told for.
func (b *Bot) tellRestored(tx *store.Tx) error {
	r, ok, err := tx.Restored()
	if err != nil || !ok {
		return err
	}
	at := strconv.FormatInt(r.At.UnixMilli(), 10)
	told, _, err := tx.Meta(metaRestoredTold)
	if err != nil || told == at {
		return err
	}
	last, err := lastHeartbeat(&tx.View)
	if err != nil {
		return err
	}
	from := r.From
	if from.IsZero() || !last.IsZero() && from.Sub(last) >= longestGap {
		from = last // the bot was off when the copy was made
	}
	if !from.IsZero() {
		from = from.In(b.loc)
		text := fmt.Sprintf(sayRestored, from.Month(), from.Day(), from.Hour(), from.Minute())
		if err := b.tellMembers(tx, text, "restored:"+at, func(store.Member) bool { return true }); err != nil {
			return err
		}
		if err := tx.SetMeta(metaHeartbeat, strconv.FormatInt(b.now().UnixMilli(), 10)); err != nil {
			return err
		}
	}
	return tx.SetMeta(metaRestoredTold, at)
}

// lost tells whether a message of the bot was written between the moment of a copy and its restore. One that is too old for
// Telegram to say when it was written counts as lost unless the bot knows it: what it names cannot be trusted.
func (t *turn) lost(m *message) (bool, error) {
	r, ok, err := t.tx.Restored()
	if err != nil || !ok {
		return false, err
	}
	at := time.Unix(m.Date, 0)
	if m.Date != 0 && (at.Before(r.From.Truncate(time.Second)) || at.After(r.At)) {
		return false, nil
	}
	_, known, err := t.tx.KeyOfSent(t.chat.ID, m.ID)
	return !known, err
}
