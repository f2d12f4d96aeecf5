package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"huibao/report"
)

const selectAreas = `
SELECT id, COALESCE(parent_id, 0), COALESCE(code, ''), name, short, COALESCE(merged_into, 0) FROM areas ORDER BY id`

func (v *View) loadAreas() ([]report.Area, error) {
	return collect(v.query(selectAreas), func(scan scanner) (a report.Area, err error) {
		var short []byte
		if err := scan(&a.ID, &a.Parent, &a.Code, &a.Name, &short, &a.MergedInto); err != nil {
			return report.Area{}, err
		}
		return a, json.Unmarshal(short, &a.Short)
	})
}

// Diff says what an import changes: a sentence for each row that is new or different, and for what goes.
type Diff struct {
	Added, Changed, Unchanged int
	Removed                   int // by a row that says so: nothing goes only because no row names it
	Lines                     []string
}

func (d *Diff) added(format string, args ...any) {
	d.Added++
	d.Lines = append(d.Lines, "new: "+fmt.Sprintf(format, args...))
}

func (d *Diff) changed(format string, args ...any) {
	d.Changed++
	d.Lines = append(d.Lines, "changed: "+fmt.Sprintf(format, args...))
}

func (d *Diff) removed(format string, args ...any) {
	d.Removed++
	d.Lines = append(d.Lines, "removed: "+fmt.Sprintf(format, args...))
}

const upsertArea = `
INSERT INTO areas(id, parent_id, code, name, short, merged_into) VALUES($1, $2, $3, $4, $5, $6)
ON CONFLICT(id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name, short = excluded.short, merged_into = excluded.merged_into`

// ImportAreas adds areas and changes those that are known by their code; areas that are not in rows stay. Parents and
// successors in rows are ids of rows. An area that has a successor keeps it where its row names none. Where areas move
// or merge, the totals of months follow; facts never do.
func (tx *Tx) ImportAreas(rows []report.Area) (Diff, error) {
	if err := tx.LockLedger(); err != nil { // nobody posts along the paths that there were
		return Diff{}, err
	}
	known, err := tx.Areas()
	if err != nil {
		return Diff{}, err
	}
	next, diff, err := mergeAreas(known, rows)
	if err != nil {
		return Diff{}, fmt.Errorf("import areas: %w", err)
	}
	if diff.Added+diff.Changed == 0 {
		return diff, nil
	}
	tree, err := report.NewAreas(next)
	if err != nil {
		return Diff{}, fmt.Errorf("import areas: %w", err)
	}
	if err := tx.keepAreas(known, tree); err != nil {
		return Diff{}, fmt.Errorf("import areas: %w", err)
	}
	return diff, tx.changedReference()
}

// mergeAreas gives the areas as they will be: the known ones with their ids, changed as rows say, then the new ones.
func mergeAreas(known *report.Areas, rows []report.Area) ([]report.Area, Diff, error) {
	next := slices.Clone(known.All())
	ids := map[int64]int64{} // of rows, to our own
	var newest int64
	for _, a := range next {
		newest = max(newest, a.ID)
	}
	for _, row := range rows {
		if row.Code == "" {
			return nil, Diff{}, fmt.Errorf("area %s has no code, which an area is known by", row.Name)
		}
		if a, ok := known.ByCode(row.Code); ok {
			ids[row.ID] = a.ID
			continue
		}
		newest++
		ids[row.ID] = newest
		next = append(next, report.Area{ID: newest, Code: row.Code})
	}
	var diff Diff
	at := map[int64]int{}
	for i, a := range next {
		at[a.ID] = i
	}
	for _, row := range rows {
		a := &next[at[ids[row.ID]]]
		old := *a
		a.Parent, a.Name, a.Short = ids[row.Parent], row.Name, row.Short
		a.MergedInto = cmp.Or(ids[row.MergedInto], a.MergedInto)
		switch {
		case old.Name == "":
			diff.added("%s %s", a.Code, a.Name)
		case old.Name != a.Name || old.Parent != a.Parent || old.MergedInto != a.MergedInto || !slices.Equal(old.Short, a.Short):
			diff.changed("%s %s", a.Code, a.Name)
		default:
			diff.Unchanged++
		}
	}
	return next, diff, nil
}

const (
	deletePath = `
DELETE FROM area_paths WHERE ancestor = $1 AND leaf = $2`
	insertPath = `
INSERT INTO area_paths(ancestor, leaf) VALUES($1, $2)`
)

// path says that an area's facts are in the totals of an ancestor.
type path struct{ ancestor, leaf int64 }

// own stands for what is in an area's totals and in those of no area directly below it: its own facts, and those of areas
// that merged into it.
func own(area int64) int64 { return -area }

// pathsOf gives all paths of a tree.
func pathsOf(tree *report.Areas) []path {
	var paths []path
	for _, a := range tree.All() {
		for _, ancestor := range pathsFrom(tree, a.ID) {
			paths = append(paths, path{ancestor, a.ID})
		}
	}
	return paths
}

