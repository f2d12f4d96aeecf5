package bot

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// Corrections said in words: 人数写错了，应该是320; a reply to a receipt; 昨天报的慰问那条作废.

// correctableFor is how far back a correction in words looks for what it means.
const correctableFor = 14 * 24 * time.Hour

// correctInWords applies a correction that names only what is put right. Where it fits several reports, it asks which.
func (t *turn) correctInWords(m *message, messageID int64, words string, understood reading.Reading) error {
	if len(understood.Entries) == 0 {
		return t.answer(m.ID, plain(sayCorrectHow))
	}
	e := understood.Entries[0]
	candidates, err := t.candidates(m, words, understood)
	if err != nil {
		return err
	}
	var fits []report.Report // what each candidate would become
	for _, r := range candidates {
		if next, ok := t.corrected(r, e); ok {
			fits = append(fits, next)
		}
	}
	switch len(fits) {
	case 0:
		if t.chat.Kind != "private" {
			return t.answer(m.ID, plain(sayCorrectPrivately))
		}
		return t.answer(m.ID, plain(sayCorrectHow))
	case 1:
		return t.correctTo(fits[0], messageID)
	}
	return t.askWhich(m.ID, "改哪一条？", fits, doCorrect)
}

// bareCorrection takes a reply to a receipt that says only a number or a day (人数是290, 3月7日) as a correction of it.
func (t *turn) bareCorrection(m *message, words string, understood reading.Reading) (e reading.Entry, ok bool, err error) {
	if m.ReplyTo == nil || understood.Kind != reading.KindReport && understood.Kind != reading.KindOther || len(understood.Entries) > 1 {
		return e, false, nil
	}
	if replied, err := t.repliedTo(m.ReplyTo.ID); err != nil || len(replied) == 0 {
		return e, false, err
	}
	if len(understood.Entries) == 1 {
		e = understood.Entries[0]
	}
	if e.Activity != "" {
		return e, false, nil
	}
	if len(e.Figures) > 0 {
		return e, true, nil
	}
	if n, number := reading.ReadNumber(words); number {
		value, whole := n.In(n.Unit)
		e.Figures = []report.Figure{{Unit: n.Unit, Value: value, Approx: n.Approx}}
		return e, whole, nil
	}
	first, last, day := reading.ReadDay(words, t.today)
	e.Day, e.Until, e.DayAssumed = first, last, false
	return e, day && first <= t.today, nil
}

// candidates gives the reports a correction or withdrawal may mean, newest first: those of the receipt it replies to, else
// the sender's of the last fortnight that fit what it names; just the newest where it
// names nothing and that came a moment ago, or 刚才.
func (t *turn) candidates(m *message, words string, understood reading.Reading) ([]report.Report, error) {
	if m.ReplyTo != nil {
		replied, err := t.repliedTo(m.ReplyTo.ID)
		if err != nil || len(replied) > 0 {
			return replied, err
		}
	}
	if id := understood.Refers.Number; id != 0 {
		return t.numbered(id)
	}
	reports, err := t.tx.Reports(store.ReportFilter{By: t.member.ID, States: []report.State{report.Filed}, Limit: 50})
	if err != nil {
		return nil, err
	}
	since := t.sent.Add(-correctableFor)
	reports = slices.DeleteFunc(reports, func(r report.Report) bool { return r.Nil || r.At.Before(since) })
	all := len(reports)
	reports = t.named(reports, understood)
	if id, ok := numberIn(words); ok { // 8号 is a report, or a day of the month
		numbered, err := t.numbered(id)
		numbered = slices.DeleteFunc(numbered, func(r report.Report) bool { return !t.mayChange(r) })
		if err != nil || len(numbered) > 0 && len(reports) == all {
			return numbered, err
		}
		reports = slices.DeleteFunc(reports, func(r report.Report) bool { return r.ID == id })
		return append(numbered, reports...), nil
	}
	if len(reports) < 2 {
		return reports, nil
	}
	named := len(reports) < all || understood.Refers.Activity != "" || len(understood.Entries) > 0 && understood.Entries[0].Activity != ""
	if justNow(words) || !named && t.sent.Sub(reports[0].At) < freshFor {
		reports = reports[:1]
	}
	return reports, nil
}

