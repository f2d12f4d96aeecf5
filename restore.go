package main

import (
	"errors"
	"fmt"
	"os"

	"filippo.io/age"

	"huibao/store"
)

// restoreCommand brings a copy back.
type restoreCommand struct {
	File       string `arg:"" type:"path" help:"The copy, as backup made it, with its manifest FILE.json beside it."`
	Key        string `type:"path" help:"File with the private key, for a copy that is encrypted."`
	NoManifest bool   `help:"Take a copy whose manifest is lost: nobody can say then whether each byte of it is what it was."`
	Yes        bool   `help:"Do it: the present database is kept beside under another name."`
}

func (c restoreCommand) Run(w *world) error {
	var keys []age.Identity
	if c.Key != "" {
		var err error
		if keys, err = readKeys(c.Key); err != nil {
			return err
		}
	}
	r, err := store.PrepareRestore(w.ctx, w.settings.DB, c.File, w.storeOptions(), c.NoManifest, keys...)
	if err != nil {
		return c.hint(err)
	}
	return errors.Join(c.restore(w, r), r.Close())
}

func (c restoreCommand) restore(w *world, r *store.Restoring) error {
	of := "an unknown moment"
	if !r.Backup.At.IsZero() {
		of = r.Backup.At.Format("2006-01-02 15:04")
	}
	fmt.Fprintf(w.out, "restore: %s is whole: %d reports, as of %s\n", c.File, r.Backup.Reports, of)
	fmt.Fprintf(w.out, "restore: %d messages wait in it to be sent; they never will be\n", r.Messages)
	if !c.Yes {
		fmt.Fprintf(w.out, "restore: nothing was changed; with --yes it takes the place of %s\n", w.settings.DB)
		return nil
	}
	kept, err := r.Replace(w.ctx)
	if err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintf(w.out, "restore: the database there was is now %s\n", kept)
	}
	fmt.Fprintln(w.out, "restore: done; when the bot runs again it tells all members what to send again")
	return nil
}

// hint says what to do about what stands in the way.
func (c restoreCommand) hint(err error) error {
	switch {
	case errors.Is(err, store.ErrServer):
		return fmt.Errorf("%w: set HUIBAO_DB to a new file, restore there, then huibao migrate FILE postgres://… moves it to the server", err)
	case errors.Is(err, store.ErrLocked):
		return fmt.Errorf("%w: stop the bot first", err)
	case errors.Is(err, store.ErrKey) && c.Key == "":
		return fmt.Errorf("%w: name the file with the private key: --key FILE", err)
	case errors.Is(err, store.ErrNoManifest):
		return fmt.Errorf("%w: put %s.json beside it, or take it as it is with --no-manifest", err, c.File)
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("%w\nhuibao: nothing was changed: take another copy", err)
	}
	return err
}

// readKeys reads private keys as age-keygen writes them. No error repeats what is in the file.
func readKeys(file string) ([]age.Identity, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the private key: %w", err)
	}
	defer f.Close()
	keys, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s: expected a private key as age-keygen prints it, AGE-SECRET-KEY-1…", file)
	}
	return keys, nil
}
