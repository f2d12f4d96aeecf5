package bot

import (
	"cmp"
	"slices"
	"strconv"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Running totals (累计): a total so far takes the place of the one before it, so that each posts only what it adds.

// askRunning asks what to do with a total so far. For a measure the catalogue calls running it takes the place of the
// area's earlier running total without a question, unless single reports have been counted beside it.
func (t *turn) askRunning(r report.Report, o open, i int) (*asking, error) {
	f := r.Figures[i]
	a, _ := t.source.Catalogue.Activity(r.Activity)
	m, _ := a.Measure(f.Measure)
	known, err := t.counted(r, f)
	if err != nil {
		return nil, err
	}
	if m.Running && known.single == 0 {
		return nil, nil
	}
	q := &asking{Field: fieldRunning + strconv.Itoa(i), State: report.Asked, Open: o,
		Text: digest.RunningTotal(t.scene(), r, i, known.all)}
	as := func(value int64) *report.Report {
		next := r.Clone()
		next.Figures[i].Value, next.Figures[i].Running, next.Figures[i].Base = value, false, 0
		return &next
	}
	if more := f.Value - known.all; more > 0 {
		difference := f
		difference.Value, difference.Running = more, false
		q.Options = append(q.Options, option{Text: "补" + amountText(difference), Do: doTake, Report: as(more)})
	}
	q.Options = append(q.Options, option{Text: "只备查", Do: doDrop}, option{Text: "这次就是" + amountText(f), Do: doTake, Report: as(f.Value)})
	return q, nil
}

func amountText(f report.Figure) string { return digest.Amount(f.Unit, f.Value) }

// known is what the ledger has of a measure in an area: all of it, and the part that came as single reports.
type known struct{ all, single int64 }

// counted gives what the ledger has of a figure's kind from the beginning of the year to r's day, without r itself.
func (t *turn) counted(r report.Report, f report.Figure) (k known, err error) {
	p := report.Period{Kind: report.Range, First: report.YearOf(r.Day).First, Last: r.Day}
	tallies, err := t.tx.Tally(r.Area, p, report.Grouping{})
	if err != nil {
		return k, err
	}
	key := report.Key{Activity: r.Activity, Measure: f.Measure, Label: f.Label, Unit: f.Unit, Part: f.Part}
	for _, tally := range tallies {
		if tally.Key == key {
			k.all = tally.Value
		}
	}
	if r.ID != 0 {
		now, err := t.tx.Report(r.ID)
		if err != nil {
			return k, err
		}
		for _, fact := range report.Post(report.Report{}, now) {
			if fact.Key == key && p.First <= fact.Day && fact.Day <= p.Last && t.source.Areas.Within(fact.Area, r.Area) {
				k.all -= fact.Value
			}
		}
	}
	chain, err := t.runningTotals(r, f)
	if err != nil {
		return k, err
	}
	k.single = k.all
	for _, before := range chain {
		if before.ID != r.ID && before.Day <= r.Day {
			g, _ := before.Figure(f.Measure, f.Label, f.Part)
			k.single = k.all - g.Value
		}
	}
	return k, nil
}

// runningTotals gives the filed reports of r's year and area that hold a running total of f's measure, in the order of
// their days.
func (t *turn) runningTotals(r report.Report, f report.Figure) ([]report.Report, error) {
	year := report.YearOf(r.Day)
	reports, err := t.tx.Reports(store.ReportFilter{Within: r.Area, Activity: r.Activity, Period: &year, States: []report.State{report.Filed}})
	if err != nil {
		return nil, err
	}
	reports = slices.DeleteFunc(reports, func(old report.Report) bool {
		g, i := old.Figure(f.Measure, f.Label, f.Part)
		return i < 0 || !g.Running || g.Unit != f.Unit || old.Area != r.Area
	})
	slices.SortFunc(reports, func(a, b report.Report) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID)) })
	return reports, nil
}

// based gives r with each of its running totals on top of the one before it. A report without a number yet is the latest
// of its day.
func (t *turn) based(r report.Report) (report.Report, error) {
	r = r.Clone()
	for i := range r.Figures {
		f := &r.Figures[i]
		f.Base = 0
		if !f.Running || r.State != report.Filed {
			continue
		}
		chain, err := t.runningTotals(r, *f)
		if err != nil {
			return r, err
		}
		for _, before := range chain {
			if before.ID != r.ID && (before.Day < r.Day || before.Day == r.Day && (r.ID == 0 || before.ID < r.ID)) {
				g, _ := before.Figure(f.Measure, f.Label, f.Part)
				f.Base = g.Value
			}
		}
	}
	return r, nil
}

// rebase makes every running total of a year post only what it adds to the one before it. It follows every change of a
// report that held or holds one.
func (t *turn) rebase(r report.Report) error {
	for _, f := range r.Figures {
		if !f.Running {
			continue
		}
		chain, err := t.runningTotals(r, f)
		if err != nil {
			return err
		}
		var base int64
		for _, next := range chain {
			_, i := next.Figure(f.Measure, f.Label, f.Part)
			value := next.Figures[i].Value
			if next.Figures[i].Base != base {
				next = next.Clone()
				next.Figures[i].Base = base
				if next, err = t.tx.Revise(next, store.Change{By: t.member.ID, Why: whyRebase}); err != nil {
					return err
				}
				if err := t.showReceipt(next, receiptButtons); err != nil { // its buttons name the revision
					return err
				}
			}
			base = value
		}
	}
	return nil
}
