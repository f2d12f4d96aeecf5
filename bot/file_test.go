package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"huibao/digest"
	"huibao/store"
)

// asked puts a file into the outbox of a private chat.
func (w *bubble) asked(tgChat int64, f digest.File) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		where, err := tx.Chat(tgChat, "private", "")
		if err != nil {
			return err
		}
		_, err = tx.Enqueue(store.Outgoing{Chat: where.ID, Method: methodOf(f.Kind), Body: must(json.Marshal(f)), Expires: tx.Now().Add(answerLife)})
		return err
	})
}

// chartOf is the picture of a week of the bubble's county.
func chartOf(area int64) digest.File {
	return digest.File{Kind: digest.FileChart, Area: area, Period: "2000-W02", ReplyTo: 7}
}

// TestFilesLeaveRoom: while files are uploaded slowly, no more than a few at a time, messages of other chats go out at once.
func TestFilesLeaveRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at, most, sent atomic.Int64
		w := newBubble(t, 0, func(method string, _ map[string]string) (int, string) {
			if method == methodPhoto {
				most.Store(max(most.Load(), at.Add(1)))
				<-time.After(time.Minute)
				at.Add(-1)
			}
			return sentAs(sent.Add(1))
		})
		for chat := range int64(2 * senders) {
			w.asked(chat+1, chartOf(1))
		}
		w.enqueued(1001, outOptions{}, "收到")
		stop := w.run(w.deliver)
		pass(30 * time.Second)
		if n := len(w.telegram.of(methodSend)); n != 1 {
			t.Errorf("%d messages were sent while files are under way, want the one", n)
		}
		pass(time.Hour)
		stop()
		if n := len(w.telegram.of(methodPhoto)); n != 2*senders || most.Load() != filesAtOnce {
			t.Errorf("%d files were sent, %d at a time; want %d, %d at a time", n, most.Load(), 2*senders, filesAtOnce)
		}
	})
}

// TestFileIsUploadedWhole: an upload that breaks off is made anew, with all of the file and its words, and then comes once.
func TestFileIsUploadedWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		w := newBubble(t, 0, func(string, map[string]string) (int, string) {
			if tries++; tries < 3 {
				return 0, ""
			}
			return sentAs(5)
		})
		w.asked(1001, chartOf(1))
		stop := w.run(w.deliver)
		pass(time.Minute)
		stop()
		calls := w.telegram.of(methodPhoto)
		if len(calls) != 3 || len(w.waiting()) != 0 {
			t.Fatalf("%d uploads, %d rows wait; want 3 and none", len(calls), len(w.waiting()))
		}
		for i, c := range calls {
			if c.files["photo"] != calls[0].files["photo"] || c.files["photo"] < 5000 {
				t.Errorf("upload %d has %d bytes, the first %d", i+1, c.files["photo"], calls[0].files["photo"])
			}
			if !strings.HasPrefix(c.params["caption"], "绥宁县妇联 第2周 1月10日-16日\n数据截至1月1日") || !strings.Contains(c.params["reply_parameters"], `"message_id":7`) {
				t.Errorf("upload %d: %v", i+1, c.params)
			}
		}
		for _, secret := range []string{testToken, strings.SplitN(testToken, ":", 2)[1]} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the token is in the log:\n%s", w.log)
			}
		}
	})
}

