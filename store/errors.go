package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
)

// The kinds of error a caller can do something about; match them with errors.Is. Any other error is a mistake in the
// program or in what it was given.
var (
	// ErrNotFound: no such row.
	ErrNotFound = errors.New("not found")
	// ErrStale: the report has a later revision than the one the change was made from. Read it again.
	ErrStale = errors.New("the report was changed meanwhile")
	// ErrInvite: the invitation is wrong, used or expired. Which of them is not told.
	ErrInvite = errors.New("the invitation cannot be used")
	// ErrAlreadyRun: the job was done or skipped for this period, perhaps by another process.
	ErrAlreadyRun = errors.New("the job ran for this period already")
	// ErrCatalogue: the catalogue is broken, or lacks a code that reports use.
	ErrCatalogue = errors.New("the catalogue cannot be used")
	// ErrLocked: another bot has the database.
	ErrLocked = errors.New("the database is in use by a running bot")
	// ErrNewerSchema: a newer version of the program has written the database.
	ErrNewerSchema = errors.New("the database was written by a newer version of huibao")
	// ErrClosed: the change touches a closed year (封账), and no administrator has agreed to it.
	ErrClosed = errors.New("the year is closed")
	// ErrUnavailable: the database cannot do its work now (disk full, I/O error, busy, closed). Nothing was changed;
	// the same call may succeed later.
	ErrUnavailable = errors.New("the database is unavailable")
)

// lost tells that a connection is gone, or the database was closed.
func lost(err error) bool {
	return errors.Is(err, ErrUnavailable) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}
