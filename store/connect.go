package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"

	"github.com/mattn/go-sqlite3"
)

// use is what a connection is for: the parameters it is opened with, and the pragmas it gets.
type use struct {
	parameters string
	pragmas    []pragma
}

// pragma is a setting of a connection and what it must read back as. SQLite takes no notice of a mistyped pragma, and
// falls back where it cannot do what is asked.
type pragma struct{ name, value, reads string }

const readers = 4

// How connections are used. The driver's locks are left away: database/sql gives a connection to one goroutine at a time.
var (
	writing = use{"_mutex=no&_stmt_cache_size=100", []pragma{
		{"busy_timeout", "5000", "5000"},
		{"journal_mode", "WAL", "wal"},
		{"synchronous", "FULL", "2"},
		{"foreign_keys", "ON", "1"},
		{"cache_size", "-4000", "-4000"},       // 4 MB
		{"wal_autocheckpoint", "4000", "4000"}, // 16 MB: hot pages are copied back less often
		{"temp_store", "MEMORY", "2"},          // each savepoint keeps the pages it changes: not in a file
	}}
	reading = use{"mode=ro&_mutex=no&_stmt_cache_size=50", []pragma{
		{"busy_timeout", "5000", "5000"},
		{"query_only", "ON", "1"},
		{"cache_size", "-500", "-500"}, // 0.5 MB each: what is read often is in the operating system's memory anyway
	}}
	// copying reads, and may write another file.
	copying = use{"mode=ro&_mutex=no", []pragma{{"busy_timeout", "5000", "5000"}}}
)

// connect makes a pool of at most so many connections. The first use of each opens it.
func connect(path string, u use, connections int) *sql.DB {
	pool := sql.OpenDB(&connector{dataSource(path, u.parameters), sqlite3.SQLiteDriver{ConnectHook: u.prepare}})
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool
}

// dataSource escapes the path: a ? in it would begin the parameters.
func dataSource(path, parameters string) string {
	return (&url.URL{Scheme: "file", Path: path, RawQuery: parameters}).String()
}

type connector struct {
	source string
	driver sqlite3.SQLiteDriver
}

// Connect implements driver.Connector.
func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.source) }

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return &c.driver }

// prepare sets a new connection's pragmas and reads them back.
func (u use) prepare(conn *sqlite3.SQLiteConn) error {
	for _, p := range u.pragmas {
		if _, err := conn.Exec(fmt.Sprintf("PRAGMA %s = %s", p.name, p.value), nil); err != nil {
			return fmt.Errorf("set pragma %s: %w", p.name, err)
		}
		got, err := readPragma(conn, p.name)
		if err != nil {
			return fmt.Errorf("read pragma %s: %w", p.name, err)
		}
		if got != p.reads {
			return fmt.Errorf("pragma %s is %q, expected %q: is the disk one that SQLite can use?", p.name, got, p.reads)
		}
	}
	return nil
}

// readPragma gives a pragma's value, empty for one that does not exist.
func readPragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, len(rows.Columns()))
	if len(value) == 0 {
		return "", nil
	}
	if err := rows.Next(value); err != nil {
		return "", err
	}
	return fmt.Sprint(value[0]), nil
}
