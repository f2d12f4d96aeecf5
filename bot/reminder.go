package bot

import (
	"encoding/json"
	"fmt"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// urgeGap is how long nobody is asked again for the same duty, and urgeLife how long the asking is worth sending.
const (
	urgeGap  = time.Hour
	urgeLife = 3 * time.Hour
)

// urge asks those who have not reported for a period, each privately, and says how many they are. At night it waits for the
// morning, when the scheduler sends it to those who have not reported by then. Only who supervises the area may.
func (t *turn) urge(tgMessage, area int64, p report.Period) error {
	if !t.supervises(area) {
		return nil
	}
	if err := t.tx.InTurn(area); err != nil { // of two who ask at the same time the second finds that it was asked
		return err
	}
	list, err := t.tx.Standings(area, p)
	if err != nil {
		return err
	}
	now := t.tx.Now()
	due := report.AfterQuiet(now)
	u := digest.Urged{At: due, Morning: due.After(now)}
	asked, people, again := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
	for _, s := range list {
		if s.Told() {
			continue
		}
		last, found, err := t.tx.LastUrge(s.Area, s.Activity, p)
		if err != nil {
			return err
		}
		if found && (now.Before(last.At.Add(urgeGap)) || last.Due.After(now)) {
			again[s.Area], u.Last = true, last.At
			continue
		}
		members, err := t.urgeDuty(s, due, &u)
		if err != nil {
			return err
		}
		for _, m := range members {
			asked[s.Area], people[m] = true, true
		}
	}
	u.Areas, u.People, u.Again = len(asked), len(people), len(again)
	if u.People > 0 {
		if err := t.tx.Audit(t.member.ID, "urge", t.source.Areas.Name(area), p.Key()); err != nil {
			return err
		}
	}
	return t.answer(tgMessage, digest.UrgedText(t.scene(), area, u, t.chat.Kind == "private").Message())
}

// urgeDuty asks the people who owe one report, and gives who they are.
func (t *turn) urgeDuty(s report.Standing, due time.Time, u *digest.Urged) (members []int64, err error) {
	recipients, err := t.tx.Recipients(s.Area)
	if err != nil {
		return nil, err
	}
	unreached := digest.Unreached{Area: s.Area}
	for _, r := range recipients {
		if r.Chat == 0 {
			unreached.Names = append(unreached.Names, r.Name)
			continue
		}
		members = append(members, r.Member)
		if u.Morning {
			continue
		}
		if err := t.bot.remind(t.tx, t.scene(), s, r); err != nil {
			return nil, err
		}
	}
	if len(unreached.Names) > 0 || len(members) == 0 {
		u.Unreached = append(u.Unreached, unreached)
	}
	if len(members) == 0 {
		return nil, nil
	}
	return members, t.tx.Urge(store.Urge{Area: s.Area, Activity: s.Activity, Period: s.Period, By: t.member.ID, Due: due})
}

// remind sends a reminder to one person's own chat. It is worth nothing at night.
func (b *Bot) remind(tx *store.Tx, scene digest.Scene, s report.Standing, r store.Recipient) error {
	body, err := json.Marshal(digest.Reminder(scene, s, tx.Now()).Message())
	if err != nil {
		return fmt.Errorf("write a reminder: %w", err)
	}
	expires := tx.Now().Add(urgeLife)
	if evening := report.Evening(tx.Now()); expires.After(evening) {
		expires = evening
	}
	_, err = tx.Enqueue(store.Outgoing{Chat: r.Chat, Method: methodSend, Body: body, Expires: expires})
	return err
}
