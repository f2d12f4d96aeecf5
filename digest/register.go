package digest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/report"
)

// Register makes the register of an area and period (XLSX), one row a report, whatever became of it; at is when the rows
// were read. What is counted of a report stands in columns of numbers, so that their totals are the ledger's; all that was
// said of it stands beside them in words. Rows are written as they come and not kept.
func Register(s Scene, area int64, p report.Period, at time.Time, rows report.Rows) ([]byte, error) {
	content, err := s.register(area, p, at, rows)
	if err != nil {
		return nil, fmt.Errorf("register of %s: %w", p.Key(), err)
	}
	return content, nil
}

func (s Scene) register(area int64, p report.Period, at time.Time, rows report.Rows) ([]byte, error) {
	title := s.area(area) + " " + s.periodTitle(p) + " 台账"
	file, err := newWorkbook(title, at)
	if err != nil {
		return nil, err
	}
	r := registerWriter{Scene: s, of: area, numbers: registerNumbers(s.Catalogue)}
	t := grid{name: "台账", title: title, note: at.Format("2006-01-02 15:04") + "制表　按活动日期　只有“已计入”的计入数字列", side: 1,
		heads: [][]string{r.head()}, wide: r.widths()}
	if r.to, err = file.begin(t); err != nil {
		return nil, err
	}
	if err := rows(r.add); err != nil {
		return nil, err
	}
	if err := r.total(file, t); err != nil {
		return nil, err
	}
	return file.bytes()
}

// registerWriter writes the rows of a register.
type registerWriter struct {
	of int64 // the register's area
	Scene
	to      *gridWriter
	numbers []registerNumber
	rows    int64
	counted int64
	sums    []report.Tally // of the columns of numbers, the events first
}

// registerNumber is a column of numbers: a measure that many activities have, or all money.
type registerNumber struct {
	code, name, unit string
	activities       []string // that count in it
}

// registerNumbers gives the columns of numbers beside the events: what many activities count under one name, and money.
// People who take part are one column, though some activities have a name of their own for them.
func registerNumbers(c *report.Catalogue) []registerNumber {
	const many = 3 // activities; what fewer have would leave its column empty
	var numbers []registerNumber
	seen := map[string]bool{}
	for _, a := range c.Activities {
		for _, m := range a.Measures {
			if id := m.Code + " " + m.Name + " " + m.Unit; countsAlone(m) && !seen[id] {
				seen[id] = true
				same, alike := activitiesWith(c, m)
				switch {
				case m.Persons == report.Times && len(same) >= many && 2*len(same) > len(alike):
					numbers = append(numbers, registerNumber{m.Code, m.Name, m.Unit, alike})
				case len(same) >= many:
					numbers = append(numbers, registerNumber{m.Code, m.Name, m.Unit, same})
				}
			}
		}
	}
	return append(numbers, registerNumber{name: "金额", unit: report.MoneyUnit})
}

// countsAlone tells whether a measure can have a column: events and money have theirs, goods are of many kinds.
func countsAlone(m report.Measure) bool {
	return m.Code != report.MeasureSessions && m.Adds != report.Rate && !m.Money() && !m.Goods
}

// activitiesWith gives the activities that have a measure, and those that have it perhaps under another name.
func activitiesWith(c *report.Catalogue, m report.Measure) (same, alike []string) {
	for _, a := range c.Activities {
		other, ok := a.Measure(m.Code)
		if !ok || other.Unit != m.Unit || !countsAlone(other) {
			continue
		}
		alike = append(alike, a.Code)
		if other.Name == m.Name {
			same = append(same, a.Code)
		}
	}
	return same, alike
}

// counts tells whether a fact is of the column. A part is never added.
func (n registerNumber) counts(f report.Fact) bool {
	if f.Part || f.Measure == "" || f.Unit != n.unit {
		return false
	}
	return n.code == "" || f.Measure == n.code && slices.Contains(n.activities, f.Activity)
}

// The columns before and behind those of numbers.
var (
	registerLeft  = []string{"编号", "日期", "止", "乡镇", "村（社区）", "地点", "活动类别", "名称", "数据", "场次"}
	leftWidths    = []float64{8, 12, 12, 14, 16, 16, 12, 16, 34, 7}
	registerRight = []string{"状态", "报告人", "报告时间", "原话", "照片", "附件", "修改次数", "备注"}
	rightWidths   = []float64{9, 10, 17, 44, 6, 6, 9, 22}
)

func (r *registerWriter) head() []string {
	head := append([]string{}, registerLeft...)
	for _, n := range r.numbers {
		head = append(head, clean(n.name, 20)+"\n（"+clean(n.unit, 8)+"）")
	}
	return append(head, registerRight...)
}

func (r *registerWriter) widths() []float64 {
	widths := append([]float64{}, leftWidths...)
	for range r.numbers {
		widths = append(widths, 12)
	}
	return append(widths, rightWidths...)
}

func (r *registerWriter) add(row report.RegisterRow) error {
	r.rows++
	return r.to.write(r.cells(row))
}

