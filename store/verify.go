package store

import (
	"context"
	"fmt"
	"slices"

	"huibao/report"
)

const (
	// verifyAtOnce is how many reports are held in memory at a time.
	verifyAtOnce = 2000
	// mostProblems bounds what is listed: a broken table has one for every row.
	mostProblems = 100
)

// Verify recomputes every number on one snapshot: the chain over the revisions, the ledger from the revisions, the tallies from
// the ledger, the paths from the areas. It gives a sentence for each number that does not agree, at most some hundred.
func (db *DB) Verify(ctx context.Context) (problems []string, err error) {
	err = db.Read(ctx, func(v *View) error {
		c := verification{ctx: ctx, v: v}
		for _, step := range c.steps() {
			if err := step(); err != nil {
				return err
			}
		}
		problems = c.problems
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return problems, nil
}

type verification struct {
	ctx      context.Context
	v        *View
	keys     map[int64]report.Key
	problems []string
}

func (c *verification) steps() []func() error {
	return []func() error{c.lines, c.chain, c.reports, c.orphans, c.days, c.paths, c.dayTotals, c.months}
}

func (c *verification) found(format string, args ...any) {
	switch {
	case len(c.problems) < mostProblems:
		c.problems = append(c.problems, fmt.Sprintf(format, args...))
	case len(c.problems) == mostProblems:
		c.problems = append(c.problems, "there is more that does not agree")
	}
}

const selectLines = `
SELECT id, activity, measure, label, unit, part FROM lines`

// lines reads what the lines of the ledger count: no question may be asked while the rows of another one come in.
func (c *verification) lines() error {
	c.keys = map[int64]report.Key{}
	rows := c.v.query(selectLines)
	return rows.each(func() error {
		var id int64
		var k report.Key
		err := rows.rows.Scan(&id, &k.Activity, &k.Measure, &k.Label, &k.Unit, &k.Part)
		c.keys[id] = k
		return err
	})
}

const selectNextReports = `
SELECT id, rev, state, activity, COALESCE(area_id, 0), day, COALESCE(same_as, 0), by_member, message_id, ordinal FROM reports
WHERE id > $1 ORDER BY id LIMIT $2`

// head is what the table of reports says, to be compared with the latest revision.
type head struct {
	rev  int
	said report.Report
}

// reports compares heads, revisions and facts, some reports at a time.
func (c *verification) reports() error {
	for last := int64(0); ; {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		heads, err := collect(c.v.query(selectNextReports, last, verifyAtOnce), func(scan scanner) (h head, err error) {
			r := &h.said
			return h, scan(&r.ID, &h.rev, &r.State, &r.Activity, &r.Area, &r.Day, &r.SameAs, &r.By, &r.Message, &r.Ordinal)
		})
		if err != nil || len(heads) == 0 {
			return err
		}
		first := last
		last = heads[len(heads)-1].said.ID
		if err := c.page(heads, first, last); err != nil {
			return err
		}
	}
}

const (
	selectRevisionsBetween = `
SELECT report_id, rev, body FROM revisions WHERE report_id > $1 AND report_id <= $2 ORDER BY report_id, rev`
	selectFactsBetween = `
SELECT f.report_id, f.rev, f.day, f.area_id, f.org_id, f.line_id, f.value, f.approx, f.events
FROM facts f WHERE f.report_id > $1 AND f.report_id <= $2 ORDER BY f.report_id, f.rev, f.seq`
)

// page compares the reports after first up to last.
func (c *verification) page(heads []head, first, last int64) error {
	revisions := map[int64][]report.Report{}
	revs := c.v.query(selectRevisionsBetween, first, last)
	err := revs.each(func() error {
		var id int64
		var rev int
		var body string
		if err := revs.rows.Scan(&id, &rev, &body); err != nil {
			return err
		}
		r, err := c.v.decodeReport(body)
		if err != nil {
			return fmt.Errorf("report %d, revision %d: %w", id, rev, err)
		}
		if r.ID != id || r.Rev != rev {
			c.found("report %d, revision %d: what is kept says report %d, revision %d", id, rev, r.ID, r.Rev)
		}
		revisions[id] = append(revisions[id], r)
		return nil
	})
	if err != nil {
		return err
	}
	facts := map[int64][]report.Fact{}
	posted := c.v.query(selectFactsBetween, first, last)
	err = posted.each(func() error {
		var f report.Fact
		var line int64
		if err := posted.rows.Scan(&f.Report, &f.Rev, &f.Day, &f.Area, &f.Org, &line, &f.Value, &f.Approx, &f.Events); err != nil {
			return err
		}
		f.Key = c.keys[line]
		facts[f.Report] = append(facts[f.Report], f)
		return nil
	})
	if err != nil {
		return err
	}
	for _, h := range heads {
		c.report(h, revisions[h.said.ID], facts[h.said.ID])
	}
	return nil
}

// report compares one report's head with its latest revision, and its facts with what its revisions post.
func (c *verification) report(h head, revisions []report.Report, facts []report.Fact) {
	var old report.Report
	var expected []report.Fact
	for i, next := range revisions {
		if next.Rev != i+1 {
			c.found("report %d: revision %d follows revision %d", h.said.ID, next.Rev, old.Rev)
		}
		expected = append(expected, report.Post(old, next)...)
		old = next
	}
	said := report.Report{ID: old.ID, State: old.State, Activity: old.Activity, Area: old.Area, Day: old.Day, SameAs: old.SameAs,
		By: old.By, Message: old.Message, Ordinal: old.Ordinal}
	if h.rev != old.Rev || !sameHead(h.said, said) {
		c.found("report %d: its head does not say what its latest revision %d says", h.said.ID, old.Rev)
	}
	if !slices.Equal(facts, expected) {
		c.found("report %d: the ledger has %d lines of it, its revisions post %d or others", h.said.ID, len(facts), len(expected))
	}
}

func sameHead(a, b report.Report) bool {
	return a.ID == b.ID && a.State == b.State && a.Activity == b.Activity && a.Area == b.Area && a.Day == b.Day && a.SameAs == b.SameAs && a.By == b.By &&
		a.Message == b.Message && a.Ordinal == b.Ordinal
}

const selectOrphans = `
SELECT v.report_id FROM revisions v WHERE v.rev = 1 AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.id = v.report_id)
UNION ALL SELECT f.report_id FROM facts f WHERE NOT EXISTS (SELECT 1 FROM reports r WHERE r.id = f.report_id)`

// orphans looks for revisions and facts of reports that are not there.
func (c *verification) orphans() error {
	rows := c.v.query(selectOrphans)
	return rows.each(func() error {
		var id int64
		if err := rows.rows.Scan(&id); err != nil {
			return err
		}
		c.found("report %d is missing, and the ledger or a revision names it", id)
		return c.ctx.Err()
	})
}

// A tally and the sum it should be are put one below the other, the latter negated: what adds up to nothing agrees.
const (
	compareDays = `
SELECT area_id, day, line_id, SUM(value), SUM(approx), SUM(events) FROM (
  SELECT area_id, day, line_id, value, approx, events FROM tally_days
  UNION ALL SELECT area_id, day, line_id, -value, -approx, -events FROM facts) both_sides
GROUP BY area_id, day, line_id HAVING SUM(value) <> 0 OR SUM(approx) <> 0 OR SUM(events) <> 0
ORDER BY area_id, day, line_id`
	compareDayTotals = `
SELECT area_id, day, line_id, SUM(value), SUM(approx), SUM(events) FROM (
  SELECT area_id, day, line_id, value, approx, events FROM tally_day_totals
  UNION ALL SELECT p.ancestor, d.day, d.line_id, -d.value, -d.approx, -d.events
  FROM tally_days d JOIN area_paths p ON p.leaf = d.area_id WHERE p.ancestor <> d.area_id AND p.ancestor <> -d.area_id) both_sides
GROUP BY area_id, day, line_id HAVING SUM(value) <> 0 OR SUM(approx) <> 0 OR SUM(events) <> 0
ORDER BY area_id, day, line_id`
	compareMonths = `
SELECT area_id, month, line_id, SUM(value), SUM(approx), SUM(events) FROM (
  SELECT area_id, CAST(year * 100 + month AS TEXT) AS month, line_id, value, approx, events FROM tally_months
  UNION ALL SELECT p.ancestor, substr(d.day, 1, 4) || substr(d.day, 6, 2), d.line_id, -d.value, -d.approx, -d.events
  FROM tally_days d JOIN area_paths p ON p.leaf = d.area_id) both_sides
GROUP BY area_id, month, line_id HAVING SUM(value) <> 0 OR SUM(approx) <> 0 OR SUM(events) <> 0
ORDER BY area_id, month, line_id`
)

func (c *verification) days() error {
	return c.compare(c.v.query(compareDays), "the total of day")
}

func (c *verification) dayTotals() error {
	return c.compare(c.v.query(compareDayTotals), "the total above of day")
}

func (c *verification) months() error {
	return c.compare(c.v.query(compareMonths), "the total of month")
}

func (c *verification) compare(rows cursor, what string) error {
	return rows.each(func() error {
		var area, line, value, approx, events int64
		var when string
		if err := rows.rows.Scan(&area, &when, &line, &value, &approx, &events); err != nil {
			return err
		}
		k := c.keys[line]
		c.found("area %d, %s %s, %s %s %s %s: is wrong by %d (approximate figures %d, events %d)", area, what, when,
			k.Activity, k.Measure, k.Label, k.Unit, value, approx, events)
		return c.ctx.Err()
	})
}

const selectPaths = `
SELECT ancestor, leaf FROM area_paths`

// paths compares the stored paths with those of the tree.
func (c *verification) paths() error {
	areas, err := c.v.Areas()
	if err != nil {
		return err
	}
	expected := map[path]bool{}
	for _, p := range pathsOf(areas) {
		expected[p] = true
	}
	stored, err := collect(c.v.query(selectPaths), func(scan scanner) (p path, err error) {
		return p, scan(&p.ancestor, &p.leaf)
	})
	if err != nil {
		return err
	}
	for _, p := range stored {
		if !expected[p] {
			c.found("area %d counts towards area %d, which it does not belong to", p.leaf, p.ancestor)
		}
		delete(expected, p)
	}
	for p := range expected {
		c.found("area %d does not count towards area %d, which it belongs to", p.leaf, p.ancestor)
	}
	return nil
}
