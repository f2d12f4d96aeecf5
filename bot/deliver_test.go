package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"huibao/store"
)

// enqueued adds texts to the outbox of a chat with the Telegram id, which is made if need be.
func (w *bubble) enqueued(tgChat int64, o outOptions, texts ...string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		kind := "private"
		if tgChat < 0 {
			kind = "group"
		}
		where, err := tx.Chat(tgChat, kind, "")
		if err != nil {
			return err
		}
		for _, text := range texts {
			if err := w.enqueue(tx, where.ID, plain(text), o); err != nil {
				return err
			}
		}
		return nil
	})
}

// waiting gives the rows of the outbox that are neither sent nor given up.
func (w *bubble) waiting() []store.Delivery {
	w.t.Helper()
	rows, err := w.db.Undelivered(context.Background(), 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// sent gives the texts that arrived, by chat and in order.
func (f *telegram) sent() map[string][]string {
	chats := map[string][]string{}
	for _, c := range f.of(methodSend) {
		if c.ok {
			chats[c.params["chat_id"]] = append(chats[c.params["chat_id"]], c.params["text"])
		}
	}
	return chats
}

func numbered(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf("第%d条", i+1))
	}
	return texts
}

// TestDeliverKeepsToTheLimits: a thousand messages to many chats go out as fast as Telegram allows and no faster.
func TestDeliverKeepsToTheLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		w := newBubble(t, 30, func(string, map[string]string) (int, string) { return sentAs(sent.Add(1)) })
		for chat := range int64(90) {
			w.enqueued(chat+1, outOptions{}, numbered(10)...)
		}
		w.enqueued(-1, outOptions{}, numbered(100)...)
		stop := w.run(w.deliver)
		pass(6 * time.Minute)
		stop()
		if n := len(w.waiting()); n > 0 {
			t.Errorf("%d of 1000 messages still wait after six minutes", n)
		}
		calls := w.telegram.of(methodSend)
		within(t, "all chats", calls, time.Second, 30+30)
		chats := map[string][]apiCall{}
		for _, c := range calls {
			chats[c.params["chat_id"]] = append(chats[c.params["chat_id"]], c)
		}
		for id, calls := range chats {
			if strings.HasPrefix(id, "-") {
				within(t, "group "+id, calls, time.Minute, 20+groupBurst)
				continue
			}
			within(t, "chat "+id, calls, 10*time.Second, 10+chatBurst)
		}
		if took := calls[len(calls)-1].at.Sub(calls[0].at); took > 5*time.Minute {
			t.Errorf("the last of 100 messages to a group was sent after %v", took)
		}
	})
}

// within checks that in no window of time there are more calls than allowed.
func within(t *testing.T, where string, calls []apiCall, window time.Duration, most int) {
	t.Helper()
	first := 0
	for i, c := range calls {
		for c.at.Sub(calls[first].at) >= window {
			first++
		}
		if n := i - first + 1; n > most {
			t.Fatalf("%s: %d messages within %v, want %d at most", where, n, window, most)
		}
	}
}

// TestDeliverKeepsTheOrder: however often Telegram fails, the messages of a chat arrive in order, each one. A message whose
// answer got lost may arrive twice, one after the other.
func TestDeliverKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dice := rand.New(rand.NewPCG(1, 2))
		var one sync.Mutex // many calls are made at the same time
		sent := int64(0)
		w := newBubble(t, 0, nil)
		w.telegram.answer = func(string, map[string]string) (int, string) {
			one.Lock()
			defer one.Unlock()
			switch dice.IntN(5) {
			case 0:
				return refusal(429, "Too Many Requests: retry after 3", `"retry_after":3`)
			case 1:
				return refusal(500, "Internal Server Error", "")
			case 2:
				return 0, ""
			case 3:
				return 502, "<html>"
			}
			sent++
			return sentAs(sent)
		}
		want := map[string][]string{}
		for chat := range int64(20) {
			w.enqueued(chat+1, outOptions{}, numbered(10)...)
			want[fmt.Sprint(chat+1)] = numbered(10)
		}
		stop := w.run(w.deliver)
		for range 100 { // the pauses after failures grow to five minutes
			if pass(time.Minute); len(w.waiting()) == 0 {
				break
			}
		}
		stop()
		if got := w.telegram.sent(); !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("arrived: %v", got)
		}
		if n := len(w.waiting()); n > 0 {
			t.Errorf("%d messages still wait", n)
		}
		if strings.Contains(w.log.String(), testToken) {
			t.Errorf("the token is in the log:\n%s", w.log)
		}
	})
}

// TestDeliverWaitsAsTold: after a 429 nothing is sent to that chat before its time; other chats go on.
func TestDeliverWaitsAsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refused atomic.Bool
		w := newBubble(t, 0, nil)
		w.telegram.answer = func(_ string, p map[string]string) (int, string) {
			if p["chat_id"] == "1" && !refused.Swap(true) {
				return refusal(429, "Too Many Requests: retry after 40", `"retry_after":40`)
			}
			return sentAs(1)
		}
		w.enqueued(1, outOptions{}, numbered(2)...)
		w.enqueued(2, outOptions{}, "一")
		began := time.Now()
		stop := w.run(w.deliver)
		pass(39 * time.Second)
		w.enqueued(2, outOptions{}, "二")
		pass(100 * time.Millisecond)
		if got, want := w.telegram.sent(), map[string][]string{"2": {"一", "二"}}; !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("after 39 s arrived: %v", got)
		}
		pass(2 * time.Second)
		stop()
		calls := w.telegram.of(methodSend)
		if last := calls[len(calls)-2]; last.params["chat_id"] != "1" || last.at.Sub(began) < 40*time.Second {
			t.Errorf("sent again after %v", last.at.Sub(began))
		}
		if n := len(w.waiting()); n > 0 {
			t.Errorf("%d messages still wait", n)
		}
	})
}

