package county

import "time"

// A Message is what a member writes to the bot, in the member's private chat.
type Message struct {
	ID      int // 1, 2, 3 … in the order of At
	At      time.Time
	From    int64 // telegram id
	Text    string
	EditOf  int     // the earlier message whose text this one replaces, by its ID; 0 for a new message
	Repeats int     // the earlier message that reported the same event, by its ID; 0 for nearly all
	Want    []Entry // what the text says; nil when it is chat, a plan, or not to be understood
}

// An Entry is the truth about one activity in a message.
type Entry struct {
	Activity string           // code in the catalogue, law_publicity …
	Day      string           // YYYY-MM-DD
	Area     string           // code
	Measures map[string]int64 // what the text states, by code: counts, and money in yuan
	Approx   []string         // the codes said with 余, 多, 近 or 约
}

// Truth returns the entries that count after all messages: those of the last edit, without the repeats.
func Truth(messages []Message) []Entry {
	edited := map[int][]Entry{}
	for _, m := range messages {
		if m.EditOf != 0 {
			edited[m.EditOf] = m.Want
		}
	}
	var truth []Entry
	for _, m := range messages {
		switch want, ok := edited[m.ID]; {
		case m.EditOf != 0, m.Repeats != 0:
		case ok:
			truth = append(truth, want...)
		default:
			truth = append(truth, m.Want...)
		}
	}
	return truth
}
