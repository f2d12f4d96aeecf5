package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huibao/report"
	"huibao/sandbox/county"
	"huibao/store"
)

// TestAliasesReplay: what past messages would add with a word is shown, filed with --yes, and filed once.
func TestAliasesReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "huibao.db")
	now := func() time.Time { return monday }
	teach(t, file, now)
	command := func(args ...string) (code int, text string) {
		var out bytes.Buffer
		code = run(context.Background(), append([]string{"--db", file}, args...), &out, &out, now)
		return code, out.String()
	}
	for _, step := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"aliases", "list"}, 0, `坝坝会 = activity law_publicity, 长铺社区, taught by 李梅 on 2026-03-09
words in force: 1
`},
		{[]string{"aliases", "replay", "夜校"}, 1, "huibao: 夜校: no such word in force; huibao aliases list shows them\n"},
		{[]string{"aliases", "replay", "坝坝会"}, 0, `2026-03-07 长铺社区 李梅 普法维权 参加 45人次: "前天坝坝会 45人"
1 more would have to be asked about and are left as they are
would be filed: 1
nothing was changed: add --yes to do it
`},
		{[]string{"tally", "--from", "2026-03-01", "--to", "2026-03-31"}, 0, ""},
		{[]string{"aliases", "replay", "坝坝会", "--yes"}, 0, `2026-03-07 长铺社区 李梅 普法维权 参加 45人次: "前天坝坝会 45人"
1 more would have to be asked about and are left as they are
filed: 1
`},
		{[]string{"aliases", "replay", "坝坝会", "--yes"}, 0, "1 more would have to be asked about and are left as they are\nfiled: 0\n"},
		{[]string{"tally", "--from", "2026-03-07", "--to", "2026-03-07", "--format", "csv"}, 0, `area,area_name,month,activity,measure,label,unit,part,value,approx,events
430527,绥宁县,,law_publicity,,,,false,0,false,1
430527,绥宁县,,law_publicity,participants,,人次,false,45,false,0
`},
		{[]string{"verify"}, 0, "verify: the revisions are those that were made, facts agree with the reports' revisions, tallies with the facts\n"},
	} {
		if code, got := command(step.args...); code != step.code || got != step.want {
			t.Errorf("huibao %s: exit code %d\n%s\nwant %d\n%s", strings.Join(step.args, " "), code, got, step.code, step.want)
		}
	}
}

// teach makes a county in which 李梅 taught a word after two messages with it had not been counted.
func teach(t *testing.T, file string, now func() time.Time) {
	t.Helper()
	db, err := store.Open(t.Context(), file, store.Options{Now: now, Location: china, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	areas, err := report.ParseAreas("areas.csv", county.Areas())
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.ImportAreas(areas); err != nil {
			return err
		}
		if _, err := tx.ImportMembers([]report.MemberRow{{TelegramID: 1001, Name: "李梅", Role: "cadre", Area: "430527100001"}}); err != nil {
			return err
		}
		member, _, err := tx.MemberByTelegram(1001)
		if err != nil {
			return err
		}
		chat, err := tx.Chat(1001, "private", "")
		if err != nil {
			return err
		}
		for i, text := range []string{"前天坝坝会 45人", "坝坝会 5000人", "坝坝会"} {
			if _, _, err := tx.AddMessage(store.Message{Chat: chat.ID, TgMessage: int64(i + 1), Member: member.ID, Sent: now(), Text: text}); err != nil {
				return err
			}
		}
		a, _, err := tx.OfferAlias(report.Alias{Word: "坝坝会", Kind: report.AliasActivity, Target: "law_publicity", Area: member.Memberships[0].Area, By: member.ID})
		if err != nil {
			return err
		}
		_, err = tx.ChangeAlias(a, report.AliasLocal, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
