package bot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	tables "huibao/report/sheet"
	"huibao/store"
)

// isStore tells whether an error is the store's and not a table's.
func isStore(err error) bool { return errors.Is(err, store.ErrUnavailable) }

// readTable gives a file as CSV, with what must never be stored masked.
func readTable(name string, content []byte) ([]byte, error) {
	b, err := tables.Table(name, content)
	if err != nil {
		return nil, err
	}
	masked, _ := mask(string(b))
	return []byte(masked), nil
}

func (t *turn) compareDuties(o *offer, name string, content []byte) error {
	b, err := readTable(name, content)
	if err != nil {
		return err
	}
	rows, err := report.ParseDuties(name, b, t.source.Areas, t.source.Catalogue)
	if err != nil {
		return err
	}
	var next []report.Duty
	for _, row := range rows {
		if !row.Remove {
			next = append(next, row.Duty)
		}
	}
	if len(next) == 0 {
		return digest.ErrEmptyTable
	}
	now, err := t.duties()
	if err != nil {
		return err
	}
	for _, d := range report.Differences(now, next, report.Duty.Compare) {
		o.Duties = append(o.Duties, report.DutyRow{Duty: *cmp.Or(d.New, d.Old), Remove: d.New == nil})
	}
	o.changes, _ = t.dutyChanges(now, o.Duties)
	return nil
}

// dutyChanges words what rows would change, and gives the rows that undo it.
func (t *turn) dutyChanges(now []report.Duty, rows []report.DutyRow) (changes []digest.TableChange, back []report.DutyRow) {
	s := t.scene()
	for _, row := range rows {
		i, there := slices.BinarySearchFunc(now, row.Duty, report.Duty.Compare)
		switch {
		case row.Remove && there:
			changes, back = append(changes, digest.TableChange{Sign: digest.SignRemoved, Words: s.DutyLine(now[i])}), append(back, report.DutyRow{Duty: now[i]})
		case !row.Remove && !there:
			changes, back = append(changes, digest.TableChange{Sign: digest.SignAdded, Words: s.DutyLine(row.Duty)}), append(back, report.DutyRow{Duty: row.Duty, Remove: true})
		case !row.Remove:
			changes = append(changes, digest.TableChange{Sign: digest.SignChanged, Words: s.DutyLine(now[i]) + "→" + s.DutyBy(row.Duty)})
			back = append(back, report.DutyRow{Duty: now[i]})
		}
	}
	return changes, back
}

func (t *turn) replaceDuties(rows []report.DutyRow) ([]digest.TableChange, []report.DutyRow, error) {
	now, err := t.duties()
	if err != nil {
		return nil, nil, err
	}
	changes, back := t.dutyChanges(now, rows)
	_, err = t.tx.ImportDuties(rows)
	return changes, back, err
}

func (t *turn) compareTargets(o *offer, name string, content []byte) error {
	b, err := readTable(name, content)
	if err != nil {
		return err
	}
	rows, err := report.ParseTargets(name, b, t.source.Areas, t.source.Catalogue)
	if err != nil {
		return err
	}
	next := map[int][]report.Target{}
	for _, row := range rows {
		if !row.Remove {
			next[row.Year] = append(next[row.Year], row.Target)
		}
	}
	if len(next) == 0 {
		return digest.ErrEmptyTable
	}
	for year, list := range next {
		slices.SortFunc(list, report.Target.Compare)
		now, err := t.targetsOf(year)
		if err != nil {
			return err
		}
		for _, d := range report.Differences(now, list, report.Target.Compare) {
			o.Targets = append(o.Targets, report.TargetRow{Target: *cmp.Or(d.New, d.Old), Remove: d.New == nil})
		}
	}
	slices.SortFunc(o.Targets, func(a, b report.TargetRow) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), a.Target.Compare(b.Target))
	})
	o.changes, _, err = t.targetChanges(o.Targets)
	return err
}

