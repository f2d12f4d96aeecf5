package report

import (
	"strconv"
	"testing"
)

func TestQueryFits(t *testing.T) {
	c := DefaultCatalogue()
	for _, x := range []struct {
		activity, measure string
		key               Key
		want              bool
	}{
		{"", "", Key{Activity: "screening", Measure: "women"}, true},
		{"law_publicity", "participants", Key{Activity: "law_publicity", Measure: "materials"}, true}, // shown below what was asked
		{"law_publicity", "", Key{Activity: "screening"}, false},
		{"", "money_yuan", Key{Activity: "visit_relief", Measure: "money_yuan"}, true},
		{"", "money_yuan", Key{Activity: "visit_relief"}, true},
		{"", "money_yuan", Key{Activity: "visit_relief", Measure: "money_yuan", Part: true}, false},
		{"", "money_yuan", Key{Activity: "visit_relief", Measure: "households"}, false},
		{"", "money_yuan", Key{Activity: "insurance", Measure: "money_yuan"}, false}, // 保费 is no 慰问金
		{"", "money_yuan", Key{Activity: "law_publicity"}, false},
		{"", "participants", Key{Activity: "family_education", Measure: "participants"}, true}, // called 家长 there
		{"", "materials", Key{Activity: "family_education", Measure: "materials"}, true},
		{"", "materials", Key{Activity: "visit_relief", Measure: "materials"}, false}, // goods
		{"", "no_such", Key{Activity: "law_publicity"}, false},
	} {
		if got := (Query{Activity: x.activity, Measure: x.measure}).Fits(c, x.key); got != x.want {
			t.Errorf("%s.%s: %+v fits: %v", x.activity, x.measure, x.key, got)
		}
	}
}

func TestQueryPinned(t *testing.T) {
	c := DefaultCatalogue()
	sums := []Tally{
		{Key: Key{Activity: "law_publicity"}, Events: 12}, {Key: Key{Activity: "law_publicity", Measure: "sessions", Unit: "场"}, Value: 12},
		{Key: Key{Activity: "law_publicity", Measure: "participants", Unit: "人次"}, Value: 3214}, {Key: Key{Activity: "screening"}, Events: 7},
		{Key: Key{Activity: "visit_relief", Measure: "money_yuan", Unit: "元"}, Value: 86500_00}, {Key: Key{Activity: "family_education"}, Events: 7},
		{Key: Key{Activity: "family_education", Measure: "children", Unit: "名", Part: true}, Value: 45},
	}
	for _, x := range []struct {
		activity, measure string
		number            int64
		want              string
	}{
		{"", "", 3214, "law_publicity.participants 3214"},
		{"law_publicity", "", 3214, "law_publicity.participants 3214"},
		{"law_publicity", "materials", 3214, ""},
		{"", "", 12, "law_publicity. 12"},
		{"", "", 86500, "visit_relief.money_yuan 8650000"}, // yuan, as the digest says it
		{"", "", 86500_00, "visit_relief.money_yuan 8650000"},
		{"", "", 7, ""}, // of two
		{"screening", "", 7, "screening. 7"},
		{"", "", 26, ". 26"}, // all events
		{"", "", 45, ""},     // a part
		{"", "", 3215, ""},
		{"", "", 0, ". 0"},
	} {
		q, ok := Query{Activity: x.activity, Measure: x.measure, Number: x.number}.Pinned(c, sums)
		got := ""
		if ok {
			got = q.Activity + "." + q.Measure + " " + strconv.FormatInt(q.Number, 10)
		}
		if got != x.want {
			t.Errorf("%s.%s %d: %q, want %q", x.activity, x.measure, x.number, got, x.want)
		}
	}
}
