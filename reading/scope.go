package reading

import (
	"slices"
	"sync"

	"huibao/report"
)

// scope is what names mean to the members of one county. A province has fifty villages called 和平村 and as many words that are
// a village's bare name somewhere: what lies in other counties is not known here, just as a county's own bot would not know
// it. Above the counties all that lies below is known, villages only by their full names.
type scope struct {
	words    map[*word]*word // those that name what lies here, as they are meant here
	likeness                 // of those words
}

// see gives a word as it is meant in the scope, nil where it means nothing there.
func (r *Reader) see(s *scope, w *word) *word {
	if s == nil || len(w.areas) == 0 && w.venue < 0 || w.taught {
		return w
	}
	if here, ok := s.words[w]; ok {
		return here
	}
	return r.elsewhere[w]
}

// scopes keeps the scopes that were asked for.
type scopes struct{ made sync.Map }

// scopeOf gives the scope of a member of an area, 0 for nobody in particular. It is made when it is first asked for.
func (r *Reader) scopeOf(area int64) *scope {
	area = r.areas.County(area)
	if s, ok := r.scopes.made.Load(area); ok {
		return s.(*scope)
	}
	s, _ := r.scopes.made.LoadOrStore(area, r.newScope(area))
	return s.(*scope)
}

func (r *Reader) scopeFor(c Context) *scope {
	if c.Area == 0 {
		return r.own()
	}
	return r.scopeOf(c.Area)
}

// own gives the scope of whom the reader is for.
func (r *Reader) own() *scope {
	if r.scope == nil {
		return r.scopeOf(0)
	}
	return r.scope
}

// For gives the reader for a member of an area: what it says of single words (Strange, Teachable, With, Nearest) then holds
// there. Read and Query follow their context by themselves.
func (r *Reader) For(area int64) *Reader {
	with := *r
	with.scope = r.scopeOf(area)
	return &with
}

func (r *Reader) newScope(area int64) *scope {
	rank := r.areas.Rank(area)
	s := &scope{words: map[*word]*word{}, likeness: newLikeness()}
	upper := rank != report.Unranked && rank < report.County
	holds := func(x areaSense) bool {
		if x.id == 0 || r.areas.Within(area, x.id) {
			return true
		}
		return r.areas.Within(x.id, area) && (!upper || x.full || r.areas.Rank(x.id) < report.Village)
	}
	take := func(w *word) {
		if _, ok := s.words[w]; ok {
			return
		}
		here := r.meant(w, holds, area)
		if here == nil {
			return
		}
		s.words[w] = here
		if len(here.areas) > 0 && here.areas[0].full && (!upper || r.areas.Rank(here.areas[0].id) < report.Village) {
			s.likeness.add(w)
		}
	}
	var walk func(id int64)
	walk = func(id int64) {
		for _, w := range r.lexicon.named[id] {
			take(w)
		}
		for _, below := range r.areas.Children(id) {
			walk(below)
		}
	}
	walk(area)
	for _, up := range r.areas.Ancestors(area) {
		for _, w := range r.lexicon.named[up] {
			take(w)
		}
	}
	for _, w := range r.lexicon.placed {
		take(w)
	}
	return s
}

// meant gives a word with the areas and the venue that hold, itself where all do, nil where none does.
func (r *Reader) meant(w *word, holds func(areaSense) bool, area int64) *word {
	venue := int32(-1)
	for _, v := range w.venues {
		if at := r.venues[v].area; venue < 0 && (r.areas.Within(at, area) || r.areas.Within(area, at)) {
			venue = v
		}
	}
	all := !slices.ContainsFunc(w.areas, func(x areaSense) bool { return !holds(x) })
	if all && venue == w.venue {
		return w
	}
	here := *w
	here.venue, here.areas = venue, nil
	for _, x := range w.areas {
		if holds(x) {
			here.areas = append(here.areas, x)
		}
	}
	if venue < 0 && here.areas == nil {
		return nil
	}
	return &here
}

// onlyPlace tells whether a word means nothing but areas and venues.
func (w *word) onlyPlace() bool {
	return w.class == 0 && w.asks == 0 && len(w.acts)+len(w.nouns)+len(w.verbs)+len(w.takers) == 0 && w.same == nil &&
		!w.fixed && !w.idle && !w.person && !w.inRule && !w.topical
}

// setElsewhere notes what words that name areas or venues mean where they do not.
func (r *Reader) setElsewhere() {
	r.elsewhere = map[*word]*word{}
	for _, w := range r.lexicon.list {
		if (len(w.areas) > 0 || w.venue >= 0) && !w.onlyPlace() {
			bare := *w
			bare.areas, bare.venue = nil, -1
			r.elsewhere[w] = &bare
		}
	}
}
