package report

import (
	"cmp"
	"slices"
	"time"
)

// Alias is a word that a member taught: what it means once told is remembered. One in force is read like its target's own
// name.
type Alias struct {
	ID     int64
	Word   string
	Kind   AliasKind
	Target string // code of the activity or area it stands for
	Area   int64  // of the member who taught it: a local word is known there and below
	By     int64  // that member
	At     time.Time
	State  AliasState
	Judge  int64 // the administrator who said how far it reaches, 0 for none
}

// AliasKind says what an alias stands for.
type AliasKind string

// The kinds of alias.
const (
	AliasActivity AliasKind = "activity"
	AliasArea     AliasKind = "area"
)

// AliasState is what became of a word that could be learnt.
type AliasState string

// The states of an alias. Only a local one and one of the whole county are in force.
const (
	AliasOffered AliasState = "offered" // the member was asked and has not answered
	AliasOnce    AliasState = "once"    // 只这一次: it is not asked about again
	AliasLocal   AliasState = "local"   // known in Area and below
	AliasCounty  AliasState = "county"  // known in all of the county that Area lies in: an administrator agreed
	AliasRemoved AliasState = "removed" // an administrator took it back
)

// InForce tells whether messages are read with it.
func (a Alias) InForce() bool { return a.State == AliasLocal || a.State == AliasCounty }

// AliasesIn gives the aliases that hold for a member of an area, each word once: what was taught nearest to it counts.
func (r *Reference) AliasesIn(area int64) []Alias {
	var held []Alias
	for _, a := range r.Aliases {
		if a.State == AliasCounty && r.Areas.Within(area, r.Areas.County(a.Area)) || a.State == AliasLocal && r.Areas.Within(area, a.Area) {
			held = append(held, a)
		}
	}
	slices.SortStableFunc(held, func(a, b Alias) int {
		return cmp.Or(cmp.Compare(a.Word, b.Word), cmp.Compare(r.nearness(b), r.nearness(a)), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(held, func(a, b Alias) bool { return a.Word == b.Word })
}

// nearness ranks aliases of one word: a local one by the depth of its area, one of the whole county after those.
func (r *Reference) nearness(a Alias) int {
	area := a.Area
	below := 0
	if a.State == AliasCounty {
		area, below = r.Areas.County(area), len(r.Areas.All())
	}
	at, _ := r.Areas.ByID(area)
	return at.Level - below
}
