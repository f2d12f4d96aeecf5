package bot

import (
	"net/http"
	"net/url"
	"strings"
)

// Redactor hides a bot's token, if there is one: as it is, as a URL or a form has it, and the half that is the secret wherever
// it stands alone, unless that is so short that it is found in any word. It hides the other secrets as they are.
func Redactor(token string, others ...string) *strings.Replacer {
	var pairs []string
	_, half, _ := strings.Cut(token, ":")
	if len(half) < leastSecret {
		half = ""
	}
	for _, secret := range append([]string{token, url.QueryEscape(token), half}, others...) {
		if secret != "" {
			pairs = append(pairs, secret, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

const leastSecret = 8 // characters; Telegram's have 35

// stay keeps a client where it is. A Bot API server sends nobody elsewhere, and whoever does would be told the address that the
// call came from, token and all, as the Referer.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
