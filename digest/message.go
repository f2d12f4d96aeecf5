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

// SummaryButtons gives the buttons under a digest: its split by the areas directly below and who has not reported, where there
// are any, its picture and its workbook; under the county's year also the work summary and its sources, and the earlier
// periods it says have changed. The data is verb:<area id>:<period key>.
func SummaryButtons(s Scene, sum report.Summary) [][]Button {
	button := func(text, verb string) Button {
		return Button{Text: text, Data: verb + ":" + itoa(sum.Area) + ":" + sum.Period.Key()}
	}
	first := []Button{button("图", "g"), button("Excel", "x")}
	if len(s.Areas.Children(sum.Area)) > 0 {
		first = append([]Button{button(s.split(sum.Area), "t")}, append(first, button("未报", "l"))...)
	}
	rows := [][]Button{first}
	if root, ok := s.Areas.Root(); sum.Period.Kind == report.Year && ok && root.ID == sum.Area {
		rows = append(rows, []Button{button("Word总结", "W"), button("数据来源", "S")})
	}
	if changes := s.changesButtons(sum); len(changes) > 0 {
		rows = append(rows, changes)
	}
	return rows
}
