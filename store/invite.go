package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

const insertInvite = `
INSERT INTO invites(hash, area_id, role, by_member, expires) VALUES($1, $2, $3, $4, $5)`

// Invite makes an invitation for one person: 128 random bits, written with letters that a Telegram link can carry. Only
// its hash is kept, so the code can be shown once. by is the inviting member, 0 for the command line.
func (tx *Tx) Invite(role Role, area int64, by int64, expires time.Time) (code string, err error) {
	secret := make([]byte, 16)
	rand.Read(secret) // never fails
	code = base64.RawURLEncoding.EncodeToString(secret)
	hash := sha256.Sum256([]byte(code))
	if _, err := tx.exec(insertInvite, hash[:], area, string(role), orNull(by), ms(expires)); err != nil {
		return "", fmt.Errorf("invite a %s of area %d: %w", role, area, err)
	}
	return code, tx.Audit(by, "invite", string(role), fmt.Sprintf("area %d", area))
}

const (
	useInvite = `
UPDATE invites SET used = $1 WHERE hash = $2 AND used = 0 AND expires > $1 RETURNING role, area_id`
	claimInvite = `
UPDATE invites SET used_by = $1 WHERE hash = $2`
)

// Redeem uses an invitation up and lets the person in. A code that is wrong, used or expired is an ErrInvite. Who is a
// member already gains the role.
func (tx *Tx) Redeem(code string, tgUser int64, name string) (Member, error) {
	hash := sha256.Sum256([]byte(code))
	var role Role
	var area int64
	ok, err := tx.query(useInvite, ms(tx.now), hash[:]).one(&role, &area)
	if err == nil && !ok {
		err = ErrInvite
	}
	var id int64
	if err == nil {
		id, err = tx.admit(tgUser, name, role, area)
	}
	if err == nil {
		_, err = tx.exec(claimInvite, id, hash[:])
	}
	if err != nil {
		return Member{}, fmt.Errorf("redeem an invitation: %w", err)
	}
	if err := tx.Audit(id, "join", string(role), fmt.Sprintf("area %d", area)); err != nil {
		return Member{}, err
	}
	return tx.Member(id)
}
