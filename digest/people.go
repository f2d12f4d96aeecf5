package digest

// Role is what a member may do, in the words of the membership rows.
type Role string

// The roles.
const (
	Cadre      Role = "cadre"
	Supervisor Role = "supervisor"
	Admin      Role = "admin"
)

// Welcome greets a member who has just joined, and says the one thing to do. Area is the full name of their area.
func Welcome(name, area string, role Role) Text {
	var d draft
	d.line("✅ ", clean(name, 20), "，您好")
	d.line("您已加入：", clean(area, 20))
	d.all(tasks[role])
	d.line("要帮助，发 /help")
	return d.text()
}

var tasks = map[Role][]string{
	Cadre:      {"活动做完写一句就行，如", Example, "我会回给您记下的数字"},
	Supervisor: {"每周一早上给您发上周简报", "随时看，发 /week"},
	Admin:      {"上周的汇总，随时发 /week"},
}

// Help says what can be written, by role.
func Help(role Role) Text {
	var d draft
	switch role {
	case Cadre:
		d.line("汇报：活动做完写一句，如")
		d.line(Example)
		d.line("昨天 家庭教育讲座 60人")
		d.line("写错了，编辑原来那条，")
		d.line("或按回执下面的按钮")
		d.line("不写日期，按当天记")
		d.line("想按按钮填，发 /report")
	case Supervisor:
		d.line("每周一给您发上周简报，")
		d.line("每月、季、半年、年初发上期的")
	}
	d.line("数字可以直接问，如")
	if role == Cadre {
		d.line("今年普法多少人")
	} else {
		d.line("长铺镇今年普法多少人")
	}
	d.line("随时可以发：")
	d.line("/week 上周　/month 本月")
	d.line("/year 今年")
	d.line("以前的：/week 第10周")
	if role != Cadre {
		d.line("/late 未报　/targets 目标")
		d.line("/changes 第9周 发布后的变化")
	}
	if role != Supervisor {
		d.line("/mine 我的汇报")
	}
	d.line("/find 118 看118号的原话和改动")
	d.line("/mydata 系统里我的资料")
	if role == Admin {
		d.line("请人加入、停用、目标、应报、")
		d.line("类别、封账：/admin 管理")
	}
	return d.text()
}

// GroupChange tells an administrator that somebody let the bot into a group, or threw it out. Anyone may name a group anything.
func GroupChange(joined bool, title, by string) Text {
	verb := "离开了群"
	if joined {
		verb = "加入了群"
	}
	var d draft
	d.line("机器人", verb, "“", clean(title, 30), "”(操作人：", clean(by, 16), ")")
	return d.text()
}
