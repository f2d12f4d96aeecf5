package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"huibao/bot"
)

// said is where the program prints, logs and complains. What nobody may read is left out, and what would move a terminal's cursor,
// its colours or the order of words is written as \uXXXX: names and words in it come from anywhere.
type said struct {
	to       io.Writer
	settings *settings // as far as they are known by now
}

// secretForms are what looks like a secret although it is none of the settings': a token or a private key that was put where a file's
// name belongs, the password in the address of a database.
var secretForms = regexp.MustCompile(`\d{5,}(?::|%3[Aa])[\w-]{20,}|(?i:AGE-SECRET-KEY-[0-9A-Z]{20,})|(postgres(?:ql)?:/{1,2}[^\s:/@"]*:)[^\s"]+@`)

// Write takes a whole line or more at once, as loggers and fmt give it.
func (s *said) Write(b []byte) (int, error) {
	if _, err := io.WriteString(s.to, seen(s.hide(string(b)))); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (s *said) hide(text string) string {
	known := bot.Redactor(strings.TrimSpace(s.settings.Token), s.settings.HookSecret)
	return secretForms.ReplaceAllStringFunc(known.Replace(text), func(found string) string {
		if strings.HasSuffix(found, "@") {
			return secretForms.ReplaceAllString(found, "$1***@")
		}
		return "***"
	})
}

// seen makes visible what is not, but for what is within an emoji and what parts lines and columns.
func seen(text string) string {
	if strings.IndexFunc(text, hidden) < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		if hidden(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		_, width := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[i : i+width]) // half a character stays: its other half comes with the next words
	}
	return b.String()
}

func hidden(r rune) bool {
	switch r {
	case '\n', '\t', '\u200d':
		return false
	case '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
