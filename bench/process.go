package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const token = "123456:bench-token-of-a-server-of-ones-own-0"

// process is a contender as a process of its own.
type process struct {
	contender, bot, url, file string
	env                       []string // settings of this process alone

	mu     sync.Mutex
	cmd    *exec.Cmd
	log    bytes.Buffer
	memory int64
	cpu    time.Duration
}

func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.startLocked()
}

func (p *process) startLocked() error {
	p.cmd = exec.Command(p.bot, "run")
	p.cmd.Env = append(environment(), "HUIBAO_TOKEN="+token, "HUIBAO_API_URL="+p.url, "HUIBAO_DB="+p.file, "HUIBAO_SEND_RATE=0", "HUIBAO_LOG=warn")
	p.cmd.Env = append(p.cmd.Env, p.env...)
	if p.contender != "huibao" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		env := append(p.cmd.Env, envContender+"="+p.contender)
		p.cmd = exec.Command(self)
		p.cmd.Env = env
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.contender, err)
	}
	return nil
}

// environment keeps the settings of a real bot on this machine out.
func environment() (kept []string) {
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "HUIBAO_") {
			kept = append(kept, e)
		}
	}
	return kept
}

// killAndStart ends the process as a power cut would, and starts it again.
func (p *process) killAndStart() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.measure()
	_ = p.cmd.Process.Kill()
	p.end()
	if err := p.startLocked(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// stop ends the process in good order.
func (p *process) stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.measure()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("%s has ended by itself: %w\n%s", p.contender, err, p.log.String())
	}
	p.end()
	if p.log.Len() > 0 && p.contender == "huibao" {
		_, _ = os.Stderr.Write(p.log.Bytes()[:min(p.log.Len(), 4000)])
	}
	return nil
}

func (p *process) end() {
	_ = p.cmd.Wait() // killed, or stopped: how is not of interest
	p.cpu += p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// measure notes how much memory the process has had at most.
func (p *process) measure() {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return // another system: not known
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			p.memory = max(p.memory, kb<<10)
		}
	}
}
