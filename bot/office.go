package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Administration by chat (/admin), private and by administrators only. Pages are drawn in the place of the page before; where
// one stands is in the callback data, and rights are checked against what it names each time. What changes something is an
// order: a question row that is asked once, confirmed once, and keeps what is needed to take it back.

// pressOffice is a button of an administrator: M, the page or deed, its arguments.
const pressOffice = "M"

// Pages and deeds.
const (
	officeMenu      = "m"
	officeRoles     = "i"
	officeAreas     = "I" // + role, area, page: where somebody is invited to
	officeInvite    = "J" // + role, area
	officePeople    = "p" // + area, page
	officeMember    = "c" // + member
	officeRevoke    = "r" // + member
	officeSuccessor = "h" // + member, area, page
	officeHandover  = "H" // + member, successor
	officeRename    = "e" // + member
	officeFile      = "f" // + kind
	officeClosing   = "k"
	officeDead      = "d"
	officeRetry     = "t" // + number in the inbox
	officeIgnore    = "x" // + number in the inbox
	officeGroups    = "g"
	officeUnbind    = "G" // + chat
	officeAccess    = "w" // + area, page
	officeMayDo     = "W" // + member
	officeYes       = "y" // + question
	officeNo        = "n" // + question
)

// placeOffice is the key of a page, with the message that began it.
const placeOffice = "office:"

func officeData(do string, args ...any) string {
	parts := []string{pressOffice, do}
	for _, a := range args {
		parts = append(parts, fmt.Sprint(a))
	}
	return strings.Join(parts, ":")
}

func officeButton(text, do string, args ...any) digest.Button {
	return digest.Button{Text: text, Data: officeData(do, args...)}
}

// admin answers /admin.
func (t *turn) admin(_ string, tgMessage int64) error {
	area, ok := t.officeArea()
	switch {
	case !ok:
		return t.answer(tgMessage, plain(sayAdminsOnly))
	case t.chat.Kind != "private":
		return t.answer(tgMessage, plain(sayPrivately))
	}
	m := t.officeMenu(area)
	m.ReplyTo = tgMessage
	return t.showPage(fmt.Sprintf("%s%d", placeOffice, tgMessage), m)
}

// officeArea gives the highest area that the member administers.
func (t *turn) officeArea() (area int64, ok bool) {
	level := 0
	for _, s := range t.member.Memberships {
		a, known := t.source.Areas.ByID(s.Area)
		if s.Role == store.Admin && known && (!ok || a.Level < level) {
			area, level, ok = a.ID, a.Level, true
		}
	}
	return area, ok
}

func (t *turn) officeMenu(area int64) digest.Message {
	rows := [][]digest.Button{row(officeButton("邀请", officeRoles), officeButton("成员", officePeople, area, 0))}
	if t.governs() {
		rows = append(rows, row(officeButton("应报", officeFile, digest.FileDuties), officeButton("目标", officeFile, digest.FileTargets)),
			row(officeButton("类别", officeFile, digest.FileCatalogue), officeButton("封账", officeClosing)),
			row(officeButton("没处理的消息", officeDead), officeButton("群", officeGroups)))
	}
	if !t.governs() && t.closes() != 0 {
		rows = append(rows, row(officeButton("应报", officeFile, digest.FileDuties), officeButton("目标", officeFile, digest.FileTargets)),
			row(officeButton("封账", officeClosing)))
	}
	rows = append(rows, row(officeButton("谁能看什么", officeAccess, area, 0)))
	return t.scene().Office(area).Message(rows...)
}

// showPage draws a page in the place of the one before it.
func (t *turn) showPage(key string, m digest.Message) error {
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: key, edit: true, expires: answerLife})
}

// page is a press of an administrator: where its button stood, and its arguments.
type page struct {
	*turn
	key       string
	tgMessage int64
	args      []string
}

