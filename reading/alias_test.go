package reading

import (
	"slices"
	"testing"

	"huibao/report"
)

func TestStrange(t *testing.T) {
	r := testReader(t)
	for text, want := range map[string]string{
		"两岸检查 45人": "",
		"巾帼夜校 45人": "巾帼夜校",
		"昨天在长铺社区坝坝会 45人，资料20份": "坝坝会",
		"我们搞了坝坝会，来了45人":        "坝坝会",
		"普法 320人 资料500份":       "",
		"320人 资料500份":          "",
		"坝坝会和串串门 45人":          "", // two: which of them is meant cannot be told
		"Ｎ次 45人":               "",
		"":                     "",
		"坝坝会坝坝会坝坝会坝坝会坝坝会 45人": "", // no word is as long
	} {
		if got, ok := r.Strange(text); got != want || ok != (want != "") {
			t.Errorf("Strange(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestWithAliases(t *testing.T) {
	plain := testReader(t)
	own, _ := plain.areas.ByCode("430527100001")
	c := Context{Today: report.Date(2026, 3, 9), Area: own.ID}
	const text = "坝坝会 45人"
	if e := plain.Read(text, c).Entries; len(e) != 1 || e[0].Clear {
		t.Fatalf("%q is understood without being taught: %+v", text, e)
	}
	learnt := plain.With([]report.Alias{
		{Word: "坝坝会", Kind: report.AliasActivity, Target: "law_publicity"},
		{Word: "大院子", Kind: report.AliasArea, Target: "430527100004"},
		{Word: "家庭教育", Kind: report.AliasActivity, Target: "petition"}, // known: keeps its meaning
		{Word: "鬼话", Kind: report.AliasActivity, Target: "gone"},
		{Word: "鬼地方", Kind: report.AliasArea, Target: "999999"},
	})
	for text, want := range map[string]string{
		text:            "law_publicity",
		"坝坝会到了45人":      "law_publicity",
		"昨天开展坝坝会，45人参加": "law_publicity",
		"家庭教育 45人":      "family_education",
		"坝\u200b坝会 ４５人": "law_publicity",
	} {
		e := learnt.Read(text, c).Entries
		if len(e) != 1 || e[0].Activity != want || !e[0].Clear || len(e[0].Figures) != 1 || e[0].Figures[0].Value != 45 {
			t.Errorf("%q is read as %+v, want a clear %s of 45", text, e, want)
		}
	}
	town, _ := plain.areas.ByCode("430527100")
	e := learnt.Read("普法 大院子 45人", Context{Today: c.Today, Area: town.ID}).Entries
	if len(e) != 1 || plain.areas.Name(e[0].Area) != "江口园社区" || !e[0].Clear {
		t.Errorf("a taught place is read as %+v", e)
	}
	const miswritten = "普法 江口圆社区 45人"
	if e := plain.Read(miswritten, Context{Today: c.Today, Area: town.ID}).Entries; len(e) != 1 || e[0].Clear {
		t.Errorf("%q is not asked about: %+v", miswritten, e)
	}
	settled := plain.With([]report.Alias{{Word: "江口圆社区", Kind: report.AliasArea, Target: "430527100004"}})
	if e := settled.Read(miswritten, Context{Today: c.Today, Area: town.ID}).Entries; len(e) != 1 || !e[0].Clear {
		t.Errorf("%q is still asked about: %+v", miswritten, e)
	}
	if e := plain.Read(text, c).Entries; e[0].Clear {
		t.Error("the plain reader has learnt from the other")
	}
	if plain.With(nil) != plain {
		t.Error("without aliases it is another reader")
	}
}

func TestTeachable(t *testing.T) {
	r := testReader(t)
	for word, want := range map[string]bool{"坝坝会": true, "江口圆社区": true, "江口园社区": false, "普法": false, "会": false, "Ａ座": false,
		"坝坝会2": false, "很长很长很长很长的词": false, "": false} {
		if got := r.Teachable(word); got != want {
			t.Errorf("Teachable(%q) = %v, want %v", word, got, want)
		}
	}
}

func BenchmarkWith(b *testing.B) {
	r := testReader(b)
	aliases := slices.Repeat([]report.Alias{{Word: "坝坝会", Kind: report.AliasActivity, Target: "law_publicity"}}, 200)
	for b.Loop() {
		r.With(aliases)
	}
}
