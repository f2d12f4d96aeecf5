package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"huibao/bot"
)

const (
	healthPath  = "/healthz"
	metricsPath = "/metrics"
)

var secretForm = regexp.MustCompile(`^[\w-]{16,256}$`)

// webhook gives the webhook of the settings, nil where updates are to be fetched. Its errors do not repeat the secret.
func (s *settings) webhook() (*bot.Webhook, error) {
	if s.HookURL == "" {
		return nil, nil
	}
	to, err := url.Parse(s.HookURL)
	telegrams := strings.HasSuffix(strings.TrimRight(s.APIURL, "/"), "//api.telegram.org")
	if err != nil || to.Host == "" || to.Scheme != "https" && (to.Scheme != "http" || telegrams) {
		return nil, errors.New("HUIBAO_WEBHOOK_URL: expected an address such as https://bot.example.org/huibao")
	}
	switch {
	case bot.Redactor(s.Token, s.HookSecret).Replace(s.HookURL) != s.HookURL:
		return nil, errors.New("HUIBAO_WEBHOOK_URL holds the bot's token or the webhook's secret, which proxies would log: take another path")
	case to.RawQuery != "" || to.Fragment != "" || to.User != nil:
		return nil, errors.New("HUIBAO_WEBHOOK_URL: expected a scheme, a host and a path alone")
	case to.Path == healthPath || to.Path == metricsPath:
		return nil, fmt.Errorf("HUIBAO_WEBHOOK_URL: the path %s is taken", to.Path)
	case s.Listen == "":
		return nil, errors.New("HUIBAO_WEBHOOK_URL needs HUIBAO_LISTEN: the address where the proxy finds the bot, such as 127.0.0.1:8080")
	case !secretForm.MatchString(s.HookSecret):
		return nil, errors.New("HUIBAO_WEBHOOK_SECRET: expected 16 to 256 letters, digits, - and _, such as `openssl rand -hex 24` prints")
	}
	return &bot.Webhook{URL: s.HookURL, Secret: s.HookSecret}, nil
}

// front is what the bot shows to the network: whether it is well, its metrics, and the webhook.
type front struct {
	listener net.Listener
	server   *http.Server
}

// Time limits of a request: nobody holds a connection by being slow.
const (
	headerTime = 5 * time.Second
	readTime   = 15 * time.Second
	answerTime = time.Minute
	idleTime   = 2 * time.Minute
	closeTime  = 5 * time.Second
)

// listen opens HUIBAO_LISTEN, so that a port that is taken ends the start; nil where it is not set.
func (w *world) listen(b *bot.Bot) (*front, error) {
	if w.settings.Listen == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", w.settings.Listen)
	if err != nil {
		return nil, fmt.Errorf("HUIBAO_LISTEN: %w", err)
	}
	w.log.Info("listening", "address", listener.Addr().String())
	return &front{listener, &http.Server{
		Handler: w.paths(b), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(w.log.Handler(), slog.LevelWarn),
	}}, nil
}

// run serves until ctx ends; the requests under way are answered.
func (f *front) run(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- f.server.Serve(f.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("listen: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if err := f.server.Shutdown(grace); err != nil {
		return f.server.Close() // someone slow: Telegram comes again
	}
	return nil
}

// paths says who answers what. The webhook has the path that Telegram knows: a proxy passes it on as it is.
func (w *world) paths(b *bot.Bot) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+healthPath, func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if err := b.Health(r.Context()); err != nil {
			out.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprintln(out, err)
			return
		}
		_, _ = io.WriteString(out, "ok\n")
	})
	mux.HandleFunc("GET "+metricsPath, func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		metrics.WriteGaugeUint64(out, fmt.Sprintf("huibao_build_info{version=%q,go=%q}", version(), runtime.Version()), 1)
		if err := b.WriteMetrics(r.Context(), out); err != nil {
			w.log.Error("metrics are incomplete", "error", err)
		}
		metrics.WriteProcessMetrics(out)
	})
	to, err := url.Parse(w.settings.HookURL)
	if w.settings.HookURL == "" || err != nil {
		return mux
	}
	hook := cmp.Or(to.Path, "/")
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == hook {
			b.ServeHTTP(out, r)
			return
		}
		mux.ServeHTTP(out, r)
	})
}
