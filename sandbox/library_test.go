package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"huibao/sandbox"
)

func newLibrary(t *testing.T, w *world) *bot.Bot {
	t.Helper()
	b, err := bot.New(token, bot.WithServerURL(w.url))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLibraryTalksToTheSandbox(t *testing.T) {
	w := newWorld(t)
	b := newLibrary(t, w)
	me := must(b.GetMe(t.Context()))
	if me.ID != 7001 || me.Username != "huibao_bot" || !me.IsBot {
		t.Errorf("getMe gave %+v", me)
	}
	sent := must(b.SendMessage(t.Context(), &bot.SendMessageParams{
		ChatID:          w.limei,
		Text:            "✅ 已记118号\n普法维权｜长铺社区 🎉",
		Entities:        []models.MessageEntity{{Type: models.MessageEntityTypeBold, Offset: 2, Length: 6}},
		ReplyParameters: &models.ReplyParameters{MessageID: 999, AllowSendingWithoutReply: true},
		ReplyMarkup: models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{
			{Text: "改日期", CallbackData: "d:118"}, {Text: "撤回", CallbackData: "w:118"},
		}}},
	}))
	if sent.ReplyMarkup == nil || sent.ReplyMarkup.InlineKeyboard[0][1].CallbackData != "w:118" || len(sent.Entities) != 1 {
		t.Errorf("sendMessage gave %+v", sent)
	}
	if sent.ReplyToMessage != nil {
		t.Error("sendMessage made a reply to a message that is not there")
	}
	edited := must(b.EditMessageText(t.Context(), &bot.EditMessageTextParams{ChatID: w.limei, MessageID: sent.ID, Text: "已撤回"}))
	if edited.Text != "已撤回" || edited.ReplyMarkup != nil || edited.EditDate == 0 {
		t.Errorf("editMessageText gave %+v", edited)
	}
	if _, err := b.SetMyCommands(t.Context(), &bot.SetMyCommandsParams{
		Commands: []models.BotCommand{{Command: "week", Description: "本周汇总"}},
		Scope:    &models.BotCommandScopeChat{ChatID: w.limei},
	}); err != nil {
		t.Error(err)
	}
	menu := must(w.client.Commands(t.Context(), w.limei))
	if len(menu) != 1 || menu[0].Description != "本周汇总" {
		t.Errorf("the menu is %v", menu)
	}
}

func TestLibraryUploadsAndDownloads(t *testing.T) {
	w := newWorld(t)
	b := newLibrary(t, w)
	sent := must(b.SendDocument(t.Context(), &bot.SendDocumentParams{
		ChatID:   w.limei,
		Document: &models.InputFileUpload{Filename: "第10周.xlsx", Data: strings.NewReader("PK workbook")},
		Caption:  "第10周",
	}))
	if sent.Document.FileName != "第10周.xlsx" || sent.Document.FileSize != 11 {
		t.Errorf("sendDocument gave %+v", sent.Document)
	}
	again := must(b.SendDocument(t.Context(), &bot.SendDocumentParams{
		ChatID: w.limei, Document: &models.InputFileString{Data: sent.Document.FileID},
	}))
	if again.Document.FileUniqueID != sent.Document.FileUniqueID {
		t.Error("the same file sent by its id has another unique id")
	}
	f := must(b.GetFile(t.Context(), &bot.GetFileParams{FileID: sent.Document.FileID}))
	if got := download(t, b.FileDownloadLink(f)); got != "PK workbook" {
		t.Errorf("downloaded %q", got)
	}
	seen := must(w.client.Messages(t.Context(), w.limei, int64(sent.ID-1)))
	if got := download(t, w.url+seen[0].Document.URL); got != "PK workbook" {
		t.Errorf("the phone downloaded %q", got)
	}
	picture := must(w.client.Send(t.Context(), sandbox.Send{UserID: w.limei, Photos: 1}))
	photo := download(t, w.url+must(w.client.Messages(t.Context(), w.limei, picture[0]-1))[0].Photo)
	album, err := b.SendMediaGroup(t.Context(), &bot.SendMediaGroupParams{ChatID: w.limei, Media: []models.InputMedia{
		&models.InputMediaPhoto{Media: "attach://a.jpg", Caption: "第一张", MediaAttachment: bytes.NewReader([]byte(photo))},
		&models.InputMediaPhoto{Media: "attach://b.jpg", MediaAttachment: bytes.NewReader([]byte(photo))},
	}})
	if err != nil || len(album) != 2 || album[0].MediaGroupID == "" || album[0].MediaGroupID != album[1].MediaGroupID {
		t.Errorf("sendMediaGroup gave %v, %v", album, err)
	}
}

func download(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return string(must(io.ReadAll(resp.Body)))
}

func TestLibraryAnswersAPress(t *testing.T) {
	w := newWorld(t)
	b := newLibrary(t, w)
	sent := must(b.SendMessage(t.Context(), &bot.SendMessageParams{
		ChatID: w.limei, Text: "改哪一条？",
		ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "118", CallbackData: "e:118"}}}},
	}))
	id := must(w.client.Press(t.Context(), sandbox.Press{UserID: w.limei, MessageID: int64(sent.ID), Text: "118"}))
	if s := must(w.client.State(t.Context())); s.Unanswered != 1 {
		t.Errorf("unanswered is %d after a press", s.Unanswered)
	}
	waited := make(chan sandbox.Callback, 1)
	go func() {
		cb, err := w.client.WaitCallback(t.Context(), id)
		if err != nil {
			t.Error(err)
		}
		waited <- cb
	}()
	must(b.AnswerCallbackQuery(t.Context(), &bot.AnswerCallbackQueryParams{CallbackQueryID: id, Text: "好"}))
	if cb := <-waited; cb.Text != "好" || cb.Data != "e:118" {
		t.Errorf("the callback became %+v", cb)
	}
	if _, err := b.AnswerCallbackQuery(t.Context(), &bot.AnswerCallbackQueryParams{CallbackQueryID: id}); err == nil ||
		!strings.Contains(err.Error(), "query is too old") {
		t.Errorf("a second answer gave %v", err)
	}
}
