package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// exportCommand writes data out, as a workbook, CSV or JSON lines by the ending of the file's name.
type exportCommand struct {
	Register exportRegister `cmd:"" help:"The register (台账): one row a report, with its words and what became of it."`
	Reports  exportReports  `cmd:"" help:"The reports that are counted, as import reports reads them."`
	Template exportTemplate `cmd:"" help:"The template of the year's work summary that comes with the program: change it and set HUIBAO_TEMPLATE."`
	Facts    exportFacts    `cmd:"" help:"The ledger, line by line, in the order it was posted."`
}

// exportScope says of which reports.
type exportScope struct {
	From   string `required:"" help:"First day, YYYY-MM-DD."`
	To     string `required:"" help:"Last day, YYYY-MM-DD."`
	Area   string `help:"Area code; default the whole county."`
	Output string `short:"o" required:"" type:"path" help:"The file: .xlsx, .csv or .jsonl."`
}

type exportRegister struct{ exportScope }

type exportReports struct{ exportScope }

type exportFacts struct {
	Output string `short:"o" required:"" type:"path" help:"The file: .xlsx, .csv or .jsonl."`
}

// exported makes a file in one of three forms.
type exported struct {
	xlsx  func() ([]byte, error)
	csv   func(write func([]string) error) error
	jsonl func(write func(any) error) error
	mark  bool // CSV for people begins with a byte order mark: without it Excel takes Chinese for another code page
}

// export writes a file of what one view gives.
func (w *world) export(what, output string, make func(*store.View, digest.Scene, *report.Reference) (exported, error)) error {
	ending := filepath.Ext(output)
	if !slices.Contains([]string{".xlsx", ".csv", ".jsonl"}, ending) {
		return fmt.Errorf("%s: expected a name that ends in .xlsx, .csv or .jsonl", output)
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	file, err := os.OpenFile(output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	err = db.Read(w.ctx, func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		s := digest.Scene{Catalogue: source.Catalogue, Areas: source.Areas, Today: report.DayOf(v.Now().In(w.zone))}
		e, err := make(v, s, source)
		if err != nil {
			return err
		}
		return e.to(file, ending)
	})
	if err == nil {
		err = db.Write(w.ctx, func(tx *store.Tx) error { return tx.Audit(0, "export", what, filepath.Base(output)) })
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(output)) // half a file is not to be taken for a whole one
	}
	return nil
}

// to writes the file.
func (e exported) to(file io.Writer, ending string) error {
	switch ending {
	case ".csv":
		return e.toCSV(file)
	case ".jsonl":
		out := bufio.NewWriter(file)
		return errors.Join(e.jsonl(json.NewEncoder(out).Encode), out.Flush())
	}
	content, err := e.xlsx()
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return err
}

