package store

import (
	"fmt"
	"time"
)

const insertAudit = `
INSERT INTO audit(at, member_id, action, subject, detail) VALUES($1, $2, $3, $4, $5)`

// Audit notes who did what to whom: invitations, roles, bindings, imports, exports. member is 0 for the command line.
func (tx *Tx) Audit(member int64, action, subject, detail string) error {
	if _, err := tx.exec(insertAudit, ms(tx.now), orNull(member), action, subject, detail); err != nil {
		return fmt.Errorf("note %s in the audit: %w", action, err)
	}
	return nil
}

// AuditEntry is something that an administrator did.
type AuditEntry struct {
	At      time.Time
	By      string // the member's name; empty for the command line
	Action  string
	Subject string
	Detail  string
}

const selectAudit = `
SELECT a.at, COALESCE(m.name, ''), a.action, a.subject, a.detail FROM audit a LEFT JOIN members m ON m.id = a.member_id
WHERE a.at >= $1 ORDER BY a.seq`

// Audited gives what was noted since then, in its order. An error of yield ends it and is returned.
func (v *View) Audited(since time.Time, yield func(AuditEntry) error) error {
	rows := v.query(selectAudit, ms(since))
	err := rows.each(func() error {
		var e AuditEntry
		var at int64
		if err := rows.rows.Scan(&at, &e.By, &e.Action, &e.Subject, &e.Detail); err != nil {
			return err
		}
		e.At = v.db.timeOf(at)
		return yield(e)
	})
	if err != nil {
		return fmt.Errorf("read the audit: %w", err)
	}
	return nil
}
