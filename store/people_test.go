package store

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"huibao/report"
)

func questions(t *testing.T, w *world) {
	var r report.Report
	var first, second int64
	ask := func(tx *Tx, field string) int64 {
		return must(tx.Ask(Question{Chat: w.chat, Member: w.li, Report: r.ID, Rev: r.Rev, Field: field, Options: []byte("[]"),
			Expires: tx.Now().Add(time.Hour)}))
	}
	open := func() (q Question, ok bool) {
		w.read(func(v *View) {
			var err error
			q, ok, err = v.OpenQuestion(w.chat, w.li)
			check(err)
		})
		return q, ok
	}
	w.write(func(tx *Tx) {
		r = w.file(tx, lecture(community, "2026-03-08", 320))
		first = ask(tx, "day")
	})
	q, _ := open()
	w.equal(q, Question{first, w.chat, w.li, r.ID, 1, "day", []byte("[]"), w.clock.now(), w.clock.now().Add(time.Hour)})
	w.write(func(tx *Tx) { second = ask(tx, "figure:0") })
	q, _ = open()
	w.equal(q.ID, second)
	w.is(w.tryWrite(func(tx *Tx) { check(tx.Answer(first, "3月7日")) }), ErrNotFound)
	w.write(func(tx *Tx) { check(tx.Answer(second, "280")) })
	_, ok := open()
	w.equal(ok, false)
	w.read(func(v *View) { w.equal(must(v.QuestionByID(second)).Field, "figure:0") })

	w.write(func(tx *Tx) { ask(tx, "day") })
	w.clock.move(time.Hour)
	_, ok = open()
	w.equal(ok, false)
	w.write(func(tx *Tx) {
		_, err := tx.QuestionByID(404)
		w.is(err, ErrNotFound)
	})
}