// cells gives a row.
func (r *registerWriter) cells(row report.RegisterRow) []cell {
	x := row.Report
	town, village := r.township(x.Area, r.of)
	name := shortName(r.activity(x.Activity))
	if x.Nil {
		name = r.activityName(report.Report{Nil: true, Activity: x.Activity})
	}
	until := ""
	if x.Until > x.Day {
		until = x.Until.String()
	}
	cells := []cell{plain(itoa(x.ID)), plain(x.Day.String()), plain(until), textCell(town), textCell(village), textCell(x.Place),
		textCell(name), textCell(x.Title), longCell(strings.Join(r.figureParts(x), "；"))}
	cells[0].value = x.ID
	cells = append(cells, r.postedCells(x)...)
	return append(cells, textCell(registerState(x)), textCell(row.By), plain(row.Told.Format("2006-01-02 15:04")), longCell(row.Words),
		some(row.Photos), some(row.Files), some(row.Revisions), textCell(registerRemark(row)))
}

// postedCells gives the numbers that a report counts; one that is not counted has none.
func (r *registerWriter) postedCells(x report.Report) []cell {
	if r.sums == nil {
		r.sums = make([]report.Tally, 1+len(r.numbers))
	}
	cells := make([]cell, 1+len(r.numbers))
	facts := report.Post(report.Report{}, x)
	if len(facts) > 0 {
		r.counted++
	}
	for i := range cells {
		var sum, about int64
		has := false
		for _, f := range facts {
			switch {
			case i == 0:
				sum += f.Events
				has = true
			case r.numbers[i-1].counts(f):
				sum, about = sum+f.Value, about+f.Approx
				has = true
			}
		}
		if has {
			cells[i] = numberCell(r.unit(i), sum, about != 0)
			r.sums[i].Value += sum
			r.sums[i].Approx += about
		}
	}
	return cells
}

// unit gives the unit of a column of numbers, the events first.
func (r *registerWriter) unit(i int) string {
	if i == 0 {
		return "场"
	}
	return r.numbers[i-1].unit
}

// total writes the row of totals, which add up what a filter leaves in sight, and ends the file's sheet.
func (r *registerWriter) total(file *workbook, t grid) error {
	feet := []string{fmt.Sprintf("共%d条，已计入%d条。“约”的数含约数；金额单位：元。合计随筛选变动。", r.rows, r.counted)}
	if r.rows == 0 {
		return r.to.end([]string{"这一期还没有记录"})
	}
	first, last := t.firstRow(), r.to.row
	cells := []cell{inBold(textCell("合计"))}
	for range len(registerLeft) - 2 {
		cells = append(cells, inBold(cell{}))
	}
	for i, sum := range r.sums {
		c := sumCell(r.unit(i), sum.Value, sum.Approx != 0, len(registerLeft)+i, first, last)
		c.formula = strings.Replace(c.formula, "SUM(", "SUBTOTAL(9,", 1)
		cells = append(cells, c)
	}
	for range registerRight {
		cells = append(cells, inBold(cell{}))
	}
	if err := r.to.write(cells); err != nil {
		return err
	}
	filter := fmt.Sprintf("A%d:%s%d", first-1, columnName(len(t.heads[0])), last)
	if err := file.file.AutoFilter(t.name, filter, []excelize.AutoFilterOptions{}); err != nil {
		return err
	}
	return r.to.end(feet)
}

// township names the township that holds an area, and the village. In a register of more than a county the names of what it
// lies in stand before the township's.
func (s Scene) township(id, of int64) (town, village string) {
	a, ok := s.Areas.ByID(id)
	of = s.Areas.County(of)
	rank := s.Areas.Rank(id)
	for x := a; ok && x.ID != of; x, ok = s.Areas.ByID(x.Parent) {
		if r := s.Areas.Rank(x.ID); r == report.Village || r == report.Unranked && x.ID == id && x.Level > 1 {
			village = s.area(id)
		} else {
			town = s.area(x.ID) + town
		}
	}
	if id == of || rank != report.Unranked && rank <= report.County {
		if id == of {
			town = s.area(id)
		}
		town += "本级"
	}
	return town, village
}

// registerState says in one short word what became of a report.
func registerState(r report.Report) string {
	switch r.State {
	case report.Filed:
		if r.Nil {
			return "已报"
		}
		return "已计入"
	case report.Held:
		return "待核"
	case report.Asked:
		return "待确认"
	case report.Same:
		return "同一场"
	case report.Withdrawn:
		return "已撤回"
	}
	return string(r.State)
}

func registerRemark(row report.RegisterRow) string {
	var words []string
	x := row.Report
	switch {
	case x.State == report.Same:
		words = append(words, "与"+itoa(x.SameAs)+"号同一场")
	case x.State == report.Held && x.SameAs != 0:
		words = append(words, "可能与"+itoa(x.SameAs)+"号同一场")
	}
	if row.Late {
		words = append(words, "补报")
	}
	return strings.Join(words, "；")
}

// plain holds our own words: a number, a date.
func plain(words string) cell { return cell{value: words, columns: len(words)} }

// some holds a count, and nothing for 0.
func some(n int) cell {
	if n == 0 {
		return cell{}
	}
	return cell{value: n, look: look{form: formCount}}
}