// targetChanges words what rows would change, and gives the rows that undo it.
func (t *turn) targetChanges(rows []report.TargetRow) (changes []digest.TableChange, back []report.TargetRow, err error) {
	s := t.scene()
	known := map[int][]report.Target{}
	for _, row := range rows {
		if _, read := known[row.Year]; !read {
			if known[row.Year], err = t.targetsOf(row.Year); err != nil {
				return nil, nil, err
			}
		}
		now := known[row.Year]
		i, there := slices.BinarySearchFunc(now, row.Target, report.Target.Compare)
		name := s.TargetLine(row.Target)
		switch {
		case row.Remove && there:
			changes = append(changes, digest.TableChange{Sign: digest.SignRemoved, Words: name + " " + s.TargetValue(now[i])})
			back = append(back, report.TargetRow{Target: now[i]})
		case !row.Remove && !there:
			changes = append(changes, digest.TableChange{Sign: digest.SignAdded, Words: name + " " + s.TargetValue(row.Target)})
			back = append(back, report.TargetRow{Target: row.Target, Remove: true})
		case !row.Remove:
			changes = append(changes, digest.TableChange{Sign: digest.SignChanged, Words: name + " " + s.TargetValue(now[i]) + "→" + s.TargetValue(row.Target)})
			back = append(back, report.TargetRow{Target: now[i]})
		}
	}
	return changes, back, nil
}

func (t *turn) replaceTargets(rows []report.TargetRow) ([]digest.TableChange, []report.TargetRow, error) {
	changes, back, err := t.targetChanges(rows)
	if err == nil {
		_, err = t.tx.ImportTargets(rows)
	}
	return changes, back, err
}

func (t *turn) compareCatalogue(o *offer, name string, content []byte) error {
	sheets, err := tables.Book(name, content)
	if err != nil {
		return err
	}
	var read []report.Sheet
	for _, s := range sheets {
		for _, row := range s.Rows {
			for i := range row {
				row[i], _ = mask(row[i])
			}
		}
		read = append(read, report.Sheet(s))
	}
	now := t.source.Catalogue
	next, err := report.CatalogueOf(read, now.Version)
	if err != nil {
		return err
	}
	if o.Catalogue, err = next.YAML(); err != nil {
		return err
	}
	if err := t.fits(next, o.Catalogue); err != nil {
		return err
	}
	o.changes = digest.CatalogueChanges(report.CatalogueChanges(now, next))
	return nil
}

// fits tells whether a catalogue can take the place of the present one: nothing in use may vanish, and messages must be
// readable by it.
func (t *turn) fits(next *report.Catalogue, written []byte) error {
	if _, err := report.ParseCatalogue("类别", written); err != nil {
		return err
	}
	if _, err := reading.New(next, t.source.Areas, t.source.Names, t.source.Venues); err != nil {
		return fmt.Errorf("make a reader of the new catalogue: %w", err)
	}
	used, err := t.codesInUse()
	if err != nil {
		return err
	}
	var errs []error
	for _, k := range used {
		was, _ := t.source.Catalogue.Activity(k.Activity)
		m, _ := was.Measure(k.Measure)
		a, ok := next.Activity(k.Activity)
		if !ok {
			errs = append(errs, &digest.InUse{Activity: cmp.Or(was.Short, k.Activity)})
			continue
		}
		if _, ok := a.Measure(k.Measure); !ok && k.Measure != "" {
			errs = append(errs, &digest.InUse{Activity: cmp.Or(was.Short, k.Activity), Measure: cmp.Or(m.Short, k.Measure)})
		}
	}
	return errors.Join(errs...)
}

// codesInUse gives the activities and measures that reports, duties or targets name.
func (t *turn) codesInUse() ([]report.Key, error) {
	used, err := t.tx.CodesInUse()
	if err != nil {
		return nil, err
	}
	duties, err := t.tx.Duties()
	if err != nil {
		return nil, err
	}
	for _, d := range duties {
		if d.Activity != "" {
			used = append(used, report.Key{Activity: d.Activity})
		}
	}
	years, err := t.tx.TargetYears()
	if err != nil {
		return nil, err
	}
	for _, year := range years {
		targets, err := t.tx.Targets(year)
		if err != nil {
			return nil, err
		}
		for _, x := range targets {
			used = append(used, report.Key{Activity: x.Activity, Measure: x.Measure})
		}
	}
	return used, nil
}

func (t *turn) replaceCatalogue(written []byte) ([]digest.TableChange, []byte, error) {
	now := t.source.Catalogue
	next, err := report.ParseCatalogue("类别", written)
	if err != nil {
		return nil, nil, err
	}
	back, err := now.YAML()
	if err != nil {
		return nil, nil, err
	}
	return digest.CatalogueChanges(report.CatalogueChanges(now, next)), back, t.tx.SetCatalogue(t.member.ID, "类别", written)
}
