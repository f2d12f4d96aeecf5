package sandbox

func (s *Server) getChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.known(c.text("chat_id"))
	if err != nil {
		return nil, err
	}
	return struct {
		apiChat
		Colour    int          `json:"accent_color_id"`
		Reactions int          `json:"max_reaction_count"`
		Gifts     acceptsGifts `json:"accepted_gift_types"`
	}{apiChat: in.apiChat, Reactions: 11}, nil
}

// acceptsGifts is AcceptedGiftTypes: none here.
type acceptsGifts struct {
	Unlimited bool `json:"unlimited_gifts"`
	Limited   bool `json:"limited_gifts"`
	Unique    bool `json:"unique_gifts"`
	Premium   bool `json:"premium_subscription"`
	Channels  bool `json:"gifts_from_channels"`
}

func (s *Server) getChatMember(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.known(c.text("chat_id"))
	if err != nil {
		return nil, err
	}
	id := c.int("user_id")
	if id == s.bot.ID {
		return member(s.bot, either(in.botStatus, "member")), nil
	}
	u := s.world.users[id]
	switch {
	case u == nil:
		return nil, badRequest("user not found")
	case !in.has(id):
		return member(u.apiUser, "left"), nil
	case in.isGroup() && in.members[0] == id:
		return member(u.apiUser, "creator"), nil
	}
	return member(u.apiUser, "member"), nil
}

// known finds a chat the bot may read: one it is in, or a private chat with someone who wrote to it, blocked or not.
func (s *Server) known(ref string) (*chat, *apiError) {
	c, err := s.chat(ref)
	if err == nil && c.user != nil {
		if !c.user.started {
			return nil, badRequest("chat not found")
		}
		return c, nil
	}
	return s.reach(ref)
}

func (s *Server) leaveChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.reach(c.text("chat_id"))
	if err != nil {
		return nil, err
	}
	if !in.isGroup() {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	s.setBotStatus(in, s.bot, "left")
	return yes, nil
}

// setBotStatus changes the bot's membership and tells the bot.
func (s *Server) setBotStatus(c *chat, by apiUser, status string) {
	old := either(c.botStatus, "left")
	c.botStatus = status
	s.tellMembership(c, by, old, status)
}

// tellMembership sends my_chat_member.
func (s *Server) tellMembership(c *chat, by apiUser, old, status string) {
	s.push("my_chat_member", apiMemberUpdate{
		Chat: c.apiChat, From: by, Date: s.clock.Now().Unix(), Old: member(s.bot, old), New: member(s.bot, status),
	})
	s.emit(chatEvent{Type: "chats", ChatID: c.ID})
}
