package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/png"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"huibao/report"
	"huibao/sandbox"
	"huibao/store"
)

// player does the acts of a script.
type player struct {
	*world
	users   map[string]int64
	groups  map[string]int64
	codes   map[string]string // invitations by the name they were given
	seen    map[place]string  // every message as it was last seen
	called  int               // the last call that was looked at
	secrets []string          // digits that point at a person and were written in the script
	nevers  []string          // words that must be nowhere at the end
}

// place is where a message stands.
type place struct{ chat, message int64 }

// act is something a line of a script can mean. After a quiet one nobody waits for the bot or looks at the phones: what
// comes of it shows after the next act.
type act struct {
	form  string // a regular expression for the whole line
	quiet bool
	do    func(p *player, m []string) ([]string, error)
}

// The quoted words in “” find a message: the latest that contains them.
var acts = []act{
	{`at (\d{4}-\d\d-\d\d \d\d:\d\d)`, false, (*player).setClock},
	{`wait (\S+)`, false, (*player).wait},
	{`(start|stop|restart)`, false, (*player).power},
	{`back up`, true, (*player).backUp},
	{`restore`, true, (*player).restore},
	{`stranger (\S+)`, true, (*player).stranger},
	{`group (\S+):((?: \S+)+)`, false, (*player).makeGroup},
	{`the bot joins @(\S+)`, false, (*player).botJoins},
	{`the bot is thrown out of @(\S+)`, false, (*player).botLeaves},
	{`@(\S+) becomes a supergroup`, false, (*player).migrate},
	{`invite (\S+): (\S+) (\S+) (\S+)`, true, (*player).invite},
	{`owe (.+)`, true, (*player).owe},
	{`aim (.+)`, true, (*player).aim},
	{`revoke (\S+): (\S+) (\S+)`, true, (*player).revoke},
	{`hand (\S+) over: (\S+) to (\S+)`, true, (*player).handOver},
	{`published (\S+)(?: of (\S+))?`, true, (*player).published},
	{`fault (\S+) (\S+)(?: ×(\d+))?(?: after (\d+)s)?`, true, (*player).fault},
	{`the receipt “(.+)” is deleted`, true, (*player).deleteReceipt},
	{`the last update comes again( under a new id)?`, false, (*player).redeliver},
	{`raw (.+)`, true, (*player).rawUpdate},
	{`ids go on at (\d+)`, true, (*player).jumpIDs},
	{`never (.+)`, true, (*player).never},
	{`db (\S+)(?: (.+))?`, true, (*player).rows},
	{`(\S+) blocks`, false, (*player).blocks},
	{`(\S+) unblocks`, false, (*player).unblocks},
	{`(\S+?)(?: @(\S+))? sends (sticker|voice|location|contact|poll|video)`, false, (*player).sendsOther},
	{`(\S+?)(?: @(\S+))? sends (\d+) photos?(?: of album (\S+))?(?: in reply to “(.+?)”)?(?:, captioned on (\d+))?(?:: (.+))?`, false, (*player).sendsPhotos},
	{`(\S+) sends file (\S+?)(?:: (.+))?`, false, (*player).sendsFile},
	{`(\S+) returns (\S+?)(?: in reply to “(.+?)”)?(?: captioned (\S+))?: (.+)`, false, (*player).returnsTable},
	{`(\S+?)(?: @(\S+))? edits “(.+?)”: (.+)`, false, (*player).edits},
	{`(\S+?)(?: @(\S+))? replies to “(.+?)”: (.+)`, false, (*player).replies},
	{`(\S+) replies to (?:the photo|her own “(.+?)”): (.+)`, false, (*player).repliesToOwn},
	{`(\S+?)(?: @(\S+))? presses \[(.+?)\](?: on “(.+)”)?( twice)?`, false, (*player).presses},
	{`(\S+) forges (\S+) on “(.+)”`, false, (*player).forges},
	{`(\S+) forwards: (.+)`, false, (*player).forwards},
	{`(\S+?)(?: @(\S+))?: (.+)`, false, (*player).writes},
}

var actForms = func() (forms []*regexp.Regexp) {
	for _, a := range acts {
		forms = append(forms, regexp.MustCompile(`^`+a.form+`$`))
	}
	return forms
}()

// do does what a line says and gives what came of it.
func (p *player) do(line string) ([]string, error) {
	for i, form := range actForms {
		m := form.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		rows, err := acts[i].do(p, m[1:])
		if err != nil || rows != nil {
			return rows, err
		}
		if acts[i].quiet {
			return nil, nil
		}
		if p.cancel != nil {
			p.settle()
		}
		return p.sees(), nil
	}
	return nil, errors.New("no act is written like this")
}

