package county

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Year returns the messages sent from the first instant to before the second, by time; their zone is that of from. A
// year is about two thousand. One in thirty is no report, a few are edited later, and a few are told by village and
// township alike (Repeats). Otherwise no two messages report one event or could be taken for it: two reports of an
// activity in one place, or in a township and a village of it, are at least two days apart.
//
// Before the last day two townships fall silent, 水口乡 for two weeks and 东山侗族乡 for one; every other sends something
// in the seven days before it, be it that it did nothing or, on the last morning, what it did. What Exchanges tell is left out, so that they can follow the year.
func Year(seed uint64, from, to time.Time) []Message {
	y := year{
		r: rand.New(rand.NewPCG(seed, 0)), from: from, to: to,
		places: newGazetteer(), people: cadres(), taken: map[work][]happening{},
	}
	y.leaveOutExchanges()
	y.tellStory()
	y.tellOffice()
	for day := startOfDay(from); day.Before(to); day = day.AddDate(0, 0, 1) {
		for i := range kinds {
			for range y.poisson(kinds[i].daily(day)) {
				y.happen(&kinds[i], day, y.anyone)
			}
		}
	}
	y.breakSilence()
	y.repeat()
	y.correct()
	y.chat()
	return y.messages()
}

const (
	shareOfTwo     = 0.1 // of the reports of the same day and one's own place, with another work added
	shareRepeated  = 0.05
	shareCorrected = 0.02
	shareOfChat    = 0.03
)

// A year is under construction: first what happens, then who tells it and how.
type year struct {
	r        *rand.Rand
	from, to time.Time
	places   gazetteer
	people   []Member // the cadres
	taken    map[work][]happening
	drafts   []*draft
}

// A draft is a message before it has an ID.
type draft struct {
	Message
	by              Member
	events          []event
	manner          uint64 // seed of the wording
	editOf, repeats *draft
}

// An event is what happened on a day; its area may be a township as a whole.
type event struct {
	kind    *kind
	day     time.Time
	area    string
	figures []figure
}

type figure struct {
	*measure
	value  int64
	approx bool
}

// work in a township is where two reports could be taken for one.
type work struct{ activity, township string }

type happening struct {
	day  time.Time
	area string
}

func cadres() []Member {
	return slices.DeleteFunc(People(), func(m Member) bool { return m.Role != "cadre" })
}

// happen lets a kind of work be done on a day by a cadre whom choose draws, and told in a message. When no place is
// found where it could not be taken for another report, it does not happen.
func (y *year) happen(k *kind, day time.Time, choose func(*kind) Member) (told bool) {
	for range 5 {
		m := choose(k)
		e := event{kind: k, day: day, area: y.place(m), figures: y.figures(k, m)}
		at := y.tellingTime(day)
		if !y.canSend(m, at) || !y.take(k.activity, e.area, day) {
			continue
		}
		events := []event{e}
		if e.area == m.Area && sameDay(day, at) && y.r.Float64() < shareOfTwo {
			events = y.addSecond(events, m)
		}
		y.write(m, at, events)
		return true
	}
	return false
}

// addSecond adds another work of the same day and place.
func (y *year) addSecond(events []event, m Member) []event {
	first := events[0]
	k := y.anyKind(first.day)
	if k.activity == first.kind.activity || !doneBy(k, m) || !y.take(k.activity, first.area, first.day) {
		return events
	}
	return append(events, event{kind: k, day: first.day, area: first.area, figures: y.figures(k, m)})
}

// take notes that a work is done somewhere, unless it could be taken for another one.
func (y *year) take(activity, area string, day time.Time) bool {
	w := work{activity, township(area)}
	for _, other := range y.taken[w] {
		related := area == other.area || area == w.township || other.area == w.township
		if days := day.Sub(other.day).Abs().Hours() / 24; related && days < 1.5 {
			return false
		}
	}
	y.taken[w] = append(y.taken[w], happening{day, area})
	return true
}

// write has a member tell events in a message.
func (y *year) write(m Member, at time.Time, events []event) *draft {
	return y.add(&draft{Message: Message{At: at}, by: m, events: events, manner: y.r.Uint64()})
}

