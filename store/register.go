package store

import (
	"fmt"
	"time"

	"huibao/report"
)

const selectRegister = `
SELECT v.body, b.name, m.sent, m.text, f.at, r.rev - 1,
  (SELECT COUNT(DISTINCT a.tg_unique) FROM attachments a
   WHERE a.told_id = r.message_id AND (a.report_id IS NULL OR a.report_id = r.id) AND a.kind IN ('photo', 'image')),
  (SELECT COUNT(DISTINCT a.tg_unique) FROM attachments a
   WHERE a.told_id = r.message_id AND (a.report_id IS NULL OR a.report_id = r.id) AND a.kind IN ('document', 'video'))
FROM area_paths p JOIN reports r ON r.area_id = p.leaf
  JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
  JOIN revisions f ON f.report_id = r.id AND f.rev = 1
  JOIN messages m ON m.id = r.message_id
  JOIN members b ON b.id = r.by_member
WHERE p.ancestor = $1 AND r.day BETWEEN $2 AND $3
ORDER BY r.day, r.id`

// Register gives the reports of a period in an area, whatever their state, to yield, one by one, ordered by day and number.
// An error of yield ends it. Reports whose area or day is still asked about are in no register.
func (v *View) Register(area int64, p report.Period, yield func(report.RegisterRow) error) error {
	if err := v.register(area, p, yield); err != nil {
		return fmt.Errorf("register of %s of area %d: %w", p.Key(), area, err)
	}
	return nil
}

func (v *View) register(area int64, p report.Period, yield func(report.RegisterRow) error) error {
	pieces, err := v.furtherPieces(area, p)
	if err != nil {
		return err
	}
	published, err := v.firstPublished(area)
	if err != nil {
		return err
	}
	rows := v.query(selectRegister, area, p.First, p.Last)
	return rows.each(func() error {
		var row report.RegisterRow
		var body string
		var sent, filed int64
		err := rows.rows.Scan(&body, &row.By, &sent, &row.Words, &filed, &row.Revisions, &row.Photos, &row.Files)
		if err != nil {
			return err
		}
		if row.Report, err = v.decodeReport(body); err != nil {
			return err
		}
		row.Words += pieces[row.Report.Message]
		row.Told = v.db.timeOf(sent)
		row.Late = lateFor(published, row.Report.Day, v.db.timeOf(filed))
		return yield(row)
	})
}

const selectFurtherPieces = `
SELECT m.part_of, m.text FROM messages m
WHERE m.part_of IN (SELECT r.message_id FROM area_paths p JOIN reports r ON r.area_id = p.leaf
  WHERE p.ancestor = $1 AND r.day BETWEEN $2 AND $3)
ORDER BY m.part_of, m.id`

// furtherPieces gives what follows the first pieces of long texts, by the first piece's message.
func (v *View) furtherPieces(area int64, p report.Period) (map[int64]string, error) {
	pieces := map[int64]string{}
	rows := v.query(selectFurtherPieces, area, p.First, p.Last)
	err := rows.each(func() error {
		var first int64
		var text string
		if err := rows.rows.Scan(&first, &text); err != nil {
			return err
		}
		pieces[first] += text
		return nil
	})
	return pieces, err
}

const selectFirstPublished = `
SELECT period, MIN(at) FROM publications WHERE area_id = $1 GROUP BY period`

// firstPublished gives when the periods of an area were first published, by their keys.
func (v *View) firstPublished(area int64) (map[string]time.Time, error) {
	published := map[string]time.Time{}
	rows := v.query(selectFirstPublished, area)
	err := rows.each(func() error {
		var period string
		var at int64
		if err := rows.rows.Scan(&period, &at); err != nil {
			return err
		}
		published[period] = v.db.timeOf(at)
		return nil
	})
	return published, err
}

// lateFor tells whether a digest that held the day had gone out before then.
func lateFor(published map[string]time.Time, day report.Day, then time.Time) bool {
	for _, kind := range []report.PeriodKind{report.Week, report.Month, report.Quarter, report.Half, report.Year} {
		if at, ok := published[report.PeriodOf(kind, day).Key()]; ok && at.Before(then) {
			return true
		}
	}
	return false
}
