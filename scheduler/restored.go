package scheduler

import (
	"time"

	"huibao/store"
)

// noteRestored is the note of a run that was due before the database was restored. Whether it went out nobody knows: what
// the ledger of runs said is lost. It is not sent again; its digests are kept as if it had been.
const noteRestored = "before the database was restored"

// beforeRestore tells whether something was due before the database was restored.
func beforeRestore(v *store.View, due time.Time) (bool, error) {
	r, ok, err := v.Restored()
	return ok && !due.After(r.At), err
}
