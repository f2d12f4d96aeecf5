package county

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// text writes a draft's events the way its manner says: as a short line, a form with labels or a sentence; two events as
// two lines. The same manner writes other numbers in the same form.
func (d *draft) text(places gazetteer) string {
	w := writer{rand.New(rand.NewPCG(d.manner, 1)), places, d.by, d.At}
	if d.editOf != nil {
		w.now = d.editOf.At // 今天 stays the day it was written
	}
	if len(d.events) > 1 {
		var lines []string
		for i := range d.events {
			e := &d.events[i]
			lines = append(lines, strings.Join(append([]string{w.pick(e.kind.words...)}, w.figures(e, short)...), " "))
		}
		return strings.Join(lines, "\n")
	}
	e := &d.events[0]
	switch n := w.r.IntN(100); {
	case n < 50:
		return w.line(e)
	case n < 76:
		return w.form(e)
	}
	return w.sentence(e)
}

// A writer is a member at the phone.
type writer struct {
	r      *rand.Rand
	places gazetteer
	by     Member
	now    time.Time
}

// line writes 普法 3.8 长铺社区 320人 资料500份, or its like.
func (w *writer) line(e *event) string {
	word, day, place, figures := w.pick(e.kind.words...), w.day(e, "1.2"), w.place(e, 0.3), w.figures(e, short)
	switch w.r.IntN(4) {
	case 0:
		return spaced(day, place, word, strings.Join(figures, " "))
	case 1:
		return spaced(day, place+word+"，"+strings.Join(figures, "，"))
	}
	if place == "" {
		return spaced(day, word, strings.Join(figures, " ")) // a day beside a number could be read as one
	}
	return spaced(word, day, place, strings.Join(figures, " "))
}

// form writes a number a line, each with its label.
func (w *writer) form(e *event) string {
	word, day, place := w.pick(e.kind.words...), w.day(e, "1.2"), w.place(e, 0.7)
	var lines []string
	if w.r.IntN(2) == 0 {
		lines = append(lines, word)
		if day != "" {
			lines = append(lines, "时间："+day)
		}
		if place != "" {
			lines = append(lines, "地点："+place)
		}
	} else {
		lines = append(lines, spaced(word, place, day))
	}
	return strings.Join(append(lines, w.figures(e, labelled)...), "\n")
}

// sentence writes 3月8日，长铺镇妇联在长铺社区开展普法宣传活动，参加群众320余人，发放资料500余份。
func (w *writer) sentence(e *event) string {
	day := w.day(e, "1月2日")
	if day != "" {
		day += "，"
	}
	place := ""
	if e.area != w.by.Area {
		place = "在" + w.places.names[e.area]
	}
	figures := strings.Join(w.figures(e, prose), "，")
	return day + w.places.names[w.by.Area] + "妇联" + place + e.kind.prose + "，" + figures + "。"
}

// spaced joins the parts that are not empty.
func spaced(parts ...string) string {
	return strings.Join(strings.FieldsFunc(strings.Join(parts, "\x00"), func(r rune) bool { return r == 0 }), " ")
}

func (w *writer) pick(words ...string) string { return words[w.r.IntN(len(words))] }

// place names the event's area; the writer's own only sometimes, a village sometimes with its township.
func (w *writer) place(e *event, ownShare float64) string {
	name := w.places.names[e.area]
	if e.area == w.by.Area {
		if w.r.Float64() < ownShare {
			return name
		}
		return ""
	}
	if w.r.IntN(5) == 0 {
		return w.places.names[township(e.area)] + name
	}
	return name
}

// day tells when the event was; nothing, for half of what happened today. brief is the layout for some of the dates.
func (w *writer) day(e *event, brief string) string {
	date := e.day.Format("1月2日")
	if w.r.IntN(3) == 0 && !isFeast(e.day) {
		date = e.day.Format(brief)
	}
	days := int(startOfDay(w.now).Sub(e.day).Hours()+12) / 24
	switch n := w.r.IntN(100); {
	case days == 0 && n < 55:
		return ""
	case days == 0 && n < 70:
		return "今天"
	case days == 1 && n < 50:
		return "昨天"
	case days == 2 && n < 20:
		return "前天"
	case n < 25 && weekStart(w.now).AddDate(0, 0, -7).Equal(weekStart(e.day)):
		return "上周" + string([]rune("日一二三四五六")[e.day.Weekday()])
	}
	return date
}

// isFeast says whether the day with a dot (6.26, 3.8) is also the name of a feast and its activities.
func isFeast(day time.Time) bool {
	switch day.Format("01-02") {
	case "03-08", "06-01", "06-26", "11-25", "12-04":
		return true
	}
	return false
}

// weekStart is the Monday of a day's week.
func weekStart(t time.Time) time.Time {
	return startOfDay(t).AddDate(0, 0, -(int(t.Weekday())+6)%7)
}

// The three ways of wording a measure.
func short(m *measure) string    { return m.short }
func labelled(m *measure) string { return m.form }
func prose(m *measure) string    { return m.prose }

func (w *writer) figures(e *event, wording func(*measure) string) []string {
	var texts []string
	for _, f := range e.figures {
		words := w.pick(strings.Split(wording(f.measure), "|")...)
		texts = append(texts, strings.Replace(words, "#", w.number(f), 1))
	}
	return texts
}

// number writes a figure's value: mostly in digits, some in Chinese numerals, large sums in 万.
func (w *writer) number(f figure) string {
	style := w.r.IntN(100)
	digits := fmt.Sprint(f.value)
	switch {
	case f.value >= 10000 && f.value%1000 == 0 && style < 40:
		digits = strings.TrimSuffix(fmt.Sprintf("%.1f", float64(f.value)/10000), ".0") + "万"
	case style < 7 && (f.value < 100 || f.value%10 == 0):
		digits = chinese(f.value)
	case style == 99:
		digits = strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
	}
	if !f.approx {
		return digits
	}
	switch how := w.r.IntN(10); {
	case how < 5:
		return digits + "余"
	case how < 7:
		return digits + "多"
	case how < 9:
		return "约" + digits
	}
	if f.value%100 == 0 {
		return "近" + digits
	}
	return "约" + digits
}

// chatter is what members write that reports nothing: thanks, questions, plans, and what nobody could understand.
var chatter = []string{
	"收到", "好的，谢谢", "今天辛苦大家了", "领导好，数字晚点报", "下雨了，活动改到下周", "照片我晚上整理好再发",
	"请问这周什么时候交", "上周的报了没有？", "在路上，信号不好", "发错群了不好意思", "明天去县里开会",
	"拟于下周三开展反家暴宣传，预计80人参加", "计划本月底慰问困难妇女10户", "会议通知：请各村妇联主席周五上午9点到镇政府开会",
	"慰问了几户，具体数字等村里报", "来了好多人", "搞了一场活动，效果很好", "资料还没发完", "两岸检查 45人", "那个活动做完了",
}
