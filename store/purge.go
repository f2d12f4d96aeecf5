package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"huibao/report"
)

// Purged counts what a purge removed, or would remove.
type Purged struct {
	Messages    int // texts, with what was read in them
	Updates     int // as they came from Telegram
	Sent        int // what the bot wrote
	Attachments int // what fetches pictures and files
	Questions   int // what was offered and answered
	Forms       int
	Queries     int
}

// ErrOpenYear: a purge would remove words of a year that is not over or not closed.
var ErrOpenYear = errors.New("the words of a year are removed when it is closed (封账)")

// Words can be removed: what has been said to the bot and by it before some day. What was made of it stays: reports, revisions
// with their reasons, facts, publications, the office's entries, learnt words, the audit. A message and an update keep their
// identity, so that they are known if they come again; a picture keeps its unique number, by which it is counted once, and
// which fetches nothing.
const (
	purgeMessages = `
UPDATE messages SET text = CASE WHEN part_of IS NULL AND text <> '' THEN $1 ELSE '' END, reading = NULL, purged = $2
WHERE sent < $3 AND purged = 0`
	purgeInbox = `
UPDATE inbox SET body = $1, error = '' WHERE at < $2 AND state <> 'new' AND (length(body) > 0 OR error <> '')`
	purgeOutbox = `
UPDATE outbox SET body = $1, error = '' WHERE state <> 'new' AND settled < $2 AND length(body) > 0`
	purgeAttachments = `
UPDATE attachments SET tg_file = '' WHERE tg_file <> '' AND message_id IN (SELECT id FROM messages WHERE sent < $1)`
	purgeQuestions = `
UPDATE questions SET options = $1, answer = NULL, closed = CASE WHEN closed = 0 THEN $2 ELSE closed END
WHERE at < $3 AND (length(options) > 2 OR answer IS NOT NULL OR closed = 0)`
	purgeForms = `
UPDATE forms SET body = $1, closed = CASE WHEN closed = 0 THEN $2 ELSE closed END WHERE at < $3 AND length(body) > 0`
	purgeQueries = `
DELETE FROM queries WHERE at < $1`
	selectOldestWords = `
SELECT COALESCE(MIN(sent), 0) FROM messages WHERE purged = 0`
	vacuum   = `VACUUM`
	emptyWAL = `PRAGMA wal_checkpoint(TRUNCATE)`
	noWords  = "{}" // what a question without its options has

)

// errShown ends a transaction whose changes were only to be counted.
var errShown = errors.New("shown")

// Purge removes what was said before a day; with do false it only counts. A day of the running year, or a later one, is
// refused, and so is one after a year that has words and is not closed, unless force says that the county does not close its
// years. Afterwards the file is written anew, so that the words are in no page of it and not in its log. What the disk keeps of
// the file's old blocks, and backups, are not reached.
//
// The database must be open for the bot (Open): beside a running one its log could not be emptied. On PostgreSQL no bot may have a
// lease; what the server keeps of its own log is not reached either.
func (db *DB) Purge(ctx context.Context, before report.Day, force, do bool, by int64) (p Purged, err error) {
	if err := db.atRest(ctx); err != nil {
		return p, fmt.Errorf("purge: %w", err)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		if err := tx.mayPurge(before, force); err != nil {
			return err
		}
		if p, err = tx.purge(before); err != nil {
			return err
		}
		if !do {
			return errShown
		}
		return tx.Audit(by, "purge", "before "+before.String(), fmt.Sprintf("%+v", p))
	})
	if err == nil {
		err = db.rewrite(ctx)
	}
	if err != nil && !errors.Is(err, errShown) {
		return p, fmt.Errorf("purge what was said before %s: %w", before, err)
	}
	return p, nil
}

// mayPurge refuses a day up to which words are still needed.
func (tx *Tx) mayPurge(before report.Day, force bool) error {
	today := report.DayOf(tx.now)
	if before > report.YearOf(today).First {
		return fmt.Errorf("%w: %d is not over", ErrOpenYear, today.Year())
	}
	var oldest int64
	if _, err := tx.query(selectOldestWords).one(&oldest); err != nil || oldest == 0 || force {
		return err
	}
	for year := report.DayOf(tx.db.timeOf(oldest)).Year(); year <= (before - 1).Year(); year++ {
		closed, err := tx.closedEverywhere(year)
		if err != nil {
			return err
		}
		if !closed {
			return fmt.Errorf("%w: %d is not closed", ErrOpenYear, year)
		}
	}
	return nil
}

