package digest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"huibao/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The small known world of these tests: a county, three townships, two communities, and Monday 9 March 2026.
const (
	county = iota + 1
	changpu
	hongyan
	shuikou
	community
	jiangkou
)

func world(t *testing.T) Scene {
	t.Helper()
	areas, err := report.NewAreas([]report.Area{
		{ID: county, Code: "430527", Name: "绥宁县"},
		{ID: changpu, Parent: county, Code: "430527100", Name: "长铺镇"},
		{ID: hongyan, Parent: county, Code: "430527105", Name: "红岩镇"},
		{ID: shuikou, Parent: county, Code: "430527213", Name: "水口乡"},
		{ID: community, Parent: changpu, Code: "430527100001", Name: "长铺社区"},
		{ID: jiangkou, Parent: changpu, Code: "430527100002", Name: "江口园社区"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return Scene{Catalogue: catalogue(), Areas: areas, Today: report.Date(2026, 3, 9)}
}

func catalogue() *report.Catalogue {
	sessions := report.Measure{Code: report.MeasureSessions, Name: "场次", Short: "场次", Unit: "场", Adds: report.Flow}
	participants := report.Measure{Code: "participants", Name: "参加人次", Short: "参加", Unit: "人次", Persons: report.Times}
	materials := report.Measure{Code: "materials", Name: "宣传资料", Short: "资料", Unit: "份"}
	money := report.Measure{Code: "money_yuan", Name: "慰问金", Short: "慰问金", Unit: "元"}
	return &report.Catalogue{Version: 1, Activities: []report.Activity{
		{Code: "law_publicity", Name: "普法维权宣传", Short: "普法维权", Measures: []report.Measure{sessions, participants, materials,
			{Code: "people_helped", Short: "咨询", Unit: "人次", Persons: report.Times}}},
		{Code: "beautiful_family", Short: "最美家庭", Measures: []report.Measure{{Code: "households_nominated", Short: "推荐", Unit: "户"},
			{Code: "households_awarded_county", Short: "县级", Unit: "户"}}},
		{Code: "family_education", Short: "家庭教育", Measures: []report.Measure{sessions, participants,
			{Code: "children", Short: "儿童", Unit: "人", Persons: report.Distinct, PartOf: "participants"}}},
		{Code: "visit_relief", Short: "走访慰问", Measures: []report.Measure{{Code: "households", Short: "走访", Unit: "户"}, money,
			{Code: "goods", Short: "慰问品", Unit: "份", Goods: true}}},
		{Code: "hardship_aid", Short: "困难救助", Measures: []report.Measure{
			{Code: "women_two_cancers", Short: "两癌救助", Unit: "人", Persons: report.Distinct},
			{Code: "money_two_cancers", Short: "救助金", Unit: "元"}}},
		{Code: "insurance", Short: "安康保险", Measures: []report.Measure{{Code: "money_yuan", Short: "保费", Unit: "元", Running: true},
			{Code: "women", Short: "参保", Unit: "人", Persons: report.Distinct, Running: true}}},
		{Code: "screening", Short: "两癌检查", Measures: []report.Measure{{Code: "screened", Short: "检查", Unit: "人", Persons: report.Distinct}}},
		{Code: "petition", Short: "来信来访", Measures: []report.Measure{{Code: "cases", Short: "接待", Unit: "件"},
			{Code: "cases_mediated", Short: "调解", Unit: "件"}, {Code: "percent_closed", Short: "办结率", Unit: "%", Adds: report.Rate}}},
		{Code: "other", Name: "其他", Short: "其他活动", Measures: []report.Measure{sessions, participants, materials}},
	}}
}

// lawTalk is report 118, the one everything happens to: 普法 320人 资料500份.
func lawTalk() report.Report {
	return report.Report{ID: 118, Rev: 1, State: report.Filed, Activity: "law_publicity", Area: community, Org: community,
		Day: report.Date(2026, 3, 9), Figures: []report.Figure{persons(320), {Measure: "materials", Unit: "份", Value: 500}}}
}

func persons(n int64) report.Figure {
	return report.Figure{Measure: "participants", Unit: "人次", Value: n}
}

func with(r report.Report, edit func(*report.Report)) report.Report {
	r = r.Clone()
	edit(&r)
	return r
}

// golden compares a text with testdata/<name>.golden. Bold words stand between ⟦ and ⟧ there.
func golden(t *testing.T, name string, text Text) {
	t.Helper()
	checkText(t, text)
	if !overlong[name] {
		checkLines(t, text)
	}
	for _, l := range strings.Split(text.Body, "\n") {
		if n := columns(l); n > narrowPhone && strings.HasPrefix(name, "week-") && !overlong[name] && !strings.HasPrefix(l, "activity") {
			t.Errorf("line of %d columns is wrapped by a narrow phone, want at most %d: %s", n, narrowPhone, l)
		}
	}
	file := filepath.Join("testdata", name+".golden")
	got := marked(text) + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s (rewrite with -update):\n%s\nwant:\n%s", name, got, want)
	}
}

// narrowPhone is the columns of a line on a screen 360 points wide: the week's digest is wrapped by none.
const narrowPhone = 36

// overlong names the texts with words or numbers longer than a line: those are wrapped by the phone.
var overlong = map[string]bool{"receipt-hostile": true, "receipt-unread": true, "unclear-long": true,
	"find-long": true, "week-huge": true}

func checkLines(t *testing.T, text Text) {
	t.Helper()
	lines := strings.Split(text.Body, "\n")
	for _, l := range lines {
		if n := columns(l); n > lineWidth {
			t.Errorf("line of %d columns, want at most %d: %s", n, lineWidth, l)
		}
	}
	if len(lines) > 30 {
		t.Errorf("%d lines are no phone screen", len(lines))
	}
}

func marked(text Text) string {
	encoded := utf16.Encode([]rune(text.Body))
	for _, r := range slices.Backward(text.Bold) {
		encoded = slices.Insert(encoded, r.Offset+r.Length, '⟧')
		encoded = slices.Insert(encoded, r.Offset, '⟦')
	}
	return string(utf16.Decode(encoded))
}

// checkText holds every text to what Telegram accepts and to the room's promises.
func checkText(t *testing.T, text Text) {
	t.Helper()
	encoded := utf16.Encode([]rune(text.Body))
	if len(encoded) == 0 || len(encoded) > MaxUnits {
		t.Errorf("a text of %d units, want 1 to %d", len(encoded), MaxUnits)
	}
	end := 0
	for _, r := range text.Bold {
		if r.Offset < end || r.Length < 1 || r.Offset+r.Length > len(encoded) {
			t.Errorf("bold %+v overlaps or leaves a text of %d units", r, len(encoded))
		}
		end = r.Offset + r.Length
	}
	for _, l := range strings.Split(text.Body, "\n") {
		if clean := visible(l); clean != l && strings.ReplaceAll(l, indent, " ") != clean {
			t.Errorf("line %q holds what has no picture; cleaned: %q", l, clean)
		}
	}
}
