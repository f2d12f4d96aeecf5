package bot

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
	"huibao/store/pgtest"
)

// Who may do what: every command and every button, tried by everyone on what belongs to 李梅 of 长铺社区. The table that comes
// of it is testdata/rights.txt; -update rewrites it, and it is to be read like code. A command or a verb of callback data that
// has no row there fails the test.
//
// A cell is:
//
//	.  nothing comes of it, not even an answer
//	?  the answer is that for what does not exist
//	n  a sentence says that it is not for them, or not here
//	r  an answer
//	W  something is changed
//
// In all but the last every table of the store is as it was, but for the queues and what was said.

// persons are the columns of the table.
var persons = []person{
	{"stranger", 9001}, {"revoked", 1007}, {"author", 1001}, {"sibling", 1003}, {"above", 1002}, {"elsewhere", 1006},
	{"supervisor of the township", 1008}, {"administrator of the township", 1009}, {"supervisor elsewhere", 1010}, {"administrator elsewhere", 1011},
	{"supervisor", 1004}, {"administrator", 1005},
}

type person struct {
	head string
	id   int64
}

// there gives who is tried in a chat: not all of them in groups, where no more depends on them.
func there(where string) []person {
	if where == "in private" {
		return persons
	}
	return slices.DeleteFunc(slices.Clone(persons), func(p person) bool { return p.id > 1006 && p.id != 9001 && p.id != 1010 || p.id == 1003 })
}

// morePeople are those of the columns that other tests do without.
const morePeople = `telegram_id,name,role,area
1007,陈静,admin,430527
1008,刘霞,supervisor,430527100
1009,马丽,admin,430527100
1010,郑月,supervisor,430527103
1011,谢兰,admin,430527103
`

// rightsStory makes what the table is about.
const rightsStory = `at 2025-12-29 09:00
李梅: 普法 88人
at 2026-01-05 09:00
孙洁: /close 2025
孙洁 presses [确认封账]
李梅: 2025年12月31日 普法 45人
at 2026-03-09 09:00
owe 430527100001,,week,1,12:00
李梅: 今年普法多少人
李梅: 3月7日 坝坝会 45人
李梅 presses [其他活动]
李梅: 3月6日 两岸检查 45人
李梅 presses [两癌检查]
李梅: 普法 320人 资料500份
李梅: 普法宣传 长铺镇长铺社区 3月8日⏎参加：320人⏎资料：500份
李梅: 3月5日 三岸检查 45人
李梅: /report`

