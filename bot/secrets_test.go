package bot

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// saying makes the updates of one way in which a number can reach the bot. Text and ids are JSON; the number is part of text.
type saying struct {
	name string
	raws func(s *speaker, number string) []string
}

// speaker writes updates of people in their private chats, or in a group.
type speaker struct{ id, date int64 }

const theGroup = -100900

// message gives the update of a message with more fields than text.
func (s *speaker) message(from int64, fields string) string {
	return s.in(from, from, "message", fields)
}

func (s *speaker) in(chat, from int64, kind, fields string) string {
	s.id++
	where := fmt.Sprintf(`{"id":%d,"type":"private"}`, chat)
	if chat < 0 {
		where = fmt.Sprintf(`{"id":%d,"type":"supergroup","title":"群"}`, chat)
	}
	return fmt.Sprintf(`{"update_id":%d,%q:{"message_id":%d,"from":{"id":%d,"first_name":"李"},"chat":%s,"date":%d,%s}}`, s.id, kind, s.id, from, where, s.date, fields)
}

func (s *speaker) text(from int64, words string) string {
	return s.message(from, `"text":`+quoted(words))
}

func (s *speaker) press(from int64, data string) string {
	s.id++
	return fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%[1]d","from":{"id":%d,"first_name":"李"},"data":%q,"message":{"message_id":2,"date":1,"chat":{"id":%[2]d,"type":"private"}}}}`, s.id, from, data)
}

func quoted(words string) string { return string(must(json.Marshal(words))) }

