package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// Reading the past again. A word that was learnt makes sense of messages that came before; what they tell is shown first,
// and filed when someone says so, as if it had been understood then: with the message it stands in, its sender and its day.

// replayed is how many messages with a word are looked at, newest first.
const replayed = 500

// found is what past messages would add if they were read with the words in force.
type found struct {
	word   string
	within int64
	items  []missedItem
	asked  int // entries more that could not be filed without asking their senders
}

// missedItem is one report that could be filed.
type missedItem struct {
	turn    *turn // of the sender, at the time of the message
	message store.Message
	report  report.Report // new (ID 0), or one that waits for an answer
}

// Replay gives what past messages with a word would add, by the words in force, and files it if file is set; asked counts
// what could not be filed without asking its sender. by is the member who says so: 0 for the sender of each message.
func Replay(tx *store.Tx, loc *time.Location, word string, file bool, by int64) (reports []report.Report, asked int, err error) {
	found, err := (&Bot{loc: loc}).missed(tx, word, 0)
	if err != nil {
		return nil, 0, err
	}
	if file {
		reports, err = found.file(by)
		return reports, found.asked, err
	}
	return found.preview().Reports, found.asked, nil
}

// missed reads past messages with a word again: of members in an area, 0 for all.
func (b *Bot) missed(tx *store.Tx, word string, within int64) (found, error) {
	messages, err := tx.MessagesWith(word, replayed)
	if err != nil {
		return found{}, err
	}
	list := found{word: word, within: within}
	seen := map[int64]bool{}
	for _, m := range messages {
		first := m.PartOf
		if first == 0 {
			versions, err := tx.MessageVersions(m.Chat, m.TgMessage)
			if err != nil {
				return found{}, err
			}
			first = versions[0].ID
		}
		if seen[first] || strings.HasPrefix(m.Text, "/") {
			continue
		}
		seen[first] = true
		if err := b.readAgain(tx, first, &list); err != nil {
			return found{}, err
		}
	}
	slices.Reverse(list.items) // oldest first, as they were told
	return list, nil
}

// readAgain adds what one message, by the id of its first version, tells with a word in force now that was not counted.
func (b *Bot) readAgain(tx *store.Tx, id int64, list *found) error {
	pieces, err := tx.MessagePieces(id)
	if err != nil {
		return err
	}
	first := pieces[0]
	t, ok, err := b.turnOf(tx, first)
	if err != nil || !ok || first.Origin != "" || list.within != 0 && !t.source.Areas.Within(ownArea(t.member), list.within) {
		return err
	}
	understood := t.reader.Read(joined(pieces), t.context(false))
	if understood.Kind != reading.KindReport {
		return nil
	}
	told, err := tx.ReportsOfMessage(first.ID)
	if err != nil {
		return err
	}
	for i, e := range understood.Entries {
		if !strings.Contains(e.Words, list.word) || t.whyNot(e) != "" {
			continue
		}
		r := t.reportOf(e)
		r.Message, r.Ordinal = first.ID, i+1
		if k := slices.IndexFunc(told, func(old report.Report) bool { return old.Ordinal == i+1 }); k >= 0 {
			if told[k].State != report.Asked {
				continue // counted, or its sender has said what becomes of it
			}
			r.ID, r.Rev = told[k].ID, told[k].Rev
		}
		item := missedItem{t, first, r}
		if clear, err := item.clear(e); err != nil {
			return err
		} else if !clear {
			list.asked++
			continue
		}
		list.items = append(list.items, item)
	}
	return nil
}

// clear tells whether nothing need be asked about the report.
func (x missedItem) clear(e reading.Entry) (bool, error) {
	if !e.Clear || len(x.turn.doubtsOf(e)) > 0 {
		return false, nil
	}
	q, err := x.turn.nextQuestion(x.report, open{})
	return q == nil, err
}

func (f found) preview() digest.Missed {
	missed := digest.Missed{Asked: f.asked}
	for _, x := range f.items {
		missed.Reports = append(missed.Reports, x.report)
	}
	return missed
}

// file files the reports and sends each sender the receipt. What has come to need a question through one filed before it
// stays as it was. by is the member who says so, 0 for the sender of each.
func (f found) file(by int64) (filed []report.Report, err error) {
	for _, x := range f.items {
		q, err := x.turn.nextQuestion(x.report, open{})
		if err != nil {
			return nil, err
		}
		if q != nil {
			continue
		}
		r, err := x.file(by)
		if err != nil {
			return nil, err
		}
		if err := x.tell(f.word, r); err != nil {
			return nil, err
		}
		filed = append(filed, r)
	}
	return filed, nil
}

func (x missedItem) file(by int64) (r report.Report, err error) {
	t := x.turn
	c := store.Change{By: by, Message: x.message.ID, Why: whyLearnt}
	if by == 0 {
		c.By = t.member.ID
	}
	if x.report.ID != 0 {
		q, waits, failed := t.tx.QuestionOf(x.report.ID)
		if failed == nil && waits {
			failed = t.tx.Answer(q.ID, "")
		}
		if failed != nil {
			return r, failed
		}
	}
	return t.post(x.report, c)
}

// tell sends the sender the receipt of a report that was filed from a message of the past.
func (x missedItem) tell(word string, r report.Report) error {
	t := x.turn
	scene := t.scene()
	scene.Today = report.DayOf(t.tx.Now().In(t.bot.loc))
	attached, err := t.tx.Attached(r.Message, r.ID)
	if err != nil {
		return err
	}
	filing := digest.Filing{Items: []digest.Item{{Report: r}}, Photos: attached.Photos, Files: attached.Files}
	m := digest.Recognised(scene, word, x.message.Sent.In(t.bot.loc), filing).
		Message(receiptButtons(t, []report.Report{r}, r)...)
	m.ReplyTo = x.message.TgMessage
	alone, err := t.tellsOne(r.Message)
	if err != nil {
		return err
	}
	if err := t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: questionKey(r, alone)}); err != nil {
		return fmt.Errorf("tell of report %d: %w", r.ID, err)
	}
	return nil
}
