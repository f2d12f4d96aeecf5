package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"huibao/report"
)

func fileAndRevise(t *testing.T, w *world) {
	var filed, withdrawn report.Report
	w.write(func(tx *Tx) {
		filed = w.file(tx, lecture(community, "2026-03-08", 320))
		w.equal([]any{filed.ID, filed.Rev, filed.At}, []any{1, 1, w.clock.now()})
	})
	w.clock.move(time.Minute)
	w.write(func(tx *Tx) {
		next := filed.Clone()
		next.Figures[0].Value, next.Figures[0].Approx = 280, true
		next = must(tx.Revise(next, Change{By: w.wang, Why: "button"}))
		w.equal([]any{next.Rev, next.At}, []any{2, w.clock.now()})
		w.equal(must(tx.Report(1)), next)
		next.State = report.Withdrawn
		withdrawn = must(tx.Revise(next, Change{By: w.li, Message: filed.Message, Why: "withdrawn"}))
	})
	w.read(func(v *View) {
		w.equal(must(v.Report(1)), withdrawn)
		revisions := must(v.Revisions(1))
		w.equal(len(revisions), 3)
		w.equal(revisions[0].Report, filed)
		w.equal([]any{revisions[1].Rev, revisions[1].By, revisions[1].Message, revisions[1].Why, revisions[1].At},
			[]any{2, w.wang, 0, "button", w.clock.now()})
		w.equal(revisions[2].Message, filed.Message)
		w.equal(must(v.ReportsOfMessage(filed.Message)), []report.Report{withdrawn})
		w.equal(must(v.ReportsOfTelegramMessage(w.chat, w.sent)), []report.Report{withdrawn})
		w.equal(must(v.Tally(countyID, period("2026-01-01", "2026-12-31"), plain)), []report.Tally{})
		_, err := v.Report(404)
		w.is(err, ErrNotFound)
		_, err = v.Revisions(404)
		w.is(err, ErrNotFound)
	})
	w.clean()
}

func reviseStale(t *testing.T, w *world) {
	var filed report.Report
	w.write(func(tx *Tx) { filed = w.file(tx, lecture(community, "2026-03-08", 320)) })
	next := filed.Clone()
	next.State = report.Withdrawn
	w.write(func(tx *Tx) { must(tx.Revise(next, Change{By: w.li, Why: "withdrawn"})) })
	w.is(w.tryWrite(func(tx *Tx) { must(tx.Revise(next, Change{By: w.li, Why: "withdrawn"})) }), ErrStale)
	next.ID = 404
	w.is(w.tryWrite(func(tx *Tx) { must(tx.Revise(next, Change{By: w.li, Why: "withdrawn"})) }), ErrNotFound)
	w.equal(w.count(`SELECT COUNT(*) FROM revisions`), 2)
	w.clean()
}

func listReports(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-01", 1))
		w.file(tx, lecture(hongyanVillage, "2026-03-02", 2))
		held := lecture(community, "2026-03-03", 3)
		held.State = report.Held
		w.file(tx, held)
		asked := lecture(changpu, "2026-03-04", 4)
		asked.State, asked.Day = report.Asked, 0
		w.file(tx, asked)
		other := lecture(jiangkou, "2026-03-05", 5)
		other.Activity = "family_education"
		w.file(tx, other)
		theirs := lecture(changpu, "2026-03-06", 6)
		theirs.Message, theirs.Ordinal, theirs.By, theirs.State, theirs.Org = w.message(tx), 1, w.wang, report.Filed, changpu
		must(tx.File(theirs, Change{By: w.wang, Why: "message"}))
	})
	march := period("2026-03-02", "2026-03-05")
	for _, c := range []struct {
		f    ReportFilter
		want []int64
	}{
		{f: ReportFilter{Within: countyID}, want: []int64{6, 5, 4, 3, 2, 1}},
		{f: ReportFilter{Within: changpu}, want: []int64{6, 5, 4, 3, 1}},
		{f: ReportFilter{Within: community}, want: []int64{3, 1}},
		{f: ReportFilter{Within: wuyang}, want: []int64{}},
		{f: ReportFilter{Within: changpu, By: w.wang}, want: []int64{6}},
		{f: ReportFilter{Within: hongyan, By: w.wang}, want: []int64{}},
		{f: ReportFilter{By: w.li, Limit: 2}, want: []int64{5, 4}},
		{f: ReportFilter{By: w.li, Limit: 2, Before: 4}, want: []int64{3, 2}},
		{f: ReportFilter{Within: countyID, Period: &march}, want: []int64{5, 3, 2}},
		{f: ReportFilter{By: w.li, Period: &march}, want: []int64{5, 3, 2}},
		{f: ReportFilter{Within: countyID, Activity: "family_education"}, want: []int64{5}},
		{f: ReportFilter{By: w.li, Activity: "law_publicity", States: []report.State{report.Held, report.Asked}}, want: []int64{4, 3}},
		{f: ReportFilter{Within: countyID, States: []report.State{report.Withdrawn}}, want: []int64{}},
	} {
		w.read(func(v *View) {
			if got := ids(must(v.Reports(c.f))); !slices.Equal(got, c.want) {
				t.Errorf("%+v: got %v, want %v", c.f, got, c.want)
			}
		})
	}
	w.read(func(v *View) {
		if _, err := v.Reports(ReportFilter{}); err == nil {
			t.Error("reports without an area or a member: got them, want a refusal")
		}
	})
}

