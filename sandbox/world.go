package sandbox

import (
	"cmp"
	"fmt"
	"slices"
)

// world is who and what there is: users, chats, messages, files. Server.mu guards it.
type world struct {
	users     map[int64]*user
	userOrder []*user
	chats     map[int64]*chat
	chatOrder []*chat
	files     fileStore

	nextUser    int64
	nextGroup   int64 // counted down: ids of groups are negative
	nextSuper   int64
	nextMessage int64 // shared by private chats and groups, as in Telegram; a supergroup counts for itself
	nextAlbum   int64
}

func newWorld(firstMessage int64) world {
	return world{
		users:       make(map[int64]*user),
		chats:       make(map[int64]*chat),
		files:       newFileStore(),
		nextUser:    5000001,
		nextGroup:   -4000001,
		nextSuper:   -1002000000001,
		nextMessage: firstMessage,
		nextAlbum:   13500000000000001,
	}
}

type user struct {
	apiUser
	started bool // has written to the bot: only then may the bot write first
	blocked bool // has blocked the bot
}

// chat is a private chat with a user, a group or a supergroup.
type chat struct {
	apiChat
	user       *user   // of a private chat
	members    []int64 // users in a group, the creator first; the bot is not among them
	botStatus  string  // of a group: "member", "left", "kicked"; "" when the bot was never in it
	migratedTo int64
	messages   []*stored // by ascending id
	ownIDs     int64     // a supergroup's last message id
	limit      bucket

	version int64         // counts changes of messages
	changed chan struct{} // closed at the next change; nil when nobody waits
}

// stored is a message at its place; api is replaced by an edit.
type stored struct {
	api     *apiMessage
	deleted bool
	seen    bool // the bot has had it, in an update or by sending it
}

func (w *world) addUser(u apiUser) *user {
	if u.ID == 0 {
		for w.users[w.nextUser] != nil {
			w.nextUser++
		}
		u.ID = w.nextUser
	}
	added := &user{apiUser: u}
	w.users[u.ID] = added
	w.userOrder = append(w.userOrder, added)
	w.addChat(&chat{
		apiChat: apiChat{ID: u.ID, Type: "private", Username: u.Username, FirstName: u.FirstName, LastName: u.LastName},
		user:    added,
	})
	return added
}

func (w *world) addGroup(title string, members []int64) *chat {
	c := &chat{apiChat: apiChat{ID: w.nextGroup, Type: "group", Title: title}, members: slices.Clone(members)}
	w.nextGroup--
	w.addChat(c)
	return c
}

func (w *world) addSupergroup(from *chat) *chat {
	c := &chat{
		apiChat:   apiChat{ID: w.nextSuper, Type: "supergroup", Title: from.Title},
		members:   slices.Clone(from.members),
		botStatus: from.botStatus,
	}
	w.nextSuper--
	w.addChat(c)
	return c
}

func (w *world) addChat(c *chat) {
	w.chats[c.ID] = c
	w.chatOrder = append(w.chatOrder, c)
}

// messageID takes the next id for a message in the chat.
func (w *world) messageID(c *chat) int64 {
	if c.Type == "supergroup" {
		c.ownIDs++
		return c.ownIDs
	}
	w.nextMessage++
	return w.nextMessage - 1
}

func (w *world) albumID() string {
	w.nextAlbum++
	return fmt.Sprint(w.nextAlbum)
}

// find returns the message with the id, nil when there is none or it was deleted.
func (c *chat) find(id int64) *stored {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *stored, id int64) int { return cmp.Compare(m.api.ID, id) })
	if !ok || c.messages[i].deleted {
		return nil
	}
	return c.messages[i]
}

// after returns the messages with greater ids.
func (c *chat) after(id int64) []*stored {
	i, _ := slices.BinarySearchFunc(c.messages, id+1, func(m *stored, id int64) int { return cmp.Compare(m.api.ID, id) })
	return c.messages[i:]
}

func (c *chat) isGroup() bool { return c.user == nil }

func (c *chat) has(userID int64) bool {
	if c.user != nil {
		return c.user.ID == userID
	}
	return slices.Contains(c.members, userID)
}

// hasBot says whether the bot gets updates from the chat.
func (c *chat) hasBot() bool { return c.user != nil || c.botStatus == "member" }

// touched counts a change and wakes those who wait for one.
func (c *chat) touched() {
	c.version++
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// wait returns a channel that is closed at the chat's next change.
func (c *chat) wait() <-chan struct{} {
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed
}

// store puts a message into the chat: id, date and reply are filled in, listeners are told.
func (s *Server) store(c *chat, m apiMessage) *stored {
	m.ID = s.world.messageID(c)
	m.Chat = c.apiChat
	if m.Date == 0 {
		m.Date = s.clock.Now().Unix()
	}
	kept := &stored{api: &m}
	c.messages = append(c.messages, kept)
	c.touched()
	s.emitMessage("message", c, kept)
	return kept
}

// replace puts the edited form of a message in its place.
func (s *Server) replace(c *chat, at *stored, m apiMessage) {
	m.EditDate = s.clock.Now().Unix()
	at.api = &m
	c.touched()
	s.emitMessage("edit", c, at)
}

func (s *Server) remove(c *chat, at *stored) {
	at.deleted = true
	c.touched()
	s.emitMessage("delete", c, at)
}
