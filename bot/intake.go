package bot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"huibao/store"
)

// Meta keys of the store that intake keeps.
const (
	metaHeartbeat = "heartbeat" // Unix ms of the last time Telegram is known to have had nothing more for us
	heartbeatStep = time.Minute
	longestGap    = 24 * time.Hour // Telegram drops what it could not deliver for longer
)

// receive fetches updates while no other process does.
func (b *Bot) receive(ctx context.Context) error {
	standBy(&b.pulse.telegram)
	return b.db.Lead(ctx, store.PollerLease, func(ctx context.Context, _ func() bool) error { return b.receiveWhile(ctx) })
}

// receiveWhile is the intake loop: fetch a batch, mask it, commit it to the inbox, and only then move the offset, which is
// what confirms it to Telegram. A kill at any point repeats a batch, and the inbox knows it again.
func (b *Bot) receiveWhile(ctx context.Context) error {
	b.pulse.heard()
	defer standBy(&b.pulse.telegram)
	defer b.caughtUp.Store(false)
	b.dropHook(ctx)
	// After an answer without updates everything up to here is confirmed, and the offset goes back to 0: Telegram may
	// go on with lower ids after a quiet week, which a remembered offset would hide from us.
	var offset int64
	failures, repeats := 0, 0
	for ctx.Err() == nil {
		asked := b.now()
		limit, seconds := b.poller.limit(), pollSeconds
		if !b.caughtUp.Load() {
			seconds = 0 // what is there comes at once, and it is known when that was all
		}
		raws, err := b.poller.poll(ctx, offset, seconds)
		var fresh int
		var last int64
		if err == nil {
			fresh, last, err = b.keep(ctx, raws)
		}
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			failures++
			b.meters.refused(err)
			b.caughtUp.Store(false)
			pause(ctx, pauseAfter(err, failures, b.log))
			continue
		}
		b.pulse.heard()
		b.caughtUp.Store(len(raws) < limit)
		offset = 0
		if len(raws) > 0 {
			offset = max(0, last+1)
		}
		repeats++
		if len(raws) == 0 || fresh > 0 {
			repeats = 0
		}
		if len(raws) > 0 && offset == 0 || repeats > 1 {
			pause(ctx, time.Second) // kept, but not to be confirmed, for want of an id, or confirmed and sent again all the same
		}
		b.beat(ctx, asked, failures > 0 || b.lastBeat.IsZero())
		failures = 0
		b.stopSpinners(ctx, raws)
	}
	return nil
}

// keep commits a batch to the inbox and tells how many of it were new, and its highest id.
func (b *Bot) keep(ctx context.Context, raws []json.RawMessage) (fresh int, last int64, err error) {
	if len(raws) == 0 {
		return 0, 0, nil
	}
	batch := make([]store.Update, 0, len(raws))
	last = math.MinInt64
	for _, raw := range raws {
		row := b.understood(raw)
		batch, last = append(batch, row), max(last, row.ID)
	}
	fresh, err = b.commit(ctx, batch)
	return fresh, last, err
}

// commit adds masked updates to the inbox.
func (b *Bot) commit(ctx context.Context, batch []store.Update) (fresh int, err error) {
	fresh, err = b.db.Receive(ctx, batch)
	b.pulse.stored(err)
	if err != nil {
		return 0, err
	}
	b.meters.received.Add(fresh)
	b.meters.repeated.Add(len(batch) - fresh)
	b.log.Debug("received", "updates", len(batch), "new", fresh)
	return fresh, nil
}

// understood gives the inbox row of a raw update, and keeps at hand what the update says.
func (b *Bot) understood(raw []byte) store.Update {
	row, u, ok := rowOf(raw)
	if ok {
		b.atHand.put(row.Body, u)
	}
	return row
}

// inboxUpdate masks a raw update and says which chat it belongs to.
func inboxUpdate(raw []byte) store.Update {
	row, _, _ := rowOf(raw)
	return row
}

