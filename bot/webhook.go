package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"huibao/store"
)

const (
	secretHeader   = "X-Telegram-Bot-Api-Secret-Token"
	longestPost    = 1 << 20          // bytes of an update; Telegram's are far smaller
	hookCalls      = 40               // updates that Telegram may post at the same time
	keepAtOnce     = 128              // posts committed together
	longestCommit  = 20 * time.Second // then Telegram is told to come again, before it gives up by itself
	hookEvery      = time.Minute      // between looks at how Telegram sees the webhook
	hookSoon       = time.Second      // the same while it holds something back
	metaWebhook    = "webhook"        // the store's key for the webhook that was set with Telegram; empty: none
	sayHookTrouble = "Telegram cannot deliver to the webhook: check the address, the certificate and the proxy before the bot"
)

// Webhook is where Telegram posts updates to instead of having them fetched.
type Webhook struct {
	URL    string // as Telegram reaches it: of the proxy before the bot
	Secret string // which Telegram sends along; of the characters A-Z, a-z, 0-9, _ and -
}

// hook is intake by webhook. Each post waits for the commit of its update; what comes while one commit is under way shares
// the next one.
type hook struct {
	Webhook
	secret [sha256.Size]byte // a hash, so that the comparison tells nothing of the length either
	posts  chan post
	look   chan struct{} // asks for a look at the webhook

	mu     sync.Mutex
	opened context.Context // of the bot that runs; nil: nothing is taken
	inside sync.WaitGroup  // posts that were taken
	within atomic.Int32    // the same, to look at

	// Of the loop that looks.
	looked  time.Time // by the bot's clock
	seen    string    // the webhook's URL as Telegram tells it
	trouble int       // when Telegram last failed to deliver, as it says
}

// post is an update on its way into the inbox.
type post struct {
	row  store.Update
	done chan error
}

func newHook(w *Webhook) *hook {
	if w == nil {
		return nil
	}
	return &hook{Webhook: *w, secret: sha256.Sum256([]byte(w.Secret)), posts: make(chan post), look: make(chan struct{}, 1)}
}

// enter takes a post in, unless the bot does not run. Who was let in must leave.
func (h *hook) enter() (ctx context.Context, leave func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.opened == nil || h.opened.Err() != nil {
		return nil, nil, false
	}
	h.inside.Add(1)
	h.within.Add(1)
	return h.opened, func() { h.within.Add(-1); h.inside.Done() }, true
}

func (h *hook) open(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened = ctx
}

// shut waits for the posts inside. Telegram keeps what comes later.
func (h *hook) shut() {
	h.mu.Lock()
	h.opened = nil
	h.mu.Unlock()
	h.inside.Wait()
}

// ServeHTTP takes one update from Telegram: 200 once it is committed, and whatever else makes Telegram post it again.
func (b *Bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, status := b.posted(w, r)
	if status == 0 {
		status = b.keepPost(w, raw)
	}
	b.meters.posts(status)
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
	}
}

// posted reads the update of a request, or gives the status by which the request is refused.
func (b *Bot) posted(w http.ResponseWriter, r *http.Request) (raw []byte, refused int) {
	if b.hook == nil {
		return nil, http.StatusNotFound
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, http.StatusMethodNotAllowed
	}
	given := sha256.Sum256([]byte(r.Header.Get(secretHeader)))
	if subtle.ConstantTimeCompare(given[:], b.hook.secret[:]) != 1 {
		return nil, http.StatusUnauthorized
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestPost))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		b.log.Error("a post to the webhook is larger than any update, refused", "limit", longestPost)
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	}
	return raw, 0
}

// keepPost has an update committed and answers. What is not JSON is kept like the rest, and confirmed: repeating it would
// not make it better.
func (b *Bot) keepPost(w http.ResponseWriter, raw []byte) (status int) {
	p := post{row: b.understood(raw), done: make(chan error, 1)}
	ctx, leave, ok := b.hook.enter()
	if !ok {
		return http.StatusServiceUnavailable
	}
	defer leave()
	late := time.NewTimer(longestCommit)
	defer late.Stop()
	select {
	case b.hook.posts <- p:
	case <-late.C:
		return http.StatusServiceUnavailable
	}
	select {
	case err := <-p.done:
		if err != nil {
			return http.StatusServiceUnavailable
		}
	case <-late.C:
		return http.StatusServiceUnavailable // it may be committed yet, and is known then when it comes again
	}
	w.WriteHeader(http.StatusOK)
	if query := queryOf(raw); query != "" {
		_ = http.NewResponseController(w).Flush() // Telegram need not wait for what follows; if it is gone, it comes again
		b.stopSpinner(ctx, query)
	}
	return http.StatusOK
}

// receivePosts is the intake loop of the webhook: it commits what was posted, as many updates at once as have come.
func (b *Bot) receivePosts(ctx context.Context) error {
	b.hook.open(ctx)
	empty := make(chan struct{})
	go func() {
		<-ctx.Done()
		b.hook.shut()
		close(empty)
	}()
	for {
		select {
		case first := <-b.hook.posts:
			b.commitPosts(b.hook.gather(first))
		case <-empty:
			return nil
		}
	}
}

