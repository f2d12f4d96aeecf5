package digest

import (
	"strings"
	"time"

	"huibao/report"
)

// What an administrator sees of people, groups and what could not be handled.

// RoleName gives a role as people say it.
func RoleName(role Role) string {
	switch role {
	case Supervisor:
		return "分管领导"
	case Admin:
		return "管理员"
	}
	return "妇联干部"
}

// Held is a role of a member in an area.
type Held struct {
	Area  int64
	Role  Role
	Since time.Time
}

// Person is a member as an administrator sees them.
type Person struct {
	Name    string
	Held    []Held // none: may not use the bot any more
	Reports int
	Last    time.Time // when the last report came; zero for none
	Reach   Reach
}

// Reach says whether a member can be written to.
type Reach int

// The states.
const (
	ReachYes     Reach = iota
	ReachNever         // has not written yet: the bot may not write first
	ReachBlocked       // blocked the bot
)

// Office is the menu of an administrator of an area.
func (s Scene) Office(area int64) Text {
	var d draft
	d.title("📝 ", "管理｜"+s.area(area))
	d.line("请按要办的事")
	return d.text()
}

// AskInviteRole asks for the role of somebody who is to be let in.
func AskInviteRole() Text { return said("❓请谁加入？", "先选身份") }

// AskInviteArea asks for the area.
func AskInviteArea(role Role) Text {
	return said("❓请一位"+RoleName(role)+"，", "管哪个辖区？", "按按钮，或直接发名称，如 长铺镇")
}

// AskInvite asks whether an invitation shall be made.
func (s Scene) AskInvite(role Role, area int64, days int) Text {
	return said("❓邀请"+RoleName(role), "辖区："+s.area(area), "链接只能用一次，"+itoa(days)+"天内有效")
}

// Invited stands where it was asked.
func (s Scene) Invited(role Role, area int64) Text {
	return said("✅ 邀请链接在下一条", RoleName(role)+"｜"+s.area(area), "请转发给本人，只显示这一次；", "发错了不用管，不点就不生效")
}

// Invitation is what is forwarded to the person: link is where to press, until when it is good.
func (s Scene) Invitation(role Role, area int64, link string, until time.Time) Text {
	return said("请点链接加入县妇联汇报：", link, RoleName(role)+"｜"+s.area(area), s.moment(until)+"前有效，只能用一次")
}

// People heads the list of the members of an area.
func (s Scene) People(area int64, here, page, pages int) Text {
	var d draft
	words := "成员｜" + s.area(area)
	if pages > 1 {
		words += " " + itoa(page+1) + "／" + itoa(pages)
	}
	d.title("📝 ", words)
	if here == 0 {
		d.line("这一级还没有成员，请往下找")
	} else {
		d.line("按姓名看一个人")
	}
	return d.text()
}

// Member shows one member.
func (s Scene) Member(p Person) Text {
	var d draft
	d.title("📝 ", clean(p.Name, 20))
	for _, h := range p.Held {
		d.all(pack("", " ", []string{s.held(h), s.sinceDay(h.Since) + "起"}))
	}
	if len(p.Held) == 0 {
		d.line("已停用")
	}
	if p.Reports > 0 {
		d.line("汇报", itoa(p.Reports), "条，最近", s.moment(p.Last))
	} else {
		d.line("还没有汇报")
	}
	switch p.Reach {
	case ReachNever:
		d.line("还没和机器人说过话，收不到消息")
	case ReachBlocked:
		d.line("停了机器人，收不到消息")
	}
	return d.text()
}

func (s Scene) held(h Held) string { return RoleName(h.Role) + " " + s.area(h.Area) }

func (s Scene) sinceDay(t time.Time) string {
	moment := s.moment(t)
	day, _, _ := strings.Cut(moment, " ")
	return day
}

// AskRevoke asks whether a member's roles shall end.
func (s Scene) AskRevoke(p Person) Text {
	var d draft
	d.line("❓停用", clean(p.Name, 20), "？")
	for _, h := range p.Held {
		d.line(s.held(h))
	}
	d.line("报过的数都留着；")
	d.line("本人不能再报、再看")
	return d.text()
}

