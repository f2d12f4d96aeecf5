package digest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/report"
)

// summaryScene is the county whose summary the built-in template is.
func summaryScene(t testing.TB) (Scene, *report.Template, *report.Reference) {
	t.Helper()
	b, err := os.ReadFile("../sandbox/county/areas.csv")
	if err != nil {
		t.Fatal(err)
	}
	list, err := report.ParseAreas("areas.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Reference{Catalogue: report.DefaultCatalogue(), Areas: areas}
	tpl, err := report.ParseTemplate("template.md", report.DefaultTemplate, r)
	if err != nil {
		t.Fatal(err)
	}
	return Scene{Catalogue: r.Catalogue, Areas: areas, Today: report.Date(2026, 3, 9)}, tpl, r
}

// partly is a year with two events for one sentence, a round of visits, sums, and some typed entries.
func partly(r *report.Reference) report.Material {
	root, _ := r.Areas.Root()
	in := func(code string) int64 { a, _ := r.Areas.ByCode(code); return a.ID }
	told := func(id int64, activity, code string, day report.Day, figures ...report.Figure) report.Report {
		return report.Report{ID: id, Rev: 1, State: report.Filed, Activity: activity, Area: in(code), Org: root.ID, Day: day, Figures: figures}
	}
	return report.Material{Year: 2025, Reference: r,
		Found: map[string][]report.Report{
			"维权周普法": {told(7, "law_publicity", "430527100001", report.Date(2025, 3, 5), report.Figure{Measure: "participants", Unit: "人次", Value: 60}),
				told(9, "law_publicity", "430527100001", report.Date(2025, 3, 7), report.Figure{Measure: "participants", Unit: "人次", Value: 320, Approx: true},
					report.Figure{Measure: "materials", Unit: "份", Value: 1500, Approx: true})},
			"六一慰问": {told(31, "childrens_day", "430527201", report.Date(2025, 5, 30), report.Figure{Measure: "children", Unit: "名", Value: 12}),
				told(33, "childrens_day", "430527102212", report.Date(2025, 6, 1), report.Figure{Measure: "children", Unit: "名", Value: 10},
					report.Figure{Measure: "money_yuan", Unit: "元", Value: 300000})},
			"三送五促": {told(40, "three_send", "430527102212", report.Date(2025, 7, 1), report.Figure{Measure: "households", Unit: "户", Value: 14})},
			"禁毒日":  {told(50, "anti_drug", "430527100", report.Date(2025, 6, 26), report.Figure{Measure: "participants", Unit: "人次", Value: 960})},
		},
		Sums: map[report.SumOf]report.Summed{
			{Activity: "hardship_aid", Measure: "women_two_cancers", By: report.ByOffice}: {Value: 18, Reports: []int64{60}},
			{Activity: "hardship_aid", Measure: "money_two_cancers", By: report.ByOffice}: {Value: 19_200_000, Approx: true, Reports: []int64{60}},
			{Activity: "insurance", Measure: "money_yuan", By: report.ByAll}:              {Value: 3_302_000, Reports: []int64{61, 62}, More: true},
			{Activity: "screening", Measure: "screened", By: report.ByAll}:                {Value: 5790, Reports: []int64{63}},
			{Activity: "petition", Measure: "cases_jury", By: report.ByOffice}:            {Value: 4, Reports: []int64{64}},
		},
		Targets: map[report.SumOf]int64{{Activity: "screening", Measure: "screened", By: report.ByAll}: 6000},
		Claims:  []report.Report{{ID: 65, Activity: "screening", Figures: []report.Figure{{Measure: "percent_of_target", Unit: "%", Value: 98, Claim: true}}}},
		Entries: map[string]report.OfficeEntry{
			"B07": {Value: "绥妇发〔2025〕6号", By: 1}, "B19": {Value: "19", By: 1}, "B39": {Value: report.EntryLeftOut, By: 1},
			"B41": {Value: "=HYPERLINK(\"http://x\")", By: 1}, "B45": {Value: "6", By: 1},
		}}
}

// full is a year in which the office typed every blank.
func full(tpl *report.Template, r *report.Reference) report.Material {
	m := partly(r)
	m.Entries = map[string]report.OfficeEntry{}
	for i, b := range tpl.Blanks {
		if b.Typed() == "" {
			continue
		}
		words, value := b.Example(2025), report.EntryNumber(int64(i+1), i%3 == 0)
		switch b.Typed() {
		case report.FormMoney:
			value = report.EntryNumber(int64(i+1)*1_000_000, false)
		case report.FormDate:
			value = report.Date(2025, 3, i%28+1).String()
		case report.FormNumber:
		default:
			value, _ = b.Repair(words, 2025)
		}
		m.Entries[b.Name] = report.OfficeEntry{Blank: b.Name, Value: value, By: 1}
	}
	return m
}

// A document as text, what is highlighted between ▐ and ▌.
func TestDocument(t *testing.T) {
	s, tpl, r := summaryScene(t)
	for name, m := range map[string]report.Material{"empty": {Year: 2025, Reference: r}, "partly": partly(r), "full": full(tpl, r)} {
		t.Run(name, func(t *testing.T) {
			list := tpl.Fill(m)
			b, err := Document(s, tpl, 2025, list)
			if err != nil {
				t.Fatal(err)
			}
			text := documentText(t, b)
			goldenFile(t, "document-"+name+".golden", text+"\n"+DocumentState(s, 2025, list).Body+"\n")
			marked := strings.Count(text, "▐【待填：")
			if c := CountBlanks(list); c.All != 49 || marked != c.Missing+1 { // next year's plan is never ours
				t.Errorf("%+v, and %d highlighted", c, marked)
			}
		})
	}
}

// Where nothing is known nothing is printed but what is asked for: no 0, no number at all but the year.
func TestEmptyYearHasNoNumber(t *testing.T) {
	_, tpl, r := summaryScene(t)
	for _, x := range tpl.Fill(report.Material{Year: 2025, Reference: r}) {
		if x.Name != "B01" && (x.State != report.Missing || x.Text != "") {
			t.Errorf("%s is %s %q", x.Name, x.State, x.Text)
		}
	}
}

func documentText(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(f)
	var b strings.Builder
	font, marked := "", false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p":
				font = ""
			case "rFonts":
				if font == "" {
					for _, a := range e.Attr {
						if a.Name.Local == "eastAsia" {
							font = a.Value
						}
					}
					fmt.Fprintf(&b, "%s｜", font)
				}
			case "highlight":
				marked = true
			}
		case xml.CharData:
			if marked {
				fmt.Fprintf(&b, "▐%s▌", e)
			} else {
				b.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "p":
				b.WriteString("\n")
			case "r":
				marked = false
			}
		}
	}
}

