package digest

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"huibao/report"
)

// Tables that an administrator changes and sends back: as workbooks, what would change, and what is wrong in them.

// TableName gives a table as people say it.
func TableName(kind FileKind) string {
	switch kind {
	case FileDuties:
		return "应报"
	case FileTargets:
		return "目标"
	}
	return "类别"
}

// tableNote stands below the title of such a table.
const tableNote = "改好后把这个文件发回给机器人；表头不要动，删一行就是取消这一项"

// Duties makes the workbook of the duties.
func Duties(s Scene, list []report.Duty, at time.Time) ([]byte, error) {
	g := grid{name: "应报", title: "应报：谁、什么、多久报一次", note: tableNote + "；天数是一期完了以后第几天",
		heads: [][]string{{"辖区", "类别", "周期", "天数", "时间"}}, wide: []float64{24, 18, 10, 10, 12}}
	for _, d := range list {
		activity := ""
		if d.Activity != "" {
			activity = s.activity(d.Activity).Short
		}
		g.add(textCell(s.areaCell(d.Area)), textCell(activity), textCell(everyName(d.Every)), numberCell("", int64(d.Days), false), textCell(report.MinuteText(d.Minute)))
	}
	return oneSheet(g, at)
}

// Targets makes the workbook of a year's targets.
func Targets(s Scene, year int, list []report.Target, at time.Time) ([]byte, error) {
	g := grid{name: "目标", title: yearName(year) + "目标任务", note: tableNote + "；金额用元",
		heads: [][]string{{"年度", "辖区", "类别", "指标", "目标"}}, wide: []float64{10, 24, 18, 18, 14}}
	for _, t := range list {
		m := s.measure(t.Activity, t.Measure)
		g.add(textCell(itoa(t.Year)), textCell(s.areaCell(t.Area)), textCell(s.activity(t.Activity).Short), textCell(m.Short), numberCell(m.Unit, t.Value, false))
	}
	return oneSheet(g, at)
}

func oneSheet(g grid, at time.Time) ([]byte, error) {
	b, err := newWorkbook(g.title, at)
	if err != nil {
		return nil, err
	}
	if err := b.add(g); err != nil {
		return nil, err
	}
	return b.bytes()
}

// CatalogueBook makes the workbook of the catalogue.
func CatalogueBook(s Scene, at time.Time) ([]byte, error) {
	b, err := newWorkbook("类别和指标", at)
	if err != nil {
		return nil, err
	}
	notes := map[string]string{report.SheetActivities: "；词之间用顿号；用过的代码不能删", report.SheetMeasures: "；用过的代码不能删",
		report.SheetRules: "；一个词几类都用时，看旁边的词", report.SheetFixed: "；里面的数字不是数量，如 三八、两癌"}
	for _, sheet := range s.Catalogue.Sheets() {
		g := grid{name: sheet.Name, title: sheet.Name, note: tableNote + notes[sheet.Name], heads: [][]string{sheet.Rows[0]}, side: 1}
		for range sheet.Rows[0] {
			g.wide = append(g.wide, 18)
		}
		for _, row := range sheet.Rows[1:] {
			cells := make([]cell, len(row))
			for i, words := range row {
				cells[i] = longCell(words)
			}
			g.add(cells...)
		}
		if err := b.add(g); err != nil {
			return nil, err
		}
	}
	return b.bytes()
}

// areaCell names an area as a table reads it back: by its name where no other has it, else by its code.
func (s Scene) areaCell(id int64) string {
	a, _ := s.Areas.ByID(id)
	for _, other := range s.Areas.All() {
		if other.ID != id && other.Name == a.Name {
			return a.Code
		}
	}
	return a.Name
}

func everyName(kind report.PeriodKind) string {
	return map[report.PeriodKind]string{report.Week: "周", report.Month: "月", report.Quarter: "季", report.Half: "半年", report.Year: "年"}[kind]
}

// DutyLine writes a duty in one line.
func (s Scene) DutyLine(d report.Duty) string {
	parts := []string{s.area(d.Area)}
	if d.Activity != "" {
		parts = append(parts, shortName(s.activity(d.Activity)))
	}
	return strings.Join(append(parts, "每"+everyName(d.Every), s.DutyBy(d)), " ")
}