// Revoked says that they ended.
func (s Scene) Revoked(p Person) Text {
	var d draft
	d.line("✅ 已停用", clean(p.Name, 20))
	for _, h := range p.Held {
		d.line(s.held(h))
	}
	d.line("停错了按[恢复]")
	return d.text()
}

// Restored says that they were given back.
func (s Scene) Restored(p Person) Text {
	var d draft
	d.line("↩️ 已恢复", clean(p.Name, 20))
	for _, h := range p.Held {
		d.line(s.held(h))
	}
	return d.text()
}

// AskSuccessor asks who takes over from a member.
func AskSuccessor(name string) Text {
	return said("❓"+clean(name, 20)+"的工作交给谁？", "请按接手的人；还没加入的，", "先邀请进来")
}

// AskHandover asks whether one member shall take over from another.
func (s Scene) AskHandover(p Person, to string) Text {
	var d draft
	d.line("❓", clean(p.Name, 20), "交给", clean(to, 20), "？")
	for _, h := range p.Held {
		d.line(s.held(h))
	}
	d.line(clean(p.Name, 20), "没答完的也转过去，")
	d.line("然后停用")
	return d.text()
}

// HandedOver says that it is done.
func (s Scene) HandedOver(p Person, to string) Text {
	var d draft
	d.line("✅ 已交接：", clean(p.Name, 20), "→", clean(to, 20))
	for _, h := range p.Held {
		d.line(s.held(h))
	}
	d.line("交错了：请那边再交接回来")
	return d.text()
}

// AskName asks for a member's other name.
func AskName(name string) Text {
	return said("❓"+clean(name, 20)+"改成什么名字？", "请直接发姓名")
}

// Renamed says that a member has another name.
func Renamed(old, name string) Text {
	return said("✏️ 已改名：" + clean(old, 20) + "→" + clean(name, 20))
}

// Group is a group that the bot is or was in.
type Group struct {
	Title   string
	Area    int64 // 0: bound to none
	Digests bool
	Gone    bool // the bot was thrown out
}

// Groups lists the groups with what they get.
func (s Scene) Groups(list []Group) Text {
	var d draft
	d.title("📝 ", "机器人所在的群")
	for i, g := range list {
		words := itoa(i+1) + ". " + clean(g.Title, 16) + "："
		switch {
		case g.Gone:
			words += "机器人已不在"
		case g.Digests:
			words += s.area(g.Area) + "的简报"
		default:
			words += "没有绑定"
		}
		d.line(words)
	}
	if len(list) == 0 {
		d.line("还没有群")
	}
	d.line("绑定：在群里发 /bind 辖区名")
	return d.text()
}

// AskUnbind asks whether a group shall get no more digests.
func (s Scene) AskUnbind(g Group) Text {
	return said("❓解绑“"+clean(g.Title, 16)+"”？", s.area(g.Area)+"的简报不再发到这个群")
}

// Unbound says that it gets none.
func (s Scene) Unbound(g Group) Text {
	return said("✅ 已解绑“"+clean(g.Title, 16)+"”", s.area(g.Area)+"的简报不再发到这个群")
}

// Bound says that it gets them again.
func (s Scene) Bound(g Group) Text {
	return said("↩️ 已绑定“"+clean(g.Title, 16)+"”", s.area(g.Area)+"的简报发到这个群")
}

// Dead is a message that could not be handled.
type Dead struct {
	Number int64
	At     time.Time
	By     string // the sender's name; empty where not known
	Words  string
	Cause  Cause
}

// Cause says why a message could not be handled.
type Cause string

// The causes.
const (
	CauseProgram Cause = "程序出错"
	CauseForm    Cause = "格式不识"
	CauseOther   Cause = "处理失败"
)

// DeadLetters lists what could not be handled; more are left out.
func (s Scene) DeadLetters(list []Dead, more int) Text {
	var d draft
	d.title("📝 ", "没处理的消息")
	if len(list) == 0 {
		d.line("没有，都处理了")
	}
	for _, x := range list {
		by := clean(x.By, 20)
		if by == "" {
			by = "不知是谁"
		}
		d.line(itoa(x.Number), ". ", s.moment(x.At), " ", by, " ", string(x.Cause))
		if x.Words != "" {
			d.line(indent, "“", clean(x.Words, 30), "”")
		}
	}
	if more > 0 {
		d.line("……还有", itoa(more), "条")
	}
	return d.text()
}

