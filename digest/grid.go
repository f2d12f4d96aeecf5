package digest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/report"
)

// Sheets of workbooks: how cells look, and a table under its title, made for the screen (the head stays in sight) and for
// paper (A4 across, the head on every page). Texts are cleaned where they become cells; a cell holds a formula only where
// sumCell, shareCell or growthCell put one, and then its value too, for viewers that do not calculate.

// form is what a cell holds, as far as it changes how it looks.
type form int

const (
	formText form = iota
	formLong      // text of several lines
	formCount
	formMoney
	formShare // a percentage
	formDash
	formHead
	formTitle
	formWideTitle // of a table too wide to see its middle
	formNote
)

// look is how a cell looks.
type look struct {
	form  form
	about bool // an approximate number
	bold  bool // in a row of totals
}

// cell is what stands in one place of a sheet.
type cell struct {
	value   any // nil for none
	formula string
	look    look
	columns int   // how wide it is
	n       int64 // the value of a number; money in fen
}

// Bounds of a cell.
const (
	mostCell   = 32_000 // characters of a text; Excel holds 32,767 units
	mostDigits = 1e15   // Excel keeps 15 digits of a number: what has more stands as text
)

// textCell holds words on one line.
func textCell(words string) cell {
	words = clean(words, 200)
	return cell{value: words, columns: columns(words)}
}

// longCell holds words of several lines, as they were written.
func longCell(words string) cell {
	words = cleanLines(words, mostCell/2) // a character may be two units
	return cell{value: words, look: look{form: formLong}, columns: 40}
}

// dash stands where there is no number, which is not the same as 0.
func dash() cell { return cell{value: "—", look: look{form: formDash}, columns: 2} }

// numberCell holds a value with that unit; money comes in fen and stands in yuan.
func numberCell(unit string, n int64, about bool) cell {
	words := number(n)
	c := cell{value: n, n: n, look: look{form: formCount, about: about}}
	if unit == report.MoneyUnit {
		words = money(n)
		c.value, c.look.form = float64(n)/100, formMoney
	}
	if about {
		words = "约" + words
	}
	if c.columns = columns(words) + 3; n >= mostDigits || n <= -mostDigits {
		c.value = words
	}
	return c
}

// sumCell adds up a column between two rows: n is what comes out.
func sumCell(unit string, n int64, about bool, column, first, last int) cell {
	c := numberCell(unit, n, about)
	if _, words := c.value.(string); !words {
		name := columnName(column)
		c.formula = fmt.Sprintf("SUM(%s%d:%s%d)", name, first, name, last)
	}
	c.look.bold = true
	return c
}

// shareCell divides one cell of a row by another.
func shareCell(part, whole int64, formula string) cell {
	if whole == 0 {
		return dash()
	}
	return cell{value: float64(part) / float64(whole), formula: formula, look: look{form: formShare}, columns: 8}
}

// inBold makes a cell one of a row of totals.
func inBold(c cell) cell { c.look.bold = true; return c }

func columnName(column int) string {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		panic(fmt.Sprintf("digest: column %d of a sheet: %v", column, err)) // our own count
	}
	return name
}

// grid is a sheet: a table with its title. In the first row of heads an empty heading belongs to the one on its left, in the others
// to the one above.
type grid struct {
	name  string
	title string
	note  string // below the title: unit, date of the numbers
	heads [][]string
	rows  [][]cell
	feet  []string  // remarks below the table
	side  int       // columns that stay in sight
	wide  []float64 // widths; nil: by what stands in them
}

// firstRow gives the row of the sheet at which its rows begin.
func (t *grid) firstRow() int { return 3 + len(t.heads) }

func (t *grid) add(cells ...cell) { t.rows = append(t.rows, cells) }

// workbook is a file with sheets in the making.
type workbook struct {
	file   *excelize.File
	styles map[look]int
	sheets int
}

func newWorkbook(title string, at time.Time) (*workbook, error) {
	b := &workbook{file: excelize.NewFile(), styles: map[look]int{}}
	made := at.UTC().Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{Creator: "汇报", LastModifiedBy: "汇报", Title: clean(title, 100), Language: "zh-CN",
		Created: made, Modified: made})
	return b, err
}