// closedEverywhere tells whether no county's year is open any more.
func (tx *Tx) closedEverywhere(year int) (bool, error) {
	areas, err := tx.Areas()
	if err != nil {
		return false, err
	}
	root, _ := areas.Root()
	parts := []int64{root.ID}
	if rank := areas.Rank(root.ID); rank != report.Unranked && rank < report.County {
		parts = areas.Parts(root.ID, report.County)
	}
	for _, area := range parts {
		if closed, err := tx.Closed(year, area); !closed || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (tx *Tx) purge(before report.Day) (p Purged, err error) {
	year, month, day := before.Date()
	from := ms(time.Date(year, month, day, 0, 0, 0, 0, tx.db.loc))
	now, empty := ms(tx.now), []byte{}
	for _, step := range []struct {
		count *int
		do    func() (int64, error)
	}{
		{&p.Attachments, func() (int64, error) { return tx.exec(purgeAttachments, from) }},
		{&p.Messages, func() (int64, error) { return tx.exec(purgeMessages, report.PurgedWords, now, from) }},
		{&p.Updates, func() (int64, error) { return tx.exec(purgeInbox, empty, from) }},
		{&p.Sent, func() (int64, error) { return tx.exec(purgeOutbox, empty, from) }},
		{&p.Questions, func() (int64, error) { return tx.exec(purgeQuestions, []byte(noWords), now, from) }},
		{&p.Forms, func() (int64, error) { return tx.exec(purgeForms, empty, now, from) }},
		{&p.Queries, func() (int64, error) { return tx.exec(purgeQueries, from) }},
	} {
		n, err := step.do()
		if err != nil {
			return p, err
		}
		*step.count = int(n)
	}
	return p, nil
}

// atRest tells that no bot is at work on the database. One on a server that was killed counts as running until its leases have ended.
func (db *DB) atRest(ctx context.Context) error {
	if !db.engine.shared() {
		if db.lock == nil {
			return ErrLocked
		}
		return nil
	}
	return db.Read(ctx, func(v *View) error {
		var lease string
		held, err := v.query(selectHeldLease, ms(v.now)).one(&lease)
		if err == nil && held {
			err = fmt.Errorf("%s: %w (it has the lease %s; one that was killed keeps it for %d seconds)", db.engine.name(), ErrLocked, lease, int(leaseTerm.Seconds()))
		}
		return err
	})
}

const selectHeldLease = `
SELECT name FROM leases WHERE expires > $1 ORDER BY name LIMIT 1`

// rewrite writes anew what held the words.
func (db *DB) rewrite(ctx context.Context) error {
	db.turn <- struct{}{}
	defer func() { <-db.turn }()
	return db.engine.rewrite(ctx, db.writer)
}

// rewrite writes the tables anew that held words. VACUUM takes no transaction, and the name of one table at a time.
func (e *postgres) rewrite(ctx context.Context, writer *sql.DB) error {
	for _, table := range []string{"messages", "inbox", "outbox", "attachments", "questions", "forms", "queries"} {
		if _, err := writer.ExecContext(ctx, "VACUUM (FULL) "+table); err != nil {
			return fmt.Errorf("the words are gone, but the table %s was not written anew: run it again: %w", table, err)
		}
	}
	return nil
}

// rewrite writes the file anew without the pages that are free, and empties its log.
func (e sqlite) rewrite(ctx context.Context, writer *sql.DB) error {
	if _, err := writer.ExecContext(ctx, vacuum); err != nil {
		return fmt.Errorf("the words are gone, but the file was not written anew: run it again: %w", err)
	}
	var busy, pages, moved int
	if err := writer.QueryRowContext(ctx, emptyWAL).Scan(&busy, &pages, &moved); err != nil || busy != 0 {
		return fmt.Errorf("the words are gone, but the log is not empty: run it again: %w", errors.Join(ErrUnavailable, err))
	}
	return nil
}
