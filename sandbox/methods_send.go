package sandbox

import (
	"encoding/json"
	"strconv"
	"strings"
)

func (s *Server) sendMessage(c *call) (any, *apiError) {
	t, err := c.formatted("text", "entities")
	if err != nil {
		return nil, err
	}
	m := apiMessage{Text: t.text, Entities: t.entities}
	if c.has("link_preview_options") {
		m.LinkPreview = json.RawMessage(c.text("link_preview_options"))
	}
	return s.sendOne(c, m)
}

func (s *Server) sendPhoto(c *call) (any, *apiError) {
	t, err := c.formatted("caption", "caption_entities")
	if err != nil {
		return nil, err
	}
	m := apiMessage{
		Caption: t.text, CaptionIn: t.entities,
		CaptionAbove: c.bool("show_caption_above_media"), Spoiler: c.bool("has_spoiler"),
	}
	if err := s.attachPhoto(c, &m, "photo", c.text("photo")); err != nil {
		return nil, err
	}
	return s.sendOne(c, m)
}

func (s *Server) sendDocument(c *call) (any, *apiError) {
	t, err := c.formatted("caption", "caption_entities")
	if err != nil {
		return nil, err
	}
	m := apiMessage{Caption: t.text, CaptionIn: t.entities}
	if err := s.attachDocument(c, &m, "document", c.text("document")); err != nil {
		return nil, err
	}
	return s.sendOne(c, m)
}

// inputMedia is an InputMediaPhoto or InputMediaDocument of an album.
type inputMedia struct {
	Type         string   `json:"type"`
	Media        string   `json:"media"`
	Caption      string   `json:"caption"`
	ParseMode    string   `json:"parse_mode"`
	Entities     []Entity `json:"caption_entities"`
	CaptionAbove bool     `json:"show_caption_above_media"`
	Spoiler      bool     `json:"has_spoiler"`
}

func (s *Server) sendMediaGroup(c *call) (any, *apiError) {
	var media []inputMedia
	if err := c.decode("media", &media); err != nil {
		return nil, err
	}
	for _, in := range media {
		if in.Type != media[0].Type {
			return nil, badRequest("%s can't be mixed with other media types", in.Type)
		}
	}
	album := make([]apiMessage, len(media))
	for i, in := range media {
		if err := s.albumItem(c, in, &album[i]); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	group := s.world.albumID()
	for i := range album {
		album[i].MediaGroup = group
	}
	return s.deliver(c, album)
}

func (s *Server) albumItem(c *call, in inputMedia, m *apiMessage) *apiError {
	t, err := formatText(c.method.fields["media"].shape.elem.captionOf(in.Type), in.Caption, in.ParseMode, in.Entities)
	if err != nil {
		return err
	}
	m.Caption, m.CaptionIn, m.CaptionAbove, m.Spoiler = t.text, t.entities, in.CaptionAbove, in.Spoiler
	switch in.Type {
	case "photo":
		return s.attachPhoto(c, m, "media", in.Media)
	case "document":
		return s.attachDocument(c, m, "media", in.Media)
	}
	return &apiError{code: 501, description: "Not Implemented: media of type " + in.Type + " is not in the sandbox"}
}

// captionOf is the caption's rule in the InputMedia of the type.
func (s *shape) captionOf(kind string) *field {
	for _, u := range s.union {
		if u.object.constant == kind {
			return u.object.fields["caption"]
		}
	}
	return s.union[0].object.fields["caption"]
}

// formatted reads a text parameter with its entities or parse mode.
func (c *call) formatted(name, entities string) (formatted, *apiError) {
	var given []Entity
	if err := c.decode(entities, &given); err != nil {
		return formatted{}, err
	}
	return formatText(c.method.fields[name], c.text(name), c.text("parse_mode"), given)
}

func (s *Server) sendOne(c *call, m apiMessage) (any, *apiError) {
	k, err := c.markup()
	if err != nil {
		return nil, err
	}
	m.Markup = k
	s.mu.Lock()
	defer s.mu.Unlock()
	sent, err := s.deliver(c, []apiMessage{m})
	if err != nil {
		return nil, err
	}
	return sent[0], nil
}

// deliver puts the bot's messages into the chat the call names, all or none. The lock is held.
func (s *Server) deliver(c *call, messages []apiMessage) ([]*apiMessage, *apiError) {
	to, err := s.reach(c.text("chat_id"))
	if err != nil {
		return nil, err
	}
	reply, err := s.replyTo(c, to)
	if err != nil {
		return nil, err
	}
	if err := s.limits.take(s.clock.Now(), to, len(messages)); err != nil {
		return nil, err
	}
	sent := make([]*apiMessage, len(messages))
	for i, m := range messages {
		m.From, m.ReplyTo, m.Protected = &s.bot, reply, c.bool("protect_content")
		kept := s.store(to, m)
		kept.seen = true
		sent[i] = kept.api
	}
	return sent, nil
}

// replyTo finds the message that reply_parameters name, nil when there is none and that is allowed.
func (s *Server) replyTo(c *call, to *chat) (*apiMessage, *apiError) {
	if !c.has("reply_parameters") {
		return nil, nil
	}
	var reply struct {
		MessageID int64           `json:"message_id"`
		ChatID    json.RawMessage `json:"chat_id"`
		Anyway    bool            `json:"allow_sending_without_reply"`
		Quote     string          `json:"quote"`
	}
	if err := c.decode("reply_parameters", &reply); err != nil {
		return nil, err
	}
	from := to
	if reply.ChatID != nil {
		var err *apiError
		if from, err = s.chat(strings.Trim(string(reply.ChatID), `"`)); err != nil {
			return nil, err
		}
		reply.Anyway = reply.Anyway && from == to
	}
	m := from.find(reply.MessageID)
	if m == nil {
		if reply.Anyway {
			return nil, nil
		}
		return nil, badRequest("message to be replied not found")
	}
	if !strings.Contains(m.api.Text+m.api.Caption, reply.Quote) {
		return nil, badRequest("QUOTE_TEXT_INVALID")
	}
	return m.api.asReplied(), nil
}

// chat finds a chat by the text of a chat_id.
func (s *Server) chat(ref string) (*chat, *apiError) {
	id, err := strconv.ParseInt(ref, 10, 64)
	if c := s.world.chats[id]; err == nil && c != nil {
		return c, nil
	}
	return nil, badRequest("chat not found")
}

// reach finds a chat the bot may write to now.
func (s *Server) reach(ref string) (*chat, *apiError) {
	c, err := s.chat(ref)
	if err != nil {
		return nil, err
	}
	if c.user != nil {
		switch {
		case c.user.blocked:
			return nil, forbidden("bot was blocked by the user")
		case !c.user.started:
			return nil, forbidden("bot can't initiate conversation with a user")
		}
		return c, nil
	}
	switch {
	case c.botStatus == "":
		return nil, badRequest("chat not found")
	case c.migratedTo != 0:
		return nil, &apiError{code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migratedTo: c.migratedTo}
	case c.botStatus == "kicked":
		return nil, forbidden("bot was kicked from the " + c.Type + " chat")
	case c.botStatus == "left":
		return nil, forbidden("bot is not a member of the " + c.Type + " chat")
	}
	return c, nil
}

func forbidden(why string) *apiError {
	return &apiError{code: 403, description: "Forbidden: " + why}
}

// sendChatAction shows on the phones that the bot is busy.
func (s *Server) sendChatAction(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := s.reach(c.text("chat_id"))
	if err != nil {
		return nil, err
	}
	s.emit(chatEvent{Type: "typing", ChatID: to.ID, Action: c.text("action")})
	return yes, nil
}
