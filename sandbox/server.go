package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options set up a Server. Only Token and Clock are required.
type Options struct {
	Token    string // as BotFather gives it: the bot's id, a colon, a secret
	Username string // without @; default huibao_bot
	Name     string // the bot's first name; default 汇报
	Clock    *Clock

	Limits     bool // keep Telegram's sending limits (limits.go); can be switched by /control/limits
	PrivacyOff bool // the bot sees all talk in its groups

	Process Process      // the bot's process for /control/process; nil: there is none
	Page    http.Handler // everything outside /bot, /file and /control; nil: 404

	FirstMessageID int64         // default 1
	FirstUpdateID  int64         // default 100000001
	WebhookPause   time.Duration // after the first refused delivery, doubled up to 64 times; default 1 s
	CallsKept      int           // how many calls /control/calls can show; default 10000
}

// Process is the bot's process as the chat page's power button sees it. Its methods may be called from any goroutine.
type Process interface {
	Kill() error  // SIGKILL
	Start() error // no error when it runs already
	Stop() error  // a polite end
	Running() bool
	OnChange(func()) // calls back after it started or ended, on any goroutine, holding no lock that Running takes
}

// Server is the sandbox. Make it with New and serve it with net/http; it is safe for concurrent use.
type Server struct {
	token      string
	bot        apiUser
	clock      *Clock
	privacyOff bool
	process    Process
	page       http.Handler
	control    http.Handler
	rules      *rules
	closed     context.Context
	close      context.CancelFunc
	workers    sync.WaitGroup
	snapshots  atomic.Int64 // photos taken so far

	mu        sync.Mutex // guards everything below; held for microseconds, never across I/O
	world     world
	queue     updateQueue
	hook      *webhook
	hookPause time.Duration
	callbacks callbacks
	commands  map[string][]Command
	limits    sendLimits
	faults    map[string][]*Fault
	calls     callLog
	phones    []Phone
	events    hub
}

var tokenForm = regexp.MustCompile(`^(\d{3,15}):[A-Za-z0-9_-]{3,100}$`)

// New makes a sandbox with an empty world. It panics if the token or the clock is missing, which is a mistake in the
// program. Close it when done.
func New(o Options) *Server {
	m := tokenForm.FindStringSubmatch(o.Token)
	if m == nil {
		panic("sandbox: Options.Token must look like 123456:secret")
	}
	if o.Clock == nil {
		panic("sandbox: Options.Clock is missing")
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		panic(fmt.Sprintf("sandbox: bot id in Options.Token: %v", err))
	}
	s := &Server{
		token:      o.Token,
		bot:        apiUser{ID: id, IsBot: true, FirstName: either(o.Name, "汇报"), Username: either(o.Username, "huibao_bot")},
		clock:      o.Clock,
		privacyOff: o.PrivacyOff,
		process:    o.Process,
		page:       o.Page,
		rules:      botAPI(),
		world:      newWorld(either(o.FirstMessageID, 1)),
		queue:      updateQueue{next: either(o.FirstUpdateID, 100000001)},
		hookPause:  either(o.WebhookPause, time.Second),
		callbacks:  newCallbacks(),
		commands:   make(map[string][]Command),
		limits:     sendLimits{on: o.Limits},
		faults:     make(map[string][]*Fault),
		calls:      newCallLog(either(o.CallsKept, 10000)),
	}
	s.closed, s.close = context.WithCancel(context.Background())
	s.control = s.controlTree()
	s.workers.Go(s.announceClock)
	if s.process != nil {
		s.process.OnChange(s.announceProcess)
	}
	return s
}

func either[T comparable](given, otherwise T) T {
	var none T
	if given == none {
		return otherwise
	}
	return given
}

// Clock is the sandbox's clock.
func (s *Server) Clock() *Clock { return s.clock }

// Close ends polls, streams and webhook deliveries, so that a graceful http.Server.Shutdown can finish.
func (s *Server) Close() {
	s.close()
	s.mu.Lock()
	s.stopWebhook()
	s.mu.Unlock()
	s.workers.Wait()
}

