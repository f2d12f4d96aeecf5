package county

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var zone = time.FixedZone("CST", 8*3600)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// eachYear runs a test on the demo's year from a few seeds, up to nine on the last morning.
func eachYear(t *testing.T, test func(t *testing.T, messages []Message)) {
	t.Helper()
	for seed := range uint64(5) {
		test(t, Year(seed, day(t, "2025-03-03"), lastMorning(t)))
	}
}

func lastMorning(t *testing.T) time.Time {
	t.Helper()
	return day(t, "2026-03-09").Add(9 * time.Hour)
}

func TestYearIsTheSameForASeed(t *testing.T) {
	from, to := day(t, "2025-03-03"), day(t, "2026-03-09")
	a, b, c := Year(7, from, to), Year(7, from, to), Year(8, from, to)
	if !reflect.DeepEqual(a, b) {
		t.Error("two years of one seed differ")
	}
	if reflect.DeepEqual(a, c) {
		t.Error("two seeds give the same year")
	}
}

func TestYearIsInOrder(t *testing.T) {
	people := map[int64]Member{}
	for _, m := range People() {
		people[m.TelegramID] = m
	}
	eachYear(t, func(t *testing.T, messages []Message) {
		for i, m := range messages {
			if m.ID != i+1 {
				t.Fatalf("message %d has ID %d", i, m.ID)
			}
			if i > 0 && m.At.Before(messages[i-1].At) {
				t.Errorf("message %d is before the one before it", m.ID)
			}
			if m.At.Before(day(t, "2025-03-03")) || !m.At.Before(lastMorning(t)) {
				t.Errorf("message %d is sent at %v", m.ID, m.At)
			}
			if _, ok := people[m.From]; !ok {
				t.Errorf("message %d is from nobody: %d", m.ID, m.From)
			}
			if m.Text == "" || !utf8.ValidString(m.Text) || strings.ContainsAny(m.Text, "#|\x00") || strings.Contains(m.Text, "  ") {
				t.Errorf("message %d: text %q", m.ID, m.Text)
			}
		}
	})
}

func TestYearHasTheWantedMix(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		counts := map[string]int{}
		for _, m := range messages {
			switch {
			case m.EditOf != 0:
				counts["edits"]++
			case m.Repeats != 0:
				counts["repeats"]++
			case m.Want == nil:
				counts["chat"]++
			case len(m.Want) == 2:
				counts["of two"]++
			}
			if strings.Contains(m.Text, "：") {
				counts["forms"]++
			}
			if strings.HasSuffix(m.Text, "。") {
				counts["sentences"]++
			}
			if strings.ContainsAny(m.Text, "余多约近") {
				counts["approximate"]++
			}
			counts["all"]++
		}
		for name, want := range map[string][2]int{
			"all": {1800, 2200}, "edits": {15, 70}, "repeats": {5, 50}, "chat": {35, 90}, "of two": {30, 140},
			"forms": {300, 700}, "sentences": {300, 600}, "approximate": {80, 600},
		} {
			if n := counts[name]; n < want[0] || n > want[1] {
				t.Errorf("%s: %d messages, want %d to %d", name, n, want[0], want[1])
			}
		}
	})
}

func TestYearTellsOnlyOfPlacesThatExist(t *testing.T) {
	known, area := areaCodes(), map[int64]string{}
	for _, m := range People() {
		area[m.TelegramID] = m.Area
	}
	eachYear(t, func(t *testing.T, messages []Message) {
		for _, m := range messages {
			for _, e := range m.Want {
				if !known[e.Area] {
					t.Errorf("message %d: no area %s", m.ID, e.Area)
				}
				if !strings.HasPrefix(e.Area, area[m.From]) {
					t.Errorf("message %d: %d of %s reports for %s", m.ID, m.From, area[m.From], e.Area)
				}
			}
		}
	})
}

func TestYearTellsWhatHasHappened(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		for _, m := range messages {
			for _, e := range m.Want {
				happened := day(t, e.Day)
				lastYear := happened.Year() != m.At.Year() && !strings.Contains(m.Text, happened.Format("2006年"))
				if happened.After(m.At) || lastYear {
					t.Errorf("message %d of %v tells of %s", m.ID, m.At, e.Day)
				}
			}
		}
	})
}

