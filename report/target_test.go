package report

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const targetHead = "year,area,activity,measure,value\n"

func TestParseTargets(t *testing.T) {
	areas, catalogue := imported(t)
	rows, err := ParseTargets("t.csv", []byte(targetHead+`2026,430527,两癌检查,检查,"6,000"
2026,长铺镇,visit_relief,money_yuan,50000.5
2026,430527103,走访慰问,走访,-
`), areas, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	want := []TargetRow{
		{Target{2026, 1, "screening", "screened", 6000}, false},
		{Target{2026, 2, "visit_relief", "money_yuan", 5000050}, false},
		{Target{2026, 3, "visit_relief", "households", 0}, true},
	}
	for i, row := range rows {
		if row != want[i] {
			t.Errorf("row %d: %+v, want %+v", i, row, want[i])
		}
	}
}

func TestBadTargets(t *testing.T) {
	areas, catalogue := imported(t)
	for line, expected := range map[string]string{
		"26,430527,两癌检查,检查,6000":                               `t.csv:2: year "26", expected one such as 2026`,
		"2026,430599,两癌检查,检查,6000":                             `t.csv:2: area "430599", expected the code`,
		"2026,430527,,检查,6000":                                 `activity "", expected one of 两癌检查、走访慰问`,
		"2026,430527,走访慰问,参加,6000":                             `measure "参加", expected one of 走访慰问: 走访、慰问金`,
		"2026,430527,两癌检查,完成率,95":                              `measure "完成率" is a rate, which is computed, expected a number to reach: 检查`,
		"2026,430527,两癌检查,检查,6000.5":                           `value "6000.5", expected a whole number above 0`,
		"2026,430527,走访慰问,慰问金,1.234":                           `value "1.234", expected yuan above 0 with at most two decimals`,
		"2026,430527,两癌检查,检查,0":                                `value "0", expected`,
		"2026,430527,两癌检查,检查,-5":                               `value "-5", expected`,
		"2026,430527,两癌检查,检查,99999999999999999999":             `value "99999999999999999999", expected`,
		"2026,430527,两癌检查,检查,1\n2026,绥宁县,screening,screened,2": `t.csv:3: this target of 绥宁县 is there twice`,
	} {
		if _, err := ParseTargets("t.csv", []byte(targetHead+line+"\n"), areas, catalogue); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%s: got %v, expected %s", line, err, expected)
		}
	}
}

func FuzzParseTargets(f *testing.F) {
	f.Add("2026,430527,两癌检查,检查,6000\n2026,430527,走访慰问,慰问金,1.5\n")
	f.Fuzz(func(t *testing.T, lines string) {
		areas, catalogue := imported(t)
		rows, err := ParseTargets("t.csv", []byte(targetHead+lines), areas, catalogue)
		for _, row := range rows {
			if a, ok := catalogue.Activity(row.Activity); err == nil && (!ok || row.Area == 0 || row.Value < 0 || (row.Value == 0) != row.Remove || len(a.Measures) == 0) {
				t.Errorf("%q: %+v", lines, row)
			}
		}
	})
}

func TestDoneOf(t *testing.T) {
	target := Target{Activity: "law", Measure: "participants"}
	people := Measure{Code: "participants", Unit: "人次", Units: []string{"人"}}
	of := func(measure, unit string, value int64) Tally {
		return Tally{Key: Key{Activity: "law", Measure: measure, Unit: unit}, Value: value}
	}
	part, about, other, events := of("participants", "人次", 7), of("participants", "人", 30), of("participants", "人次", 1000), of("", "", 0)
	part.Part, about.Approx, other.Activity, events.Events = true, 1, "else", 12
	sums := []Tally{of("participants", "人次", 100), part, about, other, events, of("sessions", "场", 3)}
	if done, approx := target.DoneOf(people, sums); done != 130 || !approx {
		t.Errorf("people: %d, %v", done, approx)
	}
	target.Measure = MeasureSessions
	if done, approx := target.DoneOf(Measure{Code: MeasureSessions, Unit: "场"}, sums); done != 12 || approx {
		t.Errorf("events: %d, %v", done, approx)
	}
	target.Measure = "women"
	women := of("women", "人", 40)
	women.Part = true
	if done, _ := target.DoneOf(Measure{Code: "women", Unit: "人", PartOf: "participants"}, append(sums, women)); done != 40 {
		t.Errorf("a part that is a target itself: %d", done)
	}
}

func TestPerMille(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Int64Range(-1e14, 1e14).Draw(t, "part")
		whole := rapid.Int64Range(1, 1e14).Draw(t, "whole")
		n := new(big.Int).Abs(big.NewInt(part))
		n.Mul(n, big.NewInt(2000)).Add(n, big.NewInt(whole)).Div(n, big.NewInt(2*whole))
		want := n.Int64()
		if part < 0 {
			want = -want
		}
		if got := PerMille(part, whole); got != want {
			t.Fatalf("%d of %d: %d, want %d", part, whole, got, want)
		}
	})
	if got := TimeShare(Date(2026, time.March, 9)); got != 186 {
		t.Errorf("the year gone on 9 March: %d", got)
	}
	if got := TimeShare(Date(2028, time.December, 31)); got != 1000 {
		t.Errorf("the year gone at its end: %d", got)
	}
}
