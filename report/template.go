package report

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// DefaultTemplate is the template of the year's work summary that comes with the program. Its own head says how one is
// written.
//
//go:embed template.md
var DefaultTemplate []byte

// Template is the prose of the year's work summary (年终总结) with the blanks in it, and the rule by which each is filled.
type Template struct {
	File       string
	Signed     string // whose summary it is, printed at its end
	Title      []Line
	Paragraphs []Line
	Blanks     []Blank // those that stand in the text, in its order, each once
	Events     []Event
}

// Line is a line of a template: a title, a head, or a paragraph.
type Line struct {
	Level  int // 1 to 3 for heads, 0 for text
	Pieces []Piece
}

// Piece is a part of a line: words, or a mark to be replaced.
type Piece struct {
	Text string // empty for a mark
	Mark string // the name of a blank, or one of the years
}

// Marks that need no rule.
const (
	MarkYear     = "年"   // the document's year
	MarkNextYear = "下一年" // the one after it
)

// Blank gives the blank with that name.
func (t *Template) Blank(name string) (Blank, bool) {
	i := slices.IndexFunc(t.Blanks, func(b Blank) bool { return b.Name == name })
	if i < 0 {
		return Blank{}, false
	}
	return t.Blanks[i], true
}

// Event gives the event with that name.
func (t *Template) Event(name string) (Event, bool) {
	i := slices.IndexFunc(t.Events, func(e Event) bool { return e.Name == name })
	if i < 0 {
		return Event{}, false
	}
	return t.Events[i], true
}

