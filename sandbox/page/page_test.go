package page_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"huibao/sandbox"
	"huibao/sandbox/page"
)

// The receipt comes as a reply with bold words and buttons, a press is answered
// and edits it in place, an edit of one's own message shows as edited.
func TestConversation(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.write(limei, "普法 320人 资料500份")
	p.until(`document.querySelector("#phone-11 .theirs .quote span")?.textContent === "普法 320人 资料500份"`)
	p.check(`document.querySelector("#phone-11 .theirs b:not(.quote b)").textContent === "已记118号"`)
	p.check(`document.querySelectorAll("#phone-11 .own").length === 1`)
	p.check(`document.querySelectorAll("#phone-12 .message").length === 0`)

	p.press("#phone-11 .key", "撤回")
	p.until(`document.querySelector("#phone-11 .theirs .words").textContent.startsWith("↩️ 118号已撤回")`)
	p.until(`document.querySelector("#phone-11 .notices").textContent.includes("好的：撤回")`)
	p.check(`document.querySelectorAll("#phone-11 .theirs").length === 1`)

	p.run(`document.querySelector("#phone-11 .own .more").click()`)
	p.press(".menu button", "编辑")
	p.check(`document.querySelector("#phone-11 textarea").value === "普法 320人 资料500份"`)
	p.run(`document.querySelector("#phone-11 textarea").value = ""`)
	p.write(limei, "普法 230人")
	p.until(`document.querySelector("#phone-11 .own .edited") && document.querySelector("#phone-11 .own .words").textContent.includes("普法 230人")`)
	p.until(`document.querySelector("#phone-11 .theirs:last-child .words").textContent.includes("118号按您编辑的改了")`)
}

// A pressed button spins until the bot answers the callback, and no longer.
func TestSpinner(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.write(limei, "两岸检查 45人")
	p.press("#phone-11 .key", "不是汇报")
	p.until(`document.querySelectorAll('#phone-11 .key[aria-busy="true"]').length === 1`)
	close(r.robot.hold)
	p.until(`document.querySelector("#phone-11 .notices").textContent.includes("好的：不是汇报")`)
	p.until(`!document.querySelector('#phone-11 .key[aria-busy="true"]')`)
}

func TestClockMoves(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.until(`document.getElementById("now").textContent === "2026年3月9日周一10:32"`)
	for _, move := range []struct{ button, shown, instant string }{
		{"+1小时", "2026年3月9日周一11:32", "2026-03-09T03:32:00Z"},
		{"+1天", "2026年3月10日周二11:32", "2026-03-10T03:32:00Z"},
		{"下周一8:00", "2026年3月16日周一08:00", "2026-03-16T00:00:00Z"},
		{"下周一8:00", "2026年3月23日周一08:00", "2026-03-23T00:00:00Z"},
		{"元旦8:00", "2027年1月1日周五08:00", "2027-01-01T00:00:00Z"},
	} {
		p.press("#moves button:enabled", move.button)
		p.until(fmt.Sprintf(`document.getElementById("now").textContent === %q`, move.shown))
		p.until(`!document.querySelector("#moves button:disabled")`)
		if now := r.server.Clock().Now().Format(time.RFC3339); now != move.instant {
			t.Errorf("%s: the clock stands at %s, want %s", move.button, now, move.instant)
		}
	}
	r.server.Clock().Advance(time.Minute)
	p.until(`document.querySelector("#now strong").textContent === "08:01"`)
}

// What is written while the bot is dead stays and is answered after its start.
func TestKillAndStart(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.until(`document.getElementById("light").textContent === "机器人在运行"`)
	p.click("#kill")
	p.until(`document.getElementById("start").offsetParent && !document.getElementById("kill").offsetParent`)
	p.until(`document.getElementById("toasts").textContent.includes("被杀掉了")`)
	if r.robot.Running() {
		t.Error("the kill button did not kill the process")
	}
	p.write(limei, "普法 320人 资料500份")
	p.until(`document.querySelector("#phone-11 .own") && !document.querySelector("#phone-11 .waiting")`)
	p.until(`document.getElementById("light").textContent === "已停，1条在等"`)
	p.screenshot("page-killed")
	p.click("#start")
	p.until(`document.querySelector("#phone-11 .theirs")`)
	p.until(`document.getElementById("toasts").textContent.includes("启动了")`)
}

