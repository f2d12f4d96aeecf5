package bot

import (
	"encoding/json"
	"testing"

	"huibao/store"
)

// TestAttachment: what is kept of the ways a picture or file comes in (Bot API, Message).
func TestAttachment(t *testing.T) {
	for body, want := range map[string]store.Attachment{
		`{"photo":[{"file_id":"s","file_unique_id":"S","width":90},{"file_id":"l","file_unique_id":"L","width":1280}],"media_group_id":"9"}`: {Kind: store.Photo, File: "l", Unique: "L", Album: "9"},
		`{"document":{"file_id":"d","file_unique_id":"D","mime_type":"application/pdf"}}`:                                                    {Kind: store.Document, File: "d", Unique: "D"},
		`{"document":{"file_id":"d","file_unique_id":"D"},"caption":"普法"}`:                                                                   {Kind: store.Document, File: "d", Unique: "D"},
		`{"document":{"file_id":"d","file_unique_id":"D","mime_type":"image/jpeg"}}`:                                                         {Kind: store.Image, File: "d", Unique: "D"},
		`{"video":{"file_id":"v","file_unique_id":"V"},"caption":"普法 320人"}`:                                                                 {Kind: store.Video, File: "v", Unique: "V"},
		`{"video":{"file_id":"v","file_unique_id":"V"},"media_group_id":"9"}`:                                                                {Kind: store.Video, File: "v", Unique: "V", Album: "9"},
	} {
		if got, ok := decodeMessage(t, body).attachment(); !ok || got != want {
			t.Errorf("%s gives %+v, %v, want %+v", body, got, ok, want)
		}
	}
	for _, body := range []string{
		`{"text":"普法 320人"}`, `{"photo":[]}`, `{"photo":{}}`, `{"photo":[{"file_id":""}]}`, `{"document":"方案"}`, `{"document":{"file_id":"d"}}`,
		`{"video":{"file_id":"v","file_unique_id":"V"}}`, `{"video":7,"caption":"普法"}`, `{"voice":{"file_id":"v","file_unique_id":"V"}}`,
		`{"animation":{"file_id":"g","file_unique_id":"G"},"document":{"file_id":"g","file_unique_id":"G","mime_type":"video/mp4"}}`,
	} {
		if got, ok := decodeMessage(t, body).attachment(); ok {
			t.Errorf("%s gives %+v, want nothing", body, got)
		}
	}
}

// TestWordless: every kind that cannot be read is answered, what Telegram tells of a chat is not.
func TestWordless(t *testing.T) {
	for _, kind := range []string{"photo", "voice", "sticker", "location", "contact", "poll", "video", "audio", "document", "animation",
		"video_note", "story", "dice", "game", "paid_media", "checklist"} {
		if !decodeMessage(t, `{"`+kind+`":{}}`).wordless() {
			t.Errorf("a message with %s has something to answer", kind)
		}
	}
	for _, body := range []string{`{}`, `{"new_chat_members":[{"id":1}]}`, `{"pinned_message":{"message_id":1}}`} {
		if decodeMessage(t, body).wordless() {
			t.Errorf("%s has nothing to answer", body)
		}
	}
}

func decodeMessage(t *testing.T, body string) *message {
	t.Helper()
	m := &message{}
	if err := json.Unmarshal([]byte(body), m); err != nil {
		t.Fatal(err)
	}
	return m
}
