package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"huibao/digest"
	"huibao/store"
)

// Members, as an administrator sees them: by area, one by one; putting somebody out, handing over to another, another name.

// people lists the members of just one area.
func (p page) people() error {
	area, ok := p.area(0)
	if !ok {
		return nil
	}
	here, err := p.membersOf(area)
	if err != nil {
		return err
	}
	pages := max(1, (len(here)+pagePeople-1)/pagePeople)
	at := min(int(p.id(1)), pages-1)
	rows := p.memberButtons(here, at, func(m store.Member) string { return officeData(officeMember, m.ID) })
	if ways := turnPage(at, pages, func(at int) string { return officeData(officePeople, area, at) }); ways != nil {
		rows = append(rows, ways)
	}
	rows = append(rows, p.areaButtons(area, int(p.id(2)), func(to int64, areas int) string {
		if to == area {
			return officeData(officePeople, to, at, areas)
		}
		return officeData(officePeople, to, 0, areas)
	})...)
	return p.show(p.scene().People(area, len(here), at, pages).Message(rows...))
}

// membersOf gives the members with a role in just that area.
func (t *turn) membersOf(area int64) (here []store.Member, err error) {
	return t.tx.MembersAt(area)
}

func (p page) memberButtons(list []store.Member, at int, data func(store.Member) string) (rows [][]digest.Button) {
	for i := at * pagePeople; i < min(len(list), (at+1)*pagePeople); i++ {
		words := digest.MemberChoice(list[i].Name, roleOf(list[i]))
		if b := (digest.Button{Text: words, Data: data(list[i])}); i%2 == 0 {
			rows = append(rows, row(b))
		} else {
			rows[len(rows)-1] = append(rows[len(rows)-1], b)
		}
	}
	return rows
}

// subject gives the member of an argument with the roles in areas that are administered here; ok is false where there are none.
func (p page) subject(i int) (m store.Member, theirs []held, ok bool, err error) {
	m, err = p.tx.Member(p.id(i))
	if errors.Is(err, store.ErrNotFound) {
		return m, nil, false, nil
	}
	theirs = p.administered(m)
	return m, theirs, len(theirs) > 0, err
}

func (t *turn) administered(m store.Member) (theirs []held) {
	for _, s := range m.Memberships {
		if t.administers(s.Area) {
			theirs = append(theirs, held{s.Area, s.Role})
		}
	}
	return theirs
}

// person gives a member as it is shown, with those roles.
func (t *turn) person(m store.Member, theirs []held) (x digest.Person, err error) {
	x.Name = m.Name
	for _, s := range m.Memberships {
		if slices.Contains(theirs, held{s.Area, s.Role}) {
			x.Held = append(x.Held, digest.Held{Area: s.Area, Role: digest.Role(s.Role), Since: s.Since})
		}
	}
	if x.Reports, x.Last, err = t.tx.Told(m.ID); err != nil {
		return x, err
	}
	c, known, err := t.tx.ChatByTg(m.TgUser)
	switch {
	case err != nil:
		return x, err
	case !known:
		x.Reach = digest.ReachNever
	case c.State != store.ChatActive:
		x.Reach = digest.ReachBlocked
	}
	return x, nil
}

// card shows one member.
func (p page) card() error {
	m, theirs, ok, err := p.subject(0)
	if err != nil || !ok {
		return err
	}
	if err := p.stopAwaiting(); err != nil {
		return err
	}
	return p.showMember(m, theirs)
}

func (p page) showMember(m store.Member, theirs []held) error {
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	rows := [][]digest.Button{row(officeButton("停用", officeRevoke, m.ID), officeButton("交接", officeSuccessor, m.ID, theirs[0].Area, 0))}
	second := row(officeButton("谁能看什么", officeMayDo, m.ID))
	if len(theirs) == len(m.Memberships) {
		second = append(row(officeButton("改名", officeRename, m.ID)), second...)
	}
	return p.show(p.scene().Member(x).Message(append(rows, second,
		row(officeButton("回成员", officePeople, theirs[0].Area, 0), officeButton("回管理", officeMenu)))...))
}

