package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
)

var (
	// ErrNoManifest: beside the copy there is no manifest, so that nobody can say whether it is what it was.
	ErrNoManifest = errors.New("the copy has no manifest beside it")
	// ErrKey: the copy is encrypted, and the key for it is not at hand.
	ErrKey = errors.New("the copy is encrypted, and no key that fits was given")
)

// ErrServer: the database is on a server, and a copy takes the place of a file only.
var ErrServer = errors.New("a copy is restored to a file, not to a server")

// Restoring is a copy that was looked at and found good, and is ready to take the database's place. It holds the lock of the
// database until Close.
type Restoring struct {
	Backup   Backup    // what the copy holds
	Messages int64     // that wait in it to be sent, and never will be
	At       time.Time // when it is restored

	path, ready string
	lock        *flock.Flock
}

// PrepareRestore makes a database of a copy, beside the one at path, which stays as it is. The copy is decrypted, compared
// with its manifest (unless unlisted allows that there is none), brought to this program's schema, and every number in it
// recomputed: a copy that differs in one byte from what was written is an ErrDamaged. While a bot runs it is ErrLocked.
//
// A restored database sends nothing of the past: what waited to be sent is given up, and Restored tells the bot and the
// scheduler from when on they have to act.
func PrepareRestore(ctx context.Context, path, file string, o Options, unlisted bool, keys ...age.Identity) (_ *Restoring, err error) {
	if isPostgres(path) {
		return nil, ErrServer
	}
	lock, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	r := &Restoring{path: path, ready: path + ".restoring", lock: lock, At: time.UnixMilli(o.Now().UnixMilli()).In(o.Location)}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("restore %s: %w", file, err), r.Close())
		}
	}()
	if err := r.discard(); err != nil { // of a restore that was cut off
		return nil, err
	}
	if err := r.bring(file, unlisted, keys); err != nil {
		return nil, err
	}
	if err := r.check(ctx, file, o); err != nil {
		return nil, err
	}
	return r, r.settle(ctx, filepath.Base(file), o)
}

// magic begins every file of age.
const magic = "age-encryption.org/"

// bring writes the plain copy to where it becomes a database, and compares the file with its manifest.
func (r *Restoring) bring(file string, unlisted bool, keys []age.Identity) error {
	listed, found, err := readManifest(file)
	if err != nil {
		return err
	}
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	read := sha256.New()
	counted := &counter{r: io.TeeReader(in, read)}
	start := bufio.NewReader(counted)
	head, err := start.Peek(len(magic))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	encrypted := bytes.HasPrefix(head, []byte(magic))
	if !found && !encrypted && !unlisted {
		return ErrNoManifest
	}
	var plain io.Reader = start
	if encrypted {
		if plain, err = decrypt(start, keys); err != nil {
			return err
		}
	}
	out, err := os.OpenFile(r.ready, os.O_WRONLY|os.O_CREATE|os.O_EXCL, private)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, plain)
	if err != nil && encrypted {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, start)
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	hash := hex.EncodeToString(read.Sum(nil))
	if found && (listed.SHA256 != hash || listed.Size != counted.n || listed.Encrypted != encrypted) {
		return fmt.Errorf("%w: it is not the file its manifest was written for", ErrDamaged)
	}
	r.Backup = Backup{Format: backupFormat, Encrypted: encrypted, Size: counted.n, SHA256: hash}
	return nil
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func decrypt(in io.Reader, keys []age.Identity) (io.Reader, error) {
	if len(keys) == 0 {
		return nil, ErrKey
	}
	plain, err := age.Decrypt(in, keys...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, ErrKey
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}

// check looks into the copy, brings its schema up to date and recomputes its numbers.
func (r *Restoring) check(ctx context.Context, file string, o Options) error {
	if err := checkIntegrity(ctx, r.ready); err != nil {
		return err
	}
	found, err := describe(ctx, r.ready, o.Location)
	if err != nil {
		return fmt.Errorf("%w: it is no database of huibao: %w", ErrDamaged, err)
	}
	listed, ok, err := readManifest(file)
	if err == nil && ok {
		err = listed.agrees(found)
	}
	if err != nil {
		return err
	}
	found.Encrypted, found.Size, found.SHA256 = r.Backup.Encrypted, r.Backup.Size, r.Backup.SHA256
	r.Backup = found
	if err := upgrade(ctx, r.ready); err != nil {
		return err
	}
	db, err := open(ctx, sqlite{r.ready}, o, nil)
	if err != nil {
		return err
	}
	problems, err := db.Verify(ctx)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%w: %d numbers do not agree: %s", ErrDamaged, len(problems), problems[0])
	}
	return errors.Join(err, db.Close())
}

