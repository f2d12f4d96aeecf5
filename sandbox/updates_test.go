package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"huibao/sandbox"
)

func TestOffsetsConfirm(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{"一", "二", "三"} {
		must(w.client.Say(t.Context(), w.limei, text))
	}
	all := w.updates(`{}`)
	if got := texts(all); got != "/start|一|二|三" {
		t.Fatalf("queued: %s", got)
	}
	for _, c := range []struct {
		name, params, want string
	}{
		{"nothing is forgotten by asking", `{}`, "/start|一|二|三"},
		{"limit", `{"limit":2}`, "/start|一"},
		{"an offset below all", `{"offset":5}`, "/start|一|二|三"},
		{"an offset far above all means nothing", `{"offset":900000000}`, "/start|一|二|三"},
		{"an offset confirms what is below", fmt.Sprintf(`{"offset":%d}`, all[1].ID), "一|二|三"},
		{"a negative offset forgets all but the last", `{"offset":-2}`, "二|三"},
		{"more than there is", `{"offset":-9}`, "二|三"},
		{"the end", fmt.Sprintf(`{"offset":%d}`, all[3].ID+1), ""},
		{"for good", `{}`, ""},
	} {
		if got := texts(w.updates(c.params)); got != c.want {
			t.Errorf("%s: getUpdates %s gave %s, want %s", c.name, c.params, got, c.want)
		}
	}
}

func TestUpdatesAreDroppedAfterADay(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(23 * time.Hour)
	must(w.client.Say(t.Context(), w.limei, "新"))
	if got := texts(w.updates(`{}`)); got != "/start|新" {
		t.Errorf("after 23 h: %s", got)
	}
	w.clock.Advance(2 * time.Hour)
	if got := texts(w.updates(`{}`)); got != "新" {
		t.Errorf("after 25 h: %s", got)
	}
}

// polled is a getUpdates on its way.
type polled struct {
	answer answer
	err    error
}

// poll starts a getUpdates that waits, and returns when the sandbox has it.
func (w *world) poll(ctx context.Context, params string) <-chan polled {
	w.t.Helper()
	out := make(chan polled, 1)
	go func() {
		a, err := w.try(ctx, "getUpdates", "application/json", params)
		out <- polled{a, err}
	}()
	for !must(w.client.State(w.t.Context())).Polling {
	}
	return out
}

func TestLongPollWaitsForNews(t *testing.T) {
	w := newWorld(t)
	w.drain()
	got := w.poll(t.Context(), `{"timeout":30}`)
	must(w.client.Say(t.Context(), w.limei, "到了"))
	if p := <-got; p.err != nil || !strings.Contains(string(p.answer.Result), "到了") {
		t.Errorf("the poll got %s, %v", p.answer.Result, p.err)
	}
}

func TestLongPollEndsEmpty(t *testing.T) {
	for timeout, want := range map[int]time.Duration{0: 0, 30: 30 * time.Second, 600: 50 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := sandbox.New(sandbox.Options{Token: token, Clock: sandbox.NewClock(time.Now)})
			defer s.Close()
			started := time.Now()
			out := httptest.NewRecorder()
			s.ServeHTTP(out, httptest.NewRequest(http.MethodGet, fmt.Sprintf("/bot%s/getUpdates?timeout=%d", token, timeout), nil))
			if waited := time.Since(started); waited != want || out.Body.String() != `{"ok":true,"result":[]}` {
				t.Errorf("a poll of %d s gave %s after %v", timeout, out.Body, waited)
			}
		})
	}
}

func TestTwoPollsConflict(t *testing.T) {
	w := newWorld(t)
	w.drain()
	first := w.poll(t.Context(), `{"timeout":30}`)
	ctx, stop := context.WithCancel(t.Context())
	second := make(chan polled, 1)
	go func() {
		a, err := w.try(ctx, "getUpdates", "application/json", `{"timeout":30}`)
		second <- polled{a, err}
	}()
	p := <-first
	if p.answer.Code != 409 || p.answer.Description != "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running" {
		t.Errorf("the older poll got %d %s", p.answer.Code, p.answer.Description)
	}
	stop()
	<-second
	must(w.client.Say(t.Context(), w.limei, "还在"))
	if got := texts(w.updates(`{}`)); got != "还在" {
		t.Errorf("after a poll whose caller left: %s", got)
	}
}

func TestAllowedUpdatesAreRemembered(t *testing.T) {
	w := newWorld(t)
	w.drain()
	id := must(w.client.Say(t.Context(), w.limei, "一"))
	w.updates(`{"allowed_updates":["edited_message"]}`)
	must(w.client.Say(t.Context(), w.limei, "二"))
	if err := w.client.Edit(t.Context(), sandbox.Edit{UserID: w.limei, MessageID: id, Text: "壹"}); err != nil {
		t.Fatal(err)
	}
	list := w.updates(`{}`)
	if texts(list) != "一" || list[len(list)-1].Edited == nil || list[len(list)-1].Edited.Text != "壹" {
		t.Errorf("with edited_message only, %d updates: %s", len(list), texts(list))
	}
	w.updates(`{"allowed_updates":[]}`)
	must(w.client.Say(t.Context(), w.limei, "三"))
	if got := texts(w.updates(`{}`)); got != "一|三" {
		t.Errorf("with the default again: %s", got)
	}
}

