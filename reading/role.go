package reading

import (
	"strings"
	"unicode/utf8"
)

// roles says of each numeral whether it may count, and of every other token what it is.
func (m *message) roles() {
	last := -1 // the number before
	for i := range m.toks {
		t := &m.toks[i]
		m.underTarget(i)
		switch t.kind {
		case kNumber:
			m.borrowUnit(i, last)
			last = i
			t.why = m.numberRole(i)
			m.targets = m.targets || t.why == WhyTarget
		case kDay:
			t.why = WhyDate
		case kTime:
			t.why = WhyTime
		case kOrdinal:
			t.why = WhyOrdinal
		case kDocument:
			t.why = WhyDocument
		case kHidden:
			t.why = WhyIdentity
		case kItem:
			t.why = WhyItem
		case kWord:
			t.why = wordWhy(t.w)
		}
	}
	m.eachSeries()
}

// borrowUnit gives a total without a unit that of the amount for one before it: 每户五百块钱一共一千五.
func (m *message) borrowUnit(i, last int) {
	t := &m.toks[i]
	if t.unit != nil || last < 0 || m.toks[last].why != WhyEach || m.toks[last].unit == nil || m.toks[last].segment != t.segment {
		return
	}
	if m.anyIn(m.lead(i), i, clTotal) {
		t.unit = m.toks[last].unit
	}
}

func wordWhy(w *word) Why {
	switch {
	case w.fixed:
		return WhyFixed
	case len(w.areas) > 0:
		return WhyArea
	case w.venue >= 0:
		return WhyVenue
	case len(w.acts) > 0:
		return WhyActivity
	case w.class != 0 || len(w.nouns) > 0 || len(w.verbs) > 0 || w.person:
		return WhyWord
	}
	return WhyNothing
}

// numberRole gives WhyFigure to a numeral that may count, and the reason to any other.
func (m *message) numberRole(i int) Why {
	t := &m.toks[i]
	lead := m.lead(i)
	switch {
	case t.title:
		return WhyName
	case t.quoted && t.unit == nil, t.quoted && m.quoteLength(i) <= 12 && !m.clauses[t.clause].event:
		return WhyName
	case t.num.lead0 && t.unit == nil, t.unit == nil && m.anyIn(lead, i, clIdentity):
		return WhyIdentity
	case t.unit != nil && t.unit.class&clPercent != 0:
		if m.anyIn(lead, i, clCompare) {
			return WhyCompare
		}
		return WhyClaim
	case t.unit != nil && t.unit.class&clUnit == 0:
		return WhyLength
	case m.beside(i):
		return WhyBeside
	case m.minus(i):
		return WhyUnknown
	case m.comers(i):
		return WhyParty
	case m.stock(i, lead):
		return WhyScope
	}
	if why := m.aheadRole(i, lead); why != WhyNothing {
		return why
	}
	switch {
	case m.each(i, lead):
		return WhyEach
	case m.anyIn(lead, i, clMost), m.joinedLimit(i):
		return WhyLimit
	case m.article(i, lead):
		return WhyArticle
	case t.num.bare && !t.num.approx && scaleOf(m.f.runes[t.from]) >= 100 && !hedgeBefore(m.f.runes, int(t.from)):
		return WhyFigurative
	}
	return WhyFigure
}

// beside tells whether people stand right behind the cases or batches they came in: 来访2批5人.
func (m *message) beside(i int) bool {
	if i == 0 || m.toks[i].unit == nil || m.toks[i-1].kind != kNumber || m.toks[i-1].unit == nil {
		return false
	}
	return personUnits[m.toks[i].unit.text] && strings.Contains("批起件宗对", m.toks[i-1].unit.text)
}

// minus tells whether the number is written as less than nothing: 普法 -5人, 负5人. A dash between words only parts them.
func (m *message) minus(i int) bool {
	if i == 0 {
		return false
	}
	p := &m.toks[i-1]
	if p.kind == kText && m.f.runes[p.to-1] == '负' {
		return true
	}
	return p.kind == kMark && p.mark == '-' && i > 1 && (m.toks[i-2].kind == kBlank && m.toks[i-2].mark == ' ' || m.toks[i-2].kind == kMark && m.toks[i-2].mark == ':')
}

// hosts are nouns for those who hold an event rather than come to it.
var hosts = map[string]bool{"干部": true, "妇联干部": true, "工作人员": true, "执委": true, "妇干": true, "讲师": true, "律师": true, "民警": true, "医生": true, "专家": true, "老师": true, "教师": true, "法官": true, "队员": true, "专干": true, "主席": true}

