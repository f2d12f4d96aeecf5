package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"huibao/digest"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// Between what was read and the ledger stand questions, one at a time. What is still open about a report is kept with the
// question that was asked, so that a conversation survives a restart at any point, and each answer goes on from there.

// open is what still stands between a report and the ledger.
type open struct {
	Doubts []reading.Doubt `json:"doubts,omitempty"` // of the reading, the next one first
	Passed []string        `json:"passed,omitempty"` // checks that were answered, by their field
	Words  string          `json:"words,omitempty"`  // what the report was read from
	// Forwarded tells that the words were someone else's.
	Forwarded bool `json:"forwarded,omitempty"`
	// Lesson is what an answer told of a word, to be offered once the report is settled.
	Lesson *lesson `json:"lesson,omitempty"`
}

// asking is a question with its likely answers, as it is kept.
type asking struct {
	Field   string       `json:"-"`
	Text    digest.Text  `json:"text"` // for asking again where the chat has become another
	State   report.State `json:"-"`    // what the report is in while it waits: asked or held
	SameAs  int64        `json:"-"`    // of a held one
	Options []option     `json:"options"`
	Open    open         `json:"open"`
	Request *request     `json:"request,omitempty"` // of one to the administrators, about a closed year
}

// option is a likely answer and what it does.
type option struct {
	Text    string         `json:"text"`
	Do      string         `json:"do"`
	Report  *report.Report `json:"report,omitempty"`  // doTake: what the report becomes; nil: as it is
	Other   int64          `json:"other,omitempty"`   // doMerge, doMove: the other report; doAttach: the only one of those told
	Told    int64          `json:"told,omitempty"`    // doAttach: the message whose reports they are
	Figure  int            `json:"figure,omitempty"`  // doType: the figure that is to be typed
	Measure string         `json:"measure,omitempty"` // doType: what is to be typed, where the report has no figure of it yet
}

// What an option does.
const (
	doTake  = "take"  // go on, with the report as the option has it
	doType  = "type"  // the right number is typed
	doDay   = "day"   // the right day is typed
	doDrop  = "drop"  // it is not counted
	doMerge = "merge" // one event: the other report gets the extra figures
	doMove  = "move"  // one event: the other report gets this one's day
	// Of questions about a filed report:
	doCorrect = "correct" // the report becomes what the option has
	doNothing = "nothing" // leave everything as it is
	// Of questions about a nil report:
	doFile = "file"
)

// Fields of the questions that stand before the ledger. Those of a filed report are in answer.go.
const (
	fieldForward = "forward"
	fieldDoubt   = "doubt"
	fieldSuspect = "suspect:" // + index of the figure
	fieldRunning = "running:" // + index
	fieldSame    = "same:"    // + number of the other report
	fieldAgain   = "again"    // whether it counts, now that the one it was the same as was taken back
	fieldNil     = "nil"      // which week a nil report is for
	fieldNilSure = "nil:sure" // a nil report beside reports of its period
)

// Fields of questions about a filed report that have likely answers.
const (
	fieldWhich    = "which"    // which report a correction means
	fieldWithdraw = "withdraw" // one press before a withdrawal in words
	fieldReason   = "reason"   // why a superior changes it: any words are the answer
	fieldConflict = "conflict" // an edit and a button disagree
	fieldTotal    = "total"    // what an amount for each makes
)

// settle files a report about which nothing is open, and otherwise keeps it uncounted and asks the next question. The
// report may be new (ID 0) or one that was asked about before.
func (t *turn) settle(r report.Report, o open, c store.Change) (report.Report, *asking, error) {
	q, err := t.nextQuestion(r, o)
	if err != nil {
		return r, nil, err
	}
	r.State, r.SameAs = report.Filed, 0
	if q != nil {
		r.State, r.SameAs = q.State, q.SameAs
	}
	r, err = t.post(r, c)
	if err != nil || q == nil {
		return r, nil, err
	}
	if q.Field == fieldClosed {
		return r, q, t.referred(r, q)
	}
	return r, q, t.keepQuestion(r, q)
}

