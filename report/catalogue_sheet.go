package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// The catalogue as a workbook that an office can change and send back: a sheet for activities, one for measures, one for
// rules, one for words that count nothing. Lists stand in a cell with 、 between.

// Sheet is a table with a name: Rows[0] are its headings.
type Sheet struct {
	Name string
	Rows [][]string
}

// The sheets of a catalogue, and their headings.
const (
	SheetActivities = "类别"
	SheetMeasures   = "指标"
	SheetRules      = "规则"
	SheetFixed      = "固定词"
)

var (
	activityHeads = []string{"代码", "名称", "简称", "章节", "词", "形式", "弱词"}
	measureHeads  = []string{"类别代码", "代码", "名称", "简称", "单位", "其他单位", "相加", "人数", "是其中之一", "累计数", "任何物品", "须点名",
		"名词", "动词", "旁边不能有", "每份按", "每份至少", "每份至多", "同物", "超过要问"}
	ruleHeads  = []string{"词", "旁边有", "旁边没有", "从", "到", "类别代码", "让位"}
	fixedHeads = []string{"词", "备注"}
)

// catalogueHeads gives the headings of each sheet.
var catalogueHeads = map[string][]string{SheetActivities: activityHeads, SheetMeasures: measureHeads, SheetRules: ruleHeads, SheetFixed: fixedHeads}

// How a measure adds up, and what a number of people counts, in words.
var (
	addsWords    = map[Adds]string{Flow: "累加", Yearly: "一年一次", Parallel: "不与别项加", PartOnly: "只是其中", Rate: "比率"}
	personsWords = map[Persons]string{NoPersons: "", Times: "人次", Distinct: "人"}
)

const yes = "是"

// Sheets gives the catalogue as tables.
func (c *Catalogue) Sheets() []Sheet {
	activities, measures := Sheet{SheetActivities, [][]string{activityHeads}}, Sheet{SheetMeasures, [][]string{measureHeads}}
	for _, a := range c.Activities {
		activities.Rows = append(activities.Rows, []string{a.Code, a.Name, a.Short, a.Section, joined(a.Words), joined(a.Forms), joined(a.Weak)})
		for _, m := range a.Measures {
			measures.Rows = append(measures.Rows, measureRow(a, m))
		}
	}
	rules, fixed := Sheet{SheetRules, [][]string{ruleHeads}}, Sheet{SheetFixed, [][]string{fixedHeads}}
	for _, r := range c.Rules {
		rules.Rows = append(rules.Rows, []string{r.Word, joined(r.With), joined(r.Without), r.From, r.To, r.Activity, flag(r.Soft)})
	}
	for _, w := range c.Fixed {
		fixed.Rows = append(fixed.Rows, []string{w, ""})
	}
	return []Sheet{activities, measures, rules, fixed}
}

func measureRow(a Activity, m Measure) []string {
	row := []string{a.Code, m.Code, m.Name, m.Short, m.Unit, joined(m.Units), addsWords[m.Adds], personsWords[m.Persons], m.PartOf,
		flag(m.Running), flag(m.Goods), flag(m.Named), joined(m.Nouns), joined(m.Verbs), joined(m.Unless)}
	if m.Each != nil {
		row = append(row, m.Each.Of, strconv.FormatInt(m.Each.From, 10), strconv.FormatInt(m.Each.To, 10))
	} else {
		row = append(row, "", "", "")
	}
	var labels []string
	for name, same := range m.Labels {
		labels = append(labels, name+"="+same)
	}
	slices.Sort(labels)
	ask := ""
	if m.Ask != 0 {
		ask = strconv.FormatInt(m.Ask, 10)
	}
	return append(row, joined(labels), ask)
}

func joined(words []string) string { return strings.Join(words, "、") }

func flag(b bool) string {
	if b {
		return yes
	}
	return ""
}

