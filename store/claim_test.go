package store

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/report"
)

// processes opens one database on PostgreSQL as so many processes would.
func processes(t *testing.T, n int) []*DB {
	address := emptyPostgres(t)
	var list []*DB
	for range n {
		list = append(list, reopen(t, address, newClock()))
	}
	return list
}

// claimedWorld is a city of two counties with two towns each, and a member for every chat.
type claimedWorld struct {
	*world
	dbs     []*DB
	towns   []int64
	members []int64 // by chat, from 1
}

const claimedChats = 9

func newClaimedWorld(t *testing.T, processCount int) *claimedWorld {
	dbs := processes(t, processCount)
	w := &claimedWorld{world: &world{TB: t, clock: newClock(), db: dbs[0]}, dbs: dbs}
	w.write(func(tx *Tx) {
		must(tx.ImportAreas([]report.Area{
			{ID: 1, Code: "430500", Name: "邵阳市"},
			{ID: 2, Parent: 1, Code: "430527", Name: "绥宁县"}, {ID: 3, Parent: 1, Code: "430528", Name: "新宁县"},
			{ID: 4, Parent: 2, Code: "430527100", Name: "长铺镇"}, {ID: 5, Parent: 2, Code: "430527101", Name: "武阳镇"},
			{ID: 6, Parent: 3, Code: "430528100", Name: "金石镇"}, {ID: 7, Parent: 3, Code: "430528101", Name: "水庙镇"},
		}))
		w.towns = []int64{4, 5, 6, 7}
		var rows []report.MemberRow
		for chat := range claimedChats {
			rows = append(rows, report.MemberRow{TelegramID: int64(chat + 1), Name: fmt.Sprint("干部", chat), Role: "cadre", Area: "430527100"})
		}
		must(tx.ImportMembers(rows))
		for _, m := range must(tx.Members()) {
			w.members = append(w.members, m.ID)
		}
	})
	return w
}

// area is where a chat reports from; the last one reports now here, now there.
func (w *claimedWorld) area(row InboxRow) int64 {
	if row.Chat == claimedChats {
		return w.towns[row.UpdateID%4]
	}
	return w.towns[row.Chat%4]
}

// tell files what an update tells, or holds it where the event was told before, and sees that it comes after what its chat
// sent before.
func (w *claimedWorld) tell(tx *Tx, row InboxRow) error {
	if row.UpdateID%13 == 5 {
		return errors.New("no report at all")
	}
	chat, err := tx.Chat(row.Chat, "private", "")
	if err != nil {
		return err
	}
	later := 0
	if _, err := tx.query(countLater, chat.ID, row.UpdateID).one(&later); err != nil || later > 0 {
		return fmt.Errorf("%d later messages were handled before: %w", later, err)
	}
	by := w.members[row.Chat-1]
	message, fresh, err := tx.AddMessage(Message{Chat: chat.ID, TgMessage: row.UpdateID, Member: by, Sent: tx.Now(), Text: "普法"})
	if err != nil || !fresh {
		return fmt.Errorf("handled twice: %w", err)
	}
	area := w.area(row)
	r := report.Report{Activity: "law_publicity", Area: area, Org: area, Day: date("2026-03-01") + report.Day(row.UpdateID%5), State: report.Filed,
		Message: message, Ordinal: 1, By: by, Figures: []report.Figure{{Measure: "participants", Unit: "人次", Value: 7}}}
	around, err := tx.Around(r.Activity, r.Area, r.Day, r.Day)
	if err != nil {
		return err
	}
	for _, other := range around {
		if other.Day == r.Day && other.Area == r.Area && other.State == report.Filed {
			r.State, r.SameAs = report.Held, other.ID
		}
	}
	_, err = tx.File(r, Change{By: by, Message: message, Why: "message"})
	return err
}

const countLater = `
SELECT COUNT(*) FROM messages WHERE chat_id = $1 AND tg_message > $2`

