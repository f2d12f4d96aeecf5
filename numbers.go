package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// tallyCommand prints sums of the ledger.
type tallyCommand struct {
	From   string   `required:"" help:"First day, YYYY-MM-DD."`
	To     string   `required:"" help:"Last day, YYYY-MM-DD."`
	Area   string   `help:"Area code; default the whole county."`
	By     []string `help:"Split by area and month; activity and measure always are." enum:"activity,area,month" default:"activity"`
	Format string   `enum:"text,json,csv" default:"text" help:"text, json (one object a line) or csv."`
}

// tallyLine is a line as json and csv have it: money in yuan, a missing area or month empty.
type tallyLine struct {
	Area     string `json:"area"`
	AreaName string `json:"area_name"`
	Month    string `json:"month,omitempty"`
	Activity string `json:"activity"`
	Measure  string `json:"measure"`
	Label    string `json:"label,omitempty"`
	Unit     string `json:"unit"`
	Part     bool   `json:"part"`
	Value    string `json:"value"`
	Approx   bool   `json:"approx"`
	Events   int64  `json:"events"`
}

func (c tallyCommand) Run(w *world) error {
	first, err := report.ParseDay(c.From)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	last, err := report.ParseDay(c.To)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	if last < first {
		return errors.New("--to lies before --from")
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Read(w.ctx, func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		area, ok := source.Areas.Root()
		if c.Area != "" {
			area, ok = source.Areas.ByCode(c.Area)
		}
		if !ok {
			return noArea(c.Area)
		}
		tallies, err := v.Tally(area.ID, report.Period{Kind: report.Range, First: first, Last: last},
			report.Grouping{Area: slices.Contains(c.By, "area"), Month: slices.Contains(c.By, "month")})
		if err != nil {
			return err
		}
		return printTallies(w.out, c.Format, tallyLines(source, area.ID, tallies))
	})
}

func tallyLines(source *report.Reference, area int64, tallies []report.Tally) []tallyLine {
	lines := make([]tallyLine, 0, len(tallies))
	for _, t := range tallies {
		in, _ := source.Areas.ByID(max(t.Area, 0))
		if t.Area == 0 {
			in, _ = source.Areas.ByID(area)
		}
		line := tallyLine{Area: in.Code, AreaName: in.Name, Activity: t.Activity, Measure: t.Measure, Label: t.Label,
			Unit: t.Unit, Part: t.Part, Value: strconv.FormatInt(t.Value, 10), Approx: t.Approx != 0, Events: t.Events}
		if t.Unit == report.MoneyUnit {
			line.Value = digest.Yuan(t.Value)
		}
		if t.Month != 0 {
			line.Month = t.Month.String()[:len("2026-03")]
		}
		lines = append(lines, line)
	}
	return lines
}

