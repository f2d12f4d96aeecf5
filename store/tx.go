package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"huibao/report"
)

// View is what can be read: inside a transaction, or on a snapshot of its own. It is good for one goroutine until the
// function it was given to returns.
type View struct {
	db   *DB
	conn *sql.Conn
	now  time.Time
	// failed is set once the database fails; nothing is done after it, whatever a caller makes of the error. race tells that the
	// same transaction may be run again.
	failed error
	race   bool
	// refused is the first error of a statement since the last savepoint was begun: PostgreSQL does nothing more before it went
	// back there.
	refused   error
	reference *report.Reference // once it was asked for
	// newReference tells that this transaction changed the reference, newLines which lines it added: others must not
	// hear of either before it has committed.
	newReference bool
	newLines     map[report.Key]int64
	closedYears  []ClosedYear // once it was asked for
	unread       []*sql.Rows  // of queries that were begun and not used up yet
	tx           *Tx          // that this is the view of; nil for a snapshot
}

// Tx is one transaction. It can read whatever a View can.
type Tx struct {
	View
	firstAdded int64 // the first row it added to the outbox, 0 for none: nobody else has seen it or a later one
	received   bool
	agreed     int64      // the administrator by whose word closed years may change, 0 for none
	head       *ChainHead // of the chain of revisions, once it was asked for
	posting    posting
	ledger     bool            // nobody else posts until this transaction ends (LockLedger)
	areas      map[int64]bool  // whose locks it has (inTurn)
	needed     int64           // the county whose lock the present row needed, 0 for none
	wanted     int64           // a county whose lock it does not have and needs: nothing it does counts, until it has
	chats      map[int64]int64 // that it has claimed, with the county each was last known to need
	care       care
	values     []driver.NamedValue // of the statement that runs, room that is used again
	quiet      quiet               // of the chat whose message is handled
	latest     report.Report       // the last one it kept, as Report would give it; none for 0
}

// care says how a transaction is run. It is first run in the hope that nothing fails: savepoints cost a tenth of a message.
type care int

const (
	bold    care = iota // without savepoints that only a failure needs (hopefully)
	careful             // with all savepoints
	eager               // each attempt settles what it posted, so that it is known whose fault it is where that fails
)

// Now gives the time of the transaction or snapshot, the same from its beginning to its end, in the county's zone.
func (v *View) Now() time.Time { return v.now }

// Read runs f on a snapshot of the database. It never waits for a writer. ctx is looked at before f starts; f is to be short.
func (db *DB) Read(ctx context.Context, f func(*View) error) error {
	conn, err := db.reader.Conn(ctx)
	if err != nil {
		return db.connectionError(ctx, "read", err)
	}
	defer conn.Close()
	v := &View{db: db, conn: conn, now: db.time()}
	_, begin := db.engine.begins()
	if err := v.control(begin); err != nil {
		return err
	}
	defer v.rollBack()
	defer v.leave()
	return f(v)
}

// mostTries is how often a transaction is run that loses races.
const mostTries = 10

// Write runs f in one transaction, which commits if f gives nil and is rolled back otherwise, also if f panics. On SQLite
// transactions take turns. ctx ends the waiting for a turn; a transaction that has begun is not interrupted, since
// SQLite would roll it back half-way and go on without it. f must not call Write: it would wait for itself.
//
// f must be fit to run more than once, and set anew what it sets outside of itself. Where something in it fails that was hoped
// not to, it runs again with savepoints; where what it posted cannot be written at the end, it runs again with each attempt
// written at once, so that only the one that is to blame is undone; and on PostgreSQL a
// transaction that loses a race with another one, or its connection before it was to commit, is rolled back and run again.
//
// A failure of the database ends the transaction, even if f hides it, and is an ErrUnavailable. Nothing was changed then, but for
// a connection to PostgreSQL that was lost while the transaction committed: whether it did is not known, and what the caller
// does next must be right in both cases.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error { return db.writeIn(ctx, 0, f) }

// writeIn is Write with the lock of an area from the beginning.
func (db *DB) writeIn(ctx context.Context, area int64, f func(*Tx) error) error {
	select {
	case db.turn <- struct{}{}:
		defer func() { <-db.turn }()
	case <-db.closed:
		return fmt.Errorf("write: %w: it is closed", ErrUnavailable)
	case <-ctx.Done():
		return fmt.Errorf("write: %w", ctx.Err())
	}
	how := bold
	if db.engine.shared() {
		how = careful // a lock that is busy undoes a row as well
	}
	for tries := 1; ; tries++ {
		race, wanted, err := db.transact(ctx, f, how, area, db.races && tries == 1)
		switch {
		case err == nil || ctx.Err() != nil || tries == mostTries:
			return err
		case wanted != 0 && area == 0:
			area = wanted
		case wanted != 0: // more than one
			area = allAreas
		case race:
			db.log.Debug("a transaction is run again", "tries", tries, "error", err)
		case errors.Is(err, ErrUnavailable):
			return err
		case how < careful && errors.Is(err, errHope):
			how = careful
		case how < eager && errors.Is(err, errUnsettled):
			how = eager
		default:
			return err
		}
	}
}

