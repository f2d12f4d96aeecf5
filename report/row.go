package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// Row is one report as files of reports have it: a JSON object on a line of its own, or a row of a sheet. Areas are told
// by their names or codes, money in yuan. What its measures cannot say (goods by name, about, other units) its text does.
type Row struct {
	Date     Day                    `json:"date"`
	Township string                 `json:"township"` // empty: the county's own
	Village  string                 `json:"village"`  // empty: the township's own
	Activity string                 `json:"activity"` // code or name in the catalogue; empty: the text says it
	Measures map[string]json.Number `json:"measures"` // by code, in a sheet also by name
	Text     string                 `json:"text"`
	At       int                    `json:"-"` // the line of its file
}

// rowColumns are the columns of a sheet of reports; every other heading is a measure's.
var rowColumns = []string{"date", "township", "village", "activity", "text"}

// plainNumber is what a measure's value looks like.
var plainNumber = regexp.MustCompile(`^\d{1,15}(\.\d{1,4})?$`)

// ParseRows reads reports from JSON lines or from CSV with the columns date, township, village, activity, text and one for
// each measure; only the date must be there. Every error names file and line and what is expected.
func ParseRows(file string, b []byte) ([]Row, error) {
	if len(b) > maxImport {
		return nil, fmt.Errorf("%s: %d bytes, expected at most %d", file, len(b), maxImport)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		return parseJSONRows(file, b)
	}
	return parseSheetRows(file, b)
}

func parseJSONRows(file string, b []byte) ([]Row, error) {
	t := &table{file: file}
	var rows []Row
	for i, text := range bytes.Split(b, []byte("\n")) {
		if t.line = i + 1; len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		one := Row{At: i + 1}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		d.DisallowUnknownFields()
		err := d.Decode(&one)
		if err == nil {
			if _, more := d.Token(); !errors.Is(more, io.EOF) {
				err = errors.New("more than one object on the line")
			}
		}
		if err != nil {
			t.expect(false, `%v, expected {"date": "2026-03-08", "township": …, "village": …, "activity": …, "measures": {CODE: NUMBER}, "text": …}`, wrongJSON(err))
			continue
		}
		t.checkRow(one)
		rows = append(rows, one)
	}
	return rows, t.err()
}

// wrongJSON says what is wrong with a line in words that need no Go.
func wrongJSON(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	name, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON from byte %d on", syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the line ends before its object does"
	case errors.As(err, &kind):
		return fmt.Sprintf("%q holds a %s, which does not belong there", kind.Field, kind.Value)
	case unknown:
		return "there is no field " + name
	}
	return err.Error()
}

func parseSheetRows(file string, b []byte) ([]Row, error) {
	header, err := rowHeader(file, b)
	if err != nil {
		return nil, err
	}
	t, err := readTable(file, b, header...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i, row := range t.rows {
		t.at(i)
		one := Row{At: t.line, Measures: map[string]json.Number{}}
		for x, cell := range row {
			if err := one.set(header[x], cell); err != nil {
				t.expect(false, "%v", err)
			}
		}
		t.checkRow(one)
		rows = append(rows, one)
	}
	return rows, t.err()
}

// rowHeader gives the columns of a sheet of reports: those it knows by their names, the others as they are called there.
func rowHeader(file string, b []byte) ([]string, error) {
	first, err := firstRow(b)
	if err != nil {
		return nil, fmt.Errorf("%s:1: expected the header %s and measures: %w", file, strings.Join(rowColumns, ","), err)
	}
	var header []string
	for _, words := range first {
		if strings.TrimSpace(words) == "" {
			continue
		}
		i := slices.IndexFunc(rowColumns, func(name string) bool { return heads(words, name) })
		if i < 0 {
			header = append(header, heading(words))
			continue
		}
		header = append(header, rowColumns[i])
	}
	if !slices.Contains(header, "date") {
		return nil, fmt.Errorf("%s:1: header %s, expected a column date (日期) among %s and measures", file, strings.Join(first, ","), strings.Join(rowColumns, ","))
	}
	return header, nil
}

// set takes a cell of a sheet.
func (r *Row) set(column, cell string) (err error) {
	switch column {
	case "date":
		if r.Date, err = ParseDay(cell); err != nil {
			return err
		}
	case "township":
		r.Township = cell
	case "village":
		r.Village = cell
	case "activity":
		r.Activity = cell
	case "text":
		r.Text = strings.ReplaceAll(cell, "\u2028", "\n") // a line end inside a cell of a workbook
	default:
		if cell = strings.ReplaceAll(cell, ",", ""); cell != "" {
			r.Measures[column] = json.Number(cell)
		}
	}
	return nil
}

// checkRow complains of a line that no report can be made of.
func (t *table) checkRow(r Row) {
	t.expect(r.Date != 0, "no date, expected YYYY-MM-DD")
	t.expect(r.Activity != "" || r.Text != "", "neither activity nor text, expected one of them")
	t.expect(r.Village == "" || r.Township != "", "village %s without its township", r.Village)
	for code, n := range r.Measures {
		t.expect(plainNumber.MatchString(n.String()), "%s %q, expected a number such as 320 or 6000.5", code, n)
	}
}

// Value reads a number of a line as the ledger has it: fen for money; ok is false where it has decimals that it cannot keep.
func (m Measure) Value(n json.Number) (value int64, ok bool) {
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return 0, false
	}
	if m.Money() {
		r.Mul(r, big.NewRat(100, 1))
	}
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// Number writes a value of the ledger as a line has it.
func (m Measure) Number(value int64) json.Number {
	if !m.Money() {
		return json.Number(big.NewInt(value).String())
	}
	words := big.NewRat(value, 100).FloatString(2)
	return json.Number(strings.TrimSuffix(strings.TrimRight(words, "0"), "."))
}

// Row writes a report as files of reports have it; words is what was said of it.
func (r *Reference) Row(report Report, words string) Row {
	row := Row{Date: report.Day, Activity: report.Activity, Measures: map[string]json.Number{}, Text: words}
	row.Township, row.Village = r.Areas.placeNames(report.Area)
	activity, _ := r.Catalogue.Activity(report.Activity)
	for _, f := range report.Figures {
		m, known := activity.Measure(f.Measure)
		if part := m.PartOf != "" || m.Adds == PartOnly; known && !f.Claim && f.Label == "" && f.Unit == m.Unit && f.Part == part {
			row.Measures[f.Measure] = m.Number(f.Value)
		}
	}
	return row
}

// placeNames gives the names of the township and village of an area; of a county or what is above one, none.
func (t *Areas) placeNames(id int64) (township, village string) {
	a, ok := t.ByID(id)
	for ; ok && a.Parent != 0; a, ok = t.ByID(a.Parent) {
		switch rank := RankOf(a.Code); {
		case rank == Village:
			village = a.Name
		case rank == Township:
			return a.Name, village
		case rank != Unranked:
			return "", ""
		case a.Level > 1 && a.ID == id:
			village = a.Name
		case a.Level == 1:
			return a.Name, village
		}
	}
	return "", ""
}
