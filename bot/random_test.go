package bot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"huibao/report"
	"huibao/sandbox"
	"huibao/store"
)

// TestAnyConversation lets three people write, press whatever buttons they see or remember, forge some, edit and correct, in
// any order and through restarts. Whatever they do, the sums follow from the reports, and a report that waits waits for an
// answer somebody was asked for. A failure names its seed.
func TestAnyConversation(t *testing.T) {
	const conversations, acts = 12, 60
	for seed := range uint64(conversations) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := &conversation{world: newWorld(t, "2026-03-09 09:00"), random: rand.New(rand.NewPCG(seed, 9)), speakers: speakers}
			c.sayings = slices.Concat(topics[seed%uint64(len(topics))], replies, questions)
			c.goesOn(seed, acts)
		})
	}
}

// TestAnyConversationOfAClosedYear is the same about the days around a New Year, with the year before closed half-way and an
// administrator among the speakers: nothing is lost, and the closed year changes by the administrator's word alone.
func TestAnyConversationOfAClosedYear(t *testing.T) {
	const conversations, acts = 8, 40
	for seed := range uint64(conversations) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := &conversation{world: newWorld(t, "2026-01-05 09:00"), random: rand.New(rand.NewPCG(seed, 2025)), speakers: append(speakers, 1005)}
			c.sayings = slices.Concat(newYear, replies, questions)
			c.start()
			for range acts / 2 {
				c.act()
				c.settle()
			}
			c.write(func(tx *store.Tx) error { _, err := tx.CloseYear(2025, 1, 5); return err })
			var closed int64
			c.scan(&closed, `SELECT COALESCE(MAX(seq), 0) FROM facts`)
			c.stop()
			c.goesOn(seed, acts)
			var unagreed int
			c.scan(&unagreed, fmt.Sprintf(`SELECT COUNT(*) FROM facts f JOIN revisions v ON v.report_id = f.report_id AND v.rev = f.rev
				WHERE f.seq > %d AND f.day < '2026-01-01' AND v.agreed_by IS NULL`, closed))
			if unagreed > 0 {
				t.Errorf("seed %d: %d lines of the closed year changed without an administrator, after:\n%s", seed, unagreed, strings.Join(c.did, "\n"))
			}
		})
	}
}

// goesOn lets acts happen and checks what must hold after each.
func (c *conversation) goesOn(seed uint64, acts int) {
	c.t.Helper()
	c.start()
	for range acts {
		c.act()
		c.settle()
		c.holds()
		if c.t.Failed() {
			c.t.Fatalf("seed %d, after:\n%s", seed, strings.Join(c.did, "\n"))
		}
	}
	c.stop()
	c.sums()
}

type conversation struct {
	*world
	random   *rand.Rand
	speakers []int64
	sayings  []string
	did      []string // what was done, for a failure
	buttons  []sandbox.Press
}

var (
	speakers = []int64{1001, 1002, 1004} // of a village, of its township, of the county
	// topics are what a conversation is mostly about: few words, so that they meet.
	topics = [][]string{
		{"普法 长铺社区 3月8日 320人 资料500份", "普法 长铺社区 3月8日 320余人 咨询12人次", "普法 长铺社区 3月7日 320人 资料500份",
			"普法 长铺社区 3月9日 300余人 资料500份 咨询12人次"},
		{"截至3月1日，今年安康保险累计参保500人", "截至3月8日，今年安康保险累计参保800人", "截至2月8日，今年安康保险累计参保900人",
			"2号参保写错了，是850", "2号日期是3月6日"},
		{"上周无活动", "本周无活动", "普法 3月7日 45人", "普法 50000人", "两岸检查 45人", "给18名两癌妇女发救助金，每人1.2万元",
			"最美家庭评出12户；新报两癌救助5名", "安康保险 3月2日 参保30人", "截至3月8日，今年安康保险累计参保800人"},
	}
	// newYear is about the days on both sides of it.
	newYear = []string{"普法 长铺社区 2025年12月31日 320人 资料500份", "普法 长铺社区 2026年1月1日 320余人 咨询12人次", "普法 长铺社区 2026年1月2日 300余人 资料500份",
		"截至2025年12月20日，安康保险累计参保500人", "截至2025年12月28日，安康保险累计参保800人", "1号日期是1月3日", "2025年12月22日到28日无活动",
		"普法 2025年12月27日 45人", "给18名两癌妇女发救助金，每人1.2万元", "3号写错了，是31人"}
	// questions go on from each other, and their buttons from them.
	questions = []string{"今年普法多少人", "那去年呢", "按村", "明细", "为什么是320", "红岩镇今年普法多少人", "慰问金发了多少", "上周活动总数"}
	replies   = []string{"是", "280", "人数写错了，是280", "普法那条作废", "签到表上是这样"}
)

