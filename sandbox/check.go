package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// check compares the parameters with the method's rules: unknown ones, missing ones, types and limits. What is counted
// "after entities parsing" is left to formatText.
func (m *method) check(p *params) *apiError {
	for _, name := range p.names() {
		f, ok := m.fields[name]
		if !ok {
			if _, isFile := p.files[name]; isFile && p.attached(name) {
				continue
			}
			return badRequest("unknown parameter %q of %s", name, m.name)
		}
		if notInSandbox[name] {
			return &apiError{code: 501, description: fmt.Sprintf("Not Implemented: parameter %q of %s is not in the sandbox", name, m.name)}
		}
		if err := f.checkParam(p, name); err != nil {
			return err
		}
	}
	for _, f := range m.required {
		if !p.has(f.name) {
			return f.problem(missing, "is required")
		}
	}
	return nil
}

// notInSandbox are parameters for things the sandbox has no world for.
var notInSandbox = map[string]bool{
	"business_connection_id": true, "message_thread_id": true, "direct_messages_topic_id": true,
	"suggested_post_parameters": true, "allow_paid_broadcast": true, "message_effect_id": true,
	"rich_message": true, "inline_message_id": true, "certificate": true, "ip_address": true,
}

func (f *field) checkParam(p *params, name string) *apiError {
	if _, isFile := p.files[name]; isFile {
		if f.shape.accepts(file) {
			return nil
		}
		return wrongField("parameter %q must be %s, not a file", name, f.shape.name)
	}
	v := p.values[name]
	if v.form && f.shape.isPlain() {
		return f.checkForm(v.text)
	}
	tree := v.tree
	if _, quoted := tree.(string); v.form || quoted && !f.shape.isPlain() {
		var err error
		if tree, err = decodeTree([]byte(v.text)); err != nil {
			return badRequest("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
		}
	}
	if err := f.shape.check(tree, f); err != nil {
		return err.of(name)
	}
	return nil
}

// checkForm checks a plain value that came as text, as in a form every value does.
func (f *field) checkForm(text string) *apiError {
	switch {
	case f.shape.accepts(str):
		return f.checkString(text)
	case f.shape.accepts(integer):
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return f.wrongType()
		}
		return f.checkNumber(n)
	case f.shape.accepts(float):
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return f.wrongType()
		}
	case f.shape.accepts(boolean):
		if _, err := strconv.ParseBool(text); err != nil {
			return f.wrongType()
		}
	case f.shape.accepts(file):
		return f.wrongType()
	}
	return nil
}

func (f *field) wrongType() *apiError {
	return wrongField("parameter %q must be %s", f.name, f.shape.name)
}

func (s *shape) accepts(k kind) bool {
	if s.kind == several {
		return slices.ContainsFunc(s.union, func(u *shape) bool { return u.kind == k })
	}
	return s.kind == k
}

func (s *shape) isPlain() bool {
	return !s.accepts(array) && !s.accepts(structured)
}

// check compares a decoded JSON value with the shape; f carries the limits of the value itself.
func (s *shape) check(v any, f *field) *apiError {
	switch v := v.(type) {
	case string:
		if s.accepts(str) {
			return f.checkString(v)
		}
		if s.kind == structured && s.object.orString {
			return s.object.fields["text"].checkString(v)
		}
	case json.Number:
		n, err := v.Int64()
		if s.accepts(integer) && err == nil {
			return f.checkNumber(n)
		}
		if s.accepts(float) {
			return nil
		}
	case bool:
		if s.accepts(boolean) {
			return nil
		}
	case []any:
		if s.kind == array {
			return s.checkArray(v, f)
		}
	case map[string]any:
		if s.accepts(structured) {
			return s.pick(v).check(v)
		}
	}
	return wrongField("parameter %q must be %s", f.name, s.name)
}

func (s *shape) checkArray(v []any, f *field) *apiError {
	if f.unit == items {
		if len(v) < f.min {
			return f.problem(tooShort, "must have at least %d items", f.min)
		}
		if len(v) > f.max {
			return f.problem(tooLong, "must have at most %d items", f.max)
		}
	}
	inner := &field{name: f.name, owner: f.owner}
	for i, e := range v {
		if err := s.elem.check(e, inner); err != nil {
			return err.in("[" + strconv.Itoa(i) + "]")
		}
	}
	return nil
}

// pick chooses which of several objects a value is meant to be: by its "type", else by the required fields it has.
func (s *shape) pick(v map[string]any) *object {
	if s.kind != several {
		return s.object
	}
	kind, _ := v["type"].(string)
	var best *object
	for _, u := range s.union {
		if u.kind != structured {
			continue
		}
		if u.object.constant != "" && u.object.constant == kind {
			return u.object
		}
		if best == nil || u.object.present(v) > best.present(v) {
			best = u.object
		}
	}
	return best
}

// present counts the required fields that v has.
func (o *object) present(v map[string]any) int {
	n := 0
	for _, f := range o.required {
		if _, ok := v[f.name]; ok {
			n++
		}
	}
	return n
}

