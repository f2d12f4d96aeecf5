package sandbox_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"huibao/sandbox"
)

// Texts with $CHAT stand for 李梅's chat, $OWN for a message of the bot in it with the button 撤回, $HERS for one of 李梅's.
var refusals = []struct{ method, params, want string }{
	// The call as a whole.
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","colour":"red"}`, `Bad Request: unknown parameter "colour" of sendMessage`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","message_thread_id":4}`, `Not Implemented: parameter "message_thread_id" of sendMessage is not in the sandbox`},
	{"sendMessage", `[1]`, "Bad Request: can't parse the body as a JSON object"},
	{"sendMessage", `{"chat_id":`, "Bad Request: can't parse the body as a JSON object"},
	{"sendVideo", `{}`, "Not Implemented: method sendVideo is in the Bot API but not in the sandbox"},
	{"sendPigeon", `{}`, "Not Found"},
	{"getMe", `{"verbose":true}`, `Bad Request: unknown parameter "verbose" of getMe`},

	// Required parameters and types.
	{"sendMessage", `{"text":"好"}`, "Bad Request: chat_id is empty"},
	{"sendMessage", `{"chat_id":$CHAT}`, "Bad Request: message text is empty"},
	{"sendMessage", `{"chat_id":$CHAT,"text":7}`, `Bad Request: parameter "text" must be String`},
	{"sendMessage", `{"chat_id":$CHAT,"text":null}`, `Bad Request: parameter "text" must be String`},
	{"sendMessage", `{"chat_id":1.5,"text":"好"}`, `Bad Request: parameter "chat_id" must be Integer or String`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","disable_notification":"yes"}`, `Bad Request: parameter "disable_notification" must be Boolean`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":{"type":"bold"}}`, `Bad Request: parameter "entities" must be Array of MessageEntity`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[7]}`, `Bad Request: parameter "entities" must be MessageEntity (at entities[0])`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":"{"}`, `Bad Request: can't parse reply markup JSON object`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_parameters":{}}`, `Bad Request: message identifier is not specified`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","link_preview_options":{"disabled":true}}`, `Bad Request: unknown field "disabled" of LinkPreviewOptions (at link_preview_options)`},
	{"deleteMessage", `{"chat_id":$CHAT}`, "Bad Request: message identifier is not specified"},
	{"getFile", `{}`, "Bad Request: file_id not specified"},
	{"sendPhoto", `{"chat_id":$CHAT}`, "Bad Request: there is no photo in the request"},
	{"sendDocument", `{"chat_id":$CHAT}`, "Bad Request: there is no document in the request"},

	// Chats.
	{"sendMessage", `{"chat_id":99,"text":"好"}`, "Bad Request: chat not found"},
	{"sendMessage", `{"chat_id":"@nobody","text":"好"}`, "Bad Request: chat not found"},
	{"sendMessage", `{"chat_id":12,"text":"好"}`, "Forbidden: bot can't initiate conversation with a user"},
	{"getChat", `{"chat_id":12}`, "Bad Request: chat not found"},
	{"getChatMember", `{"chat_id":$CHAT,"user_id":99}`, "Bad Request: user not found"},
	{"leaveChat", `{"chat_id":$CHAT}`, "Bad Request: chat member status can't be changed in private chats"},
	{"sendChatAction", `{"chat_id":$CHAT,"action":"sleeping"}`, "Bad Request: wrong parameter action in request"},

	// Texts.
	{"sendMessage", `{"chat_id":$CHAT,"text":""}`, "Bad Request: message text is empty"},
	{"sendMessage", `{"chat_id":$CHAT,"text":" \n "}`, "Bad Request: text must be non-empty"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"$4097"}`, "Bad Request: message is too long"},
	{"sendDocument", `{"chat_id":$CHAT,"document":"x","caption":"$1025"}`, "Bad Request: message caption is too long"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","parse_mode":"BBCode"}`, "Bad Request: unsupported parse_mode"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"*好*","parse_mode":"MarkdownV2"}`, "Not Implemented: parse_mode MarkdownV2 is not in the sandbox: send entities or HTML"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"<b>好","parse_mode":"HTML"}`, `Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"<h1>好</h1>","parse_mode":"HTML"}`, `Bad Request: can't parse entities: Unsupported start tag "h1" at byte offset 0`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"<b>好</i>","parse_mode":"HTML"}`, `Bad Request: can't parse entities: Unmatched end tag at byte offset 6, expected "</b>", found "</i>"`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好</b>","parse_mode":"HTML"}`, `Bad Request: can't parse entities: Unexpected end tag at byte offset 3`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"<b","parse_mode":"HTML"}`, `Bad Request: can't parse entities: Unclosed start tag at byte offset 0`},

	// Entities, in UTF-16 code units.
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"loud","offset":0,"length":1}]}`, "Bad Request: can't parse MessageEntity: Unsupported type specified"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":0}]}`, `Bad Request: parameter "length" is required (at entities[0])`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":"0","length":1}]}`, `Bad Request: parameter "offset" must be Integer (at entities[0])`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":0,"length":2}]}`, "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":1,"length":1}]}`, "Bad Request: entity begins after the end of the text at UTF-16 offset 1"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":-1,"length":1}]}`, "Bad Request: receive an entity with incorrect offset -1"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":0,"length":0}]}`, "Bad Request: receive an entity with incorrect length 0"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"🎉好","entities":[{"type":"bold","offset":1,"length":2}]}`, "Bad Request: entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好🎉","entities":[{"type":"bold","offset":0,"length":2}]}`, "Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好好","entities":[{"type":"bold","offset":1,"length":1},{"type":"bold","offset":0,"length":1}]}`, "Bad Request: entities must be sorted by offset, the longer first: number 1 is not"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好好好","entities":[{"type":"bold","offset":0,"length":2},{"type":"italic","offset":1,"length":2}]}`, "Bad Request: entity beginning at UTF-16 offset 1 crosses the end of another"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"text_link","offset":0,"length":1}]}`, `Bad Request: can't parse MessageEntity: Can't find field "url"`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","entities":[{"type":"bold","offset":0,"length":1,"url":"https://example.org"}]}`, `Bad Request: can't parse MessageEntity: field "url" is for text_link only`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","parse_mode":"HTML","entities":[]}`, "Bad Request: parse_mode and entities exclude each other"},

	// Keyboards.
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{}}`, `Bad Request: parameter "inline_keyboard" is required (at reply_markup)`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":[]}`, `Bad Request: parameter "reply_markup" must be InlineKeyboardMarkup or ReplyKeyboardMarkup or ReplyKeyboardRemove or ForceReply`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[{"text":"撤回"}]}}`, `Bad Request: parameter "inline_keyboard" must be Array of InlineKeyboardButton (at reply_markup.inline_keyboard[0])`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回"}]]}}`, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","copy_text":{"text":""}}]]}}`, `Bad Request: parameter "text" must have at least 1 characters (at reply_markup.inline_keyboard[0][0].copy_text)`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"callback_data":"w"}]]}}`, `Bad Request: can't parse inline keyboard button: Can't find field "text"`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"","callback_data":"w"}]]}}`, "Bad Request: inline keyboard button text must be non-empty"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w","url":"https://example.org"}]]}}`, "Bad Request: InlineKeyboardButton must have one action, got callback_data, url (at reply_markup.inline_keyboard[0][0])"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"$65"}]]}}`, "Bad Request: BUTTON_DATA_INVALID"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"二十二个汉字是六十六个字节所以按钮数据太长了啊"}]]}}`, "Bad Request: BUTTON_DATA_INVALID"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":""}]]}}`, "Bad Request: BUTTON_DATA_INVALID"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w","style":"loud"}]]}}`, `Bad Request: parameter "style" has a value the Bot API does not list (at reply_markup.inline_keyboard[0][0])`},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[[$BUTTONS9]]}}`, "Bad Request: reply markup has 9 buttons in a row: at most 8"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"inline_keyboard":[$ROWS101]}}`, "Bad Request: reply markup is too long"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_markup":{"keyboard":[[{"text":"好","request_contact":true,"request_location":true}]]}}`, "Bad Request: KeyboardButton must have one action, got request_contact, request_location (at reply_markup.keyboard[0][0])"},
	{"editMessageText", `{"chat_id":$CHAT,"message_id":$OWN,"text":"好","reply_markup":{"keyboard":[["好"]]}}`, `Bad Request: unknown field "keyboard" of InlineKeyboardMarkup (at reply_markup)`},

	// Replies.
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_parameters":{"message_id":999}}`, "Bad Request: message to be replied not found"},
	{"sendMessage", `{"chat_id":$CHAT,"text":"好","reply_parameters":{"message_id":$HERS,"quote":"没有说过"}}`, "Bad Request: QUOTE_TEXT_INVALID"},

	// Edits and deletions.
	{"editMessageText", `{"chat_id":$CHAT,"message_id":$OWN}`, "Bad Request: message text is empty"},
	{"editMessageText", `{"message_id":$OWN,"text":"好"}`, "Bad Request: chat_id is empty"},
	{"editMessageText", `{"chat_id":$CHAT,"text":"好"}`, "Bad Request: message identifier is not specified"},
	{"editMessageText", `{"chat_id":$CHAT,"message_id":999,"text":"好"}`, "Bad Request: message to edit not found"},
	{"editMessageText", `{"chat_id":$CHAT,"message_id":$HERS,"text":"好"}`, "Bad Request: message can't be edited"},
	{"editMessageText", `{"chat_id":$CHAT,"message_id":$OWN,"text":"已记","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}}`, notModified},
	{"editMessageReplyMarkup", `{"chat_id":$CHAT,"message_id":$OWN,"reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}}`, notModified},
	{"deleteMessage", `{"chat_id":$CHAT,"message_id":999}`, "Bad Request: message to delete not found"},

	// Callback queries, commands, files, webhooks, updates.
	{"answerCallbackQuery", `{"callback_query_id":"1"}`, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
	{"answerCallbackQuery", `{"callback_query_id":"1","text":"$201"}`, "Bad Request: MESSAGE_TOO_LONG"},
	{"setMyCommands", `{"commands":[{"command":"Week","description":"本周"}]}`, "Bad Request: BOT_COMMAND_INVALID"},
	{"setMyCommands", `{"commands":[{"command":"","description":"本周"}]}`, "Bad Request: BOT_COMMAND_INVALID"},
	{"setMyCommands", `{"commands":[{"command":"$33","description":"本周"}]}`, "Bad Request: BOT_COMMAND_INVALID"},
	{"setMyCommands", `{"commands":[{"command":"week","description":""}]}`, "Bad Request: command description must be non-empty"},
	{"setMyCommands", `{"commands":[{"command":"week","description":"$257"}]}`, "Bad Request: command description length must not exceed 256"},
	{"setMyCommands", `{"commands":[$COMMANDS101]}`, "Bad Request: BOT_COMMANDS_TOO_MUCH"},
	{"setMyCommands", `{"commands":[],"scope":{"type":"village"}}`, `Bad Request: BotCommandScopeDefault has no type "village" (at scope)`},
	{"setMyCommands", `{"commands":[],"scope":{"type":"chat_member","chat_id":$CHAT}}`, `Bad Request: parameter "user_id" is required (at scope)`},
	{"setMyCommands", `{"commands":[],"scope":{"type":"chat_administrators","chat_id":$CHAT}}`, `Bad Request: can't use specified scope in private chats`},
	{"setMyCommands", `{"commands":[],"language_code":"chinese"}`, "Bad Request: invalid language code specified"},
	{"getFile", `{"file_id":"nothing"}`, "Bad Request: invalid file_id"},
	{"sendPhoto", `{"chat_id":$CHAT,"photo":"nothing"}`, "Bad Request: wrong file identifier/HTTP URL specified"},
	{"sendPhoto", `{"chat_id":$CHAT,"photo":"https://example.org/a.png"}`, "Bad Request: failed to get HTTP URL content"},
	{"sendPhoto", `{"chat_id":$CHAT,"photo":"attach://a"}`, `Bad Request: there is no part "a" for attach://`},
	{"sendMediaGroup", `{"chat_id":$CHAT,"media":[{"type":"photo","media":"x"}]}`, `Bad Request: parameter "media" must have at least 2 items`},
	{"sendMediaGroup", `{"chat_id":$CHAT,"media":[{"type":"photo","media":"x"},{"type":"document","media":"x"}]}`, "Bad Request: document can't be mixed with other media types"},
	{"sendMediaGroup", `{"chat_id":$CHAT,"media":[{"type":"video","media":"x"},{"type":"video","media":"x"}]}`, "Not Implemented: media of type video is not in the sandbox"},
	{"sendMediaGroup", `{"chat_id":$CHAT,"media":[{"type":"photo","media":"x","duration":3},{"type":"photo","media":"x"}]}`, `Bad Request: unknown field "duration" of InputMediaPhoto (at media[0])`},
	{"setWebhook", `{"url":"http://example.org/hook"}`, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"},
	{"setWebhook", `{"url":"https://example.org/hook","secret_token":"with blanks"}`, `Bad Request: parameter "secret_token" has other characters than allowed: Only characters A-Z, a-z, 0-9, _ and - are allowed`},
	{"setWebhook", `{"url":"https://example.org/hook","max_connections":101}`, `Bad Request: parameter "max_connections" must be between 1 and 100`},
	{"getUpdates", `{"limit":101}`, `Bad Request: parameter "limit" must be between 1 and 100`},
	{"getUpdates", `{"timeout":-1}`, `Bad Request: parameter "timeout" must be positive`},
	{"getUpdates", `{"allowed_updates":["message","massage"]}`, `Bad Request: allowed_updates has "massage", which is no kind of update`},
	{"getUpdates", `{"offset":"soon"}`, `Bad Request: parameter "offset" must be Integer`},
}

const notModified = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same " +
	"as a current content and reply markup of the message"

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	fill := w.scene()
	for _, c := range refusals {
		t.Run(c.method, func(t *testing.T) {
			(&world{t: t, url: w.url}).refused(c.method, fill(c.params), c.want)
		})
	}
}

