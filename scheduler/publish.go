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
func (s *Scheduler) publish(tx *store.Tx, j job, p report.Period) (sent int, err error) {
	missed, err := s.missed(tx, j)
	if err != nil {
		return 0, err
	}
	err = s.each(tx, j, p, func(names digest.Scene, a audience, sum report.Summary) error {
		sum.Missed = missed
		n, err := s.send(tx, j, names, a, sum)
		sent += n
		return err
	})
	return sent, err
}

// keep makes the digests of a period that is left out, for nobody: what is published next has them to go on from, and
// whoever asks later is told what has changed since.
func (s *Scheduler) keep(tx *store.Tx, j job, p report.Period) error {
	return s.each(tx, j, p, func(digest.Scene, audience, report.Summary) error { return nil })
}

// each sums a period up for every audience, keeps that as published, and hands it to f.
func (s *Scheduler) each(tx *store.Tx, j job, p report.Period, f func(digest.Scene, audience, report.Summary) error) error {
	names, err := s.scene(tx)
	if err != nil {
		return err
	}
	audiences, err := s.audiences(tx, names.Areas)
	if err != nil {
		return err
	}
	for _, a := range audiences {
		sum, err := tx.Summary(a.area, p, names.Today)
		if err != nil {
			return err
		}
		if err := s.edition(tx, j, sum); err != nil {
			return err
		}
		if err := f(names, a, sum); err != nil {
			return err
		}
	}
	return nil
}

// send puts a digest into the outbox for every chat of its audience.
func (s *Scheduler) send(tx *store.Tx, j job, names digest.Scene, a audience, sum report.Summary) (sent int, err error) {
	body, err := json.Marshal(digest.Summary(names, sum).Message(digest.SummaryButtons(names, sum)...))
	if err != nil {
		return 0, fmt.Errorf("write the digest of area %d: %w", a.area, err)
	}
	for _, chat := range a.chats {
		_, err := tx.Enqueue(store.Outgoing{Chat: chat, Method: "sendMessage", Body: body,
			Dedupe: fmt.Sprintf("digest:%s:%s:%d:%d", j.Name, sum.Period.Key(), a.area, chat)})
		if err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

// missed gives the periods of a job that were skipped since it last sent one, oldest first.
func (s *Scheduler) missed(tx *store.Tx, j job) ([]report.Period, error) {
	runs, err := tx.Runs(j.Name)
	if err != nil {
		return nil, err
	}
	for i := len(runs) - 1; i >= 0; i-- {
		if runs[i].State != store.RunSkipped {
			runs = runs[i+1:]
			break
		}
	}
	var list []report.Period
	for _, r := range runs {
		if r.Note == noteRestored { // nobody missed it, perhaps
			continue
		}
		p, err := report.ParsePeriod(r.Period)
		if err != nil {
			return nil, fmt.Errorf("the ledger of runs: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
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

// edition keeps what is published, with its numbers and the ledger's position, so that later changes can be told. The
// split by area, most of a summary and none of its text, is left away: the areas below have digests of their own.
func (s *Scheduler) edition(tx *store.Tx, j job, sum report.Summary) error {
	sum.ByArea = nil
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
	members, err := tx.Supervisors()
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
			add(role.Area, chat.ID)
		}
	}
	groups, err := tx.DigestChats()
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		add(g.Area, g.ID)
	}
	return list, nil
}
