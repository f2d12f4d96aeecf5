package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

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
	p, err := parseRange(c.From, c.To)
	if err != nil {
		return err
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
		tallies, err := v.Tally(area.ID, p,
			report.Grouping{Area: slices.Contains(c.By, "area"), Month: slices.Contains(c.By, "month")})
		if err != nil {
			return err
		}
		return printTallies(w.out, c.Format, tallyLines(source, area.ID, tallies))
	})
}

// parseRange reads the days of --from and --to.
func parseRange(from, to string) (report.Period, error) {
	first, err := report.ParseDay(from)
	if err != nil {
		return report.Period{}, fmt.Errorf("--from: %w", err)
	}
	last, err := report.ParseDay(to)
	if err != nil {
		return report.Period{}, fmt.Errorf("--to: %w", err)
	}
	if last < first {
		return report.Period{}, errors.New("--to lies before --from")
	}
	return report.Period{Kind: report.Range, First: first, Last: last}, nil
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
	fmt.Fprintln(w.out, "verify: the revisions are those that were made, facts agree with the reports' revisions, tallies with the facts")
	return nil
}
