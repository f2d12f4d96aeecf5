package reading

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"huibao/report"
)

// Said is one message of a chat that was copied as text.
type Said struct {
	Line int // of its file, where the message begins
	Who  string
	Day  report.Day
	At   time.Duration // since midnight
	Text string
}

// maxChat bounds a pasted chat, longestName the name above a message.
const maxChat, longestName = 8 << 20, 40

// The moments chats print: 2026-03-09 14:05:23, 2026/3/9 14:05, 2026年3月9日 14:05, 09.03.2026 14:05.
const moment = `(?:(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{1,2})\.(\d{1,2})\.(\d{4}))[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?`

var (
	nameFirst  = regexp.MustCompile(`^(.+?)[,，:：]?\s+\[?` + moment + `\]?[:：]?$`)
	momentLast = regexp.MustCompile(`^\[?` + moment + `\]?$`)
	nameLast   = regexp.MustCompile(`^\[?` + moment + `\]?\s+(\S.*?)[:：]?$`)
	account    = regexp.MustCompile(`[(（<][\w.@+-]{4,}[)）>]$`)
)

// ParseChat reads a chat as WeChat, QQ and Telegram copy it: above each message a line with the sender's name and the moment, in
// either order, or the name and the moment on two lines. Text above the first of them is an error, which names file and line.
func ParseChat(file string, b []byte) ([]Said, error) {
	if len(b) > maxChat {
		return nil, fmt.Errorf("%s: %d bytes, expected at most %d", file, len(b), maxChat)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	var all []Said
	var lines []string // of the message that is open
	end := func() {
		if n := len(all); n > 0 {
			all[n-1].Text = strings.TrimSpace(strings.Join(lines, "\n"))
		}
		lines = nil
	}
	n := 0
	for text := range strings.Lines(string(b)) {
		n++
		text = strings.TrimRight(text, "\r\n")
		head, ok, bare := headLine(strings.TrimSpace(text))
		if ok && bare { // the name stands on the line before
			if len(lines) == 0 {
				return nil, fmt.Errorf("%s:%d: %q, expected the sender's name beside or above it", file, n, text)
			}
			head.Who = cleanName(lines[len(lines)-1])
			lines = lines[:len(lines)-1]
		}
		if !ok {
			lines = append(lines, text)
			continue
		}
		if len(all) == 0 && strings.TrimSpace(strings.Join(lines, "")) != "" {
			break
		}
		end()
		head.Line = n
		all = append(all, head)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s:1: expected a copied chat, each message under a line such as 李梅 2026-03-09 14:05", file)
	}
	end()
	return all, nil
}

// headLine reads the line above a message. bare tells that it has no name.
func headLine(text string) (head Said, ok, bare bool) {
	if len(text) > 4*longestName {
		return Said{}, false, false
	}
	if m := momentLast.FindStringSubmatch(text); m != nil {
		ok = head.when(m[1:])
		return head, ok, true
	}
	if m := nameFirst.FindStringSubmatch(text); m != nil && head.when(m[2:]) {
		head.Who = cleanName(m[1])
		return head, head.Who != "", false
	}
	if m := nameLast.FindStringSubmatch(text); m != nil && head.when(m[1:]) {
		head.Who = cleanName(m[len(m)-1])
		return head, head.Who != "", false
	}
	return Said{}, false, false
}

// cleanName takes off what chats put around a name: the account's number, a comma, a colon.
func cleanName(name string) string {
	return strings.TrimSpace(account.ReplaceAllString(strings.Trim(strings.TrimSpace(name), ",，:：[]【】"), ""))
}

// when takes the moment from the groups of the pattern; it is false where the calendar or the clock has none.
func (s *Said) when(groups []string) bool {
	number := func(i int) int { n, _ := strconv.Atoi(groups[i]); return n } // digits only: checked by the pattern
	year, month, day := number(0), number(1), number(2)
	if groups[0] == "" {
		year, month, day = number(5), number(4), number(3)
	}
	d, ok := report.ValidDate(year, month, day)
	if !ok || number(6) > 23 || number(7) > 59 || number(8) > 59 {
		return false
	}
	s.Day = d
	s.At = time.Duration(number(6))*time.Hour + time.Duration(number(7))*time.Minute + time.Duration(number(8))*time.Second
	return true
}
