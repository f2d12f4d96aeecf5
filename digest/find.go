package digest

import (
	"fmt"
	"strings"
	"time"

	"huibao/report"
)

// Found is one report with its history.
type Found struct {
	Report    report.Report
	By        string     // the name of the member who reported it
	Words     []string   // the original messages, oldest first
	Revisions []Revision // oldest first; the first is the filing
	Same      []Double   // reports of the same event, or perhaps the same: First is the other, By its sender's name
	Photos    int
	Files     int // other files
}

// Revision is one step of a report's history.
type Revision struct {
	Report report.Report // as it stood after this revision
	At     time.Time     // in the county's zone
	By     string        // the name of the member who made it
	Why    string        // as people say it: 编辑原消息, 撤回 …
	Agreed string        // the name of the administrator who agreed to change a closed year by it; else empty
}

// What a report's history may take of the screen.
const (
	mostRevisions = 8
	mostWords     = 600 // characters of original words
)

// Find opens a report: where its numbers stand, the words they came from, and every change with who, when and why.
func Find(s Scene, f Found) Text {
	var d draft
	r := f.Report
	d.title("🔎 ", itoa(r.ID)+"号 "+stateName(r.State))
	d.all(s.body(r))
	if r.Org != 0 && r.Org != r.Area {
		d.line("主办 ", s.area(r.Org))
	}
	var by []string
	if f.By != "" {
		by = append(by, "报告人 "+clean(f.By, 20))
	}
	d.all(pack("", " ", append(by, attached(f.Photos, f.Files)...)))
	for _, x := range f.Same {
		d.line(sameLine(r, x))
	}
	originalWords(&d, f.Words)
	s.history(&d, f.Revisions)
	return d.text()
}

// sameLine names another report of the same event, and its sender.
func sameLine(r report.Report, x Double) string {
	other := itoa(x.First.ID) + "号(" + clean(x.By, 20) + ")"
	switch {
	case r.State == report.Same && x.First.ID == r.SameAs:
		return "与" + other + "是同一场，计在" + itoa(x.First.ID) + "号"
	case r.State == report.Held && x.First.ID == r.SameAs || x.First.State == report.Held:
		return "可能与" + other + "是同一场"
	}
	return other + "是同一场，计在这里"
}

// NoReport answers for a number that does not exist and for one the asker may not see: the answer is the same.
func NoReport(id int64) Text {
	var d draft
	d.line("没有", itoa(id), "号，或不在您的辖区")
	d.line("发 /mine 看您自己的汇报")
	return d.text()
}

func originalWords(d *draft, words []string) {
	if len(words) == 0 {
		return
	}
	d.line("原话：")
	left := mostWords
	for i, w := range words {
		if left <= 0 {
			d.line("……还有", itoa(len(words)-i), "条")
			return
		}
		w = cleanLines(w, left)
		left -= len([]rune(w))
		d.line("“", w, "”")
	}
}

// history tells the latest revisions after the first.
func (s Scene) history(d *draft, revisions []Revision) {
	if len(revisions) < 2 {
		return
	}
	d.line("改动", itoa(len(revisions)-1), "次：")
	from := max(1, len(revisions)-mostRevisions)
	if from > 1 {
		d.line("……更早的", itoa(from-1), "次")
	}
	for i := from; i < len(revisions); i++ {
		r := revisions[i]
		head := []string{s.moment(r.At), clean(r.By, 20)}
		if r.Why != "" {
			head = append(head, clean(r.Why, 30))
		}
		d.line(strings.Join(head, " "))
		if r.Agreed != "" {
			d.line(indent, "封账后更正，", clean(r.Agreed, 20), "同意")
		}
		for _, l := range s.differences(Change{revisions[i-1].Report, r.Report}) {
			d.line(indent, l)
		}
	}
}

// moment writes a date and a time of day: 3月9日 9:02.
func (s Scene) moment(t time.Time) string {
	return fmt.Sprintf("%s %d:%02d", s.date(report.DayOf(t)), t.Hour(), t.Minute())
}