// rowOf gives the inbox row of a raw update and what the row says once it is masked, ok telling whether that can be understood.
// What cannot is kept like the rest, and dead-lettered where its sender can be told.
func rowOf(raw []byte) (row store.Update, u update, ok bool) {
	masked, kinds, err := MaskUpdate(raw)
	if err != nil {
		masked = bytes.ToValidUTF8(masked, []byte("\uFFFD")) // not JSON: kept as text
	}
	row.Body = masked
	for _, kind := range kinds {
		row.Masked = append(row.Masked, string(kind))
	}
	if u, err = decodeUpdate(masked); err != nil {
		row.ID, row.Chat = updateID(raw), chatOf(masked)
		return row, update{}, false
	}
	row.ID, row.Chat = u.ID, u.chatID()
	return row, u, true
}

// chatOf reads the chat's id alone, 0 where there is none.
func chatOf(raw []byte) int64 {
	type in struct {
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	}
	var u struct {
		Message in `json:"message"`
		Edited  in `json:"edited_message"`
		Member  in `json:"my_chat_member"`
		Query   struct {
			Message in `json:"message"`
		} `json:"callback_query"`
	}
	if err := json.Unmarshal(raw, &u); err != nil {
		return 0
	}
	return cmp.Or(u.Message.Chat.ID, u.Edited.Chat.ID, u.Member.Chat.ID, u.Query.Message.Chat.ID)
}

// updateID reads the id alone, whatever else the update holds.
func updateID(raw []byte) int64 {
	var u struct {
		ID json.Number `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &u); err != nil {
		return garbledUpdateID(raw)
	}
	id, _ := u.ID.Int64() // not a number: 0, which confirms nothing
	return id
}

// beat notes that Telegram was reachable. broken tells that it may not have been before: the program just started, or calls
// failed. Only then is there a gap, whatever the clock says: a long poll that comes back bridges the time it was open.
// A gap longer than Telegram keeps messages is told to every member once.
func (b *Bot) beat(ctx context.Context, asked time.Time, broken bool) {
	now := b.now()
	if !broken && now.Sub(b.beatStored).Abs() < heartbeatStep {
		b.lastBeat = now
		return
	}
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		stored, err := lastHeartbeat(&tx.View)
		if err != nil {
			return err
		}
		last := stored
		if b.lastBeat.After(last) { // else another process was heard later
			last = b.lastBeat
		}
		if broken && !last.IsZero() && asked.Sub(last) >= longestGap {
			if err := b.tellGap(tx, last, stored); err != nil {
				return err
			}
		}
		return tx.SetMeta(metaHeartbeat, strconv.FormatInt(now.UnixMilli(), 10))
	})
	if err != nil {
		b.log.Error("cannot store the heartbeat", "error", err)
		return
	}
	b.lastBeat, b.beatStored = now, now
}

func lastHeartbeat(v *store.View) (time.Time, error) {
	text, ok, err := v.Meta(metaHeartbeat)
	if err != nil || !ok {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, nil // a damaged mark: as if there were none
	}
	return time.UnixMilli(ms), nil
}

// stopSpinners answers callback queries as soon as they are safe in the inbox.
func (b *Bot) stopSpinners(ctx context.Context, raws []json.RawMessage) {
	for _, raw := range raws {
		if query := queryOf(raw); query != "" {
			b.stopSpinner(ctx, query)
		}
	}
}

// stopSpinner is a courtesy: a failed answer only leaves the phone's spinner turning, so it is not repeated.
func (b *Bot) stopSpinner(ctx context.Context, query string) {
	b.spinners.Go(func() error {
		if err := b.api.stopSpinner(ctx, query); err != nil {
			b.log.Debug("cannot answer a callback query", "error", err)
		}
		return nil
	})
}

// queryOf gives the id of the callback query in an update, empty where there is none.
func queryOf(raw []byte) string {
	if !bytes.Contains(raw, []byte("callback_query")) {
		return ""
	}
	var u struct {
		Query struct {
			ID string `json:"id"`
		} `json:"callback_query"`
	}
	if json.Unmarshal(raw, &u) != nil {
		return ""
	}
	return u.Query.ID
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