// YAML gives the catalogue as ParseCatalogue reads it.
func (c *Catalogue) YAML() ([]byte, error) {
	b, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write the catalogue: %w", err)
	}
	return b, nil
}

// SheetError is something wrong in a workbook of the catalogue.
type SheetError struct {
	Sheet   string
	Row     int    // of the sheet, from 1; 0: the sheet itself
	Column  string // heading
	Value   string
	Problem SheetProblem
}

// SheetProblem is what can be wrong.
type SheetProblem string

// The problems.
const (
	NoSheet    SheetProblem = "the sheet is missing"
	NoColumn   SheetProblem = "the column is missing"
	NoValue    SheetProblem = "nothing stands there"
	BadCode    SheetProblem = "expected a-z, 0-9 and _, at most 40"
	Twice      SheetProblem = "is there twice"
	Taken      SheetProblem = "is another activity's word"
	Unknown    SheetProblem = "is not known"
	BadNumber  SheetProblem = "expected a whole number, 0 or more"
	BadFlag    SheetProblem = "expected 是 or nothing"
	BadDay     SheetProblem = "expected days as MM-DD, both or none, in order"
	NoSessions SheetProblem = "the activity has no measure sessions"
)

func (e *SheetError) Error() string {
	return fmt.Sprintf("%s:%d: %s %q: %s", e.Sheet, e.Row, e.Column, e.Value, e.Problem)
}

// CatalogueOf reads a catalogue from a workbook's sheets. Each error it joins is a SheetError.
func CatalogueOf(sheets []Sheet, version int) (*Catalogue, error) {
	r := sheetReader{c: &Catalogue{Version: version}, words: map[string]string{}}
	r.sheet(sheets, SheetActivities, r.activity)
	r.sheet(sheets, SheetMeasures, r.measure)
	r.sheet(sheets, SheetRules, r.rule)
	r.sheet(sheets, SheetFixed, func(cell func(string) string) { r.c.Fixed = append(r.c.Fixed, split(cell("词"))...) })
	r.check()
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	return r.c, nil
}

// mostSheetErrors bounds what is complained of.
const mostSheetErrors = 20

// sheetReader reads the rows of the sheets one by one.
type sheetReader struct {
	c     *Catalogue
	words map[string]string // by which activity it is claimed
	name  string            // of the sheet being read
	row   int
	rows  []int // of the activities
	parts []part
	errs  []error
}

// part is what refers to a measure that may stand further below.
type part struct {
	row              int
	activity, column string
	of               string
}

func (r *sheetReader) fail(column, value string, problem SheetProblem) {
	if len(r.errs) < mostSheetErrors {
		r.errs = append(r.errs, &SheetError{r.name, r.row, column, value, problem})
	}
}

// sheet reads the rows of one sheet below its headings, which may stand in any order.
func (r *sheetReader) sheet(sheets []Sheet, name string, read func(cell func(string) string)) {
	heads := catalogueHeads[name]
	r.name, r.row = name, 0
	i := slices.IndexFunc(sheets, func(s Sheet) bool { return strings.TrimSpace(s.Name) == name })
	if i < 0 {
		r.fail("", "", NoSheet)
		return
	}
	rows := sheets[i].Rows
	top := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(trim(row), heads[0]) })
	if top < 0 {
		r.fail(heads[0], "", NoColumn)
		return
	}
	at := map[string]int{}
	for _, head := range heads {
		if at[head] = slices.Index(rows[top], head); at[head] < 0 && head != "备注" {
			r.row = top + 1
			r.fail(head, "", NoColumn)
			return
		}
	}
	for y, row := range rows[top+1:] {
		if strings.Join(trim(row), "") == "" {
			continue
		}
		r.row = top + 2 + y
		read(func(head string) string {
			if x := at[head]; x < len(row) {
				return row[x]
			}
			return ""
		})
	}
}

