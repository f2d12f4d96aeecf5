package digest

import (
	"strings"
	"time"

	"huibao/report"
)

// OwnData says what is kept about the reader, for how long, and whom to ask where something of it is wrong: the
// administrators with those names, or the office.
func OwnData(s Scene, d report.OwnData, admins []string) Text {
	var b draft
	b.title("📝 ", "系统里您的资料")
	b.all(s.ownLines(d))
	b.line("原话在年度封账后由县妇联清理，")
	b.line("汇报和数字是台账，一直留着；")
	b.line("问数的记录留30天")
	b.line("身份证、手机、银行卡号不保存")
	who := "县妇联办公室"
	if len(admins) > 0 {
		who = "管理员" + clean(admins[0], 20)
	}
	b.line("有错或要停用，请找", who)
	return b.text()
}

// ownLines says what is kept, one thing a line.
func (s Scene) ownLines(d report.OwnData) []string {
	lines := []string{"姓名 " + clean(d.Name, 20), "Telegram编号 " + itoa(d.Telegram), "加入 " + s.sinceDay(d.Joined)}
	for _, r := range d.Roles {
		held := s.held(Held{Area: r.Area, Role: Role(r.Role)})
		if r.Until.IsZero() {
			lines = append(lines, pack("", " ", []string{held, s.sinceDay(r.Since) + "起"})...)
		} else {
			lines = append(lines, pack("", " ", []string{held, s.sinceDay(r.Since) + "至" + s.sinceDay(r.Until)})...)
		}
	}
	messages := "消息 " + itoa(int64(d.Messages)) + "条"
	if d.Photos > 0 {
		messages += "，照片文件" + itoa(int64(d.Photos)) + "个"
	}
	lines = append(lines, messages)
	if d.Purged > 0 {
		lines = append(lines, indent+"其中"+itoa(int64(d.Purged))+"条的原话已清理")
	}
	reports := "汇报 " + itoa(int64(d.Reports)) + "条"
	if d.Reports > 0 {
		reports += "，已计入" + itoa(int64(d.Counted)) + "条"
	}
	lines = append(lines, reports)
	for _, x := range []struct {
		name, unit string
		n          int
	}{{"改动", "次", d.Changes}, {"问数", "次", d.Questions}, {"教会的词", "个", d.Words}, {"管理操作", "次", d.Deeds}} {
		if x.n > 0 {
			lines = append(lines, x.name+" "+itoa(int64(x.n))+x.unit)
		}
	}
	return lines
}

// OwnRows gives the rows of a person's own data. Messages and changes are many, and come one by one.
type OwnRows struct {
	Messages func(yield func(report.OwnMessage) error) error
	Reports  []report.Report
	Changes  func(yield func(report.OwnChange) error) error
	Words    []report.Alias
	Deeds    []report.OwnDeed
	Why      func(string) string // says why a report was changed
}

// OwnBook makes a workbook of all that is kept about a person (XLSX).
func OwnBook(s Scene, d report.OwnData, at time.Time, rows OwnRows) (Made, error) {
	content, err := s.ownBook(d, at, rows)
	name := clean(d.Name, 20) + "的资料"
	return Made{Name: fileName(name) + endings[FileOwn], Bytes: content, Caption: Caption("系统里" + name + "\n数据截至" + s.moment(at))}, err
}

func (s Scene) ownBook(d report.OwnData, at time.Time, rows OwnRows) ([]byte, error) {
	file, err := newWorkbook(d.Name+"的资料", at)
	if err != nil {
		return nil, err
	}
	note := at.Format("2006-01-02 15:04") + "制表"
	sheet := func(name string, heads []string, wide ...float64) grid {
		return grid{name: name, title: name, note: note, heads: [][]string{heads}, wide: wide}
	}
	about := sheet("资料", []string{"系统里有的"}, 60)
	for _, l := range s.ownLines(d) {
		about.add(textCell(strings.TrimPrefix(l, indent)))
	}
	for _, add := range []func() error{
		func() error { return file.add(about) },
		func() error {
			return s.ownMessages(file, sheet("消息", []string{"时间", "在哪里", "原话", "说明"}, 17, 16, 60, 30), rows)
		},
		func() error {
			return file.add(s.ownReports(sheet("汇报", []string{"编号", "日期", "辖区", "活动类别", "数据", "状态"}), rows.Reports))
		},
		func() error {
			return s.ownChanges(file, sheet("改动", []string{"时间", "编号", "为什么", "改了什么"}, 17, 8, 24, 60), rows)
		},
		func() error {
			return file.add(s.ownWords(sheet("教会的词", []string{"时间", "词", "意思", "用在哪里"}), rows.Words))
		},
		func() error {
			return file.add(ownDeeds(sheet("管理操作", []string{"时间", "做了什么", "对谁、对什么", "详情"}), rows.Deeds))
		},
	} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	return file.bytes()
}

