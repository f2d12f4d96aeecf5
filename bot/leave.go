package bot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// ErrNoChat: the successor never wrote to the bot, so that nothing can be asked of them.
var ErrNoChat = errors.New("the successor has not written to the bot yet: ask them to send it /start")

// Leave ends roles of a member at an administrator's word (by 0: on the command line). Whoever has none left is told so in one
// line and is a stranger from then on; what they reported stays with the area. ErrNotFound where a role is not there to end.
func Leave(tx *store.Tx, by int64, member store.Member, roles ...store.Membership) error {
	areas, err := tx.Areas()
	if err != nil {
		return err
	}
	for _, r := range roles {
		if err := tx.Revoke(member.ID, r.Area, r.Role); err != nil {
			return err
		}
		if err := tx.Audit(by, "revoke", fmt.Sprintf("%s (%d)", member.Name, member.TgUser), fmt.Sprintf("%s %s", r.Role, areas.Name(r.Area))); err != nil {
			return err
		}
	}
	left, err := tx.Member(member.ID)
	if err != nil || len(left.Memberships) > 0 {
		return err
	}
	return tell(tx, member, plain(sayLeft))
}

// leave is Leave for the bot's commands.
func (b *Bot) leave(tx *store.Tx, by int64, member store.Member, roles ...store.Membership) error {
	return Leave(tx, by, member, roles...)
}

// HandOver gives a cadre's area to another member, at an administrator's word (by 0: on the command line). The reports that
// wait are asked about anew, of the successor, who finds the predecessor's reports of the area under /mine. It gives how many
// wait. The predecessor's other roles stay.
func HandOver(tx *store.Tx, by, area int64, from, to store.Member) (waiting int, err error) {
	where, ok, err := tx.ChatByTg(to.TgUser)
	if err != nil {
		return 0, err
	}
	if !ok || where.State != store.ChatActive {
		return 0, ErrNoChat
	}
	areas, err := tx.Areas()
	if err != nil {
		return 0, err
	}
	reports, err := tx.HandOver(area, from.ID, to.ID, by)
	if err != nil {
		return 0, err
	}
	detail := fmt.Sprintf("%s (%d) to %s (%d), %d reports wait", from.Name, from.TgUser, to.Name, to.TgUser, len(reports))
	if err := tx.Audit(by, "handover", areas.Name(area), detail); err != nil {
		return 0, err
	}
	if err := tell(tx, to, digest.HandedOver(areas.Name(area), from.Name, len(reports)).Message()); err != nil {
		return 0, err
	}
	for _, r := range reports {
		if err := askSuccessor(tx, where, r); err != nil {
			return 0, err
		}
	}
	left, err := tx.Member(from.ID)
	if err == nil && len(left.Memberships) == 0 {
		err = tell(tx, from, digest.Replaced(areas.Name(area), to.Name).Message())
	}
	return len(reports), err
}

// handOver is HandOver for the bot's commands.
func (b *Bot) handOver(tx *store.Tx, by, area int64, from, to store.Member) (waiting int, err error) {
	return HandOver(tx, by, area, from, to)
}

// askSuccessor asks a report's present sender what the one before was asked last. A question to the administrators goes on
// as it is.
func askSuccessor(tx *store.Tx, where store.Chat, r report.Report) error {
	asked, err := tx.QuestionsOf(r.ID)
	if err != nil || len(asked) == 0 {
		return err
	}
	q := asked[0]
	if q.Field == fieldClosed {
		return tx.MoveQuestion(r.ID, r.Rev)
	}
	kept, err := decodeAsking(q)
	if err != nil {
		return err
	}
	for _, o := range kept.Options {
		if o.Report != nil {
			o.Report.By = r.By
		}
	}
	id, err := keepAsking(tx, store.Question{Chat: where.ID, Member: r.By, Report: r.ID, Rev: r.Rev, Field: q.Field,
		Expires: tx.Now().Add(questionLife)}, &kept)
	if err != nil {
		return err
	}
	return enqueue(tx, where.ID, questionMessage(id, &kept), outOptions{key: fmt.Sprintf("question:%d", r.ID)})
}

// tell writes to a member's private chat, if the bot may.
func tell(tx *store.Tx, to store.Member, m digest.Message) error {
	where, ok, err := tx.ChatByTg(to.TgUser) // a private chat has its user's id
	if err != nil || !ok || where.State != store.ChatActive {
		return err
	}
	return enqueue(tx, where.ID, m, outOptions{})
}

// takenOver adds to a member's reports those of the predecessors in the areas the member took over, newest first.
func (t *turn) takenOver(own []report.Report, limit int) ([]report.Report, error) {
	for _, s := range t.member.Memberships {
		if s.From == 0 {
			continue
		}
		theirs, err := t.tx.Reports(store.ReportFilter{By: s.From, Within: s.Area, Limit: limit})
		if err != nil {
			return nil, err
		}
		own = append(own, theirs...)
	}
	return newestFirst(own, limit), nil
}

func newestFirst(reports []report.Report, limit int) []report.Report {
	slices.SortFunc(reports, func(a, b report.Report) int { return cmp.Compare(b.ID, a.ID) })
	return reports[:min(len(reports), limit)]
}
