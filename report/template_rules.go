package report

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// headOffset is how many lines stand before the rules: the fence.
const headOffset = 1

// readRules reads the rules of a template: signed, events, blanks.
func (p *templateParse) readRules(text string) {
	p.places = map[string]place{}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		p.yamlErrors(err)
		return
	}
	if len(root.Content) == 0 {
		p.fail(1+headOffset, 1, "没有规则，应有 blanks")
		return
	}
	p.fields(root.Content[0], "开头", map[string]func(*yaml.Node){
		"signed": func(n *yaml.Node) { p.t.Signed = p.text(n) },
		"events": func(n *yaml.Node) { p.named(n, "events", p.event) },
		"blanks": func(n *yaml.Node) { p.named(n, "blanks", p.blank) },
	})
}

var yamlPlace = regexp.MustCompile(`line (\d+)(?:, column (\d+))?: (.*)`)

// yamlErrors passes on what the reader of YAML says, with the place in the whole file.
func (p *templateParse) yamlErrors(err error) {
	all := []error{err}
	var list *yaml.LoadErrors
	if errors.As(err, &list) {
		all = nil
		for _, e := range list.Errors {
			all = append(all, e)
		}
	}
	for _, e := range all {
		line, column, words := 1, 1, e.Error()
		if m := yamlPlace.FindStringSubmatch(words); m != nil {
			line, _ = strconv.Atoi(m[1])
			column, _ = strconv.Atoi(m[2])
			words = m[3]
		}
		p.fail(line+headOffset, max(column, 1), "规则的写法不对（%s）；应是 名称: {键: 值, …}", words)
	}
}

func (p *templateParse) at(n *yaml.Node, format string, args ...any) {
	p.fail(n.Line+headOffset, max(n.Column, 1), format, args...)
}

// fields hands each value of a mapping to the function for its key.
func (p *templateParse) fields(n *yaml.Node, what string, set map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.at(n, "%s应是 {键: 值, …}", what)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		take, ok := set[key.Value]
		if !ok {
			var keys []string
			for k := range set {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			p.at(key, "%s里不认识%s；应是：%s", what, quoted(key.Value), strings.Join(keys, "、"))
			continue
		}
		take(value)
	}
}

// named hands each entry of a mapping from names to read.
func (p *templateParse) named(n *yaml.Node, what string, read func(name string, n *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.at(n, "%s应是 名称: {键: 值, …}", what)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, key := n.Content[i].Value, what+" "+n.Content[i].Value
		_, twice := p.places[key]
		switch {
		case twice:
			p.at(n.Content[i], "%s写了两次", quoted(name))
		case name == "" || name == MarkYear || name == MarkNextYear || strings.ContainsAny(name, "{}:") || utf8.RuneCountInString(name) > 12:
			p.at(n.Content[i], "名称%s不能用；应是12字以内，不带大括号和冒号", quoted(name))
		default:
			p.places[key] = place{n.Content[i].Line + headOffset, max(n.Content[i].Column, 1)}
			read(name, n.Content[i+1])
		}
	}
}

func (p *templateParse) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		p.at(n, "这里应是一个词")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// texts reads one word or a list of words.
func (p *templateParse) texts(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{p.text(n)}
	}
	if n.Kind != yaml.SequenceNode {
		p.at(n, "这里应是一个词，或 [词, 词]")
		return nil
	}
	var list []string
	for _, c := range n.Content {
		list = append(list, p.text(c))
	}
	return list
}

func (p *templateParse) flag(n *yaml.Node) bool {
	switch p.text(n) {
	case "true":
		return true
	case "false":
	default:
		p.at(n, "这里应是 true 或 false")
	}
	return false
}

func (p *templateParse) count(n *yaml.Node) int64 {
	v, err := strconv.ParseInt(p.text(n), 10, 64)
	if err != nil || v < 0 || v > 1e12 {
		p.at(n, "%s应是数字", quoted(n.Value))
	}
	return v
}

// monthDay reads 03-15 as the day of a leap year, so that 02-29 is one.
func (p *templateParse) monthDay(n *yaml.Node) monthDay {
	t, err := time.Parse("2006-01-02", "2024-"+p.text(n))
	if err != nil {
		p.at(n, "%s应是 月-日，如 03-15", quoted(n.Value))
	}
	return monthDay{t.Month(), t.Day()}
}

// activity reads an activity by its code or one of its names.
func (p *templateParse) activity(n *yaml.Node) string {
	word := p.text(n)
	list := p.reference.Catalogue.Activities
	for _, a := range list {
		if word == a.Code || word == a.Name || word == a.Short {
			return a.Code
		}
	}
	p.at(n, "没有%s这个活动；应是：%s", quoted(word), nameList(list, func(a Activity) string { return a.Code }))
	return ""
}