// ServeHTTP serves the Bot API, the control tree and the page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.clock.Now().UTC().Format(http.TimeFormat)) // Telegram's clock is the one that messages are dated by
	path := r.URL.Path
	if rest, ok := strings.CutPrefix(path, "/bot"); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		s.serveMethod(w, r, rest)
	} else if rest, ok := strings.CutPrefix(path, "/file/bot"); ok {
		s.serveFile(w, r, rest)
	} else if strings.HasPrefix(path, "/control/") {
		s.control.ServeHTTP(w, r)
	} else if s.page != nil {
		s.page.ServeHTTP(w, r)
	} else {
		writeError(w, &apiError{code: 404, description: "Not Found"})
	}
}

// call is one call of a method, checked against the rules.
type call struct {
	*params
	ctx    context.Context
	method *method
}

// handler carries a call out. It takes the server's lock itself.
type handler func(*Server, *call) (any, *apiError)

// handlers has one entry for each method of botapi.json.
var handlers = map[string]handler{
	"getMe":                  (*Server).getMe,
	"getUpdates":             (*Server).getUpdates,
	"setWebhook":             (*Server).setWebhook,
	"deleteWebhook":          (*Server).deleteWebhook,
	"getWebhookInfo":         (*Server).getWebhookInfo,
	"sendMessage":            (*Server).sendMessage,
	"sendPhoto":              (*Server).sendPhoto,
	"sendDocument":           (*Server).sendDocument,
	"sendMediaGroup":         (*Server).sendMediaGroup,
	"sendChatAction":         (*Server).sendChatAction,
	"editMessageText":        (*Server).editMessageText,
	"editMessageReplyMarkup": (*Server).editMessageReplyMarkup,
	"deleteMessage":          (*Server).deleteMessage,
	"answerCallbackQuery":    (*Server).answerCallbackQuery,
	"setMyCommands":          (*Server).setMyCommands,
	"getMyCommands":          (*Server).getMyCommands,
	"deleteMyCommands":       (*Server).deleteMyCommands,
	"getFile":                (*Server).getFile,
	"getChat":                (*Server).getChat,
	"getChatMember":          (*Server).getChatMember,
	"leaveChat":              (*Server).leaveChat,
}

// serveMethod answers /bot<TOKEN>/<method>.
func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, rest string) {
	token, name, ok := strings.Cut(rest, "/")
	if !ok || name == "" {
		writeError(w, &apiError{code: 404, description: "Not Found"})
		return
	}
	if token != s.token {
		writeError(w, &apiError{code: 401, description: "Unauthorized"})
		return
	}
	m, err := s.method(name)
	if err != nil {
		writeError(w, err)
		return
	}
	fault := s.takeFault(m.name)
	if fault != nil && fault.Kind != LoseAnswer {
		s.fail(w, r, m, fault)
		return
	}
	p, err := readParams(w, r)
	if err == nil {
		err = m.check(p)
	}
	var result any
	if err == nil {
		result, err = handlers[m.name](s, &call{params: p, ctx: r.Context(), method: m})
	}
	s.logCall(m, p, err)
	switch {
	case fault != nil:
		panic(http.ErrAbortHandler)
	case err != nil:
		writeError(w, err)
	default:
		writeResult(w, result)
	}
}

func (s *Server) method(name string) (*method, *apiError) {
	lower := strings.ToLower(name)
	if m, ok := s.rules.methods[lower]; ok {
		return m, nil
	}
	if s.rules.others[lower] {
		return nil, &apiError{code: 501, description: "Not Implemented: method " + name + " is in the Bot API but not in the sandbox"}
	}
	return nil, &apiError{code: 404, description: "Not Found"}
}

func (s *Server) getMe(*call) (any, *apiError) {
	return struct {
		apiUser
		CanJoin    bool `json:"can_join_groups"`
		CanReadAll bool `json:"can_read_all_group_messages"`
		Inline     bool `json:"supports_inline_queries"`
		Business   bool `json:"can_connect_to_business"`
		MainApp    bool `json:"has_main_web_app"`
	}{apiUser: s.bot, CanJoin: true, CanReadAll: s.privacyOff}, nil
}

// yes is the result True.
var yes = json.RawMessage("true")
