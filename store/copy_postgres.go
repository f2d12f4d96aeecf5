package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// copyRows makes a file of SQLite with all that a database on PostgreSQL says at one moment: what a backup of it is. Leases are of
// processes, and stay behind.
func (e *postgres) copyRows(ctx context.Context, to string, at time.Time) error {
	if err := makePrivate(to); err != nil {
		return err
	}
	if err := upgrade(ctx, to); err != nil {
		return err
	}
	// What refers to a row may come before it: that all are there is checked at the end.
	target := connect(to, use{"_mutex=no", []pragma{{"synchronous", "OFF", "0"}, {"foreign_keys", "OFF", "0"}}}, 1)
	source := e.connect(1)
	err := e.copyTables(ctx, source, target)
	if err := errors.Join(err, source.Close(), target.Close()); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return finishCopy(ctx, to, at)
}

const (
	listTables = `
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('goose_db_version', 'leases') ORDER BY name`
	listColumns = `
SELECT name FROM pragma_table_info($1) ORDER BY cid`
)

func (e *postgres) copyTables(ctx context.Context, source, target *sql.DB) error {
	from, err := source.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer from.Rollback()
	into, err := target.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer into.Rollback()
	tables, err := texts(ctx, into, listTables)
	if err != nil {
		return err
	}
	for _, table := range tables {
		columns, err := texts(ctx, into, listColumns, table)
		if err == nil {
			err = copyTable(ctx, from, into, table, columns)
		}
		if err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return into.Commit()
}

// copyTable copies all rows of a table that both databases have.
func copyTable(ctx context.Context, from, into *sql.Tx, table string, columns []string) error {
	names := strings.Join(columns, ", ")
	marks := make([]string, len(columns))
	values, pointers := make([]any, len(columns)), make([]any, len(columns))
	for i := range columns {
		marks[i], pointers[i] = fmt.Sprint("$", i+1), &values[i]
	}
	add, err := into.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s(%s) VALUES(%s)", table, names, strings.Join(marks, ", ")))
	if err != nil {
		return err
	}
	defer add.Close()
	rows, err := from.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s", names, table))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return err
		}
		if _, err := add.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// texts gives a query's only column; on is a transaction or a connection.
func texts(ctx context.Context, on interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, query string, args ...any) (list []string, err error) {
	rows, err := on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
