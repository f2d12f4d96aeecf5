package store

import (
	"errors"
	"fmt"
	"slices"

	"huibao/report"
)

// The keys of meta that keep the county's own template of the year's summary.
const (
	metaTemplate     = "template"
	metaTemplateFile = "template_file"
)

// SetTemplate keeps the county's own template of the year's summary; an empty one means the one that comes with the program.
// A template with mistakes is refused, and all of them are said.
func (tx *Tx) SetTemplate(file string, body []byte) error {
	if len(body) > 0 {
		reference, err := tx.Reference()
		if err != nil {
			return err
		}
		if _, err := report.ParseTemplate(file, body, reference); err != nil {
			return err
		}
	}
	if err := tx.SetMeta(metaTemplateFile, file); err != nil {
		return err
	}
	return tx.SetMeta(metaTemplate, string(body))
}

// Template gives the template of the year's summary, read against the county's catalogue and areas.
func (v *View) Template() (*report.Template, error) {
	reference, err := v.Reference()
	if err != nil {
		return nil, err
	}
	body, _, err := v.Meta(metaTemplate)
	if err != nil {
		return nil, err
	}
	if body == "" {
		return report.ParseTemplate("自带模板", report.DefaultTemplate, reference)
	}
	file, _, err := v.Meta(metaTemplateFile)
	if err != nil {
		return nil, err
	}
	return report.ParseTemplate(file, []byte(body), reference)
}

const insertOfficeEntry = `
INSERT INTO office_entries(year, blank, value, by_member, message_id, at) VALUES($1, $2, $3, $4, $5, $6)`

// KeepOfficeEntry keeps what the office typed for a blank, at the time of the transaction. Earlier entries stay.
func (tx *Tx) KeepOfficeEntry(e report.OfficeEntry) error {
	_, err := tx.exec(insertOfficeEntry, e.Year, e.Blank, e.Value, e.By, orNull(e.Message), ms(tx.now))
	if err != nil {
		return fmt.Errorf("keep what was typed for %s of %d: %w", e.Blank, e.Year, err)
	}
	return nil
}

const selectOfficeEntries = `
SELECT id, year, blank, value, by_member, COALESCE(message_id, 0), at FROM office_entries WHERE year = $1 ORDER BY id`

