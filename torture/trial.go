package torture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"huibao/sandbox"
)

// trial is one thing that is tried, and what came of it.
type trial struct {
	name string
	do   func(*arena, *trial) error
	rare bool // not among the many kills
	outcome
	often    int
	messages int
}

// count notes what was found about a message.
func (t *trial) count(m *told, o outcome) {
	t.messages++
	t.lost, t.doubled, t.wrong = t.lost+o.lost, t.doubled+o.doubled, t.wrong+o.wrong
}

// trials are all there are. What is not rare is a kill, and comes most of the time.
func trials() []*trial {
	all := []*trial{
		{name: "kill -9 at any moment", do: killLater},
		{name: "kill -9 as the database is written", do: killWriting},
		{name: "kill -9 before a call to Telegram", do: killCalling(false)},
		{name: "kill -9 after a call, answer lost", do: killCalling(true)},
		{name: "kill -9 while it starts", do: killStarting},
		{name: "kill -9 by webhook, at any moment", do: byWebhook(killLater)},
		{name: "kill -9 by webhook, before a commit", do: killPosting(false)},
		{name: "kill -9 by webhook, before the 200", do: killPosting(true)},
		{name: "kill -9 while the schema is made", do: killFounding, rare: true},
		{name: "kill -9 of an upgrade from schema 1", do: killUpgrading, rare: true},
		{name: "kill -9 of a backup", do: killBackup, rare: true},
		{name: "two bots on one file", do: twoBots, rare: true},
		{name: "clock forward by an hour", do: moveClock(time.Hour), rare: true},
		{name: "clock forward by nine days", do: moveClock(9 * 24 * time.Hour), rare: true},
		{name: "clock back to where it began", do: clockBack, rare: true},
		{name: "clock stands still", do: clockStands, rare: true},
		{name: "storm of 429", do: storm(sandbox.TooManyRequests), rare: true},
		{name: "errors 500", do: storm(sandbox.ServerError), rare: true},
		{name: "a proxy's pages instead of answers", do: storm(sandbox.HTMLAnswer), rare: true},
		{name: "calls carried out, answers lost", do: storm(sandbox.LoseAnswer), rare: true},
		{name: "connections dropped", do: storm(sandbox.DropConnection), rare: true},
		{name: "network cut", do: under(weather{cut: true}), rare: true},
		{name: "slow answers", do: under(weather{slow: 300 * time.Millisecond}), rare: true},
		{name: "updates handed over again", do: under(weather{repeat: true}), rare: true},
		{name: "updates in any order", do: under(weather{shuffle: true, repeat: true}), rare: true},
		{name: "webhook: posts slow, lost and repeated", do: byWebhook(under(weather{slow: 30 * time.Millisecond, repeat: true})), rare: true},
		{name: "webhook: nobody gets through", do: byWebhook(under(weather{cut: true})), rare: true},
		{name: "update ids begin anew", do: idsAnew, rare: true},
		{name: "updates that cannot be read", do: poison, rare: true},
	}
	if canFill {
		all = append(all, &trial{name: "disk full", do: diskFull, rare: true})
	}
	return all
}

// crowd is how many cadres act at the same time.
const crowd = 6

// lifetime is how long the bot lives where it does not come to the trap.
const lifetime = 1200 * time.Millisecond

// dying lets cadres act while the bot lives until the trap is sprung, at the latest after its lifetime. Some calls go wrong.
func (a *arena) dying(t *trial, trap *trap, when <-chan time.Time) error {
	if err := a.mishaps(); err != nil {
		return err
	}
	life, over := context.WithCancel(a.ctx)
	defer over()
	if when != nil {
		go trap.strike(life, a.bot.kill, when)
	}
	a.network.trap.Store(trap)
	if err := a.bot.live(); err != nil {
		return err
	}
	acted := make(chan error, 1)
	go func() { acted <- a.act(t, crowd) }()
	var err error
	select {
	case err = <-trap.sprung:
	case <-time.After(lifetime):
		err = a.bot.kill()
	}
	a.network.trap.Store(nil)
	if late := <-acted; err == nil {
		err = late
	}
	if err != nil {
		return err
	}
	return a.died()
}

