package digest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"huibao/report"
)

// ours is every formula that a workbook may hold.
var ours = regexp.MustCompile(`^(SUM\([A-Z]+\d+(:[A-Z]+\d+|(,[A-Z]+\d+)*)\)|SUBTOTAL\(9,[A-Z]+\d+:[A-Z]+\d+\)|\(D\d+-[EG]\d+\)/[EG]\d+|[A-Z]\d+/[A-Z]+\d+|D\d+\+E\d+\+F\d+)$`)

// hostileScene is the world of a county whose every name is words.
func hostileScene(t testing.TB, words string) Scene {
	c := catalogue()
	for i := range c.Activities {
		a := &c.Activities[i]
		a.Name, a.Short = words, words
		for j := range a.Measures {
			a.Measures[j].Name, a.Measures[j].Short = words, words
		}
	}
	areas, err := report.NewAreas([]report.Area{{ID: county, Code: "430527", Name: words}, {ID: changpu, Parent: county, Code: "430527100", Name: words},
		{ID: hongyan, Parent: county, Code: "430527105", Name: words}})
	if err != nil {
		t.Fatal(err)
	}
	return Scene{Catalogue: c, Areas: areas, Today: report.Date(2026, 3, 9)}
}

// hostileBooks makes every kind of workbook with words wherever words can stand.
func hostileBooks(t testing.TB, words string) (files [][]byte) {
	t.Helper()
	s := hostileScene(t, words)
	b := weekBook()
	b.ByMonth = rowsOfMonth(report.Date(2026, 3, 1), b.Current)
	b.Period = report.QuarterOf(b.Through)
	b.Restated[0].Lines[0].By[0].By = words
	b.Current = join(b.Current, tallies(words, 1, of(words, words, 5), labelled(words, of("goods", words, 3))))
	b.ByArea = join(b.ByArea, rowsOfArea(changpu, tallies(words, 1, of(words, words, 5))))
	book, err := Workbook(s, b)
	if err != nil {
		t.Fatal(err)
	}
	row := registerRows()[0]
	row.By, row.Words = words, words
	row.Report.Title, row.Report.Place, row.Report.Activity = words, words, "other"
	row.Report.Figures = append(row.Report.Figures, report.Figure{Measure: "materials", Label: words, Unit: words, Value: 1})
	register, err := Register(s, county, report.MonthOf(s.Today), bookMorning, rowsOf([]report.RegisterRow{row}))
	if err != nil {
		t.Fatal(err)
	}
	table, err := Table("表", bookMorning, []string{words, "text"}, func(yield func([]any) error) error { return yield([]any{words, int64(1)}) })
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{book, register, table}
}

// checkBook holds a workbook to its promises: no formula but ours, no character without a picture, nothing cut unseen.
func checkBook(t testing.TB, content []byte) {
	t.Helper()
	for name, sheet := range sheetXML(t, content) {
		for _, c := range cellsOf(t, sheet) {
			if c.F != nil && !ours.MatchString(*c.F) {
				t.Errorf("%s %s: formula %q is none of ours", name, c.R, *c.F)
			}
			words := c.V + c.IS
			if strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.C, r) && r != '\n' || r == unicode.ReplacementChar }) {
				t.Errorf("%s %s: %q holds what has no picture", name, c.R, words)
			}
			if n := len(utf16.Encode([]rune(words))); n > excelize.TotalCellChars {
				t.Errorf("%s %s: %d units, a cell holds %d", name, c.R, n, excelize.TotalCellChars)
			}
			if strings.HasPrefix(words, "=") && c.T != "str" && c.T != "inlineStr" {
				t.Errorf("%s %s: %q is no text (%s)", name, c.R, words, c.T)
			}
		}
	}
	if _, err := excelize.OpenReader(bytes.NewReader(content)); err != nil {
		t.Error(err)
	}
}

// xmlCell is a cell as the file has it.
type xmlCell struct {
	R  string  `xml:"r,attr"`
	T  string  `xml:"t,attr"`
	F  *string `xml:"f"`
	V  string  `xml:"v"`
	IS string  `xml:"is>t"`
}

func cellsOf(t testing.TB, sheet []byte) (cells []xmlCell) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(sheet))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return cells
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "c" {
			var c xmlCell
			if err := d.DecodeElement(&c, &start); err != nil {
				t.Fatal(err)
			}
			cells = append(cells, c)
		}
	}
}

func sheetXML(t testing.TB, content []byte) map[string][]byte {
	t.Helper()
	file, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string][]byte{}
	for _, f := range file.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if sheets[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if len(sheets) == 0 {
		t.Fatal("a workbook without sheets")
	}
	return sheets
}

var hostileWords = []string{"", "普法", "=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"http://x\")", "=cmd|'/C calc'!A0", "a\u202eb\u0000\u200dc",
	"\xff\xfe", "行\n=1\r\n行", "_x0041_", "</t></is></c><c><f>1+1</f></c>", "]]>&amp;<", strings.Repeat("长", 40_000), strings.Repeat("😀", 20_000)}

func FuzzWorkbookWords(f *testing.F) {
	for _, words := range hostileWords {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		for _, content := range hostileBooks(t, words) {
			checkBook(t, content)
		}
	})
}

// TestRegisterWords reads back from the file what was said.
func TestRegisterWords(t *testing.T) {
	s := world(t)
	long := strings.Repeat("长", 40_000)
	for words, want := range map[string]string{"=1+1": "=1+1", "_x0041_": "_x0041_", "普法\n\n320人": "普法\n320人", "a\u0000b": "ab", "<b>&": "<b>&",
		long: long[:3*mostCell/2] + "…"} {
		row := registerRows()[0]
		row.Words = words
		content, err := Register(s, county, report.MonthOf(s.Today), bookMorning, rowsOf([]report.RegisterRow{row}))
		if err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows("台账")
		if err != nil {
			t.Fatal(err)
		}
		column := 0
		for rows[2][column] != "原话" {
			column++
		}
		if got := rows[3][column]; got != want {
			t.Errorf("said %.40q, the register has %.40q (%d bytes)", words, got, len(got))
		}
	}
}
