package bot

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// command is something a member asks for by /name, or by one of the words as plain text.
type command struct {
	name  string
	words []string // plain text that means the same; a value after = is the argument
	menu  string   // description in the command menu; empty: not in the menu
	upper bool     // only in the menu of supervisors and administrators
	admin bool     // only in the menu of administrators
	run   func(t *turn, arg string, tgMessage int64) error
}

// menuEntry is a line of a command menu, as an outbox row keeps it.
type menuEntry struct{ Command, Description string }

// commands gives all of them, always the same list.
func commands() []command { return allCommands() }

// allCommands is set when the program starts, since commands and what they run name each other.
var allCommands func() []command

func init() { allCommands = sync.OnceValue(listCommands) }

func listCommands() []command {
	return []command{
		{name: "report", words: []string{"填报"}, menu: "一步步填报", run: (*turn).beginForm},
		{name: "mine", words: []string{"我的汇报", "我的"}, menu: "我的汇报", run: (*turn).mine},
		{name: "find", words: nil, menu: "查一条：/find 编号", run: (*turn).find},
		{name: "week", words: []string{"上周", "周报", "本周=now", "这周=now"}, menu: "上周汇总", run: periodic(report.Week)},
		{name: "month", words: []string{"本月=now", "月报=now", "这个月=now", "上月=last", "上个月=last"}, menu: "本月汇总", run: periodic(report.Month)},
		{name: "quarter", words: []string{"本季度=now", "这个季度=now", "季报=now", "上季度=last"}, menu: "本季汇总", upper: true, run: periodic(report.Quarter)},
		{name: "half", words: []string{"本半年=now", "半年报=now"}, run: periodic(report.Half)},
		{name: "year", words: []string{"今年=now", "年报=now", "去年=last", "去年总数=last"}, menu: "今年汇总", run: periodic(report.Year)},
		{name: "late", words: []string{"未报", "谁还没报", "谁没报", "催", "催报", "催一下"}, menu: "谁还没报", upper: true, run: (*turn).late},
		{name: "targets", words: []string{"目标", "目标任务", "任务完成"}, menu: "目标完成", upper: true, run: (*turn).targets},
		{name: "changes", words: nil, menu: "发布后的变化：/changes 第9周", upper: true, run: (*turn).changes},
		{name: "register", words: []string{"台账"}, menu: "台账Excel", upper: true, run: (*turn).register},
		{name: "summary", words: []string{"年终总结", "工作总结"}, menu: "年终总结Word", admin: true, run: (*turn).document},
		{name: "close", words: nil, menu: "封账：/close 2025", admin: true, run: (*turn).closing},
		{name: "admin", words: []string{"管理"}, menu: "管理：邀请、成员、目标", admin: true, run: (*turn).admin},
		{name: "aliases", words: []string{"学会的词"}, menu: "学会的词", admin: true, run: (*turn).aliases},
		{name: "mydata", words: []string{"我的资料"}, menu: "系统里我的资料", run: (*turn).mydata},
		{name: "help", words: []string{"帮助", "怎么用", "?", "？"}, menu: "怎么用", run: (*turn).help},
		{name: "start", run: (*turn).start},
		{name: "bao", words: []string{"汇报"}, run: (*turn).baoHow},
		{name: "bind", run: (*turn).bind},
		{name: "unbind", run: (*turn).unbind},
	}
}

// longestFind is the length in bytes that findWords may match, for not trying it on every report; blanks are rarely many.
const longestFind = 40

var findWords = regexp.MustCompile(`^(?:查询|查|看)?\s*#?(\d{1,15})\s*号?$`)