// act does one thing at random.
func (c *conversation) act() {
	who := c.speakers[c.random.IntN(len(c.speakers))]
	switch c.random.IntN(12) {
	case 0, 1, 2, 3:
		c.say(who, c.sayings[c.random.IntN(len(c.sayings))])
	case 4, 5, 6, 7, 8:
		c.press(who)
	case 9:
		c.edit(who)
	case 10:
		d := []time.Duration{time.Minute, time.Hour, 25 * time.Hour}[c.random.IntN(3)]
		c.note("wait %v", d)
		c.clock.Advance(d)
	case 11:
		c.note("restart")
		c.stop()
		c.start()
	}
}

func (c *conversation) note(format string, args ...any) {
	c.did = append(c.did, fmt.Sprintf(format, args...))
}

func (c *conversation) say(who int64, words string) {
	c.note("%d: %s", who, words)
	must(c.client.Send(c.t.Context(), sandbox.Send{UserID: who, Text: words}))
}

// press presses a button that is seen, or was once, or never was.
func (c *conversation) press(who int64) {
	messages := must(c.client.Messages(c.t.Context(), who, 0))
	var seen []sandbox.Press
	for _, m := range messages {
		for _, b := range slices.Concat(m.Buttons...) {
			seen = append(seen, sandbox.Press{UserID: who, MessageID: m.MessageID, ForgedData: b.Data})
		}
	}
	c.buttons = append(c.buttons, seen...)
	if len(c.buttons) == 0 {
		return
	}
	p := c.buttons[c.random.IntN(len(c.buttons))]
	if len(seen) > 0 && c.random.IntN(4) > 0 {
		p = seen[c.random.IntN(len(seen))]
	}
	if p.UserID != who { // someone else's button, under a message of one's own
		if len(messages) == 0 {
			return
		}
		p.UserID, p.MessageID = who, messages[len(messages)-1].MessageID
	}
	if c.random.IntN(10) == 0 {
		p.ForgedData = fmt.Sprintf("%c:%d:%d:%d", "udDwnNabK"[c.random.IntN(9)], c.random.IntN(6), c.random.IntN(5), c.random.IntN(4))
	}
	if slices.Contains(c.sayings, questions[0]) && c.random.IntN(20) == 0 {
		views := []string{"s", "a", "a:participants", "m:materials", "y", "d:2", "d:-1", "at:2", "find:1", "g:a:", "x:s", "?"}
		p.ForgedData = fmt.Sprintf("q:%d:%s", c.random.IntN(6), views[c.random.IntN(len(views))])
	}
	c.note("%d presses %s", who, p.ForgedData)
	must(c.client.Press(c.t.Context(), p))
}

// edit changes an earlier message of one's own into something else.
func (c *conversation) edit(who int64) {
	messages := must(c.client.Messages(c.t.Context(), who, 0))
	own := slices.DeleteFunc(messages, func(m sandbox.Message) bool { return m.From.IsBot })
	if len(own) == 0 {
		return
	}
	words := c.sayings[c.random.IntN(len(c.sayings))]
	m := own[c.random.IntN(len(own))]
	if m.Text == words {
		return
	}
	c.clock.Advance(time.Second)
	c.note("%d edits “%s”: %s", who, m.Text, words)
	if err := c.client.Edit(c.t.Context(), sandbox.Edit{UserID: who, ChatID: who, MessageID: m.MessageID, Text: words}); err != nil {
		c.t.Fatal(err)
	}
}

