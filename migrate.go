package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"huibao/store"
)

// migrateCommand moves a database between a file and PostgreSQL.
type migrateCommand struct {
	From string `arg:"" help:"The database there is: a file, or postgres://user:password@host/database. Nobody may use it meanwhile."`
	To   string `arg:"" help:"The one it becomes: an empty one, or one that such a migration was cut off in."`
}

func (c migrateCommand) Run(w *world) error {
	from, err := addressOf(c.From)
	if err != nil {
		return err
	}
	to, err := addressOf(c.To)
	if err != nil {
		return err
	}
	err = store.Move(w.ctx, from, to, w.storeOptions(), func(s store.MoveStep) { c.tell(w, s) })
	if err != nil {
		return c.hint(w, err)
	}
	fmt.Fprintf(w.out, "migrate: done; now set HUIBAO_DB to %s and start the bot\n", store.Redacted(to))
	return nil
}

// addressOf makes the path of a file one that holds in every folder.
func addressOf(database string) (string, error) {
	if store.OnServer(database) {
		return database, nil
	}
	return filepath.Abs(database)
}

func (c migrateCommand) tell(w *world, s store.MoveStep) {
	switch s.Kind {
	case store.MoveLooked:
		fmt.Fprintf(w.out, "migrate: the source has %d rows%s\n", s.Rows, rate(s))
	case store.MoveResumed:
		fmt.Fprintf(w.out, "migrate: %d of them were copied before; it goes on there\n", s.Rows)
	case store.MoveCopied:
		fmt.Fprintf(w.out, "migrate: %s: %d rows copied%s\n", s.Table, s.Rows, rate(s))
	case store.MoveBuilt:
		fmt.Fprintf(w.out, "migrate: indexes and references are made%s\n", rate(s))
	case store.MoveCompared:
		fmt.Fprintf(w.out, "migrate: the target has the same %d rows, and the source has them still%s\n", s.Rows, rate(s))
	case store.MoveVerified:
		fmt.Fprintf(w.out, "migrate: every number of the target was recomputed%s\n", rate(s))
	}
}

// rate says how long a step took, and how many rows that makes in a second; nothing where it took no time.
func rate(s store.MoveStep) string {
	took := s.Took.Round(100 * time.Millisecond)
	switch {
	case took <= 0:
		return ""
	case s.Rows == 0:
		return fmt.Sprintf(" (%s)", took)
	}
	return fmt.Sprintf(" (%s, %d a second)", took, int64(float64(s.Rows)/s.Took.Seconds()))
}

// hint says what to do about what stands in the way.
func (c migrateCommand) hint(w *world, err error) error {
	switch {
	case w.ctx.Err() != nil || errors.Is(err, context.Canceled):
		return errors.New("migrate: it was stopped: the same command goes on where it was")
	case errors.Is(err, store.ErrLocked):
		return fmt.Errorf("%w: stop the bot first", err)
	case errors.Is(err, store.ErrNotEmpty):
		return fmt.Errorf("%w: name a file that is not there yet, or an empty database", err)
	case errors.Is(err, store.ErrText):
		return fmt.Errorf("%w\nhuibao: nothing was changed", err)
	}
	return err
}