// needed gives a cell that must not be empty.
func (r *sheetReader) needed(cell func(string) string, head string) string {
	s := cell(head)
	if s == "" {
		r.fail(head, "", NoValue)
	}
	return s
}

func (r *sheetReader) code(cell func(string) string) string {
	code := r.needed(cell, "代码")
	if code != "" && !codeForm.MatchString(code) {
		r.fail("代码", code, BadCode)
	}
	return code
}

func (r *sheetReader) activity(cell func(string) string) {
	a := Activity{Code: r.code(cell), Name: r.needed(cell, "名称"), Short: r.needed(cell, "简称"), Section: cell("章节"),
		Words: split(r.needed(cell, "词")), Forms: split(cell("形式")), Weak: split(cell("弱词"))}
	if _, there := r.c.Activity(a.Code); there {
		r.fail("代码", a.Code, Twice)
	}
	for i, w := range slices.Concat(a.Words, a.Forms) {
		head := "词"
		if i >= len(a.Words) {
			head = "形式"
		}
		if _, taken := r.words[w]; taken {
			r.fail(head, w, Taken)
		}
		r.words[w] = a.Code
	}
	r.c.Activities, r.rows = append(r.c.Activities, a), append(r.rows, r.row)
}

// of gives the activity that a row names by its code.
func (r *sheetReader) of(cell func(string) string) *Activity {
	code := r.needed(cell, "类别代码")
	i := slices.IndexFunc(r.c.Activities, func(a Activity) bool { return a.Code == code })
	if i < 0 {
		if code != "" {
			r.fail("类别代码", code, Unknown)
		}
		return nil
	}
	return &r.c.Activities[i]
}

func (r *sheetReader) measure(cell func(string) string) {
	m := Measure{Code: r.code(cell), Name: r.needed(cell, "名称"), Short: r.needed(cell, "简称"), Unit: r.needed(cell, "单位"),
		Units: split(cell("其他单位")), Adds: wordOf(r, cell, "相加", addsWords), Persons: wordOf(r, cell, "人数", personsWords), PartOf: cell("是其中之一"),
		Running: r.flag(cell, "累计数"), Goods: r.flag(cell, "任何物品"), Named: r.flag(cell, "须点名"),
		Nouns: split(cell("名词")), Verbs: split(cell("动词")), Unless: split(cell("旁边不能有")), Ask: r.number(cell, "超过要问")}
	if of := cell("每份按"); of != "" {
		m.Each = &Each{of, r.number(cell, "每份至少"), r.number(cell, "每份至多")}
		if m.Each.From > m.Each.To {
			r.fail("每份至多", cell("每份至多"), BadNumber)
		}
	}
	for _, pair := range split(cell("同物")) {
		name, same, ok := strings.Cut(pair, "=")
		if !ok {
			r.fail("同物", pair, Unknown)
			continue
		}
		if m.Labels == nil {
			m.Labels = map[string]string{}
		}
		m.Labels[name] = same
	}
	a := r.of(cell)
	if a == nil {
		return
	}
	if _, there := a.Measure(m.Code); there {
		r.fail("代码", m.Code, Twice)
	}
	a.Measures = append(a.Measures, m)
	r.parts = append(r.parts, part{r.row, a.Code, "是其中之一", m.PartOf})
	if m.Each != nil {
		r.parts = append(r.parts, part{r.row, a.Code, "每份按", m.Each.Of})
	}
	if m.Adds == PartOnly && m.PartOf == "" {
		r.fail("是其中之一", "", NoValue)
	}
	if m.PartOf == m.Code {
		r.fail("是其中之一", m.PartOf, Unknown)
	}
}

// wordOf reads a cell that holds one of several words, or what they stand for.
func wordOf[T ~string](r *sheetReader, cell func(string) string, head string, words map[T]string) T {
	s := cell(head)
	for value, word := range words {
		if s == word || s == string(value) {
			return value
		}
	}
	if s == "" {
		r.fail(head, s, NoValue)
	} else {
		r.fail(head, s, Unknown)
	}
	return ""
}

