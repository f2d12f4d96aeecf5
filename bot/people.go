package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"huibao/digest"
	"huibao/store"
)

// onStranger answers someone who may not use the bot: /start with an invitation's code lets them in, /mydata tells who was a
// member what is kept about them, anything else gets one polite refusal an hour. Nothing about the county is said, and in a group nothing at all.
func (b *Bot) onStranger(tx *store.Tx, m *message) error {
	if !m.Chat.private() {
		return nil
	}
	where, err := tx.Chat(m.Chat.ID, m.Chat.Type, "")
	if err != nil {
		return err
	}
	if code, ok := strings.CutPrefix(m.Text, "/start "); ok && strings.TrimSpace(code) != "" {
		member, err := tx.Redeem(strings.TrimSpace(code), m.From.ID, m.From.name())
		if err == nil {
			return b.welcome(tx, m.ID, member, where)
		}
		if !errors.Is(err, store.ErrInvite) {
			return err
		}
	}
	if c, _, ok := findCommand(m.Text); ok && c.name == "mydata" {
		if done, err := b.formerData(tx, where, m.From.ID, m.ID); done || err != nil {
			return err
		}
	}
	areas, err := tx.Areas()
	if err != nil {
		return err
	}
	root, _ := areas.Root()
	office := areas.Office(root.ID)
	refusal := plain(fmt.Sprintf(sayRefusal, office, office))
	refusal.ReplyTo = m.ID
	return b.enqueue(tx, where.ID, refusal, outOptions{expires: answerLife,
		dedupe: fmt.Sprintf("stranger:%d:%s", where.ID, m.sent().In(b.loc).Format("2006010215"))})
}

// onMyChatMember follows what people do to the bot itself: block it, add it to a group, throw it out.
func (b *Bot) onMyChatMember(tx *store.Tx, change *myChatMember) error {
	state := store.ChatActive
	switch change.New.Status {
	case "kicked", "left":
		state = store.ChatBlocked
	}
	where, known, err := tx.ChatByTg(change.Chat.ID)
	if err != nil {
		return err
	}
	member, isMember, err := tx.MemberByTelegram(change.From.ID)
	if err != nil {
		return err
	}
	if !known {
		if change.Chat.private() || !isMember {
			return nil // a stranger's chat is made when they write, a stranger's group never
		}
		if where, err = tx.Chat(change.Chat.ID, change.Chat.Type, change.Chat.Title); err != nil {
			return err
		}
	}
	if known && where.State == state {
		return nil // made an administrator, or allowed less
	}
	if err := tx.SetChatState(where.ID, state); err != nil {
		return err
	}
	if change.Chat.private() {
		return nil
	}
	by := "非成员"
	if isMember {
		by = member.Name
	}
	return b.tellAdministrators(tx, digest.GroupChange(state == store.ChatActive, change.Chat.Title, by).Body, fmt.Sprintf("group:%d:%d:%s", where.ID, change.Date, state))
}

func hasRole(m store.Member, role store.Role) bool {
	for _, s := range m.Memberships {
		if s.Role == role {
			return true
		}
	}
	return false
}

// ownArea is the area a member reports for: where they are a cadre, else where they have any role.
func ownArea(m store.Member) int64 {
	for _, s := range m.Memberships {
		if s.Role == store.Cadre {
			return s.Area
		}
	}
	return m.Memberships[0].Area
}

// sees tells whether the member's areas include that one.
func (t *turn) sees(area int64) bool {
	for _, s := range t.member.Memberships {
		if t.source.Areas.Within(area, s.Area) {
			return true
		}
	}
	return false
}

// scope is the area whose sums the member is shown: where they supervise, else their own; in a group that of the group, if it
// is theirs.
func (t *turn) scope() int64 {
	if t.chat.Kind != "private" && t.sees(t.chat.Area) {
		return t.chat.Area
	}
	for _, s := range t.member.Memberships {
		if s.Role != store.Cadre {
			return s.Area
		}
	}
	return ownArea(t.member)
}

// welcome greets a member who has just come in with an invitation, and sets the command menu of the chat.
func (b *Bot) welcome(tx *store.Tx, tgMessage int64, member store.Member, where store.Chat) error {
	areas, err := tx.Areas()
	if err != nil {
		return err
	}
	newest := member.Memberships[len(member.Memberships)-1]
	hello := digest.Welcome(member.Name, areas.Name(newest.Area), roleOf(member)).Message()
	hello.ReplyTo = tgMessage
	if err := b.enqueue(tx, where.ID, hello, outOptions{}); err != nil {
		return err
	}
	return b.sendMenu(tx, where, member)
}

// sendMenu sets the command menu of a member's private chat.
func (b *Bot) sendMenu(tx *store.Tx, where store.Chat, member store.Member) error {
	if where.Kind != "private" {
		return nil
	}
	body, err := json.Marshal(menuFor(member))
	if err != nil {
		return err
	}
	_, err = tx.Enqueue(store.Outgoing{Chat: where.ID, Method: methodCommands, Body: body, Expires: tx.Now().Add(answerLife)})
	return err
}
