package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestEveryMethodHasAHandler(t *testing.T) {
	r := botAPI()
	for _, m := range r.methods {
		if handlers[m.name] == nil {
			t.Errorf("%s has no handler", m.name)
		}
	}
	if len(handlers) != len(r.methods) {
		t.Errorf("%d handlers for %d methods", len(handlers), len(r.methods))
	}
	for name := range notInSandbox {
		found := false
		for _, m := range r.methods {
			found = found || m.fields[name] != nil
		}
		if !found {
			t.Errorf("no method has the parameter %q", name)
		}
	}
	for key := range wording {
		name, _, _ := strings.Cut(key, " ")
		if owner, name, ok := strings.Cut(name, "."); ok && r.field(owner, name) == nil {
			t.Errorf("wording %q is for a field that is not in the data", key)
		}
	}
}

// field finds a field of a method, or of a type some method reaches.
func (r *rules) field(owner, name string) *field {
	var found *field
	seen := make(map[*object]bool)
	var walk func(o *object)
	var look func(s *shape)
	look = func(s *shape) {
		switch s.kind {
		case array:
			look(s.elem)
		case structured:
			walk(s.object)
		case several:
			for _, u := range s.union {
				look(u)
			}
		}
	}
	walk = func(o *object) {
		if seen[o] {
			return
		}
		seen[o] = true
		if o.name == owner && o.fields[name] != nil {
			found = o.fields[name]
		}
		for _, f := range o.fields {
			look(f.shape)
		}
	}
	for _, m := range r.methods {
		walk(m.object)
	}
	return found
}

// The limits are read out of sentences; this is what was read when the data were cut. A new version of the Bot API that
// words a limit otherwise fails here.
func TestLimitsAreReadFromTheData(t *testing.T) {
	for _, c := range []struct{ owner, name, want string }{
		{"sendMessage", "text", "1-4096 characters parsed"},
		{"editMessageText", "text", "1-4096 characters parsed"},
		{"sendPhoto", "caption", "0-1024 characters parsed"},
		{"sendDocument", "caption", "0-1024 characters parsed"},
		{"InputMediaPhoto", "caption", "0-1024 characters parsed"},
		{"ReplyParameters", "quote", "0-1024 characters parsed"},
		{"answerCallbackQuery", "text", "0-200 characters"},
		{"InlineKeyboardButton", "callback_data", "1-64 bytes"},
		{"InlineKeyboardButton", "style", "one of danger primary success"},
		{"CopyTextButton", "text", "1-256 characters"},
		{"ReplyKeyboardMarkup", "input_field_placeholder", "1-64 characters"},
		{"BotCommand", "command", "1-32 characters ^[a-z0-9_]*$"},
		{"BotCommand", "description", "1-256 characters"},
		{"setMyCommands", "commands", "0-100 items"},
		{"sendMediaGroup", "media", "2-10 items"},
		{"getUpdates", "limit", "1-100 number"},
		{"setWebhook", "max_connections", "1-100 number"},
		{"setWebhook", "secret_token", "1-256 characters ^[A-Za-z0-9_-]*$"},
		{"KeyboardButtonRequestUsers", "max_quantity", "1-10 number"},
		{"MessageEntity", "url", "for text_link"},
		{"MessageEntity", "type", "one of blockquote bold bot_command cashtag code custom_emoji date_time email expandable_blockquote hashtag italic mention phone_number pre spoiler strikethrough text_link text_mention underline url"},
		{"sendChatAction", "action", "one of choose_sticker find_location record_video record_video_note record_voice typing upload_document upload_photo upload_video upload_video_note upload_voice"},
		{"sendMessage", "chat_id", ""},
	} {
		f := botAPI().field(c.owner, c.name)
		if f == nil {
			t.Errorf("%s.%s is not in the data", c.owner, c.name)
			continue
		}
		if got := f.limits.String(); got != c.want {
			t.Errorf("%s.%s: %q, want %q", c.owner, c.name, got, c.want)
		}
	}
}

func (l limits) String() string {
	var out []string
	if l.max > 0 {
		out = append(out, fmt.Sprintf("%d-%d %s", l.min, l.max, [...]string{"", "characters", "bytes", "items", "number"}[l.unit]))
	}
	if l.parsed {
		out = append(out, "parsed")
	}
	if l.oneOf != nil {
		out = append(out, "one of "+strings.Join(sortedKeys(l.oneOf), " "))
	}
	if l.pattern != nil {
		out = append(out, l.pattern.String())
	}
	if l.onlyFor != "" {
		out = append(out, "for "+l.onlyFor)
	}
	return strings.Join(out, " ")
}

func TestActionsAreReadFromTheData(t *testing.T) {
	button := botAPI().field("InlineKeyboardMarkup", "inline_keyboard").shape.elem.elem.object
	key := botAPI().field("ReplyKeyboardMarkup", "keyboard").shape.elem.elem.object
	if button.actions != exactlyOne || key.actions != atMostOne || !key.orString || button.orString {
		t.Errorf("inline %d, reply %d, a string for a key %v", button.actions, key.actions, key.orString)
	}
	if got := strings.Join(sortedKeys(button.labels), " "); got != "icon_custom_emoji_id style text" {
		t.Errorf("labels: %s", got)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("sendMessage", `{"chat_id":11,"text":"好","entities":[{"type":"bold","offset":0,"length":1}]}`)
	f.Add("sendMessage", `{"chat_id":"@a","text":"<b>🎉</b>","parse_mode":"HTML","reply_markup":{"keyboard":[["好"]]}}`)
	f.Add("setMyCommands", `{"commands":[{}],"scope":{"type":"chat"}}`)
	f.Add("sendMediaGroup", `{"media":[{"type":"photo"},null]}`)
	f.Fuzz(func(t *testing.T, name, body string) {
		m := botAPI().methods[strings.ToLower(name)]
		p := &params{values: make(map[string]value)}
		if m == nil || p.readJSON(strings.NewReader(body)) != nil || m.check(p) != nil {
			return
		}
		c := &call{params: p, method: m}
		if _, err := c.markup(); err != nil {
			return
		}
		if m.fields["entities"] == nil {
			return
		}
		out, err := c.formatted("text", "entities")
		if err == nil && checkEntities(out.text, out.entities) != nil {
			t.Errorf("accepted %s, and stored %q with %+v", body, out.text, out.entities)
		}
	})
}
