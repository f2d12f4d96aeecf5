package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"huibao/report"
)

// metaReference counts the changes of catalogue, areas, names, venues and aliases.
const metaReference = "reference"

// Reference gives the catalogue, the areas with their other names, the venues and the aliases in force: always the same
// pointer until one of them changes. Where no catalogue was set it is the one that comes with the program; where no areas
// were imported the tree is empty.
func (v *View) Reference() (*report.Reference, error) {
	if v.reference != nil {
		return v.reference, nil
	}
	version, err := v.referenceVersion()
	if err != nil {
		return nil, err
	}
	if !v.newReference {
		v.reference = v.db.reference.get(version)
	}
	if v.reference != nil {
		return v.reference, nil
	}
	r, version, err := v.loadSteady(version)
	if err != nil {
		return nil, err
	}
	if !v.newReference {
		r = v.db.reference.put(version, r)
	}
	v.reference = r
	return r, nil
}

// loadSteady loads the reference of one version: in a transaction each statement sees what others have committed by then.
func (v *View) loadSteady(version int64) (*report.Reference, int64, error) {
	for {
		r, err := v.loadReference()
		if err != nil {
			return nil, 0, err
		}
		now, err := v.referenceVersion()
		if err != nil || now == version {
			return r, version, err
		}
		version = now
	}
}

// Areas gives the tree of areas, as in Reference.
func (v *View) Areas() (*report.Areas, error) {
	r, err := v.Reference()
	if err != nil {
		return nil, err
	}
	return r.Areas, nil
}

// Catalogue gives the catalogue, as in Reference.
func (v *View) Catalogue() (*report.Catalogue, error) {
	r, err := v.Reference()
	if err != nil {
		return nil, err
	}
	return r.Catalogue, nil
}

// referenceCache keeps the newest reference that was committed.
type referenceCache struct {
	mu      sync.Mutex
	version int64
	kept    *report.Reference
}

func (c *referenceCache) get(version int64) *report.Reference {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != version {
		return nil
	}
	return c.kept
}

// put keeps r unless a newer one is kept, or the same that another reader loaded meanwhile, which it gives instead.
func (c *referenceCache) put(version int64, r *report.Reference) *report.Reference {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept != nil && c.version == version {
		return c.kept
	}
	if c.kept == nil || version > c.version {
		c.version, c.kept = version, r
	}
	return r
}

func (v *View) referenceVersion() (int64, error) {
	text, ok, err := v.Meta(metaReference)
	if err != nil || !ok {
		return 0, err
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("meta %s: %w", metaReference, err)
	}
	return version, nil
}

// Each change is counted, also where two processes make one at the same time.
const countChange = `
INSERT INTO meta(key, value) VALUES($1, '1')
ON CONFLICT(key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)`

// changedReference notes that this transaction changed the reference.
func (tx *Tx) changedReference() error {
	tx.reference, tx.newReference = nil, true
	if _, err := tx.exec(countChange, metaReference); err != nil {
		return fmt.Errorf("count the changes of the reference: %w", err)
	}
	return nil
}

func (v *View) loadReference() (*report.Reference, error) {
	r := &report.Reference{}
	areas, err := v.loadAreas()
	if err == nil {
		r.Areas, err = report.NewAreas(areas)
	}
	if err != nil {
		return nil, fmt.Errorf("load the areas: %w", err)
	}
	if r.Names, err = v.loadNames(); err != nil {
		return nil, fmt.Errorf("load the names of areas: %w", err)
	}
	if r.Venues, err = v.loadVenues(); err != nil {
		return nil, fmt.Errorf("load the venues: %w", err)
	}
	if r.Catalogue, err = v.loadCatalogue(); err != nil {
		return nil, fmt.Errorf("load the catalogue: %w", err)
	}
	if r.Aliases, err = v.loadAliases(); err != nil {
		return nil, fmt.Errorf("load the aliases: %w", err)
	}
	return r, nil
}

const selectNames = `
SELECT alias, code, kind FROM area_names ORDER BY position`

func (v *View) loadNames() ([]report.Name, error) {
	return collect(v.query(selectNames), func(scan scanner) (n report.Name, err error) {
		return n, scan(&n.Alias, &n.Code, &n.Kind)
	})
}

const (
	deleteNames = `
DELETE FROM area_names`
	insertName = `
INSERT INTO area_names(position, alias, code, kind) VALUES($1, $2, $3, $4)`
)

// SetNames replaces the other names of areas.
func (tx *Tx) SetNames(names []report.Name) error {
	if _, err := tx.exec(deleteNames); err != nil {
		return fmt.Errorf("replace the names of areas: %w", err)
	}
	for i, n := range names {
		if _, err := tx.exec(insertName, i+1, n.Alias, n.Code, string(n.Kind)); err != nil {
			return fmt.Errorf("keep the area name %s: %w", n.Alias, err)
		}
	}
	return tx.changedReference()
}

const selectVenues = `
SELECT name, aliases, code FROM venues ORDER BY position`

func (v *View) loadVenues() ([]report.Venue, error) {
	return collect(v.query(selectVenues), func(scan scanner) (r report.Venue, err error) {
		var aliases []byte
		if err := scan(&r.Name, &aliases, &r.Area); err != nil {
			return report.Venue{}, err
		}
		return r, json.Unmarshal(aliases, &r.Aliases)
	})
}

const (
	deleteVenues = `
DELETE FROM venues`
	insertVenue = `
INSERT INTO venues(position, name, aliases, code) VALUES($1, $2, $3, $4)`
)

// SetVenues replaces the venues.
func (tx *Tx) SetVenues(venues []report.Venue) error {
	if _, err := tx.exec(deleteVenues); err != nil {
		return fmt.Errorf("replace the venues: %w", err)
	}
	for i, r := range venues {
		aliases, err := json.Marshal(r.Aliases)
		if err == nil {
			_, err = tx.exec(insertVenue, i+1, r.Name, string(aliases), r.Area)
		}
		if err != nil {
			return fmt.Errorf("keep the venue %s: %w", r.Name, err)
		}
	}
	return tx.changedReference()
}
