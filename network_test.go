package main

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huibao/sandbox"
)

// TestStartWithoutNetwork starts the bot while Telegram cannot be reached. It says so, goes on, and receives what was sent
// meanwhile once it can.
func TestStartWithoutNetwork(t *testing.T) {
	var reachable atomic.Bool
	s := newStage(t, func(telegram http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/bot") && !reachable.Load() {
				panic(http.ErrAbortHandler)
			}
			telegram.ServeHTTP(w, r)
		})
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.bot.Start(); err != nil {
		t.Fatal(err)
	}
	if !s.log.await(ctx, "cannot reach Telegram, will try again") {
		t.Fatalf("the bot does not say that it cannot reach Telegram:\n%s", s.log)
	}
	sent, err := s.client.Say(ctx, 100001, "普法 320人 资料500份")
	if err != nil {
		t.Fatal(err)
	}
	reachable.Store(true)
	receipt, err := s.client.WaitMessage(ctx, 100001, sent, func(m sandbox.Message) bool { return m.ReplyTo == sent })
	if err != nil {
		t.Fatalf("%v; the bot says:\n%s", err, s.log)
	}
	if !strings.HasPrefix(receipt.Text, "✅ 已记1号") {
		t.Errorf("the answer is %q", receipt.Text)
	}
}
