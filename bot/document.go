package bot

import (
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

// The year's work summary (/summary): how many of its blanks are filled, the document and its sources as files, and the blanks
// that only the county's office can fill, asked one at a time. The document is the county's: supervisors of the county may
// read it, its administrators fill it, both in private.

// pressBlank is a button about the blanks: B, year, what it does, the blank, and an argument for some.
const pressBlank = "B"

// What a button about the blanks does.
const (
	blankFirst = "go"   // ask for the first that is missing
	blankAsk   = "ask"  // ask for this one
	blankSkip  = "skip" // ask for the next that is missing
	blankOmit  = "omit" // it is left out
	blankPick  = "pick" // of an event: + report
	blankStop  = "stop"
)

// fieldBlank is the field of a question for a blank: + year, name.
const fieldBlank = "blank:"

// document answers /summary: the year's work summary and what is still missing in it. Without a year it is the one before
// until the end of March, then the running one.
func (t *turn) document(arg string, tgMessage int64) error {
	year := t.today.Year()
	if _, month, _ := t.today.Date(); month <= time.March {
		year--
	}
	switch m := yearWords.FindStringSubmatch(strings.TrimSpace(arg)); {
	case arg == "今年":
		year = t.today.Year()
	case arg == "去年":
		year = t.today.Year() - 1
	case arg != "" && m == nil:
		return t.answer(tgMessage, plain(saySummaryHow))
	case m != nil:
		year, _ = strconv.Atoi(m[1])
	}
	root, ok := t.source.Areas.Root()
	switch {
	case !ok || !t.supervises(root.ID):
		return t.answer(tgMessage, plain(t.documentWho()))
	case t.chat.Kind != "private":
		return t.answer(tgMessage, plain(sayFilePrivately))
	case year > t.today.Year() || year < firstYear:
		return t.answer(tgMessage, plain(saySummaryHow))
	}
	return t.showDocument(year, tgMessage)
}

// documentWho says whom the summary is for.
func (t *turn) documentWho() string {
	root, _ := t.source.Areas.Root()
	return fmt.Sprintf(sayDocumentWho, t.source.Areas.Office(root.ID))
}

// firstYear is the first year a summary can be of.
const firstYear = 2000

// showDocument says how the summary of a year stands.
func (t *turn) showDocument(year int, tgMessage int64) error {
	_, list, err := t.fillings(year)
	if err != nil {
		return t.badTemplate(err, tgMessage)
	}
	root, _ := t.source.Areas.Root()
	at := fmt.Sprintf(":%d:%d", root.ID, year)
	rows := [][]digest.Button{{{Text: "Word总结", Data: "W" + at}, {Text: "数据来源", Data: "S" + at}}}
	if t.administers(root.ID) {
		if len(asked(list)) > 0 {
			rows = append(rows, []digest.Button{{Text: "补填", Data: blankData(year, blankFirst, "", "")}})
		}
	}
	return t.answer(tgMessage, digest.DocumentState(t.scene(), year, list).Message(rows...))
}

// fillings gives the template and its blanks as they stand. The error of a template that does not fit is a templateError.
func (t *turn) fillings(year int) (*report.Template, []report.Filling, error) {
	tpl, err := t.tx.Template()
	if err != nil {
		return nil, nil, err
	}
	list, err := t.tx.Fillings(tpl, year)
	return tpl, list, err
}

// badTemplate says what is wrong with a template; any other failure is the store's and goes on.
func (t *turn) badTemplate(err error, tgMessage int64) error {
	if !report.IsTemplateError(err) {
		return err
	}
	return t.answer(tgMessage, digest.BadTemplate(err).Message())
}

// The buttons under a question for a blank, which may be typed as well.
const (
	wordSkip = "跳过"
	wordStop = "不填了"
	wordOmit = "不写"
)

func blankData(year int, do, blank, arg string) string {
	return fmt.Sprintf("%s:%d:%s:%s:%s", pressBlank, year, do, blank, arg)
}

// onDocument handles the buttons about the year's document.
func (t *turn) onDocument(data string, tgMessage int64) (done bool, err error) {
	parts := strings.Split(data, ":")
	if len(parts) != 5 || parts[0] != pressBlank {
		return false, nil
	}
	year, err := strconv.Atoi(parts[1])
	root, ok := t.source.Areas.Root()
	if err != nil || year < firstYear || year > t.today.Year() || !ok || !t.administers(root.ID) || t.chat.Kind != "private" {
		return true, nil
	}
	_, list, err := t.fillings(year)
	if err != nil {
		return true, t.badTemplate(err, tgMessage)
	}
	at := slices.IndexFunc(list, func(x report.Filling) bool { return x.Name == parts[3] })
	switch do := parts[2]; {
	case do == blankStop:
		return true, t.stopBlanks(year, tgMessage)
	case do == blankFirst:
		return true, t.askNext(year, list, -1, tgMessage)
	case at < 0: // the template has changed
		return true, nil
	case do == blankAsk:
		return true, t.askBlank(year, list, at, tgMessage)
	case do == blankSkip:
		return true, t.askNext(year, list, at, tgMessage)
	case do == blankOmit && list[at].Optional:
		return true, t.keepBlank(year, list[at].Name, list[at].Name, report.EntryLeftOut, 0, tgMessage)
	case do == blankPick:
		return true, t.pickEvent(year, list[at], parts[4], tgMessage)
	}
	return true, nil
}

// asked gives the places of what the office is asked for: what is missing and can be typed, and events of which there are
// several, each once.
func asked(list []report.Filling) (places []int) {
	events := map[string]bool{}
	for i, x := range list {
		switch {
		case x.State == report.Missing && x.Counted() && x.Typed() != "":
			places = append(places, i)
		case x.State == report.Choose && !events[x.Event]:
			events[x.Event] = true
			places = append(places, i)
		}
	}
	return places
}

// askNext asks for the first blank behind that place.
func (t *turn) askNext(year int, list []report.Filling, after int, tgMessage int64) error {
	for _, i := range asked(list) {
		if i > after {
			return t.askBlank(year, list, i, tgMessage)
		}
	}
	if err := t.closeBlank(); err != nil {
		return err
	}
	return t.showDocument(year, tgMessage)
}

// askBlank asks for one blank. Only one waits for an answer at a time.
func (t *turn) askBlank(year int, list []report.Filling, at int, tgMessage int64) error {
	if err := t.closeBlank(); err != nil {
		return err
	}
	x := list[at]
	leave := []digest.Button{{Text: wordSkip, Data: blankData(year, blankSkip, x.Name, "")}, {Text: wordStop, Data: blankData(year, blankStop, "", "")}}
	if x.State == report.Choose || x.State == report.Filled && len(x.Others) > 0 && x.Entry == nil {
		return t.askEvent(year, x, leave, tgMessage)
	}
	if x.Optional {
		leave = append([]digest.Button{{Text: wordOmit, Data: blankData(year, blankOmit, x.Name, "")}}, leave...)
	}
	left := 0
	for _, i := range asked(list) {
		if i > at {
			left++
		}
	}
	_, err := t.tx.Ask(store.Question{Chat: t.chat.ID, Member: t.member.ID, Field: blankField(year, x.Name), Expires: t.tx.Now().Add(questionLife)})
	if err != nil {
		return err
	}
	return t.answer(tgMessage, digest.AskBlank(year, x, left).Message(leave))
}

func blankField(year int, name string) string { return fmt.Sprintf("%s%d:%s", fieldBlank, year, name) }

// mostChoices is how many reports a question for an event offers.
const mostChoices = 6

// askEvent asks which of several reports the document tells of.
func (t *turn) askEvent(year int, x report.Filling, leave []digest.Button, tgMessage int64) error {
	var rows [][]digest.Button
	for _, id := range append(x.Reports[:1:1], x.Others...) {
		if len(rows) == mostChoices {
			break
		}
		r, err := t.tx.Report(id)
		if err != nil {
			return err
		}
		rows = append(rows, []digest.Button{{Text: digest.EventChoice(t.scene(), r), Data: blankData(year, blankPick, x.Name, strconv.FormatInt(id, 10))}})
	}
	return t.answer(tgMessage, digest.AskEvent(t.scene(), x).Message(append(rows, leave)...))
}

// pickEvent keeps which report an event is. Data is not trusted: it must be one of those that fit.
func (t *turn) pickEvent(year int, x report.Filling, arg string, tgMessage int64) error {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || x.Event == "" || !slices.Contains(x.Reports, id) && !slices.Contains(x.Others, id) {
		return nil
	}
	return t.keepBlank(year, x.Name, report.EventEntry(x.Event), arg, 0, tgMessage)
}

// stopBlanks ends the asking.
func (t *turn) stopBlanks(year int, tgMessage int64) error {
	if err := t.closeBlank(); err != nil {
		return err
	}
	return t.answer(tgMessage, plain(fmt.Sprintf(sayBlanksLeft, year)))
}

// closeBlank closes the open question for a blank, if there is one.
func (t *turn) closeBlank() error {
	questions, err := t.tx.OpenQuestions(t.chat.ID, t.member.ID)
	if err != nil {
		return err
	}
	for _, q := range questions {
		if strings.HasPrefix(q.Field, fieldBlank) {
			if err := t.tx.Answer(q.ID, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepBlank keeps what was filled in, shows it back, and asks for the next.
func (t *turn) keepBlank(year int, name, entry, value string, messageID, tgMessage int64) error {
	if err := t.closeBlank(); err != nil {
		return err
	}
	err := t.tx.KeepOfficeEntry(report.OfficeEntry{Year: year, Blank: entry, Value: value, By: t.member.ID, Message: messageID})
	if err != nil {
		return err
	}
	if err := t.tx.Audit(t.member.ID, "fill", fmt.Sprintf("%d %s", year, entry), value); err != nil {
		return err
	}
	_, list, err := t.fillings(year)
	if err != nil {
		return t.badTemplate(err, tgMessage)
	}
	at := slices.IndexFunc(list, func(x report.Filling) bool { return x.Name == name })
	if at < 0 {
		return nil
	}
	change := digest.Button{Text: "改", Data: blankData(year, blankAsk, name, "")}
	if err := t.answer(tgMessage, digest.BlankKept(list[at]).Message([]digest.Button{change})); err != nil {
		return err
	}
	return t.askNext(year, list, at, tgMessage)
}

// answerBlank takes words that answer the question for a blank. A report is never swallowed: it goes on as one.
func (t *turn) answerBlank(q store.Question, tgMessage, messageID int64, words string) (done bool, err error) {
	of, name, _ := strings.Cut(strings.TrimPrefix(q.Field, fieldBlank), ":")
	year, err := strconv.Atoi(of)
	root, ok := t.source.Areas.Root()
	if err != nil || !ok || !t.administers(root.ID) || strings.HasPrefix(words, "/") {
		return false, nil
	}
	_, list, err := t.fillings(year)
	if err != nil {
		return !report.IsTemplateError(err), err
	}
	at := slices.IndexFunc(list, func(x report.Filling) bool { return x.Name == name })
	if at < 0 {
		return false, nil
	}
	x := list[at]
	switch {
	case words == wordSkip:
		return true, t.askNext(year, list, at, tgMessage)
	case words == wordStop:
		return true, t.stopBlanks(year, tgMessage)
	case words == wordOmit && x.Optional:
		return true, t.keepBlank(year, name, name, report.EntryLeftOut, messageID, tgMessage)
	}
	value, ok := t.blankValue(x.Blank, year, words)
	sure := ok && x.Typed() != report.FormText && x.Typed() != report.FormNumber && x.Typed() != report.FormMoney
	switch {
	case !sure && !t.noReport(words):
		return false, nil
	case !ok && len([]rune(words)) > longestAnswer:
		return false, nil
	case !ok:
		return true, t.answer(tgMessage, digest.BlankHow(year, x).Message())
	}
	return true, t.keepBlank(year, name, name, value, messageID, tgMessage)
}

// noReport tells whether words name no activity with figures: then they can be an answer.
func (t *turn) noReport(words string) bool {
	for _, e := range t.reader.Read(words, t.context(false)).Entries {
		if len(e.Figures) > 0 && (e.Activity != "" || t.ofUnknown(e)) {
			return false
		}
	}
	return true
}

// blankValue reads what was typed for a blank, in the form an entry keeps it.
func (t *turn) blankValue(b report.Blank, year int, words string) (value string, ok bool) {
	switch b.Typed() {
	case report.FormNumber:
		n, ok := reading.ReadNumber(words)
		v, whole := n.In(b.Unit)
		return report.EntryNumber(v, n.Approx), ok && whole && v >= 0 && t.unitFits(b, n.Unit)
	case report.FormMoney:
		return moneyValue(b, words)
	case report.FormDate:
		newYearsEve := min(report.Date(year, time.December, 31), t.today)
		first, _, ok := reading.ReadDay(words, newYearsEve)
		return first.String(), ok && first.Year() == year && first <= t.today
	}
	return b.Repair(words, year)
}

// unitFits tells whether a number with that unit can be the blank's.
func (t *turn) unitFits(b report.Blank, unit string) bool {
	if unit == "" || unit == b.Unit {
		return true
	}
	a, _ := t.source.Catalogue.Activity(b.Activity)
	return slices.ContainsFunc(b.Measures, func(code string) bool {
		m, ok := a.Measure(code)
		return ok && m.Takes(unit)
	})
}

// moneyValue reads an amount of money; without a unit it is in the one that the document prints.
func moneyValue(b report.Blank, words string) (string, bool) {
	n, ok := reading.ReadNumber(words)
	if n.Unit == "" && !strings.ContainsAny(words, "万千百元块") && b.Unit != report.MoneyUnit {
		n, ok = reading.ReadNumber(words + b.Unit)
	}
	v, whole := n.In(report.MoneyUnit)
	return report.EntryNumber(v, n.Approx), ok && whole && v > 0 && (n.Unit == "" || strings.HasPrefix(n.Unit, "元") || strings.HasPrefix(n.Unit, "块"))
}

// RenderDocument makes the year's work summary by a template, or the sheet of its sources, from one view.
func RenderDocument(v *store.View, s digest.Scene, kind digest.FileKind, p report.Period, tpl *report.Template) (digest.Made, error) {
	if p.Kind != report.Year {
		return digest.Made{}, fmt.Errorf("the work summary is of a year, not of %s", p.Key())
	}
	year := p.First.Year()
	list, err := v.Fillings(tpl, year)
	if err != nil {
		return digest.Made{}, err
	}
	var content []byte
	if kind == digest.FileSources {
		sources, err := v.Sources(list)
		if err != nil {
			return digest.Made{}, err
		}
		content, err = digest.Sources(s, year, sources)
		if err != nil {
			return digest.Made{}, err
		}
	} else if content, err = digest.Document(s, tpl, year, list); err != nil {
		return digest.Made{}, err
	}
	return digest.DocumentFile(s, kind, year, list, content), nil
}
