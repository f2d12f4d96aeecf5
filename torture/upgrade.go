package torture

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"huibao/report"
	"huibao/store"
)

// killUpgrading kills bots, at any moment or as the database is written, while they bring databases of the first release up to
// date. In the end each has all that one has which was left alone, and each copy that was made on the way is whole.
func killUpgrading(a *arena, _ *trial) error {
	dir, err := os.MkdirTemp(a.Dir, "old-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	alone := filepath.Join(dir, "alone.db")
	if err := unpack(alone, store.FirstSchema); err != nil {
		return err
	}
	want, err := a.settled(alone)
	if err != nil {
		return err
	}
	for i := range 4 {
		tried := filepath.Join(dir, fmt.Sprintf("tried-%d.db", i))
		if err := unpack(tried, store.FirstSchema); err != nil {
			return err
		}
		for range 2 {
			if err := a.killUpgrade(tried); err != nil {
				return err
			}
		}
		got, err := a.settled(tried)
		if err != nil {
			return err
		}
		if got != want {
			a.problem("a database whose upgrade was killed has %+v; one left alone %+v", got, want)
		}
		if err := a.wholeCopies(tried); err != nil {
			return err
		}
	}
	return nil
}

func (a *arena) killUpgrade(database string) error {
	watch, over := context.WithCancel(a.ctx)
	defer over()
	writes, moment := 1+a.r.IntN(8), a.upTo(250*time.Millisecond)
	p, err := a.apart(database).start("run")
	if err != nil {
		return err
	}
	select {
	case <-written(watch, database+"-wal", writes):
	case <-time.After(moment):
	}
	a.kills++
	return p.end(os.Kill)
}

// apart is the program on another database, without a Telegram.
func (a *arena) apart(database string) program {
	other := a.bot.program
	other.settings = []string{"HUIBAO_DB=" + database, "HUIBAO_LOG=error", "HUIBAO_TOKEN=" + token, "HUIBAO_API_URL=http://127.0.0.1:1"}
	return other
}

// verified has every number of a database recomputed, which brings it up to date first.
func (a *arena) verified(database string) error {
	p, err := a.apart(database).start("verify")
	if err != nil {
		return err
	}
	if <-p.gone; p.err != nil {
		a.problem("%s, whose upgrade was killed, cannot be used: %v", filepath.Base(database), p.err)
	}
	return nil
}

// belongings are what a database holds that does not depend on when one looks.
type belongings struct {
	reports, members, dead int
	facts, sum             int64
}

// settled has a bot work off what waits in a database, and tells what is in it then. It is brought up to date before: whoever looks
// into it would do that, and keep the bot out.
func (a *arena) settled(database string) (b belongings, err error) {
	if err := a.verified(database); err != nil {
		return b, err
	}
	listen, err := freeAddress()
	if err != nil {
		return b, err
	}
	other := a.apart(database)
	other.settings = append(other.settings, "HUIBAO_LISTEN="+listen)
	p, err := other.start("run")
	if err != nil {
		return b, err
	}
	for up, waiting := false, true; p.running() && a.ctx.Err() == nil && (!up || waiting); {
		a.pause(20 * time.Millisecond)
		if up = answers(listen); !up {
			continue
		}
		if b, waiting, err = a.belongings(database); err != nil {
			return b, errors.Join(err, p.end(os.Kill))
		}
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		return b, err
	}
	if p.err != nil {
		a.problem("a bot on %s ended: %v", filepath.Base(database), p.err)
	}
	return b, a.verified(database)
}

// answers tells whether a bot is up.
func answers(listen string) bool {
	answer, err := http.Get("http://" + listen + "/healthz")
	if err != nil {
		return false
	}
	return answer.Body.Close() == nil
}

// belongings looks into a database.
func (a *arena) belongings(database string) (b belongings, waiting bool, err error) {
	db, err := a.Open(database)
	if err != nil {
		return b, false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.Read(a.ctx, func(v *store.View) error {
		vitals, err := v.Vitals()
		if err != nil {
			return err
		}
		b.reports, b.members, b.dead, waiting = vitals.Reports, vitals.Members, vitals.Inbox.Dead, vitals.Inbox.Waiting > 0
		return v.Facts(0, func(_ int64, _ time.Time, f report.Fact) error {
			b.facts, b.sum = b.facts+1, b.sum+f.Value+f.Events
			return nil
		})
	})
	return b, waiting, err
}

// wholeCopies looks into the copies that were made before an upgrade.
func (a *arena) wholeCopies(database string) error {
	copies, err := filepath.Glob(database + ".bak-v?")
	if err != nil {
		return err
	}
	if len(copies) == 0 {
		a.problem("no copy was made of %s before its upgrade", filepath.Base(database))
	}
	for _, file := range copies {
		if err := a.verified(file); err != nil {
			return err
		}
	}
	return nil
}

func unpack(to string, packed []byte) error {
	from, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack %s: %w", to, err)
	}
	content, err := io.ReadAll(from)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", to, err)
	}
	if !strings.HasPrefix(string(content), "SQLite format 3") {
		return fmt.Errorf("unpack %s: it is no database", to)
	}
	return os.WriteFile(to, content, 0o600)
}
