package digest

import (
	"cmp"
	"slices"
	"strings"

	"huibao/report"
)

// Restatement says how the numbers of a period changed after they were published, and through which reports:
//
//	✏️ 第9周 2月23日-3月1日 发布后变化
//	3月2日发布
//	普法维权 参加 1,890→1,935人次
//	　＋60 补报131号 红岩镇 王芳
//	　－15 更正97号 武阳镇 周兰
//
// Why has the words of people. Where By is empty, who changed a report is not said: in a group nobody is named.
func Restatement(s Scene, r report.Restatement) Text {
	var d draft
	d.title("✏️ ", s.restatedName(r))
	if r.Published.IsZero() {
		d.line("这一期没有发布过，没有可比的数")
		return d.text()
	}
	d.line(s.date(report.DayOf(r.Published)), "发布")
	if len(r.Lines) == 0 {
		d.line("发布后没有变化")
		return d.text()
	}
	for i, line := range s.inOrder(r.Lines) {
		lines := s.restated(line)
		if d.lines+len(lines) > screen {
			d.line("……还有", itoa(len(r.Lines)-i), "项")
			break
		}
		d.all(lines)
	}
	return d.text()
}

// restatedName names the area, where it is not the whole county, and the period.
func (s Scene) restatedName(r report.Restatement) string {
	return s.heading(report.Summary{Area: r.Area, Period: r.Period, Closed: r.Closed}) + " 发布后变化"
}

// inOrder puts the lines in the catalogue's order of activities and measures, an activity's events first.
func (s Scene) inOrder(lines []report.Restated) []report.Restated {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(a, b report.Restated) int {
		return cmp.Or(cmp.Compare(s.place(a.Activity), s.place(b.Activity)), cmp.Compare(s.measurePlace(a.Key), s.measurePlace(b.Key)))
	})
	return lines
}

// measurePlace gives a measure's place in its activity; the events, which have none, come before all.
func (s Scene) measurePlace(k report.Key) int {
	if k.Measure == "" {
		return -2
	}
	return slices.IndexFunc(s.activity(k.Activity).Measures, func(m report.Measure) bool { return m.Code == k.Measure })
}

// restated writes one number that changed, and below it the reports that did it.
func (s Scene) restated(line report.Restated) []string {
	before, after := s.bare(line.Key, line.Old), s.bare(line.Key, line.New)
	unit := s.unitOf(line.Key)
	if line.OldApprox {
		before = "约" + before
	}
	if line.NewApprox {
		after = "约" + after
	}
	lines := pack("", " ", []string{s.lineName(line.Key), before + "→" + after + unit})
	const most = 6
	for i, by := range line.By {
		if i == most && len(line.By) > most+1 {
			return append(lines, indent+"……还有"+itoa(len(line.By)-i)+"条")
		}
		lines = append(lines, pack(indent, " ", s.restatedBy(line.Key, by))...)
	}
	return lines
}

// restatedBy says what one report did to a number: ＋60 补报131号 红岩镇 王芳.
func (s Scene) restatedBy(k report.Key, by report.Restating) []string {
	change := s.signed(k, by.Change)
	if by.Report == 0 {
		return []string{change, "辖区合并"}
	}
	did := "更正"
	if by.Late {
		did = "补报"
	}
	if by.Closed {
		did = "封账后" + did
	}
	parts := []string{change, did + itoa(by.Report) + "号", s.area(by.Area)}
	if who := clean(by.By, 10); who != "" {
		parts = append(parts, who)
	}
	if why := clean(by.Why, 16); why != "" && !by.Late {
		parts = append(parts, "("+why+")")
	}
	return parts
}

// lineName names what a line of the ledger counts: 普法维权 场次, 普法维权 参加, 走访慰问 油.
func (s Scene) lineName(k report.Key) string {
	name := shortName(s.activity(k.Activity))
	if k.Measure == "" {
		return name + " 场次"
	}
	what := measureName(s.measure(k.Activity, k.Measure), k.Label)
	if k.Part {
		what = "其中" + what
	}
	if what == name {
		return name // a measure that is called like its activity
	}
	return name + " " + what
}

func (s Scene) unitOf(k report.Key) string {
	if k.Measure == "" {
		return "场"
	}
	unit := k.Unit
	if s.measure(k.Activity, k.Measure).Persons != report.NoPersons && slices.Contains(personUnits, unit) {
		unit = "人次"
	}
	return clean(unit, 8)
}

// bare writes a value of a line without its unit.
func (s Scene) bare(k report.Key, n int64) string {
	if k.Unit == report.MoneyUnit {
		return money(n)
	}
	return number(n)
}

// signed writes a signed value of a line without its unit.
func (s Scene) signed(k report.Key, n int64) string {
	if n < 0 {
		return "－" + strings.TrimPrefix(s.bare(k, n), "-")
	}
	return "＋" + s.bare(k, n)
}

// RestatementButtons gives the buttons that open the reports of a restatement, in the order they are named.
func RestatementButtons(s Scene, r report.Restatement) [][]Button {
	const most, across = 8, 4
	var rows [][]Button
	seen := map[int64]bool{}
	for _, line := range s.inOrder(r.Lines) {
		for _, by := range line.By {
			if by.Report == 0 || seen[by.Report] || len(seen) == most {
				continue
			}
			if len(seen)%across == 0 {
				rows = append(rows, nil)
			}
			seen[by.Report] = true
			last := len(rows) - 1
			rows[last] = append(rows[last], Button{Text: itoa(by.Report), Data: "q:0:find:" + itoa(by.Report)})
		}
	}
	return rows
}

