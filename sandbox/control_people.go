package sandbox

import (
	"errors"
	"fmt"
	"slices"
)

type madeID struct {
	ID int64 `json:"id"`
}

func (s *Server) makeUser(in struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}) (madeID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case in.FirstName == "":
		return madeID{}, errors.New("first_name is empty: expected a name")
	case in.ID < 0 || in.ID >= 1<<52:
		return madeID{}, fmt.Errorf("id is %d: expected a positive number of at most 52 bits", in.ID)
	case s.world.users[in.ID] != nil || in.ID == s.bot.ID:
		return madeID{}, fmt.Errorf("id %d is taken: expected a new one, or none", in.ID)
	}
	u := s.world.addUser(apiUser{ID: in.ID, FirstName: in.FirstName, LastName: in.LastName, Username: in.Username, Language: "zh-hans"})
	s.emit(chatEvent{Type: "chats", ChatID: u.ID})
	return madeID{u.ID}, nil
}

// makeGroup makes a group; its first member is the creator, who also adds the bot.
func (s *Server) makeGroup(in struct {
	Title   string  `json:"title"`
	Members []int64 `json:"members"`
	Bot     bool    `json:"bot"`
}) (madeID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Title == "" || len(in.Members) == 0 {
		return madeID{}, errors.New("expected a title and at least one member")
	}
	for _, id := range in.Members {
		if s.world.users[id] == nil {
			return madeID{}, unknownUser(id)
		}
	}
	c := s.world.addGroup(in.Title, in.Members)
	if in.Bot {
		creator := s.world.users[in.Members[0]].apiUser
		s.setBotStatus(c, creator, "member")
		s.service(c, apiMessage{From: &creator, GroupCreated: true})
	}
	s.emit(chatEvent{Type: "chats", ChatID: c.ID})
	return madeID{c.ID}, nil
}

// service stores a message about the chat itself; a bot in the chat sees those whatever its privacy.
func (s *Server) service(c *chat, m apiMessage) {
	kept := s.store(c, m)
	if c.hasBot() {
		kept.seen = true
		s.push("message", kept.api)
	}
}

type inChat struct {
	UserID int64 `json:"user_id"`
	ChatID int64 `json:"chat_id"`
}

// userJoins adds a user, or with the bot's own id the bot, to a group.
func (s *Server) userJoins(in inChat) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(in.ChatID)
	if err != nil {
		return nothing{}, err
	}
	if in.UserID == s.bot.ID {
		if c.botStatus == "member" {
			return nothing{}, fmt.Errorf("the bot is in chat %d already", c.ID)
		}
		by := s.owner(c)
		s.setBotStatus(c, by, "member")
		s.service(c, apiMessage{From: &by, NewMembers: []apiUser{s.bot}})
		return nothing{}, nil
	}
	u := s.world.users[in.UserID]
	switch {
	case u == nil:
		return nothing{}, unknownUser(in.UserID)
	case c.has(u.ID):
		return nothing{}, fmt.Errorf("user %d is in chat %d already", u.ID, c.ID)
	}
	c.members = append(c.members, u.ID)
	s.service(c, apiMessage{From: &u.apiUser, NewMembers: []apiUser{u.apiUser}})
	s.emit(chatEvent{Type: "chats", ChatID: c.ID})
	return nothing{}, nil
}

func (s *Server) userLeaves(in inChat) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(in.ChatID)
	if err != nil {
		return nothing{}, err
	}
	if !c.has(in.UserID) {
		return nothing{}, fmt.Errorf("user %d is not in chat %d: expected a member", in.UserID, c.ID)
	}
	if len(c.members) == 1 {
		return nothing{}, fmt.Errorf("user %d is the last member of chat %d and has to stay", in.UserID, c.ID)
	}
	u := s.world.users[in.UserID]
	c.members = slices.DeleteFunc(c.members, func(id int64) bool { return id == u.ID })
	s.service(c, apiMessage{From: &u.apiUser, LeftMember: &u.apiUser})
	s.emit(chatEvent{Type: "chats", ChatID: c.ID})
	return nothing{}, nil
}

type oneUser struct {
	UserID int64 `json:"user_id"`
}

func (s *Server) userBlocks(in oneUser) (nothing, error)   { return s.setBlocked(in.UserID, true) }
func (s *Server) userUnblocks(in oneUser) (nothing, error) { return s.setBlocked(in.UserID, false) }

func (s *Server) setBlocked(id int64, blocked bool) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.world.users[id]
	if u == nil {
		return nothing{}, unknownUser(id)
	}
	if u.blocked == blocked {
		return nothing{}, nil
	}
	u.blocked = blocked
	old, status := "member", "kicked"
	if !blocked {
		old, status = status, old
	}
	s.tellMembership(s.world.chats[id], u.apiUser, old, status)
	return nothing{}, nil
}

type oneChat struct {
	ChatID int64 `json:"chat_id"`
}

// kickBot has the group's creator remove the bot.
func (s *Server) kickBot(in oneChat) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(in.ChatID)
	if err != nil {
		return nothing{}, err
	}
	if c.botStatus != "member" {
		return nothing{}, fmt.Errorf("the bot is not in chat %d", c.ID)
	}
	by := s.owner(c)
	s.setBotStatus(c, by, "kicked")
	s.store(c, apiMessage{From: &by, LeftMember: &s.bot})
	return nothing{}, nil
}

// migrate makes a group a supergroup: a new chat with a new id, both announced in both.
func (s *Server) migrate(in oneChat) (map[string]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.group(in.ChatID)
	if err != nil {
		return nil, err
	}
	if old.Type != "group" {
		return nil, fmt.Errorf("chat %d is a %s: expected a group", old.ID, old.Type)
	}
	by := s.owner(old)
	c := s.world.addSupergroup(old)
	s.service(old, apiMessage{From: &by, MigratedTo: c.ID})
	old.migratedTo = c.ID
	s.service(c, apiMessage{From: &by, MigratedFrom: old.ID})
	s.emit(chatEvent{Type: "chats", ChatID: c.ID})
	return map[string]int64{"chat_id": c.ID}, nil
}

// group finds a group that has not become a supergroup.
func (s *Server) group(id int64) (*chat, error) {
	c := s.world.chats[id]
	switch {
	case c == nil || !c.isGroup():
		return nil, fmt.Errorf("there is no group %d: expected the id of one made with /control/groups", id)
	case c.migratedTo != 0:
		return nil, fmt.Errorf("group %d became supergroup %d: expected that id", id, c.migratedTo)
	}
	return c, nil
}

func (s *Server) owner(c *chat) apiUser {
	return s.world.users[c.members[0]].apiUser
}
