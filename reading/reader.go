package reading

import (
	"fmt"
	"slices"

	"huibao/report"
)

// Reader reads messages by a catalogue and a county's names. It is immutable and safe for concurrent use.
type Reader struct {
	catalogue *report.Catalogue
	areas     *report.Areas
	lexicon   *lexicon
	venues    []venueAt
	ruleList  []rule
	rules     map[*word][]int
	other     int16          // the activity 其他, whose measures name numbers of no activity; -1 if there is none
	came      ref            // who came, among the measures of other
	goods     map[*word]bool // nouns of measures that take any goods
	likeness  *likeness      // of words that name no area
	scopes    *scopes
	scope     *scope          // of whom it reads for, where no message says; nil: nobody in particular
	elsewhere map[*word]*word // what a word that names an area means where it does not
}

// New makes a reader. A venue whose area is not in the tree, and a rule of an unknown activity, are refused.
func New(catalogue *report.Catalogue, areas *report.Areas, names []report.Name, venues []report.Venue) (*Reader, error) {
	r := &Reader{catalogue: catalogue, areas: areas, lexicon: newLexicon(), rules: map[*word][]int{}, goods: map[*word]bool{}, other: -1, scopes: &scopes{}}
	r.lexicon.addCatalogue(catalogue)
	r.lexicon.addAreas(areas)
	r.lexicon.addNames(names, areas)
	r.lexicon.addVenues(venues)
	for _, v := range venues {
		a, ok := areas.ByCode(v.Area)
		if !ok {
			return nil, fmt.Errorf("venue %s: no area with code %s", v.Name, v.Area)
		}
		r.venues = append(r.venues, venueAt{v.Name, a.ID})
	}
	acts := map[string]int16{}
	for i, a := range catalogue.Activities {
		if len(a.Measures) > maxMeasures {
			return nil, fmt.Errorf("activity %s: %d measures, expected at most %d", a.Code, len(a.Measures), maxMeasures)
		}
		acts[a.Code] = int16(i)
		for _, x := range a.Measures {
			for _, text := range x.Nouns {
				if x.Goods {
					r.goods[r.lexicon.add(text)] = true
				}
			}
		}
		if a.Code == "other" {
			r.other = int16(i)
			r.came = ref{r.other, int16(slices.IndexFunc(a.Measures, func(m report.Measure) bool { return m.Code == "participants" }))}
		}
	}
	for _, x := range catalogue.Rules {
		act, ok := acts[x.Activity]
		if !ok {
			return nil, fmt.Errorf("rule for %s: no activity %s", x.Word, x.Activity)
		}
		w := r.lexicon.add(x.Word)
		r.rules[w] = append(r.rules[w], len(r.ruleList))
		r.ruleList = append(r.ruleList, rule{Rule: x, act: act, with: r.words(x.With), without: r.words(x.Without)})
	}
	r.likeness = wordLikeness(r.lexicon)
	r.setElsewhere()
	return r, nil
}

func (r *Reader) words(texts []string) []*word {
	list := make([]*word, len(texts))
	for i, text := range texts {
		list[i] = r.lexicon.add(text)
	}
	return list
}

// message is one message being read.
type message struct {
	r        *Reader
	here     *scope // what names mean to the sender
	ctx      Context
	f        folded
	toks     []token
	hits     []hit
	clauses  []clause
	segments []segment
	days     []dayAt
	spots    []place
	mentions []mention
	figures  []figure
	runs     []run
	sections []section
	drafts   []draft
	head     heading
	under    bool // while roles are given: under a heading of targets
	targets  bool // some number is a target
	guesses  []guess
	question bool // it is read as a question
}

// Read understands a message. It never fails: what is not understood is Unread.
func (r *Reader) Read(text string, c Context) Reading {
	_, out := r.read(text, c)
	return out
}

// Explain reads a message and says of each piece of it what became of it, and of each numeral why it counts or not.
func (r *Reader) Explain(text string, c Context) (Reading, []Token) {
	m, out := r.read(text, c)
	return out, m.account()
}

func (r *Reader) read(text string, c Context) (*message, Reading) {
	m := &message{r: r, here: r.scopeFor(c), ctx: c, f: fold(text)}
	m.toks, m.hits = r.scan(m.f.runes, c.Today, m.here)
	if len(m.toks) == 0 {
		return m, Reading{Kind: KindOther}
	}
	m.unwrap()
	m.guess()
	m.cleanHits()
	m.oneCase()
	m.structure()
	m.roles()
	m.findDays()
	m.places()
	m.mentionActivities()
	kind := m.kind()
	var out Reading
	switch kind {
	case KindReport, KindZero:
		out = m.report(kind)
	case KindCorrection:
		out = m.correction()
	case KindWithdrawal:
		out = m.withdrawal()
	case KindPlan:
		m.sectionize()
		out = Reading{Kind: kind, Plans: m.plans()}
	default:
		out = Reading{Kind: kind}
	}
	m.rest(&out)
	return m, out
}
