package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Client speaks to the control tree of a sandbox, in this process or another. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// NewClient makes a client of the sandbox at base, e.g. http://127.0.0.1:8080. A nil client means http.DefaultClient.
func NewClient(base string, c *http.Client) *Client {
	if c == nil {
		c = http.DefaultClient
	}
	return &Client{base: base, http: c}
}

// ControlError is what the control tree answers when it refuses: what was wrong and what is expected.
type ControlError struct {
	Path    string
	Status  int
	Message string
}

func (e *ControlError) Error() string {
	return fmt.Sprintf("sandbox: %s: %s", e.Path, e.Message)
}

// State is the whole sandbox at a glance.
func (c *Client) State(ctx context.Context) (State, error) {
	return get[State](ctx, c, "state", nil)
}

// WaitConfirmed waits until the bot has confirmed all updates: from then on it may not lose them.
func (c *Client) WaitConfirmed(ctx context.Context) error {
	for {
		state, err := get[State](ctx, c, "state", url.Values{"idle": {"20"}})
		if err != nil || state.Pending == 0 {
			return err
		}
	}
}

// User makes a person and returns the id. Of u only the id, if wanted, and the names are used.
func (c *Client) User(ctx context.Context, u User) (int64, error) {
	out, err := post[madeID](ctx, c, "users", map[string]any{
		"id": u.ID, "first_name": u.FirstName, "last_name": u.LastName, "username": u.Username,
	})
	return out.ID, err
}

// Group makes a group of the members, the first of them its creator, with or without the bot, and returns the id.
func (c *Client) Group(ctx context.Context, title string, withBot bool, members ...int64) (int64, error) {
	out, err := post[madeID](ctx, c, "groups", map[string]any{"title": title, "members": members, "bot": withBot})
	return out.ID, err
}

// Phones says which phones the chat page shows, in order.
func (c *Client) Phones(ctx context.Context, phones ...Phone) error {
	return c.do(ctx, "phones", map[string]any{"phones": phones})
}

// Send has a person write; a long text or an album becomes several messages.
func (c *Client) Send(ctx context.Context, m Send) ([]int64, error) {
	out, err := post[sentIDs](ctx, c, "send", m)
	return out.MessageIDs, err
}

// SendAll has people write one after another, in one request: at most 1 MiB of JSON, for tests of load.
func (c *Client) SendAll(ctx context.Context, messages []Send) ([][]int64, error) {
	out, err := post[struct {
		Sent []sentIDs `json:"sent"`
	}](ctx, c, "sends", map[string]any{"sends": messages})
	ids := make([][]int64, len(out.Sent))
	for i, s := range out.Sent {
		ids[i] = s.MessageIDs
	}
	return ids, err
}

