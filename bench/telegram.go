package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// telegram is a Bot API server without limits, checks and a memory, which takes as little as it can of the machine it shares
// with the bot. Updates are kept until they are confirmed by an offset, and given again where they are not, as Telegram does.
type telegram struct {
	url    string
	server *http.Server

	mu       sync.Mutex
	waiting  []update // not confirmed
	nextID   int64
	arrived  chan struct{} // closed when there is something new
	sent     int64
	answered map[message]answered
	onAnswer func(chat int64)
	posts    chan update // where updates are posted: those that wait to be
	seed     maphash.Seed

	latencies []time.Duration
	repeated  int       // answers that were sent again
	last      time.Time // when the newest answer came
	open      int       // messages that wait for their answer
}

type update struct {
	id  int64
	raw []byte
}

type message struct{ chat, id int64 }

// answered is what became of a message so far.
type answered struct {
	written time.Time
	texts   []uint64 // of the answers
}

func startTelegram() (*telegram, error) {
	t := &telegram{arrived: make(chan struct{}), answered: map[message]answered{}, nextID: 1000, seed: maphash.MakeSeed(), last: time.Now()}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t.url = "http://" + listener.Addr().String()
	t.server = &http.Server{Handler: t}
	go func() { _ = t.server.Serve(listener) }() // ends with close
	return t, nil
}

func (t *telegram) close() { _ = t.server.Close() }

// write lets a person write a message.
func (t *telegram) write(chat, id int64, text string) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.nextID++
	raw := fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"干部"},`+
		`"chat":{"id":%d,"first_name":"干部","type":"private"},"date":%d,"text":%q}}`, t.nextID, id, chat, chat, now.Unix(), text)
	if t.posts != nil {
		t.posts <- update{t.nextID, raw}
	} else {
		t.waiting = append(t.waiting, update{t.nextID, raw})
	}
	t.answered[message{chat, id}] = answered{written: now}
	t.open++
	close(t.arrived)
	t.arrived = make(chan struct{})
}

// ServeHTTP answers any method; what it does not know is true.
func (t *telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	method := strings.ToLower(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
	switch method {
	case "getupdates":
		t.getUpdates(r.Context(), w, body)
	case "getme":
		_, _ = io.WriteString(w, `{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"汇报","username":"huibao_bot"}}`)
	case "getwebhookinfo":
		_, _ = io.WriteString(w, `{"ok":true,"result":{"url":"http://proxy.invalid`+hookPath+`","pending_update_count":0}}`)
	case "sendmessage", "editmessagetext", "sendphoto", "senddocument":
		chat, id := number(body, "chat_id"), t.take(body)
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1700000000,"chat":{"id":%d,"type":"private"},"text":"x"}}`, id, chat)
	default:
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
	}
}

func (t *telegram) getUpdates(ctx context.Context, w io.Writer, body []byte) {
	offset, limit, timeout := number(body, "offset"), number(body, "limit"), number(body, "timeout")
	if limit == 0 {
		limit = 100
	}
	over := time.After(time.Duration(timeout) * time.Second)
	for {
		t.mu.Lock()
		for len(t.waiting) > 0 && t.waiting[0].id < offset {
			t.waiting = t.waiting[1:]
		}
		batch := t.waiting[:min(int(limit), len(t.waiting))]
		arrived := t.arrived
		t.mu.Unlock()
		if len(batch) > 0 {
			_, _ = w.Write(updates(batch))
			return
		}
		select {
		case <-arrived:
		case <-over:
			_, _ = w.Write(updates(nil))
			return
		case <-ctx.Done():
			return
		}
	}
}

func updates(batch []update) []byte {
	all := []byte(`{"ok":true,"result":[`)
	for i, u := range batch {
		if i > 0 {
			all = append(all, ',')
		}
		all = append(all, u.raw...)
	}
	return append(all, "]}"...)
}

// take notes an answer. The first one to a message lets its sender go on; another one with the same words is a repetition.
func (t *telegram) take(body []byte) (id int64) {
	m := message{number(body, "chat_id"), number(body, "message_id")}
	text := maphash.Bytes(t.seed, field(body, "text"))
	now := time.Now()
	t.mu.Lock()
	t.sent++
	id = 1_000_000_000 + t.sent
	a, known := t.answered[m]
	first := known && len(a.texts) == 0
	for _, before := range a.texts {
		if before == text {
			t.repeated++
		}
	}
	if known {
		a.texts = append(a.texts, text)
		t.answered[m] = a
	}
	if first {
		t.latencies = append(t.latencies, now.Sub(a.written))
		t.last = now
		t.open--
	}
	t.mu.Unlock()
	if first && t.onAnswer != nil {
		t.onAnswer(m.chat)
	}
	return id
}

// state tells how many messages wait for their answer, and since when none came.
func (t *telegram) state() (open int, last time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open, t.last
}

// field finds a parameter by its name: in JSON, in a form, and in JSON within a form.
func field(body []byte, name string) []byte {
	if i := bytes.Index(body, []byte(`name="`+name+`"`)); i >= 0 {
		rest := body[i:]
		from := bytes.Index(rest, []byte("\r\n\r\n"))
		if from < 0 {
			return nil
		}
		rest = rest[from+4:]
		if to := bytes.Index(rest, []byte("\r\n--")); to >= 0 {
			return rest[:to]
		}
		return rest
	}
	if i := bytes.Index(body, []byte(`"`+name+`":`)); i >= 0 {
		rest := body[i+len(name)+3:]
		if len(rest) > 0 && rest[0] == '"' {
			to := bytes.Index(rest[1:], []byte(`","`)) // good enough for telling texts apart
			if to < 0 {
				to = len(rest) - 1
			}
			return rest[1 : 1+to]
		}
		to := bytes.IndexAny(rest, ",}")
		return rest[:max(to, 0)]
	}
	return nil
}

func number(body []byte, name string) int64 {
	n, _ := strconv.ParseInt(string(field(body, name)), 10, 64) // not there: 0
	return n
}
