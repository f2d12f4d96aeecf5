package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/report"
)

// A workbook keeps a time of day as a part of a day, whatever it shows.
func TestDutiesFromAWorkbook(t *testing.T) {
	book := excelize.NewFile()
	sheet := book.GetSheetName(0)
	clock, err := book.NewStyle(&excelize.Style{NumFmt: 20}) // h:mm
	if err != nil {
		t.Fatal(err)
	}
	for cell, value := range map[string]any{
		"A1": "辖区", "B1": "活动", "C1": "周期", "D1": "天数", "E1": "时间",
		"A2": 430527100, "C2": "周", "D2": 1, "E2": 0.5,
		"A3": "红岩镇", "C3": "月", "D3": 5, "E3": "17:30",
		"A4": 430527103, "C4": "周", "D4": 2, "E4": time.Duration(9*time.Hour + 5*time.Minute),
	} {
		if err := book.SetCellValue(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellStyle(sheet, "E2", "E2", clock); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "应报.xlsx")
	if err := book.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	b, err := tableBytes(file)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := report.NewAreas([]report.Area{{ID: 1, Code: "430527", Name: "绥宁县"}, {ID: 2, Parent: 1, Code: "430527100", Name: "长铺镇"},
		{ID: 3, Parent: 1, Code: "430527103", Name: "红岩镇"}})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := report.ParseDuties("应报.xlsx", b, areas, report.DefaultCatalogue())
	if err != nil {
		t.Fatalf("%v; the table:\n%s", err, b)
	}
	want := []report.Duty{{Area: 2, Every: report.Week, Days: 1, Minute: 720}, {Area: 3, Every: report.Week, Days: 2, Minute: 545},
		{Area: 3, Every: report.Month, Days: 5, Minute: 1050}}
	for i, row := range rows {
		if len(rows) != len(want) || row.Duty != want[i] {
			t.Errorf("row %d of %d: %+v, want %+v", i, len(rows), row.Duty, want[i])
		}
	}
}
