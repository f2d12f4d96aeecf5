package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// The steps of a form: their order, what can be pressed at each, and what can be typed.

// steps are the steps of a form in their order. The number of one figure is asked for within the step of all.
var steps = []string{string(digest.FormActivity), string(digest.FormDay), string(digest.FormPlace), string(digest.FormFigures),
	string(digest.FormPhotos), string(digest.FormConfirm)}

func (s sheet) after(step string) string {
	if strings.HasPrefix(step, stepFigure) {
		return string(digest.FormFigures)
	}
	return steps[min(slices.Index(steps, step)+1, len(steps)-1)]
}

func (s sheet) before(step string) string {
	if strings.HasPrefix(step, stepFigure) {
		return string(digest.FormFigures)
	}
	return steps[max(slices.Index(steps, step)-1, 0)]
}

// removeFigures takes away the figures of a measure.
func (s *sheet) removeFigures(measure string) {
	s.Report.Figures = slices.DeleteFunc(slices.Clone(s.Report.Figures), func(f report.Figure) bool { return f.Measure == measure })
}

// setFigures puts figures in the place of those of the same measures, in the order the measures are offered in.
func (s *sheet) setFigures(figures []report.Figure) {
	for _, f := range figures {
		s.removeFigures(f.Measure)
	}
	s.Report.Figures = append(s.Report.Figures, figures...)
	slices.SortStableFunc(s.Report.Figures, func(a, b report.Figure) int {
		return slices.Index(s.Measures, a.Measure) - slices.Index(s.Measures, b.Measure)
	})
}

// setActivity chooses the activity, with the measures to offer: those the member uses first, the number of events last.
// Another activity has other figures.
func (t *turn) setActivity(s *sheet, code string) error {
	a, ok := t.source.Catalogue.Activity(code)
	if !ok || s.Report.Activity == code {
		return nil
	}
	recent, err := t.tx.Reports(store.ReportFilter{By: t.member.ID, Activity: code, States: []report.State{report.Filed}, Limit: 20})
	if err != nil {
		return err
	}
	s.Report.Activity, s.Report.Figures, s.Measures = code, nil, nil
	rank := func(m report.Measure) int {
		used := slices.ContainsFunc(recent, func(r report.Report) bool {
			return slices.ContainsFunc(r.Figures, func(f report.Figure) bool { return f.Measure == m.Code })
		})
		switch {
		case used:
			return 0
		case m.Code == report.MeasureSessions:
			return 2
		}
		return 1
	}
	measures := slices.Clone(a.Measures)
	slices.SortStableFunc(measures, func(x, y report.Measure) int { return rank(x) - rank(y) })
	for _, m := range measures {
		if m.Adds != report.Rate {
			s.Measures = append(s.Measures, m.Code)
		}
	}
	return nil
}

// formMessage words the step of a form, with its buttons.
func (t *turn) formMessage(s sheet, note string) (digest.Message, error) {
	f := digest.Form{Report: s.Report, Ask: digest.FormStep(s.form.Step), Note: note}
	if measure, ok := strings.CutPrefix(s.form.Step, stepFigure); ok {
		f.Ask, f.Measure = digest.FormFigure, measure
	}
	attached, err := t.tx.Attached(s.form.Message, 0)
	if err != nil {
		return digest.Message{}, err
	}
	f.Photos = attached.Photos
	rows, err := t.formRows(s, f)
	if err != nil {
		return digest.Message{}, err
	}
	last := row(s.button("放弃", formLeave, ""))
	if f.Ask != digest.FormActivity {
		last = row(s.button("上一步", formBack, ""), last[0])
	}
	return digest.Step(t.scene(), f).Message(append(rows, last)...), nil
}

func (s sheet) button(text, do, arg string) digest.Button {
	return digest.Button{Text: text, Data: fmt.Sprintf("%s:%d:%d:%s:%s", pressForm, s.form.ID, s.form.Rev, do, arg)}
}