// transact is one transaction of Write's, with the lock of an area from its beginning. race tells that it failed in a way that is
// likely not to happen again, wanted that it needs the lock of another area. One that is run in vain does
// not commit.
func (db *DB) transact(ctx context.Context, f func(*Tx) error, how care, area int64, inVain bool) (race bool, wanted int64, err error) {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return false, 0, db.connectionError(ctx, "write", err)
	}
	defer conn.Close()
	tx := &Tx{View: View{db: db, conn: conn, now: db.time()}, care: how}
	if db.engine.shared() {
		tx.areas, tx.chats = map[int64]bool{}, map[int64]int64{}
	}
	tx.tx = tx
	begin, _ := db.engine.begins()
	if err := tx.control(begin); err != nil {
		return tx.race, 0, err
	}
	committed := false
	defer func() {
		if !committed {
			tx.rollBack()
		}
	}()
	defer tx.leave()
	if area != 0 && db.engine.shared() {
		if _, err := tx.lockArea(area); err != nil {
			return tx.race, 0, err
		}
	}
	err = f(tx)
	if err == nil && tx.wanted != 0 {
		err = errArea
	}
	if err == nil && tx.failed == nil {
		err = tx.settle()
	}
	if err == nil && tx.failed == nil && tx.refused != nil {
		err = fmt.Errorf("a statement was refused: %w", tx.refused)
	}
	if tx.failed != nil {
		if !errors.Is(err, ErrUnavailable) {
			err = tx.failed
		}
		return tx.race, 0, err
	}
	if err != nil {
		return false, tx.wanted, err
	}
	if inVain {
		return true, 0, fmt.Errorf("%w: run in vain", ErrUnavailable)
	}
	if err := tx.commit(); err != nil {
		return tx.race, 0, err
	}
	committed = true
	tx.announce()
	return false, 0, nil
}

// commit ends the transaction. Where the connection is lost meanwhile nobody knows whether it did: only what the server refused
// may be run again.
func (tx *Tx) commit() error {
	err := tx.control("COMMIT")
	var refused *pgconn.PgError
	tx.race = tx.race && errors.As(err, &refused) && refused.SQLState()[:2] == "40"
	return err
}

// announce tells others what has been committed.
func (tx *Tx) announce() {
	tx.db.lines.add(tx.newLines)
	if tx.received {
		tx.db.inbox.send()
	}
	if tx.firstAdded != 0 {
		tx.db.outbox.send()
	}
}

// Attempt runs f inside a savepoint: if it fails or panics, only what it did is undone, and the transaction may go on.
func (tx *Tx) Attempt(f func() error) error { return tx.attempt(f) }

// attempt runs f inside a savepoint: if f fails or panics, only what f did is undone. A failure of the database is passed
// on as it is and leaves nothing to go on with.
func (tx *Tx) attempt(f func() error) error {
	if err := tx.control("SAVEPOINT attempt"); err != nil {
		return err
	}
	head, posting, ledger, changed := tx.head, tx.posting, tx.ledger, tx.newReference
	outer := tx.refused
	tx.refused = nil
	err := recovered(f)
	if err == nil && tx.wanted != 0 {
		err = errArea
	}
	if err == nil && tx.care == eager {
		err = tx.settle()
	}
	if tx.failed != nil {
		return tx.failed
	}
	if err == nil && tx.refused != nil {
		err = fmt.Errorf("a statement was refused: %w", tx.refused)
	}
	tx.refused = outer
	if err == nil {
		return tx.control("RELEASE attempt")
	}
	// What was learnt inside may have been undone: learn it again.
	tx.reference, tx.newLines, tx.closedYears = nil, nil, nil
	tx.newReference = changed
	tx.quiet, tx.latest = quiet{}, report.Report{}
	tx.head, tx.posting, tx.ledger = head, posting, ledger // what was settled inside waits again, and locks it took are gone
	if back := tx.control("ROLLBACK TO attempt"); back != nil {
		return back
	}
	if back := tx.control("RELEASE attempt"); back != nil {
		return back
	}
	return err
}

// errHope is the end of a transaction in which something failed that was hoped not to.
var errHope = errors.New("something failed that is to be undone by itself")

// hopefully takes the place of attempt in a bold transaction: there is no savepoint, and where f fails the whole transaction is run
// again with savepoints. So nothing may be done after its error but to return it.
func (tx *Tx) hopefully(f func() error) error {
	err := recovered(f)
	switch {
	case tx.failed != nil:
		return tx.failed
	case err == nil && tx.refused == nil:
		return nil
	}
	return fmt.Errorf("%w: %w", errHope, cmp.Or(err, tx.refused))
}