// OfficeEntries gives all that the office typed for a year, oldest first.
func (v *View) OfficeEntries(year int) ([]report.OfficeEntry, error) {
	list, err := collect(v.query(selectOfficeEntries, year), func(scan scanner) (e report.OfficeEntry, err error) {
		var at int64
		err = scan(&e.ID, &e.Year, &e.Blank, &e.Value, &e.By, &e.Message, &at)
		e.At = v.db.timeOf(at)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what the office typed for %d: %w", year, err)
	}
	return list, nil
}

// Fillings fills the blanks of a template with what a year has.
func (v *View) Fillings(t *report.Template, year int) ([]report.Filling, error) {
	m, err := v.material(t, year)
	if err != nil {
		return nil, fmt.Errorf("fill the summary of %d: %w", year, err)
	}
	return t.Fill(m), nil
}

func (v *View) material(t *report.Template, year int) (m report.Material, err error) {
	m = report.Material{Year: year, Found: map[string][]report.Report{}, Sums: map[report.SumOf]report.Summed{}, Targets: map[report.SumOf]int64{}}
	if m.Reference, err = v.Reference(); err != nil {
		return m, err
	}
	entries, err := v.OfficeEntries(year)
	if err != nil {
		return m, err
	}
	m.Entries = report.InForce(entries)
	office, err := v.officeReports(m)
	if err != nil {
		return m, err
	}
	for _, r := range office {
		if slices.ContainsFunc(r.Figures, func(f report.Figure) bool { return f.Claim }) {
			m.Claims = append(m.Claims, r)
		}
	}
	for _, e := range t.Events {
		if m.Found[e.Name], err = v.found(e, m, office); err != nil {
			return m, err
		}
	}
	if err := v.yearSums(t, m, office); err != nil {
		return m, err
	}
	return m, v.countyTargets(m)
}

const selectMembersOf = `
SELECT DISTINCT member_id FROM memberships WHERE area_id = $1 ORDER BY member_id`

// officeReports gives the filed reports of a year that the county's own office organised, by whoever has or had a role there.
func (v *View) officeReports(m report.Material) ([]report.Report, error) {
	root, ok := m.Reference.Areas.Root()
	if !ok {
		return nil, nil
	}
	members, err := collect(v.query(selectMembersOf, root.ID), func(scan scanner) (id int64, err error) { return id, scan(&id) })
	if err != nil {
		return nil, fmt.Errorf("look for the members of the office: %w", err)
	}
	year := yearOf(m.Year)
	var list []report.Report
	for _, id := range members {
		told, err := v.Reports(ReportFilter{By: id, Period: &year, States: []report.State{report.Filed}})
		if err != nil {
			return nil, err
		}
		list = append(list, told...)
	}
	return slices.DeleteFunc(list, func(r report.Report) bool { return r.Org != root.ID || r.Nil }), nil
}

func yearOf(year int) report.Period { return report.YearOf(report.Date(year, 1, 1)) }

// found gives the reports that fit an event.
func (v *View) found(e report.Event, m report.Material, office []report.Report) (list []report.Report, err error) {
	days := e.Days(m.Year)
	if e.By == report.ByAll {
		root, ok := m.Reference.Areas.Root()
		if !ok {
			return nil, nil
		}
		office, err = v.Reports(ReportFilter{Within: root.ID, Period: &days, Activity: e.Activity, States: []report.State{report.Filed}})
		if err != nil {
			return nil, err
		}
	}
	for _, r := range office {
		if r.Activity != e.Activity || !days.Contains(r.Day) {
			continue
		}
		told, err := v.MessageByID(r.Message)
		if err != nil {
			return nil, err
		}
		if e.Fits(m.Reference.Areas, r, told.Text) {
			list = append(list, r)
		}
	}
	return list, nil
}

// yearSums adds the sums that a template wants.
func (v *View) yearSums(t *report.Template, m report.Material, office []report.Report) error {
	root, ok := m.Reference.Areas.Root()
	if !ok {
		return nil
	}
	year, err := v.Tally(root.ID, yearOf(m.Year), report.Grouping{})
	if err != nil {
		return err
	}
	var townships []report.Tally
	for _, s := range t.SumsWanted() {
		a, _ := m.Reference.Catalogue.Activity(s.Activity)
		measure, _ := a.Measure(s.Measure)
		switch s.By {
		case report.ByOffice:
			m.Sums[s] = sumOffice(office, measure, s.Activity)
			continue
		case report.ByTownships:
			if townships == nil {
				if townships, err = v.ownSums(m.Reference.Areas, root.ID, m.Year); err != nil {
					return err
				}
			}
			m.Sums[s], err = v.summed(s, townships, measure, root.ID, m.Year)
		default:
			m.Sums[s], err = v.summed(s, year, measure, 0, m.Year)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sumOffice adds up a measure of the office's own reports.
func sumOffice(office []report.Report, m report.Measure, activity string) (s report.Summed) {
	for _, r := range office {
		if r.Activity != activity {
			continue
		}
		for _, f := range report.Post(report.Report{}, r) {
			if !m.Counts(f.Key) {
				continue
			}
			s.Value += f.Value
			s.Approx = s.Approx || f.Approx != 0
			if len(s.Reports) < namedReports {
				s.Reports = append(s.Reports, r.ID)
			} else {
				s.More = true
			}
		}
	}
	slices.Sort(s.Reports)
	return s
}

// ownSums gives what an area and those directly below it counted for themselves in a year, without what lies below those.
func (v *View) ownSums(areas *report.Areas, area int64, year int) ([]report.Tally, error) {
	list := []report.Tally{} // not nil: it was read
	for _, id := range append([]int64{area}, areas.Children(area)...) {
		if len(areas.Children(id)) > 0 {
			id = own(id)
		}
		s := summer{v: v, areas: areas, area: id}
		if err := s.take(v.query(sumYear, id, year), year); err != nil {
			return nil, fmt.Errorf("tally what area %d did itself in %d: %w", id, year, err)
		}
		sums, err := s.tallies()
		if err != nil {
			return nil, err
		}
		list = append(list, sums...)
	}
	return list, nil
}

// namedReports is how many reports of a sum are named.
const namedReports = 30

// The states twice: as the index has them, and as they are wanted.
const (
	selectReportsOfMeasure = `
SELECT r.id FROM reports r
WHERE r.activity = $1 AND r.state IN ('filed', 'held') AND r.state = 'filed' AND r.day BETWEEN $2 AND $3
  AND EXISTS (SELECT 1 FROM facts f JOIN lines l ON l.id = f.line_id WHERE f.report_id = r.id AND l.measure = $4)
ORDER BY r.day, r.id LIMIT $5`
	selectOwnReportsOfMeasure = `
SELECT r.id FROM reports r
WHERE r.activity = $1 AND r.state IN ('filed', 'held') AND r.state = 'filed' AND r.day BETWEEN $2 AND $3
  AND EXISTS (SELECT 1 FROM facts f JOIN lines l ON l.id = f.line_id WHERE f.report_id = r.id AND l.measure = $4)
  AND (r.area_id = $5 OR r.area_id IN (SELECT a.id FROM areas a WHERE a.parent_id = $5))
ORDER BY r.day, r.id LIMIT $6`
)

// summed takes a measure's sum from tallies and names the first reports behind it: of the whole county, or of what an area
// and those directly below it did themselves.
func (v *View) summed(of report.SumOf, tallies []report.Tally, m report.Measure, ownOf int64, year int) (s report.Summed, err error) {
	for _, t := range tallies {
		if t.Activity == of.Activity && m.Counts(t.Key) {
			s.Value += t.Value
			s.Approx = s.Approx || t.Approx != 0
		}
	}
	if s.Value == 0 {
		return s, nil
	}
	p := yearOf(year)
	var found cursor // one only: what is not read to its end holds the connection
	if ownOf != 0 {
		found = v.query(selectOwnReportsOfMeasure, of.Activity, p.First, p.Last, of.Measure, ownOf, namedReports+1)
	} else {
		found = v.query(selectReportsOfMeasure, of.Activity, p.First, p.Last, of.Measure, namedReports+1)
	}
	s.Reports, err = collect(found, func(scan scanner) (id int64, err error) { return id, scan(&id) })
	if err != nil {
		return s, fmt.Errorf("look for the reports of %s %s: %w", of.Activity, of.Measure, err)
	}
	if len(s.Reports) > namedReports {
		s.Reports, s.More = s.Reports[:namedReports], true
	}
	return s, nil
}

// countyTargets adds the county's own targets of the year.
func (v *View) countyTargets(m report.Material) error {
	root, ok := m.Reference.Areas.Root()
	if !ok {
		return nil
	}
	targets, err := v.Targets(m.Year)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if t.Area == root.ID {
			m.Targets[report.SumOf{Activity: t.Activity, Measure: t.Measure, By: report.ByAll}] = t.Value
		}
	}
	return nil
}

// mostWords is how many original messages a line of the sheet of sources quotes.
const mostWords = 10

// Sources gives the fillings with the messages behind them and who sent them.
func (v *View) Sources(list []report.Filling) ([]report.Source, error) {
	var sources []report.Source
	for _, f := range list {
		s := report.Source{Filling: f}
		if err := v.trace(&s); err != nil {
			return nil, fmt.Errorf("trace %s: %w", f.Name, err)
		}
		sources = append(sources, s)
	}
	return sources, nil
}

func (v *View) trace(s *report.Source) error {
	if s.Entry != nil {
		s.At = s.Entry.At
		if err := v.quote(s, s.Entry.By, s.Entry.Message); err != nil {
			return err
		}
	}
	for _, id := range s.Reports[:min(len(s.Reports), mostWords)] {
		r, err := v.Report(id)
		if err != nil {
			return err
		}
		if s.Entry == nil && r.At.After(s.At) {
			s.At = r.At
		}
		if err := v.quote(s, r.By, r.Message); err != nil {
			return err
		}
	}
	return nil
}

// quote adds a message's words and the name of who sent it.
func (v *View) quote(s *report.Source, member, message int64) error {
	m, err := v.Member(member)
	if err != nil {
		return err
	}
	if !slices.Contains(s.By, m.Name) {
		s.By = append(s.By, m.Name)
	}
	if message == 0 {
		return nil
	}
	told, err := v.MessageByID(message)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if told.Text != "" && !slices.Contains(s.Words, told.Text) {
		s.Words = append(s.Words, told.Text)
	}
	return nil
}
