package bot

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/sandbox"
)

// misdeed is a way in which a call to Telegram goes wrong. It tells what address was called, token and all, wherever it can.
type misdeed struct {
	name   string
	do     func(http.ResponseWriter, *http.Request)
	spares []string // calls that it is not for: after it they are not made again in a test's time, or are told at another place
	says   string   // what is in the log then
}

// refusing answers as Telegram refuses a call.
func refusing(code int, words func(*http.Request) string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"ok":false,"error_code":%d,"parameters":{"retry_after":1},"description":%s}`, code, quoted(words(r)))
	}
}

func addressOf(r *http.Request) string { return "http://" + r.Host + r.URL.String() }

// escapedJSON writes every character of a string as JSON lets one.
func escapedJSON(words string) string {
	var b strings.Builder
	for _, c := range words {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

var misdeeds = []misdeed{
	{name: "bad request", do: refusing(400, addressOf), says: "***/sendMessage"},
	{name: "bad request, escaped", do: refusing(400, func(r *http.Request) string { return url.QueryEscape(addressOf(r)) }), says: "***%2FsendMessage"},
	{name: "bad request, written in escapes", do: func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"%s"}`, escapedJSON(addressOf(r)))
	}, says: "***/sendMessage"},
	{name: "unauthorized", do: refusing(401, addressOf), spares: []string{"getUpdates", "getMe"}, says: "***/sendMessage"},
	{name: "not found", do: refusing(404, addressOf), spares: []string{"getUpdates", "getMe"}, says: "***/sendMessage"},
	{name: "conflict", do: refusing(409, addressOf), spares: []string{"getUpdates"}, says: "***/getMe"},
	{name: "too many requests", do: refusing(429, addressOf), says: "***/getMe"},
	{name: "an error of Telegram's", do: refusing(500, addressOf), says: "***/sendMessage"},
	{name: "a proxy's page", do: func(w http.ResponseWriter, r *http.Request) { http.Error(w, addressOf(r), http.StatusBadGateway) }, says: "***/sendMessage"},
	{name: "another kind of result", do: func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"result":%s}`, quoted(addressOf(r)))
	}, says: "cannot unmarshal string"},
	{name: "a connection that ends", do: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, says: "***/sendMessage"},
	{name: "half an answer", do: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10000")
		fmt.Fprintf(w, `{"ok":true,"result":%s`, quoted(addressOf(r)))
	}, says: "unexpected EOF"},
	{name: "a status of many words", do: func(w http.ResponseWriter, r *http.Request) {
		conn, out, err := http.NewResponseController(w).Hijack()
		if err == nil {
			fmt.Fprintf(out, "HTTP/1.1 500 %s\r\nContent-Length: 0\r\n\r\n", addressOf(r))
			out.Flush()
			conn.Close()
		}
	}, says: "500 http://"},
}

// spoiler stands before the sandbox, and spoils the first call of each method.
type spoiler struct {
	onward http.Handler
	misdeed
	mu     sync.Mutex
	struck map[string]int
}

func (s *spoiler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := path.Base(r.URL.Path)
	if strings.HasPrefix(r.URL.Path, "/file/") {
		method = "the file"
	}
	s.mu.Lock()
	s.struck[method]++
	spoilt := s.struck[method] == 1 && strings.Contains(r.URL.Path, testToken) && !slices.Contains(s.spares, method)
	s.mu.Unlock()
	if spoilt {
		s.do(w, r)
		return
	}
	s.onward.ServeHTTP(w, r)
}

func (s *spoiler) had(method string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.struck[method] > 0
}

// spoilt is a world before whose Telegram a spoiler stands.
func spoilt(t *testing.T, m misdeed) (w *world, s *spoiler) {
	t.Helper()
	w = newWorld(t, "2026-03-09 09:00")
	onward := httputil.NewSingleHostReverseProxy(must(url.Parse(w.url)))
	onward.ErrorLog = log.New(io.Discard, "", 0) // of calls that the bot breaks off
	s = &spoiler{onward: onward, misdeed: m, struck: map[string]int{}}
	front := httptest.NewServer(s)
	t.Cleanup(func() {
		front.CloseClientConnections()
		front.Close()
	})
	w.url = front.URL
	return w, s
}

// forms are how the token could be written.
func forms() map[string]string {
	_, half, _ := strings.Cut(testToken, ":")
	return map[string]string{"as it is": testToken, "in a query": url.QueryEscape(testToken), "in a path": url.PathEscape(testToken),
		"in small letters": strings.ToLower(url.QueryEscape(testToken)), "its half": half, "in JSON": escapedJSON(half), "in base64": base64.StdEncoding.EncodeToString([]byte(testToken)),
		"its half in base64": base64.RawURLEncoding.EncodeToString([]byte(half)), "the webhook's secret": hookSecret}
}

// TestTokenIsToldByNoFailure: each call that the bot makes goes wrong in each way, and the token is then in no log, no row and
// on no phone.
func TestTokenIsToldByNoFailure(t *testing.T) {
	for _, m := range append(misdeeds, elsewhere(t)) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			w, s := spoilt(t, m)
			w.start()
			w.everyCall(s)
			w.stop()
			for _, method := range []string{"getMe", "getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery", "setMyCommands", "sendPhoto", "sendDocument", "getFile", "the file"} {
				if !s.had(method) {
					t.Errorf("%s was not called", method)
				}
			}
			if !strings.Contains(w.log.String(), m.says) {
				t.Errorf("the log does not say %q:\n%s", m.says, w.log)
			}
			w.tellsNoSecret()
		})
	}
}

// elsewhere sends the bot to another server, which must not hear of the token.
func elsewhere(t *testing.T) misdeed {
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("another server was called: %s, Referer %q", r.URL, r.Referer())
	}))
	t.Cleanup(thief.Close)
	return misdeed{name: "another address", says: "sendMessage", do: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL+"/login", http.StatusFound)
	}}
}

// everyCall has the bot make each of its calls, and goes on until what must be answered is.
func (w *world) everyCall(s *spoiler) {
	w.t.Helper()
	ctx := w.t.Context()
	const cadre, leader, office = 1001, 1004, 1005
	must(w.client.Say(ctx, cadre, "/start"))
	receipt := w.saysUntil(cadre, func(n int) string { return fmt.Sprintf("3月%d日 普法 %d人", n%9+1, 320+n) }, "撤回")
	w.until("a button was pressed", func() bool {
		w.clock.Advance(time.Second)
		_, err := w.client.Press(ctx, sandbox.Press{UserID: cadre, MessageID: receipt, Text: "撤回"})
		if err != nil {
			_, _ = w.client.Press(ctx, sandbox.Press{UserID: cadre, MessageID: receipt, Text: "还原"})
		}
		return s.had("answerCallbackQuery") && s.had("editMessageText")
	})
	week := w.saysUntil(leader, func(int) string { return "上周" }, "图")
	for button, method := range map[string]string{"图": "sendPhoto", "Excel": "sendDocument"} {
		w.until(button+" is sent", func() bool {
			w.clock.Advance(time.Second)
			_, err := w.client.Press(ctx, sandbox.Press{UserID: leader, MessageID: week, Text: button})
			return err == nil && s.had(method)
		})
	}
	w.until("a file is fetched", func() bool {
		w.clock.Advance(time.Second)
		must(w.client.Send(ctx, sandbox.Send{UserID: office, Document: "应报.xlsx", Content: []byte("no workbook")}))
		return s.had("the file")
	})
	w.until("all is sent", func() bool {
		w.clock.Advance(time.Second)
		var waiting int
		w.scan(&waiting, `SELECT COUNT(*) FROM outbox WHERE state = 'new'`)
		return waiting == 0
	})
}

// saysUntil has somebody write until the bot's last word has such a button, and gives its message.
func (w *world) saysUntil(user int64, words func(int) string, button string) (message int64) {
	w.t.Helper()
	n, said := 0, int64(0)
	w.until("there is a button "+button, func() bool {
		if n++; n%20 == 1 {
			said = must(w.client.Say(w.t.Context(), user, words(n/20)))
		}
		w.clock.Advance(time.Second)
		for _, m := range must(w.client.Messages(w.t.Context(), user, said)) {
			for _, row := range m.Buttons {
				if slices.ContainsFunc(row, func(b sandbox.Button) bool { return b.Text == button }) {
					message = m.MessageID
				}
			}
		}
		return message != 0
	})
	return message
}

// TestTokenIsToldByNoWebhook does the same with the calls of a bot that takes posts, and one that no longer does.
func TestTokenIsToldByNoWebhook(t *testing.T) {
	for _, m := range append(misdeeds, elsewhere(t)) {
		if !slices.Contains([]string{"bad request", "bad request, escaped", "a proxy's page", "a connection that ends", "another address"}, m.name) {
			continue // the calls go the same way as the others; each failure costs a second until the next
		}
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			w, s := spoilt(t, m)
			w.byWebhook()
			w.run()
			w.until("the webhook is looked at", func() bool {
				w.clock.Advance(time.Second)
				return s.had("getWebhookInfo") && w.hooked.Load().caughtUp.Load()
			})
			must(w.client.Say(t.Context(), 1001, "普法 320人"))
			w.stop()
			w.hook = nil
			w.run()
			w.until("the webhook is taken away", func() bool { return s.had("deleteWebhook") && w.state().Polling })
			w.stop()
			w.tellsNoSecret()
		})
	}
}

// tellsNoSecret looks for the token in the log, in the store and in what the bot sent. The webhook's secret is told to Telegram.
func (w *world) tellsNoSecret() {
	w.t.Helper()
	log, kept := w.log.String(), string(w.bytesOfStore())
	for name, form := range forms() {
		if at := strings.Index(log, form); at >= 0 {
			w.t.Errorf("%s: the log tells it: …%s", name, log[max(0, at-200):at+len(form)])
		}
		if strings.Contains(kept, form) {
			w.t.Errorf("%s: it is in the store", name)
		}
		for _, call := range w.calls(0) {
			if call.Method != "setWebhook" && strings.Contains(fmt.Sprint(call.Params), form) {
				w.t.Errorf("%s: it was sent by the bot: %v", name, call)
			}
		}
	}
}