// Print writes a line, with say in the place of each mark.
func (l Line) Print(say func(mark string) string) string {
	var b strings.Builder
	for _, p := range l.Pieces {
		if p.Mark != "" {
			b.WriteString(say(p.Mark))
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// Sentence gives the sentence that a blank stands in, with ▢ in its own place and say in the place of the others.
func (t *Template) Sentence(name string, say func(mark string) string) string {
	const here = "▢"
	for _, l := range t.Paragraphs {
		if !slices.ContainsFunc(l.Pieces, func(p Piece) bool { return p.Mark == name }) {
			continue
		}
		text := l.Print(func(mark string) string {
			if mark == name {
				return here
			}
			return say(mark)
		})
		at := strings.Index(text, here)
		from, to := 0, len(text)
		if i := strings.LastIndexAny(text[:at], "。；"); i >= 0 {
			_, width := utf8.DecodeRuneInString(text[i:])
			from = i + width
		}
		if i := strings.IndexAny(text[at:], "。；"); i >= 0 {
			to = at + i
		}
		return text[from:to]
	}
	return ""
}

// maxTemplate bounds a template's file; the one that comes with the program has some 20 KB.
const maxTemplate = 1 << 20

// ParseTemplate reads a template and checks it against what the county counts and where. It is an office clerk who writes
// one, so each error it joins is a Chinese sentence: file:line:column, what is wrong, what is expected.
func ParseTemplate(file string, b []byte, r *Reference) (*Template, error) {
	p := templateParse{file: file, reference: r, t: &Template{File: file}}
	if len(b) > maxTemplate {
		p.fail(1, 1, "文件太大，最多%d字节", maxTemplate)
		return nil, &templateError{errors.Join(p.errs...)}
	}
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(strings.ToValidUTF8(string(b), "\uFFFD"), "\uFEFF"), "\r\n", "\n"), "\n")
	end := p.head(lines)
	for i := end; i < len(lines); i++ {
		p.line(lines[i], i+1)
	}
	if end < len(lines) && len(p.t.Paragraphs) == 0 && len(p.errs) == 0 {
		p.fail(end, 1, "没有正文，应在规则后面写正文")
	}
	p.cross()
	if len(p.errs) > 0 {
		return nil, &templateError{errors.Join(p.errs...)}
	}
	return p.t, nil
}

// templateError is what is wrong with a template.
type templateError struct{ error }

// IsTemplateError tells whether an error says what is wrong with a template: its words are for whoever wrote that.
func IsTemplateError(err error) bool {
	var t *templateError
	return errors.As(err, &t)
}

// templateParse reads one template and collects what is wrong with it.
type templateParse struct {
	file      string
	reference *Reference
	t         *Template
	rules     []Blank // all that have a rule, also those that stand nowhere in the text
	places    map[string]place
	errs      []error
}

// place is where something stands in a file, counted from 1; the column counts characters.
type place struct{ line, column int }

func (p *templateParse) fail(line, column int, format string, args ...any) {
	const most = 50
	if len(p.errs) < most {
		p.errs = append(p.errs, fmt.Errorf("%s:%d:%d：%s", p.file, line, column, fmt.Sprintf(format, args...)))
	}
}

// fence stands on a line of its own before and after the rules.
const fence = "---"

// head reads the rules and gives the index of the first line behind them.
func (p *templateParse) head(lines []string) int {
	if strings.TrimSpace(lines[0]) != fence {
		p.fail(1, 1, "第一行应是 ---，后面写每个空的规则")
		return len(lines)
	}
	for i := 1; i < len(lines); i++ {
		if strings.TrimRight(lines[i], " ") == fence {
			p.readRules(strings.Join(lines[1:i], "\n"))
			return i + 1
		}
	}
	p.fail(len(lines), 1, "规则后面应有一行 ---，再写正文")
	return len(lines)
}

// line reads a line of the text.
func (p *templateParse) line(text string, number int) {
	words := strings.TrimSpace(strings.ReplaceAll(text, "　", " "))
	if words == "" {
		return
	}
	level := 0
	for strings.HasPrefix(words[level:], "#") {
		level++
	}
	words = strings.TrimSpace(words[level:])
	column := utf8.RuneCountInString(text[:strings.Index(text+words, words)]) + 1
	l := Line{Level: max(level-1, 0), Pieces: p.pieces(words, number, column)}
	switch {
	case level > 4:
		p.fail(number, 1, "标题最多四级（####）")
	case level == 1:
		p.t.Title = append(p.t.Title, l)
	case len(l.Pieces) > 0:
		p.t.Paragraphs = append(p.t.Paragraphs, l)
	}
}

// The brackets of a mark.
const (
	openMark  = "{{"
	closeMark = "}}"
)

// pieces takes a line apart into words and marks.
func (p *templateParse) pieces(text string, number, column int) []Piece {
	var list []Piece
	rest := text
	at := func() int { return column + utf8.RuneCountInString(text[:len(text)-len(rest)]) }
	words := func(s string) {
		if i := strings.IndexAny(s, "｛｝"); i >= 0 {
			p.fail(number, at()+utf8.RuneCountInString(s[:i]), "大括号写成了全角，应是半角的 {{ 和 }}")
		} else if i := strings.Index(s, closeMark); i >= 0 {
			p.fail(number, at()+utf8.RuneCountInString(s[:i]), "}} 前面缺 {{，应是 {{B01}} 这样")
		}
		if s != "" {
			list = append(list, Piece{Text: s})
		}
	}
	for {
		before, after, found := strings.Cut(rest, openMark)
		words(before)
		if !found {
			return list
		}
		rest = rest[len(before):]
		name, behind, closed := strings.Cut(after, closeMark)
		if !closed || strings.Contains(name, openMark) {
			p.fail(number, at(), "{{ 后面缺 }}，应是 {{B01}} 这样")
			rest = after
			continue
		}
		p.mark(strings.TrimSpace(name), place{number, at()})
		list = append(list, Piece{Mark: strings.TrimSpace(name)})
		rest = behind
	}
}

// mark notes a mark of the text.
func (p *templateParse) mark(name string, at place) {
	if name == MarkYear || name == MarkNextYear {
		return
	}
	i := slices.IndexFunc(p.rules, func(b Blank) bool { return b.Name == name })
	if i < 0 {
		p.fail(at.line, at.column, "%s没有规则；应是 blanks 里的：%s", quoted(name), nameList(p.rules, func(b Blank) string { return b.Name }))
		return
	}
	if _, there := p.t.Blank(name); !there {
		p.t.Blanks = append(p.t.Blanks, p.rules[i])
	}
}

// quoted puts a word of the file in quotation marks, cut where it is long.
func quoted(word string) string {
	const most = 20
	if utf8.RuneCountInString(word) > most {
		word = string([]rune(word)[:most]) + "…"
	}
	return "“" + word + "”"
}

// nameList lists what a word could have been.
func nameList[T any](list []T, name func(T) string) string {
	const most = 60
	var names []string
	for _, x := range list[:min(len(list), most)] {
		names = append(names, name(x))
	}
	if len(list) > most {
		names = append(names, "……")
	}
	if len(names) == 0 {
		return "（还没有）"
	}
	return strings.Join(names, "、")
}
