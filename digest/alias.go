package digest

import (
	"slices"
	"time"

	"huibao/report"
)

// What is said about words that are learnt: the question to the one who used the word, the question to the administrator
// how far it reaches, and what of the past would be counted with it.

// AskAlias asks whether a word shall mean the same from now on.
func AskAlias(s Scene, a report.Alias) Text {
	var d draft
	d.all(pack("", "", []string{"❓以后" + quote(a.Word), "都按", s.meaning(a) + "？"}))
	return d.text()
}

// AliasTaught says that a word is known from now on, and where.
func AliasTaught(s Scene, a report.Alias) Text {
	var d draft
	d.line("✅ 记住了，", s.reach(a), "以后：")
	d.line(s.equation(a))
	return d.text()
}

// AliasReach asks an administrator how far a word that someone taught shall reach. by is that member's name.
func AliasReach(s Scene, a report.Alias, by string) Text {
	var d draft
	d.all(pack("", "", []string{"❓" + clean(by, 20), "(" + s.area(a.Area) + ")", "把" + quote(a.Word), "记作" + s.meaning(a) + "，", s.Areas.Whole(a.Area) + "都用吗？"}))
	return d.text()
}

// Missed is what past messages would add if they were read with an alias.
type Missed struct {
	Reports []report.Report // that could be filed; they have no numbers yet, or wait
	Asked   int             // more that could not without asking their senders
}

// mostMissed is how many such reports a preview lists.
const mostMissed = 8

// AliasJudged says what an administrator decided about a word, and what of the past would now be counted.
func AliasJudged(s Scene, a report.Alias, m Missed) Text {
	var d draft
	if !a.InForce() {
		d.line("↩️ 不用了：", s.equation(a))
		d.line("已计入的不变")
		return d.text()
	}
	d.line("✅ ", s.reach(a), "都用：")
	d.line(s.equation(a))
	s.missed(&d, m)
	return d.text()
}

func (s Scene) missed(d *draft, m Missed) {
	if len(m.Reports) == 0 {
		if m.Asked > 0 {
			d.line("以前有", itoa(m.Asked), "条没计入，要问报告人")
		}
		return
	}
	d.line("以前有", itoa(len(m.Reports)), "条没计入，现在认得：")
	for i, r := range m.Reports {
		if i == mostMissed {
			d.line("……还有", itoa(len(m.Reports)-mostMissed), "条")
			break
		}
		d.all(pack("", " ", slices.Concat([]string{s.days(r), s.area(r.Area)}, s.figureParts(r))))
	}
	if m.Asked > 0 {
		d.line("另有", itoa(m.Asked), "条要问报告人，不在其中")
	}
}

// Recovered says which reports of past messages have now been filed.
func Recovered(s Scene, a report.Alias, filed []report.Report) Text {
	var d draft
	d.line("✅ ", s.reach(a), "都用：")
	d.line(s.equation(a))
	if len(filed) == 0 {
		d.line("没有要补记的了")
		return d.text()
	}
	var numbers []string
	for _, r := range filed {
		numbers = append(numbers, itoa(r.ID)+"号")
	}
	d.all(pack("", "", append([]string{"已补记" + itoa(len(filed)) + "条："}, listed(numbers)...)))
	d.line("汇总已同步")
	return d.text()
}

// Recognised is the receipt of a report that was filed from a message of the past; sent is when that was written.
func Recognised(s Scene, word string, sent time.Time, f Filing) Text {
	receipt := Receipt(s, f)
	receipt.Body += "\n" + quote(word) + "现在认得了，\n补记您" + s.date(report.DayOf(sent)) + "发的这条"
	return receipt
}

// TaughtWord is a line of the list of words in force.
type TaughtWord struct {
	Alias report.Alias
	By    string // the name of the member who taught it
}

// AliasList lists the words in force.
func AliasList(s Scene, words []TaughtWord, more bool) Text {
	var d draft
	if len(words) == 0 {
		d.line("还没有学会的词")
		return d.text()
	}
	d.title("📝 ", "学会的词")
	for _, w := range words {
		d.line(s.equation(w.Alias))
		d.all(pack(indent, " ", []string{s.reach(w.Alias), clean(w.By, 20), s.date(report.DayOf(w.Alias.At))}))
	}
	if more {
		d.line("……还有更早的")
	}
	return d.text()
}

// equation writes what a word means: “两岸检查”＝两癌检查.
func (s Scene) equation(a report.Alias) string { return quote(a.Word) + "＝" + s.meaning(a) }

// meaning names what a word stands for.
func (s Scene) meaning(a report.Alias) string {
	if a.Kind == report.AliasArea {
		if area, ok := s.Areas.ByCode(a.Target); ok {
			return clean(area.Name, 20)
		}
		return a.Target
	}
	return shortName(s.activity(a.Target))
}

// reach says where a word is known.
func (s Scene) reach(a report.Alias) string {
	if county := s.Areas.County(a.Area); a.State == report.AliasCounty || a.Area == county {
		return s.Areas.Whole(county)
	}
	return s.area(a.Area)
}