// DutyBy writes by when a duty is to be met.
func (s Scene) DutyBy(d report.Duty) string {
	return "期后" + itoa(d.Days) + "天" + report.MinuteText(d.Minute)
}

// TargetLine writes a target in one line, TargetValue the number to reach.
func (s Scene) TargetLine(t report.Target) string {
	return strings.Join([]string{yearName(t.Year), s.area(t.Area), shortName(s.activity(t.Activity)), s.measure(t.Activity, t.Measure).Short}, " ")
}

// TargetValue writes the number to reach.
func (s Scene) TargetValue(t report.Target) string {
	m := s.measure(t.Activity, t.Measure)
	if m.Money() {
		return money(t.Value) + m.Unit
	}
	return number(t.Value) + m.Unit
}

// TableChange is one line of what a table would change: Sign is ＋, － or 改.
type TableChange struct{ Sign, Words string }

// The signs.
const (
	SignAdded   = "＋"
	SignRemoved = "－"
	SignChanged = "改"
)

// mostTableLines is how many changes are told one by one.
const mostTableLines = 15

// AskTable asks whether a table shall be taken over.
func AskTable(kind FileKind, changes []TableChange) Text {
	var d draft
	d.line("❓", TableName(kind), "照这样改？")
	d.tableChanges(changes)
	return d.text()
}

// TableKept says that it was; back tells that it was to take another back.
func TableKept(kind FileKind, changes []TableChange, back bool) Text {
	var d draft
	if back {
		d.line("↩️ ", TableName(kind), "已还原")
	} else {
		d.line("✅ ", TableName(kind), "已改")
	}
	d.tableChanges(changes)
	return d.text()
}

func (d *draft) tableChanges(changes []TableChange) {
	counts := map[string]int{}
	for _, c := range changes {
		counts[c.Sign]++
	}
	var sums []string
	for _, x := range [][2]string{{SignAdded, "新增"}, {SignChanged, "修改"}, {SignRemoved, "删除"}} {
		if n := counts[x[0]]; n > 0 {
			sums = append(sums, x[1]+itoa(n))
		}
	}
	d.line(strings.Join(sums, "　"))
	for _, c := range changes[:min(mostTableLines, len(changes))] {
		d.line(c.Sign, " ", clean(c.Words, 120))
	}
	if rest := len(changes) - mostTableLines; rest > 0 {
		d.line("……还有", itoa(rest), "项")
	}
}

// CatalogueChanges words what a catalogue would change.
func CatalogueChanges(changes []report.SheetChange) (list []TableChange) {
	for _, c := range changes {
		words := c.Sheet + " " + c.Name
		switch {
		case c.Old == nil:
			list = append(list, TableChange{SignAdded, words})
		case c.New == nil:
			list = append(list, TableChange{SignRemoved, words})
		default:
			var parts []string
			for _, col := range c.Columns() {
				parts = append(parts, col[0]+" "+cellChange(col[1], col[2]))
			}
			list = append(list, TableChange{SignChanged, words + "：" + strings.Join(parts, "；")})
		}
	}
	return list
}

// cellChange writes what is different in a cell: of lists the words that came and went.
func cellChange(old, next string) string {
	if !strings.Contains(old+next, "、") {
		return cmp.Or(old, "空") + "→" + cmp.Or(next, "空")
	}
	before, after := strings.Split(old, "、"), strings.Split(next, "、")
	var parts []string
	for _, w := range after {
		if w != "" && !slices.Contains(before, w) {
			parts = append(parts, SignAdded+w)
		}
	}
	for _, w := range before {
		if w != "" && !slices.Contains(after, w) {
			parts = append(parts, SignRemoved+w)
		}
	}
	if len(parts) == 0 {
		return "换了顺序"
	}
	return strings.Join(parts, "")
}

// ErrOthersArea refuses a table with a line of an area that is not the sender's.
var ErrOthersArea = errors.New("the table has a line of another's area")

