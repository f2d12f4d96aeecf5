package report

import (
	"slices"
	"strings"
	"testing"
)

// TestDefaultCatalogue checks that what the year-end summary needs is there, and that a reader can rely on the rest.
func TestDefaultCatalogue(t *testing.T) {
	c := DefaultCatalogue()
	want := map[string]string{
		"law_publicity":       "sessions participants materials banners people_helped",
		"beautiful_family":    "households_nominated households_awarded_county households_awarded_city households_awarded_province children_awarded_city sessions participants",
		"family_education":    "sessions participants children materials",
		"childrens_day":       "sessions participants children money_yuan money_goods materials",
		"visit_relief":        "households people_helped women children volunteers money_yuan money_goods materials",
		"hardship_aid":        "women_two_cancers money_two_cancers people_hardship money_hardship children_school money_school materials",
		"three_send":          "sessions households people_helped cases",
		"insurance":           "money_yuan women policies people_claims money_claims percent_of_target",
		"screening":           "screened screened_cervical screened_breast cases_found percent_of_target sessions participants materials",
		"left_behind_project": "money_value sites children sessions participants",
		"plan_supervision":    "sessions participants",
		"petition":            "cases cases_letter cases_visit cases_call cases_closed people_helped cases_mediated cases_jury cases_jury_women_children percent_closed",
		"anti_drug":           "sessions participants volunteers_mothers volunteers materials panels banners pledges",
		"organization":        "sessions participants members_elected sites",
		"training":            "sessions participants people_jobs",
		"other":               "sessions participants materials volunteers people_helped",
	}
	if len(c.Activities) != len(want) {
		t.Errorf("%d activities, expected %d", len(c.Activities), len(want))
	}
	for code, measures := range want {
		a, ok := c.Activity(code)
		if !ok {
			t.Errorf("no activity %s", code)
		}
		for m := range strings.FieldsSeq(measures) {
			if _, ok := a.Measure(m); !ok {
				t.Errorf("%s has no measure %s", code, m)
			}
		}
	}
	relief, _ := c.Activity("visit_relief")
	goods, _ := relief.Measure("materials")
	if !goods.Goods || goods.Labels["大米"] != "米" || !goods.Takes("桶") || goods.Takes("户") {
		t.Errorf("goods of visits: %+v", goods)
	}
	for _, code := range []string{"money_yuan", "screened"} {
		for _, a := range c.Activities {
			if m, ok := a.Measure(code); ok && slices.Contains([]string{"insurance", "screening"}, a.Code) && !m.Running {
				t.Errorf("%s.%s is no running total", a.Code, code)
			}
		}
	}
}

func TestCatalogueErrors(t *testing.T) {
	const head = "version: 1\nactivities:\n"
	const good = "  - {code: a, name: 甲, short: 甲, words: [甲], measures: [{code: sessions, name: 场次, short: 场次, unit: 场, adds: flow}, {code: participants, name: 参加, short: 参加, unit: 人次, adds: flow}]}\n"
	for _, c := range []struct{ name, yaml, expected string }{
		{"empty", "", "c.yaml:1: the file is empty"},
		{"form", "version: [\n", "c.yaml:"},
		{"unknown field", head + good + "nmae: x\n", "c.yaml:4: field nmae not found"},
		{"fraction", head + "  - {code: a, measures: [{ask: 1.5}]}\n", "c.yaml:3: cannot construct !!float"},
		{"key twice", "version: 1\nversion: 2\n", `c.yaml:2: mapping key "version" already defined`},
		{"second document", head + good + "---\nversion: 2\n", "a second document (---), expected one"},
		{"no version", "activities:\n" + good, "version 0, expected 1 or more"},
		{"no activity", "version: 1\n", "no activity, expected at least one"},
		{"code twice", head + good + good, `c.yaml:4: activity "a" is there twice`},
		{"word twice", head + good + strings.Replace(good, "code: a", "code: b", 1), `c.yaml:4: activity b: the word "甲" is a's already`},
		{"bad code", head + strings.Replace(good, "code: a", "code: A!", 1), `activity code "A!", expected a-z`},
		{"no words", head + strings.Replace(good, "words: [甲], ", "", 1), "no words, expected those cadres use"},
		{"no name", head + strings.Replace(good, "short: 甲", "short: ''", 1), "name or short is missing"},
		{"no sessions", head + strings.Replace(good, "code: sessions", "code: events", 1), `no measure "sessions"`},
		{"adds", head + strings.Replace(good, "adds: flow", "adds: flo", 1), `c.yaml:3: activity a, measure sessions: adds "flo", expected flow, yearly`},
		{"part of nothing", head + strings.Replace(good, "adds: flow", "adds: part", 1), "adds part, expected part_of"},
		{"part of unknown", head + strings.Replace(good, "adds: flow", "adds: flow, part_of: x", 1), `part_of "x" is no measure`},
		{"unit", head + strings.Replace(good, "unit: 场, ", "", 1), "name, short or unit is missing"},
		{"each", head + strings.Replace(good, "adds: flow", "adds: flow, each: {of: x, from: 1, to: 2}", 1), `each of "x" from 1 to 2, expected another measure`},
		{"ask", head + strings.Replace(good, "adds: flow", "adds: flow, ask: -1", 1), "ask -1, expected 0 or more"},
		{"rule", head + good + "rules: [{word: 甲, with: [乙], activity: z}]\n", `c.yaml:4: rule for "甲": activity "z" is not in the catalogue`},
		{"rule's days", head + good + "rules: [{word: 甲, with: [乙], activity: a, from: 06-31, to: 07-01}]\n", `"06-31", expected MM-DD`},
		{"too big", strings.Repeat("#", maxCatalogue+1), "expected at most"},
	} {
		_, err := ParseCatalogue("c.yaml", []byte(c.yaml))
		if err == nil || !strings.Contains(err.Error(), c.expected) || !strings.HasPrefix(err.Error(), "c.yaml") {
			t.Errorf("%s: got %v, expected %s", c.name, err, c.expected)
		}
	}
	if _, err := ParseCatalogue("c.yaml", []byte(head+good)); err != nil {
		t.Errorf("a catalogue of one activity: %v", err)
	}
}
