package store

import (
	"fmt"
	"slices"
)

// Only PostgreSQL knows FOR UPDATE; SQLite has one writer.
const lockHead = `
SELECT value FROM meta WHERE key = $1 FOR UPDATE`

// LockLedger keeps every other transaction from posting until this one ends: the numbers of facts and the links of the chain are
// in the order of the commits, and what is read of the ledger from here on stays as it is. What posts does it by itself, at its
// end; what publishes numbers does it before it adds them up. On SQLite it is so from a transaction's beginning.
//
// The lock is the row of the chain's head. A transaction that waited for it looks again at what others may have changed: areas,
// along whose paths facts are summed up, and closed years, in which it must not have posted.
func (tx *Tx) LockLedger() error {
	if tx.ledger || !tx.db.engine.shared() {
		return nil
	}
	var text string
	found, err := tx.query(lockHead, metaChain).one(&text)
	if err != nil {
		return fmt.Errorf("lock the ledger: %w", err)
	}
	tx.ledger, tx.head = true, nil
	if found {
		head, err := ParseChainHead(text)
		if err != nil {
			return err
		}
		tx.head = &head
	}
	if err := tx.sameReference(); err != nil {
		return err
	}
	return tx.sameClosedYears()
}

// sameReference lets the transaction run again where the areas or the catalogue were changed since it looked.
func (tx *Tx) sameReference() error {
	known := tx.reference
	if known == nil || tx.newReference {
		return nil
	}
	tx.reference = nil
	now, err := tx.Reference()
	if err != nil {
		return err
	}
	if now != known {
		tx.race = true
		tx.failed = fmt.Errorf("%w: the areas or the catalogue were changed meanwhile", ErrUnavailable)
		return tx.failed
	}
	return nil
}

// sameClosedYears lets the transaction run again where a year was closed since it looked.
func (tx *Tx) sameClosedYears() error {
	known := tx.closedYears
	if known == nil {
		return nil
	}
	tx.closedYears = nil
	now, err := tx.ClosedYears()
	if err != nil {
		return err
	}
	if !slices.Equal(known, now) {
		tx.race = true
		tx.failed = fmt.Errorf("%w: a year was closed meanwhile", ErrUnavailable)
		return tx.failed
	}
	return nil
}
