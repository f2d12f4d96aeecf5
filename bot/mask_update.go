package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// errNotJSON tells of a body that is no JSON value.
var errNotJSON = errors.New("masking an update: not valid JSON, masked as plain text")

// MaskUpdate masks the identity card, mobile phone and bank card numbers in the strings of a raw update and returns the
// kinds found, each once, in their order. Everything else stays byte for byte: keys and their order, numbers, spaces,
// and the strings that are handles (see isHandle). Escapes in strings are seen through: a digit may be written as \u0031.
//
// What is no valid JSON is masked too, as plain text, since it will be stored for the administrator to look at; then
// err is set beside the masked bytes. masked shares raw's memory when nothing was found.
//
// A number spread over two strings (half in the first name, half in the last) is not seen.
func MaskUpdate(raw []byte) (masked []byte, kinds []SecretKind, err error) {
	m := updateMasker{raw: raw}
	if json.Valid(raw) {
		m.walk()
	} else {
		m.maskRange(0, len(raw))
		err = errNotJSON
	}
	if len(m.kinds) == 0 {
		return raw, nil, err
	}
	return append(m.out, raw[m.done:]...), m.kinds, err
}

// An updateMasker copies raw, which is valid JSON, to out and masks on the way. Nothing is copied before the first find.
type updateMasker struct {
	raw   []byte
	out   []byte
	done  int // how much of raw is in out
	kinds []SecretKind
}

// A level is an object or array that is open while walking.
type level struct {
	object  bool
	name    []byte // the key it stands under; an array's elements stand under the array's key
	key     []byte // in an object: the key of the value being read
	wantKey bool
}

// walk masks the string values of raw.
func (m *updateMasker) walk() {
	levels := []level{{}} // the top is like an array: no keys
	for i := 0; i < len(m.raw); i++ {
		top := &levels[len(levels)-1]
		switch m.raw[i] {
		case '{', '[':
			object := m.raw[i] == '{'
			levels = append(levels, level{object: object, wantKey: object, name: top.under()})
		case '}', ']':
			levels = levels[:len(levels)-1]
		case ',':
			top.wantKey = top.object
		case '"':
			end := stringEnd(m.raw, i)
			content := m.raw[i+1 : end]
			if top.wantKey {
				top.key, top.wantKey = content, false
			} else if !isHandle(top.name, top.under()) {
				m.maskRange(i+1, end)
			}
			i = end
		}
	}
}

// under returns the key the next value stands under.
func (l *level) under() []byte {
	if l.object {
		return l.key
	}
	return l.name
}

// stringEnd returns the index of the quote that closes the string opened at i.
func stringEnd(raw []byte, i int) int {
	for i++; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i
}

func (m *updateMasker) maskRange(from, to int) {
	content := m.raw[from:to]
	found := findSecrets(content, true)
	if len(found) == 0 {
		return
	}
	m.out = append(m.out, m.raw[m.done:from]...)
	m.out = appendMasked(m.out, content, found, true)
	m.done = to
	for _, s := range found {
		if !slices.Contains(m.kinds, s.kind) {
			m.kinds = append(m.kinds, s.kind)
		}
	}
}

// isHandle says whether the string under key, in the object under parent, is one that the bot or Telegram compares or
// sends back. Such a string must stay whole, and a person does not write in it:
//   - ids and hashes: long runs of digits, some of which would look like a card;
//   - the data of a button, which is the bot's own. A client can forge it, but not by mistake;
//   - a username, which is a public name of the account and cannot be all digits.
//
// Every other string may hold what a person typed, in this version of the Bot API or the next, and is masked.
func isHandle(parent, key []byte) bool {
	switch string(key) {
	case "id", "chat_instance", "username", "active_usernames", "callback_data":
		return true
	case "data":
		return string(parent) == "callback_query"
	}
	for _, suffix := range []string{"_id", "_ids", "hash", "hashes"} {
		if bytes.HasSuffix(key, []byte(suffix)) {
			return true
		}
	}
	return false
}
