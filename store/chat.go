package store

import (
	"fmt"
)

// ChatState says whether a chat can be written to.
type ChatState string

// The states of a chat.
const (
	ChatActive   ChatState = "active"
	ChatBlocked  ChatState = "blocked"  // the bot was blocked or thrown out
	ChatMigrated ChatState = "migrated" // the group became another chat
)

// Chat is a conversation on Telegram: of one person with the bot, or a group.
type Chat struct {
	ID    int64
	TgID  int64
	Kind  string // as Telegram has it: private, group, supergroup
	Title string
	State ChatState
	Area  int64 // whose digests it gets, 0 for none
	// Digests tells whether digests of Area are sent to it.
	Digests bool
}

const (
	selectChat = `
SELECT id, tg_id, kind, title, state, COALESCE(area_id, 0), digests FROM chats WHERE tg_id = $1`
	upsertChat = `
INSERT INTO chats(tg_id, kind, title) VALUES($1, $2, $3)
ON CONFLICT(tg_id) DO UPDATE SET kind = excluded.kind, title = excluded.title`
)

// Chat gives the chat with Telegram's id, as it is called now; one that is not known yet is added.
func (tx *Tx) Chat(tgID int64, kind, title string) (Chat, error) {
	c, known, err := tx.ChatByTg(tgID)
	if err != nil || known && c.Kind == kind && c.Title == title {
		return c, err
	}
	if _, err := tx.exec(upsertChat, tgID, kind, title); err != nil {
		return Chat{}, fmt.Errorf("keep chat %d: %w", tgID, err)
	}
	c, _, err = tx.ChatByTg(tgID)
	return c, err
}

// ChatByTg gives the chat with Telegram's id; ok is false where it is not known.
func (v *View) ChatByTg(tgID int64) (c Chat, ok bool, err error) {
	ok, err = v.query(selectChat, tgID).one(&c.ID, &c.TgID, &c.Kind, &c.Title, &c.State, &c.Area, &c.Digests)
	if err != nil {
		return Chat{}, false, fmt.Errorf("read chat %d: %w", tgID, err)
	}
	return c, ok, nil
}

const selectChatByID = `
SELECT id, tg_id, kind, title, state, COALESCE(area_id, 0), digests FROM chats WHERE id = $1`

// ChatByID gives the chat with our own id, or ErrNotFound.
func (v *View) ChatByID(id int64) (c Chat, err error) {
	ok, err := v.query(selectChatByID, id).one(&c.ID, &c.TgID, &c.Kind, &c.Title, &c.State, &c.Area, &c.Digests)
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return Chat{}, fmt.Errorf("chat %d: %w", id, err)
	}
	return c, nil
}

const selectDigestChats = `
SELECT id, tg_id, kind, title, state, area_id, digests FROM chats
WHERE area_id IS NOT NULL AND digests = 1 AND state = 'active' ORDER BY area_id, id`

// DigestChats gives the chats that digests are sent to, by area.
func (v *View) DigestChats() ([]Chat, error) {
	list, err := collect(v.query(selectDigestChats), func(scan scanner) (c Chat, err error) {
		return c, scan(&c.ID, &c.TgID, &c.Kind, &c.Title, &c.State, &c.Area, &c.Digests)
	})
	if err != nil {
		return nil, fmt.Errorf("read the chats that get digests: %w", err)
	}
	return list, nil
}

const selectGroups = `
SELECT id, tg_id, kind, title, state, COALESCE(area_id, 0), digests FROM chats
WHERE kind <> 'private' AND state <> 'migrated' ORDER BY id`

// Groups gives the groups that the bot is or was in.
func (v *View) Groups() ([]Chat, error) {
	list, err := collect(v.query(selectGroups), func(scan scanner) (c Chat, err error) {
		return c, scan(&c.ID, &c.TgID, &c.Kind, &c.Title, &c.State, &c.Area, &c.Digests)
	})
	if err != nil {
		return nil, fmt.Errorf("read the groups: %w", err)
	}
	return list, nil
}

const updateChatArea = `
UPDATE chats SET area_id = $1, digests = $2 WHERE id = $3`

// BindChat makes a chat receive the digests of an area, or no longer.
func (tx *Tx) BindChat(id, area int64, digests bool) error {
	return tx.changeOne(fmt.Sprintf("bind chat %d", id), updateChatArea, orNull(area), bit(digests), id)
}

const updateChatState = `
UPDATE chats SET state = $1 WHERE id = $2`

// SetChatState notes whether a chat can be written to.
func (tx *Tx) SetChatState(id int64, state ChatState) error {
	return tx.changeOne(fmt.Sprintf("set the state of chat %d", id), updateChatState, string(state), id)
}

// changeOne runs a statement that must change a row: ErrNotFound where it changes none.
func (tx *Tx) changeOne(doing, statement string, args ...any) error {
	n, err := tx.exec(statement, args...)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

const (
	inheritChat = `
UPDATE chats SET area_id = $1, digests = $2 WHERE id = $3 AND area_id IS NULL`
	retireChat = `
UPDATE chats SET state = 'migrated', digests = 0, moved_to = $1 WHERE id = $2`
	moveOutbox = `
UPDATE outbox SET chat_id = $1 WHERE chat_id = $2 AND state = 'new'`
	moveQuestions = `
UPDATE questions SET chat_id = $1 WHERE chat_id = $2 AND closed = 0`
)

// MigrateChat follows a group that became a supergroup. The new one gets what was bound to the old one and what still
// waits to be sent or answered, and what is enqueued for the old one from now on. It is another chat, since the numbers of
// its messages begin anew: what was said in the old one stays there. Where the old chat is not known, or moved before, nothing is left to do.
func (tx *Tx) MigrateChat(oldTg, newTg int64) error {
	old, known, err := tx.ChatByTg(oldTg)
	if err != nil || !known {
		return err
	}
	next, known, err := tx.ChatByTg(newTg)
	if err != nil {
		return err
	}
	if !known {
		if next, err = tx.Chat(newTg, "supergroup", old.Title); err != nil {
			return err
		}
	}
	for _, step := range []func() (int64, error){
		func() (int64, error) { return tx.exec(inheritChat, orNull(old.Area), bit(old.Digests), next.ID) },
		func() (int64, error) { return tx.exec(retireChat, next.ID, old.ID) },
		func() (int64, error) { return tx.exec(moveOutbox, next.ID, old.ID) },
		func() (int64, error) { return tx.exec(moveQuestions, next.ID, old.ID) },
	} {
		if _, err := step(); err != nil {
			return fmt.Errorf("move chat %d to %d: %w", oldTg, newTg, err)
		}
	}
	return nil
}
