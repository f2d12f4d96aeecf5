// Bench puts a county in front of the bot: two thousand cadres who report as fast as they are answered, or so many a second,
// or while the bot is killed with kill -9 and started again. It builds the bot and runs it as a process of its own, with real
// files and a real fsync for every commit, against a Bot API server of its own that has no limits. What is lost or counted
// twice is looked up in the bot's database and in what it sent.
//
// In the same run it measures what to compare with: a plain bot, on the library's own polling and with a commit for each
// report; and a bound, a loop that only stores and answers, in batches.
//
//	go run ./bench                                  # all of it, a few minutes
//	go run ./bench -messages 500 -run closed/huibao # a look whether it works
//	go run ./bench -server postgres://…             # one, two and four processes on a database of a province
//
// The lines can be compared by benchstat. Where anything is lost or counted twice by the bot, the exit code is 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// settings say how much of what.
type settings struct {
	messages, chats, rate int
	period                time.Duration
	run, bot              string
	server                string // of PostgreSQL: its address
}

// envContender makes this program a contender: its name.
const envContender = "HUIBAO_BENCH"

func main() {
	var err error
	switch os.Getenv(envContender) {
	case "baseline":
		err = baseline(context.Background())
	case "bound":
		err = bound(context.Background())
	default:
		err = measure(parse())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() settings {
	var s settings
	flag.IntVar(&s.messages, "messages", 20_000, "messages of a closed loop")
	flag.IntVar(&s.chats, "chats", 2000, "people who write, each in a chat")
	flag.IntVar(&s.rate, "rate", 100, "messages a second of the open loop")
	flag.DurationVar(&s.period, "period", 20*time.Second, "how long the open loop is")
	flag.StringVar(&s.run, "run", "", "only the runs whose name has this in it: closed/huibao, closed/baseline, closed/bound, open/huibao, kill/huibao, kill/baseline")
	flag.StringVar(&s.server, "server", "", "measure several processes, on databases that are made for it on this server: postgres://… (of a user who may make some)")
	flag.StringVar(&s.bot, "bot", "", "a built bot to measure in place of this source")
	flag.Parse()
	s.chats = max(1, min(s.chats, s.messages/2))
	return s
}

// plan is the runs in their order.
var plan = []struct{ mode, contender string }{
	{"closed", "bound"}, {"closed", "baseline"}, {"closed", "huibao"}, {"open", "huibao"}, {"kill", "huibao"}, {"kill", "baseline"},
}

func measure(s settings) error {
	dir, err := os.MkdirTemp("", "huibao-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if s.bot == "" {
		s.bot = filepath.Join(dir, "huibao")
		build := exec.Command("go", "build", "-o", s.bot, "huibao")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build the bot: %w", err)
		}
	}
	if s.server != "" {
		return s.measureSeveral(dir)
	}
	speed := map[string]float64{}
	bad := 0
	for _, p := range plan {
		name := p.mode + "/" + p.contender
		if !strings.Contains(name, s.run) {
			continue
		}
		r, err := s.carryOut(filepath.Join(dir, p.mode+"-"+p.contender), p.mode, p.contender)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Println(r.line(name))
		speed[name] = r.perSecond()
		if p.contender == "huibao" {
			bad += r.lost + r.twice + r.repeated*boolToInt(p.mode != "kill")
		}
	}
	ratio(speed, "baseline")
	ratio(speed, "bound")
	if bad > 0 {
		return fmt.Errorf("%d messages were lost or counted twice", bad)
	}
	return nil
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func ratio(speed map[string]float64, to string) {
	if other := speed["closed/"+to]; other > 0 && speed["closed/huibao"] > 0 {
		fmt.Printf("# huibao is %.2f times as fast as the %s\n", speed["closed/huibao"]/other, to)
	}
}
