// Package torture tries the bot hard, on one machine and against the sandbox: huibao run, a real process, is killed at any
// instant, its disk is full, its clock jumps, Telegram refuses, loses, repeats and reorders, while cadres report, correct and
// take back. What they did is known, so that every message can be looked for afterwards.
//
// Run tries everything in turn (trial.go) and compares with the truth (check.go). Soak lets many cadres report for a long
// time and watches memory and patience (soak.go).
package torture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/store"
)

// Options say what is tried and with what.
type Options struct {
	Binary  string // of huibao
	Dir     string // for the database and the log
	Out     io.Writer
	Seed    uint64
	Now     func() time.Time
	Found   func(database string, members []byte) error // makes the county's database
	Open    func(database string) (*store.DB, error)    // beside a bot
	Kills   int                                         // Run: end after so many
	Longest time.Duration                               // Run: or after so long, if it is not 0
	Soak    time.Duration                               // Soak: how long
	Rate    float64                                     // Soak: reports a second

	// Several: the address of an empty database on PostgreSQL; what ends some of its connections; and what stops its server and
	// starts it again, nil: that is not tried.
	Database string
	Sever    func() error
	Crash    func() error
}

const token = "100:torture-token-of-the-sandbox"

// arena is a county, its Telegram and its bot.
type arena struct {
	Options
	ctx      context.Context
	r        *rand.Rand
	database string
	clock    *sandbox.Clock
	network  *telegram
	client   *sandbox.Client
	bot      *bot
	others   []*bot // that work beside it on one database
	log      *transcript
	cadres   []*cadre
	server   *http.Server
	sandbox  *sandbox.Server

	kills    int
	poisoned int // updates that cannot be read
	digests  int
	repeats  map[[2]int64]int // how often the answer to a message, by chat and id, may have been sent again
	again    map[string]int   // the same for what answers nothing, by its heading
	problems []string
}

func newRandom(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// newArena sets everything up; nothing runs yet.
func newArena(ctx context.Context, o Options, villages int, settings ...string) (a *arena, err error) {
	a = &arena{Options: o, ctx: ctx, r: newRandom(o.Seed, 0), database: cmp.Or(o.Database, filepath.Join(o.Dir, "huibao.db")),
		repeats: map[[2]int64]int{}, again: map[string]int{}}
	people, err := members(villages)
	if err != nil {
		return nil, err
	}
	if err := o.Found(a.database, people); err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(o.Dir, "huibao.log"))
	if err != nil {
		return nil, fmt.Errorf("make the log: %w", err)
	}
	a.log = &transcript{file: file, secrets: []string{token, strings.SplitN(token, ":", 2)[1], hookSecret}}
	a.clock = sandbox.NewClock(o.Now)
	a.clock.Set(monday)
	a.sandbox = sandbox.New(sandbox.Options{Token: token, Clock: a.clock, CallsKept: 100, WebhookPause: 20 * time.Millisecond})
	a.network = &telegram{sandbox: a.sandbox, r: newRandom(o.Seed, 1)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the sandbox: %w", err)
	}
	a.server = &http.Server{Handler: a.network, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)} // it complains of connections that are cut on purpose
	go func() { _ = a.server.Serve(listener) }()                                                                           // ends when it is closed
	url := "http://" + listener.Addr().String()
	a.network.url = url
	if a.network.hooked, err = freeAddress(); err != nil {
		return nil, err
	}
	a.client = sandbox.NewClient(url, nil)
	a.bot = &bot{program: program{binary: o.Binary, log: a.log, settings: append(settings, "HUIBAO_TOKEN="+token, "HUIBAO_API_URL="+url,
		"HUIBAO_DB="+a.database, "HUIBAO_CLOCK_URL="+url+"/control/clock/stream", "HUIBAO_LOG=warn", "HUIBAO_SEND_RATE=0")}}
	a.network.kill = a.bot.kill
	return a, a.people(villages)
}

// people makes the members' accounts; each presses Start.
func (a *arena) people(villages int) error {
	list, err := villagers(villages)
	if err != nil {
		return err
	}
	for _, m := range county.People() {
		if err := a.account(m.TelegramID, m.Name); err != nil {
			return err
		}
	}
	for _, v := range list {
		if err := a.account(v.id, v.name); err != nil {
			return err
		}
		a.cadres = append(a.cadres, &cadre{villager: v, client: a.client, r: newRandom(a.Seed, uint64(v.id))})
	}
	return nil
}

func (a *arena) account(id int64, name string) error {
	if _, err := a.client.User(a.ctx, sandbox.User{ID: id, FirstName: name}); err != nil {
		return err
	}
	_, err := a.client.Say(a.ctx, id, "/start")
	return err
}

func (a *arena) close() error {
	err := a.every((*bot).kill)
	a.sandbox.Close()
	return errors.Join(err, a.server.Close())
}

// every does something to all bots.
func (a *arena) every(do func(*bot) error) error {
	err := do(a.bot)
	for _, b := range a.others {
		err = errors.Join(err, do(b))
	}
	return err
}

// act lets some cadres do a round each, at the same time.
func (a *arena) act(of *trial, some int) error {
	var all errgroup.Group
	for _, i := range a.r.Perm(len(a.cadres))[:min(some, len(a.cadres))] {
		c := a.cadres[i]
		c.trial = of
		all.Go(func() error { return c.round(a.ctx) })
	}
	return all.Wait()
}

func (a *arena) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-a.ctx.Done():
	}
}
