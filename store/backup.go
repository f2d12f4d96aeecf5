package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"
	"github.com/mattn/go-sqlite3"
)

// ErrDamaged: a copy of the database is not what it was, or what it says does not agree with itself.
var ErrDamaged = errors.New("the copy is damaged")

// ErrNoSpace: the disk is full, or does not let itself be written to.
var ErrNoSpace = errors.New("the disk is full or cannot be written to")

// noSpace tells such a failure of the disk from others.
func noSpace(err error) bool {
	var e sqlite3.Error
	if errors.As(err, &e) {
		switch e.Code & 0xff { // a step of a copy gives the extended code
		case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrReadonly:
			return true
		}
	}
	for _, cause := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EROFS, fs.ErrPermission} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// BackupTo writes a copy of the database, as of one moment, while it goes on being used, and a manifest beside it. Every
// number of the copy is recomputed, and it is safe on the disk, before it gets its name: file is replaced by a whole copy or
// left as it was. A copy of PostgreSQL is a file of SQLite, from which restore and migrate go on. Given recipients the copy is encrypted for them, as age does it; the plain copy that is checked lies beside
// the database meanwhile, never in file's folder.
func (db *DB) BackupTo(ctx context.Context, file string, recipients ...age.Recipient) (Backup, error) {
	return db.copier().backup(ctx, file, recipients)
}

// DropUnfinished removes what backups that were cut off have left beside the database. What another process is at stays.
func (db *DB) DropUnfinished() error {
	beside, err := db.engine.beside()
	if err != nil {
		return err
	}
	return dropUnfinished(beside)
}

func dropUnfinished(path string) error {
	begin := path + ".copy-"
	left, err := filepath.Glob(globQuoted(begin) + "*")
	for _, name := range left {
		digits, _, _ := strings.Cut(strings.TrimPrefix(name, begin), "-")
		if pid, wrong := strconv.Atoi(digits); wrong == nil && (pid == os.Getpid() || !alive(pid)) {
			err = errors.Join(err, os.Remove(name))
		}
	}
	return err
}

// alive tells whether a process is running.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// globQuoted escapes what a pattern would take for more than itself.
func globQuoted(path string) string {
	var quoted []byte
	for _, c := range []byte(path) {
		if c == '*' || c == '?' || c == '[' || c == '\\' {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, c)
	}
	return string(quoted)
}

// copier makes checked copies of a database.
type copier struct {
	engine  engine
	options Options
	// outdated tells that the schema is of another version than this program's, which cannot recompute its numbers.
	outdated bool
}

func (db *DB) copier() copier {
	return copier{engine: db.engine, options: Options{Now: db.now, Location: db.loc, Log: db.log}}
}

func (c copier) backup(ctx context.Context, file string, recipients []age.Recipient) (b Backup, err error) {
	partial := file + ".partial"
	defer func() {
		if noSpace(err) {
			err = fmt.Errorf("%w: %w", ErrNoSpace, err)
		}
		if err != nil { // no error where it is gone
			err = errors.Join(fmt.Errorf("back up to %s: %w", file, err), os.RemoveAll(partial))
		}
	}()
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Backup{}, err
	}
	if len(recipients) > 0 {
		b, err = c.encrypted(ctx, partial, recipients)
	} else if b, err = c.copy(ctx, partial); err == nil {
		b.Size, b.SHA256, err = checksum(partial)
	}
	if err != nil {
		return Backup{}, err
	}
	// Between the two steps a copy has no manifest, which is said where it is restored: never one that speaks of another.
	if err := os.Remove(manifestOf(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Backup{}, err
	}
	if err := moveDurably(partial, file); err != nil {
		return Backup{}, err
	}
	return b, b.write(file)
}

// copy makes a checked copy that is not on the disk for sure yet.
func (c copier) copy(ctx context.Context, to string) (Backup, error) {
	at := c.options.Now()
	if err := c.engine.copyRows(ctx, to, at); err != nil {
		return Backup{}, err
	}
	if err := checkIntegrity(ctx, to); err != nil {
		return Backup{}, err
	}
	if !c.outdated {
		if err := verifyCopy(ctx, to, c.options); err != nil {
			return Backup{}, err
		}
	}
	return describe(ctx, to, c.options.Location)
}

