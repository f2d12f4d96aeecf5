package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"huibao/digest"
	"huibao/store"
)

// callTimeout bounds one call to Telegram, uploadTimeout one that brings a file over a slow line.
const (
	callTimeout   = 30 * time.Second
	uploadTimeout = 5 * time.Minute
)

// api makes the calls to Telegram, through the library. It never receives updates.
type api struct {
	lib    *tg.Bot
	files  *http.Client // for files that people sent
	secret *strings.Replacer
}

func newAPI(url, token string) (*api, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = senders
	lib, err := tg.New(token, tg.WithSkipGetMe(), tg.WithServerURL(strings.TrimRight(url, "/")),
		tg.WithHTTPClient(callTimeout, &calls{quick: http.Client{Timeout: callTimeout, Transport: transport, CheckRedirect: stay},
			upload: http.Client{Timeout: uploadTimeout, Transport: transport, CheckRedirect: stay}}),
		tg.WithErrorsHandler(func(error) {}))
	secret := Redactor(token)
	if err != nil {
		return nil, fmt.Errorf("prepare calls to Telegram: %s", secret.Replace(err.Error()))
	}
	return &api{lib, &http.Client{Timeout: uploadTimeout, Transport: transport, CheckRedirect: stay}, secret}, nil
}

// usualRequest is the room for a request, in bytes, which most fit into.
const usualRequest = 2 << 10

// calls makes the library's requests with the time that each may take.
type calls struct{ quick, upload http.Client }

func (c *calls) Do(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/"+methodPhoto) || strings.HasSuffix(r.URL.Path, "/"+methodDocument) {
		return c.upload.Do(r)
	}
	if err := whole(r); err != nil {
		return nil, err
	}
	return c.quick.Do(r)
}

// whole puts a request's body together before it goes out. The library writes it piece by piece while it is being sent, each
// piece a packet of its own.
func whole(r *http.Request) error {
	if r.Body == nil {
		return nil
	}
	written := bytes.NewBuffer(make([]byte, 0, usualRequest))
	_, err := written.ReadFrom(r.Body)
	if closing := r.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write a request: %w", err)
	}
	body := written.Bytes()
	r.ContentLength = int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, err = r.GetBody()
	return err
}

// hide takes the token out of an error's text and keeps what errors.Is and errors.As find in it.
func (a *api) hide(err error) error {
	if err == nil {
		return nil
	}
	if text := err.Error(); a.secret.Replace(text) != text {
		return redactedError{a.secret.Replace(text), err}
	}
	return err
}

type redactedError struct {
	text  string
	cause error
}

func (e redactedError) Error() string        { return e.text }
func (e redactedError) Is(target error) bool { return errors.Is(e.cause, target) }
func (e redactedError) As(target any) bool   { return errors.As(e.cause, target) }

func (a *api) me(ctx context.Context) (username string, err error) {
	me, err := a.lib.GetMe(ctx)
	if err != nil {
		return "", a.hide(err)
	}
	return me.Username, nil
}

func (a *api) stopSpinner(ctx context.Context, queryID string) error {
	_, err := a.lib.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: queryID})
	return a.hide(err)
}

// setWebhook has Telegram post updates from now on. What waits for us is kept, never dropped.
func (a *api) setWebhook(ctx context.Context, w Webhook) error {
	_, err := a.lib.SetWebhook(ctx, &tg.SetWebhookParams{URL: w.URL, SecretToken: w.Secret, MaxConnections: hookCalls,
		AllowedUpdates: allowedUpdates})
	return a.hide(err)
}

func (a *api) deleteWebhook(ctx context.Context) error {
	_, err := a.lib.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
	return a.hide(err)
}

func (a *api) webhookInfo(ctx context.Context) (*models.WebhookInfo, error) {
	info, err := a.lib.GetWebhookInfo(ctx)
	return info, a.hide(err)
}

func (a *api) send(ctx context.Context, chat int64, m digest.Message) (messageID int64, err error) {
	params := &tg.SendMessageParams{ChatID: chat, Text: m.Text, Entities: entities(m), LinkPreviewOptions: noPreview()}
	if m.ReplyTo != 0 {
		params.ReplyParameters = &models.ReplyParameters{MessageID: int(m.ReplyTo), AllowSendingWithoutReply: true}
	}
	if keyboard := keyboard(m); keyboard != nil {
		params.ReplyMarkup = keyboard
	}
	sent, err := a.lib.SendMessage(ctx, params)
	if err != nil {
		return 0, a.hide(err)
	}
	return int64(sent.ID), nil
}

// sendFile uploads a file. Its reader is new with each call: an upload that broke off has used up a part of it.
func (a *api) sendFile(ctx context.Context, chat int64, made digest.Made, replyTo int64) (messageID int64, err error) {
	file := &models.InputFileUpload{Filename: made.Name, Data: bytes.NewReader(made.Bytes)}
	var reply *models.ReplyParameters
	if replyTo != 0 {
		reply = &models.ReplyParameters{MessageID: int(replyTo), AllowSendingWithoutReply: true}
	}
	var sent *models.Message
	if made.Photo {
		sent, err = a.lib.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: chat, Photo: file, Caption: made.Caption, ReplyParameters: reply})
	} else {
		sent, err = a.lib.SendDocument(ctx, &tg.SendDocumentParams{ChatID: chat, Document: file, Caption: made.Caption, ReplyParameters: reply})
	}
	if err != nil {
		return 0, a.hide(err)
	}
	return int64(sent.ID), nil
}

