package sandbox_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/sandbox"
)

func TestGroupPrivacy(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	group := must(w.client.Group(ctx, "长铺镇妇联", true, w.limei, w.wang))
	var own struct {
		ID int64 `json:"message_id"`
	}
	w.ok("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"谁还没报"}`, group), &own)
	w.drain()
	for _, s := range []sandbox.Send{
		{Text: "今天辛苦大家了"}, {Text: "/bao 普法 320人"}, {Text: "/bao@huibao_bot 普法"}, {Text: "/bao@other_bot 普法"},
		{Text: "@Huibao_bot 上周"}, {Text: "@huibao_bots 上周"}, {Text: "我也报了", ReplyTo: own.ID}, {Text: "看 https://example.org/a/b"},
	} {
		s.UserID, s.ChatID = w.wang, group
		must(w.client.Send(ctx, s))
	}
	list := w.updates(`{}`)
	if got, want := texts(list), "/bao 普法 320人|/bao@huibao_bot 普法|@Huibao_bot 上周|我也报了"; got != want {
		t.Errorf("with privacy mode the bot sees %s\nwant %s", got, want)
	}
	if last := list[len(list)-1].Message; last.ReplyTo == nil || last.ReplyTo.ID != own.ID {
		t.Error("the reply does not carry the message it replies to")
	}
}

func TestGroupWithoutPrivacy(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.PrivacyOff = true })
	group := must(w.client.Group(t.Context(), "长铺镇妇联", true, w.limei))
	w.drain()
	must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, ChatID: group, Text: "今天辛苦大家了"}))
	if got := texts(w.updates(`{}`)); got != "今天辛苦大家了" {
		t.Errorf("without privacy mode the bot sees %q", got)
	}
}

func TestMembership(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	group := must(w.client.Group(ctx, "县妇联", false, w.limei))
	send := fmt.Sprintf(`{"chat_id":%d,"text":"好"}`, group)
	w.refused("sendMessage", send, "Bad Request: chat not found")
	w.drain()
	w.updates(`{"allowed_updates":["my_chat_member"]}`)
	for _, step := range []struct {
		do   func() error
		want string // of the last my_chat_member
		send string
	}{
		{func() error { return w.client.Join(ctx, 7001, group) }, `"status":"left","user":{"id":7001,`, ""},
		{func() error { return w.client.Kick(ctx, group) }, `"status":"kicked","user":{"id":7001,`, "Forbidden: bot was kicked from the group chat"},
		{func() error { return w.client.Join(ctx, 7001, group) }, `"status":"member","user":{"id":7001,`, ""},
		{func() error { w.ok("leaveChat", fmt.Sprintf(`{"chat_id":%d}`, group), nil); return nil }, `"status":"left"`, "Forbidden: bot is not a member of the group chat"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		list := w.updates(`{}`)
		if last := string(list[len(list)-1].Member); !strings.Contains(last, step.want) {
			t.Errorf("my_chat_member is %s, want %s", last, step.want)
		}
		if a := w.call("sendMessage", send); a.Description != step.send {
			t.Errorf("sendMessage: %q, want %q", a.Description, step.send)
		}
	}
	if err := w.client.Join(ctx, w.wang, group); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Leave(ctx, w.limei, group); err != nil {
		t.Fatal(err)
	}
	for _, c := range must(w.client.State(ctx)).Chats {
		if c.ID == group && fmt.Sprint(c.Members) != "[12]" {
			t.Errorf("members are %v", c.Members)
		}
	}
	if w.client.Leave(ctx, w.wang, group) == nil || w.client.Join(ctx, w.wang, group) == nil || w.client.Kick(ctx, group) == nil {
		t.Error("the last member left, a member joined, or an absent bot was kicked")
	}
}

func TestMigration(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	group := must(w.client.Group(ctx, "县妇联", true, w.limei))
	w.drain()
	super := must(w.client.Migrate(ctx, group))
	a := w.refused("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"好"}`, group), "Bad Request: group chat was upgraded to a supergroup chat")
	if a.Parameters.MigratedTo != super || super > -1000000000000 {
		t.Errorf("migrate_to_chat_id is %d, the supergroup %d", a.Parameters.MigratedTo, super)
	}
	list := w.updates(`{}`)
	if len(list) != 2 || list[0].Message.MigratedTo != super || list[1].Message.MigratedFrom != group || list[1].Message.Chat.Type != "supergroup" {
		t.Errorf("updates: %+v", list)
	}
	w.ok("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"好"}`, super), nil)
	if _, err := w.client.Send(ctx, sandbox.Send{UserID: w.limei, ChatID: group, Text: "/bao"}); err == nil {
		t.Error("a user wrote to a group that is a supergroup now")
	}
	if _, err := w.client.Migrate(ctx, super); err == nil {
		t.Error("a supergroup was upgraded")
	}
}

func TestAlbum(t *testing.T) {
	w := newWorld(t)
	w.drain()
	ids := must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, Photos: 3, Caption: "三八汇演 500余位上台"}))
	list := w.updates(`{}`)
	if len(ids) != 3 || len(list) != 3 || list[0].Message.Caption == "" || list[1].Message.Caption != "" {
		t.Fatalf("an album gave %d messages, %d updates", len(ids), len(list))
	}
	if a := list[0].Message.Album; a == "" || list[1].Message.Album != a || list[2].Message.Album != a {
		t.Error("the pieces do not share media_group_id")
	}
	if n := len(list[0].Message.Photo); n != 2 || list[0].Message.Photo[1].FileID == list[1].Message.Photo[1].FileID {
		t.Errorf("%d sizes of a photo, or equal photos", n)
	}
	w.drain()
	must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, Photos: 2, Caption: "普法 320人", CaptionOn: 2, Album: "77"}))
	must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, Photos: 1, Album: "77"}))
	list = w.updates(`{}`)
	if len(list) != 3 || list[0].Message.Caption != "" || list[1].Message.Caption != "普法 320人" {
		t.Fatalf("the caption is not on the second of %d", len(list))
	}
	for _, u := range list {
		if u.Message.Album != "77" {
			t.Errorf("a picture is of album %q", u.Message.Album)
		}
	}
	for _, wrong := range []sandbox.Send{{Photos: 1, CaptionOn: 2}, {Sticker: true, Caption: "普法"}, {Photos: 1, Document: "方案.docx"}} {
		wrong.UserID = w.limei
		if _, err := w.client.Send(t.Context(), wrong); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}

