package bot

import (
	"bytes"
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
	"unicode/utf16"

	"huibao/sandbox"
)

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
