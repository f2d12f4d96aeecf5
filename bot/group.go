package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"huibao/report"
	"huibao/store"
)

// Groups. The bot is spoken to with a command, a mention or a reply to it; all other talk is none of its business, is not
// answered and not kept.

// commandReport marks a report in a group: /bao 普法 320人. Elsewhere it changes nothing.
const commandReport = "/bao"

// addressed gives the words meant for the bot. In a private chat all are; in a group those after a command, a mention of
// the bot, or in reply to it. /bao and the mention are not among them.
func (t *turn) addressed(m *message) (words string, ok bool, err error) {
	words = strings.TrimSpace(m.words())
	if m.Chat.private() && !strings.ContainsAny(words, "/@") {
		return words, true, nil
	}
	name, _, err := t.tx.Meta(MetaUsername)
	if err != nil {
		return "", false, err
	}
	ok = m.Chat.private() || m.toBot(name)
	if command, rest := cutWord(words); strings.HasPrefix(command, "/") {
		command, to, directed := strings.Cut(command, "@")
		if !directed || strings.EqualFold(to, name) {
			ok = true
			if strings.EqualFold(command, commandReport) && rest != "" {
				words = rest
			}
		} else {
			ok = m.Chat.private()
		}
	}
	if from, to := mentioned(words, name); from >= 0 {
		words, ok = strings.TrimSpace(words[:from]+words[to:]), true
	}
	return words, ok, nil
}

// toBot tells whether m replies to the bot with that name.
func (m *message) toBot(name string) bool {
	return m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.IsBot && m.ReplyTo.From.Username == name
}

// answers tells whether m can be the answer to a question: anything in a private chat, a reply to the bot in a group.
func (t *turn) answers(m *message) (bool, error) {
	if m.Chat.private() {
		return true, nil
	}
	name, _, err := t.tx.Meta(MetaUsername)
	return m.toBot(name), err
}

// mentioned finds the first mention of a user in words, from -1 where there is none. Names of users are ASCII, in either case.
func mentioned(words, name string) (from, to int) {
	for from = 0; name != ""; from++ {
		i := strings.IndexByte(words[from:], '@')
		if i < 0 {
			break
		}
		from += i
		to = from + 1 + len(name)
		if to <= len(words) && strings.EqualFold(words[from+1:to], name) && (to == len(words) || !inName(words[to])) {
			return from, to
		}
	}
	return -1, -1
}

func inName(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// cutWord gives the first word and what follows it.
func cutWord(s string) (word, rest string) {
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// baoHow says how to report with /bao.
func (t *turn) baoHow(_ string, tgMessage int64) error {
	return t.answer(tgMessage, plain(sayBaoHow))
}

// onMigration follows a group that became a supergroup. What had been asked there and waits for an answer is asked again,
// since the buttons stayed behind.
func (b *Bot) onMigration(tx *store.Tx, from, to int64) error {
	if err := tx.MigrateChat(from, to); err != nil {
		return err
	}
	where, known, err := tx.ChatByTg(to)
	if err != nil || !known {
		return err
	}
	questions, err := tx.OpenQuestions(where.ID, 0)
	if err != nil {
		return err
	}
	for _, q := range slices.Backward(questions) {
		if err := b.askAgain(tx, where, q); err != nil {
			return err
		}
	}
	return nil
}

// askAgain puts an open question once more, in the chat it belongs to now.
func (b *Bot) askAgain(tx *store.Tx, where store.Chat, q store.Question) error {
	member, err := tx.Member(q.Member)
	if err != nil || len(member.Memberships) == 0 {
		return err
	}
	t, _, err := b.turnIn(tx, where, member, tx.Now(), nil)
	if err != nil {
		return err
	}
	var r report.Report
	if q.Report != 0 {
		if r, err = tx.Report(q.Report); err != nil || r.Rev != q.Rev {
			return err
		}
	}
	if q.Options == nil {
		return t.askTyped(q.Field, r)
	}
	kept, err := decodeAsking(q)
	if err != nil {
		return err
	}
	key := askKey(q.ID)
	if r.State == report.Asked || r.State == report.Held {
		alone, err := t.tellsOne(r.Message)
		if err != nil {
			return err
		}
		key = questionKey(r, alone)
	}
	return b.enqueue(tx, where.ID, questionMessage(q.ID, &kept), outOptions{key: key, dedupe: fmt.Sprintf("again:%d:%d", q.ID, where.ID)})
}

// askTyped asks for what must be typed: a day, or the number of a figure.
func (t *turn) askTyped(field string, r report.Report) error {
	if field == fieldDay {
		return t.askDay(r)
	}
	i, err := strconv.Atoi(strings.TrimPrefix(field, fieldFigure))
	if err != nil || i < 0 || i >= len(r.Figures) {
		return nil
	}
	return t.askFigure(r, i)
}
