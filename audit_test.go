package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
		{"revoke --member 3", "revoke"},
		{"backup copy.db", ""}, // of the whole to the same hands
		{"tally --from 2026-03-01 --to 2026-03-31", ""},
		{"verify", ""},
		{"purge --before 2026-01-01 --yes", "purge"},
		{"restore copy.db --yes", "restore"},
	} {
		clock = clock.Add(time.Minute)
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

func list(t *testing.T, rows *[]store.AuditEntry) {
	t.Helper()
	w := newWorld(t, t.Output(), t.Output())
	file, err := filepath.Abs("huibao.db")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.OpenBeside(t.Context(), file, w.storeOptions())
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
