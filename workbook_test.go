package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// bookAreas is a county with two townships, three villages, and one that was merged across the border of the townships.
var bookAreas = []report.Area{
	{ID: 1, Code: "430527", Name: "绥宁县"},
	{ID: 2, Parent: 1, Code: "430527100", Name: "长铺镇"}, {ID: 3, Parent: 1, Code: "430527103", Name: "红岩镇"},
	{ID: 4, Parent: 2, Code: "430527100001", Name: "长铺社区"}, {ID: 5, Parent: 2, Code: "430527100002", Name: "江口园社区"},
	{ID: 6, Parent: 3, Code: "430527103201", Name: "红岩村"}, {ID: 7, Parent: 2, Code: "430527100003", Name: "边村", MergedInto: 3},
}

// randomBookReport is a report of any activity with some of its measures, on any day of two years.
func randomBookReport(r *rand.Rand, c *report.Catalogue) report.Report {
	a := c.Activities[r.IntN(len(c.Activities))]
	next := report.Report{State: report.Filed, Activity: a.Code, Area: 1 + r.Int64N(int64(len(bookAreas))),
		Day: report.Date(2025, 1, 1) + report.Day(r.IntN(730)), Ordinal: 1}
	if r.IntN(10) == 0 {
		next.State = []report.State{report.Held, report.Withdrawn}[r.IntN(2)]
	}
	for _, m := range a.Measures {
		if m.Adds == report.Rate || r.IntN(3) > 0 {
			continue
		}
		f := report.Figure{Measure: m.Code, Unit: m.Unit, Value: r.Int64N(5_000), Approx: r.IntN(4) == 0, Part: m.PartOf != ""}
		if m.Code == report.MeasureSessions {
			f.Value = 1 + r.Int64N(3)
		}
		next.Figures = append(next.Figures, f)
	}
	return next
}

