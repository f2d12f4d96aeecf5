package report

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// suining gives the catalogue and the areas of the county whose summary the built-in template is.
func suining(t testing.TB) *Reference {
	t.Helper()
	b, err := os.ReadFile("../sandbox/county/areas.csv")
	if err != nil {
		t.Fatal(err)
	}
	list, err := ParseAreas("areas.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	return &Reference{Catalogue: DefaultCatalogue(), Areas: areas}
}

func defaultTemplate(t testing.TB) *Template {
	t.Helper()
	tpl, err := ParseTemplate("template.md", DefaultTemplate, suining(t))
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// The summary has 49 blanks in its own order, and four numbers that are printed but must agree.
func TestDefaultTemplateHas49Blanks(t *testing.T) {
	var counted, printed []string
	for _, b := range defaultTemplate(t).Blanks {
		if b.Counted() {
			counted = append(counted, b.Name)
		} else {
			printed = append(printed, b.Name)
		}
	}
	if len(counted) != 49 || !slices.IsSorted(counted) || counted[0] != "B01" || counted[48] != "B49" {
		t.Errorf("the blanks are %v", counted)
	}
	if strings.Join(printed, " ") != "P1 P2 P3 P4" {
		t.Errorf("the printed numbers are %v", printed)
	}
}

// Each mistake is said with its place and what is expected, all of them at once.
func TestTemplateErrors(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"empty":           {"", "t.md:1:1：第一行应是 ---，后面写每个空的规则"},
		"no end":          {"---\nblanks: {}\n", "t.md:3:1：规则后面应有一行 ---，再写正文"},
		"no rules":        {"---\n---\n正文", "t.md:2:1：没有规则，应有 blanks"},
		"no text":         {"---\nblanks: {}\n---\n", "t.md:3:1：没有正文，应在规则后面写正文"},
		"broken yaml":     {"---\nblanks: {A: [}\n---\n正文", "t.md:2:1：规则的写法不对（did not find expected node content）；应是 名称: {键: 值, …}"},
		"unknown mark":    {"---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n今年{{B}}。", "t.md:5:3：“B”没有规则；应是 blanks 里的：A"},
		"open mark":       {"---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n{{A}}好{{A", "t.md:5:7：{{ 后面缺 }}，应是 {{B01}} 这样"},
		"open before":     {"---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n{{A，{{A}}", "t.md:5:1：{{ 后面缺 }}，应是 {{B01}} 这样"},
		"closed only":     {"---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n## A}}", "t.md:5:5：}} 前面缺 {{，应是 {{B01}} 这样"},
		"full width":      {"---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n共｛｛A｝｝", "t.md:5:2：大括号写成了全角，应是半角的 {{ 和 }}"},
		"key":             {"---\nblanks:\n  A: {ask: 年份, fil: year, fill: year}\n---\n{{A}}", "t.md:3:16：空“A”里不认识“fil”；应是：activity、ask、at_most、by、each、event、fill、form、like、measure、near、of、optional、prefix、tail、text、unit"},
		"fill":            {"---\nblanks:\n  A: {ask: 年份, fill: years}\n---\n{{A}}", "t.md:3:22：“years”不认识；应是：year、date、last、days、number、times、sum、target、rate、office"},
		"no fill, no ask": {"---\nblanks:\n  A: {}\n---\n{{A}}", "t.md:3:6：空“A”缺 ask：没有数时印什么\nt.md:3:6：空“A”缺 fill；应是：year、date、last、days、number、times、sum、target、rate、office"},
		"activity":        {"---\nblanks:\n  A: {ask: 户数, fill: sum, activity: 送炭, measure: households, unit: 户}\n---\n{{A}}", "t.md:3:37：没有“送炭”这个活动；应是：law_publicity、beautiful_family、"},
		"measure":         {"---\nblanks:\n  A: {ask: 户数, fill: sum, activity: 走访慰问, measure: 棵数, unit: 户}\n---\n{{A}}", "t.md:3:52：走访慰问没有“棵数”这个指标；应是：households、"},
		"no measure":      {"---\nblanks:\n  A: {ask: 户数, fill: sum, activity: 走访慰问}\n---\n{{A}}", "t.md:3:6：空“A”缺 measure：sum 要有 activity、measure"},
		"area":            {"---\nevents:\n  E: {activity: 走访慰问, areas: [430527, 430528]}\nblanks:\n  A: {ask: 日期, fill: date, event: E}\n---\n{{A}}", "t.md:3:39：辖区里没有区划代码“430528”；应是已导入辖区的代码，如 430527"},
		"event":           {"---\nevents:\n  E: {activity: 走访慰问}\nblanks:\n  A: {ask: 日期, fill: date, event: F}\n---\n{{A}}", "t.md:5:6：空“A”的事情“F”没有写；应是 events 里的：E"},
		"date":            {"---\nevents:\n  E: {activity: 走访慰问, from: 02-30}\nblanks:\n  A: {ask: 日期, fill: date, event: E}\n---\n{{A}}", "t.md:3:29：“02-30”应是 月-日，如 03-15"},
		"except":          {"---\nevents:\n  E: {activity: 走访慰问, except: [F]}\n  F: {activity: 走访慰问}\nblanks:\n  A: {ask: 日期, fill: date, event: E}\n---\n{{A}}", "t.md:3:3：事情“E”的 except “F”应写在它前面"},
		"unit":            {"---\nblanks:\n  A: {ask: 慰问金, fill: sum, activity: 走访慰问, measure: 慰问金, unit: 户}\n---\n{{A}}", "t.md:3:6：空“A”的单位“户”不对；钱应是 元 或 万元，别的不是"},
		"prefix":          {"---\nblanks:\n  A: {ask: 文号, fill: office, form: document}\n---\n{{A}}", "t.md:3:6：空“A”缺 prefix：文号的机关代字，如 绥妇发"},
		"form":            {"---\nblanks:\n  A: {ask: 年份, fill: year, form: text}\n---\n{{A}}", "t.md:3:6：空“A”不要写 form：year 的写法是定的"},
		"twice":           {"---\nblanks:\n  A: {ask: 年份, fill: year}\n  \"A\": {ask: 年份, fill: year}\n---\n{{A}}", "t.md:4:3："},
		"at most":         {"---\nblanks:\n  A: {ask: 户数, fill: office, form: number, unit: 户, at_most: B}\n---\n{{A}}", "t.md:3:3：空“A”的 at_most “B”没有规则"},
		"two at once":     {"---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n{{B}}\n{{C}}", "t.md:5:1：“B”没有规则；应是 blanks 里的：A\nt.md:6:1：“C”没有规则；应是 blanks 里的：A"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseTemplate("t.md", []byte(c.file), suining(t))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// Whatever stands in a file, it is read or refused; what is read has a rule for every mark, and prints.
func FuzzParseTemplate(f *testing.F) {
	f.Add(string(DefaultTemplate))
	f.Add("---\nblanks:\n  A: {ask: 年份, fill: year}\n---\n# {{年}}\n## 一、{{A}}}}\n{{A")
	f.Add("---\nevents:\n  E: &e {activity: 走访慰问}\n  F: *e\nblanks: {A: {ask: 日期, fill: date, event: F}}\n---\n{{A}}")
	r := suining(f)
	f.Fuzz(func(t *testing.T, text string) {
		tpl, err := ParseTemplate("t.md", []byte(text), r)
		if err != nil {
			return
		}
		list := tpl.Fill(Material{Year: 2025, Reference: r})
		for _, l := range slices.Concat(tpl.Title, tpl.Paragraphs) {
			if printed := l.Print(func(mark string) string { return tpl.Say(list, 2025, mark) }); strings.Contains(printed, "【待填】") && !strings.Contains(text, "【待填】") {
				t.Errorf("a mark without a rule in %q", printed)
			}
		}
	})
}
