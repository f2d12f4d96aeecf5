package store

import (
	"fmt"
	"time"

	"huibao/report"
)

// Recipient is a cadre who owes an area's reports, and how to reach them.
type Recipient struct {
	Member int64
	Name   string
	Chat   int64 // of the person with the bot, our own id; 0: they never wrote to it, or have blocked it
}

const selectRecipients = `
SELECT m.id, m.name, COALESCE(c.id, 0) FROM memberships s JOIN members m ON m.id = s.member_id
LEFT JOIN chats c ON c.tg_id = m.tg_user AND c.state = 'active'
WHERE s.area_id = $1 AND s.role = 'cadre' AND (s.until = 0 OR s.until > $2)
GROUP BY m.id, m.name, c.id ORDER BY m.id`

// Recipients gives the cadres of just that area, each once.
func (v *View) Recipients(area int64) ([]Recipient, error) {
	list, err := collect(v.query(selectRecipients, area, ms(v.now)), func(scan scanner) (r Recipient, err error) {
		return r, scan(&r.Member, &r.Name, &r.Chat)
	})
	if err != nil {
		return nil, fmt.Errorf("read who reports for area %d: %w", area, err)
	}
	return list, nil
}

// Urge is a supervisor's request to report (催) for a duty and a period.
type Urge struct {
	ID       int64
	Area     int64
	Activity string
	Period   report.Period
	By       int64     // the member
	At       time.Time // when it was pressed
	Due      time.Time // when it is to go out: At, or the next morning
}

const insertUrge = `
INSERT INTO urges(area_id, activity, period, by_member, at, due, settled) VALUES($1, $2, $3, $4, $5, $6, $7)`

// Urge keeps a request, made at the time of the transaction. One that is due later waits for DueUrges.
func (tx *Tx) Urge(u Urge) error {
	settled := int64(0)
	if !u.Due.After(tx.now) {
		settled = ms(tx.now)
	}
	if _, err := tx.exec(insertUrge, u.Area, u.Activity, u.Period.Key(), u.By, ms(tx.now), ms(u.Due), settled); err != nil {
		return fmt.Errorf("keep an urge of area %d for %s: %w", u.Area, u.Period.Key(), err)
	}
	return nil
}

const selectLastUrge = `
SELECT id, area_id, activity, period, by_member, at, due FROM urges
WHERE area_id = $1 AND activity = $2 AND period = $3 ORDER BY at DESC, id DESC LIMIT 1`

// LastUrge gives the last request about a duty and a period; ok is false where there was none.
func (v *View) LastUrge(area int64, activity string, p report.Period) (u Urge, ok bool, err error) {
	list, err := collect(v.query(selectLastUrge, area, activity, p.Key()), v.scanUrge)
	if err != nil {
		return Urge{}, false, fmt.Errorf("look for the last urge of area %d for %s: %w", area, p.Key(), err)
	}
	if len(list) == 0 {
		return Urge{}, false, nil
	}
	return list[0], true, nil
}

const selectDueUrges = `
SELECT id, area_id, activity, period, by_member, at, due FROM urges WHERE settled = 0 AND due <= $1 ORDER BY id`

// DueUrges gives the requests that waited and are due now, in the order they were pressed.
func (v *View) DueUrges() ([]Urge, error) {
	list, err := collect(v.query(selectDueUrges, ms(v.now)), v.scanUrge)
	if err != nil {
		return nil, fmt.Errorf("read the urges that are due: %w", err)
	}
	return list, nil
}

func (v *View) scanUrge(scan scanner) (u Urge, err error) {
	var period string
	var at, due int64
	if err := scan(&u.ID, &u.Area, &u.Activity, &period, &u.By, &at, &due); err != nil {
		return Urge{}, err
	}
	u.At, u.Due = v.db.timeOf(at), v.db.timeOf(due)
	u.Period, err = report.ParsePeriod(period)
	return u, err
}

const settleUrge = `
UPDATE urges SET settled = $1 WHERE id = $2 AND settled = 0`

// SettleUrge notes that a request went out, or was not needed any more; ErrNotFound where that was noted before.
func (tx *Tx) SettleUrge(id int64) error {
	return tx.changeOne(fmt.Sprintf("settle urge %d", id), settleUrge, ms(tx.now), id)
}
