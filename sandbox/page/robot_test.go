package page_test

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// line is what the scripted bot answers to a text.
type line struct {
	text    string
	bold    []models.MessageEntity
	buttons [][]string
}

var script = map[string]line{
	"普法 320人 资料500份": {
		text:    "✅ 已记118号\n普法维权｜长铺社区\n3月9日(今天)\n参加 320人次\n资料 500份",
		bold:    []models.MessageEntity{{Type: models.MessageEntityTypeBold, Offset: 2, Length: 6}},
		buttons: [][]string{{"改日期", "改数字", "撤回"}},
	},
	"两岸检查 45人": {
		text:    "❓没有“两岸检查”\n您是说：",
		buttons: [][]string{{"两癌检查", "其他活动"}, {"不是汇报"}},
	},
	"最美家庭评出12户；新报两癌救助5名；安康保险82人已买。": {
		text:    "✅ 已记3项 长铺镇\n①120号 最美家庭 12户\n②121号 两癌救助 5人\n③122号 安康保险 82人\n日期都按今天3月9日",
		buttons: [][]string{{"改①", "改②", "改③"}, {"改日期"}},
	},
	"上周": {
		text: "📋 第10周 3月2日-8日\n活动 37场(上周32)\n普法维权 12场 约3,420人次\n家庭教育 9场 610人次\n" +
			"走访慰问 11场 62户\n 慰问金 31,000元\n两癌检查 5场 240人次\n待核2条(未计入)\n未报：水口乡、东山侗族乡",
		bold:    []models.MessageEntity{{Type: models.MessageEntityTypeBold, Offset: 3, Length: 13}},
		buttons: [][]string{{"按乡镇", "Excel", "未报"}},
	},
	"谁还没报": {
		text:    "📮 上周(3月2日-8日)\n未报2：水口乡(连续2周)、\n东山侗族乡\n已报15，其中零报告1",
		buttons: [][]string{{"催这2个"}},
	},
}

// robot is a scripted bot that can be killed; it is the sandbox's Process.
type robot struct {
	url  string
	hold chan struct{} // a press of 不是汇报 is answered when this is closed

	mu      sync.Mutex
	stop    context.CancelFunc
	done    chan struct{}
	changed []func()
}

func newRobot() *robot { return &robot{hold: make(chan struct{})} }

func (r *robot) Start() error {
	r.mu.Lock()
	if r.stop != nil {
		r.mu.Unlock()
		return nil
	}
	b, err := bot.New(token, bot.WithServerURL(r.url), bot.WithSkipGetMe(), bot.WithDefaultHandler(r.answer))
	if err != nil {
		r.mu.Unlock()
		return fmt.Errorf("starting the scripted bot: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	r.stop, r.done = stop, done
	r.mu.Unlock()
	go func() {
		defer close(done)
		b.Start(ctx)
	}()
	r.announce()
	return nil
}

func (r *robot) Kill() error {
	r.end()
	r.announce()
	return nil
}

func (r *robot) Stop() error { return r.Kill() }

func (r *robot) end() {
	r.mu.Lock()
	stop, done := r.stop, r.done
	r.stop = nil
	r.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
}

func (r *robot) Running() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stop != nil
}

func (r *robot) OnChange(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed = append(r.changed, f)
}

func (r *robot) announce() {
	r.mu.Lock()
	changed := r.changed
	r.mu.Unlock()
	for _, f := range changed {
		f()
	}
}

// setMenu gives the command menu; the sandbox keeps it.
func (r *robot) setMenu(ctx context.Context) error {
	b, err := bot.New(token, bot.WithServerURL(r.url), bot.WithSkipGetMe())
	if err != nil {
		return err
	}
	_, err = b.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: []models.BotCommand{
		{Command: "week", Description: "本周汇总"}, {Command: "help", Description: "怎么用"},
	}})
	return err
}

// answer is the whole script. Errors end in the test's own waiting: what was
// not sent never appears.
func (r *robot) answer(ctx context.Context, b *bot.Bot, u *models.Update) {
	switch {
	case u.CallbackQuery != nil:
		r.pressed(ctx, b, u.CallbackQuery)
	case u.EditedMessage != nil:
		b.SendMessage(ctx, reply(u.EditedMessage, "✏️ 118号按您编辑的改了\n参加 320→"+u.EditedMessage.Text))
	case u.Message != nil && u.Message.Text == "发文件":
		b.SendDocument(ctx, &bot.SendDocumentParams{
			ChatID: u.Message.Chat.ID, Document: &models.InputFileUpload{Filename: "第10周汇总.csv", Data: strings.NewReader("乡镇,人次\n")},
		})
	case u.Message != nil && u.Message.Text == "发链接":
		answer := reply(u.Message, "点下面的链接加入")
		answer.ReplyMarkup = &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
			{{Text: "加入", URL: "https://t.me/huibao_bot?start=K7-22"}},
		}}
		b.SendMessage(ctx, answer)
	case u.Message != nil && script[u.Message.Text].text != "":
		line := script[u.Message.Text]
		answer := reply(u.Message, line.text)
		answer.Entities = line.bold
		if line.buttons != nil {
			answer.ReplyMarkup = keyboard(line.buttons...)
		}
		b.SendMessage(ctx, answer)
	case u.Message != nil:
		answer := reply(u.Message, "收到："+u.Message.Text)
		answer.ReplyMarkup = &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
			{{Text: u.Message.Text, CallbackData: "echo"}},
		}}
		b.SendMessage(ctx, answer)
	}
}

func (r *robot) pressed(ctx context.Context, b *bot.Bot, q *models.CallbackQuery) {
	m := q.Message.Message
	switch q.Data {
	case "不是汇报":
		select {
		case <-r.hold:
		case <-ctx.Done():
		}
	case "撤回":
		b.EditMessageText(ctx, &bot.EditMessageTextParams{
			ChatID: m.Chat.ID, MessageID: m.ID, Text: "↩️ 118号已撤回，不再计入", ReplyMarkup: keyboard([]string{"还原"}),
		})
	}
	b.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: q.ID, Text: "好的：" + q.Data})
}

func reply(m *models.Message, text string) *bot.SendMessageParams {
	return &bot.SendMessageParams{
		ChatID: m.Chat.ID, Text: text,
		ReplyParameters: &models.ReplyParameters{MessageID: m.ID, AllowSendingWithoutReply: true},
	}
}

// keyboard makes buttons whose data is their label.
func keyboard(rows ...[]string) *models.InlineKeyboardMarkup {
	markup := &models.InlineKeyboardMarkup{}
	for _, row := range rows {
		var buttons []models.InlineKeyboardButton
		for _, label := range row {
			buttons = append(buttons, models.InlineKeyboardButton{Text: label, CallbackData: label})
		}
		markup.InlineKeyboard = append(markup.InlineKeyboard, buttons)
	}
	return markup
}