// formRows are the likely answers to what a form asks.
func (t *turn) formRows(s sheet, f digest.Form) ([][]digest.Button, error) {
	switch f.Ask {
	case digest.FormActivity:
		return t.activityRows(s)
	case digest.FormDay:
		var days []digest.Button
		for i, name := range []string{"今天", "昨天", "前天"} {
			d := t.today - report.Day(i)
			days = append(days, s.button(name+" "+d.Chinese(t.today.Year()), formDay, d.String()))
		}
		return s.pages(days), nil
	case digest.FormPlace:
		return t.placeRows(s), nil
	case digest.FormFigures:
		return t.figureRows(s), nil
	case digest.FormFigure:
		measure := strings.TrimPrefix(s.form.Step, stepFigure)
		if slices.ContainsFunc(s.Report.Figures, func(f report.Figure) bool { return f.Measure == measure }) {
			return [][]digest.Button{row(s.button("去掉", formRemove, ""))}, nil
		}
		return nil, nil
	case digest.FormPhotos:
		done := "没有照片"
		if f.Photos > 0 {
			done = "照片齐了"
		}
		return [][]digest.Button{row(s.button(done, formPhotos, ""))}, nil
	}
	return [][]digest.Button{row(s.button("记下", formConfirm, ""))}, nil
}

// figureRows offer the measures of the activity, with the numbers that were given.
func (t *turn) figureRows(s sheet) [][]digest.Button {
	a, _ := t.source.Catalogue.Activity(s.Report.Activity)
	var buttons []digest.Button
	for _, code := range s.Measures {
		m, _ := a.Measure(code)
		text := m.Short
		if i := slices.IndexFunc(s.Report.Figures, func(f report.Figure) bool { return f.Measure == code }); i >= 0 {
			text = t.figureText(a.Code, s.Report.Figures[i])
		}
		buttons = append(buttons, s.button(text, formFigure, code))
	}
	done := "跳过"
	if len(s.Report.Figures) > 0 {
		done = "填好了"
	}
	return append(s.pages(buttons), row(s.button(done, formFigures, "")))
}

// activityRows offer the activities: first what the member reported lately.
func (t *turn) activityRows(s sheet) ([][]digest.Button, error) {
	recent, err := t.tx.Reports(store.ReportFilter{By: t.member.ID, States: []report.State{report.Filed}, Limit: 20})
	if err != nil {
		return nil, err
	}
	var codes []string
	add := func(code string) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, r := range recent {
		if _, known := t.source.Catalogue.Activity(r.Activity); known {
			add(r.Activity)
		}
	}
	for _, a := range t.source.Catalogue.Activities {
		add(a.Code)
	}
	var buttons []digest.Button
	for _, code := range codes {
		a, _ := t.source.Catalogue.Activity(code)
		buttons = append(buttons, s.button(a.Short, formActivity, code))
	}
	return s.pages(buttons), nil
}

// placeRows offer the member's own area and what lies directly below it.
func (t *turn) placeRows(s sheet) [][]digest.Button {
	own := ownArea(t.member)
	var buttons []digest.Button
	for _, id := range append([]int64{own}, t.source.Areas.Children(own)...) {
		if a, ok := t.source.Areas.ByID(id); ok && a.MergedInto == 0 {
			buttons = append(buttons, s.button(a.Name, formPlace, fmt.Sprint(id)))
		}
	}
	return s.pages(buttons)
}

// perPage is how many choices a form shows at once, two in a row.
const perPage = 10

// pages lays out the page of the choices that is shown, with buttons to the pages beside it.
func (s sheet) pages(choices []digest.Button) [][]digest.Button {
	last := (len(choices) - 1) / perPage
	page := max(0, min(s.Page, last))
	shown := choices[page*perPage : min(len(choices), (page+1)*perPage)]
	var rows [][]digest.Button
	for pair := range slices.Chunk(shown, 2) {
		rows = append(rows, pair)
	}
	var turns []digest.Button
	if page > 0 {
		turns = append(turns, s.button("前一页", formPage, fmt.Sprint(page-1)))
	}
	if page < last {
		turns = append(turns, s.button("后一页", formPage, fmt.Sprint(page+1)))
	}
	if turns != nil {
		rows = append(rows, turns)
	}
	return rows
}

// typedInto takes words as the answer to what a form asks. A note says why an answer that was meant for it is not taken;
// ok is false for words that are no answer.
func (t *turn) typedInto(s sheet, words string) (next sheet, note string, ok bool) {
	if strings.ContainsRune(words, '\n') || len([]rune(words)) > longestAnswer {
		return s, "", false
	}
	_, number := reading.ReadNumber(words) // 0 alone would be a nil report elsewhere
	switch kind := t.reader.Read(words, t.context(false)).Kind; kind {
	case reading.KindCorrection, reading.KindWithdrawal, reading.KindZero, reading.KindQuery:
		if kind != reading.KindZero || !number {
			return s, "", false
		}
	}
	switch digest.FormStep(s.form.Step) {
	case digest.FormActivity:
		return t.typedActivity(s, words)
	case digest.FormDay:
		if !t.bare("", words) {
			return s, "", false
		}
		first, last, ok := reading.ReadDay(words, t.today)
		if ok && (first > t.today || t.perhapsAhead(words, first)) {
			return s, sayFormAhead, true
		}
		s.Report.Day, s.Report.Until = first, 0
		if last > first {
			s.Report.Until = last
		}
		return s, "", ok
	case digest.FormPlace:
		return t.typedPlace(s, words)
	case digest.FormFigures:
		return t.typedFigures(s, words)
	}
	if measure, ok := strings.CutPrefix(s.form.Step, stepFigure); ok {
		return t.typedFigure(s, measure, words)
	}
	return s, "", false
}

