package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

var (
	// ErrUnfinished: the database is the target of a move that was cut off, and holds part of what belongs into it.
	ErrUnfinished = errors.New("a migration into this database is not finished: run the same huibao migrate again, or begin anew with an empty database")
	// ErrNotEmpty: a move goes into an empty database.
	ErrNotEmpty = errors.New("the database is not empty")
	// ErrMoved: the source of a move is not what it was when the move began.
	ErrMoved = errors.New("the source went on meanwhile: stop every huibao on it, and begin anew with an empty target")
	// ErrText: PostgreSQL cannot hold a text. It is not changed on the way, since hashes depend on each of its bytes.
	ErrText = errors.New("PostgreSQL cannot hold every text of the source")
)

// MoveStep is what a move has done.
type MoveStep struct {
	Kind  MoveKind
	Table string // that was copied
	Rows  int64  // of the table, or of all
	Took  time.Duration
}

// MoveKind says which of a move's steps it is, in their order.
type MoveKind int

// The steps of a move.
const (
	MoveLooked   MoveKind = iota // the source was read: so many rows
	MoveResumed                  // the target has so many rows of an earlier try
	MoveCopied                   // a table was copied: so many rows in this try
	MoveBuilt                    // the indexes and the references between tables were made
	MoveCompared                 // the target says what the source says, row by row
	MoveVerified                 // every number of the target was recomputed
)

// Move copies the database at one address into an empty one at another; each is a file or on PostgreSQL. Nobody may use the
// source meanwhile. A move that was cut off goes on where it was when it is begun again; until it is done the target is of no
// use to anybody (ErrUnfinished).
//
// Every row is copied as it is, with its number, in batches; each batch commits together with how far the move has come. The
// tables and columns are those that the databases have, so that none can be forgotten. Then every row of the target is compared
// with the source as it is at the end, and every number recomputed: only after that the target is a database.
func Move(ctx context.Context, from, to string, o Options, tell func(MoveStep)) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("migrate %s to %s: %w", Redacted(from), Redacted(to), err)
		}
	}()
	if same(from, to) {
		return errors.New("both are the same database")
	}
	source, err := openSource(ctx, from, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := openTarget(ctx, to, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.close()) }()
	m := &move{source: source, target: target, tell: tell, resting: true, atOnce: moveAtOnce}
	return m.run(ctx)
}

func same(from, to string) bool {
	a, err1 := os.Stat(from)
	b, err2 := os.Stat(to)
	return from == to || err1 == nil && err2 == nil && os.SameFile(a, b)
}

