package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// showState answers GET /control/state. With idle=SECONDS it answers only when the bot has confirmed all updates, or after
// that time.
func (s *Server) showState(w http.ResponseWriter, r *http.Request) {
	idle, err := queryInt(r, "idle")
	if err != nil {
		refuse(w, err)
		return
	}
	if idle > 0 {
		ctx, cancel := context.WithTimeout(r.Context(), min(time.Duration(idle)*time.Second, longestWait))
		defer cancel()
		s.mu.Lock()
		emptied := s.queue.emptied()
		s.mu.Unlock()
		select {
		case <-emptied:
		case <-ctx.Done():
		}
	}
	process := s.processState() // outside the lock: it asks the process
	s.mu.Lock()
	s.queue.expire(s.clock.Now())
	state := State{
		Now:        s.clock.Now(),
		Bot:        Bot{ID: s.bot.ID, Username: s.bot.Username, FirstName: s.bot.FirstName},
		Users:      make([]User, 0, len(s.world.userOrder)),
		Chats:      make([]Chat, 0, len(s.world.chatOrder)),
		Process:    process,
		Phones:     append([]Phone{}, s.phones...),
		Unanswered: s.callbacks.unanswered,
		Pending:    len(s.queue.items),
		Polling:    s.queue.poll != nil,
	}
	if s.hook != nil {
		state.Webhook = s.hook.url
	}
	for _, u := range s.world.userOrder {
		state.Users = append(state.Users, User{
			ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Username: u.Username, Started: u.started, Blocked: u.blocked,
		})
	}
	for _, c := range s.world.chatOrder {
		state.Chats = append(state.Chats, s.showChat(c))
	}
	s.mu.Unlock()
	answer(w, state)
}

func (s *Server) showChat(c *chat) Chat {
	shown := Chat{ID: c.ID, Type: c.Type, Title: c.Title, Members: append([]int64{}, c.members...)}
	if c.user != nil {
		shown.Title, shown.Members = c.user.FirstName+c.user.LastName, []int64{c.user.ID, s.bot.ID}
	} else if c.botStatus == "member" {
		shown.Members = append(shown.Members, s.bot.ID)
	}
	return shown
}

// longestWait bounds how long GET /control/messages waits for news.
const longestWait = time.Minute

// messagesPage is GET /control/messages. Version counts the changes of the chat.
type messagesPage struct {
	Messages []Message `json:"messages"`
	Version  int64     `json:"version"`
}

// showMessages lists the chat's messages after one id, and with before those below another; limit keeps the last so many.
// With wait=SECONDS it answers only when the chat's version is above the given one, or after that time.
func (s *Server) showMessages(w http.ResponseWriter, r *http.Request) {
	var q struct{ chat, after, before, limit, version, wait int64 }
	var errs [6]error
	q.chat, errs[0] = queryInt(r, "chat_id")
	q.after, errs[1] = queryInt(r, "after")
	q.before, errs[2] = queryInt(r, "before")
	q.limit, errs[3] = queryInt(r, "limit")
	q.version, errs[4] = queryInt(r, "version")
	q.wait, errs[5] = queryInt(r, "wait")
	if err := errors.Join(errs[:]...); err != nil {
		refuse(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), min(time.Duration(q.wait)*time.Second, longestWait))
	defer cancel()
	s.mu.Lock()
	c := s.world.chats[q.chat]
	if c == nil {
		s.mu.Unlock()
		refuse(w, unknownChat(q.chat))
		return
	}
	for c.version <= q.version && ctx.Err() == nil && s.closed.Err() == nil {
		changed := c.wait()
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		case <-s.closed.Done():
		}
		s.mu.Lock()
	}
	page := messagesPage{Messages: s.list(c, q.after, q.before, int(q.limit)), Version: c.version}
	s.mu.Unlock()
	answer(w, page)
}

func (s *Server) list(c *chat, after, before int64, limit int) []Message {
	found := c.after(after)
	if before > 0 {
		found = found[:len(found)-len(c.after(max(before-1, after)))]
	}
	if limit > 0 && len(found) > limit {
		found = found[len(found)-limit:]
	}
	shown := make([]Message, 0, len(found))
	for _, m := range found {
		shown = append(shown, s.view(c, m))
	}
	return shown
}

