package sandbox

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// formatted is a text with its entities, as Telegram would store it.
type formatted struct {
	text     string
	entities []Entity
}

// formatText makes the stored form of a text: entities given or parsed from parse_mode and checked, blanks at both ends
// cut, length checked, commands and mentions found. f is the rule of the text parameter.
func formatText(f *field, text, parseMode string, given []Entity) (formatted, *apiError) {
	if !utf8.ValidString(text) {
		return formatted{}, badRequest("strings must be encoded in UTF-8")
	}
	out := formatted{text: strings.ReplaceAll(text, "\r", ""), entities: given}
	if parseMode != "" {
		if given != nil {
			return formatted{}, badRequest("parse_mode and entities exclude each other")
		}
		var err *apiError
		if out, err = parseMarkup(out.text, parseMode); err != nil {
			return formatted{}, err
		}
	}
	if err := checkEntities(out.text, out.entities); err != nil {
		return formatted{}, err
	}
	out = out.trim()
	if out.text == "" && f.min > 0 {
		if text == "" {
			return formatted{}, f.problem(tooShort, "is empty")
		}
		return formatted{}, badRequest("text must be non-empty")
	}
	if utf16Len(out.text) > f.max {
		return formatted{}, f.problem(tooLong, "must have at most %d characters", f.max)
	}
	out.entities = mergeEntities(out.entities, findEntities(out.text))
	return out, nil
}

// checkEntities wants entities inside the text, on whole characters, in order, nested or apart but never crossing.
func checkEntities(text string, entities []Entity) *apiError {
	if len(entities) == 0 {
		return nil
	}
	units := utf16.Encode([]rune(text))
	var open []int // ends of the enclosing entities
	for i, e := range entities {
		end := e.Offset + e.Length
		switch {
		case e.Offset < 0 || e.Offset > len(units):
			return badRequest("receive an entity with incorrect offset %d", e.Offset)
		case e.Offset == len(units):
			return badRequest("entity begins after the end of the text at UTF-16 offset %d", e.Offset)
		case e.Length <= 0:
			return badRequest("receive an entity with incorrect length %d", e.Length)
		case end > len(units):
			return badRequest("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, end)
		case insidePair(units, e.Offset):
			return badRequest("entity begins in a middle of a UTF-16 symbol at UTF-16 offset %d", e.Offset)
		case insidePair(units, end):
			return badRequest("entity beginning at UTF-16 offset %d ends in a middle of a UTF-16 symbol", e.Offset)
		case i > 0 && entityOrder(entities[i-1], e) > 0:
			return badRequest("entities must be sorted by offset, the longer first: number %d is not", i)
		}
		for len(open) > 0 && open[len(open)-1] <= e.Offset {
			open = open[:len(open)-1]
		}
		if len(open) > 0 && end > open[len(open)-1] {
			return badRequest("entity beginning at UTF-16 offset %d crosses the end of another", e.Offset)
		}
		open = append(open, end)
		if err := e.checkFields(); err != nil {
			return err
		}
	}
	return nil
}

// checkFields wants the fields that belong to the entity's type, and no others.
func (e Entity) checkFields() *apiError {
	set := map[string]bool{
		"url": e.URL != "", "user": e.User != nil, "language": e.Language != "", "custom_emoji_id": e.CustomEmojiID != "",
	}
	for name, isSet := range set {
		if only := entityFields()[name].onlyFor; isSet && only != e.Type {
			return badRequest("can't parse MessageEntity: field %q is for %s only", name, only)
		}
	}
	for kind, name := range map[string]string{"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"} {
		if e.Type == kind && !set[name] {
			return badRequest("can't parse MessageEntity: Can't find field %q", name)
		}
	}
	return nil
}

func entityFields() map[string]*field {
	return botAPI().methods["sendmessage"].fields["entities"].shape.elem.object.fields
}

// insidePair reports whether position i is between the halves of a surrogate pair.
func insidePair(units []uint16, i int) bool {
	return i > 0 && i < len(units) && utf16.IsSurrogate(rune(units[i])) && units[i] >= 0xDC00
}

func entityOrder(a, b Entity) int {
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length))
}

// trim cuts blanks as Telegram does: all white space at the end, spaces and newlines at the start up to the first entity.
func (t formatted) trim() formatted {
	end := strings.TrimRight(t.text, " \n\t\v\f")
	first := utf16Len(end)
	if len(t.entities) > 0 {
		first = min(first, t.entities[0].Offset)
	}
	cut := 0
	for cut < first && (end[cut] == ' ' || end[cut] == '\n') {
		cut++
	}
	out := formatted{text: end[cut:]}
	size := utf16Len(out.text)
	for _, e := range t.entities {
		e.Offset -= cut
		e.Length = min(e.Length, size-e.Offset)
		if e.Length > 0 {
			out.entities = append(out.entities, e)
		}
	}
	return out
}

// What Telegram marks by itself. A command or mention begins at a word's beginning.
var (
	commandIn = regexp.MustCompile(`(^|[\s"'(<[{])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)\b`)
	mentionIn = regexp.MustCompile(`(^|[^\p{L}\p{N}_/@])(@[A-Za-z0-9_]{3,32})\b`)
	hashtagIn = regexp.MustCompile(`(^|[\s([{])(#[\p{L}\p{N}_]+)`)
	urlIn     = regexp.MustCompile(`(^|[^A-Za-z0-9_])(https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[^\s，。！？、）]*)?)`)
)

// findEntities marks commands, mentions, hashtags and web addresses.
func findEntities(text string) []Entity {
	if !strings.ContainsAny(text, "/@#") {
		return nil
	}
	var found []Entity
	for kind, re := range map[string]*regexp.Regexp{"url": urlIn, "bot_command": commandIn, "mention": mentionIn, "hashtag": hashtagIn} {
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			found = append(found, Entity{Type: kind, Offset: utf16Len(text[:m[4]]), Length: utf16Len(text[m[4]:m[5]])})
		}
	}
	slices.SortFunc(found, entityOrder)
	return found
}

// mergeEntities adds those found that touch none of the given.
func mergeEntities(given, found []Entity) []Entity {
	out := slices.Clone(given)
	for _, e := range found {
		touches := slices.ContainsFunc(out, func(g Entity) bool {
			return e.Offset < g.Offset+g.Length && g.Offset < e.Offset+e.Length
		})
		if !touches {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, entityOrder)
	return out
}

// utf16Len is the length Telegram counts in.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// sliceUTF16 is the part of s from offset on, of the length, both in UTF-16 code units.
func sliceUTF16(s string, offset, length int) string {
	units := utf16.Encode([]rune(s))
	return string(utf16.Decode(units[offset : offset+length]))
}
