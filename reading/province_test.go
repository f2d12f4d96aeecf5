package reading

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"huibao/report"
	"huibao/sandbox/province"
)

func provinceAreas(tb testing.TB) *report.Areas {
	tb.Helper()
	b, err := province.Areas()
	if err != nil {
		tb.Fatal(err)
	}
	list, err := report.ParseAreas("areas.csv", b)
	if err != nil {
		tb.Fatal(err)
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		tb.Fatal(err)
	}
	return areas
}

func provinceReader(tb testing.TB) *Reader {
	tb.Helper()
	r, err := New(report.DefaultCatalogue(), provinceAreas(tb), nil, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// BenchmarkProvinceNew makes a reader of 32,000 names, and says what it holds in memory.
func BenchmarkProvinceNew(b *testing.B) {
	areas := provinceAreas(b)
	b.ReportAllocs()
	var r *Reader
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		r, _ = New(report.DefaultCatalogue(), areas, nil, nil)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-held")
	runtime.KeepAlive(r)
}

// BenchmarkProvinceRead reads the same messages as a county's reader does, for a village's and for a province's member.
func BenchmarkProvinceRead(b *testing.B) {
	r := provinceReader(b)
	village, _ := r.areas.ByCode("430527100001")
	root, _ := r.areas.Root()
	for name, text := range map[string]string{"short": "普法 长铺社区 昨天 120人 资料300份", "prose": prose, "unknown": "丰田乡 普法 30人", "misspelt": "江口圆社区 两岸检查 45人"} {
		for who, area := range map[string]int64{"village": village.ID, "province": root.ID} {
			b.Run(name+"/"+who, func(b *testing.B) {
				c := Context{Today: day(b, "2026-11-24"), Area: area}
				b.ReportAllocs()
				for b.Loop() {
					r.Read(text, c)
				}
			})
		}
	}
}

// provinceWith gives the province with the test county's own bare names.
func provinceWith(t *testing.T, county *report.Areas) *report.Areas {
	t.Helper()
	list := slices.Clone(provinceAreas(t).All())
	for i, a := range list {
		if own, ok := county.ByCode(a.Code); ok {
			list[i].Short = own.Short
		}
	}
	areas, err := report.NewAreas(list)
	if err != nil {
		t.Fatal(err)
	}
	return areas
}

// TestProvinceReadsAsACounty: in a tree of 32,000 names, a member of the county is understood as by a bot of the county's own.
func TestProvinceReadsAsACounty(t *testing.T) {
	small := testReader(t)
	names, err := report.ParseNames("aliases.csv", must(os.ReadFile("testdata/aliases.csv")))
	if err != nil {
		t.Fatal(err)
	}
	venues, err := report.ParseVenues("venues.csv", must(os.ReadFile("testdata/venues.csv")))
	if err != nil {
		t.Fatal(err)
	}
	areas := provinceWith(t, small.areas)
	large, err := New(report.DefaultCatalogue(), areas, names, venues)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range loadCases(t) {
		ctx := c.context(t, small)
		in := ctx
		own, _ := small.areas.ByID(ctx.Area)
		there, _ := areas.ByCode(own.Code)
		in.Area = there.ID
		a, b := describe(small, small.Read(c.text, ctx)), describe(large, large.Read(c.text, in))
		if a != strings.ReplaceAll(b, " by 邵阳市", "") { // an organiser that the county's own tree does not have
			t.Errorf("%s\nin the county:\n%sin the province:\n%s", c.text, a, b)
		}
	}
}

// TestProvinceQueries asks as people at each level do: a name that several areas have is the asker's own county's, or is asked
// about; all of an area, and how sums are divided, follow the asker's level.
func TestProvinceQueries(t *testing.T) {
	r := provinceReader(t)
	for _, c := range []struct{ area, text, want string }{
		{"430000", "今年普法多少人", "sums 2026 ~湖南省 law_publicity.participants"},
		{"430000", "全省今年普法多少人", "sums 2026 湖南省 law_publicity.participants"},
		{"430000", "各市州今年普法多少人", "sums 2026 ~湖南省 law_publicity.participants by area"},
		{"430000", "各县区今年普法多少人", "sums 2026 ~湖南省 law_publicity.participants by area 3"},
		{"430000", "各乡镇今年普法多少人", "sums 2026 ~湖南省 law_publicity.participants by area unread 各乡镇"},
		{"430000", "邵阳市今年普法多少人", "sums 2026 邵阳市 law_publicity.participants"},
		{"430000", "绥宁县各乡镇普法多少人", "sums ~2026 绥宁县 law_publicity.participants by area"},
		{"430000", "全县今年普法多少人", "sums 2026 ? law_publicity.participants unread 全县"},
		{"430000", "长铺镇今年普法多少人", "sums 2026 长铺镇 law_publicity.participants"},
		{"430500", "全市今年普法多少人", "sums 2026 邵阳市 law_publicity.participants"},
		{"430500", "各县今年普法多少人", "sums 2026 ~邵阳市 law_publicity.participants by area"},
		{"430500", "各乡镇今年普法多少人", "sums 2026 ~邵阳市 law_publicity.participants by area 4"},
		{"430500", "邵阳今年普法多少人", "sums 2026 邵阳市 law_publicity.participants"},
		{"430500", "和平村今年普法多少人", "sums 2026 ? law_publicity.participants unread 和平村"},
		{"430500", "武冈市和平村今年普法多少人", "sums 2026 ? law_publicity.participants unread 和平村"},
		{"430581", "全市今年普法多少人", "sums 2026 武冈市 law_publicity.participants"},
		{"430527", "全县今年普法多少人", "sums 2026 绥宁县 law_publicity.participants"},
		{"430527", "全市今年普法多少人", "sums 2026 邵阳市 law_publicity.participants"},
		{"430527", "各乡镇今年普法多少人", "sums 2026 ~绥宁县 law_publicity.participants by area"},
		{"430527", "各县今年普法多少人", "sums 2026 邵阳市 law_publicity.participants by area"},
		{"430527100", "各乡镇今年普法多少人", "sums 2026 绥宁县 law_publicity.participants by area"},
		{"430527100001", "我们镇今年普法多少人", "sums 2026 长铺镇 law_publicity.participants"},
		{"430527100001", "和平社区今年普法多少人", "sums 2026 和平社区 law_publicity.participants"},
		{"430527", "武冈市今年普法多少人", "sums 2026 ? law_publicity.participants unread 武冈市"},
	} {
		own, ok := r.areas.ByCode(c.area)
		if !ok {
			t.Fatal(c.area)
		}
		q, _ := r.Query(c.text, QueryContext{Context: Context{Today: day(t, "2026-11-24"), Area: own.ID}})
		if got := describeQuery(r, q); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", own.Name, c.text, got, c.want)
		}
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}
