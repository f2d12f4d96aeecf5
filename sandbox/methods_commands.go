package sandbox

import (
	"fmt"
	"strconv"
	"strings"
)

// commandScope is a BotCommandScope of any type.
type commandScope struct {
	Type   string `json:"type"`
	ChatID any    `json:"chat_id"`
	UserID int64  `json:"user_id"`
}

func (s *Server) setMyCommands(c *call) (any, *apiError) {
	var list []Command
	if err := c.decode("commands", &list); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.scopeKey(c)
	if err != nil {
		return nil, err
	}
	s.commands[key] = list
	return yes, nil
}

func (s *Server) getMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.scopeKey(c)
	if err != nil {
		return nil, err
	}
	if list := s.commands[key]; list != nil {
		return list, nil
	}
	return []Command{}, nil
}

func (s *Server) deleteMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.scopeKey(c)
	if err != nil {
		return nil, err
	}
	delete(s.commands, key)
	return yes, nil
}

// scopeKey names whom a list of commands is for: language, type and, where the scope has them, chat and user.
func (s *Server) scopeKey(c *call) (string, *apiError) {
	scope := commandScope{Type: "default"}
	if err := c.decode("scope", &scope); err != nil {
		return "", err
	}
	language := c.text("language_code")
	if language != "" && (len(language) != 2 || strings.ToLower(language) != language) {
		return "", badRequest("invalid language code specified")
	}
	key := language + " " + scope.Type
	if scope.ChatID == nil {
		return key, nil
	}
	ref := fmt.Sprint(scope.ChatID)
	if n, ok := scope.ChatID.(float64); ok {
		ref = strconv.FormatInt(int64(n), 10)
	}
	in, err := s.chat(ref)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(scope.Type, "chat_") && !in.isGroup() {
		return "", badRequest("can't use specified scope in private chats")
	}
	return fmt.Sprintf("%s %d %d", key, in.ID, scope.UserID), nil
}

// commandsFor is the menu a user sees in the private chat with the bot: the narrowest list that was set.
func (s *Server) commandsFor(userID int64) []Command {
	for _, language := range []string{"zh", ""} {
		for _, key := range []string{fmt.Sprintf("%s chat %d 0", language, userID), language + " all_private_chats", language + " default"} {
			if list := s.commands[key]; len(list) > 0 {
				return list
			}
		}
	}
	return []Command{}
}
