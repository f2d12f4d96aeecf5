package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgres is the engine of a database behind a server, which several processes may use at a time.
type postgres struct {
	config *pgx.ConnConfig
	shown  string // the address without its password
}

// postgresWriters is how many transactions of a process may write at a time: what receives updates, what handles them, what
// records what was sent, and the scheduler.
const postgresWriters = 4

// isPostgres tells an address of PostgreSQL from the path of a file.
func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// OnServer tells that an address is that of PostgreSQL, and no path of a file.
func OnServer(address string) bool { return isPostgres(address) }

// Redacted gives an address of a database without the password that may be in it, for people and logs.
func Redacted(address string) string {
	if !isPostgres(address) {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://…"
	}
	q := u.Query()
	for name := range q {
		if strings.Contains(name, "password") {
			q.Del(name)
		}
	}
	u.RawQuery = q.Encode()
	return u.Redacted()
}

func newPostgres(address string) (*postgres, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil { // the reason quotes the address, in which the password may stand anywhere
		return nil, fmt.Errorf("open %s: the address is not postgres://user:password@host/database", Redacted(address))
	}
	for name, value := range map[string]string{
		"application_name":                    "huibao",
		"idle_in_transaction_session_timeout": "60000", // a process that hangs does not hold the others up for ever
		"jit":                                 "off",   // statements are short
	} {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	config.DialFunc = dialer.DialContext
	return &postgres{config: config, shown: Redacted(address)}, nil
}

// dialer gives a connection up over which nothing is acknowledged for deadServer: a machine that is gone without a word, where the
// system's own patience is a quarter of an hour in which nothing is done. How long a statement may take is not bounded by it.
var dialer = &net.Dialer{Control: giveUp,
	KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: deadServer / 2, Interval: deadServer / 8, Count: 4}}

const deadServer = 20 * time.Second

func (e *postgres) name() string { return e.shown }

// beside implements engine. No file is the database's: they lie in a folder among the temporary files that nobody else may look
// into.
func (e *postgres) beside() (string, error) {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("huibao-%d", os.Getuid()))
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return "", err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(owner.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s is not a folder of this account alone: remove it", folder)
	}
	return filepath.Join(folder, "database"), nil
}

func (e *postgres) writers() int { return postgresWriters }

func (e *postgres) shared() bool { return true }

// begins implements engine. What writes sees what others have committed by each of its statements, and locks the rows that it
// must find unchanged.
func (e *postgres) begins() (writing, reading string) {
	return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
}

func (e *postgres) open(ctx context.Context, o Options, _ bool) (writer, reader *sql.DB, err error) {
	writer, reader = e.connect(postgresWriters), e.connect(readers)
	if err = e.migrate(ctx, writer, o); err == nil {
		err = reader.PingContext(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(err, writer.Close(), reader.Close())
	}
	return writer, reader, nil
}

// connect makes a pool of at most so many connections.
func (e *postgres) connect(connections int) *sql.DB {
	pool := stdlib.OpenDB(*e.config)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool
}

func (e *postgres) exec(tx *Tx, statement string, args []any) (rows int64, err error) {
	result, err := tx.conn.ExecContext(background, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// addRow implements engine. PostgreSQL tells the number where it is asked to return it.
func (e *postgres) addRow(tx *Tx, statement string, args []any) (id int64, added bool, err error) {
	key := " RETURNING id"
	if strings.HasPrefix(strings.TrimSpace(statement), "INSERT INTO outbox(") {
		key = " RETURNING seq"
	}
	err = tx.conn.QueryRowContext(background, statement+key, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, err == nil, err
}

// judge implements engine. What the server refused in its state of then is not the statement's fault; after a lost connection
// the transaction was rolled back, if it was not being committed.
func (e *postgres) judge(conn *sql.Conn, err error) verdict {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch code := refused.Code; {
		case code == "40003": // it may have been completed
			return ofDatabase
		case strings.HasPrefix(code, "40"), code == "55P03", strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "08"), code == "25P03":
			return ofRace
		case strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"), strings.HasPrefix(code, "58"), strings.HasPrefix(code, "XX"), code == "25006":
			return ofDatabase
		}
		return ofStatement
	}
	if lost(err) || broken(conn) {
		return ofRace
	}
	return ofStatement
}

// broken tells whether a connection has ended.
func broken(conn *sql.Conn) bool {
	ended := true
	err := conn.Raw(func(c any) error {
		ended = c.(*stdlib.Conn).Conn().IsClosed()
		return nil
	})
	return ended || err != nil
}

func (e *postgres) rollBack(conn *sql.Conn) error {
	var failed error
	err := conn.Raw(func(c any) error {
		under := c.(*stdlib.Conn).Conn()
		if under.IsClosed() {
			return driver.ErrBadConn // nothing is left to roll back
		}
		if under.PgConn().TxStatus() == 'I' {
			return nil
		}
		if _, failed = under.Exec(background, "ROLLBACK"); failed != nil {
			return driver.ErrBadConn
		}
		return nil
	})
	if failed != nil {
		return failed
	}
	return err
}
