package bot

import (
	"slices"
	"strconv"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// One event told twice. The later report is held; said to be the same, it stays uncounted and the first gets the figures
// that only the later one has, each marked with where it came from (report.Figure.From), so that all of it can be undone.

// askSame asks whether the event was told already: by someone else, or by the same hand with the same figures.
func (t *turn) askSame(r report.Report, o open) (*asking, error) {
	others, err := t.tx.Around(r.Activity, r.Area, r.Day, max(r.Day, r.Until))
	if err != nil {
		return nil, err
	}
	for _, first := range others {
		if first.ID == r.ID || slices.Contains(o.Passed, fieldSame+strconv.FormatInt(first.ID, 10)) {
			continue
		}
		like, possible := t.source.Areas.Compare(first, r)
		if !possible || !like.Same() || (first.Message == r.Message && first.Area != r.Area) {
			continue // a message that lists a township and its villages tells of several events
		}
		if first.State == report.Held && first.SameAs == r.ID {
			continue // it waits for the same answer the other way round
		}
		if first.By == t.member.ID && (like.Conflict > 0 || like.Extra > 0) {
			continue // the same hand with other figures: another event
		}
		return t.sameQuestion(r, o, first)
	}
	return nil, nil
}

func (t *turn) sameQuestion(r report.Report, o open, first report.Report) (*asking, error) {
	double := digest.Double{First: first, Second: r, Extra: extraFigures(first, r)}
	q := &asking{Field: fieldSame + strconv.FormatInt(first.ID, 10), State: report.Held, SameAs: first.ID, Open: o}
	other := option{Text: "不是一场，另计", Do: doTake}
	switch {
	case first.By != t.member.ID:
		by, err := t.memberName(first.By)
		if err != nil {
			return nil, err
		}
		double.By = by
		same := option{Text: "同一场", Do: doMerge, Other: first.ID}
		if len(double.Extra) > 0 {
			same.Text = "同一场，补多出的"
		}
		q.Options = []option{same, other}
	case first.Day == r.Day && first.Area == r.Area:
		double.Exactly = true
		q.Options = []option{{Text: "同一场，只计一次", Do: doMerge, Other: first.ID}, {Text: "又一场，都计", Do: doTake}}
	default:
		move := option{Text: "是，改成" + r.Day.Chinese(t.today.Year()), Do: doMove, Other: first.ID}
		if first.Day == r.Day {
			move = option{Text: "是，只计一次", Do: doMerge, Other: first.ID}
		}
		q.Options = []option{move, {Text: "另一场，都计", Do: doTake}}
	}
	q.Text = digest.SameEvent(t.scene(), double)
	return q, nil
}

// extraFigures gives the figures of the second report that the first has not, marked as the second's.
func extraFigures(first, second report.Report) []report.Figure {
	var extra []report.Figure
	for _, f := range second.Figures {
		if _, i := first.Figure(f.Measure, f.Label, f.Part); i < 0 && !f.Claim {
			if f.From == 0 {
				f.From = second.ID
			}
			f.Base = 0
			extra = append(extra, f)
		}
	}
	return extra
}

// root gives the report under which an event is counted: the one that another is the same as, as far as that goes. stands
// is false where it no longer waits or counts.
func (t *turn) root(id int64) (first report.Report, stands bool, err error) {
	for {
		first, err = t.tx.Report(id)
		if err != nil || first.State != report.Same {
			return first, first.State == report.Filed || first.State == report.Held, err
		}
		id = first.SameAs
	}
}

// merge makes r the same event as another report, which gets the figures that only r has. Both stay, with their senders;
// one is counted. Where the other no longer stands, r is the only one and goes on alone.
func (t *turn) merge(r report.Report, o option, kept asking, c store.Change) error {
	first, stands, err := t.root(o.Other)
	if err != nil {
		return err
	}
	if !stands || first.ID == r.ID {
		return t.goOn(r, kept, c)
	}
	next, err := t.join(first, r, c, func(to *report.Report) {
		if o.Do == doMove {
			to.Day, to.Until, to.Area, to.Place = r.Day, r.Until, r.Area, r.Place
		}
	})
	if err != nil {
		return err
	}
	if err := t.tellAuthor(first, next, ""); err != nil {
		return err
	}
	alone, err := t.tellsOne(r.Message)
	if err != nil {
		return err
	}
	if o.Do == doMove {
		if err := t.showReceipt(next, receiptButtons); err != nil {
			return err
		}
		err = t.bot.enqueue(t.tx, t.chat.ID, t.changedMessage(first, next), outOptions{key: questionKey(r, alone), edit: true})
	} else {
		err = t.showMerged(r.ID)
	}
	if err != nil {
		return err
	}
	return t.offerLesson(kept.Open.Lesson)
}

// showMerged says where a report was told that it is the same event as another, and what it added to that.
func (t *turn) showMerged(id int64) error {
	r, err := t.tx.Report(id)
	if err != nil {
		return err
	}
	first, err := t.tx.Report(r.SameAs)
	if err != nil {
		return err
	}
	message, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return err
	}
	alone, err := t.tellsOne(r.Message)
	if err != nil {
		return err
	}
	double := digest.Double{First: first, Second: r}
	for _, f := range first.Figures {
		if f.From == r.ID {
			double.Extra = append(double.Extra, f)
		}
	}
	m := digest.Merged(t.scene(), double).Message(row(button("还原", press{pressUndo, r.ID, r.Rev, ""})))
	return t.bot.enqueue(t.tx, message.Chat, m, outOptions{key: questionKey(r, alone), edit: true})
}

