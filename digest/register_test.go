package digest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"huibao/report"
)

// registerRows has a report of every kind.
func registerRows() []report.RegisterRow {
	row := func(id int64, words string, edit func(*report.RegisterRow)) report.RegisterRow {
		r := report.RegisterRow{Report: with(lawTalk(), func(r *report.Report) { r.ID = id }), By: "李梅", Told: bookMorning, Words: words}
		if edit != nil {
			edit(&r)
		}
		return r
	}
	return []report.RegisterRow{
		row(118, "普法 320人 资料500份", func(r *report.RegisterRow) { r.Photos, r.Revisions = 3, 1 }),
		row(119, "慰问12户 每户500元\n米12包", func(r *report.RegisterRow) {
			r.Report.Activity, r.Report.Area, r.Report.Place, r.Report.Until = "visit_relief", hongyan, "敬老院", r.Report.Day+1
			r.Report.Figures = []report.Figure{{Measure: "households", Unit: "户", Value: 12}, {Measure: "money_yuan", Unit: "元", Value: 600050, Approx: true},
				{Measure: "goods", Label: "米", Unit: "包", Value: 12}}
			r.Late, r.Files = true, 1
		}),
		row(120, "家教讲座2场 60余人，其中儿童45人", func(r *report.RegisterRow) {
			r.Report.Activity, r.Report.Area, r.Report.Title = "family_education", county, "亲子课堂"
			r.Report.Figures = []report.Figure{{Measure: "sessions", Unit: "场", Value: 2}, {Measure: "participants", Unit: "人次", Value: 60, Approx: true},
				{Measure: "children", Unit: "人", Value: 45, Part: true}}
		}),
		row(121, "普法 320人", func(r *report.RegisterRow) { r.Report.State, r.Report.SameAs = report.Same, 118 }),
		row(122, "普法 321人", func(r *report.RegisterRow) { r.Report.State, r.Report.SameAs = report.Held, 118 }),
		row(123, "普法", func(r *report.RegisterRow) { r.Report.State, r.Report.Figures = report.Asked, nil }),
		row(124, "=HYPERLINK(\"http://x\",\"点\")", func(r *report.RegisterRow) {
			r.Report.State, r.Report.Title, r.Report.Place, r.By = report.Withdrawn, "+cmd|'/C calc'!A0", "@SUM(A1)", "-王\u202e芳"
		}),
		row(125, "本周零报告", func(r *report.RegisterRow) {
			r.Report.Nil, r.Report.Activity, r.Report.Figures, r.Report.Area = true, "", nil, shuikou
		}),
	}
}

func rowsOf(rows []report.RegisterRow) report.Rows {
	return func(yield func(report.RegisterRow) error) error {
		for _, r := range rows {
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestRegister(t *testing.T) {
	s := world(t)
	made := map[string][]byte{}
	for name, rows := range map[string][]report.RegisterRow{"register": registerRows(), "register-empty": nil} {
		content, err := Register(s, county, report.MonthOf(s.Today), bookMorning, rowsOf(rows))
		if err != nil {
			t.Fatal(err)
		}
		made[name] = content
	}
	for name, csv := range asCSV(t, made) {
		t.Run(name, func(t *testing.T) { goldenFile(t, name+".golden", csv) })
	}
}

// BenchmarkRegister writes a register of 10,000 reports.
func BenchmarkRegister(b *testing.B) {
	s := Scene{Catalogue: catalogue(), Today: report.Date(2026, 12, 31)}
	var err error
	if s.Areas, err = report.NewAreas([]report.Area{{ID: county, Code: "430527", Name: "绥宁县"}, {ID: changpu, Parent: county, Code: "430527100", Name: "长铺镇"},
		{ID: community, Parent: changpu, Code: "430527100001", Name: "长铺社区"}}); err != nil {
		b.Fatal(err)
	}
	words := strings.Repeat("3月8日，长铺镇妇联在长铺社区开展三八维权周普法宣传活动，", 3)
	const reports = 10_000
	rows := func(yield func(report.RegisterRow) error) error {
		for i := range int64(reports) {
			r := lawTalk()
			r.ID, r.Day = i+1, r.Day+report.Day(i/30)
			err := yield(report.RegisterRow{Report: r, By: "李梅", Told: bookMorning.Add(time.Duration(i) * time.Minute), Words: fmt.Sprint(words, i, "人参加")})
			if err != nil {
				return err
			}
		}
		return nil
	}
	b.ReportAllocs()
	for b.Loop() {
		content, err := Register(s, county, report.YearOf(s.Today), bookMorning, rows)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(content))/1e6, "MB-file")
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-sys")
}
