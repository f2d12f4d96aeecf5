package digest

import "huibao/report"

// The steps of the guided form (/report). Each says what was answered so far, then asks one thing; nothing is counted
// before the last.

// Form is a report in the making.
type Form struct {
	Report  report.Report // activity "", area 0 and day 0 where they were not answered yet
	Ask     FormStep
	Measure string // its code, where a figure is asked for
	Photos  int
	Note    string // why the last answer was not taken; empty for none
}

// FormStep is what a form asks for.
type FormStep string

// The steps of a form, in their order.
const (
	FormActivity FormStep = "activity"
	FormDay      FormStep = "day"
	FormPlace    FormStep = "place"
	FormFigures  FormStep = "figures" // which figures there are
	FormFigure   FormStep = "figure"  // the number of one of them
	FormPhotos   FormStep = "photos"
	FormConfirm  FormStep = "confirm"
)

// Step asks the next question of a form:
//
//	❓参加多少人次？
//	普法维权｜长铺社区
//	3月9日(今天)
//	请直接发数字
func Step(s Scene, f Form) Text {
	var d draft
	if f.Note != "" {
		d.line(f.Note)
	}
	d.line("❓", s.formQuestion(f))
	d.all(s.answered(f))
	switch f.Ask {
	case FormActivity:
		d.line("请按一个，或直接发活动名")
	case FormDay:
		d.line("别的日子请直接发，如 3月8日")
	case FormPlace:
		d.line("别的地点请直接发")
	case FormFigures:
		d.line("请按一项，或直接发，如 ", s.exampleFigure(f.Report.Activity))
	case FormFigure:
		if !s.measure(f.Report.Activity, f.Measure).Goods {
			d.line("请直接发数字")
		}
	case FormPhotos:
		d.line("有就直接发照片")
	case FormConfirm:
		d.line("还没有计入，对就按“记下”")
	}
	return d.text()
}

func (s Scene) formQuestion(f Form) string {
	switch f.Ask {
	case FormActivity:
		return "做的是什么活动？"
	case FormDay:
		return "是哪一天？"
	case FormPlace:
		return "在哪里？"
	case FormFigures:
		return "有哪些数字？"
	case FormFigure:
		return amountAsked(s.measure(f.Report.Activity, f.Measure))
	case FormPhotos:
		if f.Photos > 0 {
			return "还有照片吗？"
		}
		return "有照片吗？"
	}
	return "这样记，对吗？"
}

// exampleFigure writes a figure of an activity as people write it: 320人次.
func (s Scene) exampleFigure(activity string) string {
	for _, m := range s.activity(activity).Measures {
		switch {
		case m.Code == report.MeasureSessions || m.Adds == report.Rate:
		case m.Money():
			return m.Short + "6000元"
		case m.Goods:
			return "米12包"
		default:
			return m.Short + "32" + m.Unit
		}
	}
	return "2场"
}

// amountAsked asks for a measure's number: 参加多少人次？ 几场？
func amountAsked(m report.Measure) string {
	switch {
	case m.Code == report.MeasureSessions:
		return "几" + m.Unit + "？"
	case m.Goods:
		return measureName(m, "") + "有哪些？如 米12包 油12壶"
	}
	return measureName(m, "") + "多少" + m.Unit + "？"
}

// answered says what a form holds so far.
func (s Scene) answered(f Form) []string {
	r := f.Report
	if r.Activity == "" {
		return nil
	}
	var lines []string
	switch {
	case r.Area != 0:
		lines = s.body(r)
	case r.Day != 0:
		lines = pack("", " ", []string{s.activityName(r), s.day(r.Day, r.Until)})
	default:
		lines = []string{s.activityName(r)}
	}
	if f.Photos > 0 {
		lines = append(lines, "照片"+itoa(f.Photos)+"张")
	}
	return lines
}
