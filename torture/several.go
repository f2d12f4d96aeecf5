package torture

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// together is how many processes work on one database.
const together = 3

// Several tries several processes on one database behind a server: any of them is killed or stands still at any moment, the
// database's connections are ended, its server is stopped. Updates come by the webhook, in turn to each of them, or are fetched by
// one. It compares with the truth as Run does, and gives an error where anything is wrong.
func Several(ctx context.Context, o Options) (err error) {
	a, err := newArena(ctx, o, villages)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	for range together - 1 {
		a.others = append(a.others, &bot{program: a.bot.program})
	}
	if err := a.hookAll(); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "torture of %d processes on PostgreSQL: %d kills, seed %d\n", together, o.Kills, o.Seed)
	begun := o.Now()
	all := severalTrials(o)
	order := a.schedule(all)
	for round := 0; a.kills < o.Kills || round < len(order); round++ {
		if o.Longest > 0 && o.Now().Sub(begun) > o.Longest {
			break
		}
		t := a.next(all, order, round)
		t.often++
		if err := t.do(a, t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		if round%phase == phase-1 {
			if err := a.compare(all); err != nil {
				return err
			}
			fmt.Fprintf(o.Out, "%5.0f s  %5d kills  %6d messages  %d problems\n", o.Now().Sub(begun).Seconds(), a.kills, a.messages(), len(a.problems))
		}
	}
	if err := a.compare(all); err != nil {
		return err
	}
	return a.print(all, o.Now().Sub(begun))
}

func severalTrials(o Options) []*trial {
	all := []*trial{
		{name: "kill -9 of one process", do: killSome(1)},
		{name: "kill -9 of two processes", do: killSome(2)},
		{name: "kill -9 of all processes", do: killSome(together)},
		{name: "connections to the database ended", do: disturb(Options.sever)},
		{name: "connections ended, and a kill -9", do: severAndKill},
		{name: "one process stopped and started", do: restartOne, rare: true},
		{name: "a process stands still for long", do: standStill, rare: true},
		{name: "posts slow, lost and repeated", do: among(weather{slow: 30 * time.Millisecond, repeat: true}), rare: true},
		{name: "fetched by one, kill -9", do: fetched(killSome(1)), rare: true},
		{name: "fetched by one, kill -9 of all", do: fetched(killSome(together)), rare: true},
		{name: "clock forward by an hour", do: severalForward(time.Hour), rare: true},
		{name: "clock forward by nine days", do: severalForward(9 * 24 * time.Hour), rare: true},
	}
	if o.Crash != nil {
		all = append(all, &trial{name: "the database's server stopped", do: disturb(Options.crash)},
			&trial{name: "server stopped, and a kill -9", do: crashAndKill})
	}
	return all
}

func (o Options) sever() error { return o.Sever() }
func (o Options) crash() error { return o.Crash() }

// hookAll has all bots take posts.
func (a *arena) hookAll() error {
	a.network.several = nil
	return a.every(func(b *bot) error {
		address, err := freeAddress()
		if err != nil {
			return err
		}
		a.network.several = append(a.network.several, address)
		b.adopt("HUIBAO_LISTEN="+address, "HUIBAO_WEBHOOK_URL="+a.network.url+hookPath, "HUIBAO_WEBHOOK_SECRET="+hookSecret)
		return nil
	})
}

// bots are all of them, in any order.
func (a *arena) bots() []*bot {
	list := append([]*bot{a.bot}, a.others...)
	a.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// amid lets cadres act while something happens at a moment in between.
func (a *arena) amid(t *trial, happens func() error) error {
	if err := a.every((*bot).live); err != nil {
		return err
	}
	if err := a.mishaps(); err != nil {
		return err
	}
	wait := a.upTo(900 * time.Millisecond)
	var both errgroup.Group
	both.Go(func() error {
		a.pause(wait)
		return happens()
	})
	if err := errors.Join(a.act(t, crowd), both.Wait()); err != nil {
		return err
	}
	return a.mayRepeat()
}

// mayRepeat notes what the sender, if it was cut off, may have sent without recording it.
func (a *arena) mayRepeat() (err error) {
	if len(a.others) == 0 {
		return nil
	}
	for range 100 { // the server may be on its way up
		db, failed := a.Open(a.database)
		if err = failed; err == nil {
			err = errors.Join(a.unsent(db), db.Close())
		}
		if err == nil {
			return nil
		}
		a.pause(100 * time.Millisecond)
	}
	return fmt.Errorf("look at what was not sent: %w", err)
}

func killSome(n int) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		return a.amid(t, a.killing(n))
	}
}

func (a *arena) killing(n int) func() error {
	dying := a.bots()[:n]
	return func() error {
		for _, b := range dying {
			a.kills++
			if err := b.kill(); err != nil {
				return err
			}
		}
		return nil
	}
}

func disturb(do func(Options) error) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		return a.amid(t, func() error { return do(a.Options) })
	}
}

func severAndKill(a *arena, t *trial) error {
	kill := a.killing(1)
	return a.amid(t, func() error { return errors.Join(a.Sever(), kill()) })
}

func crashAndKill(a *arena, t *trial) error {
	kill := a.killing(1)
	return a.amid(t, func() error { return errors.Join(a.Crash(), kill()) })
}

func restartOne(a *arena, t *trial) error {
	one := a.bots()[0]
	return a.amid(t, one.stop)
}

// standStill halts a process for longer than a lease lasts, in the middle of whatever it does. Another takes over meanwhile, and it
// must not go on as if nothing had been.
func standStill(a *arena, t *trial) error {
	one := a.bots()[0]
	return a.amid(t, func() error {
		p := one.now().command.Process
		if err := p.Signal(syscall.SIGSTOP); err != nil {
			return err
		}
		a.pause(20 * time.Second)
		return errors.Join(a.mayRepeat(), p.Signal(syscall.SIGCONT))
	})
}

func among(w weather) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		if err := a.every((*bot).live); err != nil {
			return err
		}
		a.network.weather.Store(&w)
		defer a.network.weather.Store(nil)
		return a.act(t, crowd)
	}
}

// fetched has one of the processes fetch the updates during a trial.
func fetched(do func(*arena, *trial) error) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		if err := a.every((*bot).stop); err != nil {
			return err
		}
		hooks := slices.Clone(a.network.several)
		if err := a.every(func(b *bot) error { b.adopt(); return nil }); err != nil {
			return err
		}
		if err := errors.Join(do(a, t), a.drain(), a.every((*bot).stop)); err != nil {
			return err
		}
		a.network.several = hooks
		return a.hookAll()
	}
}

func severalForward(d time.Duration) func(*arena, *trial) error {
	return func(a *arena, t *trial) error {
		if err := a.every((*bot).live); err != nil {
			return err
		}
		if err := a.act(t, crowd); err != nil {
			return err
		}
		if err := a.drain(); err != nil {
			return err
		}
		if a.clock.Now().Sub(monday) < 200*24*time.Hour {
			a.clock.Advance(d)
		}
		return a.act(t, crowd)
	}
}
