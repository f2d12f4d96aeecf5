package reading

import (
	"testing"
	"time"

	"huibao/report"
)

func TestReadDayAlone(t *testing.T) {
	today := report.Date(2026, 3, 9)
	march := func(d int) report.Day { return report.Date(2026, time.March, d) }
	for text, want := range map[string][2]report.Day{
		"昨天":          {march(8), march(8)},
		"3月8日":        {march(8), march(8)},
		"是3月8号那天":     {march(8), march(8)},
		"应该是昨天下午":     {march(8), march(8)},
		"改成前天吧。":      {march(7), march(7)},
		"3.8":         {march(8), march(8)},
		"0308":        {march(8), march(8)},
		"三月五日至八日":     {march(5), march(8)},
		"后天":          {march(11), march(11)},
		"今天辛苦大家了":     {},
		"昨天普法 320人":   {},
		"3月8日有个问题想问您": {},
		"近日":          {},
		"0320":        {report.Date(2025, time.March, 20), report.Date(2025, time.March, 20)},
		"3200":        {},
		"3月8日和3月7日":   {},
		"":            {},
	} {
		first, last, ok := ReadDay(text, today)
		if ok != (want[0] != 0) || ok && (first != want[0] || last != want[1]) {
			t.Errorf("ReadDay(%q) = %s, %s, %v, want %s, %s", text, first, last, ok, want[0], want[1])
		}
	}
}
