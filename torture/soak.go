package torture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"huibao/sandbox"
)

// soak is a long time of steady work.
type soak struct {
	*arena
	listen string // the bot's address for metrics
	begun  time.Time

	mu      sync.Mutex
	asked   map[[2]int64]time.Time // when what is not answered yet was sent, by chat and message
	early   map[[2]int64]time.Time // when what its sender has not noted yet was answered
	waits   []time.Duration        // of what was answered in this minute
	sent    int
	files   int
	exports int
	asking  int // of question
	wanted  int // of file
	minutes []minute
}

// minute is what is known about one.
type minute struct {
	answered, waiting, files int
	p50, p99, longest        time.Duration
	rss, goroutines          int64 // in KiB; 0: not known
}

// Soak lets many cadres report for a long time, with questions, files and exports in between, and prints a line a minute.
func Soak(ctx context.Context, o Options) (err error) {
	listen, err := freeAddress()
	if err != nil {
		return err
	}
	a, err := newArena(ctx, o, 240, "HUIBAO_LISTEN="+listen)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	s := &soak{arena: a, listen: listen, asked: map[[2]int64]time.Time{}, early: map[[2]int64]time.Time{}}
	a.network.watch = s.watch
	if err := a.bot.live(); err != nil {
		return err
	}
	if err := a.client.WaitConfirmed(ctx); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "soak: %v at %g reports/s, seed %d\n", o.Soak, o.Rate, o.Seed)
	fmt.Fprintln(o.Out, "minute  answered  waiting  files   p50 ms   p99 ms   max ms   RSS MiB  goroutines")
	s.begun = o.Now()
	span, over := context.WithTimeout(ctx, o.Soak)
	defer over()
	var all errgroup.Group
	all.Go(func() error { return s.report(span) })
	all.Go(func() error { return s.every(span, time.Second/2, s.question) })
	all.Go(func() error { return s.every(span, 10*time.Second, s.file) })
	all.Go(func() error { return s.every(span, 2*time.Minute, s.export) })
	all.Go(func() error { return s.every(span, time.Minute, s.line) })
	if err := all.Wait(); err != nil {
		return err
	}
	return s.verdict()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

