package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Inviting somebody: the role, the area, and a link to forward. The link is made when it is sent, so that no code is ever
// stored in the outbox; one whose sending was not recorded is made anew.

// InviteLife is how long an invitation may be used.
const InviteLife = 7 * 24 * time.Hour

// methodInvite is a row of the outbox that makes an invitation and sends its link.
const methodInvite = "invite"

// invitation is the body of such a row.
type invitation struct {
	Role store.Role `json:"role"`
	Area int64      `json:"area"`
	By   int64      `json:"by"`
}

func (p page) inviteRoles() error {
	if err := p.stopAwaiting(); err != nil {
		return err
	}
	area, _ := p.officeArea()
	var buttons []digest.Button
	for _, r := range []store.Role{store.Cadre, store.Supervisor, store.Admin} {
		buttons = append(buttons, officeButton(digest.RoleName(digest.Role(r)), officeAreas, r[:1], area, 0))
	}
	return p.show(digest.AskInviteRole().Message(buttons, row(officeButton("回管理", officeMenu))))
}

func (p page) inviteAreas() error {
	role, okRole := p.role(0)
	area, okArea := p.area(1)
	if !okRole || !okArea {
		return nil
	}
	if err := p.await(typed{Role: role, Key: p.key}); err != nil {
		return err
	}
	rows := [][]digest.Button{row(officeButton("就是"+p.source.Areas.Name(area), officeInvite, role[:1], area))}
	rows = append(rows, p.areaButtons(area, int(p.id(2)), func(area int64, at int) string { return officeData(officeAreas, role[:1], area, at) })...)
	return p.show(digest.AskInviteArea(digest.Role(role)).Message(rows...))
}

// typedArea takes the name of the area somebody is invited to: one or several, as buttons.
func (p page) typedArea(q store.Question, w typed, words string) (done bool, err error) {
	var buttons [][]digest.Button
	for _, a := range p.source.Areas.All() {
		named := a.Name == words || slices.Contains(a.Short, words)
		if named && a.MergedInto == 0 && p.administers(a.ID) && len(buttons) < pageAreas {
			name := a.Name
			if above, ok := p.source.Areas.ByID(a.Parent); ok && above.Parent != 0 {
				name = above.Name + " " + name
			}
			buttons = append(buttons, row(officeButton(name, officeInvite, w.Role[:1], a.ID)))
		}
	}
	if len(buttons) == 0 {
		return false, nil
	}
	if err := p.tx.Answer(q.ID, words); err != nil {
		return false, err
	}
	buttons = append(buttons, row(officeButton("重选", officeRoles), officeButton("回管理", officeMenu)))
	m := digest.AskInviteArea(digest.Role(w.Role)).Message(buttons...)
	m.ReplyTo = p.tgMessage
	return true, p.show(m)
}

func (p page) askInvite() error {
	role, okRole := p.role(0)
	area, okArea := p.area(1)
	if !okRole || !okArea {
		return nil
	}
	if err := p.stopAwaiting(); err != nil {
		return err
	}
	days := int(InviteLife / (24 * time.Hour))
	return p.askOrder(order{Do: deedInvite, Role: role, Area: area}, p.scene().AskInvite(digest.Role(role), area, days), "生成链接", "不请了")
}

// invite puts the link into the outbox.
func (p page) invite(o order) error {
	if !p.administers(o.Area) {
		return nil
	}
	if err := p.show(p.scene().Invited(digest.Role(o.Role), o.Area).Message(row(officeButton("再请一位", officeRoles), officeButton("回管理", officeMenu)))); err != nil {
		return err
	}
	body, err := json.Marshal(invitation{o.Role, o.Area, p.member.ID})
	if err != nil {
		return fmt.Errorf("write an invitation: %w", err)
	}
	_, err = p.tx.Enqueue(store.Outgoing{Chat: p.chat.ID, Method: methodInvite, Body: body, Expires: p.tx.Now().Add(answerLife)})
	return err
}

// callInvite makes an invitation and sends its link. Who asked for it must still be an administrator.
func (b *Bot) callInvite(ctx context.Context, row store.Delivery) (messageID int64, err error) {
	var i invitation
	if err := json.Unmarshal(row.Body, &i); err != nil {
		return 0, fmt.Errorf("%w: %w", errUnsendable, err)
	}
	var m digest.Message
	err = b.db.Write(ctx, func(tx *store.Tx) (err error) {
		m, err = b.makeInvitation(tx, row, i)
		return err
	})
	if err != nil {
		return 0, err
	}
	return b.api.send(ctx, row.TgChat, m)
}

func (b *Bot) makeInvitation(tx *store.Tx, row store.Delivery, i invitation) (digest.Message, error) {
	member, err := tx.Member(i.By)
	if err != nil {
		return digest.Message{}, err
	}
	source, err := tx.Reference()
	if err != nil {
		return digest.Message{}, err
	}
	t := turn{vocabulary: &vocabulary{source: source}, member: member}
	if !t.administers(i.Area) {
		return digest.Message{}, fmt.Errorf("%w: %w", errUnsendable, errors.New("the inviting member is no administrator any more"))
	}
	name, known, err := tx.Meta(MetaUsername)
	if err != nil {
		return digest.Message{}, err
	}
	if !known {
		return digest.Message{}, errors.New("the bot's name is not known yet")
	}
	until := tx.Now().Add(InviteLife)
	code, err := tx.Invite(i.Role, i.Area, i.By, until)
	if err != nil {
		return digest.Message{}, err
	}
	s := digest.Scene{Catalogue: source.Catalogue, Areas: source.Areas, Today: report.DayOf(tx.Now())}
	return s.Invitation(digest.Role(i.Role), i.Area, fmt.Sprintf("https://t.me/%s?start=%s", name, code), until).Message(), nil
}