func (a *api) edit(ctx context.Context, chat, messageID int64, m digest.Message) error {
	params := &tg.EditMessageTextParams{ChatID: chat, MessageID: int(messageID), Text: m.Text, Entities: entities(m),
		LinkPreviewOptions: noPreview()}
	if keyboard := keyboard(m); keyboard != nil {
		params.ReplyMarkup = keyboard
	}
	_, err := a.lib.EditMessageText(ctx, params)
	if isUnchanged(err) {
		return nil
	}
	return a.hide(err)
}

func (a *api) setCommands(ctx context.Context, chat int64, menu []menuEntry) error {
	commands := make([]models.BotCommand, len(menu))
	for i, c := range menu {
		commands[i] = models.BotCommand{Command: c.Command, Description: c.Description}
	}
	_, err := a.lib.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands,
		Scope: &models.BotCommandScopeChat{ChatID: chat}})
	return a.hide(err)
}

func noPreview() *models.LinkPreviewOptions {
	yes := true
	return &models.LinkPreviewOptions{IsDisabled: &yes}
}

func entities(m digest.Message) []models.MessageEntity {
	var list []models.MessageEntity
	for _, e := range m.Entities {
		list = append(list, models.MessageEntity{Type: models.MessageEntityType(e.Type), Offset: e.Offset, Length: e.Length})
	}
	return list
}

func keyboard(m digest.Message) *models.InlineKeyboardMarkup {
	if len(m.Keyboard) == 0 {
		return nil
	}
	rows := make([][]models.InlineKeyboardButton, len(m.Keyboard))
	for i, row := range m.Keyboard {
		for _, button := range row {
			rows[i] = append(rows[i], models.InlineKeyboardButton{Text: button.Text, CallbackData: button.Data})
		}
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

// errUnsendable marks a row that no repetition can send.
var errUnsendable = errors.New("cannot be sent")

// isUnchanged knows Telegram's refusal to edit a message into itself, which the library tells only by its text.
func isUnchanged(err error) bool {
	return errors.Is(err, tg.ErrorBadRequest) && strings.Contains(err.Error(), "message is not modified")
}

// isGone knows the refusals to edit a message that is no longer there or can no longer be edited.
func isGone(err error) bool {
	return errors.Is(err, tg.ErrorBadRequest) &&
		(strings.Contains(err.Error(), "message to edit not found") || strings.Contains(err.Error(), "message can't be edited"))
}

// judge turns the answer to a call into what the outbox keeps. Whatever is not known to be final is temporary.
func (b *Bot) judge(row store.Delivery, messageID int64, err error) store.Outcome {
	var wait *tg.TooManyRequestsError
	switch {
	case err == nil:
		return store.Outcome{Seq: row.Seq, Sent: true, TgMessage: messageID}
	case errors.As(err, &wait):
		return store.Outcome{Seq: row.Seq, Retry: b.now().Add(time.Duration(max(wait.RetryAfter, 1)) * time.Second)}
	case errors.Is(err, tg.ErrorForbidden):
		b.closeChat(row, err)
		return store.Outcome{Seq: row.Seq, Failed: err.Error()}
	case errors.Is(err, tg.ErrorBadRequest) && hasFile(row), errors.Is(err, errUnmade) && row.Attempts+1 >= makeTries:
		b.sayUnmade(row, err)
		return store.Outcome{Seq: row.Seq, Failed: err.Error()}
	case errors.Is(err, tg.ErrorBadRequest), errors.Is(err, errUnsendable):
		b.log.Error("Telegram refuses a message", "outbox", row.Seq, "method", row.Method, "error", err)
		return store.Outcome{Seq: row.Seq, Failed: err.Error()}
	}
	again := min(time.Second<<min(row.Attempts, 8), 5*time.Minute)
	b.log.Warn("cannot send, will try again", "outbox", row.Seq, "in", again, "error", err)
	return store.Outcome{Seq: row.Seq, Retry: b.now().Add(again)}
}

// follow notes a group's new id and lets the row be sent there. The library gives the id as an int.
func (b *Bot) follow(row store.Delivery, to int64) store.Outcome {
	err := b.db.Write(context.Background(), func(tx *store.Tx) error { return tx.MigrateChat(row.TgChat, to) })
	if err != nil {
		b.log.Error("cannot note a group's new id", "error", err)
	}
	return store.Outcome{Seq: row.Seq, Retry: b.now()}
}

// closeChat notes that a chat no longer takes messages; my_chat_member opens it again.
func (b *Bot) closeChat(row store.Delivery, reason error) {
	b.log.Warn("a chat takes no messages any more", "chat", row.Chat, "error", reason)
	err := b.db.Write(context.Background(), func(tx *store.Tx) error { return tx.SetChatState(row.Chat, store.ChatBlocked) })
	if err != nil {
		b.log.Error("cannot note that a chat is closed", "error", err)
	}
}
