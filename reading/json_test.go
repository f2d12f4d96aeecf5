package reading

import (
	"reflect"
	"strings"
	"testing"
)

func TestReadLine(t *testing.T) {
	r := testReader(t)
	defaults := Context{Today: day(t, "2026-11-24")}
	in, err := Line("11月12日走访慰问12户，慰问金1.38万元")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{`{"text": "11月12日走访慰问12户，慰问金13800.5元，完成率97.5%", "area": "430527100"}`, `{"kind":"report","entries":[{"activity":"visit_relief","date":"2026-11-12","date_end":null,"area":"430527100","place":null,"clear":false,"measures":[{"measure":"households","value":12,"unit":"户","approx":false,"part":false,"running":false},{"measure":"money_yuan","value":13800.5,"unit":"元","approx":false,"part":false,"running":false}]}],"questions":[{"about":"measure","options":[]}],"unread":["完成率97.5%"]}`},
		{string(in), `{"kind":"report","entries":[{"activity":"visit_relief","date":"2026-11-12","date_end":null,"area":null,"place":null,"clear":false,"measures":[{"measure":"households","value":12,"unit":"户","approx":false,"part":false,"running":false},{"measure":"money_yuan","value":13800,"unit":"元","approx":false,"part":false,"running":false}]}],"questions":[{"about":"area","options":[]}],"unread":[]}`},
		{`{"text": "普法 3.8 50人", "today": "2026-03-10", "area": "430527100001", "forwarded": true}`, `{"kind":"report","entries":[{"activity":"law_publicity","date":"2026-03-08","date_end":null,"area":"430527100001","place":null,"clear":false,"measures":[{"measure":"participants","value":50,"unit":"人次","approx":false,"part":false,"running":false}]}],"questions":[{"about":"forward","options":[]}],"unread":[]}`},
		{`{"text": ""}`, `{"kind":"other","entries":[],"questions":[],"unread":[]}`},
	} {
		got, err := r.ReadLine([]byte(c.in), defaults)
		if err != nil || string(got) != c.want {
			t.Errorf("%s\n got %s, %v\nwant %s", c.in, got, err, c.want)
		}
	}
	for _, c := range []struct{ in, want string }{
		{`普法`, `expected {"text", "today", "area", "forwarded"}`},
		{`{"text": "普法", "today": "24.11.2026"}`, `expected YYYY-MM-DD`},
		{`{"text": "普法", "area": "4305"}`, `area "4305": no area has that code`},
	} {
		if _, err := r.ReadLine([]byte(c.in), defaults); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, expected %s", c.in, err, c.want)
		}
	}
}

func TestEncodeDecode(t *testing.T) {
	r := testReader(t)
	for _, c := range loadCases(t) {
		want := r.Read(c.text, c.context(t, r))
		b, err := Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", c.text, got, err)
		}
	}
	if _, err := Decode([]byte("{")); err == nil {
		t.Error("half a reading was read")
	}
}