// Say is Send of a text to the private chat with the bot, which gives one message unless the text is long.
func (c *Client) Say(ctx context.Context, user int64, text string) (int64, error) {
	ids, err := c.Send(ctx, Send{UserID: user, Text: text})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// Edit has a person change an own message.
func (c *Client) Edit(ctx context.Context, e Edit) error {
	return c.do(ctx, "edit", e)
}

// Press has a person press a button and returns the id of the callback query.
func (c *Client) Press(ctx context.Context, p Press) (string, error) {
	out, err := post[struct {
		ID string `json:"callback_id"`
	}](ctx, c, "press", p)
	return out.ID, err
}

// Join adds a person, or the bot by its own id, to a group.
func (c *Client) Join(ctx context.Context, user, chat int64) error {
	return c.do(ctx, "join", inChat{user, chat})
}

// Leave has a person leave a group.
func (c *Client) Leave(ctx context.Context, user, chat int64) error {
	return c.do(ctx, "leave", inChat{user, chat})
}

// Block has a person block the bot.
func (c *Client) Block(ctx context.Context, user int64) error {
	return c.do(ctx, "block", oneUser{user})
}

// Unblock takes Block back.
func (c *Client) Unblock(ctx context.Context, user int64) error {
	return c.do(ctx, "unblock", oneUser{user})
}

// Kick removes the bot from a group.
func (c *Client) Kick(ctx context.Context, chat int64) error {
	return c.do(ctx, "kick", oneChat{chat})
}

// Migrate makes a group a supergroup and returns the new id.
func (c *Client) Migrate(ctx context.Context, chat int64) (int64, error) {
	out, err := post[oneChat](ctx, c, "migrate", oneChat{chat})
	return out.ChatID, err
}

// Messages lists the messages of a chat with ids above after, deleted ones too.
func (c *Client) Messages(ctx context.Context, chat, after int64) ([]Message, error) {
	page, err := c.page(ctx, chat, after, 0, 0)
	return page.Messages, err
}

// WaitMessage waits until a message with an id above after matches, be it new or edited, and returns it. It waits for the
// chat to change, as long as ctx lives; its error then says how many messages were seen.
func (c *Client) WaitMessage(ctx context.Context, chat, after int64, match func(Message) bool) (Message, error) {
	var page messagesPage
	for {
		next, err := c.page(ctx, chat, after, page.Version, longestWait)
		if err != nil {
			if ctx.Err() != nil {
				err = fmt.Errorf("sandbox: no message after %d in chat %d matched, %d seen: %w", after, chat, len(page.Messages), ctx.Err())
			}
			return Message{}, err
		}
		page = next
		for _, m := range page.Messages {
			if match(m) {
				return m, nil
			}
		}
	}
}

// WaitAnswer waits for the bot's next message in a chat after one of the given id.
func (c *Client) WaitAnswer(ctx context.Context, chat, after int64) (Message, error) {
	return c.WaitMessage(ctx, chat, after, func(m Message) bool { return m.From.IsBot && !m.Deleted })
}

func (c *Client) page(ctx context.Context, chat, after, version int64, wait time.Duration) (messagesPage, error) {
	return get[messagesPage](ctx, c, "messages", url.Values{
		"chat_id": {strconv.FormatInt(chat, 10)},
		"after":   {strconv.FormatInt(after, 10)},
		"version": {strconv.FormatInt(version, 10)},
		"wait":    {strconv.Itoa(int(wait.Seconds()))},
	})
}

// Callbacks lists every press of a button so far.
func (c *Client) Callbacks(ctx context.Context) ([]Callback, error) {
	return get[[]Callback](ctx, c, "callbacks", nil)
}

// WaitCallback waits until the bot has answered a press.
func (c *Client) WaitCallback(ctx context.Context, id string) (Callback, error) {
	answered := make(chan Callback, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	check := func() (bool, error) {
		list, err := c.Callbacks(ctx)
		for _, cb := range list {
			if cb.ID == id && cb.Answered {
				answered <- cb
				return true, nil
			}
		}
		return false, err
	}
	err := c.Events(ctx, check, func(raw []byte) (bool, error) {
		var e callbackEvent
		if err := json.Unmarshal(raw, &e); err != nil {
			return false, fmt.Errorf("sandbox: decode an event: %w", err)
		}
		if e.Type == "callback" && e.ID == id && e.Answered {
			answered <- e.Callback
			return true, nil
		}
		return false, nil
	})
	if err != nil {
		return Callback{}, fmt.Errorf("sandbox: wait for the answer to callback %s: %w", id, err)
	}
	return <-answered, nil
}

// Events calls each for every event of the sandbox, as JSON, until each says stop or fails, or ctx ends. It calls first once
// it listens, so that what happened before can be looked up without a gap.
func (c *Client) Events(ctx context.Context, first func() (stop bool, err error), each func(event []byte) (stop bool, err error)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/control/events", nil)
	if err != nil {
		return fmt.Errorf("sandbox: listen to events: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("sandbox: listen to events: %w", err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, maxControlBody)
	for lines.Scan() {
		stop := false
		if event, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); ok {
			stop, err = each(event)
		} else if first != nil && bytes.HasPrefix(lines.Bytes(), []byte(": listening")) {
			stop, err = first()
		}
		if stop || err != nil {
			return err
		}
	}
	if err := errors.Join(ctx.Err(), lines.Err()); err != nil {
		return fmt.Errorf("sandbox: listen to events: %w", err)
	}
	return fmt.Errorf("sandbox: listen to events: %w", io.ErrUnexpectedEOF)
}

// Commands is the bot's menu as a user sees it in the private chat.
func (c *Client) Commands(ctx context.Context, user int64) ([]Command, error) {
	out, err := get[struct {
		Commands []Command `json:"commands"`
	}](ctx, c, "commands", url.Values{"user_id": {strconv.FormatInt(user, 10)}})
	return out.Commands, err
}

// Calls lists the bot's calls with numbers above after.
func (c *Client) Calls(ctx context.Context, after int) ([]Call, error) {
	out, err := get[struct {
		Calls []Call `json:"calls"`
	}](ctx, c, "calls", url.Values{"after": {strconv.Itoa(after)}})
	return out.Calls, err
}

// Clock reads the sandbox's time.
func (c *Client) Clock(ctx context.Context) (ClockReport, error) {
	return get[ClockReport](ctx, c, "clock", nil)
}

// SetClock moves the sandbox's time to t.
func (c *Client) SetClock(ctx context.Context, t time.Time) error {
	return c.do(ctx, "clock", clockChange{Now: &t})
}

// Advance moves the sandbox's time by d.
func (c *Client) Advance(ctx context.Context, d time.Duration) error {
	return c.do(ctx, "clock", clockChange{Advance: d.String()})
}

// Freeze stops the sandbox's time, or lets it run on.
func (c *Client) Freeze(ctx context.Context, on bool) error {
	return c.do(ctx, "clock", clockChange{Frozen: &on})
}

// Fault makes the next calls of a method go wrong.
func (c *Client) Fault(ctx context.Context, f Fault) error {
	return c.do(ctx, "faults", f)
}

// Limits switches the sending limits.
func (c *Client) Limits(ctx context.Context, on bool) error {
	return c.do(ctx, "limits", map[string]bool{"on": on})
}

// SetUpdateID makes next the id of the next update.
func (c *Client) SetUpdateID(ctx context.Context, next int64) error {
	return c.do(ctx, "update_id", map[string]int64{"next": next})
}

// Raw queues an update of any JSON, with an update_id filled in if it is an object without one, and returns its id.
func (c *Client) Raw(ctx context.Context, update any) (int64, error) {
	return c.raw(ctx, map[string]any{"update": update})
}

// RawText queues bytes as one element of getUpdates' array, valid or not, and returns the id they are confirmed by.
func (c *Client) RawText(ctx context.Context, text string) (int64, error) {
	return c.raw(ctx, map[string]any{"text": text})
}

func (c *Client) raw(ctx context.Context, body map[string]any) (int64, error) {
	out, err := post[struct {
		ID int64 `json:"update_id"`
	}](ctx, c, "raw", body)
	return out.ID, err
}

// RepeatWebhook posts the update delivered last once more and returns the status of the answer.
func (c *Client) RepeatWebhook(ctx context.Context) (int, error) {
	out, err := post[struct {
		Status int `json:"status"`
	}](ctx, c, "webhook_repeat", nothing{})
	return out.Status, err
}

// Process does "kill", "start" or "stop" to the bot's process.
func (c *Client) Process(ctx context.Context, do string) error {
	return c.do(ctx, "process", map[string]string{"do": do})
}

func (c *Client) do(ctx context.Context, path string, body any) error {
	_, err := post[json.RawMessage](ctx, c, path, body)
	return err
}

func get[Out any](ctx context.Context, c *Client, path string, query url.Values) (Out, error) {
	return request[Out](ctx, c, http.MethodGet, path+"?"+query.Encode(), nil)
}

func post[Out any](ctx context.Context, c *Client, path string, body any) (Out, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		var none Out
		return none, fmt.Errorf("sandbox: encode %s: %w", path, err)
	}
	return request[Out](ctx, c, http.MethodPost, path, raw)
}

func request[Out any](ctx context.Context, c *Client, method, path string, body []byte) (Out, error) {
	var out Out
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/control/"+path, bytes.NewReader(body))
	if err != nil {
		return out, fmt.Errorf("sandbox: %s: %w", path, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return out, fmt.Errorf("sandbox: %s: %w", path, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return out, fmt.Errorf("sandbox: read the answer of %s: %w", path, err)
	}
	if resp.StatusCode != http.StatusOK {
		refused := &ControlError{Path: path, Status: resp.StatusCode, Message: string(raw)}
		var said struct {
			Error string `json:"error"`
		}
		if json.Unmarshal(raw, &said) == nil && said.Error != "" {
			refused.Message = said.Error
		}
		return out, refused
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("sandbox: decode the answer of %s: %w", path, err)
	}
	return out, nil
}
