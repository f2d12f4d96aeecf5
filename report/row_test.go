package report

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseRows(t *testing.T) {
	want := []Row{
		{Date: Date(2026, 3, 8), Township: "长铺镇", Village: "长铺社区", Activity: "law_publicity",
			Measures: map[string]json.Number{"participants": "320", "materials": "500"}, Text: "普法 320人\n资料500份"},
		{Date: Date(2026, 3, 9), Township: "红岩镇", Activity: "走访慰问", Measures: map[string]json.Number{"money_yuan": "6000.5"}},
	}
	for name, b := range map[string]string{
		"JSON": `{"date":"2026-03-08","township":"长铺镇","village":"长铺社区","activity":"law_publicity","measures":{"participants":320,"materials":500},"text":"普法 320人\n资料500份"}` +
			"\n\n" + `{"date":"2026-03-09","township":"红岩镇","activity":"走访慰问","measures":{"money_yuan":6000.5}}`,
		"a sheet": "绥宁县汇报,,,,,,,\n日期,乡镇,村（社区）,活动类别,participants,materials,money_yuan,原话\n" +
			"2026-03-08,长铺镇,长铺社区,law_publicity,320,500,,普法 320人\u2028资料500份\n2026-03-09,红岩镇,,走访慰问,,,\"6,000.5\",\n",
	} {
		got, err := ParseRows("r", []byte(b))
		for i := range got {
			if got[i].At == 0 {
				t.Errorf("%s: row %d does not know its line", name, i)
			}
			got[i].At = 0
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, got, err, want)
		}
	}
}

func TestParseRowsErrors(t *testing.T) {
	for b, expected := range map[string]string{
		"": "r:1: expected the header date,township",
		"乡镇,活动类别\n长铺镇,普法\n":                                                     "r:1: header 乡镇,活动类别, expected a column date",
		"日期,活动类别\n3月8日,普法\n":                                                    `r:2: day "3月8日": expected YYYY-MM-DD`,
		"日期,活动类别\n2026-03-08,\n":                                                "r:2: neither activity nor text",
		"日期,活动类别,村\n2026-03-08,普法,川石\n":                                         "r:2: village 川石 without its township",
		"日期,活动类别,参加人次\n2026-03-08,普法,320余\n":                                    `r:2: 参加人次 "320余", expected a number`,
		"日期,活动类别,参加,参加\n2026-03-08,普法,1,2\n":                                    "expected date,activity,参加,参加",
		`{"date":"2026-03-08","activity":"普法"}` + "\n{\"date\":\"2026-13-08\"}": "r:2: ",
		`{"date":"2026-03-08","activity":"普法","people":3}`:                      `r:1: there is no field "people"`,
		`{"date":"2026-03-08","text":"普法"}{}`:                                   "r:1: more than one object",
		`{"date":"2026-03-08","text":"普法","measures":{"participants":-1}}`:      `r:1: participants "-1", expected a number`,
		`{"text":"普法"}`: "r:1: no date",
	} {
		if _, err := ParseRows("r", []byte(b)); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%q: got %v, expected %s", b, err, expected)
		}
	}
}

func TestRowNumbers(t *testing.T) {
	money, people := Measure{Unit: MoneyUnit}, Measure{Unit: "人次"}
	for words, value := range map[json.Number]int64{"6000.5": 600050, "0.05": 5, "13800": 1380000, "0": 0} {
		if got, ok := money.Value(words); !ok || got != value {
			t.Errorf("%s yuan: got %d, %v", words, got, ok)
		}
		if got := money.Number(value); got != words {
			t.Errorf("%d fen: got %s", value, got)
		}
	}
	if _, ok := people.Value("320.5"); ok {
		t.Error("half a person is a number of people")
	}
	if got, ok := people.Value(people.Number(320)); !ok || got != 320 {
		t.Errorf("got %d, %v", got, ok)
	}
	if _, ok := money.Value("0.005"); ok {
		t.Error("half a fen is money")
	}
}

// FuzzParseRows feeds a file of reports anything at all: rows or errors that name the file, never both a broken row and no
// error.
func FuzzParseRows(f *testing.F) {
	f.Add([]byte("日期,乡镇,村,活动类别,参加人次,原话\n2026-03-08,长铺镇,,普法,320,普法 320人\n"))
	f.Add([]byte(`{"date":"2026-03-08","activity":"普法","measures":{"participants":1e3}}`))
	f.Add([]byte("\xef\xbb\xbfdate\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := ParseRows("r", b)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "r:") {
				t.Errorf("%v does not name the file", err)
			}
			return
		}
		for _, r := range rows {
			if r.Date == 0 || r.At == 0 || r.Activity == "" && r.Text == "" {
				t.Errorf("a row that says nothing: %+v", r)
			}
			for code, n := range r.Measures {
				if _, ok := (Measure{Unit: MoneyUnit}).Value(n); !ok && !strings.Contains(n.String(), ".") {
					t.Errorf("%s is no number: %q", code, n)
				}
			}
		}
	})
}

func TestWrongJSON(t *testing.T) {
	for line, want := range map[string]string{
		`{"date": nonsense}`:  "f:1: no JSON from byte 11 on",
		`{"date": "2026-03-0`: "f:1: the line ends before its object does",
		`{"date": 7}`:         `f:1: "date" holds a number, which does not belong there`,
		`{"day": "x"}`:        `f:1: there is no field "day"`,
	} {
		_, err := parseJSONRows("f", []byte(line))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", line, err, want)
		}
	}
}
