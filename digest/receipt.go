package digest

import (
	"slices"
	"strings"

	"huibao/report"
)

// Filing is what a message became: the reports filed from it, and what stands beside them.
type Filing struct {
	Items  []Item
	Photos int      // that came with it
	Files  int      // other files that came with it
	Unread []string // fragments that were not counted, as they were written
	Masked []string // what was masked in the message: 身份证号, 手机号, 银行卡号
}

// Item is one report of a filing.
type Item struct {
	Report     report.Report
	DayAssumed bool // no day was written: the day of the message was taken
}

// mostItems is how many reports one receipt lists: as many as there are signs ① to ⑳.
const mostItems = 20

// Receipt says what was counted of a message, and what was not:
//
//	✅ 已记118号
//	普法维权｜长铺社区
//	3月9日(今天)
//	参加 320人次
//
// Reports withdrawn since stand apart from those that count. A filing without items has nothing to say: use NotUnderstood.
func Receipt(s Scene, f Filing) Text {
	var withdrawn, same []string
	counted := Filing{Photos: f.Photos, Files: f.Files, Unread: f.Unread, Masked: f.Masked}
	for _, item := range f.Items {
		if item.Report.State == report.Withdrawn {
			withdrawn = append(withdrawn, itoa(item.Report.ID)+"号")
			continue
		}
		if item.Report.State == report.Same {
			same = append(same, itoa(item.Report.ID)+"号与"+itoa(item.Report.SameAs)+"号是同一场，不另计")
			continue
		}
		counted.Items = append(counted.Items, item)
	}
	if len(f.Items) == 1 && len(withdrawn) == 1 {
		return Withdrawn(s, f.Items[0].Report)
	}
	var d draft
	switch len(counted.Items) {
	case 0:
	case 1:
		r := counted.Items[0].Report
		d.line(strings.Join(append([]string{"✅ 已记" + itoa(r.ID) + "号"}, attached(f.Photos, f.Files)...), " "))
		d.all(s.body(r))
	default:
		s.several(&d, counted)
	}
	d.all(same)
	if len(withdrawn) > 0 {
		d.all(pack("", "", append(append([]string{"↩️ "}, listed(withdrawn)...), "已撤回，不再计入")))
	}
	s.beside(&d, counted)
	return d.text()
}

// Withdrawn says that a report no longer counts, and how to bring it back.
func Withdrawn(s Scene, r report.Report) Text {
	var d draft
	d.line("↩️ ", itoa(r.ID), "号已撤回，不再计入")
	d.all(s.body(r))
	d.line("要恢复，请按“还原”")
	return d.text()
}

// body gives the lines of one report: what and where, when, the figures, the venue.
func (s Scene) body(r report.Report) []string {
	var lines []string
	name, area, day := s.activityName(r), s.area(r.Area), s.day(r.Day, r.Until)
	if head := name + "｜" + area; r.Title == "" && columns(head) <= lineWidth {
		lines = append(lines, head, day)
	} else {
		lines = append(lines, name)
		lines = append(lines, pack("", " ", []string{area, day})...)
	}
	if r.Place != "" {
		lines = append(lines, "场地 "+clean(r.Place, 20))
	}
	if r.Nil && r.State == report.Filed {
		return append(lines, "以后补报活动，自动取消")
	}
	return append(lines, s.figureLines(r)...)
}

// several writes the receipt of more than one report. What all of them share stands once, above or below the list.
func (s Scene) several(d *draft, f Filing) {
	same := s.shared(f.Items)
	var head []string
	if same.area {
		head = append(head, s.area(f.Items[0].Report.Area))
	}
	if same.activity {
		head = append(head, s.activityName(f.Items[0].Report))
	}
	if same.day && !same.assumed {
		head = append(head, s.day(f.Items[0].Report.Day, f.Items[0].Report.Until))
	}
	d.all(pack("", " ", slices.Concat([]string{"✅ 已记" + itoa(len(f.Items)) + "项"}, attached(f.Photos, f.Files), head)))
	for i, item := range f.Items {
		if i == mostItems {
			d.line("……还有", itoa(len(f.Items)-mostItems), "项，发 /mine 可查")
			break
		}
		d.all(s.item(i+1, item, same))
	}
	if same.assumed && same.day {
		d.line("日期都按今天", s.date(f.Items[0].Report.Day))
	}
}

// shared tells what the items of a filing have in common.
type shared struct{ area, activity, day, assumed bool }

func (s Scene) shared(items []Item) shared {
	same := shared{true, true, true, true}
	for _, item := range items {
		r, first := item.Report, items[0].Report
		same.area = same.area && r.Area == first.Area
		same.activity = same.activity && r.Activity == first.Activity && r.Title == first.Title
		same.day = same.day && r.Day == first.Day && r.Until == first.Until
		same.assumed = same.assumed && item.DayAssumed
	}
	return same
}

// item writes one report of several: ①120号 最美家庭 推荐 12户, its figures on lines of their own where they do not fit.
func (s Scene) item(n int, item Item, same shared) []string {
	r := item.Report
	parts := []string{ordinal(n) + itoa(r.ID) + "号"}
	if !same.activity {
		parts = append(parts, s.activityName(r))
	}
	if !same.area {
		parts = append(parts, s.area(r.Area))
	}
	switch {
	case same.day:
	case item.DayAssumed:
		parts = append(parts, s.date(r.Day)+"(按今天)")
	default:
		parts = append(parts, s.day(r.Day, r.Until))
	}
	head := strings.Join(parts, " ")
	figures := s.figureParts(r)
	if r.Nil {
		figures = []string{"零报告"}
	}
	if one := head + " " + strings.Join(figures, " "); columns(one) <= lineWidth {
		return []string{strings.TrimRight(one, " ")}
	}
	return append(pack("", " ", parts), pack(indent, " ", figures)...)
}

// figureParts gives a report's figures to stand one behind the other.
func (s Scene) figureParts(r report.Report) []string {
	lines := s.figureLines(r)
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], indent)
	}
	return lines
}

// ordinal writes the place in a list of at most mostItems: ① to ⑳.
func ordinal(n int) string { return string(rune('①' + n - 1)) }

// beside writes what stands beside the reports: claims that are not added, unread words, masked numbers.
func (s Scene) beside(d *draft, f Filing) {
	var claims []string
	for _, item := range f.Items {
		for _, figure := range item.Report.Figures {
			if figure.Claim {
				claims = append(claims, amount(figure.Unit, figure.Value))
			}
		}
	}
	if len(claims) > 0 {
		d.line(strings.Join(claims, "、"), "不相加，系统自己算")
	}
	notCounted(d, f.Unread, f.Masked)
}

func notCounted(d *draft, unread, masked []string) {
	if len(unread) > 0 {
		d.line("未计入：", quotes(unread))
	}
	if len(masked) > 0 {
		d.line("🔒 ", strings.Join(masked, "、"), "已遮盖，未保存")
	}
}