// The sheet of sources has a row for each number, says what does not agree, and holds words only.
func TestSources(t *testing.T) {
	s, tpl, r := summaryScene(t)
	var list []report.Source
	for _, x := range tpl.Fill(partly(r)) {
		source := report.Source{Filling: x}
		if len(x.Reports) > 0 {
			source.Words, source.By, source.At = []string{"普法 320余人 资料1500余份"}, []string{"刘洋", "=1+1"}, time.Date(2025, 3, 7, 16, 0, 0, 0, time.UTC)
		}
		list = append(list, source)
	}
	b, err := Sources(s, 2025, list)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(sourceSheet)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(tpl.Blanks) + 2; len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	var text strings.Builder
	for y, row := range rows {
		text.WriteString(strings.ReplaceAll(strings.Join(row, "｜"), "\n", "⏎") + "\n")
		for x := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				t.Fatal(err)
			}
			if formula, err := f.GetCellFormula(sourceSheet, cell); err != nil || formula != "" {
				t.Errorf("%s has the formula %q (%v)", cell, formula, err)
			}
		}
	}
	goldenFile(t, "document-sources.golden", text.String())
}

// The questions for blanks fit a phone and say what to type.
func TestBlankQuestions(t *testing.T) {
	s, tpl, r := summaryScene(t)
	var b strings.Builder
	list := tpl.Fill(partly(r))
	for _, name := range []string{"B02", "B05", "B07", "B24", "B33", "B39"} {
		i := slices.IndexFunc(list, func(x report.Filling) bool { return x.Name == name })
		b.WriteString(AskBlank(2025, list[i], 3).Body + "\n\n" + BlankHow(2025, list[i]).Body + "\n\n")
	}
	b.WriteString(AskEvent(s, list[1]).Body + "\n\n" + BlankKept(list[1]).Body + "\n\n")
	b.WriteString(BadTemplate(errors.New(strings.Repeat("t.md:5:1：“B”没有规则；应是 blanks 里的：A\n", 8))).Body + "\n")
	goldenFile(t, "document-questions.golden", b.String())
}
