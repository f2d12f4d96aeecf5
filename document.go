package main

import (
	"fmt"
	"os"

	"huibao/bot"
	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// The year's work summary on the command line: made by the bot's template or by one that is only tried, and the template to
// start one's own from.

// exportTemplate writes the template that comes with the program.
type exportTemplate struct {
	Output string `short:"o" required:"" type:"path" help:"The file."`
}

func (c exportTemplate) Run(*world) error { return writeNew(c.Output, report.DefaultTemplate) }

// document makes the work summary or the sheet of its sources, and says what is missing in it.
func (w *world) document(v *store.View, s digest.Scene, kind digest.FileKind, p report.Period) ([]byte, error) {
	tpl, err := w.template(v)
	if err != nil {
		return nil, err
	}
	made, err := bot.RenderDocument(v, s, kind, p, tpl)
	if err != nil {
		return nil, err
	}
	list, err := v.Fillings(tpl, p.First.Year())
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(w.err, digest.DocumentState(s, p.First.Year(), list).Body)
	return made.Bytes, nil
}

// template gives the template of the settings, else the one the bot was started with.
func (w *world) template(v *store.View) (*report.Template, error) {
	if w.settings.Template == "" {
		return v.Template()
	}
	body, err := os.ReadFile(w.settings.Template)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	reference, err := v.Reference()
	if err != nil {
		return nil, err
	}
	return report.ParseTemplate(w.settings.Template, body, reference)
}