func TestSendKinds(t *testing.T) {
	w := newWorld(t)
	w.drain()
	ctx := t.Context()
	past := monday.Add(-48 * time.Hour).Unix()
	for _, s := range []sandbox.Send{
		{Sticker: true}, {Location: true}, {Voice: true}, {Contact: true}, {Poll: true}, {Photos: 1},
		{Text: "旧", Date: past}, {Text: "转", Forward: &sandbox.Forward{Name: "县妇联", Date: past}},
		{Text: "转", Forward: &sandbox.Forward{UserID: w.wang}}, {Text: "转", Forward: &sandbox.Forward{ChatTitle: "绥宁女声"}},
		{Video: true}, {Document: "方案.docx", Caption: "附件"},
	} {
		s.UserID = w.limei
		must(w.client.Send(ctx, s))
	}
	list := w.updates(`{}`)
	if len(list) != 12 || list[6].Message.Date != past || list[7].Message.Origin.Date != past || list[7].Message.Origin.Name != "县妇联" {
		t.Fatalf("%d updates: %+v", len(list), list)
	}
	if a, b := list[8].Message.Origin.Type, list[9].Message.Origin.Type; a != "user" || b != "chat" {
		t.Errorf("forward origins %s, %s", a, b)
	}
	var kinds string
	for _, m := range must(w.client.Messages(ctx, w.limei, 1)) {
		kinds += m.Kind + m.Forward + "|"
	}
	if kinds != "贴纸|位置|语音|联系人|投票|||县妇联|王芳|绥宁女声|视频||" {
		t.Errorf("the phone shows %s", kinds)
	}
}