// DeadRetried says what became of a message that was handled again.
func DeadRetried(number int64, done bool) Text {
	if done {
		return said("✅ 收件" + itoa(number) + "已重新处理，回执已发给本人")
	}
	return said("❓收件"+itoa(number)+"还是处理不了", "请本人换个写法再发，", "或把编号告诉维护的人")
}

// AskIgnore asks whether a message shall be left as it is.
func AskIgnore(x Dead) Text {
	return said("❓不再处理收件"+itoa(x.Number)+"？", "里面的内容没有计入；", "七天后删除，不能找回")
}

// Ignored says that it is.
func Ignored(number int64) Text { return said("✅ 收件" + itoa(number) + "不再处理") }

// Access is who has which role in an area.
type Access struct {
	Area   int64
	Admins []string // with those of the areas above it
	Upper  []string // supervisors, likewise
	Cadres []string // of just that area
	Above  []string // cadres of the areas above
}

// AreaAccess says who may do what in an area.
func (s Scene) AreaAccess(a Access) Text {
	var d draft
	d.title("📝 ", "谁能看什么｜"+s.area(a.Area))
	list := func(who string, names []string, what string) {
		const most = 10
		if len(names) == 0 {
			d.line(who, "：没有")
			return
		}
		var shown []string
		for _, n := range names[:min(most, len(names))] {
			shown = append(shown, clean(n, 12))
		}
		if rest := len(names) - most; rest > 0 {
			shown = append(shown, "……还有"+itoa(rest)+"人")
		}
		d.all(pack("", "", append([]string{who + "："}, listed(shown)...)))
		d.line(indent, what)
	}
	list("本级干部", a.Cadres, "报；改自己的；看本辖区的数")
	list("上级干部", a.Above, "能替改，要写理由，本人会知道")
	list("分管领导", a.Upper, "看数、台账、原话；催报")
	list("管理员", a.Admins, "以上都能；请人、停用、导表")
	beside := s.Areas.Rank(a.Area)
	if up, ok := s.Areas.ByID(a.Area); ok && up.Parent == 0 || beside == report.Village {
		beside = report.Township
	}
	d.line("别的", beside.Plural(), "看不到这里的数")
	return d.text()
}

// MemberAccess says what one member may see and do.
func (s Scene) MemberAccess(name string, held []Held) Text {
	var d draft
	d.title("📝 ", "谁能看什么｜"+clean(name, 20))
	for _, h := range held {
		d.line(s.held(h))
		for _, l := range s.mayDo(h) {
			d.line(indent, l)
		}
	}
	if len(held) == 0 {
		d.line("已停用，什么都不能看")
	}
	return d.text()
}

// mayDo lists what a role may, in short lines.
func (s Scene) mayDo(h Held) []string {
	role := h.Role
	switch {
	case role == Admin && h.Area == s.Areas.County(h.Area):
		return []string{"看：" + s.Areas.Whole(h.Area) + "的数、台账、原话", "改：任何一条(写理由，通知本人)", "办：请人、停用、导表、封账"}
	case role == Admin:
		return []string{"看：本辖区和下级的数、台账", "改：本辖区的(写理由，通知本人)", "办：本辖区请人、停用"}
	case role == Supervisor:
		return []string{"看：本辖区和下级的数、台账", "改：下级的(写理由，通知本人)", "办：催报；收简报"}
	}
	return []string{"看：本辖区和下级的数", "改：自己报的；下级的要写理由", "办：汇报、零报告"}
}

// said makes a text of lines.
func said(lines ...string) Text {
	var d draft
	d.all(lines)
	return d.text()
}

// MemberChoice names a member on a button.
func MemberChoice(name string, role Role) string {
	if role == Cadre {
		return clean(name, 12)
	}
	return clean(name, 12) + " " + RoleName(role)
}