// view shows a message as a person sees it; of a deleted one only that it was there.
func (s *Server) view(c *chat, m *stored) Message {
	api := m.api
	v := Message{
		ChatID: c.ID, MessageID: api.ID, Date: api.Date,
		From: Sender{ID: api.From.ID, FirstName: api.From.FirstName, IsBot: api.From.IsBot}, Deleted: m.deleted,
	}
	if m.deleted {
		return v
	}
	v.EditDate, v.Text, v.Caption, v.Entities, v.MediaGroup = api.EditDate, api.Text, api.Caption, api.Entities, api.MediaGroup
	if api.Text == "" {
		v.Entities = api.CaptionIn
	}
	if api.ReplyTo != nil {
		v.ReplyTo = api.ReplyTo.ID
	}
	if len(api.Photo) > 0 {
		largest := api.Photo[len(api.Photo)-1]
		v.Photo, v.PhotoSize = "/control/files/"+largest.UniqueID, [2]int{largest.Width, largest.Height}
	}
	if api.Document != nil {
		v.Document = &Document{Name: api.Document.Name, URL: "/control/files/" + api.Document.UniqueID, Size: api.Document.Size}
	}
	v.Forward, v.Buttons, v.Kind = api.ForwardOrigin.label(), api.Markup.buttons(), api.kindLabel()
	return v
}

func (o *apiOrigin) label() string {
	switch {
	case o == nil:
		return ""
	case o.User != nil:
		return o.User.FirstName
	case o.Chat != nil:
		return o.Chat.Title
	}
	return o.Hidden
}

// kindLabel names in Chinese what is neither text, photo nor document.
func (m *apiMessage) kindLabel() string {
	switch {
	case m.Sticker != nil:
		return "贴纸"
	case m.Location != nil:
		return "位置"
	case m.Voice != nil:
		return "语音"
	case m.Video != nil:
		return "视频"
	case m.Contact != nil:
		return "联系人"
	case m.Poll != nil:
		return "投票"
	case m.NewMembers != nil:
		return m.NewMembers[0].FirstName + " 加入了群"
	case m.LeftMember != nil:
		return m.LeftMember.FirstName + " 离开了群"
	case m.GroupCreated:
		return "建了群"
	case m.MigratedTo != 0, m.MigratedFrom != 0:
		return "群升级了"
	}
	return ""
}

func (k *inlineKeyboard) buttons() [][]Button {
	if k == nil {
		return nil
	}
	rows := make([][]Button, len(k.Rows))
	for i, row := range k.Rows {
		for _, b := range row {
			rows[i] = append(rows[i], Button{Text: b.Text, Data: b.Data, URL: b.URL})
		}
	}
	return rows
}

// labels lists the buttons for an error.
func (k *inlineKeyboard) labels() string {
	var names []string
	for _, row := range k.buttons() {
		for _, b := range row {
			names = append(names, fmt.Sprintf("[%s]", b.Text))
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, "")
}

func (s *Server) showCallbacks(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := make([]Callback, len(s.callbacks.all))
	for i, cb := range s.callbacks.all {
		list[i] = cb.view()
	}
	s.mu.Unlock()
	answer(w, list)
}

func (cb *callback) view() Callback {
	return Callback{
		ID: cb.id, UserID: cb.user.ID, ChatID: cb.chat.ID, MessageID: cb.message, Data: cb.data,
		Answered: cb.answered, Text: cb.text, Alert: cb.alert,
	}
}

// showCommands is the menu of one user.
func (s *Server) showCommands(w http.ResponseWriter, r *http.Request) {
	id, err := queryInt(r, "user_id")
	if err != nil {
		refuse(w, err)
		return
	}
	s.mu.Lock()
	list := s.commandsFor(id)
	s.mu.Unlock()
	answer(w, map[string][]Command{"commands": list})
}

func (s *Server) showCalls(w http.ResponseWriter, r *http.Request) {
	after, err := queryInt(r, "after")
	if err != nil {
		refuse(w, err)
		return
	}
	s.mu.Lock()
	list := s.calls.after(int(after))
	s.mu.Unlock()
	answer(w, map[string][]Call{"calls": list})
}

func (s *Server) showFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.world.files.byUnique[r.PathValue("unique")]
	s.mu.Unlock()
	if f == nil {
		send(w, http.StatusNotFound, []byte(`{"error":"there is no such file"}`))
		return
	}
	f.serve(w)
}
