package store

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"huibao/report"
)

const (
	selectTargets = `
SELECT year, area_id, activity, measure, value FROM targets WHERE year = $1`
	selectTargetYears = `
SELECT DISTINCT year FROM targets ORDER BY year`
)

// Targets gives the targets of a year, in their order.
func (v *View) Targets(year int) ([]report.Target, error) {
	list, err := collect(v.query(selectTargets, year), func(scan scanner) (t report.Target, err error) {
		return t, scan(&t.Year, &t.Area, &t.Activity, &t.Measure, &t.Value)
	})
	if err != nil {
		return nil, fmt.Errorf("read the targets of %d: %w", year, err)
	}
	slices.SortFunc(list, report.Target.Compare)
	return list, nil
}

// TargetYears gives the years that have targets, oldest first.
func (v *View) TargetYears() ([]int, error) {
	list, err := collect(v.query(selectTargetYears), func(scan scanner) (year int, err error) { return year, scan(&year) })
	if err != nil {
		return nil, fmt.Errorf("read the years with targets: %w", err)
	}
	return list, nil
}

const (
	upsertTarget = `
INSERT INTO targets(year, area_id, activity, measure, value) VALUES($1, $2, $3, $4, $5)
ON CONFLICT(year, area_id, activity, measure) DO UPDATE SET value = excluded.value`
	deleteTarget = `
DELETE FROM targets WHERE year = $1 AND area_id = $2 AND activity = $3 AND measure = $4`
)

// ImportTargets adds targets, changes those that are known by year, area, activity and measure, and takes away what the
// rows say.
func (tx *Tx) ImportTargets(rows []report.TargetRow) (Diff, error) {
	known := map[int][]report.Target{}
	reference, err := tx.Reference()
	if err != nil {
		return Diff{}, err
	}
	var diff Diff
	for _, row := range rows {
		if _, read := known[row.Year]; !read {
			if known[row.Year], err = tx.Targets(row.Year); err != nil {
				return Diff{}, err
			}
		}
		if err := tx.importTarget(row, known[row.Year], reference, &diff); err != nil {
			return Diff{}, fmt.Errorf("import a target of %s for %d: %w", reference.Areas.Name(row.Area), row.Year, err)
		}
	}
	return diff, nil
}

func (tx *Tx) importTarget(row report.TargetRow, known []report.Target, r *report.Reference, diff *Diff) (err error) {
	i, there := slices.BinarySearchFunc(known, row.Target, report.Target.Compare)
	name, unit := targetName(r, row.Target)
	switch {
	case row.Remove && there:
		diff.removed("%s", name)
		_, err = tx.exec(deleteTarget, row.Year, row.Area, row.Activity, row.Measure)
		return err
	case row.Remove || there && known[i].Value == row.Value:
		diff.Unchanged++
		return nil
	case there:
		diff.changed("%s %s → %s", name, quantity(unit, known[i].Value), quantity(unit, row.Value))
	default:
		diff.added("%s %s", name, quantity(unit, row.Value))
	}
	_, err = tx.exec(upsertTarget, row.Year, row.Area, row.Activity, row.Measure, row.Value)
	return err
}

func targetName(r *report.Reference, t report.Target) (name, unit string) {
	activity, _ := r.Catalogue.Activity(t.Activity)
	m, _ := activity.Measure(t.Measure)
	return fmt.Sprintf("%d %s %s %s", t.Year, r.Areas.Name(t.Area), cmp.Or(activity.Short, activity.Name, t.Activity), cmp.Or(m.Short, m.Name, t.Measure)), m.Unit
}

// quantity writes a value for the preview of an import; fen as yuan.
func quantity(unit string, value int64) string {
	if unit == report.MoneyUnit {
		return fmt.Sprintf("%d.%02d%s", value/100, value%100, unit)
	}
	return strconv.FormatInt(value, 10) + unit
}

// Completions gives how far the targets of just that area are reached, counting the year's facts up to a day, in the
// catalogue's order.
func (v *View) Completions(area int64, year int, through report.Day) ([]report.Completion, error) {
	list, err := v.completions(area, year, through, false)
	if err != nil {
		return nil, fmt.Errorf("see how far area %d is with the targets of %d: %w", area, year, err)
	}
	return list, nil
}

// CompletionsBelow gives the same for the areas directly below, in the order of the tree and then of the catalogue.
func (v *View) CompletionsBelow(area int64, year int, through report.Day) ([]report.Completion, error) {
	list, err := v.completions(area, year, through, true)
	if err != nil {
		return nil, fmt.Errorf("see how far the areas below %d are with the targets of %d: %w", area, year, err)
	}
	return list, nil
}

func (v *View) completions(area int64, year int, through report.Day, below bool) ([]report.Completion, error) {
	targets, err := v.Targets(year)
	if err != nil || len(targets) == 0 {
		return nil, err
	}
	r, err := v.Reference()
	if err != nil {
		return nil, err
	}
	var list []report.Completion
	for _, t := range targets {
		a, _ := r.Areas.ByID(t.Area)
		if t.Area == area && !below || a.Parent == area && below && a.MergedInto == 0 {
			list = append(list, completionOf(t, targets, r.Areas))
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	first := report.Date(year, time.January, 1)
	sums, err := v.Tally(area, report.Period{Kind: report.Range, First: first, Last: min(max(through, first-1), report.YearOf(first).Last)}, report.Grouping{Area: below})
	if err != nil {
		return nil, err
	}
	by := map[int64][]report.Tally{}
	for _, s := range sums {
		by[s.Area] = append(by[s.Area], s)
	}
	for i := range list {
		c := &list[i]
		of := by[0]
		if below {
			of = by[c.Area]
		}
		activity, _ := r.Catalogue.Activity(c.Activity)
		m, _ := activity.Measure(c.Measure)
		c.Done, c.Approx = c.DoneOf(m, of)
	}
	sortCompletions(list, r, area)
	return list, nil
}

// completionOf gives a target with the sum of those directly below it. An area that merged into another is left out of it.
func completionOf(t report.Target, all []report.Target, areas *report.Areas) report.Completion {
	c := report.Completion{Target: t}
	for _, u := range all {
		a, _ := areas.ByID(u.Area)
		if a.Parent == t.Area && a.MergedInto == 0 && u.Activity == t.Activity && u.Measure == t.Measure {
			c.Below += u.Value
			c.Split = true
		}
	}
	return c
}

// sortCompletions puts them in the order of the tree, and an area's in the catalogue's order.
func sortCompletions(list []report.Completion, r *report.Reference, area int64) {
	children := r.Areas.Children(area)
	place := func(c report.Completion) int {
		i := slices.IndexFunc(r.Catalogue.Activities, func(a report.Activity) bool { return a.Code == c.Activity })
		if i < 0 {
			return len(r.Catalogue.Activities)
		}
		return i
	}
	measure := func(c report.Completion) int {
		a, _ := r.Catalogue.Activity(c.Activity)
		return slices.IndexFunc(a.Measures, func(m report.Measure) bool { return m.Code == c.Measure })
	}
	slices.SortStableFunc(list, func(a, b report.Completion) int {
		return cmp.Or(cmp.Compare(slices.Index(children, a.Area), slices.Index(children, b.Area)),
			cmp.Compare(place(a), place(b)), cmp.Compare(measure(a), measure(b)))
	})
}