func TestLongTextIsCut(t *testing.T) {
	w := newWorld(t)
	w.drain()
	long := strings.Repeat("普法宣传进村寨，", 400) + "\n" + strings.Repeat("🎉", 2500) + "完"
	ids := must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, Text: long}))
	var whole string
	for _, u := range w.updates(`{}`) {
		if n := len([]rune(u.Message.Text)); n > 4096 {
			t.Errorf("a part of %d characters", n)
		}
		whole += u.Message.Text
	}
	if len(ids) != 3 || whole != strings.ReplaceAll(long, "\n", "") {
		t.Errorf("%d parts, %d bytes of %d", len(ids), len(whole), len(long))
	}
}

func TestEditByUser(t *testing.T) {
	w := newWorld(t)
	w.drain()
	ctx := t.Context()
	id := must(w.client.Say(ctx, w.limei, "普法 320人"))
	w.clock.Advance(time.Minute)
	if err := w.client.Edit(ctx, sandbox.Edit{UserID: w.limei, MessageID: id, Text: "普法 230人 /undo"}); err != nil {
		t.Fatal(err)
	}
	list := w.updates(`{}`)
	e := list[len(list)-1].Edited
	if e == nil || e.ID != id || e.Text != "普法 230人 /undo" || e.EditDate != e.Date+60 || len(e.Entities) != 1 {
		t.Errorf("edited_message is %+v", e)
	}
	for _, wrong := range []sandbox.Edit{
		{UserID: w.limei, MessageID: id, Text: "普法 230人 /undo"}, {UserID: w.limei, MessageID: 999, Text: "x"},
		{UserID: w.wang, ChatID: w.limei, MessageID: id, Text: "x"}, {UserID: w.limei, MessageID: id},
	} {
		if w.client.Edit(ctx, wrong) == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}

func TestControlRefusesWhatItCannotRead(t *testing.T) {
	w := newWorld(t)
	for path, body := range map[string]string{
		"send": `{"user_id":11,"text":"好","photos":1}`, "sends": `{"sends":[{"user_id":11,"text":"好"},{"user_id":98,"text":"好"}]}`,
		"users": `{"first_name":""}`, "groups": `{"title":"空","members":[]}`, "phones": `{"phones":[{"user_id":98}]}`,
		"clock": `{"advance":"a week"}`, "update_id": `{"next":0}`, "join": `{"user_id":11,"chat_id":11}`, "block": `{"user_id":98}`,
		"kick": `{"chat_id":5}`, "limits": `{"on":"yes"}`, "faults": `{"kind":"500"} {}`, "press": `{"user_id":11,"message_id":1,"label":"x"}`,
		"edit": `{"user_id":11,"text":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		resp := must(http.Post(w.url+"/control/"+path, "application/json", strings.NewReader(body)))
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %.60s: status %d", path, body, resp.StatusCode)
		}
	}
	_, err := w.client.Say(t.Context(), 98, "好")
	var refused *sandbox.ControlError
	if !errors.As(err, &refused) || refused.Message != "there is no user 98: expected the id of one made with /control/users" {
		t.Errorf("an unknown user: %v", err)
	}
	if w.client.Process(t.Context(), "kill") == nil {
		t.Error("a sandbox without a process killed it")
	}
}

func TestWaitMessage(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	found := make(chan sandbox.Message)
	go func() {
		m, err := w.client.WaitMessage(ctx, w.limei, 1, func(m sandbox.Message) bool { return m.Text == "已改" && m.EditDate > 0 })
		if err != nil {
			t.Error(err)
		}
		found <- m
	}()
	w.ok("sendMessage", `{"chat_id":11,"text":"已记"}`, nil)
	w.ok("editMessageText", `{"chat_id":11,"message_id":2,"text":"已改"}`, nil)
	if m := <-found; m.MessageID != 2 || !m.From.IsBot {
		t.Errorf("waited for %+v", m)
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := w.client.WaitAnswer(short, w.limei, 2); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for nothing: %v", err)
	}
}

func TestMessagesInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 9 {
		must(w.client.Say(t.Context(), w.limei, fmt.Sprint(i)))
	}
	for query, want := range map[string]string{
		"": "/start|0|1|2|3|4|5|6|7|8", "&limit=2": "7|8", "&before=5&limit=2": "1|2", "&after=2&before=5": "1|2", "&before=1": "", "&after=99": "",
	} {
		var page struct {
			Messages []sandbox.Message `json:"messages"`
		}
		decode(t, download(t, w.url+"/control/messages?chat_id=11"+query), &page)
		var got []string
		for _, m := range page.Messages {
			got = append(got, m.Text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %s, want %s", query, strings.Join(got, "|"), want)
		}
	}
}

func TestEventsTellTheStory(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told []string
	steps := func() (bool, error) {
		id := must(w.client.Say(ctx, w.limei, "普法 320人"))
		w.ok("sendChatAction", `{"chat_id":11,"action":"typing"}`, nil)
		w.ok("sendMessage", `{"chat_id":11,"text":"已记","reply_markup":{"inline_keyboard":[[{"text":"撤回","callback_data":"w"}]]}}`, nil)
		press := must(w.client.Press(ctx, sandbox.Press{UserID: w.limei, MessageID: id + 1, Text: "撤回"}))
		w.ok("answerCallbackQuery", `{"callback_query_id":"`+press+`"}`, nil)
		w.ok("editMessageText", fmt.Sprintf(`{"chat_id":11,"message_id":%d,"text":"已撤回"}`, id+1), nil)
		w.ok("deleteMessage", fmt.Sprintf(`{"chat_id":11,"message_id":%d}`, id+1), nil)
		return false, w.client.SetClock(ctx, monday.Add(time.Hour))
	}
	err := w.client.Events(ctx, steps, func(raw []byte) (bool, error) {
		var e struct {
			Type   string    `json:"type"`
			ChatID int64     `json:"chat_id"`
			Text   string    `json:"text"`
			Now    time.Time `json:"now"`
		}
		decode(t, string(raw), &e)
		told = append(told, fmt.Sprintf("%s %d %s", e.Type, e.ChatID, e.Text))
		return e.Type == "clock", nil
	})
	want := "message 11 普法 320人|typing 11 |message 11 已记|callback 11 |edit 11 已撤回|delete 11 |clock 0 "
	if got := strings.Join(told, "|"); err != nil || got != want {
		t.Errorf("told %s\nwant %s\n%v", got, want, err)
	}
}

// switchable is a process that is only a switch.
type switchable struct {
	mu      sync.Mutex
	running bool
	tell    func()
}

func (p *switchable) set(on bool) error {
	p.mu.Lock()
	p.running = on
	p.mu.Unlock()
	p.tell()
	return nil
}

func (p *switchable) Kill() error  { return p.set(false) }
func (p *switchable) Stop() error  { return p.set(false) }
func (p *switchable) Start() error { return p.set(true) }
func (p *switchable) Running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}
func (p *switchable) OnChange(f func()) { p.tell = f }

func TestProcess(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.Process = &switchable{} })
	ctx := t.Context()
	for _, step := range []struct{ do, want string }{{"start", "running"}, {"kill", "stopped"}, {"start", "running"}, {"stop", "stopped"}} {
		if err := w.client.Process(ctx, step.do); err != nil {
			t.Fatal(err)
		}
		if got := must(w.client.State(ctx)).Process; got != step.want {
			t.Errorf("after %s the process is %s", step.do, got)
		}
	}
	if w.client.Process(ctx, "explode") == nil {
		t.Error("the process did explode")
	}
}

func TestState(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if err := w.client.Phones(ctx, sandbox.Phone{UserID: w.limei, Title: "村干部 李梅", Hint: "普法 320人"}); err != nil {
		t.Fatal(err)
	}
	w.ok("setMyCommands", `{"commands":[{"command":"week","description":"本周"}]}`, nil)
	got := must(w.client.State(ctx))
	want := sandbox.State{
		Now: monday, Bot: sandbox.Bot{ID: 7001, Username: "huibao_bot", FirstName: "汇报"},
		Users: []sandbox.User{{ID: 11, FirstName: "李梅", Username: "limei", Started: true}, {ID: 12, FirstName: "王芳"}},
		Chats: []sandbox.Chat{
			{ID: 11, Type: "private", Title: "李梅", Members: []int64{11, 7001}},
			{ID: 12, Type: "private", Title: "王芳", Members: []int64{12, 7001}},
		},
		Process: "none", Phones: []sandbox.Phone{{UserID: 11, Title: "村干部 李梅", Hint: "普法 320人"}}, Pending: 1,
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("the state is %+v\nwant %+v", got, want)
	}
	if menu := must(w.client.Commands(ctx, w.limei)); len(menu) != 1 || menu[0].Command != "week" {
		t.Errorf("the menu is %v", menu)
	}
}

func TestTokenIsInNoAnswer(t *testing.T) {
	w := newWorld(t)
	w.ok("sendMessage", `{"chat_id":11,"text":"好"}`, nil)
	w.call("sendMessage", `{"chat_id":99}`)
	must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, Photos: 1}))
	for _, path := range []string{"state", "messages?chat_id=11", "calls", "callbacks", "commands?user_id=11", "clock"} {
		if body := download(t, w.url+"/control/"+path); strings.Contains(body, "sandbox-secret") || !strings.HasPrefix(strings.Trim(body, "[]"), "{") && body != "[]" {
			t.Errorf("/control/%s: %s", path, body)
		}
	}
	calls := must(w.client.Calls(t.Context(), 0))
	if len(calls) != 2 || calls[0].Params["text"] != "好" || calls[0].ChatID != 11 || calls[1].OK || !strings.Contains(calls[1].Error, "message text is empty") {
		t.Errorf("calls: %+v", calls)
	}
}

func TestCallLogKeepsTheLast(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.CallsKept = 3 })
	for range 5 {
		w.ok("getMe", `{}`, nil)
	}
	if calls := must(w.client.Calls(t.Context(), 0)); len(calls) != 3 || calls[0].N != 3 || calls[2].N != 5 {
		t.Errorf("calls: %+v", calls)
	}
}

func TestClockStream(t *testing.T) {
	w := newWorld(t)
	resp := must(http.Get(w.url + "/control/clock/stream"))
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() string {
		for lines.Scan() {
			if lines.Text() != "" {
				return lines.Text()
			}
		}
		return "the stream ended"
	}
	if got := next(); got != `data: {"offset_ms":0,"frozen_at":"2026-03-09T02:00:00Z"}` {
		t.Errorf("at once: %s", got)
	}
	w.clock.Freeze(false)
	if got := next(); got != `data: {"offset_ms":0,"frozen_at":null}` {
		t.Errorf("after the thaw: %s", got)
	}
	w.clock.Advance(time.Hour)
	if got := next(); got != `data: {"offset_ms":3600000,"frozen_at":null}` {
		t.Errorf("after an hour: %s", got)
	}
}

// Everyone at once: every message arrives once and in the order of its chat.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, func(o *sandbox.Options) { o.PrivacyOff = true })
	w.drain()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const people, each = 8, 40
	var wg sync.WaitGroup
	for i := range people {
		id := must(w.client.User(ctx, sandbox.User{ID: int64(100 + i), FirstName: fmt.Sprint(i)}))
		wg.Go(func() {
			for n := range each {
				must(w.client.Say(ctx, id, fmt.Sprint(n)))
				w.ok("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"收到%d"}`, id, n), nil)
			}
		})
	}
	listening := make(chan struct{})
	go func() {
		_ = w.client.Events(ctx, func() (bool, error) { close(listening); return false, nil }, func([]byte) (bool, error) { return false, nil })
	}()
	<-listening
	next, offset := map[int64]int{}, int64(0)
	for got := 0; got < people*each; {
		for _, u := range w.updates(fmt.Sprintf(`{"offset":%d,"timeout":5}`, offset)) {
			if u.Message.Text != fmt.Sprint(next[u.Message.Chat.ID]) || u.ID < offset {
				t.Fatalf("chat %d: %s after %d messages", u.Message.Chat.ID, u.Message.Text, next[u.Message.Chat.ID])
			}
			next[u.Message.Chat.ID]++
			offset, got = u.ID+1, got+1
		}
	}
	wg.Wait()
	if n := len(must(w.client.Messages(ctx, 100, 0))); n != 2*each {
		t.Errorf("chat 100 has %d messages", n)
	}
}
