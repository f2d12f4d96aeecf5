package reading

import (
	"cmp"
	"slices"
	"strings"
)

// Endings of names that are areas, and of places inside one, longer ones before those they end in.
var (
	areaEndings  = asRunes("街道", "社区", "居委会", "林场", "省", "市", "县", "区", "乡", "镇", "村", "州")
	venueEndings = asRunes("服务中心", "文化中心", "活动中心", "会议中心", "文化广场", "会议室", "活动室", "幼儿园", "福利院", "敬老院", "养老院", "文化站", "广场", "公园", "酒店", "宾馆",
		"礼堂", "学校", "小学", "中学", "大学", "完小", "医院", "卫生院", "祠堂", "村部", "鼓楼", "商场", "超市", "剧院", "球会", "大会堂", "体育馆", "图书馆", "基地", "合作社", "公司", "集市", "操场")
)

// venueStarts and areaStarts are the first characters of the endings.
var (
	venueStarts = newRuneSet(string(slices.Concat(venueEndings...)))
	areaStarts  = newRuneSet(string(slices.Concat(areaEndings...)))
)

func asRunes(words ...string) [][]rune {
	list := make([][]rune, len(words))
	for i, w := range words {
		list[i] = []rune(w)
	}
	return list
}

// endingAt gives the ending that stands at i, nil if none does.
func endingAt(s []rune, i int, endings [][]rune) []rune {
	for _, e := range endings {
		if i+len(e) <= len(s) && slices.Equal(s[i:i+len(e)], e) {
			return e
		}
	}
	return nil
}

// unknownPlaces finds names with the ending of an area that the tree does not have (丰田乡), and places that are no area
// behind 在 or 到 (东升文化广场).
func (m *message) unknownPlaces() {
	known := len(m.spots)
	for i := range m.toks {
		t := &m.toks[i]
		if t.title || t.quoted {
			continue
		}
		if t.kind == kText || t.kind == kWord && (m.endsArea(t) || t.w.class&(clOwn|clOrg) != 0) {
			m.unknownAreas(i)
		}
		if t.is(clAt) {
			m.unknownVenue(i)
		}
	}
	if len(m.spots) > known {
		slices.SortStableFunc(m.spots, func(a, b place) int { return cmp.Compare(a.from, b.from) })
	}
}

func (m *message) endsArea(t *token) bool {
	switch t.w.text {
	case "街道", "社区", "居委会", "林场", "省", "市", "县", "区", "乡", "镇", "村", "州":
		return true
	}
	return false
}

// unknownAreas looks for the endings of areas in token i; the name stands before.
func (m *message) unknownAreas(i int) {
	t := &m.toks[i]
	s := m.f.runes
	for at := int(t.from); at < int(t.to); at++ {
		if !areaStarts.has(s[at]) {
			continue
		}
		found := endingAt(s, at, areaEndings)
		ending := string(found)
		if found == nil || t.kind == kWord && at > int(t.from) {
			continue
		}
		from, tok := m.nameBefore(at)
		if at-from < 2 || at-from > 5 || commonEnding(s[at-1], ending) {
			continue
		}
		p := place{tok: tok, from: int32(from), to: int32(at + len(found)), unknown: true, role: m.placeRole(tok), foreign: strings.Contains("街道省市县区州", ending)}
		if n := m.tokenAt(int(p.to)); t.is(clOwn|clOrg) && at == int(t.from) && t.w.text != ending || n < len(m.toks) && m.toks[n].is(clOrg) {
			p.role = placeOrg
		} else if n < len(m.toks) && (ending == "市" || ending == "省") && p.role != placeAt && len(m.toks[n].acts()) > 0 {
			continue // 邵阳市最美家庭: the level of an honour
		}
		if k := len(m.spots) - 1; k >= 0 && m.spots[k].unknown && m.spots[k].to == p.from {
			p.from, p.role, p.foreign = m.spots[k].from, m.spots[k].role, m.spots[k].foreign // 宁晋县河渠乡
			m.spots[k] = p
			continue
		}
		m.spots = append(m.spots, p)
	}
}

func (t *token) acts() []vote {
	if t.kind == kWord {
		return t.w.acts
	}
	return nil
}

// commonEnding tells whether a character makes an ordinary word with the ending: 城市, 小区, 山村.
func commonEnding(r rune, ending string) bool {
	switch ending {
	case "市":
		return strings.ContainsRune("城超集门上都夜股", r)
	case "区":
		return strings.ContainsRune("小地园山城片库景校辖社牧厂", r)
	case "村":
		return strings.ContainsRune("山乡农全进各每本我驻包联试", r)
	case "乡", "镇":
		return strings.ContainsRune("城家故返老下同集各", r)
	case "州", "省", "县":
		return strings.ContainsRune("全各本我外出反节", r)
	}
	return false
}

// nameBefore gives where the name that ends at a rune begins, and its token: over unknown characters and bare names.
func (m *message) nameBefore(end int) (from, tok int) {
	from = end
	tok = m.tokenAt(end - 1)
	for i := tok; i >= 0 && end-from <= 6; i-- {
		t := &m.toks[i]
		bare := t.kind == kWord && (t.w.n == 1 && t.w.class&(clAt|clFor|clJoin|clTotal|clDone|clIntent) == 0 || len(t.w.areas) > 0 && !t.w.areas[0].full)
		if t.kind != kText && !bare || t.quoted {
			break
		}
		start := max(int(t.from), end-6)
		stop := false
		for k := from - 1; k >= start && !stop; k-- {
			if noName.has(m.f.runes[k]) {
				stop = true
				break
			}
			from, tok = k, i
		}
		if stop {
			break
		}
	}
	return from, tok
}

// noName are characters no name of a place begins behind: particles, pronouns, prepositions.
var noName = newRuneSet("的了在到于和与及为给是有由从这那各本我们他她全对向被把等也又还就都来去说请让使个某次每该像办县镇乡村")

// unknownVenue takes what follows 在, 到 or 地点 up to the ending of a venue as a literal place.
func (m *message) unknownVenue(i int) {
	k := i + 1
	for k < len(m.toks) && (m.toks[k].kind == kBlank || m.toks[k].kind == kMark && m.toks[k].mark == ':') {
		k++
	}
	for k < len(m.toks) && m.toks[k].kind == kWord && (len(m.toks[k].w.areas) > 0 || m.toks[k].is(clAt)) {
		k++
	}
	if k >= len(m.toks) || m.toks[k].kind == kWord && m.toks[k].w.venue >= 0 {
		return
	}
	from := int(m.toks[k].from)
	s := m.f.runes
	for at := from; at < len(s) && at < from+12 && !isMark(s[at]) && !isBlank(s[at]); at++ {
		if !venueStarts.has(s[at]) {
			continue
		}
		e := endingAt(s, at, venueEndings)
		if end := at + len(e); e != nil && at-from >= 1 && (end >= len(s) || !hasAnyAt(s, end, "生", "师", "长")) {
			m.spots = append(m.spots, place{tok: k, venue: m.f.text(from, end), role: placeAt, from: int32(from), to: int32(end)})
			return
		}
	}
}