// join makes r the same as first, with all that was the same as r, and gives first with their extra figures.
func (t *turn) join(first, r report.Report, c store.Change, also func(*report.Report)) (report.Report, error) {
	next := first.Clone()
	also(&next)
	next.Figures = append(next.Figures, extraFigures(first, r)...)
	r.State, r.SameAs, r.Figures = report.Same, first.ID, own(r)
	if _, err := t.post(r, c); err != nil {
		return first, err
	}
	doubles, err := t.tx.SameAs(r.ID)
	if err != nil {
		return first, err
	}
	for _, d := range doubles {
		if d.State != report.Same {
			continue
		}
		d.SameAs = first.ID
		if _, err := t.tx.Revise(d, store.Change{By: c.By, Message: r.Message, Why: whyMerged}); err != nil {
			return first, err
		}
	}
	if !differs(first, next) {
		return first, nil
	}
	next, err = t.post(next, store.Change{By: c.By, Message: r.Message, Why: whyMerged})
	if err != nil {
		return first, err
	}
	return next, t.tx.MoveQuestion(next.ID, next.Rev) // one about a held report asks the same as before
}

// share keeps the figures that the first report of an event has from next in line with what next is and says now.
func (t *turn) share(old, next report.Report) error {
	if old.State != report.Same || next.State == report.Same && next.SameAs == old.SameAs && slices.Equal(old.Figures, next.Figures) {
		return nil
	}
	first, err := t.tx.Report(old.SameAs)
	if err != nil || first.State == report.Withdrawn { // it keeps what it had, for when it comes back
		return err
	}
	with := first.Clone()
	with.Figures = slices.DeleteFunc(with.Figures, func(f report.Figure) bool { return f.From == next.ID })
	if next.State == report.Same && next.SameAs == first.ID {
		with.Figures = append(with.Figures, extraFigures(with, next)...)
	}
	if slices.Equal(with.Figures, first.Figures) {
		return nil
	}
	if with, err = t.post(with, store.Change{By: t.member.ID, Message: next.Message, Why: whyMerged}); err != nil {
		return err
	}
	if err := t.tx.MoveQuestion(with.ID, with.Rev); err != nil || with.State != report.Filed {
		return err
	}
	if first.By == t.member.ID {
		return t.showReceipt(with, receiptButtons)
	}
	return t.tellAuthor(first, with, "")
}

// unmerge takes back that a report is the same event as another: the other loses the figures it had from it, and whether
// they are one event is open again.
func (t *turn) unmerge(r report.Report, c store.Change) error {
	o, err := t.openOf(r)
	if err != nil {
		return err
	}
	o.Passed = slices.DeleteFunc(o.Passed, func(field string) bool { return field == fieldSame+strconv.FormatInt(r.SameAs, 10) })
	r.State = report.Held
	if r, err = t.post(r, c); err != nil { // first, so that the question is about the two as they are now
		return err
	}
	q, err := t.nextQuestion(r, o)
	if err != nil {
		return err
	}
	if q != nil && q.State == r.State && q.SameAs == r.SameAs {
		err = t.keepQuestion(r, q)
	} else {
		r, q, err = t.settle(r, o, c)
	}
	if err != nil {
		return err
	}
	return t.showOutcome(r, q, false)
}

// unmergeFrom takes back that the reports of a message are the same event as first.
func (t *turn) unmergeFrom(first report.Report, message int64, c store.Change) error {
	doubles, err := t.tx.SameAs(first.ID)
	if err != nil {
		return err
	}
	for _, d := range doubles {
		if d.Message != message || d.State != report.Same {
			continue
		}
		author, err := t.as(d)
		if err != nil {
			return err
		}
		if err := author.unmerge(d, c); err != nil {
			return err
		}
	}
	return nil
}

// release asks the senders of what was, or perhaps was, the same event as first whether theirs counts now that first was
// taken back. Of several that were the same, the oldest is asked about and the others stay the same as that.
func (t *turn) release(first report.Report) error {
	doubles, err := t.tx.SameAs(first.ID)
	if err != nil || len(doubles) == 0 {
		return err
	}
	i := max(0, slices.IndexFunc(doubles, func(d report.Report) bool { return d.State == report.Same }))
	heir, change := doubles[i], store.Change{By: t.member.ID, Message: first.Message, Why: whyReleased}
	author, err := t.as(heir)
	if err != nil {
		return err
	}
	if heir, err = author.offer(heir, first, change); err != nil {
		return err
	}
	for _, d := range slices.Delete(doubles, i, i+1) {
		if d.State == report.Same {
			if heir, err = t.join(heir, d, change, func(*report.Report) {}); err != nil {
				return err
			}
			continue
		}
		if author, err = t.as(d); err != nil {
			return err
		}
		if err := author.settleAnew(d, change); err != nil {
			return err
		}
	}
	return nil
}

