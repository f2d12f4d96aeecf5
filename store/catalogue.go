package store

import (
	"bytes"
	"fmt"

	"huibao/report"
)

const selectCatalogue = `
SELECT body FROM catalogue ORDER BY version DESC LIMIT 1`

func (v *View) loadCatalogue() (*report.Catalogue, error) {
	body, err := v.catalogueBody()
	if err != nil {
		return nil, err
	}
	if body == nil {
		return report.DefaultCatalogue(), nil
	}
	return report.ParseCatalogue("the catalogue in the database", body)
}

// catalogueBody gives the newest catalogue as it was set, nil where none was.
func (v *View) catalogueBody() (body []byte, err error) {
	_, err = v.query(selectCatalogue).one(&body)
	return body, err
}

const (
	insertCatalogue = `
INSERT INTO catalogue(version, at, body) SELECT COALESCE(MAX(version), 0) + 1, $1, $2 FROM catalogue`
	selectCodes = `
SELECT DISTINCT activity, measure FROM lines ORDER BY activity, measure`
)

// SetCatalogue makes the catalogue in body (YAML; file names it in errors) the one that counts from now on. It is
// ErrCatalogue where it is broken, or lacks an activity or measure that reports use: numbers in the ledger keep their
// meaning for ever. The catalogue that is set already changes nothing.
func (tx *Tx) SetCatalogue(by int64, file string, body []byte) error {
	if err := tx.LockLedger(); err != nil { // no line is used meanwhile that the new one lacks
		return err
	}
	now, err := tx.catalogueBody()
	if err != nil {
		return fmt.Errorf("set the catalogue: %w", err)
	}
	if bytes.Equal(now, body) {
		return nil
	}
	next, err := report.ParseCatalogue(file, body)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCatalogue, err)
	}
	if err := tx.checkCodes(file, next); err != nil {
		return err
	}
	if _, err := tx.exec(insertCatalogue, ms(tx.now), body); err != nil {
		return fmt.Errorf("set the catalogue: %w", err)
	}
	if err := tx.Audit(by, "catalogue", file, fmt.Sprintf("%d activities", len(next.Activities))); err != nil {
		return err
	}
	return tx.changedReference()
}

// checkCodes refuses a catalogue without a code that the ledger uses.
func (tx *Tx) checkCodes(file string, next *report.Catalogue) error {
	used, err := tx.CodesInUse()
	if err != nil {
		return err
	}
	for _, k := range used {
		activity, ok := next.Activity(k.Activity)
		if !ok {
			return fmt.Errorf("%w: %s: activity %q is missing, and reports use it", ErrCatalogue, file, k.Activity)
		}
		if _, ok := activity.Measure(k.Measure); !ok && k.Measure != "" {
			return fmt.Errorf("%w: %s: activity %q lacks measure %q, and reports use it", ErrCatalogue, file, k.Activity, k.Measure)
		}
	}
	return nil
}

// CodesInUse gives the activities and measures that stand in the ledger; the measure is empty where only events are counted.
func (v *View) CodesInUse() ([]report.Key, error) {
	used, err := collect(v.query(selectCodes), func(scan scanner) (k report.Key, err error) {
		return k, scan(&k.Activity, &k.Measure)
	})
	if err != nil {
		return nil, fmt.Errorf("read the codes in use: %w", err)
	}
	return used, nil
}