// bytes ends the workbook.
func (b *workbook) bytes() ([]byte, error) {
	var out bytes.Buffer
	_, err := b.file.WriteTo(&out)
	return out.Bytes(), err
}

// add writes a whole sheet.
func (b *workbook) add(t grid) error {
	w, err := b.begin(t)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", t.name, err)
	}
	for _, row := range t.rows {
		if err := w.write(row); err != nil {
			return fmt.Errorf("sheet %s: %w", t.name, err)
		}
	}
	if err := w.end(t.feet); err != nil {
		return fmt.Errorf("sheet %s: %w", t.name, err)
	}
	return nil
}

// gridWriter writes a sheet row by row; nothing of the rows is kept.
type gridWriter struct {
	book *workbook
	to   *excelize.StreamWriter
	row  int // the last one written
	line []any
}

// begin writes all of a sheet that stands above its rows.
func (b *workbook) begin(t grid) (*gridWriter, error) {
	if err := b.page(t); err != nil {
		return nil, err
	}
	to, err := b.file.NewStreamWriter(t.name)
	if err != nil {
		return nil, err
	}
	w := &gridWriter{book: b, to: to}
	for i, width := range t.widths() {
		if err := to.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	side := &excelize.Panes{Freeze: true, XSplit: t.side, YSplit: t.firstRow() - 1, ActivePane: "bottomRight",
		TopLeftCell: fmt.Sprintf("%s%d", columnName(t.side+1), t.firstRow())}
	if t.side == 0 {
		side.ActivePane = "bottomLeft"
	}
	if err := to.SetPanes(side); err != nil {
		return nil, err
	}
	return w, w.head(t)
}

// page makes the sheet and says how it is printed.
func (b *workbook) page(t grid) error {
	if b.sheets++; b.sheets == 1 {
		if err := b.file.SetSheetName("Sheet1", t.name); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(t.name); err != nil {
		return err
	}
	fit, a4, across, wide, high := true, 9, "landscape", t.pages(), 0
	if err := b.file.SetSheetProps(t.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	err := b.file.SetPageLayout(t.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &across, FitToWidth: &wide, FitToHeight: &high})
	if err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(t.name, &excelize.HeaderFooterOptions{OddFooter: "&C第&P页 共&N页"}); err != nil {
		return err
	}
	titles := fmt.Sprintf("'%s'!$%d:$%d", t.name, t.firstRow()-len(t.heads), t.firstRow()-1)
	if t.side > 0 {
		titles = fmt.Sprintf("'%s'!$A:$%s,", t.name, columnName(t.side)) + titles
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: t.name})
}

// pages gives how many pages a sheet is wide in print: what is squeezed onto one cannot be read.
func (t *grid) pages() int {
	sum := 0.0
	for _, w := range t.widths() {
		sum += w
	}
	const readable = 190 // columns on A4 across, small but legible
	return 1 + int(sum)/readable
}

func (t *grid) widths() []float64 {
	if t.wide != nil {
		return t.wide
	}
	const narrowest, widest = 6, 40
	wide := make([]float64, len(t.heads[0]))
	for i := range wide {
		most := narrowest
		for y, head := range t.heads {
			spans := y == 0 && (head[i] == "" || i+1 < len(head) && head[i+1] == "")
			for _, line := range strings.Split(head[i], "\n") {
				if !spans {
					most = max(most, columns(line))
				}
			}
		}
		for _, row := range t.rows {
			if i < len(row) {
				most = max(most, row[i].columns)
			}
		}
		wide[i] = float64(min(most, widest) + 2)
	}
	return wide
}

// head writes title, note and headings.
func (w *gridWriter) head(t grid) error {
	if err := w.across(t.title, formTitle, 30, t); err != nil {
		return err
	}
	if err := w.across(t.note, formNote, 0, t); err != nil {
		return err
	}
	for y, head := range t.heads {
		row := make([]cell, len(head))
		lines := 1
		for x, words := range head {
			row[x] = cell{value: words, look: look{form: formHead}}
			lines = max(lines, 1+strings.Count(words, "\n"))
			if words != "" {
				continue
			}
			row[x].value = nil
		}
		if err := w.set(row, excelize.RowOpts{Height: 4 + 15*float64(lines)}); err != nil {
			return err
		}
		if err := w.join(t, y); err != nil {
			return err
		}
	}
	return nil
}

// across writes a line over the whole table; over a wide one it stays at the left, in sight.
func (w *gridWriter) across(words string, form form, height float64, t grid) error {
	if form == formTitle && t.pages() > 1 {
		form = formWideTitle
	}
	row := []cell{{value: words, look: look{form: form}}}
	if err := w.set(row, excelize.RowOpts{Height: height}); err != nil {
		return err
	}
	if n := len(t.heads[0]); n > 1 && t.pages() == 1 {
		return w.to.MergeCell(fmt.Sprintf("A%d", w.row), fmt.Sprintf("%s%d", columnName(n), w.row))
	}
	return nil
}

// join merges the headings of a row of heads, which has just been written, with the empty ones that belong to them.
func (w *gridWriter) join(t grid, y int) error {
	if y > 0 {
		return nil
	}
	for x := 0; x < len(t.heads[0]); x++ {
		right := x
		for right+1 < len(t.heads[0]) && t.heads[0][right+1] == "" {
			right++
		}
		down := 0
		for right == x && down+1 < len(t.heads) && t.heads[down+1][x] == "" {
			down++
		}
		if right > x || down > 0 {
			err := w.to.MergeCell(fmt.Sprintf("%s%d", columnName(x+1), w.row), fmt.Sprintf("%s%d", columnName(right+1), w.row+down))
			if err != nil {
				return err
			}
		}
		x = right
	}
	return nil
}

// write adds a row.
func (w *gridWriter) write(row []cell) error {
	for _, c := range row {
		if c.look.form == formLong {
			return w.set(row, excelize.RowOpts{}) // as high as its lines
		}
	}
	return w.set(row, excelize.RowOpts{Height: 17})
}

func (w *gridWriter) set(row []cell, opts excelize.RowOpts) error {
	w.row++
	w.line = w.line[:0]
	for _, c := range row {
		style, err := w.book.style(c.look)
		if err != nil {
			return err
		}
		w.line = append(w.line, excelize.Cell{StyleID: style, Formula: c.formula, Value: c.value})
	}
	return w.to.SetRow(fmt.Sprintf("A%d", w.row), w.line, opts)
}

// end writes the remarks below the table.
func (w *gridWriter) end(feet []string) error {
	for _, words := range feet {
		if err := w.write([]cell{{value: clean(words, 500), look: look{form: formNote}}}); err != nil {
			return err
		}
	}
	return w.to.Flush()
}

// style gives the number of a look in the file.
func (b *workbook) style(l look) (int, error) {
	if id, ok := b.styles[l]; ok {
		return id, nil
	}
	id, err := b.file.NewStyle(l.style())
	if err != nil {
		return 0, err
	}
	b.styles[l] = id
	return id, nil
}

func (l look) style() *excelize.Style {
	s := &excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 11, Bold: l.bold}, Alignment: &excelize.Alignment{Vertical: "center"}}
	if l.form < formTitle {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Style: 1, Color: "808080"})
		}
	}
	pattern := ""
	switch l.form {
	case formTitle:
		s.Font = &excelize.Font{Family: "黑体", Size: 16}
		s.Alignment.Horizontal = "center"
	case formWideTitle:
		s.Font = &excelize.Font{Family: "黑体", Size: 16}
	case formNote:
		s.Font = &excelize.Font{Family: "仿宋", Size: 11}
	case formHead:
		s.Font = &excelize.Font{Family: "黑体", Size: 11}
		s.Alignment.Horizontal, s.Alignment.WrapText = "center", true
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2E6E6"}}
	case formLong:
		s.Alignment.WrapText, s.Alignment.Vertical = true, "top"
	case formDash:
		s.Alignment.Horizontal = "right"
	case formCount:
		pattern = "#,##0"
	case formMoney:
		pattern = "#,##0.00"
	case formShare:
		pattern = "0.0%"
	}
	if l.about && pattern != "" {
		pattern = `"约"` + pattern
	}
	if pattern != "" {
		s.CustomNumFmt, s.Alignment.Horizontal = &pattern, "right"
	}
	return s
}
