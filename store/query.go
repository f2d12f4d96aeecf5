package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huibao/report"
)

// Asked is a query as it was kept: who asked it, where and when.
type Asked struct {
	ID     int64
	Chat   int64
	Member int64
	At     time.Time
	Query  report.Query
}

const insertQuery = `
INSERT INTO queries(chat_id, member_id, at, body) VALUES($1, $2, $3, $4)`

// KeepQuery keeps what a member asked in a chat, and gives its number.
func (tx *Tx) KeepQuery(chat, member int64, q report.Query) (id int64, err error) {
	body, err := json.Marshal(q)
	if err == nil {
		id, _, err = tx.insert(insertQuery, chat, member, ms(tx.now), string(body))
	}
	if err != nil {
		return 0, fmt.Errorf("keep a query of member %d: %w", member, err)
	}
	return id, nil
}

const selectQuery = `
SELECT id, chat_id, member_id, at, body FROM queries WHERE id = $1`

// QueryByID gives a query that was kept, or ErrNotFound.
func (v *View) QueryByID(id int64) (Asked, error) {
	list, err := collect(v.query(selectQuery, id), v.scanQuery)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Asked{}, fmt.Errorf("query %d: %w", id, err)
	}
	return list[0], nil
}

const selectLastQuery = `
SELECT id, chat_id, member_id, at, body FROM queries WHERE chat_id = $1 AND member_id = $2 AND at >= $3 ORDER BY id DESC LIMIT 1`

// LastQuery gives what a member asked last in a chat; ok is false where that was before since.
func (v *View) LastQuery(chat, member int64, since time.Time) (a Asked, ok bool, err error) {
	if q, known := v.quietIn(chat, member); known && !q.queries {
		return Asked{}, false, nil
	}
	list, err := collect(v.query(selectLastQuery, chat, member, ms(since)), v.scanQuery)
	if err != nil {
		return Asked{}, false, fmt.Errorf("look for the last query of member %d: %w", member, err)
	}
	if len(list) == 0 {
		return Asked{}, false, nil
	}
	return list[0], true, nil
}

func (v *View) scanQuery(scan scanner) (a Asked, err error) {
	var at int64
	var body string
	if err := scan(&a.ID, &a.Chat, &a.Member, &at, &body); err != nil {
		return Asked{}, err
	}
	a.At = v.db.timeOf(at)
	return a, json.Unmarshal([]byte(body), &a.Query)
}

const deleteQueries = `
DELETE FROM queries WHERE at < $1`

// PruneQueries forgets what was asked before that time, and tells how much.
func (db *DB) PruneQueries(ctx context.Context, before time.Time) (n int64, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		n, err = tx.exec(deleteQueries, ms(before))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune queries: %w", err)
	}
	return n, nil
}
