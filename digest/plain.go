package digest

import (
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/report"
)

// Table makes a workbook of one plain sheet, for other programs and for looking things up: the headings in its first row,
// rows as rows gives them, of strings, int64 and float64; nil is an empty cell.
func Table(name string, at time.Time, head []string, rows func(yield func([]any) error) error) ([]byte, error) {
	content, err := plainTable(name, at, head, rows)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	return content, nil
}

func plainTable(name string, at time.Time, head []string, rows func(yield func([]any) error) error) ([]byte, error) {
	file, err := newWorkbook(name, at)
	if err != nil {
		return nil, err
	}
	if err := file.file.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	to, err := file.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if err := to.SetColWidth(1, len(head), 14); err != nil {
		return nil, err
	}
	if err := to.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	w := &gridWriter{book: file, to: to}
	titles := make([]cell, len(head))
	for i, words := range head {
		titles[i] = cell{value: clean(words, 60), look: look{form: formHead}}
	}
	if err := w.write(titles); err != nil {
		return nil, err
	}
	var line []cell
	err = rows(func(values []any) error {
		line = line[:0]
		for _, v := range values {
			line = append(line, plainCell(v))
		}
		return w.write(line)
	})
	if err != nil {
		return nil, err
	}
	if err := to.Flush(); err != nil {
		return nil, err
	}
	return file.bytes()
}

func plainCell(v any) cell {
	switch v := v.(type) {
	case string:
		return cell{value: cleanLines(v, mostCell/2)}
	case int64:
		if v >= mostDigits || v <= -mostDigits {
			return cell{value: itoa(v)}
		}
	}
	return cell{value: v}
}

// RegisterTable gives the register as a table without looks, for CSV: the headings, then a line for each row. Numbers have
// no commas and no 约, which the words beside them say; money is in yuan.
func RegisterTable(s Scene, area int64, rows report.Rows, write func([]string) error) error {
	r := registerWriter{Scene: s, of: area, numbers: registerNumbers(s.Catalogue)}
	head := r.head()
	for i := range head {
		head[i] = strings.ReplaceAll(head[i], "\n", "")
	}
	if err := write(head); err != nil {
		return err
	}
	return rows(func(row report.RegisterRow) error {
		cells := r.cells(row)
		line := make([]string, len(cells))
		for i, c := range cells {
			line[i] = c.words()
		}
		return write(line)
	})
}

// words gives what a cell holds.
func (c cell) words() string {
	switch {
	case c.value == nil:
		return ""
	case c.look.form == formMoney:
		return Yuan(c.n)
	case c.look.form == formCount && c.n != 0:
		return itoa(c.n)
	}
	return fmt.Sprint(c.value)
}
