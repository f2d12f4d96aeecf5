package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"huibao/bot"
	"huibao/reading"
	"huibao/report"
	"huibao/sandbox/county"
	"huibao/store"
)

// readCommand shows what the bot understands of messages, without filing anything.
type readCommand struct {
	File    string `arg:"" optional:"" type:"existingfile" help:"Messages, or standard input."`
	JSONL   bool   `name:"jsonl" xor:"form" help:"One JSON object a line in, one out: {\"text\", \"today\"?, \"area\"?, \"forwarded\"?}."`
	Explain bool   `help:"One message: what became of each piece of it, and why each number counts or not." xor:"form"`
	Today   string `help:"The day of the messages, YYYY-MM-DD; default today."`
	Area    string `help:"The sender's area, by code."`
}

func (c readCommand) Run(w *world) error {
	in := io.Reader(os.Stdin)
	if c.File != "" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	reader, source, err := w.reader()
	if err != nil {
		return err
	}
	own, _ := source.Areas.Root()
	defaults := reading.Context{Today: report.DayOf(w.now().In(w.zone))}
	if c.Today != "" {
		if defaults.Today, err = report.ParseDay(c.Today); err != nil {
			return err
		}
	}
	if c.Area != "" {
		area, ok := source.Areas.ByCode(c.Area)
		if !ok {
			return noArea(c.Area)
		}
		own, defaults.Area = area, area.ID
	}
	reader = reader.For(own.ID).With(source.AliasesIn(own.ID))
	out := bufio.NewWriter(w.out)
	switch {
	case c.JSONL:
		err = readLines(reader, defaults, in, out)
	case c.Explain:
		err = explainText(reader, defaults, in, out)
	default:
		err = readText(reader, defaults, in, out)
	}
	return errors.Join(err, out.Flush())
}

// readLines answers each JSON line with one. Identity numbers are masked before anything is read, as the bot does.
func readLines(r *reading.Reader, defaults reading.Context, in io.Reader, out *bufio.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		masked, _, err := bot.MaskUpdate(lines.Bytes())
		if err != nil {
			return fmt.Errorf("line %d: expected a JSON object: %w", n, err)
		}
		answer, err := r.ReadLine(masked, defaults)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		out.Write(answer)
		out.WriteByte('\n')
	}
	return lines.Err()
}

// oneMessage takes the whole input as one message, masked, as a line for the reader.
func oneMessage(in io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, 1<<20))
	if err != nil {
		return nil, err
	}
	line, err := reading.Line(string(text))
	if err != nil {
		return nil, err
	}
	masked, _, err := bot.MaskUpdate(line)
	return masked, err
}

// explainText tells of one message what became of each piece of it.
func explainText(r *reading.Reader, defaults reading.Context, in io.Reader, out *bufio.Writer) error {
	masked, err := oneMessage(in)
	if err != nil {
		return err
	}
	answer, err := r.ExplainLine(masked, defaults)
	if err != nil {
		return err
	}
	_, err = out.WriteString(answer)
	return err
}

// readText reads the whole input as one message.
func readText(r *reading.Reader, defaults reading.Context, in io.Reader, out *bufio.Writer) error {
	masked, err := oneMessage(in)
	if err != nil {
		return err
	}
	answer, err := r.ReadLine(masked, defaults)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", answer)
	return err
}

// reader gives a reader for the county in the database, and for the demo county where there is none yet.
func (w *world) reader() (*reading.Reader, *report.Reference, error) {
	source, err := w.reference()
	if err != nil {
		return nil, nil, err
	}
	reader, err := reading.New(source.Catalogue, source.Areas, source.Names, source.Venues)
	return reader, source, err
}

func (w *world) reference() (*report.Reference, error) {
	source, err := w.countyReference()
	if err != nil || w.settings.Catalogue == "" {
		return source, err
	}
	body, err := os.ReadFile(w.settings.Catalogue)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	own := *source
	own.Catalogue, err = report.ParseCatalogue(w.settings.Catalogue, body)
	return &own, err
}

// countyReference is the county in the database, or the demo county.
func (w *world) countyReference() (*report.Reference, error) {
	if w.settings.hasDatabase() {
		db, err := w.openBeside()
		if err != nil {
			return nil, err
		}
		defer db.Close()
		var source *report.Reference
		err = db.Read(w.ctx, func(v *store.View) (err error) { source, err = v.Reference(); return err })
		if err != nil {
			return nil, err
		}
		if _, ok := source.Areas.Root(); ok {
			return source, nil
		}
	}
	return demoReference()
}

// demoReference is the demo county as it lies in the binary.
func demoReference() (*report.Reference, error) {
	list, err := report.ParseAreas("areas.csv", county.Areas())
	if err != nil {
		return nil, err
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		return nil, err
	}
	names, err := report.ParseNames("aliases.csv", county.Aliases())
	if err != nil {
		return nil, err
	}
	venues, err := report.ParseVenues("venues.csv", county.Venues())
	if err != nil {
		return nil, err
	}
	return &report.Reference{Catalogue: report.DefaultCatalogue(), Areas: areas, Names: names, Venues: venues}, nil
}
