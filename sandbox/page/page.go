// Package page is the chat page of the sandbox: phones side by side, a clock
// that can be moved and a switch that kills the bot. It lets somebody who has
// never seen the bot be a cadre, a supervisor and an administrator at once, and
// it is the bench on which we try the bot by hand.
//
// Start with Handler, then static/page.js. The page is plain HTML, CSS and
// JavaScript modules as they stand in static/, embedded in the binary: no build
// step, no framework, no request to anywhere but the server it came from. It
// talks only to the control tree of the sandbox (/control/…) and to the files
// that tree names.
//
// Limits: the page has no login, it acts as any user, so it belongs on a
// trusted machine only. What a phone wrote in aeroplane mode is kept in the
// browser tab and lost with it. Dates are shown in China's zone.
package page

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed static
var static embed.FS

// policy lets the page load its own files and nothing else. Inline scripts stay
// forbidden, so a text that slipped into the markup could still not run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// Handler serves the page at / and its parts beside it; every other path is a
// 404. Only GET and HEAD are answered. It keeps no state and may be shared.
func Handler() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic("page: the embedded folder is missing: " + err.Error()) // only a wrong build gets here
	}
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "the page can only be read", http.StatusMethodNotAllowed)
			return
		}
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		// Embedded files have no date to compare, and a new binary must not
		// meet the scripts of the old one.
		header.Set("Cache-Control", "no-store")
		server.ServeHTTP(w, r)
	})
}
