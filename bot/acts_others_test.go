package bot

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"huibao/report"
	"huibao/sandbox"
	"huibao/store"
)

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