func TestRights(t *testing.T) {
	t.Parallel()
	r := newRights(t, filepath.Join(t.TempDir(), "huibao.db"))
	file := filepath.Join("testdata", "rights.txt")
	kept, err := os.ReadFile(file)
	if err != nil && !*rewrite {
		t.Fatal(err)
	}
	acts := rightsActs(string(kept))
	r.complete(acts)
	var out strings.Builder
	for _, where := range []string{"in private", "in a group that is bound to nothing", "in a group bound to 长铺镇"} {
		fmt.Fprintf(&out, "%s:\n", where)
		for i, p := range there(where) {
			fmt.Fprintf(&out, "%s%s\n", strings.Repeat("| ", i), p.head)
		}
		for _, act := range acts {
			fmt.Fprintf(&out, "%s  %s\n", strings.Join(r.row(act, where), " "), act)
		}
		out.WriteString("\n")
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(strings.Split(string(kept), "\n"), strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("rights differ (-kept +now):\n%s", diff)
	}
}

// On PostgreSQL everybody may in private what they may on SQLite.
func TestRightsOnPostgres(t *testing.T) {
	t.Parallel()
	kept, err := os.ReadFile(filepath.Join("testdata", "rights.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := newRights(t, emptyPostgres(t))
	want, _, _ := strings.Cut(string(kept), "\n\n")
	for _, act := range rightsActs(string(kept)) {
		if row := fmt.Sprintf("%s  %s\n", strings.Join(r.row(act, "in private"), " "), act); !strings.Contains(want+"\n", "\n"+row) {
			t.Errorf("not in the table: %s", row)
		}
	}
}

// rightsActs gives the acts of the table, from its first section.
func rightsActs(table string) (acts []string) {
	section, _, _ := strings.Cut(table, "\n\n")
	for _, line := range strings.Split(section, "\n") {
		if cells, act, ok := strings.Cut(line, "  "); ok && len(strings.Fields(cells)) == len(persons) {
			acts = append(acts, act)
		}
	}
	return acts
}

// rights is a county with all kinds of things in it, to which the store goes back after each act that changed something.
type rights struct {
	*world
	bot    *Bot
	whole  string // a copy of the store as it is at the beginning; on PostgreSQL the name of the database that is copied
	write  *sql.DB
	before map[string]string // the tables as they are at the beginning
	names  *strings.Replacer // of what an act is about, to ids
	none   *strings.Replacer // to what does not exist
	update int64
	sent   int64 // the last row of the outbox at the beginning
	asked  int64 // the last query
	dead   int
	ask    string // for all tables at once
}

func newRights(t testing.TB, database string) *rights {
	t.Helper()
	w := emptyWorld(t, "2025-12-01 09:00", database, false)
	w.found(countyAreas(), people)
	p := &player{world: w, seen: map[place]string{}, groups: map[string]int64{}, users: map[string]int64{}}
	members := must(report.ParseMembers("members.csv", []byte(morePeople)))
	p.world.write(func(tx *store.Tx) error { _, err := tx.ImportMembers(members); return err })
	for _, user := range p.state().Users {
		p.users[user.FirstName] = user.ID
	}
	p.start()
	for _, line := range strings.Split(rightsStory, "\n") {
		if _, err := p.do(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	p.stop()
	r := &rights{world: p.world, whole: filepath.Join(t.TempDir(), "whole.db"), update: 1_000_000}
	r.bot = must(New(r.options()))
	r.settleIn()
	r.name()
	if r.onPostgres() {
		r.whole = strings.TrimPrefix(must(url.Parse(r.file)).Path, "/")
	} else if _, err := r.db.BackupTo(t.Context(), r.whole); err != nil {
		t.Fatal(err)
	}
	r.connect()
	t.Cleanup(func() { r.write.Close() })
	r.restore() // a copy says of itself that it is one
	r.before = r.tables()
	r.scan(&r.sent, `SELECT COALESCE(MAX(seq), 0) FROM outbox`)
	r.scan(&r.asked, `SELECT MAX(id) FROM queries`)
	return r
}

// settleIn ends one member's roles and makes every chat known, as after a first word.
func (r *rights) settleIn() {
	r.t.Helper()
	r.world.write(func(tx *store.Tx) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		for _, p := range persons {
			if _, err := tx.Chat(p.id, "private", ""); err != nil {
				return err
			}
		}
		gone, _, err := tx.MemberByTelegram(1007)
		if err != nil {
			return err
		}
		root, _ := areas.Root()
		if err := tx.Revoke(gone.ID, root.ID, store.Admin); err != nil {
			return err
		}
		if _, err := tx.Chat(looseGroup, "supergroup", ""); err != nil {
			return err
		}
		bound, err := tx.Chat(boundGroup, "supergroup", "")
		if err != nil {
			return err
		}
		township, _ := areas.ByCode("430527100")
		return tx.BindChat(bound.ID, township.ID, true)
	})
}

// Telegram's ids of the groups.
const (
	looseGroup = -100700
	boundGroup = -100701
)

// name finds the ids of what the acts are about.
func (r *rights) name() {
	r.t.Helper()
	id := func(query string, args ...any) string {
		var n int64
		r.scan(&n, query, args...)
		return strconv.FormatInt(n, 10)
	}
	area := func(code string) string { return id(`SELECT id FROM areas WHERE code = ?`, code) }
	asked := func(field string) string { return id(`SELECT MAX(id) FROM questions WHERE field LIKE ?`, field) }
	pairs := []string{
		"{report}", id(`SELECT MAX(id) FROM reports WHERE activity = 'law_publicity' AND state = 'filed'`), "{closed}", "1", "{doubt}", asked("doubt"), "{same}", asked("same:%"), "{request}", asked("closed"),
		"{alias}", id(`SELECT MAX(id) FROM aliases`), "{query}", id(`SELECT MAX(id) FROM queries`), "{form}", id(`SELECT MAX(id) FROM forms`),
		"{member}", id(`SELECT id FROM members WHERE tg_user = 1001`), "{group}", id(`SELECT id FROM chats WHERE tg_id = ?`, boundGroup),
		"{village}", area("430527100001"), "{township}", area("430527100"), "{county}", area("430527"), "{elsewhere}", area("430527103"),
	}
	r.names = strings.NewReplacer(pairs...)
	for i := 1; i < len(pairs); i += 2 {
		pairs[i] = nowhereID
	}
	r.none = strings.NewReplacer(pairs...)
}

// nowhereID is the id of nothing.
const nowhereID = "987654"

// connect opens the store's file for writing beside the store, which rests between two acts.
func (r *rights) connect() {
	r.t.Helper()
	if r.onPostgres() {
		r.write = must(sql.Open("pgx", r.file))
		return
	}
	source := url.URL{Scheme: "file", Path: r.file, RawQuery: "_synchronous=OFF"}
	r.write = must(sql.Open("sqlite3", source.String()))
}

// queues are the tables that an act may write to without changing anything: what waits, what was said and asked, and who took
// a file. What follows from the areas alone is not looked at either.
var queues = []string{"audit", "inbox", "outbox", "messages", "queries", "sqlite_sequence", "area_paths", "area_names"}

// tables gives all tables but the queues, as text.
func (r *rights) tables() map[string]string {
	r.t.Helper()
	all := map[string]string{}
	if r.onPostgres() {
		return r.rowsByTable()
	}
	for _, name := range r.rowsOf(`SELECT name FROM sqlite_master WHERE type = 'table'`) {
		if !slices.Contains(queues, name) {
			all[name] = strings.Join(r.rowsOf(`SELECT * FROM `+name), "\n")
		}
	}
	return all
}

// rowsByTable is tables on PostgreSQL, in one question. What others lock by is looked at as little as the queues.
func (r *rights) rowsByTable() map[string]string {
	r.t.Helper()
	all := map[string]string{}
	if r.ask == "" {
		var ask []string
		for _, name := range r.rowsOf(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`) {
			if !slices.Contains(append([]string{"inbox_chats", "leases"}, queues...), name) {
				ask = append(ask, fmt.Sprintf(`SELECT '%s', string_agg(t::text, chr(10) ORDER BY t::text) FROM %[1]s t`, name))
			}
		}
		r.ask = strings.Join(ask, " UNION ALL ")
	}
	for _, line := range r.rowsOf(r.ask) {
		name, rows, _ := strings.Cut(line, "|")
		all[name] = rows
	}
	return all
}

// rowsOf gives each row as its columns with a bar between.
func (r *rights) rowsOf(query string) (lines []string) {
	r.t.Helper()
	rows := must(r.raw.Query(query))
	defer rows.Close()
	values := make([]sql.RawBytes, len(must(rows.Columns())))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			r.t.Fatal(err)
		}
		var b strings.Builder
		for i, v := range values {
			if i > 0 {
				b.WriteByte('|')
			}
			b.Write(v)
		}
		lines = append(lines, b.String())
	}
	if err := rows.Err(); err != nil {
		r.t.Fatal(err)
	}
	return lines
}

// row tries an act by everyone.
func (r *rights) row(act, where string) (cells []string) {
	for _, p := range there(where) {
		cells = append(cells, r.cell(act, p.id, where))
	}
	return cells
}

func (r *rights) cell(act string, person int64, where string) string {
	chat := map[string]int64{"in private": person, "in a group that is bound to nothing": looseGroup, "in a group bound to 长铺镇": boundGroup}[where]
	answers, changed := r.try(r.names.Replace(act), person, chat)
	if changed {
		return "W"
	}
	if len(answers) == 0 {
		return "."
	}
	told := strings.Join(answers, "\n")
	if saysNo.MatchString(told) {
		return "n"
	}
	if nothing := r.none.Replace(act); nothing != act {
		others, _ := r.try(nothing, person, chat)
		if r.names.Replace(strings.Join(others, "\n")) == told || strings.ReplaceAll(strings.Join(others, "\n"), nowhereID, "") == strings.ReplaceAll(told, r.idIn(act), "") {
			return "?"
		}
	}
	return "r"
}

// idIn gives the id of the first thing an act is about.
func (r *rights) idIn(act string) string {
	from := strings.IndexByte(act, '{')
	return r.names.Replace(act[from : from+strings.IndexByte(act[from:], '}')+1])
}

// refusals are the sentences that say no.
var refusals = []string{sayRefusal, sayAdminsOnly, sayRegisterWho, sayDocumentWho, sayBindWho, sayAskPrivately, sayNotYours, sayNotTheGroups, sayFindPrivately,
	sayFilePrivately, sayGroupOnly, sayPrivately, sayBindHow}

// saysNo are the refusals as they come out.
var saysNo = func() *regexp.Regexp {
	verb := regexp.MustCompile(`%(\\\[\d\\\])?[sd]`)
	var forms []string
	for _, s := range refusals {
		forms = append(forms, verb.ReplaceAllString(regexp.QuoteMeta(s), ".*"))
	}
	return regexp.MustCompile("(?s)^(" + strings.Join(forms, "|") + ")$")
}()

// try does an act and gives the answers to it. What it wrote is taken back.
func (r *rights) try(act string, person, chat int64) (answers []string, changed bool) {
	r.t.Helper()
	r.update++
	raw := r.raws(act, person, chat)
	if _, err := r.db.Receive(r.t.Context(), []store.Update{inboxUpdate([]byte(raw))}); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.db.Process(r.t.Context(), 10, r.bot.handle, func(_ *store.Tx, _ store.InboxRow, cause error) error {
		r.dead++
		r.t.Errorf("%s by %d in %d is dead: %v", act, person, chat, cause)
		return nil
	}); err != nil {
		r.t.Fatal(err)
	}
	answers = r.told(chat)
	now := r.tables()
	if changed = !cmp.Equal(now, r.before); changed {
		r.restore()
		return answers, true
	}
	undo := fmt.Sprintf(`BEGIN IMMEDIATE; DELETE FROM outbox WHERE seq > %d; DELETE FROM inbox WHERE update_id >= 1000000;
		DELETE FROM messages WHERE tg_message >= 1000000; DELETE FROM queries WHERE id > %d; COMMIT`, r.sent, r.asked)
	if r.onPostgres() { // what is asked next gets the same number, as on SQLite
		undo = strings.Replace(undo, " IMMEDIATE", "", 1) + fmt.Sprintf(`; SELECT setval(pg_get_serial_sequence('queries', 'id'), %d)`, r.asked)
	}
	if _, err := r.write.Exec(undo); err != nil {
		r.t.Fatalf("%s: %v", undo, err)
	}
	return answers, false
}

// told gives what waits to be sent to a chat: the words of messages, all of a file.
func (r *rights) told(chat int64) (texts []string) {
	r.t.Helper()
	for _, body := range r.rowsOf(fmt.Sprintf(`SELECT o.body FROM outbox o JOIN chats c ON c.id = o.chat_id WHERE o.method <> '%s' AND c.tg_id = %d AND o.seq > %d`,
		methodCommands, chat, r.sent)) {
		var m digest.Message
		if err := json.Unmarshal([]byte(body), &m); err == nil && m.Text != "" {
			body = m.Text
		}
		texts = append(texts, body)
	}
	return texts
}

// raws gives the update of an act: a press where it is callback data, else words.
func (r *rights) raws(act string, person, chat int64) string {
	kind := "private"
	if chat < 0 {
		kind = "supergroup"
	}
	in := fmt.Sprintf(`{"id":%d,"type":%q}`, chat, kind)
	from := fmt.Sprintf(`{"id":%d,"first_name":"某人"}`, person)
	date := r.clock.Now().Unix()
	if data, ok := strings.CutPrefix(act, "["); ok {
		return fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%[1]d","from":%s,"data":%s,"message":{"message_id":2,"date":%d,"chat":%s}}}`,
			r.update, from, must(json.Marshal(strings.TrimSuffix(data, "]"))), date, in)
	}
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%[1]d,"from":%s,"date":%d,"chat":%s,"text":%s}}`,
		r.update, from, date, in, must(json.Marshal(act)))
}

// restore brings the store back to the beginning.
func (r *rights) restore() {
	r.t.Helper()
	if err := r.db.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.write.Close()
	r.raw.Close()
	if r.onPostgres() {
		r.file = pgtest.Copy(r.t, r.whole)
		r.reopen()
		r.bot = must(New(r.options()))
		r.connect()
		return
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(r.file + suffix); err != nil && !os.IsNotExist(err) {
			r.t.Fatal(err)
		}
	}
	if err := os.WriteFile(r.file, must(os.ReadFile(r.whole)), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.reopen()
	r.bot = must(New(r.options()))
	r.connect()
}

// complete checks that every command and every verb of callback data has a row.
func (r *rights) complete(acts []string) {
	r.t.Helper()
	has := func(what string) {
		if !slices.ContainsFunc(acts, func(act string) bool { return act == what || strings.HasPrefix(act, what+" ") }) {
			r.t.Errorf("%q has no row", what)
		}
	}
	for _, c := range commands() {
		has("/" + c.name)
	}
	for verb := range fileVerbs {
		r.hasData(acts, 0, verb)
	}
	for name, verb := range pressVerbs(r.t) {
		at := 0
		switch {
		case slices.Contains([]string{"pressAt", "pressOpen", "pressChart", "pressTable"}, name), strings.HasPrefix(name, "view"),
			strings.HasPrefix(name, "alias"), strings.HasPrefix(name, "clos"), strings.HasPrefix(name, "blank"):
			at = 2
		case strings.HasPrefix(name, "form"):
			at = 3
		}
		r.hasData(acts, at, verb)
	}
}

// hasData checks that a part of some callback data is a verb.
func (r *rights) hasData(acts []string, at int, verb string) {
	r.t.Helper()
	if !slices.ContainsFunc(acts, func(act string) bool {
		data, press := strings.CutPrefix(act, "[")
		parts := strings.Split(strings.TrimSuffix(data, "]"), ":")
		return press && at < len(parts) && (parts[at] == verb || at == 2 && strings.HasPrefix(verb, parts[at]+":"))
	}) {
		r.t.Errorf("callback data with %q as part %d has no row", verb, at)
	}
}

// pressVerbs gives the constants of this package that are verbs of callback data, by their names.
func pressVerbs(t testing.TB) map[string]string {
	t.Helper()
	verbs := map[string]string{}
	files := token.NewFileSet()
	for _, name := range must(filepath.Glob("*.go")) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		ast.Inspect(must(parser.ParseFile(files, name, nil, 0)), func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !isVerb(spec.Names[0].Name) {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				verbs[spec.Names[0].Name] = must(strconv.Unquote(lit.Value))
			}
			return true
		})
	}
	return verbs
}

// isVerb tells whether a constant of that name is a verb: those begin with what they are a verb of.
func isVerb(name string) bool {
	for _, of := range []string{"press", "view", "alias", "closing", "closed", "blank", "form"} {
		if rest, ok := strings.CutPrefix(name, of); ok && rest != "" && 'A' <= rest[0] && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}
