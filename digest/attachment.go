package digest

import (
	"strings"

	"huibao/report"
)

// attached counts what came with a report: 照片3张, 附件1个.
func attached(photos, files int) (parts []string) {
	if photos > 0 {
		parts = append(parts, "照片"+itoa(photos)+"张")
	}
	if files > 0 {
		parts = append(parts, "附件"+itoa(files)+"个")
	}
	return parts
}

// WhosePhotos asks whether photos or other files that came without words belong to the reports told just before or after
// them: to the one, or to which of several.
func WhosePhotos(s Scene, reports []report.Report, photos, files int) Text {
	var d draft
	what := attachedName(photos, files)
	if len(reports) == 1 {
		d.line("❓", what, "给", itoa(reports[0].ID), "号？")
		d.all(s.about(reports[0]))
		return d.text()
	}
	d.line("❓", what, "给哪一条？")
	for i, r := range reports {
		if i == mostItems {
			d.line("……还有", itoa(len(reports)-mostItems), "项")
			break
		}
		d.all(pack("", " ", []string{itoa(r.ID) + "号", s.activityName(r), s.area(r.Area)}))
	}
	return d.text()
}

// Attached says which reports photos or other files belong to now, and how many they have in all.
func Attached(reports []report.Report, photos, files int) Text {
	var d draft
	var numbers []string
	for _, r := range reports {
		numbers = append(numbers, itoa(r.ID)+"号")
	}
	d.all(pack("", "", append([]string{"✏️ 已附到"}, listed(numbers)...)))
	d.line("现有", strings.Join(attached(photos, files), "、"))
	return d.text()
}

func attachedName(photos, files int) string {
	if photos == 0 && files > 0 {
		return "附件"
	}
	return "照片"
}
