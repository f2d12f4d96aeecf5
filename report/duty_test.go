package report

import (
	"strings"
	"testing"
	"time"
)

func TestDeadlines(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	week := Duty{Every: Week, Days: 1, Minute: 12 * 60}
	for _, c := range []struct {
		duty       Duty
		day, until string
	}{
		{week, "2026-03-02", "2026-03-09 12:00"},
		{week, "2026-02-10", "2026-02-24 12:00"},                                    // the next Monday is in 春节
		{week, "2026-09-28", "2026-10-08 12:00"},                                    // the next Monday is in 国庆
		{Duty{Every: Week, Days: 6, Minute: 540}, "2026-02-20", "2026-02-28 09:00"}, // a Saturday that is worked
		{Duty{Every: Month, Days: 5, Minute: 17 * 60}, "2026-02-10", "2026-03-05 17:00"},
		{Duty{Every: Month, Days: 5, Minute: 17*60 + 30}, "2026-03-10", "2026-04-07 17:30"}, // 5 April is a Sunday in 清明
		{Duty{Every: Quarter, Days: 0, Minute: 0}, "2026-03-10", "2026-03-31 00:00"},
		{Duty{Every: Half, Days: 1, Minute: 1}, "2026-03-10", "2026-07-01 00:01"},
		{Duty{Every: Year, Days: 10, Minute: 600}, "2026-03-10", "2027-01-11 10:00"}, // the 10th is a Sunday
	} {
		d, _ := ParseDay(c.day)
		p := PeriodOf(c.duty.Every, d)
		if got := c.duty.Deadline(p, zone).Format("2006-01-02 15:04"); got != c.until {
			t.Errorf("%+v for %s: %s, want %s", c.duty, p.Key(), got, c.until)
		}
	}
}

// imported is the small county that imports are read for.
func imported(t testing.TB) (*Areas, *Catalogue) {
	t.Helper()
	areas, err := NewAreas([]Area{{ID: 1, Code: "430527", Name: "绥宁县"}, {ID: 2, Parent: 1, Code: "430527100", Name: "长铺镇"},
		{ID: 3, Parent: 1, Code: "430527103", Name: "红岩镇"}, {ID: 4, Parent: 1, Code: "430527104", Name: "老岩镇", MergedInto: 3},
		{ID: 5, Parent: 2, Code: "430527100001", Name: "和平村"}, {ID: 6, Parent: 3, Code: "430527103201", Name: "和平村"}})
	if err != nil {
		t.Fatal(err)
	}
	return areas, &Catalogue{Activities: []Activity{
		{Code: "screening", Name: "两癌免费检查", Short: "两癌检查", Measures: []Measure{{Code: "screened", Name: "检查人数", Short: "检查", Unit: "人"},
			{Code: "percent", Short: "完成率", Unit: "%", Adds: Rate}}},
		{Code: "visit_relief", Short: "走访慰问", Measures: []Measure{{Code: "households", Short: "走访", Unit: "户"}, {Code: "money_yuan", Short: "慰问金", Unit: MoneyUnit}}},
	}}
}

const dutyHead = "area,activity,every,days,time\n"

func TestParseDuties(t *testing.T) {
	areas, catalogue := imported(t)
	rows, err := ParseDuties("d.csv", []byte(dutyHead+`430527/*,,week,1,12:00
430527103,,周,2,9:05
430527100,两癌检查,每月,5,17：30
绥宁县,screening,year,-,
430527100,,半年,0,0.5
`), areas, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	want := []DutyRow{
		{Duty{1, "screening", Year, 0, 0}, true},
		{Duty{2, "", Week, 1, 720}, false},
		{Duty{2, "screening", Month, 5, 1050}, false},
		{Duty{2, "", Half, 0, 720}, false},
		{Duty{3, "", Week, 2, 545}, false}, // its own line goes before the one for all
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d: %+v", len(rows), len(want), rows)
	}
	for i, row := range rows {
		if row != want[i] {
			t.Errorf("row %d: %+v, want %+v", i, row, want[i])
		}
	}
}

func TestBadDuties(t *testing.T) {
	areas, catalogue := imported(t)
	for line, expected := range map[string]string{
		"430599,,week,1,12:00":                             `d.csv:2: area "430599", expected the code of an area`,
		"和平村,,week,1,12:00":                                `d.csv:2: area "和平村", expected the code of an area, or a name that only one area has`,
		"430527103201/*,,week,1,12:00":                     `expected an area with others below it before /*`,
		"430527100,三癌,week,1,12:00":                        `d.csv:2: activity "三癌", expected one of 两癌检查、走访慰问`,
		"430527100,,fortnight,1,12:00":                     `every "fortnight", expected week, month`,
		"430527100,,week,-1,12:00":                         `days "-1", expected 0 to 60`,
		"430527100,,week,61,12:00":                         `days "61", expected 0 to 60`,
		"430527100,,week,1,24:00":                          `time "24:00", expected HH:MM`,
		"430527100,,week,1,":                               `time "", expected HH:MM`,
		"430527100,,week,-,12:00":                          `expected nothing: the duty is taken away`,
		"430527100,,week,1,12:00\n长铺镇,,周,2,12:00":          `d.csv:3: this duty of 长铺镇 is there twice`,
		"430527/*,,week,1,12:00\n430527/*,,week,1,12:00":   `d.csv:3: this duty of 长铺镇 is there twice`,
		"430527/*,,week,1,12:00\n430527100,,week,x,12:00:": `d.csv:3: days "x"`,
	} {
		if _, err := ParseDuties("d.csv", []byte(dutyHead+line+"\n"), areas, catalogue); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%s: got %v, expected %s", line, err, expected)
		}
	}
}

func FuzzParseDuties(f *testing.F) {
	f.Add("430527/*,,week,1,12:00\n430527100,两癌检查,month,5,17:00\n")
	f.Add("绥宁县,,年,-,\n")
	f.Fuzz(func(t *testing.T, lines string) {
		areas, catalogue := imported(t)
		rows, err := ParseDuties("d.csv", []byte(dutyHead+lines), areas, catalogue)
		for _, row := range rows {
			if _, ok := areas.ByID(row.Area); !ok || row.Minute < 0 || row.Minute > minutesOfADay || row.Days < 0 || row.Days > maxDutyDays {
				t.Errorf("%q: %+v", lines, row)
			}
		}
		if err != nil && !strings.Contains(err.Error(), "d.csv") {
			t.Errorf("%q: %v does not name the file", lines, err)
		}
	})
}
