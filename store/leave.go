package store

import (
	"errors"
	"fmt"

	"huibao/report"
)

const (
	endMembership = `
UPDATE memberships SET until = $1 WHERE member_id = $2 AND area_id = $3 AND role = $4 AND (until = 0 OR until > $1)`
	countMemberships = `
SELECT COUNT(*) FROM memberships WHERE member_id = $1 AND (until = 0 OR until > $2)`
)

// Revoke ends a role in an area as of now, or gives ErrNotFound where the member does not have it. What the member has
// reported stays with the area. With the last role ends all that waits for the member: questions and forms are closed, what
// was to be sent to the private chat is not, and the invitations that the member made and nobody used are void. Whatever is
// still to be said is enqueued after it.
func (tx *Tx) Revoke(member, area int64, role Role) error {
	if err := tx.lockMember(member); err != nil { // two roles that end at the same time are the last ones together
		return err
	}
	doing := fmt.Sprintf("revoke role %s of member %d in area %d", role, member, area)
	if err := tx.changeOne(doing, endMembership, ms(tx.now), member, area, string(role)); err != nil {
		return err
	}
	var left int
	_, err := tx.query(countMemberships, member, ms(tx.now)).one(&left)
	if err == nil && left == 0 {
		err = tx.dismiss(member)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

const (
	closeQuestionsTo = `
UPDATE questions SET closed = $1 WHERE member_id = $2 AND closed = 0`
	closeFormsOf = `
UPDATE forms SET closed = $1 WHERE member_id = $2 AND closed = 0`
	cancelOutbox = `
UPDATE outbox SET state = 'failed', settled = $1, error = 'the member was revoked'
WHERE state = 'new' AND chat_id IN (SELECT c.id FROM chats c JOIN members m ON m.tg_user = c.tg_id WHERE m.id = $2)`
	voidInvites = `
UPDATE invites SET expires = $1 WHERE by_member = $2 AND used = 0 AND expires > $1`
)

// dismiss ends what waits for a member.
func (tx *Tx) dismiss(member int64) error {
	for _, end := range []func() (int64, error){
		func() (int64, error) { return tx.exec(closeQuestionsTo, ms(tx.now), member) },
		func() (int64, error) { return tx.exec(closeFormsOf, ms(tx.now), member) },
		func() (int64, error) { return tx.exec(cancelOutbox, ms(tx.now), member) },
		func() (int64, error) { return tx.exec(voidInvites, ms(tx.now), member) },
	} {
		if _, err := end(); err != nil {
			return err
		}
	}
	return nil
}

// WhyHandover says of a revision that the report waits for another cadre's answer from then on.
const WhyHandover = "handover"

const markSuccessor = `
UPDATE memberships SET from_member = $1 WHERE member_id = $2 AND area_id = $3 AND role = 'cadre' AND (until = 0 OR until > $4)`

// HandOver makes one member the cadre of an area in another's place, whose role there ends. The reports of the area that wait,
// asked about or held, wait for the successor from now on, and are given: with the successor as their sender, which their
// revisions keep. by is the administrator, 0 for the command line. What is counted keeps its sender.
func (tx *Tx) HandOver(area, from, to, by int64) ([]report.Report, error) {
	waiting, err := tx.handOver(area, from, to, by)
	if err != nil {
		return nil, fmt.Errorf("hand area %d over from member %d to %d: %w", area, from, to, err)
	}
	return waiting, nil
}

func (tx *Tx) handOver(area, from, to, by int64) ([]report.Report, error) {
	for _, member := range []int64{min(from, to), max(from, to)} {
		if err := tx.lockMember(member); err != nil {
			return nil, err
		}
	}
	if _, err := tx.exec(insertMembership, to, area, string(Cadre), ms(tx.now)); err != nil {
		return nil, err
	}
	if _, err := tx.exec(markSuccessor, from, to, area, ms(tx.now)); err != nil {
		return nil, err
	}
	waiting, err := tx.Reports(ReportFilter{By: from, Within: area, States: []report.State{report.Asked, report.Held}})
	if err != nil {
		return nil, err
	}
	if by == 0 {
		by = to
	}
	for i, r := range waiting {
		r.By = to
		if waiting[i], err = tx.Revise(r, Change{By: by, Why: WhyHandover}); err != nil {
			return nil, err
		}
	}
	if err := tx.Revoke(from, area, Cadre); err != nil && !errors.Is(err, ErrNotFound) { // perhaps it ended before
		return nil, err
	}
	return waiting, nil
}
