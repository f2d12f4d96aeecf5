// Package sheet reads tables as offices keep them: workbooks of Excel or WPS, and CSV. It does no I/O.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxSheet bounds what a sheet may unpack to: a province's areas take some 10 MB.
const maxSheet = 128 << 20

// lineSeparator stands for a line end inside a cell, so that a line of the table is a row of the sheet and errors name it.
const lineSeparator = "\u2028"

// Table gives a file's table as CSV in UTF-8: of a workbook (.xlsx) its first sheet, line by line as the rows stand
// there; a CSV file as it is, or decoded where Excel saved it in the Chinese code page. path says by its ending what b is.
func Table(path string, b []byte) ([]byte, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xls", ".et":
		return nil, fmt.Errorf("%s: an old form of workbook, expected it saved as .xlsx or as CSV UTF-8", path)
	case ".xlsx":
		return sheetBytes(path, b)
	}
	if !utf8.Valid(b) {
		if decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(decoded, utf8.RuneError) {
			b = decoded
		}
	}
	return b, nil
}

func open(path string, b []byte) (*excelize.File, error) {
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: maxSheet, UnzipXMLSizeLimit: maxSheet})
	if err != nil {
		return nil, fmt.Errorf("%s: expected a workbook as Excel or WPS saves it (.xlsx, without a password): %w", path, err)
	}
	return book, nil
}

// Sheet is one sheet of a workbook: its rows from the first, however many cells each has.
type Sheet struct {
	Name string
	Rows [][]string
}

// Book gives the sheets of a workbook (.xlsx), texts with their line ends.
func Book(path string, b []byte) (sheets []Sheet, err error) {
	book, err := open(path, b)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	for _, name := range book.GetSheetList() {
		rows, err := sheetRows(book, name)
		if err != nil {
			return nil, fmt.Errorf("%s: read the sheet %s: %w", path, name, err)
		}
		for _, row := range rows {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], lineSeparator, "\n")
			}
		}
		sheets = append(sheets, Sheet{name, rows})
	}
	return sheets, nil
}

func sheetBytes(path string, b []byte) ([]byte, error) {
	book, err := open(path, b)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	rows, err := sheetRows(book, book.GetSheetName(0))
	if err != nil {
		return nil, fmt.Errorf("%s: read its first sheet: %w", path, err)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for _, row := range squared(rows) {
		if len(row) == 0 {
			w.Flush()
			out.WriteByte('\n')
			continue
		}
		if err := w.Write(row); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	w.Flush()
	return out.Bytes(), nil
}

// sheetRows gives the cells of a sheet as a table holds them: dates as YYYY-MM-DD, numbers in full, texts on one line.
func sheetRows(book *excelize.File, sheet string) (rows [][]string, err error) {
	shown, err := book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, shown.Close()) }()
	kept, err := book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	for shown.Next() && kept.Next() {
		look, err := shown.Columns()
		if err != nil {
			return nil, err
		}
		row, err := kept.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		for i := range row {
			if i >= len(look) || look[i] != row[i] { // it is shown otherwise than it is kept: a number or a date
				if row[i], err = plainNumber(book, sheet, i+1, len(rows)+1, row[i]); err != nil {
					return nil, err
				}
			}
			row[i] = strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(row[i], "\r\n", "\n")), "\n", lineSeparator)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// plainNumber writes a cell's number as a table has it.
func plainNumber(book *excelize.File, sheet string, column, row int, kept string) (string, error) {
	n, err := strconv.ParseFloat(kept, 64)
	if err != nil {
		return kept, nil
	}
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "", err
	}
	id, err := book.GetCellStyle(sheet, cell)
	if err != nil {
		return "", err
	}
	style, err := book.GetStyle(id)
	if err != nil {
		return "", err
	}
	if !dateFormat(style) {
		n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64) // Excel keeps 15 digits; what is beyond them is dust
		return strconv.FormatFloat(n, 'f', -1, 64), nil
	}
	at, err := excelize.ExcelDateToTime(n, false)
	switch {
	case err != nil:
		return kept, nil
	case n < 1: // a time without a day
		return at.Round(time.Minute).Format("15:04"), nil
	case n != math.Trunc(n):
		return at.Round(time.Minute).Format("2006-01-02 15:04"), nil
	}
	return at.Format(time.DateOnly), nil
}

// dateFormat tells whether a cell of that style shows a date: by Excel's numbers for its own formats, or by the pattern.
func dateFormat(style *excelize.Style) bool {
	if style.CustomNumFmt == nil {
		n := style.NumFmt
		return n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
	}
	pattern := strings.ToLower(*style.CustomNumFmt)
	return strings.Contains(pattern, "yy") || strings.Contains(pattern, "m") && strings.Contains(pattern, "d")
}

// squared gives every row that holds anything the width of the table: spreadsheets leave empty cells at the end away, and
// keep some where something stood once.
func squared(rows [][]string) [][]string {
	width := 0
	for i, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		rows[i] = row
		if len(row) > 1 && width == 0 { // the head; a title above it stands in one cell
			width = len(row)
		}
	}
	for i, row := range rows {
		for len(row) > 0 && len(row) < width {
			row = append(row, "")
		}
		rows[i] = row
	}
	return rows
}
