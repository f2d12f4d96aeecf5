package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"huibao/bot"
	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// aliasesCommand is about the words that members taught the bot.
type aliasesCommand struct {
	List   aliasesList   `cmd:"" help:"List the words in force: word, what it means, where, who taught it, since when."`
	Replay aliasesReplay `cmd:"" help:"Read past messages with a word again: shows what they would add, and files it with --yes."`
}

type aliasesList struct{}

type aliasesReplay struct {
	Word string `arg:"" help:"A word in force."`
	Yes  bool   `help:"File what is shown, each report with its own message, sender and day; the senders are told."`
}

func (aliasesList) Run(w *world) error {
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
		for _, a := range source.Aliases {
			by, err := v.Member(a.By)
			if err != nil {
				return err
			}
			where := source.Areas.Name(a.Area)
			if a.State == report.AliasCounty {
				where = "everywhere"
			}
			fmt.Fprintf(w.out, "%s = %s %s, %s, taught by %s on %s\n", a.Word, a.Kind, a.Target, where, by.Name, report.DayOf(a.At.In(w.zone)))
		}
		fmt.Fprintf(w.out, "words in force: %d\n", len(source.Aliases))
		return nil
	})
}

func (c aliasesReplay) Run(w *world) error {
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	return w.change(db, func(tx *store.Tx, out io.Writer) error {
		source, err := tx.Reference()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(source.Aliases, func(a report.Alias) bool { return a.Word == c.Word }) {
			return fmt.Errorf("%s: no such word in force; huibao aliases list shows them", c.Word)
		}
		reports, asked, err := bot.Replay(tx, w.zone, c.Word, c.Yes, 0)
		if err != nil {
			return err
		}
		for _, r := range reports {
			if err := w.printReplayed(out, &tx.View, source, r); err != nil {
				return err
			}
		}
		if asked > 0 {
			fmt.Fprintf(out, "%d more would have to be asked about and are left as they are\n", asked)
		}
		if c.Yes {
			if err := tx.Audit(0, "replay", c.Word, fmt.Sprintf("%d reports", len(reports))); err != nil {
				return err
			}
			fmt.Fprintf(out, "filed: %d\n", len(reports))
			return nil
		}
		fmt.Fprintf(out, "would be filed: %d\nnothing was changed: add --yes to do it\n", len(reports))
		return nil
	})
}

// printReplayed shows a report of a past message in one line.
func (w *world) printReplayed(out io.Writer, v *store.View, source *report.Reference, r report.Report) error {
	by, err := v.Member(r.By)
	if err != nil {
		return err
	}
	message, err := v.MessageByID(r.Message)
	if err != nil {
		return err
	}
	activity, _ := source.Catalogue.Activity(r.Activity)
	var figures []string
	for _, f := range r.Figures {
		measure, _ := activity.Measure(f.Measure)
		figures = append(figures, digest.Figure(measure, f))
	}
	fmt.Fprintf(out, "%s %s %s %s %s: %q\n", r.Day, source.Areas.Name(r.Area), by.Name, activity.Short, strings.Join(figures, " "), message.Text)
	return nil
}