// bookWorld is a database with a random history of so many reports.
func bookWorld(t testing.TB, path string, seed uint64, reports int64) *store.DB {
	t.Helper()
	w := newWorld(t, io.Discard, io.Discard)
	db, err := store.Open(t.Context(), path, w.storeOptions())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r := rand.New(rand.NewPCG(seed, 1))
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.ImportAreas(bookAreas); err != nil {
			return err
		}
		if _, err := tx.ImportMembers([]report.MemberRow{{TelegramID: 1, Name: "李梅", Role: "cadre", Area: "430527"}}); err != nil {
			return err
		}
		members, err := tx.Members()
		if err != nil {
			return err
		}
		chat, err := tx.Chat(1, "private", "")
		if err != nil {
			return err
		}
		source, err := tx.Reference()
		if err != nil {
			return err
		}
		for i := range reports {
			message, _, err := tx.AddMessage(store.Message{Chat: chat.ID, TgMessage: i + 1, Member: members[0].ID, Sent: tx.Now(), Text: "3月8日，长铺镇妇联在长铺社区开展三八维权周普法宣传活动，参加群众320余人，发放资料500余份。"})
			if err != nil {
				return err
			}
			next := randomBookReport(r, source.Catalogue)
			next.Org, next.Message, next.By = next.Area, message, members[0].ID
			if _, err := tx.File(next, store.Change{By: members[0].ID, Message: message, Why: "message"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// TestWorkbookIsTheLedger makes workbooks of random histories and holds every number in them, typed or calculated, to the
// sums of the ledger.
func TestWorkbookIsTheLedger(t *testing.T) {
	today := report.Date(2026, 8, 20)
	periods := []report.Period{report.WeekOf(report.Date(2026, 3, 4)), report.MonthOf(report.Date(2026, 3, 1)), report.QuarterOf(today),
		report.YearOf(report.Date(2025, 1, 1)), report.YearOf(today), {Kind: report.Range, First: report.Date(2025, 11, 20), Last: report.Date(2026, 2, 10)}}
	numbers := 0
	for seed := range uint64(3) {
		db := bookWorld(t, filepath.Join(t.TempDir(), "huibao.db"), seed, 150)
		err := db.Read(t.Context(), func(v *store.View) error {
			source, err := v.Reference()
			if err != nil {
				return err
			}
			for _, p := range periods {
				for _, area := range []int64{1, 2, 4} {
					c := bookCheck{t: t, v: v, source: source, area: area, period: p, today: today}
					numbers += c.check()
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if numbers < 5_000 {
		t.Errorf("only %d numbers were compared", numbers)
	}
}

// bookCheck compares one workbook.
type bookCheck struct {
	t       *testing.T
	v       *store.View
	source  *report.Reference
	area    int64
	period  report.Period
	today   report.Day
	book    *excelize.File
	numbers int
}

func (c *bookCheck) check() int {
	b, err := c.v.Book(c.area, c.period, c.today)
	if err != nil {
		c.t.Fatal(err)
	}
	content, err := digest.Workbook(digest.Scene{Catalogue: c.source.Catalogue, Areas: c.source.Areas, Today: c.today}, b)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.book, err = excelize.OpenReader(bytes.NewReader(content)); err != nil {
		c.t.Fatal(err)
	}
	defer c.book.Close()
	c.formulas()
	c.summary()
	c.split(map[int64]string{1: "按乡镇", 2: "按村"}[c.area], report.Grouping{Area: true})
	if c.period.First.Month() != c.period.Last.Month() {
		c.split("按月", report.Grouping{Month: true})
	}
	return c.numbers
}

// formulas calculates every formula and compares it with the value that stands beside it in the file.
func (c *bookCheck) formulas() {
	for _, sheet := range c.book.GetSheetList() {
		rows := c.rows(sheet)
		for y := range rows {
			for x := range rows[y] {
				cell := place(x, y)
				formula, err := c.book.GetCellFormula(sheet, cell)
				if err != nil {
					c.t.Fatal(err)
				}
				if formula == "" {
					continue
				}
				got, err := c.book.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
				if err != nil || math.Abs(numeric(got)-numeric(rows[y][x])) > 1e-9*math.Abs(numeric(got)) {
					c.t.Errorf("%s %s: =%s gives %s, %v, beside it stands %s", sheet, cell, formula, got, err, rows[y][x])
				}
				c.numbers++
			}
		}
	}
}

func (c *bookCheck) rows(sheet string) [][]string {
	rows, err := c.book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		c.t.Fatal(err)
	}
	return rows
}

// sums gives the ledger's sums by what a workbook calls them: 普法维权/参加人次, before it the area or month they are of.
func (c *bookCheck) sums(p report.Period, g report.Grouping) map[string]float64 {
	tallies, err := c.v.Tally(c.area, p, g)
	if err != nil {
		c.t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, t := range tallies {
		a, _ := c.source.Catalogue.Activity(t.Activity)
		m, _ := a.Measure(t.Measure)
		name, value := m.Name, float64(t.Value)
		switch {
		case t.Measure == "":
			name, value = "场次", float64(t.Events)
		case t.Measure == report.MeasureSessions:
			continue
		case t.Part:
			name = "其中" + name
		}
		if t.Unit == report.MoneyUnit {
			value /= 100
		}
		of := ""
		switch {
		case g.Area && t.Area == c.area && len(c.source.Areas.Children(c.area)) > 0:
			of = c.source.Areas.Name(t.Area) + "本级/"
		case g.Area:
			of = c.source.Areas.Name(t.Area) + "/"
		case g.Month:
			of = t.Month.String()[:7] + "/"
		}
		sums[of+a.Short+"/"+name] = value
	}
	return sums
}

func (c *bookCheck) summary() {
	rows := c.rows("汇总")
	last := min(c.period.Last, c.today)
	year := report.Period{Kind: report.Range, First: report.Date(last.Year(), 1, 1), Last: last}
	if c.period.Last.Year() != last.Year() {
		c.t.Fatalf("%s ends in another year", c.period.Key())
	}
	for column, want := range map[int]map[string]float64{3: c.sums(c.period, report.Grouping{}), 4: c.sums(c.period.Previous(), report.Grouping{}),
		8: c.sums(year, report.Grouping{})} {
		if column == 8 && c.period.Kind == report.Year {
			continue
		}
		got := map[string]float64{}
		for _, row := range rows[3:] {
			if len(row) > column && row[0] != "合计" && row[column] != "—" && numeric(row[column]) != 0 {
				got[row[0]+"/"+row[1]] = numeric(row[column])
			}
		}
		if column == 4 && len(got) == 0 {
			continue // there is nothing to compare with
		}
		c.same("汇总", rows[2][column], got, want)
	}
}

// split compares a sheet whose rows are areas or months.
func (c *bookCheck) split(sheet string, g report.Grouping) {
	if sheet == "" {
		return
	}
	rows := c.rows(sheet)
	got, total := map[string]float64{}, map[string]float64{}
	activity := ""
	for x := 1; x < len(rows[3]) && rows[3][x] != ""; x++ {
		if rows[2][x] != "" {
			activity = rows[2][x]
		}
		name := activity + "/" + rows[3][x]
		for _, row := range rows[5:] {
			switch {
			case len(row) <= x || row[x] == "" || strings.HasPrefix(row[0], "区划调整"):
			case row[0] == "合计":
				total[name] = numeric(row[x])
			default:
				got[row[0]+"/"+name] = numeric(row[x])
			}
		}
	}
	c.same(sheet, "rows", got, c.sums(c.period, g))
	c.same(sheet, "totals", total, c.sums(c.period, report.Grouping{}))
}

func (c *bookCheck) same(sheet, what string, got, want map[string]float64) {
	for name := range want {
		if c.numbers++; math.Abs(got[name]-want[name]) > 1e-6 {
			c.t.Errorf("%s of area %d, %s %s: %s is %v, the ledger has %v", c.period.Key(), c.area, sheet, what, name, got[name], want[name])
		}
	}
	for name, n := range got {
		if _, ok := want[name]; !ok && n != 0 {
			c.t.Errorf("%s of area %d, %s %s: %s is %v, the ledger has none", c.period.Key(), c.area, sheet, what, name, n)
		}
	}
}

func place(x, y int) string {
	name, err := excelize.CoordinatesToCellName(x+1, y+1)
	if err != nil {
		panic(fmt.Sprint(x, y, err))
	}
	return name
}

func numeric(words string) float64 {
	n, err := strconv.ParseFloat(words, 64)
	if err != nil {
		return math.NaN()
	}
	return n
}
