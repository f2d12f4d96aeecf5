package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"huibao/report"
)

// posting is what a transaction has posted and not written yet: links of the chain and facts, in their order. It is written
// all at once before the transaction commits, or before the next statement that could miss it. So a batch of messages
// touches the sums of a town and of the county once, and whatever must not happen side by side is over in a moment.
type posting struct {
	links []link
	facts []report.Fact
}

func (p posting) empty() bool { return len(p.links)+len(p.facts) == 0 }

// errUnsettled is the failure of writing what was posted, which is nobody's in particular: it may come long after the report.
var errUnsettled = errors.New("what was posted cannot be written")

// settle writes what was posted.
func (tx *Tx) settle() error {
	p := tx.posting
	if p.empty() {
		return nil
	}
	if err := tx.LockLedger(); err != nil {
		return err
	}
	tx.posting = posting{} // first: the statements below must not settle it again. Its slices may be a savepoint's too.
	err := tx.writeLinks(p.links)
	if err == nil {
		err = tx.writeFacts(p.facts)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsettled, err)
	}
	return nil
}

// settleFor settles what a statement reads or builds upon.
func (v *View) settleFor(statement string) error {
	if v.tx == nil || v.tx.posting.empty() || !posted.in(statement) {
		return nil
	}
	return v.tx.settle()
}

// tables remembers which statements name one of them.
type tables struct {
	names []string
	mu    sync.RWMutex
	known map[string]bool // of statements
}

// posted are the tables that settle writes.
var posted = &tables{names: []string{"facts", "tally_days", "tally_day_totals", "tally_months", "revision_chain"}}

func (t *tables) in(statement string) bool {
	t.mu.RLock()
	named, ok := t.known[statement]
	t.mu.RUnlock()
	if ok {
		return named
	}
	named = slices.ContainsFunc(t.names, func(name string) bool { return strings.Contains(statement, name) })
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[string]bool{}
	}
	t.known[statement] = named
	return named
}

// manyRows is a statement that adds rows, with the text of it for some numbers of rows at once: each is another statement to
// the database, so there are few.
type manyRows struct {
	columns int
	texts   [len(rowsAtOnce)]string
}

var rowsAtOnce = [...]int{32, 8, 1}

// manyOf makes it of the statement for one row.
func manyOf(one string) *manyRows {
	before, rest, _ := strings.Cut(one, "VALUES(")
	values, after, _ := strings.Cut(rest, ")")
	m := &manyRows{columns: strings.Count(values, "$")}
	for i, rows := range rowsAtOnce {
		list := make([]string, rows*m.columns)
		for n := range list {
			list[n] = "$" + strconv.Itoa(n+1)
		}
		var b strings.Builder
		for row := range slices.Chunk(list, m.columns) {
			b.WriteString(", (" + strings.Join(row, ", ") + ")")
		}
		m.texts[i] = before + "VALUES" + b.String()[1:] + after
	}
	return m
}