// openSource opens what a move is from, brings its schema up to date, and makes sure that nobody uses it.
func openSource(ctx context.Context, address string, o Options) (*DB, error) {
	e, err := carrierOf(address)
	if err != nil {
		return nil, err
	}
	switch tables, version, err := e.found(ctx); {
	case err != nil:
		return nil, err
	case tables == 0:
		return nil, fmt.Errorf("%s: %w", e.name(), fs.ErrNotExist)
	case version == 0:
		return nil, fmt.Errorf("%s is no database of huibao", e.name())
	}
	db, err := Open(ctx, address, o)
	if err != nil {
		return nil, err
	}
	if err := db.atRest(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// move is one under way.
type move struct {
	source  *DB
	target  *target
	tell    func(MoveStep)
	resting bool // the source must not change until the end; without it, it is copied as it is at one moment
	atOnce  int  // rows of a batch
	after   func()
	tables  []table
	looked  []digest // of the tables of the source
	text    bool     // every text must be one for PostgreSQL
}

const (
	// moveAtOnce is how many rows are copied in one transaction, if they have no more than moveBytes.
	moveAtOnce = 10_000
	moveBytes  = 8 << 20
)

func (m *move) run(ctx context.Context) error {
	err := m.steps(ctx)
	if err != nil && ctx.Err() != nil { // which may look like a lost connection
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

func (m *move) steps(ctx context.Context) error {
	if err := m.copy(ctx); err != nil {
		return err
	}
	took := m.watch()
	if !m.target.at.Built {
		if err := m.target.build(ctx, m.tables); err != nil {
			return err
		}
		m.tell(MoveStep{Kind: MoveBuilt, Took: took()})
	}
	took = m.watch()
	if err := m.compare(ctx); err != nil {
		return err
	}
	m.tell(MoveStep{Kind: MoveCompared, Rows: total(m.looked), Took: took()})
	took = m.watch()
	if err := m.target.verify(ctx); err != nil {
		return err
	}
	m.tell(MoveStep{Kind: MoveVerified, Took: took()})
	return m.target.complete(ctx)
}

// watch gives a function that tells how long it is ago.
func (m *move) watch() func() time.Duration {
	begin := m.source.now()
	return func() time.Duration { return m.source.now().Sub(begin) }
}

// copy copies what the target does not have yet, as of one moment of the source.
func (m *move) copy(ctx context.Context) error {
	return m.source.Read(ctx, func(v *View) (err error) {
		if m.tables, err = m.tablesOfBoth(ctx, v); err != nil {
			return err
		}
		took := m.watch()
		_, m.text = m.target.engine.(*postgres)
		if m.looked, err = digests(ctx, v.conn, m.tables, m.text); err != nil {
			return fmt.Errorf("read the source: %w", err)
		}
		m.tell(MoveStep{Kind: MoveLooked, Rows: total(m.looked), Took: took()})
		resumed, err := m.target.begin(ctx, m.tables, fingerprint(m.tables, m.looked))
		if err != nil {
			return err
		}
		if resumed {
			m.tell(MoveStep{Kind: MoveResumed, Rows: m.target.at.All})
		}
		for _, t := range m.tables {
			if err := m.copyTable(ctx, v, t); err != nil {
				return fmt.Errorf("copy table %s: %w", t.name, err)
			}
		}
		return nil
	})
}

func (m *move) tablesOfBoth(ctx context.Context, v *View) ([]table, error) {
	ours, err := tablesOf(ctx, v.conn, v.db.engine.(carrier))
	if err != nil {
		return nil, err
	}
	theirs, err := tablesOf(ctx, m.target.conn, m.target.engine)
	if err != nil {
		return nil, err
	}
	return ours, agree(ours, theirs)
}

// copyTable copies the rows of a table that are not in the target yet. One batch is read while the one before is written.
func (m *move) copyTable(ctx context.Context, v *View, t table) error {
	if m.target.at.Built || t.name < m.target.at.Table {
		return nil
	}
	took, before := m.watch(), m.target.at.All
	after, err := m.target.at.after(t)
	if err != nil {
		return err
	}
	batches := make(chan [][]any, 1)
	both, within := errgroup.WithContext(ctx)
	both.Go(func() error {
		defer close(batches)
		return m.read(within, v, t, after, batches)
	})
	both.Go(func() error {
		for rows := range batches {
			if err := m.target.add(within, t, rows); err != nil {
				return err
			}
			if m.after != nil {
				m.after()
			}
		}
		return within.Err()
	})
	if err := both.Wait(); err != nil {
		return err
	}
	if rows := m.target.at.All - before; rows > 0 {
		m.tell(MoveStep{Kind: MoveCopied, Table: t.name, Rows: rows, Took: took()})
	}
	return nil
}

// read gives the rows of a table after a key, in batches.
func (m *move) read(ctx context.Context, v *View, t table, after []any, batches chan<- [][]any) error {
	var rows [][]any
	bytes := 0
	hand := func() error {
		select {
		case batches <- rows:
			rows, bytes = nil, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := t.each(ctx, v.conn, after, func(row []any) error {
		rows = append(rows, slices.Clone(row))
		bytes += sizeOf(row)
		if len(rows) < m.atOnce && bytes < moveBytes {
			return nil
		}
		return hand()
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return hand()
}

// compare compares the target with what was read, and with the source as it is now.
func (m *move) compare(ctx context.Context) error {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		got, err := digests(ctx, m.target.conn, m.tables, false)
		if err != nil {
			return fmt.Errorf("read the target: %w", err)
		}
		for i, t := range m.tables {
			if got[i] != m.looked[i] {
				return fmt.Errorf("%w: table %s has %d rows in the source and %d in the target, or others", ErrDamaged, t.name, m.looked[i].rows, got[i].rows)
			}
		}
		return nil
	})
	if m.resting {
		both.Go(func() error { return m.unmoved(ctx) })
	}
	return both.Wait()
}

// unmoved tells whether the source is what it was when the copying began.
func (m *move) unmoved(ctx context.Context) error {
	return m.source.Read(ctx, func(v *View) error {
		now, err := digests(ctx, v.conn, m.tables, false)
		if err != nil {
			return fmt.Errorf("read the source again: %w", err)
		}
		for i, t := range m.tables {
			if now[i] != m.looked[i] {
				return fmt.Errorf("%w (table %s)", ErrMoved, t.name)
			}
		}
		return nil
	})
}

// fingerprint is one hash for all tables.
func fingerprint(tables []table, digests []digest) string {
	h := sha256.New()
	for i, t := range tables {
		fmt.Fprintf(h, "%s %d %x\n", t.name, digests[i].rows, digests[i].sum)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func total(digests []digest) (rows int64) {
	for _, d := range digests {
		rows += d.rows
	}
	return rows
}