func (t *turn) keepQuestion(r report.Report, q *asking) error {
	_, err := t.putQuestion(r, q)
	return err
}

// putQuestion keeps a question about a report, or about none (the zero Report), and gives its number.
func (t *turn) putQuestion(r report.Report, q *asking) (id int64, err error) {
	expires := t.tx.Now()
	if q.Field != fieldClosed {
		expires = expires.Add(questionLife)
	}
	return keepAsking(t.tx, store.Question{Chat: t.chat.ID, Member: t.member.ID, Report: r.ID, Rev: r.Rev, Field: q.Field, Expires: expires}, q)
}

// keepAsking keeps a question with what was asked.
func keepAsking(tx *store.Tx, kept store.Question, q *asking) (id int64, err error) {
	if kept.Options, err = json.Marshal(q); err != nil {
		return 0, fmt.Errorf("write a question: %w", err)
	}
	return tx.Ask(kept)
}

// nextQuestion gives what must be asked next, nil if the report can be filed. The order is that of a person who listens:
// whether to count at all, what it is, whether the numbers can be right, whether it was told already; and whether a closed year
// may change by it.
func (t *turn) nextQuestion(r report.Report, o open) (*asking, error) {
	passed := func(field string) bool { return slices.Contains(o.Passed, field) }
	if o.Forwarded && !passed(fieldForward) {
		return t.askForward(r, o), nil
	}
	if len(o.Doubts) > 0 {
		return t.askDoubt(r, o), nil
	}
	activity, _ := t.source.Catalogue.Activity(r.Activity)
	lately := sync.OnceValues(func() ([]report.Report, error) { return t.lately(r.Activity) })
	suspects := activity.Suspect(r, func(measure string) int64 {
		reports, _ := lately() // the store's failure is remembered by the transaction
		return usual(reports, measure)
	})
	for _, s := range suspects {
		if !passed(fieldSuspect + strconv.Itoa(s.Figure)) {
			return t.askSuspect(r, o, s), nil
		}
	}
	for i, f := range r.Figures {
		if f.Running && !passed(fieldRunning+strconv.Itoa(i)) {
			q, err := t.askRunning(r, o, i)
			if q != nil || err != nil {
				return q, err
			}
		}
	}
	if q, err := t.askSame(r, o); q != nil || err != nil || passed(fieldClosed) {
		return q, err
	}
	return t.askClosed(r, o)
}

func (t *turn) askForward(r report.Report, o open) *asking {
	q := &asking{Field: fieldForward, State: report.Asked, Open: o, Text: digest.Forwarded(t.scene(), r)}
	q.Options = []option{{Text: "计入", Do: doTake}, {Text: "只存档", Do: doDrop}}
	return q
}

// askDoubt asks about the first doubt of the reading.
func (t *turn) askDoubt(r report.Report, o open) *asking {
	doubt := o.Doubts[0]
	q := &asking{Field: fieldDoubt, State: report.Asked, Open: o}
	words := doubt.Text
	if strange, ok := t.reader.Strange(words); ok && doubt.About == reading.AboutActivity {
		words = strange
	}
	q.Text = digest.Doubtful(t.scene(), r, o.Words, digest.Doubt{About: digest.About(doubt.About), Words: words, Nearest: t.optionNames(reading.Entry{Activity: r.Activity}, doubt)})
	for _, choice := range doubt.Options[:min(len(doubt.Options), mostOptions)] {
		if next, label, ok := t.chosen(r, o, doubt, choice); ok {
			q.Options = append(q.Options, option{Text: label, Do: doTake, Report: &next})
		}
	}
	switch doubt.About {
	case reading.AboutWords:
		q.Options = t.guessOptions(r, o, doubt)
	case reading.AboutActivity:
		q.Options = append(q.Options, t.likelyActivities(r, o, doubt, len(q.Options))...)
	case reading.AboutDate:
		q.Options = append(q.Options, option{Text: "其他日期", Do: doDay})
	case reading.AboutValue:
		if i := figureOf(r, doubt); i >= 0 {
			q.Options = append(q.Options, option{Text: "写数字", Do: doType, Figure: i})
		} else if doubt.Measure != "" {
			q.Options = append(q.Options, option{Text: "写数字", Do: doType, Measure: doubt.Measure})
		}
	}
	if len(q.Options) == 0 && len(r.Figures) > 0 {
		q.Options = []option{{Text: "只记看懂的", Do: doTake}}
	}
	q.Options = append(q.Options, option{Text: "不计入", Do: doDrop})
	return q
}