// The most that one report can state before a bot should ask whether a digit is too many.
var ceilings = map[string]int64{
	"participants": 1000, "materials": 3000, "banners": 100, "people_helped": 300, "children": 300, "money_yuan": 100000,
	"money_goods": 100000, "households": 300, "volunteers": 500, "volunteers_mothers": 300, "pledges": 3000, "panels": 100,
	"women_two_cancers": 60, "money_two_cancers": 600000, "children_school": 300, "money_school": 300000, "cases": 80,
	"cases_mediated": 60, "women": 2000, "policies": 2000, "screened": 1500, "sessions": 5, "members_elected": 25,
	"cases_closed": 80, "cases_jury": 40, "cases_jury_women_children": 40, "people_hardship": 300, "money_hardship": 500000,
	"households_awarded_city": 20, "children_awarded_city": 20, "people_jobs": 500, "households_nominated": 60,
}

func TestYearHasPlausibleNumbers(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		for _, m := range messages {
			for _, e := range m.Want {
				for code, n := range e.Measures {
					if n < 1 || n > ceilings[code] {
						t.Errorf("message %d: %s %d in %q", m.ID, code, n, m.Text)
					}
				}
				if len(e.Measures) == 0 {
					t.Errorf("message %d: no number in %q", m.ID, m.Text)
				}
				for _, code := range e.Approx {
					if e.Measures[code]%10 != 0 {
						t.Errorf("message %d: about %d in %q", m.ID, e.Measures[code], m.Text)
					}
				}
			}
		}
	})
}

func TestYearHasSeasons(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		months := map[string]map[string]int{}
		activities := map[string]bool{}
		for _, e := range Truth(messages) {
			if months[e.Activity] == nil {
				months[e.Activity] = map[string]int{}
			}
			months[e.Activity][e.Day[:7]]++
			activities[e.Activity] = true
		}
		if len(activities) != 16 {
			t.Errorf("%d activities, want all 16: %v", len(activities), activities)
		}
		for _, c := range []struct{ activity, high, low string }{
			{"law_publicity", "2025-03", "2025-08"}, {"law_publicity", "2025-11", "2025-10"}, {"anti_drug", "2025-06", "2025-09"},
			{"childrens_day", "2025-05", "2025-09"}, {"visit_relief", "2026-01", "2025-07"}, {"screening", "2025-10", "2025-12"},
		} {
			if high, low := months[c.activity][c.high], months[c.activity][c.low]; 2*high < 3*low {
				t.Errorf("%s: %d in %s, %d in %s", c.activity, high, c.high, low, c.low)
			}
		}
		weekdays := map[time.Weekday]int{}
		for _, m := range messages {
			weekdays[m.At.Weekday()]++
		}
		if weekdays[time.Sunday]*2 > weekdays[time.Tuesday] {
			t.Errorf("as much work on Sunday as on Tuesday: %v", weekdays)
		}
	})
}

func TestYearEndsWithTwoTownshipsSilent(t *testing.T) {
	home := map[int64]string{}
	for _, m := range People() {
		home[m.TelegramID] = township(m.Area)
	}
	eachYear(t, func(t *testing.T, messages []Message) {
		last := map[string]time.Time{}
		for _, m := range messages {
			if m.At.Before(day(t, "2026-03-09")) || silent[home[m.From]] > 0 {
				last[home[m.From]] = m.At
			}
		}
		for town, at := range last {
			quiet := day(t, "2026-03-09").AddDate(0, 0, -silent[town])
			if silent[town] > 0 && !at.Before(quiet) {
				t.Errorf("%s is silent from %v, but writes at %v", town, quiet, at)
			}
			if silent[town] == 0 && !idle[town] && at.Before(day(t, "2026-03-02")) && town != Code {
				t.Errorf("%s was last heard at %v", town, at)
			}
		}
		if len(last) != 18 {
			t.Errorf("%d townships and the county are heard, want 18", len(last))
		}
	})
}

// A bot that asks "is this the same event?" must have no reason to, but for the repeats.
func TestYearTellsEachEventOnce(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		byWork := map[work][]Entry{}
		for _, m := range messages {
			if m.EditOf != 0 || m.Repeats != 0 {
				continue
			}
			for _, e := range m.Want {
				byWork[work{e.Activity, township(e.Area)}] = append(byWork[work{e.Activity, township(e.Area)}], e)
			}
		}
		for w, entries := range byWork {
			for i, a := range entries {
				for _, b := range entries[:i] {
					inside := strings.HasPrefix(a.Area, b.Area) || strings.HasPrefix(b.Area, a.Area)
					if hours := day(t, a.Day).Sub(day(t, b.Day)).Abs().Hours(); inside && hours < 48 {
						t.Errorf("%v: %v and %v", w, a, b)
					}
				}
			}
		}
	})
}