// holds checks what must hold after every act.
func (c *conversation) holds() {
	c.t.Helper()
	c.sums()
	c.read(func(v *store.View) error {
		reports := c.reports(v)
		posted := map[int64][]report.Fact{}
		err := v.Facts(0, func(_ int64, _ time.Time, f report.Fact) error {
			posted[f.Report] = append(posted[f.Report], f)
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range reports {
			c.counted(r, posted[r.ID])
			c.waits(v, r)
			c.shares(v, r)
		}
		c.totals(reports)
		return nil
	})
	var dead int
	c.scan(&dead, `SELECT COUNT(*) FROM inbox WHERE state = 'dead'`)
	if dead > 0 {
		c.t.Errorf("%d updates could not be handled:\n%s", dead, c.log)
	}
}

func (c *conversation) reports(v *store.View) (list []report.Report) {
	for id := int64(1); ; id++ {
		r, err := v.Report(id)
		if err != nil {
			return list
		}
		list = append(list, r)
	}
}

// counted checks that what was posted of a report sums up to what it says now: to nothing where it is not filed.
func (c *conversation) counted(r report.Report, posted []report.Fact) {
	type line struct {
		day  report.Day
		area int64
		report.Key
	}
	sums := map[line][2]int64{}
	add := func(facts []report.Fact, sign int64) {
		for _, f := range facts {
			at := line{f.Day, f.Area, f.Key}
			sums[at] = [2]int64{sums[at][0] + sign*f.Value, sums[at][1] + sign*f.Events}
		}
	}
	add(posted, 1)
	add(report.Post(report.Report{}, r), -1)
	for at, sum := range sums {
		if sum != [2]int64{} {
			c.t.Errorf("%d号 (%s): %v is wrong by %v", r.ID, r.State, at, sum)
		}
	}
}

// waits checks that a question stands before a report that waits, and that one before a filed report is about a change of it.
func (c *conversation) waits(v *store.View, r report.Report) {
	q, open, err := v.QuestionOf(r.ID)
	waiting := r.State == report.Asked || r.State == report.Held
	switch {
	case err != nil:
		c.t.Error(err)
	case waiting && (!open || q.Rev != r.Rev):
		c.t.Errorf("%d号 is %s at revision %d and nobody can answer for it: %v, %+v", r.ID, r.State, r.Rev, open, q)
	case open && q.Rev == r.Rev && !waiting && before(q.Field):
		c.t.Errorf("%d号 is %s and was asked about %s", r.ID, r.State, q.Field)
	}
}

// before tells whether a question about that stands before the ledger.
func before(field string) bool {
	return slices.ContainsFunc([]string{fieldForward, fieldDoubt, fieldSuspect, fieldRunning, fieldSame, fieldNil, fieldAgain},
		func(prefix string) bool { return strings.HasPrefix(field, prefix) })
}

// shares checks that a figure that came from another report came from one that is the same event.
func (c *conversation) shares(v *store.View, r report.Report) {
	for _, f := range r.Figures {
		if f.From == 0 || r.State == report.Withdrawn {
			continue
		}
		from, err := v.Report(f.From)
		if err != nil || from.State != report.Same || from.SameAs != r.ID {
			c.t.Errorf("%d号 (%s) has %s from %d号, which is %s of %d号", r.ID, r.State, f.Measure, f.From, from.State, from.SameAs)
		}
	}
	if r.State == report.Same {
		if first, err := v.Report(r.SameAs); err != nil || first.State != report.Filed && first.State != report.Held {
			c.t.Errorf("%d号 is the same as %d号, which is %s", r.ID, r.SameAs, first.State)
		}
	}
}

// totals checks that the running totals of each area add up to the last of them, each year for itself.
func (c *conversation) totals(reports []report.Report) {
	type total struct {
		day      report.Day
		id       int64
		last, by int64
	}
	type where struct {
		area int64
		year int
	}
	totals := map[where]total{}
	for _, r := range reports {
		f, i := r.Figure("women", "", false)
		if r.Activity != "insurance" || r.State != report.Filed || i < 0 || !f.Running {
			continue
		}
		at := where{r.Area, r.Day.Year()}
		sum := totals[at]
		sum.by += f.Value - f.Base
		if r.Day > sum.day || r.Day == sum.day && r.ID > sum.id {
			sum.day, sum.id, sum.last = r.Day, r.ID, f.Value
		}
		totals[at] = sum
	}
	for at, sum := range totals {
		if sum.by != sum.last {
			c.t.Errorf("area %d in %d: the running totals post %d, the last says %d", at.area, at.year, sum.by, sum.last)
		}
	}
}
