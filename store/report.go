package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"huibao/report"
)

// Change says who changes a report, through which message, and why.
type Change struct {
	By      int64 // the member
	Message int64 // our own id of the message that asks for it, 0 for a button
	Why     string
}

const insertReport = `
INSERT INTO reports(rev, state, activity, area_id, day, until, nil, same_as, by_member, message_id, ordinal)
VALUES(1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// File keeps a new report. It gets its number (编号), revision 1 and the time of the transaction, and what it counts is
// posted to the ledger. Its area, organiser, sender and message must be known to the store.
func (tx *Tx) File(r report.Report, c Change) (report.Report, error) {
	if err := tx.inTurn(r.Area); err != nil {
		return report.Report{}, fmt.Errorf("file a report of message %d: %w", r.Message, err)
	}
	r.Rev, r.At = 1, tx.now
	id, _, err := tx.insert(insertReport, string(r.State), r.Activity, orNull(r.Area), r.Day, r.Until, bit(r.Nil), orNull(r.SameAs),
		r.By, r.Message, r.Ordinal)
	if err == nil {
		r.ID = id
		err = tx.keepRevision(report.Report{}, r, c)
	}
	if err != nil {
		return report.Report{}, fmt.Errorf("file a report of message %d: %w", r.Message, err)
	}
	return r, nil
}

const updateReport = `
UPDATE reports SET rev = $1, state = $2, activity = $3, area_id = $4, day = $5, until = $6, nil = $7, same_as = $8, by_member = $9,
  message_id = $10, ordinal = $11
WHERE id = $12 AND rev = $13`

// Revise replaces what a report says. next is the whole report as it shall be, with the revision it was made from: where
// a later one is kept, ErrStale. The difference is posted to the ledger.
func (tx *Tx) Revise(next report.Report, c Change) (report.Report, error) {
	next, err := tx.revise(next, c)
	if err != nil {
		return report.Report{}, fmt.Errorf("revise report %d: %w", next.ID, err)
	}
	return next, nil
}

func (tx *Tx) revise(next report.Report, c Change) (report.Report, error) {
	old, err := tx.Report(next.ID)
	if err != nil {
		return next, err
	}
	if old.Rev != next.Rev {
		return next, ErrStale
	}
	if err := tx.inTurn(old.Area, next.Area); err != nil {
		return next, err
	}
	next.Rev, next.At = old.Rev+1, tx.now
	n, err := tx.exec(updateReport, next.Rev, string(next.State), next.Activity, orNull(next.Area), next.Day, next.Until,
		bit(next.Nil), orNull(next.SameAs), next.By, next.Message, next.Ordinal, next.ID, old.Rev)
	if err == nil && n == 0 { // it was changed since it was read
		err = ErrStale
	}
	if err != nil {
		return next, err
	}
	return next, tx.keepRevision(old, next, c)
}

const insertRevision = `
INSERT INTO revisions(report_id, rev, at, by_member, message_id, why, agreed_by, body) VALUES($1, $2, $3, $4, $5, $6, $7, $8)`

func (tx *Tx) keepRevision(old, next report.Report, c Change) error {
	tx.latest = report.Report{}
	body, err := json.Marshal(next)
	if err != nil {
		return err
	}
	facts := report.Post(old, next)
	agreed, err := tx.agreedBy(next, facts)
	if err != nil {
		return err
	}
	if _, err := tx.exec(insertRevision, next.ID, next.Rev, ms(tx.now), c.By, orNull(c.Message), c.Why, orNull(agreed), string(body)); err != nil {
		return fmt.Errorf("keep revision %d: %w", next.Rev, err)
	}
	if as, ok := tx.db.decoded.putNew(string(body), next); ok {
		tx.latest = as
	}
	tx.chain(link{next.ID, int64(next.Rev), ms(tx.now), c.By, c.Message, agreed, c.Why, string(body)})
	tx.post(facts)
	return nil
}

const selectReport = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev WHERE r.id = $1`

// Report gives the report with that number as it stands, or ErrNotFound.
func (v *View) Report(id int64) (report.Report, error) {
	if v.tx != nil && v.tx.latest.ID == id && id != 0 {
		return v.tx.latest.Clone(), nil
	}
	list, err := collect(v.query(selectReport, id), v.scanReport)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return report.Report{}, fmt.Errorf("report %d: %w", id, err)
	}
	return list[0], nil
}

const selectReportFor = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.id = $1 AND (r.by_member = $2 OR EXISTS (
  SELECT 1 FROM memberships s JOIN area_paths p ON p.ancestor = s.area_id
  WHERE s.member_id = $2 AND (s.until = 0 OR s.until > $3) AND p.leaf = r.area_id))`

// ReportFor gives the report with that number to a member who may see it: who told it, or has a role in its area or in one whose
// totals include it. To any other it is ErrNotFound, as one that is not there.
func (v *View) ReportFor(id, member int64) (report.Report, error) {
	list, err := collect(v.query(selectReportFor, id, member, ms(v.now)), v.scanReport)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return report.Report{}, fmt.Errorf("report %d for member %d: %w", id, member, err)
	}
	return list[0], nil
}

func (v *View) scanReport(scan scanner) (r report.Report, err error) {
	var body string
	if err := scan(&body); err != nil {
		return report.Report{}, err
	}
	if r, ok := v.db.decoded.get(body); ok {
		return r, nil
	}
	if r, err = v.decodeReport(body); err == nil {
		v.db.decoded.put(body, r)
	}
	return r, err
}

func (v *View) decodeReport(body string) (r report.Report, err error) {
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return report.Report{}, fmt.Errorf("read what is kept of a report: %w", err)
	}
	r.At = r.At.In(v.db.loc)
	return r, nil
}

const selectReportsOfMessage = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.message_id = $1 ORDER BY r.ordinal, r.id`

