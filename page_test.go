package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"huibao/report"
	"huibao/sandbox"
	"huibao/sandbox/county"
	"huibao/store"
)

// TestDemoPage tries the demo as a person at a browser does, on the county with its year behind it: report, take back,
// restore, kill the bot and report meanwhile, go to next Monday. On the way it weighs the bot.
func TestDemoPage(t *testing.T) {
	log := newTranscript()
	d := &demo{world: newWorld(t, io.Discard, log), database: filepath.Join(t.TempDir(), "huibao.db")}
	d.world.now = time.Now
	if err := d.world.found(d.database, county.Members()); err != nil {
		t.Fatal(err)
	}
	if err := d.open("", true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.past(); err != nil {
		t.Fatal(err)
	}
	weigh(t, d.bot)
	if err := d.present(); err != nil {
		t.Fatal(err)
	}

	p := openPage(t, d.url)
	p.write(county.LiMei, "普法 320人 资料500份")
	p.until(county.LiMei, `last.innerText.includes("参加 320人次") && keys.join() === "改日期,改数字,撤回"`)
	p.screenshot("demo-receipt")
	p.press(county.LiMei, "撤回")
	p.until(county.LiMei, `last.innerText.includes("已撤回") && keys.join() === "还原"`)
	p.press(county.LiMei, "还原")
	p.until(county.LiMei, `last.innerText.includes("还原") || keys.join() === "改日期,改数字,撤回"`)

	p.write(county.ChenJing, "慰问金各乡镇")
	p.until(county.ChenJing, `last.innerText.includes("慰问金(元)") && keys.includes("明细")`)
	p.write(county.ChenJing, "上周")
	p.until(county.ChenJing, `keys.includes("图") && last.innerText.includes("第10周")`)
	p.press(county.ChenJing, "图")
	p.until(county.ChenJing, `last.querySelector(".photo img").complete && last.querySelector(".photo img").naturalWidth > 500`)
	p.write(county.LiuYang, "去年")
	p.until(county.LiuYang, `keys.includes("Word总结")`)
	p.press(county.LiuYang, "Excel")
	p.until(county.LiuYang, `last.querySelector(".file").innerText.includes("KB")`)
	p.press(county.LiuYang, "Word总结")
	p.until(county.LiuYang, `last.querySelector(".file").innerText.includes("docx")`)
	p.screenshot("demo-files")

	p.click("#kill")
	p.until(county.LiMei, `document.getElementById("start").offsetParent`)
	p.write(county.LiMei, "家庭教育 45人")
	p.until(county.LiMei, `document.getElementById("light").textContent === "已停，1条在等"`)
	p.screenshot("demo-killed")
	p.click("#start")
	p.until(county.LiMei, `last.innerText.includes("家庭教育｜长铺社区") && last.innerText.includes("45人次")`)
	if n := filed(t, d.database, "family_education", county.LiMei); n != 1 {
		t.Errorf("what was sent to the dead bot is counted %d times", n)
	}

	p.click("#moves button:first-child") // 下周一8:00
	p.until(county.ChenJing, `last.innerText.includes("第11周 3月9日-15日")`)
	p.until(county.ChenJing, `!document.getElementById("toasts").innerText.trim()`)
	p.screenshot("demo-digest")
	p.resize(360, 740)
	p.do(chromedp.Evaluate(`[...document.querySelectorAll(".tabs button")].find(b => b.textContent === "分管领导").click()`, nil))
	p.until(county.ChenJing, `phone.getBoundingClientRect().left === 0`)
	p.screenshot("demo-digest-phone")
	p.press(county.ChenJing, "图")
	p.until(county.ChenJing, `last.querySelector(".photo img").complete && last.querySelector(".photo img").naturalWidth > 500`)
	p.until(county.ChenJing, `phone.scrollWidth === 360 && last.getBoundingClientRect().right <= 360`)
	p.screenshot("demo-chart-phone")
	if log.String() != "" {
		t.Errorf("the demo complains:\n%s", log)
	}
}

// most is what the bot may keep in memory beside its file. That one takes some 30 MiB of code and constants more, which the
// system shares and takes back; the tests' own file is larger, so it is not counted here.
const most = 32 << 20

var resident = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)