// add fills in what follows from the events and the writer.
func (y *year) add(d *draft) *draft {
	d.From = d.by.TelegramID
	d.Text = d.text(y.places)
	for _, e := range d.events {
		d.Want = append(d.Want, e.entry())
	}
	y.drafts = append(y.drafts, d)
	return d
}

func (e *event) entry() Entry {
	entry := Entry{Activity: e.kind.activity, Day: e.day.Format(time.DateOnly), Area: e.area, Measures: map[string]int64{}}
	for _, f := range e.figures {
		entry.Measures[f.code] = f.value
		if f.approx {
			entry.Approx = append(entry.Approx, f.code)
		}
	}
	return entry
}

// breakSilence adds a report for each township that sent none in the last seven days and is not meant to be silent.
func (y *year) breakSilence() {
	end := startOfDay(y.to)
	last := end.AddDate(0, 0, -7)
	heard := map[string]bool{}
	for _, d := range y.drafts {
		if !d.At.Before(last) && d.At.Before(end) {
			heard[township(d.by.Area)] = true
		}
	}
	for _, m := range y.people {
		if m.isVillage() || heard[m.Area] || silent[m.Area] > 0 || idle[m.Area] {
			continue
		}
		for range 50 { // most tries fit; a span of less than a week may leave no day at all
			day := last.AddDate(0, 0, y.r.IntN(5))
			if y.happen(y.anyKind(day), day, func(*kind) Member { return m }) {
				break
			}
		}
	}
}

// repeat has townships report what a village of theirs reported already.
func (y *year) repeat() {
	for _, d := range slices.Clone(y.drafts) {
		if !d.by.isVillage() || len(d.events) != 1 || y.r.Float64() >= shareRepeated {
			continue
		}
		i := slices.IndexFunc(y.people, func(m Member) bool { return m.Area == township(d.by.Area) })
		at := y.timeOfDay(d.At.AddDate(0, 0, 1))
		if y.canSend(y.people[i], at) && at.Year() == d.At.Year() {
			y.write(y.people[i], at, d.events).repeats = d
		}
	}
}

// correct has members edit the first number of a message of theirs, and what follows from it.
func (y *year) correct() {
	for _, d := range slices.Clone(y.drafts) {
		if d.repeats != nil || len(d.events) == 0 || y.r.Float64() >= shareCorrected {
			continue
		}
		at := d.At.Add(time.Duration(3+y.r.IntN(100)) * time.Minute)
		events := slices.Clone(d.events)
		figures := slices.Clone(events[0].figures)
		was := figures[0].value
		figures[0].value = y.amount(figures[0].measure, d.by.isVillage())
		if figures[0].approx {
			figures[0].value -= figures[0].value % 10
		}
		for i, f := range figures {
			if f.each != nil { // so much for each
				figures[i].value = f.value / was * figures[0].value
			}
		}
		if figures[0].value != was && y.canSend(d.by, at) && sameDay(d.At, at) {
			events[0].figures = figures
			y.add(&draft{Message: Message{At: at}, by: d.by, events: events, manner: d.manner, editOf: d})
		}
	}
}

// chat adds messages that report nothing.
func (y *year) chat() {
	days := int(y.to.Sub(y.from).Hours() / 24)
	for range int(shareOfChat * float64(len(y.drafts))) {
		m := y.people[y.r.IntN(len(y.people))]
		at := y.timeOfDay(startOfDay(y.from).AddDate(0, 0, y.r.IntN(days+1)))
		if y.canSend(m, at) {
			text := chatter[y.r.IntN(len(chatter))]
			y.drafts = append(y.drafts, &draft{Message: Message{At: at, From: m.TelegramID, Text: text}, by: m})
		}
	}
}

// messages numbers the drafts by time.
func (y *year) messages() []Message {
	slices.SortStableFunc(y.drafts, func(a, b *draft) int { return a.At.Compare(b.At) })
	for i, d := range y.drafts {
		d.ID = i + 1
	}
	messages := make([]Message, len(y.drafts))
	for i, d := range y.drafts {
		if d.editOf != nil {
			d.EditOf = d.editOf.ID
		}
		if d.repeats != nil {
			d.Repeats = d.repeats.ID
		}
		messages[i] = d.Message
	}
	return messages
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func sameDay(a, b time.Time) bool { return startOfDay(a).Equal(startOfDay(b)) }
