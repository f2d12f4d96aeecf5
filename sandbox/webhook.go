package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// webhook is where updates are posted instead of being fetched. They go one at a time and in order, whatever
// max_connections allows, so that a test sees one order.
type webhook struct {
	url         string
	secret      string
	connections int
	client      *http.Client
	stop        context.CancelFunc
	last        []byte // the update delivered last
	failedAt    time.Time
	failure     string
}

// setWebhook wants https, as Telegram does; http is allowed on loopback, where there is nobody to listen in.
func (s *Server) setWebhook(c *call) (any, *apiError) {
	allowed, kinds, err := s.allowedUpdates(c)
	if err != nil {
		return nil, err
	}
	to, parseErr := url.Parse(c.text("url"))
	if parseErr != nil {
		return nil, badRequest("bad webhook: invalid URL")
	}
	loopback := slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, to.Hostname())
	if c.text("url") != "" && to.Scheme != "https" && !(to.Scheme == "http" && loopback) {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopWebhook()
	if c.bool("drop_pending_updates") {
		s.queue.drop(len(s.queue.items))
	}
	if allowed != nil {
		s.queue.listed, s.queue.allowed = allowed, kinds
	}
	if c.text("url") == "" || s.closed.Err() != nil {
		return yes, nil
	}
	s.queue.endPoll("Conflict: terminated by setWebhook request")
	ctx, stop := context.WithCancel(context.Background())
	s.hook = &webhook{
		url: c.text("url"), secret: c.text("secret_token"), connections: int(either(c.int("max_connections"), 40)),
		client: newWebhookClient(), stop: stop,
	}
	s.queue.wake = make(chan struct{}, 1)
	hook, wake := s.hook, s.queue.wake
	s.workers.Go(func() { s.runWebhook(ctx, hook, wake) })
	return yes, nil
}

func (s *Server) deleteWebhook(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopWebhook()
	if c.bool("drop_pending_updates") {
		s.queue.drop(len(s.queue.items))
	}
	return yes, nil
}

func (s *Server) stopWebhook() {
	if s.hook != nil {
		s.hook.stop()
		s.hook, s.queue.wake = nil, nil
	}
}

func (s *Server) getWebhookInfo(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.expire(s.clock.Now())
	info := struct {
		URL         string   `json:"url"`
		Certificate bool     `json:"has_custom_certificate"`
		Pending     int      `json:"pending_update_count"`
		FailedAt    int64    `json:"last_error_date,omitempty"`
		Failure     string   `json:"last_error_message,omitempty"`
		Connections int      `json:"max_connections,omitempty"`
		Allowed     []string `json:"allowed_updates,omitempty"`
	}{Pending: len(s.queue.items), Allowed: s.queue.listed}
	if h := s.hook; h != nil {
		info.URL, info.Connections, info.Failure = h.url, h.connections, h.failure
		if h.failure != "" {
			info.FailedAt = h.failedAt.Unix()
		}
	}
	return info, nil
}

// runWebhook posts the queue until the webhook is taken away. A refused update is repeated, after growing pauses, until it
// is taken or expires.
func (s *Server) runWebhook(ctx context.Context, h *webhook, wake <-chan struct{}) {
	defer h.client.CloseIdleConnections()
	pause := s.hookPause
	for ctx.Err() == nil {
		u, ok := s.nextForWebhook()
		if !ok {
			select {
			case <-wake:
			case <-ctx.Done():
			}
			continue
		}
		if _, err := h.post(ctx, u.body); err != nil {
			s.webhookFailed(h, err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
			pause = min(pause*2, 64*s.hookPause)
			continue
		}
		pause = s.hookPause
		s.webhookTook(h, u)
	}
}

func (s *Server) nextForWebhook() (update, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.expire(s.clock.Now())
	if len(s.queue.items) == 0 {
		return update{}, false
	}
	return s.queue.items[0], true
}

func (s *Server) webhookTook(h *webhook, u update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.last, h.failure = u.body, ""
	i := slices.IndexFunc(s.queue.items, func(x update) bool { return x.id == u.id })
	if i >= 0 {
		s.queue.items = slices.Delete(s.queue.items, i, i+1)
	}
}

func (s *Server) webhookFailed(h *webhook, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := err.Error()
	h.failure, h.failedAt = strings.ToUpper(text[:1])+text[1:], s.clock.Now()
}

// newWebhookClient has connections of its own, so that they end with the webhook. A redirect is a refusal.
func newWebhookClient() *http.Client {
	return &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends one update and returns the status; any but 2xx is an error.
func (h *webhook) post(ctx context.Context, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("make the webhook request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return 0, errors.New("connection refused or failed") // the error would repeat the URL, which may hold a secret
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return resp.StatusCode, errors.New("read of the answer failed")
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, fmt.Errorf("wrong response from the webhook: %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return resp.StatusCode, nil
}

// repeatWebhook posts the last update once more, as Telegram does when the answer to it was lost.
func (s *Server) repeatWebhook(ctx context.Context) (int, error) {
	s.mu.Lock()
	h := s.hook
	if h == nil || h.last == nil {
		s.mu.Unlock()
		return 0, errors.New("no update was delivered by webhook yet: expected setWebhook and an update before")
	}
	body := h.last
	s.mu.Unlock()
	return h.post(ctx, body)
}
