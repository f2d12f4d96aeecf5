package store

import (
	"fmt"
	"time"

	"huibao/report"
)

// Publication is a digest as it was sent (发布).
type Publication struct {
	ID       int64
	Kind     string
	Area     int64
	Period   report.Period
	Edition  int   // 1 for the first of that kind, area and period
	FactsSeq int64 // the ledger's position its numbers were made at
	At       time.Time
	Numbers  []byte // in the publisher's own form
	// Chain is the head of the chain of revisions then; zero where it was published before there was one.
	Chain ChainHead
}

const insertPublication = `
INSERT INTO publications(kind, area_id, period, edition, facts_seq, at, numbers, chain_head)
SELECT $1, $2, $3, COALESCE(MAX(edition), 0) + 1, $4, $5, $6, $7 FROM publications WHERE kind = $1 AND area_id = $2 AND period = $3
RETURNING id, edition`

// Publish keeps a publication, made at the time of the transaction, and gives it with its id and edition.
func (tx *Tx) Publish(p Publication) (Publication, error) {
	p.At = tx.now
	var err error
	if p.Chain, err = tx.ChainHead(); err == nil {
		_, err = tx.query(insertPublication, p.Kind, p.Area, p.Period.Key(), p.FactsSeq, ms(p.At), blob(p.Numbers), p.Chain.String()).one(&p.ID, &p.Edition)
	}
	if err != nil {
		return Publication{}, fmt.Errorf("publish %s %s of area %d: %w", p.Kind, p.Period.Key(), p.Area, err)
	}
	return p, nil
}

const selectPublications = `
SELECT id, kind, area_id, period, edition, facts_seq, at, numbers, chain_head FROM publications
WHERE kind = $1 AND area_id = $2 AND period = $3 ORDER BY edition`

// Publications gives the editions of a digest, oldest first.
func (v *View) Publications(kind string, area int64, p report.Period) ([]Publication, error) {
	list, err := collect(v.query(selectPublications, kind, area, p.Key()), v.scanPublication)
	if err != nil {
		return nil, fmt.Errorf("read what was published of %s %s of area %d: %w", kind, p.Key(), area, err)
	}
	return list, nil
}

func (v *View) scanPublication(scan scanner) (p Publication, err error) {
	var at int64
	var period, head string
	if err := scan(&p.ID, &p.Kind, &p.Area, &period, &p.Edition, &p.FactsSeq, &at, &p.Numbers, &head); err != nil {
		return Publication{}, err
	}
	if head != "" {
		if p.Chain, err = ParseChainHead(head); err != nil {
			return Publication{}, err
		}
	}
	p.At = v.db.timeOf(at)
	p.Period, err = report.ParsePeriod(period)
	return p, err
}

const selectFirstPublication = `
SELECT id, kind, area_id, period, edition, facts_seq, at, numbers, chain_head FROM publications
WHERE kind = $1 AND area_id = $2 AND period = $3 ORDER BY edition LIMIT 1`

// firstPublication gives what was first published of an area and period; ok is false where nothing was.
func (v *View) firstPublication(area int64, p report.Period) (first Publication, ok bool, err error) {
	list, err := collect(v.query(selectFirstPublication, string(p.Kind), area, p.Key()), v.scanPublication)
	if err != nil || len(list) == 0 {
		return Publication{}, false, err
	}
	return list[0], true, nil
}
