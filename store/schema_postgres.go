package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

// migrate brings the schema up to date. Of several processes that start at the same time one does it, and the others wait: for
// the lock of a row, which goes with the connection that holds it and which every engine of PostgreSQL's kind has, while
// advisory locks are missing in some, and a lease would have to run out after a crash.
func (e *postgres) migrate(ctx context.Context, pool *sql.DB, o Options) error {
	files, err := fs.Sub(embedded, "migrations/postgres")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, pool, files)
	if err != nil {
		return err
	}
	known := p.ListSources()
	newest := known[len(known)-1].Version
	if version, err := postgresVersion(ctx, pool); err != nil || version >= newest {
		return errors.Join(err, notNewer(version, newest))
	}
	return withSchemaLock(ctx, pool, func() error {
		version, newest, err := versions(ctx, p)
		if err != nil || version == newest {
			return err
		}
		if version > 0 {
			o.Log.Info("the schema is brought up to date", "from", version, "to", newest)
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate the schema from version %d to %d: %w", version, newest, err)
		}
		return nil
	})
}

// postgresVersion gives the version of the schema, 0 where there is none.
func postgresVersion(ctx context.Context, pool *sql.DB) (version int64, err error) {
	err = pool.QueryRowContext(ctx, selectSchema).Scan(&version)
	if refusedAs(err, "42P01") { // no such table
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, nil
}

// refusedAs tells whether the server refused something with one of these codes.
func refusedAs(err error, codes ...string) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	for _, code := range codes {
		if refused.Code == code {
			return true
		}
	}
	return false
}

const (
	createSchemaLock = `CREATE TABLE IF NOT EXISTS schema_lock(id BIGINT PRIMARY KEY)`
	insertSchemaLock = `
INSERT INTO schema_lock(id) VALUES(1) ON CONFLICT(id) DO NOTHING`
	// It does nothing while the schema is changed beside it, which may take longer than others may do nothing.
	stayIdle = `
SET LOCAL idle_in_transaction_session_timeout = 0`
	lockSchema = `
SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE`
)

// withSchemaLock runs f while no other process changes the schema.
func withSchemaLock(ctx context.Context, pool *sql.DB, f func() error) error {
	_, err := pool.ExecContext(ctx, createSchemaLock)
	if refusedAs(err, "23505", "42P07", "42710") { // another process has made it meanwhile: IF NOT EXISTS does not see that
		_, err = pool.ExecContext(ctx, createSchemaLock)
	}
	if err == nil {
		_, err = pool.ExecContext(ctx, insertSchemaLock)
	}
	if err != nil {
		return fmt.Errorf("make the lock of the schema: %w", err)
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("lock the schema: %w", err)
	}
	defer tx.Rollback()
	for _, statement := range []string{stayIdle, lockSchema} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("lock the schema: %w", err)
		}
	}
	if err := f(); err != nil {
		return err
	}
	return tx.Commit()
}
