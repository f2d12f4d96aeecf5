package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"filippo.io/age"
)

// backupSettings say where copies of the database go by schedule, and who can read them.
type backupSettings struct {
	Backups       string `env:"HUIBAO_BACKUPS" help:"Folder for copies of the database, made by schedule; none are made without it."`
	BackupSpec    string `env:"HUIBAO_BACKUP_SPEC" default:"30 3 * * *" help:"When copies are made."`
	BackupKey     string `env:"HUIBAO_BACKUP_KEY" help:"Whom copies are encrypted for: an age recipient, age1…; the private key is not needed here."`
	BackupKeyFile string `env:"HUIBAO_BACKUP_KEY_FILE" help:"File with such recipients, one a line."`
}

// backupCommand copies the database.
type backupCommand struct {
	File string `arg:"" type:"path" help:"The copy; an older one of that name is replaced only by a whole one. With the ending .age it is encrypted for HUIBAO_BACKUP_KEY."`
}

func (c backupCommand) Run(w *world) error {
	var recipients []age.Recipient
	if strings.HasSuffix(c.File, encryptedEnding) {
		var err error
		if recipients, err = w.settings.recipients(); err != nil {
			return err
		}
		if len(recipients) == 0 {
			return fmt.Errorf("%s would be encrypted: set HUIBAO_BACKUP_KEY to the age recipient it is for (age1…), or leave %s away", c.File, encryptedEnding)
		}
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	b, err := db.BackupTo(w.ctx, c.File, recipients...)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "backup: %s is a whole copy: %d reports, every number recomputed\n", c.File, b.Reports)
	return nil
}

const encryptedEnding = ".age"

// recipients gives whom backups are encrypted for, none where that is not set.
func (s *backupSettings) recipients() ([]age.Recipient, error) {
	text, from := s.BackupKey, "HUIBAO_BACKUP_KEY"
	if text == "" && s.BackupKeyFile != "" {
		body, err := os.ReadFile(s.BackupKeyFile)
		if err != nil {
			return nil, fmt.Errorf("read whom backups are encrypted for: %w", err)
		}
		text, from = string(body), "HUIBAO_BACKUP_KEY_FILE"
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if strings.Contains(strings.ToUpper(text), "AGE-SECRET-KEY-") {
		return nil, fmt.Errorf("%s holds a private key: keep it away from this machine, and set the recipient that belongs to it (age1…, from age-keygen -y)", from)
	}
	recipients, err := age.ParseRecipients(strings.NewReader(text))
	if err != nil { // its text may quote the key
		return nil, fmt.Errorf("%s: expected an age recipient such as age1…, as age-keygen prints it", from)
	}
	return recipients, nil
}