// weigh tells the memory of the running bot. The race detector's own is not held against it.
func weigh(t *testing.T, bot *childBot) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", bot.process.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	kb, err := strconv.Atoi(string(resident.FindSubmatch(status)[1]))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the bot has %.1f MiB of its own after the year", float64(kb)/1024)
	if kb<<10 > most && !raceDetector {
		t.Errorf("the bot needs %d KiB, at most %d are wanted", kb, most>>10)
	}
}

// filed counts a member's reports of an activity on the demo's day.
func filed(t *testing.T, database, activity string, member int64) (n int) {
	t.Helper()
	read(t, database, func(v *store.View, _ *report.Reference) error {
		m, _, err := v.MemberByTelegram(member)
		if err != nil {
			return err
		}
		reports, err := v.Reports(store.ReportFilter{By: m.ID, Limit: 1000})
		for _, r := range reports {
			if r.Activity == activity && r.Day == report.DayOf(monday) && r.State == report.Filed {
				n++
			}
		}
		return err
	})
	return n
}

// tab is the chat page in a headless browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func openPage(t *testing.T, url string) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser(t)), chromedp.NoSandbox)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil { // waits for the browser's end, which cancelling the context does not
			t.Error(err)
		}
	})
	p := &tab{t, ctx}
	if err := chromedp.Run(ctx); err != nil { // starts the browser, for as long as ctx lives
		t.Fatal(err)
	}
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			t.Errorf("the page threw: %v", e.ExceptionDetails)
		}
	})
	p.do(chromedp.EmulateViewport(1600, 900), chromedp.Navigate(url))
	p.until(county.LiMei, `phone && !document.querySelector(".phone.offline")`)
	return p
}

func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chromium", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no browser; install one: apt-get install -y chromium-headless-shell fonts-noto-cjk fonts-noto-color-emoji")
	return ""
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.screenshot("demo-failed")
		p.t.Fatal(err)
	}
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible))
}

func (p *tab) write(user int64, text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(fmt.Sprintf("#phone-%d textarea", user), text+"\r", chromedp.ByQuery))
}

// press presses a button of the last message that has it.
func (p *tab) press(user int64, label string) {
	p.t.Helper()
	p.do(chromedp.Evaluate(fmt.Sprintf(`[...document.querySelectorAll("#phone-%d .key")].findLast(k => k.textContent.includes(%q)).click()`,
		user, label), nil))
}

// until waits for an expression to be true: of the user's phone, the last message in it and its keys.
func (p *tab) until(user int64, expression string) {
	p.t.Helper()
	script := fmt.Sprintf(`(() => { try {
		const phone = document.querySelector("#phone-%d"), last = [...phone.querySelectorAll(".theirs")].at(-1);
		const keys = [...(last?.querySelectorAll(".key") ?? [])].map(k => k.textContent.trim());
		return Boolean(%s) } catch { return false } })()`, user, expression)
	if err := chromedp.Run(p.ctx, chromedp.Poll(script, nil, chromedp.WithPollingTimeout(30*time.Second))); err != nil {
		p.screenshot("demo-failed")
		p.t.Fatalf("never true: %s: %v", expression, err)
	}
}

func (p *tab) resize(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
}

// screenshot keeps a picture where HUIBAO_SCREENSHOTS says, for people and CI.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	folder := os.Getenv("HUIBAO_SCREENSHOTS")
	if folder == "" {
		folder = p.t.TempDir()
	}
	var picture []byte
	if err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot(&picture)); err != nil {
		p.t.Errorf("screenshot %s: %v", name, err)
	} else if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		p.t.Error(err)
	}
}

