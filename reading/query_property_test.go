package reading

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huibao/report"
)

// TestQueryInAnyOrder puts questions together from what a question can name, in any order and with or without blanks and
// courtesies: whatever the order, each piece is read as it is alone.
func TestQueryInAnyOrder(t *testing.T) {
	r := testReader(t)
	today := day(t, "2026-03-09")
	root, _ := r.areas.Root()
	periods := map[string]string{"": "2026", "今年": "2026", "去年": "2025", "上周": "2026-W10", "第9周": "2026-W09", "上个月": "2026-02", "2月份": "2026-02", "一季度": "2026-Q1", "去年下半年": "2025-H2",
		"2025年": "2025", "2月1日到2月15日": "2026-02-01..2026-02-15", "最近7天": "2026-03-03..2026-03-09", "2月以来": "2026-02-01..2026-03-09", "去年12月": "2025-12", "上季度": "2025-Q4"}
	areas := []string{"", "长铺镇", "红岩镇", "武阳镇", "水口乡", "江口园社区", "关峡苗族乡"}
	topics := map[string][2]string{"普法多少人": {"law_publicity", "participants"}, "家庭教育几场": {"family_education", "sessions"}, "慰问多少户": {"visit_relief", "households"}, "保费收了多少": {"insurance", "money_yuan"},
		"禁毒宣传发了多少资料": {"anti_drug", "materials"}, "多少慰问金": {"", "money_yuan"}, "接待信访多少件": {"petition", "cases"}, "两癌检查多少人": {"screening", "screened"}}
	ways := map[string]report.Split{"": report.Whole, "按月": report.ByMonth, "每个月": report.ByMonth}
	against := map[string]report.Against{"": report.AgainstNothing, "同比": report.AgainstLastYear, "环比": report.AgainstPrevious}
	rapid.Check(t, func(t *rapid.T) {
		period, area := pick(t, "period", periods), rapid.SampledFrom(areas).Draw(t, "area")
		topic, way, beside := pick(t, "topic", topics), pick(t, "way", ways), pick(t, "against", against)
		pieces := rapid.Permutation([]string{period, area, topic, way, beside}).Draw(t, "order")
		gap := rapid.SampledFrom([]string{"", " ", "，", "的"}).Draw(t, "gap")
		var said []string
		for _, p := range pieces {
			if p != "" {
				said = append(said, p)
			}
		}
		text := rapid.SampledFrom([]string{"", "请问", "帮我查一下"}).Draw(t, "before") + strings.Join(said, gap) + rapid.SampledFrom([]string{"", "？", "啊"}).Draw(t, "after")
		q, ok := r.Query(text, QueryContext{Context: Context{Today: today, Area: root.ID}})
		if !ok {
			t.Fatalf("%s: no question", text)
		}
		name := area
		if area == "" {
			name = root.Name
		}
		want := topics[topic]
		if q.Period.Key() != periods[period] || q.Assumed.Period != (period == "") || r.areas.Name(q.Area) != name || q.Assumed.Area != (area == "") ||
			q.Activity != want[0] || q.Measure != want[1] || q.By != ways[way] || q.Against != against[beside] || q.About != report.AboutSums || len(q.Unread) > 0 {
			t.Errorf("%s: %s", text, describeQuery(r, q))
		}
	})
}

func pick[V any](t *rapid.T, label string, from map[string]V) string {
	return rapid.SampledFrom(slices.Sorted(maps.Keys(from))).Draw(t, label)
}