// TestDeliverExpires: an answer that could not be sent for an hour is not sent any more; a receipt is, whenever.
func TestDeliverExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		w := newBubble(t, 0, nil)
		w.telegram.answer = func(string, map[string]string) (int, string) {
			if !up.Load() {
				return 0, ""
			}
			return sentAs(1)
		}
		w.enqueued(1, outOptions{expires: answerLife}, "答复")
		w.enqueued(1, outOptions{}, "回执")
		stop := w.run(w.deliver)
		pass(2 * time.Hour)
		up.Store(true)
		pass(6 * time.Minute)
		stop()
		if got, want := w.telegram.sent(), map[string][]string{"1": {"回执"}}; !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("arrived: %v", got)
		}
		if n := len(w.waiting()); n > 0 {
			t.Errorf("%d messages still wait", n)
		}
	})
}

// TestDeliverGivesUp: what no repetition can send is given up with its reason, and the next message of the chat goes out.
func TestDeliverGivesUp(t *testing.T) {
	for name, test := range map[string]struct {
		answer func() (int, string)
		body   string
		closed bool
	}{
		"a refused text": {answer: func() (int, string) { return refusal(400, "Bad Request: message text is empty", "") }},
		"a blocked bot": {answer: func() (int, string) { return refusal(403, "Forbidden: bot was blocked by the user", "") },
			closed: true},
		"a damaged row": {body: "{"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t, 0, nil)
				w.telegram.answer = func(_ string, p map[string]string) (int, string) {
					if p["text"] == "坏" {
						return test.answer()
					}
					return sentAs(1)
				}
				var chat store.Chat
				w.write(func(tx *store.Tx) (err error) {
					if chat, err = tx.Chat(1, "private", ""); err == nil && test.body != "" {
						_, err = tx.Enqueue(store.Outgoing{Chat: chat.ID, Method: methodSend, Body: []byte(test.body)})
					}
					return err
				})
				if test.answer != nil {
					w.enqueued(1, outOptions{}, "坏")
				}
				w.enqueued(1, outOptions{}, "好")
				stop := w.run(w.deliver)
				pass(time.Second)
				stop()
				if got, want := w.telegram.sent(), map[string][]string{"1": {"好"}}; !maps.EqualFunc(got, want, slices.Equal) {
					t.Errorf("arrived: %v", got)
				}
				w.write(func(tx *store.Tx) (err error) { chat, err = tx.ChatByID(chat.ID); return err })
				if (chat.State == store.ChatBlocked) != test.closed {
					t.Errorf("the chat is %s", chat.State)
				}
			})
		})
	}
}

// TestDeliverStops: an orderly stop waits for the calls under way and records them, so that nothing is sent twice.
func TestDeliverStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, 0, func(string, map[string]string) (int, string) {
			<-time.After(3 * time.Second)
			return sentAs(1)
		})
		for chat := range int64(5) {
			w.enqueued(chat+1, outOptions{}, numbered(2)...)
		}
		stop := w.run(w.deliver)
		pass(time.Second)
		stop()
		if got := len(w.telegram.of(methodSend)); got != 5 {
			t.Errorf("%d messages were sent before the stop, want 5", got)
		}
		if got := len(w.waiting()); got != 5 {
			t.Errorf("%d messages wait, want 5", got)
		}
	})
}

// TestDeliverEdits: an edit finds the message sent before it; where that is gone, and only there, it is said anew.
func TestDeliverEdits(t *testing.T) {
	for name, test := range map[string]struct {
		refusal string
		again   bool
	}{
		"in place":     {},
		"not modified": {refusal: "Bad Request: message is not modified: specified new message content is the same"},
		"deleted":      {refusal: "Bad Request: message to edit not found", again: true},
		"too old":      {refusal: "Bad Request: message can't be edited", again: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t, 0, nil)
				w.telegram.answer = func(method string, p map[string]string) (int, string) {
					if method == methodEdit && test.refusal != "" {
						return refusal(400, test.refusal, "")
					}
					return sentAs(41)
				}
				w.enqueued(1, outOptions{key: "receipt:1"}, "已记1号")
				w.enqueued(1, outOptions{key: "receipt:1", edit: true}, "1号已改")
				stop := w.run(w.deliver)
				pass(time.Second)
				stop()
				edits := w.telegram.of(methodEdit)
				if len(edits) != 1 || edits[0].params["message_id"] != "41" || edits[0].params["text"] != "1号已改" {
					t.Errorf("edits: %v", edits)
				}
				want := []string{"已记1号"}
				if test.again {
					want = append(want, "1号已改")
				}
				if got := w.telegram.sent()["1"]; !slices.Equal(got, want) {
					t.Errorf("arrived: %v, want %v", got, want)
				}
				if n := len(w.waiting()); n > 0 {
					t.Errorf("%d rows still wait", n)
				}
			})
		})
	}
}

// TestErrorsHideTheToken: an error of the library has no token in it, and is still known for what it is.
func TestErrorsHideTheToken(t *testing.T) {
	w := newBubble(t, 0, func(string, map[string]string) (int, string) { return 0, "" })
	_, err := w.api.send(t.Context(), 1, plain("文"))
	if err == nil || strings.Contains(err.Error(), testToken) || !strings.Contains(err.Error(), "connection reset") {
		t.Errorf("the error is %v", err)
	}
	body, err := json.Marshal(w.judge(store.Delivery{Seq: 7}, 0, err))
	if err != nil || strings.Contains(string(body), testToken) {
		t.Errorf("what is kept of it: %s, %v", body, err)
	}
}
