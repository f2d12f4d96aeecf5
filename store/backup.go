package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// BackupTo writes a compact copy of the database, as of one moment, while it goes on being used. The copy is checked and
// safe on the disk before it gets its name: file is replaced by a whole copy or left as it was.
func (db *DB) BackupTo(ctx context.Context, file string) error {
	return backup(ctx, db.path, file)
}

const (
	copyInto       = `VACUUM INTO $1`
	integrityCheck = `PRAGMA integrity_check(1)`
)

func backup(ctx context.Context, path, file string) error {
	partial := file + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	err := copyDatabase(ctx, path, partial)
	if err == nil {
		err = checkIntegrity(ctx, partial)
	}
	if err == nil {
		err = moveDurably(partial, file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", file, err), os.RemoveAll(partial)) // no error where it is gone
	}
	return nil
}

func copyDatabase(ctx context.Context, path, to string) error {
	if err := makePrivate(to); err != nil { // VACUUM INTO takes an empty file
		return err
	}
	pool := connect(path, copying, 1)
	_, err := pool.ExecContext(ctx, copyInto, to)
	return errors.Join(err, pool.Close())
}

func checkIntegrity(ctx context.Context, file string) error {
	pool := connect(file, copying, 1)
	var found string
	err := pool.QueryRowContext(ctx, integrityCheck).Scan(&found)
	if err == nil && found != "ok" {
		err = fmt.Errorf("the copy is damaged: %s", found)
	}
	return errors.Join(err, pool.Close())
}

// moveDurably gives a finished file its name so that a power cut leaves the old file or the new one.
func moveDurably(from, to string) error {
	if err := syncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFile(filepath.Dir(to))
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
