package report

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What the office types is brought into the form the document has; what is another thing is not taken.
func TestRepair(t *testing.T) {
	document, month, years := Blank{Fill: FillOffice, Form: FormDocument, Prefix: "绥妇发"}, Blank{Fill: FillOffice, Form: FormMonth, Tail: "下旬"}, Blank{Fill: FillOffice, Form: FormYears}
	percent, text := Blank{Fill: FillRate}, Blank{Fill: FillOffice, Form: FormText}
	for _, c := range []struct {
		blank       Blank
		words, want string
	}{
		{document, "绥妇发〔2026〕6号", "绥妇发〔2026〕6号"},
		{document, "绥妇发[2026]06号", "绥妇发〔2026〕6号"},
		{document, "绥妇发【2025】 第12号", "绥妇发〔2025〕12号"},
		{document, "绥妇字（2026）8", "绥妇字〔2026〕8号"},
		{document, "(2026)8号", "绥妇发〔2026〕8号"},
		{document, "绥妇发2025 6号", "绥妇发〔2025〕6号"},
		{document, "绥妇发2025年第6号", "绥妇发〔2025〕6号"},
		{document, "6号", "绥妇发〔2026〕6号"},
		{document, "第6号", "绥妇发〔2026〕6号"},
		{document, "0号", ""},
		{document, "还没发", ""},
		{document, "普法320人", ""},
		{month, "3月下旬", "3月下旬"}, {month, "3", "3月下旬"}, {month, "03月", "3月下旬"}, {month, "10月底", "10月底"}, {month, "十月", ""},
		{month, "13月", ""}, {month, "3月8日", ""},
		{years, "2021-2030", "2021—2030"}, {years, "2021年至2030年", "2021—2030"}, {years, "2030—2021", ""}, {years, "2021", ""},
		{percent, "96.5", "96.5%"}, {percent, "100％", "100%"}, {percent, "差不多", ""},
		{text, "李某、王某", "李某、王某"}, {text, " ", ""}, {text, strings.Repeat("长", 61), ""},
	} {
		got, ok := c.blank.Repair(c.words, 2026)
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%q becomes %q, want %q", c.words, got, c.want)
		}
	}
}

// Every example that is shown is taken as it stands.
func TestExamplesAreTaken(t *testing.T) {
	for _, b := range defaultTemplate(t).Blanks {
		switch b.Typed() {
		case "", FormNumber, FormMoney, FormDate: // read by whoever reads messages
			continue
		}
		if got, ok := b.Repair(b.Example(2026), 2026); !ok || got != b.Example(2026) {
			t.Errorf("%s: the example %q becomes %q", b.Name, b.Example(2026), got)
		}
	}
}

func TestBlankNumbers(t *testing.T) {
	people, yuan, wan := Blank{Unit: "人"}, Blank{Unit: "元", money: true}, Blank{Unit: "万元", money: true}
	talks, near := Blank{Unit: "堂", Printed: "一堂"}, Blank{Unit: "名", Printed: "近千名", Near: true}
	for _, c := range []struct {
		blank  Blank
		value  int64
		approx bool
		want   string
	}{
		{people, 320, true, "320余人"}, {people, 12000, false, "12000人"},
		{yuan, 360000, false, "3600元"}, {yuan, 360050, false, "3600.5元"}, {yuan, 950000, true, "9500余元"},
		{wan, 19_200_000, false, "19.2万元"}, {wan, 19_000_000, true, "19万余元"}, {wan, 1_234_567, false, "1.23万元"}, {wan, 995_000, false, "9950元"}, {wan, 1_000_000, false, "1万元"},
		{talks, 1, false, "一堂"}, {talks, 2, false, "两堂"}, {talks, 12, false, "12堂"},
		{near, 900, true, "近千名"}, {near, 999, false, "近千名"}, {near, 1000, false, "1000名"}, {near, 850, true, "850余名"},
	} {
		if got := c.blank.Print(c.value, c.approx); got != c.want {
			t.Errorf("%d is printed %s, want %s", c.value, got, c.want)
		}
	}
}

