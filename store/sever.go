package store

import (
	"context"
	"errors"
	"fmt"
)

// Only PostgreSQL has connections to end.
const endConnections = `
SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND random() < CAST($1 AS FLOAT8) / 100`

// Sever ends some of the connections that processes have to a database on PostgreSQL, in the middle of whatever they do, as a
// failing network would; and tells how many. It is for trying what comes of it.
func Sever(ctx context.Context, address string, percent int) (ended int, err error) {
	if !isPostgres(address) {
		return 0, errors.New("only PostgreSQL has connections to end")
	}
	e, err := newPostgres(address)
	if err != nil {
		return 0, err
	}
	pool := e.connect(1)
	err = pool.QueryRowContext(ctx, endConnections, percent).Scan(&ended)
	if err = errors.Join(err, pool.Close()); err != nil {
		return 0, fmt.Errorf("end connections to %s: %w", e.name(), err)
	}
	return ended, nil
}
