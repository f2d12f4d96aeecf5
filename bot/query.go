package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// Questions about numbers. What was asked is kept as a row: a button under the answer shows the same question another way, in
// the answer's place, and a next question goes on from it.

const (
	followUp  = 30 * time.Minute    // how long a question is gone on from
	keepQuery = 30 * 24 * time.Hour // how long the buttons of an answer work
)

// pressQuery is a button of an answer: q:QUERY:VIEW:ARGUMENT.
const pressQuery = "q"

// The views of an answer, and what else its buttons do.
const (
	viewAsked    = "s"    // as it was asked
	viewAreas    = "a"    // by the areas directly below; argument: the measure, none for how many events there were
	viewMonths   = "m"    // by month; argument as before
	viewLastYear = "y"    // beside the same days of the year before
	viewReports  = "d"    // the reports that make it up; argument: the page
	pressAt      = "at"   // where the place was not understood; argument: the area meant
	pressTopic   = "t"    // of several activities one alone; argument: which, from 0
	pressOpen    = "find" // a report; argument: its number
	pressChart   = "g"    // a picture of a view; argument: the view and its own
	pressTable   = "x"    // a workbook of it
)

// query answers a question about numbers; done is false where the words ask nothing.
func (t *turn) query(m *message, words string) (done bool, err error) {
	if m.Origin != nil {
		return false, nil // someone else's question
	}
	c := reading.QueryContext{Context: t.context(false)}
	c.Area = t.scope()
	last, ok, err := t.tx.LastQuery(t.chat.ID, t.member.ID, t.tx.Now().Add(-followUp))
	if err != nil {
		return false, err
	}
	if ok {
		c.Last = &last.Query
	}
	q, ok := t.reader.Query(words, c)
	if !ok {
		return false, nil
	}
	q = q.Plain()
	if q.Assumed.Area && t.chat.Kind != "private" && t.sees(t.chat.Area) {
		q.Area = t.chat.Area
	}
	return true, t.reply(m.ID, q)
}

// reply answers a query.
func (t *turn) reply(tgMessage int64, q report.Query) error {
	if no := t.mayNotAsk(q.Area); no != "" {
		return t.answer(tgMessage, plain(no))
	}
	if q.Area != 0 && q.Period.First != 0 {
		switch {
		case q.About == report.AboutDuties && q.Assumed.Period:
			return t.whoReported(tgMessage, q.Area, nil)
		case q.About == report.AboutDuties:
			return t.whoReported(tgMessage, q.Area, &q.Period)
		case q.About == report.AboutChanges:
			return t.changesOf(tgMessage, q.Area, q.Period)
		}
	}
	id, err := t.tx.KeepQuery(t.chat.ID, t.member.ID, q)
	if err != nil {
		return err
	}
	message, err := t.answerMessage(id, q, view{})
	if err != nil {
		return err
	}
	message.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, message, outOptions{key: queryKey(id), expires: answerLife})
}

func queryKey(id int64) string { return fmt.Sprintf("query:%d", id) }

// mayNotAsk says why an area's numbers are not for this member in this chat, nothing where they are: they are for a member of it
// or of an area above, and in a group only those of the area that it is bound to, since all who are in it read along.
func (t *turn) mayNotAsk(area int64) string {
	switch {
	case t.chat.Kind != "private" && t.chat.Area == 0:
		return sayAskPrivately
	case area == 0:
		return ""
	case !t.sees(area):
		return fmt.Sprintf(sayNotYours, t.source.Areas.Name(area))
	case t.chat.Kind != "private" && !t.source.Areas.Within(area, t.chat.Area):
		return fmt.Sprintf(sayNotTheGroups, t.source.Areas.Name(area), t.source.Areas.Name(t.chat.Area))
	}
	return ""
}

// notHere tells whether what a button about an area shows is not for this member in this chat. Nobody is shown the button of an
// area that is not theirs, so in private that is not answered; in a group others press as well.
func (t *turn) notHere(tgMessage, area int64) (bool, error) {
	no := t.mayNotAsk(area)
	if no == "" {
		return false, nil
	}
	if t.chat.Kind == "private" {
		return true, nil
	}
	return true, t.remark(tgMessage, "area:"+no, no)
}

// view is another way to show what was asked. The zero view is as it was asked.
type view struct{ name, arg string }

// of gives the query that a view shows.
func (w view) of(q report.Query) report.Query {
	switch w.name {
	case viewAreas, viewMonths:
		q.About, q.Against, q.By, q.Rank = report.AboutSums, report.AgainstNothing, report.ByArea, report.Unranked
		if w.name == viewMonths {
			q.By = report.ByMonth
		}
		q.Measure = w.arg
	case viewLastYear:
		q.About, q.By, q.Against = report.AboutSums, report.Whole, report.AgainstLastYear
	case viewReports:
		q.By, q.Against = report.Whole, report.AgainstNothing
		if q.About != report.AboutWhy {
			q.About = report.AboutReports
		}
	}
	return q
}

// page gives which page of its reports a view shows.
func (w view) page() int {
	if n, err := strconv.Atoi(w.arg); w.name == viewReports && err == nil && n > 0 {
		return n
	}
	return 1
}

// parseQuery takes the data of an answer's button apart.
func parseQuery(data string) (id int64, what view, ok bool) {
	parts := strings.SplitN(data, ":", 4)
	if len(parts) < 3 || parts[0] != pressQuery {
		return 0, view{}, false
	}
	id, err := strconv.ParseInt(parts[1], 10, 64)
	what.name = parts[2]
	if len(parts) == 4 {
		what.arg = parts[3]
	}
	return id, what, err == nil
}

