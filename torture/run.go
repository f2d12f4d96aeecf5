package torture

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"huibao/report"
	"huibao/store"
)

const (
	phase    = 40  // rounds between two comparisons with the truth
	villages = 60  // cadres
	mostKept = 200 // problems that are printed
	// mostTries is how often the bot is started anew, five seconds apart, before it is given up.
	mostTries = 30
)

// Run tries everything there is, most of all kills, and compares with the truth. It gives an error where anything is wrong.
func Run(ctx context.Context, o Options) (err error) {
	a, err := newArena(ctx, o, villages)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	fmt.Fprintf(o.Out, "torture: %d kills, seed %d\n", o.Kills, o.Seed)
	begun := o.Now()
	all := trials()
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

// schedule has everything once, in any order.
func (a *arena) schedule(all []*trial) []*trial {
	order := make([]*trial, 0, len(all))
	for _, i := range a.r.Perm(len(all)) {
		order = append(order, all[i])
	}
	return order
}

// next is the trial of a round: each once, and then mostly kills.
func (a *arena) next(all, order []*trial, round int) *trial {
	if round < len(order) {
		return order[round]
	}
	rare := a.r.IntN(10) == 0
	for {
		if t := all[a.r.IntN(len(all))]; t.rare == rare {
			return t
		}
	}
}

func (a *arena) problem(format string, args ...any) {
	a.problems = append(a.problems, fmt.Sprintf(format, args...))
}

func (a *arena) messages() (n int) {
	for _, c := range a.cadres {
		n += len(c.told)
	}
	return n
}

// died counts a kill and looks into a copy of what the bot left: the next one must find it untouched. What was not recorded
// as sent may be sent again.
func (a *arena) died() (err error) {
	a.kills++
	dir, err := os.MkdirTemp(a.Dir, "dead-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, ending := range []string{"", "-wal"} {
		body, err := os.ReadFile(a.database + ending)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "huibao.db"+ending), body, 0o600)
		}
		if err != nil && !(errors.Is(err, os.ErrNotExist) && ending != "") {
			return err
		}
	}
	db, err := a.Open(filepath.Join(dir, "huibao.db"))
	if err != nil {
		a.problem("after a kill the database does not open: %v", err)
		return nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return a.unsent(db)
}

// unsent notes what is not recorded as sent: it may have been.
func (a *arena) unsent(db *store.DB) error {
	rows, err := db.Undelivered(a.ctx, 0, 1<<30)
	for _, row := range rows {
		if row.Method != "sendMessage" {
			continue
		}
		if m := shownOf(row.Body); m.ReplyTo != 0 {
			a.repeats[[2]int64{row.TgChat, m.ReplyTo}]++
		} else {
			a.again[heading(row.TgChat, m.Text)]++
		}
	}
	return err
}

type shown struct {
	Text    string `json:"text"`
	ReplyTo int64  `json:"reply_to"`
}

func shownOf(body []byte) (m shown) {
	_ = json.Unmarshal(body, &m) // what is no message has no text
	return m
}

// heading tells digests apart: the chat and the first line.
func heading(chat int64, text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return fmt.Sprint(chat, " ", first)
}

// drain lets the bot finish all there is. The clock goes on, first by seconds, past the pauses after refused calls.
func (a *arena) drain() error {
	a.network.weather.Store(nil)
	for tries := 1; ; tries++ {
		if err := a.every((*bot).live); err != nil {
			return err
		}
		patience, over := context.WithTimeout(a.ctx, 5*time.Second)
		err := a.client.WaitConfirmed(patience)
		over()
		if err == nil {
			break
		}
		if a.ctx.Err() != nil || tries == mostTries {
			return err
		}
		if err := a.every((*bot).stop); err != nil { // it waits after many refused calls
			return err
		}
	}
	for step := 0; step < 400; step++ {
		idle, err := a.idle()
		if err != nil || idle {
			return err
		}
		a.pause(25 * time.Millisecond)
		if step%20 == 19 {
			if err := a.mayRepeat(); err != nil {
				return err
			}
			a.clock.Advance(time.Duration(step/20) * 5 * time.Second)
		}
	}
	a.problem("the bot does not come to rest")
	return nil
}

// idle tells whether nothing waits that could go now.
func (a *arena) idle() (idle bool, err error) {
	db, err := a.Open(a.database)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.Read(a.ctx, func(v *store.View) error {
		n, err := v.InboxCounts()
		idle = n.Waiting == 0
		return err
	})
	if err != nil || !idle {
		return false, err
	}
	rows, err := db.Undelivered(a.ctx, 0, 1<<30)
	for _, row := range rows {
		if row.NotBefore.Sub(a.clock.Now()) < 30*time.Minute {
			return false, err
		}
	}
	return err == nil, err
}