// measure checks that an activity has a measure, by its code or one of its names.
func (p *templateParse) measure(n *yaml.Node, activity, word string) string {
	a, ok := p.reference.Catalogue.Activity(activity)
	if !ok {
		return word // the activity is the error
	}
	for _, m := range a.Measures {
		if word == m.Code || word == m.Name || word == m.Short {
			return m.Code
		}
	}
	p.at(n, "%s没有%s这个指标；应是：%s", a.Name, quoted(word), nameList(a.Measures, func(m Measure) string { return m.Code }))
	return word
}

// area reads an area by its code.
func (p *templateParse) areas(n *yaml.Node) []int64 {
	var ids []int64
	for i, code := range p.texts(n) {
		a, ok := p.reference.Areas.ByCode(code)
		if !ok {
			where := n
			if n.Kind == yaml.SequenceNode {
				where = n.Content[i]
			}
			p.at(where, "辖区里没有区划代码%s；应是已导入辖区的代码，如 %s", quoted(code), p.someCode())
			continue
		}
		ids = append(ids, a.ID)
	}
	return ids
}

func (p *templateParse) someCode() string {
	if root, ok := p.reference.Areas.Root(); ok {
		return root.Code
	}
	return "430527100001"
}

// choice reads one of several words.
func choice[T ~string](p *templateParse, n *yaml.Node, of ...T) T {
	word := T(p.text(n))
	if !slices.Contains(of, word) {
		p.at(n, "%s不认识；应是：%s", quoted(string(word)), nameList(of, func(w T) string { return string(w) }))
	}
	return word
}

// event reads the rule of an event.
func (p *templateParse) event(name string, n *yaml.Node) {
	e := Event{Name: name, By: ByOffice}
	var measure *yaml.Node
	p.fields(n, "事情"+quoted(name), map[string]func(*yaml.Node){
		"activity": func(n *yaml.Node) { e.Activity = p.activity(n) },
		"areas":    func(n *yaml.Node) { e.Areas = p.areas(n) },
		"places":   func(n *yaml.Node) { e.Places = p.texts(n) },
		"words":    func(n *yaml.Node) { e.Words = p.texts(n) },
		"from":     func(n *yaml.Node) { e.from = p.monthDay(n) },
		"to":       func(n *yaml.Node) { e.to = p.monthDay(n) },
		"all":      func(n *yaml.Node) { e.All = p.flag(n) },
		"within":   func(n *yaml.Node) { e.Within = Day(p.count(n)) },
		"except":   func(n *yaml.Node) { e.Except = p.texts(n) },
		"measure":  func(n *yaml.Node) { measure = n },
		"by":       func(n *yaml.Node) { e.By = choice(p, n, ByOffice, ByAll) },
	})
	if measure != nil {
		e.Measure = p.measure(measure, e.Activity, p.text(measure))
	}
	if e.Activity == "" && n.Kind == yaml.MappingNode && !hasKey(n, "activity") {
		p.at(n, "事情%s缺 activity", quoted(name))
	}
	p.t.Events = append(p.t.Events, e)
}

func hasKey(n *yaml.Node, key string) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// blank reads the rule of a blank.
func (p *templateParse) blank(name string, n *yaml.Node) {
	b := Blank{Name: name, By: ByAll}
	nodes := map[string]*yaml.Node{}
	keep := func(key string) func(*yaml.Node) { return func(n *yaml.Node) { nodes[key] = n } }
	p.fields(n, "空"+quoted(name), map[string]func(*yaml.Node){
		"ask":      func(n *yaml.Node) { b.Ask = p.text(n) },
		"fill":     func(n *yaml.Node) { b.Fill = choice(p, n, fills...) },
		"form":     func(n *yaml.Node) { b.Form = choice(p, n, forms...) },
		"by":       func(n *yaml.Node) { b.By = choice(p, n, ByOffice, ByTownships, ByAll) },
		"event":    func(n *yaml.Node) { b.Event = p.text(n) },
		"activity": func(n *yaml.Node) { b.Activity = p.activity(n) },
		"unit":     func(n *yaml.Node) { b.Unit = p.text(n) },
		"prefix":   func(n *yaml.Node) { b.Prefix = p.text(n) },
		"tail":     func(n *yaml.Node) { b.Tail = p.text(n) },
		"text":     func(n *yaml.Node) { b.Printed = p.text(n) },
		"like":     func(n *yaml.Node) { b.Like = p.text(n) },
		"at_most":  func(n *yaml.Node) { b.AtMost = p.text(n) },
		"near":     func(n *yaml.Node) { b.Near = p.flag(n) },
		"optional": func(n *yaml.Node) { b.Optional = p.flag(n) },
		"each":     func(n *yaml.Node) { b.Each = p.each(n) },
		"measure":  keep("measure"),
		"of":       keep("of"),
	})
	if n.Kind != yaml.MappingNode {
		return
	}
	if b.Event != "" {
		e, ok := p.t.Event(b.Event)
		if !ok {
			p.at(n, "空%s的事情%s没有写；应是 events 里的：%s", quoted(name), quoted(b.Event), nameList(p.t.Events, func(e Event) string { return e.Name }))
		}
		b.Activity = e.Activity
	}
	if m := nodes["measure"]; m != nil {
		for _, word := range p.texts(m) {
			b.Measures = append(b.Measures, p.measure(m, b.Activity, word))
		}
	}
	if of := nodes["of"]; of != nil {
		b.Of = p.measure(of, b.Activity, p.text(of))
	}
	p.complete(&b, n)
	p.rules = append(p.rules, b)
}

