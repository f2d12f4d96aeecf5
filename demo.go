package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"huibao/report"
	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/sandbox/page"
	"huibao/store"
)

const (
	demoToken = "100:demo-token-of-the-sandbox"
	demoBot   = "huibao_demo_bot"
	demoSeed  = 2026
)

// demoBegins is the Monday on which the county began to report, so that its last year has the whole 三八维权周.
var demoBegins = report.Date(2025, time.March, 3)

// demoCommand starts everything a person needs to try Huibao on one machine. The bot in it is a child process that runs
// huibao run, the bot of production: only the server's address and the clock differ.
type demoCommand struct {
	Listen string `default:"127.0.0.1:8088" help:"Address of the chat page."`
	Once   bool   `help:"Print ten exchanges, the supervisor's questions and their answers, verify, and exit."`
	Dir    string `type:"path" help:"Folder for the demo's database; default a temporary one, removed at the end."`
}

func (c demoCommand) Run(w *world) (err error) {
	dir := c.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "huibao-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	d := &demo{world: w, database: filepath.Join(dir, "huibao.db")}
	if err := d.world.found(d.database, county.Members()); err != nil {
		return err
	}
	if err := d.open(c.Listen, c.Once); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.live(); err != nil {
		return err
	}
	if c.Once {
		return d.once()
	}
	fmt.Fprintf(w.out, "\n打开聊天页面  %s\n按 Ctrl+C 结束\n", d.url)
	<-w.ctx.Done()
	return nil
}

// demo is a county on one machine.
type demo struct {
	world    *world
	database string
	url      string // of the sandbox
	server   *http.Server
	client   *sandbox.Client
	bot      *childBot
}

// found makes the county's database: areas, names, venues, members, duties and targets, as huibao import would.
func (w *world) found(database string, people []byte) error {
	source, err := demoReference()
	if err != nil {
		return err
	}
	members, err := report.ParseMembers("members.csv", people)
	if err != nil {
		return err
	}
	options := w.storeOptions()
	options.Now = func() time.Time { return demoBegins.Start(w.zone) } // its people are there from the first day
	db, err := store.Open(w.ctx, database, options)
	if err != nil {
		return err
	}
	err = db.Write(w.ctx, func(tx *store.Tx) error {
		if _, err := tx.ImportAreas(source.Areas.All()); err != nil {
			return err
		}
		if err := tx.SetNames(source.Names); err != nil {
			return err
		}
		if err := tx.SetVenues(source.Venues); err != nil {
			return err
		}
		if _, err := tx.ImportMembers(members); err != nil {
			return err
		}
		return foundPlans(tx)
	})
	return errors.Join(err, db.Close())
}

// foundPlans brings in who owes reports and what is to be reached.
func foundPlans(tx *store.Tx) error {
	source, err := tx.Reference()
	if err != nil {
		return err
	}
	duties, err := report.ParseDuties("duties.csv", county.Duties(), source.Areas, source.Catalogue)
	if err != nil {
		return err
	}
	if _, err := tx.ImportDuties(duties); err != nil {
		return err
	}
	targets, err := report.ParseTargets("targets.csv", county.Targets(), source.Areas, source.Catalogue)
	if err != nil {
		return err
	}
	_, err = tx.ImportTargets(targets)
	return err
}

// open starts the sandbox and its page.
func (d *demo) open(address string, anyPort bool) error {
	if anyPort {
		address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("open the chat page on %s (choose another with --listen): %w", address, err)
	}
	d.url = "http://" + listener.Addr().String()
	d.bot = &childBot{url: d.url, database: d.database, log: d.world.err}
	server := sandbox.New(sandbox.Options{Token: demoToken, Username: demoBot, Clock: sandbox.NewClock(d.world.now),
		Process: d.bot, Page: page.Handler()})
	d.server = &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	d.client = sandbox.NewClient(d.url, nil)
	go func() {
		if err := d.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			d.world.log.Error("the sandbox stopped", "error", err)
		}
	}()
	return nil
}

func (d *demo) close() error {
	err := d.bot.Stop()
	return errors.Join(err, d.server.Close())
}

// live lets the county live through its year, then leaves it on the demo's Monday morning with the bot running.
func (d *demo) live() error {
	if err := d.past(); err != nil {
		return err
	}
	return d.present()
}

// past is the year up to the demo's Monday, as fast as the bot can.
func (d *demo) past() error {
	ctx := d.world.ctx
	if err := d.client.Limits(ctx, false); err != nil {
		return err
	}
	monday, err := time.Parse(time.RFC3339, county.Today)
	if err != nil {
		return fmt.Errorf("the demo's day: %w", err)
	}
	monday = monday.In(d.world.zone)
	messages := county.Year(demoSeed, demoBegins.Start(d.world.zone), monday)
	if err := d.client.SetClock(ctx, messages[0].At.Add(-time.Minute)); err != nil {
		return err
	}
	if err := d.people(ctx); err != nil {
		return err
	}
	if err := d.bot.start(0); err != nil {
		return err
	}
	if err := d.year(ctx, messages, county.Acts(demoBegins.Start(d.world.zone), monday)); err != nil {
		return err
	}
	if _, err := d.settledAt(ctx, county.HuangLi); err != nil {
		return err
	}
	return d.client.SetClock(ctx, monday)
}