// mishaps makes some of the next calls go wrong.
func (a *arena) mishaps() error {
	kinds := []string{sandbox.LoseAnswer, sandbox.TooManyRequests, sandbox.ServerError, sandbox.HTMLAnswer, sandbox.DropConnection}
	for range a.r.IntN(3) {
		f := sandbox.Fault{Method: methods[a.r.IntN(len(methods))], Kind: kinds[a.r.IntN(len(kinds))], Times: 1 + a.r.IntN(3)}
		if f.Method == "getUpdates" { // the bot waits longer each time, and does nothing else
			f.Times = 1
		}
		if err := a.client.Fault(a.ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func (a *arena) upTo(d time.Duration) time.Duration { return time.Duration(a.r.Int64N(int64(d))) }

func killLater(a *arena, t *trial) error {
	return a.dying(t, newTrap(), time.After(a.upTo(900*time.Millisecond)))
}

func killWriting(a *arena, t *trial) error {
	watch, over := context.WithCancel(a.ctx)
	defer over()
	return a.dying(t, newTrap(), written(watch, a.database+"-wal", 1+a.r.IntN(15)))
}

func killCalling(carried bool) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		trap := newTrap()
		trap.method, trap.carried = methods[a.r.IntN(len(methods))], carried
		trap.left.Store(int32(1 + a.r.IntN(3)))
		return a.dying(t, trap, nil)
	}
}

// killStarting kills bots that have just been started, with work waiting for them.
func killStarting(a *arena, t *trial) error {
	if err := a.act(t, 2); err != nil {
		return err
	}
	for range 3 {
		if err := a.bot.live(); err != nil {
			return err
		}
		a.pause(a.upTo(150 * time.Millisecond))
		if err := a.bot.kill(); err != nil {
			return err
		}
		if err := a.died(); err != nil {
			return err
		}
	}
	return nil
}

// killFounding kills a command that makes a new database, then has another one finish it.
func killFounding(a *arena, t *trial) error {
	dir, err := os.MkdirTemp(a.Dir, "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	other := a.bot.program
	other.settings = []string{"HUIBAO_DB=" + filepath.Join(dir, "huibao.db"), "HUIBAO_LOG=warn"}
	for range 4 {
		p, err := other.start("verify")
		if err != nil {
			return err
		}
		a.pause(a.upTo(80 * time.Millisecond))
		if err := p.end(os.Kill); err != nil {
			return err
		}
		a.kills++
	}
	p, err := other.start("verify")
	if err != nil {
		return err
	}
	if <-p.gone; p.err != nil {
		a.problem("a database whose making was killed cannot be used: %v", p.err)
	}
	return nil
}

// killBackup kills a backup while the bot works; the copy is whole or not there.
func killBackup(a *arena, t *trial) error {
	if err := a.bot.live(); err != nil {
		return err
	}
	file := filepath.Join(a.Dir, "copy.db")
	wait := a.upTo(250 * time.Millisecond) // drawn here: what acts beside draws from the same numbers
	acted := make(chan error, 1)
	go func() { acted <- a.act(t, crowd) }()
	p, err := a.bot.start("backup", file)
	if err != nil {
		return err
	}
	a.pause(wait)
	if err := p.end(os.Kill); err != nil {
		return err
	}
	a.kills++
	if err := <-acted; err != nil {
		return err
	}
	if _, err := os.Stat(file); err != nil {
		return nil // killed before there was one
	}
	other := a.bot.program
	other.settings = []string{"HUIBAO_DB=" + file, "HUIBAO_LOG=warn"}
	check, err := other.start("verify")
	if err != nil {
		return err
	}
	if <-check.gone; check.err != nil {
		a.problem("a copy under its own name is not whole: %v", check.err)
	}
	return os.Remove(file)
}

// twoBots starts a second bot on the file, which must refuse.
func twoBots(a *arena, t *trial) error {
	if err := a.bot.live(); err != nil {
		return err
	}
	if err := a.act(t, crowd); err != nil { // by now it has the file
		return err
	}
	if err := a.drain(); err != nil {
		return err
	}
	second, err := a.bot.start("run")
	if err != nil {
		return err
	}
	select {
	case <-second.gone:
		if second.err == nil {
			a.problem("a second bot on the same file ended without an error")
		}
	case <-time.After(20 * time.Second):
		a.problem("a second bot on the same file does not refuse")
		return second.end(os.Kill)
	}
	return nil
}

func moveClock(d time.Duration) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		if err := a.living(t); err != nil {
			return err
		}
		if d >= 24*time.Hour { // else Telegram drops what is not fetched
			if err := a.drain(); err != nil {
				return err
			}
		}
		if a.clock.Now().Sub(monday) < 200*24*time.Hour {
			a.clock.Advance(d)
		}
		return a.living(t)
	}
}

