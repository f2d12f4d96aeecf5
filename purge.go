package main

import (
	"errors"
	"fmt"

	"huibao/report"
	"huibao/store"
)

// purgeCommand removes words that are no longer to be kept.
type purgeCommand struct {
	Before string `required:"" help:"The first day whose words stay, YYYY-MM-DD."`
	Force  bool   `help:"Also where a year before it was never closed; the running year's words always stay."`
	Yes    bool   `help:"Do it: words that are removed cannot be brought back."`
}

func (c purgeCommand) Run(w *world) error {
	before, err := report.ParseDay(c.Before)
	if err != nil {
		return fmt.Errorf("--before %q: expected a date such as 2026-01-01", c.Before)
	}
	db, err := store.Open(w.ctx, w.settings.DB, w.storeOptions())
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("%w: stop the bot and run the command again", err)
	}
	if err != nil {
		return err
	}
	p, err := db.Purge(w.ctx, before, c.Force, c.Yes, 0)
	if err := errors.Join(err, db.Close()); err != nil {
		if errors.Is(err, store.ErrLocked) { // on a server
			return fmt.Errorf("%w: stop every bot and run the command again", err)
		}
		if errors.Is(err, store.ErrOpenYear) {
			return fmt.Errorf("%w: name an earlier day, close the year (/close), or use --force if years are not closed here", err)
		}
		return err
	}
	fmt.Fprintf(w.out, "before %s: %d messages, %d updates, %d of the bot's own messages, %d pictures and files, %d questions, %d forms, %d queries\n",
		before, p.Messages, p.Updates, p.Sent, p.Attachments, p.Questions, p.Forms, p.Queries)
	if !c.Yes {
		fmt.Fprintln(w.out, "purge: nothing was removed; with --yes their words are removed for good. Reports, revisions and numbers stay.")
		return nil
	}
	fmt.Fprintln(w.out, "purge: the words are removed, and what held them was written anew. Reports, revisions and numbers stay.")
	fmt.Fprintln(w.out, "purge: backups of earlier days and copies made before migrations still have the words: remove them too")
	return nil
}
