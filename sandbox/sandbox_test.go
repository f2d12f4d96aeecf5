package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"huibao/sandbox"
)

const token = "7001:sandbox-secret"

// monday is when every test begins.
var monday = time.Date(2026, 3, 9, 2, 0, 0, 0, time.UTC)

// world is a sandbox under test with 李梅, who has pressed /start, and 王芳, who has not.
type world struct {
	t      *testing.T
	clock  *sandbox.Clock
	client *sandbox.Client
	url    string
	limei  int64
	wang   int64
}

// newWorld starts a sandbox with a clock that stands still.
func newWorld(t *testing.T, change ...func(*sandbox.Options)) *world {
	t.Helper()
	clock := sandbox.NewClock(func() time.Time { return monday })
	clock.Freeze(true)
	o := sandbox.Options{Token: token, Clock: clock, WebhookPause: time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	s := sandbox.New(o)
	srv := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		srv.Close()
	})
	w := &world{t: t, clock: clock, client: sandbox.NewClient(srv.URL, srv.Client()), url: srv.URL}
	w.limei = must(w.client.User(t.Context(), sandbox.User{ID: 11, FirstName: "李梅", Username: "limei"}))
	w.wang = must(w.client.User(t.Context(), sandbox.User{ID: 12, FirstName: "王芳"}))
	must(w.client.Say(t.Context(), w.limei, "/start"))
	return w
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// answer is what the Bot API answers.
type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigratedTo int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// call calls a method with a JSON body.
func (w *world) call(method, params string) answer {
	w.t.Helper()
	return w.callContext(w.t.Context(), method, params)
}

func (w *world) callContext(ctx context.Context, method, params string) answer {
	w.t.Helper()
	a, err := w.try(ctx, method, "application/json", params)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// try calls a method with any body; the error is the connection's.
func (w *world) try(ctx context.Context, method, kind, body string) (answer, error) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/bot"+token+"/"+method, strings.NewReader(body)))
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		w.t.Fatalf("%s answered no JSON: %s", method, raw)
	}
	if !a.OK && resp.StatusCode != a.Code {
		w.t.Errorf("%s: HTTP status %d, error_code %d", method, resp.StatusCode, a.Code)
	}
	return a, nil
}

// ok calls a method that has to succeed and decodes the result into out, if that is not nil.
func (w *world) ok(method, params string, out any) {
	w.t.Helper()
	a := w.call(method, params)
	if !a.OK {
		w.t.Fatalf("%s %s: %s", method, params, a.Description)
	}
	if out != nil {
		if err := json.Unmarshal(a.Result, out); err != nil {
			w.t.Fatalf("%s: decode %s: %v", method, a.Result, err)
		}
	}
}

// refused calls a method that has to fail with the description.
func (w *world) refused(method, params, want string) answer {
	w.t.Helper()
	a := w.call(method, params)
	if a.OK || a.Description != want {
		w.t.Errorf("%s %s\n got: %s %s\nwant: %s", method, params, a.Description, a.Result, want)
	}
	return a
}

// update is the part of an Update that tests look at.
type update struct {
	ID       int64           `json:"update_id"`
	Message  *message        `json:"message"`
	Edited   *message        `json:"edited_message"`
	Callback json.RawMessage `json:"callback_query"`
	Member   json.RawMessage `json:"my_chat_member"`
}

type message struct {
	ID       int64            `json:"message_id"`
	Date     int64            `json:"date"`
	EditDate int64            `json:"edit_date"`
	Text     string           `json:"text"`
	Caption  string           `json:"caption"`
	Entities []sandbox.Entity `json:"entities"`
	Album    string           `json:"media_group_id"`
	Chat     struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	} `json:"chat"`
	ReplyTo *message `json:"reply_to_message"`
	Origin  *struct {
		Type string `json:"type"`
		Date int64  `json:"date"`
		Name string `json:"sender_user_name"`
	} `json:"forward_origin"`
	Photo []struct {
		FileID string `json:"file_id"`
	} `json:"photo"`
	MigratedTo   int64 `json:"migrate_to_chat_id"`
	MigratedFrom int64 `json:"migrate_from_chat_id"`
}

// updates fetches without waiting.
func (w *world) updates(params string) []update {
	w.t.Helper()
	var list []update
	w.ok("getUpdates", params, &list)
	return list
}

// drain forgets what is queued, so that a test sees only what it causes.
func (w *world) drain() {
	w.t.Helper()
	w.updates(`{"offset":-1}`)
	list := w.updates(`{}`)
	if len(list) > 0 {
		w.updates(`{"offset":` + string(must(json.Marshal(list[len(list)-1].ID+1))) + `}`)
	}
}

// texts are the texts of the messages among the updates.
func texts(list []update) string {
	var out bytes.Buffer
	for _, u := range list {
		if u.Message != nil {
			out.WriteString(u.Message.Text + "|")
		}
	}
	return strings.TrimSuffix(out.String(), "|")
}

func decode(t *testing.T, raw string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(raw), into); err != nil {
		t.Fatalf("decode %s: %v", raw, err)
	}
}