func (p *player) ctx() context.Context { return p.t.Context() }

// Time and the bot itself.

func (p *player) setClock(m []string) ([]string, error) {
	at, err := time.ParseInLocation(minute, m[0], p.zone)
	p.clock.Set(at)
	return nil, err
}

func (p *player) wait(m []string) ([]string, error) {
	d, err := time.ParseDuration(m[0])
	p.clock.Advance(d)
	return nil, err
}

func (p *player) power(m []string) ([]string, error) {
	if m[0] != "start" {
		p.stop()
		p.until("nobody waits for messages", func() bool { return !p.state().Polling })
	}
	if m[0] != "stop" {
		p.start()
	}
	return nil, nil
}

// What others do to the bot.

func (p *player) stranger(m []string) ([]string, error) {
	id, err := p.client.User(p.ctx(), sandbox.User{ID: int64(9001 + len(p.users)), FirstName: m[0]})
	p.users[m[0]] = id
	return nil, err
}

func (p *player) makeGroup(m []string) ([]string, error) {
	var ids []int64
	for _, name := range strings.Fields(m[1]) {
		ids = append(ids, p.users[name])
	}
	id, err := p.client.Group(p.ctx(), m[0], false, ids...)
	p.groups[m[0]] = id
	return nil, err
}

func (p *player) botJoins(m []string) ([]string, error) {
	return nil, p.client.Join(p.ctx(), p.state().Bot.ID, p.groups[m[0]])
}

func (p *player) botLeaves(m []string) ([]string, error) {
	return nil, p.client.Kick(p.ctx(), p.groups[m[0]])
}

func (p *player) migrate(m []string) (_ []string, err error) {
	p.groups[m[0]], err = p.client.Migrate(p.ctx(), p.groups[m[0]])
	return nil, err
}

func (p *player) blocks(m []string) ([]string, error) {
	return nil, p.client.Block(p.ctx(), p.users[m[0]])
}

func (p *player) unblocks(m []string) ([]string, error) {
	return nil, p.client.Unblock(p.ctx(), p.users[m[0]])
}

func (p *player) fault(m []string) ([]string, error) {
	times, _ := strconv.Atoi(m[2]) // absent: 0, the sandbox's default
	after, _ := strconv.Atoi(m[3])
	return nil, p.client.Fault(p.ctx(), sandbox.Fault{Method: m[0], Kind: m[1], Times: times, RetryAfter: after})
}

// deleteReceipt deletes as a person does for both sides; the sandbox has that only as the bot's own call.
func (p *player) deleteReceipt(m []string) ([]string, error) {
	at, err := p.find(0, true, m[0])
	if err != nil {
		return nil, err
	}
	resp, err := http.Get(fmt.Sprintf("%s/bot%s/deleteMessage?chat_id=%d&message_id=%d", p.url, testToken, at.ChatID, at.MessageID))
	if err != nil {
		return nil, err
	}
	return nil, resp.Body.Close()
}

func (p *player) redeliver(m []string) ([]string, error) {
	var body string
	p.scan(&body, `SELECT body FROM inbox ORDER BY seq DESC LIMIT 1`)
	var fields map[string]any
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		return nil, err
	}
	if m[0] != "" {
		delete(fields, "update_id")
		_, err := p.client.Raw(p.ctx(), fields)
		return nil, err
	}
	_, err := p.client.RawText(p.ctx(), body)
	return nil, err
}

func (p *player) rawUpdate(m []string) ([]string, error) {
	_, err := p.client.RawText(p.ctx(), m[0])
	return nil, err
}

func (p *player) jumpIDs(m []string) ([]string, error) {
	next, err := strconv.ParseInt(m[0], 10, 64)
	if err != nil {
		return nil, err
	}
	return nil, p.client.SetUpdateID(p.ctx(), next)
}

// What the office does at its desk.

func (p *player) invite(m []string) ([]string, error) {
	life, err := time.ParseDuration(m[3])
	if err != nil {
		return nil, err
	}
	return nil, p.db.Write(p.ctx(), func(tx *store.Tx) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area, _ := areas.ByCode(m[2])
		code, err := tx.Invite(store.Role(m[1]), area.ID, 0, tx.Now().Add(life))
		if p.codes == nil {
			p.codes = map[string]string{}
		}
		p.codes[m[0]] = code
		return err
	})
}

