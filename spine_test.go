package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"huibao/report"
	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/store"
)

var (
	kills = flag.Int("kills", 32, "how many times TestNeverLostNeverTwice kills the bot")
	seed  = flag.Uint64("seed", 0, "of TestNeverLostNeverTwice; 0: another one each time")
)

// TestNeverLostNeverTwice is the first promise: what Telegram handed over once is counted once, across kill -9 at any
// instant. Eight cadres write, edit and press buttons while the bot, a real process, is killed again and again: at random,
// as it writes its database, and around its calls to Telegram, of which some are refused, or carried out without an answer.
func TestNeverLostNeverTwice(t *testing.T) {
	s := newSpine(t)
	for i := range *kills {
		s.round()
		if i == *kills/2 {
			s.quietWeek()
		}
	}
	s.drain()
	if err := s.bot.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages, %d reports, %d kills, %d of them before their instant came",
		s.messages(), s.traffic.reports(), *kills, s.missed)
	s.checkReceipts()
	s.checkRows()
	s.checkNumbers()
	s.checkLog()
}

// spine is the test under way.
type spine struct {
	*stage
	r       *rand.Rand
	ambush  *ambush
	traffic *traffic
	missed  int              // traps that were not sprung
	repeats map[[2]int64]int // how often the answer to a message, by chat and id, may have been sent again
}

func newSpine(t *testing.T) *spine {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed %d", *seed)
	s := &spine{ambush: &ambush{}, r: rand.New(rand.NewPCG(*seed, 0)), repeats: map[[2]int64]int{}}
	s.stage = newStage(t, func(h http.Handler) http.Handler {
		s.ambush.sandbox = h
		return s.ambush
	})
	s.ambush.kill = s.bot.Kill
	s.traffic = newTraffic(s.client, *seed, 8)
	return s
}

// lifetime is how long the bot lives where it does not come to the trap.
const lifetime = 1500 * time.Millisecond

// round is a life of the bot, which ends by kill -9.
func (s *spine) round() {
	s.t.Helper()
	s.faults()
	life, over := context.WithCancel(s.t.Context())
	defer over()
	trap := s.ambush.set(life, s.r, s.database)
	if err := s.bot.start(0); err != nil {
		s.t.Fatal(err)
	}
	var all errgroup.Group
	for _, c := range s.traffic.cadres {
		all.Go(func() error { return c.round(s.t.Context()) })
	}
	select {
	case err := <-trap.sprung:
		if err != nil {
			s.t.Fatal(err)
		}
	case <-time.After(lifetime):
		s.missed++
		if err := s.bot.Kill(); err != nil {
			s.t.Fatal(err)
		}
	}
	s.ambush.trap.Store(nil)
	if err := all.Wait(); err != nil {
		s.t.Fatal(err)
	}
	s.autopsy(trap.name)
}

// faults makes some of the next calls go wrong.
func (s *spine) faults() {
	s.t.Helper()
	kinds := []string{sandbox.LoseAnswer, sandbox.TooManyRequests, sandbox.ServerError, sandbox.HTMLAnswer, sandbox.DropConnection}
	for range s.r.IntN(3) {
		f := sandbox.Fault{Method: methods[s.r.IntN(len(methods))], Kind: kinds[s.r.IntN(len(kinds))], Times: 1 + s.r.IntN(3)}
		if err := s.client.Fault(s.t.Context(), f); err != nil {
			s.t.Fatal(err)
		}
	}
}

// autopsy looks into a copy of what the killed bot left: the next one must find it untouched. The database is sound, and
// what was not recorded as sent may be sent again.
func (s *spine) autopsy(death string) {
	s.t.Helper()
	db := openCopy(s.t, s.database)
	defer db.Close()
	if sound := one[string](s.t, db, "PRAGMA integrity_check"); sound != "ok" {
		s.t.Errorf("killed at %s: the database is broken: %s", death, sound)
	}
	rows, err := db.Query("SELECT c.tg_id, o.body FROM outbox o JOIN chats c ON c.id = o.chat_id WHERE o.state = 'new' AND o.method = 'sendMessage'")
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var chat int64
		var body []byte
		var m struct {
			ReplyTo int64 `json:"reply_to"`
		}
		if err := errors.Join(rows.Scan(&chat, &body), json.Unmarshal(body, &m)); err != nil {
			s.t.Fatal(err)
		}
		s.repeats[[2]int64{chat, m.ReplyTo}]++
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
}