// typedActivity takes the name of an activity, or one of its words, and nothing beside.
func (t *turn) typedActivity(s sheet, words string) (next sheet, note string, ok bool) {
	for _, a := range t.source.Catalogue.Activities {
		if words == a.Name || words == a.Short || slices.Contains(a.Words, words) {
			return s, "", t.setActivity(&s, a.Code) == nil
		}
	}
	return s, "", false
}

// typedPlace takes a place as the reader would find it in a sentence.
func (t *turn) typedPlace(s sheet, words string) (next sheet, note string, ok bool) {
	if strings.ContainsFunc(words, unicode.IsDigit) || t.reader.Read(words, t.context(false)).Kind != reading.KindOther {
		return s, "", false
	}
	a, _ := t.source.Catalogue.Activity(s.Report.Activity)
	understood := t.reader.Read(a.Name+" 在"+words+" 10人", t.context(false))
	note = fmt.Sprintf(sayFormNoPlace, words)
	if len(understood.Entries) != 1 {
		return s, note, true
	}
	e := understood.Entries[0]
	own, _ := t.source.Areas.ByID(ownArea(t.member))
	named := e.Place != "" || e.Area != own.ID || words == own.Name || slices.Contains(own.Short, words)
	doubtful := slices.ContainsFunc(e.Doubts, func(d reading.Doubt) bool {
		return d.About == reading.AboutArea || d.About == reading.AboutWords
	})
	if !named || doubtful || !t.sees(e.Area) {
		return s, note, true
	}
	s.Report.Area, s.Report.Place = e.Area, e.Place
	return s, "", true
}

// typedFigure takes a number in the measure's unit, or goods with theirs. 0 is none.
func (t *turn) typedFigure(s sheet, measure, words string) (next sheet, note string, ok bool) {
	a, _ := t.source.Catalogue.Activity(s.Report.Activity)
	m, ok := a.Measure(measure)
	if !ok {
		return s, "", false
	}
	if m.Goods {
		figures, ok := t.figuresIn(s, words)
		if !ok || slices.ContainsFunc(figures, func(f report.Figure) bool { return f.Measure != m.Code }) {
			return s, "", false
		}
		s.setFigures(figures)
		return s, "", true
	}
	if !t.bare("", words) {
		return s, "", false
	}
	f := report.Figure{Measure: m.Code, Unit: m.Unit, Part: m.Adds == report.PartOnly}
	if f.Value, f.Approx, ok = t.typedValue(a.Code, f, words); !ok {
		return s, "", false
	}
	s.removeFigures(m.Code)
	if f.Value > 0 {
		s.setFigures([]report.Figure{f})
	}
	return s, "", true
}

// typedFigures takes figures with their units, as in a message: 320人 资料500份. A bare number could be any of them.
func (t *turn) typedFigures(s sheet, words string) (next sheet, note string, ok bool) {
	if n, ok := reading.ReadNumber(words); ok && n.Unit == "" && t.bare("", words) {
		return s, fmt.Sprintf(sayFormWhich, words), true
	}
	figures, ok := t.figuresIn(s, words)
	s.setFigures(figures)
	return s, "", ok
}

// figuresIn reads words as figures of the form's activity; ok is false where they say anything else.
func (t *turn) figuresIn(s sheet, words string) ([]report.Figure, bool) {
	for _, e := range t.reader.Read(words, t.context(false)).Entries {
		if e.Activity != "" && e.Activity != s.Report.Activity {
			return nil, false
		}
	}
	a, _ := t.source.Catalogue.Activity(s.Report.Activity)
	understood := t.reader.Read(a.Name+" "+words, t.context(false))
	if len(understood.Entries) != 1 || len(understood.Unread) > 0 {
		return nil, false
	}
	e := understood.Entries[0]
	return e.Figures, e.Clear && e.Activity == a.Code && e.DayAssumed && e.Area == ownArea(t.member) && e.Place == "" && len(e.Figures) > 0
}