// comers tells whether the number is of those who came to hold the event: 3名干部到和平社区普法, 请了2名老师.
func (m *message) comers(i int) bool {
	t := &m.toks[i]
	for _, w := range [...]string{"授课老师", "主讲老师", "授课教师", "授课讲师", "主讲人", "授课专家"} {
		if hasAt(m.f.runes, int(t.from)-utf8.RuneCountInString(w), w) {
			return true
		}
	}
	if t.unit == nil || !personUnits[t.unit.text] || i+1 >= len(m.toks) || m.toks[i+1].kind != kWord || !hosts[m.toks[i+1].w.text] {
		return false
	}
	if hasAnyAt(m.f.runes, int(t.from)-2, "请了", "请来", "邀请", "聘请", "特邀") {
		return true
	}
	if i+2 >= len(m.toks) || !m.toks[i+2].is(clAt) || m.toks[i+2].w.text == "进" || m.toks[i+2].w.text == "里" {
		return false
	}
	for k := i + 3; k < m.tail(i); k++ {
		if x := &m.toks[k]; x.kind == kWord && (strings.HasPrefix(x.w.text, "参加") || strings.HasSuffix(x.w.text, "培训") || x.w.text == "学习" || x.w.text == "参观") {
			return false
		}
	}
	return true
}

// stock tells whether the number says how many there are, not how many came: 我镇共有留守儿童320名.
func (m *message) stock(i, lead int) bool {
	have, place := false, false
	for k := lead; k < i; k++ {
		t := &m.toks[k]
		switch {
		case t.kind == kWord && (t.w.text == "共有" || t.w.text == "现有"):
			have = true
		case t.kind == kText && hasAnyAt(m.f.runes, int(t.from), "现有", "辖", "常住"):
			have = true
		case t.kind == kWord && len(t.w.areas) > 0 && !have:
			place = true
		case t.is(clEvent) || len(t.wordVerbs()) > 0 || len(t.acts()) > 0 && !(have && len(t.w.nouns) > 0):
			return false
		}
	}
	if !have || !place {
		return false
	}
	for k := i + 1; k < m.tail(i); k++ {
		if m.toks[k].is(clEvent) || len(m.toks[k].wordVerbs()) > 0 && len(m.toks[k].w.nouns) == 0 {
			return false
		}
	}
	return true
}

var personUnits = map[string]bool{"人": true, "人次": true, "名": true, "位": true}

// lead gives the first token that belongs to the words before the number at i: after the number before it, or after the
// clause's beginning. A line end just before the number does not part it from its label.
func (m *message) lead(i int) int {
	k := i
	for k > 0 {
		p := &m.toks[k-1]
		if p.kind == kNumber || p.kind == kItem || p.kind == kMark && (isStop(p.mark)) && !p.title {
			break
		}
		if p.kind == kBlank && p.mark == '\n' && k != i {
			break
		}
		k--
	}
	return k
}

// tail gives the end of the words behind the number at i: up to the next number or the clause's end.
func (m *message) tail(i int) int {
	k := i + 1
	for k < len(m.toks) {
		t := &m.toks[k]
		if t.kind == kNumber || t.kind == kItem || t.kind == kMark && isStop(t.mark) && !t.title || t.kind == kBlank && t.mark == '\n' {
			break
		}
		k++
	}
	return k
}

func (m *message) anyIn(from, to int, c class) bool {
	for k := from; k < to; k++ {
		if m.toks[k].is(c) {
			return true
		}
	}
	return false
}

func (m *message) quoteLength(i int) int {
	from, to := i, i
	for from > 0 && m.toks[from-1].quoted {
		from--
	}
	for to+1 < len(m.toks) && m.toks[to+1].quoted {
		to++
	}
	return int(m.toks[to].to - m.toks[from].from)
}

