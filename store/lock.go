package store

import (
	"fmt"
	"slices"

	"huibao/report"
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

// steadyTries is how often a look at the ledger is repeated before others are kept from posting.
const steadyTries = 3

// steadily runs a look at the ledger by many statements so that all of them see the same: again, where something was posted by
// others meanwhile. A snapshot, and SQLite, are steady by themselves.
func (tx *Tx) steadily(look func() error) error {
	if !tx.db.engine.shared() {
		return look()
	}
	for range steadyTries {
		before, err := tx.LedgerPosition()
		if err == nil {
			err = look()
		}
		if err != nil || tx.ledger {
			return err
		}
		after, err := tx.LedgerPosition()
		if err != nil || after == before {
			return err
		}
	}
	if err := tx.LockLedger(); err != nil {
		return err
	}
	return look()
}

// Summary is View.Summary, and its numbers agree with each other whatever others post meanwhile.
func (tx *Tx) Summary(area int64, p report.Period, today report.Day) (s report.Summary, err error) {
	err = tx.steadily(func() error { s, err = tx.View.Summary(area, p, today); return err })
	return s, err
}

// AnswerPage is the same for View.AnswerPage.
func (tx *Tx) AnswerPage(q report.Query, today report.Day, page int) (a report.Answer, err error) {
	err = tx.steadily(func() error { a, err = tx.View.AnswerPage(q, today, page); return err })
	return a, err
}

// Restatement is the same for View.Restatement.
func (tx *Tx) Restatement(area int64, p report.Period) (r report.Restatement, err error) {
	err = tx.steadily(func() error { r, err = tx.View.Restatement(area, p); return err })
	return r, err
}

// Fillings is the same for View.Fillings.
func (tx *Tx) Fillings(t *report.Template, year int) (list []report.Filling, err error) {
	err = tx.steadily(func() error { list, err = tx.View.Fillings(t, year); return err })
	return list, err
}
