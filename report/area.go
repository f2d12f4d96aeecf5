package report

import (
	"fmt"
	"slices"
)

// Area is a node of the tree of areas (辖区): a county, its townships, their villages and communities.
// Code is the 6-, 9- or 12-digit code of the statistics bureau, whose first six digits are GB/T 2260.
type Area struct {
	ID     int64
	Parent int64 // 0 at the root
	Level  int   // depth in the tree: 0 the root
	Code   string
	Name   string
	Short  []string // bare names people use: 长铺 for 长铺镇
	// MergedInto is the successor of an area that no longer exists, 0 otherwise. Facts are never moved to it; its totals include them.
	MergedInto int64
}

// Areas is the tree, immutable once made and safe for concurrent use.
type Areas struct {
	list     []Area
	byID     map[int64]int
	byCode   map[string]int
	children map[int64][]int64
	// Places of the areas when the tree is walked, parents first: those below one follow it, up to the last of them.
	walked, last []int32
}

// NewAreas builds the tree and checks it: one root, known parents and successors, no cycle, unique ids and codes.
func NewAreas(list []Area) (*Areas, error) {
	t := &Areas{list: slices.Clone(list), byID: make(map[int64]int, len(list)), byCode: make(map[string]int, len(list)), children: map[int64][]int64{}}
	for i, a := range t.list {
		if _, ok := t.byID[a.ID]; ok || a.ID == 0 {
			return nil, fmt.Errorf("area %s (%s): id %d is zero or used twice", a.Name, a.Code, a.ID)
		}
		if _, ok := t.byCode[a.Code]; ok && a.Code != "" {
			return nil, fmt.Errorf("area %s: code %s is used twice", a.Name, a.Code)
		}
		t.byID[a.ID] = i
		t.byCode[a.Code] = i
		t.children[a.Parent] = append(t.children[a.Parent], a.ID)
	}
	if n := len(t.children[0]); n != 1 && len(list) > 0 {
		return nil, fmt.Errorf("areas: %d roots, expected one", n)
	}
	for i := range t.list {
		a := &t.list[i]
		if _, ok := t.byID[a.Parent]; !ok && a.Parent != 0 {
			return nil, fmt.Errorf("area %s (%s): no parent with id %d", a.Name, a.Code, a.Parent)
		}
		if _, ok := t.byID[a.MergedInto]; !ok && a.MergedInto != 0 {
			return nil, fmt.Errorf("area %s (%s): no successor with id %d", a.Name, a.Code, a.MergedInto)
		}
		level := 0
		for up := a.Parent; up != 0; up = t.list[t.byID[up]].Parent {
			if level++; level > len(list) {
				return nil, fmt.Errorf("area %s (%s): its parents form a circle", a.Name, a.Code)
			}
		}
		a.Level = level
	}
	t.walk()
	return t, nil
}

// walk numbers the areas so that Within need not climb.
func (t *Areas) walk() {
	t.walked, t.last = make([]int32, len(t.list)), make([]int32, len(t.list))
	var next int32
	var visit func(id int64)
	visit = func(id int64) {
		i := t.byID[id]
		t.walked[i] = next
		next++
		for _, below := range t.children[id] {
			visit(below)
		}
		t.last[i] = next - 1
	}
	for _, id := range t.children[0] {
		visit(id)
	}
}

// All gives every area in the order it was given. The caller does not change the slice.
func (t *Areas) All() []Area { return t.list }

// Root gives the whole county; ok is false for an empty tree.
func (t *Areas) Root() (Area, bool) {
	if len(t.list) == 0 {
		return Area{}, false
	}
	return t.ByID(t.children[0][0])
}

// ByID gives the area with that id.
func (t *Areas) ByID(id int64) (Area, bool) {
	i, ok := t.byID[id]
	if !ok {
		return Area{}, false
	}
	return t.list[i], true
}

// ByCode gives the area with that code.
func (t *Areas) ByCode(code string) (Area, bool) {
	i, ok := t.byCode[code]
	if !ok || code == "" {
		return Area{}, false
	}
	return t.list[i], true
}

// Name gives the area's name, and a visible mark for an id that is not in the tree.
func (t *Areas) Name(id int64) string {
	if a, ok := t.ByID(id); ok {
		return a.Name
	}
	return fmt.Sprintf("辖区#%d", id)
}

// Children gives the ids directly below id, in the order they were given.
func (t *Areas) Children(id int64) []int64 { return t.children[id] }

// Within tells whether inner is outer or lies anywhere below it. Rights follow it: a member of outer may act in inner.
func (t *Areas) Within(inner, outer int64) bool {
	i, ok := t.byID[inner]
	o, known := t.byID[outer]
	return ok && known && t.walked[o] <= t.walked[i] && t.walked[i] <= t.last[o]
}

// Ancestors gives the ids whose totals include an area's facts: the area itself, what is above it, and the successors of
// each with what is above them. Each id appears once.
func (t *Areas) Ancestors(id int64) []int64 {
	var ids []int64
	var climb func(int64)
	climb = func(id int64) {
		for id != 0 && !slices.Contains(ids, id) {
			i, ok := t.byID[id]
			if !ok {
				return
			}
			ids = append(ids, id)
			climb(t.list[i].MergedInto)
			id = t.list[i].Parent
		}
	}
	climb(id)
	return ids
}
