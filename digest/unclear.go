package digest

// Unclear is a message, or a part of one, that could not be counted.
type Unclear struct {
	Words  string  // as they were written
	Doubts []Doubt // why, where it is known; without any the message was not understood at all
	Masked []string
	Asks   bool // by one who asks for numbers rather than reports
}

// Doubt is one reason why words were not counted.
type Doubt struct {
	About   About
	Words   string   // the words in question
	Nearest []string // the closest that would be understood, as people say it, best first
}

// About is what a doubt is about.
type About string

// What can be in doubt.
const (
	AboutActivity About = "activity"
	AboutDate     About = "date"
	AboutArea     About = "area"
	AboutMeasure  About = "measure"
	AboutValue    About = "value"
	AboutWords    About = "words" // taken for others that sound or look alike: Nearest
)

// Example is a message every catalogue understands, shown where something was not understood.
const Example = "普法 320人 资料500份"

// exampleQuestion is a question every catalogue understands.
const exampleQuestion = "今年普法多少人"

// NotUnderstood quotes what was not counted and says what to write instead:
//
//	没看懂，没有计入：
//	“今天辛苦大家了”
//	汇报请写：活动 人数，如
//	普法 320人 资料500份
//
// One who asks for numbers is told first how to:
//
//	问数请写，如：今年普法多少人
func NotUnderstood(u Unclear) Text {
	var d draft
	if len(u.Doubts) == 0 {
		d.line("没看懂，没有计入：")
		d.line(quote(u.Words))
		if u.Asks {
			d.line("问数请写，如：", exampleQuestion)
		}
		d.line("汇报请写：活动 人数，如")
		d.line(Example)
		notCounted(&d, nil, u.Masked)
		return d.text()
	}
	d.line("❓还没有计入：")
	d.line(quote(u.Words))
	for i, doubt := range u.Doubts {
		if i == mostDoubts {
			d.line("……还有", itoa(len(u.Doubts)-mostDoubts), "处")
			break
		}
		d.line(doubt.reason())
		if len(doubt.Nearest) > 0 {
			d.all(pack("", "", doubt.nearest()))
		}
	}
	d.line("请改好再发一遍，如")
	d.line(Example)
	notCounted(&d, nil, u.Masked)
	return d.text()
}

const mostDoubts = 4

func (x Doubt) reason() string {
	words := quote(x.Words)
	if x.Words == "" {
		switch x.About {
		case AboutActivity:
			return "没写是什么活动"
		case AboutDate:
			return "没写清是哪一天"
		case AboutArea:
			return "没写清在哪里"
		case AboutMeasure, AboutValue:
			return "没写数字，如320人"
		}
		return "没看懂"
	}
	switch x.About {
	case AboutActivity:
		return "没有" + words + "这类活动"
	case AboutDate:
		return words + "不知是哪一天"
	case AboutArea:
		return words + "不知是哪里，或不在您辖区"
	case AboutMeasure:
		return words + "不知该记在哪一项"
	case AboutValue:
		return words + "是否写对了？"
	}
	return words + "没看懂"
}

// nearest asks whether one of the closest known words was meant.
func (x Doubt) nearest() []string {
	const most = 4
	var words []string
	for _, n := range x.Nearest[:min(most, len(x.Nearest))] {
		words = append(words, clean(n, 16))
	}
	return append(append([]string{"您是说："}, listed(words)...), "？")
}
