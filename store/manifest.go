package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Backup is the manifest of a copy: what it holds, and by what it is known to be whole. It lies beside the copy, whose name
// it has with .json behind. Nothing in it is secret.
type Backup struct {
	Format    int       `json:"huibao_backup"`
	At        time.Time `json:"at"`     // the moment it is a copy of; zero where it does not say
	Schema    int64     `json:"schema"` // the version of its schema
	Reports   int64     `json:"reports"`
	Ledger    int64     `json:"ledger"` // the ledger's position
	Chain     string    `json:"chain"`  // the head of the chain over the revisions
	Encrypted bool      `json:"encrypted"`
	Size      int64     `json:"size"` // in bytes, of the file as it lies there
	SHA256    string    `json:"sha256"`
}

const backupFormat = 1

// manifestOf gives the name of a copy's manifest.
func manifestOf(file string) string { return file + ".json" }

func (b Backup) write(file string) error {
	body, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	partial := manifestOf(file) + ".partial"
	if err := os.WriteFile(partial, append(body, '\n'), private); err != nil {
		return err
	}
	return moveDurably(partial, manifestOf(file))
}

// readManifest gives the manifest of a copy; ok is false where there is none.
func readManifest(file string) (b Backup, ok bool, err error) {
	body, err := os.ReadFile(manifestOf(file))
	if errors.Is(err, fs.ErrNotExist) {
		return Backup{}, false, nil
	}
	if err != nil {
		return Backup{}, false, err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return Backup{}, false, fmt.Errorf("%w: its manifest %s cannot be read: %w", ErrDamaged, manifestOf(file), err)
	}
	if b.Format != backupFormat {
		return Backup{}, false, fmt.Errorf("%w: its manifest %s is of a format this program does not know", ErrDamaged, manifestOf(file))
	}
	return b, true, nil
}

// agrees compares what a manifest says of a copy with what the copy holds.
func (b Backup) agrees(found Backup) error {
	if !b.At.Equal(found.At) || b.Schema != found.Schema || b.Reports != found.Reports || b.Ledger != found.Ledger || b.Chain != found.Chain {
		return fmt.Errorf("%w: it does not hold what its manifest says", ErrDamaged)
	}
	return nil
}