func (p *player) revoke(m []string) ([]string, error) {
	return nil, p.db.Write(p.ctx(), func(tx *store.Tx) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area, _ := areas.ByCode(m[2])
		member, _, err := tx.MemberByTelegram(p.users[m[0]])
		if err != nil {
			return err
		}
		return Leave(tx, 0, member, store.Membership{Area: area.ID, Role: store.Role(m[1])})
	})
}

func (p *player) handOver(m []string) ([]string, error) {
	return nil, p.db.Write(p.ctx(), func(tx *store.Tx) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area, _ := areas.ByCode(m[0])
		from, _, err := tx.MemberByTelegram(p.users[m[1]])
		if err != nil {
			return err
		}
		to, _, err := tx.MemberByTelegram(p.users[m[2]])
		if err != nil {
			return err
		}
		_, err = HandOver(tx, 0, area.ID, from, to)
		return err
	})
}

// owe says who owes reports, and aim what is to be reached: lines as huibao import takes them, with ; between.
func (p *player) owe(m []string) ([]string, error) {
	return nil, p.db.Write(p.ctx(), func(tx *store.Tx) error {
		r, err := tx.Reference()
		if err != nil {
			return err
		}
		rows, err := report.ParseDuties("duties.csv", []byte("area,activity,every,days,time\n"+strings.ReplaceAll(m[0], ";", "\n")+"\n"), r.Areas, r.Catalogue)
		if err == nil {
			_, err = tx.ImportDuties(rows)
		}
		return err
	})
}

func (p *player) aim(m []string) ([]string, error) {
	return nil, p.db.Write(p.ctx(), func(tx *store.Tx) error {
		r, err := tx.Reference()
		if err != nil {
			return err
		}
		rows, err := report.ParseTargets("targets.csv", []byte("year,area,activity,measure,value\n"+strings.ReplaceAll(m[0], ";", "\n")+"\n"), r.Areas, r.Catalogue)
		if err == nil {
			_, err = tx.ImportTargets(rows)
		}
		return err
	})
}

// published keeps a digest as the scheduler does when it goes out, of the county where no area's code is given.
func (p *player) published(m []string) ([]string, error) {
	period, err := report.ParsePeriod(m[0])
	if err != nil {
		return nil, err
	}
	return nil, p.db.Write(p.ctx(), func(tx *store.Tx) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area, _ := areas.Root()
		if m[1] != "" {
			area, _ = areas.ByCode(m[1])
		}
		sum, err := tx.Summary(area.ID, period, report.DayOf(tx.Now()))
		if err != nil {
			return err
		}
		numbers, err := json.Marshal(sum)
		if err != nil {
			return err
		}
		_, err = tx.Publish(store.Publication{Kind: string(period.Kind), Area: area.ID, Period: period, FactsSeq: sum.FactsSeq, Numbers: numbers})
		return err
	})
}

func (p *player) never(m []string) ([]string, error) {
	p.nevers = append(p.nevers, p.words(m[0]))
	return nil, nil
}

// What people write and press.

func (p *player) send(name string, s sandbox.Send) ([]string, error) {
	user, ok := p.users[name]
	if !ok {
		return nil, fmt.Errorf("there is nobody called %s", name)
	}
	s.UserID = user
	s.Text, s.Caption = p.words(s.Text), p.words(s.Caption)
	_, err := p.client.Send(p.ctx(), s)
	return nil, err
}

func (p *player) writes(m []string) ([]string, error) {
	return p.send(m[0], sandbox.Send{ChatID: p.groups[m[1]], Text: m[2]})
}

func (p *player) forwards(m []string) ([]string, error) {
	return p.send(m[0], sandbox.Send{Text: m[1], Forward: &sandbox.Forward{Name: "县妇联"}})
}

func (p *player) sendsOther(m []string) ([]string, error) {
	return p.send(m[0], sandbox.Send{ChatID: p.groups[m[1]], Sticker: m[2] == "sticker", Voice: m[2] == "voice", Location: m[2] == "location",
		Contact: m[2] == "contact", Poll: m[2] == "poll", Video: m[2] == "video"})
}

func (p *player) sendsPhotos(m []string) ([]string, error) {
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return nil, err
	}
	captioned, _ := strconv.Atoi(m[5]) // absent: 0, the first
	s := sandbox.Send{ChatID: p.groups[m[1]], Photos: n, Album: m[3], CaptionOn: captioned, Caption: m[6]}
	if m[4] != "" {
		to, err := p.find(p.chatOf(m[0], m[1]), true, m[4])
		if err != nil {
			return nil, err
		}
		s.ReplyTo = to.MessageID
	}
	return p.send(m[0], s)
}