func queryButton(text string, id int64, w view) digest.Button {
	data := fmt.Sprintf("%s:%d:%s", pressQuery, id, w.name)
	if w.arg != "" {
		data += ":" + w.arg
	}
	return digest.Button{Text: text, Data: data}
}

func openButton(r report.Report) digest.Button {
	return queryButton(fmt.Sprintf("%d原话", r.ID), 0, view{pressOpen, strconv.FormatInt(r.ID, 10)})
}

// onQuery handles the buttons of answers. A query is its chat's: from elsewhere a number was forged, and nothing comes of it.
func (t *turn) onQuery(data string, tgMessage int64) (done bool, err error) {
	id, what, ok := parseQuery(data)
	if !ok {
		return false, nil
	}
	if what.name == pressOpen {
		return true, t.find(what.arg, tgMessage)
	}
	asked, err := t.tx.QueryByID(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && asked.Chat == t.chat.ID && asked.At.Before(t.tx.Now().Add(-keepQuery)) {
		return true, t.remark(tgMessage, "query", sayAskAgain)
	}
	if err != nil || asked.Chat != t.chat.ID || t.mayNotAsk(asked.Query.Area) != "" {
		return true, err
	}
	return true, t.look(asked, what, tgMessage)
}

// look shows what was asked another way.
func (t *turn) look(asked store.Asked, what view, tgMessage int64) error {
	q := asked.Query
	switch what.name {
	case pressAt:
		area, err := strconv.ParseInt(what.arg, 10, 64)
		if _, known := t.source.Areas.ByID(area); err != nil || !known || q.Area != 0 || !t.sees(area) {
			return nil
		}
		q.Area, q.Unread = area, nil
		return t.reply(tgMessage, q)
	case pressTopic:
		each := q.Each()
		if i, err := strconv.Atoi(what.arg); err == nil && i >= 0 && i < len(each) && q.Area != 0 {
			return t.reply(tgMessage, each[i])
		}
		return nil
	case pressChart, pressTable:
		return t.fileOf(q, what, tgMessage)
	case viewAreas, viewMonths:
		if !t.counts(q, what.arg) {
			return nil
		}
	case viewAsked, viewLastYear, viewReports:
	default:
		return nil
	}
	if q.Area == 0 {
		return nil
	}
	message, err := t.answerMessage(asked.ID, q, what)
	if err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, message, outOptions{key: queryKey(asked.ID), edit: true, expires: answerLife})
}

// counts tells whether a query can be about a measure: none is always one.
func (t *turn) counts(q report.Query, measure string) bool {
	return measure == "" || slices.ContainsFunc(t.source.Catalogue.Activities, func(a report.Activity) bool {
		_, ok := a.Measure(measure)
		return ok && (q.Activity == "" || q.Activity == a.Code)
	})
}

// shownAs gives the view that divides as a query does, as the argument of a button.
func shownAs(q report.Query) string {
	switch q.By {
	case report.ByArea:
		return viewAreas + ":" + q.Measure
	case report.ByMonth:
		return viewMonths + ":" + q.Measure
	}
	return viewAsked
}

// fileOf sends a view as a picture or a workbook.
func (t *turn) fileOf(q report.Query, what view, tgMessage int64) error {
	shown := view{}
	shown.name, shown.arg, _ = strings.Cut(what.arg, ":")
	if shown.name != "" && shown.name != viewAsked && (shown.name != viewAreas && shown.name != viewMonths || !t.counts(q, shown.arg)) {
		return nil
	}
	q = shown.of(q)
	kind := digest.FileWorkbook
	if what.name == pressChart {
		kind = digest.FileChart
	}
	return t.askFile(digest.File{Kind: kind, Area: q.Area, Period: q.Period.Key(), Query: &q, ReplyTo: tgMessage})
}

// answerMessage words the answer to a query in a view, with the buttons that lead on.
func (t *turn) answerMessage(id int64, q report.Query, w view) (digest.Message, error) {
	if q.Area == 0 {
		return digest.Answer(t.scene(), report.Answer{Query: q}).Message(t.likelyAreas(id, q)...), nil
	}
	if len(q.Also) > 0 && q.Period.First != 0 && q.Period.First <= t.today {
		return t.answerEach(id, q)
	}
	a, err := t.tx.AnswerPage(w.of(q), t.today, w.page())
	if err != nil {
		return digest.Message{}, err
	}
	if t.chat.Kind != "private" {
		a.By = nil // nobody is named in public
	}
	return digest.Answer(t.scene(), a).Message(t.answerButtons(id, q, w, a)...), nil
}

// answerEach words the answer to a query about several activities. Their sums go into one message; what has a page or a table
// for each, and any that are too many, is asked for one by one.
func (t *turn) answerEach(id int64, q report.Query) (digest.Message, error) {
	each := q.Each()
	var buttons []digest.Button
	for i, one := range each {
		buttons = append(buttons, queryButton(digest.ActivityName(t.scene(), one.Activity), id, view{pressTopic, strconv.Itoa(i)}))
	}
	rows := slices.Collect(slices.Chunk(buttons, 3))
	if q.By != report.Whole || q.About == report.AboutReports {
		return digest.OneByOne(t.scene(), q).Message(rows...), nil
	}
	var answers []report.Answer
	for _, one := range each[:min(digest.MostTopics, len(each))] {
		a, err := t.tx.AnswerPage(one, t.today, 1)
		if err != nil {
			return digest.Message{}, err
		}
		answers = append(answers, a)
	}
	return digest.Answers(t.scene(), q, answers).Message(rows...), nil
}
