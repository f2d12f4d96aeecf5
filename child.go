package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// childBot is the demo's bot: the same binary as a child process, which can really be killed.
type childBot struct {
	url      string // of the sandbox
	database string
	log      io.Writer
	settings []string // further ones, as NAME=value

	mu      sync.Mutex
	process *exec.Cmd
	gone    chan struct{} // closed when process has ended
	changed func()
}

// start runs the bot with the given limit of messages a second, 0 for none.
func (c *childBot) start(rate int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process != nil {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	process := exec.Command(self, "run")
	process.Env = append(withoutHuibao(os.Environ()), "HUIBAO_TOKEN="+demoToken, "HUIBAO_API_URL="+c.url,
		"HUIBAO_DB="+c.database, "HUIBAO_CLOCK_URL="+c.url+"/control/clock/stream", "HUIBAO_LOG=warn",
		fmt.Sprintf("HUIBAO_SEND_RATE=%d", rate))
	process.Env = append(process.Env, c.settings...)
	process.Stdout, process.Stderr = c.log, c.log
	if err := process.Start(); err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	gone := make(chan struct{})
	c.process, c.gone = process, gone
	go func() {
		_ = process.Wait() // how it ended is not of interest: it was killed, stopped, or logged why
		c.mu.Lock()
		c.process = nil
		c.mu.Unlock()
		close(gone)
		c.tell()
	}()
	go c.tell()
	return nil
}

// withoutHuibao keeps the settings of a real bot on this machine out of the demo.
func withoutHuibao(environment []string) []string {
	var kept []string
	for _, e := range environment {
		if !strings.HasPrefix(e, "HUIBAO_") {
			kept = append(kept, e)
		}
	}
	return kept
}

// Start runs the bot as in production.
func (c *childBot) Start() error { return c.start(30) }

// Kill ends the bot as a power cut would.
func (c *childBot) Kill() error { return c.signal(os.Kill) }

// Stop asks the bot to end and waits for it.
func (c *childBot) Stop() error { return c.signal(syscall.SIGTERM) }

func (c *childBot) signal(s os.Signal) error {
	c.mu.Lock()
	process, gone := c.process, c.gone
	c.mu.Unlock()
	if process == nil {
		return nil
	}
	if err := process.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end the bot: %w", err)
	}
	<-gone
	return nil
}

// Running tells whether the bot runs.
func (c *childBot) Running() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.process != nil
}

// OnChange sets what is called after the bot started or ended.
func (c *childBot) OnChange(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed = f
}

func (c *childBot) tell() {
	c.mu.Lock()
	f := c.changed
	c.mu.Unlock()
	if f != nil {
		f()
	}
}
