package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// Options is what a DB needs from outside.
type Options struct {
	Now      func() time.Time
	Location *time.Location // the county's zone
	Log      *slog.Logger
}

// DB is an open database, safe for concurrent use. Make it with Open or OpenBeside.
type DB struct {
	path   string
	now    func() time.Time
	loc    *time.Location
	log    *slog.Logger
	lock   *flock.Flock // nil where the file was opened beside a bot
	writer *sql.DB      // one connection
	reader *sql.DB
	turn   chan struct{} // holds a token while the writer is in use
	closed chan struct{}
	holder string // what this process is called where it has a lease

	inbox, outbox *signal
	lines         *lineBook
	paths         *pathBook
	reference     *referenceCache
	decoded       *decodedReports
}

// Open opens the database for the bot, makes it where there is none, and brings its schema up to date. A second bot
// on the same file gets ErrLocked, a file of a newer version ErrNewerSchema.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	lock, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, path, o, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return db, nil
}

// OpenBeside opens the database for a short command that may run while the bot does. Only where the schema is not up to
// date it needs the database for itself, and gives ErrLocked while a bot runs.
func OpenBeside(ctx context.Context, path string, o Options) (*DB, error) {
	files, err := migrations()
	if err != nil {
		return nil, err
	}
	current, err := schemaIsCurrent(ctx, path, files)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if current {
		return open(ctx, path, o, nil)
	}
	db, err := Open(ctx, path, o)
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("%w, and its schema must be brought up to date first: stop the bot and run the command again", err)
	}
	return db, err
}

// Close waits for the running transaction and closes the database. What is asked of it afterwards is ErrUnavailable.
func (db *DB) Close() error {
	select {
	case db.turn <- struct{}{}: // never given back
	case <-db.closed:
		return nil
	}
	close(db.closed)
	err := errors.Join(db.reader.Close(), db.writer.Close())
	if db.lock != nil {
		err = errors.Join(err, db.lock.Unlock())
	}
	return err
}

func takeLock(path string) (*flock.Flock, error) {
	lock := flock.New(path+".lock", flock.SetPermissions(private))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w (it holds %s.lock)", path, ErrLocked, path)
	}
	return lock, nil
}

// private is the permission of every file: only the bot's own account reads people's data.
const private fs.FileMode = 0o600

func open(ctx context.Context, path string, o Options, lock *flock.Flock) (_ *DB, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("open %s: %w", path, err)
		}
	}()
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	if lock != nil {
		files, err := migrations()
		if err != nil {
			return nil, err
		}
		if err := migrate(ctx, path, files, o); err != nil {
			return nil, err
		}
	}
	writer, reader := connect(path, writing, 1), connect(path, reading, readers)
	if err := errors.Join(writer.PingContext(ctx), reader.PingContext(ctx)); err != nil { // sets the pragmas, and checks them
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	db := &DB{path: path, now: o.Now, loc: o.Location, log: o.Log, lock: lock, writer: writer, reader: reader,
		turn: make(chan struct{}, 1), closed: make(chan struct{}), holder: newHolder(), inbox: newSignal(), outbox: newSignal(),
		lines: newLineBook(), paths: &pathBook{}, reference: &referenceCache{}, decoded: newDecodedReports()}
	if err := db.chainRevisions(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("chain the revisions: %w", err), writer.Close(), reader.Close())
	}
	return db, nil
}

// makePrivate creates the file before SQLite does, which would let the group read it.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, private)
	if err != nil {
		return err
	}
	return f.Close()
}