// onOffice handles the buttons of administrators.
func (t *turn) onOffice(data string, tgMessage int64) (done bool, err error) {
	parts := strings.Split(data, ":")
	if parts[0] != pressOffice || len(parts) < 2 {
		return false, nil
	}
	area, ok := t.officeArea()
	if !ok || t.chat.Kind != "private" {
		return true, nil
	}
	key, known, err := t.tx.KeyOfSent(t.chat.ID, tgMessage)
	if err != nil {
		return true, err
	}
	if !known || !strings.HasPrefix(key, placeOffice) {
		key = fmt.Sprintf("%s%d", placeOffice, tgMessage)
	}
	p := page{t, key, tgMessage, parts[2:]}
	switch parts[1] {
	case officeMenu:
		return true, p.show(t.officeMenu(area))
	case officeRoles:
		return true, p.inviteRoles()
	case officeAreas:
		return true, p.inviteAreas()
	case officeInvite:
		return true, p.askInvite()
	case officePeople:
		return true, p.people()
	case officeMember:
		return true, p.card()
	case officeRevoke:
		return true, p.askRevoke()
	case officeSuccessor:
		return true, p.successors()
	case officeHandover:
		return true, p.askHandover()
	case officeRename:
		return true, p.askName()
	case officeAccess:
		return true, p.access()
	case officeMayDo:
		return true, p.mayDo()
	case officeYes, officeNo:
		return true, p.settleOrder(parts[1] == officeYes)
	case officeClosing:
		return true, t.closing("", tgMessage)
	case officeFile:
		return true, p.table()
	}
	if !t.governs() {
		return true, nil
	}
	switch parts[1] {
	case officeDead:
		return true, p.deadLetters()
	case officeRetry:
		return true, p.retryDead()
	case officeIgnore:
		return true, p.askIgnore()
	case officeGroups:
		return true, p.groups()
	case officeUnbind:
		return true, p.askUnbind()
	}
	return true, nil
}

func (p page) show(m digest.Message) error { return p.showPage(p.key, m) }

// id gives an argument that is a number; 0 is none.
func (p page) id(i int) int64 {
	if i >= len(p.args) {
		return 0
	}
	n, err := strconv.ParseInt(p.args[i], 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// area gives an argument that is an area which the member administers.
func (p page) area(i int) (area int64, ok bool) {
	a, known := p.source.Areas.ByID(p.id(i))
	return a.ID, known && p.administers(a.ID)
}

// role gives an argument that is a role.
func (p page) role(i int) (store.Role, bool) {
	if i >= len(p.args) {
		return "", false
	}
	for _, r := range []store.Role{store.Cadre, store.Supervisor, store.Admin} {
		if string(r[:1]) == p.args[i] {
			return r, true
		}
	}
	return "", false
}

// Pages of areas and members.
const (
	pageAreas  = 10
	pagePeople = 8
)

// areaButtons gives the areas directly below one, a page of them two in a row, with the ways to the other pages and up.
func (p page) areaButtons(area int64, at int, data func(area int64, at int) string) (rows [][]digest.Button) {
	var below []int64
	for _, id := range p.source.Areas.Children(area) {
		if a, _ := p.source.Areas.ByID(id); a.MergedInto == 0 {
			below = append(below, id)
		}
	}
	pages := max(1, (len(below)+pageAreas-1)/pageAreas)
	at = min(at, pages-1)
	for i := at * pageAreas; i < min(len(below), (at+1)*pageAreas); i++ {
		b := digest.Button{Text: p.source.Areas.Name(below[i]), Data: data(below[i], 0)}
		if i%2 == 0 {
			rows = append(rows, row(b))
		} else {
			rows[len(rows)-1] = append(rows[len(rows)-1], b)
		}
	}
	if ways := turnPage(at, pages, func(at int) string { return data(area, at) }); ways != nil {
		rows = append(rows, ways)
	}
	var up []digest.Button
	if a, _ := p.source.Areas.ByID(area); a.Parent != 0 && p.administers(a.Parent) {
		up = row(digest.Button{Text: "上一级", Data: data(a.Parent, 0)})
	}
	return append(rows, append(up, officeButton("回管理", officeMenu)))
}

// turnPage gives the ways to the pages before and after one, nil where there is only that.
func turnPage(at, pages int, data func(at int) string) (ways []digest.Button) {
	if at > 0 {
		ways = append(ways, digest.Button{Text: "上一页", Data: data(at - 1)})
	}
	if at+1 < pages {
		ways = append(ways, digest.Button{Text: "下一页", Data: data(at + 1)})
	}
	return ways
}

// fieldOffice is the field of an administrator's questions: an order that waits for its press, or words that are awaited.
const (
	fieldOffice = "office"
	fieldOrder  = fieldOffice + ":order"
	fieldTyped  = fieldOffice + ":typed"
)

// deed is what an order does.
type deed string

// The deeds. Those that take another back are offered below it.
const (
	deedInvite   deed = "invite"
	deedRevoke   deed = "revoke"
	deedRestore  deed = "restore"
	deedHandover deed = "handover"
	deedRename   deed = "rename"
	deedUnbind   deed = "unbind"
	deedBind     deed = "bind"
	deedIgnore   deed = "ignore"
	deedTable    deed = "table"
)

// order is a change that an administrator is asked to confirm, with all that is needed to make it.
type order struct {
	Do     deed       `json:"do"`
	Member int64      `json:"member,omitempty"`
	To     int64      `json:"to,omitempty"`
	Role   store.Role `json:"role,omitempty"`
	Area   int64      `json:"area,omitempty"`
	Name   string     `json:"name,omitempty"`
	Chat   int64      `json:"chat,omitempty"`
	Number int64      `json:"number,omitempty"` // in the inbox
	Held   []held     `json:"held,omitempty"`
	Table  *table     `json:"table,omitempty"`
}

// held is a role that a member has or had.
type held struct {
	Area int64      `json:"area"`
	Role store.Role `json:"role"`
}

// place makes the order's buttons: yes does it, no leaves it.
func (t *turn) orderButtons(o order, yes, no string) ([]digest.Button, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("write an order: %w", err)
	}
	id, err := t.tx.Ask(store.Question{Chat: t.chat.ID, Member: t.member.ID, Field: fieldOrder, Options: body, Expires: t.tx.Now().Add(questionLife)})
	if err != nil {
		return nil, err
	}
	buttons := row(officeButton(yes, officeYes, id))
	if no != "" {
		buttons = append(buttons, officeButton(no, officeNo, id))
	}
	return buttons, nil
}

// askOrder shows what an order would do.
func (p page) askOrder(o order, text digest.Text, yes, no string) error {
	buttons, err := p.orderButtons(o, yes, no)
	if err != nil {
		return err
	}
	return p.show(text.Message(buttons))
}

// settleOrder carries an order out, or drops it: once, by the one who was asked. Rights are checked as they are now.
func (p page) settleOrder(yes bool) error {
	q, err := p.tx.QuestionByID(p.id(0))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if q.Field != fieldOrder || q.Chat != p.chat.ID || q.Member != p.member.ID {
		return nil
	}
	answer := "no"
	if yes {
		answer = "yes"
	}
	if !q.Expires.After(p.tx.Now()) {
		return p.answer(p.tgMessage, plain(sayAskAgain))
	}
	if err := p.tx.Answer(q.ID, answer); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return nil // pressed before
		}
		return err
	}
	if !yes {
		m := plain(sayUnchanged)
		m.Keyboard = [][]digest.Button{row(officeButton("回管理", officeMenu))}
		return p.show(m)
	}
	var o order
	if err := json.Unmarshal(q.Options, &o); err != nil {
		return fmt.Errorf("read order %d: %w", q.ID, err)
	}
	switch o.Do {
	case deedInvite:
		return p.invite(o)
	case deedRevoke:
		return p.revoke(o)
	case deedRestore:
		return p.restore(o)
	case deedHandover:
		return p.handOver(o)
	case deedRename:
		return p.rename(o)
	}
	if o.Do == deedTable {
		return p.keepTable(o)
	}
	if !p.governs() {
		return nil
	}
	switch o.Do {
	case deedUnbind, deedBind:
		return p.bindGroup(o)
	case deedIgnore:
		return p.ignoreDead(o)
	}
	return nil
}

