package bot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"huibao/store"
)

// pollSeconds is how long Telegram holds a getUpdates call open when nothing is new.
const pollSeconds = 50

// maxAnswer bounds one answer of getUpdates: a hundred updates of 4,096 characters are below 3 MiB, an answer of 10 MB is
// still read, and nothing can fill the memory.
const maxAnswer = 64 << 20

// allowedUpdates are the kinds of update that are read; Telegram sends no others.
var allowedUpdates = []string{"message", "edited_message", "callback_query", "my_chat_member"}

var tokenForm = regexp.MustCompile(`^\d+:[\w-]+$`)

// CheckToken tells whether a token has the form BotFather gives. The error does not repeat the token.
func CheckToken(token string) error {
	if !tokenForm.MatchString(token) {
		return errors.New("the bot token must look like 123456:ABC-DEF, digits, a colon, then letters, digits, - and _, without blanks or line ends")
	}
	return nil
}

// poller fetches raw updates by long polling. The library's own polling confirms updates before they are handled and
// stops for ever at one it cannot decode, so this call is made here.
type poller struct {
	client *http.Client
	url    string // holds the token: never in an error or a log
	secret *strings.Replacer
	// single is set after an answer that was no JSON: the next calls ask for one update at a time, to find the bad one.
	single bool
}

func newPoller(apiURL, token string) *poller {
	return &poller{
		client: &http.Client{Timeout: (pollSeconds + 15) * time.Second, CheckRedirect: stay},
		url:    strings.TrimRight(apiURL, "/") + "/bot" + token + "/getUpdates",
		secret: Redactor(token),
	}
}

// apiError is an answer of the Bot API that says no.
type apiError struct {
	method     string // empty: getUpdates
	code       int
	text       string
	retryAfter time.Duration
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %d %s", cmp.Or(e.method, "getUpdates"), e.code, e.text)
}

// errGarbled is an answer of which no update could be made out.
var errGarbled = errors.New("getUpdates: the answer is not JSON")

// poll asks for the updates from offset on, and waits up to seconds for one.
func (p *poller) poll(ctx context.Context, offset int64, seconds int) ([]json.RawMessage, error) {
	ask, err := json.Marshal(map[string]any{
		"offset": offset, "limit": p.limit(), "timeout": seconds, "allowed_updates": allowedUpdates})
	if err != nil {
		return nil, fmt.Errorf("getUpdates: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(ask))
	if err != nil {
		return nil, errors.New("getUpdates: the API address is not a URL") // the error would quote it, token and all
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("getUpdates: %s", p.secret.Replace(err.Error()))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("getUpdates: read the answer: %s", p.secret.Replace(err.Error()))
	}
	return p.open(resp.StatusCode, body)
}

// limit is how many updates the next call asks for.
func (p *poller) limit() int {
	if p.single {
		return 1
	}
	return 100
}

// open takes the updates out of an answer.
func (p *poller) open(status int, body []byte) ([]json.RawMessage, error) {
	var answer struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		Code        int               `json:"error_code"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	err := json.Unmarshal(body, &answer)
	switch {
	case err == nil && answer.OK:
		p.single = false
		return answer.Result, nil
	case err == nil && answer.Code != 0:
		return nil, &apiError{code: answer.Code, text: p.secret.Replace(answer.Description), retryAfter: time.Duration(answer.Parameters.RetryAfter) * time.Second}
	case status != http.StatusOK:
		return nil, &apiError{code: status, text: "not an answer of the Bot API"}
	case !p.single:
		p.single = true
		return nil, errGarbled
	}
	if garbledUpdateID(body) == 0 {
		return nil, errGarbled
	}
	return []json.RawMessage{body}, nil
}

var garbledID = regexp.MustCompile(`"update_id"\s*:\s*(\d{1,18})`)

// garbledUpdateID finds the id in bytes that are not JSON, so that even such an update can be kept and confirmed; 0 if
// there is none.
func garbledUpdateID(body []byte) int64 {
	m := garbledID.FindSubmatch(body)
	if m == nil {
		return 0
	}
	id, _ := strconv.ParseInt(string(m[1]), 10, 64) // at most 18 digits: fits
	return id
}

// pauseAfter says how long to wait after a failed call, and logs what the operator should know. failures counts the
// failed calls in a row, from 1.
func pauseAfter(err error, failures int, log *slog.Logger) time.Duration {
	var api *apiError
	if errors.As(err, &api) {
		switch api.code {
		case http.StatusUnauthorized, http.StatusNotFound:
			log.Error("Telegram refuses the token: check HUIBAO_TOKEN with @BotFather", "error", err)
			return time.Minute
		case http.StatusConflict:
			log.Error("another program receives this bot's messages: stop it, or remove its webhook", "error", err)
			return 15 * time.Second
		case http.StatusTooManyRequests:
			log.Warn("Telegram asks to wait", "error", err, "retry_after", api.retryAfter)
			return max(api.retryAfter, time.Second)
		}
	}
	pause := min(time.Second<<min(failures-1, 5), 30*time.Second)
	if errors.Is(err, store.ErrUnavailable) {
		log.Error("the store failed, nothing is lost, will try again", "error", err, "in", pause)
		return pause
	}
	log.Warn("cannot reach Telegram, will try again", "error", err, "in", pause)
	return pause
}
