package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"huibao/bot"
	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// digestCommand makes a digest as the bot would send it.
type digestCommand struct {
	Kind   string `arg:"" enum:"week,month,quarter,half,year" help:"week, month, quarter, half or year."`
	Period string `arg:"" help:"Such as 2026-W10, 2026-03, 2026-Q1, 2026-H1 or 2026."`
	Area   string `help:"Area code; default the whole county."`
	Format string `enum:"text,png,xlsx,docx,sources" default:"text" help:"text, png (a picture), xlsx (a workbook), docx (the work summary of the county's year) or sources (a workbook: where each of its numbers comes from)."`
	Output string `short:"o" type:"path" help:"The file; text may go to the standard output."`
}

// periodExamples show how the periods of each kind are written.
var periodExamples = map[report.PeriodKind]string{report.Week: "2026-W10", report.Month: "2026-03", report.Quarter: "2026-Q1",
	report.Half: "2026-H1", report.Year: "2026"}

func (c digestCommand) Run(w *world) (err error) {
	kind := report.PeriodKind(c.Kind)
	p, err := report.ParsePeriod(strings.ToUpper(c.Period))
	if err != nil || p.Kind != kind {
		return fmt.Errorf("period %q: expected a %s such as %s", c.Period, c.Kind, periodExamples[kind])
	}
	if c.Output == "" && c.Format != "text" {
		return fmt.Errorf("--format %s: expected a file to write to: -o FILE.%s", c.Format, cmp.Or(map[string]string{"sources": "xlsx"}[c.Format], c.Format))
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var content []byte
	err = db.Read(w.ctx, func(v *store.View) error {
		content, err = c.make(w, v, p)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "" {
		_, err = w.out.Write(content)
		return err
	}
	return writeNew(c.Output, content)
}

// make gives what the file holds.
func (c digestCommand) make(w *world, v *store.View, p report.Period) ([]byte, error) {
	source, err := v.Reference()
	if err != nil {
		return nil, err
	}
	root, ok := source.Areas.Root()
	if !ok {
		return nil, noArea("")
	}
	area := root
	if c.Area != "" {
		if area, ok = source.Areas.ByCode(c.Area); !ok {
			return nil, fmt.Errorf("%w: expected a code such as %s (%s)", noArea(c.Area), root.Code, root.Name)
		}
	}
	s := digest.Scene{Catalogue: source.Catalogue, Areas: source.Areas, Today: report.DayOf(v.Now().In(w.zone))}
	if p.First > s.Today {
		return nil, fmt.Errorf("period %s: it has not begun", p.Key())
	}
	if c.Format == "text" {
		sum, err := v.Summary(area.ID, p, s.Today)
		return []byte(digest.Summary(s, sum).Body + "\n"), err
	}
	f := digest.File{Kind: fileKinds[c.Format], Area: area.ID, Period: p.Key()}
	if f.Kind == digest.FileDocument || f.Kind == digest.FileSources {
		if p.Kind != report.Year || area.ID != root.ID {
			return nil, fmt.Errorf("--format %s: the work summary is that of the county's year: huibao digest year 2026 --format %[1]s", c.Format)
		}
		return w.document(v, s, f.Kind, p)
	}
	made, err := bot.Render(v, s, f)
	return made.Bytes, err
}

var fileKinds = map[string]digest.FileKind{"png": digest.FileChart, "xlsx": digest.FileWorkbook, "docx": digest.FileDocument,
	"sources": digest.FileSources}

// writeNew writes a file that is not there yet; one that cannot be written whole is not left behind.
func writeNew(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the file: %w", err), os.Remove(name))
	}
	return nil
}