// lastAdministrator tells whether without those roles nobody would administer the county.
func (t *turn) lastAdministrator(m store.Member, theirs []held) (bool, error) {
	root, _ := t.source.Areas.Root()
	isRoot := func(h held) bool { return h.Area == root.ID && h.Role == store.Admin }
	if !slices.ContainsFunc(theirs, isRoot) {
		return false, nil
	}
	all, err := t.tx.MembersAt(root.ID)
	for _, other := range all {
		if other.ID != m.ID && slices.ContainsFunc(other.Memberships, func(s store.Membership) bool { return isRoot(held{s.Area, s.Role}) }) {
			return false, err
		}
	}
	return true, err
}

func (p page) askRevoke() error {
	m, theirs, ok, err := p.subject(0)
	if err != nil || !ok {
		return err
	}
	if last, err := p.lastAdministrator(m, theirs); err != nil || last {
		return errors.Join(err, p.answer(p.tgMessage, plain(fmt.Sprintf(sayLastAdmin, p.source.Areas.Name(theirs[0].Area)))))
	}
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	return p.askOrder(order{Do: deedRevoke, Member: m.ID, Held: theirs}, p.scene().AskRevoke(x), "停用", "不停用")
}

// still gives of an order's roles those that the member has and that are administered here.
func (p page) still(o order) (m store.Member, theirs []held, err error) {
	m, err = p.tx.Member(o.Member)
	if err != nil {
		return m, nil, err
	}
	for _, h := range p.administered(m) {
		if slices.Contains(o.Held, h) {
			theirs = append(theirs, h)
		}
	}
	return m, theirs, nil
}

// revoke ends a member's roles. Two administrators who do so at the same time do it one after the other: each could be the other's
// reason why somebody is left.
func (p page) revoke(o order) error {
	root, _ := p.source.Areas.Root()
	if err := p.tx.InTurn(root.ID); err != nil {
		return err
	}
	m, theirs, err := p.still(o)
	if err != nil || len(theirs) == 0 {
		return err
	}
	if last, err := p.lastAdministrator(m, theirs); err != nil || last {
		return errors.Join(err, p.answer(p.tgMessage, plain(fmt.Sprintf(sayLastAdmin, p.source.Areas.Name(theirs[0].Area)))))
	}
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	if err := p.leave(m, theirs); err != nil {
		return err
	}
	back, err := p.orderButtons(order{Do: deedRestore, Member: m.ID, Held: theirs}, "恢复", "")
	if err != nil {
		return err
	}
	return p.show(p.scene().Revoked(x).Message(append(back, officeButton("回管理", officeMenu))))
}

// leave ends roles of a member.
func (t *turn) leave(m store.Member, theirs []held) error {
	var roles []store.Membership
	for _, s := range m.Memberships {
		if slices.Contains(theirs, held{s.Area, s.Role}) {
			roles = append(roles, s)
		}
	}
	return t.bot.leave(t.tx, t.member.ID, m, roles...)
}

// restore gives roles back.
func (p page) restore(o order) error {
	if slices.ContainsFunc(o.Held, func(h held) bool { return !p.administers(h.Area) }) {
		return nil
	}
	if err := p.grant(o.Member, o.Held, "restore", p.scene().RestoredYou); err != nil {
		return err
	}
	m, theirs, err := p.still(o)
	if err != nil {
		return err
	}
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	return p.show(p.scene().Restored(x).Message(row(officeButton("回管理", officeMenu))))
}

// grant gives roles to a member, who is told of it in words.
func (t *turn) grant(member int64, theirs []held, action string, words func([]digest.Held) digest.Text) error {
	m, err := t.tx.Member(member)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(theirs), func(h held) bool { return slices.Contains(t.administered(m), h) })
	for _, h := range theirs {
		if err := t.tx.Grant(member, h.Area, h.Role); err != nil {
			return err
		}
		if err := t.tx.Audit(t.member.ID, action, m.Name, fmt.Sprintf("%s %s", h.Role, t.source.Areas.Name(h.Area))); err != nil {
			return err
		}
	}
	if len(fresh) == 0 || member == t.member.ID {
		return nil
	}
	var roles []digest.Held
	for _, h := range fresh {
		roles = append(roles, digest.Held{Area: h.Area, Role: digest.Role(h.Role)})
	}
	return tell(t.tx, m, words(roles).Message())
}