// TestPayloadsOnThePage: what people write, are called and name their files and groups is words on the page, whatever it means to a
// browser: nothing of it runs, and no element comes of it.
func TestPayloadsOnThePage(t *testing.T) {
	s := newStage(t, nil)
	if err := s.bot.start(0); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	p := openPage(t, s.url)
	const inventory = `JSON.stringify(Object.entries([...document.querySelectorAll("*")].reduce((n, e) => {
		const kind = e.localName + [...e.attributes].filter(a => a.name.startsWith("on") || /javascript:/i.test(a.value) && a.name !== "aria-label" && a.name !== "download" && a.name !== "title").map(a => " " + a.name);
		n[kind] = 1; return n }, {})).map(([kind]) => kind).sort())`
	var before, after string
	var injected bool
	said, err := s.client.Say(ctx, county.LiMei, "普法 <i>320人</i>")
	if err != nil {
		t.Fatal(err)
	}
	s.answered(county.LiMei, said)
	if _, err := s.client.Send(ctx, sandbox.Send{UserID: county.LiMei, Document: "通知.xlsx", Content: []byte("x"), Caption: "附件"}); err != nil {
		t.Fatal(err)
	}
	p.until(county.LiMei, `phone.querySelector("a.file")`)
	p.do(chromedp.Evaluate(inventory, &before))
	group, err := s.client.Group(ctx, `<img src=x onerror="window.injected=1">`, true, county.LiMei, county.ChenJing)
	if err != nil {
		t.Fatal(err)
	}
	for i, words := range payloads {
		name := string([]rune(words)[:min(20, len([]rune(words)))])
		if stranger, err := s.client.User(ctx, sandbox.User{FirstName: name}); err != nil {
			t.Logf("%q is no name: %v", name, err)
		} else if err := s.client.Join(ctx, stranger, group); err != nil {
			t.Error(err)
		} else if _, err := s.client.Send(ctx, sandbox.Send{UserID: stranger, ChatID: group, Text: "/bao 普法 20人 " + words}); err != nil {
			t.Logf("%q is not sent: %v", words, err)
		}
		for _, m := range []sandbox.Send{{Text: words}, {Text: fmt.Sprintf("普法 %d人 在%s", 30+i, words)}, {ChatID: group, Text: "/bao 普法 20人 " + words}, {Document: words + ".xlsx", Content: []byte("x"), Caption: words},
			{Text: "/find " + words}} {
			m.UserID = county.LiMei
			if _, err := s.client.Send(ctx, m); err != nil {
				t.Logf("%q is not sent: %v", words, err)
			}
		}
	}
	last, err := s.client.Say(ctx, county.LiMei, "/mine")
	if err != nil {
		t.Fatal(err)
	}
	s.answered(county.LiMei, last)
	p.until(county.LiMei, `last.innerText.includes("人次")`)
	// A page that has fallen behind shows the newest messages only, so these come again.
	for _, words := range []string{"<img src=x onerror=window.injected=1>", "</textarea><iframe src=javascript:window.injected=1>"} {
		if _, err := s.client.Say(ctx, county.LiMei, words); err != nil {
			t.Fatal(err)
		}
		p.until(county.LiMei, fmt.Sprintf("phone.innerText.includes(%q)", words))
	}
	p.do(chromedp.Evaluate(inventory, &after), chromedp.Evaluate(`Boolean(window.injected)`, &injected))
	if injected {
		t.Error("a script of a message ran")
	}
	var were, are []string
	if err := errors.Join(json.Unmarshal([]byte(before), &were), json.Unmarshal([]byte(after), &are)); err != nil {
		t.Fatal(err)
	}
	for _, kind := range are {
		if !slices.Contains(were, kind) {
			t.Errorf("an element came of words: %s", kind)
		}
	}
	p.screenshot("payloads")
}
