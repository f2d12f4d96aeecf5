package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"time"
)

// What only one of several processes may do at a time.
const (
	SenderLease    = "sender"    // sends the outbox
	PollerLease    = "poller"    // fetches updates from Telegram, where there is no webhook
	SchedulerLease = "scheduler" // looks for what is due
)

// A lease is held for leaseTerm and renewed every leaseRenew. Its holder stops leaseMargin before the end, which leaves time
// for what is under way to end, and for clocks of different machines that do not agree: the end was written by one machine's
// clock and is compared with another's. Whoever finds a lease free waits leaseLook before looking again.
const (
	leaseTerm   = 15 * time.Second
	leaseRenew  = 2 * time.Second
	leaseMargin = 8 * time.Second
	leaseLook   = time.Second
	leaseWatch  = leaseLook / 4   // how late its end may be noticed
	leasePause  = 2 * time.Second // before going on where a holder was cut off: it may be recording what it has done
)

// Lead runs f while this process has the lease, and again when it has it anew, until ctx ends or f does by itself. The
// context of f ends when the lease is lost; held tells at any moment whether it is not, which is to be asked before anything
// that must not be done twice. Where the database is this process's alone there is nothing to wait for.
func (db *DB) Lead(ctx context.Context, name string, f func(ctx context.Context, held func() bool) error) error {
	if db.alone() {
		return f(ctx, func() bool { return true })
	}
	l := &lease{db: db, name: name}
	for ctx.Err() == nil {
		held, from, err := l.take(ctx)
		if err != nil && ctx.Err() == nil {
			db.log.Warn("cannot look for the lease, will try again", "lease", name, "error", err)
		}
		if !held {
			sleep(ctx, leaseLook)
			continue
		}
		db.log.Info("this process has the lease", "lease", name)
		ended, err := l.lead(ctx, from, f)
		if err != nil || ended {
			return err
		}
	}
	return nil
}

// alone tells that no other process can be at work on the database: this one has locked the file.
func (db *DB) alone() bool { return db.lock != nil }

// Shared tells that other processes may be at work on the database. Inbox and Outbox do not tell what they commit.
func (db *DB) Shared() bool { return !db.alone() }

// lease is one that this process has, or would like to have.
type lease struct {
	db   *DB
	name string
	ends atomic.Pointer[time.Time] // when work under it must stop, by this process's clock
}

// lead runs f until it ends or the lease is lost. ended tells that it was f.
func (l *lease) lead(ctx context.Context, from leaseState, f func(context.Context, func() bool) error) (ended bool, err error) {
	within, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if from.cutOff {
			sleep(within, leasePause)
		}
		err = f(within, l.held)
		ended = within.Err() == nil
	}()
	go l.watch(within, stop)
	l.renew(within, done)
	stop()
	<-done
	l.giveBack()
	return ended, err
}

// watch ends what is done under the lease once it is no longer safe, though renewing it may still wait for a database that does not
// answer.
func (l *lease) watch(ctx context.Context, stop context.CancelFunc) {
	for l.held() && ctx.Err() == nil {
		sleep(ctx, leaseWatch)
	}
	stop()
}

// renew keeps the lease until f is done, or the lease is lost.
func (l *lease) renew(ctx context.Context, done <-chan struct{}) {
	timer := time.NewTicker(leaseRenew)
	defer timer.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		held, _, err := l.take(ctx)
		switch {
		case err != nil && l.held():
			l.db.log.Warn("cannot renew the lease, will try again", "lease", l.name, "error", err)
		case err != nil && ctx.Err() == nil:
			l.db.log.Error("the lease could not be renewed in time, another process may go on", "lease", l.name, "error", err)
			return
		case err == nil && !held:
			l.db.log.Error("another process has taken the lease", "lease", l.name)
			return
		}
	}
}

// held tells whether the lease is safe for now.
func (l *lease) held() bool {
	ends := l.ends.Load()
	return ends != nil && l.db.now().Before(*ends)
}

// leaseState is how a lease stood before it was taken.
type leaseState struct {
	holder  string
	expires int64
	cutOff  bool // another process had it and did not give it back
}

const selectLease = `
SELECT holder, expires FROM leases WHERE name = $1`

// A lease that ends later than any process could have set was set by a wrong clock.
const takeLease = `
INSERT INTO leases(name, holder, expires) VALUES($1, $2, $3)
ON CONFLICT(name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
WHERE leases.holder = excluded.holder OR leases.expires < $4 OR leases.expires > $5`

// take takes the lease or renews it. Looking costs no more than a read where another process has it.
func (l *lease) take(ctx context.Context) (held bool, was leaseState, err error) {
	asked := l.db.now()
	err = l.db.Read(ctx, func(v *View) error {
		_, err := v.query(selectLease, l.name).one(&was.holder, &was.expires)
		return err
	})
	now, latest := asked.UnixMilli(), asked.Add(2*leaseTerm).UnixMilli()
	if err != nil {
		return false, was, err
	}
	if was.holder != l.db.holder && was.expires >= now && was.expires <= latest {
		l.ends.Store(nil)
		return false, was, nil
	}
	was.cutOff = was.holder != "" && was.holder != l.db.holder && was.expires != 0
	err = l.db.Write(ctx, func(tx *Tx) error {
		n, err := tx.exec(takeLease, l.name, l.db.holder, asked.Add(leaseTerm).UnixMilli(), now, latest)
		held = n > 0
		return err
	})
	if err != nil {
		return false, was, fmt.Errorf("take the lease %s: %w", l.name, err)
	}
	if !held {
		l.ends.Store(nil)
		return false, was, nil
	}
	ends := asked.Add(leaseTerm - leaseMargin)
	l.ends.Store(&ends)
	return true, was, nil
}

const giveBackLease = `
UPDATE leases SET expires = 0 WHERE name = $1 AND holder = $2`

// giveBack lets another process go on at once.
func (l *lease) giveBack() {
	l.ends.Store(nil)
	ctx, cancel := context.WithTimeout(context.Background(), leaseLook)
	defer cancel()
	err := l.db.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(giveBackLease, l.name, l.db.holder)
		return err
	})
	if err != nil {
		l.db.log.Warn("cannot give the lease back, another process goes on when it ends", "lease", l.name, "error", err)
	}
}

// newHolder makes the name under which a process holds leases, from its start to its end.
func newHolder() string { return rand.Text() }

// sleep waits for d or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