func pageReports(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		for range 25 {
			w.file(tx, lecture(community, "2026-03-01", 1))
			w.file(tx, lecture(hongyan, "2026-03-01", 1))
		}
	})
	seen := 0
	w.read(func(v *View) {
		for f := (ReportFilter{Within: changpu, Limit: 10}); ; {
			page := must(v.Reports(f))
			if len(page) == 0 {
				break
			}
			seen += len(page)
			f.Before = page[len(page)-1].ID
		}
	})
	w.equal(seen, 25)
}

// What a savepoint undid must not be known afterwards: its lines' ids go to others.
func linesRolledBack(t *testing.T, w *world) {
	row := func(tx *Tx, label string) {
		r := lecture(community, "2026-03-08", 7)
		r.Figures[0].Label = label
		w.file(tx, r)
		must(tx.LedgerPosition()) // so that it is written at once
	}
	w.receive(update(1, "米"), update(2, "油"))
	if _, dead, err := w.process(10, func(tx *Tx, u InboxRow) error {
		if u.UpdateID == 1 {
			row(tx, "米")
			return errors.New("no")
		}
		row(tx, "油")
		return nil
	}); err != nil || len(dead) != 1 {
		t.Fatal(dead, err)
	}
	_ = w.tryWrite(func(tx *Tx) { row(tx, "面"); check(errors.New("no")) })
	w.write(func(tx *Tx) { row(tx, "米") })
	w.read(func(v *View) {
		var labels []string
		for _, line := range must(v.Tally(countyID, period("2026-03-08", "2026-03-08"), plain)) {
			if line.Measure != "" {
				labels = append(labels, line.Label)
			}
		}
		w.equal(labels, []string{"油", "米"})
	})
	w.clean()
}

func exportFacts(t *testing.T, w *world) {
	var filed report.Report
	w.write(func(tx *Tx) { filed = w.file(tx, lecture(community, "2026-03-08", 320)) })
	posted := w.clock.now()
	w.clock.move(time.Minute)
	next := filed.Clone()
	next.Area, next.Org = hongyanVillage, hongyan
	w.write(func(tx *Tx) { next = must(tx.Revise(next, Change{By: w.li, Why: "button"})) })
	filed.Rev, next.Rev = 1, 2
	want := append(report.Post(report.Report{}, filed), report.Post(filed, next)...)
	w.read(func(v *View) {
		var got []report.Fact
		check(v.Facts(0, func(seq int64, at time.Time, f report.Fact) error {
			got = append(got, f)
			if seq != int64(len(got)) || (f.Rev == 1) != at.Equal(posted) {
				t.Errorf("fact %d: seq %d at %s", len(got), seq, at)
			}
			return nil
		}))
		w.equal(got, want)
		w.equal(must(v.LedgerPosition()), len(want))
		stop := errors.New("enough")
		w.is(v.Facts(3, func(seq int64, _ time.Time, _ report.Fact) error { w.equal(seq, 4); return stop }), stop)
	})
	w.clean()
}

func verifyFinds(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 320))
		w.file(tx, lecture(hongyan, "2026-03-09", 45))
	})
	w.clean()
	for name, damage := range map[string]string{
		"a tally of a day":   `UPDATE tally_days SET value = value + 1 WHERE area_id = 5 AND value > 0`,
		"a total of a day":   `UPDATE tally_day_totals SET value = value - 1 WHERE area_id = 2 AND value > 0`,
		"a missing total":    `DELETE FROM tally_day_totals WHERE area_id = 1 AND value > 0`,
		"a tally of a month": `UPDATE tally_months SET events = events - 1 WHERE area_id = 1 AND events > 0`,
		"a missing tally":    `DELETE FROM tally_months WHERE area_id = 3 AND value > 0`,
		"a year":             `UPDATE tally_months SET year = 2025 WHERE area_id = 3 AND value > 0`,
		"a head":             `UPDATE reports SET state = 'withdrawn' WHERE id = 1`,
		"a revision":         `UPDATE revisions SET body = replace(body, '320', '321') WHERE report_id = 1`,
		"a fact too many":    `INSERT INTO facts SELECT 9999, report_id, rev, at, day, area_id, org_id, line_id, 5, 0, 0 FROM facts WHERE report_id = 2 LIMIT 1`,
		"a path":             `DELETE FROM area_paths WHERE ancestor = 2 AND leaf = 5`,
	} {
		no := errors.New("undo the damage")
		err := w.db.Write(background, func(tx *Tx) error {
			n, err := tx.exec(damage)
			if err != nil || n == 0 {
				t.Errorf("%s: %d rows, %v", name, n, err)
			}
			v := verification{ctx: background, v: &tx.View}
			for _, step := range v.steps() {
				check(step())
			}
			if len(v.problems) == 0 {
				t.Errorf("%s: verify finds nothing wrong", name)
			}
			return no
		})
		w.is(err, no)
	}
	for _, statement := range []string{`UPDATE facts SET value = 0`, `DELETE FROM facts`} {
		err := w.db.Write(background, func(tx *Tx) error { _, err := tx.exec(statement); return err })
		if err == nil {
			t.Errorf("%s: done, and the ledger is only added to", statement)
		}
	}
}

// A report that somebody deleted with another tool is missed.
func TestVerifyMissesAReport(t *testing.T) {
	w := newWorld(t)
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 320))
		w.file(tx, lecture(hongyan, "2026-03-09", 45))
	})
	careless := connect(w.db.path, use{pragmas: []pragma{{"foreign_keys", "OFF", "0"}}}, 1)
	_, err := careless.Exec(`DELETE FROM reports WHERE id = 2`)
	w.is(errors.Join(err, careless.Close()), nil)
	problems, err := w.db.Verify(background)
	w.is(err, nil)
	if len(problems) == 0 || !strings.Contains(problems[0], "report 2 is missing") {
		t.Errorf("verify says %q", problems)
	}
}
