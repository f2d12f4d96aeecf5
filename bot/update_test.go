package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huibao/reading"
	"huibao/store"
)

// entriesOf makes entries of words like law5: the activity and the area.
func entriesOf(words string) (entries []reading.Entry) {
	for _, word := range strings.Fields(words) {
		last := len(word) - 1
		entries = append(entries, reading.Entry{Activity: word[:last], Area: int64(word[last] - '0')})
	}
	return entries
}

// TestDecodeUpdate: what cannot be told from a message with an identity is an error; what is not known is nothing.
func TestDecodeUpdate(t *testing.T) {
	for raw, want := range map[string]string{
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":2},"date":3,"text":"文"}}`:                      "message",
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":2},"date":3,"checklist":{"new":["kind"]}}}`:    "message",
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":2},"date":3,"photo":"odd","poll":7}}`:          "message",
		`{"update_id":1,"edited_message":{"message_id":1,"chat":{"id":2},"date":3,"edit_date":4}}`:            "edit",
		`{"update_id":1,"callback_query":{"id":"9","from":{"id":1}}}`:                                         "press",
		`{"update_id":1,"my_chat_member":{"chat":{"id":1}}}`:                                                  "membership",
		`{"update_id":1,"story":{"id":1}}`:                                                                    "nothing",
		`null`:                                                                                                "nothing",
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":2}}}`:                                          "error",
		`{"update_id":1,"message":{"chat":{"id":2},"date":3}}`:                                                "error",
		`{"update_id":1,"edited_message":{"message_id":1,"date":3}}`:                                          "error",
		`{"update_id":1,"callback_query":{"id":"","from":{"id":1}}}`:                                          "error",
		`{"update_id":1,"callback_query":{"id":"9"}}`:                                                         "error",
		`{"update_id":1,"message":{"message_id":1.5,"chat":{"id":2},"date":3}}`:                               "error",
		`{"update_id":1,"message":{"message_id":99999999999999999999,"chat":{"id":2},"date":3}}`:              "error",
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":2},"date":3,"reply_to_message":{"date":"x"}}}`: "error",
		`[]`: "error",
		`{`:  "error",
		``:   "error",
	} {
		if got := whatIs(decodeUpdate([]byte(raw))); got != want {
			t.Errorf("%s is %s, want %s", raw, got, want)
		}
	}
}

func whatIs(u update, err error) string {
	switch {
	case err != nil:
		return "error"
	case u.Message != nil:
		return "message"
	case u.EditedMessage != nil:
		return "edit"
	case u.CallbackQuery != nil:
		return "press"
	case u.MyChatMember != nil:
		return "membership"
	}
	return "nothing"
}

// FuzzUpdate hands any bytes to the bot as an update: it never panics, never fails the store, and the queue goes on.
func FuzzUpdate(f *testing.F) {
	for _, raw := range seeds(f) {
		f.Add([]byte(raw))
	}
	shared := newBubble(f, 0, nil)
	shared.inChats()
	f.Cleanup(func() {
		if problems, err := shared.db.Verify(context.Background()); err != nil || len(problems) > 0 {
			f.Error(problems, err)
		}
	})
	f.Fuzz(func(t *testing.T, raw []byte) {
		w := &bubble{Bot: shared.Bot, t: t}
		row := inboxUpdate(raw)
		if _, err := w.db.Receive(t.Context(), []store.Update{row}); err != nil {
			t.Fatal(err)
		}
		_, err := w.db.Process(t.Context(), 100, w.handle, func(tx *store.Tx, row store.InboxRow, cause error) error {
			if !strings.HasPrefix(cause.Error(), "decode update:") {
				t.Errorf("handling %q: %v", row.Body, cause)
			}
			return w.deadLetter(tx, row, cause)
		})
		if err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error {
			if counts, err := tx.InboxCounts(); err != nil || counts.Waiting > 0 {
				t.Errorf("%d rows wait, %v", counts.Waiting, err)
			}
			return nil
		})
		for _, out := range w.waiting() {
			if !json.Valid(out.Body) || len(out.Body) > 64<<10 {
				t.Errorf("cannot be sent: %q", out.Body)
			}
		}
		w.forget()
	})
}

// forget empties the outbox, so that its length does not slow the next input down.
func (w *bubble) forget() {
	var outcomes []store.Outcome
	for _, row := range w.waiting() {
		outcomes = append(outcomes, store.Outcome{Seq: row.Seq, Sent: true, TgMessage: row.Seq})
	}
	if err := w.db.Record(w.t.Context(), outcomes); err != nil {
		w.t.Fatal(err)
	}
}

// seeds are updates of every kind with what people write in the scripts, and the malformed ones of the scripts.
func seeds(f *testing.F) (raws []string) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	var words []string
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(script)) {
			line = strings.TrimSuffix(line, "\n")
			if raw, ok := strings.CutPrefix(line, "raw "); ok {
				raws = append(raws, raw)
			} else if _, said, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, indented) {
				words = append(words, said)
			}
		}
	}
	for i, said := range words {
		kind := []string{"message", "edited_message"}[i%2]
		raws = append(raws, strings.Replace(text(1000+i, 1+i/2, said), `"message":`, `"`+kind+`":`, 1))
	}
	for i, data := range []string{"w:1:1", "d:1:1", "n:1:1", "u:1:2", "N:1:1:0", "D:1:1:2026-03-08", "m:1:1", "b:1:1", "o:1:1", "t:1:2026-W10", "x", "::", "w:1:1:1:1"} {
		raws = append(raws, fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%d","from":{"id":1001},"message":{"message_id":1,"date":1,"chat":{"id":1001,"type":"private"}},"data":%q}}`,
			5000+i, i+1, data))
	}
	return append(raws, `{"update_id":1,"my_chat_member":{"chat":{"id":-5,"type":"group","title":"群"},"from":{"id":1001},"new_chat_member":{"status":"member"}}}`,
		`{"update_id":2,"message":{"message_id":1,"from":{"id":1001},"chat":{"id":-5,"type":"group"},"date":1,"migrate_to_chat_id":-1005}}`,
		`{"update_id":3,"message":{"message_id":2,"from":{"id":1001},"chat":{"id":1001,"type":"private"},"date":1,"voice":{}}}`,
		`{"update_id":4,"message":{"message_id":3,"from":{"id":1001},"chat":{"id":-5,"type":"group"},"date":1,"text":"/bind"}}`)
}