var sayings = []saying{
	{"text", func(s *speaker, n string) []string {
		return []string{s.text(1001, "张某 "+n+" 家暴来访，已调解1起")}
	}},
	{"report", func(s *speaker, n string) []string {
		return []string{s.text(1001, fmt.Sprintf("普法 %d人 资料%d份，联系人%s", s.id%97+3, s.id%89+2, n))}
	}},
	{"list", func(s *speaker, n string) []string {
		return []string{s.text(1002, fmt.Sprintf("#接龙 家庭教育讲座\n1. 长铺社区 %d人 %s\n2. 江口园社区 %d人\n3. 和平社区 0", s.id%83+4, n, s.id%79+4))}
	}},
	{"caption", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"photo":[{"file_id":"f","file_unique_id":"u","width":1,"height":1}],"caption":`+quoted(fmt.Sprintf("普法 %d人 %s", s.id%97+3, n)))}
	}},
	{"file name", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"document":{"file_id":"f","file_unique_id":"u","mime_type":"image/png","file_name":`+quoted(n+".png")+`},"caption":`+quoted("普法 31人 "+n))}
	}},
	{"edit", func(s *speaker, n string) []string {
		first := s.text(1001, fmt.Sprintf("走访慰问 %d户", s.id%97+3))
		edited := s.in(1001, 1001, "edited_message", fmt.Sprintf(`"edit_date":%d,"text":%s`, s.date+60, quoted(fmt.Sprintf("走访慰问 %d户 %s", s.id%97+5, n))))
		return []string{first, strings.Replace(edited, fmt.Sprintf(`"message_id":%d`, s.id), fmt.Sprintf(`"message_id":%d`, s.id-1), 1)}
	}},
	{"forward", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"forward_origin":{"type":"hidden_user","date":1,"sender_user_name":`+quoted(n)+`},"text":`+quoted("3月5日长铺社区举办普法活动，参加群众60人，联系"+n))}
	}},
	{"reply", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"reply_to_message":{"message_id":1,"date":1,"chat":{"id":1001,"type":"private"},"text":`+quoted("电话"+n)+`},"quote":{"text":`+quoted(n)+`,"position":0},"text":`+quoted("是"+n))}
	}},
	{"entities", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"text":"普法 21人","entities":[{"type":"text_link","offset":0,"length":2,"url":`+quoted("tel:"+n)+`}]`)}
	}},
	{"contact", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"contact":{"phone_number":`+quoted(n)+`,"first_name":`+quoted(n)+`,"vcard":`+quoted("TEL:"+n+"\r\nEND")+`}`)}
	}},
	{"poll", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"poll":{"id":"1","question":`+quoted(n)+`,"options":[{"text":`+quoted(n)+`}]}`)}
	}},
	{"place", func(s *speaker, n string) []string {
		return []string{s.message(1001, `"location":{"latitude":26.5,"longitude":110.1},"venue":{"title":`+quoted(n)+`,"address":`+quoted("电话"+n)+`,"location":{"latitude":1,"longitude":1}},"author_signature":`+quoted(n))}
	}},
	{"album", func(s *speaker, n string) []string {
		album := fmt.Sprintf(`"media_group_id":"%d","photo":[{"file_id":"f%[1]d","file_unique_id":"u%[1]d","width":1,"height":1}]`, s.id)
		return []string{s.message(1001, album), s.message(1001, album+`,"caption":`+quoted(fmt.Sprintf("普法 %d人 %s", s.id%97+3, n)))}
	}},
	{"edited caption", func(s *speaker, n string) []string {
		photo := `"photo":[{"file_id":"f","file_unique_id":"u","width":1,"height":1}],"caption":`
		first := s.message(1002, photo+quoted(fmt.Sprintf("走访慰问 %d户", s.id%97+3)))
		edited := s.in(1002, 1002, "edited_message", fmt.Sprintf(`"edit_date":%d,%s%s`, s.date+60, photo, quoted(fmt.Sprintf("走访慰问 %d户 %s", s.id%97+5, n))))
		return []string{first, strings.Replace(edited, fmt.Sprintf(`"message_id":%d`, s.id), fmt.Sprintf(`"message_id":%d`, s.id-1), 1)}
	}},
	{"names of people", func(s *speaker, n string) []string {
		raw := s.text(1003, fmt.Sprintf("普法 %d人", s.id%97+3))
		return []string{strings.Replace(raw, `"first_name":"李"`, `"first_name":`+quoted("李"+n)+`,"last_name":`+quoted(n), 1),
			s.in(theGroup, 9010, "message", `"new_chat_members":[{"id":9011,"first_name":`+quoted(n)+`}]`), s.in(theGroup, 9010, "message", `"new_chat_title":`+quoted("群"+n))}
	}},
	{"uploaded table", func(s *speaker, n string) []string {
		return []string{s.message(1005, `"document":{"file_id":"f","file_unique_id":"u","file_name":`+quoted("应报"+n+".xlsx")+`},"caption":`+quoted(n))}
	}},
	{"pressed message", func(s *speaker, n string) []string {
		raw := s.press(1001, "D:1:1:x")
		return []string{strings.Replace(raw, `"message":{`, `"message":{"text":`+quoted(n)+`,"caption":`+quoted(n)+`,"reply_markup":{"inline_keyboard":[[{"text":`+quoted(n)+`,"callback_data":"D:1"}]]},`, 1)}
	}},
	{"typed answer", func(s *speaker, n string) []string {
		return []string{s.press(1001, "N:1:1:0"), s.text(1001, n), s.text(1001, "改成"+n+"人")}
	}},
	{"unknown word", func(s *speaker, n string) []string {
		return []string{s.text(1001, n+"活动 45人"), s.text(1001, "坝坝"+n+"会 45人")}
	}},
	{"form", func(s *speaker, n string) []string {
		return []string{s.text(1003, "/report"), s.text(1003, "普法"), s.text(1003, n), s.text(1003, "3月8日"), s.text(1003, "长铺"+n)}
	}},
	{"reason", func(s *speaker, n string) []string {
		return []string{s.text(1002, "1号人数写错了，是77"), s.text(1002, "本人电话"+n+"说的")}
	}},
	{"office", func(s *speaker, n string) []string {
		return []string{s.press(1005, "B:2026:ask:B28:"), s.text(1005, "绥办发 "+n+" 号")}
	}},
	{"commands", func(s *speaker, n string) []string {
		return []string{s.text(1001, "/find "+n), s.text(1004, "/week "+n), s.text(1004, "/late "+n), s.text(1005, "/close "+n), s.text(1001, "/report 普法 20人 "+n), s.text(1004, "今年普法"+n+"多少人")}
	}},
	{"group", func(s *speaker, n string) []string {
		return []string{s.in(theGroup, 1001, "message", `"text":`+quoted("/bao 普法 41人 "+n)), s.in(theGroup, 9009, "message", `"text":`+quoted("闲聊"+n))}
	}},
	{"title", func(s *speaker, n string) []string {
		s.id++
		return []string{fmt.Sprintf(`{"update_id":%d,"my_chat_member":{"chat":{"id":%d,"type":"group","title":%s},"from":{"id":1004,"first_name":%[3]s},"date":1,"new_chat_member":{"status":"member"}}}`,
			s.id, -5000-s.id, quoted("群"+n))}
	}},
	{"stranger", func(s *speaker, n string) []string {
		return []string{s.text(9009, "我是"+n), s.text(9009, "/start "+n)}
	}},
	{"no JSON", func(s *speaker, n string) []string {
		s.id++
		return []string{fmt.Sprintf(`{"update_id":%d,"message":{"text":"%s`, s.id, n)}
	}},
	{"wrong types", func(s *speaker, n string) []string {
		s.id++
		return []string{fmt.Sprintf(`{"update_id":%d,"message":{"message_id":"x","chat":{"id":1001},"date":1,"text":"%s"}}`, s.id, n)}
	}},
	{"cut in two", func(s *speaker, n string) []string {
		letters := []rune(n)
		first := strings.Repeat("普法宣传。", longestText)
		head := string(letters[:len(letters)/2])
		return []string{s.text(1001, string([]rune(first)[:longestText-len([]rune(head))])+head), s.text(1001, string(letters[len(letters)/2:])+" 普法 50人")}
	}},
}

// TestNoSecretIsKept: 5,000 numbers that point at a person, told in every way there is, are then nowhere: not in the database, its
// log, a backup, the outbox, the program's log or a file that is made.
func TestNoSecretIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-03-09 09:00")
	b := must(New(w.options()))
	b.caughtUp.Store(true)
	r := rand.New(rand.NewPCG(20, 26))
	s := &speaker{id: 1000, date: w.clock.Now().Unix()}
	w.takes(b, s.text(1001, "普法 320人 资料500份"))
	makers := []func(*rand.Rand) string{randomIDCard, randomPhone, randomBankCard}
	kinds := []SecretKind{IDCard, Phone, BankCard}
	secrets := map[string]string{} // the digits, and the way they were told
	var raws []string
	for n := 0; n < 5000; n++ {
		say, kind := sayings[n%len(sayings)], r.IntN(len(makers))
		if say.name == "cut in two" && n/len(sayings)%8 > 0 {
			say = sayings[0] // a long text takes long to read
		}
		number := makers[kind](r)
		written := number
		if say.name != "cut in two" && say.name != "no JSON" && say.name != "wrong types" && r.IntN(2) == 0 {
			written = dress(r, kinds[kind], number)
		}
		secrets[number] = say.name
		if raws = append(raws, say.raws(s, written)...); len(raws) > 100 || n == 4999 {
			w.takes(b, raws...)
			raws = nil
			w.clock.Advance(26 * time.Hour) // or thousands of questions are open, and as many reports of a day
			s.date = w.clock.Now().Unix()
		}
	}
	w.findNone(secrets, "the database", w.bytesOfStore())
	w.findNone(secrets, "the log", []byte(w.log.String()))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := w.db.BackupTo(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	w.findNone(secrets, "the backup", must(os.ReadFile(backup)))
	for _, kind := range []digest.FileKind{digest.FileWorkbook, digest.FileRegister, digest.FileDocument, digest.FileSources} {
		w.findNone(secrets, string(kind), unpacked(t, w.made(kind)))
	}
	var reports int
	w.scan(&reports, `SELECT COUNT(*) FROM reports`)
	t.Logf("%d numbers in %d updates, %d reports", len(secrets), s.id-1000, reports)
	if reports < 500 {
		t.Errorf("only %d reports came of it", reports)
	}
}

// takes has the bot receive updates and do all that they ask for.
func (w *world) takes(b *Bot, raws ...string) {
	w.t.Helper()
	var batch []store.Update
	for _, raw := range raws {
		batch = append(batch, inboxUpdate([]byte(raw)))
	}
	if _, err := w.db.Receive(w.t.Context(), batch); err != nil {
		w.t.Fatal(err)
	}
	for n := 1; n > 0; {
		var err error
		if n, err = w.db.Process(w.t.Context(), processAtOnce, b.handle, b.deadLetter); err != nil {
			w.t.Fatal(err)
		}
	}
}

// findNone looks for numbers in bytes: bare digits, and digits with what joins them, in either width.
func (w *world) findNone(secrets map[string]string, where string, all []byte) {
	w.t.Helper()
	for _, text := range [][]byte{all, bareDigits(all)} {
		for i, c := range text {
			if c < '0' || c > '9' {
				continue
			}
			for _, n := range []int{11, 15, 16, 18, 19} {
				if i+n > len(text) {
					break
				}
				if way, found := secrets[string(text[i:i+n])]; found {
					w.t.Errorf("%s of %s is in %s: …%q…", text[i:i+n], way, where, text[max(0, i-60):min(len(text), i+n+60)])
					return
				}
			}
		}
	}
}

// bareDigits writes full width digits in half width and leaves out what may stand between the digits of a number.
func bareDigits(text []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if value, class := classify(r); class == classDigit {
			return '0' + rune(value)
		} else if class == classCross {
			return 'X'
		} else if class == classSpace || class == classMark || class == classInvisible || class == classLine {
			return -1
		}
		return r
	}, text)
}

// made makes a file of the county's year.
func (w *world) made(kind digest.FileKind) (content []byte) {
	w.t.Helper()
	w.read(func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		root, _ := source.Areas.Root()
		s := digest.Scene{Catalogue: source.Catalogue, Areas: source.Areas, Today: report.DayOf(v.Now().In(w.zone))}
		m, err := Render(v, s, digest.File{Kind: kind, Area: root.ID, Period: "2026"})
		content = m.Bytes
		return err
	})
	return content
}

// unpacked gives all that is in a file of an office program, one part after the other.
func unpacked(t testing.TB, content []byte) (all []byte) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		part := must(f.Open())
		all = append(all, must(io.ReadAll(part))...)
		part.Close()
	}
	return all
}