// successors asks who takes over from a member.
func (p page) successors() error {
	m, _, ok, err := p.subject(0)
	area, okArea := p.area(1)
	if err != nil || !ok || !okArea {
		return err
	}
	here, err := p.membersOf(area)
	if err != nil {
		return err
	}
	here = slices.DeleteFunc(here, func(other store.Member) bool { return other.ID == m.ID })
	pages := max(1, (len(here)+pagePeople-1)/pagePeople)
	at := min(int(p.id(2)), pages-1)
	rows := p.memberButtons(here, at, func(to store.Member) string { return officeData(officeHandover, m.ID, to.ID) })
	if ways := turnPage(at, pages, func(at int) string { return officeData(officeSuccessor, m.ID, area, at) }); ways != nil {
		rows = append(rows, ways)
	}
	rows = append(rows, p.areaButtons(area, int(p.id(3)), func(to int64, areas int) string { return officeData(officeSuccessor, m.ID, to, 0, areas) })...)
	return p.show(digest.AskSuccessor(m.Name).Message(rows...))
}

func (p page) askHandover() error {
	m, theirs, ok, err := p.subject(0)
	if err != nil || !ok {
		return err
	}
	to, _, ok, err := p.subject(1)
	if err != nil || !ok || to.ID == m.ID {
		return err
	}
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	return p.askOrder(order{Do: deedHandover, Member: m.ID, To: to.ID, Held: theirs}, p.scene().AskHandover(x, to.Name), "交接", "不交接")
}

// handOver lets one member take over the roles of another.
func (p page) handOver(o order) error {
	m, theirs, err := p.still(o)
	if err != nil || len(theirs) == 0 {
		return err
	}
	to, err := p.tx.Member(o.To)
	if err != nil || len(p.administered(to)) == 0 {
		return err
	}
	x, err := p.person(m, theirs)
	if err != nil {
		return err
	}
	switch err := p.succeed(m, to, theirs); {
	case errors.Is(err, ErrNoChat):
		return p.show(plain(sayNoSuccessor))
	case err != nil:
		return err
	}
	return p.show(p.scene().HandedOver(x, to.Name).Message(row(officeButton("看"+to.Name, officeMember, to.ID), officeButton("回管理", officeMenu))))
}

// succeed gives a member's roles to another, and with the work of a cadre what waits for an answer.
func (t *turn) succeed(m, to store.Member, theirs []held) error {
	var others []held
	for _, h := range theirs {
		if h.Role != store.Cadre {
			others = append(others, h)
			continue
		}
		if _, err := t.bot.handOver(t.tx, t.member.ID, h.Area, m, to); err != nil {
			return err
		}
	}
	if len(others) == 0 {
		return nil
	}
	if err := t.grant(to.ID, others, "handover", func(roles []digest.Held) digest.Text { return t.scene().GivenYou(m.Name, roles) }); err != nil {
		return err
	}
	return t.leave(m, others)
}

func (p page) askName() error {
	m, theirs, ok, err := p.subject(0)
	if err != nil || !ok || len(theirs) != len(m.Memberships) {
		return err
	}
	if err := p.await(typed{Member: m.ID, Key: p.key}); err != nil {
		return err
	}
	return p.show(digest.AskName(m.Name).Message(row(officeButton("不改了", officeMember, m.ID))))
}

// typedName takes a member's other name.
func (p page) typedName(q store.Question, w typed, words string) (done bool, err error) {
	if strings.ContainsAny(words, "\n\r") {
		return false, nil
	}
	if err := p.tx.Answer(q.ID, words); err != nil {
		return false, err
	}
	p.key = w.Key
	return true, p.rename(order{Do: deedRename, Member: w.Member, Name: words})
}

// rename gives a member another name, and offers the old one.
func (p page) rename(o order) error {
	m, err := p.tx.Member(o.Member)
	if err != nil {
		return err
	}
	if theirs := p.administered(m); len(theirs) == 0 || len(theirs) != len(m.Memberships) {
		return nil
	}
	if err := p.tx.Rename(m.ID, o.Name); err != nil {
		return err
	}
	if err := p.tx.Audit(p.member.ID, "rename", m.Name, o.Name); err != nil {
		return err
	}
	back, err := p.orderButtons(order{Do: deedRename, Member: m.ID, Name: m.Name}, "还原", "")
	if err != nil {
		return err
	}
	return p.show(digest.Renamed(m.Name, o.Name).Message(append(back, officeButton("看"+o.Name, officeMember, m.ID), officeButton("回管理", officeMenu))))
}
