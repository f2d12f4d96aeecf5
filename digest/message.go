package digest

import "huibao/report"

// Message is the body of an outbox row of the methods sendMessage and editMessageText, as JSON: all that a chat shows.
type Message struct {
	Text     string     `json:"text"`
	Entities []Entity   `json:"entities,omitempty"`
	Keyboard [][]Button `json:"keyboard,omitempty"` // rows of buttons under the text
	ReplyTo  int64      `json:"reply_to,omitempty"` // Telegram's id of the message this one answers, 0 for none
}

// Entity marks a part of a message's text, in UTF-16 code units (Bot API, MessageEntity).
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

// Button is an inline button; Data comes back when it is pressed and has 1 to 64 bytes (Bot API, InlineKeyboardButton).
type Button struct {
	Text string `json:"text"`
	Data string `json:"data"`
}

// Message makes t sendable, with rows of buttons under it.
func (t Text) Message(rows ...[]Button) Message {
	m := Message{Text: t.Body, Keyboard: rows}
	for _, r := range t.Bold {
		m.Entities = append(m.Entities, Entity{"bold", r.Offset, r.Length})
	}
	return m
}

// SummaryButtons gives the buttons under a digest: its split by the areas directly below, where there are any. The data of
// that button is t:<area id>:<period key>; the answer is Towns.
func SummaryButtons(s Scene, sum report.Summary) [][]Button {
	if len(s.Areas.Children(sum.Area)) == 0 {
		return nil
	}
	return [][]Button{{{Text: s.split(sum.Area), Data: "t:" + itoa(sum.Area) + ":" + sum.Period.Key()}}}
}
