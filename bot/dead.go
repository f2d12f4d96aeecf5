package bot

import (
	"errors"
	"fmt"
	"strings"

	"huibao/digest"
	"huibao/store"
)

// What could not be handled (没处理的消息): handled again, or left.

const (
	mostDead   = 6   // are shown at once
	lookAtDead = 100 // are counted
)

// deadLetters lists them.
func (p page) deadLetters() error {
	list, err := p.tx.DeadLetters(lookAtDead)
	if err != nil {
		return err
	}
	var shown []digest.Dead
	var rows [][]digest.Button
	for _, d := range list[:min(mostDead, len(list))] {
		x, err := p.dead(d)
		if err != nil {
			return err
		}
		shown = append(shown, x)
		rows = append(rows, row(officeButton(fmt.Sprintf("重试%d", d.Seq), officeRetry, d.Seq), officeButton(fmt.Sprintf("忽略%d", d.Seq), officeIgnore, d.Seq)))
	}
	rows = append(rows, row(officeButton("回管理", officeMenu)))
	return p.show(p.scene().DeadLetters(shown, len(list)-len(shown)).Message(rows...))
}

// dead gives a dead letter as it is shown. Its words were masked when it came.
func (t *turn) dead(d store.DeadLetter) (digest.Dead, error) {
	if d.Unread != nil {
		return t.unread(d)
	}
	x := digest.Dead{Number: d.Seq, At: d.At}
	u, err := decodeUpdate(d.Body)
	switch {
	case err != nil:
		x.Cause = digest.CauseForm
	default:
		x.Cause = causeOf(d)
	}
	for _, m := range []*message{u.Message, u.EditedMessage} {
		if m != nil && x.Words == "" {
			x.Words = m.words()
		}
	}
	from := d.Chat // a private chat has its user's id
	switch {
	case u.Message != nil && u.Message.From != nil:
		from = u.Message.From.ID
	case u.EditedMessage != nil && u.EditedMessage.From != nil:
		from = u.EditedMessage.From.ID
	case u.CallbackQuery != nil:
		from, x.Words = u.CallbackQuery.From.ID, "按钮"
	}
	m, _, err := t.tx.MemberByTelegram(from)
	x.By = m.Name
	return x, err
}

// unread gives a message that was to be read later as it is shown.
func (t *turn) unread(d store.DeadLetter) (digest.Dead, error) {
	x := digest.Dead{Number: d.Seq, At: d.At, Cause: causeOf(d)}
	told, err := t.tx.MessageByID(d.Unread.Message)
	if err != nil {
		return x, err
	}
	x.Words = told.Text
	x.By, err = t.memberName(told.Member)
	return x, err
}

func causeOf(d store.DeadLetter) digest.Cause {
	if strings.HasPrefix(d.Error, "panic") {
		return digest.CauseProgram
	}
	return digest.CauseOther
}

// handleAgain handles a dead letter as it was to be handled when it came.
func (b *Bot) handleAgain(tx *store.Tx, d store.DeadLetter) error {
	if d.Unread != nil {
		return b.readLate(tx, *d.Unread)
	}
	return b.handle(tx, d.InboxRow)
}

// letter gives the dead letter of an argument; ok is false where it is none any more.
func (p page) letter(seq int64) (d store.DeadLetter, ok bool, err error) {
	d, err = p.tx.DeadLetter(seq)
	if errors.Is(err, store.ErrNotFound) {
		return d, false, p.deadLetters()
	}
	return d, err == nil, err
}

// retryDead handles one again, at once.
func (p page) retryDead() error {
	d, ok, err := p.letter(p.id(0))
	if err != nil || !ok {
		return err
	}
	done, err := p.tx.RetryDead(d, p.bot.handleAgain)
	if err != nil {
		return err
	}
	if err := p.tx.Audit(p.member.ID, "retry", fmt.Sprintf("inbox %d", d.Seq), fmt.Sprintf("done %t", done)); err != nil {
		return err
	}
	if err := p.answer(p.tgMessage, digest.DeadRetried(d.Seq, done).Message()); err != nil || !done {
		return err
	}
	return p.deadLetters()
}

func (p page) askIgnore() error {
	d, ok, err := p.letter(p.id(0))
	if err != nil || !ok {
		return err
	}
	x, err := p.dead(d)
	if err != nil {
		return err
	}
	return p.askOrder(order{Do: deedIgnore, Number: d.Seq}, digest.AskIgnore(x), "不再处理", "留着")
}

// ignoreDead lets one rest.
func (p page) ignoreDead(o order) error {
	d, ok, err := p.letter(o.Number)
	if err != nil || !ok {
		return err
	}
	if err := p.tx.SettleDead(d.Seq); err != nil {
		return err
	}
	if err := p.tx.Audit(p.member.ID, "ignore", fmt.Sprintf("inbox %d", d.Seq), ""); err != nil {
		return err
	}
	return p.show(digest.Ignored(d.Seq).Message(row(officeButton("还有的", officeDead), officeButton("回管理", officeMenu))))
}

// groups lists the groups that the bot is or was in.
func (p page) groups() error {
	list, err := p.tx.Groups()
	if err != nil {
		return err
	}
	var shown []digest.Group
	var rows [][]digest.Button
	for _, c := range list {
		shown = append(shown, groupOf(c))
		if c.Digests && len(rows) < 20 {
			rows = append(rows, row(officeButton(fmt.Sprintf("解绑%d", len(shown)), officeUnbind, c.ID)))
		}
	}
	return p.show(p.scene().Groups(shown).Message(append(rows, row(officeButton("回管理", officeMenu)))...))
}

func groupOf(c store.Chat) digest.Group {
	return digest.Group{Title: c.Title, Area: c.Area, Digests: c.Digests, Gone: c.State != store.ChatActive}
}

func (p page) askUnbind() error {
	c, err := p.tx.ChatByID(p.id(0))
	if errors.Is(err, store.ErrNotFound) || err == nil && (c.Kind == "private" || !c.Digests) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.askOrder(order{Do: deedUnbind, Chat: c.ID, Area: c.Area}, p.scene().AskUnbind(groupOf(c)), "解绑", "不解绑")
}

// bindGroup ends the digests of a group, or begins them again.
func (p page) bindGroup(o order) error {
	c, err := p.tx.ChatByID(o.Chat)
	if err != nil {
		return err
	}
	bind := o.Do == deedBind
	if c.Digests == bind {
		return nil // somebody did it meanwhile
	}
	if err := p.tx.BindChat(c.ID, o.Area, bind); err != nil {
		return err
	}
	if err := p.tx.Audit(p.member.ID, string(o.Do), c.Title, p.source.Areas.Name(o.Area)); err != nil {
		return err
	}
	home := officeButton("回管理", officeMenu)
	if bind {
		return p.show(p.scene().Bound(groupOf(c)).Message(row(home)))
	}
	back, err := p.orderButtons(order{Do: deedBind, Chat: c.ID, Area: o.Area}, "还原", "")
	if err != nil {
		return err
	}
	return p.show(p.scene().Unbound(groupOf(c)).Message(append(back, home)))
}
