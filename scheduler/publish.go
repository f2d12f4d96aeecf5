package scheduler

import (
	"encoding/json"
	"fmt"
	"slices"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// audience is the chats that get the digest of an area.
type audience struct {
	area  int64
	chats []int64 // the store's ids, each once
}

// publish makes the digests of a period inside tx: for the county, and for every area a supervisor or a group waits for. It
// gives the number of messages put into the outbox.
func (s *Scheduler) publish(tx *store.Tx, j job, p report.Period, missed []report.Period) (sent int, err error) {
	names, err := s.scene(tx)
	if err != nil {
		return 0, err
	}
	audiences, err := s.audiences(tx, names.Areas)
	if err != nil {
		return 0, err
	}
	for _, a := range audiences {
		sum, err := tx.Summary(a.area, p, names.Today)
		if err != nil {
			return 0, fmt.Errorf("sum up area %d: %w", a.area, err)
		}
		sum.Missed = missed
		if err := s.edition(tx, j, sum); err != nil {
			return 0, err
		}
		body, err := json.Marshal(digest.Summary(names, sum).Message(digest.SummaryButtons(names, sum)...))
		if err != nil {
			return 0, fmt.Errorf("write the digest of area %d: %w", a.area, err)
		}
		for _, chat := range a.chats {
			_, err := tx.Enqueue(store.Outgoing{Chat: chat, Method: "sendMessage", Body: body,
				Dedupe: fmt.Sprintf("digest:%s:%s:%d:%d", j.Name, p.Key(), a.area, chat)})
			if err != nil {
				return 0, err
			}
			sent++
		}
	}
	return sent, nil
}

// scene gives the names and the day of tx.
func (s *Scheduler) scene(tx *store.Tx) (digest.Scene, error) {
	areas, err := tx.Areas()
	if err != nil {
		return digest.Scene{}, err
	}
	catalogue, err := tx.Catalogue()
	if err != nil {
		return digest.Scene{}, err
	}
	return digest.Scene{Catalogue: catalogue, Areas: areas, Today: report.DayOf(tx.Now().In(s.loc))}, nil
}

// edition keeps what is published, with its numbers and the ledger's position, so that later changes can be told.
func (s *Scheduler) edition(tx *store.Tx, j job, sum report.Summary) error {
	numbers, err := json.Marshal(sum)
	if err != nil {
		return fmt.Errorf("write the numbers of area %d: %w", sum.Area, err)
	}
	_, err = tx.Publish(store.Publication{Kind: j.Name, Area: sum.Area, Period: sum.Period, FactsSeq: sum.FactsSeq, Numbers: numbers})
	return err
}

// audiences lists the areas to publish, the county first, with the private chats of their supervisors and the groups bound
// to them. A supervisor who never wrote to the bot has no chat and is left out: a bot may not write first.
func (s *Scheduler) audiences(tx *store.Tx, areas *report.Areas) ([]audience, error) {
	root, ok := areas.Root()
	if !ok {
		return nil, nil
	}
	list := []audience{{area: root.ID}}
	add := func(area, chat int64) {
		i := slices.IndexFunc(list, func(a audience) bool { return a.area == area })
		if i < 0 {
			i = len(list)
			list = append(list, audience{area: area})
		}
		if !slices.Contains(list[i].chats, chat) {
			list[i].chats = append(list[i].chats, chat)
		}
	}
	members, err := tx.Members()
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		chat, ok, err := tx.ChatByTg(m.TgUser) // a private chat has its user's id
		if err != nil {
			return nil, err
		}
		if !ok || chat.State != store.ChatActive {
			continue
		}
		for _, role := range m.Memberships {
			if role.Role == store.Supervisor {
				add(role.Area, chat.ID)
			}
		}
	}
	for _, area := range areas.All() {
		groups, err := tx.DigestChats(area.ID)
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			add(area.ID, g.ID)
		}
	}
	return list, nil
}
