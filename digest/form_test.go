package digest

import (
	"testing"
	"time"

	"huibao/report"
)

func TestForm(t *testing.T) {
	s := world(t)
	r := report.Report{}
	golden(t, "form-activity", Step(s, Form{Report: r, Ask: FormActivity}))
	r.Activity = "visit_relief"
	golden(t, "form-day", Step(s, Form{Report: r, Ask: FormDay, Note: "这一天还没到。"}))
	r.Day, r.Until = s.Today-2, s.Today
	golden(t, "form-place", Step(s, Form{Report: r, Ask: FormPlace}))
	r.Area, r.Place = community, "广场\u202e"
	golden(t, "form-figure", Step(s, Form{Report: r, Ask: FormFigure, Measure: "households"}))
	r.Figures = []report.Figure{{Measure: "households", Unit: "户", Value: 12}}
	golden(t, "form-figures", Step(s, Form{Report: r, Ask: FormFigures}))
	golden(t, "form-money", Step(s, Form{Report: r, Ask: FormFigure, Measure: "money_yuan"}))
	golden(t, "form-goods", Step(s, Form{Report: r, Ask: FormFigure, Measure: "goods"}))
	golden(t, "form-photos", Step(s, Form{Report: r, Ask: FormPhotos}))
	golden(t, "form-more-photos", Step(s, Form{Report: r, Ask: FormPhotos, Photos: 2}))
	golden(t, "form-confirm", Step(s, Form{Report: r, Ask: FormConfirm, Photos: 2}))
	golden(t, "form-sessions", Step(s, Form{Report: lawTalk(), Ask: FormFigure, Measure: report.MeasureSessions}))
}

func TestAliases(t *testing.T) {
	s := world(t)
	at := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	word := report.Alias{ID: 1, Word: "两岸检查", Kind: report.AliasActivity, Target: "law_publicity", Area: changpu, At: at, State: report.AliasLocal}
	in := func(state report.AliasState) report.Alias { a := word; a.State = state; return a }
	place := report.Alias{ID: 2, Word: "大院\u202e子", Kind: report.AliasArea, Target: "430527100002", Area: county, At: at, State: report.AliasLocal}
	golden(t, "alias-ask", AskAlias(s, in(report.AliasOffered)))
	golden(t, "alias-ask-place", AskAlias(s, place))
	golden(t, "alias-taught", AliasTaught(s, word))
	golden(t, "alias-reach", AliasReach(s, word, "王芳"))
	golden(t, "alias-county", AliasJudged(s, in(report.AliasCounty), Missed{}))
	golden(t, "alias-removed", AliasJudged(s, in(report.AliasRemoved), Missed{Reports: []report.Report{lawTalk()}}))
	var many []report.Report
	for i := range int64(10) {
		many = append(many, with(lawTalk(), func(r *report.Report) { r.ID += i; r.Day -= report.Day(i) }))
	}
	golden(t, "alias-missed", AliasJudged(s, word, Missed{Reports: many[:2], Asked: 1}))
	golden(t, "alias-missed-many", AliasJudged(s, in(report.AliasCounty), Missed{Reports: many}))
	golden(t, "alias-missed-asked", AliasJudged(s, in(report.AliasCounty), Missed{Asked: 3}))
	golden(t, "alias-recovered", Recovered(s, in(report.AliasCounty), many))
	golden(t, "alias-recovered-none", Recovered(s, in(report.AliasCounty), nil))
	golden(t, "alias-recognised", Recognised(s, word.Word, at, Filing{Items: []Item{{Report: lawTalk()}}}))
	golden(t, "alias-list", AliasList(s, []TaughtWord{{in(report.AliasCounty), "王芳"}, {word, "李梅"}, {place, "赵敏"}}, true))
	golden(t, "alias-list-none", AliasList(s, nil, false))
}
