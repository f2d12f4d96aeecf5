package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
)

const (
	// metaMove has what a move into this database is, until it is done; metaMoveAt how far it has come.
	metaMove   = "move"
	metaMoveAt = "move_at"
)

// carrier is what a move needs to know of an engine.
type carrier interface {
	engine
	// found gives how many tables there are, and the version of their schema: 0 where they are not huibao's.
	found(ctx context.Context) (tables int, version int64, err error)
	// connectMoving gives the one connection that a move writes by: references between tables are not looked at row by row.
	connectMoving() *sql.DB
	// listColumns is a statement that gives all tables: table, column, kind, and place in the primary key.
	listColumns() string
	// listDerived is a statement that gives how to take away, and how to make again, what can be made once the rows are there.
	listDerived() string
	// addRows adds rows within a transaction.
	addRows(ctx context.Context, conn *sql.Conn, t table, rows [][]any) error
	// settle brings up to date what follows from all rows, within the transaction that makes anew what was taken away.
	settle(ctx context.Context, conn *sql.Conn) error
}

func carrierOf(address string) (carrier, error) {
	if isPostgres(address) {
		return newPostgres(address)
	}
	return sqlite{address}, nil
}

// target is the database that a move goes into.
type target struct {
	engine carrier
	o      Options
	lock   *flock.Flock // nil with PostgreSQL
	pool   *sql.DB
	conn   *sql.Conn
	is     moveIs
	at     moveAt
	kept   string // at, as it is kept
}

// moveIs is what does not change while a move goes on.
type moveIs struct {
	Source  string    `json:"source"` // its fingerprint
	Schema  int64     `json:"schema"`
	Derived []derived `json:"derived"`
}

// derived is an index or a reference that was taken away, and how it is made.
type derived struct {
	Drop string `json:"drop"`
	Make string `json:"make"`
}

// moveAt is how far a move has come: all tables before this one are copied, and this one up to a key.
type moveAt struct {
	Table string  `json:"table"`
	Key   []value `json:"key"`
	All   int64   `json:"all"` // rows, of all tables
	Built bool    `json:"built"`
}

// value is one of a key.
type value struct {
	Number *int64 `json:"number,omitempty"`
	Text   []byte `json:"text,omitempty"`
	Bytes  []byte `json:"bytes,omitempty"`
}

// after gives the key after which a table has still to be copied, nil for its beginning.
func (a moveAt) after(t table) (key []any, err error) {
	if a.Table != t.name || a.Key == nil {
		return nil, nil
	}
	for i, name := range t.key {
		if i >= len(a.Key) {
			return nil, fmt.Errorf("the key %s is missing in how far the move has come", name)
		}
		switch v := a.Key[i]; {
		case v.Number != nil:
			key = append(key, *v.Number)
		case v.Bytes != nil:
			key = append(key, v.Bytes)
		default:
			key = append(key, string(v.Text))
		}
	}
	return key, nil
}

func keptKey(key []any) (kept []value) {
	for _, k := range key {
		switch k := k.(type) {
		case int64:
			kept = append(kept, value{Number: &k})
		case []byte:
			kept = append(kept, value{Bytes: k})
		case string:
			kept = append(kept, value{Text: []byte(k)})
		}
	}
	return kept
}

// openTarget opens what a move goes into, and makes its schema where there is nothing.
func openTarget(ctx context.Context, address string, o Options) (_ *target, err error) {
	t := &target{o: o}
	if t.engine, err = carrierOf(address); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", t.engine.name(), err), t.close())
		}
	}()
	if file, ok := t.engine.(sqlite); ok {
		if t.lock, err = takeLock(file.path); err != nil {
			return nil, err
		}
	}
	if err := t.makeSchema(ctx); err != nil {
		return nil, err
	}
	t.pool = t.engine.connectMoving()
	t.conn, err = t.pool.Conn(ctx)
	return t, err
}

// makeSchema makes the tables in an empty database. One that has others is not touched.
func (t *target) makeSchema(ctx context.Context) error {
	tables, version, err := t.engine.found(ctx)
	if err != nil {
		return err
	}
	if tables > 0 && version == 0 {
		return fmt.Errorf("%w: it has %d tables that are not huibao's", ErrNotEmpty, tables)
	}
	newest, err := newestSchema()
	switch {
	case err != nil:
		return err
	case version == newest:
		return nil
	case version > newest:
		return notNewer(version, newest)
	case version > 0:
		return fmt.Errorf("%w: its schema has version %d, this program's has %d", ErrNotEmpty, version, newest)
	}
	writer, reader, err := t.engine.open(ctx, t.o, true)
	if err != nil {
		return err
	}
	return errors.Join(writer.Close(), reader.Close())
}

// newestSchema gives the version of this program's schema, which is the same for both databases.
func newestSchema() (int64, error) {
	files, err := migrations()
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return goose.NumericComponent(slices.Max(names))
}

func (t *target) close() (err error) {
	if t.conn != nil {
		err = t.conn.Close()
	}
	if t.pool != nil {
		err = errors.Join(err, t.pool.Close())
	}
	if t.lock != nil {
		err = errors.Join(err, t.lock.Unlock())
	}
	return err
}

// transact runs f in one transaction.
func (t *target) transact(ctx context.Context, f func() error) error {
	if _, err := t.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	err := f()
	if err == nil {
		_, err = t.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		return errors.Join(err, t.engine.rollBack(t.conn))
	}
	return nil
}

