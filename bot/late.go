package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/report"
)

// Buttons about duties: verb:AREA:PERIOD.
const (
	pressLate = "l" // who has reported
	pressUrge = "R" // ask those who have not
)

// late answers /late: who has reported for a period, and who has not. Without a period it is the last one that is over, of
// each kind that something is owed for.
func (t *turn) late(arg string, tgMessage int64) error {
	if arg == "" {
		return t.whoReported(tgMessage, t.scope(), nil)
	}
	p, err := t.periodNamed(arg)
	if err != nil {
		return t.answer(tgMessage, plain(sayLateHow))
	}
	return t.whoReported(tgMessage, t.scope(), &p)
}

// periodNamed reads a period as its key or as people say it.
func (t *turn) periodNamed(words string) (report.Period, error) {
	if p, ok := t.reader.Period(words, t.today); ok {
		return p, nil
	}
	return report.ParsePeriod(strings.ToUpper(words))
}

// onDuty handles the buttons about duties.
func (t *turn) onDuty(data string, tgMessage int64) (done bool, err error) {
	verb, area, p, ok := parseDuty(data)
	switch {
	case !ok:
		return false, nil
	case verb == pressUrge && !t.supervises(area): // shown to others too, in a group
		return true, nil
	}
	if not, err := t.notHere(tgMessage, area); not || err != nil {
		return true, err
	}
	if verb == pressUrge {
		return true, t.urge(tgMessage, area, p)
	}
	return true, t.whoReported(tgMessage, area, &p)
}

func dutyData(verb string, area int64, p report.Period) string {
	return fmt.Sprintf("%s:%d:%s", verb, area, p.Key())
}

// parseDuty takes the callback data of a button about duties apart.
func parseDuty(data string) (verb string, area int64, p report.Period, ok bool) {
	parts := strings.SplitN(data, ":", 3)
	if len(parts) != 3 || parts[0] != pressLate && parts[0] != pressUrge {
		return "", 0, report.Period{}, false
	}
	area, err1 := strconv.ParseInt(parts[1], 10, 64)
	p, err2 := report.ParsePeriod(parts[2])
	return parts[0], area, p, err1 == nil && err2 == nil
}

// whoReported answers with how the duties of an area stand, for one period or for the last of each kind. Who supervises
// the area sees all areas directly below it, and may ask them; anybody else sees how their own area stands.
func (t *turn) whoReported(tgMessage, area int64, p *report.Period) error {
	if no := t.mayNotAsk(area); no != "" {
		return t.answer(tgMessage, plain(no))
	}
	if p != nil && p.First > t.today {
		return t.answer(tgMessage, plain(fmt.Sprintf(sayPeriodAhead, p.Chinese(t.today.Year()))))
	}
	lists, err := t.dutiesOf(area, p)
	if err != nil {
		return err
	}
	if !t.supervises(area) {
		own := ownArea(t.member)
		for i, list := range lists {
			lists[i] = slices.DeleteFunc(list, func(s report.Standing) bool { return s.Area != own })
		}
		return t.answer(tgMessage, digest.OwnStandings(t.scene(), own, lists...).Message())
	}
	if len(lists) == 0 {
		return t.whoIsSilent(tgMessage, area, p)
	}
	return t.answer(tgMessage, digest.Standings(t.scene(), lists...).Message(t.urgeButtons(area, lists)...))
}

// dutiesOf gives how the duties seen from an area stand for a period, or for the last period of each kind that is over: of
// longer ones only where something is missing or was due within a week, so that an old year is not told of for ever.
func (t *turn) dutiesOf(area int64, p *report.Period) ([][]report.Standing, error) {
	var lists [][]report.Standing
	add := func(p report.Period, always bool) error {
		list, err := t.tx.Standings(area, p)
		if err != nil {
			return err
		}
		timely := slices.ContainsFunc(list, func(s report.Standing) bool {
			return !s.Told() || t.today-report.DayOf(s.Deadline) <= 7
		})
		if len(list) > 0 && (always || timely) {
			lists = append(lists, list)
		}
		return nil
	}
	if p != nil {
		return lists, add(*p, true)
	}
	for _, kind := range report.Kinds {
		if err := add(report.PeriodOf(kind, t.today).Previous(), len(lists) == 0); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

// whoIsSilent answers where nothing is owed for the period: which areas directly below have nothing in it.
func (t *turn) whoIsSilent(tgMessage, area int64, p *report.Period) error {
	if p == nil {
		last := report.WeekOf(t.today).Previous()
		p = &last
	}
	sum, err := t.tx.Summary(area, *p, t.today)
	if err != nil {
		return err
	}
	var list []report.Standing
	for _, id := range t.source.Areas.Children(area) {
		if a, _ := t.source.Areas.ByID(id); a.MergedInto != 0 {
			continue
		}
		s := report.Standing{Duty: report.Duty{Area: id, Every: p.Kind}, Period: *p, State: report.DutyMet}
		switch {
		case slices.Contains(sum.Silent, id):
			s.State = report.DutyMissing
		case slices.Contains(sum.Nil, id):
			s.State, s.Nil = report.DutyNil, true
		}
		list = append(list, s)
	}
	return t.answer(tgMessage, digest.Standings(t.scene(), list).Message())
}

// urgeButtons gives a button for each list in which somebody has not reported.
func (t *turn) urgeButtons(area int64, lists [][]report.Standing) [][]digest.Button {
	var rows [][]digest.Button
	for _, list := range lists {
		waiting := map[int64]bool{}
		for _, s := range list {
			if !s.Told() {
				waiting[s.Area] = true
			}
		}
		if len(waiting) == 0 {
			continue
		}
		text := fmt.Sprintf("催这%d个", len(waiting))
		if len(lists) > 1 {
			name, _, _ := strings.Cut(t.scene().PeriodName(list[0].Period), "(")
			text = fmt.Sprintf("催%s这%d个", name, len(waiting))
		}
		rows = append(rows, row(digest.Button{Text: text, Data: dutyData(pressUrge, area, list[0].Period)}))
	}
	return rows
}
