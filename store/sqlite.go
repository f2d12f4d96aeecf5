package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/mattn/go-sqlite3"
)

// sqlite is the engine of a database in a file.
type sqlite struct{ path string }

func (e sqlite) name() string { return e.path }

// beside implements engine: files lie where the database does, on the same disk and as well kept.
func (e sqlite) beside() (string, error) { return e.path, nil }

// writers implements engine: SQLite has one writer.
func (e sqlite) writers() int { return 1 }

func (e sqlite) shared() bool { return false }

func (e sqlite) begins() (writing, reading string) { return "BEGIN IMMEDIATE", "BEGIN" }

func (e sqlite) open(ctx context.Context, o Options, exclusive bool) (writer, reader *sql.DB, err error) {
	if err := makePrivate(e.path); err != nil {
		return nil, nil, err
	}
	if exclusive {
		files, err := migrations()
		if err != nil {
			return nil, nil, err
		}
		if err := migrate(ctx, e.path, files, o); err != nil {
			return nil, nil, err
		}
	}
	writer, reader = connect(e.path, writing, 1), connect(e.path, reading, readers)
	if err := errors.Join(writer.PingContext(ctx), reader.PingContext(ctx)); err != nil { // sets the pragmas, and checks them
		return nil, nil, errors.Join(err, writer.Close(), reader.Close())
	}
	return writer, reader, nil
}

func (e sqlite) exec(tx *Tx, statement string, args []any) (rows int64, err error) {
	result, err := tx.runOnDriver(statement, args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// runOnDriver runs a statement without database/sql between, which makes a new list of all parameters for each.
func (tx *Tx) runOnDriver(statement string, args []any) (result driver.Result, err error) {
	values := tx.values[:0]
	for i, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return nil, fmt.Errorf("parameter %d: %w", i+1, err)
		}
		values = append(values, driver.NamedValue{Ordinal: i + 1, Value: value})
	}
	tx.values = values
	err = tx.conn.Raw(func(c any) error {
		result, err = c.(driver.ExecerContext).ExecContext(background, statement, values)
		return err
	})
	return result, err
}

// addRow takes the row's number from the driver: RETURNING makes SQLite take up to four times as long.
func (e sqlite) addRow(tx *Tx, statement string, args []any) (id int64, added bool, err error) {
	result, err := tx.runOnDriver(statement, args)
	if err != nil {
		return 0, false, err
	}
	rows, err := result.RowsAffected()
	if err != nil || rows == 0 {
		return 0, false, err
	}
	id, err = result.LastInsertId()
	return id, err == nil, err
}

func (e sqlite) judge(_ *sql.Conn, err error) verdict {
	var s sqlite3.Error
	if lost(err) || errors.As(err, &s) && slices.Contains(failures, s.Code) {
		return ofDatabase
	}
	return ofStatement
}

var failures = []sqlite3.ErrNo{
	sqlite3.ErrInternal, sqlite3.ErrPerm, sqlite3.ErrAbort, sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrNomem,
	sqlite3.ErrReadonly, sqlite3.ErrInterrupt, sqlite3.ErrIoErr, sqlite3.ErrCorrupt, sqlite3.ErrFull,
	sqlite3.ErrCantOpen, sqlite3.ErrProtocol, sqlite3.ErrNotADB,
}

// rollBack implements engine. SQLite ends a transaction by itself after some failures.
func (e sqlite) rollBack(conn *sql.Conn) error {
	var failed error
	err := conn.Raw(func(c any) error {
		if c.(*sqlite3.SQLiteConn).AutoCommit() {
			return nil
		}
		if _, failed = c.(driver.ExecerContext).ExecContext(background, "ROLLBACK", nil); failed != nil {
			return driver.ErrBadConn
		}
		return nil
	})
	if failed != nil {
		return failed
	}
	return err
}