// findCommand tells whether words ask for a command, and with which argument.
func findCommand(words string) (c command, arg string, ok bool) {
	if name, ok := strings.CutPrefix(words, "/"); ok {
		name, arg := cutWord(name)
		name, _, _ = strings.Cut(name, "@")
		for _, c := range commands() {
			if c.name == strings.ToLower(name) {
				return c, strings.TrimSpace(arg), true
			}
		}
		return command{}, "", false
	}
	bare := strings.TrimRight(words, "。？?！! ")
	for _, c := range commands() {
		for _, w := range c.words {
			if w, arg, _ := strings.Cut(w, "="); w == bare || w == words {
				return c, arg, true
			}
		}
		if c.name == "find" {
			if len(bare) > longestFind {
				continue
			}
			if m := findWords.FindStringSubmatch(bare); m != nil && m[0] != m[1] {
				return c, m[1], true
			}
		}
	}
	return command{}, "", false
}

// menuFor gives the command menu of a member.
func menuFor(m store.Member) []menuEntry {
	upper := hasRole(m, store.Supervisor) || hasRole(m, store.Admin)
	var menu []menuEntry
	for _, c := range commands() {
		if c.menu != "" && (upper || !c.upper) && (!c.admin || hasRole(m, store.Admin)) {
			menu = append(menu, menuEntry{c.name, c.menu})
		}
	}
	return menu
}

// mine lists the member's latest reports. They are the member's own, wherever they were told, and not a group's.
func (t *turn) mine(_ string, tgMessage int64) error {
	if t.chat.Kind != "private" {
		return t.answer(tgMessage, plain(sayPrivately))
	}
	reports, err := t.tx.Reports(store.ReportFilter{By: t.member.ID, Limit: minePage + 1})
	if err != nil {
		return err
	}
	if reports, err = t.takenOver(reports, minePage+1); err != nil {
		return err
	}
	return t.answer(tgMessage, t.mineMessage(reports))
}

// find shows one report with its original words and revisions. What lies outside the member's areas is not told from what
// does not exist. A group is shown only what was told in it: not all who read it may see the report.
func (t *turn) find(arg string, tgMessage int64) error {
	id, err := strconv.ParseInt(strings.Trim(arg, "#号 "), 10, 64)
	if err != nil {
		return t.answer(tgMessage, plain(sayFindHow))
	}
	r, err := t.tx.ReportFor(id, t.member.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil {
		return t.answer(tgMessage, digest.NoReport(id).Message())
	}
	told, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return err
	}
	if t.chat.Kind != "private" && told.Chat != t.chat.ID {
		return t.answer(tgMessage, plain(fmt.Sprintf(sayFindPrivately, id)))
	}
	m, err := t.findMessage(r)
	if err != nil {
		return err
	}
	return t.answer(tgMessage, m)
}

// periodic gives the answer to /week, /month or /year: the period named, 本 for the running one, else the last week, the
// running month or year.
func periodic(kind report.PeriodKind) func(*turn, string, int64) error {
	return func(t *turn, arg string, tgMessage int64) error {
		p := report.PeriodOf(kind, t.today)
		switch {
		case arg == "last", arg == "" && kind == report.Week:
			p = p.Previous()
		case arg != "" && arg != "now":
			named, err := t.periodNamed(arg)
			if err != nil {
				return t.answer(tgMessage, plain(sayPeriodHow))
			}
			p = named
		}
		if p.First > t.today {
			return t.answer(tgMessage, plain(fmt.Sprintf(sayPeriodAhead, p.Chinese(t.today.Year()))))
		}
		return t.summarise(tgMessage, t.scope(), p)
	}
}

// summarise answers with the digest of an area and period.
func (t *turn) summarise(tgMessage, area int64, p report.Period) error {
	if no := t.mayNotAsk(area); no != "" {
		return t.answer(tgMessage, plain(no))
	}
	s, err := t.tx.Summary(area, p, t.today)
	if err != nil {
		return err
	}
	return t.answer(tgMessage, t.summaryMessage(s))
}

// towns answers the button [按乡镇] of a digest.
func (t *turn) towns(tgMessage, area int64, p report.Period) error {
	if not, err := t.notHere(tgMessage, area); not || err != nil {
		return err
	}
	s, err := t.tx.Summary(area, p, t.today)
	if err != nil {
		return err
	}
	return t.answer(tgMessage, t.townsMessage(s))
}