// An event is one report, the largest; a round is what lies close together; the office's choice stands over both.
func TestWhichEvent(t *testing.T) {
	r := suining(t)
	root, _ := r.Areas.Root()
	visit := func(id int64, day Day, households int64) Report {
		return Report{ID: id, State: Filed, Activity: "visit_relief", Area: root.ID, Org: root.ID, Day: day, Figures: []Figure{{Measure: "households", Unit: "户", Value: households}}}
	}
	found := []Report{visit(1, Date(2025, 2, 5), 30), visit(3, Date(2025, 9, 25), 8), visit(2, Date(2025, 9, 24), 6)}
	for _, c := range []struct {
		name, rules, picked, want string
	}{
		{"the largest", "activity: visit_relief", "", "choose 2月5日 30户"},
		{"picked", "activity: visit_relief", "3", "filled 9月25日 8户"},
		{"picked, but gone", "activity: visit_relief", "99", "choose 2月5日 30户"},
		{"all", "activity: visit_relief, all: true", "", "filled 2月5日—9月25日 44户"},
		{"the larger round", "activity: visit_relief, all: true, within: 7", "", "choose 9月24日—25日 14户"},
		{"the round picked", "activity: visit_relief, all: true, within: 7", "1", "filled 2月5日 30户"},
	} {
		tpl, err := ParseTemplate("t.md", []byte("---\nevents:\n  事: {"+c.rules+"}\nblanks:\n  A: {ask: 日期, fill: days, event: 事}\n  B: {ask: 户数, fill: number, event: 事, measure: households, unit: 户}\n---\n{{A}}{{B}}"), r)
		if err != nil {
			t.Fatal(err)
		}
		m := Material{Year: 2025, Reference: r, Found: map[string][]Report{"事": found}, Entries: map[string]OfficeEntry{EventEntry("事"): {Value: c.picked}}}
		list := tpl.Fill(m)
		if got := string(list[0].State) + " " + list[0].Text + " " + list[1].Text; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Whatever a year has: a blank is filled or says what is missing, none is 0, and what an approximate report is part of is
// printed with 余.
func TestNoBlankIsZero(t *testing.T) {
	tpl := defaultTemplate(t)
	r := suining(t)
	rapid.Check(t, func(t *rapid.T) {
		m := Material{Year: 2025, Reference: r, Found: map[string][]Report{}, Sums: map[SumOf]Summed{}, Targets: map[SumOf]int64{}}
		for _, s := range tpl.SumsWanted() {
			m.Sums[s] = Summed{Value: rapid.Int64Range(0, 1_000_000).Draw(t, "sum") * 1000, Approx: rapid.Bool().Draw(t, "approx")}
			m.Targets[s] = rapid.Int64Range(0, 2000).Draw(t, "target") * 1000
		}
		for _, e := range tpl.Events {
			a, _ := r.Catalogue.Activity(e.Activity)
			for i := range rapid.IntRange(0, 3).Draw(t, "reports") {
				next := Report{ID: int64(i + 1), State: Filed, Activity: a.Code, Day: Date(2025, 6, 1) + Day(rapid.IntRange(0, 20).Draw(t, "day"))}
				for _, f := range a.Measures {
					next.Figures = append(next.Figures, Figure{Measure: f.Code, Unit: f.Unit, Value: rapid.Int64Range(0, 500).Draw(t, "value"), Approx: rapid.Bool().Draw(t, "about")})
				}
				m.Found[e.Name] = append(m.Found[e.Name], next)
			}
		}
		list := tpl.Fill(m)
		for _, x := range list {
			said := tpl.Say(list, 2025, x.Name)
			switch {
			case said == "" || strings.HasPrefix(said, "0") && !strings.HasPrefix(said, "0."):
				t.Fatalf("%s is printed %q", x.Name, said)
			case (x.State == Missing) != strings.HasPrefix(said, "【待"):
				t.Fatalf("%s is %s and printed %q", x.Name, x.State, said)
			case x.Approx && x.State != Missing && !x.Near && !strings.Contains(said, "余"):
				t.Fatalf("%s is approximate and printed %q", x.Name, said)
			}
		}
		if !slices.ContainsFunc(list, func(x Filling) bool { return x.Name == "B01" && x.Text == "2025年" }) {
			t.Fatal("the year is missing")
		}
	})
}