// ErrEmptyTable refuses a table without a line: it would take everything away.
var ErrEmptyTable = errors.New("the table is empty")

// mostTableErrors is how many mistakes are told at once.
const mostTableErrors = 8

// BadTable says what is wrong in a table that came back; nothing of it was taken.
func BadTable(kind FileKind, err error) Text {
	var d draft
	d.line("❓", TableName(kind), "的表没有改，请看：")
	var lines []string
	for _, e := range leaves(err) {
		lines = append(lines, tableError(kind, e))
	}
	lines = slices.Compact(lines)
	for _, l := range lines[:min(mostTableErrors, len(lines))] {
		d.line(clean(l, 80))
	}
	if rest := len(lines) - mostTableErrors; rest > 0 {
		d.line("……还有", itoa(rest), "处")
	}
	d.line("改好再发一次")
	return d.text()
}

// leaves gives the errors that others join or wrap.
func leaves(err error) (list []error) {
	var row *report.RowError
	var sheet *report.SheetError
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			list = append(list, leaves(one)...)
		}
		return list
	default:
		if errors.As(err, &row) {
			return []error{row}
		}
		if errors.As(err, &sheet) {
			return []error{sheet}
		}
	}
	return []error{err}
}

// columnHints says what is expected in a column, by its English heading.
var columnHints = map[string]string{
	"area": "请写辖区全称或代码", "activity": "没有这个类别", "measure": "这个类别没有这个指标", "every": "周期请写周、月、季、半年、年",
	"days": "天数请写0到60的整数", "time": "时间请写成 12:00", "year": "年度请写成 2026", "value": "目标请写大于0的数",
}

func tableError(kind FileKind, err error) string {
	var used *InUse
	switch e := err.(type) {
	case *report.RowError:
		at := "第" + itoa(e.Line) + "行："
		switch hint := columnHints[e.Column]; {
		case e.Column == "header":
			return "表头不对，请用发给您的那张表改"
		case e.Column == "this":
			return at + "和上面的一行重复"
		case hint != "" && e.Value != "":
			return at + "“" + clean(e.Value, 20) + "”，" + hint
		case hint != "":
			return at + hint
		}
		return at + "没看懂"
	case *report.SheetError:
		return sheetError(e)
	}
	if errors.As(err, &used) {
		return used.words()
	}
	if errors.Is(err, ErrOthersArea) {
		return "表里有不归您管的辖区，请删去那些行"
	}
	if errors.Is(err, ErrEmptyTable) {
		return "表里一行也没有"
	}
	if kind == FileCatalogue {
		return "打不开，或有一处不合规矩；请用发给您的那张表改，存成 .xlsx"
	}
	return "打不开，请存成 .xlsx 或 CSV 再发"
}

// InUse is the error of a catalogue without something that reports use.
type InUse struct{ Activity, Measure string } // names; Measure is empty where the activity is missing

func (e *InUse) Error() string { return "in use: " + e.Activity + " " + e.Measure }

func (e *InUse) words() string {
	if e.Measure == "" {
		return "类别“" + e.Activity + "”已有汇报用过，不能删，也不能改代码"
	}
	return "指标“" + e.Activity + " " + e.Measure + "”已有汇报用过，不能删，也不能改代码"
}

func sheetError(e *report.SheetError) string {
	at := "〔" + e.Sheet + "〕"
	if e.Row > 0 {
		at += "第" + itoa(e.Row) + "行"
	}
	if e.Column != "" {
		at += " " + e.Column
	}
	if e.Value != "" {
		at += "“" + clean(e.Value, 20) + "”"
	}
	return at + map[report.SheetProblem]string{report.NoSheet: "这张表不见了", report.NoColumn: "这一列不见了", report.NoValue: "是空的",
		report.BadCode: "请用小写字母、数字和下划线", report.Twice: "重复了", report.Taken: "别的类别已有这个词，请两边都放到弱词", report.Unknown: "没有这一项",
		report.BadNumber: "请写整数", report.BadFlag: "请写“是”或空着", report.BadDay: "请写成 05-20，从、到都要写", report.NoSessions: "要有代码为 sessions 的指标"}[e.Problem]
}
