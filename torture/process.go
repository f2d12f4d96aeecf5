package torture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// program starts the commands of huibao as processes of their own, which can really be killed.
type program struct {
	binary   string
	settings []string // NAME=value
	log      io.Writer
}

// process is one that was started.
type process struct {
	command *exec.Cmd
	gone    chan struct{} // closed when it has ended
	err     error         // how it ended; to be read when gone is closed
}

func (p program) start(args ...string) (*process, error) {
	command := exec.Command(p.binary, args...)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "HUIBAO_") { // settings of a real bot on this machine
			command.Env = append(command.Env, e)
		}
	}
	command.Env = append(command.Env, p.settings...)
	command.Stdout, command.Stderr = p.log, p.log
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start huibao %s: %w", args[0], err)
	}
	started := &process{command: command, gone: make(chan struct{})}
	go func() {
		started.err = command.Wait()
		close(started.gone)
	}()
	return started, nil
}

// end sends a signal and waits for the end.
func (p *process) end(s os.Signal) error {
	if err := p.command.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end a process: %w", err)
	}
	<-p.gone
	return nil
}

func (p *process) running() bool {
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// bot is the one bot there is: it is started and ended from several goroutines.
type bot struct {
	program
	mu      sync.Mutex
	process *process
	extra   []string // settings for a while
}

func (b *bot) live() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.process != nil && b.process.running() {
		return nil
	}
	with := b.program
	with.settings = slices.Concat(with.settings, b.extra)
	started, err := with.start("run")
	if err == nil {
		b.process = started
	}
	return err
}

func (b *bot) now() *process {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.process
}

// adopt sets with what the bot is started from now on, beside what it has always.
func (b *bot) adopt(settings ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.extra = settings
}

// kill ends the bot as a power cut would.
func (b *bot) kill() error { return b.signal(os.Kill) }

// stop asks the bot to end and waits for it.
func (b *bot) stop() error { return b.signal(syscall.SIGTERM) }

func (b *bot) signal(s os.Signal) error {
	p := b.now()
	if p == nil {
		return nil
	}
	return p.end(s)
}

// transcript keeps the end of what processes say, and looks for what none of them may ever say.
type transcript struct {
	mu      sync.Mutex
	file    io.Writer
	secrets []string
	leaks   int
	fatal   []string
}

func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := string(b)
	for _, secret := range t.secrets {
		if strings.Contains(text, secret) {
			t.leaks++
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") || strings.HasPrefix(line, "SIG") {
			t.fatal = append(t.fatal, strings.TrimSpace(line))
		}
	}
	return t.file.Write(b)
}

// take gives what was found since it was last asked.
func (t *transcript) take() (found []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, t.fatal = t.fatal, nil
	if t.leaks > 0 {
		found, t.leaks = append(found, "a secret is in the log"), 0
	}
	return found
}
