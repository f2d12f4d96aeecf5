package bot

import (
	"slices"
	"strings"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// The answers that are worded in package digest, with the buttons that belong to them.

const minePage = 10

func (t *turn) mineMessage(reports []report.Report) digest.Message {
	more := len(reports) > minePage
	return digest.Mine(t.scene(), reports[:min(len(reports), minePage)], more).Message()
}

// findMessage opens a report: its words and its revisions.
func (t *turn) findMessage(r report.Report) (digest.Message, error) {
	by, err := t.memberName(r.By)
	if err != nil {
		return digest.Message{}, err
	}
	message, err := t.tx.MessageByID(r.Message)
	if err != nil {
		return digest.Message{}, err
	}
	versions, err := t.tx.MessagePieces(message.ID)
	if err != nil {
		return digest.Message{}, err
	}
	attached, err := t.tx.Attached(r.Message, r.ID)
	if err != nil {
		return digest.Message{}, err
	}
	found := digest.Found{Report: r, By: by, Photos: attached.Photos, Files: attached.Files}
	for _, v := range versions {
		found.Words = append(found.Words, v.Text)
	}
	if found.Same, err = t.sameOnes(r); err != nil {
		return digest.Message{}, err
	}
	revisions, err := t.tx.Revisions(r.ID)
	if err != nil {
		return digest.Message{}, err
	}
	for _, v := range revisions {
		who, err := t.memberName(v.By)
		if err != nil {
			return digest.Message{}, err
		}
		step := digest.Revision{Report: v.Report, At: v.At.In(t.bot.loc), By: who, Why: whyText(v.Why)}
		if v.Agreed != 0 {
			if step.Agreed, err = t.memberName(v.Agreed); err != nil {
				return digest.Message{}, err
			}
		}
		found.Revisions = append(found.Revisions, step)
	}
	return digest.Find(t.scene(), found).Message(), nil
}

// sameOnes gives the reports of the event that r tells of, with their senders.
func (t *turn) sameOnes(r report.Report) ([]digest.Double, error) {
	others, err := t.tx.SameAs(r.ID)
	if err != nil {
		return nil, err
	}
	if r.SameAs != 0 && (r.State == report.Held || r.State == report.Same) {
		first, err := t.tx.Report(r.SameAs)
		if err != nil {
			return nil, err
		}
		others = append([]report.Report{first}, others...)
	}
	var list []digest.Double
	for _, other := range others {
		by, err := t.memberName(other.By)
		if err != nil {
			return nil, err
		}
		list = append(list, digest.Double{First: other, By: by})
	}
	return list, nil
}

// whyWords says why a revision was made as people say it.
var whyWords = map[string]string{
	whyEdited: "编辑原消息", whyButton: "按回执改", whyWithdrawn: "撤回", whyUndo: "还原", whyInWords: "来话更正", whyAnswer: "回答提问",
	whyMerged: "合并同一场", whyRebase: "累计数接续", whyReleased: "同一场的那条撤回了", whyReinstate: "恢复零报告", whyCancelled: "补报了活动",
	whyLearnt: "学会新词后补记", store.WhyHandover: "交接给接手人", whyRefused: "封账后未计入", WhyImport: "从文件导入",
}

// whyText says why a revision was made.
func whyText(why string) string {
	if reason, ok := strings.CutPrefix(why, whySuperior); ok {
		return "上级更正：" + reason
	}
	return whyWords[why]
}

func (t *turn) memberName(id int64) (string, error) {
	m, err := t.tx.Member(id)
	return m.Name, err
}

func (t *turn) summaryMessage(s report.Summary) digest.Message {
	return digest.Summary(t.scene(), s).Message(digest.SummaryButtons(t.scene(), s)...)
}

func (t *turn) townsMessage(s report.Summary) digest.Message {
	return digest.Towns(t.scene(), s).Message()
}

func (t *turn) helpMessage() digest.Message { return digest.Help(roleOf(t.member)).Message() }

// roleOf gives the role that decides what a member is told: the highest.
func roleOf(m store.Member) digest.Role {
	switch {
	case hasRole(m, store.Admin):
		return digest.Admin
	case hasRole(m, store.Supervisor):
		return digest.Supervisor
	}
	return digest.Cadre
}

func (t *turn) notUnderstoodMessage(words string) digest.Message {
	return digest.NotUnderstood(digest.Unclear{Words: words, Masked: t.masked, Asks: roleOf(t.member) != digest.Cadre}).Message()
}

// notFiledMessage says why nothing of a message was counted.
func (t *turn) notFiledMessage(words string, r reading.Reading) digest.Message {
	u := digest.Unclear{Words: words, Masked: t.masked, Asks: roleOf(t.member) != digest.Cadre}
	for _, e := range r.Entries {
		u.Doubts = append(u.Doubts, t.quotedDoubts(e)...)
	}
	return digest.NotUnderstood(u).Message()
}

// quotedDoubts words what keeps an entry from being counted.
func (t *turn) quotedDoubts(e reading.Entry) []digest.Doubt {
	var doubts []digest.Doubt
	for _, d := range e.Doubts {
		doubt := digest.Doubt{About: digest.About(d.About), Words: d.Text, Nearest: t.optionNames(e, d)}
		if doubt.About == digest.AboutActivity && d.Text == e.Words && len(doubt.Nearest) == 0 {
			doubt.Words = "" // none was written
		}
		doubts = append(doubts, doubt)
	}
	if len(doubts) == 0 && !t.sees(e.Area) {
		doubts = append(doubts, digest.Doubt{About: digest.AboutArea, Words: t.source.Areas.Name(e.Area)})
	}
	return doubts
}

// optionNames gives the likely answers to a doubt as people say them: not the doubted words again, and no day to come.
func (t *turn) optionNames(e reading.Entry, d reading.Doubt) []string {
	activity, _ := t.source.Catalogue.Activity(e.Activity)
	var names []string
	for _, o := range d.Options {
		name := o
		if a, ok := t.source.Catalogue.Activity(o); ok {
			name = a.Short
		} else if m, ok := activity.Measure(o); ok {
			name = m.Short
		} else if a, ok := t.source.Areas.ByCode(o); ok {
			name = a.Name
		} else if d.About == string(digest.AboutMeasure) {
			continue // of no activity that was read
		} else if day, err := report.ParseDay(o); err == nil {
			if day > t.today {
				continue
			}
			name = day.Chinese(t.today.Year())
		}
		if name != d.Text && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
