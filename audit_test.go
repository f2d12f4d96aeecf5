package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"huibao/report"
	"huibao/store"
)

// TestAuditOfCommands gives every command that administers, and finds one row for it in the audit. The bot's test of the audit
// has what is done in chat.
func TestAuditOfCommands(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, body := range map[string]string{
		"areas.csv":   "code,level,parent,name,short\n430527,county,,绥宁县,绥宁\n430527100,township,430527,长铺镇,长铺\n",
		"members.csv": "telegram_id,name,role,area\n1,李梅,admin,430527\n2,周兰,cadre,430527100\n3,王芳,cadre,430527100\n",
		"duties.csv":  "area,activity,every,days,time\n430527/*,,week,1,12:00\n",
		"targets.csv": "year,area,activity,measure,value\n2026,430527,两癌检查,检查,6000\n",
		"reports.csv": "日期,乡镇,活动,参加\n2026-03-02,长铺镇,普法维权,45\n",
	} {
		if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	clock := monday
	noted := 0
	for _, x := range []struct{ line, action string }{
		{"import areas areas.csv --yes", "import"},
		{"import members members.csv --yes", "import"},
		{"import duties duties.csv --yes", "import"},
		{"import targets targets.csv --yes", "import"},
		{"import targets targets.csv", ""}, // shown only
		{"invite --role admin", "invite"},
		{"import reports reports.csv --area 430527100 --as 1 --yes", "import"},
		{"export register --from 2026-03-01 --to 2026-03-31 -o r.csv", "export"},
		{"export reports --from 2026-03-01 --to 2026-03-31 -o p.csv", "export"},
		{"export facts -o f.csv", "export"},
		{"aliases replay 坝坝会", ""}, // shown only
		{"aliases replay 坝坝会 --yes", "replay"},
		{"handover --area 430527100 --from 2 --to 3", "handover"},
		{"revoke --member 3", "revoke"},
		{"backup copy.db", ""}, // of the whole to the same hands
		{"tally --from 2026-03-01 --to 2026-03-31", ""},
		{"verify", ""},
		{"purge --before 2026-01-01 --yes", "purge"},
		{"restore copy.db --yes", "restore"},
	} {
		clock = clock.Add(time.Minute)
		if x.line == "aliases replay 坝坝会" {
			write(t, taughtWord)
		}
		var out strings.Builder
		if code := run(t.Context(), strings.Fields(x.line), &out, &out, func() time.Time { return clock }); code != 0 {
			t.Fatalf("huibao %s: exit %d\n%s", x.line, code, out.String())
		}
		var rows []store.AuditEntry
		list(t, &rows)
		fresh := rows[min(noted, len(rows)):]
		if strings.HasPrefix(x.line, "restore") { // the copy is older than what came after it
			fresh = rows[len(rows)-1:]
		}
		switch {
		case x.action == "" && len(fresh) > 0:
			t.Errorf("huibao %s is noted: %+v", x.line, fresh)
		case x.action != "" && (len(fresh) != 1 || fresh[0].Action != x.action || fresh[0].By != "" || fresh[0].Subject == "" || !fresh[0].At.Equal(clock)):
			t.Errorf("huibao %s is noted as %+v, want one row of the command line: %s", x.line, fresh, x.action)
		}
		noted = len(rows)
	}
}

// taughtWord is what 周兰 has taught the bot in chat.
func taughtWord(tx *store.Tx) error {
	m, _, err := tx.MemberByTelegram(2)
	if err != nil {
		return err
	}
	if _, err := tx.Chat(3, "private", ""); err != nil { // 王芳 has written too
		return err
	}
	a, _, err := tx.OfferAlias(report.Alias{Word: "坝坝会", Kind: report.AliasActivity, Target: "law_publicity", Area: m.Memberships[0].Area, By: m.ID})
	if err != nil {
		return err
	}
	_, err = tx.ChangeAlias(a, report.AliasLocal, 0)
	return err
}

// TestAuditOfCatalogue: a catalogue that is set for the bot is noted where it is another one, not at every start.
func TestAuditOfCatalogue(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("report", "catalogue.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	w := newWorld(t, t.Output(), t.Output())
	w.settings.Catalogue = "ours.yaml"
	for starts, words := range []string{"# ours\n", "# ours\n", "# ours, changed\n"} {
		if err := os.WriteFile("ours.yaml", append(slices.Clip(body), words...), 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := store.Open(t.Context(), here(t), w.storeOptions())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.loadCatalogue(db), db.Close()); err != nil {
			t.Fatal(err)
		}
		var rows []store.AuditEntry
		list(t, &rows)
		if want := 1 + starts/2; len(rows) != want || rows[want-1].Action != "catalogue" || rows[want-1].By != "" || rows[want-1].Subject != "ours.yaml" {
			t.Errorf("after %d starts: %+v, want %d rows of the catalogue", starts+1, rows, want)
		}
	}
}

func write(t *testing.T, f func(*store.Tx) error) {
	t.Helper()
	db, err := store.OpenBeside(t.Context(), here(t), newWorld(t, t.Output(), t.Output()).storeOptions())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Write(t.Context(), f), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// here is the database of the folder that the test is in.
func here(t *testing.T) string {
	t.Helper()
	file, err := filepath.Abs("huibao.db")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func list(t *testing.T, rows *[]store.AuditEntry) {
	t.Helper()
	w := newWorld(t, t.Output(), t.Output())
	db, err := store.OpenBeside(t.Context(), here(t), w.storeOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(t.Context(), func(v *store.View) error {
		return v.Audited(time.Time{}, func(e store.AuditEntry) error { *rows = append(*rows, e); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
}