// scene writes two messages and returns the replacer of the tables' placeholders.
func (w *world) scene() func(string) string {
	hers := must(w.client.Say(w.t.Context(), w.limei, "普法 320人 资料500份"))
	var own struct {
		ID int64 `json:"message_id"`
	}
	w.ok("sendMessage", `{"chat_id":11,"text":"已记","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}}`, &own)
	pairs := []string{"$CHAT", "11", "$HERS", fmt.Sprint(hers), "$OWN", fmt.Sprint(own.ID)}
	for _, n := range []int{4097, 1025, 257, 201, 65, 33} {
		pairs = append(pairs, fmt.Sprintf("$%d", n), strings.Repeat("a", n))
	}
	button := `{"text":"撤回","callback_data":"w"}`
	pairs = append(pairs,
		"$BUTTONS9", strings.Repeat(button+",", 8)+button,
		"$ROWS101", strings.Repeat("["+button+"],", 100)+"["+button+"]",
		"$COMMANDS101", strings.Repeat(`{"command":"week","description":"本周"},`, 100)+`{"command":"week","description":"本周"}`)
	return strings.NewReplacer(pairs...).Replace
}

var answers = []struct{ method, params, want string }{
	{"getMe", `{}`, `{"id":7001,"is_bot":true,"first_name":"汇报","username":"huibao_bot","can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false,"can_connect_to_business":false,"has_main_web_app":false}`},
	{"sendMessage", `{"chat_id":"11","text":" 已记 \n"}`, sent(4, `"text":"已记"`)},
	{"sendMessage", `{"chat_id":11,"text":"已记 /week @limei","disable_notification":true}`, sent(5, `"text":"已记 /week @limei","entities":[{"type":"bot_command","offset":3,"length":5},{"type":"mention","offset":9,"length":6}]`)},
	{"sendMessage", `{"chat_id":11,"text":"<b>约</b> &lt;320&gt;","parse_mode":"HTML"}`, sent(6, `"text":"约 \u003c320\u003e","entities":[{"type":"bold","offset":0,"length":1}]`)},
	{"sendMessage", `{"chat_id":11,"text":"🎉 好","entities":[{"type":"bold","offset":0,"length":4},{"type":"italic","offset":3,"length":1}],"protect_content":true}`,
		sent(7, `"has_protected_content":true,"text":"🎉 好","entities":[{"type":"bold","offset":0,"length":4},{"type":"italic","offset":3,"length":1}]`)},
	{"sendMessage", `{"chat_id":11,"text":"$4096"}`, sent(8, `"text":"$4096"`)},
	{"sendMessage", `{"chat_id":11,"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w","copy_text":{"text":""}}],[]]}}`,
		sent(9, `"text":"好","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}`)},
	{"sendMessage", `{"chat_id":11,"text":"好","reply_markup":{"keyboard":[["本周",{"text":"上周"}]],"resize_keyboard":true}}`, sent(10, `"text":"好"`)},
	{"sendMessage", `{"chat_id":11,"text":"好","reply_markup":{"remove_keyboard":true}}`, sent(11, `"text":"好"`)},
	{"sendMessage", `{"chat_id":11,"text":"好","reply_parameters":{"message_id":3,"quote":"已"}}`, sent(12, `"reply_to_message":`+sent(3, `"text":"已记","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}`)+`,"text":"好"`)},
	{"editMessageReplyMarkup", `{"chat_id":11,"message_id":3}`, strings.Replace(sent(3, `"text":"已记"`), `,"text"`, `,"edit_date":1773021600,"text"`, 1)},
	{"deleteMessage", `{"chat_id":11,"message_id":3}`, `true`},
	{"deleteMessage", `{"chat_id":11,"message_id":2}`, `true`},
	{"sendChatAction", `{"chat_id":11,"action":"upload_document"}`, `true`},
	{"getChat", `{"chat_id":11}`, `{"id":11,"type":"private","username":"limei","first_name":"李梅","accent_color_id":0,"max_reaction_count":11,"accepted_gift_types":{"unlimited_gifts":false,"limited_gifts":false,"unique_gifts":false,"premium_subscription":false,"gifts_from_channels":false}}`},
	{"getChatMember", `{"chat_id":11,"user_id":11}`, `{"status":"member","user":{"id":11,"is_bot":false,"first_name":"李梅","username":"limei","language_code":"zh-hans"}}`},
	{"getChatMember", `{"chat_id":11,"user_id":12}`, `{"status":"left","user":{"id":12,"is_bot":false,"first_name":"王芳","language_code":"zh-hans"}}`},
	{"setMyCommands", `{"commands":[{"command":"week","description":"本周"}]}`, `true`},
	{"setMyCommands", `{"commands":[{"command":"late","description":"谁还没报"}],"scope":{"type":"all_private_chats"},"language_code":"zh"}`, `true`},
	{"getMyCommands", `{}`, `[{"command":"week","description":"本周"}]`},
	{"getMyCommands", `{"scope":{"type":"all_private_chats"},"language_code":"zh"}`, `[{"command":"late","description":"谁还没报"}]`},
	{"deleteMyCommands", `{}`, `true`},
	{"getMyCommands", `{}`, `[]`},
	{"getWebhookInfo", `{}`, `{"url":"","has_custom_certificate":false,"pending_update_count":2}`},
	{"GETME", `{}`, `{"id":7001,"is_bot":true,"first_name":"汇报","username":"huibao_bot","can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false,"can_connect_to_business":false,"has_main_web_app":false}`},
}

