package store

import (
	"context"
	"fmt"
	"time"
)

const (
	quickCheck  = `PRAGMA quick_check(1)`
	countOutbox = `
SELECT COUNT(*), COALESCE(MIN(CASE WHEN not_before > 0 THEN not_before END), 0) FROM outbox WHERE state = 'new' AND not_before <= $1`
)

// QuickCheck looks whether the file is a whole database, in a fraction of the time that Verify takes; problem is empty where it
// is.
func (db *DB) QuickCheck(ctx context.Context) (problem string, err error) {
	if err := db.reader.QueryRowContext(ctx, quickCheck).Scan(&problem); err != nil {
		return "", fmt.Errorf("check the database: %w", err)
	}
	if problem == "ok" {
		problem = ""
	}
	return problem, nil
}

// Unsent counts what is to be sent now, and gives the time of the oldest that was put off.
func (v *View) Unsent() (rows int, oldest time.Time, err error) {
	var at int64
	if _, err := v.query(countOutbox, ms(v.now)).one(&rows, &at); err != nil {
		return 0, time.Time{}, fmt.Errorf("count the outbox: %w", err)
	}
	return rows, v.db.timeOf(at), nil
}
