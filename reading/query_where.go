package reading

import (
	"slices"

	"huibao/report"
)

// where finds the area a question asks about.
func (x *question) where() {
	root, _ := x.r.areas.Root()
	switch {
	case x.asks&askOutside != 0:
		x.noPlace(x.asking(askOutside))
	case x.asks&askCounty != 0:
		x.area = root.ID
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

// level gives how deep in the tree the area of a question lies, its asker's own where none was named.
func (x *question) level(area int64) int {
	a, _ := x.r.areas.ByID(area)
	return a.Level
}

// divided gives how the sums are divided, and moves the area or notes what cannot be: 各乡镇 divides the county, 各村 a township.
func (x *question) divided(q *report.Query) {
	switch {
	case x.asks&askTowns != 0:
		q.By = report.ByArea
		if q.Area != 0 && x.level(q.Area) > 0 {
			if x.area == 0 {
				root, _ := x.r.areas.Root()
				q.Area, q.Assumed.Area = root.ID, false
			} else {
				x.unread(x.asking(askTowns))
			}
		}
	case x.asks&askVillages != 0:
		q.By = report.ByArea
		if q.Area != 0 && x.level(q.Area) != 1 {
			x.unread(x.asking(askVillages))
		}
	case x.asks&askMonths != 0:
		q.By = report.ByMonth
	case x.asks&askKinds != 0:
		q.By = report.ByActivity
	case x.asks&askAreas != 0, x.asks&askRank != 0 && x.against == report.AgainstNothing:
		q.By = report.ByArea
	}
	if x.asks&askStrange != 0 {
		x.unread(x.asking(askStrange))
	}
}