func invitations(t *testing.T, w *world) {
	var code, late string
	w.write(func(tx *Tx) {
		code = must(tx.Invite(Supervisor, changpu, w.chen, tx.Now().Add(time.Hour)))
		late = must(tx.Invite(Cadre, changpu, 0, tx.Now().Add(time.Minute)))
	})
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`).MatchString(code) {
		t.Errorf("code %q cannot stand in a link", code)
	}
	w.equal(w.count(`SELECT COUNT(*) FROM invites WHERE hash = $1 OR length(hash) <> 32`, []byte(code)), 0)
	w.clock.move(time.Minute)
	redeem := func(code string, user int64) (m Member, err error) {
		err = w.tryWrite(func(tx *Tx) { m = must(tx.Redeem(code, user, "周兰")) })
		return m, err
	}
	_, err := redeem(late, 6001)
	w.is(err, ErrInvite)
	_, err = redeem("nonsense", 6001)
	w.is(err, ErrInvite)
	m, err := redeem(code, 6001)
	w.is(err, nil)
	w.equal(m, Member{m.ID, 6001, "周兰", w.clock.now(), []Membership{{Area: changpu, Role: Supervisor, Since: w.clock.now()}}})
	_, err = redeem(code, 6002)
	w.is(err, ErrInvite)
	w.equal(w.count(`SELECT COUNT(*) FROM members WHERE tg_user = 6002`), 0)

	// A member gains a role.
	w.write(func(tx *Tx) { code = must(tx.Invite(Admin, countyID, 0, tx.Now().Add(time.Hour))) })
	m, err = redeem(code, liTelegram)
	w.is(err, nil)
	w.equal(m.ID, w.li)
	w.equal(len(m.Memberships), 2)
	w.equal(w.count(`SELECT COUNT(*) FROM audit WHERE action = 'invite'`), 3)
	w.equal(w.count(`SELECT COUNT(*) FROM audit WHERE action = 'join'`), 2)
}

func memberships(t *testing.T, w *world) {
	with := func(role Role, area int64) []int64 {
		list := []int64{}
		w.read(func(v *View) {
			for _, m := range must(v.Members()) {
				if slices.ContainsFunc(m.Memberships, func(s Membership) bool { return s.Role == role && s.Area == area }) {
					list = append(list, m.ID)
				}
			}
		})
		return list
	}
	w.equal(with(Supervisor, countyID), []int64{w.chen})
	w.equal(with(Supervisor, changpu), []int64{})
	w.equal(with(Cadre, changpu), []int64{w.wang})
	w.clock.move(time.Minute)
	w.write(func(tx *Tx) {
		check(tx.Revoke(w.wang, changpu, Cadre))
		w.is(tx.Revoke(w.wang, changpu, Cadre), ErrNotFound)
	})
	w.read(func(v *View) {
		m, known, err := v.MemberByTelegram(5002)
		check(err)
		w.equal([]any{known, m.Name, len(m.Memberships)}, []any{true, "王芳", 0})
		w.equal(must(v.Member(w.wang)), m)
		w.equal(len(must(v.Members())), 3)
		_, known, err = v.MemberByTelegram(404)
		check(err)
		w.equal(known, false)
		_, err = v.Member(404)
		w.is(err, ErrNotFound)
	})
	w.equal(with(Cadre, changpu), []int64{})
	w.clock.move(time.Minute) // and comes back
	w.write(func(tx *Tx) {
		must(tx.ImportMembers([]report.MemberRow{{TelegramID: 5002, Name: "王芳", Role: "cadre", Area: "430527100"}}))
	})
	w.equal(with(Cadre, changpu), []int64{w.wang})
}

func importMembers(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		diff := must(tx.ImportMembers([]report.MemberRow{
			{TelegramID: liTelegram, Name: "李梅", Role: "cadre", Area: "430527100001"}, // as she is
			{TelegramID: 5002, Name: "王芳", Role: "supervisor", Area: "430527100"},     // one role more
			{TelegramID: 5003, Name: "陈芬", Role: "supervisor", Area: "430527"},        // another name
			{TelegramID: 7001, Name: "赵敏", Role: "cadre", Area: "430527103"},
		}))
		w.equal(diff, Diff{Added: 1, Changed: 2, Unchanged: 1, Lines: []string{"changed: 王芳 supervisor 长铺镇",
			"changed: 陈芬 supervisor 绥宁县", "new: 赵敏 cadre 红岩镇"}})
		w.equal(must(tx.Member(w.chen)).Name, "陈芬")
		_, err := tx.ImportMembers([]report.MemberRow{{TelegramID: 1, Name: "甲", Role: "cadre", Area: "999999"}})
		if err == nil {
			t.Error("an unknown area was taken")
		}
	})
}

func importAreas(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		rows := []report.Area{ // other ids than the store's, and a child before its parent
			{ID: 30, Parent: 20, Code: "430527104001", Name: "新村"},
			{ID: 20, Parent: 10, Code: "430527104", Name: "新镇"},
			{ID: 10, Code: "430527", Name: "绥宁县", Short: []string{"绥宁"}},
			{ID: 11, Parent: 10, Code: "430527103", Name: "红岩镇", MergedInto: 20},
		}
		diff := must(tx.ImportAreas(rows))
		w.equal([]int{diff.Added, diff.Changed, diff.Unchanged}, []int{2, 2, 0})
		areas := must(tx.Areas())
		village, _ := areas.ByCode("430527104001")
		town, _ := areas.ByCode("430527104")
		w.equal(areas.Ancestors(village.ID), []int64{village.ID, town.ID, countyID})
		w.equal(areas.Ancestors(hongyanVillage), []int64{hongyanVillage, hongyan, town.ID, countyID})
		w.equal(len(areas.All()), 9)
		diff = must(tx.ImportAreas(rows))
		w.equal([]int{diff.Added, diff.Changed, diff.Unchanged}, []int{0, 0, 4})
		if _, err := tx.ImportAreas([]report.Area{{ID: 1, Name: "无码"}}); err == nil {
			t.Error("an area without a code was taken")
		}
		if _, err := tx.ImportAreas([]report.Area{{ID: 1, Code: "430528", Name: "第二个县"}}); err == nil {
			t.Error("a second root was taken")
		}
	})
	w.clean()
}

func referenceCached(t *testing.T, w *world) {
	get := func() (r *report.Reference) {
		w.read(func(v *View) { r = must(v.Reference()) })
		return r
	}
	before := get()
	if get() != before {
		t.Error("the same reference has two pointers")
	}
	names := []report.Name{{Alias: "全县", Code: "430527", Kind: report.NamePronoun}, {Alias: "我镇", Kind: report.NamePronoun}}
	venues := []report.Venue{{Name: "民族大酒店", Aliases: []string{"民族酒店"}, Area: "430527100"}, {Name: "红岩学校", Area: "430527103"}}
	_ = w.tryWrite(func(tx *Tx) {
		check(tx.SetNames([]report.Name{{Alias: "不算", Kind: "short"}}))
		w.equal(len(must(tx.Reference()).Names), 1)
		check(ErrNotFound) // rolled back: nobody may have seen it
	})
	if get() != before {
		t.Error("a change that was rolled back is seen")
	}
	w.write(func(tx *Tx) { check(tx.SetNames(names)); check(tx.SetVenues(venues)) })
	after := get()
	w.equal(after.Names, names)
	w.equal(after.Venues, venues)
	if get() != after || after == before {
		t.Error("the reference did not change once")
	}
}

func catalogues(t *testing.T, w *world) {
	const whole = `
version: 1
activities:
  - code: law_publicity
    name: 普法维权宣传
    short: 普法维权
    section: 普法
    words: [普法]
    measures:
      - {code: sessions, name: 场次, short: 场次, unit: 场, adds: flow}
      - {code: participants, name: 参加人次, short: 参加, unit: 人次, adds: flow, persons: times}
      - {code: materials, name: 资料, short: 资料, unit: 份, adds: flow}
`
	const without = `
version: 1
activities:
  - code: law_publicity
    name: 普法维权宣传
    short: 普法维权
    section: 普法
    words: [普法]
    measures:
      - {code: sessions, name: 场次, short: 场次, unit: 场, adds: flow}
      - {code: materials, name: 资料, short: 资料, unit: 份, adds: flow}
`
	w.read(func(v *View) {
		if len(must(v.Catalogue()).Activities) < 10 {
			t.Error("without a catalogue of its own a county does not have the default one")
		}
	})
	w.write(func(tx *Tx) {
		check(tx.SetCatalogue(0, "c.yaml", []byte(without)))
		check(tx.SetCatalogue(0, "c.yaml", []byte(whole)))
		check(tx.SetCatalogue(0, "c.yaml", []byte(whole)))
		w.equal(len(must(tx.Catalogue()).Activities), 1)
		w.file(tx, lecture(community, "2026-03-08", 320))
	})
	w.equal(w.count(`SELECT COUNT(*) FROM catalogue`), 2)
	w.is(w.tryWrite(func(tx *Tx) { check(tx.SetCatalogue(0, "c.yaml", []byte(without))) }), ErrCatalogue)
	w.is(w.tryWrite(func(tx *Tx) { check(tx.SetCatalogue(0, "c.yaml", []byte("version: x"))) }), ErrCatalogue)
}

func runsOnce(t *testing.T, w *world) {
	week := Run{Job: "week", Period: "2026-W10", Due: w.clock.now(), State: RunFailed, At: w.clock.now(), Note: "no font"}
	w.write(func(tx *Tx) {
		check(tx.RecordRun(week))
		week.State, week.Note = RunDone, ""
		check(tx.RecordRun(week)) // after a failure it may succeed
		check(tx.RecordRun(Run{Job: "week", Period: "2026-W09", Due: week.Due.AddDate(0, 0, -7), State: RunSkipped}))
		check(tx.RecordRun(Run{Job: "year", Period: "2025", Due: week.Due.AddDate(0, -2, 0), State: RunDone}))
	})
	w.is(w.tryWrite(func(tx *Tx) {
		check(tx.SetMeta("digest", "sent twice"))
		check(tx.RecordRun(week))
	}), ErrAlreadyRun)
	w.read(func(v *View) {
		_, sent, err := v.Meta("digest")
		check(err)
		w.equal(sent, false)
		last, ok, err := v.LastRun("week")
		check(err)
		w.equal(ok, true)
		w.equal(last, week)
		runs := must(v.Runs("week"))
		w.equal([]string{runs[0].Period, runs[1].Period}, []string{"2026-W09", "2026-W10"})
		_, ok, err = v.LastRun("never")
		check(err)
		w.equal(ok, false)
	})
}

func publications(t *testing.T, w *world) {
	p := Publication{Kind: "week", Area: countyID, Period: report.WeekOf(date("2026-01-01")), FactsSeq: 12, Numbers: []byte(`{"law":1}`)}
	w.write(func(tx *Tx) {
		first, second := must(tx.Publish(p)), must(tx.Publish(p))
		w.equal([]int{first.Edition, second.Edition}, []int{1, 2})
		other := p
		other.Area = changpu
		w.equal(must(tx.Publish(other)).Edition, 1)
		p.ID, p.Edition, p.At = first.ID, 1, w.clock.now()
		kept := must(tx.Publications("week", countyID, p.Period))
		w.equal(len(kept), 2)
		w.equal(kept[0], p)
	})
}
