package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var embedded embed.FS

// migrations gives the numbered migrations of SQLite that this program knows.
func migrations() (fs.FS, error) { return fs.Sub(embedded, "migrations/sqlite") }

// migrate brings the schema up to date. An existing file is first copied to path.bak-vN, N being its schema's version.
func migrate(ctx context.Context, path string, files fs.FS, o Options) error {
	c := copier{engine: sqlite{path}, options: o, outdated: true}
	return withMigrations(path, files, func(p *goose.Provider) error {
		version, newest, err := versions(ctx, p)
		if err != nil {
			return err
		}
		if version == newest {
			return nil
		}
		if version > 0 {
			kept := fmt.Sprintf("%s.bak-v%d", path, version)
			if _, err := c.backup(ctx, kept, nil); err != nil {
				return fmt.Errorf("copy the database before migrating it: %w", err)
			}
			o.Log.Info("the database was copied before it is migrated", "copy", kept)
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate the schema from version %d to %d: %w", version, newest, err)
		}
		return nil
	})
}

// schemaIsCurrent tells whether the file is there and needs no migration.
func schemaIsCurrent(ctx context.Context, path string, files fs.FS) (current bool, err error) {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return false, err
	}
	err = withMigrations(path, files, func(p *goose.Provider) error {
		version, newest, err := versions(ctx, p)
		current = version == newest
		return err
	})
	return current, err
}

// versions gives the version of the database's schema and the newest one this program knows.
func versions(ctx context.Context, p *goose.Provider) (version, newest int64, err error) {
	version, newest, err = p.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, newest, notNewer(version, newest)
}

// notNewer refuses a schema of a newer program.
func notNewer(version, newest int64) error {
	if version > newest {
		return fmt.Errorf("%w: its schema has version %d, this program knows %d: use the newer program", ErrNewerSchema, version, newest)
	}
	return nil
}

func withMigrations(path string, files fs.FS, f func(*goose.Provider) error) error {
	pool := connect(path, writing, 1)
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files)
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	return errors.Join(f(p), pool.Close())
}
