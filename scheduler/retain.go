package scheduler

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// How many copies are kept: the last one of each of so many days, and the first one of each of so many months. Days and
// months without a copy do not count, so that nothing goes because the machine was off, and little because its clock was wrong.
const (
	keptDays   = 7
	keptMonths = 12
)

// backupTime is a moment in the name of a copy, and of a backup in the ledger of runs.
const backupTime = "2006-01-02T1504"

var (
	backupFile = regexp.MustCompile(`^huibao-(\d{4}-\d\d-\d\dT\d{4})\.db(\.age)?$`)
	unfinished = regexp.MustCompile(`^huibao-\d{4}-\d\d-\d\dT\d{4}\.db(\.age)?(\.json)?\.partial(-journal|-wal|-shm)?$`)
)

func backupName(at time.Time, encrypted bool) string {
	name := "huibao-" + at.Format(backupTime) + ".db"
	if encrypted {
		name += ".age"
	}
	return name
}

// kept is a copy in the folder, by its name.
type kept struct {
	name string
	at   string // as in the name: it sorts by time
}

func (k kept) day() string   { return k.at[:len("2006-01-02")] }
func (k kept) month() string { return k.at[:len("2006-01")] }

// superfluous gives those of some names that no day and no month keeps. Names of other files are none of its business.
func superfluous(names []string) (drop []string) {
	var copies []kept
	for _, n := range names {
		if m := backupFile.FindStringSubmatch(n); m != nil {
			copies = append(copies, kept{n, m[1]})
		}
	}
	slices.SortFunc(copies, func(a, b kept) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.name, b.name)) })
	stays := map[string]bool{}
	days, months := map[string]bool{}, map[string]string{}
	var inOrder []string // the months, oldest first
	for _, k := range copies {
		if _, seen := months[k.month()]; !seen {
			months[k.month()] = k.name
			inOrder = append(inOrder, k.month())
		}
	}
	for _, m := range inOrder[max(0, len(inOrder)-keptMonths):] {
		stays[months[m]] = true
	}
	for _, k := range slices.Backward(copies) {
		if len(days) < keptDays && !days[k.day()] {
			days[k.day()] = true
			stays[k.name] = true
		}
	}
	for _, k := range copies {
		if !stays[k.name] {
			drop = append(drop, k.name)
		}
	}
	return drop
}

// dropOlder removes the copies in a folder that are not kept any more, now that made is there.
func dropOlder(folder, made string) error {
	if _, err := os.Stat(made); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, name := range superfluous(names) {
		if name == filepath.Base(made) { // a clock that was set back: older by its name, the newest in truth
			continue
		}
		for _, file := range []string{name, name + ".json"} {
			if gone := os.Remove(filepath.Join(folder, file)); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}
	return err
}