func (p *templateParse) each(n *yaml.Node) *Ratio {
	r := &Ratio{}
	p.fields(n, "each", map[string]func(*yaml.Node){
		"of":   func(n *yaml.Node) { r.Of = p.text(n) },
		"from": func(n *yaml.Node) { r.From = p.count(n) },
		"to":   func(n *yaml.Node) { r.To = p.count(n) },
	})
	return r
}

// complete checks that a blank has what its way of filling needs, and nothing of another way.
func (p *templateParse) complete(b *Blank, n *yaml.Node) {
	need := map[Fill]string{FillDate: "event", FillLast: "event", FillDays: "event", FillTimes: "event", FillNumber: "event measure",
		FillSum: "activity measure", FillTarget: "activity measure", FillRate: "activity measure of", FillOffice: "form"}
	has := map[string]bool{"event": b.Event != "", "activity": b.Activity != "" || hasKey(n, "activity"), "measure": len(b.Measures) > 0, "of": b.Of != "", "form": b.Form != ""}
	if b.Ask == "" {
		p.at(n, "空%s缺 ask：没有数时印什么", quoted(b.Name))
	}
	if b.Fill == "" && !hasKey(n, "fill") {
		p.at(n, "空%s缺 fill；应是：%s", quoted(b.Name), nameList(fills, func(f Fill) string { return string(f) }))
	}
	for _, key := range strings.Fields(need[b.Fill]) {
		if !has[key] {
			p.at(n, "空%s缺 %s：%s 要有 %s", quoted(b.Name), key, b.Fill, strings.ReplaceAll(need[b.Fill], " ", "、"))
		}
	}
	if b.Fill != FillOffice && b.Form != "" {
		p.at(n, "空%s不要写 form：%s 的写法是定的", quoted(b.Name), b.Fill)
	}
	if b.Form == FormDocument && b.Prefix == "" {
		p.at(n, "空%s缺 prefix：文号的机关代字，如 绥妇发", quoted(b.Name))
	}
	b.money = p.ofMoney(*b)
	if b.money != (b.Unit == MoneyUnit || b.Unit == tenThousand) && (b.Fill == FillNumber || b.Fill == FillSum || b.Form == FormMoney) && len(p.errs) == 0 {
		p.at(n, "空%s的单位%s不对；钱应是 元 或 万元，别的不是", quoted(b.Name), quoted(b.Unit))
	}
}

// ofMoney tells whether a blank is an amount of money.
func (p *templateParse) ofMoney(b Blank) bool {
	if b.Form == FormMoney {
		return true
	}
	a, _ := p.reference.Catalogue.Activity(b.Activity)
	return slices.ContainsFunc(b.Measures, func(code string) bool {
		m, _ := a.Measure(code)
		return m.Money()
	})
}

// cross checks what rules say of each other, once all are read.
func (p *templateParse) cross() {
	known := func(name string) bool {
		return slices.ContainsFunc(p.rules, func(b Blank) bool { return b.Name == name })
	}
	check := func(b Blank, key, name string) {
		if name != "" && !known(name) {
			at := p.places["blanks "+b.Name]
			p.fail(at.line, at.column, "空%s的 %s %s没有规则", quoted(b.Name), key, quoted(name))
		}
	}
	for _, b := range p.rules {
		check(b, "at_most", b.AtMost)
		if b.Each != nil {
			check(b, "each", b.Each.Of)
		}
	}
	for i, e := range p.t.Events {
		for _, name := range e.Except {
			if j := slices.IndexFunc(p.t.Events, func(o Event) bool { return o.Name == name }); j < 0 || j >= i {
				at := p.places["events "+e.Name]
				p.fail(at.line, at.column, "事情%s的 except %s应写在它前面", quoted(e.Name), quoted(name))
			}
		}
	}
}

// String says what a blank's rule is, for the sheet of sources.
func (d monthDay) String() string { return fmt.Sprintf("%d月%d日", int(d.month), d.day) }
