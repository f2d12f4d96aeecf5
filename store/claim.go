package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"huibao/report"
)

// What several processes do at the same time on PostgreSQL must come to what one of them would do alone. Two things make it so.
//
// The updates of a chat are handled by one process at a time, in their order: whoever does has locked the chat's row in
// inbox_chats, and others leave that chat out.
//
// Reports of a county are filed and changed by one process at a time, or two that tell of the same event could be filed
// without either being held: whoever does has locked the county's row in area_locks, before it read anything that it decides
// by. That is known of a chat after its first report; before, the row is undone, the lock is taken, and the row handled
// anew. (A report of a city and one of a county in it have different locks. Told at the very same moment of the very same
// event they would both be filed, which their offices see.)
//
// Locks end with the transaction. Only the first lock of a county is waited for; a row that needs another one that is taken
// is left for the next time.

// claimAtOnce and claimCounties bound the rows of a transaction, and the counties whose reports they may change: what it has
// claimed nobody else can handle until it commits. claimWindow is how many of the rows that wait longest are looked at.
const (
	claimAtOnce   = 32
	claimCounties = 8
	claimWindow   = 1000
)

// allAreas stands for the locks of all counties.
const allAreas = -1

// Only PostgreSQL knows FOR UPDATE and arrays; SQLite has one writer, which needs no claims.
const (
	claimAreas = `
SELECT a.area_id FROM (
  SELECT c.area_id, MIN(w.seq) AS oldest FROM (SELECT tg_chat, seq FROM inbox WHERE state = 'new' ORDER BY seq LIMIT $1) w
  JOIN inbox_chats c ON c.tg_chat = w.tg_chat GROUP BY c.area_id
) f JOIN area_locks a ON a.area_id = f.area_id
ORDER BY f.oldest LIMIT $2 FOR UPDATE OF a SKIP LOCKED`
	claimKnown = `
SELECT c.tg_chat, c.area_id FROM (
  SELECT tg_chat, MIN(seq) AS oldest FROM (SELECT tg_chat, seq FROM inbox WHERE state = 'new' ORDER BY seq LIMIT $1) w GROUP BY tg_chat
) f JOIN inbox_chats c ON c.tg_chat = f.tg_chat
WHERE c.area_id = ANY($2)
ORDER BY f.oldest LIMIT $3 FOR UPDATE OF c SKIP LOCKED`
	claimOthers = `
SELECT c.tg_chat, c.area_id FROM (
  SELECT tg_chat, MIN(seq) AS oldest FROM (SELECT tg_chat, seq FROM inbox WHERE state = 'new' ORDER BY seq LIMIT $1) w GROUP BY tg_chat
) f JOIN inbox_chats c ON c.tg_chat = f.tg_chat
WHERE NOT EXISTS (SELECT 1 FROM area_locks a WHERE a.area_id = c.area_id)
ORDER BY f.oldest LIMIT $2 FOR UPDATE OF c SKIP LOCKED`
	claimChat = `
SELECT tg_chat, area_id FROM inbox_chats WHERE tg_chat = $1 FOR UPDATE SKIP LOCKED`
	selectClaimed = `
SELECT seq, update_id, tg_chat, body, masked, at FROM inbox WHERE state = 'new' AND tg_chat = ANY($1) ORDER BY seq LIMIT $2`
	updateHandled = `
UPDATE inbox SET state = 'done' WHERE state = 'new' AND seq = ANY($1)`
	countWaitingOf = `
SELECT COUNT(*) FROM inbox WHERE state = 'new' AND tg_chat = $1`
)

// claim locks chats with updates that wait, and gives the oldest rows of theirs.
func (tx *Tx) claim(limit int) ([]InboxRow, error) {
	limit = min(limit, claimAtOnce)
	// Chats of which nothing is known have their share, however many others wait.
	others, err := tx.claimChats(tx.query(claimOthers, claimWindow, max(limit/4, 1)))
	if err != nil {
		return nil, err
	}
	for chat, area := range others {
		if area == allAreas { // alone: what it needs is not to be had beside anything else
			if _, err := tx.lockArea(allAreas); err != nil {
				return nil, err
			}
			return tx.claimed([]int64{chat}, limit)
		}
	}
	areas, err := collect(tx.query(claimAreas, claimWindow, claimCounties), func(scan scanner) (area int64, err error) { return area, scan(&area) })
	if err != nil {
		return nil, fmt.Errorf("claim counties: %w", err)
	}
	for _, area := range areas {
		tx.areas[area] = true
	}
	known := map[int64]int64{}
	if room := limit - len(others); room > 0 && len(areas) > 0 {
		if known, err = tx.claimChats(tx.query(claimKnown, claimWindow, areas, room)); err != nil {
			return nil, err
		}
	}
	return tx.claimed(slices.Concat(slices.Collect(maps.Keys(known)), slices.Collect(maps.Keys(others))), limit)
}