func TestUpdateIDsJump(t *testing.T) {
	w := newWorld(t)
	old := w.updates(`{}`)[0].ID
	ctx := t.Context()
	if err := w.client.SetUpdateID(ctx, old); err == nil {
		t.Error("an update id below a waiting one was taken")
	}
	if err := w.client.SetUpdateID(ctx, old+1000); err != nil {
		t.Fatal(err)
	}
	must(w.client.Say(ctx, w.limei, "高"))
	if list := w.updates(fmt.Sprintf(`{"offset":%d}`, old+1)); texts(list) != "高" || list[0].ID != old+1000 {
		t.Errorf("after a jump up: %+v", list)
	}
	w.updates(fmt.Sprintf(`{"offset":%d}`, old+1001))
	if err := w.client.SetUpdateID(ctx, 500); err != nil {
		t.Fatal(err)
	}
	must(w.client.Say(ctx, w.limei, "低"))
	if list := w.updates(fmt.Sprintf(`{"offset":%d}`, old+1001)); texts(list) != "低" || list[0].ID != 500 {
		t.Errorf("after a jump down, with the offset of before: %+v", list)
	}
}

func TestRawUpdates(t *testing.T) {
	w := newWorld(t)
	w.drain()
	ctx := t.Context()
	first := must(w.client.Raw(ctx, map[string]any{"message": map[string]any{"message_id": "not a number"}}))
	named := must(w.client.Raw(ctx, map[string]any{"update_id": first + 5, "moon_landing": true}))
	text := must(w.client.RawText(ctx, `"only a word"`))
	if named != first+5 || text != named+1 {
		t.Errorf("ids %d, %d, %d", first, named, text)
	}
	var list []json.RawMessage
	w.ok("getUpdates", `{}`, &list)
	want := fmt.Sprintf(`[{"message":{"message_id":"not a number"},"update_id":%d} {"moon_landing":true,"update_id":%d} "only a word"]`, first, named)
	if got := fmt.Sprintf("%s", list); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for _, wrong := range []string{`{}`, `{"update":1,"text":"1"}`, `{"update":{"update_id":0}}`} {
		resp := must(http.Post(w.url+"/control/raw", "application/json", strings.NewReader(wrong)))
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("raw %s: status %d", wrong, resp.StatusCode)
		}
	}
}

// hook is a webhook that answers as told.
type hook struct {
	srv    *httptest.Server
	status chan int    // one for each delivery
	got    chan string // secret and body
}

func newHook(t *testing.T) *hook {
	h := &hook{status: make(chan int, 10), got: make(chan string, 10)}
	h.srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.got <- r.Header.Get("X-Telegram-Bot-Api-Secret-Token") + " " + string(body)
		w.WriteHeader(<-h.status)
	}))
	t.Cleanup(h.srv.Close)
	return h
}

func TestWebhook(t *testing.T) {
	w := newWorld(t)
	w.drain()
	h := newHook(t)
	first := w.poll(t.Context(), `{"timeout":30}`)
	w.ok("setWebhook", `{"url":"`+h.srv.URL+`/hook","secret_token":"s3cret","allowed_updates":["message"]}`, nil)
	if p := <-first; p.answer.Description != "Conflict: terminated by setWebhook request" {
		t.Errorf("the waiting poll got %s", p.answer.Description)
	}
	w.refused("getUpdates", `{}`, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	must(w.client.Say(t.Context(), w.limei, "一"))
	must(w.client.Say(t.Context(), w.limei, "二"))
	for i, step := range []struct {
		want   string
		status int
	}{{"一", 500}, {"一", 302}, {"一", 200}, {"二", 201}} {
		got := <-h.got
		if !strings.HasPrefix(got, `s3cret {"update_id":`) || !strings.Contains(got, step.want) {
			t.Errorf("delivery %d is %s, want %s", i, got, step.want)
		}
		if i == 1 {
			var info struct {
				Pending int    `json:"pending_update_count"`
				Message string `json:"last_error_message"`
			}
			w.ok("getWebhookInfo", `{}`, &info)
			if info.Pending != 2 || info.Message != "Wrong response from the webhook: 500 Internal Server Error" {
				t.Errorf("getWebhookInfo gave %+v", info)
			}
		}
		h.status <- step.status
	}
	for must(w.client.State(t.Context())).Pending > 0 {
	}
	h.status <- 200
	if status := must(w.client.RepeatWebhook(t.Context())); status != 200 || !strings.Contains(<-h.got, "二") {
		t.Errorf("the repeated delivery: status %d", status)
	}
	w.ok("deleteWebhook", `{}`, nil)
	must(w.client.Say(t.Context(), w.limei, "三"))
	if got := texts(w.updates(`{}`)); got != "三" {
		t.Errorf("after deleteWebhook: %s", got)
	}
	if _, err := w.client.RepeatWebhook(t.Context()); err == nil {
		t.Error("a webhook that is gone was repeated")
	}
}

func TestWaitConfirmed(t *testing.T) {
	w := newWorld(t)
	w.drain()
	if err := w.client.WaitConfirmed(t.Context()); err != nil {
		t.Errorf("with nothing pending: %v", err)
	}
	must(w.client.Say(t.Context(), w.limei, "到了"))
	waited := make(chan error, 1)
	go func() { waited <- w.client.WaitConfirmed(t.Context()) }()
	var got []update
	w.ok("getUpdates", `{}`, &got) // fetched, not confirmed
	select {
	case err := <-waited:
		t.Fatalf("ended with an update pending: %v", err)
	default:
	}
	w.ok("getUpdates", fmt.Sprintf(`{"offset":%d}`, got[len(got)-1].ID+1), nil)
	if err := <-waited; err != nil {
		t.Error(err)
	}
}
