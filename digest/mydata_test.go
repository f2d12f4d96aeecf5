package digest

import (
	"testing"
	"time"

	"huibao/report"
)

func ownData() report.OwnData {
	since := time.Date(2026, 1, 5, 9, 0, 0, 0, bookMorning.Location())
	return report.OwnData{Name: "李梅", Telegram: 1001, Joined: since, Messages: 12, First: since, Reports: 10, Counted: 8, Photos: 3,
		Roles: []report.OwnRole{{Area: community, Role: "cadre", Since: since}}}
}

func TestOwnData(t *testing.T) {
	s := world(t)
	d := ownData()
	golden(t, "mydata", OwnData(s, d, []string{"孙洁", "马丽"}))
	d.Roles[0].Until = d.Joined.AddDate(0, 1, 0)
	d.Roles = append(d.Roles, report.OwnRole{Area: county, Role: "admin", Since: d.Roles[0].Until, Until: d.Roles[0].Until.AddDate(0, 0, 2)})
	d.Name, d.Purged, d.Changes, d.Questions, d.Words, d.Deeds = "李\u202e梅\n", 5, 2, 7, 1, 3
	golden(t, "mydata-former", OwnData(s, d, nil))
	golden(t, "mydata-nothing", OwnData(s, report.OwnData{Name: "李梅", Telegram: 1001, Joined: d.Joined}, nil))
}

func TestOwnBook(t *testing.T) {
	s := world(t)
	at := bookMorning
	full := OwnRows{
		Messages: func(yield func(report.OwnMessage) error) error {
			for _, m := range []report.OwnMessage{
				{At: at, Words: "普法 320人", Brought: "photo"},
				{At: at, Words: "=HYPERLINK(\"http://x\")", Group: "@SUM(A1)\u202e", Edited: true, Origin: "user"},
				{At: at, Purged: true, Masked: []string{"phone"}},
			} {
				if err := yield(m); err != nil {
					return err
				}
			}
			return nil
		},
		Reports: []report.Report{lawTalk(), with(lawTalk(), func(r *report.Report) { r.ID, r.State, r.Day, r.Area = 119, report.Asked, 0, 0 })},
		Changes: func(yield func(report.OwnChange) error) error {
			after := with(lawTalk(), func(r *report.Report) { r.Figures = []report.Figure{persons(280)} })
			return yield(report.OwnChange{Report: 118, Rev: 2, At: at, Why: "button", Before: lawTalk(), After: after})
		},
		Words: []report.Alias{{Word: "坝坝会", Kind: report.AliasActivity, Target: "law_publicity", Area: changpu, At: at, State: report.AliasLocal},
			{Word: "老街", Kind: report.AliasArea, Target: "430527100001", Area: changpu, At: at, State: report.AliasCounty}},
		Deeds: []report.OwnDeed{{At: at, Action: "revoke", Subject: "王芳 (1002)", Detail: "cadre 长铺镇"}, {At: at, Action: "something", Subject: "-1+1"}},
		Why:   func(why string) string { return "为什么" + why },
	}
	none := OwnRows{Messages: func(func(report.OwnMessage) error) error { return nil }, Changes: func(func(report.OwnChange) error) error { return nil }}
	made := map[string][]byte{}
	for name, rows := range map[string]OwnRows{"mydata-book": full, "mydata-book-empty": none} {
		m, err := OwnBook(s, ownData(), at, rows)
		if err != nil {
			t.Fatal(err)
		}
		if m.Name != "李梅的资料.xlsx" {
			t.Errorf("its name is %s", m.Name)
		}
		made[name] = m.Bytes
	}
	for name, csv := range asCSV(t, made) {
		t.Run(name, func(t *testing.T) { goldenFile(t, name+".golden", csv) })
	}
}
