package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"huibao/report"
)

// chained files three reports, corrects one, withdraws one and publishes a week: five revisions.
func chained(w *world) {
	w.write(func(tx *Tx) {
		first := w.file(tx, lecture(community, "2026-03-08", 320))
		w.file(tx, lecture(hongyan, "2026-03-08", 45))
		first.Figures[0].Value = 280
		must(tx.Revise(first, Change{By: w.wang, Message: first.Message, Why: "人数写错了"}))
	})
	w.write(func(tx *Tx) {
		w.publish(tx, countyID, report.WeekOf(date("2026-03-08")))
	})
	w.write(func(tx *Tx) {
		third := w.file(tx, lecture(wuyang, "2026-03-09", 7))
		third.State = report.Withdrawn
		must(tx.Revise(third, Change{By: w.li, Why: "withdrawn"}))
	})
}

func (w *world) publish(tx *Tx, area int64, p report.Period) Publication {
	return must(tx.Publish(Publication{Kind: string(p.Kind), Area: area, Period: p, FactsSeq: must(tx.LedgerPosition()), Numbers: []byte("{}")}))
}

// broken does damage as somebody with another tool would, looks what the walk along the chain finds, and undoes it.
func (w *world) broken(damage ...string) (problems []string) {
	w.Helper()
	undo := errors.New("undo the damage")
	err := w.tryWrite(func(tx *Tx) {
		for _, statement := range append(w.unguarded(), damage...) {
			if _, err := tx.exec(statement); err != nil {
				w.Fatalf("%s: %v", statement, err)
			}
		}
		c := verification{ctx: background, v: &tx.View}
		check(c.chain())
		problems = c.problems
		check(undo)
	})
	w.is(err, undo)
	return problems
}

// unguarded gives the statements after which a transaction may do what the schema forbids.
func (w *world) unguarded() []string {
	if w.db.engine.shared() {
		return []string{`SET LOCAL session_replication_role = replica`}
	}
	return []string{`PRAGMA defer_foreign_keys = ON`, `DROP TRIGGER revision_chain_no_update`, `DROP TRIGGER revision_chain_no_delete`}
}

func chainFinds(t *testing.T, w *world) {
	chained(w)
	w.clean()
	w.equal(len(w.broken()), 0)
	w.equal(w.count(`SELECT COUNT(*) FROM revision_chain`), 5)

	columns := map[string]string{"at": "at + 1", "by_member": "3 - by_member", "message_id": "CASE message_id WHEN 1 THEN 2 ELSE 1 END", "why": "why || '。'",
		"body": "replace(body, 'law', 'lax')", "agreed_by": "1", "report_id": "report_id + 1000", "rev": "rev + 10"}
	all := must(w.columns("revisions"))
	if len(all) != len(columns) {
		t.Errorf("revisions have the columns %q: is each of them under the hash, and altered here?", all)
	}
	for report, rev := range map[int64]int64{1: 1, 2: 1, 3: 2} { // the first, one in the middle, the last
		for column, value := range columns {
			damage := fmt.Sprintf(`UPDATE revisions SET %s = %s WHERE report_id = %d AND rev = %d`, column, value, report, rev)
			w.says(damage, fmt.Sprintf("report %d, revision %d", report, rev), w.broken(damage))
		}
	}
	for link := 1; link <= 5; link++ {
		revision := fmt.Sprintf(`DELETE FROM revisions WHERE (report_id, rev) IN (SELECT report_id, rev FROM revision_chain WHERE seq = %d)`, link)
		row := fmt.Sprintf(`DELETE FROM revision_chain WHERE seq = %d`, link)
		w.says(revision, "is missing", w.broken(revision))
		w.says(row, "is not in the chain", w.broken(row))
		w.says(revision+row, "missing", w.broken(revision, row))
		w.says(revision+" and what follows", "missing", w.broken(
			fmt.Sprintf(`DELETE FROM revisions WHERE (report_id, rev) IN (SELECT report_id, rev FROM revision_chain WHERE seq >= %d)`, link),
			fmt.Sprintf(`DELETE FROM revision_chain WHERE seq >= %d`, link)))
		hash := fmt.Sprintf(`UPDATE revision_chain SET hash = substr(hash, 1, 1) WHERE seq = %d`, link)
		w.says(hash, "link", w.broken(hash))
	}
	w.says("reordered", "not in its place", w.broken(`UPDATE revision_chain SET seq = -seq WHERE seq IN (2, 3)`,
		`UPDATE revision_chain SET seq = 5 + seq WHERE seq < 0`))
	w.says("inserted", "was put in with another tool", w.broken(
		`INSERT INTO revisions SELECT report_id, 2, at, by_member, message_id, why, body, agreed_by FROM revisions WHERE report_id = 2`))
	w.says("the head", "head", w.broken(`DELETE FROM meta WHERE key = 'chain_head'`))
	w.says("the head", "ends at", w.broken(`UPDATE meta SET value = replace(value, '5:', '6:') WHERE key = 'chain_head'`))
	w.says("the head", "head of the chain", w.broken(`UPDATE meta SET value = '5:xyz' WHERE key = 'chain_head'`))
}

