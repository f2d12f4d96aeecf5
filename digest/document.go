package digest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/digest/docx"
	"huibao/report"
)

// Document makes the year's work summary (DOCX): the template's prose with its blanks filled. What has no data stands
// there highlighted as 【待填：…】, so that it cannot go out unseen.
func Document(s Scene, t *report.Template, year int, list []report.Filling) ([]byte, error) {
	var b bytes.Buffer
	err := docx.Write(&b, documentOf(s, t, year, list))
	if err != nil {
		return nil, fmt.Errorf("lay out the summary of %d: %w", year, err)
	}
	return b.Bytes(), nil
}

func documentOf(s Scene, t *report.Template, year int, list []report.Filling) docx.Document {
	say := func(mark string) string { return visible(t.Say(list, year, mark)) }
	d := docx.Document{Signed: t.Signed, Date: s.Today.Chinese(0)}
	for _, l := range t.Title {
		d.Title = append(d.Title, l.Print(say))
	}
	for _, l := range t.Paragraphs {
		d.Paragraphs = append(d.Paragraphs, docx.Paragraph{Style: docx.Style(l.Level), Runs: runs(l.Print(say))})
	}
	return d
}

var unfinished = regexp.MustCompile(`【待[填核][^】]*】`)

// runs marks what is not to go out.
func runs(text string) []docx.Run {
	var list []docx.Run
	at := 0
	for _, m := range unfinished.FindAllStringIndex(text, -1) {
		if m[0] > at {
			list = append(list, docx.Run{Text: text[at:m[0]]})
		}
		list = append(list, docx.Run{Text: text[m[0]:m[1]], Marked: true})
		at = m[1]
	}
	if at < len(text) {
		list = append(list, docx.Run{Text: text[at:]})
	}
	return list
}

// sourceColumns head the sheet of sources.
var sourceColumns = []struct {
	head  string
	width float64
}{{"序号", 6}, {"空", 7}, {"句子", 46}, {"数值", 18}, {"规则", 34}, {"报告编号", 20}, {"原话", 46}, {"谁填的", 12}, {"何时", 17}, {"备注", 34}}

const sourceSheet = "数据来源"

// Sources makes the sheet that says where each number of the year's summary comes from (数据来源, XLSX), one row a number.
func Sources(s Scene, year int, list []report.Source) ([]byte, error) {
	b, err := sources(s, year, list)
	if err != nil {
		return nil, fmt.Errorf("make the sources of the summary of %d: %w", year, err)
	}
	return b, nil
}

func sources(s Scene, year int, list []report.Source) (made []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	if err := f.SetSheetName("Sheet1", sourceSheet); err != nil {
		return nil, err
	}
	if err := sourceStyles(f, len(list)); err != nil {
		return nil, err
	}
	rows := [][]string{{fmt.Sprintf("%d年工作总结 数据来源（%s）", year, s.Today.Chinese(0))}, nil}
	for _, c := range sourceColumns {
		rows[1] = append(rows[1], c.head)
	}
	for i, x := range list {
		rows = append(rows, sourceRow(i+1, x))
	}
	for y, row := range rows {
		for x, text := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				return nil, err
			}
			if err := f.SetCellStr(sourceSheet, cell, text); err != nil { // a string, whatever it begins with
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// sourceStyles sets widths, the frozen head, and how the sheet is printed.
func sourceStyles(f *excelize.File, rows int) error {
	border := []excelize.Border{{Type: "left", Style: 1, Color: "BFBFBF"}, {Type: "right", Style: 1, Color: "BFBFBF"}, {Type: "top", Style: 1, Color: "BFBFBF"}, {Type: "bottom", Style: 1, Color: "BFBFBF"}}
	title, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Border: border, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}})
	if err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{Border: border, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(sourceColumns), rows+2)
	if err != nil {
		return err
	}
	end, err := excelize.ColumnNumberToName(len(sourceColumns))
	if err != nil {
		return err
	}
	for i, c := range sourceColumns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := f.SetColWidth(sourceSheet, name, name, c.width); err != nil {
			return err
		}
	}
	for _, set := range []func() error{
		func() error { return f.SetCellStyle(sourceSheet, "A1", "A1", title) },
		func() error { return f.SetCellStyle(sourceSheet, "A2", end+"2", head) },
		func() error {
			if rows == 0 {
				return nil
			}
			return f.SetCellStyle(sourceSheet, "A3", last, text)
		},
		func() error {
			return f.SetPanes(sourceSheet, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"})
		},
		func() error {
			landscape, wide, tall := "landscape", 1, 0
			if err := f.SetSheetProps(sourceSheet, &excelize.SheetPropsOptions{FitToPage: &[]bool{true}[0]}); err != nil {
				return err
			}
			return f.SetPageLayout(sourceSheet, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &tall})
		},
	} {
		if err := set(); err != nil {
			return err
		}
	}
	return nil
}

