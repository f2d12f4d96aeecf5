package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"

	"github.com/mattn/go-sqlite3"
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

// unavailable tells a failure of the database from a failure of one statement. After the former a transaction must not go
// on, since the database may have rolled it back by itself.
func unavailable(err error) bool {
	if errors.Is(err, ErrUnavailable) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	var e sqlite3.Error
	return errors.As(err, &e) && slices.Contains(failures, e.Code)
}

var failures = []sqlite3.ErrNo{
	sqlite3.ErrInternal, sqlite3.ErrPerm, sqlite3.ErrAbort, sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrNomem,
	sqlite3.ErrReadonly, sqlite3.ErrInterrupt, sqlite3.ErrIoErr, sqlite3.ErrCorrupt, sqlite3.ErrFull,
	sqlite3.ErrCantOpen, sqlite3.ErrProtocol, sqlite3.ErrNotADB,
}