// begin makes the target one of this move, or finds that it is already: then resumed tells so.
func (t *target) begin(ctx context.Context, tables []table, source string) (resumed bool, err error) {
	schema, err := newestSchema()
	if err != nil {
		return false, err
	}
	is, begun, err := readMeta(ctx, t.conn, metaMove)
	if err != nil {
		return false, err
	}
	if !begun {
		t.is = moveIs{Source: source, Schema: schema}
		return false, t.transact(ctx, func() error { return t.beginNew(ctx, tables) })
	}
	if t.kept, _, err = readMeta(ctx, t.conn, metaMoveAt); err != nil {
		return false, err
	}
	if err := errors.Join(json.Unmarshal([]byte(is), &t.is), json.Unmarshal([]byte(t.kept), &t.at)); err != nil {
		return false, fmt.Errorf("read how far the migration has come: %w", err)
	}
	if t.is.Schema != schema {
		return false, fmt.Errorf("%w: the migration into it was begun by another version of huibao, whose schema has version %d and not %d", ErrNotEmpty, t.is.Schema, schema)
	}
	if t.is.Source != source {
		return false, fmt.Errorf("the migration into it was begun from another database, or %w", ErrMoved)
	}
	return true, nil
}

func (t *target) beginNew(ctx context.Context, tables []table) error {
	if err := t.empty(ctx, tables); err != nil {
		return err
	}
	rows, err := t.conn.QueryContext(ctx, t.engine.listDerived())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var d derived
		if err := rows.Scan(&d.Drop, &d.Make); err != nil {
			return err
		}
		t.is.Derived = append(t.is.Derived, d)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, d := range t.is.Derived {
		if _, err := t.conn.ExecContext(ctx, d.Drop); err != nil {
			return fmt.Errorf("%s: %w", d.Drop, err)
		}
	}
	is, err := json.Marshal(t.is)
	if err != nil {
		return err
	}
	if _, err := t.conn.ExecContext(ctx, emptyMeta); err != nil {
		return err
	}
	if _, err := t.conn.ExecContext(ctx, addMeta, metaMove, string(is)); err != nil {
		return err
	}
	if _, err := t.conn.ExecContext(ctx, addMeta, metaMoveAt, ""); err != nil {
		return err
	}
	return t.keep(ctx)
}

const (
	emptyMeta = `
DELETE FROM meta`
	addMeta = `
INSERT INTO meta(key, value) VALUES($1, $2)`
)

// empty tells whether there are no rows but those that opening an empty database makes.
func (t *target) empty(ctx context.Context, tables []table) error {
	for _, table := range tables {
		var found int
		condition, args := "", []any{}
		if table.name == "meta" {
			condition, args = " WHERE NOT (key = $1 AND value = $2)", []any{metaChain, ChainHead{}.String()}
		}
		if err := t.conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM "+quoted(table.name)+condition+" LIMIT 1) first", args...).Scan(&found); err != nil {
			return err
		}
		if found > 0 {
			return fmt.Errorf("%s: %w: there is something in its table %s", t.engine.name(), ErrNotEmpty, table.name)
		}
	}
	return nil
}

func readMeta(ctx context.Context, conn *sql.Conn, key string) (text string, ok bool, err error) {
	err = conn.QueryRowContext(ctx, selectMeta, key).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return text, err == nil, err
}

const changeMeta = `
UPDATE meta SET value = $1 WHERE key = $2 AND value = $3`

// keep notes how far the move has come. Another process that moves into the same database is found by it.
func (t *target) keep(ctx context.Context) error {
	text, err := json.Marshal(t.at)
	if err != nil {
		return err
	}
	result, err := t.conn.ExecContext(ctx, changeMeta, string(text), metaMoveAt, t.kept)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errors.New("another process migrates into the same database"))
	}
	t.kept = string(text)
	return nil
}

// add adds a batch, and notes that it did.
func (t *target) add(ctx context.Context, table table, rows [][]any) error {
	return t.transact(ctx, func() error {
		if err := t.engine.addRows(ctx, t.conn, table, rows); err != nil {
			return err
		}
		t.at.Table, t.at.Key = table.name, keptKey(table.keyOf(rows[len(rows)-1]))
		t.at.All += int64(len(rows))
		return t.keep(ctx)
	})
}

// build makes the indexes and references that were taken away. References to rows that are not there are an error.
func (t *target) build(ctx context.Context, tables []table) error {
	return t.transact(ctx, func() error {
		for i := len(t.is.Derived) - 1; i >= 0; i-- {
			if _, err := t.conn.ExecContext(ctx, t.is.Derived[i].Make); err != nil {
				return fmt.Errorf("%s: %w", t.is.Derived[i].Make, err)
			}
		}
		if err := t.engine.settle(ctx, t.conn); err != nil {
			return err
		}
		t.at.Built = true
		return t.keep(ctx)
	})
}

// verify recomputes every number.
func (t *target) verify(ctx context.Context) error {
	writer, reader, err := t.engine.open(ctx, t.o, false)
	if err != nil {
		return err
	}
	db := assemble(t.engine, t.o, nil, writer, reader)
	problems, err := db.Verify(ctx)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%w: %d numbers do not agree: %s; huibao verify tells whether the source says the same of itself", ErrDamaged, len(problems), problems[0])
	}
	return errors.Join(err, db.Close())
}

const forgetMove = `
DELETE FROM meta WHERE key IN ($1, $2)`

// complete makes the target a database.
func (t *target) complete(ctx context.Context) error {
	if _, err := t.conn.ExecContext(ctx, forgetMove, metaMove, metaMoveAt); err != nil {
		return fmt.Errorf("finish the migration: %w", err)
	}
	return nil
}

// whole refuses a database that a move was begun into and not finished.
func (db *DB) whole(ctx context.Context) error {
	return db.Read(ctx, func(v *View) error {
		_, begun, err := v.Meta(metaMove)
		if err == nil && begun {
			err = ErrUnfinished
		}
		return err
	})
}