// Three processes that receive and handle at the same time come to what one would: each update is kept once and handled once,
// those of a chat in their order, and of each event one report alone is counted.
func TestProcessesShareTheInbox(t *testing.T) {
	const updates = 400
	w := newClaimedWorld(t, 3)
	var batches [][]Update
	for id := int64(1); id <= updates; id++ {
		if id%20 == 1 {
			batches = append(batches, nil)
		}
		last := &batches[len(batches)-1]
		chat := id*7%claimedChats + 1
		*last = append(*last, Update{ID: id, Chat: chat, Body: fmt.Appendf(nil, "{%d}", id)})
	}
	var mu sync.Mutex
	stored, handled := 0, 0
	var everyone sync.WaitGroup
	for _, batch := range batches[:len(batches)/2] { // these wait when the processes start
		n, err := w.dbs[0].Receive(background, batch)
		w.is(err, nil)
		stored += n
	}
	received := make(chan struct{})
	for i, db := range w.dbs[:2] { // both are posted everything
		everyone.Go(func() {
			for _, batch := range batches {
				n, err := db.Receive(background, batch)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				stored += n
				mu.Unlock()
			}
			if i == 0 {
				close(received)
			}
		})
	}
	for _, db := range w.dbs {
		everyone.Go(func() {
			for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
				n, err := db.Process(background, 100, w.tell, func(*Tx, InboxRow, error) error { return nil })
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				handled += n
				mu.Unlock()
				if n > 0 {
					continue
				}
				var counts InboxCounts
				if err := db.Read(background, func(v *View) (err error) { counts, err = v.InboxCounts(); return err }); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-received:
					if counts.Waiting == 0 {
						return
					}
				default:
				}
			}
			t.Error("updates still wait")
		})
	}
	everyone.Wait()
	dead := 0
	for id := range int64(updates) {
		if (id+1)%13 == 5 {
			dead++
		}
	}
	w.equal([]int{stored, handled}, []int{updates, updates})
	w.equal(w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'dead' AND error LIKE '%no report at all%'`), dead)
	w.equal(w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'dead'`), dead)
	w.equal(w.count(`SELECT COUNT(*) FROM messages`), updates-dead)
	w.equal(w.count(`SELECT COUNT(*) FROM reports`), updates-dead)
	w.equal(w.count(`SELECT COUNT(*) FROM reports WHERE state = 'filed'`), 4*5)
	w.equal(w.count(`SELECT COUNT(*) FROM revision_chain`), updates-dead)
	w.clean()
}

