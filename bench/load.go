package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"huibao/sandbox/county"
)

const (
	firstChat = 10_000_000
	// patience is how long nothing may be answered before what is open is given up as lost.
	patience = 20 * time.Second
)

// result is what came out of a run.
type result struct {
	messages    int
	took        time.Duration
	latencies   []time.Duration
	memory      int64 // the most that was resident, bytes
	cpu         time.Duration
	lost, twice int
	repeated    int // answers that were sent again
	unanswered  int
}

func (r result) perSecond() float64 { return float64(r.messages) / r.took.Seconds() }

// line is the result as benchstat reads it.
func (r result) line(name string) string {
	slices.Sort(r.latencies)
	at := func(share float64) float64 {
		if len(r.latencies) == 0 {
			return 0
		}
		return float64(r.latencies[int(share*float64(len(r.latencies)-1))]) / float64(time.Millisecond)
	}
	return fmt.Sprintf("BenchmarkLoad/%s %d %d ns/op %.0f msgs/s %.1f p50-ms %.1f p99-ms %.1f MiB %.2f cpu-s %d lost %d twice %d repeated",
		name, r.messages, r.took.Nanoseconds()/int64(r.messages), r.perSecond(), at(0.5), at(0.99), float64(r.memory)/(1<<20),
		r.cpu.Seconds(), r.lost, r.twice, r.repeated)
}

// carryOut makes one run in a directory of its own.
func (s settings) carryOut(dir, mode, contender string) (r result, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return r, err
	}
	file := filepath.Join(dir, "huibao.db")
	if err := prepare(file, county.Areas(), s.chats); err != nil {
		return r, err
	}
	t, err := startTelegram()
	if err != nil {
		return r, err
	}
	defer t.close()
	p := &process{contender: contender, bot: s.bot, url: t.url, file: file}
	if err := p.start(); err != nil {
		return r, err
	}
	began := time.Now()
	if mode == "open" {
		r.messages = s.openLoop(t)
	} else {
		r.messages = s.closedLoop(t, p, mode == "kill")
	}
	open := drain(t)
	_, last := t.state()
	r.took = last.Sub(began)
	if err := p.stop(); err != nil {
		return r, err
	}
	r.latencies, r.repeated, r.unanswered, r.memory, r.cpu = t.latencies, t.repeated, open, p.memory, p.cpu
	kept, twice, err := count(context.Background(), contender, file)
	r.lost, r.twice = max(r.messages-kept, open), twice
	return r, err
}

// closedLoop lets everyone write the next message once the last one is answered. Half way the bot is killed, if so wished.
func (s settings) closedLoop(t *telegram, p *process, kill bool) int {
	var mu sync.Mutex
	written := 0
	finished := make(chan struct{})
	write := func(chat int64) {
		mu.Lock()
		if written == s.messages {
			mu.Unlock()
			return
		}
		n := written
		written++
		if written == s.messages {
			close(finished)
		}
		mu.Unlock()
		if kill && n == s.messages/2 {
			go p.killAndStart()
		}
		t.write(chat, int64(n+1), words(n))
	}
	t.onAnswer = write
	for i := range s.chats {
		write(firstChat + int64(i))
	}
	for { // with people whose message was lost nobody goes on: the others write the rest
		select {
		case <-finished:
			return s.messages
		case <-time.After(time.Second):
			if _, last := t.state(); time.Since(last) > patience {
				mu.Lock()
				defer mu.Unlock()
				n := written
				written = s.messages
				return n
			}
		}
	}
}

// openLoop lets so many people a second write, whether they are answered or not.
func (s settings) openLoop(t *telegram) int {
	total := s.rate * int(s.period/time.Second)
	tick := time.NewTicker(time.Second / time.Duration(s.rate))
	defer tick.Stop()
	for n := range total {
		t.write(firstChat+int64(n%s.chats), int64(n+1), words(n))
		<-tick.C
	}
	return total
}

// drain waits until all is answered, or nothing is any more, and tells how many messages have no answer.
func drain(t *telegram) int {
	for {
		open, last := t.state()
		if open == 0 || time.Since(last) > patience {
			return open
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// words are what the n-th message says: reports as cadres write them, with figures that no two near each other share; among
// fifty messages a question, and among a hundred a command.
func words(n int) string {
	switch {
	case n%100 == 99:
		return "/week"
	case n%50 == 24:
		return "今年普法多少场"
	}
	people, things := 20+n*7%971, 50+n*13%1953
	day := time.Now().AddDate(0, 0, -(n / 7 % 20))
	on := fmt.Sprintf("%d月%d日", day.Month(), day.Day())
	switch n % 5 {
	case 0:
		return fmt.Sprintf("普法 %s %d人 资料%d份", on, people, things)
	case 1:
		return fmt.Sprintf("%s家庭教育讲座 %d人", on, people)
	case 2:
		return fmt.Sprintf("禁毒宣传 %s 参加%d人，发放资料%d份", on, people, things)
	case 3:
		return fmt.Sprintf("%s 妇女技能培训 %d人", on, people)
	}
	return fmt.Sprintf("普法宣传 %s\n参加：%d人\n资料：%d份", on, people, things)
}
