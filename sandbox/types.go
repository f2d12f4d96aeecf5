package sandbox

import (
	"encoding/json"
	"slices"
)

// The types here are what the sandbox sends to the bot, spelled as in the Bot API (https://core.telegram.org/bots/api).
// A message is never changed once it is stored: an edit stores a changed copy, so encoding needs no lock.

type apiUser struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

type apiChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"` // private, group, supergroup
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

// Entity is a MessageEntity: Offset and Length count UTF-16 code units of the text.
type Entity struct {
	Type           string   `json:"type"`
	Offset         int      `json:"offset"`
	Length         int      `json:"length"`
	URL            string   `json:"url,omitempty"`
	User           *apiUser `json:"user,omitempty"`
	Language       string   `json:"language,omitempty"`
	CustomEmojiID  string   `json:"custom_emoji_id,omitempty"`
	UnixTime       int64    `json:"unix_time,omitempty"`
	DateTimeFormat string   `json:"date_time_format,omitempty"`
}

type apiMessage struct {
	ID            int64           `json:"message_id"`
	From          *apiUser        `json:"from,omitempty"`
	Chat          apiChat         `json:"chat"`
	Date          int64           `json:"date"`
	EditDate      int64           `json:"edit_date,omitempty"`
	ForwardOrigin *apiOrigin      `json:"forward_origin,omitempty"`
	ReplyTo       *apiMessage     `json:"reply_to_message,omitempty"`
	Protected     bool            `json:"has_protected_content,omitempty"`
	MediaGroup    string          `json:"media_group_id,omitempty"`
	Text          string          `json:"text,omitempty"`
	Entities      []Entity        `json:"entities,omitempty"`
	LinkPreview   json.RawMessage `json:"link_preview_options,omitempty"`
	Photo         []apiPhoto      `json:"photo,omitempty"`
	Document      *apiDocument    `json:"document,omitempty"`
	Caption       string          `json:"caption,omitempty"`
	CaptionIn     []Entity        `json:"caption_entities,omitempty"`
	CaptionAbove  bool            `json:"show_caption_above_media,omitempty"`
	Spoiler       bool            `json:"has_media_spoiler,omitempty"`
	Video         *apiVideo       `json:"video,omitempty"`
	Sticker       *apiSticker     `json:"sticker,omitempty"`
	Voice         *apiVoice       `json:"voice,omitempty"`
	Contact       *apiContact     `json:"contact,omitempty"`
	Poll          *apiPoll        `json:"poll,omitempty"`
	Location      *apiLocation    `json:"location,omitempty"`
	NewMembers    []apiUser       `json:"new_chat_members,omitempty"`
	LeftMember    *apiUser        `json:"left_chat_member,omitempty"`
	GroupCreated  bool            `json:"group_chat_created,omitempty"`
	MigratedTo    int64           `json:"migrate_to_chat_id,omitempty"`
	MigratedFrom  int64           `json:"migrate_from_chat_id,omitempty"`
	Markup        *inlineKeyboard `json:"reply_markup,omitempty"`
}

// apiOrigin is a MessageOrigin of type user, hidden_user or chat.
type apiOrigin struct {
	Type   string   `json:"type"`
	Date   int64    `json:"date"`
	User   *apiUser `json:"sender_user,omitempty"`
	Hidden string   `json:"sender_user_name,omitempty"`
	Chat   *apiChat `json:"sender_chat,omitempty"`
}

type apiPhoto struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Size     int    `json:"file_size"`
}

type apiDocument struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	Size     int    `json:"file_size"`
}

type apiVideo struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Duration int    `json:"duration"`
	MIME     string `json:"mime_type,omitempty"`
	Size     int    `json:"file_size"`
}

type apiSticker struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Type     string `json:"type"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Animated bool   `json:"is_animated"`
	Video    bool   `json:"is_video"`
	Emoji    string `json:"emoji,omitempty"`
}

type apiVoice struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Duration int    `json:"duration"`
	MIME     string `json:"mime_type,omitempty"`
	Size     int    `json:"file_size"`
}

type apiContact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
}

type apiPollOption struct {
	PersistentID string `json:"persistent_id"`
	Text         string `json:"text"`
	Voters       int    `json:"voter_count"`
}

type apiPoll struct {
	ID        string          `json:"id"`
	Question  string          `json:"question"`
	Options   []apiPollOption `json:"options"`
	Voters    int             `json:"total_voter_count"`
	Closed    bool            `json:"is_closed"`
	Anonymous bool            `json:"is_anonymous"`
	Type      string          `json:"type"`
	Multiple  bool            `json:"allows_multiple_answers"`
	Revoting  bool            `json:"allows_revoting"`
}

type apiLocation struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// inlineKeyboard is an InlineKeyboardMarkup.
type inlineKeyboard struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

// inlineButton is an InlineKeyboardButton; actions the sandbox only passes through stay JSON.
type inlineButton struct {
	Text       string          `json:"text"`
	Emoji      string          `json:"icon_custom_emoji_id,omitempty"`
	Style      string          `json:"style,omitempty"`
	URL        string          `json:"url,omitempty"`
	Data       string          `json:"callback_data,omitempty"`
	WebApp     json.RawMessage `json:"web_app,omitempty"`
	Login      json.RawMessage `json:"login_url,omitempty"`
	Inline     *string         `json:"switch_inline_query,omitempty"`
	InlineHere *string         `json:"switch_inline_query_current_chat,omitempty"`
	InlineIn   json.RawMessage `json:"switch_inline_query_chosen_chat,omitempty"`
	Copy       *copyText       `json:"copy_text,omitempty"`
	Game       json.RawMessage `json:"callback_game,omitempty"`
	Pay        bool            `json:"pay,omitempty"`
}

type copyText struct {
	Text string `json:"text"`
}

type apiCallback struct {
	ID           string      `json:"id"`
	From         apiUser     `json:"from"`
	Message      *apiMessage `json:"message,omitempty"`
	ChatInstance string      `json:"chat_instance"`
	Data         string      `json:"data,omitempty"`
}

type apiMember struct {
	Status string  `json:"status"` // creator, member, left, kicked
	User   apiUser `json:"user"`
	// Until and Anonymous are set, and then sent even when zero, for the statuses that have them.
	Until     *int64 `json:"until_date,omitempty"`
	Anonymous *bool  `json:"is_anonymous,omitempty"`
}

type apiMemberUpdate struct {
	Chat apiChat   `json:"chat"`
	From apiUser   `json:"from"`
	Date int64     `json:"date"`
	Old  apiMember `json:"old_chat_member"`
	New  apiMember `json:"new_chat_member"`
}

// member makes a ChatMember with the fields its status requires.
func member(u apiUser, status string) apiMember {
	m := apiMember{Status: status, User: u}
	switch status {
	case "kicked":
		m.Until = new(int64)
	case "creator":
		m.Anonymous = new(bool)
	}
	return m
}

// asReplied is the message as shown inside another one: without its own reply.
func (m *apiMessage) asReplied() *apiMessage {
	if m.ReplyTo == nil {
		return m
	}
	short := *m
	short.ReplyTo = nil
	return &short
}

// sameEntities reports whether two lists mark the same spans in the same way.
func sameEntities(a, b []Entity) bool {
	return slices.EqualFunc(a, b, func(x, y Entity) bool {
		sameUser := x.User == y.User || x.User != nil && y.User != nil && x.User.ID == y.User.ID
		x.User, y.User = nil, nil
		return sameUser && x == y
	})
}
