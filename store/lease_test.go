package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// besides opens the database of w for so many processes more.
func besides(w *world, n int) (list []*DB, clocks []*clock) {
	for range n {
		c := &clock{at: w.clock.now()}
		db, err := OpenBeside(background, w.db.path, c.options())
		if err != nil {
			w.Fatal(err)
		}
		w.Cleanup(func() { db.Close() })
		list, clocks = append(list, db), append(clocks, c)
	}
	return list, clocks
}

func TestLeaseIsTakenInTurn(t *testing.T) {
	w := newWorld(t)
	list, clocks := besides(w, 2)
	first, second := &lease{db: list[0], name: SenderLease}, &lease{db: list[1], name: SenderLease}
	taken := func(l *lease, want, cutOff bool) {
		t.Helper()
		held, was, err := l.take(background)
		if err != nil || held != want || held && was.cutOff != cutOff || l.held() != want {
			t.Errorf("taken: %v, held: %v, want %v; after one that was cut off: %v, want %v; %v", held, l.held(), want, was.cutOff, cutOff, err)
		}
	}
	move := func(d time.Duration) {
		for _, c := range clocks {
			c.move(d)
		}
	}
	taken(first, true, false)
	taken(second, false, false)
	move(leaseTerm - leaseMargin)
	if first.held() {
		t.Error("a lease that was not renewed is safe until its end")
	}
	taken(second, false, false) // but its margin is nobody else's
	taken(first, true, false)
	move(leaseTerm + time.Millisecond)
	taken(second, true, true)
	taken(first, false, false)
	second.giveBack()
	if second.held() {
		t.Error("held after it was given back")
	}
	taken(first, true, false)
	move(-24 * time.Hour) // all clocks are set back: what the first one has ends tomorrow
	taken(second, true, true)
	other := &lease{db: list[0], name: PollerLease}
	taken(other, true, false)
	if w.db.Lead(background, SenderLease, func(_ context.Context, held func() bool) error {
		if !held() {
			t.Error("who is alone does not hold")
		}
		return nil
	}) != nil {
		t.Error("who is alone waits for a lease")
	}
}

// However three processes come and go, and while their clocks differ by less than the margin leaves, no two of them hold a
// lease at the same time.
func TestLeaseIsHeldByOne(t *testing.T) {
	w := newWorld(t)
	list, clocks := besides(w, 3)
	names := 0
	rapid.Check(t, func(t *rapid.T) {
		names++
		var leases []*lease
		for i, db := range list {
			leases = append(leases, &lease{db: db, name: fmt.Sprint(names)})
			clocks[i].at = w.clock.now().Add(rapid.Custom(skew).Draw(t, "skew"))
		}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			l := leases[rapid.IntRange(0, len(leases)-1).Draw(t, "process")]
			switch rapid.SampledFrom([]string{"take", "take", "give back", "pass"}).Draw(t, "step") {
			case "take":
				if _, _, err := l.take(background); err != nil {
					t.Fatal(err)
				}
			case "give back":
				l.giveBack()
			case "pass":
				d := time.Duration(rapid.Int64Range(1, int64(leaseTerm)).Draw(t, "passes"))
				for _, c := range clocks {
					c.move(d)
				}
			}
			holders := 0
			for _, l := range leases {
				if l.held() {
					holders++
				}
			}
			if holders > 1 {
				t.Fatalf("%d hold it", holders)
			}
		}
	})
}

func skew(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(0, int64(leaseMargin)-1).Draw(t, "ahead"))
}

func TestLeaseGoesOver(t *testing.T) {
	w := newWorld(t)
	list, _ := besides(w, 2)
	began := make(chan int)
	var stops []context.CancelFunc
	ended := make(chan error)
	for i, db := range list {
		ctx, stop := context.WithCancel(background)
		stops = append(stops, stop)
		go func() {
			ended <- db.Lead(ctx, SchedulerLease, func(ctx context.Context, _ func() bool) error {
				began <- i
				<-ctx.Done()
				return nil
			})
		}()
	}
	first := <-began
	select {
	case <-began:
		t.Fatal("both lead")
	default:
	}
	stops[first]()
	w.is(<-ended, nil)
	w.equal(<-began, 1-first)
	stops[1-first]()
	w.is(<-ended, nil)
	w.equal(w.count(`SELECT COUNT(*) FROM leases WHERE expires = 0`), 1)
}

// A process whose lease was taken away ends what it does under it.
func TestLeaseIsLost(t *testing.T) {
	w := newWorld(t)
	list, _ := besides(w, 1)
	lost := make(chan struct{})
	ctx, stop := context.WithCancel(background)
	ended := make(chan error)
	go func() {
		ended <- list[0].Lead(ctx, SenderLease, func(ctx context.Context, held func() bool) error {
			if _, err := w.db.writer.Exec(`UPDATE leases SET holder = 'another'`); err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			if held() {
				t.Error("it still holds")
			}
			close(lost)
			return nil
		})
	}()
	<-lost
	stop()
	w.is(<-ended, nil)
	w.equal(w.count(`SELECT COUNT(*) FROM leases WHERE holder = 'another' AND expires > 0`), 1)
}

// A process that cannot renew its lease ends what it does under it in time, though renewing waits for a database that does not
// answer.
func TestLeaseEndsWhileTheDatabaseHangs(t *testing.T) {
	w := newWorld(t)
	list, clocks := besides(w, 1)
	db := list[0]
	ctx, stop := context.WithCancel(background)
	ended, lost := make(chan error), make(chan struct{})
	for range cap(db.turn) - 1 {
		db.turn <- struct{}{}
	}
	go func() {
		ended <- db.Lead(ctx, SenderLease, func(ctx context.Context, held func() bool) error {
			db.turn <- struct{}{} // from now on nobody gets to write
			clocks[0].move(leaseTerm - leaseMargin)
			<-ctx.Done()
			close(lost)
			return nil
		})
	}()
	select {
	case <-lost:
	case <-time.After(leaseTerm):
		t.Error("it goes on")
	}
	for range cap(db.turn) {
		<-db.turn
	}
	stop()
	w.is(<-ended, nil)
}

// What another process commits behind what was read already is found; what has been sent by one stays sent.
func TestOutboxOvertaken(t *testing.T) {
	w := newWorld(t)
	list, _ := besides(w, 1)
	var seqs []int64
	w.write(func(tx *Tx) {
		for range 4 {
			seqs = append(seqs, must(tx.Enqueue(Outgoing{Chat: w.chat, Method: "sendMessage", Body: []byte("x")})))
		}
	})
	sent := []Outcome{{Seq: seqs[0], Sent: true, TgMessage: 900}}
	w.is(w.db.Record(background, sent), nil)
	w.is(list[0].Record(background, []Outcome{{Seq: seqs[0], Failed: "expired"}}), nil)
	w.is(list[0].Record(background, []Outcome{{Seq: seqs[0], Retry: w.clock.now()}}), nil)
	w.equal(w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND attempts = 0`), 1)
	late, err := list[0].Overtaken(background, seqs[2], map[int64]bool{seqs[1]: true})
	w.is(err, nil)
	if len(late) != 1 || late[0].Seq != seqs[2] || late[0].TgChat != liTelegram {
		t.Errorf("found %+v, want row %d alone", late, seqs[2])
	}
}
