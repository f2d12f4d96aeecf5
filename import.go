package main

import (
	"fmt"
	"os"
	"path/filepath"

	"huibao/report"
	"huibao/report/sheet"
	"huibao/store"
)

// importCommand brings in reference data. Without --yes it only shows what would change.
type importCommand struct {
	Areas   importAreas   `cmd:"" help:"Areas: CSV or XLSX code,level,parent,name,short (codes of the statistics bureau)."`
	Members importMembers `cmd:"" help:"Members: CSV or XLSX telegram_id,name,role,area (roles cadre, supervisor, admin; area by code)."`
	Duties  importDuties  `cmd:"" help:"Who owes reports by when: CSV or XLSX area,activity,every,days,time (CODE/* for each area below; days - takes a duty away)."`
	Reports importReports `cmd:"" help:"What was reported before: a table (CSV or XLSX date,township,village,activity,text and measures), JSON lines, or a copied chat (.txt)."`
	Targets importTargets `cmd:"" help:"The year's targets: CSV or XLSX year,area,activity,measure,value (money in yuan; value - takes a target away)."`
}

type importDuties struct {
	File string `arg:"" type:"existingfile"`
	Yes  bool   `help:"Do it."`
}

type importTargets struct {
	File string `arg:"" type:"existingfile"`
	Yes  bool   `help:"Do it."`
}

type importAreas struct {
	File    string `arg:"" type:"existingfile"`
	Aliases string `type:"existingfile" help:"Other names people use: CSV alias,code,kind,note."`
	Venues  string `type:"existingfile" help:"Places that are no area: CSV venue,aliases,area,confidence,note."`
	Yes     bool   `help:"Do it."`
}

type importMembers struct {
	File string `arg:"" type:"existingfile"`
	Yes  bool   `help:"Do it."`
}

func (c importAreas) Run(w *world) error {
	areas, err := parseFile(c.File, report.ParseAreas)
	if err != nil {
		return err
	}
	var names []report.Name
	if c.Aliases != "" {
		if names, err = parseFile(c.Aliases, report.ParseNames); err != nil {
			return err
		}
	}
	var venues []report.Venue
	if c.Venues != "" {
		if venues, err = parseFile(c.Venues, report.ParseVenues); err != nil {
			return err
		}
	}
	for i := range areas {
		if err := mask(&areas[i].Name); err != nil {
			return err
		}
	}
	return w.importRows(c.File, c.Yes, func(tx *store.Tx) (store.Diff, error) {
		diff, err := tx.ImportAreas(areas)
		if err != nil {
			return diff, err
		}
		if c.Aliases != "" {
			if err := tx.SetNames(names); err != nil {
				return diff, err
			}
		}
		if c.Venues != "" {
			if err := tx.SetVenues(venues); err != nil {
				return diff, err
			}
		}
		return diff, nil
	})
}

func (c importMembers) Run(w *world) error {
	rows, err := parseFile(c.File, report.ParseMembers)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := mask(&rows[i].Name); err != nil {
			return err
		}
	}
	return w.importRows(c.File, c.Yes, func(tx *store.Tx) (store.Diff, error) { return tx.ImportMembers(rows) })
}

// mask takes the numbers that point at a person out of a name or a file's name.
func mask(name *string) error {
	masked, _, err := maskText(*name)
	*name = masked
	return err
}

func (c importDuties) Run(w *world) error {
	return importNamed(w, c.File, c.Yes, report.ParseDuties, (*store.Tx).ImportDuties)
}

func (c importTargets) Run(w *world) error {
	return importNamed(w, c.File, c.Yes, report.ParseTargets, (*store.Tx).ImportTargets)
}

// importNamed imports rows that name areas and activities, which are those of the moment.
func importNamed[T any](w *world, file string, yes bool, parse func(string, []byte, *report.Areas, *report.Catalogue) ([]T, error),
	keep func(*store.Tx, []T) (store.Diff, error)) error {
	b, err := tableBytes(file)
	if err != nil {
		return err
	}
	return w.importRows(file, yes, func(tx *store.Tx) (store.Diff, error) {
		r, err := tx.Reference()
		if err != nil {
			return store.Diff{}, err
		}
		rows, err := parse(file, b, r.Areas, r.Catalogue)
		if err != nil {
			return store.Diff{}, err
		}
		return keep(tx, rows)
	})
}

// errPreview ends a transaction whose changes were only to be shown.
var errPreview = fmt.Errorf("preview")

// importRows does an import, shows the difference, and keeps it only with yes.
func (w *world) importRows(what string, yes bool, do func(*store.Tx) (store.Diff, error)) error {
	file := filepath.Base(what)
	if err := mask(&file); err != nil {
		return err
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	var diff store.Diff
	err = db.Write(w.ctx, func(tx *store.Tx) (err error) {
		if diff, err = do(tx); err != nil {
			return err
		}
		if !yes {
			return errPreview
		}
		return tx.Audit(0, "import", file, fmt.Sprintf("new %d, changed %d, removed %d", diff.Added, diff.Changed, diff.Removed))
	})
	if err != nil && err != errPreview {
		return err
	}
	for _, line := range diff.Lines {
		fmt.Fprintln(w.out, line)
	}
	fmt.Fprintf(w.out, "new %d, changed %d, unchanged %d", diff.Added, diff.Changed, diff.Unchanged)
	if diff.Removed > 0 {
		fmt.Fprintf(w.out, ", removed %d", diff.Removed)
	}
	fmt.Fprintln(w.out)
	if !yes {
		fmt.Fprintln(w.out, "nothing was changed: add --yes to do it")
	}
	return nil
}

// parseFile reads a table, CSV or XLSX, with one of report's parsers, whose errors name file and line.
func parseFile[T any](path string, parse func(string, []byte) (T, error)) (rows T, err error) {
	b, err := tableBytes(path)
	if err != nil {
		return rows, err
	}
	return parse(path, b)
}

// tableBytes reads a file's table as CSV.
func tableBytes(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return sheet.Table(path, b)
}