// changesButtons gives the buttons of a digest that show how earlier periods changed: the latest two that did, and its own
// where it was changed after its year was closed. The data is v:<area id>:<period key>.
func (s Scene) changesButtons(sum report.Summary) []Button {
	var row []Button
	add := func(p report.Period) {
		name := s.PeriodName(p)
		if p.Kind == report.Week { // of which year, where it is not this one
			name, _, _ = strings.Cut(p.Chinese(s.Today.Year()), " ")
		}
		row = append(row, Button{Text: name + "变化", Data: "v:" + itoa(sum.Area) + ":" + p.Key()})
	}
	for _, r := range sum.Restated[max(0, len(sum.Restated)-2):] {
		add(r.Period)
	}
	if sum.Corrected > 0 {
		add(sum.Period)
	}
	return row
}

// amended says what changed in earlier periods since the digest before this one, and how the sum of the year that it
// changed most visibly came about.
func (s Scene) amended(sum report.Summary) (lines []string) {
	for _, closed := range []bool{false, true} {
		var restated []report.Restatement
		for _, r := range sum.Restated {
			if r.Closed == closed {
				restated = append(restated, r)
			}
		}
		if len(restated) == 0 {
			continue
		}
		what := "补改以前："
		if closed {
			what = "更正已封账的" + itoa(restated[0].Period.Last.Year()) + "年："
		}
		lines = append(lines, s.changed(what, restated)...)
	}
	return append(lines, s.mainSum(sum)...)
}

// changed names the activities whose numbers changed: 补改以前：普法维权＋1场＋45人次、走访慰问 慰问金＋3,000元.
func (s Scene) changed(what string, restated []report.Restatement) []string {
	var changes []report.Fact
	for _, r := range restated {
		for _, line := range r.Lines {
			f := report.Fact{Key: line.Key, Value: line.New - line.Old}
			if line.Measure == "" {
				f.Value, f.Events = 0, f.Value
			}
			changes = append(changes, f)
		}
	}
	tallies := report.Sum(changes)
	codes := s.codes(tallies)
	if len(codes) == 0 {
		return nil // what one period lost another one got
	}
	const most = 4
	var names []string
	for _, code := range codes[:min(most, len(codes))] {
		names = append(names, s.changedActivity(code, tallies))
	}
	parts := listed(names)
	if rest := len(codes) - most; rest > 0 {
		parts = append(parts, "……还有"+itoa(rest)+"项")
	}
	return pack("", "", append([]string{what}, parts...))
}

// changedActivity says what changed of an activity: its events and its main measure, or else another one.
func (s Scene) changedActivity(code string, changes []report.Tally) string {
	var mainly, other string
	for _, t := range changes {
		n := s.signed(t.Key, t.Counted()) + s.unitOf(t.Key)
		switch {
		case t.Activity != code || t.Counted() == 0:
		case t.Measure == "" || s.isMain(t.Key):
			mainly += n
		case other == "" && t.Measure != report.MeasureSessions:
			other = " " + measureName(s.measure(code, t.Measure), t.Label) + n
		}
	}
	return shortName(s.activity(code)) + cmp.Or(mainly, other)
}

// isMain tells whether a line is the sum an activity is mainly about.
func (s Scene) isMain(k report.Key) bool {
	return k.Label == "" && !k.Part && leads(s.activity(k.Activity), s.measure(k.Activity, k.Measure))
}

// mainSum says how the year's sum came about of the largest activity whose main measure was changed:
//
//	普法维权累计约15,845人次
//	＝上期12,380＋本周3,420＋补改45
func (s Scene) mainSum(sum report.Summary) []string {
	r := sum.Reconciled
	if !r.Published {
		return nil
	}
	var main report.Tally
	for _, t := range r.Amended {
		larger := report.EventsOf(sum.YearToDate, t.Activity) > report.EventsOf(sum.YearToDate, main.Activity)
		if s.isMain(t.Key) && t.Value != 0 && (main.Activity == "" || larger) {
			main = t
		}
	}
	if main.Activity == "" {
		return nil
	}
	words := s.sumOf(report.Find(sum.YearToDate, main.Key))
	return append(pack("", "", []string{shortName(s.activity(main.Activity)) + "累计", words}),
		equation(sum.Period.Kind, func(n int64) string { return s.bare(main.Key, n) },
			report.Find(r.Base, main.Key).Value, report.Find(r.Current, main.Key).Value, main.Value)...)
}

func (s Scene) sumOf(t report.Tally) string { return sum(s.measure(t.Activity, t.Measure), t) }

// equation writes ＝上期12,380＋本周3,420＋补改45; where nothing was changed the last part is left away.
func equation(kind report.PeriodKind, write func(int64) string, base, current, amended int64) []string {
	this := map[report.PeriodKind]string{report.Week: "本周", report.Month: "本月", report.Quarter: "本季", report.Half: "本半年"}[kind]
	parts := []string{"＝上期" + write(base), "＋" + cmp.Or(this, "本期") + write(current)}
	switch {
	case amended > 0:
		parts = append(parts, "＋补改"+write(amended))
	case amended < 0:
		parts = append(parts, "－补改"+strings.TrimPrefix(write(amended), "-"))
	}
	return pack("", "", parts)
}