// TestFileThatCannotBeMade is tried a few times; then the chat and the administrators are told once, and other chats get theirs.
func TestFileThatCannotBeMade(t *testing.T) {
	for name, f := range map[string]digest.File{
		"of no such kind": {Kind: "film", Area: 1, Period: "2000-W02"},
		"of no period":    {Kind: digest.FileChart, Area: 1, Period: "soon"},
		"of no area":      {Kind: digest.FileChart, Area: 99, Period: "2000-W02"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sent atomic.Int64
				w := newBubble(t, 0, func(string, map[string]string) (int, string) { return sentAs(sent.Add(1)) })
				w.enqueued(1005, outOptions{}, "administrators have a chat")
				w.asked(1001, f)
				w.asked(1002, chartOf(1))
				stop := w.run(w.deliver)
				pass(5 * time.Minute)
				stop()
				if n := w.log.count("cannot send, will try again"); n != makeTries-1 {
					t.Errorf("it was tried again %d times, want %d", n, makeTries-1)
				}
				told := w.telegram.sent()
				if got := told["1001"]; len(got) != 1 || !strings.Contains(got[0], "没做出来，请再按一次") {
					t.Errorf("the chat was told %q", got)
				}
				if got := told["1005"]; len(got) != 2 || !strings.Contains(got[1], "没做出来") {
					t.Errorf("the administrator was told %q", got)
				}
				if n := len(w.telegram.of(methodPhoto)); n != 1 || len(w.waiting()) != 0 {
					t.Errorf("%d pictures were sent, %d rows wait; want the other chat's one and none", n, len(w.waiting()))
				}
			})
		})
	}
}

// TestFileThatTelegramRefuses is not tried again, and is said; in a chat that blocked the bot nothing can be said.
func TestFileThatTelegramRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		code int
		told int
	}{"refused": {400, 1}, "blocked": {403, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sent atomic.Int64
				w := newBubble(t, 0, func(method string, _ map[string]string) (int, string) {
					if method == methodPhoto {
						return refusal(c.code, "PHOTO_INVALID_DIMENSIONS", "")
					}
					return sentAs(sent.Add(1))
				})
				w.asked(1001, chartOf(1))
				stop := w.run(w.deliver)
				pass(5 * time.Minute)
				stop()
				if n := len(w.telegram.of(methodPhoto)); n != 1 {
					t.Errorf("%d uploads, want 1", n)
				}
				if got := w.telegram.sent()["1001"]; len(got) != c.told {
					t.Errorf("the chat was told %q", got)
				}
			})
		})
	}
}

// TestRenderSurvivesAPanic: a mistake while a file is made is an error like any other.
func TestRenderSurvivesAPanic(t *testing.T) {
	if _, err := Render(nil, digest.Scene{}, chartOf(1)); err == nil || !strings.Contains(err.Error(), "a mistake in the program") {
		t.Errorf("making a file of nothing gave %v", err)
	}
}

// TestFileKey tells files apart by all that they show, and by nothing else.
func TestFileKey(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range fileVerbs {
		for _, area := range []int64{1, 12} {
			for _, period := range []string{"2026", "2026-W10"} {
				seen[must(fileKey(digest.File{Kind: kind, Area: area, Period: period, ReplyTo: int64(len(seen))}))] = true
			}
		}
	}
	if len(seen) != len(fileVerbs)*4 {
		t.Errorf("%d keys of %d files: %v", len(seen), len(fileVerbs)*4, seen)
	}
	f := digest.File{Kind: digest.FileChart, Area: 1, Period: "2026"}
	a := must(fileKey(f))
	f.ReplyTo = 9
	if b := must(fileKey(f)); a != b {
		t.Errorf("the same picture has the keys %s and %s", a, b)
	}
}

// FuzzParseFile: no callback data is taken for a file that its own data would not ask for.
func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{"g:1:2026-W10", "x:-1:2026", "r:1:2026-03-01..2026-03-08", "W:1:2026", "S:1:", "g:1:2026-W99", "g:x:2026", "x:100:0001", "r:1:0999-W01", "q:1:2", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		file, ok := parseFile(data)
		if !ok {
			return
		}
		verb, _, _ := strings.Cut(data, ":")
		again, ok := parseFile(fmt.Sprintf("%s:%d:%s", verb, file.Area, file.Period))
		if !ok || again != file || fileVerbs[verb] != file.Kind {
			t.Errorf("%q asks for %+v, whose own data asks for %+v", data, file, again)
		}
	})
}
