package store

import (
	"cmp"
	"fmt"
	"strings"

	"huibao/report"
)

const selectAliasesInForce = `
SELECT id, word, kind, target, area_id, by_member, at, state, COALESCE(judged_by, 0) FROM aliases WHERE state IN ('local', 'county') ORDER BY id`

// loadAliases gives the aliases in force: a part of the reference.
func (v *View) loadAliases() ([]report.Alias, error) {
	return collect(v.query(selectAliasesInForce), v.scanAlias)
}

func (v *View) scanAlias(scan scanner) (a report.Alias, err error) {
	var at int64
	err = scan(&a.ID, &a.Word, &a.Kind, &a.Target, &a.Area, &a.By, &at, &a.State, &a.Judge)
	a.At = v.db.timeOf(at)
	return a, err
}

const selectAlias = `
SELECT id, word, kind, target, area_id, by_member, at, state, COALESCE(judged_by, 0) FROM aliases WHERE id = $1`

// Alias gives an alias in any state, or ErrNotFound.
func (v *View) Alias(id int64) (report.Alias, error) {
	list, err := collect(v.query(selectAlias, id), v.scanAlias)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return report.Alias{}, fmt.Errorf("alias %d: %w", id, err)
	}
	return list[0], nil
}

const selectAliasesOfWord = `
SELECT id, word, kind, target, area_id, by_member, at, state, COALESCE(judged_by, 0) FROM aliases WHERE word = $1 AND area_id = $2 ORDER BY id`

const insertAlias = `
INSERT INTO aliases(word, kind, target, area_id, by_member, at, state) VALUES($1, $2, $3, $4, $5, $6, 'offered')`

// OfferAlias keeps that a member was asked whether a word means something. fresh is false, and nothing is kept, where the
// member was asked about that word before, or an administrator has taken it back in that area.
func (tx *Tx) OfferAlias(a report.Alias) (offered report.Alias, fresh bool, err error) {
	known, err := collect(tx.query(selectAliasesOfWord, a.Word, a.Area), tx.scanAlias)
	for _, old := range known {
		if old.By == a.By || old.State == report.AliasRemoved || old.InForce() {
			return old, false, nil
		}
	}
	a.State, a.At = report.AliasOffered, tx.now
	if err == nil {
		a.ID, _, err = tx.insert(insertAlias, a.Word, string(a.Kind), a.Target, a.Area, a.By, ms(tx.now))
	}
	if err != nil {
		return report.Alias{}, false, fmt.Errorf("offer the word %s: %w", a.Word, err)
	}
	return a, true, nil
}

const updateAlias = `
UPDATE aliases SET state = $1, judged_by = COALESCE($2, judged_by) WHERE id = $3 AND state = $4`

// ChangeAlias gives an alias another state, from the one it was read in; ErrNotFound where that has changed. judge is the
// administrator who says so, 0 for the member who taught it. Messages are read with what is in force once the
// transaction has committed.
func (tx *Tx) ChangeAlias(a report.Alias, to report.AliasState, judge int64) (report.Alias, error) {
	err := tx.changeOne(fmt.Sprintf("make alias %d %s", a.ID, to), updateAlias, string(to), orNull(judge), a.ID, string(a.State))
	if err != nil {
		return report.Alias{}, err
	}
	known := a.InForce()
	a.State, a.Judge = to, cmp.Or(judge, a.Judge)
	if known || a.InForce() {
		err = tx.changedReference()
	}
	return a, err
}

const selectMessagesWith = `
SELECT id, chat_id, tg_message, version, member_id, sent, text, origin, masked, COALESCE(part_of, 0), reading, engine FROM messages
WHERE text LIKE $1 ESCAPE '\' ORDER BY id DESC LIMIT $2`

// MessagesWith gives the versions of messages that have a word in their text, newest first, at most limit. It looks at
// every message there is.
func (v *View) MessagesWith(word string, limit int) ([]Message, error) {
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
	list, err := collect(v.query(selectMessagesWith, pattern, limit), v.scanMessage)
	if err != nil {
		return nil, fmt.Errorf("look for messages with %s: %w", word, err)
	}
	return list, nil
}