// present starts the bot anew, with Telegram's limits.
func (d *demo) present() error {
	if err := d.bot.Stop(); err != nil {
		return err
	}
	if err := d.client.Limits(d.world.ctx, true); err != nil {
		return err
	}
	return d.bot.Start()
}

// people makes the members' accounts in the sandbox; each presses Start.
func (d *demo) people(ctx context.Context) error {
	for _, m := range county.People() {
		if _, err := d.client.User(ctx, sandbox.User{ID: m.TelegramID, FirstName: m.Name}); err != nil {
			return err
		}
		if _, err := d.client.Say(ctx, m.TelegramID, "/start"); err != nil {
			return err
		}
	}
	return d.client.Phones(ctx,
		sandbox.Phone{UserID: county.LiMei, Title: "村干部 李梅", Hint: "普法 320人 资料500份"},
		sandbox.Phone{UserID: county.WangFang, Title: "乡镇干部 王芳", Hint: "家庭教育 昨天 大公坪社区 86人"},
		sandbox.Phone{UserID: county.ChenJing, Title: "分管领导 陈静", Hint: "/week"},
		sandbox.Phone{UserID: county.LiuYang, Title: "管理员 刘洋", Hint: "/year"})
}

// year sends the year's messages through the chat, week by week, and does what else is done in it: at the end of each week
// the bot has answered, and on Monday at 8:00 it sends its digest.
func (d *demo) year(ctx context.Context, messages []county.Message, acts []county.Act) error {
	sent := map[int]int64{} // the sandbox's ids by the county's
	week := report.WeekOf(report.DayOf(messages[0].At))
	for i, m := range messages {
		for len(acts) > 0 && acts[0].At.Before(m.At) {
			if err := d.act(ctx, acts[0]); err != nil {
				return err
			}
			acts = acts[1:]
		}
		if at := report.WeekOf(report.DayOf(m.At)); at != week {
			week = at
			if err := d.monday(ctx, week.First); err != nil {
				return err
			}
		}
		if i > 0 && m.At.Sub(messages[i-1].At) > time.Hour {
			if err := d.client.WaitConfirmed(ctx); err != nil { // what waits for a day is dropped, as on Telegram
				return err
			}
		}
		if err := d.client.SetClock(ctx, m.At); err != nil {
			return err
		}
		var err error
		if m.EditOf != 0 {
			err = d.client.Edit(ctx, sandbox.Edit{UserID: m.From, MessageID: sent[m.EditOf], Text: m.Text})
		} else {
			sent[m.ID], err = d.client.Say(ctx, m.From, m.Text)
		}
		if err != nil {
			return err
		}
		d.progress(i+1, len(messages))
	}
	return nil
}

// act does what a member does beside writing.
func (d *demo) act(ctx context.Context, a county.Act) error {
	if err := d.client.SetClock(ctx, a.At); err != nil {
		return err
	}
	if a.Text != "" {
		_, err := d.client.Say(ctx, a.From, a.Text)
		return err
	}
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	m, err := d.client.WaitMessage(wait, a.From, 0, func(m sandbox.Message) bool {
		return strings.Contains(m.Text, a.On) && slices.ContainsFunc(slices.Concat(m.Buttons...), func(b sandbox.Button) bool { return b.Text == a.Press })
	})
	if err != nil {
		return fmt.Errorf("wait for the button %s: %w", a.Press, err)
	}
	_, err = d.client.Press(ctx, sandbox.Press{UserID: a.From, MessageID: m.MessageID, Text: a.Press})
	return err
}

// progress shows how far the year is, on one line.
func (d *demo) progress(done, total int) {
	if done%100 == 0 || done == total {
		fmt.Fprintf(d.world.out, "\r绥宁县的一年：%d/%d条", done, total)
	}
	if done == total {
		fmt.Fprintln(d.world.out)
	}
}

// monday waits until all that was sent is counted, and moves the clock to the hour of the digest.
func (d *demo) monday(ctx context.Context, day report.Day) error {
	last, err := d.settledAt(ctx, county.HuangLi)
	if err != nil {
		return err
	}
	if err := d.client.SetClock(ctx, day.Start(d.world.zone).Add(8*time.Hour)); err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	weekly := func(m sandbox.Message) bool {
		return strings.HasPrefix(m.Text, "📋") && strings.Contains(m.Text, "周")
	}
	if _, err = d.client.WaitMessage(wait, county.HuangLi, last, weekly); err != nil {
		return fmt.Errorf("wait for the digest of %s: %w", day, err)
	}
	return nil
}

// settledAt waits until the bot has counted everything sent so far: a question of this person's is answered after all that
// came before it. It gives the id of the answer, the last message in the person's chat.
func (d *demo) settledAt(ctx context.Context, user int64) (int64, error) {
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	question, err := d.client.Say(wait, user, "/mine")
	if err != nil {
		return 0, err
	}
	answer, err := d.client.WaitMessage(wait, user, question, func(m sandbox.Message) bool { return m.ReplyTo == question })
	if err != nil {
		return 0, fmt.Errorf("wait for the bot: %w", err)
	}
	return answer.MessageID, nil
}