func printTallies(out io.Writer, format string, lines []tallyLine) error {
	switch format {
	case "json":
		for _, l := range lines {
			if err := json.NewEncoder(out).Encode(l); err != nil {
				return err
			}
		}
		return nil
	case "csv":
		rows := csv.NewWriter(out)
		rows.Write([]string{"area", "area_name", "month", "activity", "measure", "label", "unit", "part", "value", "approx", "events"})
		for _, l := range lines {
			rows.Write([]string{l.Area, csvText(l.AreaName), l.Month, l.Activity, l.Measure, csvText(l.Label), csvText(l.Unit),
				strconv.FormatBool(l.Part), l.Value, strconv.FormatBool(l.Approx), strconv.FormatInt(l.Events, 10)})
		}
		rows.Flush()
		return rows.Error()
	}
	for _, l := range lines {
		name := strings.TrimSpace(l.Measure + " " + l.Label)
		if l.Measure == "" {
			name, l.Value, l.Unit = "events", strconv.FormatInt(l.Events, 10), ""
		}
		if l.Approx {
			l.Value = "约" + l.Value
		}
		line := fmt.Sprintf("%-12s %-8s %-20s %-28s %s %s", l.AreaName, l.Month, l.Activity, name, l.Value, l.Unit)
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	return nil
}

// csvText keeps a spreadsheet from taking text for a formula.
func csvText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// exportCommand writes data out.
type exportCommand struct {
	Facts exportFacts `cmd:"" help:"The ledger, line by line, in the order it was posted."`
}

type exportFacts struct {
	Output string `short:"o" required:"" type:"path" help:"The file: .csv or .jsonl."`
}

// factLine is a line of the ledger as it is exported: values in the ledger's own units, money in fen.
type factLine struct {
	Seq      int64      `json:"seq"`
	At       time.Time  `json:"at"`
	Report   int64      `json:"report"`
	Rev      int        `json:"rev"`
	Day      report.Day `json:"day"`
	Area     string     `json:"area"`
	Org      string     `json:"org"`
	Activity string     `json:"activity"`
	Measure  string     `json:"measure"`
	Label    string     `json:"label,omitempty"`
	Unit     string     `json:"unit"`
	Part     bool       `json:"part"`
	Value    int64      `json:"value"`
	Approx   int64      `json:"approx"`
	Events   int64      `json:"events"`
}

func (c exportFacts) Run(w *world) (err error) {
	ending := filepath.Ext(c.Output)
	if ending != ".csv" && ending != ".jsonl" {
		return fmt.Errorf("%s: expected a name that ends in .csv or .jsonl", c.Output)
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	write := jsonFacts(file)
	if ending == ".csv" {
		write = csvFacts(file)
	}
	return db.Read(w.ctx, func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		code := func(id int64) string { a, _ := source.Areas.ByID(id); return a.Code }
		err = v.Facts(0, func(seq int64, at time.Time, f report.Fact) error {
			return write(&factLine{seq, at.In(w.zone), f.Report, f.Rev, f.Day, code(f.Area), code(f.Org), f.Activity, f.Measure,
				f.Label, f.Unit, f.Part, f.Value, f.Approx, f.Events})
		})
		return errors.Join(err, write(nil))
	})
}

// jsonFacts and csvFacts give a function that writes a line, and finishes when it gets nil.
func jsonFacts(out io.Writer) func(*factLine) error {
	lines := json.NewEncoder(out)
	return func(l *factLine) error {
		if l == nil {
			return nil
		}
		return lines.Encode(l)
	}
}

func csvFacts(out io.Writer) func(*factLine) error {
	rows := csv.NewWriter(out)
	rows.Write([]string{"seq", "at", "report", "rev", "day", "area", "org", "activity", "measure", "label", "unit", "part", "value", "approx", "events"})
	return func(l *factLine) error {
		if l == nil {
			rows.Flush()
			return rows.Error()
		}
		n := func(i int64) string { return strconv.FormatInt(i, 10) }
		return rows.Write([]string{n(l.Seq), l.At.Format(time.RFC3339), n(l.Report), strconv.Itoa(l.Rev), l.Day.String(), l.Area, l.Org,
			l.Activity, l.Measure, csvText(l.Label), csvText(l.Unit), strconv.FormatBool(l.Part), n(l.Value), n(l.Approx), n(l.Events)})
	}
}

// backupCommand copies the database.
type backupCommand struct {
	File string `arg:"" type:"path" help:"The copy; an older one of that name is replaced only by a whole one."`
}

func (c backupCommand) Run(w *world) error {
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	if err := errors.Join(db.BackupTo(w.ctx, c.File), db.Close()); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "backup: %s is a whole copy\n", c.File)
	return nil
}

// verifyCommand recomputes every number.
type verifyCommand struct{}

func (verifyCommand) Run(w *world) error {
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	return errors.Join(w.verify(db), db.Close())
}

func (w *world) verify(db *store.DB) error {
	problems, err := db.Verify(w.ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(w.out, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("verify: %d numbers do not agree", len(problems))
	}
	fmt.Fprintln(w.out, "verify: facts agree with the reports' revisions, tallies with the facts")
	return nil
}
