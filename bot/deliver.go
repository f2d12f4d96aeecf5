package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	tg "github.com/go-telegram/bot"
	"golang.org/x/sync/errgroup"

	"huibao/digest"
	"huibao/store"
)

const (
	senders      = 32                     // calls to Telegram at the same time
	loadAtOnce   = 1000                   // outbox rows fetched at once
	keepQueued   = 4 * loadAtOnce         // rows held in memory; the rest waits in the outbox
	stopGrace    = 5 * time.Second        // for calls under way when the bot is stopped
	recordAtOnce = 128                    // outcomes committed together
	clockCheck   = 250 * time.Millisecond // longest wait on real time for a moment of the injected clock, which may be moved
)

// Methods of an outbox row.
const (
	methodSend     = "sendMessage"
	methodEdit     = "editMessageText"
	methodCommands = "setMyCommands"
	methodPhoto    = "sendPhoto"
	methodDocument = "sendDocument"
)

// filesAtOnce is how many files are made and uploaded at the same time. The other senders stay free for messages, which are
// quick, and no more files than these are in memory.
const filesAtOnce = 3

func hasFile(row store.Delivery) bool {
	return row.Method == methodPhoto || row.Method == methodDocument
}

// delivery sends the outbox: many chats at once, one message at a time within a chat, in the order of the rows. It keeps
// no state that matters: a row whose outcome was not recorded is sent again after a crash.
type delivery struct {
	bot     *Bot
	held    func() bool // whether this process is still the one that sends
	pace    *pace
	chats   map[int64]*chatQueue // by the store's chat id; only chats with rows
	ready   []*chatQueue         // whose first row may go as far as we know
	delayed []*chatQueue         // whose first row may not go yet
	wake    time.Time            // when the first of the delayed may go
	aside   []*chatQueue         // whose first row is a file, while enough files are under way
	files   int                  // files under way
	queued  int                  // rows in memory
	flying  int                  // calls under way
	more    bool                 // rows may wait in the outbox for want of room in memory
	tick    *time.Ticker         // when to look at the outbox in any case
	lastSeq int64                // rows up to here were loaded, but for those that were committed late
	known   map[int64]bool       // rows that were loaded and whose end is not recorded
	work    chan flight
	done    chan finished
	record  []store.Outcome
}

// chatQueue is in exactly one place at a time: ready, delayed, aside, or with a sender.
type chatQueue struct {
	rows  []store.Delivery
	after time.Time // not before this: a retry, or Telegram asked to wait
}

// flight is a queue's first row on its way out. The row is a copy: the queue itself goes on growing in the loop.
type flight struct {
	queue *chatQueue
	row   store.Delivery
}

type finished struct {
	queue   *chatQueue
	outcome store.Outcome
	moved   int64 // the group's new id on Telegram, if it has one
}

// deliver sends while no other process does.
func (b *Bot) deliver(ctx context.Context) error {
	standBy(&b.pulse.sender)
	return b.db.Lead(ctx, store.SenderLease, func(leading context.Context, held func() bool) error {
		return b.deliverWhile(leading, held, ctx)
	})
}

// deliverWhile is the delivery loop. It ends with ctx, when another process may go on sending; running ends with the bot.
func (b *Bot) deliverWhile(ctx context.Context, held func() bool, running context.Context) error {
	defer standBy(&b.pulse.sender)
	d := &delivery{bot: b, held: held, pace: newPace(b.sendRate), chats: map[int64]*chatQueue{}, known: map[int64]bool{},
		work: make(chan flight), done: make(chan finished, senders)}
	patient, cancel := lasting(ctx, stopGrace)
	defer cancel()
	var calls errgroup.Group
	for range senders {
		calls.Go(func() error {
			for f := range d.work {
				outcome, moved := b.attempt(patient, f.row)
				d.done <- finished{f.queue, outcome, moved}
			}
			return nil
		})
	}
	d.tick = time.NewTicker(clockCheck)
	defer d.tick.Stop()
	var changed <-chan struct{}
	for look := true; ctx.Err() == nil; {
		b.pulse.delivers()
		if look || d.more && d.queued < keepQueued {
			changed = b.db.Outbox() // taken before looking, so that nothing committed after is missed
			if err := d.load(ctx); err != nil && ctx.Err() == nil {
				b.log.Error("cannot read the outbox, will try again", "error", err)
				pause(ctx, time.Second)
				continue
			}
		}
		look = d.await(ctx, changed, d.dispatch(b.now()))
	}
	d.finish(running)
	close(d.work)
	return calls.Wait()
}

