package report

import "strings"

// Rank is the level of an area in the state's order of areas, whatever the tree it stands in begins with.
type Rank int

// The ranks, the highest first. Cities are 市州, counties 县市区, townships 乡镇街道, villages 村和社区.
const (
	Unranked Rank = iota
	Province
	City
	County
	Township
	Village
)

// RankOf gives the rank that a code of the statistics bureau says: six digits a province, a city or a county (430000, 430500,
// 430527), nine a township, twelve a village; where the last three of those are noughts, the ones before them count.
func RankOf(code string) Rank {
	switch len(code) {
	case 6:
		if strings.HasSuffix(code, "0000") {
			return Province
		}
		if strings.HasSuffix(code, "00") {
			return City
		}
		return County
	case 9:
		if head, ok := strings.CutSuffix(code, "000"); ok {
			return RankOf(head)
		}
		return Township
	case 12:
		if head, ok := strings.CutSuffix(code, "000"); ok {
			return RankOf(head)
		}
		return Village
	}
	return Unranked
}

// Rank gives the rank of an area.
func (t *Areas) Rank(id int64) Rank {
	if i, ok := t.byID[id]; ok {
		return RankOf(t.list[i].Code)
	}
	return Unranked
}

// Below gives the rank of the areas directly below one. A city may have counties and, where it has none, townships.
func (t *Areas) Below(id int64) Rank {
	if below := t.children[id]; len(below) > 0 {
		return t.Rank(below[0])
	}
	return Unranked
}

// County gives the area whose office answers for an area: the county it lies in; of a county and what is above one, itself;
// the root where the tree has no such rank.
func (t *Areas) County(id int64) int64 {
	for up := id; up != 0; {
		i, ok := t.byID[up]
		if !ok {
			break
		}
		if r := RankOf(t.list[i].Code); r != Unranked && r <= County {
			return up
		}
		up = t.list[i].Parent
	}
	if len(t.children[0]) == 0 {
		return 0
	}
	return t.children[0][0]
}

// At gives what an area is part of at a rank: itself or one above it. ok is false where there is none.
func (t *Areas) At(id int64, r Rank) (at int64, ok bool) {
	for up := id; up != 0; {
		i, known := t.byID[up]
		if !known {
			return 0, false
		}
		if RankOf(t.list[i].Code) == r {
			return up, true
		}
		up = t.list[i].Parent
	}
	return 0, false
}

// Parts gives the areas that sums of one are divided by: those of a rank below it, in the order of the tree, and instead of
// one that has none of them itself; those directly below where the rank is Unranked or that of those.
func (t *Areas) Parts(id int64, r Rank) (parts []int64) {
	for _, next := range t.children[id] {
		if r == Unranked || t.Rank(next) >= r || len(t.children[next]) == 0 {
			parts = append(parts, next)
			continue
		}
		parts = append(parts, t.Parts(next, r)...)
	}
	return parts
}

// Between gives the areas below one that have the parts of it below them: the cities between a province and its counties.
func (t *Areas) Between(id int64, r Rank) (between []int64) {
	for _, next := range t.children[id] {
		if r != Unranked && t.Rank(next) < r && len(t.children[next]) > 0 {
			between = append(append(between, next), t.Between(next, r)...)
		}
	}
	return between
}

// Whole says all of the area whose office answers for one: 全县. Of a city and of a county-level one it is 全市, of a district 全区.
func (t *Areas) Whole(id int64) string {
	county := t.County(id)
	switch t.Rank(county) {
	case Unranked:
		return "全县"
	case Province:
		return "全省"
	}
	for _, ending := range []string{"市", "区", "州", "旗"} {
		if strings.HasSuffix(t.Name(county), ending) {
			return "全" + ending
		}
	}
	return "全县"
}

// Office names the women's federation that answers for an area: 县妇联.
func (t *Areas) Office(id int64) string { return strings.TrimPrefix(t.Whole(id), "全") + "妇联" }

// Plural names the areas of a rank: 按市州, 各县市区.
func (r Rank) Plural() string {
	return [...]string{"辖区", "省", "市州", "县市区", "乡镇", "村"}[r]
}