func (p *player) sendsFile(m []string) ([]string, error) {
	return p.send(m[0], sandbox.Send{Document: m[1], Caption: m[2]})
}

// returnsTable sends a file with a table: its lines with ; between.
func (p *player) returnsTable(m []string) ([]string, error) {
	s := sandbox.Send{Document: m[1], Caption: m[3], Content: []byte(strings.ReplaceAll(p.words(m[4]), ";", "\n"))}
	if m[2] != "" {
		to, err := p.find(p.chatOf(m[0], ""), true, m[2])
		if err != nil {
			return nil, err
		}
		s.ReplyTo = to.MessageID
	}
	return p.send(m[0], s)
}

func (p *player) replies(m []string) ([]string, error) {
	chat := p.chatOf(m[0], m[1])
	to, err := p.find(chat, true, m[2])
	if err != nil {
		return nil, err
	}
	return p.send(m[0], sandbox.Send{ChatID: p.groups[m[1]], Text: m[3], ReplyTo: to.MessageID})
}

// repliesToOwn replies to what the same person sent before: to the latest picture, or to words.
func (p *player) repliesToOwn(m []string) ([]string, error) {
	to, err := p.findBy(p.users[m[0]], func(x sandbox.Message) bool {
		return !x.From.IsBot && (m[1] == "" && x.Photo != "" || m[1] != "" && strings.Contains(x.Text+x.Caption, m[1]))
	})
	if err != nil {
		return nil, err
	}
	return p.send(m[0], sandbox.Send{Text: m[2], ReplyTo: to.MessageID})
}

func (p *player) edits(m []string) ([]string, error) {
	at, err := p.find(p.chatOf(m[0], m[1]), false, m[2])
	if err != nil {
		return nil, err
	}
	return nil, p.client.Edit(p.ctx(), sandbox.Edit{UserID: p.users[m[0]], ChatID: p.groups[m[1]], MessageID: at.MessageID, Text: p.words(m[3])})
}

// presses presses a button of the bot's latest message that has it, or does so twice.
func (p *player) presses(m []string) ([]string, error) {
	chat := p.chatOf(m[0], m[1])
	at, err := p.findBy(chat, func(x sandbox.Message) bool {
		return x.From.IsBot && strings.Contains(x.Text, m[3]) && slices.ContainsFunc(slices.Concat(x.Buttons...), func(b sandbox.Button) bool { return b.Text == m[2] })
	})
	if err != nil {
		return nil, err
	}
	press := sandbox.Press{UserID: p.users[m[0]], ChatID: p.groups[m[1]], MessageID: at.MessageID, Text: m[2]}
	if _, err := p.client.Press(p.ctx(), press); err != nil || m[4] == "" {
		return nil, err
	}
	for _, b := range slices.Concat(at.Buttons...) {
		if b.Text == m[2] { // by its data: the bot may have taken the button away meanwhile
			press.Text, press.ForgedData = "", b.Data
		}
	}
	_, err = p.client.Press(p.ctx(), press)
	return nil, err
}

func (p *player) forges(m []string) ([]string, error) {
	at, err := p.find(p.users[m[0]], true, m[2])
	if err != nil {
		return nil, err
	}
	_, err = p.client.Press(p.ctx(), sandbox.Press{UserID: p.users[m[0]], MessageID: at.MessageID, ForgedData: m[1]})
	return nil, err
}

func (p *player) chatOf(name, group string) int64 {
	if group != "" {
		return p.groups[group]
	}
	return p.users[name]
}

// find gives the latest message with the words, in one chat or in any (0).
func (p *player) find(chat int64, byBot bool, words string) (sandbox.Message, error) {
	return p.findBy(chat, func(m sandbox.Message) bool {
		return m.From.IsBot == byBot && !m.Deleted && strings.Contains(m.Text+m.Caption, words)
	})
}

func (p *player) findBy(chat int64, fits func(sandbox.Message) bool) (sandbox.Message, error) {
	for _, c := range p.state().Chats {
		if chat != 0 && c.ID != chat {
			continue
		}
		messages, err := p.client.Messages(p.ctx(), c.ID, 0)
		if err != nil {
			return sandbox.Message{}, err
		}
		for _, m := range slices.Backward(messages) {
			if fits(m) {
				return m, nil
			}
		}
	}
	return sandbox.Message{}, errors.New("there is no such message")
}

