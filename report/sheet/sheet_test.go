package sheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huibao/report"
)

// sheetFile writes rows into the first sheet of a workbook, nil for an empty cell.
func sheetFile(t *testing.T, rows [][]any, edit func(*excelize.File)) string {
	t.Helper()
	book := excelize.NewFile()
	for y, row := range rows {
		for x, value := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetCellValue("Sheet1", cell, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if edit != nil {
		edit(book)
	}
	path := filepath.Join(t.TempDir(), "表.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSheetRows holds a sheet to the CSV it becomes: a line for each row, numbers in full, dates as days.
func TestSheetRows(t *testing.T) {
	path := sheetFile(t, [][]any{
		{"绥宁县  汇总"},
		{"日期", "乡镇", "代码", "金额", "原话"},
		{time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC), "长铺镇", 430527100001, 13800.5, "普法 320人\r\n资料500份"},
		{},
		{time.Date(2026, 3, 8, 9, 30, 0, 0, time.UTC), "", "007", 0.1 + 0.2, "他说\"好\"，=1+1"},
		{"2026-03-09", nil, 430527198001011200, 31000, nil},
	}, func(book *excelize.File) {
		money, err := book.NewStyle(&excelize.Style{NumFmt: 4})
		if err != nil {
			t.Fatal(err)
		}
		pattern := `yyyy"年"m"月"d"日"`
		day, err := book.NewStyle(&excelize.Style{CustomNumFmt: &pattern})
		if err != nil {
			t.Fatal(err)
		}
		for cell, style := range map[string]int{"D3": money, "D6": money, "A3": day} {
			if err := book.SetCellStyle("Sheet1", cell, cell, style); err != nil {
				t.Fatal(err)
			}
		}
	})
	got, err := Table(path, contentOf(t, path))
	if err != nil {
		t.Fatal(err)
	}
	want := "绥宁县  汇总,,,,\n日期,乡镇,代码,金额,原话\n2026-03-08,长铺镇,430527100001,13800.5,普法 320人\u2028资料500份\n\n" +
		"2026-03-08 09:30,,007,0.3,\"他说\"\"好\"\"，=1+1\"\n2026-03-09,,430527198001011000,31000,\n"
	if string(got) != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// TestImportSheet reads areas out of a workbook and out of a CSV as Chinese Excel saves it; an error names the row.
func TestImportSheet(t *testing.T) {
	rows := [][]any{
		{"绥宁县行政区划"},
		{"代码", "级别", "上级代码", "名称", "简称"},
		{430527, "county", nil, "绥宁县", "绥宁"},
		{},
		{430527100, "township", 430527, "长铺镇", nil},
	}
	areas, err := areasIn(t, sheetFile(t, rows, nil))
	if err != nil || len(areas) != 2 || areas[1].Code != "430527100" || areas[1].Parent != 1 {
		t.Errorf("got %+v, %v", areas, err)
	}
	rows[4][0] = "43x"
	if _, err := areasIn(t, sheetFile(t, rows, nil)); err == nil || !strings.Contains(err.Error(), `表.xlsx:5: code "43x"`) {
		t.Errorf("got %v, want the row of the sheet", err)
	}

	path := filepath.Join(t.TempDir(), "区划.csv")
	encoded, err := simplifiedchinese.GBK.NewEncoder().String("代码,级别,上级代码,名称,简称\r\n430527,county,,绥宁县,绥宁\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(encoded), 0o600); err != nil {
		t.Fatal(err)
	}
	areas, err = areasIn(t, path)
	if err != nil || len(areas) != 1 || areas[0].Name != "绥宁县" {
		t.Errorf("got %+v, %v", areas, err)
	}

	for name, content := range map[string]string{"旧.xls": "\xd0\xcf\x11\xe0", "坏.xlsx": "PK\x03\x04", "空.xlsx": ""} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Table(path, contentOf(t, path)); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// FuzzSheet opens anything as a workbook: a table or an error that names the file.
func FuzzSheet(f *testing.F) {
	book := excelize.NewFile()
	if err := book.SetSheetRow("Sheet1", "A1", &[]any{"code", 430527100001, time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC), 0.1, true}); err != nil {
		f.Fatal(err)
	}
	content, err := book.WriteToBuffer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content.Bytes())
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := sheetBytes("表.xlsx", b); err != nil && !strings.Contains(err.Error(), "表.xlsx") {
			t.Errorf("%v does not name the file", err)
		}
	})
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func areasIn(t *testing.T, path string) ([]report.Area, error) {
	t.Helper()
	table, err := Table(path, contentOf(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return report.ParseAreas(path, table)
}