// upgrade brings a copy's schema up to date. The copy itself is what is kept of it as it was.
func upgrade(ctx context.Context, file string) error {
	files, err := migrations()
	if err != nil {
		return err
	}
	return withMigrations(file, files, func(p *goose.Provider) error {
		if _, _, err := versions(ctx, p); err != nil {
			return err
		}
		_, err := p.Up(ctx)
		return err
	})
}

const (
	countUnsent = `
SELECT COUNT(*) FROM outbox WHERE state = 'new'`
	giveUpUnsent = `
UPDATE outbox SET state = 'failed', settled = $1, error = 'restored' WHERE state = 'new'`
	settleUrges = `
UPDATE urges SET settled = $1 WHERE settled = 0`
	// metaRestored has the moment of the copy and that of the restore.
	metaRestored = "restored"
)

// settle gives up what waits to be sent in the copy: it was sent, perhaps, or is out of date. It notes that it was restored.
func (r *Restoring) settle(ctx context.Context, name string, o Options) error {
	db, err := open(ctx, sqlite{r.ready}, o, nil)
	if err != nil {
		return err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.query(countUnsent).one(&r.Messages); err != nil {
			return err
		}
		for _, statement := range []string{giveUpUnsent, settleUrges} {
			if _, err := tx.exec(statement, ms(r.At)); err != nil {
				return err
			}
		}
		if err := tx.SetMeta(metaRestored, fmt.Sprintf("%d:%d", ms(r.Backup.At), ms(r.At))); err != nil {
			return err
		}
		return tx.Audit(0, "restore", name, fmt.Sprintf("%d reports", r.Backup.Reports))
	})
	return errors.Join(err, db.Close())
}

// Replace puts the copy in the database's place and gives the name under which the one there was is kept, empty where there
// was none. A crash at any moment leaves the one or the other, and the old one whole under the name it is kept by.
func (r *Restoring) Replace(ctx context.Context) (kept string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("put the copy in the place of %s: %w", r.path, err)
		}
	}()
	if err := syncFile(r.ready); err != nil {
		return "", err
	}
	switch _, err := os.Stat(r.path); {
	case errors.Is(err, fs.ErrNotExist): // first on this machine
	case err != nil:
		return "", err
	default:
		kept = r.path + ".before-restore-" + r.At.Format("20060102T150405")
		fold(ctx, r.path)
		if err := r.keep(kept); err != nil {
			return "", err
		}
	}
	return kept, moveDurably(r.ready, r.path)
}

// fold brings the log of a database that was not closed into its file. One that is damaged stays as it is: SQLite would throw
// the log away.
func fold(ctx context.Context, path string) {
	if checkIntegrity(ctx, path) != nil {
		return
	}
	pool := connect(path, use{"_mutex=no", []pragma{{"journal_mode", "DELETE", "delete"}}}, 1)
	_ = errors.Join(pool.PingContext(ctx), pool.Close())
}

// keep gives the present database a second name, and takes away its log, which must not be read into another file.
func (r *Restoring) keep(as string) error {
	for _, end := range []string{"-wal", ""} {
		if err := second(r.path+end, as+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := syncFile(filepath.Dir(r.path)); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(r.path+"-wal"), os.RemoveAll(r.path+"-shm"))
}

// second gives a file a second name, or copies it where the disk knows no second names.
func second(from, to string) error {
	if err := os.Link(from, to); err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, private)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// Close gives the database free. What was prepared and did not take its place is removed.
func (r *Restoring) Close() error { return errors.Join(r.discard(), r.lock.Unlock()) }

func (r *Restoring) discard() error {
	var err error
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		err = errors.Join(err, os.RemoveAll(r.ready+end)) // no error where it is not there
	}
	return err
}

// Restored says that the database was made of a copy: what happened between the two moments is not in it.
type Restored struct {
	From time.Time // the moment it is a copy of, zero where that is not known
	At   time.Time // when it was restored
}

// Restored gives the last restore; ok is false for a database that never was.
func (v *View) Restored() (r Restored, ok bool, err error) {
	text, ok, err := v.Meta(metaRestored)
	if err != nil || !ok {
		return Restored{}, false, err
	}
	from, at, _ := strings.Cut(text, ":")
	copied, err1 := strconv.ParseInt(from, 10, 64)
	restored, err2 := strconv.ParseInt(at, 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return Restored{}, false, fmt.Errorf("%s in the store: %w", metaRestored, err)
	}
	return Restored{v.db.timeOf(copied), v.db.timeOf(restored)}, true, nil
}
