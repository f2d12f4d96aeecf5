package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"huibao/report"
	"huibao/sandbox"
)

// cadre is a member who writes while the bot lives and dies, together with what it must come to. Cadres act at the same
// time, each in order.
type cadre struct {
	villager
	client *sandbox.Client
	r      *rand.Rand
	trial  *trial // what is being tried
	told   []*told
	events int // told so far
}

// told is one message and its truth.
type told struct {
	id      int64 // Telegram's
	during  *trial
	events  []worked // none: it tells nothing that can be counted without a question
	edited  bool
	pressed int  // how many buttons of its receipt were pressed
	taken   bool // taken back by the last of them
}

// worked is one activity of a message.
type worked struct {
	kind            *work
	day             report.Day
	people, leaflet int64
}

// work is a kind of activity the traffic is about; all of them count participants and materials.
type work struct{ word, code string }

var works = []work{{"普法", "law_publicity"}, {"家庭教育", "family_education"}, {"禁毒宣传", "anti_drug"}}

// monday is the moment at which it all begins; no activity lies after it, so the clock may go back to it.
var monday = time.Date(2026, time.March, 9, 9, 0, 0, 0, time.FixedZone("", 8*3600))

// days is how many days there are to report on, each two apart: what is nearer is asked about, for it may be the same event.
const days = 170

// round has a cadre write a few messages, edit one and press the buttons of two.
func (c *cadre) round(ctx context.Context) error {
	for range 1 + c.r.IntN(3) {
		if err := c.tell(ctx); err != nil {
			return err
		}
	}
	if err := c.edit(ctx); err != nil {
		return err
	}
	return c.press(ctx, 2)
}

func (c *cadre) tell(ctx context.Context) (err error) {
	m := &told{during: c.trial}
	text := fmt.Sprintf("两岸检查 %d人", 20+c.r.IntN(100))
	switch n := c.r.IntN(10); {
	case n < 2:
		m.events = []worked{c.work(0), c.work(1)}
	case n < 9:
		m.events = []worked{c.work(0)}
	}
	if len(m.events) > 0 {
		text = sentences(m.events)
	}
	c.told, c.events = append(c.told, m), c.events+len(m.events)
	m.id, err = c.client.Say(ctx, c.id, text)
	return err
}

// work makes up an activity that is like no other in its place. skip is how many the same message has already. Nobody's
// numbers are ten times what they usually are: that is asked about.
func (c *cadre) work(skip int) worked {
	n := c.events + skip
	day := report.DayOf(monday) - report.Day(2*(n/len(works)%days)+5)
	return worked{&works[n%len(works)], day, int64(200 + c.r.IntN(600)), int64(300 + c.r.IntN(900))}
}

func sentences(events []worked) string {
	var lines []string
	for _, e := range events {
		year, month, day := e.day.Date()
		lines = append(lines, fmt.Sprintf("%d年%d月%d日 %s %d人 资料%d份", year, month, day, e.kind.word, e.people, e.leaflet))
	}
	return strings.Join(lines, "\n")
}

// edit corrects a number of a message that was left alone so far, whether the bot has seen it or not.
func (c *cadre) edit(ctx context.Context) error {
	m := c.any(func(m *told) bool { return len(m.events) > 0 && !m.edited && m.pressed == 0 })
	if m == nil || c.r.IntN(2) == 0 {
		return nil
	}
	m.edited = true
	m.events[0].people += 7
	return c.client.Edit(ctx, sandbox.Edit{UserID: c.id, MessageID: m.id, Text: sentences(m.events)})
}

// press takes reports back by their receipts' button, or restores them. One in three buttons is pressed twice, as impatient
// people do.
func (c *cadre) press(ctx context.Context, times int) error {
	chat, err := c.client.Messages(ctx, c.id, 0)
	if err != nil {
		return err
	}
	for range times {
		m := c.any(func(m *told) bool { return len(m.events) == 1 && !m.edited && c.receipt(chat, m) != 0 })
		if m == nil {
			return nil
		}
		button := sandbox.Press{UserID: c.id, MessageID: c.receipt(chat, m), Text: m.button()}
		m.pressed, m.taken = m.pressed+1, !m.taken
		for range 1 + c.r.IntN(3)/2 {
			if _, err := c.client.Press(ctx, button); err != nil {
				return err
			}
		}
	}
	return nil
}

// button is the one that is pressed next.
func (m *told) button() string {
	if m.taken {
		return "还原"
	}
	return "撤回"
}

// receipt finds the answer to a message that has the button to be pressed next, 0 where there is none, or where the button was
// pressed often enough.
func (c *cadre) receipt(chat []sandbox.Message, m *told) int64 {
	if m.pressed > 1 {
		return 0
	}
	i := slices.IndexFunc(chat, func(a sandbox.Message) bool {
		return a.ReplyTo == m.id && a.From.IsBot && slices.ContainsFunc(a.Buttons, func(row []sandbox.Button) bool {
			return slices.ContainsFunc(row, func(b sandbox.Button) bool { return b.Text == m.button() })
		})
	})
	if i < 0 {
		return 0
	}
	return chat[i].MessageID
}

func (c *cadre) any(fit func(*told) bool) *told {
	var fitting []*told
	for _, m := range c.told {
		if fit(m) {
			fitting = append(fitting, m)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	return fitting[c.r.IntN(len(fitting))]
}
