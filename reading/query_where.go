package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// where finds the area a question asks about.
func (x *question) where() {
	switch {
	case x.asks&askOutside != 0:
		x.noPlace(x.asking(askOutside))
	case x.asks&askWholes != 0:
		x.allOf()
	case x.asks&askOwnTown != 0:
		x.area = x.sendersTownship()
	case x.asks&askOwn != 0:
		x.area = x.ctx.Area
	}
	var named []int64
	for i := range x.spots {
		p := &x.spots[i]
		switch {
		case p.venue != "":
			if p.inside != 0 {
				named = append(named, p.inside)
			}
			x.unread(int(p.from), int(p.to))
		case p.unknown || len(p.ids) != 1:
			x.noPlace(int(p.from), int(p.to))
		default:
			named = append(named, p.ids[0])
			named = append(named, p.list...)
		}
	}
	named = slices.Compact(named)
	switch {
	case len(named) == 1:
		x.area = named[0]
	case len(named) > 1: // 长铺镇和武阳镇: side by side
		x.area = x.above(named)
		x.asks |= askAreas
		for i := range x.spots {
			x.unread(int(x.spots[i].from), int(x.spots[i].to))
		}
	}
}

// wholes are the ways to say all of an area, by what its name ends with: 全市 is the county-level city the asker is in, or the
// city above it.
var wholes = []struct {
	asks   asks
	ending string
}{{askProvince, "省"}, {askCity, "市"}, {askDistrict, "区"}, {askState, "州"}, {askCounty, "县"}}

// askAbove are those that are no area of most counties' members.
const askAbove = askProvince | askCity | askDistrict | askState

const askWholes = askProvince | askCity | askDistrict | askState | askCounty

// allOf finds the area whose whole is asked about.
func (x *question) allOf() {
	for _, w := range wholes {
		if x.asks&w.asks == 0 {
			continue
		}
		own := x.ownArea()
		for a, ok := x.r.areas.ByID(own); ok && x.area == 0; a, ok = x.r.areas.ByID(a.Parent) {
			if rank := x.r.areas.Rank(a.ID); strings.HasSuffix(a.Name, w.ending) && rank <= report.County {
				x.area = a.ID
			}
		}
		county := x.r.areas.County(own)
		if rank := x.r.areas.Rank(county); x.area == 0 && w.asks == askCounty && (rank == report.Unranked || rank == report.County) {
			x.area = county
		}
		if x.area == 0 {
			x.noPlace(x.asking(w.asks))
		}
	}
}

// asking gives the runes of the first word that asks so.
func (x *question) asking(a asks) (from, to int) {
	for i := range x.toks {
		if t := &x.toks[i]; t.kind == kAsk && t.w.asks&a != 0 {
			return int(t.from), int(t.to)
		}
	}
	return 0, 0
}

// noPlace notes a place that is none of the county, or may be several.
func (x *question) noPlace(from, to int) {
	x.noArea = true
	x.unread(from, to)
}

// above gives the nearest area that holds all of those.
func (x *question) above(ids []int64) int64 {
	for at := ids[0]; ; {
		if !slices.ContainsFunc(ids, func(id int64) bool { return !x.r.areas.Within(id, at) }) {
			return at
		}
		a, ok := x.r.areas.ByID(at)
		if !ok || a.Parent == 0 {
			return at
		}
		at = a.Parent
	}
}

// divisions are the words that divide by the areas of a rank.
var divisions = []struct {
	asks asks
	rank report.Rank
}{{askCities, report.City}, {askCounties, report.County}, {askTowns, report.Township}, {askVillages, report.Village}}

// divided gives how the sums are divided, and moves the area or notes what cannot be: 各乡镇 divides a county, 各村 a township.
func (x *question) divided(q *report.Query) {
	for _, d := range divisions {
		if x.asks&d.asks != 0 {
			x.dividedBy(q, d.asks, d.rank)
			x.strange()
			return
		}
	}
	switch {
	case x.asks&askMonths != 0:
		q.By, q.Rank = report.ByMonth, report.Unranked
	case x.asks&askKinds != 0:
		q.By, q.Rank = report.ByActivity, report.Unranked
	case x.asks&askAreas != 0, x.asks&askRank != 0 && x.against == report.AgainstNothing:
		q.By, q.Rank = report.ByArea, report.Unranked
	}
	x.strange()
}

func (x *question) strange() {
	if x.asks&askStrange != 0 {
		x.unread(x.asking(askStrange))
	}
}

// dividedBy divides by the areas of a rank. Where the question's area is none above those, and nobody named it, the one that is
// takes its place: 各乡镇 of a village's member are those of the county.
func (x *question) dividedBy(q *report.Query, word asks, rank report.Rank) {
	q.Rank = report.Unranked
	if q.Area == 0 {
		q.By = report.ByArea
		return
	}
	at := q.Area
	if own := x.r.areas.Rank(at); own >= rank && rank != report.Village {
		a, ok := x.r.areas.ByID(at)
		for ok && x.r.areas.Rank(a.ID) >= rank {
			a, ok = x.r.areas.ByID(a.Parent)
		}
		switch {
		case !ok && rank == report.Township:
			q.By = report.ByArea // a tree that begins with a township
			x.unread(x.asking(word))
			return
		case !ok, x.area != 0:
			x.unread(x.asking(word))
			if rank == report.Township {
				q.By = report.ByArea
			}
			return
		}
		q.Area, q.Assumed.Area = a.ID, false
		at = a.ID
	}
	q.By = report.ByArea
	switch next := x.r.areas.Below(at); {
	case next == rank:
	case next == rank-1 && rank <= report.Township:
		q.Rank = rank
	default:
		x.unread(x.asking(word))
	}
}
