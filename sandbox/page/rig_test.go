package page_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"huibao/sandbox"
	"huibao/sandbox/page"
)

const token = "7000001:page-test"

// browser is one Chromium for all tests; each test opens its own tab.
var browser context.Context

func TestMain(m *testing.M) {
	os.Exit(func() int {
		path, err := findBrowser()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox,
			chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true))
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		defer stop()
		ctx, _ := chromedp.NewContext(allocator)
		if err := chromedp.Run(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "starting the browser:", err)
			return 1
		}
		// Cancel waits for the browser to end; cancelling the context would not.
		defer chromedp.Cancel(ctx)
		browser = ctx
		return m.Run()
	}())
}

func findBrowser() (string, error) {
	for _, name := range []string{"chromium-headless-shell", "chromium", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no browser found; install one: apt-get install -y chromium-headless-shell fonts-noto-cjk fonts-noto-color-emoji")
}

// rig is a sandbox with four phones on a fixed Monday and a scripted bot.
type rig struct {
	t      *testing.T
	clock  *sandbox.Clock
	server *sandbox.Server
	http   *httptest.Server
	client *sandbox.Client
	robot  *robot
}

const (
	limei    = 11 // the village cadre
	wangfang = 12
	zhou     = 13
	chen     = 14
)

var monday = time.Date(2026, 3, 9, 10, 32, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, robot: newRobot()}
	clock := sandbox.NewClock(func() time.Time { return monday })
	clock.Freeze(true)
	r.clock = clock
	r.serve("127.0.0.1:0")
	t.Cleanup(r.close)
	if err := r.robot.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

// serve starts an empty sandbox at an address and fills in the people.
func (r *rig) serve(address string) {
	r.t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.server = sandbox.New(sandbox.Options{Token: token, Clock: r.clock, Process: r.robot, Page: page.Handler()})
	r.http = &httptest.Server{Listener: listener, Config: &http.Server{Handler: r.server}}
	r.http.Start()
	r.client = sandbox.NewClient(r.http.URL, nil)
	r.robot.url = r.http.URL
	r.people()
}

func (r *rig) close() {
	r.robot.end()
	r.server.Close()
	r.http.CloseClientConnections()
	r.http.Close()
}

func (r *rig) people() {
	r.t.Helper()
	for _, u := range []sandbox.User{
		{ID: limei, FirstName: "李梅"}, {ID: wangfang, FirstName: "王芳"}, {ID: zhou, FirstName: "周主任"}, {ID: chen, FirstName: "陈晓"},
	} {
		if _, err := r.client.User(r.t.Context(), u); err != nil {
			r.t.Fatal(err)
		}
	}
	r.phones(
		sandbox.Phone{UserID: limei, Title: "村干部 李梅", Hint: "普法 320人 资料500份"},
		sandbox.Phone{UserID: wangfang, Title: "乡镇干部 王芳"},
		sandbox.Phone{UserID: zhou, Title: "分管领导 周主任", Hint: "上周"},
		sandbox.Phone{UserID: chen, Title: "管理员 陈晓"},
	)
}

func (r *rig) phones(phones ...sandbox.Phone) {
	r.t.Helper()
	if err := r.client.Phones(r.t.Context(), phones...); err != nil {
		r.t.Fatal(err)
	}
}

// texts are what the user wrote into a chat, as the server has it.
func (r *rig) texts(chat, user int64) []string {
	r.t.Helper()
	messages, err := r.client.Messages(r.t.Context(), chat, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	var texts []string
	for _, m := range messages {
		if m.From.ID == user {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// say sends a text as a user without the page.
func (r *rig) say(user int64, text string) {
	r.t.Helper()
	if _, err := r.client.Say(r.t.Context(), user, text); err != nil {
		r.t.Fatal(err)
	}
}

// flood sends the texts 第from条 to 第to条 as 李梅.
func (r *rig) flood(from, to int) {
	r.t.Helper()
	var all []sandbox.Send
	for i := from; i <= to; i++ {
		all = append(all, sandbox.Send{UserID: limei, Text: fmt.Sprintf("第%d条", i)})
	}
	if _, err := r.client.SendAll(r.t.Context(), all); err != nil {
		r.t.Fatal(err)
	}
}

// tab is one page in the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open shows the page in a window of that size and waits until it is connected.
func (r *rig) open(width, height int64) *tab {
	r.t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	r.t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	r.t.Cleanup(stop)
	p := &tab{t: r.t, ctx: ctx}
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			r.t.Errorf("the page threw: %v", e.ExceptionDetails)
		}
	})
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(r.http.URL))
	p.until(`document.querySelectorAll(".phone").length > 0 && !document.querySelector(".phone.offline")`)
	return p
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// until waits for an expression to be true and shows the page when it never is.
// An expression about an element that is not there yet is not true yet.
func (p *tab) until(expression string) {
	p.t.Helper()
	quiet := "(() => { try { return Boolean(" + expression + ") } catch { return false } })()"
	err := chromedp.Run(p.ctx, chromedp.Poll(quiet, nil, chromedp.WithPollingTimeout(15*time.Second)))
	if err != nil {
		p.screenshot("failed-" + filepath.Base(p.t.Name()))
		p.t.Fatalf("never true: %s: %v\nthe page says:\n%s", expression, err, p.text("body"))
	}
}

// check fails the test when an expression is not true now.
func (p *tab) check(expression string) {
	p.t.Helper()
	var ok bool
	p.do(chromedp.Evaluate("Boolean("+expression+")", &ok))
	if !ok {
		p.screenshot("failed-" + filepath.Base(p.t.Name()))
		p.t.Errorf("not true: %s\nthe page says:\n%s", expression, p.text("body"))
	}
}

func (p *tab) run(script string) {
	p.t.Helper()
	p.do(chromedp.Evaluate("{"+script+"}; undefined", nil))
}

func (p *tab) text(selector string) string {
	var text string
	if err := chromedp.Run(p.ctx, chromedp.Evaluate(fmt.Sprintf("document.querySelector(%q).innerText", selector), &text)); err != nil {
		return err.Error()
	}
	return text
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible))
}

// press clicks a button or menu item by its words.
func (p *tab) press(within, label string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%q)].find(b => b.textContent.includes(%q))`, within, label)
	p.until(find)
	p.run(find + ".click()")
}

func (p *tab) write(user int, text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(fmt.Sprintf("#phone-%d textarea", user), text+"\r", chromedp.ByQuery))
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