const ownTime = "2006-01-02 15:04"

// brought are the kinds of picture and file as people say them.
var brought = map[string]string{"photo": "带照片", "image": "带图片文件", "document": "带文件", "video": "带视频"}

func (s Scene) ownMessages(file *workbook, t grid, rows OwnRows) error {
	to, err := file.begin(t)
	if err != nil {
		return err
	}
	err = rows.Messages(func(m report.OwnMessage) error {
		where := "私聊"
		if m.Group != "" {
			where = "群“" + clean(m.Group, 30) + "”"
		}
		var notes []string
		if m.Edited {
			notes = append(notes, "编辑后的")
		}
		if m.Origin != "" {
			notes = append(notes, "转发的")
		}
		if m.Brought != "" {
			notes = append(notes, brought[m.Brought])
		}
		if len(m.Masked) > 0 {
			notes = append(notes, "有号码已遮盖，未保存")
		}
		if m.Purged {
			notes = append(notes, "原话已清理")
		}
		return to.write([]cell{plain(m.At.Format(ownTime)), textCell(where), longCell(m.Words), textCell(strings.Join(notes, "，"))})
	})
	if err != nil {
		return err
	}
	return to.end(nil)
}

func (s Scene) ownReports(t grid, reports []report.Report) grid {
	for _, r := range reports {
		id := plain(itoa(r.ID))
		id.value = r.ID
		day := ""
		if r.Day != 0 {
			day = r.Day.String()
		}
		if r.Until > r.Day {
			day += "至" + r.Until.String()
		}
		t.add(id, plain(day), textCell(s.area(r.Area)), textCell(s.activityName(r)), longCell(strings.Join(s.figureParts(r), "；")), textCell(stateName(r.State)))
	}
	return t
}

func (s Scene) ownChanges(file *workbook, t grid, rows OwnRows) error {
	to, err := file.begin(t)
	if err != nil {
		return err
	}
	err = rows.Changes(func(c report.OwnChange) error {
		id := plain(itoa(c.Report))
		id.value = c.Report
		return to.write([]cell{plain(c.At.Format(ownTime)), id, textCell(rows.Why(c.Why)), longCell(strings.Join(s.differences(Change{c.Before, c.After}), "；"))})
	})
	if err != nil {
		return err
	}
	return to.end(nil)
}

func (s Scene) ownWords(t grid, words []report.Alias) grid {
	for _, a := range words {
		means := s.activity(a.Target).Name
		if a.Kind == report.AliasArea {
			if area, ok := s.Areas.ByCode(a.Target); ok {
				means = area.Name
			}
		}
		where := s.area(a.Area)
		if a.State == report.AliasCounty {
			where = s.Areas.Whole(a.Area)
		}
		t.add(plain(a.At.Format(ownTime)), textCell(a.Word), textCell(means), textCell(where))
	}
	return t
}

// deedNames are what the audit notes as people say it.
var deedNames = map[string]string{"invite": "邀请", "join": "加入", "revoke": "停用", "restore": "恢复", "handover": "交接", "rename": "改名", "bind": "绑定群",
	"unbind": "解绑群", "retry": "重试没处理的消息", "ignore": "不再处理", "import": "导入", "export": "要文件", "catalogue": "换类别", "close": "封账",
	"change closed": "封账后更正", "alias": "定词的用法", "urge": "催报", "fill": "补填总结", "purge": "清理原话"}

func ownDeeds(t grid, deeds []report.OwnDeed) grid {
	for _, d := range deeds {
		name, known := deedNames[d.Action]
		if !known {
			name = d.Action
		}
		t.add(plain(d.At.Format(ownTime)), textCell(name), textCell(d.Subject), textCell(d.Detail))
	}
	return t
}