// aheadRole gives WhyTarget, WhyPlan or WhyAbsent to a number that tells of nothing done.
func (m *message) aheadRole(i, lead int) Why {
	t := &m.toks[i]
	for k := i - 1; k >= lead; k-- {
		p := &m.toks[k]
		switch {
		case p.is(clAbsent):
			return WhyAbsent
		case p.is(clParty) && k == i-1:
			return WhyParty
		case p.is(clCompare):
			return WhyCompare
		}
		if p.is(clTarget) && !m.achieved(k, lead) || p.is(clIntent) && p.w.text == "计划" && k+1 < i && m.toks[k+1].kind == kMark {
			return WhyTarget
		}
	}
	if m.targetBehind(i) || m.under {
		return WhyTarget
	}
	c := &m.clauses[t.clause]
	if c.intent >= 0 && c.intent < i {
		return WhyPlan
	}
	if c.intended && !m.done(c) {
		return WhyPlan
	}
	if c.future >= 0 && c.future < i {
		return WhyPlan
	}
	return WhyNothing
}

// achieved tells whether 任务 at token k is what was done, as in 完成任务 or 任务完成.
func (m *message) achieved(k, lead int) bool {
	if k > lead && m.toks[k-1].is(clDone) {
		return true
	}
	n := m.nextSolid(k)
	return n >= 0 && m.toks[n].is(clDone)
}

// targetBehind tells whether 的任务, 的目标 or the base of a rate follows the number: 300名的任务, 350人的60%.
func (m *message) targetBehind(i int) bool {
	k := i + 1
	if k < len(m.toks) && m.toks[k].kind == kText && m.f.runes[m.toks[k].from] == '的' && m.toks[k].to-m.toks[k].from == 1 {
		k++
		if k < len(m.toks) && m.toks[k].kind == kNumber && m.toks[k].unit != nil && m.toks[k].unit.class&clPercent != 0 {
			return true
		}
	}
	return k < len(m.toks) && m.toks[k].is(clTarget) && m.toks[k].w.text != "还差" && m.toks[k].w.text != "下达"
}

// underTarget keeps m.under: whether what follows stands under a heading of targets, as in 全年任务：两癌检查350人，安康保险3万元.
func (m *message) underTarget(i int) {
	t := &m.toks[i]
	switch {
	case i == 0 || t.segment != m.toks[i-1].segment && t.kind != kBlank && t.kind != kMark && m.segments[t.segment].before != '\n':
		m.under = false
	case m.under && t.is(clDone):
		m.under = false
	}
	if !t.is(clTarget) {
		return
	}
	if n := m.nextSolid(i); n >= 0 && m.toks[n].kind == kMark && m.toks[n].mark == ':' {
		if v := m.nextSolid(n); v >= 0 && m.toks[v].kind != kNumber {
			m.under = true
		}
	}
}

// done tells whether a clause says that something was done after all.
func (m *message) done(c *clause) bool {
	for k := c.from; k < c.to; k++ {
		if t := &m.toks[k]; t.kind == kWord && doneWords[t.w.text] {
			return true
		}
	}
	return false
}

// doneWords say in a clause that something was done, whatever was planned before.
var doneWords = map[string]bool{"已": true, "已经": true, "实到": true, "实际": true, "实有": true, "完成": true, "目前已": true, "已累计": true}

// each tells whether the number is an amount for one: 每人500元, 各500元, 1万元/人, 10000元一个人, or joined to such a one.
func (m *message) each(i, lead int) bool {
	if m.eachBehind(i) {
		return true
	}
	for k := i - 1; k >= lead; k-- {
		p := &m.toks[k]
		switch {
		case p.is(clTotal):
			return false
		case p.is(clEach) && p.w.text != "各":
			return true
		case p.is(clEach):
			return !m.overPlaces(i) && m.sharesOut(k)
		}
		if p.kind == kMark && p.mark == ':' {
			break
		}
	}
	if lead < i && lead > 0 && m.toks[lead-1].kind == kNumber && m.toks[lead-1].why == WhyEach {
		if p := &m.toks[lead]; p.is(clJoin) || p.kind == kWord && p.w.text == "价值" || p.kind == kMark && p.mark == '、' {
			return true // 每户慰问金500元、大米1袋; 每人一份价值60元的礼物
		}
	}
	p := m.joinedNumber(i)
	return p >= 0 && m.toks[p].why == WhyEach // 一年交100元或200元
}

// sharesOut tells whether 各 at token k gives each a number: a number, a verb or a thing follows, as in 各发500元.
func (m *message) sharesOut(k int) bool {
	return m.toks[k+1].kind == kNumber || m.toks[k+1].kind == kWord
}