// toCSV writes CSV whose texts are no formulas.
func (e exported) toCSV(file io.Writer) error {
	if e.mark {
		if _, err := io.WriteString(file, "\ufeff"); err != nil {
			return err
		}
	}
	w := csv.NewWriter(file)
	err := e.csv(func(row []string) error {
		for i := range row {
			row[i] = csvText(row[i])
		}
		return w.Write(row)
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// of gives the days and the area that are meant.
func (c exportScope) of(areas *report.Areas) (report.Area, report.Period, error) {
	p, err := parseRange(c.From, c.To)
	if err != nil {
		return report.Area{}, p, err
	}
	area, ok := areas.Root()
	if c.Area != "" {
		area, ok = areas.ByCode(c.Area)
	}
	if !ok {
		return report.Area{}, p, noArea(c.Area)
	}
	return area, p, nil
}

// named gives the year, half, quarter, month or week that a range of days is, or the range.
func named(p report.Period) report.Period {
	for _, kind := range []report.PeriodKind{report.Year, report.Half, report.Quarter, report.Month, report.Week} {
		if of := report.PeriodOf(kind, p.First); of.First == p.First && of.Last == p.Last {
			return of
		}
	}
	return p
}

func (c exportRegister) Run(w *world) error {
	return w.export("register", c.Output, func(v *store.View, s digest.Scene, source *report.Reference) (exported, error) {
		area, p, err := c.of(s.Areas)
		if err != nil {
			return exported{}, err
		}
		rows := func(yield func(report.RegisterRow) error) error { return v.Register(area.ID, p, yield) }
		return exported{
			xlsx: func() ([]byte, error) { return digest.Register(s, area.ID, named(p), v.Now(), rows) },
			csv:  func(write func([]string) error) error { return digest.RegisterTable(s, area.ID, rows, write) },
			jsonl: func(write func(any) error) error {
				return rows(func(r report.RegisterRow) error { return write(newRegisterLine(source, r)) })
			},
			mark: true,
		}, nil
	})
}

// registerLine is a row of the register for programs: areas and activity by code, money in yuan.
type registerLine struct {
	ID        int64          `json:"id"`
	State     report.State   `json:"state"`
	Date      report.Day     `json:"date"`
	Until     report.Day     `json:"until,omitzero"`
	Area      string         `json:"area"`
	Org       string         `json:"org"`
	Place     string         `json:"place,omitempty"`
	Activity  string         `json:"activity"`
	Title     string         `json:"title,omitempty"`
	Nil       bool           `json:"nil"`
	Figures   []registerSays `json:"figures"`
	SameAs    int64          `json:"same_as,omitempty"`
	By        string         `json:"by"`
	Told      time.Time      `json:"told"`
	Late      bool           `json:"late"`
	Photos    int            `json:"photos"`
	Files     int            `json:"files"`
	Revisions int            `json:"revisions"`
	Words     string         `json:"words"`
}

// registerSays is a figure of a report.
type registerSays struct {
	Measure string      `json:"measure"`
	Label   string      `json:"label,omitempty"`
	Value   json.Number `json:"value"`
	Unit    string      `json:"unit"`
	Approx  bool        `json:"approx"`
	Part    bool        `json:"part"`
	Running bool        `json:"running"`
	Claim   bool        `json:"claim"`
}

func newRegisterLine(source *report.Reference, row report.RegisterRow) registerLine {
	code := func(id int64) string { a, _ := source.Areas.ByID(id); return a.Code }
	r := row.Report
	line := registerLine{ID: r.ID, State: r.State, Date: r.Day, Until: r.Until, Area: code(r.Area), Org: code(r.Org), Place: r.Place,
		Activity: r.Activity, Title: r.Title, Nil: r.Nil, Figures: []registerSays{}, SameAs: r.SameAs, By: row.By, Told: row.Told,
		Late: row.Late, Photos: row.Photos, Files: row.Files, Revisions: row.Revisions, Words: row.Words}
	for _, f := range r.Figures {
		m := report.Measure{Unit: f.Unit}
		line.Figures = append(line.Figures, registerSays{f.Measure, f.Label, m.Number(f.Value), f.Unit, f.Approx, f.Part, f.Running, f.Claim})
	}
	return line
}

func (c exportReports) Run(w *world) error {
	return w.export("reports", c.Output, func(v *store.View, s digest.Scene, source *report.Reference) (exported, error) {
		area, p, err := c.of(s.Areas)
		if err != nil {
			return exported{}, err
		}
		var rows []report.Row
		err = v.Register(area.ID, p, func(r report.RegisterRow) error {
			if r.Report.State == report.Filed && !r.Report.Nil {
				rows = append(rows, source.Row(r.Report, r.Words))
			}
			return nil
		})
		if err != nil {
			return exported{}, err
		}
		head, table := reportTable(rows)
		return exported{
			xlsx: func() ([]byte, error) {
				return digest.Table("汇报", v.Now(), head, func(yield func([]any) error) error {
					for _, row := range table {
						if err := yield(row); err != nil {
							return err
						}
					}
					return nil
				})
			},
			csv: func(write func([]string) error) error {
				err := write(head)
				for _, row := range table {
					err = errors.Join(err, write(csvRow(row)))
				}
				return err
			},
			jsonl: func(write func(any) error) (err error) {
				for _, row := range rows {
					err = errors.Join(err, write(row))
				}
				return err
			},
			mark: true,
		}, nil
	})
}

// reportTable gives reports as a sheet has them: a column for each measure that any of them has.
func reportTable(rows []report.Row) (head []string, table [][]any) {
	codes := map[string]bool{}
	for _, r := range rows {
		for code := range r.Measures {
			codes[code] = true
		}
	}
	measures := slices.Sorted(maps.Keys(codes))
	head = slices.Concat([]string{"date", "township", "village", "activity"}, measures, []string{"text"})
	for _, r := range rows {
		row := []any{r.Date.String(), r.Township, r.Village, r.Activity}
		for _, code := range measures {
			n, ok := r.Measures[code]
			if !ok {
				row = append(row, nil)
				continue
			}
			value, err := n.Float64()
			if err != nil || value >= 1e15 {
				row = append(row, n.String())
				continue
			}
			row = append(row, value)
		}
		table = append(table, append(row, r.Text))
	}
	return head, table
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

var factHead = []string{"seq", "at", "report", "rev", "day", "area", "org", "activity", "measure", "label", "unit", "part", "value", "approx", "events"}

func (l factLine) row() []any {
	return []any{l.Seq, l.At.Format(time.RFC3339), l.Report, int64(l.Rev), l.Day.String(), l.Area, l.Org, l.Activity, l.Measure, l.Label, l.Unit,
		strconv.FormatBool(l.Part), l.Value, l.Approx, l.Events}
}

func (c exportFacts) Run(w *world) error {
	return w.export("facts", c.Output, func(v *store.View, s digest.Scene, source *report.Reference) (exported, error) {
		code := func(id int64) string { a, _ := source.Areas.ByID(id); return a.Code }
		each := func(yield func(factLine) error) error {
			return v.Facts(0, func(seq int64, at time.Time, f report.Fact) error {
				return yield(factLine{seq, at.In(w.zone), f.Report, f.Rev, f.Day, code(f.Area), code(f.Org), f.Activity, f.Measure,
					f.Label, f.Unit, f.Part, f.Value, f.Approx, f.Events})
			})
		}
		return exported{
			xlsx: func() ([]byte, error) {
				return digest.Table("台账分录", v.Now(), factHead, func(yield func([]any) error) error {
					return each(func(l factLine) error { return yield(l.row()) })
				})
			},
			csv: func(write func([]string) error) error {
				return errors.Join(write(slices.Clone(factHead)), each(func(l factLine) error { return write(csvRow(l.row())) }))
			},
			jsonl: func(write func(any) error) error { return each(func(l factLine) error { return write(l) }) },
		}, nil
	})
}

// csvRow writes the values of a table's row.
func csvRow(values []any) []string {
	row := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case string:
			row[i] = v
		case int64:
			row[i] = strconv.FormatInt(v, 10)
		case float64:
			row[i] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return row
}

// csvText keeps a spreadsheet from taking text for a formula.
func csvText(s string) string {
	if s == "" || !strings.ContainsAny(firstOf(s), "=+-@\t\r\n＝＋－＠") { // in full width too: spreadsheets of Chinese offices read them
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s // a number below zero
	}
	return "'" + s
}

func firstOf(s string) string {
	_, width := utf8.DecodeRuneInString(s)
	return s[:width]
}
