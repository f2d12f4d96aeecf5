package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"huibao/sandbox/province"
)

const (
	hookPath   = "/hook"
	hookSecret = "bench-secret-of-the-webhook"
	posters    = 64 // posts under way at the same time: Telegram makes up to a hundred
)

// measureSeveral measures the closed loop with a province's cadres, whose messages are posted in turn to so many processes: on
// SQLite one, on PostgreSQL one, two and four.
func (s settings) measureSeveral(dir string) error {
	bad := 0
	for _, c := range []struct {
		database  string
		processes int
	}{{"sqlite", 1}, {"postgres", 1}, {"postgres", 2}, {"postgres", 4}} {
		name := fmt.Sprintf("several/%s/%d", c.database, c.processes)
		address := filepath.Join(dir, "huibao.db")
		if c.database == "postgres" {
			made, drop, err := makeDatabase(s.server, fmt.Sprintf("huibao_bench_%d", c.processes))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			defer drop()
			address = made
		}
		r, err := s.together(address, c.processes)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Println(r.line(name))
		bad += r.lost + r.twice + r.repeated
	}
	if bad > 0 {
		return fmt.Errorf("%d messages were lost, counted twice or answered twice", bad)
	}
	return nil
}

// makeDatabase makes an empty database on a server, and gives its address.
func makeDatabase(server, name string) (address string, drop func(), err error) {
	to, err := url.Parse(server)
	if err != nil {
		return "", nil, fmt.Errorf("the server's address is none")
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if _, err := db.Exec(statement); err != nil {
			return "", nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	to.Path = "/" + name
	return to.String(), func() {
		_, _ = db.Exec("DROP DATABASE " + name)
		_ = db.Close()
	}, nil
}

// together makes one run of so many processes on one database.
func (s settings) together(address string, processes int) (r result, err error) {
	areas, err := province.Areas()
	if err != nil {
		return r, err
	}
	if err := prepare(address, areas, s.chats); err != nil {
		return r, err
	}
	t, err := startTelegram()
	if err != nil {
		return r, err
	}
	defer t.close()
	t.posts = make(chan update, s.messages+s.chats)
	defer close(t.posts)
	all := make([]*process, processes)
	hooks := make([]string, processes)
	for i := range all {
		listen, err := freePort()
		if err != nil {
			return r, err
		}
		hooks[i] = "http://" + listen + hookPath
		all[i] = &process{contender: "huibao", bot: s.bot, url: t.url, file: address, env: []string{"HUIBAO_LISTEN=" + listen,
			"HUIBAO_WEBHOOK_URL=http://proxy.invalid" + hookPath, "HUIBAO_WEBHOOK_SECRET=" + hookSecret}}
		if err := all[i].start(); err != nil {
			return r, err
		}
		if err := awaitHealth("http://" + listen); err != nil {
			return r, err
		}
	}
	began := time.Now()
	for i := range posters {
		go t.post(hooks, i)
	}
	r.messages = s.closedLoop(t, nil, false)
	open := drain(t)
	_, last := t.state()
	r.took = last.Sub(began)
	for _, p := range all {
		if err := p.stop(); err != nil {
			return r, err
		}
		r.memory, r.cpu = max(r.memory, p.memory), r.cpu+p.cpu
	}
	r.latencies, r.repeated, r.unanswered = t.latencies, t.repeated, open
	kept, twice, err := count(context.Background(), "huibao", address)
	r.lost, r.twice = max(r.messages-kept, open), twice
	return r, err
}

// freePort gives an address that nobody listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// awaitHealth waits until a process that was started answers.
func awaitHealth(at string) error {
	for range 600 {
		resp, err := http.Get(at + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the bot at %s does not answer", at)
}

// post posts what people write, in turn to each process, until there is nothing more; what was not taken is posted again.
func (t *telegram) post(hooks []string, turn int) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: time.Minute}
	for u := range t.posts {
		for {
			turn++
			if postOne(client, hooks[turn%len(hooks)], u.raw) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func postOne(client *http.Client, hook string, body []byte) (taken bool) {
	req, err := http.NewRequest(http.MethodPost, hook, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hookSecret)
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode == http.StatusOK
}
