package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// connectMoving implements carrier: what a crash of the server takes, it takes with what says that it was there.
func (e *postgres) connectMoving() *sql.DB {
	config := e.config.Copy()
	config.RuntimeParams = maps.Clone(config.RuntimeParams)
	config.RuntimeParams["synchronous_commit"] = "off"
	return (&postgres{config: config, shown: e.shown}).connect(1)
}

const countTablesPostgres = `
SELECT COUNT(*) FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'f')
  AND relname <> 'schema_lock'`

// found implements carrier.
func (e *postgres) found(ctx context.Context) (tables int, version int64, err error) {
	pool := e.connect(1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	if err := pool.QueryRowContext(ctx, countTablesPostgres).Scan(&tables); err != nil {
		return 0, 0, fmt.Errorf("open %s: %w", e.name(), err)
	}
	version, err = postgresVersion(ctx, pool)
	return tables, version, err
}

func (e *postgres) listColumns() string { return columnsPostgres }

func (e *postgres) listDerived() string { return derivedPostgres }

const (
	columnsPostgres = `
SELECT c.relname, a.attname,
  CASE format_type(a.atttypid, NULL) WHEN 'bigint' THEN 'number' WHEN 'text' THEN 'text' WHEN 'bytea' THEN 'bytes' ELSE format_type(a.atttypid, NULL) END,
  COALESCE((SELECT array_position(k.conkey, a.attnum) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p'), 0)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relname NOT IN ('goose_db_version', 'schema_lock')
ORDER BY CAST(c.relname AS TEXT) COLLATE "C", a.attnum`
	// References go before the indexes they need.
	derivedPostgres = `
SELECT dropped, made FROM (
  SELECT 1 AS step, k.conname AS name, format('ALTER TABLE %I DROP CONSTRAINT %I', r.relname, k.conname) AS dropped,
    format('ALTER TABLE %I ADD CONSTRAINT %I %s', r.relname, k.conname, pg_get_constraintdef(k.oid)) AS made
  FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid
  WHERE k.contype = 'f' AND r.relnamespace = CAST(current_schema() AS regnamespace)
  UNION ALL
  SELECT 2, c.relname, format('DROP INDEX %I', c.relname), pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class r ON r.oid = i.indrelid
  WHERE r.relnamespace = CAST(current_schema() AS regnamespace) AND r.relname NOT IN ('goose_db_version', 'schema_lock')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))) both_kinds
ORDER BY step, name`
	identities = `
SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), MAX(%I)) FROM %I HAVING MAX(%I) > 0', c.relname, a.attname, a.attname, c.relname, a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind = 'r' AND a.attidentity <> ''
ORDER BY c.relname`
)

// addRows implements carrier.
func (e *postgres) addRows(ctx context.Context, conn *sql.Conn, t table, rows [][]any) error {
	return conn.Raw(func(c any) error {
		_, err := c.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.name}, t.names(), pgx.CopyFromRows(rows))
		return err
	})
}

// settle implements carrier: new rows get numbers above those that were given, and the planner learns how many rows there are.
func (e *postgres) settle(ctx context.Context, conn *sql.Conn) error {
	statements, err := texts(ctx, conn, identities)
	if err != nil {
		return err
	}
	for _, s := range append(statements, "ANALYZE") {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}