func TestEditsAndRepeatsFollowWhatTheyAreAbout(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		for _, m := range messages {
			if m.EditOf != 0 {
				was := messages[m.EditOf-1]
				if was.From != m.From || !was.At.Before(m.At) || was.Text == m.Text || reflect.DeepEqual(was.Want, m.Want) || was.EditOf != 0 {
					t.Errorf("%+v edits %+v", m, was)
				}
			}
			if m.Repeats != 0 {
				was := messages[m.Repeats-1]
				if was.From == m.From || !was.At.Before(m.At) || !reflect.DeepEqual(was.Want, m.Want) {
					t.Errorf("%+v repeats %+v", m, was)
				}
			}
		}
	})
}

func TestTruth(t *testing.T) {
	entry := func(n int64) []Entry {
		return []Entry{{Activity: "screening", Day: "2026-03-01", Area: "430527100", Measures: map[string]int64{"screened": n}}}
	}
	truth := Truth([]Message{
		{ID: 1, Want: entry(10)},
		{ID: 2, Want: entry(20)},
		{ID: 3},
		{ID: 4, Want: entry(11), EditOf: 1},
		{ID: 5, Want: entry(20), Repeats: 2},
		{ID: 6, Want: entry(12), EditOf: 1},
	})
	var got []int64
	for _, e := range truth {
		got = append(got, e.Measures["screened"])
	}
	if !slices.Equal(got, []int64{12, 20}) {
		t.Errorf("truth is %v, want 12 and 20", got)
	}
}

// A short span must work too, and an empty one give nothing.
func TestYearOfAnySpan(t *testing.T) {
	if n := len(Year(1, day(t, "2025-06-02"), day(t, "2025-06-02"))); n != 0 {
		t.Errorf("%d messages in no time", n)
	}
	for _, m := range Year(1, day(t, "2025-06-02").Add(10*time.Hour), day(t, "2025-06-09").Add(9*time.Hour)) {
		if m.At.Before(day(t, "2025-06-02").Add(10*time.Hour)) || !m.At.Before(day(t, "2025-06-09").Add(9*time.Hour)) {
			t.Errorf("message at %v", m.At)
		}
	}
}

func TestChineseNumerals(t *testing.T) {
	for n, want := range map[int64]string{
		1: "一", 2: "两", 10: "十", 12: "十二", 20: "二十", 22: "二十二", 100: "一百", 105: "一百零五", 110: "一百一十", 120: "一百二十",
		200: "两百", 1002: "一千零二", 2600: "两千六百", 10000: "一万", 10500: "一万零五百", 13200: "一万三千两百", 20000: "两万", 120000: "十二万",
	} {
		if got := chinese(n); got != want {
			t.Errorf("chinese(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestExchanges(t *testing.T) {
	exchanges := Exchanges()
	if len(exchanges) != 10 {
		t.Errorf("%d exchanges, want 10", len(exchanges))
	}
	home := map[int64]string{}
	for _, m := range People() {
		home[m.TelegramID] = m.Area
	}
	for i, e := range exchanges {
		if home[e.From] == "" || e.Note == "" || (e.Text == "") == (len(e.Press) == 0) {
			t.Errorf("exchange %d: %+v", i+1, e)
		}
		if e.Of > i || (e.Of == 0) != (!e.Edit && len(e.Press) == 0 && !strings.Contains(e.Text, "#")) {
			t.Errorf("exchange %d is about %d", i+1, e.Of)
		}
		if e.Edit && exchanges[e.Of-1].From != e.From {
			t.Errorf("exchange %d edits another member's message", i+1)
		}
		for _, w := range e.Want {
			if !strings.HasPrefix(w.Area, home[e.From]) || !areaCodes()[w.Area] || w.Day > Today[:10] {
				t.Errorf("exchange %d: %+v", i+1, w)
			}
		}
	}
}

// The exchanges come after the year, so nothing in it may be like them.
func TestYearLeavesTheExchangesOut(t *testing.T) {
	eachYear(t, func(t *testing.T, messages []Message) {
		for _, e := range Exchanges() {
			for _, a := range e.Want {
				for _, b := range Truth(messages) {
					inside := strings.HasPrefix(a.Area, b.Area) || strings.HasPrefix(b.Area, a.Area)
					if inside && b.Area != Code && a.Activity == b.Activity && day(t, a.Day).Sub(day(t, b.Day)).Abs() < 48*time.Hour {
						t.Errorf("%v is told as %v", a, b)
					}
				}
			}
		}
	})
}

func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		Year(1, time.Date(2025, 3, 3, 0, 0, 0, 0, zone), time.Date(2026, 3, 9, 0, 0, 0, 0, zone))
	}
}
