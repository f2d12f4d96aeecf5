package sandbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-telegram/bot"

	"huibao/sandbox"
)

// burst sends until the sandbox refuses, at most n, and returns how many went and the retry_after.
func (w *world) burst(chat int64, n int) (sent, retryAfter int) {
	w.t.Helper()
	for ; sent < n; sent++ {
		a := w.call("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"好"}`, chat))
		if !a.OK {
			if a.Code != 429 || a.Description != fmt.Sprintf("Too Many Requests: retry after %d", a.Parameters.RetryAfter) {
				w.t.Fatalf("after %d messages: %d %s", sent, a.Code, a.Description)
			}
			return sent, a.Parameters.RetryAfter
		}
	}
	return sent, 0
}

func TestPrivateChatLimit(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.Limits = true })
	for _, step := range []struct {
		after       time.Duration
		sent, retry int
	}{{0, 5, 1}, {time.Second, 1, 1}, {1500 * time.Millisecond, 1, 1}, {500 * time.Millisecond, 1, 1}, {time.Hour, 5, 1}, {-2 * time.Hour, 5, 1}} {
		w.clock.Advance(step.after)
		if sent, retry := w.burst(w.limei, 50); sent != step.sent || retry != step.retry {
			t.Errorf("%v later %d messages, retry after %d; want %d, %d", step.after, sent, retry, step.sent, step.retry)
		}
	}
	if err := w.client.Limits(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if sent, _ := w.burst(w.limei, 50); sent != 50 {
		t.Errorf("without limits %d messages", sent)
	}
}

func TestGroupLimit(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.Limits = true })
	group := must(w.client.Group(t.Context(), "长铺镇妇联", true, w.limei))
	if sent, retry := w.burst(group, 50); sent != 20 || retry != 3 {
		t.Errorf("a group took %d messages, retry after %d", sent, retry)
	}
	w.clock.Advance(time.Minute)
	if sent, _ := w.burst(group, 50); sent != 20 {
		t.Errorf("a minute later it took %d", sent)
	}
}

func TestOverallLimit(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.Limits = true })
	total := 0
	for i := range 10 {
		id := must(w.client.User(t.Context(), sandbox.User{FirstName: fmt.Sprint(i)}))
		must(w.client.Say(t.Context(), id, "/start"))
		sent, _ := w.burst(id, 4)
		total += sent
	}
	if total != 30 {
		t.Errorf("ten chats took %d messages at once, want 30", total)
	}
}

func TestFaults(t *testing.T) {
	w := newWorld(t)
	w.drain()
	ctx := t.Context()
	for _, f := range []sandbox.Fault{
		{Method: "sendMessage", Kind: sandbox.TooManyRequests, RetryAfter: 7},
		{Method: "sendMessage", Kind: sandbox.ServerError},
		{Method: "*", Kind: sandbox.DropConnection},
		{Method: "sendMessage", Kind: sandbox.LoseAnswer},
	} {
		if err := w.client.Fault(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	send := `{"chat_id":11,"text":"一次"}`
	if a := w.refused("sendMessage", send, "Too Many Requests: retry after 7"); a.Parameters.RetryAfter != 7 {
		t.Errorf("retry_after is %d", a.Parameters.RetryAfter)
	}
	w.refused("sendMessage", send, "Internal Server Error")
	if _, err := w.try(ctx, "getMe", "application/json", `{}`); err == nil {
		t.Error("a dropped connection answered")
	}
	if n := len(must(w.client.Messages(ctx, w.limei, 1))); n != 0 {
		t.Errorf("%d messages were sent by calls that failed", n)
	}
	if _, err := w.try(ctx, "sendMessage", "application/json", send); err == nil {
		t.Error("a lost answer arrived")
	}
	if n := len(must(w.client.Messages(ctx, w.limei, 1))); n != 1 {
		t.Errorf("a call whose answer was lost sent %d messages, want 1", n)
	}
	calls := must(w.client.Calls(ctx, 2))
	var log string
	for _, c := range calls {
		log += fmt.Sprintf("%s %v %s|", c.Method, c.OK, c.Error)
	}
	want := "getUpdates true |sendMessage false Too Many Requests: retry after 7|sendMessage false Internal Server Error|" +
		"getMe false no answer: drop_connection|sendMessage true |"
	if log != want {
		t.Errorf("calls: %s\nwant:  %s", log, want)
	}
}

func TestFaultsThatAnswerNoJSON(t *testing.T) {
	w := newWorld(t)
	for _, kind := range []string{sandbox.HTMLAnswer, sandbox.Timeout} {
		if err := w.client.Fault(t.Context(), sandbox.Fault{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	b := must(bot.New(token, bot.WithServerURL(w.url), bot.WithSkipGetMe()))
	if _, err := b.GetMe(t.Context()); err == nil {
		t.Error("a page from a proxy passed for an answer")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.GetMe(ctx); err == nil {
		t.Error("a call that is never answered was")
	}
	if _, err := b.GetMe(t.Context()); err != nil {
		t.Errorf("after the faults: %v", err)
	}
	for _, f := range []sandbox.Fault{{Kind: "rain"}, {Method: "sendmessage", Kind: "500"}, {Kind: "500", Times: -1}} {
		if err := w.client.Fault(t.Context(), f); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
}