// Who makes the head anew as well is found by what was published.
func chainForged(t *testing.T, w *world) {
	chained(w)
	w.read(func(v *View) {
		p := must(v.Publications("week", countyID, report.WeekOf(date("2026-03-08"))))[0]
		w.equal(p.Chain.Seq, 3)
		w.equal(must(ParseChainHead(p.Chain.String())), p.Chain)
	})
	forge := []string{`UPDATE revisions SET body = replace(body, '280', '980') WHERE report_id = 1 AND rev = 2`,
		`DELETE FROM revision_chain`, `DELETE FROM meta WHERE key = 'chain_head'`}
	undo := errors.New("undo the damage")
	err := w.tryWrite(func(tx *Tx) {
		for _, statement := range append(w.unguarded(), forge...) {
			must(tx.exec(statement))
		}
		check(tx.beginChain())
		c := verification{ctx: background, v: &tx.View}
		check(c.chain())
		w.says("forged", "was published with another link", c.problems)
		check(undo)
	})
	w.is(err, undo)
	for _, statement := range []string{`UPDATE revision_chain SET hash = hash`, `DELETE FROM revision_chain`} {
		if err := w.tryWrite(func(tx *Tx) { must(tx.exec(statement)) }); err == nil {
			t.Errorf("%s: done, and the chain is only added to", statement)
		}
	}
}

// What a savepoint takes back leaves no link; what comes after it is chained to what was before.
func chainUndone(t *testing.T, w *world) {
	failed := errors.New("failed")
	w.write(func(tx *Tx) {
		w.file(tx, lecture(community, "2026-03-08", 320))
		w.is(tx.Attempt(func() error { w.file(tx, lecture(hongyan, "2026-03-08", 45)); return failed }), failed)
		w.equal(must(tx.ChainHead()).Seq, 1)
		w.file(tx, lecture(wuyang, "2026-03-08", 7))
	})
	w.write(func(tx *Tx) {
		w.is(tx.Attempt(func() error { w.file(tx, lecture(hongyan, "2026-03-08", 45)); return failed }), failed)
	})
	w.clean()
	w.read(func(v *View) { w.equal(must(v.ChainHead()).Seq, 2) })
}

// Revisions that are older than the chain are chained once, whoever opens the database, and however often.
func TestChainBegins(t *testing.T) {
	w := newWorld(t)
	chained(w)
	for _, statement := range []string{`DROP TRIGGER revision_chain_no_delete`, `DELETE FROM revision_chain`, `DELETE FROM meta WHERE key = 'chain_head'`,
		`UPDATE publications SET chain_head = ''`} {
		_, err := w.db.writer.Exec(statement)
		w.is(err, nil)
	}
	beside, err := OpenBeside(background, w.db.path, w.clock.options())
	w.is(err, nil)
	w.is(beside.Close(), nil)
	w.clean()
	var head ChainHead
	w.read(func(v *View) { head = must(v.ChainHead()) })
	w.equal(head.Seq, 5)

	_, err = w.db.writer.Exec(`DELETE FROM revision_chain WHERE seq = 5`)
	w.is(err, nil)
	w.is(w.db.chainRevisions(background), nil) // a chain that was begun is not mended
	problems, err := w.db.Verify(background)
	w.is(err, nil)
	w.says("not mended", "the last revisions are missing", problems)
}

// columns gives the names of a table's columns.
func (w *world) columns(table string) ([]string, error) {
	rows, err := w.db.reader.Query(`SELECT * FROM ` + table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

// says tells that a damage was found and is said in those words.
func (w *world) says(damage, words string, problems []string) {
	w.Helper()
	if !strings.Contains(strings.Join(problems, "\n"), words) {
		w.Errorf("%s: verify says %q, not a word of %q", damage, problems, words)
	}
}
