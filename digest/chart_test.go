package digest

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huibao/report"
)

// charts are pictures that must be readable, by the name of their golden file.
func charts(t *testing.T) map[string]struct {
	Scene
	Charted
} {
	type drawn = struct {
		Scene
		Charted
	}
	s, wide := world(t), county17(t)
	week := weekSummary()
	all := map[string]drawn{"week": {s, Charted{Summary: week}}}
	empty := report.Summary{Area: county, Period: week.Period, Through: week.Through, HasPrevious: true, Silent: []int64{changpu, hongyan, shuikou}}
	all["empty"] = drawn{s, Charted{Summary: empty}}
	one := week
	one.Area, one.ByArea, one.Silent = changpu, []report.Tally{{Area: community, Key: report.Key{Activity: "law_publicity"}, Events: 2}}, []int64{jiangkou}
	one.Current = []report.Tally{{Key: report.Key{Activity: "law_publicity"}, Events: 2}}
	all["township"] = drawn{s, Charted{Summary: one}}
	all["towns"] = drawn{wide, Charted{Summary: of17(wide, week)}}
	huge := week
	huge.Current = hugeTallies()
	all["huge"] = drawn{s, Charted{Summary: huge}}
	year := of17(wide, week)
	year.Period, year.Through = report.YearOf(week.Period.First), report.Date(2026, 11, 22)
	year.HasLastYear, year.LastYear = true, week.Previous
	year.Targets = targets()
	all["year"] = drawn{wide, Charted{Summary: year, Months: monthly(2026, 11, 31), LastYear: monthly(2025, 12, 27)}}
	quarter := year
	quarter.Period, quarter.Through, quarter.Targets = report.QuarterOf(report.Date(2026, 4, 1)), report.Date(2026, 6, 30), nil
	all["quarter"] = drawn{wide, Charted{Summary: quarter, Months: monthly(2026, 11, 31)}}
	busy := year
	busy.Targets = nil
	all["busy-months"] = drawn{wide, Charted{Summary: busy, Months: monthly(2026, 11, 1234567)}}
	return all
}

func key(activity, measure, unit string) report.Key {
	return report.Key{Activity: activity, Measure: measure, Unit: unit}
}

func weekSummary() report.Summary {
	p := report.WeekOf(report.Date(2026, 3, 2))
	return report.Summary{Area: county, Period: p, Through: p.Last, HasPrevious: true,
		Current: []report.Tally{
			{Key: key("law_publicity", "", ""), Events: 12}, {Key: key("law_publicity", "participants", "人次"), Value: 3420, Approx: 2},
			{Key: key("family_education", "", ""), Events: 9}, {Key: key("family_education", "participants", "人次"), Value: 610},
			{Key: key("visit_relief", "", ""), Events: 11}, {Key: key("visit_relief", "households", "户"), Value: 62},
			{Key: key("visit_relief", "money_yuan", "元"), Value: 3100000},
			{Key: key("screening", "", ""), Events: 5}, {Key: key("screening", "screened", "人"), Value: 240},
		},
		Previous:   []report.Tally{{Key: key("law_publicity", "", ""), Events: 32}},
		YearToDate: []report.Tally{{Key: key("law_publicity", "", ""), Events: 313}},
		ByArea: []report.Tally{{Area: county, Key: key("law_publicity", "", ""), Events: 3}, {Area: changpu, Key: key("law_publicity", "", ""), Events: 21},
			{Area: hongyan, Key: key("visit_relief", "", ""), Events: 13}},
		Held: 2, Silent: []int64{shuikou}}
}

func hugeTallies() (list []report.Tally) {
	for i, a := range catalogue().Activities {
		list = append(list, report.Tally{Key: key(a.Code, "", ""), Events: int64(i+1) * 12_345_678},
			report.Tally{Key: key(a.Code, a.Measures[len(a.Measures)-1].Code, a.Measures[len(a.Measures)-1].Unit), Value: 9_007_199_254_740_993, Approx: 1})
	}
	return list
}

func targets() []report.Completion {
	return []report.Completion{
		{Target: report.Target{Year: 2026, Area: county, Activity: "screening", Measure: "screened", Value: 6000}, Done: 1180},
		{Target: report.Target{Year: 2026, Area: county, Activity: "law_publicity", Measure: "participants", Value: 50000}, Done: 51750, Approx: true},
		{Target: report.Target{Year: 2026, Area: county, Activity: "insurance", Measure: "money_yuan", Value: 20000000}, Done: 12345600},
	}
}

