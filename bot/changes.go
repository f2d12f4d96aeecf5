package bot

import (
	"fmt"

	"huibao/digest"
	"huibao/report"
)

// pressChanges is the button of a digest that says how a period changed since it was published: v:AREA:PERIOD.
const pressChanges = "v"

// changes answers /changes: how a published period's numbers changed since, of last week where none is named.
func (t *turn) changes(arg string, tgMessage int64) error {
	p := report.WeekOf(t.today).Previous()
	if arg != "" {
		named, err := t.periodNamed(arg)
		if err != nil {
			return t.answer(tgMessage, plain(sayChangesHow))
		}
		p = named
	}
	return t.changesOf(tgMessage, t.scope(), p)
}

// changesOf says how the numbers of an area and period changed. In a group nobody is named.
func (t *turn) changesOf(tgMessage, area int64, p report.Period) error {
	switch no := t.mayNotAsk(area); {
	case no != "":
		return t.answer(tgMessage, plain(no))
	case p.First > t.today:
		return t.answer(tgMessage, plain(fmt.Sprintf(sayPeriodAhead, p.Chinese(t.today.Year()))))
	}
	r, err := t.tx.Restatement(area, p)
	if err != nil {
		return err
	}
	for _, line := range r.Lines {
		for i := range line.By {
			by := &line.By[i]
			if by.Why = whyText(by.Why); t.chat.Kind != "private" {
				by.By, by.Why = "", ""
			}
		}
	}
	return t.answer(tgMessage, digest.Restatement(t.scene(), r).Message(digest.RestatementButtons(t.scene(), r)...))
}

// onChanges handles the button of a digest.
func (t *turn) onChanges(data string, tgMessage int64) (done bool, err error) {
	verb, area, p, ok := parsePeriodic(data)
	if !ok || verb != pressChanges {
		return false, nil
	}
	return true, t.changesOf(tgMessage, area, p)
}
