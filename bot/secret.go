package bot

import (
	"net/http"
	"net/url"
	"strings"
)

// Redactor hides a bot's token, if there is one: as it is, as a URL or a form has it, and the half that is the secret wherever
// it stands alone. It hides the other secrets as they are.
func Redactor(token string, others ...string) *strings.Replacer {
	var pairs []string
	_, half, _ := strings.Cut(token, ":")
	for _, secret := range append([]string{token, url.QueryEscape(token), half}, others...) {
		if secret != "" {
			pairs = append(pairs, secret, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

// stay keeps a client where it is. A Bot API server sends nobody elsewhere, and whoever does would be told the address that the
// call came from, token and all, as the Referer.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
