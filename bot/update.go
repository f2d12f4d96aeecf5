package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// update is the part of a Bot API Update that Huibao reads. The library's models.Update is not used here: it knows every
// field, so one unknown forward origin or media type in a message we would understand makes the whole update
// undecodable. What we do not read cannot break us.
type update struct {
	ID            int64          `json:"update_id"`
	Message       *message       `json:"message"`
	EditedMessage *message       `json:"edited_message"`
	CallbackQuery *callbackQuery `json:"callback_query"`
	MyChatMember  *myChatMember  `json:"my_chat_member"`
}

type message struct {
	ID              int64    `json:"message_id"`
	From            *user    `json:"from"`
	Chat            chat     `json:"chat"`
	Date            int64    `json:"date"`      // Unix seconds
	EditDate        int64    `json:"edit_date"` // Unix seconds, 0 for an original
	Text            string   `json:"text"`
	Caption         string   `json:"caption"`
	ReplyTo         *message `json:"reply_to_message"`
	Origin          *origin  `json:"forward_origin"`
	MediaGroup      string   `json:"media_group_id"`
	MigrateToChat   int64    `json:"migrate_to_chat_id"`
	MigrateFromChat int64    `json:"migrate_from_chat_id"`

	Photo    json.RawMessage `json:"photo"`
	Voice    json.RawMessage `json:"voice"`
	Sticker  json.RawMessage `json:"sticker"`
	Location json.RawMessage `json:"location"`
	Contact  json.RawMessage `json:"contact"`
	Poll     json.RawMessage `json:"poll"`
	Video    json.RawMessage `json:"video"`
	Audio    json.RawMessage `json:"audio"`
	Document json.RawMessage `json:"document"`

	// What is not read beside them, and answered all the same.
	Animation json.RawMessage `json:"animation"`
	VideoNote json.RawMessage `json:"video_note"`
	Story     json.RawMessage `json:"story"`
	Dice      json.RawMessage `json:"dice"`
	Game      json.RawMessage `json:"game"`
	PaidMedia json.RawMessage `json:"paid_media"`
	Checklist json.RawMessage `json:"checklist"`
}

type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}

type chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title"`
	FirstName string `json:"first_name"`
}

type origin struct {
	Type string `json:"type"`
	Date int64  `json:"date"`
}

type callbackQuery struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

type myChatMember struct {
	Chat chat  `json:"chat"`
	From user  `json:"from"`
	Date int64 `json:"date"` // Unix seconds
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

// decodeUpdate reads one raw update. A kind of update it does not know gives an update with nothing in it.
func decodeUpdate(raw []byte) (update, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		return update{}, fmt.Errorf("decode update: %w", err)
	}
	for _, m := range []*message{u.Message, u.EditedMessage} {
		if m != nil && (m.ID == 0 || m.Chat.ID == 0 || m.Date == 0) {
			return update{}, errors.New("decode update: a message without message_id, chat or date")
		}
	}
	if q := u.CallbackQuery; q != nil && (q.ID == "" || q.From.ID == 0) {
		return update{}, errors.New("decode update: a callback query without id or sender")
	}
	return u, nil
}

// chatID gives Telegram's id of the chat an update came from, 0 where there is none.
func (u update) chatID() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.EditedMessage != nil:
		return u.EditedMessage.Chat.ID
	case u.MyChatMember != nil && u.MyChatMember.Chat.ID != 0:
		return u.MyChatMember.Chat.ID
	case u.CallbackQuery != nil && u.CallbackQuery.Message != nil:
		return u.CallbackQuery.Message.Chat.ID
	}
	return 0
}

// words gives what was written: the text of a message, or the caption of a picture.
func (m *message) words() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}

// wordless tells whether m is of a kind that cannot be read, unlike what Telegram itself tells of a chat.
func (m *message) wordless() bool {
	for _, part := range []json.RawMessage{m.Photo, m.Voice, m.Sticker, m.Location, m.Contact, m.Poll, m.Video, m.Audio, m.Document,
		m.Animation, m.VideoNote, m.Story, m.Dice, m.Game, m.PaidMedia, m.Checklist} {
		if part != nil {
			return true
		}
	}
	return false
}

func (m *message) sent() time.Time { return time.Unix(m.Date, 0) }

func (c chat) private() bool { return c.Type == "private" }

// name is how a person is called. A number that was spread over both parts of it is masked now.
func (u user) name() string {
	name, _ := mask(u.LastName + u.FirstName)
	return name
}
