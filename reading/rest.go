package reading

import (
	"slices"
	"strings"
)

// rest fills in what was not used, what was understood and does not count, and the account of every piece.
func (m *message) rest(out *Reading) {
	if out.Kind == KindZero && len(out.Zeros) == 0 {
		out.Zeros = []Zero{m.wholeZero()}
	}
	m.leftovers(out)
}

// wholeZero is the nil report of a message that has no entries.
func (m *message) wholeZero() Zero {
	z := Zero{Area: m.ctx.Area}
	for i := range m.spots {
		if p := &m.spots[i]; len(p.ids) == 1 {
			z.Area = p.ids[0]
		}
	}
	if act := m.onlyAct(); act >= 0 {
		z.Activity = m.code(act)
	}
	if z.First, z.Last = m.periodIn(0, len(m.toks)); z.First == 0 {
		z.First, z.Last = m.calendarPeriod()
	}
	return z
}

// leftovers quotes the clauses with numerals that count nothing here: understood ones as notes, the others as unread. In
// a message that is no report everything with a word in it is unread.
func (m *message) leftovers(out *Reading) {
	if out.Kind == KindQuery {
		return
	}
	for c := range m.clauses {
		cl := &m.clauses[c]
		for i := cl.from; i < cl.to; i++ {
			t := &m.toks[i]
			if t.kind != kNumber {
				continue
			}
			switch t.why {
			case WhyTarget, WhyPlan, WhyEach, WhyAbsent, WhySum, WhyLimit, WhyClaim:
				out.Notes = append(out.Notes, Note{m.clauseText(i), t.why})
			case WhyFigure, WhyUnknown:
				if t.figure < 0 || t.why == WhyUnknown || m.figures[t.figure].measure < 0 {
					if text := m.clauseText(i); len(out.Unread) == 0 || out.Unread[len(out.Unread)-1] != text {
						out.Unread = append(out.Unread, text)
					}
				}
			}
		}
	}
	for _, g := range m.guesses {
		if text := g.text; !slices.Contains(out.Unread, text) {
			out.Unread = append(out.Unread, text)
		}
	}
	if out.Kind == KindOther && len(out.Unread) == 0 {
		out.Unread = []string{m.f.raw}
	}
}

// activityNames names the activities a word decides for, or says that it needs another beside it.
func (m *message) activityNames(w *word) string {
	var names []string
	for _, v := range w.acts {
		if name := m.r.catalogue.Activities[v.act].Name; v.strength != voteWeak && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if names == nil {
		return "with another word only"
	}
	return strings.Join(names, ", ")
}

// account tells of every piece of the message what became of it.
func (m *message) account() []Token {
	list := make([]Token, 0, len(m.toks))
	for i := range m.toks {
		t := &m.toks[i]
		if t.kind == kBlank {
			continue
		}
		x := Token{Start: int(m.f.at[t.from]), End: int(m.f.at[t.to]), Why: t.why}
		switch {
		case t.kind == kDay:
			x.Detail = t.day.first.String()
		case t.figure >= 0:
			if measure, ok := m.measure(&m.figures[t.figure]); ok {
				x.Detail = measure.Code
			}
		case t.kind == kWord && len(t.w.areas) > 0:
			x.Detail = m.r.areas.Name(t.w.areas[0].id)
		case t.why == WhyActivity:
			x.Detail = m.activityNames(t.w)
		}
		list = append(list, x)
	}
	return list
}
