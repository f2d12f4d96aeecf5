package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"huibao/store"
)

// Probe is what Telegram says of the bot when it is asked outside of the running bot.
type Probe struct {
	Username  string
	ReadsAll  bool      // privacy mode is off: in groups it gets every message
	Webhook   string    // where Telegram delivers to, while getUpdates is refused; empty: it does not
	LastError string    // of the webhook
	FailedAt  time.Time // when that was; zero where there was none
	Pending   int       // updates that wait at Telegram
	// Skew is by how much our clock is ahead of the server's, to a second; it is 0 where the server did not say its time.
	Skew time.Duration
}

// probeTimeout bounds each call of a probe.
const probeTimeout = 15 * time.Second

// AskTelegram makes the calls of a probe: getMe and getWebhookInfo, which change nothing and do not disturb a running bot. The
// token is in no error.
func AskTelegram(ctx context.Context, apiURL, token string, now func() time.Time) (p Probe, err error) {
	if err := CheckToken(token); err != nil {
		return p, err
	}
	client := &http.Client{Timeout: probeTimeout, CheckRedirect: stay}
	secret := Redactor(token)
	ask := func(method string, result any) (date string, err error) {
		date, err = askOnce(ctx, client, strings.TrimRight(apiURL, "/")+"/bot"+token+"/"+method, result)
		if err != nil {
			return "", errors.New(secret.Replace(method + ": " + err.Error()))
		}
		return date, nil
	}
	var me struct {
		Username string `json:"username"`
		ReadsAll bool   `json:"can_read_all_group_messages"`
	}
	date, err := ask("getMe", &me)
	if err != nil {
		return p, err
	}
	p.Username, p.ReadsAll = me.Username, me.ReadsAll
	if at, err := http.ParseTime(date); err == nil {
		p.Skew = now().Sub(at).Truncate(time.Second)
	}
	var hook struct {
		URL       string `json:"url"`
		Pending   int    `json:"pending_update_count"`
		LastError string `json:"last_error_message"`
		FailedAt  int64  `json:"last_error_date"`
	}
	if _, err = ask("getWebhookInfo", &hook); err != nil {
		return p, err
	}
	p.Webhook, p.Pending, p.LastError = secret.Replace(hook.URL), hook.Pending, secret.Replace(hook.LastError)
	if hook.FailedAt != 0 {
		p.FailedAt = time.Unix(hook.FailedAt, 0)
	}
	return p, nil
}

// askOnce makes one call without parameters, and gives the time of day the server says beside its answer.
func askOnce(ctx context.Context, client *http.Client, url string, result any) (date string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return "", err
	}
	var answer struct {
		OK          bool            `json:"ok"`
		Description string          `json:"description"`
		Result      json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("the answer (HTTP %d) is not that of a Bot API server", resp.StatusCode)
	}
	if !answer.OK {
		return "", fmt.Errorf("%d %s", resp.StatusCode, answer.Description)
	}
	return resp.Header.Get("Date"), json.Unmarshal(answer.Result, result)
}

// LastHeartbeat gives when Telegram was last known to have nothing more for the bot; zero where it never ran.
func LastHeartbeat(v *store.View) (time.Time, error) { return lastHeartbeat(v) }

// OwnWebhook gives the webhook that the bot set with Telegram; empty: it set none, or took it away.
func OwnWebhook(v *store.View) (url string, err error) {
	url, _, err = v.Meta(metaWebhook)
	return url, err
}
