package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// payloads are words that mean something to a program that shows or opens them.
var payloads = []string{
	"=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "＝1+1", "＋1+1", "＠SUM(1)", "=HYPERLINK(\"http://x\",\"x\")", "'=1", "<b>x</b>", "<script>window.injected=1</script>",
	"<img src=x onerror=window.injected=1>", "\"><svg onload=window.injected=1>", "</textarea><iframe src=javascript:window.injected=1>", "${window.injected=1}", "{{window.injected=1}}",
	"]]><!--", "</w:t></w:r>", "&lt;x&#0;", "_x000D_x", "\u202e倒过来\u202c", "\u2066隔开\u2069", "\u200b\u200d\ufeff看不见", "\x1b[31m红\x1b[2J\x07\x08", "\u009b31m红", "a\tb", "%s%d%n", "'); DROP TABLE reports;--",
	"../../etc/passwd", "huibao: forged", "javascript:window.injected=1", "長" + strings.Repeat("长", 50),
}

// calm demands that words for people at a terminal, or in a file, move nothing about and are whole.
func calm(t *testing.T, where, words string) {
	t.Helper()
	at := strings.IndexFunc(words, func(r rune) bool {
		return r != '\n' && r != '\t' && r != '\u200d' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029')
	})
	if at >= 0 {
		t.Errorf("%s: %+q", where, words[max(0, at-40):min(len(words), at+20)])
	}
}

// table writes rows as CSV.
func tableOf(rows ...[]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // into memory
	return b.Bytes()
}

// office is a terminal on a county of a town and two villages.
type office struct {
	t   *testing.T
	dir string
}

func newOffice(t *testing.T) office {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HUIBAO_DB", filepath.Join(dir, "huibao.db"))
	o := office{t, dir}
	o.file("areas.csv", tableOf([]string{"code", "level", "parent", "name", "short"}, []string{"430527", "county", "", "绥宁县", "绥宁"},
		[]string{"430527100", "town", "430527", "长铺镇", "长铺"}, []string{"430527100001", "village", "430527100", "长铺社区", "长铺"}))
	o.file("members.csv", tableOf([]string{"telegram_id", "name", "role", "area"}, []string{"1002", "刘洋", "admin", "430527"}))
	o.says("import areas areas.csv --yes", 0)
	o.says("import members members.csv --yes", 0)
	return o
}

func (o office) file(name string, content []byte) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), content, 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// says gives what a command prints, which is calm. Code -1 stands for any.
func (o office) says(line string, code int) string {
	o.t.Helper()
	said := newTranscript()
	got := run(o.t.Context(), strings.Fields(line), said, said, func() time.Time { return monday })
	if code >= 0 && got != code {
		o.t.Errorf("huibao %s: exit code %d\n%s", line, got, said)
	}
	calm(o.t, "huibao "+line, said.String())
	for printed := range strings.Lines(said.String()) {
		if got == 0 && strings.HasPrefix(printed, "huibao: forged") {
			o.t.Errorf("huibao %s: a line that somebody else wrote: %s", line, printed)
		}
	}
	return said.String()
}

// TestPayloadsOfImports: what the cells of imported tables hold is text, or refused by name and line, in what is printed and in the
// files that are made of it.
func TestPayloadsOfImports(t *testing.T) {
	o := newOffice(t)
	rows := [][]string{{"date", "township", "village", "activity", "text", "participants"}}
	for i, p := range payloads {
		name := string([]rune(p)[:min(len([]rune(p)), 50)])
		o.file("one.csv", tableOf([]string{"telegram_id", "name", "role", "area"}, []string{fmt.Sprint(2000 + i), name, "cadre", "430527100001"}))
		o.says("import members one.csv --yes", -1)
		o.file("one.csv", tableOf([]string{"code", "level", "parent", "name", "short"}, []string{"430527", "county", "", "绥宁县", "绥宁"}, []string{"430527100", "town", "430527", "长铺镇", "长铺"},
			[]string{"430527100001", "village", "430527100", "长铺社区", "长铺"}, []string{fmt.Sprintf("4305271001%02d", i), "village", "430527100", name, name}))
		o.says("import areas one.csv", -1)
		for column := range 5 {
			cells := []string{"430527100", "普法维权", "week", "1", "12:00"}
			cells[column] = p
			o.file("one.csv", tableOf([]string{"area", "activity", "every", "days", "time"}, cells))
			o.says("import duties one.csv --yes", -1)
			cells = []string{"2026", "430527", "普法维权", "参加", "60"}
			cells[column] = p
			o.file("one.csv", tableOf([]string{"year", "area", "activity", "measure", "value"}, cells))
			o.says("import targets one.csv --yes", -1)
			cells = []string{"2026-03-02", "长铺镇", "长铺社区", "普法维权", "普法 20人", "20"}
			cells[column] = p
			o.file("one.csv", tableOf(rows[0], cells))
			o.says("import reports one.csv", -1)
		}
		rows = append(rows, []string{fmt.Sprintf("2026-%02d-%02d", 1+i/28, 1+i%28), "长铺镇", "长铺社区", "普法维权", p + " 普法 在" + p, fmt.Sprint(100 + i)})
		o.says("import members "+strings.ReplaceAll(p, " ", ""), -1)
	}
	o.file("year.csv", tableOf(rows...))
	o.says("import reports year.csv --as 1002 --yes", 0)
	for _, line := range []string{"verify", "audit", "aliases list", "tally --year 2026", "digest 2026", "doctor", "revoke 2003", "invite --role cadre --area 430527100001"} {
		o.says(line, -1)
	}
	for _, what := range []string{"register --from 2026-01-01 --to 2026-12-31", "reports --from 2026-01-01 --to 2026-12-31", "facts"} {
		for _, ending := range []string{"csv", "jsonl", "xlsx"} {
			o.exports(what, "out."+ending)
		}
	}
}

