package sandbox

import "time"

// The types of the control tree, the same for Server and Client. Times that the Bot API counts in Unix seconds are so here.

// State is GET /control/state.
type State struct {
	Now   time.Time `json:"now"`
	Bot   Bot       `json:"bot"`
	Users []User    `json:"users"` // in the order they were made
	Chats []Chat    `json:"chats"`
	// Process is "running", "stopped", or "none" when the sandbox has no process.
	Process    string  `json:"process"`
	Phones     []Phone `json:"phones"`
	Unanswered int     `json:"unanswered"` // callback queries the bot has not answered
	Pending    int     `json:"pending"`    // updates the bot has not confirmed
	Polling    bool    `json:"polling"`    // a getUpdates waits for news
	Webhook    string  `json:"webhook"`    // where updates are posted; empty: nowhere
}

// Bot is the bot as its users see it.
type Bot struct {
	ID        int64  `json:"id"`
	Username  string `json:"username"`
	FirstName string `json:"first_name"`
}

// User is a person. To make one, only FirstName is needed; an ID of 0 lets the sandbox choose.
type User struct {
	ID        int64  `json:"id,omitempty"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Started   bool   `json:"started"` // has written to the bot
	Blocked   bool   `json:"blocked"` // has blocked the bot
}

// Chat is a private chat, whose id is the user's, or a group.
type Chat struct {
	ID      int64   `json:"id"`
	Type    string  `json:"type"` // private, group, supergroup
	Title   string  `json:"title"`
	Members []int64 `json:"members"` // with the bot's id where the bot is in
}

// Phone is one phone on the chat page.
type Phone struct {
	UserID int64  `json:"user_id"`
	Title  string `json:"title"` // e.g. 村干部 李梅
	Hint   string `json:"hint"`  // an example to write
}

// Message is a message as a person in the chat sees it.
type Message struct {
	ChatID     int64      `json:"chat_id"`
	MessageID  int64      `json:"message_id"`
	Date       int64      `json:"date"`
	EditDate   int64      `json:"edit_date,omitempty"`
	From       Sender     `json:"from"`
	Text       string     `json:"text,omitempty"`
	Caption    string     `json:"caption,omitempty"`
	Entities   []Entity   `json:"entities,omitempty"` // of the text or the caption
	ReplyTo    int64      `json:"reply_to,omitempty"`
	Forward    string     `json:"forward,omitempty"` // whose message it was
	MediaGroup string     `json:"media_group,omitempty"`
	Buttons    [][]Button `json:"buttons,omitempty"`
	Photo      string     `json:"photo,omitempty"`     // address on this server
	PhotoSize  [2]int     `json:"photo_size,omitzero"` // width and height
	Document   *Document  `json:"document,omitempty"`
	Kind       string     `json:"kind,omitempty"` // in Chinese, what else it is: 贴纸, 语音, 加入了群 …
	Deleted    bool       `json:"deleted,omitempty"`
}

// Sender is who wrote a message.
type Sender struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	IsBot     bool   `json:"is_bot"`
}

// Button is a button under a message: one of Data and URL is set, or neither for other actions.
type Button struct {
	Text string `json:"text"`
	Data string `json:"data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Document is a file to download from this server.
type Document struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Size int    `json:"size"` // in bytes
}

// Send is what a person sends. ChatID 0 is the private chat with the bot.
type Send struct {
	UserID  int64    `json:"user_id"`
	ChatID  int64    `json:"chat_id,omitempty"`
	Text    string   `json:"text,omitempty"`
	Date    int64    `json:"date,omitempty"` // Unix seconds; default now
	ReplyTo int64    `json:"reply_to,omitempty"`
	Forward *Forward `json:"forward_from,omitempty"`
	Photos  int      `json:"photos,omitempty"` // 1 a photo, more an album
	Caption string   `json:"caption,omitempty"`
	// CaptionOn is the photo that has the caption, from 1; 0 is the first. Album is the media group of photos that come in
	// several sends; without it more than one photo is an album of its own.
	CaptionOn int    `json:"caption_on,omitempty"`
	Album     string `json:"album,omitempty"`
	// Entities of the text or caption; commands, mentions, hashtags and addresses are found without.
	Entities []Entity `json:"entities,omitempty"`
	// Something else than text or photos: at most one.
	Sticker  bool `json:"sticker,omitempty"`
	Location bool `json:"location,omitempty"`
	Voice    bool `json:"voice,omitempty"`
	Contact  bool `json:"contact,omitempty"`
	Poll     bool `json:"poll,omitempty"`
	Video    bool `json:"video,omitempty"`
	// Document is the name of a file; it may have a caption. Content is what it holds, its name where nothing is given.
	Document string `json:"document,omitempty"`
	Content  []byte `json:"content,omitempty"`
}

// Forward says whose message is forwarded: a user's, that of someone whose account is hidden, or a chat's.
type Forward struct {
	UserID    int64  `json:"user_id,omitempty"`
	Name      string `json:"name,omitempty"`
	ChatTitle string `json:"chat_title,omitempty"`
	Date      int64  `json:"date,omitempty"` // of the original; default that of the forwarding
}

// Edit is a person's change of an own message.
type Edit struct {
	UserID    int64  `json:"user_id"`
	ChatID    int64  `json:"chat_id,omitempty"`
	MessageID int64  `json:"message_id"`
	Text      string `json:"text"`
}

// Press is a person's press of a button, named by its Text or its Data. ForgedData need not be on the message, as from a
// client made to do harm.
type Press struct {
	UserID     int64  `json:"user_id"`
	ChatID     int64  `json:"chat_id,omitempty"`
	MessageID  int64  `json:"message_id"`
	Text       string `json:"text,omitempty"`
	Data       string `json:"data,omitempty"`
	ForgedData string `json:"forged_data,omitempty"`
}

// Callback is a press and what became of it.
type Callback struct {
	ID        string `json:"id"`
	UserID    int64  `json:"user_id"`
	ChatID    int64  `json:"chat_id"`
	MessageID int64  `json:"message_id"`
	Data      string `json:"data"`
	Answered  bool   `json:"answered"`
	Text      string `json:"text"`
	Alert     bool   `json:"alert,omitempty"`
}

// Command is a line of the bot's menu, a BotCommand.
type Command struct {
	Command     string `json:"command"` // without the slash
	Description string `json:"description"`
}

// Call is a call of the Bot API as it was made; the token is not in it.
type Call struct {
	N      int            `json:"n"`
	At     time.Time      `json:"at"` // by the sandbox's clock, when it was answered
	Method string         `json:"method"`
	Params map[string]any `json:"params"`
	OK     bool           `json:"ok"`
	Error  string         `json:"error,omitempty"`
	ChatID int64          `json:"chat_id,omitempty"`
}
