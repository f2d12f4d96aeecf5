package reading

import "huibao/report"

// when finds the period a question asks about, and what it is to be compared with.
func (x *question) when() {
	base := x.baseAt()
	var said []*span
	for _, i := range x.periods {
		t := &x.toks[i]
		if i == base {
			continue
		}
		if t.span.bad {
			x.badDay = true
			x.unread(int(t.from), int(t.to))
			continue
		}
		if n := len(said); n > 0 { // 1月和2月
			if said[n-1].Last+1 == t.span.First {
				x.period = report.Period{Kind: report.Range, First: x.period.First, Last: t.span.Last}
			} else if said[n-1].Period != t.span.Period {
				x.unread(int(t.from), int(t.to))
			}
			continue
		}
		said = append(said, t.span)
		x.period = x.inLastYear(t.span)
	}
	x.compare(base)
	if x.period.First != 0 {
		x.days = []dayAt{{tok: 0, dayRef: dayRef{first: x.period.First, last: x.period.Last, sure: true}}}
	} else {
		x.days = []dayAt{{tok: 0, dayRef: dayRef{first: report.YearOf(x.ctx.Today).First, sure: true}}}
	}
}

// inLastYear gives a period that was said without its year the year of the question before: 3月呢, behind 去年普法多少人. A year
// alone moves the question's own month or quarter: 去年呢, behind 3月普法多少人.
func (x *question) inLastYear(s *span) report.Period {
	p := s.Period
	if x.last == nil || !x.goesOn() || x.last.Period.First == 0 {
		return p
	}
	last := x.last.Period
	year := x.last.Period.First.Year()
	switch {
	case p.Kind == report.Year && last.Kind != report.Year && last.Kind != report.Week && !x.last.Assumed.Period:
		return inYear(last, p.First.Year())
	case !s.year && last.Kind != report.Week && year < p.First.Year() && p.Kind != report.Year:
		return inYear(p, year)
	}
	return p
}

// inYear gives the period of the same name, or the same dates, of that year.
func inYear(p report.Period, year int) report.Period {
	move := func(d report.Day) report.Day {
		_, m, day := d.Date()
		moved, ok := report.ValidDate(year+d.Year()-p.First.Year(), int(m), day)
		if !ok { // 29 February
			moved, _ = report.ValidDate(year+d.Year()-p.First.Year(), int(m), day-1)
		}
		return moved
	}
	if p.Kind == report.Range {
		return report.Period{Kind: p.Kind, First: move(p.First), Last: move(p.Last)}
	}
	return report.PeriodOf(p.Kind, move(p.First))
}

// goesOn tells whether the words say that they follow up the question before.
func (x *question) goesOn() bool { return x.asks&(askGoOn|askOnly) != 0 }

// baseAt gives the token of the period to compare with, -1 where there is none: 比去年, 跟去年比, 3月比2月.
func (x *question) baseAt() int {
	than := -1
	for i := range x.toks {
		if t := &x.toks[i]; t.kind == kAsk && t.w.asks&askThan != 0 {
			than = i
		}
	}
	if than < 0 {
		return -1
	}
	for i := than + 1; i < len(x.toks) && x.fills(i); i++ {
		if i+1 < len(x.toks) && x.toks[i+1].kind == kPeriod {
			return i + 1
		}
	}
	if than+1 < len(x.toks) && x.toks[than+1].kind == kPeriod {
		return than + 1
	}
	for n := len(x.periods) - 1; n >= 0; n-- { // 跟去年比
		i := x.periods[n]
		if i > than {
			continue
		}
		joined := i > 0 && (x.textAt(i-1) == "跟" || x.textAt(i-1) == "和" || x.textAt(i-1) == "与" || x.textAt(i-1) == "同")
		if joined || n > 0 || x.toks[i].span.Last < x.ctx.Today && len(x.periods) == 1 && i == than-1 && x.toks[i].span.Kind == report.Year {
			return i
		}
		return -1
	}
	return -1
}

// fills tells whether token i says nothing by itself.
func (x *question) fills(i int) bool {
	t := &x.toks[i]
	return t.kind == kBlank || t.kind == kAsk && t.w.asks&^(askFill|askGoOn) == 0
}

func (x *question) textAt(i int) string {
	t := &x.toks[i]
	return string(x.f.runes[t.from:t.to])
}

// compare finds what the period is compared with: 同比, 环比, or the period at token base.
func (x *question) compare(base int) {
	switch {
	case base >= 0:
		x.compareWith(base)
	case x.asks&askLastYear != 0:
		x.against = report.AgainstLastYear
	case x.asks&askPrevious != 0:
		x.against = report.AgainstPrevious
	case x.asks&askMore != 0 && x.period.First != 0:
		if x.against = report.AgainstPrevious; x.period.Kind == report.Year || x.period.Kind == report.Range {
			x.against = report.AgainstLastYear
		}
	case x.asks&askMore != 0:
		x.against = report.AgainstLastYear
	}
}

// compareWith compares with the period at a token, where it is the one before, or the same of last year; others it cannot.
func (x *question) compareWith(i int) {
	t := &x.toks[i]
	base := t.span.Period
	own := x.period
	if own.First == 0 && x.last != nil && !t.span.bad && x.last.Period.First != 0 && x.topicless() {
		own = x.last.Period
	}
	if own.First == 0 && !t.span.bad {
		if base.Kind == report.Year {
			own = report.YearOf(x.ctx.Today)
		} else if base.Kind != report.Range {
			own = report.PeriodOf(base.Kind, x.ctx.Today)
		} else if base.Last == x.ctx.Today-1 && base.First == base.Last { // 比昨天
			own = report.Period{Kind: report.Range, First: x.ctx.Today, Last: x.ctx.Today}
		}
	}
	if base.First > own.First && x.period.First != 0 && !t.span.bad { // 上个月和这个月比
		own, base = base, own
		x.period = own
	}
	if t.span.bad || own.First == 0 {
		x.unread(int(t.from), int(t.to))
		return
	}
	last, ok := own.LastYear()
	switch {
	case x.asks&askLastYear != 0, ok && last == base, base.Kind == report.Year && base.First.Year() == own.First.Year()-1:
		x.against = report.AgainstLastYear
	case own.Previous() == base, own == base && x.period.First != 0, own.Kind == report.Week && own.First-7 <= base.First && base.Last < own.First:
		x.against = report.AgainstPrevious
	}
	if x.against == report.AgainstNothing {
		x.unread(int(t.from), int(t.to))
		return
	}
	if x.period.First == 0 && base.Kind != report.Year && (x.last == nil || own != x.last.Period) {
		x.period = own // 比上周: this week
	}
}

// topicless tells whether no token names an activity, a measure or an area.
func (x *question) topicless() bool {
	for i := range x.toks {
		if t := &x.toks[i]; t.kind == kWord && (len(t.w.acts) > 0 || len(t.w.nouns) > 0) {
			return false
		}
	}
	return true
}