// compare drains, then compares all there is with the truth.
func (a *arena) compare(all []*trial) error {
	if err := a.drain(); err != nil {
		return err
	}
	for _, t := range all {
		t.outcome, t.messages = outcome{}, 0
	}
	found, err := a.ledger()
	if err != nil {
		return err
	}
	for _, p := range append(found, a.log.take()...) {
		if len(a.problems) < mostKept {
			a.problem("%s", p)
		}
	}
	if err := a.answers(); err != nil {
		return err
	}
	return a.rows()
}

// answers demands an answer to every message, and a second one only where a row was found half-sent after a kill or an answer
// of Telegram's was lost; the same of digests.
func (a *arena) answers() error {
	extra := 0
	a.digests = 0
	for _, c := range a.cadres {
		chat, err := a.client.Messages(a.ctx, c.id, 0)
		if err != nil {
			return err
		}
		answers := map[int64]int{}
		for _, m := range chat {
			if m.From.IsBot {
				answers[m.ReplyTo]++
			}
		}
		for _, m := range c.told {
			if answers[m.id] == 0 {
				a.problem("%s's message %d was not answered (%s)", c.name, m.id, m.during.name)
			}
			extra += max(0, answers[m.id]-1-a.repeats[[2]int64{c.id, m.id}])
		}
	}
	for _, user := range []int64{supervisor, secondary} {
		chat, err := a.client.Messages(a.ctx, user, 0)
		if err != nil {
			return err
		}
		digests := map[string]int{}
		for _, m := range chat {
			if m.From.IsBot && strings.HasPrefix(m.Text, "📋") {
				digests[heading(user, m.Text)]++
			}
		}
		a.digests += len(digests)
		for line, n := range digests {
			extra += max(0, n-1-a.again[line])
		}
	}
	if lost := int(a.network.lost.Load()); extra > lost {
		a.problem("%d answers or digests were sent once more without need, and only %d answers of Telegram's were lost", extra, lost)
	}
	return nil
}

// rows demands that each report was filed once, and that nothing is dead but what could not be read.
func (a *arena) rows() (err error) {
	db, err := a.Open(a.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	want := 0
	for _, c := range a.cadres {
		for _, m := range c.told {
			want += len(m.events)
		}
	}
	return db.Read(a.ctx, func(v *store.View) error {
		n, err := v.InboxCounts()
		if err != nil {
			return err
		}
		if n.Dead != a.poisoned {
			a.problem("%d updates are dead, %d could not be read", n.Dead, a.poisoned)
		}
		source, err := v.Reference()
		if err != nil {
			return err
		}
		root, _ := source.Areas.Root()
		filed, err := v.Reports(store.ReportFilter{Within: root.ID, States: []report.State{report.Filed, report.Withdrawn, report.Held, report.Same}})
		if err == nil && len(filed) != want {
			a.problem("%d reports are filed, %d were told", len(filed), want)
		}
		return err
	})
}

// print shows the table and gives the verdict.
func (a *arena) print(all []*trial, took time.Duration) error {
	fmt.Fprintf(a.Out, "\n%-38s %6s %9s %6s %8s %6s\n", "tried", "often", "messages", "lost", "doubled", "wrong")
	var sum trial
	for _, t := range all {
		fmt.Fprintf(a.Out, "%-38s %6d %9d %6d %8d %6d\n", t.name, t.often, t.messages, t.lost, t.doubled, t.wrong)
		sum.often, sum.messages = sum.often+t.often, sum.messages+t.messages
		sum.lost, sum.doubled, sum.wrong = sum.lost+t.lost, sum.doubled+t.doubled, sum.wrong+t.wrong
	}
	fmt.Fprintf(a.Out, "%-38s %6d %9d %6d %8d %6d\n\n", "all", sum.often, sum.messages, sum.lost, sum.doubled, sum.wrong)
	for _, p := range a.problems {
		fmt.Fprintln(a.Out, "problem:", p)
	}
	fmt.Fprintf(a.Out, "torture: %d kills, %d messages, %d digests in %v: %d lost, %d doubled\n",
		a.kills, sum.messages, a.digests, took.Round(time.Second), sum.lost, sum.doubled)
	if len(a.problems) > 0 {
		return fmt.Errorf("torture: %d problems", len(a.problems))
	}
	return nil
}
