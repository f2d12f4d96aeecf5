package store

import (
	"context"
	"database/sql"
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
	problem, err = db.engine.quickCheck(ctx, db.reader)
	if err != nil {
		return "", fmt.Errorf("check the database: %w", err)
	}
	return problem, nil
}

func (e sqlite) quickCheck(ctx context.Context, reader *sql.DB) (problem string, err error) {
	if err := reader.QueryRowContext(ctx, quickCheck).Scan(&problem); err != nil {
		return "", err
	}
	if problem == "ok" {
		problem = ""
	}
	return problem, nil
}

// quickCheck implements engine. A server minds its own files: that it answers is all that shows.
func (e *postgres) quickCheck(ctx context.Context, reader *sql.DB) (problem string, err error) {
	return "", reader.PingContext(ctx)
}

// Unsent counts what is to be sent now, and gives the time of the oldest that was put off.
func (v *View) Unsent() (rows int, oldest time.Time, err error) {
	var at int64
	if _, err := v.query(countOutbox, ms(v.now)).one(&rows, &at); err != nil {
		return 0, time.Time{}, fmt.Errorf("count the outbox: %w", err)
	}
	return rows, v.db.timeOf(at), nil
}