func (o *object) check(v map[string]any) *apiError {
	if o.actions != 0 {
		dropEmptyCopyText(o, v)
	}
	for _, name := range sortedKeys(v) {
		f, ok := o.fields[name]
		if !ok {
			return wrongObject("unknown field %q of %s", name, o.name)
		}
		if err := f.shape.check(v[name], f); err != nil {
			return err.of(name)
		}
	}
	for _, f := range o.required {
		if _, ok := v[f.name]; !ok {
			err := f.problem(missing, "is required")
			err.self = false
			return err
		}
	}
	if got, _ := v["type"].(string); o.constant != "" && got != o.constant {
		return wrongObject("%s has no type %q", o.name, got)
	}
	return o.checkActions(v)
}

// dropEmptyCopyText ignores "copy_text":{"text":""} beside another action: a common client library sends it with every
// button, and Telegram looks at the other action first.
func dropEmptyCopyText(o *object, v map[string]any) {
	c, _ := v["copy_text"].(map[string]any)
	if text, ok := c["text"].(string); ok && text == "" && len(o.chosen(v)) > 1 {
		delete(v, "copy_text")
	}
}

// chosen lists the actions that v sets.
func (o *object) chosen(v map[string]any) []string {
	var set []string
	for name := range v {
		if !o.labels[name] {
			set = append(set, name)
		}
	}
	return set
}

func (o *object) checkActions(v map[string]any) *apiError {
	if o.actions == 0 {
		return nil
	}
	set := o.chosen(v)
	if len(set) == 0 && o.actions == exactlyOne {
		return badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	if len(set) > 1 {
		sort.Strings(set)
		return wrongObject("%s must have one action, got %s", o.name, strings.Join(set, ", "))
	}
	return nil
}

func (f *field) checkString(v string) *apiError {
	if f.oneOf != nil && !f.oneOf[v] {
		return f.problem(notAllowed, "has a value the Bot API does not list")
	}
	if f.max == 0 || f.parsed {
		return nil
	}
	return f.checkLength(v)
}

// checkLength applies the stated length and the stated characters.
func (f *field) checkLength(v string) *apiError {
	n, of := len(v), "bytes"
	if f.unit == characters {
		n, of = utf16Len(v), "characters"
	}
	switch {
	case n < f.min:
		return f.problem(tooShort, "must have at least %d %s", f.min, of)
	case n > f.max:
		return f.problem(tooLong, "must have at most %d %s", f.max, of)
	case f.pattern != nil && !f.pattern.MatchString(v):
		return f.problem(notAllowed, "has other characters than allowed: %s", f.patternIs)
	}
	return nil
}

func (f *field) checkNumber(n int64) *apiError {
	if f.unit == number && (n < int64(f.min) || n > int64(f.max)) {
		return f.problem(notAllowed, "must be between %d and %d", f.min, f.max)
	}
	return nil
}

// The ways a field can be wrong, as keys of wording.
const (
	missing    = "missing"
	tooShort   = "short"
	tooLong    = "long"
	notAllowed = "value"
)

// wording has Telegram's own words where it has some; what is not here is said in ours.
var wording = map[string]string{
	"sendMessage.text missing":                 "message text is empty",
	"sendMessage.text short":                   "message text is empty",
	"sendMessage.text long":                    "message is too long",
	"editMessageText.text missing":             "message text is empty",
	"editMessageText.text short":               "message text is empty",
	"editMessageText.text long":                "message is too long",
	"caption long":                             "message caption is too long",
	"chat_id missing":                          "chat_id is empty",
	"message_id missing":                       "message identifier is not specified",
	"photo missing":                            "there is no photo in the request",
	"document missing":                         "there is no document in the request",
	"file_id missing":                          "file_id not specified",
	"action missing":                           "wrong parameter action in request",
	"action value":                             "wrong parameter action in request",
	"answerCallbackQuery.text long":            "MESSAGE_TOO_LONG",
	"InlineKeyboardButton.text missing":        "can't parse inline keyboard button: Can't find field \"text\"",
	"InlineKeyboardButton.callback_data long":  "BUTTON_DATA_INVALID",
	"InlineKeyboardButton.callback_data short": "BUTTON_DATA_INVALID",
	"MessageEntity.type value":                 "can't parse MessageEntity: Unsupported type specified",
	"BotCommand.command long":                  "BOT_COMMAND_INVALID",
	"BotCommand.command short":                 "BOT_COMMAND_INVALID",
	"BotCommand.command value":                 "BOT_COMMAND_INVALID",
	"BotCommand.description short":             "command description must be non-empty",
	"BotCommand.description long":              "command description length must not exceed 256",
	"setMyCommands.commands long":              "BOT_COMMANDS_TOO_MUCH",
}

// problem says what is wrong with the field, in Telegram's words where those are known.
func (f *field) problem(fault, format string, args ...any) *apiError {
	for _, key := range []string{f.owner + "." + f.name + " " + fault, f.name + " " + fault} {
		if w, ok := wording[key]; ok {
			return badRequest("%s", w)
		}
	}
	return wrongField("parameter %q %s", f.name, fmt.Sprintf(format, args...))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
