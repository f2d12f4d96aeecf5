package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// Words that are learnt. When a member said by a button what an unknown word means, the bot asks once whether it shall mean
// that from now on. It does at once in the member's area and below, and in the whole county when an administrator agrees.

// lesson is what an answer tells of a word.
type lesson struct {
	Word   string           `json:"word"`
	Kind   report.AliasKind `json:"kind"`
	Target string           `json:"target"`
}

// pressAlias is a button about a word: l, number of the alias, what it does.
const pressAlias = "l"

// What a button about a word does.
const (
	aliasAlways  = "y" // of the one who used it: 都按
	aliasOnce    = "n" // 只这一次
	aliasCounty  = "c" // of an administrator: 全县都用
	aliasHere    = "h" // only where it was taught
	aliasNot     = "r" // 不用
	aliasRecover = "f" // 补记
	aliasRemove  = "d" // of the list of words: 删
)

func parseAlias(data string) (alias int64, do string, ok bool) {
	parts := strings.Split(data, ":")
	if len(parts) != 3 || parts[0] != pressAlias || len(parts[2]) != 1 { // a longer one is a period: who has reported
		return 0, "", false
	}
	alias, err := strconv.ParseInt(parts[1], 10, 64)
	return alias, parts[2], err == nil && len(parts[2]) == 1 // with a period for it, it asks who has reported
}

func aliasButton(text string, a report.Alias, do string) digest.Button {
	return digest.Button{Text: text, Data: fmt.Sprintf("%s:%d:%s", pressAlias, a.ID, do)}
}

// lessonIn gives what the answer to a doubt tells of a word, nil for nothing: next is the report with the answer taken.
func (t *turn) lessonIn(kept asking, next report.Report) *lesson {
	if kept.Field != fieldDoubt || len(kept.Open.Doubts) == 0 {
		return kept.Open.Lesson
	}
	doubt := kept.Open.Doubts[0]
	activity, _ := t.source.Catalogue.Activity(next.Activity)
	area, _ := t.source.Areas.ByID(next.Area)
	asActivity := func(word string) *lesson { return &lesson{word, report.AliasActivity, activity.Code} }
	asArea := func(word string) *lesson { return &lesson{word, report.AliasArea, area.Code} }
	switch doubt.About {
	case reading.AboutActivity:
		if word, ok := t.reader.Strange(doubt.Text); ok && activity.Code != activityOther {
			return asActivity(word)
		}
	case reading.AboutArea:
		if word := doubt.Text; t.reader.Teachable(word) {
			return asArea(word)
		}
	case reading.AboutWords:
		if len(doubt.Options) != 1 || !t.reader.Teachable(doubt.Text) {
			return kept.Open.Lesson
		}
		taken := doubt.Options[0]
		switch {
		case slices.Contains(slices.Concat([]string{activity.Name, activity.Short}, activity.Words, activity.Forms), taken):
			return asActivity(doubt.Text)
		case area.Name == taken:
			return asArea(doubt.Text)
		}
	}
	return kept.Open.Lesson
}

func aliasKey(a report.Alias) string { return fmt.Sprintf("alias:%d", a.ID) }

// offerLesson asks whether a word shall mean the same from now on. It is asked once.
func (t *turn) offerLesson(l *lesson) error {
	if l == nil {
		return nil
	}
	a, fresh, err := t.tx.OfferAlias(report.Alias{Word: l.Word, Kind: l.Kind, Target: l.Target, Area: ownArea(t.member), By: t.member.ID})
	if err != nil || !fresh {
		return err
	}
	m := digest.AskAlias(t.scene(), a).Message(row(aliasButton("都按", a, aliasAlways), aliasButton("只这一次", a, aliasOnce)))
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: aliasKey(a), expires: answerLife})
}