// sourceRow writes the row of one number.
func sourceRow(n int, x report.Source) []string {
	when := ""
	if !x.At.IsZero() {
		when = x.At.Format("2006-01-02 15:04")
	}
	var names []string
	for _, who := range x.By {
		names = append(names, clean(who, 20))
	}
	var words []string
	for _, w := range x.Words {
		words = append(words, cleanLines(w, 500))
	}
	notes := slices.Clone(x.Notes)
	if !x.Counted() {
		notes = append(notes, "原文本来印着"+x.Printed)
	}
	rule := x.Rule
	if x.Entry != nil && x.Fill != report.FillOffice {
		rule = "办公室填（" + rule + "）"
	}
	return []string{itoa(n), x.Name, clean(strings.Replace(x.Sentence, "▢", bracketed(printed(x.Filling)), 1), 300), printed(x.Filling), rule,
		sourceReports(x.Filling), strings.Join(words, "\n"), strings.Join(names, "、"), when, strings.Join(notes, "；")}
}

// printed gives what stands in a blank, in the words of the document.
func printed(x report.Filling) string {
	switch {
	case x.State == report.LeftOut:
		return "（不写）"
	case x.State == report.Missing && !x.Counted():
		return "【待核：" + x.Printed + "】"
	case x.State == report.Missing:
		return "【待填：" + x.Ask + "】"
	}
	return clean(x.Text, 80)
}

// bracketed shows where in its sentence a number stands.
func bracketed(text string) string {
	if strings.HasPrefix(text, "【") {
		return text
	}
	return "【" + text + "】"
}

// sourceReports lists the numbers of the reports behind a number.
func sourceReports(x report.Filling) string {
	var ids []string
	for _, id := range x.Reports {
		ids = append(ids, itoa(id))
	}
	words := strings.Join(ids, "、")
	if x.More {
		words += " 等"
	}
	return words
}

// DocumentFile names the year's document or its sheet of sources, and says under it what is still missing.
func DocumentFile(s Scene, kind FileKind, year int, list []report.Filling, content []byte) Made {
	root, _ := s.Areas.Root()
	made := Named(s, kind, root.ID, report.YearOf(report.Date(year, time.January, 1)), content)
	c := CountBlanks(list)
	switch {
	case c.Missing > 0 && kind == FileDocument:
		made.Caption += fmt.Sprintf("\n还有%d处待填，标了黄底", c.Missing)
	case c.Missing > 0:
		made.Caption += fmt.Sprintf("\n还有%d处待填", c.Missing)
	case kind == FileDocument:
		made.Caption += "\n各处都填了，请核对后再用"
	}
	return made
}

// BlankCount says how many blanks there are and how they stand.
type BlankCount struct{ All, Filled, Missing, Choose int }

// CountBlanks counts the blanks that are no numbers the prose has anyway.
func CountBlanks(list []report.Filling) (c BlankCount) {
	for _, x := range list {
		if !x.Counted() {
			continue
		}
		c.All++
		switch x.State {
		case report.Missing:
			c.Missing++
			continue
		case report.Choose:
			c.Choose++
		}
		c.Filled++
	}
	return c
}

// mostMissing is how many missing blanks are named.
const mostMissing = 12

