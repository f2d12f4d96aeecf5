package bot

import (
	"cmp"
	"slices"

	"huibao/digest"
	"huibao/store"
)

// Who may see what: of an area who may, of a member what.

// access shows who may do what in an area.
func (p page) access() error {
	area, ok := p.area(0)
	if !ok {
		return nil
	}
	a, err := p.accessTo(area)
	if err != nil {
		return err
	}
	rows := p.areaButtons(area, int(p.id(1)), func(area int64, at int) string { return officeData(officeAccess, area, at) })
	return p.show(p.scene().AreaAccess(a).Message(rows...))
}

// accessTo gives the members who have a role in an area or above it.
func (t *turn) accessTo(area int64) (a digest.Access, err error) {
	a.Area = area
	var all []store.Member
	for at := area; at != 0; {
		here, err := t.tx.MembersAt(at)
		if err != nil {
			return a, err
		}
		all = append(all, here...)
		up, _ := t.source.Areas.ByID(at)
		at = up.Parent
	}
	slices.SortStableFunc(all, func(x, y store.Member) int { return cmp.Compare(x.ID, y.ID) })
	for _, m := range all {
		for _, s := range m.Memberships {
			if !t.source.Areas.Within(area, s.Area) {
				continue
			}
			list := &a.Cadres
			switch {
			case s.Role == store.Admin:
				list = &a.Admins
			case s.Role == store.Supervisor:
				list = &a.Upper
			case s.Area != area:
				list = &a.Above
			}
			if !slices.Contains(*list, m.Name) {
				*list = append(*list, m.Name)
			}
		}
	}
	return a, err
}

// mayDo shows what a member may see and do.
func (p page) mayDo() error {
	m, theirs, ok, err := p.subject(0)
	if err != nil || !ok {
		return err
	}
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	return p.show(p.scene().MemberAccess(m.Name, x.Held).Message(row(officeButton("回"+m.Name, officeMember, m.ID), officeButton("回管理", officeMenu))))
}
