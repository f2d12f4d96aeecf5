package store

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"huibao/report"
)

// Role is what a member may do in an area and all that lies below it.
type Role string

// The roles.
const (
	Cadre      Role = "cadre"      // reports
	Supervisor Role = "supervisor" // gets digests
	Admin      Role = "admin"      // invites people and sets things up
)

// Membership is a role in an area, from a time on.
type Membership struct {
	Area  int64
	Role  Role
	Since time.Time
	Until time.Time // zero: with no end
	From  int64     // the member whose work in the area it goes on with (handover), 0 for nobody's
}

// Member is a person who may use the bot, or might once.
type Member struct {
	ID          int64
	TgUser      int64 // Telegram's id of the person, also of their private chat
	Name        string
	Joined      time.Time
	Memberships []Membership // those that hold now, the oldest first; none: may not use the bot
}

const selectMemberByTelegram = `
SELECT id, tg_user, name, joined FROM members WHERE tg_user = $1`

// MemberByTelegram gives the member with that id of Telegram; ok is false where there never was one.
func (v *View) MemberByTelegram(tgUser int64) (m Member, ok bool, err error) {
	m, ok, err = v.oneMember(v.query(selectMemberByTelegram, tgUser))
	if err != nil {
		return Member{}, false, fmt.Errorf("member with Telegram id %d: %w", tgUser, err)
	}
	return m, ok, nil
}

const selectMember = `
SELECT id, tg_user, name, joined FROM members WHERE id = $1`

// Member gives the member with our own id, or ErrNotFound.
func (v *View) Member(id int64) (Member, error) {
	m, ok, err := v.oneMember(v.query(selectMember, id))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return Member{}, fmt.Errorf("member %d: %w", id, err)
	}
	return m, nil
}

const selectMemberships = `
SELECT area_id, role, since, until, COALESCE(from_member, 0) FROM memberships WHERE member_id = $1 AND (until = 0 OR until > $2)`

// oneMember completes a member with the memberships. Every message asks for its sender; SQLite plans a join, and sorting,
// anew at every run, so there is neither.
func (v *View) oneMember(c cursor) (m Member, ok bool, err error) {
	var joined int64
	if ok, err = c.one(&m.ID, &m.TgUser, &m.Name, &joined); err != nil || !ok {
		return m, ok, err
	}
	m.Joined = v.db.timeOf(joined)
	m.Memberships, err = collect(v.query(selectMemberships, m.ID, ms(v.now)), func(scan scanner) (s Membership, err error) {
		var since, until int64
		err = scan(&s.Area, &s.Role, &since, &until, &s.From)
		s.Since, s.Until = v.db.timeOf(since), v.db.timeOf(until)
		return s, err
	})
	slices.SortFunc(m.Memberships, func(a, b Membership) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Role, b.Role))
	})
	return m, true, err
}

const selectMembers = `
SELECT m.id, m.tg_user, m.name, m.joined, COALESCE(s.area_id, 0), COALESCE(s.role, ''), COALESCE(s.since, 0), COALESCE(s.until, 0),
  COALESCE(s.from_member, 0)
FROM members m LEFT JOIN memberships s ON s.member_id = m.id AND (s.until = 0 OR s.until > $1)
ORDER BY m.id, s.since, s.area_id, s.role`

// Members gives all members there ever were.
func (v *View) Members() ([]Member, error) {
	list, err := v.members(v.query(selectMembers, ms(v.now)))
	if err != nil {
		return nil, fmt.Errorf("read the members: %w", err)
	}
	return list, nil
}

const selectMembersAt = `
SELECT m.id, m.tg_user, m.name, m.joined, s.area_id, s.role, s.since, s.until, COALESCE(s.from_member, 0)
FROM members m JOIN memberships s ON s.member_id = m.id AND (s.until = 0 OR s.until > $1)
WHERE m.id IN (SELECT h.member_id FROM memberships h WHERE h.area_id = $2 AND (h.until = 0 OR h.until > $1))
ORDER BY m.id, s.since, s.area_id, s.role`

// MembersAt gives the members who have a role in just that area, with all that they have.
func (v *View) MembersAt(area int64) ([]Member, error) {
	list, err := v.members(v.query(selectMembersAt, ms(v.now), area))
	if err != nil {
		return nil, fmt.Errorf("read the members of area %d: %w", area, err)
	}
	return list, nil
}

const selectSupervisors = `
SELECT m.id, m.tg_user, m.name, m.joined, s.area_id, s.role, s.since, s.until, COALESCE(s.from_member, 0)
FROM members m JOIN memberships s ON s.member_id = m.id AND s.role = 'supervisor' AND (s.until = 0 OR s.until > $1)
ORDER BY m.id, s.since, s.area_id`

