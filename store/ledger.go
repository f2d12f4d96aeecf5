package store

import (
	"fmt"
	"sync"
	"time"

	"huibao/report"
)

// post adds facts to the ledger and to its tallies. Nothing else does.
func (tx *Tx) post(facts []report.Fact) { tx.posting.facts = append(tx.posting.facts, facts...) }

// lineBook knows the lines of committed transactions, so that a fact costs no look-up. Lines are only ever added.
type lineBook struct {
	mu   sync.RWMutex
	ids  map[report.Key]int64
	keys map[int64]report.Key
}

func newLineBook() *lineBook {
	return &lineBook{ids: map[report.Key]int64{}, keys: map[int64]report.Key{}}
}

func (b *lineBook) id(k report.Key) (int64, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	id, ok := b.ids[k]
	return id, ok
}

func (b *lineBook) key(id int64) (report.Key, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, ok := b.keys[id]
	return k, ok
}

func (b *lineBook) add(lines map[report.Key]int64) {
	if len(lines) == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, id := range lines {
		b.ids[k], b.keys[id] = id, k
	}
}

const (
	insertLine = `
INSERT INTO lines(activity, measure, label, unit, part) VALUES($1, $2, $3, $4, $5)
ON CONFLICT(activity, measure, label, unit, part) DO NOTHING`
	selectLineID = `
SELECT id FROM lines WHERE activity = $1 AND measure = $2 AND label = $3 AND unit = $4 AND part = $5`
)

// line gives the id of what a number counts.
func (tx *Tx) line(k report.Key) (int64, error) {
	if id, ok := tx.db.lines.id(k); ok {
		return id, nil
	}
	if id, ok := tx.newLines[k]; ok {
		return id, nil
	}
	var id int64
	_, err := tx.exec(insertLine, k.Activity, k.Measure, k.Label, k.Unit, bit(k.Part))
	if err == nil {
		_, err = tx.query(selectLineID, k.Activity, k.Measure, k.Label, k.Unit, bit(k.Part)).one(&id)
	}
	if err != nil {
		return 0, fmt.Errorf("name a line of the ledger: %w", err)
	}
	if tx.newLines == nil {
		tx.newLines = map[report.Key]int64{}
	}
	tx.newLines[k] = id
	return id, nil
}

const selectLine = `
SELECT activity, measure, label, unit, part FROM lines WHERE id = $1`

// key gives what a line counts. Where the book does not know it, it is not added to it: it may not be committed.
func (v *View) key(line int64) (k report.Key, err error) {
	if k, ok := v.db.lines.key(line); ok {
		return k, nil
	}
	found, err := v.query(selectLine, line).one(&k.Activity, &k.Measure, &k.Label, &k.Unit, &k.Part)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return report.Key{}, fmt.Errorf("line %d of the ledger: %w", line, err)
	}
	return k, nil
}

const selectFacts = `
SELECT f.seq, f.at, f.report_id, f.rev, f.day, f.area_id, f.org_id, l.activity, l.measure, l.label, l.unit, l.part, f.value, f.approx, f.events
FROM facts f JOIN lines l ON l.id = f.line_id WHERE f.seq > $1 ORDER BY f.seq`

// Facts gives the ledger line by line, in the order it was posted, from the one after position after. An error of yield
// ends it and is returned.
func (v *View) Facts(after int64, yield func(seq int64, at time.Time, f report.Fact) error) error {
	c := v.query(selectFacts, after)
	err := c.each(func() error {
		var seq, at int64
		var f report.Fact
		err := c.rows.Scan(&seq, &at, &f.Report, &f.Rev, &f.Day, &f.Area, &f.Org, &f.Activity, &f.Measure, &f.Label, &f.Unit, &f.Part,
			&f.Value, &f.Approx, &f.Events)
		if err != nil {
			return err
		}
		return yield(seq, v.db.timeOf(at), f)
	})
	if err != nil {
		return fmt.Errorf("read the ledger: %w", err)
	}
	return nil
}

const selectPosition = `
SELECT COALESCE(MAX(seq), 0) FROM facts`

// LedgerPosition gives the number of the latest line of the ledger, 0 for an empty one.
func (v *View) LedgerPosition() (position int64, err error) {
	if _, err := v.query(selectPosition).one(&position); err != nil {
		return 0, fmt.Errorf("read the ledger's position: %w", err)
	}
	return position, nil
}
