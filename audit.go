package main

import (
	"fmt"
	"time"

	"huibao/store"
)

// auditCommand prints who administered what.
type auditCommand struct {
	Since string `help:"First day, YYYY-MM-DD; default all."`
}

func (c auditCommand) Run(w *world) error {
	var since time.Time
	if c.Since != "" {
		var err error
		if since, err = time.ParseInLocation(time.DateOnly, c.Since, w.zone); err != nil {
			return fmt.Errorf("--since %q: expected a date such as 2026-01-01", c.Since)
		}
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Read(w.ctx, func(v *store.View) error {
		n := 0
		err := v.Audited(since, func(e store.AuditEntry) error {
			n++
			by := e.By
			if by == "" {
				by = "command line"
			}
			_, err := fmt.Fprintf(w.out, "%s  %s: %s %q %q\n", e.At.Format("2006-01-02 15:04"), by, e.Action, e.Subject, e.Detail)
			return err
		})
		if err == nil {
			fmt.Fprintf(w.out, "entries: %d\n", n)
		}
		return err
	})
}
