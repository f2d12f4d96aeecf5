package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/store"
)

// questions are what the supervisor asks when the exchanges are over.
var questions = []string{"上周", "去年", "长铺镇今年普法多少人", "那去年呢", "慰问金各乡镇", "两癌检查完成多少", "谁还没报", "第9周怎么变了"}

// once plays the county's ten exchanges, has the supervisor ask, recomputes every number and ends.
func (d *demo) once() error {
	ctx, cancel := context.WithTimeout(d.world.ctx, 2*time.Minute)
	defer cancel()
	names := map[int64]string{}
	for _, m := range county.People() {
		names[m.TelegramID] = m.Name
	}
	play := exchanges{demo: d, names: names}
	for i, e := range county.Exchanges() {
		fmt.Fprintf(d.world.out, "\n—— %d. %s\n", i+1, e.Note)
		if err := play.step(ctx, e); err != nil {
			return fmt.Errorf("exchange %d: %w", i+1, err)
		}
	}
	for _, question := range questions {
		fmt.Fprintf(d.world.out, "\n—— %s\n", question)
		if err := play.step(ctx, county.Exchange{From: county.ChenJing, Text: question}); err != nil {
			return err
		}
	}
	if err := d.bot.Stop(); err != nil {
		return err
	}
	fmt.Fprintln(d.world.out)
	return d.verify(ctx)
}

// verify recomputes the demo's numbers, as huibao verify does.
func (d *demo) verify(ctx context.Context) error {
	db, err := store.OpenBeside(ctx, d.database, d.world.storeOptions())
	if err != nil {
		return err
	}
	return errors.Join(d.world.verify(db), db.Close())
}

// exchanges are being played: each step knows the messages and receipts of those before it.
type exchanges struct {
	demo  *demo
	names map[int64]string
	sent  []int64           // what each step sent
	shown []sandbox.Message // what the bot answered to each
}

var receiptNumber = regexp.MustCompile(`(\d+)号`)

func (x *exchanges) step(ctx context.Context, e county.Exchange) error {
	var about sandbox.Message
	if e.Of > 0 {
		about = x.shown[e.Of-1]
	}
	text := e.Text
	if m := receiptNumber.FindStringSubmatch(about.Text); m != nil {
		text = strings.ReplaceAll(text, "#", m[1])
	}
	client := x.demo.client
	var answer sandbox.Message
	var sent int64
	var err error
	switch {
	case e.Edit:
		x.say(e.From, "(编辑) "+text)
		sent = x.sent[e.Of-1]
		if err = client.Edit(ctx, sandbox.Edit{UserID: e.From, MessageID: sent, Text: text}); err == nil {
			answer, err = x.changed(ctx, e.From, about)
		}
	case len(e.Press) > 0:
		answer = about
		for _, label := range e.Press {
			x.say(e.From, "["+label+"]")
			_, err = client.Press(ctx, sandbox.Press{UserID: e.From, MessageID: answer.MessageID, Text: label})
			if err != nil {
				return err
			}
			if answer, err = x.changed(ctx, e.From, answer); err != nil {
				return err
			}
			x.answer(answer)
		}
		x.sent, x.shown = append(x.sent, 0), append(x.shown, answer)
		return nil
	default:
		x.say(e.From, text)
		if sent, err = client.Say(ctx, e.From, text); err == nil {
			answer, err = client.WaitAnswer(ctx, e.From, sent)
		}
	}
	if err != nil {
		return err
	}
	x.answer(answer)
	x.sent, x.shown = append(x.sent, sent), append(x.shown, answer)
	return nil
}

// changed waits until the bot has edited a message of its own.
func (x *exchanges) changed(ctx context.Context, chat int64, before sandbox.Message) (sandbox.Message, error) {
	return x.demo.client.WaitMessage(ctx, chat, before.MessageID-1, func(m sandbox.Message) bool {
		return m.MessageID == before.MessageID && m.Text != before.Text
	})
}

func (x *exchanges) say(from int64, text string) {
	fmt.Fprintf(x.demo.world.out, "%s：%s\n", x.names[from], indented(text))
}

func (x *exchanges) answer(m sandbox.Message) {
	fmt.Fprintf(x.demo.world.out, "  汇报：%s\n", indented(m.Text))
	for _, row := range m.Buttons {
		var labels []string
		for _, b := range row {
			labels = append(labels, "["+b.Text+"]")
		}
		fmt.Fprintf(x.demo.world.out, "        %s\n", strings.Join(labels, ""))
	}
}

func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n        ") }
