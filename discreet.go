package main

import (
	"io"
	"regexp"
	"strings"

	"huibao/bot"
)

// discreet is where the program logs and complains: what nobody may read is left out, wherever the words come from.
type discreet struct {
	to       io.Writer
	settings *settings // as far as they are known by now
}

// secretForms are what looks like a secret although it is none of the settings': a token or a private key that was put where a file's
// name belongs, the password in the address of a database.
var secretForms = regexp.MustCompile(`\d{5,}(?::|%3[Aa])[\w-]{20,}|(?i:AGE-SECRET-KEY-[0-9A-Z]+)|(postgres(?:ql)?:/{1,2}[^\s:/@"]*:)[^\s"]+@`)

// Write takes a whole line or more at once, as loggers and fmt give it.
func (d *discreet) Write(b []byte) (int, error) {
	if _, err := io.WriteString(d.to, d.hide(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (d *discreet) hide(text string) string {
	known := bot.Redactor(strings.TrimSpace(d.settings.Token), d.settings.HookSecret)
	return secretForms.ReplaceAllStringFunc(known.Replace(text), func(found string) string {
		if strings.HasSuffix(found, "@") {
			return secretForms.ReplaceAllString(found, "$1***@")
		}
		return "***"
	})
}
