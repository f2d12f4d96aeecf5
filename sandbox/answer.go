package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// apiError is an error answer of the Bot API.
type apiError struct {
	code        int
	description string
	where       string // path of the wrong field inside the parameters, for our own wordings
	retryAfter  int    // seconds, with code 429
	migratedTo  int64  // chat id, with "group chat was upgraded"
}

func badRequest(format string, args ...any) *apiError {
	return &apiError{code: 400, description: "Bad Request: " + fmt.Sprintf(format, args...), where: "."}
}

// plain keeps the description as it is: Telegram's errors do not say where.
func (e *apiError) plain() *apiError {
	e.where = ""
	return e
}

// in adds an enclosing field to the place of the error.
func (e *apiError) in(outer string) *apiError {
	switch {
	case e.where == "":
	case e.where == ".":
		e.where = outer
	case strings.HasPrefix(e.where, "["):
		e.where = outer + e.where
	default:
		e.where = outer + "." + e.where
	}
	return e
}

func (e *apiError) text() string {
	if strings.ContainsAny(e.where, ".[") && e.where != "." {
		return e.description + " (at " + e.where + ")"
	}
	return e.description
}

// writeResult sends {"ok":true,"result":…}.
func writeResult(w http.ResponseWriter, result any) {
	raw, isRaw := result.(json.RawMessage)
	if !isRaw {
		var err error
		if raw, err = json.Marshal(result); err != nil {
			writeError(w, &apiError{code: 500, description: "Internal Server Error"})
			return
		}
	}
	body := make([]byte, 0, len(raw)+24)
	body = append(body, `{"ok":true,"result":`...)
	body = append(body, raw...)
	body = append(body, '}')
	send(w, http.StatusOK, body)
}

// writeError sends {"ok":false,…}.
func writeError(w http.ResponseWriter, e *apiError) {
	type parameters struct {
		RetryAfter int   `json:"retry_after,omitempty"`
		MigratedTo int64 `json:"migrate_to_chat_id,omitempty"`
	}
	answer := struct {
		OK          bool        `json:"ok"`
		ErrorCode   int         `json:"error_code"`
		Description string      `json:"description"`
		Parameters  *parameters `json:"parameters,omitempty"`
	}{ErrorCode: e.code, Description: e.text()}
	if e.retryAfter != 0 || e.migratedTo != 0 {
		answer.Parameters = &parameters{e.retryAfter, e.migratedTo}
	}
	if e.retryAfter != 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	body, err := json.Marshal(answer)
	if err != nil { // a struct of strings and numbers always encodes
		panic(err)
	}
	send(w, e.code, body)
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller has gone: nothing to tell it
}