// In aeroplane mode messages wait in the phone and nothing arrives; afterwards
// all go out in the order they were written.
func TestAeroplane(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.click("#phone-11 .aeroplane")
	written := []string{"第一条", "第二条", "第三条"}
	for _, text := range written {
		p.write(limei, text)
	}
	p.until(`document.querySelectorAll("#phone-11 .waiting").length === 3`)
	r.say(limei, "从另一台手机")
	p.write(wangfang, "别的手机照常")
	p.until(`document.querySelector("#phone-12 .theirs")`)
	p.check(`document.querySelectorAll("#phone-11 .message").length === 3`)
	if got := r.texts(limei, limei); !slices.Equal(got, []string{"从另一台手机"}) {
		t.Errorf("sent from aeroplane mode: %q", got)
	}

	p.do(chromedp.Reload())
	p.until(`document.querySelectorAll("#phone-11 .waiting").length === 3`)
	p.click("#phone-11 .aeroplane")
	p.until(`!document.querySelector("#phone-11 .waiting") && document.querySelectorAll("#phone-11 .own").length === 4`)
	p.until(`document.querySelectorAll("#phone-11 .theirs").length === 4`)
	if got := r.texts(limei, limei); !slices.Equal(got, append([]string{"从另一台手机"}, written...)) {
		t.Errorf("after aeroplane mode the server has %q", got)
	}
}

// At 360 px one phone fills the window and nothing sticks out of it.
func TestNarrow(t *testing.T) {
	r := newRig(t)
	p := r.open(360, 740)
	p.write(limei, "普法 320人 资料500份")
	p.until(`document.querySelector("#phone-11 .key")`)
	p.check(`document.scrollingElement.scrollWidth === 360 && document.scrollingElement.scrollHeight === 740`)
	p.check(`[...document.querySelectorAll(".phone")].every(phone => phone.getBoundingClientRect().width === 360)`)
	p.check(`[...document.querySelectorAll(".bar *, .tabs *")].every(e => e.getBoundingClientRect().right <= 360)`)
	p.check(`[...document.querySelectorAll("#phone-11 .message")].every(e => e.getBoundingClientRect().right <= 360)`)
	p.screenshot("page-phone")
	p.press(".tabs button", "分管领导")
	p.until(`document.getElementById("phone-13").getBoundingClientRect().left === 0`)
	p.until(`document.querySelector('.tabs [aria-current="true"]').textContent === "分管领导"`)
}

// A window made narrower shows the first phone, and the tabs say so.
func TestNarrowed(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.until(`[...document.querySelectorAll(".phone")].every(phone => phone.getBoundingClientRect().right <= 1600)`)
	p.do(chromedp.EmulateViewport(360, 740))
	p.until(`document.getElementById("phone-11").getBoundingClientRect().width === 360`)
	p.until(`document.querySelector('.tabs [aria-current="true"]').dataset.phone === "phone-11"`)
}

// Whatever people write or are called is text, in every place it shows up.
func TestMarkupIsText(t *testing.T) {
	const evil = `<img src=x onerror="window.broken=1">`
	r := newRig(t)
	ctx := t.Context()
	if _, err := r.client.User(ctx, sandbox.User{ID: 21, FirstName: evil}); err != nil {
		t.Fatal(err)
	}
	group, err := r.client.Group(ctx, evil, true, 21, limei)
	if err != nil {
		t.Fatal(err)
	}
	r.phones(sandbox.Phone{UserID: 21, Title: evil, Hint: evil}, sandbox.Phone{UserID: limei, Title: "村干部 李梅"})
	p := r.open(1600, 900)
	p.write(21, evil)
	p.until(`document.querySelector("#phone-21 .key")`)
	p.press("#phone-21 .key", "img")
	if _, err := r.client.Send(ctx, sandbox.Send{UserID: 21, ChatID: group, Text: "/bao " + evil}); err != nil {
		t.Fatal(err)
	}
	p.press("#phone-11 .chats button", "img")
	p.until(`document.querySelector("#phone-11 .theirs .sender")`)
	p.run(`document.querySelector("#phone-21 .own .more").click()`)
	p.press(".menu button", "转发")
	p.check(`document.querySelector(".menu").textContent.includes("<img src=x")`)
	p.check(`document.querySelector("#phone-21 .own .words").textContent.startsWith(` + "`" + evil + "`)")
	p.check(`document.querySelector("#phone-11 .sender").textContent === ` + "`" + evil + "`")
	p.check(`!window.broken && !document.querySelector("img[src=x]")`)
}