// guessOptions offers the word that another was taken for; where it is an activity's name, 其他活动 beside it.
func (t *turn) guessOptions(r report.Report, o open, doubt reading.Doubt) []option {
	if len(doubt.Options) != 1 || t.activityIn(doubt.Options[0]) != r.Activity {
		return []option{{Text: "是", Do: doTake}}
	}
	options := []option{{Text: doubt.Options[0], Do: doTake}}
	if next, label, ok := t.chosen(r, o, reading.Doubt{About: reading.AboutActivity, Text: doubt.Text}, activityOther); ok && r.Activity != activityOther {
		options = append(options, option{Text: label, Do: doTake, Report: &next})
	}
	return options
}

// mostOptions is how many likely answers of the reading a question offers.
const mostOptions = 6

// mostActivities is how many activities a question offers.
const mostActivities = 4

// likelyActivities offers what the member reported lately, and 其他, beside the offered ones.
func (t *turn) likelyActivities(r report.Report, o open, doubt reading.Doubt, offered int) []option {
	recent, err := t.tx.Reports(store.ReportFilter{By: t.member.ID, States: []report.State{report.Filed}, Limit: 20})
	if err != nil {
		return nil // the store's failure is remembered by the transaction
	}
	codes := slices.Clone(doubt.Options)
	if offered == 0 {
		for _, old := range recent {
			if !slices.Contains(codes, old.Activity) && old.Activity != activityOther && len(codes) < mostActivities && !old.Nil {
				codes = append(codes, old.Activity)
			}
		}
	}
	for _, a := range t.source.Catalogue.Activities {
		if offered == 0 && !slices.Contains(codes, a.Code) && len(codes) < mostActivities {
			codes = append(codes, a.Code) // a newcomer has no habits yet
		}
	}
	if !slices.Contains(codes, activityOther) {
		codes = append(codes, activityOther)
	}
	var options []option
	for _, code := range codes[len(doubt.Options):] {
		if next, label, ok := t.chosen(r, o, doubt, code); ok {
			options = append(options, option{Text: label, Do: doTake, Report: &next})
		}
	}
	return options
}

// activityOther is the catalogue's activity for what fits no other.
const activityOther = "other"

// chosen gives what the report becomes when a likely answer to a doubt is taken, and the answer as people say it.
func (t *turn) chosen(r report.Report, o open, doubt reading.Doubt, choice string) (next report.Report, label string, ok bool) {
	next = r.Clone()
	switch doubt.About {
	case reading.AboutActivity:
		a, ok := t.source.Catalogue.Activity(choice)
		if !ok {
			return next, "", false
		}
		strange, _ := t.reader.Strange(doubt.Text)
		t.become(&next, o.Words, strange, a)
		return next, a.Short, true
	case reading.AboutArea:
		a, ok := t.source.Areas.ByCode(choice)
		if !ok || !t.sees(a.ID) {
			return next, "", false
		}
		next.Area = a.ID
		return next, a.Name, true
	case reading.AboutDate:
		d, err := report.ParseDay(choice)
		if err != nil || d > t.today {
			return next, "", false
		}
		next.Day, next.Until = d, 0
		return next, d.Chinese(t.today.Year()), true
	case reading.AboutMeasure:
		i := figureOf(r, doubt)
		if i < 0 {
			f, ok := t.numberAs(r.Activity, choice, doubt.Text)
			if !ok {
				return next, "", false
			}
			next.Figures = append(next.Figures, f)
			i = len(next.Figures) - 1
		}
		return next, "记" + t.figureText(r.Activity, next.Figures[i]), true
	case reading.AboutValue:
		i := figureOf(r, doubt)
		if i < 0 {
			return next, "", false
		}
		v, ok := valueIn(choice, r.Figures[i].Unit)
		if !ok {
			return next, "", false
		}
		next.Figures[i].Value = v
		return next, t.figureText(r.Activity, next.Figures[i]), true
	}
	return next, "", false
}

