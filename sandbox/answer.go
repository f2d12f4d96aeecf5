package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// apiError is an error answer of the Bot API.
type apiError struct {
	code        int
	description string
	retryAfter  int   // seconds, with code 429
	migratedTo  int64 // chat id, with "group chat was upgraded"

	// What check found wrong says where: path leads to the object or element that is wrong.
	path   string
	isPath bool // a path is wanted: the description is not Telegram's own
	self   bool // about the very field being checked, whose name the description has
}

// badRequest is an error in Telegram's words, or about the call as a whole.
func badRequest(format string, args ...any) *apiError {
	return &apiError{code: 400, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// wrongField is an error about the field being checked.
func wrongField(format string, args ...any) *apiError {
	e := badRequest(format, args...)
	e.isPath, e.self = true, true
	return e
}

// wrongObject is an error about the object being checked.
func wrongObject(format string, args ...any) *apiError {
	e := badRequest(format, args...)
	e.isPath = true
	return e
}

// of tells an error found in a field to the object that has the field.
func (e *apiError) of(field string) *apiError {
	if e.self {
		e.self = false
		return e
	}
	return e.in(field)
}

// in puts a step before the path.
func (e *apiError) in(step string) *apiError {
	if e.path != "" && e.path[0] != '[' {
		step += "."
	}
	e.self = false
	e.path = step + e.path
	return e
}

func (e *apiError) text() string {
	if e.isPath && e.path != "" {
		return e.description + " (at " + e.path + ")"
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