// A long chat is drawn in parts, and the reader keeps their place.
func TestLongChat(t *testing.T) {
	r := newRig(t)
	if err := r.robot.Kill(); err != nil {
		t.Fatal(err)
	}
	r.flood(1, 200)
	p := r.open(1600, 900)
	list := `document.querySelector("#phone-11 .list")`
	first := `document.querySelector("#phone-11 .message .words").textContent`
	p.until(first + `.startsWith("第141条")`)
	p.check(list + `.scrollHeight - ` + list + `.scrollTop - ` + list + `.clientHeight < 2`)

	p.run(list + `.scrollTop = 150; window.mark = document.querySelector("#phone-11 .message:nth-of-type(8)");
		window.height = window.mark.getBoundingClientRect().top`)
	p.until(first + `.startsWith("第81条")`)
	p.check(`Math.abs(window.mark.getBoundingClientRect().top - window.height) < 2`)

	r.say(limei, "新的一条")
	p.until(`document.querySelector("#phone-11 .count").textContent === "1"`)
	p.check(`Math.abs(window.mark.getBoundingClientRect().top - window.height) < 2`)
	p.click("#phone-11 .down")
	p.until(list + `.scrollHeight - ` + list + `.scrollTop - ` + list + `.clientHeight < 2 && document.querySelector("#phone-11 .down").hidden`)
	p.until(`document.querySelectorAll("#phone-11 .message").length === 60`)

	r.flood(201, 2200)
	p.until(`document.querySelector("#phone-11 .message:last-child .words").textContent.startsWith("第2200条")`)
	p.check(`document.querySelectorAll("#phone-11 .message").length <= 120`)
}

// The page outlives the server: it connects again and shows the new state.
func TestServerRestart(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.write(limei, "旧服务器上的话")
	p.until(`document.querySelector("#phone-11 .theirs")`)
	address := r.http.Listener.Addr().String()
	r.close()
	p.until(`document.querySelector("#phone-11.offline")`)
	p.write(limei, "断线时写的")
	p.until(`document.querySelector("#phone-11 .waiting")`)
	r.serve(address)
	p.until(`!document.querySelector("#phone-11.offline") && !document.querySelector("#phone-11 .waiting")`)
	p.until(`[...document.querySelectorAll("#phone-11 .own .words")].map(e => e.firstChild.textContent).join() === "断线时写的"`)
}