// numberAs makes a figure of a measure from words that hold one number.
func (t *turn) numberAs(activity, measure, words string) (report.Figure, bool) {
	f := t.noFigure(activity, measure)
	n, ok := reading.ReadNumber(words)
	if f.Measure == "" || !ok {
		return report.Figure{}, false
	}
	f.Value, ok = n.In(f.Unit)
	f.Approx = n.Approx
	return f, ok
}

// noFigure makes a figure of a measure that still lacks its value; the zero Figure where the activity has no such measure.
func (t *turn) noFigure(activity, measure string) report.Figure {
	a, _ := t.source.Catalogue.Activity(activity)
	m, _ := a.Measure(measure)
	return report.Figure{Measure: m.Code, Unit: m.Unit}
}

// valueIn reads a value as doubts offer it, 1200 or 21.6, in the ledger's terms.
func valueIn(text, unit string) (int64, bool) {
	n, ok := reading.ReadNumber(text)
	if !ok {
		return 0, false
	}
	return n.In(unit)
}

// become makes a report one of another activity, by reading its words again with the words that were in doubt taken for the
// activity's. Where none were in doubt, the activity is named before them; a word of its own, since its full name may
// name one of its measures as well (技能培训/就业).
func (t *turn) become(r *report.Report, words, doubtful string, a report.Activity) {
	r.Activity = a.Code
	reader := t.reader
	if doubtful != "" && strings.Contains(words, doubtful) {
		reader = reader.With([]report.Alias{{Word: doubtful, Kind: report.AliasActivity, Target: a.Code}})
	} else if len(a.Words) > 0 {
		words = a.Words[0] + " " + words
	}
	for _, e := range reader.Read(words, t.context(false)).Entries {
		if e.Activity == a.Code && len(e.Figures) > 0 {
			r.Figures = e.Figures
			return
		}
	}
}

// figureOf finds the figure a doubt is about, by its measure; -1 for none.
func figureOf(r report.Report, doubt reading.Doubt) int {
	if doubt.Measure == "" {
		return -1
	}
	return slices.IndexFunc(r.Figures, func(f report.Figure) bool { return f.Measure == doubt.Measure })
}

func (t *turn) askSuspect(r report.Report, o open, s report.Suspicion) *asking {
	q := &asking{Field: fieldSuspect + strconv.Itoa(s.Figure), State: report.Asked, Open: o}
	q.Text = digest.Suspicious(t.scene(), r, s)
	for _, v := range s.Likely {
		next := r.Clone()
		next.Figures[s.Figure].Value = v
		q.Options = append(q.Options, option{Text: t.figureText(r.Activity, next.Figures[s.Figure]), Do: doTake, Report: &next})
	}
	q.Options = append(q.Options, option{Text: "写数字", Do: doType, Figure: s.Figure}, option{Text: "不计入", Do: doDrop})
	return q
}

// lately gives the member's latest filed reports of an activity.
func (t *turn) lately(activity string) ([]report.Report, error) {
	return t.tx.Reports(store.ReportFilter{By: t.member.ID, Activity: activity, States: []report.State{report.Filed}, Limit: 25})
}

// usual gives the median of a measure in reports, 0 where fewer than five have it.
func usual(reports []report.Report, measure string) int64 {
	var values []int64
	for _, r := range reports {
		if f, i := r.Figure(measure, "", false); i >= 0 {
			values = append(values, f.Value)
		}
	}
	if len(values) < 5 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}