var (
	escapes = regexp.MustCompile(`\\u\{[0-9a-f]+\}`)
	repeats = regexp.MustCompile(`\{(.+?)×(\d+)\}`)
	invited = regexp.MustCompile(`\{(\S+?)'s code\}`)
)

// words gives what a person really writes: ⏎ is a line end, \u{200b} a character, {字×4096} a repetition, {新人's code} the
// code of an invitation. What points at a person is remembered, to be looked for at the end.
func (p *player) words(text string) string {
	text = strings.ReplaceAll(text, "⏎", "\n")
	text = escapes.ReplaceAllStringFunc(text, func(s string) string {
		code := must(strconv.ParseInt(s[3:len(s)-1], 16, 32))
		return string(rune(code))
	})
	text = repeats.ReplaceAllStringFunc(text, func(s string) string {
		m := repeats.FindStringSubmatch(s)
		return strings.Repeat(m[1], must(strconv.Atoi(m[2])))
	})
	text = invited.ReplaceAllStringFunc(text, func(s string) string { return p.codes[invited.FindStringSubmatch(s)[1]] })
	_, found := mask(text)
	for _, secret := range found {
		written := text[secret.from:secret.to]
		p.secrets = append(p.secrets, written, strings.Map(onlyDigits, written))
	}
	return text
}

func onlyDigits(r rune) rune {
	if value, class := classify(r); class == classDigit {
		return '0' + rune(value)
	}
	return -1
}

// How things look in a script.

func (p *player) chatName(c sandbox.Chat) string {
	if c.ID < 0 {
		return "@" + c.Title
	}
	return c.Title
}

// show writes a message as its readers see it, buttons below.
func (p *player) show(m sandbox.Message) string {
	units := utf16.Encode([]rune(m.Text + m.Caption + m.Kind))
	for _, e := range slices.Backward(m.Entities) {
		if e.Type == "bold" {
			units = slices.Insert(units, e.Offset+e.Length, '*')
			units = slices.Insert(units, e.Offset, '*')
		}
	}
	text := p.file(m) + p.linked(string(utf16.Decode(units)))
	for _, row := range m.Buttons {
		text += "\n"
		for _, b := range row {
			text += "[" + b.Text + "]"
		}
	}
	return text
}

var link = regexp.MustCompile(`(\?start=)([\w-]{22})`)

// linked leaves the code of an invitation out, which is another one each time, and keeps it: {linked's code}.
func (p *player) linked(text string) string {
	m := link.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	if p.codes == nil {
		p.codes = map[string]string{}
	}
	if p.codes["linked"] != m[2] && (bytes.Contains(p.bytesOfStore(), []byte(m[2])) || strings.Contains(p.log.String(), m[2])) {
		p.t.Error("the code of an invitation is in the store or the log")
	}
	p.codes["linked"] = m[2]
	return strings.Replace(text, m[2], "…", 1)
}

// file tells what a message brings besides words: a picture with its width, or a document with its name.
func (p *player) file(m sandbox.Message) string {
	switch {
	case !m.From.IsBot:
		return ""
	case m.Document != nil:
		return "〔" + m.Document.Name + "〕\n"
	case m.Photo == "":
		return ""
	}
	resp := must(http.Get(p.url + m.Photo))
	defer resp.Body.Close()
	size, kind, err := image.DecodeConfig(resp.Body)
	if err != nil {
		return fmt.Sprintf("〔图 %v〕\n", err)
	}
	return fmt.Sprintf("〔图 %s %d×…〕\n", kind, size.Width)
}

// replying says which message an answer stands under, by its first words.
func (p *player) replying(m sandbox.Message) string {
	if m.ReplyTo == 0 {
		return ""
	}
	words := strings.ReplaceAll(p.seen[place{m.ChatID, m.ReplyTo}], "\n", " ")
	for name, code := range p.codes {
		words = strings.ReplaceAll(words, code, name+"'s code")
	}
	first := []rune(words)
	if len(first) > 12 {
		first = append(first[:12], '…')
	}
	return fmt.Sprintf(", under “%s”", string(first))
}

func (p *player) menu(call sandbox.Call) string {
	var commands []sandbox.Command
	raw := must(json.Marshal(call.Params["commands"]))
	if err := json.Unmarshal(raw, &commands); err != nil {
		return err.Error()
	}
	var list []string
	for _, c := range commands {
		list = append(list, "/"+c.Command+" "+c.Description)
	}
	return strings.Join(list, "，")
}
