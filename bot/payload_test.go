package bot

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// marker is in every payload, to find it where it must not be.
const marker = "注入"

// payloads are texts that mean something to whatever shows them.
var payloads = []string{
	"=1+1" + marker, "=HYPERLINK(\"http://x\",\"" + marker + "\")", "+" + marker, "-2+3+cmd|' /C calc'!A0" + marker, "@SUM(1)" + marker, "\t=1" + marker, "\r=1" + marker,
	"<b>" + marker + "</b><script>alert(1)</script>", "&lt;" + marker + "&amp;&#0;", "]]>" + marker + "<!--", "</w:t></w:r><w:r><w:t>" + marker,
	"\u202e" + marker + "\u202c", "\u2066" + marker + "\u2069", "\u200b\u200d\ufeff" + marker, "\x00" + marker, "\x1b[31m" + marker + "\x07\x08", "\ufffe" + marker + "\uffff", "\ufffd" + marker,
	marker + "\n2026-03-09 level=ERROR msg=forged", "%s%d%n" + marker, "{{B02}}{{年}}" + marker, "_x000D_" + marker, strings.Repeat("长", 3000) + marker, strings.Repeat("🎉", 900) + marker,
	"'); DROP TABLE reports;--" + marker, "https://example.com/" + marker, "@huibao_bot" + marker, "/start " + marker,
}

// TestPayloads: what people write is only text in what the bot says, draws, and writes to files, wherever it was written.
func TestPayloads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-03-09 09:00")
	b := must(New(w.options()))
	s := &speaker{id: 1000, date: w.clock.Now().Unix()}
	w.settled(b)
	for i, p := range payloads {
		name := report.MemberRow{TelegramID: 1001, Name: p, Role: "cadre", Area: "430527100001"}
		w.write(func(tx *store.Tx) error { _, err := tx.ImportMembers([]report.MemberRow{name}); return err })
		s.id += 2
		w.takes(b, s.text(1001, fmt.Sprintf("普法 %d人 在%s", i+11, p)), s.text(1001, p+" 45人"), s.text(1001, "家庭教育《"+p+"》 31人"), s.text(1001, "走访 5户 "+p+"3个"),
			s.text(1001, p), s.text(1001, "/find "+p), s.text(1004, p+"今年普法多少人"), s.text(1004, "/week "+p), s.text(1001, "/mine"), s.text(1004, "/week now"), s.text(1004, "今年普法明细"),
			s.press(1001, "D:1:1:x"), s.text(1002, "1号人数写错了，是"+fmt.Sprint(60+i)), s.text(1002, p+"说的"), s.in(theGroup, 1001, "message", `"text":`+quoted("/bao 普法 41人 "+p)),
			fmt.Sprintf(`{"update_id":%d,"my_chat_member":{"chat":{"id":%d,"type":"group","title":%s},"from":{"id":1004,"first_name":"x"},"date":%[1]d,"new_chat_member":{"status":"member"}}}`, s.id-1, -7000-s.id, quoted(p)))
		w.write(func(tx *store.Tx) error {
			return tx.KeepOfficeEntry(report.OfficeEntry{Year: 2026, Blank: "B28", Value: p, By: 5})
		})
		w.plainWords(p)
	}
	w.plainFiles()
	for line := range strings.Lines(w.log.String()) {
		if !strings.HasPrefix(line, "time=") {
			t.Errorf("a line of the log that begins otherwise: %q", line)
		}
	}
	if n := w.log.count("is kept", "level=ERROR"); n > 0 {
		t.Errorf("%d dead letters:\n%s", n, w.log)
	}
}

// settled makes the chats of all members known.
func (w *world) settled(b *Bot) {
	s := &speaker{id: 10, date: w.clock.Now().Unix()}
	for id := int64(1001); id <= 1006; id++ {
		w.takes(b, s.text(id, "/help"))
	}
}

// plainWords checks all that waits to be sent, and forgets it.
func (w *world) plainWords(payload string) {
	w.t.Helper()
	rows, err := w.db.Undelivered(w.t.Context(), 0, 10000)
	if err != nil {
		w.t.Fatal(err)
	}
	var done []store.Outcome
	for _, row := range rows {
		done = append(done, store.Outcome{Seq: row.Seq, Sent: true})
		if row.Method != methodSend && row.Method != methodEdit {
			continue
		}
		var m digest.Message
		if err := json.Unmarshal(row.Body, &m); err != nil {
			w.t.Fatal(err)
		}
		texts := []string{m.Text}
		for _, row := range m.Keyboard {
			for _, b := range row {
				if texts = append(texts, b.Text); len(b.Data) == 0 || len(b.Data) > 64 {
					w.t.Errorf("after %q: a button with %d bytes of data: %q", payload, len(b.Data), b.Data)
				}
			}
		}
		for _, text := range texts {
			if at := strings.IndexFunc(text, odd); at >= 0 || !utf8.ValidString(text) || text == "" {
				w.t.Errorf("after %q: %q has %+q", payload, text, text[max(at, 0):min(len(text), max(at, 0)+4)])
			}
		}
		units := len(utf16.Encode([]rune(m.Text)))
		for _, e := range m.Entities {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units {
				w.t.Errorf("after %q: entity %+v in %d units of %q", payload, e, units, m.Text)
			}
		}
		if units > digest.MaxUnits {
			w.t.Errorf("after %q: %d units", payload, units)
		}
	}
	if err := w.db.Record(w.t.Context(), done); err != nil {
		w.t.Fatal(err)
	}
}

// odd tells of a character that moves others about, or is none.
func odd(r rune) bool {
	switch {
	case r == '\n', r == '\u200d', '\ufe00' <= r && r <= '\ufe0f': // within an emoji
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\ufffe' || r == '\uffff'
}

// plainFiles checks the files of the year.
func (w *world) plainFiles() {
	w.t.Helper()
	for _, kind := range []digest.FileKind{digest.FileWorkbook, digest.FileRegister, digest.FileDocument, digest.FileSources} {
		content := w.made(kind)
		archive := must(zip.NewReader(bytes.NewReader(content), int64(len(content))))
		for _, f := range archive.File {
			part := must(f.Open())
			text := must(io.ReadAll(part))
			part.Close()
			if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
				w.wellFormed(fmt.Sprintf("%s of %s", f.Name, kind), text)
			}
		}
	}
	if picture := w.made(digest.FileChart); len(picture) < 1000 {
		w.t.Errorf("a picture of %d bytes", len(picture))
	}
}

// wellFormed checks XML, and that nothing of a payload is in a formula or the name of something.
func (w *world) wellFormed(name string, text []byte) {
	w.t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			w.t.Errorf("%s: %v", name, err)
			return
		}
		switch x := token.(type) {
		case xml.StartElement:
			open = append(open, x.Name.Local)
			if strings.Contains(x.Name.Local, marker) || x.Name.Local == "script" || x.Name.Local == "hyperlink" {
				w.t.Errorf("%s: an element %s", name, x.Name.Local)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "f" && strings.Contains(string(x), marker) {
				w.t.Errorf("%s: a formula %s", name, x)
			}
		}
	}
}
