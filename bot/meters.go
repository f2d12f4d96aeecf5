package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"
	tg "github.com/go-telegram/bot"

	"huibao/store"
)

// meters count what the bot does, for an operator's monitoring. They hold numbers alone: no name, no text, no chat.
type meters struct {
	now                func() time.Time
	set                *metrics.Set
	received, repeated *metrics.Counter
	limited            *metrics.Counter
	handled            *metrics.PrometheusHistogram
	pending            atomic.Int64 // updates that Telegram holds for the webhook
}

// handlingBuckets are seconds: an update is handled in about a millisecond, a long text or a big question in hundreds.
var handlingBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}

func newMeters(now func() time.Time) *meters {
	set := metrics.NewSet()
	m := &meters{now: now, set: set,
		received: set.NewCounter("huibao_updates_received_total"),
		repeated: set.NewCounter("huibao_updates_repeated_total"),
		limited:  set.NewCounter("huibao_telegram_429_total"),
		handled:  set.NewPrometheusHistogramExt("huibao_processing_seconds", handlingBuckets),
	}
	set.NewGauge("huibao_telegram_pending_updates", func() float64 { return float64(m.pending.Load()) })
	for _, result := range []string{"sent", "retry", "limited", "failed"} { // there from the start, so that rates begin at 0
		m.counter("huibao_sends_total", "result", result)
	}
	return m
}

// counter gives the counter with a label of one of a few values.
func (m *meters) counter(name, label, value string) *metrics.Counter {
	return m.set.GetOrCreateCounter(fmt.Sprintf("%s{%s=%q}", name, label, value))
}

// handling measures the time until the function it gives is called.
func (m *meters) handling() func() {
	begun := m.now()
	return func() { m.handled.Update(max(m.now().Sub(begun), 0).Seconds()) }
}

func (m *meters) posts(status int) {
	m.counter("huibao_webhook_posts_total", "code", fmt.Sprint(status)).Inc()
}

func (m *meters) sent(result string) { m.counter("huibao_sends_total", "result", result).Inc() }

// judged counts what became of a call.
func (m *meters) judged(o store.Outcome, err error) {
	var wait *tg.TooManyRequestsError
	switch {
	case o.Sent:
		m.sent("sent")
	case errors.As(err, &wait):
		m.limited.Inc()
		m.sent("limited")
	case o.Failed != "":
		m.sent("failed")
	default:
		m.sent("retry")
	}
}

// refused counts Telegram's refusals to be polled so often.
func (m *meters) refused(err error) {
	var api *apiError
	if errors.As(err, &api) && api.code == http.StatusTooManyRequests {
		m.limited.Inc()
	}
}

// WriteMetrics writes the bot's metrics and the store's queues in Prometheus' text form.
func (b *Bot) WriteMetrics(ctx context.Context, w io.Writer) error {
	var v store.Vitals
	err := b.db.Read(ctx, func(view *store.View) (err error) {
		v, err = view.Vitals()
		return err
	})
	b.meters.set.WritePrometheus(w)
	if err != nil {
		metrics.WriteGaugeUint64(w, "huibao_store_up", 0)
		return fmt.Errorf("measure the store: %w", err)
	}
	metrics.WriteGaugeUint64(w, "huibao_store_up", 1)
	now := b.now()
	for _, g := range []struct {
		name  string
		value int
	}{
		{"huibao_inbox_waiting", v.Inbox.Waiting}, {"huibao_inbox_dead", v.Inbox.Dead}, {"huibao_outbox_waiting", v.Outbox},
		{"huibao_members", v.Members}, {"huibao_reports", v.Reports},
	} {
		metrics.WriteGaugeUint64(w, g.name, uint64(g.value))
	}
	metrics.WriteGaugeFloat64(w, "huibao_inbox_oldest_seconds", age(now, v.Inbox.Oldest))
	metrics.WriteGaugeFloat64(w, "huibao_outbox_oldest_seconds", age(now, v.OldestOut))
	for name, at := range map[string]time.Time{"huibao_last_digest_age_seconds": v.Digest, "huibao_last_backup_age_seconds": v.Backup} {
		if !at.IsZero() { // none yet: absent, which an alert can ask for
			metrics.WriteGaugeFloat64(w, name, age(now, at))
		}
	}
	return nil
}

// age gives seconds, 0 for what is not there.
func age(now, at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(now.Sub(at), 0).Seconds()
}