// Supervisors gives the members who supervise an area, with these roles of theirs.
func (v *View) Supervisors() ([]Member, error) {
	list, err := v.members(v.query(selectSupervisors, ms(v.now)))
	if err != nil {
		return nil, fmt.Errorf("read the supervisors: %w", err)
	}
	return list, nil
}

// members puts the rows of members and their memberships together.
func (v *View) members(c cursor) ([]Member, error) {
	var list []Member
	err := c.each(func() error {
		var m Member
		var s Membership
		var joined, since, until int64
		if err := c.rows.Scan(&m.ID, &m.TgUser, &m.Name, &joined, &s.Area, &s.Role, &since, &until, &s.From); err != nil {
			return err
		}
		if n := len(list); n == 0 || list[n-1].ID != m.ID {
			m.Joined = v.db.timeOf(joined)
			list = append(list, m)
		}
		if s.Area != 0 {
			s.Since, s.Until = v.db.timeOf(since), v.db.timeOf(until)
			last := &list[len(list)-1]
			last.Memberships = append(last.Memberships, s)
		}
		return nil
	})
	return list, err
}

const (
	upsertMember = `
INSERT INTO members(tg_user, name, joined) VALUES($1, $2, $3)
ON CONFLICT(tg_user) DO UPDATE SET name = excluded.name RETURNING id`
	insertMembership = `
INSERT INTO memberships(member_id, area_id, role, since) SELECT $1, $2, $3, $4
WHERE NOT EXISTS (SELECT 1 FROM memberships WHERE member_id = $1 AND area_id = $2 AND role = $3 AND (until = 0 OR until > $4))
ON CONFLICT(member_id, area_id, role, since) DO UPDATE SET until = 0`
)

// admit gives a person a role in an area; who is a member already, or has the role, gains what is missing.
func (tx *Tx) admit(tgUser int64, name string, role Role, area int64) (member int64, err error) {
	if _, err := tx.query(upsertMember, tgUser, name, ms(tx.now)).one(&member); err != nil {
		return 0, err
	}
	_, err = tx.exec(insertMembership, member, area, string(role), ms(tx.now))
	return member, err
}

// ImportMembers lets people in, or gives those who are in already another role or name. Nobody is put out.
func (tx *Tx) ImportMembers(rows []report.MemberRow) (Diff, error) {
	areas, err := tx.Areas()
	if err != nil {
		return Diff{}, err
	}
	var diff Diff
	for _, row := range rows {
		area, ok := areas.ByCode(row.Area)
		if !ok {
			return Diff{}, fmt.Errorf("import member %s: no area has the code %q", row.Name, row.Area)
		}
		if err := tx.importMember(row, area, &diff); err != nil {
			return Diff{}, fmt.Errorf("import member %s: %w", row.Name, err)
		}
	}
	return diff, nil
}

func (tx *Tx) importMember(row report.MemberRow, area report.Area, diff *Diff) error {
	old, known, err := tx.MemberByTelegram(row.TelegramID)
	if err != nil {
		return err
	}
	id, err := tx.admit(row.TelegramID, row.Name, Role(row.Role), area.ID)
	if err != nil {
		return err
	}
	member, err := tx.Member(id)
	if err != nil {
		return err
	}
	switch {
	case !known:
		diff.added("%s %s %s", row.Name, row.Role, area.Name)
	case len(old.Memberships) != len(member.Memberships) || old.Name != member.Name:
		diff.changed("%s %s %s", row.Name, row.Role, area.Name)
	default:
		diff.Unchanged++
	}
	return nil
}

const selectTold = `
SELECT COUNT(*), COALESCE(MAX(v.at), 0) FROM reports r JOIN revisions v ON v.report_id = r.id AND v.rev = 1
WHERE r.by_member = $1`

// Told gives how many reports a member made, and when the last one came; the zero time for none.
func (v *View) Told(member int64) (reports int, last time.Time, err error) {
	var at int64
	if _, err := v.query(selectTold, member).one(&reports, &at); err != nil {
		return 0, time.Time{}, fmt.Errorf("count the reports of member %d: %w", member, err)
	}
	return reports, v.db.timeOf(at), nil
}

const updateName = `
UPDATE members SET name = $1 WHERE id = $2`

// Rename gives a member another name.
func (tx *Tx) Rename(member int64, name string) error {
	return tx.changeOne(fmt.Sprintf("rename member %d", member), updateName, name, member)
}

// Grant gives a member a role in an area, as of now; who has it already keeps it.
func (tx *Tx) Grant(member, area int64, role Role) error {
	if err := tx.lockMember(member); err != nil {
		return err
	}
	if _, err := tx.exec(insertMembership, member, area, string(role), ms(tx.now)); err != nil {
		return fmt.Errorf("give member %d the role %s in area %d: %w", member, role, area, err)
	}
	return nil
}
