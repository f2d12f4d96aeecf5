// Package bot is Huibao's conversation: Telegram on one side, the store on the other.
//
// A message takes this path, and the files are best read in this order. Intake (intake.go, poll.go, webhook.go, mask.go) takes raw
// updates, masks what must never be stored and commits them to the inbox before Telegram is told. Processing
// (process.go) takes the rows in order, each inside a savepoint: it finds out who writes (people.go), what for
// (command.go, press.go, answer.go), files reports (filing.go) and adds the replies to the outbox. Delivery (deliver.go, pace.go,
// api.go) sends the outbox within Telegram's limits. Beside it stand the form to fill in by buttons (form.go), and words that
// are learnt, with the past read again (alias.go, replay.go).
//
// What survives a crash is what was committed: an update that Telegram handed over once is counted once, and an answer
// whose sending was not recorded is sent again. Nothing is kept in memory that matters.
package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// Options is what a Bot needs from outside.
type Options struct {
	Token    string // trimmed; checked by New
	APIURL   string // https://api.telegram.org, or a Bot API server of one's own
	DB       *store.DB
	Now      func() time.Time
	Location *time.Location // the county's zone
	Log      *slog.Logger
	SendRate float64  // messages a second over all chats; 0 lifts every limit
	Webhook  *Webhook // nil: updates are fetched
}

// Bot is the running bot. Make it with New and run it once.
type Bot struct {
	db       *store.DB
	now      func() time.Time
	loc      *time.Location
	log      *slog.Logger
	poller   *poller
	hook     *hook // nil: updates are fetched
	meters   *meters
	pulse    *pulse
	api      *api
	sendRate float64

	spinners errgroup.Group // callback answers under way
	drawing  sync.Mutex     // held while a file is made
	caughtUp atomic.Bool    // Telegram had nothing more for us when it was last asked
	atHand   atHand

	// Of the intake loop; of the one that looks, with a webhook.
	lastBeat, beatStored time.Time
	// Of the processing loop.
	vocabulary vocabulary
	lastTidy   time.Time
}

// vocabulary is the reader made from the store's catalogue and areas, made anew when one of them changes.
type vocabulary struct {
	source *report.Reference
	reader *reading.Reader
	taught map[int64]*reading.Reader // with the words that were taught, by the area they are known in
}

// in gives the vocabulary of a member of an area: with the words that were taught there.
func (v vocabulary) in(area int64) *vocabulary {
	reader, ok := v.taught[area]
	if !ok {
		reader = v.reader.For(area).With(v.source.AliasesIn(area))
		v.taught[area] = reader
	}
	v.reader = reader
	return &v
}

// New prepares a bot and makes no call: without a network it starts all the same.
func New(o Options) (*Bot, error) {
	if err := CheckToken(o.Token); err != nil {
		return nil, err
	}
	calls, err := newAPI(o.APIURL, o.Token)
	if err != nil {
		return nil, err
	}
	b := &Bot{db: o.DB, now: func() time.Time { return o.Now().In(o.Location) }, loc: o.Location, log: o.Log,
		poller: newPoller(o.APIURL, o.Token), hook: newHook(o.Webhook), meters: newMeters(o.Now), pulse: newPulse(o.Now),
		api: calls, sendRate: o.SendRate}
	b.spinners.SetLimit(senders)
	return b, nil
}

// Run receives, processes and delivers until ctx ends, and gives nil then. Whatever fails is tried again; only a mistake
// in the program ends a loop early, and is returned. Of several processes on one database one fetches updates and one
// sends; what comes by the webhook each of them takes, and each processes.
func (b *Bot) Run(ctx context.Context) error {
	b.announceRestore(ctx)
	loops, ctx := errgroup.WithContext(ctx)
	loops.Go(func() error { return b.introduce(ctx) })
	if b.hook != nil {
		loops.Go(func() error { return b.receivePosts(ctx) })
		loops.Go(func() error { return b.watchHook(ctx) })
	} else {
		loops.Go(func() error { return b.receive(ctx) })
	}
	loops.Go(func() error { return b.process(ctx) })
	loops.Go(func() error { return b.deliver(ctx) })
	err := loops.Wait()
	if wait := b.spinners.Wait(); err == nil {
		err = wait
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// introduce learns the bot's own name, for mentions in groups and for invitation links.
func (b *Bot) introduce(ctx context.Context) error {
	for failures := 1; ctx.Err() == nil; failures++ {
		name, err := b.api.me(ctx)
		if err == nil {
			err = b.db.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta(MetaUsername, name) })
		}
		if err == nil {
			b.log.Info("connected to Telegram", "bot", "@"+name)
			return nil
		}
		if ctx.Err() == nil {
			pause(ctx, pauseAfter(err, failures, b.log))
		}
	}
	return nil
}

// MetaUsername is the store's key for the bot's name on Telegram, without the @.
const MetaUsername = "bot_username"

// vocabularyOf gives the reader for the catalogue and areas as v sees them.
func (b *Bot) vocabularyOf(v *store.View) (vocabulary, error) {
	source, err := v.Reference()
	if err != nil {
		return vocabulary{}, err
	}
	if b.vocabulary.reader == nil || b.vocabulary.source != source {
		reader, err := reading.New(source.Catalogue, source.Areas, source.Names, source.Venues)
		if err != nil {
			return vocabulary{}, fmt.Errorf("make a reader of the catalogue and areas: %w", err)
		}
		b.vocabulary = vocabulary{source, reader, map[int64]*reading.Reader{}}
	}
	return b.vocabulary, nil
}
