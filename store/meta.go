package store

import "fmt"

const selectMeta = `
SELECT value FROM meta WHERE key = $1`

// Meta gives what is kept under a key; ok is false where nothing is.
func (v *View) Meta(key string) (value string, ok bool, err error) {
	ok, err = v.query(selectMeta, key).one(&value)
	if err != nil {
		return "", false, fmt.Errorf("read meta %s: %w", key, err)
	}
	return value, ok, nil
}

const upsertMeta = `
INSERT INTO meta(key, value) VALUES($1, $2) ON CONFLICT(key) DO UPDATE SET value = excluded.value`

// SetMeta keeps a value under a key.
func (tx *Tx) SetMeta(key, value string) error {
	if _, err := tx.exec(upsertMeta, key, value); err != nil {
		return fmt.Errorf("keep meta %s: %w", key, err)
	}
	return nil
}