// exports makes a file and opens it.
func (o office) exports(what, file string) {
	o.t.Helper()
	file = strings.Fields(what)[0] + "-" + file
	o.says("export "+what+" -o "+file, 0)
	content, err := os.ReadFile(file)
	if err != nil {
		o.t.Fatal(err)
	}
	switch filepath.Ext(file) {
	case ".csv":
		o.opensCSV(what, content)
	case ".jsonl":
		d := json.NewDecoder(bytes.NewReader(content))
		n := 0
		for ; ; n++ {
			var row map[string]any
			if err := d.Decode(&row); err == io.EOF {
				break
			} else if err != nil {
				o.t.Fatalf("%s, line %d: %v", what, n, err)
			}
		}
		if lines := bytes.Count(content, []byte("\n")); lines != n || n < len(payloads) {
			o.t.Errorf("%s: %d values in %d lines", what, n, lines)
		}
	case ".xlsx":
		o.opensWorkbook(what, content)
	}
}

func (o office) opensCSV(what string, content []byte) {
	o.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) <= len(payloads) {
		o.t.Errorf("%s: %d rows, %v", what, len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if r, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
				o.t.Errorf("%s: the cell %q may be taken for a formula", what, cell)
			}
		}
	}
}

func (o office) opensWorkbook(what string, content []byte) {
	o.t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		o.t.Fatalf("%s: %v", what, err)
	}
	defer book.Close()
	cells := 0
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			o.t.Fatal(err)
		}
		for y, row := range rows {
			for x, cell := range row {
				name, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, err := book.GetCellFormula(sheet, name); err != nil || formula != "" && !strings.HasPrefix(formula, "SUBTOTAL(9,") {
					o.t.Errorf("%s: %s is the formula %q of %q, %v", what, name, formula, cell, err)
				}
				cells++
			}
		}
	}
	if cells < len(payloads) {
		o.t.Errorf("%s: only %d cells", what, cells)
	}
}

// TestNoSecretOfImportsIsKept: a number that points at a person is not kept, in whatever cell or file it is imported.
func TestNoSecretOfImportsIsKept(t *testing.T) {
	o := newOffice(t)
	day := 0
	for _, n := range []string{"430527198001011232", "43052719800101103X", "13812345678", "138 1234 5678", "6222021234567890128", "4111111111111111", "１３８１２３４５６７８"} {
		day++
		o.file(n+".csv", tableOf([]string{"telegram_id", "name", "role", "area"}, []string{fmt.Sprint(3000 + day), "李" + n, "cadre", "430527100001"}))
		o.runs("import", "members", n+".csv", "--yes")
		o.file("areas.csv", tableOf([]string{"code", "level", "parent", "name", "short"}, []string{"430527", "county", "", "绥宁县", "绥宁"}, []string{"430527100", "town", "430527", "长铺镇", "长铺"},
			[]string{"430527100001", "village", "430527100", "长铺社区", "长铺"}, []string{fmt.Sprint(430527100010 + day), "village", "430527100", "村" + n, "村"}))
		o.runs("import", "areas", "areas.csv", "--yes")
		text := fmt.Sprintf("普法 %d人，联系人%s", 30+day, n)
		o.file("reports.csv", tableOf([]string{"date", "township", "village", "activity", "text", "participants"}, []string{fmt.Sprintf("2026-01-%02d", 2*day), "长铺镇", "长铺社区", "普法维权", text, fmt.Sprint(30 + day)}))
		o.runs("import", "reports", "reports.csv", "--as", "1002", "--yes")
		o.file("chat.txt", fmt.Appendf(nil, "李梅%s 2026-02-%02d 09:00:00\n长铺社区 %s\n", n, 2*day, text))
		o.runs("import", "reports", "chat.txt", "--as", "1002", "--yes")
	}
	o.says("backup copy.db", 0)
	files, err := filepath.Glob("*.db*")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	kept := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kept += bytes.Count(content, []byte("联系人"))
		for _, n := range []string{"430527198001011232", "43052719800101103X", "13812345678", "1234 5678", "6222021234567890128", "4111111111111111", "１３８１２３４５６７８"} {
			if bytes.Contains(content, []byte(n)) {
				t.Errorf("%s is in %s", n, file)
			}
		}
	}
	if kept < 7 {
		t.Errorf("the texts are kept %d times", kept)
	}
}

// runs runs a command of words that may have blanks in them; it goes well.
func (o office) runs(words ...string) {
	o.t.Helper()
	said := newTranscript()
	if code := run(o.t.Context(), words, said, said, func() time.Time { return monday }); code != 0 {
		o.t.Errorf("huibao %q: exit code %d\n%s", words, code, said)
	}
}
