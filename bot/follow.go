package bot

import (
	"slices"

	"huibao/report"
	"huibao/store"
)

// post gives a report its next form, or files a new one (ID 0), and brings in line what depends on it: nil reports that it
// proves wrong or no longer does, running totals of its year, reports of the same event. Whatever changes a report goes
// through here. It gives the report as it stands after all of that.
func (t *turn) post(next report.Report, c store.Change) (report.Report, error) {
	var old report.Report
	var err error
	if next.ID != 0 {
		if old, err = t.tx.Report(next.ID); err != nil {
			return next, err
		}
	}
	if next, err = t.rejoined(old, next); err != nil {
		return next, err
	}
	if next, err = t.based(next); err != nil {
		return next, err
	}
	wanted := next
	if next.ID == 0 {
		next, err = t.tx.File(next, c)
	} else {
		next, err = t.tx.Revise(next, c)
	}
	if err != nil {
		return next, refused(old, wanted, c, err)
	}
	if err := t.bringInLine(old, next); err != nil {
		return next, err
	}
	return t.tx.Report(next.ID)
}

func (t *turn) bringInLine(old, next report.Report) error {
	if err := t.cancelNil(next); err != nil {
		return err
	}
	if err := t.restoreNil(old, next); err != nil {
		return err
	}
	for _, r := range []report.Report{old, next} {
		if r.ID == 0 {
			continue
		}
		if err := t.rebase(r); err != nil {
			return err
		}
	}
	if err := t.share(old, next); err != nil {
		return err
	}
	switch {
	case next.State == report.Withdrawn && old.State != report.Withdrawn && old.ID != 0:
		return t.release(next)
	case next.State == report.Filed && old.State == report.Withdrawn:
		return t.showRejoined(next)
	}
	return nil
}

// as gives the turn of another member, in the chat where the report was told: what a change of one report means for
// another is asked of the one who told that.
func (t *turn) as(r report.Report) (*turn, error) {
	message, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return nil, err
	}
	other := *t
	other.masked, other.place = nil, outOptions{}
	if other.member, err = t.tx.Member(r.By); err != nil {
		return nil, err
	}
	other.chat, err = t.tx.ChatByID(message.Chat)
	return &other, err
}

// openOf gives what stood between a report and the ledger when it was last asked about.
func (t *turn) openOf(r report.Report) (open, error) {
	questions, err := t.tx.QuestionsOf(r.ID)
	if err != nil {
		return open{}, err
	}
	for _, q := range questions {
		if q.Options == nil {
			continue
		}
		kept, err := decodeAsking(q)
		if err != nil {
			return open{}, err
		}
		if kept.Open.Words != "" {
			return kept.Open, nil
		}
	}
	return open{}, nil
}

// own gives the figures that a report itself told.
func own(r report.Report) []report.Figure {
	return slices.DeleteFunc(slices.Clone(r.Figures), func(f report.Figure) bool { return f.From != 0 })
}
