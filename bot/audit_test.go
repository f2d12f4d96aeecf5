package bot

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// administers are the methods of a transaction by which people, areas, the catalogue and the like are changed, each with what
// the audit has of it. What of that is done in chat has an act in the table below, what is done by a command one in main's.
var administers = map[string][]string{
	"BindChat": {"bind", "unbind"}, "ChangeAlias": {"alias"}, "CloseYear": {"close"}, "Grant": {"restore", "handover"}, "HandOver": {"handover"},
	"ImportAreas": nil, "ImportDuties": {"import"}, "ImportMembers": nil, "ImportTargets": {"import"}, "Invite": {"invite"},
	"KeepOfficeEntry": {"fill"}, "Redeem": {"join"}, "Rename": {"rename"}, "RetryDead": {"retry"}, "Revoke": {"revoke"}, "SetCatalogue": nil,
	"SetNames": nil, "SetVenues": nil, "SettleDead": {"ignore"}, "Urge": {"urge"}, "Agreed": {"change", "closed"},
}

// works are the others: what comes of reporting and asking, and of the bot itself.
var works = strings.Fields(`AddMessage AgreedBy Answer AnswerPage Around Ask AskAttachment Attach Attempt Audit Await BeginForm Chat CloseForm Complete Enqueue Expect File
	Fillings ForgetUpdate InTurn KeepAttachment KeepQuery LockLedger MaskMessage MigrateChat MoveQuestion OfferAlias Publish RecordRun Restatement Revise SetChatState SetMeta
	SetReading SetTemplate SettleUrge StepForm Summary
	Unexpected`)

// auditStory is what administrators do in chat: acts, and below them the one row that the audit has of it. Acts without one
// lead to the next.
var auditStory = []struct {
	acts string
	row  string // who action “subject” “detail”
}{
	{"王芳: 坝坝会 45人\n王芳 presses [其他活动]\n王芳: 两岸检查 45人\n王芳 presses [两癌检查]\n王芳 presses [都按]", ""},
	{"孙洁: /start\n孙洁 forges l:1:c on “随时”", "孙洁 alias “两岸检查” “county”"},
	{"孙洁 forges l:1:d on “随时”", "孙洁 alias “两岸检查” “removed”"},
	{"孙洁: /admin\n孙洁 presses [邀请]\n孙洁 presses [管理员]\n孙洁 presses [就是绥宁县]\n孙洁 presses [生成链接]", "孙洁 invite “admin” “area 1”"},
	{"stranger 新人\n新人: /start {linked's code}", "新人 join “admin” “area 1”"},
	{"孙洁: /admin\n孙洁 presses [成员]\n孙洁 presses [长铺镇]\n孙洁 presses [长铺社区]\n孙洁 presses [李梅]\n孙洁 presses [改名]\n孙洁: 李小梅", "孙洁 rename “李梅” “李小梅”"},
	{"孙洁 presses [还原]", "孙洁 rename “李小梅” “李梅”"},
	{"孙洁 presses [看李梅]\n孙洁 presses [停用]\n孙洁 presses [停用] twice", "孙洁 revoke “李梅 (1001)” “cadre 长铺社区”"},
	{"孙洁 presses [恢复]", "孙洁 restore “李梅” “cadre 长铺社区”"},
	{"李梅: /help\n周兰: /help\n孙洁: /admin\n孙洁 presses [成员]\n孙洁 presses [长铺镇]\n孙洁 presses [长铺社区]\n孙洁 presses [李梅]\n孙洁 presses [交接]\n" +
		"孙洁 presses [上一级]\n孙洁 presses [江口园社区]\n孙洁 presses [周兰]\n孙洁 presses [交接]", "孙洁 handover “长铺社区” “李梅 (1001) to 周兰 (1003), 0 reports wait”"},
	{"孙洁: /admin\n孙洁 presses [应报]\n孙洁 returns 应报.csv: 辖区,类别,周期,天数,时间;红岩镇,,周,2,17:00\n孙洁 presses [确认]", "孙洁 import “duties” “4 changes”"},
	{"孙洁 returns a.csv captioned 目标: 年度,辖区,类别,指标,目标;2026,绥宁县,两癌检查,检查,7000\n孙洁 presses [确认]", "孙洁 import “targets” “2 changes”"},
	{"group 工作群: 孙洁 赵敏\nthe bot joins @工作群\n赵敏 @工作群: /bind", "赵敏 bind “工作群” “绥宁县”"},
	{"赵敏 @工作群: /unbind", "赵敏 unbind “工作群” “绥宁县”"},
	{"赵敏 @工作群: /bind", "赵敏 bind “工作群” “绥宁县”"},
	{"孙洁: /admin\n孙洁 presses [群]\n孙洁 presses [解绑1]\n孙洁 presses [解绑]", "孙洁 unbind “工作群” “绥宁县”"},
	{"孙洁 presses [还原]", "孙洁 bind “工作群” “绥宁县”"},
	{"raw {\"update_id\":200000001,\"message\":{\"message_id\":\"x\",\"chat\":{\"id\":1001}}}\nwait 1s\n孙洁: /admin\n孙洁 presses [没处理的消息]\n孙洁 presses [重试#]", "孙洁 retry “inbox #” “done false”"},
	{"孙洁 presses [忽略#]\n孙洁 presses [不再处理]", "孙洁 ignore “inbox #” “”"},
	{"孙洁: 台账", "孙洁 export “register” “绥宁县 2026”"},
	{"孙洁: /summary 2026\n孙洁 presses [补填]\n孙洁: 3月8日", "孙洁 fill “2026 B02” “2026-03-08”"},
	{"孙洁 presses [不填了]\n孙洁: /close 2025\n孙洁 presses [确认封账]", "孙洁 close “2025” “430527”"},
	{"周兰: 2025年12月31日 普法 45人\n孙洁 presses [计入]", "孙洁 change closed “2025” “report 3 revision 2”"},
	{"周兰: 2025年12月30日 普法 46人\n孙洁 presses [不计]", "孙洁 closed 不计 “2025” “question 21”"},
	{"何军: /help\nat 2026-03-16 09:00\n赵敏: 谁还没报\n赵敏 presses [催这1个]", "赵敏 urge “绥宁县” “2026-W11”"},
}