// encrypted makes a checked copy beside the database, and of it the encrypted one.
func (c copier) encrypted(ctx context.Context, to string, recipients []age.Recipient) (b Backup, err error) {
	beside, err := c.engine.beside()
	if err != nil {
		return Backup{}, err
	}
	plain := fmt.Sprintf("%s.copy-%d", beside, os.Getpid())
	defer func() {
		err = errors.Join(err, os.RemoveAll(plain), os.RemoveAll(plain+"-journal"))
	}()
	if err := dropUnfinished(beside); err != nil {
		return Backup{}, err
	}
	if b, err = c.copy(ctx, plain); err != nil {
		return Backup{}, err
	}
	b.Encrypted = true
	b.Size, b.SHA256, err = encrypt(plain, to, recipients)
	return b, err
}

// encrypt writes from encrypted to another file, and reads back what it wrote: without the key that is all that can be checked.
func encrypt(from, to string, recipients []age.Recipient) (size int64, hash string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return 0, "", err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, private)
	if err != nil {
		return 0, "", err
	}
	written := sha256.New()
	err = func() error {
		w, err := age.Encrypt(io.MultiWriter(out, written), recipients...)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, in); err != nil {
			return err
		}
		return w.Close()
	}()
	if err := errors.Join(err, out.Close()); err != nil {
		return 0, "", err
	}
	if err := syncFile(to); err != nil {
		return 0, "", err
	}
	size, hash, err = checksum(to)
	if err == nil && hash != hex.EncodeToString(written.Sum(nil)) {
		err = fmt.Errorf("%w: the disk does not give back what was written", ErrDamaged)
	}
	return size, hash, err
}

// checksum gives a file's size and its SHA-256.
func checksum(file string) (size int64, hash string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}

const (
	// stepPages is how much is copied before it is looked whether the caller still waits.
	stepPages = 1024
	beginRead = `SELECT COUNT(*) FROM sqlite_schema`
	// metaCopied has the moment a copy was made: only copies, and what was restored of one, have it.
	metaCopied = "copied"
)

// copyRows copies the file page by page. The source is read on a snapshot, so that writers neither wait nor make SQLite begin
// anew.
func (e sqlite) copyRows(ctx context.Context, to string, at time.Time) error {
	if err := makePrivate(to); err != nil {
		return err
	}
	source, target := connect(e.path, copying, 1), connect(to, use{parameters: "_mutex=no"}, 1)
	err := func() error {
		from, err := source.Conn(ctx)
		if err != nil {
			return err
		}
		defer from.Close()
		into, err := target.Conn(ctx)
		if err != nil {
			return err
		}
		defer into.Close()
		if _, err := from.ExecContext(ctx, "BEGIN"); err != nil {
			return err
		}
		defer from.ExecContext(background, "ROLLBACK")
		var tables int
		if err := from.QueryRowContext(ctx, beginRead).Scan(&tables); err != nil {
			return err
		}
		return into.Raw(func(t any) error {
			return from.Raw(func(s any) error { return copyPages(ctx, s.(*sqlite3.SQLiteConn), t.(*sqlite3.SQLiteConn)) })
		})
	}()
	if err := errors.Join(err, source.Close(), target.Close()); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return finishCopy(ctx, to, at)
}

func copyPages(ctx context.Context, from, to *sqlite3.SQLiteConn) error {
	b, err := to.Backup("main", from, "main")
	if err != nil {
		return err
	}
	for done := false; !done && err == nil; {
		if err = ctx.Err(); err == nil {
			done, err = b.Step(stepPages)
		}
	}
	return errors.Join(err, b.Finish())
}

