package bot

import (
	"slices"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// What is kept about a person, told to nobody else (/mydata): a text, and a workbook of it. Who was a member once still may
// ask for it, and for nothing more.

// pressOwn is the button that asks for the workbook; whose it is, the press says.
const pressOwn = "P"

const ownFile = pressOwn + ":x"

// mydata answers /mydata.
func (t *turn) mydata(_ string, tgMessage int64) error {
	if t.chat.Kind != "private" {
		return t.answer(tgMessage, plain(sayPrivately))
	}
	may, err := t.accessTo(ownArea(t.member))
	if err != nil {
		return err
	}
	admins := slices.DeleteFunc(may.Admins, func(name string) bool { return name == t.member.Name })
	m, err := ownMessage(t.tx, t.scene(), t.member, admins)
	if err != nil {
		return err
	}
	return t.answer(tgMessage, m)
}

func ownMessage(tx *store.Tx, s digest.Scene, member store.Member, admins []string) (digest.Message, error) {
	d, err := tx.OwnData(member)
	if err != nil {
		return digest.Message{}, err
	}
	return digest.OwnData(s, d, admins).Message(row(digest.Button{Text: "全部明细Excel", Data: ownFile})), nil
}

// onOwn handles the button below it.
func (t *turn) onOwn(data string, tgMessage int64) (done bool, err error) {
	if data != ownFile || t.chat.Kind != "private" {
		return data == ownFile, nil
	}
	return true, t.sendFile(digest.File{Kind: digest.FileOwn, Member: t.member.ID, ReplyTo: tgMessage})
}

// formerData answers /mydata of somebody who may not use the bot any more; done is false where they were never a member.
func (b *Bot) formerData(tx *store.Tx, where store.Chat, tgUser, tgMessage int64) (done bool, err error) {
	member, was, err := tx.MemberByTelegram(tgUser)
	if err != nil || !was {
		return false, err
	}
	source, err := tx.Reference()
	if err != nil {
		return false, err
	}
	s := digest.Scene{Catalogue: source.Catalogue, Areas: source.Areas, Today: report.DayOf(tx.Now().In(b.loc))}
	m, err := ownMessage(tx, s, member, nil)
	if err != nil {
		return false, err
	}
	m.ReplyTo = tgMessage
	return true, b.enqueue(tx, where.ID, m, outOptions{expires: answerLife})
}

// formerPress handles a button of somebody who may not use the bot any more, or never might: only this one does something.
func (b *Bot) formerPress(tx *store.Tx, q *callbackQuery) error {
	if q.Data != ownFile {
		return nil
	}
	member, was, err := tx.MemberByTelegram(q.From.ID)
	if err != nil || !was {
		return err
	}
	where, known, err := tx.ChatByTg(q.Message.Chat.ID)
	if err != nil || !known {
		return err
	}
	_, err = enqueueFile(tx, where.ID, digest.File{Kind: digest.FileOwn, Member: member.ID, ReplyTo: q.Message.ID})
	return err
}

// renderOwn makes the workbook of a member's own data.
func renderOwn(v *store.View, s digest.Scene, f digest.File) (digest.Made, error) {
	member, err := v.Member(f.Member)
	if err != nil {
		return digest.Made{}, err
	}
	d, err := v.OwnData(member)
	if err != nil {
		return digest.Made{}, err
	}
	rows := digest.OwnRows{Why: whyText}
	rows.Messages = func(yield func(report.OwnMessage) error) error { return v.OwnMessages(member, yield) }
	rows.Changes = func(yield func(report.OwnChange) error) error { return v.OwnChanges(member.ID, yield) }
	if rows.Reports, err = v.Reports(store.ReportFilter{By: member.ID}); err != nil {
		return digest.Made{}, err
	}
	if rows.Words, err = v.OwnWords(member.ID); err != nil {
		return digest.Made{}, err
	}
	if rows.Deeds, err = v.OwnDeeds(member.ID); err != nil {
		return digest.Made{}, err
	}
	return digest.OwnBook(s, d, v.Now(), rows)
}