// TestAudit does all that administrators do in chat, and finds one row for each in the audit.
func TestAudit(t *testing.T) {
	t.Parallel()
	p := newOffice(t, "成员")
	seen := len(p.audited())
	noted := map[string]bool{}
	for _, x := range auditStory {
		for _, act := range strings.Split(x.acts, "\n") {
			if strings.Contains(act, "#") {
				var seq int
				p.scan(&seq, `SELECT MAX(seq) FROM inbox WHERE state = 'dead'`)
				act = strings.ReplaceAll(act, "#", fmt.Sprint(seq))
				x.row = strings.ReplaceAll(x.row, "#", fmt.Sprint(seq))
			}
			if seen := p.must(act); testing.Verbose() {
				t.Log(act, strings.Join(seen, " / "))
			}
		}
		all := p.audited()
		var want []string
		if x.row != "" {
			want = []string{x.row}
		}
		if diff := cmp.Diff(want, all[seen:], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", strings.ReplaceAll(x.acts, "\n", "; "), diff)
		}
		seen = len(all)
		if x.row != "" {
			noted[strings.Fields(x.row)[1]] = true
		}
	}
	for method, actions := range administers {
		for _, action := range actions {
			if !noted[action] {
				t.Errorf("%s is noted as %s, and nothing here does that", method, action)
			}
		}
	}
	p.stop()
}

func (p *player) audited() (rows []string) {
	p.t.Helper()
	err := p.query(func(format string, args ...any) { rows = append(rows, fmt.Sprintf(format, args...)) },
		`SELECT COALESCE(m.name, 'command line') || ' ' || a.action || ' “' || a.subject || '” “' || a.detail || '”' FROM audit a
			LEFT JOIN members m ON m.id = a.member_id ORDER BY a.seq`)
	if err != nil {
		p.t.Fatal(err)
	}
	return rows
}

// TestAdministering: whatever a transaction of the store can do is known to be administration, which is noted, or not.
func TestAdministering(t *testing.T) {
	var known []string
	for name := range administers {
		known = append(known, name)
	}
	known = append(known, works...)
	slices.Sort(known)
	var found []string
	files := token.NewFileSet()
	for _, name := range must(filepath.Glob("../store/*.go")) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, d := range must(parser.ParseFile(files, name, nil, 0)).Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() {
				continue
			}
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok && star.X.(*ast.Ident).Name == "Tx" {
				found = append(found, f.Name.Name)
			}
		}
	}
	slices.Sort(found)
	if diff := cmp.Diff(known, found); diff != "" {
		t.Errorf("a method of a transaction is neither among those that administer nor among the others (-known +found):\n%s", diff)
	}
}