// living lets cadres act while the bot lives on.
func (a *arena) living(t *trial) error {
	if err := a.bot.live(); err != nil {
		return err
	}
	return a.act(t, crowd)
}

// clockBack moves the clock to the beginning, by months perhaps. What waits for a later time goes out first.
func clockBack(a *arena, t *trial) error {
	if err := a.drain(); err != nil {
		return err
	}
	a.clock.Set(monday)
	return a.living(t)
}

func clockStands(a *arena, t *trial) error {
	a.clock.Freeze(true)
	err := a.living(t)
	a.pause(300 * time.Millisecond)
	a.clock.Freeze(false)
	return err
}

func storm(kind string) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		for _, method := range methods {
			f := sandbox.Fault{Method: method, Kind: kind, Times: 1 + a.r.IntN(8), RetryAfter: 1 + a.r.IntN(3)}
			if method == "getUpdates" {
				f.Times = 1
			}
			if err := a.client.Fault(a.ctx, f); err != nil {
				return err
			}
		}
		return a.dying(t, newTrap(), nil)
	}
}

func under(w weather) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		if err := a.bot.live(); err != nil {
			return err
		}
		a.network.weather.Store(&w)
		defer a.network.weather.Store(nil)
		for range 2 {
			if err := a.act(t, crowd); err != nil {
				return err
			}
			a.pause(400 * time.Millisecond)
		}
		return nil
	}
}

// idsAnew lets Telegram number its updates anew, as after a quiet week.
func idsAnew(a *arena, t *trial) error {
	if err := a.drain(); err != nil {
		return err
	}
	a.network.forget()
	if err := a.client.SetUpdateID(a.ctx, 1+a.r.Int64N(50_000_000)); err != nil {
		return err
	}
	return a.living(t)
}

// poison hands over updates that no program can read, among others.
func poison(a *arena, t *trial) error {
	for range 3 {
		c := a.cadres[a.r.IntN(len(a.cadres))]
		update := map[string]any{"message": map[string]any{"message_id": fmt.Sprint(unreadable, a.poisoned), "text": []int{1},
			"chat": map[string]any{"id": c.id, "type": "private"}}}
		if _, err := a.client.Raw(a.ctx, update); err != nil {
			return err
		}
		a.poisoned++
	}
	return a.living(t)
}

// diskFull lets the bot write no further for a while.
func diskFull(a *arena, t *trial) error {
	if err := a.living(t); err != nil {
		return err
	}
	p := a.bot.now()
	var size int64
	if info, err := os.Stat(a.database + "-wal"); err == nil {
		size = info.Size()
	}
	if err := limitFiles(p, max(64<<10, size)+a.r.Int64N(64<<10)); err != nil {
		return err
	}
	if err := a.act(t, crowd); err != nil {
		return err
	}
	a.pause(time.Second)
	if a.r.IntN(2) == 0 {
		if err := a.bot.kill(); err != nil {
			return err
		}
		return a.died()
	}
	return limitFiles(p, -1)
}
