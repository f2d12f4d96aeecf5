package sandbox

import "time"

// deletableFor is how long after sending a message can be deleted.
const deletableFor = 48 * time.Hour

// editMessageText changes text and keyboard; an edit that brings no keyboard takes the old one away.
func (s *Server) editMessageText(c *call) (any, *apiError) {
	if !c.has("text") {
		return nil, c.method.fields["text"].problem(missing, "is required")
	}
	t, err := c.formatted("text", "entities")
	if err != nil {
		return nil, err
	}
	k, err := c.markup()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, at, err := s.editable(c)
	if err != nil {
		return nil, err
	}
	old := at.api
	if old.Text == "" {
		return nil, badRequest("there is no text in the message to edit")
	}
	if old.Text == t.text && sameEntities(old.Entities, t.entities) && old.Markup.same(k) {
		return nil, notModified()
	}
	edited := *old
	edited.Text, edited.Entities, edited.Markup = t.text, t.entities, k
	s.replace(in, at, edited)
	return at.api, nil
}

func (s *Server) editMessageReplyMarkup(c *call) (any, *apiError) {
	k, err := c.markup()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, at, err := s.editable(c)
	if err != nil {
		return nil, err
	}
	if at.api.Markup.same(k) {
		return nil, notModified()
	}
	edited := *at.api
	edited.Markup = k
	s.replace(in, at, edited)
	return at.api, nil
}

func notModified() *apiError {
	return badRequest("message is not modified: specified new message content and reply markup are exactly the same " +
		"as a current content and reply markup of the message")
}

// editable finds the bot's own message that an edit names.
func (s *Server) editable(c *call) (*chat, *stored, *apiError) {
	for _, name := range []string{"chat_id", "message_id"} {
		if !c.has(name) {
			return nil, nil, c.method.fields[name].problem(missing, "is required")
		}
	}
	in, err := s.reach(c.text("chat_id"))
	if err != nil {
		return nil, nil, err
	}
	at := in.find(c.int("message_id"))
	if at == nil {
		return nil, nil, badRequest("message to edit not found")
	}
	if at.api.From == nil || at.api.From.ID != s.bot.ID {
		return nil, nil, badRequest("message can't be edited")
	}
	return in, at, nil
}

// deleteMessage deletes the bot's own messages anywhere and other people's in private chats, as a bot that is no
// administrator may.
func (s *Server) deleteMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.reach(c.text("chat_id"))
	if err != nil {
		return nil, err
	}
	at := in.find(c.int("message_id"))
	switch {
	case at == nil:
		return nil, badRequest("message to delete not found")
	case in.isGroup() && (at.api.From == nil || at.api.From.ID != s.bot.ID):
		return nil, badRequest("message can't be deleted")
	case s.clock.Now().Sub(time.Unix(at.api.Date, 0)) > deletableFor:
		return nil, badRequest("message can't be deleted for everyone")
	}
	s.remove(in, at)
	return yes, nil
}
