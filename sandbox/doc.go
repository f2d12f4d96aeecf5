// Package sandbox is a Telegram for one machine: a strict Bot API server to try and test a bot against, with a control
// interface to play its users.
//
// Start with New, which makes an http.Handler of three trees: /bot<TOKEN>/<method> and /file/bot<TOKEN>/<path> speak the
// Bot API; /control/… lets a test or the chat page act as any user, read any chat and move the clock; everything else goes
// to Options.Page. Client is the control tree in Go.
//
// It is strict because no real Telegram is at hand. Calls are checked against the Bot API's own data (botapi.json, cut
// from the published description; rules.go reads types and limits out of it), and what Telegram would silently ignore, such
// as an unknown parameter, a number where a string belongs or an entity past the end of the text, is an error that names the
// parameter. Errors Telegram has carry Telegram's words.
//
// It keeps Telegram's semantics where a bot can be hurt by them: updates are forgotten only when an offset confirms them,
// or after 24 hours; a second getUpdates ends the first with 409; update ids may jump; a callback query can be answered
// once; a group becomes a supergroup with another id; privacy mode hides group talk; albums arrive piece by piece; an answer
// can be lost after the call was carried out (/control/faults).
//
// Limits. State is in memory and dies with the process. There are private chats, groups and supergroups, no channels,
// topics, business accounts, payments or inline mode: parameters for those are refused as "not in the sandbox". Time is the
// settable Clock, except for how long a poll waits and how long a refused webhook pauses. Telegram's real sending limits are
// not published exactly; limits.go says which are used. The control tree has no authentication: listen on loopback only.
package sandbox
