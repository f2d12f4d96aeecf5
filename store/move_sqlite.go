package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// moving writes much that can be written again.
var moving = use{"_mutex=no&_stmt_cache_size=20", []pragma{
	{"busy_timeout", "5000", "5000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "NORMAL", "1"}, // a power cut may take the last batches with what says that they were there
	{"foreign_keys", "OFF", "0"},
	{"cache_size", "-64000", "-64000"}, // 64 MB
	{"wal_autocheckpoint", "4000", "4000"},
}}

func (e sqlite) connectMoving() *sql.DB { return connect(e.path, moving, 1) }

const countTablesSQLite = `
SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'`

// found implements carrier.
func (e sqlite) found(ctx context.Context) (tables int, version int64, err error) {
	info, err := os.Stat(e.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	pool := connect(e.path, copying, 1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	if err := pool.QueryRowContext(ctx, countTablesSQLite).Scan(&tables); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", e.path, err)
	}
	if err := pool.QueryRowContext(ctx, selectSchema).Scan(&version); err != nil {
		return tables, 0, nil // no such table: it is another program's
	}
	return tables, version, nil
}

func (e sqlite) listColumns() string { return columnsSQLite }

func (e sqlite) listDerived() string { return derivedSQLite }

const (
	columnsSQLite = `
SELECT t.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' ELSE c.type END, c.pk
FROM sqlite_schema t, pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'goose_db_version'
ORDER BY t.name, c.cid`
	derivedSQLite = `
SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`
)

// addRows implements carrier.
func (e sqlite) addRows(ctx context.Context, conn *sql.Conn, t table, rows [][]any) error {
	add, err := conn.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s(%s) VALUES(%s)", quoted(t.name), quoted(t.names()...), placeholdersFor(len(t.columns))))
	if err != nil {
		return err
	}
	defer add.Close()
	for _, row := range rows {
		if _, err := add.ExecContext(background, row...); err != nil {
			return fmt.Errorf("row %s: %w", shownKey(t.keyOf(row)), err)
		}
	}
	return ctx.Err()
}

// settle implements carrier: SQLite looks at references when it is asked to.
func (e sqlite) settle(ctx context.Context, conn *sql.Conn) error {
	var lost int
	err := conn.QueryRowContext(ctx, strangers).Scan(&lost)
	if err == nil && lost > 0 {
		err = fmt.Errorf("%w: %d rows refer to rows that are not there", ErrDamaged, lost)
	}
	return err
}