// offer asks whether a report counts, now that the one it was the same as was taken back.
func (t *turn) offer(r, first report.Report, c store.Change) (report.Report, error) {
	o, err := t.openOf(r)
	if err != nil {
		return r, err
	}
	r.State = report.Held
	if r, err = t.tx.Revise(r, c); err != nil {
		return r, err
	}
	q := &asking{Field: fieldAgain, Open: o, Text: digest.Released(t.scene(), r, first)}
	q.Options = []option{{Text: "计入", Do: doTake}, {Text: "不计入", Do: doDrop}}
	if err := t.keepQuestion(r, q); err != nil {
		return r, err
	}
	return r, t.showQuestion(r, q)
}

// settleAnew settles a held report whose other one was taken back: it may look like a third one.
func (t *turn) settleAnew(r report.Report, c store.Change) error {
	o, err := t.openOf(r)
	if err != nil {
		return err
	}
	r, q, err := t.settle(r, o, c)
	if err != nil {
		return err
	}
	return t.showOutcome(r, q, true)
}

// showQuestion sends the open question about a report, below everything else.
func (t *turn) showQuestion(r report.Report, q *asking) error {
	alone, err := t.tellsOne(r.Message)
	if err != nil {
		return err
	}
	message, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return err
	}
	return t.sendQuestion(message.TgMessage, r, q, alone)
}

// rejoined gives next with just the figures of others that are the same event. Where a report comes back that was taken
// back, those that were the same, and still wait to be counted in its place, are the same again.
func (t *turn) rejoined(old, next report.Report) (report.Report, error) {
	if next.ID == 0 {
		return next, nil
	}
	doubles, err := t.tx.SameAs(next.ID)
	if err != nil {
		return next, err
	}
	back := old.State == report.Withdrawn && next.State == report.Filed
	var same []report.Report
	for _, d := range doubles {
		if d.State == report.Held && back {
			more, err := t.takeBackOffer(d, next)
			if err != nil {
				return next, err
			}
			same = append(same, more...)
		}
		if d.State == report.Same {
			same = append(same, d)
		}
	}
	next = next.Clone()
	next.Figures = slices.DeleteFunc(next.Figures, func(f report.Figure) bool {
		return f.From != 0 && !slices.ContainsFunc(same, func(d report.Report) bool { return d.ID == f.From })
	})
	if back {
		for _, d := range same {
			next.Figures = append(next.Figures, extraFigures(next, d)...)
		}
	}
	return next, nil
}

// offered gives the question whether a report counts in the place of one that was taken back, if it was asked last.
func (t *turn) offered(r report.Report) (store.Question, bool, error) {
	questions, err := t.tx.QuestionsOf(r.ID)
	if err != nil || len(questions) == 0 {
		return store.Question{}, false, err
	}
	return questions[0], questions[0].Field == fieldAgain && questions[0].Rev == r.Rev, nil
}

// before gives a report as it was before its latest revision.
func (t *turn) before(r report.Report) (report.Report, error) {
	revisions, err := t.tx.Revisions(r.ID)
	if err != nil || len(revisions) < 2 {
		return report.Report{}, err
	}
	return revisions[len(revisions)-2].Report, nil
}

// showRejoined says of the reports that are the same event as one that came back that they are so again, and asks about
// those of which nobody has said it.
func (t *turn) showRejoined(first report.Report) error {
	doubles, err := t.tx.SameAs(first.ID)
	if err != nil {
		return err
	}
	for _, d := range doubles {
		if d.State == report.Same {
			if err := t.showMerged(d.ID); err != nil {
				return err
			}
			continue
		}
		if _, offered, err := t.offered(d); err != nil || !offered {
			return err
		}
		author, err := t.as(d)
		if err != nil {
			return err
		}
		if err := author.settleAnew(d, store.Change{By: t.member.ID, Message: first.Message, Why: whyReleased}); err != nil {
			return err
		}
	}
	return nil
}

// takeBackOffer makes a report the same as first again, with all that was the same as it, if it waits to be counted in
// first's place. It gives them all.
func (t *turn) takeBackOffer(r, first report.Report) (same []report.Report, err error) {
	q, offered, err := t.offered(r)
	if err != nil || !offered {
		return nil, err
	}
	before, err := t.before(r)
	if err != nil || before.State != report.Same {
		return nil, err
	}
	if err := t.closeQuestion(q, ""); err != nil {
		return nil, err
	}
	doubles, err := t.tx.SameAs(r.ID)
	if err != nil {
		return nil, err
	}
	r.State, r.Figures = report.Same, own(r)
	for _, d := range append([]report.Report{r}, doubles...) {
		if d.State != report.Same {
			continue
		}
		d.SameAs = first.ID
		if d, err = t.tx.Revise(d, store.Change{By: t.member.ID, Message: first.Message, Why: whyMerged}); err != nil {
			return nil, err
		}
		same = append(same, d)
	}
	return same, nil
}
