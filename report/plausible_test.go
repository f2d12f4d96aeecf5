package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSuspect(t *testing.T) {
	a := Activity{Measures: []Measure{
		{Code: "screened", Unit: "人", Ask: 1500},
		{Code: "cases_found", Unit: "人", PartOf: "screened"},
		{Code: "money_yuan", Unit: MoneyUnit, Ask: 200_000},
	}}
	usual := func(measure string) int64 {
		return map[string]int64{"screened": 40}[measure]
	}
	tests := []struct {
		name    string
		figures []Figure
		want    []Suspicion
	}{
		{"usual", []Figure{{Measure: "screened", Value: 60}}, nil},
		{"beyond the limit", []Figure{{Measure: "screened", Value: 3200}}, []Suspicion{{0, OverLimit, []int64{3200, 320}, 0}}},
		{"no zero to lose", []Figure{{Measure: "screened", Value: 3201}}, []Suspicion{{0, OverLimit, []int64{3201}, 0}}},
		{"ten times the usual", []Figure{{Measure: "screened", Value: 400}}, []Suspicion{{0, OverUsual, []int64{400, 40}, 0}}},
		{"nine times the usual", []Figure{{Measure: "screened", Value: 390}}, nil},
		{"more found than screened", []Figure{{Measure: "screened", Value: 40}, {Measure: "cases_found", Value: 41}},
			[]Suspicion{{1, PartTooLarge, []int64{41}, 40}}},
		{"found without screened", []Figure{{Measure: "cases_found", Value: 41}}, nil},
		{"limits of money are yuan", []Figure{{Measure: "money_yuan", Value: 200_000_00}}, nil},
		{"money beyond", []Figure{{Measure: "money_yuan", Value: 200_000_01}}, []Suspicion{{0, OverLimit, []int64{200_000_01}, 0}}},
		{"a claim is not counted", []Figure{{Measure: "screened", Value: 9999, Claim: true}}, nil},
	}
	for _, tt := range tests {
		got := a.Suspect(Report{Figures: tt.figures}, usual)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