// typed is what an administrator is asked to type.
type typed struct {
	Role   store.Role `json:"role,omitempty"`   // of somebody to be invited: the area's name is awaited
	Member int64      `json:"member,omitempty"` // to be renamed: the name is awaited
	Key    string     `json:"key"`              // the page it belongs to
}

// await waits for words to be typed. Only one thing is awaited at a time.
func (t *turn) await(w typed) error {
	if err := t.stopAwaiting(); err != nil {
		return err
	}
	body, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("write what is awaited: %w", err)
	}
	_, err = t.tx.Ask(store.Question{Chat: t.chat.ID, Member: t.member.ID, Field: fieldTyped, Options: body, Expires: t.tx.Now().Add(questionLife)})
	return err
}

func (t *turn) stopAwaiting() error {
	questions, err := t.tx.OpenQuestions(t.chat.ID, t.member.ID)
	if err != nil {
		return err
	}
	for _, q := range questions {
		if q.Field == fieldTyped {
			if err := t.tx.Answer(q.ID, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// answerOffice takes words that an administrator was asked for. A report is never swallowed: it goes on as one.
func (t *turn) answerOffice(q store.Question, tgMessage int64, words string) (done bool, err error) {
	if q.Field != fieldTyped || strings.HasPrefix(words, "/") || len([]rune(words)) > longestAnswer || !t.noReport(words) || t.chat.Kind != "private" {
		return false, nil
	}
	if _, ok := t.officeArea(); !ok {
		return false, nil
	}
	var w typed
	if err := json.Unmarshal(q.Options, &w); err != nil {
		return false, fmt.Errorf("read what question %d awaits: %w", q.ID, err)
	}
	p := page{t, fmt.Sprintf("%s%d", placeOffice, tgMessage), tgMessage, nil}
	if w.Member != 0 {
		return p.typedName(q, w, words)
	}
	return p.typedArea(q, w, words)
}

// yearKey is the period in the name of a table's file.
func (t *turn) yearKey() string { return report.YearOf(t.today).Key() }