// openCopy opens a copy of a database that no process has open.
func openCopy(t *testing.T, database string) *sql.DB {
	t.Helper()
	dir := t.TempDir()
	for _, ending := range []string{"", "-wal"} {
		body, err := os.ReadFile(database + ending)
		if err != nil && !(errors.Is(err, os.ErrNotExist) && ending != "") {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "huibao.db"+ending), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite3", filepath.Join(dir, "huibao.db"))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// one gives the only value of a query.
func one[T any](t *testing.T, db *sql.DB, query string, args ...any) (value T) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// quietWeek lets the bot finish its work, whereupon Telegram begins to number its updates anew, from lower ids.
func (s *spine) quietWeek() {
	s.t.Helper()
	s.drain()
	if err := s.client.SetUpdateID(s.t.Context(), 1+s.r.Int64N(50_000_000)); err != nil {
		s.t.Fatal(err)
	}
}

// drain lets the bot answer all there is: a question is answered after everything that was written before it. The clock
// goes on by the minute, past the pauses after refused calls.
func (s *spine) drain() {
	s.t.Helper()
	ctx := s.t.Context()
	if err := s.bot.start(0); err != nil {
		s.t.Fatal(err)
	}
	for _, c := range s.traffic.cadres {
		question, err := s.client.Say(ctx, c.TelegramID, "/mine")
		if err != nil {
			s.t.Fatal(err)
		}
		for minutes := 0; !s.answered(c.TelegramID, question); minutes++ {
			if minutes == 20 {
				s.t.Fatalf("%s was not answered; the bot says:\n%s", c.Name, s.log)
			}
			if err := s.client.Advance(ctx, time.Minute); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	if err := s.client.WaitConfirmed(ctx); err != nil {
		s.t.Fatal(err)
	}
}

func (s *spine) answered(user, question int64) bool {
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Second)
	defer cancel()
	_, err := s.client.WaitMessage(ctx, user, question, func(m sandbox.Message) bool { return m.From.IsBot && m.ReplyTo == question })
	return err == nil
}

func (s *spine) messages() (n int) {
	for _, c := range s.traffic.cadres {
		n += len(c.told)
	}
	return n
}

// checkReceipts demands an answer to every message, and a second one only where a row was found half-sent after a kill or
// an answer of Telegram's was lost.
func (s *spine) checkReceipts() {
	s.t.Helper()
	extra := 0
	for _, c := range s.traffic.cadres {
		chat, err := s.client.Messages(s.t.Context(), c.TelegramID, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		answers := map[int64]int{}
		for _, m := range chat {
			if m.From.IsBot {
				answers[m.ReplyTo]++
			}
		}
		for _, m := range c.told {
			if answers[m.id] == 0 {
				s.t.Errorf("%s's message %d was not answered", c.Name, m.id)
			}
			extra += max(0, answers[m.id]-1-s.repeats[[2]int64{c.TelegramID, m.id}])
		}
	}
	if lost := int(s.ambush.lost.Load()); extra > lost {
		s.t.Errorf("%d answers were sent once more without need, and only %d were lost", extra, lost)
	}
}

// checkRows demands one row for each message and each edit, and nothing left over.
func (s *spine) checkRows() {
	s.t.Helper()
	db := openCopy(s.t, s.database)
	defer db.Close()
	const kept = "SELECT COUNT(*) FROM messages m JOIN chats c ON c.id = m.chat_id WHERE c.tg_id = ? AND m.tg_message = ?"
	for _, c := range s.traffic.cadres {
		for _, m := range c.told {
			if n := one[int](s.t, db, kept+" AND m.version = 0", c.TelegramID, m.id); n != 1 {
				s.t.Errorf("%s's message %d is kept %d times", c.Name, m.id, n)
			}
			if n := one[int](s.t, db, kept+" AND m.version > 0", c.TelegramID, m.id); n != 0 != m.edited || n > 1 {
				s.t.Errorf("%s's message %d (edited: %t) has %d edits", c.Name, m.id, m.edited, n)
			}
		}
	}
	if n := one[int](s.t, db, "SELECT COUNT(*) FROM reports WHERE state <> 'asked'"); n != s.traffic.reports() {
		s.t.Errorf("%d reports are filed, %d were told", n, s.traffic.reports())
	}
	for _, asked := range []string{"reports WHERE state = 'asked'", "questions WHERE closed = 0"} {
		if n := one[int](s.t, db, "SELECT COUNT(*) FROM "+asked); n != s.traffic.unclear() {
			s.t.Errorf("%d rows in %s, %d messages were unclear", n, asked, s.traffic.unclear())
		}
	}
	for _, left := range []string{"inbox WHERE state <> 'done'", "outbox WHERE state <> 'sent'", "questions WHERE closed <> 0"} {
		if n := one[int](s.t, db, "SELECT COUNT(*) FROM "+left); n != 0 {
			s.t.Errorf("%d rows in %s", n, left)
		}
	}
	if sound := one[string](s.t, db, "PRAGMA integrity_check"); sound != "ok" {
		s.t.Errorf("the database is broken: %s", sound)
	}
}

// checkNumbers compares the ledger and the year's tally with the truth, and has every number recomputed.
func (s *spine) checkNumbers() {
	s.t.Helper()
	truth, ledger := s.traffic.truth(), map[number]int64{}
	year, tally := map[number]int64{}, map[number]int64{}
	for n, value := range truth {
		n.Area, n.Day = county.Code, 0
		year[n] += value
	}
	read(s.t, s.database, func(v *store.View, source *report.Reference) error {
		err := v.Facts(0, func(_ int64, _ time.Time, f report.Fact) error {
			area, _ := source.Areas.ByID(f.Area)
			ledger[number{area.Code, f.Activity, f.Measure, f.Day}] += f.Value + f.Events
			return nil
		})
		if err != nil {
			return err
		}
		root, _ := source.Areas.Root()
		lines, err := v.Tally(root.ID, report.YearOf(report.DayOf(monday)), report.Grouping{})
		for _, l := range lines {
			tally[number{root.Code, l.Activity, l.Measure, 0}] += l.Value + l.Events
		}
		return err
	})
	maps.DeleteFunc(ledger, func(_ number, value int64) bool { return value == 0 })
	if diff := cmp.Diff(truth, ledger); diff != "" {
		s.t.Errorf("the ledger is not the truth (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(year, tally); diff != "" {
		s.t.Errorf("the year's tally is not the truth (-want +got):\n%s", diff)
	}
	if err := s.verify(s.t.Context()); err != nil {
		s.t.Error(err)
	}
}

// checkLog demands that the bot complained of nothing but Telegram.
func (s *spine) checkLog() {
	s.t.Helper()
	for line := range strings.Lines(s.log.String()) {
		if !strings.Contains(line, "level=WARN msg=\"cannot send, will try again\"") &&
			!strings.Contains(line, "level=WARN msg=\"cannot reach Telegram, will try again\"") &&
			!strings.Contains(line, "level=WARN msg=\"Telegram asks to wait\"") {
			s.t.Errorf("the bot says: %s", line)
		}
	}
}