// named keeps the reports that fit what a correction or withdrawal names: an activity, the day they were sent, the day and
// place they tell of, the values that were wrong.
func (t *turn) named(reports []report.Report, understood reading.Reading) []report.Report {
	var e reading.Entry
	if len(understood.Entries) > 0 {
		e = understood.Entries[0]
	}
	if activity := cmp.Or(understood.Refers.Activity, e.Activity); activity != "" {
		reports = slices.DeleteFunc(reports, func(r report.Report) bool { return r.Activity != activity })
	}
	if sent := understood.Refers.Sent; sent != 0 {
		reports = preferred(reports, func(r report.Report) bool { return t.sentOn(r) == sent })
	}
	if len(e.Figures) > 0 && e.Day != 0 && !e.DayAssumed {
		reports = slices.DeleteFunc(reports, func(r report.Report) bool { return r.Day != e.Day && t.sentOn(r) != e.Day })
	}
	if e.Area != 0 && e.Area != ownArea(t.member) {
		reports = preferred(reports, func(r report.Report) bool { return r.Area == e.Area })
	}
	for _, was := range e.Was {
		reports = preferred(reports, func(r report.Report) bool {
			return slices.ContainsFunc(r.Figures, func(f report.Figure) bool { return f.Value == was.Value })
		})
	}
	return reports
}

// justNow tells whether words mean what was sent last.
func justNow(words string) bool {
	return slices.ContainsFunc([]string{"刚才", "刚刚", "刚发", "刚报", "上一条"}, func(w string) bool { return strings.Contains(words, w) })
}

// sentOn gives the day on which the message that told a report was sent.
func (t *turn) sentOn(r report.Report) report.Day {
	message, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return 0 // the store's failure is remembered by the transaction
	}
	return report.DayOf(message.Sent.In(t.bot.loc))
}

// freshFor is how long the report that was told last is what a correction means that names none.
const freshFor = time.Hour

var reportNumber = regexp.MustCompile(`(?:^|[^\d月])(\d{1,15})号`)

