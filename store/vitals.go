package store

import (
	"fmt"
	"time"
)

// Vitals are the few numbers that tell an operator how the bot fares.
type Vitals struct {
	Inbox     InboxCounts
	Outbox    int       // rows that are still to be sent
	OldestOut time.Time // when the oldest of them was added; zero where none waits
	Members   int       // that may use the bot
	Reports   int       // that were ever numbered
	Digest    time.Time // when a digest was last published; zero: never
	Backup    time.Time // when a scheduled backup was last made; zero: never
}

const selectVitals = `
SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'new'),
  COALESCE((SELECT added FROM outbox WHERE state = 'new' ORDER BY seq LIMIT 1), 0),
  (SELECT COUNT(DISTINCT member_id) FROM memberships WHERE until = 0),
  COALESCE((SELECT MAX(id) FROM reports), 0),
  COALESCE((SELECT at FROM publications ORDER BY id DESC LIMIT 1), 0),
  COALESCE((SELECT MAX(at) FROM runs WHERE job = $1 AND state = 'done'), 0)`

// Vitals measures the store. Each number comes from an index or a small table, however much there is.
func (v *View) Vitals() (Vitals, error) {
	counts, err := v.InboxCounts()
	if err != nil {
		return Vitals{}, err
	}
	vitals := Vitals{Inbox: counts}
	var oldest, digest, backup int64
	_, err = v.query(selectVitals, BackupJob).one(&vitals.Outbox, &oldest, &vitals.Members, &vitals.Reports, &digest, &backup)
	if err != nil {
		return Vitals{}, fmt.Errorf("measure the store: %w", err)
	}
	vitals.OldestOut, vitals.Digest, vitals.Backup = v.db.timeOf(oldest), v.db.timeOf(digest), v.db.timeOf(backup)
	return vitals, nil
}