// sent is a message of the bot to 李梅 with the fields.
func sent(id int, fields string) string {
	return fmt.Sprintf(`{"message_id":%d,"from":{"id":7001,"is_bot":true,"first_name":"汇报","username":"huibao_bot"},`+
		`"chat":{"id":11,"type":"private","username":"limei","first_name":"李梅"},"date":%d,%s}`, id, monday.Unix(), fields)
}

func TestAnswers(t *testing.T) {
	w := newWorld(t)
	fill := func(s string) string { return strings.ReplaceAll(s, "$4096", strings.Repeat("统", 4096)) }
	w.scene()
	for _, c := range answers {
		t.Run(c.method, func(t *testing.T) {
			a := (&world{t: t, url: w.url}).call(c.method, fill(c.params))
			if string(a.Result) != fill(c.want) {
				t.Errorf("%s %s\n got: %s %s\nwant: %s", c.method, c.params, a.Description, a.Result, c.want)
			}
		})
	}
}

func TestTokenIsChecked(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]int{
		"/bot" + token + "/getMe": 200, "/bot7001:other/getMe": 401, "/bot7001/getMe": 401, "/bot" + token: 404, "/bot" + token + "/": 404,
		"/file/bot7001:other/photos/file_1.jpg": 401, "/file/bot" + token + "/photos/file_1.jpg": 404, "/": 404,
	} {
		resp := must(http.Get(w.url + path))
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("GET %s: status %d, want %d", path, resp.StatusCode, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	w := newWorld(t)
	keyboard := `{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}`
	form := url.Values{"chat_id": {"11"}, "text": {"好"}, "protect_content": {"true"}, "reply_markup": {keyboard}}
	var multi bytes.Buffer
	parts := multipart.NewWriter(&multi)
	for name := range form {
		if err := parts.WriteField(name, form.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	parts.Close()
	for _, c := range []struct{ name, query, kind, body string }{
		{"query", "?" + form.Encode(), "", ""},
		{"urlencoded", "", "application/x-www-form-urlencoded", form.Encode()},
		{"multipart", "", parts.FormDataContentType(), multi.String()},
		{"JSON", "", "application/json; charset=utf-8", `{"chat_id":11,"text":"好","protect_content":true,"reply_markup":` + keyboard + `}`},
		{"JSON in JSON", "?chat_id=11", "application/json", `{"text":"好","protect_content":true,"reply_markup":"{\"inline_keyboard\":[[{\"text\":\"撤回\",\"callback_data\":\"w\"}]]}"}`},
	} {
		a := must(w.try(t.Context(), "sendMessage"+c.query, c.kind, c.body))
		if !strings.Contains(string(a.Result), `"has_protected_content":true`) || !strings.Contains(string(a.Result), `"callback_data":"w"`) {
			t.Errorf("%s: %s %s", c.name, a.Description, a.Result)
		}
	}
	for _, c := range []struct{ name, query, kind, body, want string }{
		{"twice", "?chat_id=11", "application/json", `{"chat_id":11,"text":"好"}`, `Bad Request: parameter "chat_id" is given twice`},
		{"text", "", "text/plain", `好`, `Bad Request: can't read a body of type "text/plain": send JSON, a form or a multipart form`},
		{"no boundary", "", "multipart/form-data", ``, `Bad Request: multipart body without a boundary`},
		{"not a number", "", "application/x-www-form-urlencoded", `chat_id=11&message_id=two`, `Bad Request: unknown parameter "message_id" of sendMessage`},
	} {
		if a := must(w.try(t.Context(), "sendMessage"+c.query, c.kind, c.body)); a.Description != c.want {
			t.Errorf("%s: got %s, want %s", c.name, a.Description, c.want)
		}
	}
	if a := must(w.try(t.Context(), "getMe", "multipart/form-data; boundary=x", "")); !a.OK {
		t.Errorf("a multipart body without parts: %s", a.Description)
	}
	if a := must(w.try(t.Context(), "deleteMessage", "application/x-www-form-urlencoded", "chat_id=11&message_id=two")); a.Description != `Bad Request: parameter "message_id" must be Integer` {
		t.Errorf("a word for a number: %s", a.Description)
	}
}

func TestDeletionEndsAfterTwoDays(t *testing.T) {
	w := newWorld(t)
	w.ok("sendMessage", `{"chat_id":11,"text":"早"}`, nil)
	w.clock.Advance(48*time.Hour + time.Second)
	w.refused("deleteMessage", `{"chat_id":11,"message_id":2}`, "Bad Request: message can't be deleted for everyone")
}

func TestEditDropsTheKeyboard(t *testing.T) {
	w := newWorld(t)
	fill := w.scene()
	w.ok("editMessageText", fill(`{"chat_id":11,"message_id":$OWN,"text":"已记"}`), nil)
	list := must(w.client.Messages(t.Context(), w.limei, 2))
	if last := list[len(list)-1]; last.Buttons != nil || last.EditDate == 0 {
		t.Errorf("after an edit without reply_markup the message is %+v", last)
	}
}

func TestBlockedUser(t *testing.T) {
	w := newWorld(t)
	if err := w.client.Block(t.Context(), w.limei); err != nil {
		t.Fatal(err)
	}
	a := w.refused("sendMessage", `{"chat_id":11,"text":"在吗"}`, "Forbidden: bot was blocked by the user")
	if a.Code != 403 {
		t.Errorf("error_code %d", a.Code)
	}
	w.ok("getChat", `{"chat_id":11}`, nil)
	if _, err := w.client.Say(t.Context(), w.limei, "在"); err == nil || !strings.Contains(err.Error(), "expected /control/unblock before") {
		t.Errorf("a user who blocked the bot could write: %v", err)
	}
	if err := w.client.Unblock(t.Context(), w.limei); err != nil {
		t.Fatal(err)
	}
	w.ok("sendMessage", `{"chat_id":11,"text":"在吗"}`, nil)
	var seen []string
	for _, u := range w.updates(`{}`) {
		if u.Member != nil {
			seen = append(seen, string(u.Member))
		}
	}
	if len(seen) != 2 || !strings.Contains(seen[0], `"new_chat_member":{"status":"kicked"`) || !strings.Contains(seen[1], `"new_chat_member":{"status":"member"`) {
		t.Errorf("my_chat_member updates: %s", seen)
	}
}

func TestCallbackExpires(t *testing.T) {
	w := newWorld(t)
	fill := w.scene()
	ctx := t.Context()
	var own int64
	if _, err := fmt.Sscan(fill("$OWN"), &own); err != nil {
		t.Fatal(err)
	}
	for _, p := range []sandbox.Press{
		{UserID: w.limei, MessageID: own, Text: "改"}, {UserID: w.limei, MessageID: own, Data: "x"}, {UserID: w.limei, MessageID: own},
		{UserID: w.limei, MessageID: 999, Text: "撤回"}, {UserID: w.wang, ChatID: w.limei, MessageID: own, Text: "撤回"},
	} {
		if id, err := w.client.Press(ctx, p); err == nil {
			t.Errorf("%+v was pressed: %s", p, id)
		}
	}
	id := must(w.client.Press(ctx, sandbox.Press{UserID: w.limei, MessageID: own, ForgedData: "w:999"}))
	w.clock.Advance(16 * time.Minute)
	w.refused("answerCallbackQuery", `{"callback_query_id":"`+id+`"}`, "Bad Request: query is too old and response timeout expired or query ID is invalid")
	list := must(w.client.Callbacks(ctx))
	if len(list) != 1 || list[0].Data != "w:999" || list[0].Answered {
		t.Errorf("callbacks: %+v", list)
	}
}