// finishCopy makes the copy one file without a log beside it, and notes in it what moment it is of. Nothing is synced: that
// comes before the file gets its name.
func finishCopy(ctx context.Context, file string, at time.Time) error {
	pool := connect(file, use{"_mutex=no", []pragma{{"journal_mode", "DELETE", "delete"}, {"synchronous", "OFF", "0"}}}, 1)
	_, err := pool.ExecContext(ctx, upsertMeta, metaCopied, strconv.FormatInt(ms(at), 10))
	if err := errors.Join(err, pool.Close()); err != nil {
		return fmt.Errorf("finish the copy: %w", err)
	}
	return nil
}

const (
	integrityCheck = `PRAGMA integrity_check(1)`
	strangers      = `SELECT COUNT(*) FROM pragma_foreign_key_check`
)

// checkIntegrity asks SQLite whether a file is whole, and all its rows refer to rows that are there.
func checkIntegrity(ctx context.Context, file string) error {
	pool := connect(file, copying, 1)
	var found string
	var lost int
	err := pool.QueryRowContext(ctx, integrityCheck).Scan(&found)
	switch {
	case err != nil:
		err = damage(err)
	case found != "ok":
		err = fmt.Errorf("%w: %s", ErrDamaged, found)
	default:
		if err = pool.QueryRowContext(ctx, strangers).Scan(&lost); err != nil {
			err = damage(err)
		} else if lost > 0 {
			err = fmt.Errorf("%w: %d rows refer to rows that are not there", ErrDamaged, lost)
		}
	}
	return errors.Join(err, pool.Close())
}

// damage tells an error that says that the file is none, or no whole one, from others.
func damage(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// verifyCopy recomputes every number of a copy, which is not changed.
func verifyCopy(ctx context.Context, file string, o Options) error {
	db := &DB{engine: sqlite{file}, path: file, now: o.Now, loc: o.Location, log: o.Log, reader: connect(file, reading, 1),
		lines: newLineBook(), reference: &referenceCache{}}
	problems, err := db.Verify(ctx)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%w: %d numbers do not agree: %s", ErrDamaged, len(problems), problems[0])
	}
	return errors.Join(err, db.reader.Close())
}

const selectSchema = `
SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`

// describe says what a copy holds.
func describe(ctx context.Context, file string, loc *time.Location) (Backup, error) {
	pool := connect(file, copying, 1)
	b := Backup{Format: backupFormat}
	var copied, chain sql.NullString
	ask := func(statement string, into any, args ...any) func() error {
		return func() error { return pool.QueryRowContext(ctx, statement, args...).Scan(into) }
	}
	var err error
	for _, next := range []func() error{
		ask(selectSchema, &b.Schema),
		ask(`SELECT COUNT(*) FROM reports`, &b.Reports),
		ask(`SELECT COALESCE(MAX(seq), 0) FROM facts`, &b.Ledger),
		ask(`SELECT MAX(value) FROM meta WHERE key = $1`, &chain, metaChain),
		ask(`SELECT MAX(value) FROM meta WHERE key = $1`, &copied, metaCopied),
	} {
		if err == nil {
			err = next()
		}
	}
	b.Chain = chain.String
	if err == nil && copied.Valid {
		var at int64
		if at, err = strconv.ParseInt(copied.String, 10, 64); err == nil {
			b.At = time.UnixMilli(at).In(loc)
		}
	}
	if err = errors.Join(err, pool.Close()); err != nil {
		return Backup{}, fmt.Errorf("read what the copy holds: %w", err)
	}
	return b, nil
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

// BackupJob is the name of backups by schedule in the ledger of runs.
const BackupJob = "backup"

const selectLastBackup = `
SELECT COALESCE(MAX(at), 0) FROM runs WHERE job = $1 AND state = 'done'`

// LastBackup gives when the last copy by schedule was made, zero where none was.
func (v *View) LastBackup() (time.Time, error) {
	var at int64
	if _, err := v.query(selectLastBackup, BackupJob).one(&at); err != nil {
		return time.Time{}, fmt.Errorf("look for the last backup: %w", err)
	}
	return v.db.timeOf(at), nil
}