// onAlias handles a button about a word.
func (t *turn) onAlias(id int64, do string) error {
	a, err := t.tx.Alias(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch do {
	case aliasAlways, aliasOnce:
		if a.By == t.member.ID && t.sees(a.Area) {
			return t.learn(a, do == aliasAlways)
		}
	case aliasCounty, aliasHere, aliasNot:
		if t.decides(a.Area) {
			return t.judge(a, do)
		}
	case aliasRecover:
		if t.decides(a.Area) {
			return t.recover(a)
		}
	case aliasRemove:
		if t.mayForget(a) && t.chat.Kind == "private" {
			return t.forget(a)
		}
	}
	return nil
}

// governs tells whether the member is an administrator of all there is.
func (t *turn) governs() bool {
	root, known := t.source.Areas.Root()
	return known && t.administers(root.ID)
}

// decides tells whether the member administers the county that an area lies in, or above: only they decide how far a word
// reaches, and what changes in a closed year.
func (t *turn) decides(area int64) bool { return t.administers(t.source.Areas.County(area)) }

// mayForget tells whether the member may take a word back: an administrator of all the areas where it is in force.
func (t *turn) mayForget(a report.Alias) bool {
	return t.decides(a.Area) || a.State != report.AliasCounty && t.administers(a.Area)
}

// administers tells whether the member is an administrator of an area that includes that one.
func (t *turn) administers(area int64) bool {
	return slices.ContainsFunc(t.member.Memberships, func(s store.Membership) bool {
		return s.Role == store.Admin && t.source.Areas.Within(area, s.Area)
	})
}

// learn takes the answer of the one who used a word. An administrator's own word needs no one else's word.
func (t *turn) learn(a report.Alias, always bool) (err error) {
	if a.State != report.AliasOffered {
		return t.showTaught(a)
	}
	switch county := t.source.Areas.County(a.Area); {
	case !always:
		a, err = t.tx.ChangeAlias(a, report.AliasOnce, 0)
	case a.Area == county && t.decides(county):
		a, err = t.tx.ChangeAlias(a, report.AliasCounty, t.member.ID)
	default:
		if a, err = t.tx.ChangeAlias(a, report.AliasLocal, 0); err == nil {
			err = t.askReach(a)
		}
	}
	if err != nil {
		return err
	}
	return t.showTaught(a)
}

// showTaught shows the one who used a word what became of it.
func (t *turn) showTaught(a report.Alias) error {
	m := plain(sayOnlyOnce)
	switch {
	case a.InForce():
		m = digest.AliasTaught(t.scene(), a).Message()
	case a.State == report.AliasRemoved:
		m = digest.AliasJudged(t.scene(), a, digest.Missed{}).Message()
	}
	author, err := t.tx.Member(a.By)
	if err != nil {
		return err
	}
	where, ok, err := t.tx.ChatByTg(author.TgUser)
	if err != nil || !ok {
		return err
	}
	return t.bot.enqueue(t.tx, where.ID, m, outOptions{key: aliasKey(a), edit: true})
}

// Keys of what an administrator is shown of words.
const keyAliases = "aliases" // the list

func reachKey(a report.Alias) string { return fmt.Sprintf("reach:%d", a.ID) }

// askReach asks the administrators how far a word that was taught shall reach.
func (t *turn) askReach(a report.Alias) error {
	row := row(aliasButton(t.source.Areas.Whole(a.Area)+"都用", a, aliasCounty))
	if a.Area != t.source.Areas.County(a.Area) {
		row = append(row, aliasButton("只在"+t.source.Areas.Name(a.Area), a, aliasHere))
	}
	m := digest.AliasReach(t.scene(), a, t.member.Name).Message(append(row, aliasButton("不用", a, aliasNot)))
	return t.toAdministrators(a.Area, m, outOptions{key: reachKey(a)})
}

// toAdministrators sends a message to every administrator of the county that an area lies in; where it has none, to those of the
// next area above.
func (t *turn) toAdministrators(area int64, m digest.Message, o outOptions) error {
	admins, err := t.administrators(t.source.Areas.County(area))
	if err != nil {
		return err
	}
	for _, admin := range admins {
		where, ok, err := t.tx.ChatByTg(admin.TgUser)
		if err == nil && ok && where.State == store.ChatActive {
			err = t.bot.enqueue(t.tx, where.ID, m, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// administrators gives those of an area, of the nearest above it that has any where it has none.
func (t *turn) administrators(area int64) (admins []store.Member, err error) {
	for at := area; at != 0 && len(admins) == 0; {
		here, err := t.tx.MembersAt(at)
		if err != nil {
			return nil, err
		}
		for _, m := range here {
			if slices.ContainsFunc(m.Memberships, func(s store.Membership) bool { return s.Area == at && s.Role == store.Admin }) {
				admins = append(admins, m)
			}
		}
		a, _ := t.source.Areas.ByID(at)
		at = a.Parent
	}
	return admins, nil
}

// judge takes an administrator's word on how far an alias reaches. The first one decides.
func (t *turn) judge(a report.Alias, do string) (err error) {
	if !a.InForce() || a.Judge != 0 {
		return t.showJudged(a)
	}
	to := map[string]report.AliasState{aliasCounty: report.AliasCounty, aliasHere: report.AliasLocal, aliasNot: report.AliasRemoved}[do]
	if a, err = t.tx.ChangeAlias(a, to, t.member.ID); err != nil {
		return err
	}
	if err := t.tx.Audit(t.member.ID, "alias", a.Word, string(a.State)); err != nil {
		return err
	}
	if do != aliasHere {
		if err := t.showTaught(a); err != nil {
			return err
		}
	}
	return t.showJudged(a)
}

// showJudged shows the administrators what was decided about a word, and what of the past would be counted with it.
func (t *turn) showJudged(a report.Alias) error {
	var missed digest.Missed
	if a.InForce() {
		found, err := t.bot.missed(t.tx, a.Word, t.source.Areas.County(a.Area))
		if err != nil {
			return err
		}
		missed = found.preview()
	}
	var rows [][]digest.Button
	if n := len(missed.Reports); n > 0 {
		rows = append(rows, row(aliasButton(fmt.Sprintf("补记%d条", n), a, aliasRecover)))
	}
	return t.toAdministrators(a.Area, digest.AliasJudged(t.scene(), a, missed).Message(rows...), outOptions{key: reachKey(a), edit: true})
}

// recover files what past messages tell with a word that was learnt since.
func (t *turn) recover(a report.Alias) error {
	if !a.InForce() {
		return t.showJudged(a)
	}
	found, err := t.bot.missed(t.tx, a.Word, t.source.Areas.County(a.Area))
	if err != nil {
		return err
	}
	filed, err := found.file(t.member.ID)
	if err != nil {
		return err
	}
	if len(filed) == 0 { // pressed twice, or answered meanwhile
		return t.bot.enqueue(t.tx, t.chat.ID, plain(sayNothingMissed), outOptions{expires: answerLife})
	}
	return t.toAdministrators(a.Area, digest.Recovered(t.scene(), a, filed).Message(), outOptions{key: reachKey(a), edit: true})
}

// mostAliases is how many words a list shows.
const mostAliases = 20

// aliases answers /aliases: the words in force, newest first, with a button to take each back.
func (t *turn) aliases(_ string, tgMessage int64) error {
	switch {
	case !hasRole(t.member, store.Admin):
		return t.answer(tgMessage, plain(sayAdminsOnly))
	case t.chat.Kind != "private":
		return t.answer(tgMessage, plain(sayPrivately)) // it has names
	}
	m, err := t.aliasList()
	if err != nil {
		return err
	}
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: keyAliases, expires: answerLife})
}

func (t *turn) aliasList() (digest.Message, error) {
	source, err := t.tx.Reference()
	if err != nil {
		return digest.Message{}, err
	}
	var words []digest.TaughtWord
	var rows [][]digest.Button
	for _, a := range slices.Backward(source.Aliases) {
		if !t.mayForget(a) || len(words) > mostAliases {
			continue
		}
		by, err := t.memberName(a.By)
		if err != nil {
			return digest.Message{}, err
		}
		words = append(words, digest.TaughtWord{Alias: a, By: by})
		rows = append(rows, row(aliasButton("删“"+a.Word+"”", a, aliasRemove)))
	}
	more := len(words) > mostAliases
	shown := min(len(words), mostAliases)
	return digest.AliasList(t.scene(), words[:shown], more).Message(rows[:shown]...), nil
}

// forget takes a word back from the list. What was counted with it stays.
func (t *turn) forget(a report.Alias) (err error) {
	if a.InForce() {
		if a, err = t.tx.ChangeAlias(a, report.AliasRemoved, t.member.ID); err != nil {
			return err
		}
		if err := t.tx.Audit(t.member.ID, "alias", a.Word, string(a.State)); err != nil {
			return err
		}
		if err := t.showTaught(a); err != nil {
			return err
		}
	}
	m, err := t.aliasList()
	if err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: keyAliases, edit: true})
}
