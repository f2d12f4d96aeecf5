package scheduler

import (
	"testing"

	"huibao/report"
	"huibao/store"
)

// TestDigestsAtEachLevel: in a province everybody who supervises gets the digest of their own area.
func TestDigestsAtEachLevel(t *testing.T) {
	w := newWorld(t, "2026-03-08 12:00:00")
	const province, city, other = 1101, 1102, 1103
	w.write(func(tx *store.Tx) error {
		areas, err := report.ParseAreas("areas.csv", []byte(`code,level,parent,name,short
430000,province,,湖南省,
430500,city,430000,邵阳市,
430600,city,430000,岳阳市,
430527,county,430500,绥宁县,绥宁
`))
		if err != nil {
			return err
		}
		if _, err := tx.ImportAreas(areas); err != nil {
			return err
		}
		if _, err := tx.ImportMembers([]report.MemberRow{{TelegramID: province, Name: "省", Role: "supervisor", Area: "430000"},
			{TelegramID: city, Name: "市", Role: "supervisor", Area: "430500"}, {TelegramID: other, Name: "市二", Role: "supervisor", Area: "430600"}}); err != nil {
			return err
		}
		for _, id := range []int64{province, city, other} {
			if _, err := tx.Chat(id, "private", ""); err != nil {
				return err
			}
		}
		return nil
	})
	s := w.scheduler()
	w.tick(s, "2026-03-08 12:00:00")
	w.tick(s, "2026-03-09 08:00:00")
	w.wantHeadings(province, "📋 第10周 3月2日-8日")
	w.wantHeadings(city, "📋 邵阳市 第10周 3月2日-8日")
	w.wantHeadings(other, "📋 岳阳市 第10周 3月2日-8日")
	w.wantHeadings(chen, "📋 绥宁县 第10周 3月2日-8日")
	w.wantHeadings(liu, "📋 长铺镇 第10周 3月2日-8日")
}
