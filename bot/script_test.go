package bot

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "rewrite what the scripts in testdata/scripts expect")

// A script is a conversation with the bot. A line that begins in the first column is an act: somebody writes, presses,
// edits, the clock moves, the network breaks, or rows are looked at. The indented lines below it are all that comes of it,
// on every phone: new messages (→), changed ones (✎), calls that Telegram refused (✗), or the rows. ⏎ is a line end in what
// a person writes, [x] a button in what the bot answers, *x* bold. The acts are listed above the functions that do them,
// in acts_test.go; -update rewrites what follows them.
type script struct {
	name   string
	steps  []step
	hooked bool // by webhook
}

type step struct {
	above []string // comments and empty lines before the act
	act   string
	want  []string // the indented lines below it, without the indent
	line  int      // of the act, from 1
}

const indented = "    "

// TestScripts plays every conversation in testdata/scripts. Every transaction is run twice, as PostgreSQL has it where one loses a
// race.
func TestScripts(t *testing.T) {
	playAll(t, func(t *testing.T, s script) *world { return s.begin(t, filepath.Join(t.TempDir(), "huibao.db"), true) }, *rewrite, exactly)
}

// The same conversations go the same way on PostgreSQL. A copy is restored to a file only.
func TestScriptsOnPostgres(t *testing.T) {
	playAll(t, func(t *testing.T, s script) *world { return s.begin(t, emptyPostgres(t), false) }, false, withoutInboxNumbers, "restored")
}

// begin makes the world of a script in a database of its own.
func (s script) begin(t testing.TB, address string, races bool) *world {
	w := emptyWorld(t, "2026-03-09 09:00", address, races)
	if strings.HasPrefix(s.name, "province") { // its county is one of a province
		w.found(provincialAreas(), provincial)
	} else {
		w.found(countyAreas(), people)
	}
	return w
}

func exactly(text string) string { return text }

// withoutInboxNumbers leaves the numbers of inbox rows out: a transaction that is run again takes others on PostgreSQL.
func withoutInboxNumbers(text string) string { return inboxNumber.ReplaceAllString(text, "收件") }

var inboxNumber = regexp.MustCompile(`收件\d+`)

func playAll(t *testing.T, begin func(*testing.T, script) *world, update bool, compared func(string) string, but ...string) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no scripts: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if slices.Contains(but, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := parseScript(name, string(text))
			got := s.play(t, begin(t, s))
			switch {
			case t.Failed(): // said already
			case update:
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			case compared(got) != compared(string(text)):
				t.Errorf("%s went otherwise (-update accepts it):\n%s", file, cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")))
			}
		})
	}
}

func parseScript(name, text string) script {
	s := script{name: name}
	var above []string
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, indented) && len(s.steps) > 0 && above == nil:
			last := &s.steps[len(s.steps)-1]
			last.want = append(last.want, line[len(indented):])
		case line == "" || strings.HasPrefix(line, "#"):
			above = append(above, line)
		default:
			s.steps = append(s.steps, step{above: above, act: line, line: i + 1})
			above = nil
		}
	}
	return s
}

// play does the acts one after the other and gives the script as it went. What must hold whatever a script is about is
// checked at the end.
func (s script) play(t *testing.T, w *world) string {
	p := &player{world: w, seen: map[place]string{}, groups: map[string]int64{}, users: map[string]int64{}}
	if s.hooked {
		p.byWebhook()
	}
	for _, user := range p.state().Users {
		p.users[user.FirstName] = user.ID
	}
	p.start()
	var went strings.Builder
	for _, step := range s.steps {
		for _, line := range step.above {
			went.WriteString(line + "\n")
		}
		went.WriteString(step.act + "\n")
		outcome, err := p.do(step.act)
		if err != nil {
			t.Fatalf("%s.txt:%d: %s: %v; so far:\n%s", s.name, step.line, step.act, err, went.String())
		}
		for _, line := range outcome {
			went.WriteString(indented + line + "\n")
		}
	}
	p.stop()
	p.always()
	return went.String()
}

// ordinary are the refusals that a bot cannot foresee: what it speaks of has changed meanwhile. Every other 400 is a fault of
// the bot, whatever a script expects.
var ordinary = []string{"message is not modified", "message to edit not found", "upgraded to a supergroup", "query is too old"}

// always checks what must hold after every script.
func (p *player) always() {
	p.t.Helper()
	p.sums()
	p.tokenIsSecret()
	for _, secret := range p.secrets {
		p.nowhere(secret)
	}
	for _, words := range p.nevers {
		p.nowhere(words)
	}
	for _, call := range p.calls(0) {
		if !call.OK && strings.Contains(call.Error, "Bad Request") && !slices.ContainsFunc(ordinary, func(s string) bool { return strings.Contains(call.Error, s) }) {
			p.t.Errorf("a call that does not conform to the Bot API: %s %v: %s", call.Method, call.Params, call.Error)
		}
	}
	callbacks, err := p.client.Callbacks(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range callbacks {
		if !c.Answered {
			p.t.Errorf("the press of %q by %d was never answered", c.Data, c.UserID)
		}
	}
}

// sees gives what has changed on the phones since the last look, and the calls that were refused.
func (p *player) sees() (lines []string) {
	p.t.Helper()
	for _, chat := range p.state().Chats {
		messages, err := p.client.Messages(p.t.Context(), chat.ID, 0)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, m := range messages {
			at := place{m.ChatID, m.MessageID}
			shown := p.show(m)
			old, known := p.seen[at]
			p.seen[at] = shown
			if !m.From.IsBot || m.Deleted || old == shown {
				continue
			}
			sign := "→"
			if known {
				sign = "✎"
			}
			lines = append(lines, fmt.Sprintf("%s %s%s", sign, p.chatName(chat), p.replying(m)))
			for _, l := range strings.Split(shown, "\n") {
				lines = append(lines, indented+l)
			}
		}
	}
	for _, call := range p.calls(p.called) {
		p.called = call.N
		switch {
		case !call.OK && strings.Contains(call.Error, "message is not modified"): // two presses came in one batch, or in two
		case !call.OK && call.Method != "getUpdates":
			lines = append(lines, fmt.Sprintf("✗ %s: %s", call.Method, call.Error))
		case !call.OK && !strings.Contains(call.Error, "no answer"):
			lines = append(lines, fmt.Sprintf("✗ %s: %s", call.Method, call.Error))
		case call.Method == "setMyCommands":
			lines = append(lines, fmt.Sprintf("☰ %s", p.menu(call)))
		}
	}
	return lines
}
