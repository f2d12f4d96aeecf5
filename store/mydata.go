package store

import (
	"fmt"
	"strings"

	"huibao/report"
)

// What is kept about a person, for that person (/mydata). Messages are found by their chats, which have an index: a person
// writes in the private chat, whose id on Telegram is the person's own, and in groups.

const (
	selectOwnRoles = `
SELECT area_id, role, since, until FROM memberships WHERE member_id = $1 ORDER BY since, area_id, role`
	countOwnMessages = `
SELECT COUNT(*), COALESCE(SUM(CASE WHEN m.purged = 0 THEN 0 ELSE 1 END), 0), COALESCE(MIN(m.sent), 0), COUNT(a.message_id)
FROM chats c JOIN messages m ON m.chat_id = c.id LEFT JOIN attachments a ON a.message_id = m.id
WHERE (c.tg_id = $1 OR c.kind <> 'private') AND m.member_id = $2`
	countOwn = `
SELECT (SELECT COUNT(*) FROM reports WHERE by_member = $1),
  (SELECT COUNT(*) FROM reports WHERE by_member = $1 AND state = 'filed'),
  (SELECT COUNT(*) FROM revisions WHERE by_member = $1 AND rev > 1),
  (SELECT COUNT(*) FROM queries WHERE member_id = $1),
  (SELECT COUNT(*) FROM aliases WHERE by_member = $1 AND state IN ('local', 'county')),
  (SELECT COUNT(*) FROM audit WHERE member_id = $1)`
)

// OwnData counts what is kept about a member, whether they still may use the bot or not.
func (v *View) OwnData(m Member) (report.OwnData, error) {
	d := report.OwnData{Name: m.Name, Telegram: m.TgUser, Joined: m.Joined}
	var first int64
	var err error
	d.Roles, err = collect(v.query(selectOwnRoles, m.ID), func(scan scanner) (r report.OwnRole, err error) {
		var since, until int64
		err = scan(&r.Area, &r.Role, &since, &until)
		r.Since, r.Until = v.db.timeOf(since), v.db.timeOf(until)
		return r, err
	})
	if err == nil {
		_, err = v.query(countOwnMessages, m.TgUser, m.ID).one(&d.Messages, &d.Purged, &first, &d.Photos)
	}
	if err == nil {
		_, err = v.query(countOwn, m.ID).one(&d.Reports, &d.Counted, &d.Changes, &d.Questions, &d.Words, &d.Deeds)
	}
	if err != nil {
		return report.OwnData{}, fmt.Errorf("count what is kept about member %d: %w", m.ID, err)
	}
	d.First = v.db.timeOf(first)
	return d, nil
}

const selectOwnMessages = `
SELECT m.sent, CASE WHEN c.kind = 'private' THEN '' ELSE c.title END, m.text, m.version, m.purged, m.origin, m.masked, COALESCE(a.kind, '')
FROM chats c JOIN messages m ON m.chat_id = c.id LEFT JOIN attachments a ON a.message_id = m.id
WHERE (c.tg_id = $1 OR c.kind <> 'private') AND m.member_id = $2 ORDER BY m.id`

// OwnMessages gives the messages that a member wrote to yield, one by one, oldest first. An error of yield ends it.
func (v *View) OwnMessages(m Member, yield func(report.OwnMessage) error) error {
	rows := v.query(selectOwnMessages, m.TgUser, m.ID)
	err := rows.each(func() error {
		var o report.OwnMessage
		var sent, version, purged int64
		var masked string
		if err := rows.rows.Scan(&sent, &o.Group, &o.Words, &version, &purged, &o.Origin, &masked, &o.Brought); err != nil {
			return err
		}
		o.At, o.Edited, o.Purged = v.db.timeOf(sent), version != 0, purged != 0
		if masked != "" {
			o.Masked = strings.Split(masked, ",")
		}
		return yield(o)
	})
	if err != nil {
		return fmt.Errorf("read the messages of member %d: %w", m.ID, err)
	}
	return nil
}

const selectOwnChanges = `
SELECT v.report_id, v.rev, v.at, v.why, p.body, v.body FROM revisions v JOIN revisions p ON p.report_id = v.report_id AND p.rev = v.rev - 1
WHERE v.by_member = $1 AND v.rev > 1 ORDER BY v.report_id, v.rev`

// OwnChanges gives the revisions that a member made to yield, one by one. An error of yield ends it.
func (v *View) OwnChanges(member int64, yield func(report.OwnChange) error) error {
	rows := v.query(selectOwnChanges, member)
	err := rows.each(func() error {
		var o report.OwnChange
		var at int64
		var before, after string
		if err := rows.rows.Scan(&o.Report, &o.Rev, &at, &o.Why, &before, &after); err != nil {
			return err
		}
		o.At = v.db.timeOf(at)
		var err error
		if o.Before, err = v.decodeReport(before); err != nil {
			return err
		}
		if o.After, err = v.decodeReport(after); err != nil {
			return err
		}
		return yield(o)
	})
	if err != nil {
		return fmt.Errorf("read the changes of member %d: %w", member, err)
	}
	return nil
}

const (
	selectOwnWords = `
SELECT id, word, kind, target, area_id, by_member, at, state, COALESCE(judged_by, 0) FROM aliases
WHERE by_member = $1 AND state IN ('local', 'county') ORDER BY id`
	selectOwnDeeds = `
SELECT at, action, subject, detail FROM audit WHERE member_id = $1 ORDER BY seq`
)

// OwnWords gives the words that a member taught and that are in force.
func (v *View) OwnWords(member int64) ([]report.Alias, error) {
	list, err := collect(v.query(selectOwnWords, member), v.scanAlias)
	if err != nil {
		return nil, fmt.Errorf("read the words of member %d: %w", member, err)
	}
	return list, nil
}

// OwnDeeds gives what the audit has of a member, oldest first.
func (v *View) OwnDeeds(member int64) ([]report.OwnDeed, error) {
	list, err := collect(v.query(selectOwnDeeds, member), func(scan scanner) (d report.OwnDeed, err error) {
		var at int64
		err = scan(&at, &d.Action, &d.Subject, &d.Detail)
		d.At = v.db.timeOf(at)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the deeds of member %d: %w", member, err)
	}
	return list, nil
}
