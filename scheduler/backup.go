package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"filippo.io/age"
	"github.com/robfig/cron/v3"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// DefaultBackup is when copies are made where the settings say nothing: in the night, when nobody reports.
const DefaultBackup = "30 3 * * *"

// Backups says where copies of the database go.
type Backups struct {
	Folder     string          // empty: none are made
	Spec       string          // when; empty: DefaultBackup
	Recipients []age.Recipient // whom they are encrypted for; none: they are not
}

// backups makes copies when they are due.
type backups struct {
	Backups
	schedule cron.Schedule
}

func newBackups(o Backups) (backups, error) {
	schedule, err := parseSpec(orElse(o.Spec, DefaultBackup))
	if err != nil {
		return backups{}, fmt.Errorf("job %s: %w", store.BackupJob, err)
	}
	return backups{o, schedule}, nil
}

// retryBackup is how long it takes until a backup that failed is tried again.
const retryBackup = time.Hour

// BackUp makes the copy of the database that is due, if one is: the newest, whatever was missed. The first one is due at once,
// so that whoever sets a folder sees whether it works. Nothing is locked while it is made and checked; only its row in the
// ledger of runs is a transaction. Older copies are removed only after that. One that fails leaves those there are alone, is
// told to the administrators once a day, and is tried again every hour.
func (s *Scheduler) BackUp(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if s.backups.Folder == "" {
		return nil
	}
	var due time.Time
	err = s.db.Read(ctx, func(v *store.View) (err error) {
		due, err = s.backupDue(v)
		return err
	})
	if err != nil || due.IsZero() {
		return err
	}
	file := filepath.Join(s.backups.Folder, backupName(s.now().In(s.loc), len(s.backups.Recipients) > 0))
	made, err := s.copyTo(ctx, file)
	if ctx.Err() != nil {
		return nil // it was not the copy that failed
	}
	if err != nil {
		return errors.Join(err, s.backupFailed(ctx, due, err))
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		return tx.RecordRun(store.Run{Job: store.BackupJob, Period: due.In(s.loc).Format(backupTime), Due: due, State: store.RunDone,
			Note: filepath.Base(file)})
	})
	if err != nil && !errors.Is(err, store.ErrAlreadyRun) { // by another scheduler: then there are two copies
		return err
	}
	s.log.Info("the database was backed up", "file", file, "bytes", made.Size, "reports", made.Reports)
	return dropOlder(s.backups.Folder, file)
}

// copyTo makes the copy. A folder that is not there is made, but not the one it is to lie in: that may be a disk that is not
// connected.
func (s *Scheduler) copyTo(ctx context.Context, file string) (store.Backup, error) {
	if err := os.Mkdir(s.backups.Folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return store.Backup{}, err
	}
	return s.db.BackupTo(ctx, file, s.backups.Recipients...)
}

// backupDue gives the moment the newest copy that is owed was due at, zero where none is.
func (s *Scheduler) backupDue(v *store.View) (time.Time, error) {
	runs, err := v.Runs(store.BackupJob)
	if err != nil {
		return time.Time{}, err
	}
	now := v.Now()
	// A run that lies ahead was made by a wrong clock.
	runs = slices.DeleteFunc(runs, func(r store.Run) bool { return r.Due.After(now) })
	if len(runs) == 0 {
		return now.Truncate(time.Minute), nil
	}
	last := runs[len(runs)-1]
	due := last.Due
	for next := s.backups.schedule.Next(due.In(s.loc)); !next.IsZero() && !next.After(now); next = s.backups.schedule.Next(next) {
		due = next
	}
	switch {
	case due.After(last.Due):
		return due, nil
	case last.State == store.RunFailed && (now.Sub(last.At) >= retryBackup || now.Before(last.At)):
		return due, nil
	}
	return time.Time{}, nil
}

// backupFailed records that there is no copy, and tells the administrators once a day.
func (s *Scheduler) backupFailed(ctx context.Context, due time.Time, cause error) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		last, err := tx.LastBackup()
		if err != nil {
			return err
		}
		today := report.DayOf(tx.Now().In(s.loc))
		alert := digest.BackupAlert(digest.Scene{Today: today}, due.In(s.loc), last, faultOf(cause))
		if err := s.tellAdministrators(tx, alert, "backup:"+today.String()); err != nil {
			return err
		}
		err = tx.RecordRun(store.Run{Job: store.BackupJob, Period: due.In(s.loc).Format(backupTime), Due: due, State: store.RunFailed,
			Note: cause.Error()})
		if errors.Is(err, store.ErrAlreadyRun) {
			return nil
		}
		return err
	})
}

// faultOf tells what the office can do about a backup that failed.
func faultOf(err error) digest.BackupFault {
	switch {
	case errors.Is(err, store.ErrDamaged):
		return digest.BackupWrong
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return digest.BackupNoFolder
	case errors.Is(err, store.ErrNoSpace):
		return digest.BackupNoSpace
	}
	return digest.BackupFailed
}

// tellAdministrators puts a message into the outbox for every administrator who has a chat with the bot.
func (s *Scheduler) tellAdministrators(tx *store.Tx, text digest.Text, dedupe string) error {
	body, err := json.Marshal(text.Message())
	if err != nil {
		return fmt.Errorf("write to the administrators: %w", err)
	}
	members, err := tx.Members()
	if err != nil {
		return err
	}
	for _, m := range members {
		if !slices.ContainsFunc(m.Memberships, func(r store.Membership) bool { return r.Role == store.Admin }) {
			continue
		}
		c, ok, err := tx.ChatByTg(m.TgUser) // a private chat has its user's id
		if err != nil {
			return err
		}
		if !ok || c.State != store.ChatActive {
			continue
		}
		_, err = tx.Enqueue(store.Outgoing{Chat: c.ID, Method: "sendMessage", Body: body, Dedupe: fmt.Sprintf("%s:%d", dedupe, c.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}

// backUpAside looks for a backup that is due whenever it is told to, beside what else the scheduler does: a digest does not
// wait for a large copy. stop ends it.
func (s *Scheduler) backUpAside(ctx context.Context) (looks chan<- struct{}, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	look, ended := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.dropUnfinished(); err != nil {
			s.log.Error("cannot remove what a backup has left", "error", err)
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-look:
				if err := s.BackUp(ctx); err != nil {
					s.log.Error("the backup failed, will try again", "error", err)
				}
			}
		}
	}()
	return look, func() {
		cancel()
		<-ended
	}
}

// dropUnfinished removes what a backup that was cut off has left.
func (s *Scheduler) dropUnfinished() error {
	err := s.db.DropUnfinished()
	if s.backups.Folder == "" {
		return err
	}
	entries, reading := os.ReadDir(s.backups.Folder)
	if reading != nil && !errors.Is(reading, fs.ErrNotExist) {
		return errors.Join(err, reading)
	}
	for _, e := range entries {
		if unfinished.MatchString(e.Name()) {
			err = errors.Join(err, os.Remove(filepath.Join(s.backups.Folder, e.Name())))
		}
	}
	return err
}
