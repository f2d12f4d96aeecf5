package report

import (
	"slices"
	"strings"
)

// headings has what people write above a column, beside its English name.
var headings = map[string][]string{
	"code":        {"代码", "区划代码", "辖区代码", "编码"},
	"level":       {"级别", "层级"},
	"parent":      {"上级代码", "上级", "上级区划代码"},
	"name":        {"名称", "姓名", "辖区名称"},
	"short":       {"简称"},
	"alias":       {"别名", "叫法"},
	"aliases":     {"别名", "叫法"},
	"kind":        {"种类", "类型"},
	"note":        {"备注", "说明"},
	"venue":       {"场所", "场地", "地点"},
	"confidence":  {"把握", "可信度"},
	"telegram_id": {"telegram", "账号", "电报号"},
	"role":        {"角色", "职责"},
	"area":        {"辖区", "辖区代码", "区划代码", "代码"},
	"year":        {"年度", "年份", "年"},
	"activity":    {"活动", "活动类别", "类别"},
	"measure":     {"指标"},
	"value":       {"目标", "目标任务", "任务数", "数值"},
	"every":       {"周期", "统计期"},
	"days":        {"天数", "期后天数"},
	"time":        {"时间", "截止时间"},
	"date":        {"日期", "时间"},
	"township":    {"乡镇", "街道"},
	"village":     {"村", "社区", "村社区", "村/社区"},
	"text":        {"原话", "内容", "汇报"},
}

// columnsOf finds the columns of a header in a table's first row, in whatever order they stand there; ok is false where one
// is missing or there twice, or where a column is none of them. Columns without a heading are left out.
func columnsOf(first, header []string) (columns []int, ok bool) {
	columns = make([]int, len(header))
	for i := range columns {
		columns[i] = -1
	}
	for at, words := range first {
		if strings.TrimSpace(words) == "" {
			continue
		}
		i := slices.IndexFunc(header, func(name string) bool { return heads(words, name) })
		if i < 0 || columns[i] >= 0 {
			return nil, false
		}
		columns[i] = at
	}
	return columns, !slices.Contains(columns, -1)
}

// heads tells whether words stand for a column: its name, or what people call it, whatever is remarked after it in brackets.
func heads(words, name string) bool {
	words = heading(words)
	return words == name || slices.Contains(headings[name], words)
}

// heading gives the bare words of a heading.
func heading(words string) string {
	words, _, _ = strings.Cut(strings.ReplaceAll(words, "（", "("), "(")
	return strings.ToLower(strings.Join(strings.Fields(words), ""))
}

// title tells whether a row is a title above a table: at most one cell is filled.
func title(row []string) bool {
	filled := 0
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			filled++
		}
	}
	return filled < 2
}