// lasting gives a context that outlives ctx by a grace, so that calls under way when the bot is stopped can end well and
// are not repeated at the next start.
func lasting(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() { stop(); cancel() }
}

// load fetches rows that came after the last one seen.
func (d *delivery) load(ctx context.Context) error {
	d.more = true
	for d.queued < keepQueued {
		rows, err := d.bot.db.Undelivered(ctx, d.lastSeq, loadAtOnce)
		if err != nil {
			return err
		}
		for _, row := range rows {
			d.add(row)
			d.lastSeq = row.Seq
		}
		if len(rows) < loadAtOnce {
			d.more = false
			break
		}
	}
	late, err := d.bot.db.Overtaken(ctx, d.lastSeq, d.known)
	for _, row := range late {
		d.add(row)
	}
	return err
}

func (d *delivery) add(row store.Delivery) {
	q := d.chats[row.Chat]
	if q == nil {
		q = &chatQueue{}
		d.chats[row.Chat] = q
		d.ready = append(d.ready, q)
	}
	q.rows = append(q.rows, row)
	d.known[row.Seq] = true
	d.queued++
}

// dispatch hands out what may go now and gives the time until something else may; a long time when nothing waits.
func (d *delivery) dispatch(now time.Time) time.Duration {
	if len(d.delayed) > 0 && !now.Before(d.wake) {
		d.ready, d.delayed = append(d.ready, d.delayed...), nil
	}
	for len(d.ready) > 0 && d.flying < senders && d.held() {
		q := d.ready[0]
		row := q.rows[0]
		if !row.Expires.IsZero() && now.After(row.Expires) {
			d.ready = d.ready[1:]
			d.settle(finished{queue: q, outcome: store.Outcome{Seq: row.Seq, Failed: "expired"}})
			continue
		}
		if hasFile(row) && d.files >= filesAtOnce {
			d.ready, d.aside = d.ready[1:], append(d.aside, q)
			continue
		}
		wait := max(q.after.Sub(now), row.NotBefore.Sub(now))
		if wait <= 0 {
			wait = d.pace.take(row.TgChat, now)
		}
		d.ready = d.ready[1:]
		if wait <= 0 && row.Method == methodEdit && !d.flush() {
			wait = time.Second // what it edits was sent, but that cannot be looked up yet
		}
		if wait > 0 {
			d.delay(q, now.Add(wait))
			continue
		}
		d.flying++
		if hasFile(row) {
			d.files++
		}
		d.work <- flight{q, row}
	}
	if len(d.delayed) == 0 {
		return time.Hour
	}
	return d.wake.Sub(now)
}

func (d *delivery) delay(q *chatQueue, until time.Time) {
	if len(d.delayed) == 0 || until.Before(d.wake) {
		d.wake = until
	}
	d.delayed = append(d.delayed, q)
}

// await waits for whatever can change what dispatch would do, and takes in finished calls. It tells whether there may be new
// rows: a look at the outbox costs as much as a message, and calls end all the time.
func (d *delivery) await(ctx context.Context, changed <-chan struct{}, wait time.Duration) (look bool) {
	if d.flying == 0 || len(d.record) >= recordAtOnce {
		d.flush()
	}
	timer := time.NewTimer(min(max(wait, time.Millisecond), clockCheck))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
		return true
	case <-timer.C:
		d.flush()
		return true
	case f := <-d.done:
		d.land(f)
		for range len(d.done) {
			d.land(<-d.done)
		}
	}
	select {
	case <-changed:
	case <-d.tick.C: // another process may have added some
	default:
		return false
	}
	return true
}

