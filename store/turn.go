package store

import (
	"fmt"

	"huibao/report"
)

// Only PostgreSQL knows FOR UPDATE.
const (
	lockOneArea = `
SELECT area_id FROM area_locks WHERE area_id = $1 FOR UPDATE`
	tryOneArea = `
SELECT area_id FROM area_locks WHERE area_id = $1 FOR UPDATE SKIP LOCKED`
	lockAllAreas = `
SELECT area_id FROM area_locks ORDER BY area_id FOR UPDATE`
	countLocks = `
SELECT COUNT(*) FROM area_locks WHERE area_id = $1`
)

// inTurn keeps all others from filing and changing reports of an area's county until the transaction ends. Where it does not
// have that lock yet, what it has read so far may be out of date by now: it fails, and whoever runs it takes the lock and
// runs it anew. Until then nothing it does counts.
func (tx *Tx) inTurn(areas ...int64) error {
	if !tx.db.engine.shared() {
		return nil
	}
	for _, area := range areas {
		if area == 0 {
			continue
		}
		tree, err := tx.Areas()
		if err != nil {
			return err
		}
		county := tree.County(area)
		tx.needed = county
		if !tx.areas[county] && !tx.areas[allAreas] {
			tx.wanted = county
			return errArea
		}
	}
	return nil
}

// InTurn does the same for whatever else is decided by what is read next: two who do so in one county do it one after the other.
func (tx *Tx) InTurn(area int64) error { return tx.inTurn(area) }

// lockArea takes the lock of a county. It waits only where the transaction holds nothing that somebody else could be waiting
// for; got is false where it would have to.
func (tx *Tx) lockArea(area int64) (got bool, err error) {
	alone := len(tx.areas) == 0 && !tx.ledger
	switch {
	case area == allAreas && alone:
		err = tx.query(lockAllAreas).each(func() error { return nil })
		got = true
	case area == allAreas:
		return false, nil
	case alone:
		_, err = tx.query(lockOneArea, area).one(&area)
		got = true
	default:
		got, err = tx.query(tryOneArea, area).one(&area)
		if err == nil && !got {
			locks := 0
			_, err = tx.query(countLocks, area).one(&locks)
			got = locks == 0 // an area that has become a county by another's import just now
		}
	}
	if err != nil {
		return false, fmt.Errorf("lock the reports of area %d: %w", area, err)
	}
	if got {
		tx.areas[area] = true
	}
	return got, nil
}

// Around is View.Around, in turn: what it finds stays all there is until the transaction ends.
func (tx *Tx) Around(activity string, area int64, first, last report.Day) ([]report.Report, error) {
	if err := tx.inTurn(area); err != nil {
		return nil, err
	}
	return tx.View.Around(activity, area, first, last)
}

const lockOneMember = `
SELECT id FROM members WHERE id = $1 FOR UPDATE`

// lockMember keeps all others from changing a member's roles until the transaction ends.
func (tx *Tx) lockMember(id int64) error {
	if !tx.db.engine.shared() {
		return nil
	}
	if _, err := tx.query(lockOneMember, id).one(&id); err != nil {
		return fmt.Errorf("lock member %d: %w", id, err)
	}
	return nil
}