// Whoever needs the locks of two counties gets them, though another has each of them most of the time.
func TestWriteInTwoCounties(t *testing.T) {
	w := newClaimedWorld(t, 3)
	var everyone sync.WaitGroup
	for i, db := range w.dbs {
		everyone.Go(func() {
			for n := range 20 {
				err := db.Write(background, func(tx *Tx) error {
					chat, err := tx.Chat(int64(i+1), "private", "")
					if err != nil {
						return err
					}
					for j, town := range []int64{w.towns[(i+n)%4], w.towns[(i+n+2)%4]} {
						m, _, err := tx.AddMessage(Message{Chat: chat.ID, TgMessage: int64(2*n + j), Member: w.members[i], Sent: tx.Now()})
						if err != nil {
							return err
						}
						r := lecture(town, "2026-03-08", 7)
						r.Org, r.State, r.Message, r.Ordinal, r.By = town, report.Filed, m, 1, w.members[i]
						if _, err := tx.File(r, Change{By: r.By, Message: m, Why: "message"}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	everyone.Wait()
	w.equal(w.count(`SELECT COUNT(*) FROM reports`), 120)
	w.clean()
}

// Two who change one report at the same time do it one after the other, and the second is told that it is another by now.
func TestReviseAtTheSameTime(t *testing.T) {
	w := newClaimedWorld(t, 3)
	var first report.Report
	w.write(func(tx *Tx) {
		w.chat, w.li = must(tx.Chat(1, "private", "")).ID, w.members[0]
		first = w.file(tx, lecture(4, "2026-03-08", 7))
	})
	var everyone sync.WaitGroup
	failures := make(chan error, len(w.dbs))
	for _, db := range w.dbs {
		everyone.Go(func() {
			failures <- db.Write(background, func(tx *Tx) error {
				_, err := tx.Revise(first, Change{By: w.members[0], Why: "button"})
				return err
			})
		})
	}
	everyone.Wait()
	stale := 0
	for range w.dbs {
		if err := <-failures; errors.Is(err, ErrStale) {
			stale++
		} else if err != nil {
			t.Error(err)
		}
	}
	w.equal(stale, 2)
	w.clean()
}

// A change of the areas and reports that are filed meanwhile along the old ones come to the same sums.
func TestAreasChangeMeanwhile(t *testing.T) {
	w := newClaimedWorld(t, 2)
	var everyone sync.WaitGroup
	everyone.Go(func() {
		for n := range 30 {
			if err := w.dbs[1].Write(background, func(tx *Tx) error {
				return caught(func() {
					m, _, err := tx.AddMessage(Message{Chat: must(tx.Chat(1, "private", "")).ID, TgMessage: int64(n), Member: w.members[0], Sent: tx.Now()})
					check(err)
					r := lecture(4, "2026-03-08", 7)
					r.Org, r.State, r.Message, r.Ordinal, r.By = 4, report.Filed, m, 1, w.members[0]
					must(tx.File(r, Change{By: r.By, Message: m, Why: "message"}))
				})
			}); err != nil {
				t.Error(err)
			}
		}
	})
	for n := range 6 {
		w.write(func(tx *Tx) {
			must(tx.ImportAreas([]report.Area{
				{ID: 1, Code: "430500", Name: "邵阳市"}, {ID: 2, Parent: 1, Code: "430527", Name: "绥宁县"}, {ID: 3, Parent: 1, Code: "430528", Name: "新宁县"},
				{ID: 4, Parent: int64(2 + n%2), Code: "430527100", Name: "长铺镇"},
			}))
		})
	}
	everyone.Wait()
	w.equal(w.count(`SELECT COUNT(*) FROM reports`), 30)
	w.clean()
}

// Of two administrators who end each other's role at the same time one is left, whichever.
func TestDecidedInTurn(t *testing.T) {
	w := newClaimedWorld(t, 2)
	for range 20 {
		w.write(func(tx *Tx) {
			for _, m := range w.members[:2] {
				check(tx.Grant(m, 1, Admin))
			}
		})
		var everyone sync.WaitGroup
		for i, db := range w.dbs {
			everyone.Go(func() {
				err := db.Write(background, func(tx *Tx) error {
					if err := tx.InTurn(1); err != nil {
						return err
					}
					left, err := tx.MembersAt(1)
					if err != nil || len(left) < 2 {
						return err
					}
					return tx.Revoke(w.members[1-i], 1, Admin)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		everyone.Wait()
		w.equal(w.count(`SELECT COUNT(*) FROM memberships WHERE area_id = 1 AND role = 'admin' AND until = 0`), 1)
	}
}

// Whoever undid a change of names of its own still sees that others changed the areas before it posts.
func TestAreasChangeAfterOwnChangeWasUndone(t *testing.T) {
	w := newClaimedWorld(t, 2)
	runs := 0
	err := w.dbs[1].writeIn(background, 2, func(tx *Tx) error {
		runs++
		return caught(func() {
			undone := errors.New("undone")
			if err := tx.Attempt(func() error { check(tx.SetNames(nil)); return undone }); !errors.Is(err, undone) {
				t.Error(err)
			}
			m, _, err := tx.AddMessage(Message{Chat: must(tx.Chat(1, "private", "")).ID, TgMessage: 1, Member: w.members[0], Sent: tx.Now()})
			check(err)
			r := lecture(4, "2026-03-08", 7)
			r.Org, r.State, r.Message, r.Ordinal, r.By = 4, report.Filed, m, 1, w.members[0]
			must(tx.File(r, Change{By: r.By, Message: m, Why: "message"}))
			if runs > 1 {
				return
			}
			check(w.dbs[0].Write(background, func(tx *Tx) error { // the town goes to another county
				_, err := tx.ImportAreas([]report.Area{
					{ID: 1, Code: "430500", Name: "邵阳市"}, {ID: 2, Parent: 1, Code: "430527", Name: "绥宁县"},
					{ID: 3, Parent: 1, Code: "430528", Name: "新宁县"}, {ID: 4, Parent: 3, Code: "430527100", Name: "长铺镇"},
				})
				return err
			}))
		})
	})
	w.is(err, nil)
	w.clean()
}

// What several processes need is added when the first of them opens a database that one process alone has written.
func TestClaimsOfAnEarlierTime(t *testing.T) {
	address := emptyPostgres(t)
	w := &world{TB: t, clock: newClock(), db: reopen(t, address, newClock())}
	w.found()
	w.receive(update(1, "a"))
	for _, statement := range []string{`DELETE FROM inbox_chats`, `DELETE FROM area_locks`} {
		if _, err := w.db.writer.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	w.db = reopen(t, address, newClock())
	n, dead, err := w.process(10, func(tx *Tx, _ InboxRow) error { w.file(tx, lecture(community, "2026-03-08", 7)); return nil })
	if err != nil || n != 1 || len(dead) > 0 {
		t.Error(n, strings.Join(dead, "\n"), err)
	}
	w.equal(w.count(`SELECT COUNT(*) FROM inbox_chats WHERE area_id = $1`, countyID), 1)
	w.equal(w.count(`SELECT COUNT(*) FROM area_locks`), 1)
}

// What one transaction sums up by many statements agrees with itself, though others post all the time.
func TestSummaryIsSteady(t *testing.T) {
	w := newClaimedWorld(t, 2)
	stop := make(chan struct{})
	var everyone sync.WaitGroup
	everyone.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			err := w.dbs[1].Write(background, func(tx *Tx) error {
				return caught(func() {
					m, _, err := tx.AddMessage(Message{Chat: must(tx.Chat(1, "private", "")).ID, TgMessage: int64(n), Member: w.members[0], Sent: tx.Now()})
					check(err)
					r := lecture(w.towns[n%4], "2026-03-04", 7)
					r.Org, r.State, r.Message, r.Ordinal, r.By = r.Area, report.Filed, m, 1, w.members[0]
					must(tx.File(r, Change{By: r.By, Message: m, Why: "message"}))
				})
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for posted := int64(0); posted < 40 && !t.Failed(); {
		err := w.db.Write(background, func(tx *Tx) error {
			s, err := tx.Summary(1, period("2026-03-02", "2026-03-08"), date("2026-03-09"))
			all, parts, facts := report.EventsOf(s.Current, ""), report.EventsOf(s.ByArea, ""), s.FactsSeq/2
			posted = facts
			if all != parts || all != facts || all != report.EventsOf(s.YearToDate, "") {
				t.Errorf("%d events, %d in the areas below, %d in the year, %d in the ledger", all, parts, report.EventsOf(s.YearToDate, ""), facts)
			}
			return err
		})
		w.is(err, nil)
	}
	close(stop)
	everyone.Wait()
}
