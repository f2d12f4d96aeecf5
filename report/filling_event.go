package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fits tells whether a report is one of an event's; words are the original ones. Its days are not looked at.
func (e Event) Fits(areas *Areas, r Report, words string) bool {
	root, _ := areas.Root()
	if r.Activity != e.Activity || r.State != Filed || r.Nil || e.By == ByOffice && r.Org != root.ID {
		return false
	}
	if e.Measure != "" && !slices.ContainsFunc(r.Figures, func(f Figure) bool { return f.Measure == e.Measure && !f.Claim }) {
		return false
	}
	in := func(outer int64) bool { return areas.Within(r.Area, outer) }
	at := func(place string) bool { return strings.Contains(r.Place, place) || strings.Contains(words, place) }
	said := func(word string) bool { return strings.Contains(r.Title+"\n"+r.Place+"\n"+words, word) }
	if len(e.Areas)+len(e.Places) > 0 && !slices.ContainsFunc(e.Areas, in) && !slices.ContainsFunc(e.Places, at) {
		return false
	}
	return len(e.Words) == 0 || slices.ContainsFunc(e.Words, said)
}

// Candidate is what an event can be: a report, or a round of them.
type Candidate []Report

// Candidates divides the reports that fit an event into what it can be, the likeliest first.
func (e Event) Candidates(found []Report) []Candidate {
	if len(found) == 0 {
		return nil
	}
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b Report) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID)) })
	var list []Candidate
	for i, r := range found {
		last := len(list) - 1
		if i > 0 && e.All && (e.Within == 0 || r.Day-found[i-1].Day <= e.Within) {
			list[last] = append(list[last], r)
		} else {
			list = append(list, Candidate{r})
		}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(b.people(), a.people()))
	})
	return list
}

// peopleMeasures count people who came, in the order in which they tell how large an event was.
var peopleMeasures = []string{"participants", "children", "volunteers_mothers", "households"}

// people gives how many people a candidate had.
func (c Candidate) people() (n int64) {
	for _, r := range c {
		for _, m := range peopleMeasures {
			if f, i := r.Figure(m, "", false); i >= 0 {
				n += f.Value
				break
			}
		}
	}
	return n
}

func (c Candidate) has(report int64) bool {
	return slices.ContainsFunc(c, func(r Report) bool { return r.ID == report })
}

func (c Candidate) numbers() []int64 {
	var ids []int64
	for _, r := range c {
		ids = append(ids, r.ID)
	}
	return ids
}

// picked is what was taken for an event.
type picked struct {
	reports Candidate
	others  []Candidate
	chosen  bool // by the office
}

// pick decides which reports an event is: those the office picked, else the likeliest.
func (f *filler) pick(e Event) {
	found := slices.Clone(f.m.Found[e.Name])
	for _, other := range e.Except {
		found = slices.DeleteFunc(found, func(r Report) bool { return f.picked[other].reports.has(r.ID) })
	}
	list := e.Candidates(found)
	if len(list) == 0 {
		return
	}
	entry := f.m.Entries[EventEntry(e.Name)]
	id, _ := strconv.ParseInt(entry.Value, 10, 64)
	i := slices.IndexFunc(list, func(c Candidate) bool { return c.has(id) })
	at := max(i, 0)
	p := picked{reports: list[at], chosen: i >= 0}
	for j, c := range list {
		if j != at {
			p.others = append(p.others, c)
		}
	}
	f.picked[e.Name] = p
}

// fillEvent fills a blank with something told of an event.
func (f *filler) fillEvent(x *Filling) {
	p := f.picked[x.Event]
	if len(p.reports) == 0 {
		return
	}
	x.State, x.Reports = Filled, p.reports.numbers()
	for _, c := range p.others {
		x.Others = append(x.Others, c.numbers()...)
	}
	if len(p.others) > 0 && !p.chosen {
		x.State = Choose
		x.Notes = append(x.Notes, "也符合的："+listReports(x.Others)+"，可在补填里另选")
	}
	first, last := p.reports[0].Day, p.reports[0].Day
	days := map[Day]bool{}
	for _, r := range p.reports {
		first, last = min(first, r.Day), max(last, r.Day, r.Until)
		days[r.Day] = true
	}
	switch x.Fill {
	case FillDate:
		x.Text = first.Chinese(f.m.Year)
	case FillLast:
		if len(days) < 2 {
			x.State = Missing
			x.Notes = append(x.Notes, "全年只找到一次")
			return
		}
		x.Text = p.reports[len(p.reports)-1].Day.Chinese(f.m.Year)
	case FillDays:
		x.Text = first.Chinese(f.m.Year)
		if last > first {
			x.Text = daysWords(first, last, f.m.Year)
		}
	case FillTimes:
		x.Value = int64(len(days))
		x.Text = x.Print(x.Value, false)
		if len(days) < 2 {
			x.State = Missing // 先后一次: the sentence has to be written anew
			x.Notes = append(x.Notes, "全年只找到一次")
		}
	case FillNumber:
		f.fillNumber(x, p.reports)
	}
}

// daysWords writes a run of days: 5月28日—29日, 9月30日—10月2日.
func daysWords(first, last Day, year int) string {
	to := last.Chinese(year)
	if first.Month() == last.Month() {
		_, _, day := last.Date()
		to = strconv.Itoa(day) + "日"
	}
	return first.Chinese(year) + "—" + to
}

// fillNumber adds up a figure of the reports of an event.
func (f *filler) fillNumber(x *Filling, reports Candidate) {
	told := 0
	for _, r := range reports {
		value, approx, ok := f.figure(r, x.Measures)
		if !ok {
			x.Notes = append(x.Notes, fmt.Sprintf("%d号没有这个数", r.ID))
			continue
		}
		told++
		x.Value += value
		x.Approx = x.Approx || approx
	}
	if told == 0 || x.Value == 0 {
		x.State = Missing
		return
	}
	x.Text = x.Print(x.Value, x.Approx)
}

// figure gives what a report counts of some measures.
func (f *filler) figure(r Report, measures []string) (value int64, approx, ok bool) {
	for _, code := range measures {
		if code == MeasureSessions {
			value, ok = value+r.Events(), true
			continue
		}
		a, _ := f.m.Reference.Catalogue.Activity(r.Activity)
		m, _ := a.Measure(code)
		for _, fact := range Post(Report{}, r) {
			if m.Counts(fact.Key) {
				value, ok = value+fact.Value, true
				approx = approx || fact.Approx != 0
			}
		}
	}
	return value, approx, ok
}

// listReports names reports, the first few.
func listReports(ids []int64) string {
	const most = 6
	var names []string
	for _, id := range ids[:min(len(ids), most)] {
		names = append(names, strconv.FormatInt(id, 10)+"号")
	}
	words := strings.Join(names, "、")
	if len(ids) > most {
		words += fmt.Sprintf("等%d条", len(ids))
	}
	return words
}