// add runs the statement for all rows, whose values stand one after the other.
func (tx *Tx) add(m *manyRows, values []any) error {
	for i, statement := range m.texts {
		for n := rowsAtOnce[i] * m.columns; len(values) >= n; values = values[n:] {
			if _, err := tx.exec(statement, values[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	insertLink = `
INSERT INTO revision_chain(seq, report_id, rev, hash) VALUES($1, $2, $3, $4)`
	insertFact = `
INSERT INTO facts(seq, report_id, rev, at, day, area_id, org_id, line_id, value, approx, events)
VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	addToDay = `
INSERT INTO tally_days(area_id, day, line_id, value, approx, events) VALUES($1, $2, $3, $4, $5, $6)
ON CONFLICT(area_id, day, line_id) DO UPDATE SET value = tally_days.value + excluded.value,
  approx = tally_days.approx + excluded.approx, events = tally_days.events + excluded.events`
	addToDayTotal = `
INSERT INTO tally_day_totals(area_id, day, line_id, value, approx, events) VALUES($1, $2, $3, $4, $5, $6)
ON CONFLICT(area_id, day, line_id) DO UPDATE SET value = tally_day_totals.value + excluded.value,
  approx = tally_day_totals.approx + excluded.approx, events = tally_day_totals.events + excluded.events`
	addToMonth = `
INSERT INTO tally_months(area_id, year, line_id, month, value, approx, events) VALUES($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT(area_id, year, line_id, month) DO UPDATE SET value = tally_months.value + excluded.value,
  approx = tally_months.approx + excluded.approx, events = tally_months.events + excluded.events`
)

var (
	insertLinks, insertFacts               = manyOf(insertLink), manyOf(insertFact)
	addToDays, addToDayTotals, addToMonths = manyOf(addToDay), manyOf(addToDayTotal), manyOf(addToMonth)
)

// writeLinks adds links to the chain and keeps its new head.
func (tx *Tx) writeLinks(links []link) error {
	if len(links) == 0 {
		return nil
	}
	head, err := tx.ChainHead()
	if err != nil {
		return err
	}
	rows := make([]any, 0, len(links)*insertLinks.columns)
	for _, l := range links {
		head = ChainHead{head.Seq + 1, l.after(head.Hash)}
		rows = append(rows, head.Seq, l.report, l.rev, slices.Clone(head.Hash[:]))
	}
	if err := tx.add(insertLinks, rows); err != nil {
		return fmt.Errorf("chain %d revisions: %w", len(links), err)
	}
	tx.head = &head
	return tx.SetMeta(metaChain, head.String())
}

// writeFacts adds facts to the ledger and to its tallies: the area's own by day, those above it by day, and all by month.
func (tx *Tx) writeFacts(facts []report.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	sums, err := tx.writeLedger(facts)
	if err == nil {
		err = tx.writeSums(sums)
	}
	if err != nil {
		return fmt.Errorf("post to the ledger: %w", err)
	}
	return nil
}

// dayKey is a row of the tallies by day, monthKey one of those by month.
type (
	dayKey struct {
		area int64
		day  report.Day
		line int64
	}
	monthKey struct{ area, year, line, month int64 }
)

func (a dayKey) compare(b dayKey) int {
	return cmp.Or(cmp.Compare(a.area, b.area), cmp.Compare(a.day, b.day), cmp.Compare(a.line, b.line))
}

func (a monthKey) compare(b monthKey) int {
	return cmp.Or(cmp.Compare(a.area, b.area), cmp.Compare(a.year, b.year), cmp.Compare(a.line, b.line), cmp.Compare(a.month, b.month))
}

// numbers are the sums of a row.
type numbers struct{ value, approx, events int64 }

func (n numbers) plus(m numbers) numbers {
	return numbers{n.value + m.value, n.approx + m.approx, n.events + m.events}
}

// writeLedger adds facts to the ledger, and sums them up by area, day and line. They are numbered here: PostgreSQL would leave out
// the numbers of what was undone.
func (tx *Tx) writeLedger(facts []report.Fact) (map[dayKey]numbers, error) {
	position, err := tx.LedgerPosition()
	if err != nil {
		return nil, err
	}
	rows := make([]any, 0, len(facts)*insertFacts.columns)
	sums := make(map[dayKey]numbers, len(facts))
	for i, f := range facts {
		line, err := tx.line(f.Key)
		if err != nil {
			return nil, err
		}
		rows = append(rows, position+int64(i)+1, f.Report, f.Rev, ms(tx.now), f.Day, f.Area, f.Org, line, f.Value, f.Approx, f.Events)
		key := dayKey{f.Area, f.Day, line}
		sums[key] = sums[key].plus(numbers{f.Value, f.Approx, f.Events})
	}
	return sums, tx.add(insertFacts, rows)
}

// writeSums adds sums to the tallies, in the order of their keys: rows that lie side by side are changed one after the other,
// and transactions side by side would meet rows in the same order.
func (tx *Tx) writeSums(days map[dayKey]numbers) error {
	tree, err := tx.Areas()
	if err != nil {
		return err
	}
	totals, months := map[dayKey]numbers{}, map[monthKey]numbers{}
	for k, n := range days {
		year, month, _ := k.day.Date()
		for _, ancestor := range tx.db.paths.of(tree, k.area) {
			m := monthKey{ancestor, int64(year), k.line, int64(month)}
			months[m] = months[m].plus(n)
			if ancestor != k.area && ancestor != own(k.area) {
				d := dayKey{ancestor, k.day, k.line}
				totals[d] = totals[d].plus(n)
			}
		}
	}
	if err := tx.add(addToDays, dayRows(days)); err != nil {
		return err
	}
	if err := tx.add(addToDayTotals, dayRows(totals)); err != nil {
		return err
	}
	return tx.add(addToMonths, monthRows(months))
}

func dayRows(sums map[dayKey]numbers) []any {
	rows := make([]any, 0, len(sums)*addToDays.columns)
	for _, k := range sortedKeys(sums, dayKey.compare) {
		n := sums[k]
		rows = append(rows, k.area, k.day, k.line, n.value, n.approx, n.events)
	}
	return rows
}

func monthRows(sums map[monthKey]numbers) []any {
	rows := make([]any, 0, len(sums)*addToMonths.columns)
	for _, k := range sortedKeys(sums, monthKey.compare) {
		n := sums[k]
		rows = append(rows, k.area, k.year, k.line, k.month, n.value, n.approx, n.events)
	}
	return rows
}

func sortedKeys[K comparable](sums map[K]numbers, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}

// pathBook knows the ancestors (area_paths) of the areas that something was posted of, in the tree that it was asked with last.
type pathBook struct {
	mu   sync.Mutex
	tree *report.Areas
	by   map[int64][]int64
}

// of gives the ancestors of a leaf as they are in area_paths.
func (b *pathBook) of(tree *report.Areas, leaf int64) []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tree != tree {
		b.tree, b.by = tree, map[int64][]int64{}
	}
	ancestors, ok := b.by[leaf]
	if !ok {
		ancestors = pathsFrom(tree, leaf)
		b.by[leaf] = ancestors
	}
	return ancestors
}