// claimChats gives the chats that a statement locks, with the county of each.
func (tx *Tx) claimChats(c cursor) (map[int64]int64, error) {
	chats := map[int64]int64{}
	err := c.each(func() error {
		var chat, area int64
		err := c.rows.Scan(&chat, &area)
		chats[chat] = area
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim chats: %w", err)
	}
	maps.Copy(tx.chats, chats)
	return chats, nil
}

// claimed gives the rows that wait in chats that this transaction has locked.
func (tx *Tx) claimed(chats []int64, limit int) ([]InboxRow, error) {
	if len(chats) == 0 {
		return nil, nil
	}
	rows, err := collect(tx.query(selectClaimed, chats, limit), tx.scanInboxRow)
	if err != nil {
		return nil, fmt.Errorf("read the inbox: %w", err)
	}
	tx.now = tx.db.time() // each statement sees what was received until then: perhaps after the transaction began
	return rows, nil
}

// claimOne locks one chat, and tells whether that was possible and none of its updates waits.
func (tx *Tx) claimOne(chat int64) (bool, error) {
	if _, known := tx.chats[chat]; !known {
		if err := tx.meetChats([]Update{{Chat: chat}}); err != nil {
			return false, err
		}
		var area int64
		found, err := tx.query(claimChat, chat).one(&chat, &area)
		if err != nil || !found {
			return false, err
		}
		tx.chats[chat] = area
	}
	waiting := 0
	_, err := tx.query(countWaitingOf, chat).one(&waiting)
	return waiting == 0, err
}

// processClaimed handles rows of claimed chats and counts them. A row that needs the lock of a county that another process has
// is left, with all that its chat sent after it.
func (tx *Tx) processClaimed(rows []InboxRow, handle func(*Tx, InboxRow) error, dead func(*Tx, InboxRow, error) error) (n int, err error) {
	left := map[int64]bool{}
	var handled []int64
	for _, row := range rows {
		if left[row.Chat] {
			continue
		}
		err := tx.process(row, handle, dead)
		if errors.Is(err, errAreaTaken) {
			left[row.Chat] = true
			continue
		}
		if err != nil {
			return 0, err
		}
		handled = append(handled, row.Seq)
	}
	if len(handled) > 0 {
		if _, err := tx.exec(updateHandled, handled); err != nil {
			return 0, fmt.Errorf("mark inbox rows as done: %w", err)
		}
	}
	return len(handled), nil
}

var (
	// errArea ends what cannot go on without the lock that the transaction wants.
	errArea = errors.New("the county's reports must be locked first")
	// errAreaTaken is given where it cannot be had now.
	errAreaTaken = errors.New("another process is at work on the county's reports")
)

// attemptLocked is an attempt with the locks of the counties that f needs. It runs f again with each that turns out to be
// needed; and once more where f failed, since others may have changed what it read from one statement to the next: what fails
// twice is not their fault.
func (tx *Tx) attemptLocked(chat int64, f func() error) error {
	again := false
	for {
		tx.needed = 0
		cause := tx.attempt(f)
		area := tx.wanted
		tx.wanted = 0
		switch {
		case errors.Is(cause, ErrUnavailable):
			return cause
		case area != 0:
			got, err := tx.lockArea(area)
			if err != nil {
				return err
			}
			if !got {
				return errors.Join(errAreaTaken, tx.remember(chat, area))
			}
		case cause != nil && !again && tx.db.engine.shared():
			again = true
		case cause != nil || tx.needed == 0:
			return cause
		default:
			return tx.remember(chat, tx.needed)
		}
	}
}

const updateChatCounty = `
UPDATE inbox_chats SET area_id = $1 WHERE tg_chat = $2`

// remember keeps which county's lock a claimed chat needs. One that needs the locks of two, and could not have both, has all
// locked the next time.
func (tx *Tx) remember(chat, area int64) error {
	was, claimed := tx.chats[chat]
	if !claimed || was == area {
		return nil
	}
	if was > 0 && !tx.areas[area] {
		area = allAreas
	}
	tx.chats[chat] = area
	if _, err := tx.exec(updateChatCounty, area, chat); err != nil {
		return fmt.Errorf("note the county of chat %d: %w", chat, err)
	}
	return nil
}

const (
	insertChats = `
INSERT INTO inbox_chats(tg_chat) VALUES($1) ON CONFLICT(tg_chat) DO NOTHING`
	insertWaitingChats = `
INSERT INTO inbox_chats(tg_chat) SELECT DISTINCT tg_chat FROM inbox WHERE state = 'new' ON CONFLICT(tg_chat) DO NOTHING`
)

var addChats = manyOf(insertChats)

// meetChats adds the rows by which the chats of updates are claimed, in an order that keeps processes out of each other's way.
func (tx *Tx) meetChats(batch []Update) error {
	seen := map[int64]bool{}
	for _, u := range batch {
		seen[u.Chat] = true
	}
	var rows []any
	for _, chat := range slices.Sorted(maps.Keys(seen)) {
		rows = append(rows, chat)
	}
	if err := tx.add(addChats, rows); err != nil {
		return fmt.Errorf("meet chats: %w", err)
	}
	return nil
}

// prepareClaims adds the rows that are claimed where they are not there: one process alone did without them.
func (db *DB) prepareClaims(ctx context.Context) error {
	if !db.engine.shared() {
		return nil
	}
	return db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.exec(insertWaitingChats); err != nil {
			return err
		}
		tree, err := tx.Areas()
		if err != nil {
			return err
		}
		return tx.keepLocks(tree)
	})
}

const insertLock = `
INSERT INTO area_locks(area_id) VALUES($1) ON CONFLICT(area_id) DO NOTHING`

var addLocks = manyOf(insertLock)

// keepLocks adds a row for each county.
func (tx *Tx) keepLocks(tree *report.Areas) error {
	var rows []any
	for _, a := range tree.All() {
		if tree.County(a.ID) == a.ID {
			rows = append(rows, a.ID)
		}
	}
	if err := tx.add(addLocks, rows); err != nil {
		return fmt.Errorf("keep the locks of areas: %w", err)
	}
	return nil
}