func monthly(year, last int, scale int64) (list []report.Tally) {
	for m := 1; m <= last; m++ {
		list = append(list, report.Tally{Key: key("law_publicity", "", "")})
		list[m-1].Month = report.Date(year, time.Month(m), 1)
		list[m-1].Events = scale + scale*int64(m*m%7)
	}
	return list
}

// county17 is a county of seventeen townships, some with long names.
func county17(t *testing.T) Scene {
	t.Helper()
	names := strings.Fields("长铺镇 武阳镇 李熙桥镇 红岩镇 唐家坊镇 金屋塘镇 瓦屋塘镇 黄土矿镇 长铺子苗族侗族乡 寨市苗族侗族乡 乐安铺苗族侗族乡 关峡苗族乡 麻塘苗族瑶族乡 河口苗族乡 鹅公岭侗族苗族乡 东山侗族乡 水口乡")
	list := []report.Area{{ID: county, Code: "430527", Name: "绥宁县"}}
	for i, n := range names {
		list = append(list, report.Area{ID: int64(i + 2), Parent: county, Code: fmt.Sprintf("4305271%02d", i), Name: n})
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	return Scene{Catalogue: catalogue(), Areas: areas, Today: report.Date(2026, 11, 23)}
}

func of17(s Scene, sum report.Summary) report.Summary {
	sum.ByArea = nil
	for i, id := range s.Areas.Children(county) {
		sum.ByArea = append(sum.ByArea, report.Tally{Area: id, Key: key("law_publicity", "", ""), Events: int64(i*i%23 + 1)})
	}
	sum.Silent = nil
	return sum
}

// TestChart draws each picture and compares what is drawn, where, with its golden file.
func TestChart(t *testing.T) {
	for name, c := range charts(t) {
		t.Run(name, func(t *testing.T) {
			d := drawChart(c.Scene, c.Charted)
			var drawn strings.Builder
			for _, m := range d.marks {
				fmt.Fprintln(&drawn, m)
			}
			goldenBytes(t, "chart-"+name, drawn.String())
			d.check(t)
			picture, err := d.png()
			if err != nil {
				t.Fatal(err)
			}
			size, err := png.DecodeConfig(bytes.NewReader(picture))
			if err != nil || size.Width != canvasWidth || len(picture) > 300<<10 {
				t.Errorf("%d bytes, %d×%d, %v: want a picture of %d pixels' width and at most 300 KB", len(picture), size.Width, size.Height, err, canvasWidth)
			}
			if dir := os.Getenv("HUIBAO_CHARTS"); dir != "" { // to look at
				if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// check holds a picture to its promises: all is on the sheet, and words are large enough and not written over others.
func (s *canvas) check(t *testing.T) {
	t.Helper()
	var words []mark
	for _, m := range s.marks {
		right, top := m.x+m.w, m.y
		if m.words != "" {
			right, top = m.x+s.width(m.style, m.words), m.y-m.style.size
			m.w, m.h = right-m.x, m.style.size
			words = append(words, m)
			if m.style.size < styleNote.size {
				t.Errorf("too small for a phone: %s", m)
			}
		}
		if m.x < 0 || right > canvasWidth || top < 0 || m.y > s.y+margin {
			t.Errorf("not on the sheet: %s (to %d)", m, right)
		}
	}
	for i, a := range words {
		for _, b := range words[:i] {
			if a.x < b.x+b.w && b.x < a.x+a.w && a.y-a.h < b.y-4 && b.y-b.h < a.y-4 {
				t.Errorf("written over each other: %s and %s", a, b)
			}
		}
	}
}

func goldenBytes(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
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

func BenchmarkChart(b *testing.B) {
	areas, err := report.NewAreas([]report.Area{{ID: county, Code: "430527", Name: "绥宁县"}})
	if err != nil {
		b.Fatal(err)
	}
	s := Scene{Catalogue: catalogue(), Areas: areas, Today: report.Date(2026, 3, 9)}
	for b.Loop() {
		made, err := Chart(s, Charted{Summary: weekSummary()})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(made.Bytes)), "png-bytes")
	}
	b.ReportAllocs()
}