func (d *delivery) land(f finished) {
	d.flying--
	if hasFile(f.queue.rows[0]) {
		d.files--
		d.ready, d.aside = append(d.ready, d.aside...), nil
	}
	d.settle(f)
}

// settle notes what became of a queue's first row and makes the next one ready.
func (d *delivery) settle(f finished) {
	q := f.queue
	d.record = append(d.record, f.outcome)
	if f.moved != 0 {
		for i := range q.rows {
			q.rows[i].TgChat = f.moved
		}
	}
	if !f.outcome.Retry.IsZero() {
		q.rows[0].Attempts++
		q.after = f.outcome.Retry
		d.ready = append(d.ready, q)
		return
	}
	chat := q.rows[0].Chat
	q.rows = q.rows[1:]
	d.queued--
	if len(q.rows) == 0 {
		delete(d.chats, chat)
		return
	}
	d.ready = append(d.ready, q)
}

// flush commits the outcomes so far and tells whether that worked. What cannot be committed is kept and tried with the next
// ones.
func (d *delivery) flush() bool {
	if len(d.record) == 0 {
		return true
	}
	if err := d.bot.db.Record(context.Background(), d.record); err != nil {
		d.bot.log.Error("cannot record what was sent, will try again", "error", err)
		return false
	}
	for _, o := range d.record {
		if o.Retry.IsZero() {
			delete(d.known, o.Seq)
		}
	}
	d.record = nil
	return true
}

// finish waits for the calls under way and records them, so that an orderly stop repeats nothing. While the store is away
// it goes on trying: whoever sends next does not know what was sent.
func (d *delivery) finish(running context.Context) {
	for d.flying > 0 {
		d.land(<-d.done)
	}
	for !d.flush() && running.Err() == nil {
		pause(running, clockCheck)
	}
}

// attempt makes the call of one row. It runs beside the loop and touches none of its state.
func (b *Bot) attempt(ctx context.Context, row store.Delivery) (o store.Outcome, moved int64) {
	id, err := b.call(ctx, row)
	var group *tg.MigrateError
	if errors.As(err, &group) {
		moved = int64(group.MigrateToChatID)
		b.meters.sent("retry")
		return b.follow(row, moved), moved
	}
	o = b.judge(row, id, err)
	b.meters.judged(o, err)
	return o, 0
}

func (b *Bot) call(ctx context.Context, row store.Delivery) (messageID int64, err error) {
	if row.Method == methodCommands {
		var commands []menuEntry
		if err := json.Unmarshal(row.Body, &commands); err != nil {
			return 0, fmt.Errorf("%w: %w", errUnsendable, err)
		}
		return 0, b.api.setCommands(ctx, row.TgChat, commands)
	}
	if row.Method == methodTable {
		return 0, b.callTable(ctx, row)
	}
	if row.Method == methodInvite {
		return b.callInvite(ctx, row)
	}
	if hasFile(row) {
		return b.callFile(ctx, row)
	}
	var m digest.Message
	if err := json.Unmarshal(row.Body, &m); err != nil {
		return 0, fmt.Errorf("%w: %w", errUnsendable, err)
	}
	if row.Method == methodEdit {
		var target int64
		err := b.db.Read(ctx, func(v *store.View) error {
			chat, err := v.ChatByID(row.Chat)
			if err == nil && chat.TgID == row.TgChat { // else the group moved, and its numbers mean other messages
				target, _, err = v.SentMessage(row.Chat, row.EditKey)
			}
			return err
		})
		if err != nil {
			return 0, err
		}
		if target != 0 {
			err := b.api.edit(ctx, row.TgChat, target, m)
			if !isGone(err) {
				return target, err
			}
		}
		// What should be edited never arrived or was deleted: say it anew.
	}
	return b.api.send(ctx, row.TgChat, m)
}