// recovered runs f and turns a panic into an error with its stack.
func recovered(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

func (db *DB) time() time.Time {
	return time.UnixMilli(db.now().UnixMilli()).In(db.loc)
}

// connectionError names the reason why no connection was to be had.
func (db *DB) connectionError(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}

// control runs a statement that begins or ends something.
func (v *View) control(statement string) error {
	if v.failed != nil {
		return v.failed
	}
	_, err := v.conn.ExecContext(background, statement)
	if err != nil {
		// A transaction that cannot be begun, ended or gone back in is not to be trusted, whatever the reason.
		v.race = v.db.engine.judge(v.conn, err) == ofRace
		v.failed = fmt.Errorf("%s: %w: %w", statement, ErrUnavailable, err)
		return v.failed
	}
	return nil
}

// background is the context of every statement: a caller's could end in the middle of one.
var background = context.Background()

// rollBack ends a transaction that the database may have ended by itself. A connection on which that fails is given up.
func (v *View) rollBack() {
	if err := v.db.engine.rollBack(v.conn); err != nil && !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		v.db.log.Error("cannot roll back, the connection is closed", "error", err)
	}
}

// exec runs a statement that changes rows, and tells how many.
func (tx *Tx) exec(statement string, args ...any) (rows int64, err error) {
	if tx.failed != nil {
		return 0, tx.failed
	}
	if err := tx.settleFor(statement); err != nil {
		return 0, err
	}
	tx.stir(statement)
	if rows, err = tx.db.engine.exec(tx, statement, args); err != nil {
		return 0, tx.judge(err)
	}
	return rows, nil
}

// insert runs a statement that adds a row at most, and gives the row's number where it did.
func (tx *Tx) insert(statement string, args ...any) (id int64, added bool, err error) {
	if tx.failed != nil {
		return 0, false, tx.failed
	}
	tx.stir(statement)
	id, added, err = tx.db.engine.addRow(tx, statement, args)
	if err != nil {
		return 0, false, tx.judge(err)
	}
	return id, added, nil
}

// query runs a statement that gives rows; the cursor must be used up by one, each or collect, which close it.
func (v *View) query(statement string, args ...any) cursor {
	if v.failed != nil {
		return cursor{view: v, err: v.failed}
	}
	if err := v.settleFor(statement); err != nil {
		return cursor{view: v, err: err}
	}
	rows, err := v.conn.QueryContext(background, statement, args...)
	if err == nil {
		v.unread = append(v.unread, rows)
	}
	return cursor{v, rows, err}
}

// leave closes what was begun and not used up: the connection's own Close would wait for it for ever.
func (v *View) leave() {
	for _, rows := range v.unread {
		rows.Close()
	}
}

// judge remembers a failure of the database, and that a statement was refused.
func (v *View) judge(err error) error {
	if v.failed != nil {
		return err
	}
	verdict := v.db.engine.judge(v.conn, err)
	if verdict == ofStatement {
		if v.refused == nil {
			v.refused = err
		}
		return err
	}
	v.failed, v.race = fmt.Errorf("%w: %w", ErrUnavailable, err), verdict == ofRace
	return v.failed
}

// cursor is the rows of a query.
type cursor struct {
	view *View
	rows *sql.Rows
	err  error
}

// one scans the first row, and tells whether there is one.
func (c cursor) one(dest ...any) (found bool, err error) {
	err = c.each(func() error {
		if found {
			return nil
		}
		found = true
		return c.rows.Scan(dest...)
	})
	return found, err
}

// each calls f at every row, for it to scan.
func (c cursor) each(f func() error) (err error) {
	if c.err != nil {
		return c.view.judge(c.err)
	}
	defer func() {
		c.view.unread = slices.DeleteFunc(c.view.unread, func(r *sql.Rows) bool { return r == c.rows })
		if closed := c.rows.Close(); err == nil && closed != nil {
			err = c.view.judge(closed)
		}
	}()
	for c.rows.Next() {
		if err := f(); err != nil {
			return err
		}
	}
	if err := c.rows.Err(); err != nil {
		return c.view.judge(err)
	}
	return nil
}

// scanner scans the present row.
type scanner func(dest ...any) error

// collect makes a list of what scan makes of each row.
func collect[T any](c cursor, scan func(scanner) (T, error)) ([]T, error) {
	var list []T
	err := c.each(func() error {
		item, err := scan(c.rows.Scan)
		if err == nil {
			list = append(list, item)
		}
		return err
	})
	return list, err
}

// Times are milliseconds in SQL, 0 for none.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (db *DB) timeOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).In(db.loc)
}

// orNull gives NULL for a zero: no member, no message, no text.
func orNull[T comparable](value T) any {
	var zero T
	if value == zero {
		return nil
	}
	return value
}

// blob gives bytes for a column that is never NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