// pathsFrom gives the ancestors of a leaf's paths: the areas whose totals include it, and their own where they have others
// below them.
func pathsFrom(tree *report.Areas, leaf int64) []int64 {
	ancestors := tree.Ancestors(leaf)
	var paths []int64
	for _, ancestor := range ancestors {
		paths = append(paths, ancestor)
		below := tree.Children(ancestor)
		inside := slices.ContainsFunc(below, func(id int64) bool {
			return slices.Contains(ancestors, id) && !mergedBelow(tree, id, ancestor)
		})
		if len(below) > 0 && !inside {
			paths = append(paths, own(ancestor))
		}
	}
	return paths
}

// mergedBelow tells whether an area has a successor below outer, in whose line its facts are already.
func mergedBelow(areas *report.Areas, area, outer int64) bool {
	a, ok := areas.ByID(area)
	return ok && a.MergedInto != 0 && a.MergedInto != outer && slices.Contains(areas.Ancestors(a.MergedInto), outer)
}

// keepAreas writes what of the tree is new or different, and the paths made from it. Parents and successors are written before those that name them.
func (tx *Tx) keepAreas(known, tree *report.Areas) error {
	list := slices.Clone(tree.All())
	slices.SortStableFunc(list, func(a, b report.Area) int { return cmp.Compare(a.Level, b.Level) })
	for _, withSuccessor := range []bool{false, true} {
		for _, a := range list {
			if old, ok := known.ByID(a.ID); withSuccessor && a.MergedInto == 0 || ok && sameArea(old, a) {
				continue
			}
			successor := a.MergedInto
			if !withSuccessor {
				successor = 0
			}
			if err := tx.keepArea(a, successor); err != nil {
				return err
			}
		}
	}
	if err := tx.keepLocks(tree); err != nil {
		return err
	}
	return tx.keepPaths(known, tree)
}

// sameArea tells whether an area's row stays as it is.
func sameArea(a, b report.Area) bool {
	return a.Parent == b.Parent && a.Code == b.Code && a.Name == b.Name && a.MergedInto == b.MergedInto && slices.Equal(a.Short, b.Short)
}

func (tx *Tx) keepArea(a report.Area, successor int64) error {
	short, err := json.Marshal(a.Short)
	if err == nil {
		_, err = tx.exec(upsertArea, a.ID, orNull(a.Parent), orNull(a.Code), a.Name, string(short), orNull(successor))
	}
	if err != nil {
		return fmt.Errorf("keep area %s %s: %w", a.Code, a.Name, err)
	}
	return nil
}

// keepPaths makes the paths those of the tree. Only where those of an area that was there before changed are the totals made anew,
// which takes minutes with the facts of a province: an area that is new has none.
func (tx *Tx) keepPaths(known, tree *report.Areas) error {
	stale := map[path]bool{}
	for _, p := range pathsOf(known) {
		stale[p] = true
	}
	moved := false
	for _, p := range pathsOf(tree) {
		if stale[p] {
			delete(stale, p)
			continue
		}
		if _, err := tx.exec(insertPath, p.ancestor, p.leaf); err != nil {
			return fmt.Errorf("keep the path from area %d to %d: %w", p.leaf, p.ancestor, err)
		}
		_, before := known.ByID(p.leaf)
		moved = moved || before
	}
	for p := range stale {
		moved = true
		if _, err := tx.exec(deletePath, p.ancestor, p.leaf); err != nil {
			return fmt.Errorf("take back the path from area %d to %d: %w", p.leaf, p.ancestor, err)
		}
	}
	if !moved {
		return nil
	}
	if err := tx.remakeDayTotals(); err != nil {
		return err
	}
	return tx.remakeMonths()
}

const (
	deleteDayTotals = `
DELETE FROM tally_day_totals`
	insertDayTotals = `
INSERT INTO tally_day_totals(area_id, day, line_id, value, approx, events)
SELECT p.ancestor, d.day, d.line_id, SUM(d.value), SUM(d.approx), SUM(d.events)
FROM tally_days d JOIN area_paths p ON p.leaf = d.area_id
WHERE p.ancestor <> d.area_id AND p.ancestor <> -d.area_id
GROUP BY p.ancestor, d.day, d.line_id`
)

// remakeDayTotals sums what was posted of each area up to those it counts towards, along the paths as they are now.
func (tx *Tx) remakeDayTotals() error {
	if _, err := tx.exec(deleteDayTotals); err != nil {
		return fmt.Errorf("remake the totals of days: %w", err)
	}
	if _, err := tx.exec(insertDayTotals); err != nil {
		return fmt.Errorf("remake the totals of days: %w", err)
	}
	return nil
}

const (
	deleteMonths = `
DELETE FROM tally_months`
	insertMonths = `
INSERT INTO tally_months(area_id, year, line_id, month, value, approx, events)
SELECT p.ancestor, CAST(substr(d.day, 1, 4) AS INTEGER), d.line_id, CAST(substr(d.day, 6, 2) AS INTEGER), SUM(d.value), SUM(d.approx), SUM(d.events)
FROM tally_days d JOIN area_paths p ON p.leaf = d.area_id
GROUP BY 1, 2, 3, 4`
)

// remakeMonths sums the days up to the totals of months, along the paths as they are now.
func (tx *Tx) remakeMonths() error {
	if _, err := tx.exec(deleteMonths); err != nil {
		return fmt.Errorf("remake the totals of months: %w", err)
	}
	if _, err := tx.exec(insertMonths); err != nil {
		return fmt.Errorf("remake the totals of months: %w", err)
	}
	return nil
}