// parseTowns takes the callback data t:AREA:PERIOD apart.
func parseTowns(data string) (area int64, p report.Period, ok bool) {
	verb, area, p, ok := parsePeriodic(data)
	return area, p, ok && verb == pressTowns
}

// parsePeriodic takes the callback data VERB:AREA:PERIOD of a button about a period's numbers apart.
func parsePeriodic(data string) (verb string, area int64, p report.Period, ok bool) {
	parts := strings.SplitN(data, ":", 3)
	if len(parts) != 3 {
		return "", 0, report.Period{}, false
	}
	area, err1 := strconv.ParseInt(parts[1], 10, 64)
	p, err2 := report.ParsePeriod(parts[2])
	return parts[0], area, p, err1 == nil && err2 == nil
}

func (t *turn) help(_ string, tgMessage int64) error {
	if err := t.bot.sendMenu(t.tx, t.chat, t.member); err != nil {
		return err
	}
	return t.answer(tgMessage, t.helpMessage())
}

// start uses an invitation, by which a member gains another role; without one that is good it is help.
func (t *turn) start(code string, tgMessage int64) error {
	if code == "" || t.chat.Kind != "private" {
		return t.help("", tgMessage)
	}
	member, err := t.tx.Redeem(code, t.member.TgUser, t.member.Name)
	if errors.Is(err, store.ErrInvite) {
		return t.help("", tgMessage)
	}
	if err != nil {
		return err
	}
	return t.bot.welcome(t.tx, tgMessage, member, t.chat)
}

// bind makes a group receive the digests of the supervisor's area.
func (t *turn) bind(arg string, tgMessage int64) error {
	if t.chat.Kind == "private" {
		return t.answer(tgMessage, plain(sayGroupOnly))
	}
	area, ok := t.areaToBind(arg)
	if !ok {
		return t.answer(tgMessage, plain(sayBindHow))
	}
	if !t.supervises(area) || t.chat.Area != 0 && !t.supervises(t.chat.Area) {
		return t.answer(tgMessage, plain(sayBindWho))
	}
	if err := t.tx.BindChat(t.chat.ID, area, true); err != nil {
		return err
	}
	if err := t.tx.Audit(t.member.ID, "bind", t.chat.Title, t.source.Areas.Name(area)); err != nil {
		return err
	}
	return t.answer(tgMessage, plain(fmt.Sprintf(sayBound, t.source.Areas.Name(area))))
}

// areaToBind gives the area that /bind names by its code or name, the member's own where it names none. What is not understood
// is none: it must not bind a township's group to the county.
func (t *turn) areaToBind(arg string) (area int64, ok bool) {
	if arg == "" {
		return t.scope(), true
	}
	if a, ok := t.source.Areas.ByCode(arg); ok {
		return a.ID, true
	}
	for _, a := range t.source.Areas.All() {
		if (a.Name == arg || slices.Contains(a.Short, arg)) && t.supervises(a.ID) {
			if ok {
				return 0, false // a name of several
			}
			area, ok = a.ID, true
		}
	}
	return area, ok
}

// unbind ends it.
func (t *turn) unbind(_ string, tgMessage int64) error {
	if t.chat.Kind == "private" {
		return t.answer(tgMessage, plain(sayGroupOnly))
	}
	if !t.supervises(t.chat.Area) {
		return t.answer(tgMessage, plain(sayBindWho))
	}
	if err := t.tx.BindChat(t.chat.ID, t.chat.Area, false); err != nil {
		return err
	}
	if err := t.tx.Audit(t.member.ID, "unbind", t.chat.Title, t.source.Areas.Name(t.chat.Area)); err != nil {
		return err
	}
	return t.answer(tgMessage, plain(sayUnbound))
}

// supervises tells whether the member is a supervisor or administrator of an area that includes that one.
func (t *turn) supervises(area int64) bool {
	for _, s := range t.member.Memberships {
		if s.Role != store.Cadre && t.source.Areas.Within(area, s.Area) {
			return true
		}
	}
	return false
}
