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
	// LoseRaces is for tests: each transaction is run once in vain, as if it had lost a race.
	LoseRaces bool
}

// DB is an open database, safe for concurrent use. Make it with Open or OpenBeside.
type DB struct {
	engine engine
	path   string // of the file; empty with PostgreSQL
	now    func() time.Time
	loc    *time.Location
	log    *slog.Logger
	lock   *flock.Flock // nil where the file was opened beside a bot, and with PostgreSQL
	writer *sql.DB
	reader *sql.DB
	turn   chan struct{} // holds a token for each transaction that writes
	closed chan struct{}
	races  bool   // Options.LoseRaces
	holder string // what this process is called where it has a lease

	inbox, outbox *signal
	lines         *lineBook
	paths         *pathBook
	reference     *referenceCache
	decoded       *decodedReports
}

// Open opens the database for the bot, makes it where there is none, and brings its schema up to date. The address is the path
// of SQLite's file, or where PostgreSQL is: postgres://user:password@host/database. A second bot on the same file gets ErrLocked,
// a database of a newer version ErrNewerSchema; PostgreSQL may be used by several bots.
func Open(ctx context.Context, address string, o Options) (*DB, error) {
	if isPostgres(address) {
		return openPostgres(ctx, address, o)
	}
	return openFile(ctx, address, o)
}

func openPostgres(ctx context.Context, address string, o Options) (*DB, error) {
	e, err := newPostgres(address)
	if err != nil {
		return nil, err
	}
	return open(ctx, e, o, nil)
}

func openFile(ctx context.Context, path string, o Options) (*DB, error) {
	lock, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, sqlite{path}, o, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return db, nil
}

// OpenBeside opens the database for a short command that may run while the bot does. Only where the schema is not up to
// date it needs the file for itself, and gives ErrLocked while a bot runs.
func OpenBeside(ctx context.Context, address string, o Options) (*DB, error) {
	if isPostgres(address) {
		return openPostgres(ctx, address, o)
	}
	return openFileBeside(ctx, address, o)
}

func openFileBeside(ctx context.Context, path string, o Options) (*DB, error) {
	files, err := migrations()
	if err != nil {
		return nil, err
	}
	current, err := schemaIsCurrent(ctx, path, files)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if current {
		return open(ctx, sqlite{path}, o, nil)
	}
	db, err := openFile(ctx, path, o)
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("%w, and its schema must be brought up to date first: stop the bot and run the command again", err)
	}
	return db, err
}

// Close waits for the running transactions and closes the database. What is asked of it afterwards is ErrUnavailable.
func (db *DB) Close() error {
	for range cap(db.turn) {
		select {
		case db.turn <- struct{}{}: // never given back
		case <-db.closed:
			return nil
		}
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

func open(ctx context.Context, e engine, o Options, lock *flock.Flock) (_ *DB, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("open %s: %w", e.name(), err)
		}
	}()
	writer, reader, err := e.open(ctx, o, lock != nil)
	if err != nil {
		return nil, err
	}
	db := assemble(e, o, lock, writer, reader)
	if err := db.whole(ctx); err != nil {
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	if err := db.chainRevisions(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("chain the revisions: %w", err), writer.Close(), reader.Close())
	}
	if err := db.prepareClaims(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the claims of chats: %w", err), writer.Close(), reader.Close())
	}
	return db, nil
}

// assemble makes a DB of its parts.
func assemble(e engine, o Options, lock *flock.Flock, writer, reader *sql.DB) *DB {
	db := &DB{engine: e, now: o.Now, loc: o.Location, log: o.Log, races: o.LoseRaces, lock: lock, writer: writer, reader: reader,
		turn: make(chan struct{}, e.writers()), closed: make(chan struct{}), holder: newHolder(), inbox: newSignal(), outbox: newSignal(),
		lines: newLineBook(), paths: &pathBook{}, reference: &referenceCache{}, decoded: newDecodedReports()}
	if file, ok := e.(sqlite); ok {
		db.path = file.path
	}
	return db
}

// makePrivate creates the file before SQLite does, which would let the group read it.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, private)
	if err != nil {
		return err
	}
	return f.Close()
}