func (r *sheetReader) flag(cell func(string) string, head string) bool {
	s := cell(head)
	if s != "" && s != yes {
		r.fail(head, s, BadFlag)
	}
	return s == yes
}

func (r *sheetReader) number(cell func(string) string, head string) int64 {
	s := strings.ReplaceAll(cell(head), ",", "")
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		r.fail(head, s, BadNumber)
	}
	return n
}

func (r *sheetReader) rule(cell func(string) string) {
	rule := Rule{Word: r.needed(cell, "词"), With: split(r.needed(cell, "旁边有")), Without: split(cell("旁边没有")), From: cell("从"), To: cell("到"), Soft: r.flag(cell, "让位")}
	if a := r.of(cell); a != nil {
		rule.Activity = a.Code
	}
	for _, day := range []string{rule.From, rule.To} {
		if _, err := ParseDay("2024-" + day); day != "" && err != nil {
			r.fail("从", day, BadDay)
		}
	}
	if (rule.From == "") != (rule.To == "") || rule.From > rule.To {
		r.fail("到", rule.To, BadDay)
	}
	r.c.Rules = append(r.c.Rules, rule)
}

// check looks at what several rows must agree on.
func (r *sheetReader) check() {
	r.name = SheetMeasures
	for _, p := range r.parts {
		a, _ := r.c.Activity(p.activity)
		if _, known := a.Measure(p.of); p.of != "" && !known {
			r.row = p.row
			r.fail(p.column, p.of, Unknown)
		}
	}
	r.name = SheetActivities
	for i, a := range r.c.Activities {
		if _, ok := a.Measure(MeasureSessions); !ok && !countsOnly(a) {
			r.row = r.rows[i]
			r.fail("代码", a.Code, NoSessions)
		}
	}
}

// split reads a cell with several words.
func split(s string) (words []string) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、|，,；;\n", r) }) {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// SheetChange is a row of the catalogue's sheets that differs: one without Old was added, one without New taken away.
type SheetChange struct {
	Sheet    string
	Name     string // what it is about
	Old, New []string
}

// Columns gives the headings of what differs in a row that was changed, with both cells.
func (c SheetChange) Columns() (list [][3]string) {
	for i, head := range catalogueHeads[c.Sheet] {
		if c.Old != nil && c.New != nil && c.Old[i] != c.New[i] {
			list = append(list, [3]string{head, c.Old[i], c.New[i]})
		}
	}
	return list
}

// CatalogueChanges compares two catalogues row by row.
func CatalogueChanges(old, next *Catalogue) (list []SheetChange) {
	before, after := old.Sheets(), next.Sheets()
	for i, s := range before {
		was := map[string][]string{}
		for _, row := range s.Rows[1:] {
			was[rowKey(s.Name, row)] = row
		}
		is := map[string]bool{}
		for _, row := range after[i].Rows[1:] {
			key := rowKey(s.Name, row)
			is[key] = true
			if o, there := was[key]; !there || !slices.Equal(o, row) {
				list = append(list, SheetChange{s.Name, rowName(s.Name, row), o, row})
			}
		}
		for _, row := range s.Rows[1:] {
			if !is[rowKey(s.Name, row)] {
				list = append(list, SheetChange{s.Name, rowName(s.Name, row), row, nil})
			}
		}
	}
	return list
}

// rowKey says by which cells a row is known to be the same.
func rowKey(sheet string, row []string) string {
	switch sheet {
	case SheetActivities, SheetFixed:
		return row[0]
	case SheetMeasures:
		return row[0] + " " + row[1]
	}
	return strings.Join(row, "\x00")
}

// rowName says what a row is about.
func rowName(sheet string, row []string) string {
	switch sheet {
	case SheetActivities:
		return row[1]
	case SheetMeasures:
		return row[0] + " " + row[2]
	}
	return row[0]
}
