package bot

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Closing a year (封账), after a press. What happens to changes of a closed year is in closed.go.

// pressClosing is a button about closed years: K, the year or the number of the question, what it does.
const pressClosing = "K"

// What such a button does.
const (
	closingYes   = "close" // of a year: 确认封账
	closingNo    = "leave"
	closedAgree  = "y" // of a change that waits, by an administrator: 计入
	closedRefuse = "n"
	closedDrop   = "x" // by the one who wanted it: 不改了
)

func closingButton(text string, of int64, do string) digest.Button {
	return digest.Button{Text: text, Data: fmt.Sprintf("%s:%d:%s", pressClosing, of, do)}
}

var yearWords = regexp.MustCompile(`^(\d{4})年?$`)

// closing answers /close: how a year stands, and whether it shall be closed.
func (t *turn) closing(arg string, tgMessage int64) error {
	switch {
	case t.closes() == 0:
		return t.answer(tgMessage, plain(sayAdminsOnly))
	case t.chat.Kind != "private":
		return t.answer(tgMessage, plain(sayPrivately))
	}
	year := t.today.Year() - 1
	if arg != "" {
		m := yearWords.FindStringSubmatch(arg)
		if m == nil {
			return t.answer(tgMessage, plain(sayCloseHow))
		}
		year, _ = strconv.Atoi(m[1]) // four digits
	}
	if year < firstYear {
		return t.answer(tgMessage, plain(sayCloseHow))
	}
	if year >= t.today.Year() {
		return t.answer(tgMessage, plain(fmt.Sprintf(sayCloseEarly, year)))
	}
	closed, err := t.closedYear(year)
	if err != nil {
		return err
	}
	if closed != nil {
		return t.showClosed(*closed, tgMessage, outOptions{expires: answerLife})
	}
	end, err := t.yearEnd(year)
	if err != nil {
		return err
	}
	m := digest.AskClose(t.scene(), end).Message(row(closingButton("确认封账", int64(year), closingYes), closingButton("不封", int64(year), closingNo)))
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: closingKey(year), expires: answerLife})
}

func closingKey(year int) string { return fmt.Sprintf("closing:%d", year) }

// closes gives the area whose years the member closes: a county, or what is above one; 0 for none.
func (t *turn) closes() int64 {
	area, ok := t.officeArea()
	if !ok || t.source.Areas.County(area) != area {
		return 0
	}
	return area
}

func (t *turn) closedYear(year int) (*store.ClosedYear, error) {
	c, ok, err := t.tx.ClosedFor(year, t.closes())
	if !ok || err != nil {
		return nil, err
	}
	return &c, nil
}

// yearEnd gives how a year stands.
func (t *turn) yearEnd(year int) (digest.YearEnd, error) {
	area := t.closes()
	p := report.YearOf(report.Date(year, 1, 1))
	tallies, err := t.tx.Tally(area, p, report.Grouping{})
	if err != nil {
		return digest.YearEnd{}, err
	}
	end := digest.YearEnd{Year: year, Area: area, Events: report.EventsOf(tallies, "")}
	if end.Held, end.Asked, err = t.tx.OpenReports(area, p); err != nil {
		return digest.YearEnd{}, err
	}
	if root, _ := t.source.Areas.Root(); area != root.ID {
		return end, nil // the document is that of all there is
	}
	_, list, err := t.fillings(year)
	if report.IsTemplateError(err) {
		return end, nil // said where the document is asked for
	}
	end.Blanks = digest.CountBlanks(list).Missing
	return end, err
}

func (t *turn) showClosed(c store.ClosedYear, replyTo int64, o outOptions) error {
	by, err := t.memberName(c.By)
	if err != nil {
		return err
	}
	m := digest.YearClosed(t.scene(), c.Area, c.Year, by, c.At).Message()
	m.ReplyTo = replyTo
	return t.bot.enqueue(t.tx, t.chat.ID, m, o)
}

// onClosing handles the buttons about closed years.
func (t *turn) onClosing(data string, _ int64) (done bool, err error) {
	parts := strings.Split(data, ":")
	if parts[0] != pressClosing || len(parts) != 3 {
		return false, nil
	}
	of, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return true, nil
	}
	switch parts[2] {
	case closingYes, closingNo:
		if t.closes() != 0 && t.chat.Kind == "private" && firstYear <= of && of < int64(t.today.Year()) {
			return true, t.closeYear(int(of), parts[2] == closingYes)
		}
	case closedAgree, closedRefuse:
		if hasRole(t.member, store.Admin) {
			return true, t.decide(of, parts[2] == closedAgree)
		}
	case closedDrop:
		return true, t.dropRequest(of)
	}
	return true, nil
}

// closeYear closes a year, or leaves it open.
func (t *turn) closeYear(year int, yes bool) error {
	place := outOptions{key: closingKey(year), edit: true}
	if yes {
		if _, err := t.tx.CloseYear(year, t.closes(), t.member.ID); err != nil {
			return err
		}
	}
	closed, err := t.closedYear(year)
	switch {
	case err != nil:
		return err
	case closed != nil:
		return t.showClosed(*closed, 0, place)
	}
	return t.bot.enqueue(t.tx, t.chat.ID, plain(fmt.Sprintf(sayNotClosed, year)), place)
}

// refusedChange is a change that the store refused since it touches a closed year.
type refusedChange struct {
	old, next report.Report
	change    store.Change
	cause     error
}

func (e *refusedChange) Error() string { return e.cause.Error() }
func (e *refusedChange) Unwrap() error { return e.cause }

// refused adds to the store's refusal what was to be changed.
func refused(old, next report.Report, c store.Change, cause error) error {
	if !errors.Is(cause, store.ErrClosed) {
		return cause
	}
	return &refusedChange{old, next, c, cause}
}
