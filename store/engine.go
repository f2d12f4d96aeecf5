package store

import (
	"context"
	"database/sql"
	"time"
)

// engine is what differs between the databases: SQLite in a file, PostgreSQL behind a server. Statements are one text for both
// wherever both allow it.
type engine interface {
	// open gives the connections for writing and for reading. Where the database is given to a bot (exclusive), its schema is
	// brought up to date first.
	open(ctx context.Context, o Options, exclusive bool) (writer, reader *sql.DB, err error)
	// name is the database's, for people: it has no password in it.
	name() string
	// writers is how many transactions may write at a time.
	writers() int
	// shared tells that others may write at the same time, so that what must not change meanwhile is to be locked.
	shared() bool
	// begins gives the statements that begin a transaction that writes, and a snapshot.
	begins() (writing, reading string)
	// exec runs a statement that changes rows, and tells how many.
	exec(tx *Tx, statement string, args []any) (rows int64, err error)
	// addRow runs a statement that adds a row at most, and gives the row's number where it did.
	addRow(tx *Tx, statement string, args []any) (id int64, added bool, err error)
	// copyRows makes a file of SQLite with all that the database says at one moment.
	copyRows(ctx context.Context, to string, at time.Time) error
	// beside is the beginning of the names of files that are in use for a while.
	beside() (string, error)
	// quickCheck tells what is wrong with the database's files, as far as that shows in a moment; empty for nothing.
	quickCheck(ctx context.Context, reader *sql.DB) (problem string, err error)
	// rewrite writes anew what holds words, so that those that were removed are in none of it.
	rewrite(ctx context.Context, writer *sql.DB) error
	// judge tells what the failure of a statement means.
	judge(conn *sql.Conn, err error) verdict
	// rollBack ends a transaction that may have ended by itself. An error means that the connection is not to be used again.
	rollBack(conn *sql.Conn) error
}

// verdict is what a failure means for the transaction it happened in.
type verdict int

const (
	ofStatement verdict = iota // the statement or its parameters are wrong; the transaction may go back to a savepoint
	ofDatabase                 // the database cannot do its work now; the transaction is over
	ofRace                     // as well, and the same transaction is likely to succeed at once: it lost a race, or its connection
)
