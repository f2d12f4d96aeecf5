package report

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestCatalogueThereAndBack holds the sheets of the catalogue to it: read back they are the same, and so is its YAML.
func TestCatalogueThereAndBack(t *testing.T) {
	c := DefaultCatalogue()
	back, err := CatalogueOf(c.Sheets(), c.Version)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the sheets say something else (-catalogue +sheets):\n%s", diff)
	}
	if changes := CatalogueChanges(c, back); len(changes) > 0 {
		t.Errorf("changes: %v", changes)
	}
	written, err := back.YAML()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseCatalogue("catalogue.yaml", written)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, read, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the YAML says something else:\n%s", diff)
	}
}

// TestCatalogueSheetErrors changes one cell each and looks for the place and the problem.
func TestCatalogueSheetErrors(t *testing.T) {
	for _, c := range []struct {
		sheet, column string
		row           int // of the sheet, from 1
		value         string
		problem       SheetProblem
	}{
		{SheetActivities, "代码", 2, "Law", BadCode},
		{SheetActivities, "名称", 3, "", NoValue},
		{SheetActivities, "代码", 3, "law_publicity", Twice},
		{SheetActivities, "词", 3, "普法", Taken},
		{SheetMeasures, "类别代码", 2, "nothing", Unknown},
		{SheetMeasures, "相加", 3, "加", Unknown},
		{SheetMeasures, "超过要问", 2, "多", BadNumber},
		{SheetMeasures, "累计数", 2, "对", BadFlag},
		{SheetMeasures, "是其中之一", 2, "nothing", Unknown},
		{SheetRules, "类别代码", 2, "nothing", Unknown},
		{SheetRules, "从", 2, "13-40", BadDay},
	} {
		sheets := DefaultCatalogue().Sheets()
		i := slices.IndexFunc(sheets, func(s Sheet) bool { return s.Name == c.sheet })
		sheets[i].Rows = slices.Clone(sheets[i].Rows)
		row := slices.Clone(sheets[i].Rows[c.row-1])
		row[slices.Index(catalogueHeads[c.sheet], c.column)] = c.value
		sheets[i].Rows[c.row-1] = row
		_, err := CatalogueOf(sheets, 1)
		var at *SheetError
		if !errors.As(err, &at) || at.Sheet != c.sheet || at.Row != c.row || at.Problem != c.problem && !strings.Contains(err.Error(), string(c.problem)) {
			t.Errorf("%s %s %q: got %v", c.sheet, c.column, c.value, err)
		}
	}
	sheets := DefaultCatalogue().Sheets()
	if _, err := CatalogueOf(sheets[:3], 1); err == nil || !strings.Contains(err.Error(), string(NoSheet)) {
		t.Errorf("without a sheet: %v", err)
	}
}
