package sandbox

import (
	"html"
	"slices"
	"strings"
)

// htmlTags maps the tags of Telegram's HTML (https://core.telegram.org/bots/api#html-style) to kinds of entity.
var htmlTags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
	"code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
}

// parseMarkup turns a text with markup into a plain one with entities, and refuses what Telegram refuses. Of the three
// modes it knows HTML; both kinds of Markdown are answered as not in the sandbox.
func parseMarkup(text, mode string) (formatted, *apiError) {
	switch strings.ToLower(mode) {
	case "html":
		p := htmlParser{rest: text, whole: len(text)}
		return p.parse()
	case "markdown", "markdownv2":
		return formatted{}, &apiError{code: 501, description: "Not Implemented: parse_mode " + mode + " is not in the sandbox: send entities or HTML"}
	}
	return formatted{}, badRequest("unsupported parse_mode")
}

// htmlParser reads from left to right; open holds the tags not closed yet.
type htmlParser struct {
	rest   string
	whole  int
	out    strings.Builder
	offset int // of out, in UTF-16 code units
	open   []openTag
	done   []Entity
}

type openTag struct {
	name   string
	entity Entity
}

func (p *htmlParser) parse() (formatted, *apiError) {
	for p.rest != "" {
		text, tag, found := strings.Cut(p.rest, "<")
		plain := html.UnescapeString(text)
		p.out.WriteString(plain)
		p.offset += utf16Len(plain)
		if !found {
			break
		}
		p.rest = tag
		if err := p.tag(p.whole - len(tag) - 1); err != nil {
			return formatted{}, err
		}
	}
	if n := len(p.open); n > 0 {
		return formatted{}, badRequest("can't parse entities: Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	slices.SortStableFunc(p.done, entityOrder)
	return formatted{p.out.String(), p.done}, nil
}

// tag reads what follows a "<" at the byte offset.
func (p *htmlParser) tag(at int) *apiError {
	inside, rest, found := strings.Cut(p.rest, ">")
	if !found {
		return badRequest("can't parse entities: Unclosed start tag at byte offset %d", at)
	}
	p.rest = rest
	if name, ok := strings.CutPrefix(inside, "/"); ok {
		return p.close(strings.ToLower(strings.TrimSpace(name)), at)
	}
	name, attributes, _ := strings.Cut(inside, " ")
	name = strings.ToLower(name)
	kind, ok := htmlTags[name]
	if !ok {
		return badRequest("can't parse entities: Unsupported start tag %q at byte offset %d", name, at)
	}
	e := Entity{Type: kind, Offset: p.offset}
	if name == "a" {
		e.URL = html.UnescapeString(attribute(attributes, "href"))
	}
	p.open = append(p.open, openTag{name, e})
	return nil
}

func (p *htmlParser) close(name string, at int) *apiError {
	n := len(p.open) - 1
	if n < 0 {
		return badRequest("can't parse entities: Unexpected end tag at byte offset %d", at)
	}
	last := p.open[n]
	if name != "" && name != last.name {
		return badRequest("can't parse entities: Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", at, last.name, name)
	}
	p.open = p.open[:n]
	last.entity.Length = p.offset - last.entity.Offset
	if last.entity.Length > 0 && (last.name != "a" || last.entity.URL != "") {
		p.done = append(p.done, last.entity)
	}
	return nil
}

// attribute finds name="value" or name='value'.
func attribute(in, name string) string {
	_, after, found := strings.Cut(in, name+"=")
	if !found || after == "" {
		return ""
	}
	value, _, _ := strings.Cut(after[1:], after[:1])
	return value
}