// DocumentState says how the year's summary stands, and what is missing in it:
//
//	📝 2025年工作总结
//	49处已填41处，还缺8处：
//	寻找最美家庭的文号
func DocumentState(s Scene, year int, list []report.Filling) Text {
	var d draft
	d.title("📝 ", fmt.Sprintf("%d年工作总结", year))
	c := CountBlanks(list)
	switch {
	case c.Missing == 0:
		d.line(fmt.Sprintf("%d处全部填好了", c.All))
	default:
		d.line(fmt.Sprintf("%d处已填%d处，还缺%d处：", c.All, c.Filled, c.Missing))
	}
	named, doubts := 0, []string(nil)
	for _, x := range list {
		if x.State == report.Missing && x.Counted() {
			if named++; named <= mostMissing {
				d.line(indent, clean(x.Ask, 20))
			}
		}
		if x.State == report.Choose && x.Fill != report.FillNumber {
			doubts = append(doubts, clean(x.Event, 12))
		}
	}
	if rest := c.Missing - mostMissing; rest > 0 {
		d.line("……还有", itoa(rest), "项")
	}
	if doubts = slices.Compact(doubts); len(doubts) > 0 {
		d.all(pack("", "、", append([]string{"有几次可选：" + doubts[0]}, doubts[1:]...)))
	}
	if p := report.YearOf(s.Today); p.Contains(report.Date(year, time.December, 31)) && s.Today < p.Last {
		d.line("今年还没完，数据到", s.date(s.Today))
	}
	return d.text()
}

// AskBlank asks the office for one blank. left is how many are to come after it.
func AskBlank(year int, x report.Filling, left int) Text {
	var d draft
	d.line("❓", clean(x.Ask, 20))
	d.line("“", clean(around(x.Sentence), 60), "”")
	if x.Fill != report.FillOffice {
		d.line("补报这件事，会自动填上；")
		d.line("也可以直接填。")
	}
	for _, n := range x.Notes {
		d.line(clean(n, 60))
	}
	if like := x.Example(year); like != "" {
		d.line("请直接发，如 ", like)
	} else {
		d.line("请直接发")
	}
	if left > 0 {
		d.line("后面还有", itoa(left), "处")
	}
	return d.text()
}

// around gives the words of a sentence next to its blank.
func around(sentence string) string {
	const most = 14
	sentence = strings.NewReplacer("“", "‘", "”", "’").Replace(unfinished.ReplaceAllString(sentence, "…"))
	before, after, _ := strings.Cut(sentence, "▢")
	b, a := []rune(before), []rune(after)
	if len(b) > most {
		b = append([]rune("…"), b[len(b)-most:]...)
	}
	if len(a) > most {
		a = append(a[:most:most], '…')
	}
	return string(b) + "▢" + string(a)
}

// AskEvent asks the office which of several reports the document tells of.
func AskEvent(s Scene, x report.Filling) Text {
	var d draft
	d.line("❓", clean(x.Event, 12), "写哪一次？")
	d.line("“", clean(around(x.Sentence), 60), "”")
	d.line("有", itoa(1+len(x.Others)), "条汇报符合，")
	d.line("现在用的是", itoa(x.Reports[0]), "号")
	return d.text()
}

// EventChoice says what report a button of AskEvent stands for: 118号 3月8日 320人次.
func EventChoice(s Scene, r report.Report) string {
	words := itoa(r.ID) + "号 " + s.date(r.Day)
	for _, f := range r.Figures {
		if !f.Part && !f.Claim && f.Measure != report.MeasureSessions {
			return words + " " + figureValue(f)
		}
	}
	return words
}

// BlankKept says what was filled.
func BlankKept(x report.Filling) Text {
	var d draft
	d.line("✅ 已填 ", clean(x.Ask, 20))
	d.line(printed(x))
	for _, n := range x.Notes {
		d.line(clean(n, 60))
	}
	return d.text()
}

// BlankHow says how a blank is to be typed, where what was typed has another form.
func BlankHow(year int, x report.Filling) Text {
	var d draft
	d.line("没看懂，没有填。")
	d.line(clean(x.Ask, 20), "请写成")
	d.line("如 ", x.Example(year))
	return d.text()
}

// BadTemplate says what is wrong with the county's own template.
func BadTemplate(err error) Text {
	var d draft
	d.line("⚠️ 年终总结的模板有错，没法填：")
	lines := strings.Split(err.Error(), "\n")
	const most = 5
	for _, l := range lines[:min(len(lines), most)] {
		d.line(clean(l, 200))
	}
	if rest := len(lines) - most; rest > 0 {
		d.line("……还有", itoa(rest), "处")
	}
	return d.text()
}