func (s *soak) every(ctx context.Context, d time.Duration, do func(context.Context) error) error {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := do(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// report has the cadres write in turn, as many a second as was asked for. What is late is made good.
func (s *soak) report(ctx context.Context) error {
	var writers errgroup.Group
	writers.SetLimit(32)
	next := 0
	err := s.every(ctx, 20*time.Millisecond, func(context.Context) error {
		for due := int(s.Now().Sub(s.begun).Seconds() * s.Rate); next < due; next++ {
			c := s.cadres[next%len(s.cadres)]
			writers.Go(func() error { return s.write(c) })
		}
		return nil
	})
	return errors.Join(err, writers.Wait())
}

func (s *soak) write(c *cadre) error {
	s.mu.Lock()
	m := &told{events: []worked{c.work(0)}}
	c.told, c.events = append(c.told, m), c.events+1
	s.mu.Unlock()
	return s.ask(c.id, sentences(m.events), &m.id)
}

// ask sends a message and notes when.
func (s *soak) ask(user int64, text string, id *int64) error {
	at := s.Now()
	sent, err := s.client.Say(s.ctx, user, text)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*id = sent
	s.sent++
	key := [2]int64{user, sent}
	if early, ok := s.early[key]; ok { // the answer was quicker than this note
		s.waits = append(s.waits, early.Sub(at))
		delete(s.early, key)
		return nil
	}
	s.asked[key] = at
	return nil
}

// replyTo finds the chat and the message that is answered in a call, be it JSON or a form.
var replyTo = regexp.MustCompile(`(?s)chat_id"(?:\r\n\r\n|:)"?(-?\d+).*reply_parameters"(?:\r\n\r\n|:)\{[^}]*"message_id":(\d+)`)

// watch sees the bot's calls.
func (s *soak) watch(method string, body []byte) {
	now := s.Now()
	if method == "sendPhoto" || method == "sendDocument" {
		s.mu.Lock()
		s.files++
		s.mu.Unlock()
		return
	}
	if method != "sendMessage" {
		return
	}
	m := replyTo.FindSubmatch(body)
	if m == nil {
		return
	}
	chat, _ := strconv.ParseInt(string(m[1]), 10, 64)
	message, _ := strconv.ParseInt(string(m[2]), 10, 64)
	s.mu.Lock()
	defer s.mu.Unlock()
	key := [2]int64{chat, message}
	if at, ok := s.asked[key]; ok {
		s.waits = append(s.waits, now.Sub(at))
		delete(s.asked, key)
		return
	}
	s.early[key] = now // its sender has not noted it yet
}

var questions = []string{"今年普法多少人", "上月", "慰问金各乡镇", "/week", "去年", "家庭教育比去年", "谁还没报"}

func (s *soak) question(context.Context) error {
	var id int64
	s.asking++
	return s.ask(secondary, questions[s.asking%len(questions)], &id)
}

var periods = []string{"去年", "上月", "今年", "上周", "1月", "去年12月", "上季度", "2月", "去年11月", "去年10月"}

// file asks for a picture or a workbook by the button under an answer.
func (s *soak) file(ctx context.Context) error {
	var id int64
	if err := s.ask(supervisor, periods[s.wanted/2%len(periods)], &id); err != nil || id == 0 {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	answer, err := s.client.WaitMessage(wait, supervisor, id, func(m sandbox.Message) bool { return m.ReplyTo == id })
	if err != nil {
		return nil // it counts as waiting
	}
	s.wanted++
	want := []string{"图", "Excel"}[s.wanted%2]
	for _, row := range answer.Buttons {
		for _, b := range row {
			if b.Text == want {
				_, err := s.client.Press(ctx, sandbox.Press{UserID: supervisor, MessageID: answer.MessageID, Text: b.Text})
				return err
			}
		}
	}
	return nil
}

// export runs the command beside the bot, as the office does.
func (s *soak) export(context.Context) error {
	p, err := s.bot.start("export", "register", "--from", "2025-03-01", "--to", "2026-03-08", "-o", filepath.Join(s.Dir, fmt.Sprintf("register-%d.csv", s.exports)))
	if err != nil {
		return err
	}
	s.exports++
	<-p.gone
	if p.err != nil {
		return fmt.Errorf("export: %w", p.err)
	}
	return nil
}

// line closes a minute.
func (s *soak) line(context.Context) error {
	s.mu.Lock()
	m := minute{answered: len(s.waits), waiting: len(s.asked), files: s.files}
	waits := s.waits
	s.waits = nil
	s.mu.Unlock()
	slices.Sort(waits)
	if n := len(waits); n > 0 {
		m.p50, m.p99, m.longest = waits[n/2], waits[n*99/100], waits[n-1]
	}
	m.rss, m.goroutines = s.memory(), s.goroutines()
	s.minutes = append(s.minutes, m)
	_, err := fmt.Fprintf(s.Out, "%6d %9d %8d %6d %8.1f %8.1f %8.1f %9.1f %11s\n", len(s.minutes), m.answered, m.waiting, m.files,
		ms(m.p50), ms(m.p99), ms(m.longest), float64(m.rss)/1024, known(m.goroutines))
	if p := s.bot.now(); err == nil && !p.running() {
		err = errors.New("soak: the bot has ended by itself, see the log")
	}
	return err
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func known(n int64) string {
	if n == 0 {
		return "-"
	}
	return strconv.FormatInt(n, 10)
}

// memory is what the bot holds, in KiB.
func (s *soak) memory() int64 {
	return lineOf(fmt.Sprintf("/proc/%d/status", s.bot.now().command.Process.Pid), "VmRSS:")
}

func lineOf(file, name string) int64 {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n
		}
	}
	return 0
}

// goroutines asks the bot's metrics.
func (s *soak) goroutines() int64 {
	answer, err := http.Get("http://" + s.listen + "/metrics")
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if ok && strings.HasSuffix(name, "goroutines") {
			n, _ := strconv.ParseFloat(value, 64)
			return int64(n)
		}
	}
	return 0
}

// verdict waits for the last answers, compares the end with the beginning, and has every number recomputed.
func (s *soak) verdict() error {
	for range 50 {
		s.mu.Lock()
		left := len(s.asked)
		s.mu.Unlock()
		if left == 0 {
			break
		}
		s.pause(200 * time.Millisecond)
	}
	if err := s.bot.signal(syscall.SIGTERM); err != nil {
		return err
	}
	var faults []string
	if left := len(s.asked); left > 0 {
		faults = append(faults, fmt.Sprintf("%d messages were not answered", left))
	}
	early, late := s.average(0, 0.34), s.average(0.67, 1)
	fmt.Fprintf(s.Out, "first third: RSS %.1f MiB, %d goroutines, p99 %.1f ms; last third: RSS %.1f MiB, %d goroutines, p99 %.1f ms\n",
		float64(early.rss)/1024, early.goroutines, ms(early.p99), float64(late.rss)/1024, late.goroutines, ms(late.p99))
	if len(s.minutes) > 2 {
		faults = append(faults, late.grown(early)...)
	}
	problems, err := s.ledger()
	if err != nil {
		return err
	}
	faults = append(faults, problems...)
	fmt.Fprintf(s.Out, "soak: %d messages, %d files, %d exports; every number recomputed\n", s.sent, s.files, s.exports)
	if len(faults) > 0 {
		return fmt.Errorf("soak: %s", strings.Join(faults, "; "))
	}
	fmt.Fprintln(s.Out, "soak: nothing lost; memory, goroutines and waiting stay")
	return nil
}

// grown tells what has become worse since an early minute.
func (m minute) grown(early minute) (faults []string) {
	if m.rss > early.rss+early.rss/5+8<<10 {
		faults = append(faults, "memory grows")
	}
	if m.goroutines > early.goroutines+10 {
		faults = append(faults, "goroutines grow")
	}
	if m.p99 > 2*early.p99+100*time.Millisecond {
		faults = append(faults, "answers take longer and longer")
	}
	return faults
}

// average is the middle of some minutes.
func (s *soak) average(from, to float64) (m minute) {
	n := float64(len(s.minutes))
	some := s.minutes[int(n*from):int(n*to)]
	for _, one := range some {
		m.rss, m.goroutines, m.p99 = m.rss+one.rss, m.goroutines+one.goroutines, m.p99+one.p99
	}
	if k := int64(len(some)); k > 0 {
		m.rss, m.goroutines, m.p99 = m.rss/k, m.goroutines/k, m.p99/time.Duration(k)
	}
	return m
}
