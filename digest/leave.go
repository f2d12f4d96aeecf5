package digest

// HandedOver tells a cadre whose area is theirs to report for from now on, and how many reports of the one before wait to be
// answered: they follow.
func HandedOver(area, from string, waiting int) Text {
	var d draft
	d.title("📋 ", clean(area, 20)+"交给您了")
	d.line("接 ", clean(from, 20), " 的工作")
	if waiting > 0 {
		d.line("有", itoa(waiting), "条还没定，请在下面回答")
	}
	d.line("那里报过的，发 /mine 可看")
	return d.text()
}

// Replaced tells a cadre who has no area left who goes on with the work.
func Replaced(area, to string) Text {
	var d draft
	d.line(clean(area, 20), "的汇报交给", clean(to, 20), "了")
	d.line("您报过的都留着，谢谢您。")
	return d.text()
}

// RestoredYou tells a member whose roles were given back.
func (s Scene) RestoredYou(roles []Held) Text {
	var d draft
	d.title("↩️ ", "您的权限恢复了")
	for _, h := range roles {
		d.line(s.held(h))
	}
	d.line("怎么用，发 /help 可看")
	return d.text()
}

// GivenYou tells a member who takes over roles other than a cadre's whose they were.
func (s Scene) GivenYou(from string, roles []Held) Text {
	var d draft
	d.title("📋 ", "交给您了")
	for _, h := range roles {
		d.line(s.held(h))
	}
	d.line("接 ", clean(from, 20), " 的工作")
	d.line("怎么用，发 /help 可看")
	return d.text()
}
