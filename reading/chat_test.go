package reading

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseChat(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"wechat, two lines", "李梅\n2026/3/9 14:05\n普法 320人\n资料500份\n\n王芳:\n2026年3月9日 15:00\n收到\n",
			"2 李梅 2026-03-09 14h5m0s 普法 320人⏎资料500份|7 王芳 2026-03-09 15h0m0s 收到"},
		{"qq", "2026-03-09 14:05:23 李梅(10012345)\n普法 320人\n2026-03-09 14:06:00 王芳<wf@qq.com>\n收到",
			"1 李梅 2026-03-09 14h5m23s 普法 320人|3 王芳 2026-03-09 14h6m0s 收到"},
		{"telegram", "李梅, [09.03.2026 14:05]\n普法 320人\n\n王芳, [09.03.2026 14:06]:\n收到",
			"1 李梅 2026-03-09 14h5m0s 普法 320人|4 王芳 2026-03-09 14h6m0s 收到"},
		{"one line", "\ufeff李梅 2026-03-09 14:05\r\n普法 320人\r\n", "1 李梅 2026-03-09 14h5m0s 普法 320人"},
		{"a date in the text is no head", "李梅 2026-03-09 14:05\n3月8日 9:00 普法 320人\n2026-03-08普法", "1 李梅 2026-03-09 14h5m0s 3月8日 9:00 普法 320人⏎2026-03-08普法"},
		{"nobody's words", "普法 320人\n李梅 2026-03-09 14:05\n收到", "chat.txt:1: expected a copied chat, each message under a line such as 李梅 2026-03-09 14:05"},
		{"no name", "2026-03-09 14:05\n收到", `chat.txt:1: "2026-03-09 14:05", expected the sender's name beside or above it`},
		{"no such day", "李梅 2026-02-30 14:05\n收到", "chat.txt:1: expected a copied chat, each message under a line such as 李梅 2026-03-09 14:05"},
		{"empty", "", "chat.txt:1: expected a copied chat, each message under a line such as 李梅 2026-03-09 14:05"},
	} {
		got := ""
		said, err := ParseChat("chat.txt", []byte(c.in))
		if err != nil {
			got = err.Error()
		}
		for i, s := range said {
			if i > 0 {
				got += "|"
			}
			got += fmt.Sprintf("%d %s %s %s %s", s.Line, s.Who, s.Day, s.At, strings.ReplaceAll(s.Text, "\n", "⏎"))
		}
		if got != c.want {
			t.Errorf("%s:\n got  %s\n want %s", c.name, got, c.want)
		}
	}
}

// FuzzParseChat reads anything as a chat. Every message has a sender and a day, and lies in the file in order.
func FuzzParseChat(f *testing.F) {
	f.Add("李梅\n2026/3/9 14:05\n普法 320人\n2026-03-09 14:06 王芳\n收到")
	f.Add("李梅, [09.03.2026 14:05]\n普法")
	f.Fuzz(func(t *testing.T, text string) {
		said, err := ParseChat("chat.txt", []byte(text))
		line := 0
		for _, s := range said {
			if err != nil || s.Day == 0 || s.Line <= line || s.At < 0 {
				t.Errorf("%+v behind line %d, %v", s, line, err)
			}
			line = s.Line
		}
	})
}
