package report

import (
	"fmt"
	"strings"
)

// ruleWords says how a blank is filled, for whoever checks the document.
func (t *Template) ruleWords(b Blank, r *Reference) string {
	a, _ := r.Catalogue.Activity(b.Activity)
	var measures []string
	for _, code := range b.Measures {
		m, _ := a.Measure(code)
		measures = append(measures, m.Name)
	}
	whose := map[By]string{ByOffice: "县妇联自己报的", ByTownships: "县和乡镇报的", ByAll: "全县"}[b.By]
	switch b.Fill {
	case FillYear:
		return "文件的年份"
	case FillOffice:
		return "办公室填"
	case FillSum:
		return fmt.Sprintf("%s：%s %s，全年合计", whose, a.Short, strings.Join(measures, "＋"))
	case FillTarget:
		return fmt.Sprintf("%s %s÷县当年目标", a.Short, measures[0])
	case FillRate:
		of, _ := a.Measure(b.Of)
		return fmt.Sprintf("%s：%s %s÷%s", whose, a.Short, measures[0], of.Name)
	}
	e, _ := t.Event(b.Event)
	return e.words(a, r.Areas) + map[Fill]string{FillDate: "的日期", FillLast: "最后一次的日期", FillDays: "的起止日期", FillTimes: "的次数",
		FillNumber: "的" + strings.Join(measures, "＋")}[b.Fill]
}

// words says which reports an event is looked for among.
func (e Event) words(a Activity, areas *Areas) string {
	parts := []string{a.Short}
	var where []string
	for _, id := range e.Areas {
		where = append(where, areas.Name(id))
	}
	if where = append(where, e.Places...); len(where) > 0 {
		parts = append(parts, strings.Join(where, "或"))
	}
	if len(e.Words) > 0 {
		parts = append(parts, "提到"+strings.Join(e.Words, "或"))
	}
	if e.from.day > 0 || e.to.day > 0 {
		days := e.Days(2024)
		parts = append(parts, days.First.Chinese(2024)+"至"+days.Last.Chinese(2024))
	}
	whose := "县妇联自己报的"
	if e.By == ByAll {
		whose = "全县报的"
	}
	return whose + "“" + e.Name + "”（" + strings.Join(parts, "，") + "）"
}
