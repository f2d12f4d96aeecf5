package bot

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huibao/sandbox"
	"huibao/store"
)

// newOffice is a world whose administrator has asked for the table of that name.
func newOffice(t *testing.T, button string) *player {
	t.Helper()
	p := &player{world: newWorld(t, "2026-03-09 09:00"), seen: map[place]string{}, groups: map[string]int64{}, users: map[string]int64{}}
	for _, user := range p.state().Users {
		p.users[user.FirstName] = user.ID
	}
	p.start()
	p.must("owe 430527100,,week,1,12:00;430527103,两癌检查,month,5,17:00;430527,,year,20,12:00")
	p.must("aim 2026,430527,两癌检查,检查,6000;2026,430527103,走访慰问,慰问金,50000.50")
	p.must("孙洁: /admin")
	p.must("孙洁 presses [" + button + "]")
	return p
}

func (p *player) must(line string) []string {
	p.t.Helper()
	seen, err := p.do(line)
	if err != nil {
		p.t.Fatalf("%s: %v", line, err)
	}
	return seen
}

// book fetches the workbook that was sent last.
func (p *player) book() *excelize.File {
	p.t.Helper()
	messages := must(p.client.Messages(p.ctx(), p.users["孙洁"], 0))
	i := len(messages) - 1
	for messages[i].Document == nil || !messages[i].From.IsBot {
		i--
	}
	resp := must(http.Get(p.url + messages[i].Document.URL))
	defer resp.Body.Close()
	return must(excelize.OpenReader(bytes.NewReader(must(io.ReadAll(resp.Body)))))
}

// sendBook sends it back, in reply to nothing: its name tells.
func (p *player) sendBook(name string, book *excelize.File) string {
	p.t.Helper()
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.send("孙洁", sandbox.Send{Document: name, Content: b.Bytes()}); err != nil {
		p.t.Fatal(err)
	}
	p.settle()
	return strings.Join(p.sees(), "\n")
}

// TestTablesThereAndBack sends each table back as it came: nothing differs.
func TestTablesThereAndBack(t *testing.T) {
	for button, name := range map[string]string{"应报": "应报.xlsx", "目标": "目标任务.xlsx", "类别": "类别指标.xlsx"} {
		t.Run(button, func(t *testing.T) {
			t.Parallel()
			p := newOffice(t, button)
			if seen := p.sendBook(name, p.book()); !strings.Contains(seen, sayTableSame) {
				t.Errorf("got %s", seen)
			}
			p.stop()
			p.always()
		})
	}
}