// Enter sends, Shift+Enter breaks the line, ↑ in an empty input edits the last
// message; an example fills the input without sending.
func TestInput(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	p.do(
		chromedp.SendKeys("#phone-11 textarea", "第一行", chromedp.ByQuery),
		chromedp.KeyEvent("\r", chromedp.KeyModifiers(input.ModifierShift)),
		chromedp.SendKeys("#phone-11 textarea", "第二行\r", chromedp.ByQuery),
	)
	p.until(`document.querySelector("#phone-11 .own:not(.waiting)")`)
	p.check(`document.querySelector("#phone-11 textarea").value === ""`)
	if got := r.texts(limei, limei); !slices.Equal(got, []string{"第一行\n第二行"}) {
		t.Errorf("sent %q", got)
	}
	p.do(chromedp.KeyEvent(kb.ArrowUp))
	p.until(`document.querySelector("#phone-11 textarea").value === "第一行\n第二行"`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.until(`document.querySelector("#phone-11 textarea").value === "" && !document.querySelector("#phone-11 .mode").offsetParent`)
	p.press("#phone-11 .examples button", "普法")
	p.check(`document.querySelector("#phone-11 textarea").value === "普法 320人 资料500份"`)
	if got := r.texts(limei, limei); len(got) != 1 {
		t.Errorf("an example was sent by itself: %q", got)
	}
}

// What is not a plain text: commands from the menu, photos, forwards, replies,
// files and links.
func TestOtherContent(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	if err := r.robot.setMenu(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.click(`#phone-11 [aria-label="命令菜单"]`)
	p.press(".menu button", "本周汇总")
	p.until(`document.querySelector("#phone-11 .own .words").textContent.startsWith("/week")`)

	p.do(chromedp.SendKeys("#phone-11 textarea", "三八汇演", chromedp.ByQuery))
	p.click(`#phone-11 [aria-label="发照片等"]`)
	p.press(".menu button", "照片3张")
	p.until(`document.querySelectorAll("#phone-11 .own img").length === 3`)
	p.until(`[...document.querySelectorAll("#phone-11 .own img")].every(img => img.naturalWidth > 0)`)

	p.write(limei, "发文件")
	p.until(`document.querySelector("#phone-11 .file")`)
	p.check(`document.querySelector("#phone-11 .file").download === "第10周汇总.csv"`)
	p.check(`new URL(document.querySelector("#phone-11 .file").href).origin === location.origin`)

	p.write(limei, "发链接")
	p.until(`document.querySelector("#phone-11 a.key")`)
	p.press("#phone-11 a.key", "加入")
	p.until(`[...document.querySelectorAll("#phone-11 .own .words")].some(e => e.textContent.includes("/start K7-22"))`)

	p.run(`[...document.querySelectorAll("#phone-11 .own")].find(e => e.textContent.includes("发文件")).querySelector(".more").click()`)
	p.press(".menu button", "转发")
	p.press(".menu button", "王芳")
	p.until(`document.querySelector("#phone-12 .own .forward").textContent === "转发自 李梅"`)

	p.until(`document.querySelector("#phone-12 .theirs .more")`)
	p.run(`document.querySelector("#phone-12 .theirs .more").click()`)
	p.press(".menu button", "回复")
	p.write(wangfang, "人数写错了")
	p.until(`[...document.querySelectorAll("#phone-12 .own:not(.waiting) .quote")].length === 1`)
	p.run(`document.querySelector("#phone-11 .list").scrollTop = 400`)
	p.screenshot("page-content")
}

// A user who blocked the bot cannot write until the block is lifted.
func TestBlocked(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	r.say(limei, "你好")
	if err := r.client.Block(t.Context(), limei); err != nil {
		t.Fatal(err)
	}
	p.until(`!document.querySelector("#phone-11 textarea").offsetParent`)
	p.press("#phone-11 .blocked button", "取消屏蔽")
	p.until(`document.querySelector("#phone-11 textarea").offsetParent`)
	p.write(limei, "又能写了")
	p.until(`document.querySelectorAll("#phone-11 .own:not(.waiting)").length === 2`)
}

// Pictures of the page in use, for the README.
func TestPictures(t *testing.T) {
	r := newRig(t)
	p := r.open(1600, 900)
	for _, say := range []struct {
		user int
		text string
	}{
		{limei, "普法 320人 资料500份"}, {limei, "两岸检查 45人"},
		{wangfang, "最美家庭评出12户；新报两癌救助5名；安康保险82人已买。"}, {zhou, "上周"}, {chen, "谁还没报"},
	} {
		before := fmt.Sprintf(`document.querySelectorAll("#phone-%d .theirs").length`, say.user)
		p.run("window.before = " + before)
		p.write(say.user, say.text)
		p.until(before + " === window.before + 1")
	}
	p.screenshot("page-wide")
}

func TestHandler(t *testing.T) {
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/", 200, "text/html"},
		{"HEAD", "/", 200, "text/html"},
		{"GET", "/page.js", 200, "text/javascript"},
		{"GET", "/page.css", 200, "text/css"},
		{"GET", "/icon.svg", 200, "image/svg+xml"},
		{"GET", "/page.go", 404, "text/plain"},
		{"GET", "/../page.go", 404, "text/plain"},
		{"POST", "/", 405, "text/plain"},
	} {
		w := httptest.NewRecorder()
		page.Handler().ServeHTTP(w, httptest.NewRequest(c.method, "http://sandbox"+c.path, nil))
		if w.Code != c.status || !strings.HasPrefix(w.Header().Get("Content-Type"), c.kind) {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, w.Code, w.Header().Get("Content-Type"), c.status, c.kind)
		}
		if w.Code == http.StatusOK && !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'self';") {
			t.Errorf("%s %s: no policy against foreign scripts", c.method, c.path)
		}
	}
}
