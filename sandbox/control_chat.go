package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// clientLimit is the most UTF-16 code units a client puts into one message; it cuts a longer text.
const clientLimit = 4096

type sentIDs struct {
	MessageIDs []int64 `json:"message_ids"`
}

// userSends is POST /control/send.
func (s *Server) userSends(in Send) (sentIDs, error) {
	messages, shots, err := s.compose(in)
	if err != nil {
		return sentIDs{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.receive(in, messages, shots)
}

// usersSend is POST /control/sends: many at once, for tests of load. It stops at the first that is wrong.
func (s *Server) usersSend(in struct {
	Sends []Send `json:"sends"`
}) (struct {
	Sent []sentIDs `json:"sent"`
}, error) {
	var out struct {
		Sent []sentIDs `json:"sent"`
	}
	for i, one := range in.Sends {
		ids, err := s.userSends(one)
		if err != nil {
			return out, fmt.Errorf("sends[%d]: %w", i, err)
		}
		out.Sent = append(out.Sent, ids)
	}
	return out, nil
}

// compose makes the messages of a Send, without those parts that need the world; photos go with the messages one by one.
func (s *Server) compose(in Send) (messages []apiMessage, shots []shot, err error) {
	if n := count(in.Text != "", in.Photos > 0, in.Sticker, in.Location, in.Voice, in.Contact, in.Poll, in.Video, in.Document != ""); n != 1 {
		return nil, nil, errors.New("expected one of text, photos, sticker, location, voice, contact, poll, video and document")
	}
	if in.Photos < 0 || in.Photos > 10 {
		return nil, nil, fmt.Errorf("photos is %d: expected 1 to 10", in.Photos)
	}
	if in.Caption != "" && in.Photos == 0 && in.Document == "" {
		return nil, nil, errors.New("caption goes with photos and a document only")
	}
	if in.CaptionOn < 0 || in.CaptionOn > in.Photos {
		return nil, nil, fmt.Errorf("caption_on is %d: expected 1 to %d", in.CaptionOn, in.Photos)
	}
	if utf16Len(in.Caption) > 1024 {
		return nil, nil, errors.New("caption is too long: expected at most 1024 characters")
	}
	for _, e := range in.Entities {
		if err := checkEntities(in.Text+in.Caption, []Entity{e}); err != nil {
			return nil, nil, errors.New("entities: " + err.text())
		}
	}
	if in.Text != "" {
		for _, part := range splitText(formatted{in.Text, in.Entities}, clientLimit) {
			part = part.trim()
			if part.text == "" {
				return nil, nil, errors.New("text is blank: expected something to read")
			}
			messages = append(messages, apiMessage{Text: part.text, Entities: mergeEntities(part.entities, findEntities(part.text))})
		}
		return messages, nil, nil
	}
	for range in.Photos {
		shots = append(shots, snapshot(s.snapshots.Add(1)))
		messages = append(messages, apiMessage{})
	}
	if in.Photos == 0 {
		messages = []apiMessage{{}}
	}
	if in.Caption != "" {
		m := &messages[max(in.CaptionOn-1, 0)]
		m.Caption, m.CaptionIn = in.Caption, mergeEntities(in.Entities, findEntities(in.Caption))
	}
	return messages, shots, nil
}

func count(set ...bool) int {
	n := 0
	for _, b := range set {
		if b {
			n++
		}
	}
	return n
}

// splitText cuts a long text as clients do: at the last line or word end that fits, else anywhere between characters.
func splitText(t formatted, limit int) []formatted {
	var parts []formatted
	units := utf16.Encode([]rune(t.text))
	for start := 0; start < len(units); {
		end := cutAt(units, start, limit)
		part := formatted{text: string(utf16.Decode(units[start:end]))}
		for _, e := range t.entities {
			from, to := max(e.Offset, start), min(e.Offset+e.Length, end)
			if from < to {
				e.Offset, e.Length = from-start, to-from
				part.entities = append(part.entities, e)
			}
		}
		parts = append(parts, part)
		start = end
	}
	return parts
}

// cutAt is where the part that begins at start ends.
func cutAt(units []uint16, start, limit int) int {
	end := start + limit
	if end >= len(units) {
		return len(units)
	}
	for _, wanted := range []func(rune) bool{func(r rune) bool { return r == '\n' }, unicode.IsSpace} {
		for i := end; i > start+limit/2; i-- {
			if wanted(rune(units[i])) {
				return i
			}
		}
	}
	if insidePair(units, end) {
		return end - 1
	}
	return end
}

// receive puts a person's messages into the chat and hands the bot those it may see.
func (s *Server) receive(in Send, messages []apiMessage, shots []shot) (sentIDs, error) {
	u, c, err := s.actor(in.UserID, in.ChatID)
	if err != nil {
		return sentIDs{}, err
	}
	common := apiMessage{From: &u.apiUser, Date: in.Date}
	if in.ReplyTo != 0 {
		m := c.find(in.ReplyTo)
		if m == nil {
			return sentIDs{}, unknownMessage(in.ReplyTo, c)
		}
		common.ReplyTo = m.api.asReplied()
	}
	if in.Forward != nil {
		if common.ForwardOrigin, err = s.origin(*in.Forward, either(in.Date, s.clock.Now().Unix())); err != nil {
			return sentIDs{}, err
		}
	}
	switch {
	case in.Album != "":
		common.MediaGroup = in.Album
	case len(shots) > 1:
		common.MediaGroup = s.world.albumID()
	}
	if c.user != nil {
		u.started = true
	}
	var out sentIDs
	for i, m := range messages {
		m.From, m.Date, m.ReplyTo, m.ForwardOrigin, m.MediaGroup = common.From, common.Date, common.ReplyTo, common.ForwardOrigin, common.MediaGroup
		if shots != nil {
			m.Photo = []apiPhoto{s.world.files.add(shots[i].small).photo(), s.world.files.add(shots[i].full).photo()}
		}
		s.addOther(in, &m)
		kept := s.store(c, m)
		out.MessageIDs = append(out.MessageIDs, kept.api.ID)
		if s.visible(c, kept.api) {
			kept.seen = true
			s.push("message", kept.api)
		}
	}
	return out, nil
}

// addOther gives the message what is neither text nor photo.
func (s *Server) addOther(in Send, m *apiMessage) {
	switch {
	case in.Sticker:
		f := s.world.files.add(storedFile{kind: "sticker", name: "sticker.webp", mime: "image/webp", content: []byte("sticker")})
		m.Sticker = &apiSticker{FileID: f.id, UniqueID: f.unique, Type: "regular", Width: 512, Height: 512, Emoji: "👍"}
	case in.Location:
		m.Location = &apiLocation{Latitude: 26.5855, Longitude: 110.1557}
	case in.Voice:
		f := s.world.files.add(storedFile{kind: "voice", name: "voice.oga", mime: "audio/ogg", content: []byte("voice")})
		m.Voice = &apiVoice{FileID: f.id, UniqueID: f.unique, Duration: 7, MIME: f.mime, Size: len(f.content)}
	case in.Document != "":
		content := in.Content
		if content == nil {
			content = []byte(in.Document)
		}
		m.Document = s.world.files.add(storedFile{kind: "document", name: in.Document, mime: mimeOf(in.Document), content: content}).document()
	case in.Video:
		f := s.world.files.add(storedFile{kind: "video", name: "video.mp4", mime: "video/mp4", content: []byte("video")})
		m.Video = &apiVideo{FileID: f.id, UniqueID: f.unique, Width: 320, Height: 240, Duration: 7, MIME: f.mime, Size: len(f.content)}
	case in.Contact:
		m.Contact = &apiContact{Phone: "+8613800000000", FirstName: "联系人"}
	case in.Poll:
		m.Poll = &apiPoll{
			ID: "5400000000000000001", Question: "下周几开会？", Type: "regular", Anonymous: true,
			Options: []apiPollOption{{PersistentID: "0", Text: "周一"}, {PersistentID: "1", Text: "周二"}},
		}
	}
}

// origin makes the forward_origin of a forwarded message.
func (s *Server) origin(f Forward, now int64) (*apiOrigin, error) {
	if count(f.UserID != 0, f.Name != "", f.ChatTitle != "") != 1 {
		return nil, errors.New("forward_from: expected one of user_id, name and chat_title")
	}
	o := &apiOrigin{Date: either(f.Date, now)}
	switch {
	case f.Name != "":
		o.Type, o.Hidden = "hidden_user", f.Name
	case f.ChatTitle != "":
		o.Type, o.Chat = "chat", &apiChat{ID: -1001900000001, Type: "supergroup", Title: f.ChatTitle}
	case f.UserID == s.bot.ID:
		o.Type, o.User = "user", &s.bot
	default:
		u := s.world.users[f.UserID]
		if u == nil {
			return nil, unknownUser(f.UserID)
		}
		o.Type, o.User = "user", &u.apiUser
	}
	return o, nil
}

// actor finds who acts where, and that they may.
func (s *Server) actor(userID, chatID int64) (*user, *chat, error) {
	u := s.world.users[userID]
	if u == nil {
		return nil, nil, unknownUser(userID)
	}
	c := s.world.chats[either(chatID, userID)]
	switch {
	case c == nil:
		return nil, nil, unknownChat(chatID)
	case c.migratedTo != 0:
		return nil, nil, fmt.Errorf("group %d became supergroup %d: expected that id", c.ID, c.migratedTo)
	case !c.has(userID):
		return nil, nil, fmt.Errorf("user %d is not in chat %d: expected a member", userID, c.ID)
	case c.user != nil && u.blocked:
		return nil, nil, fmt.Errorf("user %d has blocked the bot: expected /control/unblock before", userID)
	}
	return u, c, nil
}

// visible says whether the bot is shown a person's message: in a private chat always, in a group with privacy mode only
// commands, mentions of the bot and replies to it.
func (s *Server) visible(c *chat, m *apiMessage) bool {
	if c.user != nil {
		return true
	}
	if !c.hasBot() {
		return false
	}
	if s.privacyOff || m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == s.bot.ID {
		return true
	}
	at := "@" + s.bot.Username
	text, entities := m.Text, m.Entities
	if text == "" {
		text, entities = m.Caption, m.CaptionIn
	}
	return slices.ContainsFunc(entities, func(e Entity) bool {
		word := sliceUTF16(text, e.Offset, e.Length)
		switch e.Type {
		case "mention":
			return strings.EqualFold(word, at)
		case "text_mention":
			return e.User != nil && e.User.ID == s.bot.ID
		case "bot_command":
			_, whose, addressed := strings.Cut(word, "@")
			return !addressed || strings.EqualFold("@"+whose, at)
		}
		return false
	})
}

// userEdits is POST /control/edit.
func (s *Server) userEdits(in Edit) (nothing, error) {
	text := formatted{text: in.Text}.trim().text
	if text == "" || utf16Len(text) > clientLimit {
		return nothing{}, fmt.Errorf("text is blank or too long: expected 1 to %d characters", clientLimit)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.actor(in.UserID, in.ChatID)
	if err != nil {
		return nothing{}, err
	}
	at := c.find(in.MessageID)
	if at == nil || at.api.From.ID != u.ID {
		return nothing{}, fmt.Errorf("user %d has no message %d in chat %d: expected an own one", u.ID, in.MessageID, c.ID)
	}
	edited := *at.api
	if edited.Text != "" {
		edited.Text, edited.Entities = text, findEntities(text)
	} else {
		edited.Caption, edited.CaptionIn = text, findEntities(text)
	}
	if edited.Text == at.api.Text && edited.Caption == at.api.Caption {
		return nothing{}, errors.New("text is the same as before: expected a change")
	}
	s.replace(c, at, edited)
	if c.hasBot() && (at.seen || s.visible(c, at.api)) {
		at.seen = true
		s.push("edited_message", at.api)
	}
	return nothing{}, nil
}

// userPresses is POST /control/press.
func (s *Server) userPresses(in Press) (map[string]string, error) {
	if count(in.Text != "", in.Data != "", in.ForgedData != "") != 1 {
		return nil, errors.New("expected one of text, data and forged_data")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.actor(in.UserID, in.ChatID)
	if err != nil {
		return nil, err
	}
	if !c.hasBot() {
		return nil, fmt.Errorf("the bot is not in chat %d: expected /control/join before", c.ID)
	}
	at := c.find(in.MessageID)
	if at == nil {
		return nil, unknownMessage(in.MessageID, c)
	}
	data := in.ForgedData
	if data == "" {
		b := at.api.Markup.button(in.Text+in.Data, in.Data != "")
		if b == nil || b.Data == "" {
			return nil, fmt.Errorf("message %d has no such button with data: it has %s", in.MessageID, at.api.Markup.labels())
		}
		data = b.Data
	}
	cb := s.callbacks.add(callback{user: u, chat: c, message: at.api.ID, data: data, at: s.clock.Now()})
	s.push("callback_query", apiCallback{
		ID: cb.id, From: u.apiUser, Message: at.api, ChatInstance: fmt.Sprint(8100000000000000000 + c.ID), Data: data,
	})
	return map[string]string{"callback_id": cb.id}, nil
}

func unknownMessage(id int64, c *chat) error {
	return fmt.Errorf("there is no message %d in chat %d: expected one that is not deleted", id, c.ID)
}