// set writes a cell of the row that has a word in a column.
func set(t *testing.T, book *excelize.File, sheet, word, column, value string) {
	t.Helper()
	rows := must(book.GetRows(sheet))
	top := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, column) })
	if top < 0 {
		t.Fatalf("no column %s in %s", column, sheet)
	}
	for y := top + 1; y < len(rows); y++ {
		if slices.Contains(rows[y], word) {
			cell := must(excelize.CoordinatesToCellName(slices.Index(rows[top], column)+1, y+1))
			if err := book.SetCellStr(sheet, cell, value); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no row %s in %s", word, sheet)
}

// TestCatalogueByChat adds a word to the catalogue, which is read with it from then on; takes it back; and is refused what
// cannot be.
func TestCatalogueByChat(t *testing.T) {
	p := newOffice(t, "类别")
	p.must("李梅: 普法 320人")
	book := p.book()
	set(t, book, "类别", "law_publicity", "弱词", "维权、法律咨询、三八、法律、法治、妇女权益、家暴、女性维权、坝坝法")
	set(t, book, "类别", "law_publicity", "词", must(book.GetCellValue("类别", "E4"))+"、法治大集")
	seen := p.sendBook("类别指标.xlsx", book)
	if !strings.Contains(seen, "＋法治大集") || !strings.Contains(seen, "＋坝坝法") || !strings.Contains(seen, "[确认][不改]") {
		t.Fatalf("got %s", seen)
	}
	if seen := strings.Join(p.must("李梅: 法治大集 50人"), "\n"); strings.Contains(seen, "已记2号") {
		t.Errorf("counted before it was confirmed: %s", seen)
	}
	p.must("孙洁 presses [确认]")
	if seen := strings.Join(p.must("李梅: 法治大集 60人"), "\n"); !strings.Contains(seen, "普法维权｜长铺社区") {
		t.Errorf("not read with the new word: %s", seen)
	}
	if seen := strings.Join(p.must("孙洁 presses [还原]"), "\n"); !strings.Contains(seen, "类别已还原") || !strings.Contains(seen, "－法治大集") {
		t.Errorf("not taken back: %s", seen)
	}

	p.must("孙洁: /admin")
	p.must("孙洁 presses [类别]")
	wrong := p.book()
	set(t, wrong, "指标", "materials", "相加", "加")
	set(t, wrong, "规则", "两癌", "类别代码", "nothing")
	if seen := p.sendBook("类别指标.xlsx", wrong); !strings.Contains(seen, "相加“加”没有这一项") || !strings.Contains(seen, "〔规则〕第4行") {
		t.Errorf("got %s", seen)
	}
	gone := must(excelize.OpenReader(bytes.NewReader(bytesOf(t, book))))
	rows := must(gone.GetRows("指标"))
	for y := len(rows) - 1; y > 2; y-- {
		if rows[y][0] == "law_publicity" && rows[y][1] == "participants" {
			if err := gone.RemoveRow("指标", y+1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen := p.sendBook("类别指标.xlsx", gone); !strings.Contains(seen, "已有汇报用过") {
		t.Errorf("a measure in use was let go: %s", seen)
	}
	p.stop()
	p.always()
}

func bytesOf(t *testing.T, book *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDeadLetterRetried handles again what failed once, and counts it once.
func TestDeadLetterRetried(t *testing.T) {
	p := newOffice(t, "成员")
	body := `{"update_id":300000001,"message":{"message_id":900,"from":{"id":1001,"first_name":"李梅"},"chat":{"id":1001,"type":"private"},"date":1773018000,"text":"普法 45人"}}`
	if _, err := p.db.Receive(p.ctx(), []store.Update{{ID: 300000001, Chat: 1001, Body: []byte(body), Bad: "panic: a fault of yesterday"}}); err != nil {
		t.Fatal(err)
	}
	p.must("李梅: /help")
	p.must("孙洁: /admin")
	if seen := strings.Join(p.must("孙洁 presses [没处理的消息]"), "\n"); !strings.Contains(seen, "李梅 程序出错") || !strings.Contains(seen, "“普法 45人”") {
		t.Fatalf("got %s", seen)
	}
	var seq int
	p.scan(&seq, `SELECT seq FROM inbox WHERE state = 'dead'`)
	again := officeData(officeRetry, seq)
	for range 2 {
		p.must("孙洁 forges " + again + " on “没处理”")
	}
	var reports int
	p.scan(&reports, `SELECT COUNT(*) FROM reports WHERE state = 'filed'`)
	if reports != 1 {
		t.Errorf("%d reports, want the one that was told", reports)
	}
	p.stop()
	p.always()
}

// TestUnreadRetried handles again what was to be read later and failed then, and counts it once.
func TestUnreadRetried(t *testing.T) {
	p := newOffice(t, "成员")
	p.must("李梅: /help")
	p.stop()
	p.world.write(func(tx *store.Tx) error {
		member, _, err := tx.MemberByTelegram(1001)
		if err != nil {
			return err
		}
		where, err := tx.Chat(1001, "private", "")
		if err != nil {
			return err
		}
		id, _, err := tx.AddMessage(store.Message{Chat: where.ID, Member: member.ID, TgMessage: 900, Sent: tx.Now(), Text: "普法 45人"})
		if err != nil {
			return err
		}
		return tx.Await(store.Incomplete{Message: id, Kind: store.IncompleteText, Due: tx.Now()})
	})
	fails := func(*store.Tx, store.Incomplete) error { panic("a mistake") }
	if err := p.db.ProcessDue(p.ctx(), fails, must(New(p.options())).deadLate); err != nil {
		t.Fatal(err)
	}
	p.start()
	p.must("孙洁: /admin")
	if seen := strings.Join(p.must("孙洁 presses [没处理的消息]"), "\n"); !strings.Contains(seen, "李梅 程序出错") || !strings.Contains(seen, "“普法 45人”") {
		t.Fatalf("got %s", seen)
	}
	var seq int
	p.scan(&seq, `SELECT seq FROM inbox WHERE state = 'dead'`)
	for range 2 {
		p.must("孙洁 forges " + officeData(officeRetry, seq) + " on “没处理”")
	}
	var reports int
	p.scan(&reports, `SELECT COUNT(*) FROM reports WHERE state = 'filed'`)
	if reports != 1 {
		t.Errorf("%d reports, want the one that was told", reports)
	}
	p.stop()
	p.always()
}

// TestDownloadHidesTheToken fetches a file from a server that fails in each way: the address, which holds the token, is in no
// error.
func TestDownloadHidesTheToken(t *testing.T) {
	for name, serve := range map[string]http.HandlerFunc{
		"404":     func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		"dropped": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"broken off": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("short"))
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1"+r.URL.Path, http.StatusFound)
		},
		"huge": func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(make([]byte, maxTable+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/getFile") {
					_, _ = w.Write([]byte(`{"ok":true,"result":{"file_id":"x","file_unique_id":"y","file_path":"documents/\u0001 a.xlsx"}}`))
					return
				}
				serve(w, r)
			}))
			defer server.Close()
			calls := must(newAPI(server.URL, testToken))
			_, err := calls.download(t.Context(), "x")
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), testToken) || strings.Contains(err.Error(), "Script-secret") {
				t.Errorf("the token is in the error: %v", err)
			}
			calls.files.CloseIdleConnections()
		})
	}
}

// TestTableKeepsNoNumber: numbers that point at a person are masked in a table before it is shown, confirmed and kept.
func TestTableKeepsNoNumber(t *testing.T) {
	p := newOffice(t, "类别")
	book := p.book()
	set(t, book, "类别", "law_publicity", "弱词", "法律、坝坝13812345678、身份证430527198001011232")
	if seen := p.sendBook("类别13812345678.xlsx", book); !strings.Contains(seen, "坝坝***********") {
		t.Fatalf("got %s", seen)
	}
	p.must("孙洁 presses [确认]")
	p.stop()
	p.nowhere("13812345678")
	p.nowhere("430527198001011232")
}