// ReportsOfMessage gives the reports that the messages with these ids told, in the order they stand in them.
func (v *View) ReportsOfMessage(messages ...int64) ([]report.Report, error) {
	var all []report.Report
	for _, id := range messages {
		list, err := collect(v.query(selectReportsOfMessage, id), v.scanReport)
		if err != nil {
			return nil, fmt.Errorf("read the reports of message %d: %w", id, err)
		}
		all = append(all, list...)
	}
	return all, nil
}

const selectReportsOfTelegramMessage = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.message_id IN (SELECT COALESCE(part_of, id) FROM messages WHERE chat_id = $1 AND tg_message = $2)
ORDER BY r.ordinal, r.id`

// ReportsOfTelegramMessage gives the reports that a message, one of its edits, or the long text it is a piece of told. chat
// is our own id.
func (v *View) ReportsOfTelegramMessage(chat, tgMessage int64) ([]report.Report, error) {
	list, err := collect(v.query(selectReportsOfTelegramMessage, chat, tgMessage), v.scanReport)
	if err != nil {
		return nil, fmt.Errorf("read the reports of message %d in chat %d: %w", tgMessage, chat, err)
	}
	return list, nil
}

// ReportFilter says which reports are wanted. Who may see what is part of it: Within or By must be set.
type ReportFilter struct {
	Within   int64          // an area whose totals include the report's area
	By       int64          // the member who sent it
	Period   *report.Period // that its first day lies in; nil: any time
	Activity string         // empty: any
	States   []report.State // none: any
	Before   int64          // a smaller number than this: the next page after the one that ended with it; 0: the first
	Limit    int            // at most so many; 0: all
}

const (
	selectReportsBy = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.by_member = $1 AND r.id < $2
  AND ($3 = 0 OR EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $3 AND p.leaf = r.area_id))
  AND ($4 = '' OR r.day BETWEEN $4 AND $5) AND ($6 = '' OR r.activity = $6) AND ($7 = '' OR $7 LIKE '%|' || r.state || '|%')
ORDER BY r.id DESC LIMIT $8`
	selectReportsWithin = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE EXISTS (SELECT 1 FROM area_paths p WHERE p.ancestor = $1 AND p.leaf = r.area_id) AND r.id < $2
  AND ($3 = '' OR r.day BETWEEN $3 AND $4) AND ($5 = '' OR r.activity = $5) AND ($6 = '' OR $6 LIKE '%|' || r.state || '|%')
ORDER BY r.id DESC LIMIT $7`
)

// Reports gives the reports that fit the filter, newest number first.
func (v *View) Reports(f ReportFilter) ([]report.Report, error) {
	first, last := "", ""
	if f.Period != nil {
		first, last = f.Period.First.String(), f.Period.Last.String()
	}
	states := ""
	for _, s := range f.States {
		states += "|" + string(s) + "|"
	}
	before, limit := int64(math.MaxInt64), int64(math.MaxInt64)
	if f.Before > 0 {
		before = f.Before
	}
	if f.Limit > 0 {
		limit = int64(f.Limit)
	}
	var found cursor
	switch {
	case f.By != 0:
		found = v.query(selectReportsBy, f.By, before, f.Within, first, last, f.Activity, states, limit)
	case f.Within != 0:
		found = v.query(selectReportsWithin, f.Within, before, first, last, f.Activity, states, limit)
	default:
		return nil, errors.New("list reports: neither an area nor a member is given")
	}
	list, err := collect(found, v.scanReport)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return list, nil
}

// Revision is a report as it stood once.
type Revision struct {
	Rev     int
	At      time.Time
	By      int64 // the member who made it
	Message int64 // that asked for it, 0 for a button
	Why     string
	Agreed  int64 // the administrator who agreed to it, where it changed a closed year (封账后更正); else 0
	Report  report.Report
}

const selectRevisions = `
SELECT rev, at, by_member, COALESCE(message_id, 0), why, COALESCE(agreed_by, 0), body FROM revisions WHERE report_id = $1 ORDER BY rev`

// Revisions gives all revisions of a report, oldest first; ErrNotFound where there is no such report.
func (v *View) Revisions(id int64) ([]Revision, error) {
	list, err := collect(v.query(selectRevisions, id), v.scanRevision)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("revisions of report %d: %w", id, err)
	}
	return list, nil
}

func (v *View) scanRevision(scan scanner) (r Revision, err error) {
	var at int64
	var body string
	if err := scan(&r.Rev, &at, &r.By, &r.Message, &r.Why, &r.Agreed, &body); err != nil {
		return Revision{}, err
	}
	r.At = v.db.timeOf(at)
	r.Report, err = v.decodeReport(body)
	return r, err
}

const selectNilReports = `
SELECT v.body FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = r.rev
WHERE r.area_id = $1 AND r.state = $2 AND r.nil = 1 AND (r.day = $3 OR r.day < $3 AND r.until >= $3) ORDER BY r.id`

// NilReports gives the nil reports of just that area for a day that are in a state: filed ones are in force.
func (v *View) NilReports(area int64, day report.Day, state report.State) ([]report.Report, error) {
	list, err := collect(v.query(selectNilReports, area, string(state), day), v.scanReport)
	if err != nil {
		return nil, fmt.Errorf("look for nil reports of area %d: %w", area, err)
	}
	return list, nil
}