// eachBehind tells whether /人, 一个人 or 每人 stands behind the amount at token i.
func (m *message) eachBehind(i int) bool {
	t, k := &m.toks[i], i+1
	if t.unit == nil || k >= len(m.toks) {
		return false
	}
	n := &m.toks[k]
	switch {
	case n.kind == kMark:
		return n.mark == '/' && k+1 < len(m.toks) && moneyUnits[t.unit.text]
	case !n.is(clEach) || !moneyUnits[t.unit.text]:
		return false
	}
	switch n.w.text {
	case "/人", "/户", "一个人", "一人", "一户":
		return true
	case "每人", "每户":
		return !m.numberAfter(k)
	}
	return false
}

// moneyUnits are the ways to say yuan.
var moneyUnits = map[string]bool{"元": true, "块": true, "块钱": true, "元钱": true}

// overPlaces tells whether a list of places stands before 各50份, so that it is each place's number.
func (m *message) overPlaces(i int) bool {
	areas := 0
	for k := m.clauses[m.segments[m.toks[i].segment].from].from; k < i; k++ {
		if t := &m.toks[k]; t.kind == kNumber && areas > 0 && m.toks[k].why == WhyFigure {
			return false
		} else if t.kind == kWord && len(t.w.areas) > 0 && t.w.areas[0].full {
			areas++
		}
	}
	return areas > 1
}

// numberAfter tells whether a number follows token k in its clause.
func (m *message) numberAfter(k int) bool {
	for k++; k < len(m.toks); k++ {
		if m.toks[k].kind == kNumber {
			return true
		}
		if m.toks[k].kind == kMark && isStop(m.toks[k].mark) {
			return false
		}
	}
	return false
}

// joinedNumber gives the number that 或, 至 or 到 joins to the one at i, -1 if none.
func (m *message) joinedNumber(i int) int {
	if i < 2 {
		return -1
	}
	s := m.f.runes[m.toks[i-1].from:m.toks[i-1].to]
	if len(s) == 1 && s[0] == '或' && m.toks[i-2].kind == kNumber {
		return i - 2
	}
	return -1
}

// joinedLimit tells whether 或 joins the number to one that is a limit.
func (m *message) joinedLimit(i int) bool {
	p := m.joinedNumber(i)
	return p >= 0 && m.toks[p].why == WhyLimit
}

// levels are schools; amounts that stand with two of them in a row are each pupil's.
var levels = map[string]bool{"小学": true, "初中": true, "高中": true, "大学": true, "大专": true, "本科": true, "专科": true, "幼儿园": true, "中学": true}

// eachSeries marks 小学400元、初中600元、高中800元 and 贴心包100元、暖心包200元 as amounts for one.
func (m *message) eachSeries() {
	var run []int
	flush := func() {
		if len(run) > 1 {
			for _, i := range run {
				m.toks[i].why = WhyEach
			}
		}
		run = run[:0]
	}
	for i := range m.toks {
		t := &m.toks[i]
		if t.kind != kNumber {
			if t.kind == kMark && (t.mark == '。' || t.mark == ';') {
				flush()
			}
			continue
		}
		if t.why == WhyFigure && t.unit != nil && t.unit.text == "元" && i > 0 && m.toks[i-1].kind == kWord && (levels[m.toks[i-1].w.text] || m.r.goods[m.toks[i-1].w]) {
			run = append(run, i)
			continue
		}
		flush()
	}
	flush()
}

// article tells whether 一 with a unit only introduces a noun: 一个好习惯, 成为一道风景. 一场讲座, 一户 and 一起纠纷 count.
func (m *message) article(i, lead int) bool {
	t := &m.toks[i]
	if t.num.milli != 1000 || t.num.digits || t.unit == nil || t.num.approx {
		return false
	}
	switch t.unit.text {
	case "场", "堂", "期", "场次", "户", "起", "例", "宗", "元", "件", "人次":
		return m.toks[m.tail(i)-1].is(clTopic) && t.unit.text == "件"
	case "次":
		return !m.anyIn(lead, i, clEvent) && !m.labelled(i) && !(m.border(i, -1) == borderSpace && m.border(i, 1) == borderSpace)
	case "名", "位", "人":
		if i+1 == len(m.toks) || m.toks[i+1].kind == kBlank || m.toks[i+1].kind == kMark {
			return false // nothing for it to introduce
		}
		for k := lead; k < i; k++ {
			if len(m.toks[k].wordVerbs()) > 0 {
				return false
			}
		}
		return true
	}
	return !m.labelled(i) // 横幅一条 counts
}

func (t *token) wordVerbs() []ref {
	if t.kind == kWord {
		return t.w.verbs
	}
	return nil
}
