// Pictures takes the pictures of the guides from the demo, so that they show what the bot says today:
//
//	go run ./docs/pictures
//
// It needs a headless Chromium, starts `go run . demo`, talks to it as people would, and writes docs/pictures/*.png.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"

	"huibao/sandbox"
	"huibao/sandbox/county"
)

const (
	address = "127.0.0.1:8097"
	folder  = "docs/pictures"
	width   = 360
	height  = 700
	scale   = 1.5
	patient = 30 * time.Second
)

// scene is a picture of the conversation on one phone after what was said on it.
type scene struct {
	name  string
	user  int64
	says  []string // words, or [a button] of the last message that has it
	tall  int64    // of the page, where it is not height
	photo bool     // the last answer is a picture
}

var scenes = []scene{
	{name: "report", user: county.LiMei, says: []string{"普法 320人 资料500份"}},
	{name: "correct", user: county.LiMei, says: []string{"刚才普法那条人数写错了，是280"}},
	{name: "question", user: county.LiMei, says: []string{"两岸检查 45人"}},
	{name: "answer", user: county.LiMei, says: []string{"[两癌检查]"}},
	{name: "nil", user: county.LiMei, says: []string{"本周无活动"}},
	{name: "several", user: county.WangFang, says: []string{"最美家庭评出12户；新报两癌救助5名；安康保险82人已买。"}},
	{name: "week", user: county.ChenJing, says: []string{"上周"}, tall: 1240},
	{name: "chart", user: county.ChenJing, says: []string{"[图]"}, tall: 960, photo: true},
	{name: "ask", user: county.ChenJing, says: []string{"长铺镇今年普法多少人"}},
	{name: "reports", user: county.ChenJing, says: []string{"[明细]"}},
	{name: "late", user: county.ChenJing, says: []string{"谁还没报"}},
	{name: "changes", user: county.ChenJing, says: []string{"第9周怎么变了"}, tall: 1100},
	{name: "targets", user: county.LiuYang, says: []string{"/targets"}},
	{name: "summary", user: county.LiuYang, says: []string{"/summary"}},
	{name: "fill", user: county.LiuYang, says: []string{"[补填]"}},
	// {name: "admin", user: county.LiuYang, says: []string{"/admin"}},
}

// tabs are the labels under which a narrow page keeps the phones.
var tabs = map[int64]string{county.LiMei: "村干部", county.WangFang: "乡镇干部", county.ChenJing: "分管领导", county.LiuYang: "管理员"}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() (err error) {
	ctx := context.Background()
	stop, err := startDemo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	browser, end, err := openPage(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	client := sandbox.NewClient("http://"+address, nil)
	for _, s := range scenes {
		if err := s.play(ctx, client); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if err := s.take(browser); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// startDemo starts the demo and waits until its page is open.
func startDemo() (stop func() error, err error) {
	demo := exec.Command("go", "run", ".", "demo", "--listen", address)
	demo.Stderr = os.Stderr
	demo.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run passes no signal on
	out, err := demo.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := demo.Start(); err != nil {
		return nil, fmt.Errorf("start the demo: %w", err)
	}
	stop = func() error {
		err := syscall.Kill(-demo.Process.Pid, syscall.SIGINT)
		demo.Wait() // ended by a signal, which is no failure here
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "http://"+address) {
			go io.Copy(io.Discard, out)
			return stop, nil
		}
	}
	return nil, errors.Join(errors.New("the demo ended before its page was open"), stop())
}

func openPage(ctx context.Context) (browser context.Context, end func() error, err error) {
	path := ""
	for _, name := range []string{"chromium-headless-shell", "chromium", "headless-shell"} {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a browser (apt-get install chromium-headless-shell): %w", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	allocated, stop := chromedp.NewExecAllocator(ctx, options...)
	browser, _ = chromedp.NewContext(allocated)
	end = func() error {
		defer stop()
		return chromedp.Cancel(browser)
	}
	err = chromedp.Run(browser, chromedp.EmulateViewport(width, height, chromedp.EmulateScale(scale)), chromedp.Navigate("http://"+address),
		chromedp.WaitVisible(".tabs button", chromedp.ByQuery))
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return browser, end, nil
}

// play says what the scene has and waits for the answer to each.
func (s scene) play(ctx context.Context, client *sandbox.Client) error {
	for _, words := range s.says {
		messages, err := client.Messages(ctx, s.user, 0)
		if err != nil {
			return err
		}
		last := messages[len(messages)-1]
		label, isButton := strings.CutPrefix(words, "[")
		after := last.MessageID
		if !isButton {
			if after, err = client.Say(ctx, s.user, words); err != nil {
				return err
			}
		} else if err := press(ctx, client, s.user, messages, strings.TrimSuffix(label, "]")); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, patient)
		err = answered(wait, client, s.user, after, isButton, last)
		cancel()
		if err != nil {
			return fmt.Errorf("%s: %w", words, err)
		}
	}
	return nil
}

// answered waits for a new message, or for a button's own message to change.
func answered(ctx context.Context, client *sandbox.Client, user, after int64, isButton bool, before sandbox.Message) error {
	for ctx.Err() == nil {
		messages, err := client.Messages(ctx, user, before.MessageID-1)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if m.MessageID > after && m.From.IsBot || isButton && m.MessageID == before.MessageID && m.EditDate != before.EditDate {
				return nil
			}
		}
		pause(ctx)
	}
	return errors.New("no answer")
}

func pause(ctx context.Context) {
	wait, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	<-wait.Done()
}

func press(ctx context.Context, client *sandbox.Client, user int64, messages []sandbox.Message, label string) error {
	for i := len(messages) - 1; i >= 0; i-- {
		for _, row := range messages[i].Buttons {
			for _, b := range row {
				if b.Text == label {
					_, err := client.Press(ctx, sandbox.Press{UserID: user, MessageID: messages[i].MessageID, Data: b.Data})
					return err
				}
			}
		}
	}
	return fmt.Errorf("no button %s", label)
}

// take takes the picture of the scene's phone.
func (s scene) take(browser context.Context) error {
	tall := s.tall
	if tall == 0 {
		tall = height
	}
	ctx, cancel := context.WithTimeout(browser, patient)
	defer cancel()
	var picture []byte
	shown := "true"
	if s.photo {
		shown = fmt.Sprintf(`(() => { const all = document.querySelectorAll("#phone-%d .photo img"); const last = all[all.length-1]; return last && last.complete && last.naturalWidth > 0 })()`, s.user)
	}
	err := chromedp.Run(ctx, chromedp.EmulateViewport(width, tall, chromedp.EmulateScale(scale)),
		chromedp.Evaluate(fmt.Sprintf(`[...document.querySelectorAll(".tabs button")].find(b => b.textContent === %q).click()`, tabs[s.user]), nil),
		chromedp.Poll(fmt.Sprintf(`document.querySelector("#phone-%d").getBoundingClientRect().left === 0 && %s`, s.user, shown), nil),
		chromedp.Sleep(time.Second), // the page scrolls to the last message
		chromedp.Screenshot(fmt.Sprintf("#phone-%d .thread", s.user), &picture, chromedp.ByQuery))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, s.name+".png"), picture, 0o644)
}