// numberIn gives the report number that words name, or the day of the month that looks like one.
func numberIn(words string) (int64, bool) {
	m := reportNumber.FindStringSubmatch(words)
	if m == nil {
		return 0, false
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	return id, err == nil
}

// numbered gives the report with a number, if there is one.
func (t *turn) numbered(id int64) ([]report.Report, error) {
	r, err := t.tx.ReportFor(id, t.member.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return []report.Report{r}, err
}

// preferred keeps the reports that fit, if there are any.
func preferred(reports []report.Report, fits func(report.Report) bool) []report.Report {
	var fit []report.Report
	for _, r := range reports {
		if fits(r) {
			fit = append(fit, r)
		}
	}
	if len(fit) == 0 {
		return reports
	}
	return fit
}

// activityIn gives the activity whose longest word stands in words.
func (t *turn) activityIn(words string) (code string) {
	longest := 0
	for _, a := range t.source.Catalogue.Activities {
		for _, w := range append([]string{a.Name, a.Short}, a.Words...) {
			if len(w) > longest && strings.Contains(words, w) {
				longest, code = len(w), a.Code
			}
		}
	}
	return code
}

// repliedTo gives the reports of the receipt, or of the own message, that was replied to.
func (t *turn) repliedTo(tgMessage int64) ([]report.Report, error) {
	reports, err := t.tx.ReportsOfTelegramMessage(t.chat.ID, tgMessage)
	if err != nil || len(reports) > 0 {
		return reports, err
	}
	key, ok, err := t.tx.KeyOfSent(t.chat.ID, tgMessage)
	if err != nil || !ok {
		return nil, err
	}
	var id int64
	if _, err := fmt.Sscanf(key, "receipt:%d", &id); err == nil {
		return t.tx.ReportsOfMessage(id)
	}
	if _, err := fmt.Sscanf(key, "question:%d", &id); err == nil {
		r, err := t.tx.Report(id)
		return []report.Report{r}, err
	}
	return nil, nil
}

// corrected gives what a report becomes by a correction; false where it has nothing that the correction could mean.
func (t *turn) corrected(r report.Report, e reading.Entry) (report.Report, bool) {
	if r.State != report.Filed || !t.mayChange(r) {
		return r, false
	}
	next := r.Clone()
	if len(e.Figures) == 0 && e.Day != 0 && !e.DayAssumed {
		next.Day, next.Until = e.Day, e.Until
		if next.Until == next.Day {
			next.Until = 0
		}
	}
	a, _ := t.source.Catalogue.Activity(r.Activity)
	for _, f := range e.Figures {
		i := t.meant(a, next, f)
		if i < 0 {
			return r, false
		}
		next.Figures[i].Value, next.Figures[i].Approx = f.Value, f.Approx
	}
	return next, len(e.Figures) > 0 || next.Day != r.Day || next.Until != r.Until
}

// meant finds the figure of a report that a corrected figure replaces: the same measure, else the only one that takes its
// unit.
func (t *turn) meant(a report.Activity, r report.Report, f report.Figure) int {
	if _, i := r.Figure(f.Measure, f.Label, f.Part); i >= 0 {
		return i
	}
	if f.Unit == "" && len(r.Figures) == 1 && !r.Figures[0].Claim {
		return 0
	}
	found := -1
	for i, g := range r.Figures {
		m, _ := a.Measure(g.Measure)
		people := m.Persons != report.NoPersons && (f.Unit == "" || m.Takes(f.Unit))
		if g.Part || g.Claim || !(people || (f.Unit != "" && m.Takes(f.Unit))) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// correctTo gives a report its corrected form and says what changed. A superior gives a reason first.
func (t *turn) correctTo(next report.Report, messageID int64) error {
	r, err := t.tx.Report(next.ID)
	if err != nil {
		return err
	}
	if r.Rev != next.Rev || !t.mayChange(r) {
		return t.showReceipt(r, receiptButtons)
	}
	if r.By != t.member.ID {
		return t.askReason(next)
	}
	why := whyInWords
	if next.State == report.Withdrawn {
		why = whyWithdrawn
	}
	return t.change(r, messageID, why, func(to *report.Report) { *to = next.Clone() })
}

// askWhich asks which of several reports is meant. Each stands in its corrected form.
func (t *turn) askWhich(tgMessage int64, text string, fits []report.Report, do string) error {
	const most = 6
	q := &asking{Field: fieldWhich, Text: digest.Text{Body: text}}
	for _, next := range fits[:min(len(fits), most)] {
		now, err := t.tx.Report(next.ID)
		if err != nil {
			return err
		}
		q.Options = append(q.Options, option{Text: t.label(now), Do: do, Report: &next})
	}
	q.Options = append(q.Options, option{Text: "都不是", Do: doNothing})
	return t.askAbout(tgMessage, fits[0], q)
}

// askAbout keeps a question about a filed report and sends it.
func (t *turn) askAbout(tgMessage int64, r report.Report, q *asking) error {
	if err := t.keepQuestion(r, q); err != nil {
		return err
	}
	kept, _, err := t.tx.QuestionOf(r.ID)
	if err != nil {
		return err
	}
	m := questionMessage(kept.ID, q)
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: askKey(kept.ID), expires: answerLife})
}

// label names a report on a button: 118 3月8日 320人次.
func (t *turn) label(r report.Report) string {
	parts := []string{fmt.Sprint(r.ID), r.Day.Chinese(t.today.Year())}
	if len(r.Figures) > 0 {
		parts = append(parts, digest.Amount(r.Figures[0].Unit, r.Figures[0].Value))
	}
	return strings.Join(parts, " ")
}

// withdrawInWords asks for one press before it takes back what a sentence means.
func (t *turn) withdrawInWords(m *message, words string, understood reading.Reading) error {
	candidates, err := t.candidates(m, words, understood)
	if err != nil {
		return err
	}
	var fits []report.Report
	for _, r := range candidates {
		if r.State == report.Filed && t.mayChange(r) {
			next := r.Clone()
			next.State = report.Withdrawn
			fits = append(fits, next)
		}
	}
	switch len(fits) {
	case 0:
		return t.answer(m.ID, plain(sayNothingToWithdraw))
	case 1:
		r, err := t.tx.Report(fits[0].ID)
		if err != nil {
			return err
		}
		q := &asking{Field: fieldWithdraw, Text: digest.AskWithdraw(t.scene(), r)}
		q.Options = []option{{Text: "撤回", Do: doCorrect, Report: &fits[0]}, {Text: "不撤回", Do: doNothing}}
		return t.askAbout(m.ID, r, q)
	}
	return t.askWhich(m.ID, "撤回哪一条？", fits, doCorrect)
}

// askReason asks a superior why a report of someone else is changed. Nothing changes before the reason is there.
func (t *turn) askReason(next report.Report) error {
	q := &asking{Field: fieldReason, Options: []option{{Do: doCorrect, Report: &next}}}
	r, err := t.tx.Report(next.ID)
	if err != nil {
		return err
	}
	if err := t.keepQuestion(r, q); err != nil {
		return err
	}
	ask := digest.AskReason(t.scene(), digest.Change{Old: r, New: next})
	return t.bot.enqueue(t.tx, t.chat.ID, ask.Message(), t.place)
}

// correctForReason makes a superior's change, with the reason, and tells the author.
func (t *turn) correctForReason(q store.Question, next report.Report, reason string, messageID int64) error {
	r, err := t.tx.Report(next.ID)
	if err != nil {
		return err
	}
	if err := t.closeQuestion(q, reason); err != nil {
		return err
	}
	if r.Rev != next.Rev || !t.mayChange(r) {
		return t.showReceipt(r, receiptButtons)
	}
	if r.State == report.Withdrawn && next.State == report.Filed {
		told, err := t.askSame(next, open{})
		if err != nil {
			return err
		}
		if told != nil {
			return t.bot.enqueue(t.tx, t.chat.ID, plain(fmt.Sprintf(sayToldMeanwhile, told.SameAs, next.ID)), outOptions{})
		}
	}
	changed, err := t.post(next, store.Change{By: t.member.ID, Message: messageID, Why: whySuperior + reason})
	if err != nil {
		return err
	}
	if err := t.tellAuthor(r, changed, reason); err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, t.changedMessage(r, changed), outOptions{})
}