// gather takes the posts that wait. Telegram posts several at the same time: they go in the order in which it numbered them.
func (h *hook) gather(first post) []post {
	batch := []post{first}
	for len(batch) < keepAtOnce {
		select {
		case p := <-h.posts:
			batch = append(batch, p)
			continue
		default:
		}
		break
	}
	slices.SortStableFunc(batch, func(p, q post) int { return cmp.Compare(p.row.ID, q.row.ID) })
	return batch
}

// commitPosts keeps a batch and tells those who wait. The commit is not broken off when the bot is stopped.
func (b *Bot) commitPosts(batch []post) {
	rows := make([]store.Update, len(batch))
	for i, p := range batch {
		rows[i] = p.row
	}
	_, err := b.commit(context.Background(), rows)
	if err != nil {
		b.caughtUp.Store(false)
		b.log.Error("the store failed, Telegram is told to deliver again", "updates", len(rows), "error", err)
	}
	for _, p := range batch {
		p.done <- err
	}
	b.hook.askLook()
}

// askLook has the loop that looks at the webhook decide whether it is time to.
func (h *hook) askLook() {
	select {
	case h.look <- struct{}{}:
	default:
	}
}

// watchHook sets the webhook and looks at it again and again: whether it is still ours, whether Telegram gets through to
// us, and whether it holds updates back.
func (b *Bot) watchHook(ctx context.Context) error {
	set, failures := false, 0
	for ctx.Err() == nil {
		asked := b.now()
		err := b.lookAtHook(ctx, asked, &set)
		if err != nil && ctx.Err() == nil {
			failures++
			b.caughtUp.Store(false)
			pause(ctx, pauseAfter(err, failures, b.log))
			continue
		}
		failures = 0
		b.hook.looked = asked
		b.awaitLook(ctx)
	}
	return nil
}

// awaitLook waits until the webhook is to be looked at again: soon while Telegram holds something back, else once a minute
// of the bot's clock or of the machine's.
func (b *Bot) awaitLook(ctx context.Context) {
	every := hookEvery
	if !b.caughtUp.Load() {
		every = hookSoon
	}
	timer := time.NewTimer(every)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-b.hook.look:
			if b.now().Sub(b.hook.looked) >= hookEvery {
				return
			}
			if !b.caughtUp.Load() && every != hookSoon {
				every = hookSoon
				timer.Reset(every)
			}
		}
	}
}

// lookAtHook sets the webhook unless it is set, and asks Telegram how it stands.
func (b *Bot) lookAtHook(ctx context.Context, asked time.Time, set *bool) error {
	broken := !b.caughtUp.Load() || b.lastBeat.IsZero()
	if !*set {
		if err := b.setHook(ctx); err != nil {
			return err
		}
		*set = true
	}
	info, err := b.api.webhookInfo(ctx)
	if err != nil {
		return err
	}
	b.hook.seen = cmp.Or(b.hook.seen, info.URL) // as Telegram writes it
	if info.URL == "" || info.URL != b.hook.seen {
		*set, b.hook.seen = false, ""
		return &apiError{method: "getWebhookInfo", code: http.StatusConflict, text: "the webhook is no longer ours, and is set again"}
	}
	b.pulse.heard()
	b.meters.pending.Store(int64(info.PendingUpdateCount))
	troubled := info.LastErrorDate != b.hook.trouble && info.PendingUpdateCount > 0
	b.hook.trouble = info.LastErrorDate
	if troubled && !b.hook.looked.IsZero() { // else it was before we started
		b.log.Warn(sayHookTrouble, "error", b.api.secret.Replace(info.LastErrorMessage), "waiting", info.PendingUpdateCount)
	}
	// While messages come in, some are always on their way: that none is held back was known before, and nothing failed since.
	b.caughtUp.Store(info.PendingUpdateCount == 0 || b.caughtUp.Load() && !troubled)
	if b.caughtUp.Load() {
		b.beat(ctx, asked, broken)
	}
	return nil
}

// setHook notes that there is a webhook before there is one: polling, one day, must take it away.
func (b *Bot) setHook(ctx context.Context) error {
	if err := b.noteHook(ctx, b.hook.URL); err != nil {
		return err
	}
	if err := b.api.setWebhook(ctx, b.hook.Webhook); err != nil {
		return err
	}
	b.log.Info("Telegram delivers to the webhook", "url", b.hook.URL)
	return nil
}

func (b *Bot) noteHook(ctx context.Context, url string) error {
	return b.db.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta(metaWebhook, url) })
}

// dropHook takes away the webhook of an earlier run, before polling. One that this program did not set is left alone: it
// may be another bot's at work, and Telegram's refusal to be polled says so.
func (b *Bot) dropHook(ctx context.Context) {
	for failures := 1; ctx.Err() == nil; failures++ {
		var url string
		err := b.db.Read(ctx, func(v *store.View) (err error) {
			url, _, err = v.Meta(metaWebhook)
			return err
		})
		if err == nil && url == "" {
			return
		}
		if err == nil {
			err = b.api.deleteWebhook(ctx)
		}
		if err == nil {
			b.log.Info("the webhook is taken away, messages are fetched again")
			err = b.noteHook(ctx, "")
		}
		if err != nil && ctx.Err() == nil {
			pause(ctx, pauseAfter(err, failures, b.log))
		}
	}
}
